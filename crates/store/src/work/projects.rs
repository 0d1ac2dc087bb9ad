//! Projects: one body of work of one client.

pub(crate) mod gate;

pub use gate::{Gate, State, UnknownState, gate};

use crate::{Error, Tx, custody::clearance::Clearance, vals};
use vouchsafe_domain::{
    ids::{ClientId, MemberId, ProjectId, SchemaId},
    time::Micros,
};

const NAME: &str = "project.name";
const POOL: &str = "project.pool";

/// How work goes through a project.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pipeline {
    /// How many people label each task.
    pub overlap: u32,
    /// How many of 10,000 annotations are reviewed.
    pub review_per_10000: u32,
    /// How many of 10,000 assignments of a person are gold.
    pub gold_per_10000: u32,
    /// How long a lease lasts, in microseconds.
    pub lease_us: i64,
    /// What is returned goes to another person, not to its author.
    pub return_to_another: bool,
    /// How many leases one member may hold here at once.
    pub open_leases_max: u32,
    /// How many assignments one member may take here within an hour.
    pub per_hour_max: u32,
    /// Text may be copied out of the browser.
    pub copy_allowed: bool,
}

/// Inserts a project without schema and guideline; both must follow in the same transaction.
#[expect(clippy::too_many_arguments, reason = "the columns of one row, each of a type of its own")]
pub async fn insert(
    tx: &mut Tx,
    clearance: &Clearance<'_>,
    id: ProjectId,
    name: &str,
    pipeline: &Pipeline,
    pool: &[u8],
    by: MemberId,
    at: Micros,
) -> Result<(), Error> {
    let row = id.to_string();
    let (name, pool) = (clearance.seal(tx, NAME, &row, name.as_bytes())?, clearance.seal(tx, POOL, &row, pool)?);
    tx.exec(
        "insert into project (id, no, client_id, name_sealed, state, overlap, review_per_10000, gold_per_10000, lease_us, return_to_another_us,
                              open_leases_max, per_hour_max, pool_sealed, copy_allowed_us, created_by, created_us)
         values ($1, (select coalesce(max(no), 0) + 1 from project), $2, $3, 'open', $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)",
        vals![
            id,
            clearance.client(),
            name,
            pipeline.overlap,
            pipeline.review_per_10000,
            pipeline.gold_per_10000,
            pipeline.lease_us,
            pipeline.return_to_another.then_some(at),
            pipeline.open_leases_max,
            pipeline.per_hour_max,
            pool,
            pipeline.copy_allowed.then_some(at),
            by,
            at
        ],
    )
    .await?;
    Ok(())
}

/// Opens, pauses or closes a project. False when there is no such project.
pub async fn set_state(tx: &mut Tx, id: ProjectId, state: State) -> Result<bool, Error> {
    Ok(tx.exec("update project set state = $1 where id = $2", vals![state.word(), id]).await? == 1)
}

/// Notes that tasks of a project come with answers of models.
pub async fn judged(tx: &mut Tx, clearance: &Clearance<'_>, id: ProjectId, at: Micros) -> Result<(), Error> {
    clearance.within(tx)?;
    let sql = "update project set judged_us = $1 where id = $2 and client_id = $3 and judged_us is null";
    tx.exec(sql, vals![at, id, clearance.client()]).await?;
    Ok(())
}

/// The eligibility rule of a project as JSON text, for the server's own decision.
pub async fn pool(tx: &mut Tx, clearance: &Clearance<'_>, id: ProjectId) -> Result<Vec<u8>, Error> {
    let row = tx
        .one("select pool_sealed from project where id = $1 and client_id = $2", vals![id, clearance.client()])
        .await?
        .ok_or(Error::Missing { table: "project" })?;
    clearance.peek(tx, POOL, &id.to_string(), &row.sealed(0)?)
}

/// Locks a project until the transaction ends, so that two new versions of its texts take turns.
pub async fn lock(tx: &mut Tx, id: ProjectId) -> Result<(), Error> {
    tx.q("select p.id from project p where p.id = $1 /*lock p*/", vals![id]).await?;
    Ok(())
}

/// The newest schema of a project, which stays that until the transaction ends.
pub async fn schema(tx: &mut Tx, id: ProjectId) -> Result<Option<SchemaId>, Error> {
    let row = tx.one("select p.schema_id from project p where p.id = $1 /*share p*/", vals![id]).await?;
    row.map(|row| row.id(0)).transpose()
}

/// Every project, oldest first, at most 1,000: ids alone, so that each can be asked for at its gate.
pub async fn all(tx: &mut Tx) -> Result<Vec<ProjectId>, Error> {
    let rows = tx.q("select id from project order by created_us, id limit 1000", &[]).await?;
    rows.iter().map(|row| row.id(0)).collect()
}

/// Sets how work goes through a project from now on, and who may do it when `pool` is given.
pub async fn set_pipeline(
    tx: &mut Tx,
    clearance: &Clearance<'_>,
    id: ProjectId,
    pipeline: &Pipeline,
    pool: Option<&[u8]>,
    at: Micros,
) -> Result<(), Error> {
    tx.exec(
        "update project set overlap = $1, review_per_10000 = $2, gold_per_10000 = $3, lease_us = $4, return_to_another_us = $5,
                            open_leases_max = $6, per_hour_max = $7, copy_allowed_us = $8
          where id = $9 and client_id = $10",
        vals![
            pipeline.overlap,
            pipeline.review_per_10000,
            pipeline.gold_per_10000,
            pipeline.lease_us,
            pipeline.return_to_another.then_some(at),
            pipeline.open_leases_max,
            pipeline.per_hour_max,
            pipeline.copy_allowed.then_some(at),
            id,
            clearance.client()
        ],
    )
    .await?;
    if let Some(pool) = pool {
        let sealed = clearance.seal(tx, POOL, &id.to_string(), pool)?;
        tx.exec(
            "update project set pool_sealed = $1, pool_version = pool_version + 1 where id = $2 and client_id = $3",
            vals![sealed, id, clearance.client()],
        )
        .await?;
    }
    Ok(())
}

/// The projects that are not closed, oldest first, at most 500: ids alone, so that each can be asked for at its gate.
pub async fn not_closed(tx: &mut Tx) -> Result<Vec<ProjectId>, Error> {
    let rows = tx.q("select id from project where state <> 'closed' order by created_us, id limit 500", &[]).await?;
    rows.iter().map(|row| row.id(0)).collect()
}

/// How many tasks of a project stand where, gold left out: `(state, count)`.
pub async fn tally(tx: &mut Tx, id: ProjectId) -> Result<Vec<(String, i64)>, Error> {
    let rows = tx
        .q(
            "select state, count(*) from task where project_id = $1 and lane >= 0 group by state order by state",
            vals![id],
        )
        .await?;
    rows.iter().map(|row| Ok((row.text(0)?.to_owned(), row.int(1)?))).collect()
}

/// The projects of a client that are not closed, oldest first, at most 500.
pub async fn of_client(tx: &mut Tx, client: ClientId) -> Result<Vec<ProjectId>, Error> {
    let sql = "select id from project where client_id = $1 and state <> 'closed' order by created_us, id limit 500";
    tx.q(sql, vals![client]).await?.iter().map(|row| row.id(0)).collect()
}
