//! Consensus of done tasks, as a job: what several people answered, made one answer a question, with the probability that the last report of the project gives it, if one can.
//!
//! Answers are read from a snapshot and opened and reckoned outside any lock; only the sealed result is written in a
//! transaction, and only for tasks whose answers have not changed meanwhile. The same answers always give the same
//! bytes; with a report behind them, the same answers and report.

pub(crate) mod settle;

use super::{
    adjudicate::StoredDecision,
    stored::{StoredAnswers, StoredReview, TaskBody, json},
};
use crate::{App, Error, quality::between::Between};
pub(crate) use settle::ADJUDICATED;
use settle::{decided, settle};
use std::{
    collections::HashMap,
    sync::{Arc, PoisonError},
};
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
    work::{
        consensus::{self, Due},
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
        let mut on = self.store.snapshot().await?;
        let due = consensus::due(&mut on, project, limit).await?;
        drop(on);
        if due.is_empty() {
            return Ok(0);
        }
        let tools = self.retry(|| self.tools(project, client, &due)).await?;
        let reckoned = tokio::task::spawn_blocking(move || {
            due.iter().map(|due| reckon(&tools, project, due)).collect::<Result<Vec<_>, Error>>()
        });
        let prepared = reckoned.await.map_err(|_| Error::state("consensus_failed", "the reckoning broke off"))??;

        let now = self.now();
        let mut tx = self.store.write("consensus").await?;
        let clearance = clear_server(&mut tx, JOB, client).await?;
        let (tasks, annotations) = consensus::keep(&mut tx, &clearance, prepared, now).await?;
        if tasks > 0 {
            let entry = clearance
                .entry(Act::ConsensusComputed, now)
                .because("tasks", tasks)
                .because("annotations", annotations)
                .of("project", project.to_string());
            tx.commit([entry]).await?;
        }
        Ok(tasks)
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
        tx.abandon().await?;
        let between = self.quality_between.lock().unwrap_or_else(PoisonError::into_inner).get(&project).cloned();
        Ok(Tools { opener, sealer, schemas, between })
    }
}

fn reckon(tools: &Tools, project: ProjectId, due: &Due) -> Result<consensus::Prepared, Error> {
    let mut answers: Vec<Answers> = Vec::with_capacity(due.answers.len());
    for one in &due.answers {
        let (submitted, mended) = one.open(&tools.opener)?;
        let mended = mended.map(|review| json::<StoredReview>(&review)).transpose()?.and_then(|review| review.answers);
        answers.push(match mended {
            Some(mended) => mended,
            None => json::<StoredAnswers>(&submitted)?.answers,
        });
    }
    let decision = due.decided.as_ref().map(|one| json::<StoredDecision>(&one.open(&tools.opener)?)).transpose()?;
    let newest = due.answers.last().map(|newest| newest.schema);
    let schema = newest.and_then(|id| Some((id, tools.schemas.get(&id)?)));
    let settled = match (decision, schema) {
        (Some(decision), _) => decided(&decision.answered.answers, &answers),
        (None, Some((id, schema))) => {
            let row = TaskBody::parse(&due.open_body(&tools.opener)?)?;
            // A row that a later schema cannot read still has its votes; only spans and scores need its texts.
            let content = schema.resolve(&row.data).unwrap_or_default();
            let mut settled = settle(schema, &content, &answers);
            if let Some(between) = &tools.between {
                let given: Vec<(PersonId, &Answers)> = due.answers.iter().map(|one| one.person).zip(&answers).collect();
                between.refine((id, schema), &content, &given, &mut settled);
            }
            settled
        }
        (None, None) => std::collections::BTreeMap::new(),
    };
    let body = serde_json::to_vec(&settled)
        .map_err(|_| Error::Store(vouchsafe_store::Error::Unsealable { table: "consensus" }))?;
    Ok(consensus::prepare(&tools.sealer, project, due, &body))
}
