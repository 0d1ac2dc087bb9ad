//! To see whom a case is about: one custodian asks with a reason, another decides, and both are recorded.

use super::{cases::there, of_installation, reason};
use crate::{App, Asker, Error, access::entry};
use serde::Deserialize;
use vouchsafe_domain::{
    ids::{CaseId, RevealId},
    time::Micros,
};
use vouchsafe_ledger::act::Act;
use vouchsafe_store::custody::{
    clearance::by,
    reveals::{self, Reveal},
};

/// For how long an approval shows the name.
const SHOWN_US: i64 = 7 * Micros::DAY;

/// A decision on a wish to see a name.
#[derive(Debug, Clone, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RevealDecision {
    /// Whether the name is shown.
    pub approved: bool,
}

impl App {
    /// Asks to see whom a case is about.
    pub async fn ask_reveal(&self, asker: &Asker, case: CaseId, why: &str) -> Result<RevealId, Error> {
        let why = reason(why)?;
        let hidden = self.hidden(asker).await?;
        let mut tx = self.store.write("ask_reveal").await?;
        of_installation(&mut tx, asker).await?;
        there(&mut tx, case, asker, &hidden).await?;
        let id = RevealId(self.id());
        let new = Reveal {
            id,
            case,
            reason: why.to_owned(),
            asked_by: asker.member,
            asked_person: asker.person,
            asked_at: self.now(),
            decided: None,
            until: None,
        };
        reveals::insert(&mut tx, &new).await?;
        tx.commit([by(entry(self, Act::RevealAsked), asker).of("case", case.to_string()).of("reveal", id.to_string())])
            .await?;
        Ok(id)
    }

    /// Decides it, as another person than the one who asked.
    pub async fn decide_reveal(&self, asker: &Asker, id: RevealId, approved: bool) -> Result<(), Error> {
        let hidden = self.hidden(asker).await?;
        let mut tx = self.store.write("decide_reveal").await?;
        of_installation(&mut tx, asker).await?;
        let found = reveals::get(&mut tx, id).await?.ok_or(Error::NotFound)?;
        there(&mut tx, found.case, asker, &hidden).await?;
        if found.asked_person == asker.person {
            return Err(Error::Forbidden("who asked does not decide; another custodian does"));
        }
        let now = self.now();
        if !reveals::decide(&mut tx, id, asker.member, now, approved, now.plus(SHOWN_US)).await? {
            return Err(Error::state("decided", "this was decided already"));
        }
        let entry = by(entry(self, Act::RevealDecided), asker);
        tx.commit([entry
            .because("approved", approved)
            .of("case", found.case.to_string())
            .of("reveal", id.to_string())])
            .await?;
        Ok(())
    }
}
