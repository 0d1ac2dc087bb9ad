//! Streams of acts that tests draw, and the facts they go with.

use proptest::prelude::*;
use vouchsafe_watch::time::{DAY_US, Day};
use vouchsafe_watch::{Activity, Engine, Facts, Settings, Verb};

pub(crate) const PEOPLE: usize = 4;
pub(crate) const ITEMS: usize = 160;
/// 2025-05-05, a Monday.
pub(crate) const START_US: i64 = 20_213 * DAY_US;

/// An act in short: who, which day, which second of it, what, on which item. Some verbs stand for more: `Send` is a message with
/// something attached, to a rival by even numbers and else to a private address; `Create` is a new folder named after a client and
/// a class; `Print` is a download by the private account of the person.
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
        let act = Activity {
            at_us: self.at_us(),
            actor: address(self.person).into(),
            verb: self.verb,
            object: format!("d{}", self.item).into(),
            ..Activity::default()
        };
        match self.verb {
            Verb::Share => Activity { targets: vec!["me@mail.example".into()], ..act },
            Verb::Send => {
                let to = if self.goes_to_rival() { "boss@rival.example" } else { "me@mail.example" };
                Activity { object: "".into(), count: Some(1), targets: vec![to.into()], ..act }
            }
            Verb::Create => Activity { object: format!("new{}", self.item).into(), title: self.title().into(), ..act },
            Verb::Print => Activity { actor: at_home(self.person).into(), verb: Verb::Download, ..act },
            _ => act,
        }
    }

    /// Whether a message goes to a rival.
    pub(crate) fn goes_to_rival(self) -> bool {
        self.verb == Verb::Send && self.item.is_multiple_of(2)
    }

    /// What something new is called.
    pub(crate) fn title(&self) -> String {
        format!("c{} x {}", self.item % 4, self.item % 8)
    }
}

pub(crate) fn address(person: usize) -> String {
    format!("p{person}@own.example")
}

/// The private account of somebody.
pub(crate) fn at_home(person: usize) -> String {
    format!("p{person}@home.example")
}

/// The day on which person 3 gave notice.
pub(crate) const NOTICE: i64 = 6;

/// Item `n` belongs to client `n % 4` and is confidential unless `n % 3` is 0.
pub(crate) fn facts() -> Facts {
    let mut facts = Facts::default();
    for person in 0..PEOPLE {
        let line = format!(
            r#"{{"email":"{}","role":"ops","clients":["c{}","c{}"],"utc_offset_h":{},"personal_email":"{}"}}"#,
            address(person),
            person % 4,
            (person + 1) % 4,
            [0.0, -7.0, 5.5, 1.0][person],
            at_home(person)
        );
        facts.add_person(&line).unwrap();
    }
    for item in 0..ITEMS {
        let line =
            format!(r#"{{"doc_id":"d{item}","client":"c{}","cls":"x","confidential":{}}}"#, item % 4, item % 3 != 0);
        facts.add_doc(&line).unwrap();
    }
    let day = Day::of(START_US + NOTICE * DAY_US, 0);
    facts.add_dated(&format!(r#"{{"date":"{day}","email":"{}","fact":"notice"}}"#, address(3))).unwrap();
    let domains = r#"{"own":"own.example","personal":["mail.example","home.example"],"rival":["rival.example"]}"#;
    facts.set_domains(domains).unwrap();
    facts
}

pub(crate) fn short(days: i64) -> impl Strategy<Value = Short> {
    let verbs = prop_oneof![
        Just(Verb::View),
        Just(Verb::View),
        Just(Verb::Download),
        Just(Verb::Download),
        Just(Verb::Download),
        Just(Verb::Edit),
        Just(Verb::Share),
        Just(Verb::Send),
        Just(Verb::Create),
        Just(Verb::Print),
    ];
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

/// Two people within a few days take different items of client 1: the first person, and another who takes as many or more.
fn halves(days: i64) -> impl Strategy<Value = Vec<Short>> {
    let drawn = (1..PEOPLE, 0..days, 0..3_i64, 14..18_usize, 0..5_usize, 0..2_i64);
    drawn.prop_map(move |(other, day, later, many, more, late)| {
        let take = |at: usize| {
            let (person, day) = if at < many { (0, day) } else { (other, (day + later).min(days - 1)) };
            let second = 36_000 + late * 40_000 + i64::try_from(at).unwrap();
            Short { person, day, second, verb: Verb::Download, item: of_client_one(at) }
        };
        (0..2 * many + more).map(take).collect()
    })
}

/// An item of client 1.
pub(crate) fn of_client_one(at: usize) -> usize {
    (1 + 4 * at) % ITEMS
}

/// Somebody does one thing with many items on one day.
fn burst(days: i64) -> impl Strategy<Value = Vec<Short>> {
    (short(days), 4..16_usize).prop_map(|(first, many)| {
        let at = |at: usize| Short { item: (first.item + 5 * at) % ITEMS, ..first };
        (0..many).map(at).collect()
    })
}

/// A stream with what stands out in it: halves of one set, and much of one thing on one day.
pub(crate) fn loud(days: i64, most: usize) -> impl Strategy<Value = Vec<Short>> {
    let bursts = prop::collection::vec(prop_oneof![halves(days), burst(days)], 1..4);
    (stream(days, most), bursts).prop_map(|(acts, bursts)| {
        let mut acts: Vec<Short> = acts.into_iter().chain(bursts.into_iter().flatten()).collect();
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
