//! Tasks and their sealed content.

pub mod priority;

use crate::{
    Error, Pending, Tx, Val,
    custody::{
        clearance::{Clearance, Sealer},
        opener::Opener,
    },
    seal::Sealed,
    tx::Read,
    vals,
    work::{GOLD_LANE, queue},
};
use std::collections::HashMap;
use vouchsafe_domain::{
    ids::{BatchId, ProjectId, TaskId},
    time::Micros,
};

/// Table name in the sealing of task content.
pub(crate) const CONTENT: &str = "task_content";
pub(crate) const GOLD: &str = "gold";

/// A task that is sealed and may be inserted: made outside any transaction, since sealing takes time.
pub struct Prepared {
    id: TaskId,
    lane: i64,
    bytes: usize,
    body: Sealed,
    content_hash: [u8; 32],
    gold: Option<Sealed>,
}

/// Seals a task. `external` is what makes the row one and the same when it comes again: the task's id follows from
/// it by the client's key, so it tells nothing. `body` is its JSON text; `gold` known answers as JSON text, which put
/// it among the gold whatever its `lane`.
pub fn prepare(
    sealer: &Sealer,
    project: ProjectId,
    lane: i64,
    external: &str,
    body: &[u8],
    gold: Option<&[u8]>,
) -> Prepared {
    let id = id_of(sealer, project, external);
    let row = id.to_string();
    Prepared {
        id,
        lane: if gold.is_some() { GOLD_LANE } else { lane },
        bytes: body.len(),
        body: sealer.seal(CONTENT, &row, body),
        content_hash: sealer.content_hash(body),
        gold: gold.map(|answers| sealer.seal(GOLD, &row, answers)),
    }
}

/// The task's id, by the client's key from what the client calls the row.
pub fn id_of(sealer: &Sealer, project: ProjectId, external: &str) -> TaskId {
    let key = sealer.index_key(project, external);
    let mut bits = [0; 16];
    bits.copy_from_slice(&key[..16]);
    TaskId(uuid::Builder::from_random_bytes(bits).into_uuid())
}

/// The numbers of a project's tasks: room for 2^40.
fn numbers(project: i64) -> std::ops::Range<i64> {
    project << 40..(project + 1) << 40
}

const OPEN: &str = "open";
const INSERT: &str =
    "insert into task (id, no, project_id, client_id, batch_id, lane, pos, overlap, open_slots, state, bytes, created_us)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
     on conflict (id) do nothing";
const INSERT_CONTENT: &str =
    "insert into task_content (task_no, client_id, body_sealed, content_hash) values ($1, $2, $3, $4)";
const INSERT_GOLD: &str = "insert into gold (task_id, client_id, answers_sealed) values ($1, $2, $3)";

/// Tasks whose content is asked for by one statement.
const HASHES_AT_ONCE: usize = 20;
const HASHES: &str = "select t.id, c.content_hash
       from task t join task_content c on c.task_no = t.no
      where t.id in ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20)";

/// Where tasks go.
#[derive(Debug, Clone, Copy)]
pub struct Into {
    /// Which project.
    pub project: ProjectId,
    /// The project's number.
    pub number: i64,
    /// Which batch.
    pub batch: BatchId,
    /// How many members each task wants.
    pub overlap: u32,
    /// When.
    pub at: Micros,
}

/// What became of a task that was to be inserted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Inserted {
    /// It was new.
    New,
    /// It was there already.
    Same,
    /// Another content is there under its external id, and is left as it is.
    Other,
}

/// Inserts tasks in order. Returns for each what became of it; one whose external id is there already is left as it is.
pub async fn insert(
    tx: &mut Tx,
    clearance: &Clearance<'_>,
    into: &Into,
    tasks: &[Prepared],
) -> Result<Vec<Inserted>, Error> {
    clearance.within(tx)?;
    let mut next_pos = std::collections::BTreeMap::<i64, i64>::new();
    for task in tasks {
        *next_pos.entry(task.lane).or_default() += 1;
    }
    for (lane, pos) in &mut next_pos {
        *pos = queue::reserve(tx, into.project, *lane, usize::try_from(*pos).unwrap_or_default()).await?;
    }
    let first_no =
        numbers(into.number).start + queue::reserve(tx, into.project, queue::NUMBER_LANE, tasks.len()).await?;
    let mut places = Vec::with_capacity(tasks.len());
    for (no, task) in (first_no..).zip(tasks) {
        let Some(pos) = next_pos.get_mut(&task.lane) else { continue };
        places.push((no, *pos, if task.lane == GOLD_LANE { queue::GOLD_SLOTS } else { into.overlap.into() }));
        *pos += 1;
    }
    let vals: Vec<[Val<'_>; 12]> = tasks
        .iter()
        .zip(&places)
        .map(|(task, (no, pos, slots))| {
            let (project, batch) = (into.project.into(), into.batch.into());
            let (client, at) = (clearance.client().into(), into.at.into());
            [
                task.id.into(),
                (*no).into(),
                project,
                client,
                batch,
                task.lane.into(),
                (*pos).into(),
                into.overlap.into(),
                (*slots).into(),
                OPEN.into(),
                task.bytes.into(),
                at,
            ]
        })
        .collect();
    let inserted = tx.exec_each(INSERT, &vals).await?;
    let new: Vec<bool> = inserted.into_iter().map(|n| n == 1).collect();

    let fresh =
        || tasks.iter().zip(&places).zip(&new).filter(|(_, new)| **new).map(|((task, (no, ..)), _)| (task, *no));
    let bodies: Vec<[Val<'_>; 4]> = fresh()
        .map(|(task, no)| [no.into(), clearance.client().into(), (&task.body.0).into(), (&task.content_hash).into()])
        .collect();
    tx.exec_each(INSERT_CONTENT, &bodies).await?;
    let gold: Vec<[Val<'_>; 3]> = fresh()
        .filter_map(|(task, _)| Some([task.id.into(), clearance.client().into(), (&task.gold.as_ref()?.0).into()]))
        .collect();
    tx.exec_each(INSERT_GOLD, &gold).await?;

    let there: Vec<&Prepared> = tasks.iter().zip(&new).filter(|(_, new)| !**new).map(|(task, _)| task).collect();
    let mut hashes = HashMap::new();
    for ids in there.chunks(HASHES_AT_ONCE) {
        let vals: Vec<Val<'_>> = (0..HASHES_AT_ONCE).map(|at| ids[at.min(ids.len() - 1)].id.into()).collect();
        for row in tx.q(HASHES, &vals).await? {
            hashes.insert(row.id::<TaskId>(0)?, row.bytes(1)?.to_vec());
        }
    }
    let became = |task: &Prepared, new: bool| match hashes.get(&task.id) {
        _ if new => Inserted::New,
        Some(hash) if *hash == task.content_hash => Inserted::Same,
        _ => Inserted::Other,
    };
    Ok(tasks.iter().zip(new).map(|(task, new)| became(task, new)).collect())
}

/// Opens the batch that tasks come with, or does nothing when it is there.
pub async fn open_batch(
    tx: &mut Tx,
    clearance: &Clearance<'_>,
    into: &Into,
    name: Option<&str>,
    by: vouchsafe_domain::ids::MemberId,
) -> Result<(), Error> {
    let sealed = name.map(|name| clearance.seal(tx, "batch", &into.batch.to_string(), name.as_bytes())).transpose()?;
    tx.exec(
        "insert into batch (id, project_id, client_id, name_sealed, accepted, refused, created_by, created_us)
         values ($1, $2, $3, $4, 0, 0, $5, $6)
         on conflict (id) do nothing",
        vals![into.batch, into.project, clearance.client(), sealed, by, into.at],
    )
    .await?;
    Ok(())
}

/// Adds to a batch's counts.
pub async fn count_batch(tx: &mut Tx, batch: BatchId, accepted: usize, refused: usize) -> Result<(), Error> {
    tx.exec(
        "update batch set accepted = accepted + $1, refused = refused + $2 where id = $3",
        vals![accepted, refused, batch],
    )
    .await?;
    Ok(())
}

/// The content of a candidate on its way to whom it was cleared for.
pub fn pending(tx: &Tx, clearance: &Clearance<'_>, task: TaskId, body: Sealed) -> Result<Pending<Vec<u8>>, Error> {
    clearance.pending(tx, CONTENT, &task.to_string(), body)
}

/// A task's content, read for the server's own check of an answer.
pub fn peek(tx: &Tx, clearance: &Clearance<'_>, task: TaskId, body: &Sealed) -> Result<Vec<u8>, Error> {
    clearance.peek(tx, CONTENT, &task.to_string(), body)
}

/// Known answers of a gold task, for scoring inside the server. No expert's clearance gets here: the caller
/// holds one of the server or of an operator.
pub async fn gold_answers(tx: &mut Tx, clearance: &Clearance<'_>, task: TaskId) -> Result<Option<Vec<u8>>, Error> {
    use vouchsafe_domain::custody::gate::{Need, Rule};
    if clearance.rule() != Rule::Server && clearance.need() != Need::Operate {
        return Err(Error::ForeignClearance);
    }
    let row = tx
        .one("select answers_sealed from gold where task_id = $1 and client_id = $2", vals![task, clearance.client()])
        .await?;
    row.map(|row| clearance.peek(tx, GOLD, &task.to_string(), &row.sealed(0)?)).transpose()
}

/// A task as a list shows it: nothing of its content.
#[derive(Debug, Clone)]
pub struct TaskRow {
    /// Its id.
    pub id: TaskId,
    /// Its batch.
    pub batch: BatchId,
    /// Priority; [`GOLD_LANE`] for gold.
    pub lane: i64,
    /// Where it stands.
    pub state: String,
    /// Free slots.
    pub open_slots: i64,
    /// Size of its row in bytes.
    pub bytes: i64,
    /// When it came.
    pub created_at: Micros,
    /// When it was done.
    pub done_at: Option<Micros>,
    /// Annotations submitted, late ones included.
    pub annotations: i64,
}

/// Which tasks.
#[derive(Debug, Clone, Copy)]
pub struct Filter<'a> {
    /// Their state; empty for any.
    pub state: &'a str,
    /// Their batch.
    pub batch: Option<BatchId>,
    /// This one alone.
    pub only: Option<TaskId>,
}

/// Tasks of a project in order of coming, after the task `after` if there is one.
pub async fn list(
    on: &mut Read,
    project: ProjectId,
    filter: Filter<'_>,
    after: Option<TaskId>,
    limit: u32,
) -> Result<Vec<TaskRow>, Error> {
    let rows = on
        .q(
            "select t.id, t.batch_id, t.lane, t.state, t.open_slots, t.bytes, t.created_us, t.done_us,
                    (select count(*) from annotation n where n.task_no = t.no and n.state <> 'superseded')
               from task t
              where t.project_id = $1 and ($2 = '' or t.state = $2)
                and ($3 = '' or t.batch_id = $3) and ($4 = '' or t.id = $4)
                and t.no > coalesce((select f.no from task f where f.id = $5 and f.project_id = $1), -1)
              order by t.no
              limit $6",
            vals![project, filter.state, text(filter.batch), text(filter.only), after, limit],
        )
        .await?;
    rows.iter()
        .map(|row| {
            Ok(TaskRow {
                id: row.id(0)?,
                batch: row.id(1)?,
                lane: row.int(2)?,
                state: row.text(3)?.into(),
                open_slots: row.int(4)?,
                bytes: row.int(5)?,
                created_at: row.at(6)?,
                done_at: row.opt_at(7)?,
                annotations: row.int(8)?,
            })
        })
        .collect()
}

/// A task's content, sealed.
pub struct Body {
    /// Which task.
    pub id: TaskId,
    /// Its number.
    pub number: i64,
    sealed: Sealed,
}

impl Body {
    /// The row as it was brought in.
    pub fn open(&self, opener: &Opener) -> Result<Vec<u8>, Error> {
        opener.open(CONTENT, &self.id.to_string(), &self.sealed)
    }
}

/// The next `limit` tasks of a project after a number, in order of coming, gold among them.
pub async fn bodies(on: &mut Read, project: ProjectId, after: i64, limit: u32) -> Result<Vec<Body>, Error> {
    let rows = on
        .q(
            "select t.id, t.no, c.body_sealed
               from task t cross join task_content c
              where t.project_id = $1 and t.no > $2 and c.task_no = t.no
              order by t.no
              limit $3",
            vals![project, after, limit],
        )
        .await?;
    rows.iter().map(|row| Ok(Body { id: row.id(0)?, number: row.int(1)?, sealed: row.sealed(2)? })).collect()
}

/// Whether a project has a task after a number.
pub async fn any_after(tx: &mut Tx, project: ProjectId, after: i64) -> Result<bool, Error> {
    let sql = "select t.no from task t where t.project_id = $1 and t.no > $2 order by t.no limit 1";
    Ok(tx.one(sql, vals![project, after]).await?.is_some())
}

/// An id as a filter takes it: nothing for any.
fn text(id: Option<impl ToString>) -> String {
    id.map(|id| id.to_string()).unwrap_or_default()
}

/// The tasks that came before and after the one of this number in its project.
pub async fn beside(tx: &mut Tx, number: i64) -> Result<[Option<TaskId>; 2], Error> {
    let of_project = numbers(number >> 40);
    let before = tx
        .one("select id from task where no >= $1 and no < $2 order by no desc limit 1", vals![of_project.start, number])
        .await?;
    let after = tx
        .one("select id from task where no > $1 and no < $2 order by no limit 1", vals![number, of_project.end])
        .await?;
    Ok([before.map(|row| row.id(0)).transpose()?, after.map(|row| row.id(0)).transpose()?])
}

/// Project of a task, and its content sealed.
pub struct Found {
    /// Its number.
    pub number: i64,
    /// Its project.
    pub project: ProjectId,
    /// Its client.
    pub client: vouchsafe_domain::ids::ClientId,
    /// Where it stands.
    pub state: String,
    /// Its content.
    pub body: Sealed,
    /// Keyed hash of its content.
    pub content_hash: Vec<u8>,
}

/// One task.
pub async fn get(tx: &mut Tx, task: TaskId) -> Result<Option<Found>, Error> {
    let row = tx
        .one(
            "select t.project_id, t.client_id, t.state, c.body_sealed, c.content_hash, t.no
               from task t join task_content c on c.task_no = t.no where t.id = $1",
            vals![task],
        )
        .await?;
    row.map(|row| {
        Ok(Found {
            number: row.int(5)?,
            project: row.id(0)?,
            client: row.id(1)?,
            state: row.text(2)?.into(),
            body: row.sealed(3)?,
            content_hash: row.bytes(4)?.to_vec(),
        })
    })
    .transpose()
}
