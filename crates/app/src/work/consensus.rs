//! Consensus of done tasks, as a job: what several people answered, made one answer a question, with the probability that the last report of the project gives it, if one can.
//! Where the last report can say it, what becomes of such a task is decided at once too ([`crate::quality::at_once`]).
//!
//! Answers are read from a snapshot and opened and reckoned outside any lock; only the sealed result is written in a
//! transaction, and only for tasks whose answers have not changed meanwhile. The same answers always give the same
//! bytes; with a report behind them, the same answers and report.

pub(crate) mod settle;

use super::{
    adjudicate::StoredDecision,
    stored::{StoredAnswers, StoredReview, TaskBody, json},
};
use crate::{
    App, Error,
    quality::{between::Between, more::Doubt},
};
pub(crate) use settle::ADJUDICATED;
use settle::{decided, settle};
use std::{collections::HashMap, sync::Arc};
use vouchsafe_domain::{
    ids::{ClientId, PersonId, ProjectId, SchemaId},
    work::{answers::Answers, schema::Schema},
};
use vouchsafe_ledger::act::Act;
use vouchsafe_store::{
    custody::{
        clearance::{Sealer, clear_server},
        opener::Opener,
    },
    quality::reports,
    work::{
        consensus::{self, Due, Prepared},
        schemas,
    },
};

const JOB: &str = "consensus";
/// Tasks reckoned in one go where all are: whoever submits meanwhile waits for no more than that.
const AT_ONCE: u32 = 128;

/// What the reckoning of one batch needs.
struct Tools {
    opener: Opener,
    sealer: Sealer,
    schemas: HashMap<SchemaId, Arc<Schema>>,
    /// What the last report of the project knows of people.
    between: Option<Arc<Between>>,
}

impl App {
    /// Reckons the consensus of done tasks that lack it, at most `limit` of each project, and returns of how many:
    /// call again while that is not 0. A client whose key is not to be had is passed over, its tasks wait.
    pub async fn compute_consensus(&self, limit: u32) -> Result<usize, Error> {
        let mut kept = 0;
        let mut after = None;
        loop {
            let mut on = self.store.read().await?;
            let next = consensus::next_project(&mut on, after).await?;
            drop(on);
            let Some((project, client)) = next else { return Ok(kept) };
            match self.compute_consensus_of(project, client, limit).await {
                Ok(done) => kept += done,
                Err(Error::Refused(why)) => tracing::warn!(%why, %project, "consensus waits for a client's key"),
                Err(other) => return Err(other),
            }
            after = Some(project);
        }
    }

    /// Reckons the consensus of every done task of a project that lacks it.
    pub(crate) async fn settle_all_of(&self, project: ProjectId, client: ClientId) -> Result<(), Error> {
        while self.compute_consensus_of(project, client, AT_ONCE).await? > 0 {}
        Ok(())
    }

    /// As [`App::compute_consensus`], for one project.
    pub async fn compute_consensus_of(&self, project: ProjectId, client: ClientId, limit: u32) -> Result<usize, Error> {
        match self.retry(|| self.settle_some(project, client, limit, true)).await {
            // Others ask about its tasks all the time, and little may be asked any more: these wait for the next report.
            Err(Error::Store(vouchsafe_store::Error::Conflict)) => {
                self.retry(|| self.settle_some(project, client, limit, false)).await
            }
            other => other,
        }
    }

    /// The next tasks of a project, by what the last report knows of people or without it.
    async fn settle_some(
        &self,
        project: ProjectId,
        client: ClientId,
        limit: u32,
        by_report: bool,
    ) -> Result<usize, Error> {
        let mut on = self.store.snapshot().await?;
        let due = consensus::due(&mut on, project, limit).await?;
        drop(on);
        if due.is_empty() {
            return Ok(0);
        }
        let mut tools = self.tools(project, client, &due).await?;
        tools.between = tools.between.filter(|_| by_report);
        let report = tools.between.as_ref().map(|between| between.at());
        let reckoned = tokio::task::spawn_blocking(move || {
            due.iter().map(|due| reckon(&tools, project, due)).collect::<Result<Vec<_>, Error>>()
        });
        let (prepared, doubts): (Vec<Prepared>, Vec<Option<Doubt>>) = reckoned
            .await
            .map_err(|_| Error::state("consensus_failed", "the reckoning broke off"))??
            .into_iter()
            .unzip();
        let doubts: Vec<Doubt> = doubts.into_iter().flatten().collect();
        let at_once = match report.filter(|_| !doubts.is_empty()) {
            Some(report) => self.at_once(project, report, doubts).await?,
            None => None,
        };

        let now = self.now();
        let mut tx = self.store.write("consensus").await?;
        let clearance = clear_server(&mut tx, JOB, client).await?;
        let held = match at_once {
            Some(at_once) => Some(at_once.hold(&mut tx, project).await?),
            None => None,
        };
        let kept = consensus::keep(&mut tx, &clearance, prepared, now).await?;
        if kept.tasks.is_empty() {
            return Ok(0);
        }
        let entry = clearance
            .entry(Act::ConsensusComputed, now)
            .because("tasks", kept.tasks.len())
            .because("annotations", kept.annotations)
            .of("project", project.to_string());
        let mut entries = vec![entry];
        let mut drawn = self.quality_held.drawn(project);
        if let Some(held) = held
            && let Some((next, in_all)) = held.next(&mut tx, &clearance, project, (&kept.tasks, drawn, now)).await?
        {
            entries.push(next);
            drawn = in_all;
        }
        tx.commit(entries).await?;
        self.quality_held.set_drawn(project, drawn);
        Ok(kept.tasks.len())
    }

    /// The right to open and seal, and the schemas of these answers.
    async fn tools(&self, project: ProjectId, client: ClientId, due: &[Due]) -> Result<Tools, Error> {
        let mut tx = self.store.write("consensus").await?;
        let clearance = clear_server(&mut tx, JOB, client).await?;
        let mut schemas = HashMap::new();
        for id in due.iter().flat_map(|due| &due.answers).map(|answers| answers.schema) {
            if let std::collections::hash_map::Entry::Vacant(place) = schemas.entry(id) {
                place.insert(schemas::rules(&mut tx, &clearance, id).await?);
            }
        }
        let (opener, sealer) = (clearance.opener(&tx)?, clearance.sealer());
        let between = self.quality_held.get(project);
        let last = match &between {
            Some(_) => reports::computed_at(&mut tx, project).await?,
            None => None,
        };
        tx.abandon().await?;
        // Another process made a newer one.
        let between = between.filter(|between| {
            let newest = last == Some(between.at());
            if !newest {
                self.quality_held.forget(project, between.at());
            }
            newest
        });
        Ok(Tools { opener, sealer, schemas, between })
    }
}

/// The consensus of a task, and what the last report would make of it next, where that can be said.
fn reckon(tools: &Tools, project: ProjectId, due: &Due) -> Result<(Prepared, Option<Doubt>), Error> {
    let mut answers: Vec<Answers> = Vec::with_capacity(due.answers.len());
    // What somebody answers is what a report knows of him, and not what a reviewer made of it.
    let mut submitted: Vec<(PersonId, Answers)> = Vec::with_capacity(due.answers.len());
    for one in &due.answers {
        let (stored, mended) = one.open(&tools.opener)?;
        let mended = mended.map(|review| json::<StoredReview>(&review)).transpose()?.and_then(|review| review.answers);
        let own = json::<StoredAnswers>(&stored)?.answers;
        answers.push(mended.unwrap_or_else(|| own.clone()));
        submitted.push((one.person, own));
    }
    let decision = due.decided.as_ref().map(|one| json::<StoredDecision>(&one.open(&tools.opener)?)).transpose()?;
    let newest = due.answers.last().map(|newest| newest.schema);
    let schema = newest.and_then(|id| Some((id, tools.schemas.get(&id)?)));
    let mut doubt = None;
    let settled = match (decision, schema) {
        (Some(decision), _) => decided(&decision.answered.answers, &answers),
        (None, Some((id, schema))) => {
            let row = TaskBody::parse(&due.open_body(&tools.opener)?)?;
            // A row that a later schema cannot read still has its votes; only spans and scores need its texts.
            let content = schema.resolve(&row.data).unwrap_or_default();
            let mut settled = settle(schema, &content, &answers);
            // What models said of it is not known between reports.
            if let Some(between) = tools.between.as_ref().filter(|_| row.judges.is_empty()) {
                doubt = between.refine((id, schema), (due.done, &content), &submitted, &mut settled);
            }
            settled
        }
        (None, None) => std::collections::BTreeMap::new(),
    };
    let body = serde_json::to_vec(&settled)
        .map_err(|_| Error::Store(vouchsafe_store::Error::Unsealable { table: "consensus" }))?;
    Ok((consensus::prepare(&tools.sealer, project, due, &body), doubt))
}
