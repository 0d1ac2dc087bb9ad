//! Asking about a task until its answer is probable enough: the rule of a project, and one more slot for a task.

use crate::{Error, Tx, custody::clearance::Clearance, tx::Read, vals, work::queue};
use std::collections::BTreeMap;
use vouchsafe_domain::{
    ids::{PersonId, ProjectId, TaskId},
    time::Micros,
    work::telling::{Stratum, Tells},
};

/// When a task has been asked about often enough.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Until {
    /// The probability its answer must have, in 1/10,000.
    pub posterior_per_10000: u32,
    /// Most people on one task.
    pub at_most: u32,
    /// Most answers in the project as a whole.
    pub answers_max: Option<u32>,
    /// What one more answer must be expected to tell, in millionths of a bit; where the project states a price, per unit of its currency.
    pub least_gain_millionths: Option<i64>,
}

/// Sets the rule of a project; `None` takes it away.
pub async fn set(
    tx: &mut Tx,
    clearance: &Clearance<'_>,
    project: ProjectId,
    until: Option<&Until>,
) -> Result<(), Error> {
    clearance.within(tx)?;
    tx.exec(
        "update project set until_per_10000 = $1, at_most = $2, answers_max = $3, least_gain_millionths = $4 where id = $5 and client_id = $6",
        vals![
            until.map(|until| until.posterior_per_10000),
            until.map(|until| until.at_most),
            until.and_then(|until| until.answers_max),
            until.and_then(|until| until.least_gain_millionths),
            project,
            clearance.client()
        ],
    )
    .await?;
    Ok(())
}

const SELECT: &str = "select until_per_10000, at_most, answers_max, least_gain_millionths from project where id = $1";

fn read(row: &crate::Row) -> Result<Option<Until>, Error> {
    let (Some(posterior), Some(at_most)) = (row.opt_int(0)?, row.opt_int(1)?) else { return Ok(None) };
    let count = |n: i64| u32::try_from(n).unwrap_or(u32::MAX);
    Ok(Some(Until {
        posterior_per_10000: count(posterior),
        at_most: count(at_most),
        answers_max: row.opt_int(2)?.map(count),
        least_gain_millionths: row.opt_int(3)?,
    }))
}

/// The rule of a project, for whoever changes or shows it.
pub async fn get(tx: &mut Tx, project: ProjectId) -> Result<Option<Until>, Error> {
    tx.one(SELECT, vals![project]).await?.map_or(Ok(None), |row| read(&row))
}

/// What a project does with tasks whose answer is not sure.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Rules {
    /// Until when it asks on.
    pub until: Option<Until>,
    /// Below which probability, in 1/10,000, an adjudicator decides.
    pub adjudicate_per_10000: Option<u32>,
    /// Price of one answer, in 1/10,000 of the unit of its currency, if the project states one.
    pub price_per_10000: Option<i64>,
    /// How many answers were given, are being given or are still wanted; counted where it asks on within a budget.
    pub answers: i64,
    /// How many places in its lanes were given out when they were counted: each slot that is opened takes one.
    pub places: i64,
}

impl Rules {
    /// How many slots may be opened within the budget.
    pub fn left(&self) -> usize {
        self.until.map_or(0, |until| {
            until.answers_max.map_or(usize::MAX, |max| usize::try_from(i64::from(max) - self.answers).unwrap_or(0))
        })
    }
}

macro_rules! rules {
    ($lock:literal) => {
        concat!(
            "select p.until_per_10000, p.at_most, p.answers_max, p.least_gain_millionths, p.adjudicate_per_10000, p.price_per_10000
               from project p where p.id = $1 and p.state = 'open'",
            $lock
        )
    };
}

fn read_rules(row: &crate::Row) -> Result<Rules, Error> {
    let adjudicate = row.opt_int(4)?.and_then(|below| u32::try_from(below).ok());
    let price = row.opt_int(5)?;
    let until = read(row)?;
    Ok(Rules { until, adjudicate_per_10000: adjudicate, price_per_10000: price, answers: 0, places: 0 })
}

/// The rules of a project; `None` where it gives no work out. Cost: with a budget one walk over the index of its annotations, and one over the leases of all projects.
pub async fn open(on: &mut Read, project: ProjectId) -> Result<Option<Rules>, Error> {
    let Some(row) = on.one(rules!(""), vals![project]).await? else { return Ok(None) };
    let rules = read_rules(&row)?;
    if rules.until.is_none_or(|until| until.answers_max.is_none()) {
        return Ok(Some(rules));
    }
    let counted = on
        .one(
            "select (select count(*) from annotation n where n.project_id = $1),
                    (select cast(coalesce(sum(t.open_slots), 0) as bigint) from task t where t.project_id = $1 and t.lane >= 0 and t.open_slots > 0),
                    (select count(*) from assignment a where a.state in ('leased', 'returned') and a.project_id = $1 and a.step = 'label'),
                    (select cast(coalesce(sum(l.next_pos), 0) as bigint) from lane l where l.project_id = $1 and l.lane >= 0)",
            vals![project],
        )
        .await?;
    let count = |row: crate::Row| Ok::<_, Error>((row.int(0)? + row.int(1)? + row.int(2)?, row.int(3)?));
    let (answers, places) = counted.map_or(Ok((0, 0)), count)?;
    Ok(Some(Rules { answers, places, ..rules }))
}

/// How many slots of a project may have been opened at most since these rules were read and answers counted, where there is a budget; `None` where the rules are others by now. They stay as they are until the
/// transaction ends. It must hold the project's report: so nobody opens more meanwhile.
pub async fn opened_since(tx: &mut Tx, project: ProjectId, rules: &Rules) -> Result<Option<usize>, Error> {
    let Some(row) = tx.one(rules!(" /*share p*/"), vals![project]).await? else { return Ok(None) };
    let (answers, places) = (rules.answers, rules.places);
    if (Rules { answers, places, ..read_rules(&row)? }) != *rules {
        return Ok(None);
    }
    if rules.until.is_none_or(|until| until.answers_max.is_none()) {
        return Ok(Some(0));
    }
    let sql = "select cast(coalesce(sum(l.next_pos), 0) as bigint) from lane l where l.project_id = $1 and l.lane >= 0";
    let now = tx.one(sql, vals![project]).await?.map_or(Ok(0), |row| row.int(0))?;
    Ok(Some(usize::try_from(now - places).unwrap_or(0)))
}

/// A task that was done and shall be asked about once more.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Wanted {
    /// Which.
    pub task: TaskId,
    /// Its lane.
    pub lane: i64,
    /// When it was done: its answers have not changed since, as long as this is so.
    pub done_at: Micros,
    /// What one more answer is expected to tell, by who gives it; `None` where anybody may be asked first.
    pub tells: Option<Tells>,
}

/// Opens one more slot of each task that is still done as it was and was not asked of `at_most` people, behind everybody's place. Returns how many were opened.
pub async fn widen(
    tx: &mut Tx,
    clearance: &Clearance<'_>,
    project: ProjectId,
    tasks: &[Wanted],
    at_most: u32,
) -> Result<usize, Error> {
    clearance.within(tx)?;
    let mut opened = 0;
    let mut lanes: BTreeMap<i64, Vec<&Wanted>> = BTreeMap::new();
    for task in tasks {
        lanes.entry(task.lane).or_default().push(task);
    }
    for (lane, tasks) in lanes {
        let first = queue::reserve(tx, project, lane, tasks.len()).await?;
        let sql = "update task set overlap = overlap + 1, open_slots = open_slots + 1, pos = $1, state = 'open', done_us = null, consensus_us = null, tells = $4
                    where id = $2 and state = 'done' and done_us = $3 and overlap < $5";
        let row = |(pos, one): (i64, &&Wanted)| -> [crate::Val<'_>; 5] {
            [pos.into(), one.task.into(), one.done_at.into(), one.tells.map(|tells| tells.0).into(), at_most.into()]
        };
        let rows: Vec<[crate::Val<'_>; 5]> = (first..).zip(&tasks).map(row).collect();
        let changed = tx.exec_each(sql, &rows).await?;
        opened += changed.into_iter().filter(|n| *n == 1).count();
    }
    Ok(opened)
}

/// A task that is asked about once more and that nobody holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Waiting {
    /// Which.
    pub task: TaskId,
    /// Its number.
    pub number: i64,
    /// Its lane.
    pub lane: i64,
    /// What one more answer was expected to tell when it was last looked at.
    pub tells: Tells,
}

/// The tasks that wait for somebody who tells enough about them, after the one of this number, at most `limit`.
pub async fn waiting(on: &mut Read, project: ProjectId, after: i64, limit: u32) -> Result<Vec<Waiting>, Error> {
    let rows = on
        .q(
            "select t.no, t.id, t.lane, t.tells from task t
              where t.project_id = $1 and t.tells is not null and t.open_slots > 0 and t.no > $2
              order by t.no limit $3",
            vals![project, after, limit],
        )
        .await?;
    let read = |row: &crate::Row| {
        Ok(Waiting { number: row.int(0)?, task: row.id(1)?, lane: row.int(2)?, tells: Tells(row.int(3)?) })
    };
    rows.iter().map(read).collect()
}

/// Puts tasks that still wait at the end of their lane, behind everybody's place, with what an answer tells now.
pub async fn weigh(
    tx: &mut Tx,
    clearance: &Clearance<'_>,
    project: ProjectId,
    tasks: &[(Waiting, Tells)],
) -> Result<(), Error> {
    clearance.within(tx)?;
    let mut lanes: BTreeMap<i64, Vec<&(Waiting, Tells)>> = BTreeMap::new();
    for one in tasks {
        lanes.entry(one.0.lane).or_default().push(one);
    }
    for (lane, tasks) in lanes {
        let first = queue::reserve(tx, project, lane, tasks.len()).await?;
        let sql = "update task set pos = $1, tells = $2 where id = $3 and lane = $4 and tells = $5 and open_slots > 0";
        let rows: Vec<[crate::Val<'_>; 5]> = (first..)
            .zip(&tasks)
            .map(|(pos, (one, now))| [pos.into(), now.0.into(), one.task.into(), lane.into(), one.tells.0.into()])
            .collect();
        tx.exec_each(sql, &rows).await?;
    }
    Ok(())
}

/// Asks no more about tasks that wait for nobody but the one person who was asked for last: they are done as they were before. Returns how many.
pub async fn narrow(tx: &mut Tx, clearance: &Clearance<'_>, tasks: &[Waiting], at: Micros) -> Result<usize, Error> {
    clearance.within(tx)?;
    let sql = "update task set overlap = overlap - 1, open_slots = 0, state = 'done', done_us = $1, consensus_us = null, tells = null
                where id = $2 and tells = $3 and open_slots = 1 and state = 'open'
                  and (select count(*) from annotation n where n.task_no = task.no and n.state in ('accepted', 'fixed')) >= overlap - 1";
    let rows: Vec<[crate::Val<'_>; 3]> =
        tasks.iter().map(|one| [at.into(), one.task.into(), one.tells.0.into()]).collect();
    let changed = tx.exec_each(sql, &rows).await?;
    Ok(changed.into_iter().filter(|n| *n == 1).count())
}

/// Keeps which of those who tell alike each person is one of, where that changed. Returns of how many memberships.
pub async fn group(
    tx: &mut Tx,
    clearance: &Clearance<'_>,
    project: ProjectId,
    people: &[(PersonId, Stratum)],
) -> Result<u64, Error> {
    clearance.within(tx)?;
    let sql = "update standing set stratum = $1
                where project_id = $2 and member_id in (select m.id from member m where m.person_id = $3) and stratum <> $1";
    let rows: Vec<[crate::Val<'_>; 3]> = people
        .iter()
        .map(|(person, stratum)| [stratum.map_or(-1, i64::from).into(), project.into(), (*person).into()])
        .collect();
    Ok(tx.exec_each(sql, &rows).await?.into_iter().sum())
}
