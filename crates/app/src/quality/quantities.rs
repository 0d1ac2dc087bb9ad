//! Answers of one question as numbers: those of any size, grades, and the points that criteria of a rubric are given.

use super::coding::Votes;
use serde_json::{Value, json};
use vouchsafe_domain::work::{
    content::{Content, FieldContent},
    schema::Per,
};
use vouchsafe_quality::{
    answers::Triple,
    numbers::{GREATEST, KnownNumber, Ratings},
};

impl Votes {
    /// Whether criteria are settled by their mean points: each is met or not, and worth something in part.
    pub(super) fn has_points(&self) -> bool {
        self.question.aggregation.method == "per_criterion_mean"
    }

    /// Whether somebody gave a criterion a part of its points; else they say no more than whether it is met.
    pub(super) fn parts_points(&self) -> bool {
        self.has_points() && self.numbers.iter().any(|(_, _, share)| *share > 0.0 && *share < 1.0)
    }

    /// Takes the points of an answer.
    pub(super) fn add_points(&mut self, task: u32, worker: u32, value: &Value, content: Option<&Content>) {
        self.learn_worths(task, value, content);
        let given = self.points(task, value).into_iter();
        self.numbers.extend(given.filter_map(|(_, item, share)| Some((u32::try_from(item).ok()?, worker, share))));
    }

    /// What the criteria of an answer are worth, those that nobody scored before.
    fn learn_worths(&mut self, task: u32, value: &Value, content: Option<&Content>) {
        let field = content.zip(self.question.options_from()).and_then(|(content, name)| content.field(name));
        let Some(criteria) = field.map(FieldContent::items) else { return };
        for (part, criterion, _) in self.scores(value) {
            let worth = criteria.iter().find(|one| one.id == criterion).map(|one| one.points.unwrap_or(1.0));
            let item = self.place(task, Some(&part)).and_then(|item| u32::try_from(item).ok());
            if let Some((item, worth)) = item.zip(worth.filter(|worth| *worth != 0.0)) {
                self.worths.entry(item).or_insert(worth);
            }
        }
    }

    /// The scores of an answer: the name of the item, the criterion, what was said of it.
    fn scores<'v>(&self, value: &'v Value) -> Vec<(String, &'v str, &'v Value)> {
        let of = |part: Option<&str>, value: &'v Value| -> Vec<_> {
            let name =
                |criterion: &str| part.map_or_else(|| criterion.to_owned(), |part| format!("{part}/{criterion}"));
            value.as_object().into_iter().flatten().map(|(id, score)| (name(id), id.as_str(), score)).collect()
        };
        if self.question.per == Per::Record {
            return of(None, value);
        }
        value.as_object().into_iter().flatten().flat_map(|(part, value)| of(Some(part), value)).collect()
    }

    /// The points of an answer, as shares of what the criterion is worth: its item's name and code, and the share. All or nothing where no points were given.
    fn points(&self, task: u32, value: &Value) -> Vec<(String, usize, f64)> {
        let of = |(part, _, score): (String, &str, &Value)| {
            let item = self.place(task, Some(&part))?;
            self.worths.get(&u32::try_from(item).ok()?)?;
            let met = || score["met"].as_bool().map(|met| f64::from(u8::from(met)));
            let given = score["points"].as_f64().map(|points| points / self.worth(item));
            Some((part, item, given.or_else(met)?))
        };
        self.scores(value).into_iter().filter_map(of).collect()
    }

    /// What an item counts for whose number is 1: of points what the criterion is worth, else 1.
    pub(super) fn worth(&self, item: usize) -> f64 {
        u32::try_from(item).ok().and_then(|item| self.worths.get(&item)).copied().unwrap_or(1.0)
    }

    /// The same as numbers that are not beyond reckoning; of grades those of these classes.
    pub(super) fn numbers_of(&self, task: u32, value: &Value, classes: &[(usize, usize)]) -> Vec<KnownNumber> {
        if self.is_graded() {
            return classes.iter().filter_map(|(item, class)| Some((*item, self.grade(*class)?))).collect();
        }
        self.number_cells(task, value).into_iter().map(|(_, item, number)| (item, number)).collect()
    }

    /// What an answer says of each item of a task that somebody answered, as numbers that are not beyond reckoning, of points as shares of what the
    /// criterion is worth: the item's part and code, and the number.
    pub(super) fn number_cells(&self, task: u32, value: &Value) -> Vec<(Option<String>, usize, f64)> {
        if self.has_points() {
            return self.points(task, value).into_iter().map(|(part, item, share)| (Some(part), item, share)).collect();
        }
        if !self.is_number() && !self.is_graded() {
            return Vec::new();
        }
        let of = |(part, number): (Option<String>, Value)| {
            let item = self.place(task, part.as_deref())?;
            Some((part, item, number.as_f64().filter(|number| number.abs() <= GREATEST)?))
        };
        self.cells(task, value).into_iter().filter_map(of).collect()
    }

    /// The number of a class, where answers are grades.
    fn grade(&self, class: usize) -> Option<f64> {
        self.classes.get(class).filter(|_| self.is_graded())?.as_f64()
    }

    /// Everything of which the number is known: gold, and what was decided.
    pub(super) fn known_numbers(&self) -> Vec<KnownNumber> {
        self.gold_numbers.iter().chain(&self.decided_numbers).copied().collect()
    }

    /// The answers of the first so many workers as numbers; `None` where they are none.
    pub(super) fn ratings(&self, workers: usize) -> Option<Ratings> {
        if !self.is_number() && !self.is_graded() && !self.has_points() {
            return None;
        }
        let graded = |(item, worker, class): &Triple| Some((*item, *worker, self.grade(usize::from(*class))?));
        let all = self.triples.iter().filter_map(graded).chain(self.numbers.iter().copied());
        let some: Vec<(u32, u32, f64)> =
            all.filter(|(_, worker, number)| (*worker as usize) < workers && number.abs() <= GREATEST).collect();
        Ratings::new(self.items.len(), workers, &some)
    }

    /// The value of each class, where classes are numbers, or whether a criterion is met.
    pub(super) fn values(&self) -> Vec<f64> {
        let value = |class: &Value| class.as_f64().unwrap_or_else(|| f64::from(u8::from(*class == json!(true))));
        self.classes.iter().map(value).collect()
    }
}
