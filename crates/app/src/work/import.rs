//! Bringing tasks in: rows are checked and sealed outside the transaction, then inserted a chunk at a time.
//!
//! Each chunk is one transaction with its own entry, so an import that is cut off keeps what was acknowledged,
//! and the same file sent again goes on where it stopped: a row that is there already is counted, not repeated. Another row
//! under the id of one that is there is refused.

use super::stored::TaskBody;
use crate::{App, Asker, Error, custody::absent};
use serde::Serialize;
use serde_json::{Map, Value};
use std::{collections::BTreeMap, sync::Arc};
use vouchsafe_domain::{
    custody::gate::Need,
    hex::hex,
    ids::{BatchId, ProjectId, SchemaId},
    work::{answers::Answers, content::Content, schema::Schema},
};
use vouchsafe_ledger::act::Act;
use vouchsafe_store::{
    custody::clearance::{Sealer, clear},
    work::{
        projects, schemas,
        tasks::{self, Inserted, Into, Prepared},
    },
};

/// Refused lines that a report lists; further ones are counted.
pub const REFUSED_LISTED_MAX: usize = 1_000;
/// Highest priority.
pub const PRIORITY_MAX: i64 = 9;
/// Longest external id, in bytes.
const EXTERNAL_ID_BYTES_MAX: usize = 512;
/// Most models whose answers come with a row.
const JUDGES_MAX: usize = 20;
/// Longest name of a model, in bytes.
const JUDGE_BYTES_MAX: usize = 100;

/// How rows are to be read.
#[derive(Debug, Clone, Default)]
pub struct ImportOptions {
    /// Name of the batch.
    pub batch: Option<String>,
    /// Priority of rows that name none, 0 to 9.
    pub priority: i64,
    /// Name or JSON Pointer of the external id in the client's bare rows.
    pub external_id: Option<String>,
}

/// A line that was not taken, without its content.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct Refused {
    /// Counted from 1.
    pub line: u64,
    /// Where in the row; empty for the whole.
    pub field: String,
    /// Which rule.
    pub rule: String,
}

/// What became of an import so far.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, utoipa::ToSchema)]
#[schema(as = ImportReport)]
pub struct Report {
    /// The batch's id.
    pub batch: String,
    /// Rows that are tasks now.
    pub accepted: u64,
    /// Rows that were there before, with the same content.
    pub already_there: u64,
    /// The first refused lines.
    pub refused: Vec<Refused>,
    /// All refused lines.
    pub refused_total: u64,
}

impl Report {
    /// Counts a refused line, and lists it while there is room.
    pub fn refuse(&mut self, refused: Refused) {
        self.refused_total += 1;
        if self.refused.len() < REFUSED_LISTED_MAX {
            self.refused.push(refused);
        }
    }
}

/// An import that has begun.
#[derive(Clone)]
pub struct Import {
    project: ProjectId,
    number: i64,
    client: vouchsafe_domain::ids::ClientId,
    batch: BatchId,
    overlap: u32,
    schema_id: SchemaId,
    schema: Arc<Schema>,
    sealer: Sealer,
    options: ImportOptions,
}

/// Rows checked and sealed.
#[derive(Default)]
pub struct Chunk {
    tasks: Vec<(u64, Prepared)>,
    refused: Vec<Refused>,
    lines: (u64, u64),
    /// Rows that come with answers of models.
    judged: usize,
}

impl Chunk {
    /// Rows in it, refused ones included.
    pub fn len(&self) -> usize {
        self.tasks.len() + self.refused.len()
    }

    /// Whether it has no rows.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Adds a refused line.
    pub fn refuse(&mut self, refused: Refused) {
        self.seen(refused.line);
        self.refused.push(refused);
    }

    fn seen(&mut self, line: u64) {
        if self.lines.0 == 0 {
            self.lines.0 = line;
        }
        self.lines.1 = line;
    }
}

impl App {
    /// Begins an import: the gate, the schema, the batch.
    pub async fn begin_import(
        &self,
        asker: &Asker,
        project: ProjectId,
        mut options: ImportOptions,
    ) -> Result<Import, Error> {
        options.external_id = options.external_id.take().filter(|field| !field.is_empty()).map(|field| pointer(&field));
        if !(0..=PRIORITY_MAX).contains(&options.priority) {
            return Err(Error::invalid("/priority", format!("0 to {PRIORITY_MAX}")));
        }
        let now = self.now();
        let mut tx = self.store.write("import").await?;
        let gate = absent::project(&mut tx, asker, project).await?;
        let clearance = clear(&mut tx, asker, gate.client, Need::Operate, true).await?;
        if gate.state == projects::State::Closed {
            return Err(Error::state("project_closed", "this project is closed; nothing was brought in"));
        }
        let schema = schemas::rules(&mut tx, &clearance, gate.schema).await?;
        let batch = BatchId(self.id());
        tasks::open_batch(
            &mut tx,
            &clearance,
            &Into { project, number: gate.number, batch, overlap: gate.overlap, at: now },
            options.batch.as_deref(),
            asker.member,
        )
        .await?;
        let sealer = clearance.sealer();
        let entry = clearance
            .entry(Act::TasksImported, now)
            .because("phase", "begun")
            .of("project", project.to_string())
            .of("batch", batch.to_string());
        tx.commit([entry]).await?;
        Ok(Import {
            project,
            number: gate.number,
            client: gate.client,
            batch,
            overlap: gate.overlap,
            schema_id: gate.schema,
            schema,
            sealer,
            options,
        })
    }

    /// Inserts a chunk; durable when answered.
    pub async fn import_chunk(
        &self,
        asker: &Asker,
        import: &Import,
        chunk: Chunk,
        report: &mut Report,
    ) -> Result<(), Error> {
        report.batch = import.batch.to_string();
        let now = self.now();
        let mut tx = self.store.write("import").await?;
        let mut schema = projects::schema(&mut tx, import.project).await?;
        // Asked again for every chunk: a grant may end in the middle of an import.
        let clearance = match clear(&mut tx, asker, import.client, Need::Operate, true).await {
            Err(vouchsafe_store::custody::clearance::Refused::KeyNotLoaded(client)) => {
                drop(tx);
                self.load_key(client).await?;
                tx = self.store.write("import").await?;
                schema = projects::schema(&mut tx, import.project).await?;
                clear(&mut tx, asker, import.client, Need::Operate, true).await?
            }
            other => other?,
        };
        if schema != Some(import.schema_id) {
            return Err(Error::state(
                "schema_changed",
                "the project has a new schema since this file began to come in: send it again; what was kept is not repeated",
            ));
        }
        let Chunk { tasks, mut refused, lines, judged } = chunk;
        let into = Into {
            project: import.project,
            number: import.number,
            batch: import.batch,
            overlap: import.overlap,
            at: now,
        };
        let (lines_of, prepared): (Vec<u64>, Vec<Prepared>) = tasks.into_iter().unzip();
        let inserted = tasks::insert(&mut tx, &clearance, &into, &prepared).await?;
        let other = lines_of.iter().zip(&inserted).filter(|(_, inserted)| **inserted == Inserted::Other);
        refused.extend(other.map(|(line, _)| Refused {
            line: *line,
            field: import.options.external_id.clone().unwrap_or_else(|| "/external_id".into()),
            rule: "is the id of a row with other content, which is kept as it is".into(),
        }));
        refused.sort_by_key(|refused| refused.line);
        if judged > 0 {
            projects::judged(&mut tx, &clearance, import.project, now).await?;
        }
        let count = |what: Inserted| inserted.iter().filter(|inserted| **inserted == what).count();
        let (accepted, already_there) = (count(Inserted::New), count(Inserted::Same));
        tasks::count_batch(&mut tx, import.batch, accepted, refused.len()).await?;
        let entry = clearance
            .entry(Act::TasksImported, now)
            .because("phase", "chunk")
            .because("accepted", accepted)
            .because("already_there", already_there)
            .because("refused", refused.len())
            .because("judged", judged)
            .of("project", import.project.to_string())
            .of("batch", import.batch.to_string())
            .of("first_line", lines.0)
            .of("last_line", lines.1);
        tx.commit([entry]).await?;
        report.accepted += accepted as u64;
        report.already_there += already_there as u64;
        for line in refused {
            report.refuse(line);
        }
        Ok(())
    }
}

impl Import {
    /// The batch that its tasks come with.
    pub fn batch(&self) -> BatchId {
        self.batch
    }

    /// Checks and seals rows: each a line number and its JSON. Pure work, for a thread that may block.
    pub fn prepare(&self, rows: impl IntoIterator<Item = (u64, Value)>) -> Chunk {
        let mut chunk = Chunk::default();
        for (line, value) in rows {
            self.prepare_one(&mut chunk, line, value);
        }
        chunk
    }

    /// Checks and seals one row into a chunk.
    pub fn prepare_one(&self, chunk: &mut Chunk, line: u64, value: Value) {
        match self.one(line, value) {
            Ok((task, judged)) => {
                chunk.seen(line);
                chunk.tasks.push((line, task));
                chunk.judged += usize::from(judged);
            }
            Err((field, rule)) => chunk.refuse(Refused { line, field, rule }),
        }
    }

    /// A row, sealed, and whether answers of models come with it.
    fn one(&self, line: u64, value: Value) -> Result<(Prepared, bool), (String, String)> {
        let mut row = self.read(value)?;
        let content = self
            .schema
            .resolve(&row.body.data)
            .map_err(|e| (format!("{}{}", row.under, e.path), format!("{}, for the field `{}`", e.rule, e.field)))?;
        let gold = match row.gold {
            Some(answers) => {
                let checked = self.answers(&content, &answers, "/gold")?;
                Some(serde_json::to_vec(&checked).map_err(|e| ("/gold".into(), e.to_string()))?)
            }
            None => None,
        };
        for (model, answers) in row.judges {
            let checked = self.answers(&content, &answers, &format!("/judges/{model}"))?;
            row.body.judges.insert(model, checked);
        }
        let text = serde_json::to_vec(&row.body).map_err(|e| (String::new(), e.to_string()))?;
        // Without an id of the client's, the same line of a batch of the same name is the same row.
        let external = match &row.body.external_id {
            Some(external) => called(external),
            None => format!(
                "line {} {line} {}",
                self.options.batch.as_deref().unwrap_or_default(),
                hex(&self.sealer.content_hash(&text))
            ),
        };
        let judged = !row.body.judges.is_empty();
        Ok((tasks::prepare(&self.sealer, self.project, row.priority, &external, &text, gold.as_deref()), judged))
    }

    /// Checks answers that came with a row, as of somebody who was shown its items in the client's order.
    fn answers(&self, content: &Content, answers: &Value, under: &str) -> Result<Answers, (String, String)> {
        self.schema.check_own_ids(content, answers).map_err(|faults| {
            let first = faults.as_slice().iter().next();
            first.map_or((under.to_owned(), "is not an answer".into()), |fault| {
                (format!("{under}{}", fault.path), fault.rule.to_string())
            })
        })
    }

    /// Tells our own row shape (`data` beside `external_id`, `priority`, `metadata`, `gold`, `judges`) from the client's bare row.
    fn read(&self, value: Value) -> Result<Read, (String, String)> {
        let Value::Object(mut map) = value else { return Err((String::new(), "must be an object".into())) };
        let ours = map.get("data").is_some_and(Value::is_object)
            && map
                .keys()
                .all(|k| matches!(k.as_str(), "data" | "external_id" | "priority" | "metadata" | "gold" | "judges"));
        if !ours {
            let data = Value::Object(map);
            let external_id = match self.options.external_id.as_deref() {
                Some(pointer) => Some(external(data.pointer(pointer), pointer)?),
                None => None,
            };
            return Ok(Read {
                body: TaskBody { data, external_id, metadata: Value::Null, judges: BTreeMap::new() },
                priority: self.options.priority,
                gold: None,
                judges: Map::new(),
                under: "",
            });
        }
        let external_id = map
            .remove("external_id")
            .filter(|v| !v.is_null())
            .map(|v| external(Some(&v), "/external_id"))
            .transpose()?;
        let priority = match map.remove("priority") {
            None | Some(Value::Null) => self.options.priority,
            Some(v) => v
                .as_i64()
                .filter(|p| (0..=PRIORITY_MAX).contains(p))
                .ok_or_else(|| ("/priority".into(), format!("must be 0 to {PRIORITY_MAX}")))?,
        };
        let gold = map.remove("gold").filter(|v| !v.is_null());
        let judges = match map.remove("judges") {
            None | Some(Value::Null) => Map::new(),
            Some(Value::Object(judges)) => named(judges)?,
            Some(_) => return Err(("/judges".into(), "must be an object: answers by the name of the model".into())),
        };
        let metadata = map.remove("metadata").unwrap_or(Value::Null);
        if !metadata.is_null() && !metadata.is_object() {
            return Err(("/metadata".into(), "must be an object".into()));
        }
        let data = map.remove("data").unwrap_or(Value::Null);
        let body = TaskBody { data, external_id, metadata, judges: BTreeMap::new() };
        Ok(Read { body, priority, gold, judges, under: "/data" })
    }
}

struct Read {
    body: TaskBody,
    priority: i64,
    gold: Option<Value>,
    /// By the name of the model, not yet checked.
    judges: Map<String, Value>,
    under: &'static str,
}

/// Models by names that can be told apart.
fn named(judges: Map<String, Value>) -> Result<Map<String, Value>, (String, String)> {
    if judges.len() > JUDGES_MAX {
        return Err(("/judges".into(), format!("at most {JUDGES_MAX} models answer a row")));
    }
    let sound = |name: &String| (1..=JUDGE_BYTES_MAX).contains(&name.len()) && name.trim() == name;
    if !judges.keys().all(sound) {
        let rule = format!("the name of a model has 1 to {JUDGE_BYTES_MAX} bytes and no blank at its ends");
        return Err(("/judges".into(), rule));
    }
    Ok(judges)
}

/// A field of a row by its name, or the pointer that it is already.
fn pointer(field: &str) -> String {
    if field.starts_with('/') { field.to_owned() } else { format!("/{}", field.replace('~', "~0").replace('/', "~1")) }
}

/// What makes a row that the client calls so one and the same when it comes again.
pub(super) fn called(external: &str) -> String {
    format!("id {external}")
}

fn external(value: Option<&Value>, path: &str) -> Result<String, (String, String)> {
    let text = match value {
        Some(Value::String(text)) => text.clone(),
        Some(Value::Number(number)) => number.to_string(),
        None => return Err((path.into(), "is missing; every row of this file has its external id there".into())),
        Some(_) => return Err((path.into(), "an external id must be text or a number".into())),
    };
    if text.is_empty() || text.len() > EXTERNAL_ID_BYTES_MAX {
        return Err((path.into(), format!("an external id has 1 to {EXTERNAL_ID_BYTES_MAX} bytes")));
    }
    Ok(text)
}
