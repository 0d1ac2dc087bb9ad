//! Streams of acts that tests draw, and the facts they go with.

use proptest::prelude::*;
use vouchsafe_watch::time::DAY_US;
use vouchsafe_watch::{Activity, Engine, Facts, Settings, Verb};

pub(crate) const PEOPLE: usize = 4;
pub(crate) const ITEMS: usize = 40;
/// 2025-05-05, a Monday.
pub(crate) const START_US: i64 = 20_213 * DAY_US;

/// An act in short: who, which day, which second of it, what, on which item.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Short {
    pub(crate) person: usize,
    pub(crate) day: i64,
    pub(crate) second: i64,
    pub(crate) verb: Verb,
    pub(crate) item: usize,
}

impl Short {
    pub(crate) fn at_us(&self) -> i64 {
        START_US + self.day * DAY_US + self.second * 1_000_000
    }

    pub(crate) fn act(&self) -> Activity<'static> {
        let targets = if self.verb == Verb::Share { vec!["me@mail.example".into()] } else { Vec::new() };
        Activity {
            at_us: self.at_us(),
            actor: address(self.person).into(),
            verb: self.verb,
            object: format!("d{}", self.item).into(),
            targets,
            ..Activity::default()
        }
    }
}

pub(crate) fn address(person: usize) -> String {
    format!("p{person}@own.example")
}

/// Item `n` belongs to client `n % 4` and is confidential unless `n % 3` is 0.
pub(crate) fn facts() -> Facts {
    let mut facts = Facts::default();
    for person in 0..PEOPLE {
        let line = format!(
            r#"{{"email":"{}","role":"ops","clients":["c{}","c{}"],"utc_offset_h":{}}}"#,
            address(person),
            person % 4,
            (person + 1) % 4,
            [0.0, -7.0, 5.5, 1.0][person]
        );
        facts.add_person(&line).unwrap();
    }
    for item in 0..ITEMS {
        let line =
            format!(r#"{{"doc_id":"d{item}","client":"c{}","cls":"x","confidential":{}}}"#, item % 4, item % 3 != 0);
        facts.add_doc(&line).unwrap();
    }
    facts.set_domains(r#"{"own":"own.example","personal":["mail.example"]}"#).unwrap();
    facts
}

pub(crate) fn short(days: i64) -> impl Strategy<Value = Short> {
    let verbs =
        prop_oneof![Just(Verb::View), Just(Verb::Download), Just(Verb::Download), Just(Verb::Edit), Just(Verb::Share)];
    (0..PEOPLE, 0..days, 0..86_400_i64, verbs, 0..ITEMS).prop_map(|(person, day, second, verb, item)| Short {
        person,
        day,
        second,
        verb,
        item,
    })
}

pub(crate) fn stream(days: i64, most: usize) -> impl Strategy<Value = Vec<Short>> {
    prop::collection::vec(short(days), 0..most).prop_map(|mut acts| {
        acts.sort_by_key(Short::at_us);
        acts
    })
}

pub(crate) fn engine() -> Engine {
    Engine::new(facts(), Settings::default())
}

/// Score of each person and day, by address and day.
pub(crate) fn scores(acts: &[Activity<'_>]) -> Vec<(String, i32, f64)> {
    let mut engine = engine();
    acts.iter().for_each(|act| engine.feed(act));
    engine.finish();
    engine.drain().into_iter().map(|one| (one.person, one.day.0, one.parts.total())).collect()
}
