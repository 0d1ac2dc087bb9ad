//! The right to a second look: an expert who is on probation or paused asks once, and another person than whoever set the
//! rule decides.

use super::eligible::own_standing;
use crate::{App, Asker, Error, custody::absent, work::show_project::need_to_see};
use serde::{Deserialize, Serialize};
use vouchsafe_domain::{
    experts::standing::{Standing, State},
    ids::{LookId, ProjectId},
};
use vouchsafe_ledger::act::Act;
use vouchsafe_store::{
    Committed, Pending, Tx,
    custody::{
        clearance::{Clearance, clear},
        disclosed::Going,
    },
    experts::{
        looks::{self, Look},
        standing::{self, Kept},
    },
};

/// Longest words to a second look, in bytes.
const WORDS_BYTES_MAX: usize = 4_000;

/// A second look.
#[derive(Debug, Clone, PartialEq, Serialize, utoipa::ToSchema)]
pub struct LookSent {
    /// Its id.
    pub id: String,
    /// Who asks: pseudonym toward the client.
    pub person: String,
    /// When, RFC 3339.
    pub asked_at: String,
    /// Since when the standing holds that it is about, RFC 3339.
    pub about: String,
    /// What he says.
    pub words: String,
    /// `upheld` or `restored`; null before.
    #[schema(value_type = Option<String>)]
    pub verdict: Option<&'static str>,
    /// When, RFC 3339.
    pub decided_at: Option<String>,
    /// What whoever decided says.
    pub answer: Option<String>,
}

/// One whose words are closed.
pub(super) struct PendingLook {
    sent: LookSent,
    words: Pending<String>,
    answer: Option<Pending<String>>,
}

impl LookSent {
    pub(super) fn pending(
        tx: &Tx,
        clearance: &Clearance<'_>,
        look: &Look,
        going: &mut Going,
    ) -> Result<PendingLook, Error> {
        let (mut words, mut answer) = (look.words(tx, clearance)?, look.answer(tx, clearance)?);
        going.piece(clearance, "second_look", &mut words)?;
        if let Some(answer) = &mut answer {
            going.piece(clearance, "second_look.answer", answer)?;
        }
        let sent = Self {
            id: look.id.to_string(),
            person: clearance.pseudonym(look.person),
            asked_at: look.asked_at.to_string(),
            about: look.about.to_string(),
            words: String::new(),
            verdict: look.decided.map(|(_, _, for_him)| if for_him { "restored" } else { "upheld" }),
            decided_at: look.decided.map(|(_, at, _)| at.to_string()),
            answer: None,
        };
        Ok(PendingLook { sent, words, answer })
    }
}

impl PendingLook {
    pub(super) fn open(self, committed: &Committed) -> Result<LookSent, Error> {
        let answer = self.answer.map(|answer| answer.open(committed)).transpose()?;
        Ok(LookSent { words: self.words.open(committed)?, answer, ..self.sent })
    }
}

/// Whether a second look may be asked for: at a change to the worse that was not asked about yet.
pub(super) fn may_ask(standing: &Standing, newest: Option<&Look>) -> bool {
    standing.state != State::Active && newest.is_none_or(|look| look.about != standing.since)
}

/// Why he asks.
#[derive(Debug, Clone, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewLook {
    /// In his own words.
    pub words: String,
}

/// What somebody decided.
#[derive(Debug, Clone, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct LookDecision {
    /// Whether he works on as before, with the count begun anew; else his standing stays.
    pub restore: bool,
    /// What is said to him.
    pub words: String,
}

fn worded(words: &str) -> Result<&str, Error> {
    let words = words.trim();
    if words.is_empty() || words.len() > WORDS_BYTES_MAX {
        return Err(Error::invalid("/words", format!("must have 1 to {WORDS_BYTES_MAX} bytes")));
    }
    Ok(words)
}

impl App {
    /// Asks that another person looks again at how the caller stands: once for each change.
    pub async fn ask_second_look(&self, asker: &Asker, project: ProjectId, new: &NewLook) -> Result<LookId, Error> {
        let (words, now) = (worded(&new.words)?, self.now());
        let mut tx = self.store.write("ask_second_look").await?;
        let (clearance, _, kept) = own_standing(self, &mut tx, asker, project).await?;
        let standing = kept.map_or_else(Standing::start, |kept| kept.standing).at(now);
        let newest = looks::newest(&mut tx, project, asker.person).await?;
        let id = LookId(self.id());
        let about = (project, asker.person);
        if !may_ask(&standing, newest.as_ref())
            || !looks::insert(&mut tx, &clearance, id, about, standing.since, words, now).await?
        {
            return Err(Error::state(
                "nothing_to_look_at",
                "a second look is for a standing that is not active, once for each change of it",
            ));
        }
        let entry = clearance
            .entry(Act::SecondLookAsked, now)
            .of("second_look", id.to_string())
            .of("project", project.to_string())
            .of("whom", asker.person.to_string());
        tx.commit([entry]).await?;
        Ok(id)
    }

    /// Decides a second look, as another person than whoever set the rule, and than who asks.
    pub async fn decide_second_look(&self, asker: &Asker, id: LookId, decision: &LookDecision) -> Result<(), Error> {
        let need = need_to_see(asker.role)?;
        let now = self.now();
        let mut tx = self.store.write("decide_second_look").await?;
        let look = absent::found(looks::get(&mut tx, id).await?, &mut tx, asker).await?;
        let clearance = clear(&mut tx, asker, look.client, need, true).await?;
        let words = worded(&decision.words)?;
        let kept = standing::get(&mut tx, look.project, look.person).await?.ok_or(Error::NotFound)?;
        let rule = standing::asked(&mut tx, look.project).await?;
        if kept.rule_by == Some(asker.person) || rule.is_some_and(|rule| rule.by == asker.person) {
            return Err(Error::Forbidden("who set the rule does not decide; another operator or an observer does"));
        }
        if look.person == asker.person {
            return Err(Error::Forbidden("nobody decides about himself"));
        }
        let answered = (asker.person, now);
        if !looks::decide(&mut tx, &clearance, &look, decision.restore, words, answered).await? {
            return Err(Error::state("decided", "this was decided already"));
        }
        let entry = clearance
            .entry(Act::SecondLookDecided, now)
            .because("verdict", if decision.restore { "restored" } else { "upheld" })
            .of("second_look", id.to_string())
            .of("project", look.project.to_string())
            .of("whom", look.person.to_string());
        let mut entries = vec![entry];
        let before = kept.standing.since;
        // A standing that changed since he asked is another one: this decision is not about it.
        if decision.restore && kept.standing.clone().at(now).since == look.about {
            let standing = Standing::restored(now);
            let state = standing.state.word();
            let reasons: Vec<String> = standing.reasons.iter().map(ToString::to_string).collect();
            let row = Kept { standing, rule_by: None, ..kept };
            if !standing::put(&mut tx, &clearance, look.project, &row, before).await? {
                return Err(Error::Store(vouchsafe_store::Error::Conflict));
            }
            entries.push(
                clearance
                    .entry(Act::StandingChanged, now)
                    .because("state", state)
                    .because("reasons", reasons)
                    .of("whom", look.person.to_string())
                    .of("project", look.project.to_string()),
            );
        }
        tx.commit(entries).await?;
        Ok(())
    }
}
