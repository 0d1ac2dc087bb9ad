//! The figures of a project's quality as last reckoned, and the certainty they give to each consensus.

use crate::{
    Error, Pending, Tx,
    custody::{
        clearance::{Clearance, Sealer},
        opener::Opener,
    },
    seal::Sealed,
    tx::Read,
    vals,
    work::consensus::{self, Done},
};
use vouchsafe_domain::{
    ids::{ClientId, ProjectId},
    time::Micros,
};

const TABLE: &str = "quality_report";

/// A project of which something is newer than its report.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stale {
    /// Which.
    pub project: ProjectId,
    /// Whose.
    pub client: ClientId,
    /// When the newest of what it is reckoned from came.
    pub newest: Micros,
    /// When its report was reckoned, if it has one.
    pub computed_at: Option<Micros>,
}

/// Projects with answers, reviews, decisions or a schema that came after their report was begun. Cost: five index steps a project.
pub async fn stale(on: &mut Read) -> Result<Vec<Stale>, Error> {
    let rows = on
        .q(
            "select s.id, s.client_id, case when s.reviewed > s.newest then s.reviewed else s.newest end, q.computed_us
               from (select p.id, p.client_id,
                            (select max(n.submitted_us) from annotation n where n.project_id = p.id) as newest,
                            coalesce((select max(u.at_us) from (select max(r.created_us) as at_us from review r where r.project_id = p.id
                                                                  union all
                                                                 select max(m.created_us) from review_measure m where m.project_id = p.id
                                                                  union all
                                                                 select max(d.created_us) from adjudication d where d.project_id = p.id
                                                                  union all
                                                                 select max(v.created_us) from schema v where v.project_id = p.id) u), 0) as reviewed
                       from project p) s
               left join quality_report q on q.project_id = s.id
              where s.newest is not null and (q.project_id is null or q.newest_us < s.newest or q.newest_us < s.reviewed)
              order by s.id",
            vals![],
        )
        .await?;
    let stale = |row: &crate::Row| {
        Ok(Stale { project: row.id(0)?, client: row.id(1)?, newest: row.at(2)?, computed_at: row.opt_at(3)? })
    };
    rows.iter().map(stale).collect()
}

/// A report that is sealed and may be kept.
pub struct Prepared {
    of: Stale,
    body: Sealed,
}

/// Seals a report, outside any transaction.
pub fn prepare(sealer: &Sealer, of: Stale, body: &[u8]) -> Prepared {
    Prepared { of, body: sealer.seal(TABLE, &of.project.to_string(), body) }
}

/// Keeps a report in place of the one before.
pub async fn keep(tx: &mut Tx, clearance: &Clearance<'_>, report: Prepared, at: Micros) -> Result<(), Error> {
    clearance.within(tx)?;
    let of = report.of;
    tx.exec(
        "insert into quality_report (project_id, client_id, body_sealed, newest_us, computed_us) values ($1, $2, $3, $4, $5)
         on conflict (project_id) do update
           set body_sealed = excluded.body_sealed, newest_us = excluded.newest_us, computed_us = excluded.computed_us",
        vals![of.project, clearance.client(), report.body, of.newest, at],
    )
    .await?;
    Ok(())
}

/// The report of a project, on its way out; `None` before the first.
pub async fn pending(
    tx: &mut Tx,
    clearance: &Clearance<'_>,
    project: ProjectId,
) -> Result<Option<(Pending<Vec<u8>>, Micros)>, Error> {
    let sql = "select body_sealed, computed_us from quality_report where project_id = $1 and client_id = $2";
    let Some(row) = tx.one(sql, vals![project, clearance.client()]).await? else { return Ok(None) };
    Ok(Some((clearance.pending(tx, TABLE, &project.to_string(), row.sealed(0)?)?, row.at(1)?)))
}

/// The report of a project for the server's own use; `None` before the first.
pub async fn open(on: &mut Read, opener: &Opener, project: ProjectId) -> Result<Option<Vec<u8>>, Error> {
    let sql = "select body_sealed from quality_report where project_id = $1 and client_id = $2";
    let row = on.one(sql, vals![project, opener.client()]).await?;
    row.map(|row| opener.open(TABLE, &project.to_string(), &row.sealed(0)?)).transpose()
}

/// When the last report of a project was reckoned; `None` before the first. Until the transaction ends nobody else keeps a report, nor acts by one: what is asked about
/// once more is decided by one transaction at a time, as long as each holds the report or keeps one first.
pub async fn hold(tx: &mut Tx, project: ProjectId) -> Result<Option<Micros>, Error> {
    let sql = "select q.computed_us from quality_report q where q.project_id = $1 /*lock q*/";
    tx.one(sql, vals![project]).await?.map(|row| row.at(0)).transpose()
}

/// When the last report of a project was reckoned; `None` before the first.
pub async fn computed_at(tx: &mut Tx, project: ProjectId) -> Result<Option<Micros>, Error> {
    let sql = "select computed_us from quality_report where project_id = $1";
    tx.one(sql, vals![project]).await?.map(|row| row.at(0)).transpose()
}

/// The consensus of a task as it stands, sealed.
pub struct Standing {
    /// Which.
    pub done: Done,
    /// When it was reckoned.
    pub computed_at: Micros,
    body: Sealed,
}

impl Standing {
    /// By question, as JSON text.
    pub fn open(&self, opener: &Opener) -> Result<Vec<u8>, Error> {
        opener.open(consensus::TABLE, &self.done.task.to_string(), &self.body)
    }
}

/// The next tasks with a consensus after the one of this number, in order of coming, at most `limit`.
pub async fn standing(on: &mut Read, project: ProjectId, after: i64, limit: u32) -> Result<Vec<Standing>, Error> {
    let rows = on
        .q(
            "select t.no, t.id, k.computed_us, k.body_sealed, t.lane, t.overlap, t.done_us
               from task t cross join consensus k
              where t.project_id = $1 and t.no > $2 and t.state = 'done' and t.consensus_us is not null and k.task_no = t.no
              order by t.no
              limit $3",
            vals![project, after, limit],
        )
        .await?;
    let read = |row: &crate::Row| {
        let (lane, overlap) = (row.int(4)?, row.count(5)?);
        let done = Done { task: row.id(1)?, number: row.int(0)?, lane, overlap, done_at: row.at(6)? };
        Ok(Standing { done, computed_at: row.at(2)?, body: row.sealed(3)? })
    };
    rows.iter().map(read).collect()
}

/// A consensus that became surer or less sure.
pub struct Refined {
    number: i64,
    computed_at: Micros,
    body: Sealed,
}

/// Seals the new body of a consensus, outside any transaction.
pub fn refine(sealer: &Sealer, of: &Standing, body: &[u8]) -> Refined {
    let body = sealer.seal(consensus::TABLE, &of.done.task.to_string(), body);
    Refined { number: of.done.number, computed_at: of.computed_at, body }
}

/// Puts new bodies where the consensus is still the one that was read, and returns how many it was.
pub async fn keep_refined(tx: &mut Tx, clearance: &Clearance<'_>, refined: Vec<Refined>) -> Result<usize, Error> {
    clearance.within(tx)?;
    let sql = "update consensus set body_sealed = $1 where task_no = $2 and computed_us = $3";
    let rows: Vec<[crate::Val<'_>; 3]> =
        refined.into_iter().map(|one| [one.body.into(), one.number.into(), one.computed_at.into()]).collect();
    let changed = tx.exec_each(sql, &rows).await?;
    Ok(changed.into_iter().filter(|n| *n == 1).count())
}
