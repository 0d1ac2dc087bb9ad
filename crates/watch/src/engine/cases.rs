//! Cases: what somebody is asked to look at. One matter, one case: one that waits for a decision absorbs two weeks, and grows
//! by what it absorbs. One that was decided absorbs no more than what was seen when it was decided, and a little.

use super::budget::{Purse, threshold};
use super::names::ByNumber;
use super::{Engine, Scored, Who};
use crate::time::Day;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Days that an open case absorbs.
pub const ABSORB_DAYS: i32 = 14;
/// Days of the log before the first case: until then nothing is known of what is usual.
pub const WARM_UP_DAYS: i32 = 14;
/// Items listed in a case at most; how many there are is said apart.
pub const ITEMS_MOST: usize = 500;
/// By how many nats a score must pass that of an open case to be said.
const GREW: f64 = 1.0;
/// By how many nats a score must pass that of a decided case to open another: e squared times as unusual.
const AGAIN: f64 = 2.0;
/// Scores this old still set the threshold.
const HISTORY_DAYS: i32 = 42;

/// A case, as it was opened or as it grew.
#[derive(Debug, Clone, PartialEq)]
pub struct Case {
    /// Its number, from 1 on.
    pub number: u64,
    /// What tipped it.
    pub scored: Scored,
    /// When the last act of that day was, microseconds since 1970 UTC, and how far east of UTC the person lives.
    pub opened_us: i64,
    /// Seconds east of UTC.
    pub offset_s: i32,
    /// The threshold that the score reached; set before the day began.
    pub threshold: f64,
    /// Items taken for the first time in the window, or sent or opened from outside, by id; no more than [`ITEMS_MOST`].
    pub items: Vec<String>,
    /// How many such items there are.
    pub items_all: usize,
    /// Scores of the days before, oldest first.
    pub days: Vec<(Day, f64)>,
}

/// What changed after it was said.
#[derive(Debug, Clone, PartialEq)]
pub struct Amended {
    /// The address.
    pub person: String,
    /// The day that was closed already.
    pub day: Day,
    /// Its score as it was said.
    pub said: f64,
    /// Its score with what was told late. Nothing that was said is changed by it.
    pub now: f64,
    /// The case that was open on that day, if one was.
    pub case: Option<u64>,
}

/// What people found of a case.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Found {
    /// Nobody decided, or the decision was taken back.
    #[default]
    Open,
    /// There was a good reason.
    Benign,
    /// Something was taken that should not have been.
    True,
}

/// A case that opened within the weeks that set the threshold.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub(crate) struct Opened {
    number: u64,
    pub(crate) person: u32,
    pub(crate) day: i32,
    /// Days that its window reached back.
    pub(crate) window: i32,
    pub(crate) score: f64,
    pub(crate) found: Found,
}

/// The last case of somebody: its number, its day, and who the other of a pair is.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub(crate) struct Last {
    number: u64,
    day: i32,
    with: Option<u32>,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Book {
    /// Of each person: their last case.
    pub(crate) last: ByNumber<Last>,
    pub(crate) purse: Purse,
    opened: u64,
    first_day: Option<i32>,
    pub(crate) threshold: f64,
    /// Cases of the last weeks.
    pub(crate) lately: Vec<Opened>,
}

impl Default for Book {
    /// Before the first day is over nothing is known, so that nothing opens: there is no threshold yet to reach.
    fn default() -> Self {
        Self {
            last: ByNumber::default(),
            purse: Purse::default(),
            opened: 0,
            first_day: None,
            threshold: f64::MAX,
            lately: Vec::new(),
        }
    }
}

impl Book {
    /// What is told of `before` is of `person` from now on.
    pub(super) fn take_up(&mut self, person: u32, before: u32) {
        if let Some(last) = self.last.remove(&before) {
            self.last.insert(person, last);
        }
        for last in self.last.values_mut().filter(|last| last.with == Some(before)) {
            last.with = Some(person);
        }
        for case in self.lately.iter_mut().filter(|case| case.person == before) {
            case.person = person;
        }
    }
}

impl Engine {
    /// What late acts changed of what was said, since this was asked last.
    pub fn drain_amended(&mut self) -> Vec<Amended> {
        self.settle_late();
        std::mem::take(&mut self.amended)
    }

    /// Cases opened since this was asked last.
    pub fn drain_cases(&mut self) -> Vec<Case> {
        self.settle_late();
        std::mem::take(&mut self.cases)
    }

    /// Open cases that grew since this was asked last, as they are now: each once.
    pub fn drain_grown(&mut self) -> Vec<Case> {
        self.settle_late();
        std::mem::take(&mut self.grown)
    }

    /// The threshold that the next day to close, or the next act, is judged by.
    pub fn threshold(&self) -> f64 {
        self.state.book.threshold
    }

    /// Whether the first two weeks are still being learned, so that nothing opens. Where the budget is spent nothing opens
    /// either, but that is another matter.
    pub fn learning(&self) -> bool {
        let days = |first: i32| self.state.closed_through.map_or(0, |closed| closed - first);
        self.state.book.first_day.is_none_or(|first| days(first) < WARM_UP_DAYS)
    }

    /// Before a day is scored: what its threshold is.
    pub(super) fn set_threshold(&mut self, day: Day) {
        let first = *self.state.book.first_day.get_or_insert(day.0);
        if day.0 - first < WARM_UP_DAYS {
            self.state.book.threshold = f64::MAX;
            return;
        }
        self.state.book.purse.earned += self.a_day();
        self.state.book.threshold = self.threshold_now(day);
    }

    fn a_day(&self) -> f64 {
        (self.settings.budget * self.people_counted() / 1_000.0).max(self.settings.least_a_week) / 7.0
    }

    #[expect(clippy::cast_precision_loss, reason = "a count of people")]
    fn people_counted(&self) -> f64 {
        self.state.people.len() as f64
    }

    pub(super) fn threshold_now(&self, day: Day) -> f64 {
        let first = self.state.book.first_day.unwrap_or(day.0);
        let pace = self.state.book.purse.pace(self.a_day());
        threshold(pace, self.people_counted(), f64::from((day.0 - first).min(HISTORY_DAYS)), |level| {
            self.would_be(level, day)
        })
    }

    /// How many cases a level would have made lately, leaving out people whose case did open.
    fn would_be(&self, level: f64, day: Day) -> usize {
        let mut cases = 0;
        let with: BTreeMap<u32, i32> =
            self.state.book.last.values().filter_map(|last| Some((last.with?, last.day))).collect();
        for (number, one) in self.state.people.iter().enumerate() {
            let number = u32::try_from(number).unwrap_or(u32::MAX);
            let opened = self.state.book.last.get(&number).map(|last| last.day);
            let until = opened.into_iter().chain(with.get(&number).copied()).min().unwrap_or(i32::MAX);
            let mut last = i32::MIN / 2;
            for closed in one
                .days
                .iter()
                .filter(|closed| closed.day >= day.0 - HISTORY_DAYS && closed.day < day.0 && closed.day < until)
            {
                if closed.parts.total() >= level && closed.day - last >= ABSORB_DAYS {
                    cases += 1;
                    last = closed.day;
                }
            }
        }
        let benign = self.state.book.lately.iter().filter(|case| case.found == Found::Benign && case.score >= level);
        cases + benign.count()
    }

    /// Open the cases of a closed day, the loudest first. The threshold only rises as they are opened.
    pub(super) fn open_cases(&mut self, day: Day, mut scored: Vec<(u32, Scored, i64)>) {
        scored.retain(|(_, scored, _)| scored.parts.total() >= self.state.book.threshold);
        scored.sort_by(|one, two| {
            two.1.parts.total().total_cmp(&one.1.parts.total()).then_with(|| one.1.person.cmp(&two.1.person))
        });
        for (person, scored, at_us) in scored {
            self.try_open(person, day, scored, at_us);
        }
    }

    /// The case that holds what `person` does on `day`: their own, or that of the other of a pair if it names them. One
    /// matter, one case.
    pub(super) fn case_of(&self, person: u32, day: Day) -> Option<u64> {
        // Either way: what was told late may lie before it.
        let near = |of: i32| (day.0 - of).abs() < ABSORB_DAYS;
        let holds = |last: &&Last| near(last.day);
        let own = self.state.book.last.get(&person).filter(holds).map(|last| last.number);
        let earlier = || self.state.book.lately.iter().rev().find(|case| case.person == person && near(case.day));
        own.or_else(|| earlier().map(|case| case.number)).or_else(|| {
            self.state.book.last.values().filter(|last| last.with == Some(person)).find(holds).map(|last| last.number)
        })
    }

    pub(super) fn number_of(&self, address: &str) -> Option<u32> {
        match self.state.who.get(&self.state.names.find(address)?) {
            Some(Who::Ours(person)) => Some(*person),
            _ => None,
        }
    }

    /// Open a case if the score reaches the threshold, or let the one that holds the day already grow.
    pub(super) fn try_open(&mut self, person: u32, day: Day, scored: Scored, at_us: i64) -> Tipped {
        let score = scored.parts.total();
        if score < self.state.book.threshold {
            return Tipped::Nothing;
        }
        if let Some(number) = self.case_of(person, day) {
            let holding = self.state.book.lately.iter_mut().find(|case| case.number == number);
            match holding {
                Some(case) if case.found == Found::Open && case.person == person && score >= case.score + GREW => {
                    case.score = score;
                    self.grown.retain(|case| case.number != number);
                    let grown = self.case(number, person, scored, at_us);
                    self.grown.push(grown);
                    return Tipped::Grew;
                }
                Some(case) if case.found != Found::Open && score >= case.score + AGAIN => {}
                _ => return Tipped::Nothing,
            }
        }
        let with = scored.pair.as_deref().and_then(|other| self.number_of(other));
        self.state.book.opened += 1;
        let number = self.state.book.opened;
        let last = self.state.book.last.entry(person).or_insert(Last { number, day: day.0, with });
        if last.day <= day.0 {
            *last = Last { number, day: day.0, with };
        }
        self.state.book.purse.spent += 1.0;
        self.state.book.lately.retain(|case| case.day > day.0 - HISTORY_DAYS);
        let window = scored.figures.window_days;
        self.state.book.lately.push(Opened { number, person, day: day.0, window, score, found: Found::Open });
        let case = self.case(number, person, scored, at_us);
        self.cases.push(case);
        self.state.book.threshold = self.threshold_now(day).max(self.state.book.threshold);
        Tipped::Opened
    }

    /// What there is to say of a case, of the days that are closed.
    fn case(&self, number: u64, person: u32, scored: Scored, at_us: i64) -> Case {
        let one = &self.state.people[person as usize];
        let from = scored.day.0 - scored.figures.window_days.max(7);
        // By id: by number they would stand in the order of the log, within a second too.
        let mut items: Vec<&str> = one
            .days
            .iter()
            .filter(|at| at.day > from)
            .flat_map(|closed| closed.fresh.iter().chain(&closed.gone))
            .map(|item| self.state.docs.of(*item))
            .collect();
        items.sort_unstable();
        items.dedup();
        Case {
            number,
            opened_us: at_us,
            offset_s: one.offset_s,
            threshold: self.state.book.threshold,
            items_all: items.len(),
            items: items.into_iter().take(ITEMS_MOST).map(str::to_owned).collect(),
            days: one
                .days
                .iter()
                .map(|closed| (Day(closed.day), closed.parts.total()))
                .filter(|(_, score)| *score > 0.0)
                .collect(),
            scored,
        }
    }
}

/// What a score did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Tipped {
    /// It is below the threshold, or a case holds it that is as grave.
    Nothing,
    /// It opened a case: the last of those to be handed out.
    Opened,
    /// It made one graver: the last of those that grew.
    Grew,
}
