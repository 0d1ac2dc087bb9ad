//! What those who run or watch a project see of it: the list, one project, its batches, its flags.

use super::{
    listed::Listed,
    projects::{Adjudicate, AskUntil, AskedPrice, gate_for},
};
use crate::{
    App, Asker, Error,
    custody::absent,
    page::{Cursor, Page},
};
use serde::Serialize;
use serde_json::{Map, Value, json};
use vouchsafe_domain::{access::role::Role, custody::gate::Need, ids::ProjectId};
use vouchsafe_ledger::act::Act;
use vouchsafe_store::{
    custody::{
        budgets,
        clearance::{Refused, clear},
        clients,
        disclosed::{Going, Object},
    },
    quality::{given, until},
    work::{adjudication, batches, flags, measuring, projects, schemas},
};

/// What an operator or an observer may ask of a project; everybody else does not know of it.
pub(crate) fn need_to_see(role: Role) -> Result<Need, Error> {
    match role {
        Role::Operator => Ok(Need::Operate),
        Role::Observer => Ok(Need::Observe),
        _ => Err(Error::NotFound),
    }
}

/// A project in a list.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct ProjectListed {
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// `{id, code_name, colour}`.
    pub client: Value,
    /// `open`, `paused` or `closed`.
    pub state: &'static str,
    /// Tasks by state, gold left out.
    pub tasks: Map<String, Value>,
    /// Whether it is a qualification course.
    pub course: bool,
}

/// A project with its settings.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct ProjectSent {
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// `{id, code_name, colour}`.
    pub client: Value,
    /// `open`, `paused` or `closed`.
    pub state: &'static str,
    /// The newest schema as it was written.
    pub schema: Value,
    /// Its version, from 1.
    pub schema_version: u32,
    /// Version of the newest guideline, from 1.
    pub guideline_version: u32,
    /// `{overlap, review_rate, gold_rate, lease_minutes, return_to, open_leases, per_hour, until, second_review_rate, reviewed_gold_rate}`.
    pub pipeline: Value,
    /// Who may work, as an eligibility rule; null for an observer.
    pub pool: Value,
    /// Whether content may be copied out of the browser.
    pub copy_allowed: bool,
}

/// A batch: what one import brought.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct BatchSent {
    /// Its id.
    pub id: String,
    /// Its name; null when it was given none.
    pub name: Option<String>,
    /// Rows that became tasks.
    pub accepted: i64,
    /// Rows that were refused.
    pub refused: i64,
    /// When it came, RFC 3339.
    pub at: String,
}

/// Why a task was skipped or flagged.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct FlagSent {
    /// Its id.
    pub id: String,
    /// Which task.
    pub task: String,
    /// `skip` or `flag`.
    pub kind: String,
    /// A word of the product's list.
    pub reason: String,
    /// In the member's own words.
    pub comment: Option<String>,
    /// When, RFC 3339.
    pub at: String,
    /// When somebody settled it, RFC 3339.
    pub resolved_at: Option<String>,
}

impl App {
    /// Every project one may see, oldest first. Those that are shut to the caller are not there at all.
    pub async fn list_projects(&self, asker: &Asker) -> Result<Vec<ProjectListed>, Error> {
        let need = need_to_see(asker.role)?;
        let now = self.now();
        let mut tx = self.store.write("list_projects").await?;
        let (mut shown, mut names, mut listed) = (Vec::new(), Vec::new(), Listed::default());
        for id in projects::all(&mut tx).await? {
            let Some(gate) = projects::gate(&mut tx, id, asker.member).await? else { continue };
            let clearance = match clear(&mut tx, asker, gate.client, need, true).await {
                Ok(clearance) => clearance,
                Err(Refused::Denied(_)) => continue,
                Err(Refused::KeyNotLoaded(client)) if tx.keys().is_away(client) => continue,
                Err(other) => return Err(other.into()),
            };
            let face = clients::face(&mut tx, &clearance).await?;
            let mut name = gate.name(&tx, &clearance)?;
            listed.piece(clearance, ("projects", &id), "name", &mut name)?;
            names.push(name);
            let tasks = projects::tally(&mut tx, id).await?.into_iter().map(|(state, n)| (state, n.into())).collect();
            shown.push(ProjectListed {
                id: id.to_string(),
                name: String::new(),
                client: json!({"id": gate.client, "code_name": face.code_name, "colour": face.colour}),
                state: gate.state.word(),
                tasks,
                course: gate.course.is_some(),
            });
        }
        if shown.is_empty() {
            tx.abandon().await?;
            return Ok(shown);
        }
        let entries = listed.entries(&mut tx, now, "GET /projects").await?;
        let committed = tx.commit(entries).await?;
        for (project, name) in shown.iter_mut().zip(names) {
            project.name = name.open(&committed)?;
        }
        Ok(shown)
    }

    /// One project with its settings.
    pub async fn project(&self, asker: &Asker, project: ProjectId) -> Result<ProjectSent, Error> {
        let need = need_to_see(asker.role)?;
        let mut tx = self.store.write("project").await?;
        let (gate, clearance) = gate_for(&mut tx, asker, project, need).await?;
        let mut name = gate.name(&tx, &clearance)?;
        let face = clients::face(&mut tx, &clearance).await?;
        let schema = schemas::written(&mut tx, &clearance, gate.schema).await?;
        let pool = projects::pool(&mut tx, &clearance, project).await?;
        let until = until::get(&mut tx, project).await?.map(|until| AskUntil::of(&until));
        let price = AskedPrice::of(given::price(&mut tx, project).await?);
        let adjudicate = Adjudicate::of(adjudication::below(&mut tx, project).await?);
        let rates = measuring::rates(&mut tx, project).await?;
        let mut going = Going::default();
        going.piece(&clearance, "name", &mut name)?;
        going.known("schema", &clearance.content_hash(gate.schema.to_string().as_bytes()), schema.bytes());
        if need == Need::Operate {
            going.known("pool", &clearance.content_hash(&pool), pool.len());
        }
        let object = Object::new("project", &project, i64::from(gate.schema_version));
        let entry = clearance
            .sent(&mut tx, (Act::ProjectSent, self.now()), "GET /projects/{project}", object, going)
            .await?
            .of("schema", gate.schema.to_string());
        let committed = tx.commit([entry]).await?;
        let pool = serde_json::from_slice(&pool).unwrap_or(Value::Null);
        Ok(ProjectSent {
            id: project.to_string(),
            name: name.open(&committed)?,
            client: json!({"id": gate.client, "code_name": face.code_name, "colour": face.colour}),
            state: gate.state.word(),
            schema: schema.open(&committed)?.to_json().clone(),
            schema_version: gate.schema_version,
            guideline_version: gate.guideline_version,
            pipeline: json!({
                "overlap": gate.overlap,
                "review_rate": f64::from(gate.review_per_10000) / 10_000.0,
                "gold_rate": f64::from(gate.gold_per_10000) / 10_000.0,
                "lease_minutes": gate.lease_us / vouchsafe_domain::time::Micros::MINUTE,
                "return_to": if gate.return_to_another { "another" } else { "author" },
                "open_leases": gate.open_leases_max,
                "per_hour": gate.per_hour_max,
                "adjudicate": adjudicate,
                "price": price,
                "until": until,
                "second_review_rate": f64::from(rates.second) / 10_000.0,
                "reviewed_gold_rate": f64::from(rates.gold) / 10_000.0,
            }),
            pool: if need == Need::Operate { pool } else { Value::Null },
            copy_allowed: gate.copy_allowed,
        })
    }

    /// The batches of a project, newest first, at most 1,000.
    pub async fn batches(&self, asker: &Asker, project: ProjectId) -> Result<Vec<BatchSent>, Error> {
        let need = need_to_see(asker.role)?;
        let mut tx = self.store.write("batches").await?;
        let (_, clearance) = gate_for(&mut tx, asker, project, need).await?;
        let mut found = batches::of(&mut tx, &clearance, project).await?;
        let mut going = Going::of("name");
        for name in found.iter_mut().filter_map(|batch| batch.name.as_mut()) {
            going.piece(&clearance, "name", name)?;
        }
        let object = Object::changing("project", &project);
        let entry = clearance
            .sent(&mut tx, (Act::ListSent, self.now()), "GET /projects/{project}/batches", object, going)
            .await?
            .of("batches", found.iter().map(|b| b.id.to_string()).collect::<Vec<_>>());
        let committed = tx.commit([entry]).await?;
        let sent = |batch: batches::Found| {
            Ok(BatchSent {
                id: batch.id.to_string(),
                name: batch.name.map(|name| name.open(&committed)).transpose()?,
                accepted: batch.accepted,
                refused: batch.refused,
                at: batch.at.to_string(),
            })
        };
        found.into_iter().map(sent).collect()
    }

    /// Flags and skips of a project, oldest first, after a cursor; `open` alone those nobody settled.
    pub async fn list_flags(
        &self,
        asker: &Asker,
        project: ProjectId,
        open: bool,
        after: Option<&str>,
        limit: u32,
    ) -> Result<Page<FlagSent>, Error> {
        let cursor = Cursor::parse(after)?;
        let mut tx = self.store.write("list_flags").await?;
        let (_, clearance) = gate_for(&mut tx, asker, project, Need::Operate).await?;
        let found = flags::of(&mut tx, &clearance, project, open, cursor.key(), limit + 1).await?;
        let mut page = Page::of(found, limit, |flag| (flag.at.0, flag.id.clone()));
        let mut going = Going::of("comment");
        for comment in page.items.iter_mut().filter_map(|flag| flag.comment.as_mut()) {
            going.piece(&clearance, "comment", comment)?;
        }
        let said = page.items.iter().any(|flag| flag.comment.is_some());
        let object = Object::changing("project", &project);
        let (entry, before) = clearance
            .sent_anew(&mut tx, (Act::ListSent, self.now()), "GET /projects/{project}/flags", object, going)
            .await?;
        // A page of words counts as one item, unless he had the same words before.
        if said && !before {
            budgets::take(&mut tx, &clearance, 1).await?;
        }
        let entry = entry.of("flags", page.items.iter().map(|f| f.id.clone()).collect::<Vec<_>>());
        let committed = tx.commit([entry]).await?;
        let mut items = Vec::with_capacity(page.items.len());
        for flag in page.items {
            items.push(FlagSent {
                id: flag.id,
                task: flag.task.to_string(),
                kind: flag.kind,
                reason: flag.reason,
                comment: flag.comment.map(|text| text.open(&committed)).transpose()?,
                at: flag.at.to_string(),
                resolved_at: flag.resolved_at.map(|at| at.to_string()),
            });
        }
        Ok(Page { items, next: page.next })
    }

    /// A flag was settled. Saying so again changes nothing.
    pub async fn resolve_flag(&self, asker: &Asker, flag: &str) -> Result<(), Error> {
        let now = self.now();
        let mut tx = self.store.write("resolve_flag").await?;
        let place = flags::place(&mut tx, flag).await?;
        let ((_, task), gate) = absent::with_project(place, |(project, _)| *project, &mut tx, asker).await?;
        let clearance = clear(&mut tx, asker, gate.client, Need::Operate, true).await?;
        flags::resolve(&mut tx, flag, now).await?;
        let entry = clearance
            .entry(Act::FlagResolved, now)
            .of("flag", flag.to_owned())
            .of("task", task.to_string())
            .of("project", gate.project.to_string());
        tx.commit([entry]).await?;
        Ok(())
    }
}
