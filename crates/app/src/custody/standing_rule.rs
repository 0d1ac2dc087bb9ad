//! The standing rule: what a case does at once, until a person decides.

use super::{of_installation, reason};
use crate::{App, Asker, Error, access::entry};
use serde::{Deserialize, Serialize};
use vouchsafe_domain::custody::case::Measure;
use vouchsafe_ledger::act::Act;
use vouchsafe_store::custody::{clearance::by, standing};

/// The rule, as it is set and shown.
#[derive(Debug, Clone, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct StandingRule {
    /// `narrowed` or `suspended`; `none` ends the rule.
    pub measure: String,
    /// From which score on, in nats: 0 to 100.
    pub score: f64,
    /// Why it stands.
    pub reason: String,
}

impl App {
    /// The rule in force.
    pub async fn standing_rule(&self, asker: &Asker) -> Result<Option<StandingRule>, Error> {
        let mut tx = self.store.write("standing_rule").await?;
        of_installation(&mut tx, asker).await?;
        let found = standing::find(&mut tx).await?;
        tx.abandon().await?;
        #[expect(clippy::cast_precision_loss, reason = "at most 100,000")]
        Ok(found.map(|rule| StandingRule {
            measure: rule.measure.word().to_owned(),
            score: rule.score_milli as f64 / 1_000.0,
            reason: rule.reason,
        }))
    }

    /// Sets it in the place of the one in force.
    pub async fn set_standing_rule(&self, asker: &Asker, new: &StandingRule) -> Result<(), Error> {
        let measure: Measure = new.measure.parse().map_err(|error| Error::invalid("/measure", format!("{error}")))?;
        if !(0.0..=100.0).contains(&new.score) {
            return Err(Error::invalid("/score", "must be 0 to 100 nats"));
        }
        let why = reason(&new.reason)?;
        #[expect(clippy::cast_possible_truncation, reason = "at most 100,000")]
        let score_milli = (new.score * 1_000.0).round() as i64;
        let mut tx = self.store.write("set_standing_rule").await?;
        of_installation(&mut tx, asker).await?;
        let now = self.now();
        let rule =
            standing::Standing { measure, score_milli, reason: why.to_owned(), set_by: asker.member, set_at: now };
        standing::set(&mut tx, &self.id().to_string(), Some(&rule).filter(|_| measure != Measure::None), now).await?;
        let entry = by(entry(self, Act::StandingRuleSet), asker);
        tx.commit([entry.because("measure", measure.word()).because("score_milli", score_milli)]).await?;
        Ok(())
    }
}
