//! The standing rule: what a case does at once. And the budgets that it narrows.

use super::own::{open_own, seal_own};
use crate::{Error, Tx, vals};
use vouchsafe_domain::{
    custody::{budget::Budget, case::Measure},
    ids::MemberId,
    time::Micros,
};

/// What a case does at once, and from which score on.
#[derive(Debug, Clone)]
pub struct Standing {
    /// What it does.
    pub measure: Measure,
    /// From which score on, in thousandths of a nat.
    pub score_milli: i64,
    /// Why it stands.
    pub reason: String,
    /// Who set it.
    pub set_by: MemberId,
    /// Since when.
    pub set_at: Micros,
}

/// The rule in force.
pub async fn find(tx: &mut Tx) -> Result<Option<Standing>, Error> {
    let row = tx
        .one(
            "select id, measure, score_milli, reason_sealed, set_by, set_us from watch_standing
              where ended_us is null order by set_us desc, id limit 1",
            &[],
        )
        .await?;
    row.map(|row| {
        Ok(Standing {
            measure: row.id(1)?,
            score_milli: row.int(2)?,
            reason: open_own(tx, "watch_standing", row.text(0)?, &row.sealed(3)?)?,
            set_by: row.id(4)?,
            set_at: row.at(5)?,
        })
    })
    .transpose()
}

/// Sets a rule in the place of the one in force, or (without one) ends that.
pub async fn set(tx: &mut Tx, id: &str, new: Option<&Standing>, at: Micros) -> Result<(), Error> {
    tx.exec("update watch_standing set ended_us = $1 where ended_us is null", vals![at]).await?;
    if let Some(new) = new {
        let reason = seal_own(tx, "watch_standing", id, &new.reason);
        tx.exec(
            "insert into watch_standing (id, measure, score_milli, reason_sealed, set_by, set_us) values ($1, $2, $3, $4, $5, $6)",
            vals![id, new.measure.word(), new.score_milli, reason, new.set_by, new.set_at],
        )
        .await?;
    }
    Ok(())
}

/// The budget that was set for a member by name, if one was.
pub async fn budget_of(tx: &mut Tx, member: MemberId) -> Result<Option<Budget>, Error> {
    let row = tx
        .one("select hour_max, day_max, month_max from take_budget where subject = $1", vals![member.to_string()])
        .await?;
    row.map(|row| {
        let max = |at| row.int(at).map(|max| u32::try_from(max).unwrap_or(u32::MAX));
        Ok(Budget { hour: max(0)?, day: max(1)?, month: max(2)? })
    })
    .transpose()
}

/// Takes back the budget that was set for a member by name.
pub async fn unset_budget(tx: &mut Tx, member: MemberId) -> Result<(), Error> {
    tx.exec("delete from take_budget where subject = $1", vals![member.to_string()]).await?;
    Ok(())
}
