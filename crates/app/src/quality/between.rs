//! What the last report says of tasks that are done after it, until the next: how probable their answers are, and so what becomes of them. Kept in memory, without any text
//! ([`super::held`]): after a restart, and in another process, tasks wait for the next report.

use super::{
    certainty::Certainty,
    coding::Votes,
    figures::Believed,
    known::Known,
    more::{self, Doubt},
    numbers::Numbers,
    refine::{Judge, Unknown},
    report::Report,
    strata::Strata,
};
use std::{
    collections::{BTreeMap, HashMap},
    sync::Arc,
};
use vouchsafe_domain::{
    ids::{PersonId, SchemaId},
    time::Micros,
    work::{answers::Answers, content::Content, schema::Schema, telling::STRATA},
};
use vouchsafe_formats::releases::Consensus;
use vouchsafe_quality::{
    aggregate::{Between as Model, Method},
    allocate::Crowd,
};
use vouchsafe_store::work::consensus::Done;

/// Probabilities further off than this on average are not given.
const OFF_MAX: f64 = 0.1;

/// How people answer, as the last report of a project has it.
pub(crate) struct Between {
    /// When that report was reckoned.
    at: Micros,
    /// Answers under another schema wait for the next report.
    schema: SchemaId,
    people: HashMap<PersonId, u32>,
    questions: Vec<One>,
    /// Questions that the report has a model of and this has not: a task with answers to them waits for the next report before more is asked.
    unspoken: Vec<String>,
    /// Questions whose answers cannot be compared.
    open: Vec<String>,
    /// Who tells alike, where an answer must tell enough.
    strata: Option<Strata>,
}

struct One {
    /// Of the question in its schema.
    place: usize,
    method: Method,
    crowd: Crowd,
    groups: Option<Arc<[Crowd; STRATA]>>,
    model: Model,
}

impl Between {
    /// From what a report of this moment was made of; the report says how far off this is. `None` where no question has it. Where models answered beside people every task waits
    /// for the next report, which knows both.
    pub(super) fn of(known: &Known, report: &mut Report, at: Micros) -> Option<Self> {
        let gathered = &known.gathered;
        let (schema, newest) = gathered.newest();
        let place = |name: &str| newest.questions().iter().position(|question| question.name == name);
        let (mut questions, mut unspoken) = (Vec::new(), Vec::new());
        for judge in known.judges.iter().filter(|_| gathered.judges.is_empty()) {
            let found = judge.between(gathered.work.len()).filter(|(model, ..)| model.off <= OFF_MAX);
            let Some(((model, method, crowd), place)) = found.zip(place(judge.question())) else {
                unspoken.push(judge.question().to_owned());
                continue;
            };
            let figures = report.questions.iter_mut().find(|figures| figures.question == judge.question());
            if let Some(figures) = figures.and_then(|figures| figures.model.as_mut()) {
                figures.between = Some(model.off);
            }
            questions.push(One { place, method, crowd, groups: judge.groups(), model });
        }
        let (open, strata) = (gathered.open_questions.clone(), known.strata.as_ref().map(Strata::for_later));
        let people = gathered.codes();
        (!questions.is_empty()).then_some(Self { at, schema, people, questions, unspoken, open, strata })
    }

    /// Of a report without questions.
    #[cfg(test)]
    pub(super) fn nothing(at: Micros) -> Self {
        let schema = SchemaId(uuid::Uuid::nil());
        let (people, questions) = (HashMap::new(), Vec::new());
        Self { at, schema, people, questions, unspoken: Vec::new(), open: Vec::new(), strata: None }
    }

    /// When the report was reckoned that it is from.
    pub(crate) fn at(&self) -> Micros {
        self.at
    }

    /// About how much memory it takes, in bytes.
    pub(crate) fn bytes(&self) -> usize {
        let one = |one: &One| {
            let crowds = 1 + one.groups.as_ref().map_or(0, |groups| groups.len());
            one.model.bytes() + crowds * one.model.classes().pow(2) * size_of::<f64>()
        };
        // Of a table with room to grow.
        let people = 2 * self.people.capacity() * size_of::<(PersonId, u32)>();
        self.questions.iter().map(one).sum::<usize>() + people + self.strata.as_ref().map_or(0, Strata::bytes)
    }

    /// Gives what was settled of a task that just was done its probability. Returns what the report would make of it next; `None` where that waits for the next report.
    pub(crate) fn refine(
        &self,
        (id, schema): (SchemaId, &Schema),
        (done, content): (Done, &Content),
        answers: &[(PersonId, Answers)],
        settled: &mut BTreeMap<String, Consensus>,
    ) -> Option<Doubt> {
        if id != self.schema {
            return None;
        }
        let mut waits = self.unspoken.iter().any(|name| settled.contains_key(name));
        let mut judges = Vec::new();
        for one in &self.questions {
            let question = schema.questions().get(one.place)?;
            match self.judge(one, schema, content, answers) {
                Some(judge) => {
                    judge.refine(0, settled);
                    judges.push(judge);
                }
                None => waits |= settled.contains_key(&question.name),
            }
        }
        if waits {
            return None;
        }
        let unknown = judges.iter().map(|judge| judge.unknown(0)).fold(Unknown::default(), Unknown::and);
        let codes = answers.iter().filter_map(|(person, _)| self.people.get(person).copied());
        let most = self.strata.as_ref().map(|strata| strata.most_beside(codes, &unknown));
        more::doubt(done, settled, (&judges, &self.open), &unknown, most)
    }

    fn judge(&self, one: &One, schema: &Schema, content: &Content, given: &[(PersonId, Answers)]) -> Option<Judge> {
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
        let believed = Believed { certainty: Some(certainty), numbers: numbers.map(|(numbers, _)| numbers) };
        let mut judge = Judge::new(votes, believed)?;
        if let Some(groups) = &one.groups {
            judge.tell(Arc::clone(groups));
        }
        Some(judge)
    }
}
