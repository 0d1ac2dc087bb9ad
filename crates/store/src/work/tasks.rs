//! Tasks and their sealed content.

use crate::{
    Error, Pending, Tx,
    custody::clearance::{Clearance, Sealer},
    seal::Sealed,
    tx::Read,
    vals,
    work::queue,
};
use vouchsafe_domain::{
    ids::{BatchId, ProjectId, TaskId},
    time::Micros,
};

/// Table name in the sealing of task content.
pub(crate) const CONTENT: &str = "task_content";
const GOLD: &str = "gold";

/// A task that is sealed and may be inserted: made outside any transaction, since sealing takes time.
pub struct Prepared {
    id: TaskId,
    lane: i64,
    external_key: [u8; 32],
    bytes: usize,
    body: Sealed,
    content_hash: [u8; 32],
    gold: Option<Sealed>,
}

/// Seals a task. `external` is what makes the row one and the same when it comes again; `body` its JSON text;
/// `gold` known answers as JSON text, which put it among the gold whatever its `lane`.
pub fn prepare(
    sealer: &Sealer,
    project: ProjectId,
    id: TaskId,
    lane: i64,
    external: &str,
    body: &[u8],
    gold: Option<&[u8]>,
) -> Prepared {
    let row = id.to_string();
    Prepared {
        id,
        lane: if gold.is_some() { queue::GOLD_LANE } else { lane },
        external_key: sealer.index_key(project, external),
        bytes: body.len(),
        body: sealer.seal(CONTENT, &row, body),
        content_hash: sealer.content_hash(body),
        gold: gold.map(|answers| sealer.seal(GOLD, &row, answers)),
    }
}

/// Where tasks go.
#[derive(Debug, Clone, Copy)]
pub struct Into {
    /// Which project.
    pub project: ProjectId,
    /// Which batch.
    pub batch: BatchId,
    /// How many members each task wants.
    pub overlap: u32,
    /// When.
    pub at: Micros,
}

/// Inserts tasks in order. Returns for each whether it was new; one whose external id is there already is
/// left as it is.
pub async fn insert(
    tx: &mut Tx,
    clearance: &Clearance<'_>,
    into: &Into,
    tasks: Vec<Prepared>,
) -> Result<Vec<bool>, Error> {
    clearance.within(tx)?;
    let mut next_pos = std::collections::BTreeMap::<i64, i64>::new();
    for task in &tasks {
        *next_pos.entry(task.lane).or_default() += 1;
    }
    for (lane, pos) in &mut next_pos {
        *pos = queue::reserve(tx, into.project, *lane, usize::try_from(*pos).unwrap_or_default()).await?;
    }
    let mut new = Vec::with_capacity(tasks.len());
    for task in tasks {
        let Some(pos) = next_pos.get_mut(&task.lane) else { continue };
        let slots = if task.lane == queue::GOLD_LANE { queue::GOLD_SLOTS } else { into.overlap.into() };
        let inserted = tx
            .exec(
                "insert into task (id, project_id, client_id, batch_id, lane, pos, open_slots, state, external_key, bytes, created_us)
                 values ($1, $2, $3, $4, $5, $6, $7, 'open', $8, $9, $10)
                 on conflict (project_id, external_key) do nothing",
                vals![task.id, into.project, clearance.client(), into.batch, task.lane, *pos, slots, &task.external_key, task.bytes, into.at],
            )
            .await?;
        *pos += 1;
        new.push(inserted == 1);
        if inserted == 0 {
            continue;
        }
        tx.exec(
            "insert into task_content (task_id, client_id, body_sealed, content_hash) values ($1, $2, $3, $4)",
            vals![task.id, clearance.client(), task.body, &task.content_hash],
        )
        .await?;
        if let Some(answers) = task.gold {
            tx.exec(
                "insert into gold (task_id, client_id, answers_sealed) values ($1, $2, $3)",
                vals![task.id, clearance.client(), answers],
            )
            .await?;
        }
    }
    Ok(new)
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
    /// Priority; [`queue::GOLD_LANE`] for gold.
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

/// Tasks of a project in order of coming, after `(created, id)`, of one state or (empty) of any.
pub async fn list(
    on: &mut Read,
    project: ProjectId,
    state: &str,
    after: (i64, &str),
    limit: u32,
) -> Result<Vec<TaskRow>, Error> {
    let rows = on
        .q(
            "select t.id, t.batch_id, t.lane, t.state, t.open_slots, t.bytes, t.created_us, t.done_us,
                    (select count(*) from annotation n where n.task_id = t.id and n.state <> 'superseded')
               from task t
              where t.project_id = $1 and ($2 = '' or t.state = $2)
                and (t.created_us > $3 or (t.created_us = $3 and t.id > $4))
              order by t.created_us, t.id
              limit $5",
            vals![project, state, after.0, after.1, limit],
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

/// Project of a task, and its content sealed.
pub struct Found {
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
            "select t.project_id, t.client_id, t.state, c.body_sealed, c.content_hash
               from task t join task_content c on c.task_id = t.id where t.id = $1",
            vals![task],
        )
        .await?;
    row.map(|row| {
        Ok(Found {
            project: row.id(0)?,
            client: row.id(1)?,
            state: row.text(2)?.into(),
            body: row.sealed(3)?,
            content_hash: row.bytes(4)?.to_vec(),
        })
    })
    .transpose()
}
