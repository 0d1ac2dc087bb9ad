//! How much content each member took, in the present hour, day and month, and how much he may.

use super::clearance::{Clearance, Recipient};
use crate::{Error, Tx, Val, vals};
use vouchsafe_domain::{
    custody::budget::{Budget, stretches},
    ids::MemberId,
    time::Micros,
};

/// Counts items, unless a stretch has no room left: then it changes no row. A clock set back begins no stretch anew.
pub(crate) const TAKE: &str = "insert into taken (member_id, hour_us, hour_n, day_us, day_n, month_us, month_n)
     select cast($1 as text), cast($2 as bigint), cast($5 as bigint), cast($3 as bigint), cast($5 as bigint), cast($4 as bigint), cast($5 as bigint)
      where cast($5 as bigint) <= cast($6 as bigint) and cast($5 as bigint) <= cast($7 as bigint) and cast($5 as bigint) <= cast($8 as bigint)
     on conflict (member_id) do update
       set hour_n = case when excluded.hour_us > taken.hour_us then excluded.hour_n else taken.hour_n + excluded.hour_n end,
           day_n = case when excluded.day_us > taken.day_us then excluded.day_n else taken.day_n + excluded.day_n end,
           month_n = case when excluded.month_us > taken.month_us then excluded.month_n else taken.month_n + excluded.month_n end,
           hour_us = case when excluded.hour_us > taken.hour_us then excluded.hour_us else taken.hour_us end,
           day_us = case when excluded.day_us > taken.day_us then excluded.day_us else taken.day_us end,
           month_us = case when excluded.month_us > taken.month_us then excluded.month_us else taken.month_us end
     where (excluded.hour_us > taken.hour_us or taken.hour_n + excluded.hour_n <= $6)
       and (excluded.day_us > taken.day_us or taken.day_n + excluded.day_n <= $7)
       and (excluded.month_us > taken.month_us or taken.month_n + excluded.month_n <= $8)";

/// The values of [`TAKE`] for so many items.
pub(crate) fn vals(member: MemberId, budget: Budget, items: u32, now: Micros) -> [Val<'static>; 8] {
    let [hour, day, month] = stretches(now);
    [
        member.into(),
        hour.into(),
        day.into(),
        month.into(),
        items.into(),
        budget.hour.into(),
        budget.day.into(),
        budget.month.into(),
    ]
}

/// Counts so many items of content that leave by this clearance. Fails with [`Error::Spent`], at the latest with the commit, when the
/// budget is spent: nothing may leave until a second person approved more. The server's own work counts for nobody.
pub async fn take(tx: &mut Tx, clearance: &Clearance<'_>, items: u32) -> Result<(), Error> {
    clearance.within(tx)?;
    let Recipient::Member(asker) = clearance.recipient() else { return Ok(()) };
    let vals = vals(asker.member, clearance.budget(), items, tx.now());
    tx.later_one(TAKE, &vals, || Error::Spent).await
}

/// What a member took.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Taken {
    /// In the present hour.
    pub hour: i64,
    /// Today, in UTC.
    pub day: i64,
    /// In the present 30 days.
    pub month: i64,
    /// Annotations and reviews he submitted in those 30 days.
    pub answered: i64,
    /// Tasks he gave back unanswered in those 30 days.
    pub skipped: i64,
}

/// What a member took in the stretches of `now`; skips and answers beside it.
pub async fn taken(tx: &mut Tx, member: MemberId, now: Micros) -> Result<Taken, Error> {
    let [hour, day, month] = stretches(now);
    let row = tx
        .one(
            "select case when t.hour_us >= $2 then t.hour_n else 0 end, case when t.day_us >= $3 then t.day_n else 0 end,
                    case when t.month_us >= $4 then t.month_n else 0 end
               from taken t where t.member_id = $1",
            vals![member, hour, day, month],
        )
        .await?;
    let mut taken = match row {
        Some(row) => Taken { hour: row.int(0)?, day: row.int(1)?, month: row.int(2)?, ..Taken::default() },
        None => Taken::default(),
    };
    let row = tx
        .one(
            "select (select count(*) from annotation a where a.member_id = $1 and a.submitted_us >= $2)
                  + (select count(*) from review r where r.member_id = $1 and r.created_us >= $2),
                    (select count(*) from flag f where f.member_id = $1 and f.kind = 'skip' and f.created_us >= $2)",
            vals![member, month],
        )
        .await?;
    if let Some(row) = row {
        (taken.answered, taken.skipped) = (row.int(0)?, row.int(1)?);
    }
    Ok(taken)
}

/// Sets the budget of a role (by its word) or of a member (by his id).
pub async fn set(tx: &mut Tx, subject: &str, budget: Budget, by: MemberId, at: Micros) -> Result<(), Error> {
    tx.exec(
        "insert into take_budget (subject, hour_max, day_max, month_max, set_by, set_us) values ($1, $2, $3, $4, $5, $6)
         on conflict (subject) do update set hour_max = excluded.hour_max, day_max = excluded.day_max,
                month_max = excluded.month_max, set_by = excluded.set_by, set_us = excluded.set_us",
        vals![subject, budget.hour, budget.day, budget.month, by, at],
    )
    .await?;
    Ok(())
}

/// A budget that somebody set.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Set {
    /// A role's word, or a member's id.
    pub subject: String,
    /// How much.
    pub budget: Budget,
    /// By whom.
    pub set_by: MemberId,
    /// When.
    pub set_at: Micros,
}

/// Every budget that was set, by subject, at most 10,000.
pub async fn list(tx: &mut Tx) -> Result<Vec<Set>, Error> {
    let rows = tx
        .q(
            "select subject, hour_max, day_max, month_max, set_by, set_us from take_budget order by subject limit 10000",
            &[],
        )
        .await?;
    let size = |n: i64| u32::try_from(n).unwrap_or(u32::MAX);
    rows.iter()
        .map(|row| {
            Ok(Set {
                subject: row.text(0)?.to_owned(),
                budget: Budget { hour: size(row.int(1)?), day: size(row.int(2)?), month: size(row.int(3)?) },
                set_by: row.id(4)?,
                set_at: row.at(5)?,
            })
        })
        .collect()
}
