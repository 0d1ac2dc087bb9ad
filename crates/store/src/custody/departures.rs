//! Departures as they were ordered, how far each has come, and who let it go.

pub mod source;

use crate::{Error, Tx, custody::clearance::Clearance, seal::Sealed, tx::Read, vals};
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

/// Departures whose build nobody has been heard of since `heard_since`, oldest first.
pub async fn unbuilt(on: &mut Read, heard_since: Micros, limit: u32) -> Result<Vec<DepartureId>, Error> {
    let rows = on
        .q(
            "select d.id
               from departure d
              where d.state = 'building' and (d.build_us is null or d.build_us < $1)
              order by d.ordered_us, d.id
              limit $2",
            vals![heard_since, limit],
        )
        .await?;
    rows.iter().map(|row| row.id(0)).collect()
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

/// Takes a departure for building, unless somebody was heard building it since `heard_since`.
pub async fn claim(tx: &mut Tx, id: DepartureId, build: &str, at: Micros, heard_since: Micros) -> Result<bool, Error> {
    let changed = tx
        .exec(
            "update departure set build_id = $1, build_us = $2, build_attempts = build_attempts + 1, task_count = 0
              where id = $3 and state = 'building' and (build_us is null or build_us < $4)",
            vals![build, at, id, heard_since],
        )
        .await?;
    Ok(changed == 1)
}

/// A build says that it goes on. False when it is no longer the one that holds the departure.
pub async fn going(tx: &mut Tx, id: DepartureId, build: &str, tasks: u64, at: Micros) -> Result<bool, Error> {
    let changed = tx
        .exec(
            "update departure set build_us = $1, task_count = $2 where id = $3 and state = 'building' and build_id = $4",
            vals![at, i64::try_from(tasks).unwrap_or(i64::MAX), id, build],
        )
        .await?;
    Ok(changed == 1)
}

/// What a finished build came to.
pub struct Built<'a> {
    /// Which build.
    pub build: &'a str,
    /// `built`, or `approved` by a standing rule.
    pub state: State,
    /// The body, now with its manifest.
    pub body: &'a [u8],
    /// Tasks in it.
    pub tasks: u64,
    /// Size of its files.
    pub bytes: u64,
    /// When.
    pub at: Micros,
}

/// The folder is whole. False when this build no longer holds the departure.
pub async fn built(tx: &mut Tx, clearance: &Clearance<'_>, id: DepartureId, built: &Built<'_>) -> Result<bool, Error> {
    let sealed = clearance.seal(tx, TABLE, &id.to_string(), built.body)?;
    let whole = |n: u64| i64::try_from(n).unwrap_or(i64::MAX);
    let changed = tx
        .exec(
            "update departure set state = $1, body_sealed = $2, task_count = $3, bytes = $4, built_us = $5, build_us = null
              where id = $6 and state = 'building' and build_id = $7",
            vals![built.state.word(), sealed, whole(built.tasks), whole(built.bytes), built.at, id, built.build],
        )
        .await?;
    Ok(changed == 1)
}

/// The build came to nothing. False when this build no longer holds the departure.
pub async fn failed(tx: &mut Tx, id: DepartureId, build: &str, why: &str, at: Micros) -> Result<bool, Error> {
    let changed = tx
        .exec(
            "update departure set state = 'failed', failure = $1, ended_us = $2, build_us = null
              where id = $3 and state = 'building' and build_id = $4",
            vals![why, at, id, build],
        )
        .await?;
    Ok(changed == 1)
}

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

/// One person approves. False when he did before, by whatever account.
pub async fn approve(
    tx: &mut Tx,
    id: DepartureId,
    person: PersonId,
    member: MemberId,
    at: Micros,
) -> Result<bool, Error> {
    let inserted = tx
        .exec(
            "insert into departure_approval (departure_id, person_id, member_id, approved_us) values ($1, $2, $3, $4)
             on conflict (departure_id, person_id) do nothing",
            vals![id, person, member, at],
        )
        .await?;
    Ok(inserted == 1)
}

/// What `from` approved counts as approved by `to`: two accounts of one human are one approval.
pub async fn join(tx: &mut Tx, from: PersonId, to: PersonId) -> Result<(), Error> {
    tx.exec(
        "update departure_approval set person_id = $1
          where person_id = $2
            and not exists (select 1 from departure_approval o
                             where o.departure_id = departure_approval.departure_id and o.person_id = $1)",
        vals![to, from],
    )
    .await?;
    tx.exec("delete from departure_approval where person_id = $1", vals![from]).await?;
    Ok(())
}

/// Departures that both of two persons approved; to be asked before they are joined.
pub async fn of_both(tx: &mut Tx, one: PersonId, other: PersonId) -> Result<Vec<DepartureId>, Error> {
    let rows = tx
        .q(
            "select a.departure_id from departure_approval a
               join departure_approval b on b.departure_id = a.departure_id
              where a.person_id = $1 and b.person_id = $2 order by a.departure_id",
            vals![one, other],
        )
        .await?;
    rows.iter().map(|row| row.id(0)).collect()
}

/// The persons that approved, oldest first.
pub async fn approvals(tx: &mut Tx, id: DepartureId) -> Result<Vec<(PersonId, MemberId, Micros)>, Error> {
    let rows = tx
        .q(
            "select person_id, member_id, approved_us from departure_approval where departure_id = $1
              order by approved_us, person_id limit 100",
            vals![id],
        )
        .await?;
    rows.iter().map(|row| Ok((row.id(0)?, row.id(1)?, row.at(2)?))).collect()
}
