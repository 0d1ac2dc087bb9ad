//! Answers of one question as items and classes, which is what `vouchsafe_quality` compares.
//!
//! An item is what one judgement is about: the task, or a part of it. Of a `multi_label` question each option is an item with
//! the classes no and yes; of `rubric_scores` each criterion, not met and met; of `span` each stretch of the text, not marked and
//! marked; asked per candidate, message or step each of these.

use super::{gamma, report::GammaFigures, stretches::Stretches};
use serde_json::{Value, json};
use std::collections::{BTreeSet, HashMap};
use vouchsafe_domain::work::{
    content::{Content, FieldContent},
    schema::{Choice, Per, Question},
};
use vouchsafe_quality::{
    answers::{Answers, Triple},
    numbers::KnownNumber,
};

/// While answers are taken, models have codes from here on: how many people there are is known at the end.
pub(super) const JUDGES_FROM: u32 = 1 << 31;
/// Most classes of a question; more cannot be compared by counting.
const CLASSES_MAX: usize = 10_000;

/// What distance between two classes means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Scale {
    Nominal,
    Ordinal,
    Interval,
}

impl Scale {
    pub(super) fn word(self) -> &'static str {
        match self {
            Self::Nominal => "nominal",
            Self::Ordinal => "ordinal",
            Self::Interval => "interval",
        }
    }
}

/// Whether numbers so far apart are as near as the schema takes for right; rounding costs nobody his answer.
pub(super) fn is_near(apart: f64, tolerance: f64) -> bool {
    apart <= tolerance * (1.0 + 1e-12)
}

/// The options of a rating from low to high, however the schema lists them.
fn grades(question: &Question) -> Vec<Value> {
    let mut grades: Vec<Value> = question.options().iter().map(|choice| choice.value.clone()).collect();
    grades.sort_by_key(Value::as_i64);
    grades
}

/// What one judgement is about.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) struct Item {
    /// Code of the task.
    pub(super) task: u32,
    /// Which part of it.
    pub(super) part: Option<Box<str>>,
}

/// The answers to one question.
pub(super) struct Votes {
    pub(super) question: Question,
    pub(super) scale: Scale,
    /// What an answer can be, as answers write it; none of a number.
    pub(super) classes: Vec<Value>,
    pub(super) items: Vec<Item>,
    /// When each answer came, in the order of `triples`, of a number in that of `numbers`; microseconds.
    pub(super) at_us: Vec<i64>,
    /// Answers that are classes.
    pub(super) triples: Vec<Triple>,
    /// Answers that are numbers of any size, item, worker, number; of points, beside the classes, shares of what the criterion is worth.
    pub(super) numbers: Vec<(u32, u32, f64)>,
    /// Of points, what the criterion of each item is worth, where its row says it; never nothing.
    pub(super) worths: HashMap<u32, f64>,
    /// Classes that the schema names; those after them only answers under an older one had.
    asked: usize,
    /// Items of gold, with the known class.
    pub(super) gold: Vec<(usize, usize)>,
    /// Items that an adjudicator decided, with his class.
    pub(super) decided: Vec<(usize, usize)>,
    /// Items of gold with the known number, of numbers and grades.
    pub(super) gold_numbers: Vec<KnownNumber>,
    /// Items that an adjudicator decided, with his number.
    pub(super) decided_numbers: Vec<KnownNumber>,
    /// Tasks of marked texts that are gold or were decided: their stretches lean on each other, so they are neither known items nor such
    /// whose error is expected.
    pub(super) aside: BTreeSet<u32>,
    /// Agreement on marks, of marked texts.
    pub(super) gamma: Option<GammaFigures>,
    stretches: Stretches,
    codes: HashMap<String, u16>,
    places: HashMap<Item, u32>,
    /// Of pairs, the ids in the order of the client's row, by task.
    pairs: HashMap<u32, [Box<str>; 2]>,
}

impl Votes {
    /// Ready to take answers; `None` for questions whose answers cannot be compared by counting.
    pub(super) fn of(question: &Question) -> Option<Self> {
        let (scale, classes) = match question.kind {
            "label" => (Scale::Nominal, question.options().iter().map(|choice| choice.value.clone()).collect()),
            "rating" => (Scale::Ordinal, grades(question)),
            "number" => (Scale::Interval, Vec::new()),
            "pairwise" => (Scale::Nominal, vec![json!("first"), json!("tie"), json!("second")]),
            "multi_label" | "rubric_scores" | "span" => (Scale::Nominal, vec![json!(false), json!(true)]),
            _ => return None,
        };
        let mut votes = Self {
            question: question.clone(),
            scale,
            classes: Vec::new(),
            items: Vec::new(),
            at_us: Vec::new(),
            triples: Vec::new(),
            numbers: Vec::new(),
            worths: HashMap::new(),
            asked: 0,
            gold: Vec::new(),
            decided: Vec::new(),
            gold_numbers: Vec::new(),
            decided_numbers: Vec::new(),
            aside: BTreeSet::new(),
            gamma: None,
            stretches: Stretches::new(question.aggregation.method == "lfc"),
            codes: HashMap::new(),
            places: HashMap::new(),
            pairs: HashMap::new(),
        };
        for class in classes {
            votes.code(&class);
        }
        votes.asked = votes.classes.len();
        Some(votes)
    }

    /// Whether the content must be at hand to read an answer.
    pub(super) fn needs_content(&self) -> bool {
        self.question.kind == "pairwise" || self.has_points()
    }

    /// Whether classes are such that a probability can be given to each.
    pub(super) fn has_model(&self) -> bool {
        self.scale != Scale::Interval && self.classes.len() >= 2
    }

    /// Whether answers are grades: classes that are numbers too.
    pub(super) fn is_graded(&self) -> bool {
        self.question.kind == "rating"
    }

    /// Whether answers are numbers of any size.
    pub(super) fn is_number(&self) -> bool {
        self.question.kind == "number"
    }

    /// Whether an item can be known by itself. Stretches of one text lean on each other: thirty of them are no thirty known answers.
    pub(super) fn takes_known(&self) -> bool {
        self.question.kind != "span"
    }

    /// Whether every class is one that the schema names.
    pub(super) fn is_newest(&self) -> bool {
        self.classes.len() == self.asked
    }

    /// Whether a model's answers count beside those of people: where there is a probability to give, and of marked texts not, since borders that
    /// only a model drew would cut what nobody was asked about.
    pub(super) fn takes_judges(&self) -> bool {
        (self.has_model() || self.is_number()) && self.takes_known()
    }

    /// All that was answered was taken: models come after so many people.
    pub(super) fn judges_follow(&mut self, people: u32) {
        let workers = self.triples.iter_mut().map(|(_, worker, _)| worker);
        for worker in workers.chain(self.numbers.iter_mut().map(|(_, worker, _)| worker)) {
            *worker = worker.checked_sub(JUDGES_FROM).map_or(*worker, |judge| people + judge);
        }
    }

    /// Takes what one worker answered.
    pub(super) fn add(&mut self, task: u32, worker: u32, at_us: i64, value: &Value, content: Option<&Content>) {
        let field = content.zip(self.question.on.as_deref()).and_then(|(content, name)| content.field(name));
        if let Some([first, second, ..]) = field.map(FieldContent::items) {
            self.pairs.entry(task).or_insert_with(|| [first, second].map(|one| one.id.as_str().into()));
        }
        if self.question.kind == "span" {
            return self.look(task, worker, at_us, value);
        }
        for (part, class) in self.cells(task, value) {
            self.push(task, worker, at_us, part, &class);
        }
        if self.has_points() {
            self.add_points(task, worker, value, content);
        }
    }

    fn push(&mut self, task: u32, worker: u32, at_us: i64, part: Option<String>, class: &Value) {
        let Some(item) = self.item(task, part) else { return };
        if self.is_number() {
            let Some(number) = class.as_f64() else { return };
            self.numbers.push((item, worker, number));
        } else {
            let Some(class) = self.code(class) else { return };
            self.triples.push((item, worker, class));
        }
        self.at_us.push(at_us);
    }

    fn look(&mut self, task: u32, worker: u32, at_us: i64, value: &Value) {
        if self.question.per == Per::Record {
            return self.stretches.look(task, worker, at_us, None, value);
        }
        for (part, value) in value.as_object().into_iter().flatten() {
            self.stretches.look(task, worker, at_us, Some(part), value);
        }
    }

    /// All that people answered was taken: texts can be cut where somebody drew a border.
    pub(super) fn all_taken(&mut self) {
        self.gamma = gamma::of(&self.stretches.looked());
        for said in self.stretches.cut() {
            self.push(said.task, said.worker, said.at_us, Some(said.part), &said.marked);
        }
    }

    /// The marks of a task that its chosen items make, in the form of an answer like `like`; `None` where nobody looked.
    pub(super) fn marks(&self, task: u32, like: &Value, chosen: impl Fn(usize) -> bool) -> Option<Value> {
        let field = self.question.on.as_deref().unwrap_or_default();
        let of = |part: Option<&str>| {
            let item = |stretch: &str| match part {
                Some(part) => self.place(task, Some(&format!("{part}/{stretch}"))),
                None => self.place(task, Some(stretch)),
            };
            self.stretches.marks((task, part), field, |stretch| item(stretch).is_some_and(&chosen))
        };
        if self.question.per == Per::Record {
            return of(None).map(Value::from);
        }
        let parts = like.as_object()?.keys();
        Some(Value::Object(parts.filter_map(|part| Some((part.clone(), of(Some(part))?.into()))).collect()))
    }

    /// Takes a known answer to gold. Items nobody answered are left out, and an answer that the newest schema lets nobody give is
    /// known no more: whoever is asked now could only be wrong.
    pub(super) fn known(&mut self, task: u32, value: &Value) {
        if !self.takes_known() {
            self.aside.insert(task);
            return;
        }
        let mut known = self.classes_of(task, value);
        known.retain(|(_, class)| *class < self.asked);
        self.gold_numbers.extend(self.numbers_of(task, value, &known));
        self.gold.extend(known);
    }

    /// Takes what an adjudicator decided.
    pub(super) fn decide(&mut self, task: u32, value: &Value) {
        if !self.takes_known() {
            self.aside.insert(task);
            return;
        }
        let decided = self.classes_of(task, value);
        self.decided_numbers.extend(self.numbers_of(task, value, &decided));
        self.decided.extend(decided);
    }

    /// What an answer says of each item of a task that somebody answered, as classes; nothing of a number.
    fn classes_of(&mut self, task: u32, value: &Value) -> Vec<(usize, usize)> {
        if self.is_number() {
            return Vec::new();
        }
        let cells = self.cells(task, value).into_iter();
        let found = cells.filter_map(|(part, class)| {
            let class = self.code(&class)?;
            let item = self.places.get(&Item { task, part: part.map(Into::into) })?;
            Some((*item as usize, usize::from(class)))
        });
        found.collect()
    }

    /// Every answer: its item, who gave it, and when.
    pub(super) fn given(&self) -> impl Iterator<Item = (u32, u32, i64)> + '_ {
        let classes = self.triples.iter().map(|(item, worker, _)| (*item, *worker));
        let all = classes.chain(self.whole_numbers().iter().map(|(item, worker, _)| (*item, *worker)));
        all.zip(&self.at_us).map(|((item, worker), at)| (item, worker, *at))
    }

    /// Answers that are numbers and nothing else.
    fn whole_numbers(&self) -> &[(u32, u32, f64)] {
        if self.is_number() { &self.numbers } else { &[] }
    }

    /// Every answer to gold: its item, who gave it, when, and whether it is right: the known class, or a number as near to the known one as the schema takes for right.
    pub(super) fn on_gold(&self) -> impl Iterator<Item = (u32, u32, i64, bool)> + '_ {
        let classes: HashMap<usize, usize> = self.gold.iter().copied().collect();
        let numbers: HashMap<usize, f64> = self.gold_numbers.iter().copied().collect();
        let tolerance = self.question.aggregation.tolerance().unwrap_or(0.0);
        let of_class = move |(item, _, class): &Triple| Some(*classes.get(&(*item as usize))? == usize::from(*class));
        let of_number = move |(item, _, number): &(u32, u32, f64)| {
            Some(is_near((number - numbers.get(&(*item as usize))?).abs(), tolerance))
        };
        let right = self.triples.iter().map(of_class).chain(self.whole_numbers().iter().map(of_number));
        self.given().zip(right).filter_map(|((item, worker, at), right)| Some((item, worker, at, right?)))
    }

    /// Everything of which the right class is known: gold, and what was decided.
    pub(super) fn truth(&self) -> Vec<(usize, usize)> {
        self.gold.iter().chain(&self.decided).copied().collect()
    }

    /// The answers of the first so many workers, for the crate of statistics. Of as many as there are people: without those of models.
    pub(super) fn answers(&self, workers: usize) -> Option<Answers> {
        let of = |(_, worker, _): &&Triple| (*worker as usize) < workers;
        if self.triples.iter().all(|one| of(&one)) {
            return Answers::new(self.items.len(), workers, self.classes.len(), &self.triples).ok();
        }
        let some: Vec<Triple> = self.triples.iter().filter(of).copied().collect();
        Answers::new(self.items.len(), workers, self.classes.len(), &some).ok()
    }

    /// A class as people read it.
    pub(super) fn words(&self) -> Vec<String> {
        let word = |class: &Value| match (self.question.kind, class) {
            ("span", Value::Bool(marked)) => if *marked { "marked" } else { "not marked" }.to_owned(),
            ("rubric_scores", Value::Bool(met)) => if *met { "met" } else { "not met" }.to_owned(),
            (_, Value::Bool(yes)) => if *yes { "yes" } else { "no" }.to_owned(),
            (_, Value::String(text)) => text.clone(),
            (_, other) => other.to_string(),
        };
        self.classes.iter().map(word).collect()
    }

    /// What an answer says of each item of a task, as classes.
    pub(super) fn cells(&self, task: u32, value: &Value) -> Vec<(Option<String>, Value)> {
        if self.question.per == Per::Record {
            return self.cells_of(task, None, value);
        }
        let within = |(part, value): (&String, &Value)| {
            let under = |(inner, class): (Option<String>, Value)| {
                (Some(inner.map_or_else(|| part.clone(), |inner| format!("{part}/{inner}"))), class)
            };
            self.cells_of(task, Some(part), value).into_iter().map(under).collect::<Vec<_>>()
        };
        value.as_object().into_iter().flatten().flat_map(within).collect()
    }

    fn cells_of(&self, task: u32, part: Option<&str>, value: &Value) -> Vec<(Option<String>, Value)> {
        match self.question.kind {
            "pairwise" => self.preferred(task, value).map(|class| (None, class)).into_iter().collect(),
            "multi_label" => {
                let chosen = value.as_array().map(Vec::as_slice).unwrap_or_default();
                self.options().map(|(option, name)| (Some(name), json!(chosen.contains(option)))).collect()
            }
            "span" => self.stretches.of(task, part, value),
            "rubric_scores" => {
                let one = |(criterion, score): (&String, &Value)| {
                    score["met"].as_bool().map(|met| (Some(criterion.clone()), json!(met)))
                };
                value.as_object().into_iter().flatten().filter_map(one).collect()
            }
            _ => vec![(None, value.clone())],
        }
    }

    /// Which of the two, by their places in the client's row, or a tie.
    fn preferred(&self, task: u32, value: &Value) -> Option<Value> {
        let id = value["preferred"].as_str()?;
        if id == "tie" {
            return Some(json!("tie"));
        }
        let [first, _] = self.pairs.get(&task)?;
        Some(json!(if &**first == id { "first" } else { "second" }))
    }

    /// A class as an answer to this task has it; `None` of a pair that nobody read.
    pub(super) fn written(&self, task: u32, class: usize) -> Option<Value> {
        if self.question.kind != "pairwise" {
            return self.classes.get(class).cloned();
        }
        let place = self.classes.get(class)?.as_str()?;
        let pair = || self.pairs.get(&task);
        let id = match place {
            "first" => &*pair()?[0],
            "second" => &*pair()?[1],
            tie => tie,
        };
        Some(json!({"preferred": id}))
    }

    /// Each option with the name that its item has.
    pub(super) fn options(&self) -> impl Iterator<Item = (&Value, String)> {
        let name = |choice: &Choice| choice.value.as_str().map_or_else(|| choice.value.to_string(), str::to_owned);
        self.question.options().iter().map(move |choice| (&choice.value, name(choice)))
    }

    /// By task, the candidates, messages or steps that somebody answered.
    pub(super) fn parts(&self) -> HashMap<u32, BTreeSet<Box<str>>> {
        // Of several labels each part has an item for every option: one of them tells.
        let first = self.options().next().filter(|_| self.question.kind == "multi_label");
        let end = first.map_or_else(String::new, |(_, name)| format!("/{name}"));
        let mut parts: HashMap<u32, BTreeSet<Box<str>>> = HashMap::new();
        for item in &self.items {
            if let Some(part) = item.part.as_deref().and_then(|part| part.strip_suffix(end.as_str())) {
                parts.entry(item.task).or_default().insert(part.into());
            }
        }
        parts
    }

    /// Whether each task is one item, so that gold tasks are as many independent known items.
    pub(super) fn asked_once(&self) -> bool {
        self.question.per == Per::Record && matches!(self.question.kind, "label" | "rating" | "pairwise")
    }

    /// The code of a class; `None` when there are too many.
    fn code(&mut self, class: &Value) -> Option<u16> {
        let word = class.to_string();
        if let Some(code) = self.codes.get(&word) {
            return Some(*code);
        }
        if self.classes.len() >= CLASSES_MAX {
            return None;
        }
        let code = u16::try_from(self.classes.len()).ok()?;
        self.codes.insert(word, code);
        self.classes.push(class.clone());
        Some(code)
    }

    fn item(&mut self, task: u32, part: Option<String>) -> Option<u32> {
        let item = Item { task, part: part.map(Into::into) };
        if let Some(code) = self.places.get(&item) {
            return Some(*code);
        }
        let code = u32::try_from(self.items.len()).ok()?;
        self.places.insert(item.clone(), code);
        self.items.push(item);
        Some(code)
    }

    /// The code of an item that somebody answered.
    pub(super) fn place(&self, task: u32, part: Option<&str>) -> Option<usize> {
        self.places.get(&Item { task, part: part.map(Into::into) }).map(|code| *code as usize)
    }

    /// The code of a class that is known.
    pub(super) fn class(&self, class: &Value) -> Option<usize> {
        self.codes.get(&class.to_string()).map(|code| usize::from(*code))
    }
}
