//! Reading a project's answers: opened a range at a time, coded, and forgotten.

use super::coding::{JUDGES_FROM, Votes};
use crate::{
    Error,
    work::{
        adjudicate::StoredDecision,
        stored::{StoredAnswers, StoredReview, TaskBody, json},
    },
};
use std::{collections::HashMap, sync::Arc};
use vouchsafe_domain::{
    ids::{AnnotationId, BatchId, PersonId, ProjectId, SchemaId, TaskId},
    work::{answers::Answers, content::Content, schema::Schema},
};
use vouchsafe_store::{
    Read,
    custody::opener::Opener,
    quality::given::{self, Given, Known, Reviewed},
    releases::source,
    work::{
        adjudication::{self, Decided},
        measuring::{self, GoldAnswer, Measured},
    },
};

/// Rows opened in one go.
const AT_ONCE: u32 = 2_000;
/// Most annotations a report rests on: what fits into memory with ease. Beyond it nothing is reckoned, and the log says so.
pub(super) const ANNOTATIONS_MAX: usize = 20_000_000;

/// What was counted of one person while answers were read.
#[derive(Debug, Clone)]
pub(super) struct Work {
    pub(super) person: PersonId,
    pub(super) pseudonym: String,
    pub(super) active_ms: Vec<i64>,
    /// When each of them came, in microseconds.
    pub(super) at_us: Vec<i64>,
}

/// A decision of a reviewer.
pub(super) struct Verdict {
    pub(super) author: usize,
    pub(super) reviewer: usize,
    pub(super) word: String,
    pub(super) reasons: Vec<String>,
    /// How large a fix was, from 0 to 1.
    pub(super) fix_size: Option<f64>,
    pub(super) at_us: i64,
    pub(super) annotation: AnnotationId,
    /// Of the task.
    pub(super) batch: BatchId,
    /// How what was judged counts among the answers of its batch.
    pub(super) counts: Counts,
}

/// How an answer that was judged counts among those of a project, or of a batch.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Counts {
    /// It was drawn: one of a random sample.
    Drawn,
    /// It is one of them, judged on demand.
    Forced,
    /// It is none of them: gold, or what was mended after it had been sent back.
    Aside,
}

/// Everything the figures need, without any text.
pub(super) struct Gathered {
    pub(super) votes: Vec<Votes>,
    pub(super) open_questions: Vec<String>,
    pub(super) tasks: Vec<TaskId>,
    /// By task, the batch it came in.
    pub(super) batch_of: Vec<BatchId>,
    /// Answers to tasks of a batch that are not gold, as they were first submitted; those that were sent back are not among them.
    pub(super) answers_of: HashMap<BatchId, usize>,
    pub(super) gold_tasks: usize,
    /// Tasks that an adjudicator decided.
    pub(super) decided_tasks: usize,
    /// Who answered which gold task, when.
    pub(super) gold_work: Vec<(u32, u32, i64)>,
    /// The same answers as a reviewer may be given them.
    pub(super) gold_answers: Vec<GoldAnswer>,
    /// Reviews that measure reviewers, and the codes of those.
    pub(super) measured: Vec<(Measured, usize)>,
    pub(super) annotations: usize,
    pub(super) active_ms: i64,
    pub(super) work: Vec<Work>,
    /// Models that answered beside people, by name: workers whose codes follow those of all people.
    pub(super) judges: Vec<String>,
    pub(super) verdicts: Vec<Verdict>,
    opener: Opener,
    schemas: HashMap<SchemaId, Arc<Schema>>,
    newest: (SchemaId, Arc<Schema>),
    people: HashMap<PersonId, u32>,
    task_codes: HashMap<TaskId, u32>,
}

/// Reads all of a project from a snapshot. `None` without a schema that can be read.
pub(super) async fn gather(on: &mut Read, opener: Opener, project: ProjectId) -> Result<Option<Gathered>, Error> {
    let mut schemas = HashMap::new();
    let mut newest = None;
    for version in source::schemas(on, project).await? {
        let Ok(schema) = Schema::parse(&json(&version.open(&opener)?)?) else { continue };
        let schema = Arc::new(schema);
        schemas.insert(version.id, Arc::clone(&schema));
        newest = Some((version.id, schema));
    }
    let Some(newest) = newest else { return Ok(None) };
    let mut gathered = Gathered {
        votes: newest.1.questions().iter().filter_map(Votes::of).collect(),
        open_questions: Vec::new(),
        tasks: Vec::new(),
        batch_of: Vec::new(),
        answers_of: HashMap::new(),
        gold_tasks: 0,
        decided_tasks: 0,
        gold_work: Vec::new(),
        gold_answers: Vec::new(),
        measured: Vec::new(),
        annotations: 0,
        active_ms: 0,
        work: Vec::new(),
        judges: Vec::new(),
        verdicts: Vec::new(),
        opener,
        schemas,
        newest,
        people: HashMap::new(),
        task_codes: HashMap::new(),
    };
    let compared = |name: &str| gathered.votes.iter().any(|votes| votes.question.name == name);
    let open = gathered.newest.1.questions().iter().filter(|question| !compared(&question.name));
    gathered.open_questions = open.map(|question| question.name.clone()).collect();

    let bodies = gathered.votes.iter().any(Votes::needs_content) || given::judged(on, project).await?;
    let mut after = given::start();
    loop {
        let rows = given::range(on, project, &after, AT_ONCE, bodies).await?;
        let Some(last) = rows.last() else { break };
        after = last.place();
        gathered = aside(gathered, move |to| rows.iter().try_for_each(|row| to.take(row))).await?;
        if gathered.annotations > ANNOTATIONS_MAX {
            return Err(Error::state("too_much", format!("more than {ANNOTATIONS_MAX} annotations are not reckoned")));
        }
    }
    gathered = aside(gathered, |to| {
        to.votes.iter_mut().for_each(Votes::all_taken);
        Ok(())
    })
    .await?;
    let mut after = (i64::MIN, String::new());
    loop {
        let rows = given::reviews(on, project, &after, AT_ONCE).await?;
        let Some(last) = rows.last() else { break };
        after = last.place();
        gathered = aside(gathered, move |to| rows.iter().try_for_each(|row| to.review(row))).await?;
    }
    for one in measuring::of_project(on, project).await? {
        let reviewer = gathered.worker(one.reviewer)?;
        gathered.measured.push((one, reviewer as usize));
    }
    let gold = given::gold(on, project).await?;
    let decided = adjudication::of_project(on, project).await?;
    let all = aside(gathered, move |to| {
        let people = u32::try_from(to.work.len()).unwrap_or(JUDGES_FROM);
        to.votes.iter_mut().for_each(|votes| votes.judges_follow(people));
        gold.iter().try_for_each(|row| to.known(row))?;
        decided.iter().try_for_each(|row| to.decided(row))
    });
    all.await.map(Some)
}

/// Opens rows beside the threads that answer requests.
async fn aside(
    mut gathered: Gathered,
    work: impl FnOnce(&mut Gathered) -> Result<(), Error> + Send + 'static,
) -> Result<Gathered, Error> {
    let done = tokio::task::spawn_blocking(move || work(&mut gathered).map(|()| gathered));
    done.await.map_err(|_| Error::state("quality_failed", "the reckoning broke off"))?
}

impl Gathered {
    fn take(&mut self, row: &Given) -> Result<(), Error> {
        let worker = self.worker(row.person)?;
        let known = self.tasks.len();
        let task = self.task(row.task);
        if self.tasks.len() > known {
            self.gold_tasks += usize::from(row.gold);
            self.batch_of.push(row.batch);
        }
        self.annotations += 1;
        let work = &mut self.work[worker as usize];
        work.active_ms.push(row.active_ms);
        work.at_us.push(row.at.0);
        if row.gold {
            self.gold_work.push((worker, task, row.at.0));
            let (annotation, author) = (row.annotation, row.person);
            self.gold_answers.push(GoldAnswer { annotation, task: row.task, number: row.number, author, at: row.at });
        } else {
            self.active_ms += row.active_ms;
            *self.answers_of.entry(row.batch).or_default() += usize::from(row.first);
        }
        let stored: StoredAnswers = json(&row.open(&self.opener)?)?;
        let body = row.open_body(&self.opener)?.map(|body| TaskBody::parse(&body)).transpose()?;
        let content = body.as_ref().and_then(|body| self.content(row, body));
        for votes in &mut self.votes {
            if let Some(value) = stored.answers.get(&votes.question.name).and_then(|answer| answer.value()) {
                votes.add(task, worker, row.at.0, value, content.as_ref());
            }
        }
        // Once a task, with its first annotation.
        for (model, answers) in body.filter(|_| self.tasks.len() > known).into_iter().flat_map(|body| body.judges) {
            let judge = JUDGES_FROM + self.judge(model);
            for votes in self.votes.iter_mut().filter(|votes| votes.takes_judges()) {
                if let Some(value) = answers.get(&votes.question.name).and_then(|answer| answer.value()) {
                    votes.add(task, judge, row.at.0, value, content.as_ref());
                }
            }
        }
        Ok(())
    }

    fn judge(&mut self, model: String) -> u32 {
        let place = self.judges.iter().position(|known| *known == model).unwrap_or_else(|| {
            self.judges.push(model);
            self.judges.len() - 1
        });
        u32::try_from(place).unwrap_or(0)
    }

    fn review(&mut self, row: &Reviewed) -> Result<(), Error> {
        let (author, reviewer) = (self.worker(row.author)?, self.worker(row.reviewer)?);
        let stored: StoredReview = json(&row.open(&self.opener)?)?;
        self.verdicts.push(Verdict {
            author: author as usize,
            reviewer: reviewer as usize,
            word: row.verdict.clone(),
            reasons: stored.reasons,
            fix_size: stored.fix_size,
            at_us: row.at.0,
            annotation: row.annotation,
            batch: row.batch,
            counts: match (row.first && !row.gold, row.drawn) {
                (false, _) => Counts::Aside,
                (true, true) => Counts::Drawn,
                (true, false) => Counts::Forced,
            },
        });
        Ok(())
    }

    fn known(&mut self, row: &Known) -> Result<(), Error> {
        let Some(task) = self.task_codes.get(&row.task).copied() else { return Ok(()) };
        let answers: Answers = json(&row.open(&self.opener)?)?;
        for votes in &mut self.votes {
            if let Some(value) = answers.get(&votes.question.name).and_then(|answer| answer.value()) {
                votes.known(task, value);
            }
        }
        Ok(())
    }

    fn decided(&mut self, row: &Decided) -> Result<(), Error> {
        let Some(task) = self.task_codes.get(&row.task).copied() else { return Ok(()) };
        let stored: StoredDecision = json(&row.open(&self.opener)?)?;
        self.decided_tasks += 1;
        for votes in &mut self.votes {
            if let Some(value) = stored.answered.answers.get(&votes.question.name).and_then(|answer| answer.value()) {
                votes.decide(task, value);
            }
        }
        Ok(())
    }

    fn content(&self, row: &Given, body: &TaskBody) -> Option<Content> {
        self.schemas.get(&row.schema)?.resolve(&body.data).ok()
    }

    fn worker(&mut self, person: PersonId) -> Result<u32, Error> {
        if let Some(code) = self.people.get(&person) {
            return Ok(*code);
        }
        let code = u32::try_from(self.work.len()).unwrap_or(u32::MAX);
        self.work.push(Work {
            person,
            pseudonym: self.opener.pseudonym(person)?,
            active_ms: Vec::new(),
            at_us: Vec::new(),
        });
        self.people.insert(person, code);
        Ok(code)
    }

    fn task(&mut self, task: TaskId) -> u32 {
        let tasks = &mut self.tasks;
        *self.task_codes.entry(task).or_insert_with(|| {
            tasks.push(task);
            u32::try_from(tasks.len() - 1).unwrap_or(u32::MAX)
        })
    }

    /// The schema that whoever is asked now answers.
    pub(super) fn newest(&self) -> (SchemaId, &Schema) {
        (self.newest.0, &self.newest.1)
    }

    /// Everybody's code.
    pub(super) fn codes(&self) -> HashMap<PersonId, u32> {
        self.people.clone()
    }

    /// The code of a task that somebody answered.
    pub(super) fn code_of(&self, task: TaskId) -> Option<u32> {
        self.task_codes.get(&task).copied()
    }
}
