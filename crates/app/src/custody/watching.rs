//! Detection over what this server itself sent: the ledgers are read as they grow, and a case is opened while the day
//! that tips it still lasts.
//!
//! What is learned lives in memory and is learned again from the ledgers when the server starts; only cases are kept. So
//! nothing is watched that the ledgers do not say anyway. Several servers on one database each learn by themselves; of two
//! that open the same case one finds it there.

mod activity;
mod context;
pub(super) mod opening;
mod read;

use super::{case_body::DaySent, told_late};
use crate::{App, Error};
use activity::activity;
use context::Context;
use std::collections::{BTreeMap, HashMap, HashSet};
use vouchsafe_domain::{access::role::Role, ids::PersonId, time::Micros};
use vouchsafe_ledger::entry::LedgerOf;
use vouchsafe_store::custody::watched::{self, Said, Someone};
use vouchsafe_watch::{
    Engine, Facts, Settings,
    engine::{
        cases::{Amended, Case as Tipped},
        shown::middle,
    },
    time::Day,
};

/// How far back the ledgers are learned from at a start.
const LEARNED_US: i64 = 56 * Micros::DAY;
/// Entries of one ledger read in one go.
const AT_ONCE: u32 = 1_000;
/// A day that is over for longer than this opens no case any more: at a start the past only teaches.
const STILL_NEWS_US: i64 = 2 * Micros::DAY;
/// Cases a week for 1,000 people. Twice what the engine takes by itself: here no catalogue tells what is confidential and
/// no message is seen, so that a score has fewer parts to rise by.
pub(super) const BUDGET: f64 = 20.0;
/// Cases a week that a custodian can look at however few people there are: one a fortnight, for as long as a case absorbs.
pub(super) const LEAST_A_WEEK: f64 = 0.5;

/// What is learned, and how far the ledgers were read.
#[derive(Default)]
pub struct Watching {
    engine: Option<Engine>,
    /// The number of each ledger's first entry that was not read yet.
    read: HashMap<String, u64>,
    days: HashMap<PersonId, BTreeMap<i32, Sent>>,
    roles: HashMap<PersonId, Role>,
    /// By the id that entries name.
    people: HashMap<PersonId, Someone>,
    context: Context,
    /// Of each ledger: whom it means by a name. `None` is a name of nobody who is still known.
    names: HashMap<String, HashMap<String, Option<PersonId>>>,
    /// Who was sent something since the last look.
    touched: HashSet<PersonId>,
    /// Cases that are to be opened, or that grew.
    due: Vec<Tipped>,
    /// What acts told late would change of what was said.
    amended: Vec<Amended>,
}

/// What one person was sent on one day of UTC.
#[derive(Debug, Clone, Default)]
pub(super) struct Sent {
    /// Disclosures.
    pub(super) sent: u32,
    /// Items among them.
    items: HashSet<u64>,
}

impl Sent {
    /// Different items.
    pub(super) fn items(&self) -> usize {
        self.items.len()
    }
}

impl App {
    /// Reads what the ledgers say since it was asked last, opens the cases that are due and adds to those that grew. How many it
    /// opened.
    pub async fn watch(&self) -> Result<usize, Error> {
        let mut watching = self.watching.lock().await;
        if watching.engine.is_none() {
            watching.meet(watched::people(&mut self.store.read().await?).await?);
            watching.begin();
        }
        // Entries are read by number, so those that came a moment ago need theirs.
        self.number_entries().await?;
        self.read_ledgers(&mut watching).await?;
        self.learn_context(&mut watching).await?;
        watching.tip();
        let mut opened = 0;
        // What could not be opened stays due.
        while let Some(case) = watching.due.last() {
            if self.now().0 - case.opened_us <= STILL_NEWS_US && self.tell_case(case).await? {
                opened += 1;
            }
            watching.due.pop();
        }
        while let Some(amended) = watching.amended.last() {
            self.tell_late(amended).await?;
            watching.amended.pop();
        }
        Ok(opened)
    }

    /// Says on the case that holds a day that it would be said differently now.
    async fn tell_late(&self, amended: &Amended) -> Result<(), Error> {
        let Ok(person) = amended.person.parse::<PersonId>() else { return Ok(()) };
        let mut tx = self.store.write("tell_late").await?;
        match told_late::add(self, &mut tx, person, amended, false).await? {
            Some(entry) => tx.commit([entry]).await.map(drop)?,
            None => tx.abandon().await?,
        }
        Ok(())
    }

    /// How the engine stands; `None` before the first look.
    pub async fn watch_stands(&self) -> Option<WatchStands> {
        let watching = self.watching.lock().await;
        let engine = watching.engine.as_ref()?;
        let counts = engine.counts();
        Some(WatchStands { acts: counts.acts, late: counts.late, threshold: engine.threshold() })
    }

    /// What is known of a person besides, by day of UTC and in words, oldest first.
    pub(super) async fn context_of(&self, person: PersonId) -> Vec<(String, &'static str)> {
        self.watching.lock().await.context.of(person).map(|(day, words)| (day.to_string(), words)).collect()
    }

    /// What a person was sent by day, the latest 60 days, and between which counts the middle four fifths of his role lie
    /// on that day, and of his own four weeks before it.
    pub(super) async fn sent_by_day(&self, person: PersonId) -> Vec<DaySent> {
        let watching = self.watching.lock().await;
        let role = watching.roles.get(&person);
        let peers: Vec<&BTreeMap<i32, Sent>> = watching
            .days
            .iter()
            .filter(|(other, _)| **other != person && watching.roles.get(other) == role)
            .map(|(_, days)| days)
            .collect();
        let today = Day::of(self.now().0, 0).0;
        let own = watching.days.get(&person);
        let first = own.and_then(|days| days.first_key_value()).map_or(today, |(day, _)| *day);
        let items = |days: &BTreeMap<i32, Sent>, day: i32| days.get(&day).map_or(0, Sent::items);
        (today - 59..=today)
            .map(|day| {
                let [peers_low, peers_high] = ends(middle(peers.iter().map(|days| items(days, day)).collect()));
                let past = (day - OWN_PAST_DAYS).max(first)..day;
                let past = own.filter(|_| past.len() >= OWN_PAST_LEAST).into_iter();
                let past =
                    past.flat_map(|days| ((day - OWN_PAST_DAYS).max(first)..day).map(|before| items(days, before)));
                let [own_low, own_high] = ends(middle(past.collect()));
                let sent = own.and_then(|days| days.get(&day));
                DaySent {
                    day: Day(day).to_string(),
                    items: sent.map_or(0, Sent::items),
                    sent: sent.map_or(0, |sent| sent.sent as usize),
                    peers_low,
                    peers_high,
                    own_low,
                    own_high,
                }
            })
            .collect()
    }
}

/// Days of one's own past that a day is shown against, and how many there must be.
const OWN_PAST_DAYS: i32 = 28;
const OWN_PAST_LEAST: usize = 7;

/// The two ends of a band, if there is one.
pub(super) fn ends<T: Copy>(band: Option<[T; 2]>) -> [Option<T>; 2] {
    [band.map(|[low, _]| low), band.map(|[_, high]| high)]
}

/// How the engine stands.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct WatchStands {
    /// Disclosures it was fed.
    pub acts: u64,
    /// Those of them whose day was closed already.
    pub late: u64,
    /// What a score must reach to open a case, in nats; the greatest number while the first two weeks are learned.
    pub threshold: f64,
}

impl Watching {
    fn begin(&mut self) {
        let mut facts = Facts::default();
        for one in self.people.values() {
            let known = context::person(one);
            facts.people.insert(known.email.clone(), known);
        }
        self.engine =
            // All of it is dated by the servers' own clocks.
            Some(Engine::new(facts, Settings { budget: BUDGET, least_a_week: LEAST_A_WEEK, ahead_us: i64::MAX, ..Settings::default() }));
        self.context.changed = true;
    }

    /// Looks at whoever was sent something: does the day so far reach the threshold?
    fn tip(&mut self) {
        let Some(engine) = &mut self.engine else { return };
        engine.drain();
        self.amended.extend(told_late::together(engine.drain_amended()));
        self.due.extend(engine.drain_cases());
        self.due.extend(self.touched.drain().filter_map(|person| engine.tip(&person.to_string())));
        self.due.extend(engine.drain_grown());
    }

    /// Takes in one entry.
    fn take(&mut self, ledger: &LedgerOf, said: &Said) {
        self.read.insert(ledger.name().to_owned(), said.idx + 1);
        self.context.take(said);
        let named = said.person().and_then(|name| *self.names.get(ledger.name())?.get(name)?);
        let Some((person, act)) = named.and_then(|person| Some((person, activity(ledger, said, person)?))) else {
            return;
        };
        let day = Day::of(said.at_us, 0).0;
        let days = self.days.entry(person).or_default();
        let sent = days.entry(day).or_default();
        sent.sent += 1;
        if !act.object.is_empty() {
            sent.items.insert(fingerprint(&act.object));
        }
        while days.first_key_value().is_some_and(|(first, _)| *first < day - 60) {
            days.pop_first();
        }
        if let Some(engine) = &mut self.engine {
            engine.feed(&act);
        }
        self.touched.insert(person);
    }
}

fn fingerprint(text: &str) -> u64 {
    use std::hash::{DefaultHasher, Hash, Hasher};
    let mut hasher = DefaultHasher::new();
    text.hash(&mut hasher);
    hasher.finish()
}
