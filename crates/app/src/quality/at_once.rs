//! What becomes of tasks that are done between two reports, as the last one would have it: asked about once more, decided by an adjudicator, or left as they are.
//!
//! It stands in the transaction that keeps their consensus, so both are true or neither. That transaction holds the project's report: it decides only by what the last report knows, and
//! among all who open slots by what is left of the budget one comes after the other.

use super::more::{self, Doubt, Drawn};
use crate::{App, Error};
use std::collections::HashSet;
use vouchsafe_domain::{ids::ProjectId, time::Micros};
use vouchsafe_ledger::{act::Act, entry::Entry};
use vouchsafe_store::{
    Tx,
    custody::clearance::Clearance,
    quality::{
        reports,
        until::{self, Rules},
    },
    work::adjudication,
};

/// Tasks of which a report of this moment can say what becomes of them, and the rules of their project.
pub(crate) struct AtOnce {
    report: Micros,
    rules: Rules,
    doubts: Vec<Doubt>,
}

impl App {
    /// `None` where the project gives no work out, or neither asks on nor lets anybody decide.
    pub(crate) async fn at_once(
        &self,
        project: ProjectId,
        report: Micros,
        doubts: Vec<Doubt>,
    ) -> Result<Option<AtOnce>, Error> {
        let mut on = self.store.read().await?;
        let rules = until::open(&mut on, project).await?;
        let acts = |rules: &Rules| rules.until.is_some() || rules.adjudicate_per_10000.is_some();
        Ok(rules.filter(acts).map(|rules| AtOnce { report, rules, doubts }))
    }
}

/// The same, while nobody else opens slots.
pub(crate) struct Held {
    of: AtOnce,
    left: usize,
}

impl AtOnce {
    /// Holds the project's report until the transaction ends. Conflict: another report was kept meanwhile, the rules changed, or others opened slots where the budget
    /// is nearly used up.
    pub(crate) async fn hold(self, tx: &mut Tx, project: ProjectId) -> Result<Held, Error> {
        let again = Error::Store(vouchsafe_store::Error::Conflict);
        if reports::hold(tx, project).await? != Some(self.report) {
            return Err(again);
        }
        let Some(opened) = until::opened_since(tx, project, &self.rules).await? else { return Err(again) };
        let left = self.rules.left().saturating_sub(opened);
        // Each may be asked about, and as many be drawn at most.
        if opened > 0 && left < 2 * self.doubts.len() {
            return Err(again);
        }
        Ok(Held { of: self, left })
    }
}

impl Held {
    /// Decides about those of these numbers. Returns the entry of what was done, if anything was, and what was asked in all.
    pub(crate) async fn next(
        self,
        tx: &mut Tx,
        clearance: &Clearance<'_>,
        project: ProjectId,
        (kept, before, now): (&HashSet<i64>, Drawn, Micros),
    ) -> Result<Option<(Entry, Drawn)>, Error> {
        let Self { of: AtOnce { report, rules, doubts }, left } = self;
        let doubts: Vec<Doubt> = doubts.into_iter().filter(|doubt| kept.contains(&doubt.number())).collect();
        let numbers: Vec<i64> = doubts.iter().map(Doubt::number).collect();
        let mut chosen = more::choose(doubts, &rules, left, before, now);
        let at_most = rules.until.map_or(0, |until| until.at_most);
        let asked = until::widen(tx, clearance, project, &chosen.ask, at_most).await?;
        if !chosen.decide.is_empty() {
            let waiting = usize::try_from(adjudication::waiting(tx, project).await?).unwrap_or(usize::MAX);
            chosen.decide.truncate(more::WAITING_MAX.saturating_sub(waiting));
        }
        let to_decide = adjudication::open(tx, clearance, project, &chosen.decide).await?;
        let decide: HashSet<i64> = chosen.decide.iter().map(|one| one.task_no).collect();
        let others: Vec<i64> = numbers.into_iter().filter(|number| !decide.contains(number)).collect();
        let settled = adjudication::no_longer(tx, clearance, project, &others).await?;
        let entry = clearance
            .entry(Act::QualityComputed, now)
            .because("report", report.to_string())
            .because("asked_again", asked)
            .because("to_adjudicate", to_decide)
            .because("no_longer_contested", settled)
            .of("project", project.to_string());
        Ok((asked + to_decide + settled > 0).then(|| (entry, before.and(&chosen))))
    }
}
