//! What a case does at once by the standing rule, and how it is undone.

use super::watching::Body;
use crate::{App, Error};
use serde::{Deserialize, Serialize};
use vouchsafe_domain::{
    custody::{budget::Budget, case::Measure},
    ids::MemberId,
};
use vouchsafe_ledger::{
    act::Act,
    entry::{Entry, LedgerOf},
};
use vouchsafe_store::{
    Tx,
    access::members,
    custody::{
        budgets,
        cases::{self, Case, NewCase},
        standing, walls,
        watched::pseudonym,
    },
};

/// How an account stood before a measure: only what the measure changed.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Before {
    /// The account.
    pub(super) member: MemberId,
    /// The budget that was set for it by name.
    pub(super) budget: Option<Budget>,
}

/// Does what the standing rule says of a case of this score. Returns the accounts whose sessions ended.
pub(super) async fn take(
    app: &App,
    tx: &mut Tx,
    case: &NewCase<'_>,
    mut body: Body,
    entries: &mut Vec<Entry>,
) -> Result<Vec<MemberId>, Error> {
    let Some(rule) = standing::find(tx).await? else { return Ok(Vec::new()) };
    if rule.measure == Measure::None || case.score_milli < rule.score_milli {
        return Ok(Vec::new());
    }
    let now = app.now();
    let mut suspended = Vec::new();
    for account in members::of_person(tx, case.person).await? {
        // Who is suspended already was so for another reason, and stays so when this ends.
        if account.suspended_at.is_some() {
            continue;
        }
        let before = Before { member: account.member, budget: standing::budget_of(tx, account.member).await? };
        if rule.measure == Measure::Suspended {
            members::suspend(tx, account.member, Some(now), now).await?;
            suspended.push(account.member);
        } else {
            let budget = before.budget.unwrap_or_else(|| Budget::of(account.role)).narrowed();
            budgets::set(tx, &account.member.to_string(), budget, rule.set_by, now).await?;
        }
        body.before.push(before);
    }
    walls::touch(tx, case.person).await?;
    let text = serde_json::to_string(&body).unwrap_or_default();
    cases::measured(tx, case.id, rule.measure, &text, now).await?;
    let entry = Entry::new(LedgerOf::Installation, Act::CaseMeasured, now.0)
        .because("measure", rule.measure.word())
        .because("from_score_milli", rule.score_milli)
        .of("case", case.id.to_string())
        .of("whom", pseudonym(tx, case.person))
        .by("job", "watch");
    entries.push(entry);
    Ok(suspended)
}

/// Undoes what a case did at once. `None` if it did nothing or that has ended.
pub(super) async fn lift(app: &App, tx: &mut Tx, case: &Case, body: &Body) -> Result<Option<Entry>, Error> {
    if case.measure == Measure::None || case.lifted_at.is_some() {
        return Ok(None);
    }
    let now = app.now();
    for before in &body.before {
        match (case.measure, before.budget) {
            (Measure::Suspended, _) => {
                members::suspend(tx, before.member, None, now).await?;
            }
            (_, Some(budget)) => budgets::set(tx, &before.member.to_string(), budget, before.member, now).await?,
            (_, None) => standing::unset_budget(tx, before.member).await?,
        }
    }
    walls::touch(tx, case.person).await?;
    cases::lifted(tx, case.id, now).await?;
    Ok(Some(
        Entry::new(LedgerOf::Installation, Act::CaseLifted, now.0)
            .because("measure", case.measure.word())
            .of("case", case.id.to_string())
            .of("whom", pseudonym(tx, case.person)),
    ))
}
