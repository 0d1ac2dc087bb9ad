//! What a case does at once by the standing rule, and how it is undone.

use super::case_body::{Before, Body};
use crate::{App, Error, access::entry};
use vouchsafe_domain::{
    custody::{budget::Budget, case::Measure},
    ids::{CaseId, MemberId, PersonId},
};
use vouchsafe_ledger::{act::Act, entry::Entry};
use vouchsafe_store::{
    Tx,
    access::members,
    custody::{
        budgets,
        cases::{self, Case},
        standing, walls,
        watched::pseudonym,
    },
};

/// Does what the standing rule says of a case: its id, about whom, its score. Returns the accounts whose sessions ended.
pub(super) async fn take(
    app: &App,
    tx: &mut Tx,
    (case, person, score_milli): (CaseId, PersonId, i64),
    mut body: Body,
    entries: &mut Vec<Entry>,
) -> Result<Vec<MemberId>, Error> {
    let Some(rule) = standing::find(tx).await? else { return Ok(Vec::new()) };
    if rule.measure == Measure::None || score_milli < rule.score_milli {
        return Ok(Vec::new());
    }
    let now = app.now();
    let standing_already = stands(tx, person, case, rule.measure).await?;
    let mut suspended = Vec::new();
    for account in members::of_person(tx, person).await? {
        if let Some(before) = standing_already.iter().find(|before| before.member == account.member) {
            // Another case did it already: once is enough, and it stays until both are decided.
            body.before.push(before.clone());
            continue;
        }
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
    walls::touch(tx, person).await?;
    let text = serde_json::to_string(&body).unwrap_or_default();
    cases::measured(tx, case, rule.measure, &text, now).await?;
    let entry = entry(app, Act::CaseMeasured)
        .because("measure", rule.measure.word())
        .because("from_score_milli", rule.score_milli)
        .of("case", case.to_string())
        .of("whom", pseudonym(tx, person))
        .by("job", "watch");
    entries.push(entry);
    Ok(suspended)
}

/// How the accounts of a person stood before measures of this kind that still stand, but for those of `case`.
async fn stands(tx: &mut Tx, person: PersonId, case: CaseId, measure: Measure) -> Result<Vec<Before>, Error> {
    let all = cases::of_person(tx, person).await?;
    let standing = all.iter().filter(|one| one.id != case && one.measure == measure && one.lifted_at.is_none());
    Ok(standing.flat_map(|one| Body::of(one).before).collect())
}

/// Undoes what a case did at once, but for what another case about the same person did as well. `None` if it did nothing or
/// that has ended.
pub(super) async fn lift(app: &App, tx: &mut Tx, case: &Case, body: &Body) -> Result<Option<Entry>, Error> {
    if case.measure == Measure::None || case.lifted_at.is_some() {
        return Ok(None);
    }
    let now = app.now();
    let others = stands(tx, case.person, case.id, case.measure).await?;
    for before in &body.before {
        if others.iter().any(|other| other.member == before.member) {
            continue;
        }
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
        entry(app, Act::CaseLifted)
            .because("measure", case.measure.word())
            .of("case", case.id.to_string())
            .of("whom", pseudonym(tx, case.person)),
    ))
}
