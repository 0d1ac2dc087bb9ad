//! From sealed rows to a [`ReleaseRow`]: opened, read, people turned into pseudonyms.

use crate::{
    Error,
    quality::has_vote,
    work::{
        consensus::ADJUDICATED,
        stored::{StoredAnswers, StoredReview, TaskBody, json},
    },
};
use serde_json::Value;
use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    sync::Arc,
};
use vouchsafe_domain::{
    ids::{BatchId, GuidelineId, PersonId, SchemaId, TaskId},
    work::schema::Schema,
};
use vouchsafe_formats::releases::{Annotation, Consensus, Decision, OnReview, ReleaseRow, Review};
use vouchsafe_store::{
    custody::opener::Opener,
    releases::source::{SealedAnnotation, SealedReview, SealedTask},
};

/// How many names a worker remembers; then all are forgotten.
const REMEMBERED_MAX: usize = 10_000;

/// Schemas and guidelines of a project by id, with their versions.
pub(super) struct Versions {
    pub(super) schemas: HashMap<SchemaId, (u32, Arc<Schema>)>,
    pub(super) guidelines: HashMap<GuidelineId, u32>,
}

/// Opens rows, one after the other, on a thread of its own.
pub(super) struct Rows {
    opener: Opener,
    versions: Arc<Versions>,
    pseudonyms: HashMap<PersonId, String>,
    batches: HashMap<BatchId, Option<String>>,
    /// By version of the schema, the questions whose answers have no vote.
    open: HashMap<u32, Arc<BTreeSet<String>>>,
}

impl Rows {
    pub(super) fn new(opener: Opener, versions: Arc<Versions>) -> Self {
        Self { opener, versions, pseudonyms: HashMap::new(), batches: HashMap::new(), open: HashMap::new() }
    }

    /// The row of a task.
    pub(super) fn open(&mut self, task: &SealedTask) -> Result<ReleaseRow, Error> {
        let newest = task.annotations.iter().map(|annotation| annotation.schema);
        let newest = newest.filter_map(|id| self.versions.schemas.get(&id)).max_by_key(|(version, _)| *version);
        let (schema_version, schema) = newest.cloned().ok_or_else(|| unreadable(task.task, "nobody answered it"))?;
        let body = TaskBody::parse(&task.open_body(&self.opener)?)?;
        let content = schema.resolve(&body.data).map_err(|why| unreadable(task.task, &why.to_string()))?;
        let consensus: BTreeMap<String, Consensus> = json(&task.open_consensus(&self.opener)?)?;
        let annotations: Vec<Annotation> =
            task.annotations.iter().map(|annotation| self.annotation(annotation)).collect::<Result<_, _>>()?;
        let open = self.open.entry(schema_version).or_insert_with(|| {
            let open = schema.questions().iter().filter(|question| !has_vote(question));
            Arc::new(open.map(|question| question.name.clone()).collect())
        });
        let on_review = on_review(&consensus, open, &annotations);
        Ok(ReleaseRow {
            id: task.task,
            external_id: body.external_id,
            batch: self.batch(task)?,
            metadata: match body.metadata {
                Value::Object(metadata) => Some(metadata),
                _ => None,
            },
            schema_version,
            guideline_version: annotations.iter().map(|one| one.guideline_version).max().unwrap_or_default(),
            content,
            annotations,
            consensus,
            judges: body.judges,
            on_review,
        })
    }

    fn annotation(&mut self, sealed: &SealedAnnotation) -> Result<Annotation, Error> {
        let stored: StoredAnswers = json(&sealed.open(&self.opener)?)?;
        let mut answers = stored.answers;
        let mut reviews = Vec::with_capacity(sealed.reviews.len());
        for review in &sealed.reviews {
            let (verdict, mut fix_size) = (decision(review)?, None);
            if verdict == Decision::Fix {
                let stored: StoredReview = json(&review.open(&self.opener)?)?;
                fix_size = stored.fix_size;
                // A fix counts with its mended answers.
                if let Some(mended) = stored.answers.filter(|_| review.annotation == sealed.annotation) {
                    answers = mended;
                }
            }
            reviews.push(Review { by: self.pseudonym(review.person)?, verdict, fix_size, at: review.at });
        }
        let presented = Some(stored.presented).filter(|presented| presented.fields().next().is_some());
        Ok(Annotation {
            id: sealed.annotation,
            by: self.pseudonym(sealed.person)?,
            revision: sealed.revision,
            guideline_version: self.versions.guidelines.get(&sealed.guideline).copied().unwrap_or_default(),
            submitted_at: sealed.submitted_at,
            active_ms: u64::try_from(sealed.active_ms).unwrap_or_default(),
            presented,
            answers,
            reviews,
        })
    }

    fn pseudonym(&mut self, person: PersonId) -> Result<String, Error> {
        if let Some(known) = self.pseudonyms.get(&person) {
            return Ok(known.clone());
        }
        let made = self.opener.pseudonym(person)?;
        remember(&mut self.pseudonyms, person, made.clone());
        Ok(made)
    }

    fn batch(&mut self, task: &SealedTask) -> Result<Option<String>, Error> {
        if let Some(known) = self.batches.get(&task.batch) {
            return Ok(known.clone());
        }
        let name = task.open_batch(&self.opener)?;
        remember(&mut self.batches, task.batch, name.clone());
        Ok(name)
    }
}

/// The answers for which neither a second answer, nor a model, nor a decision speaks.
fn on_review(
    consensus: &BTreeMap<String, Consensus>,
    open: &BTreeSet<String>,
    annotations: &[Annotation],
) -> Option<OnReview> {
    let alone = |(name, one): &(&String, &Consensus)| {
        let compared = one.of > 1 && !open.contains(*name);
        !compared && one.probability.is_none() && one.range.is_none() && one.method != ADJUDICATED
    };
    let questions: Vec<String> = consensus.iter().filter(alone).map(|(name, _)| name.clone()).collect();
    let reviewed = annotations.iter().all(|annotation| !annotation.reviews.is_empty());
    (!questions.is_empty()).then_some(OnReview { alone: questions.len() == consensus.len(), questions, reviewed })
}

fn remember<K: std::hash::Hash + Eq, V>(known: &mut HashMap<K, V>, key: K, value: V) {
    if known.len() >= REMEMBERED_MAX {
        known.clear();
    }
    known.insert(key, value);
}

fn decision(review: &SealedReview) -> Result<Decision, Error> {
    match review.verdict.as_str() {
        "accept" => Ok(Decision::Accept),
        "fix" => Ok(Decision::Fix),
        "return" => Ok(Decision::Return),
        _ => Err(Error::Store(vouchsafe_store::Error::Corrupt { query: "review.verdict".into(), column: 3 })),
    }
}

fn unreadable(task: TaskId, why: &str) -> Error {
    Error::state("task_unreadable", format!("task {task} cannot be written: {why}"))
}
