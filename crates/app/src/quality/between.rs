//! What the last report says of tasks that are done after it, until the next. Kept in memory, without any text: a restart, or another process, waits for the next report.

use super::{
    certainty::Certainty, coding::Votes, figures::Believed, known::Known, numbers::Numbers, refine::Judge,
    report::Report,
};
use std::{
    collections::{BTreeMap, HashMap},
    sync::{Arc, Mutex},
};
use vouchsafe_domain::{
    ids::{PersonId, ProjectId, SchemaId},
    work::{answers::Answers, content::Content, schema::Schema},
};
use vouchsafe_formats::releases::Consensus;
use vouchsafe_quality::{
    aggregate::{Between as Model, Method},
    allocate::Crowd,
};

/// Probabilities further off than this on average are not given.
const OFF_MAX: f64 = 0.1;

/// By project.
pub(crate) type Held = Mutex<HashMap<ProjectId, Arc<Between>>>;

/// How people answer, as the last report of a project has it.
pub(crate) struct Between {
    /// Answers under another schema wait for the next report.
    schema: SchemaId,
    people: HashMap<PersonId, u32>,
    questions: Vec<One>,
}

struct One {
    /// Of the question in its schema.
    place: usize,
    method: Method,
    crowd: Crowd,
    model: Model,
}

impl Between {
    /// From what a report was made of; the report says how far off this is. `None` where no question has it. Where models answered beside people every task waits for the
    /// next report, which knows both.
    pub(super) fn of(known: &Known, report: &mut Report) -> Option<Self> {
        let gathered = &known.gathered;
        let (schema, newest) = gathered.newest();
        let place = |name: &str| newest.questions().iter().position(|question| question.name == name);
        let mut questions = Vec::new();
        for judge in known.judges.iter().filter(|_| gathered.judges.is_empty()) {
            let Some((model, method, crowd)) = judge.between(gathered.work.len()) else { continue };
            let figures = report.questions.iter_mut().find(|figures| figures.question == judge.question());
            let Some(place) = place(judge.question()).filter(|_| model.off <= OFF_MAX) else { continue };
            if let Some(figures) = figures.and_then(|figures| figures.model.as_mut()) {
                figures.between = Some(model.off);
            }
            questions.push(One { place, method, crowd, model });
        }
        (!questions.is_empty()).then(|| Self { schema, people: gathered.codes(), questions })
    }

    /// Gives what was settled of a task that just was done its probability.
    pub(crate) fn refine(
        &self,
        (id, schema): (SchemaId, &Schema),
        content: &Content,
        answers: &[(PersonId, &Answers)],
        settled: &mut BTreeMap<String, Consensus>,
    ) {
        for one in self.questions.iter().filter(|_| id == self.schema) {
            if let Some(judge) = self.judge(one, schema, content, answers) {
                judge.refine(0, settled);
            }
        }
    }

    fn judge(&self, one: &One, schema: &Schema, content: &Content, given: &[(PersonId, &Answers)]) -> Option<Judge> {
        let question = schema.questions().get(one.place)?;
        let mut votes = Votes::of(question)?;
        let known = u32::try_from(self.people.len()).ok()?;
        for (stranger, (person, answers)) in (known..).zip(given) {
            let worker = self.people.get(person).copied().unwrap_or(stranger);
            if let Some(value) = answers.get(&question.name).and_then(|answer| answer.value()) {
                votes.add(0, worker, 0, value, Some(content));
            }
        }
        let people = self.people.len() + given.len();
        // A class that only an older schema had is unknown here.
        let answers = votes.answers(people).filter(|answers| answers.classes() == one.model.classes())?;
        let posteriors = Arc::new(one.model.posteriors(&answers));
        let (method, crowd) = (one.method, one.crowd.clone());
        let certainty = Certainty { method, posteriors, judged: Vec::new(), crowd, sets: None };
        let ratings = votes.ratings(people).filter(|_| votes.is_graded());
        let numbers = ratings.and_then(|ratings| Numbers::of(&votes, &ratings, 0, Some(&certainty)));
        Judge::new(votes, Believed { certainty: Some(certainty), numbers: numbers.map(|(numbers, _)| numbers) })
    }
}
