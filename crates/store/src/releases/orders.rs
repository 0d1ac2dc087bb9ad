//! Releases as they were ordered, and how far each has come.

use super::folders::{Approval, approvals, building};
use crate::{Error, Pending, Tx, custody::clearance::Clearance, seal::Sealed, tx::Read, vals};
use vouchsafe_domain::{
    ids::{ClientId, MemberId, PersonId, ProjectId, ReleaseId},
    releases::State,
    time::Micros,
};

const TABLE: &str = "release";

/// Adds a release in the state `building` and returns its version within the project, from 1. `body` holds name,
/// formats and options as JSON text.
pub async fn insert(
    tx: &mut Tx,
    clearance: &Clearance<'_>,
    id: ReleaseId,
    project: ProjectId,
    body: &[u8],
    by: MemberId,
    at: Micros,
) -> Result<u32, Error> {
    tx.one("select id from project where id = $1 /*lock project*/", vals![project]).await?;
    let sealed = clearance.seal(tx, TABLE, &id.to_string(), body)?;
    let row = tx
        .one(
            "insert into release (id, project_id, client_id, version, state, body_sealed, ordered_by, ordered_us)
             select $1, $2, $3, 1 + (select count(*) from release r where r.project_id = $2), 'building', $4, $5, $6
             returning version",
            vals![id, project, clearance.client(), sealed, by, at],
        )
        .await?;
    row.ok_or(Error::Missing { table: TABLE })?.count(0)
}

/// A release, its body still sealed.
#[derive(Debug, Clone)]
pub struct Found {
    /// Which.
    pub id: ReleaseId,
    /// Of which project.
    pub project: ProjectId,
    /// Of which client.
    pub client: ClientId,
    /// Within the project, from 1.
    pub version: u32,
    /// Where it stands.
    pub state: State,
    /// Tasks in it: so far while it is built.
    pub rows: Option<i64>,
    /// Size of its files in bytes, once built.
    pub bytes: Option<i64>,
    /// Who ordered it.
    pub ordered_by: MemberId,
    /// When.
    pub ordered_at: Micros,
    /// When its folder was whole.
    pub built_at: Option<Micros>,
    /// When its files were opened for fetching.
    pub delivered_at: Option<Micros>,
    /// When its build was given up.
    pub failed_at: Option<Micros>,
    /// Why: a stable word.
    pub failure: Option<String>,
    /// Builds begun so far.
    pub attempts: u32,
    body: Sealed,
}

impl Found {
    /// Name, formats, options and, once built, manifest: on their way to whom they were cleared for.
    pub fn pending(&self, tx: &Tx, clearance: &Clearance<'_>) -> Result<Pending<Vec<u8>>, Error> {
        clearance.pending(tx, TABLE, &self.id.to_string(), self.body.clone())
    }

    /// The same, for the server's own work.
    pub fn peek(&self, tx: &Tx, clearance: &Clearance<'_>) -> Result<Vec<u8>, Error> {
        clearance.peek(tx, TABLE, &self.id.to_string(), &self.body)
    }
}

macro_rules! columns {
    ($rest:literal) => {
        concat!(
            "select r.id, r.project_id, r.client_id, r.version, r.state, r.row_count, r.bytes, r.ordered_by, r.ordered_us,
                    r.built_us, r.delivered_us, r.failed_us, r.failure, r.build_attempts, r.body_sealed
               from release r ",
            $rest
        )
    };
}

fn read(row: &crate::Row) -> Result<Found, Error> {
    Ok(Found {
        id: row.id(0)?,
        project: row.id(1)?,
        client: row.id(2)?,
        version: row.count(3)?,
        state: row.id(4)?,
        rows: row.opt_int(5)?,
        bytes: row.opt_int(6)?,
        ordered_by: row.id(7)?,
        ordered_at: row.at(8)?,
        built_at: row.opt_at(9)?,
        delivered_at: row.opt_at(10)?,
        failed_at: row.opt_at(11)?,
        failure: row.opt_text(12)?.map(str::to_owned),
        attempts: row.count(13)?,
        body: row.sealed(14)?,
    })
}

/// One release, locked until the transaction ends.
pub async fn get(tx: &mut Tx, id: ReleaseId) -> Result<Option<Found>, Error> {
    tx.one(columns!("where r.id = $1 /*lock r*/"), vals![id]).await?.as_ref().map(read).transpose()
}

/// The releases of a project in order of ordering, after `(ordered, id)`.
pub async fn list(tx: &mut Tx, project: ProjectId, after: (i64, &str), limit: u32) -> Result<Vec<Found>, Error> {
    let rows = tx
        .q(
            columns!(
                "where r.project_id = $1 and (r.ordered_us > $2 or (r.ordered_us = $2 and r.id > $3))
                 order by r.ordered_us, r.id
                 limit $4"
            ),
            vals![project, after.0, after.1, limit],
        )
        .await?;
    rows.iter().map(read).collect()
}

building!("release", ReleaseId, count: "row_count", ended: "failed_us");
approvals!("release_approval", "release_id", ReleaseId);

/// Moves a release on. False when it no longer stood where it was.
pub async fn move_on(tx: &mut Tx, id: ReleaseId, from: State, to: State, at: Micros) -> Result<bool, Error> {
    let delivered = (to == State::Delivered).then_some(at);
    let changed = tx
        .exec(
            "update release set state = $1, delivered_us = $2 where id = $3 and state = $4",
            vals![to.word(), delivered, id, from.word()],
        )
        .await?;
    Ok(changed == 1)
}

/// The releases whose folder is whole: what a backup copies beside the rows.
pub async fn whole(on: &mut Read) -> Result<Vec<ReleaseId>, Error> {
    let rows =
        on.q("select id from release where state in ('built', 'approved', 'delivered') order by id", &[]).await?;
    rows.iter().map(|row| row.id(0)).collect()
}

/// How many releases are still to be built, and since when the oldest waits.
pub async fn waiting(on: &mut Read) -> Result<(i64, Option<Micros>), Error> {
    let row = on.one("select count(*), min(ordered_us) from release where state = 'building'", &[]).await?;
    row.map_or(Ok((0, None)), |row| Ok((row.int(0)?, row.opt_at(1)?)))
}
