//! The scoring engine: activities in, a score for each person and day out, and cases.
//!
//! Days close for everybody at once, when the log has gone far enough past them for every time zone. Within a day nothing
//! depends on the order of the acts. What is kept is bounded by people and items: sets of items, sums, and eight weeks of
//! days in counts.

mod ahead;
mod budget;
pub mod cases;
mod contacts;
mod erase;
mod feed;
mod habit;
mod identity;
mod kept;
mod known;
mod late;
mod live;
mod names;
mod pairs;
pub mod parts;
mod peers;
mod person;
mod score;
mod seen;
pub mod shown;
mod today;
pub(crate) mod told;
mod verdicts;
pub mod words;

pub use cases::Found;

use crate::activity::Activity;
use crate::facts::{Facts, Whose};
use crate::time::{DAY_US, Day};
use cases::{Amended, Book, Case};
use names::{ByNumber, Names};
use parts::Parts;
use peers::Role;
use person::Someone;
use seen::Open;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use told::Told;
use words::Figures;

/// How the engine is set.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Settings {
    /// How late an act may be told and still be placed in its day as if it had been in time: microseconds after the
    /// day is over in the last time zone. 6 hours unless set.
    pub grace_us: i64,
    /// Cases a week for 1,000 people, on average. 10 unless set.
    pub budget: f64,
    /// Cases a week in all that may be opened, however few people there are: by the budget alone, ten people would be worth
    /// a case in ten weeks, and only what is louder than any of those would be shown. 0 unless set.
    pub least_a_week: f64,
    /// How far ahead of all others an act may be dated and be believed at once, microseconds; 7 days unless set. As much as there is
    /// where one clock that is trusted dates them all.
    pub ahead_us: i64,
    /// What is dated after this, microseconds since 1970 UTC, is never believed: a clock that is trusted says that it cannot have
    /// happened. Without end unless set.
    pub until_us: i64,
}

impl Default for Settings {
    fn default() -> Self {
        Self { grace_us: DAY_US / 4, budget: 10.0, least_a_week: 0.0, ahead_us: 7 * DAY_US, until_us: i64::MAX }
    }
}

/// The score of one person and day.
#[derive(Debug, Clone, PartialEq)]
pub struct Scored {
    /// The address.
    pub person: String,
    /// Their own day.
    pub day: Day,
    /// Its parts; the score is [`Parts::total`].
    pub parts: Parts,
    /// What the parts were reckoned from.
    pub figures: Figures,
    /// Who the other of a pair is. In cases alone, as the part of that name is: a score says nothing of anybody else.
    pub pair: Option<String>,
}

/// What the engine could not use, counted.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Counts {
    /// Acts taken in.
    pub acts: u64,
    /// Acts without an actor, or of an outside address that nothing was shared to.
    pub of_nobody: u64,
    /// Acts told after their day was closed.
    pub late: u64,
    /// Of them, those that cannot be placed, because their day is kept no more: eight weeks and older.
    #[serde(default)]
    pub too_late: u64,
    /// Acts told again, which count once.
    #[serde(default)]
    pub repeated: u64,
    /// Acts that were refused or failed: nothing was taken by them.
    #[serde(default)]
    pub failed: u64,
    /// Acts dated so far ahead of all others that nothing is reckoned from them.
    #[serde(default)]
    pub ahead: u64,
}

/// The engine.
#[derive(Debug, Clone)]
pub struct Engine {
    settings: Settings,
    facts: Facts,
    clients: Vec<Client>,
    items: Vec<Item>,
    state: State,
    scored: Vec<Scored>,
    cases: Vec<Case>,
    /// Cases that grew: each once, so that there are no more of them than people.
    grown: Vec<Case>,
    amended: Vec<Amended>,
}

/// What the catalogue says of a client: how many items are confidential, and which share.
#[derive(Debug, Clone, Copy, Default)]
struct Client {
    confidential: u32,
    all: u32,
}

/// What the catalogue says of an item.
#[derive(Debug, Clone, Copy)]
struct Item {
    client: u32,
    confidential: bool,
    listed: bool,
}

#[derive(Debug, Clone, Default, Serialize, Deserialize)]
struct State {
    names: Names,
    docs: Names,
    client_names: Names,
    role_names: Names,
    roles: Vec<Role>,
    people: Vec<Someone>,
    /// Number of an address: whose it is.
    who: ByNumber<Who>,
    /// To whom each outside address was let in by.
    let_in: ByNumber<Vec<u32>>,
    open: BTreeMap<i32, ByNumber<Open>>,
    /// What was told late of closed days and is not placed yet.
    #[serde(default)]
    late: BTreeMap<i32, ByNumber<Open>>,
    /// Items that outside addresses opened of which nothing is known yet, by address and item: when first.
    strangers: ByNumber<ByNumber<i64>>,
    #[serde(default)]
    contacts: contacts::Contacts,
    closed_through: Option<i32>,
    latest_us: i64,
    /// Acts dated far ahead, by time, until others confirm it; and how many were told since one that is in time.
    #[serde(default)]
    waiting: Vec<Activity<'static>>,
    #[serde(default)]
    in_a_row: usize,
    #[serde(default)]
    told: Told,
    /// Whether anybody of the organisation is known by an address that is no private mailbox.
    #[serde(default)]
    at_work: bool,
    /// The first day of the log.
    first_day: Option<i32>,
    counts: Counts,
    book: Book,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
enum Who {
    /// One of ours, by place in `people`.
    Ours(u32),
    /// A private address of one of ours.
    PrivateOf(u32),
    Outside,
}

impl Engine {
    /// An engine that has seen nothing yet.
    pub fn new(facts: Facts, settings: Settings) -> Self {
        let mut engine = Self::empty(facts, settings, State::default());
        engine.learn_catalogue();
        engine.learn_people();
        engine
    }

    fn empty(facts: Facts, settings: Settings, state: State) -> Self {
        let (clients, items) = (Vec::new(), Vec::new());
        Self {
            settings,
            facts,
            clients,
            items,
            state,
            scored: Vec::new(),
            cases: Vec::new(),
            grown: Vec::new(),
            amended: Vec::new(),
        }
    }

    /// What could not be used so far.
    pub fn counts(&self) -> Counts {
        Counts { ahead: self.state.counts.ahead + self.waiting(), ..self.state.counts }
    }

    /// What is known besides the log.
    pub fn facts(&self) -> &Facts {
        &self.facts
    }

    /// How many people and items are known.
    pub fn sizes(&self) -> (usize, usize) {
        (self.state.people.len(), self.state.docs.len())
    }

    /// Scores of days that closed since this was asked last, by day and then address.
    pub fn drain(&mut self) -> Vec<Scored> {
        std::mem::take(&mut self.scored)
    }

    fn learn_catalogue(&mut self) {
        let mut docs: Vec<_> = self.facts.docs.values().collect();
        docs.sort_by(|one, two| one.doc_id.cmp(&two.doc_id));
        for doc in docs {
            let id = self.state.client_names.id(&doc.client) as usize;
            if self.clients.len() <= id {
                self.clients.resize(id + 1, Client::default());
            }
            self.clients[id].all += 1;
            self.clients[id].confidential += u32::from(doc.confidential);
        }
    }

    fn item(&mut self, doc: &str) -> u32 {
        let id = self.state.docs.id(doc);
        if self.items.len() <= id as usize {
            self.items.push(self.describe(doc));
        }
        id
    }

    fn describe(&self, doc: &str) -> Item {
        match self.facts.docs.get(doc) {
            Some(known) => Item {
                client: self.state.client_names.find(&known.client).unwrap_or(u32::MAX),
                confidential: known.confidential,
                listed: true,
            },
            None => {
                Item { client: u32::MAX, confidential: self.facts.docs.is_empty(), listed: self.facts.docs.is_empty() }
            }
        }
    }

    /// The share of a client's catalogue that is confidential.
    fn base(&self, client: u32) -> f64 {
        self.clients
            .get(client as usize)
            .map_or(0.98, |client| f64::from(client.confidential) / f64::from(client.all.max(1)))
    }
}
