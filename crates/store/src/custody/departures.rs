//! Departures as they were ordered, how far each has come, and who let it go.

pub mod source;

use crate::{
    Error, Tx,
    custody::clearance::Clearance,
    releases::folders::{Approval, approvals, building},
    seal::Sealed,
    tx::Read,
    vals,
};
use vouchsafe_domain::{
    custody::departure::State,
    ids::{ClientId, DepartureId, MemberId, PersonId},
    time::Micros,
};

const TABLE: &str = "departure";
/// How many departures of one client a list shows.
const LISTED_MAX: i64 = 100;

/// A departure, its body still sealed.
#[derive(Debug, Clone)]
pub struct Found {
    /// Which.
    pub id: DepartureId,
    /// Whose.
    pub client: ClientId,
    /// Where it stands.
    pub state: State,
    /// Tasks in it: so far while it is built.
    pub tasks: Option<i64>,
    /// Size of its files in bytes, once built.
    pub bytes: Option<i64>,
    /// Who ordered it.
    pub ordered_by: MemberId,
    /// When.
    pub ordered_at: Micros,
    /// When its folder was whole.
    pub built_at: Option<Micros>,
    /// When it was given up, taken back or over.
    pub ended_at: Option<Micros>,
    /// Why its build was given up: a stable word.
    pub failure: Option<String>,
    /// Builds begun so far.
    pub attempts: u32,
    body: Sealed,
}

impl Found {
    /// Manifest and list of files: what is in them, none of it content.
    pub fn peek(&self, tx: &Tx, clearance: &Clearance<'_>) -> Result<Vec<u8>, Error> {
        clearance.peek(tx, TABLE, &self.id.to_string(), &self.body)
    }
}

/// Adds a departure in the state `building`. False when the client has one that is not over.
pub async fn insert(
    tx: &mut Tx,
    clearance: &Clearance<'_>,
    id: DepartureId,
    body: &[u8],
    by: MemberId,
    at: Micros,
) -> Result<bool, Error> {
    let sealed = clearance.seal(tx, TABLE, &id.to_string(), body)?;
    let inserted = tx
        .exec(
            "insert into departure (id, client_id, state, body_sealed, ordered_by, ordered_us)
             values ($1, $2, 'building', $3, $4, $5)
             on conflict (client_id) where state in ('building', 'built', 'approved') do nothing",
            vals![id, clearance.client(), sealed, by, at],
        )
        .await?;
    Ok(inserted == 1)
}

macro_rules! columns {
    ($rest:literal) => {
        concat!(
            "select d.id, d.client_id, d.state, d.task_count, d.bytes, d.ordered_by, d.ordered_us, d.built_us, d.ended_us,
                    d.failure, d.build_attempts, d.body_sealed
               from departure d ",
            $rest
        )
    };
}

fn read(row: &crate::Row) -> Result<Found, Error> {
    Ok(Found {
        id: row.id(0)?,
        client: row.id(1)?,
        state: row.id(2)?,
        tasks: row.opt_int(3)?,
        bytes: row.opt_int(4)?,
        ordered_by: row.id(5)?,
        ordered_at: row.at(6)?,
        built_at: row.opt_at(7)?,
        ended_at: row.opt_at(8)?,
        failure: row.opt_text(9)?.map(str::to_owned),
        attempts: row.count(10)?,
        body: row.sealed(11)?,
    })
}

/// One departure, locked until the transaction ends.
pub async fn get(tx: &mut Tx, id: DepartureId) -> Result<Option<Found>, Error> {
    tx.one(columns!("where d.id = $1 /*lock d*/"), vals![id]).await?.as_ref().map(read).transpose()
}

/// The departures of a client, newest first, at most 100.
pub async fn of_client(tx: &mut Tx, client: ClientId) -> Result<Vec<Found>, Error> {
    let sql = columns!("where d.client_id = $1 order by d.ordered_us desc, d.id limit $2");
    tx.q(sql, vals![client, LISTED_MAX]).await?.iter().map(read).collect()
}

/// Departures that were built up to a moment and whose folder is still there, oldest first.
pub async fn built_before(on: &mut Read, at: Micros, limit: u32) -> Result<Vec<DepartureId>, Error> {
    let rows = on
        .q(
            "select d.id
               from departure d
              where d.state in ('built', 'approved') and d.built_us <= $1
              order by d.built_us, d.id
              limit $2",
            vals![at, limit],
        )
        .await?;
    rows.iter().map(|row| row.id(0)).collect()
}

building!("departure", DepartureId, count: "task_count", ended: "ended_us");
approvals!("departure_approval", "departure_id", DepartureId);

/// Moves a departure on. False when it no longer stood where it was.
pub async fn move_on(tx: &mut Tx, id: DepartureId, from: State, to: State, at: Micros) -> Result<bool, Error> {
    let ended = (!to.is_live()).then_some(at);
    let changed = tx
        .exec(
            "update departure set state = $1, ended_us = $2, build_us = null where id = $3 and state = $4",
            vals![to.word(), ended, id, from.word()],
        )
        .await?;
    Ok(changed == 1)
}
