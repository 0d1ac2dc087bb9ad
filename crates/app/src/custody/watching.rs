//! Detection over what this server itself sent: the ledgers are read as they grow, and a case is opened while the day
//! that tips it still lasts.
//!
//! What is learned lives in memory and is learned again from the ledgers when the server starts; only cases are kept. So
//! nothing is watched that the ledgers do not say anyway. Several servers on one database each learn by themselves; of two
//! that open the same case one finds it there.

use super::measures;
use crate::{App, Error};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, HashMap, HashSet};
use vouchsafe_domain::{
    access::role::Role,
    custody::case::passes,
    ids::{CaseId, EntryId, PersonId},
    time::Micros,
};
use vouchsafe_ledger::{
    act::Act,
    entry::{Entry, LedgerOf},
};
use vouchsafe_store::custody::{
    cases::{self, NewCase},
    ledger as entries,
    watched::{self, Said, Someone},
};
use vouchsafe_watch::{
    Activity, Engine, Facts, Settings, Side, Verb,
    engine::{cases::Case as Tipped, parts::Part, words::reasons},
    facts::Person,
    time::Day,
};

/// How far back the ledgers are learned from at a start.
const LEARNED_US: i64 = 56 * Micros::DAY;
/// Entries of one ledger read in one go.
const AT_ONCE: u32 = 2_000;
/// A transaction may commit this long after the moment its entries name: so far back the end of a ledger is read again.
const COMMITS_WITHIN_US: i64 = 10 * 1_000_000;
/// A day that is over for longer than this opens no case any more: at a start the past only teaches.
const STILL_NEWS_US: i64 = 2 * Micros::DAY;
/// Cases a week for 1,000 people. Twice what the engine takes by itself: here no catalogue tells what is confidential and
/// no message is seen, so that a score has fewer parts to rise by.
const BUDGET: f64 = 20.0;
/// For how long a case that was found benign raises what it takes to open another about the same person.
const BENIGN_HOLDS_US: i64 = 90 * Micros::DAY;

/// What is learned, and how far the ledgers were read.
#[derive(Default)]
pub struct Watching {
    engine: Option<Engine>,
    read: HashMap<String, Reached>,
    days: HashMap<PersonId, BTreeMap<i32, Sent>>,
    roles: HashMap<PersonId, Role>,
    people: Vec<Someone>,
    /// Of each ledger: whom it means by a name. `None` is a name of nobody who is still known.
    names: HashMap<String, HashMap<String, Option<PersonId>>>,
    /// Who was sent something since the last look.
    touched: HashSet<PersonId>,
    /// Cases that are to be opened.
    due: Vec<Tipped>,
}

/// How far one ledger was read.
#[derive(Default)]
struct Reached {
    at_us: i64,
    recent: HashMap<EntryId, i64>,
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

/// What a case rests on, as it is kept.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Body {
    /// Sentences, the weightiest first.
    pub(super) reasons: Vec<String>,
    /// Named parts of the score, in thousandths of a nat.
    pub(super) parts: Vec<(String, i64)>,
    /// What was taken first, at most 500: client and item.
    pub(super) items: Vec<(String, String)>,
    /// How many there are.
    pub(super) items_all: usize,
    /// Scores of days before: days since 1970 and thousandths of a nat.
    pub(super) days: Vec<(i32, i64)>,
    /// The day that tipped it.
    pub(super) day: i32,
    /// The other of a pair.
    pub(super) pair: Option<String>,
    /// What there was before a measure was taken.
    #[serde(default)]
    pub(super) before: Vec<measures::Before>,
}

impl App {
    /// Reads what the ledgers say since it was asked last, and opens the cases that are due. How many it opened.
    pub async fn watch(&self) -> Result<usize, Error> {
        let mut watching = self.watching.lock().await;
        if watching.engine.is_none() {
            watching.meet(watched::people(&mut self.store.read().await?).await?);
            watching.begin();
        }
        self.read_ledgers(&mut watching).await?;
        watching.tip();
        let mut opened = 0;
        // What could not be opened stays due.
        while let Some(case) = watching.due.last() {
            if self.now().0 - case.opened_us <= STILL_NEWS_US && self.open_case(case).await? {
                opened += 1;
            }
            watching.due.pop();
        }
        Ok(opened)
    }

    async fn read_ledgers(&self, watching: &mut Watching) -> Result<(), Error> {
        let mut ledgers = watched::ledgers(&mut self.store.read().await?).await?;
        ledgers.push(LedgerOf::Installation);
        let begin_us = self.now().0 - LEARNED_US;
        for ledger in ledgers {
            let mut after =
                watching.read.get(ledger.name()).map_or(begin_us, |reached| reached.at_us - COMMITS_WITHIN_US);
            let mut after_id = String::new();
            loop {
                let mut tx = self.store.write("watch").await?;
                let said = watched::entries(&mut tx, &ledger, (after, &after_id), AT_ONCE).await?;
                tx.abandon().await?;
                let Some(last) = said.last() else { break };
                (after, after_id) = (last.at_us, last.id.to_string());
                let whole = said.len() < AT_ONCE as usize;
                self.learn_names(watching, &ledger, &said).await?;
                for said in said {
                    watching.take(&ledger, &said);
                }
                if whole {
                    break;
                }
            }
        }
        Ok(())
    }

    /// Learns whom a ledger means by names not met before: a client's ledger has pseudonyms of its own.
    async fn learn_names(&self, watching: &mut Watching, ledger: &LedgerOf, said: &[Said]) -> Result<(), Error> {
        let known = watching.names.entry(ledger.name().to_owned()).or_default();
        let mut strange: Vec<&str> =
            said.iter().filter_map(Said::person).filter(|name| !known.contains_key(*name)).collect();
        if strange.is_empty() {
            return Ok(());
        }
        let mut on = self.store.read().await?;
        let names = entries::names(&mut on, ledger).await?;
        let people = watched::people(&mut on).await?;
        let known = watching.names.entry(ledger.name().to_owned()).or_default();
        known.extend(people.iter().map(|one| (names.name("person", &one.id.to_string()), Some(one.person))));
        strange.retain(|name| !known.contains_key(*name));
        known.extend(strange.into_iter().map(|name| (name.to_owned(), None)));
        watching.meet(people);
        Ok(())
    }

    /// Opens a case, with its entry, and does at once what the standing rule says.
    async fn open_case(&self, tipped: &Tipped) -> Result<bool, Error> {
        let Ok(person) = tipped.scored.person.parse::<PersonId>() else { return Ok(false) };
        let (now, id) = (self.now(), CaseId(self.id()));
        let body = body(tipped);
        let (score_milli, threshold_milli) = (milli(tipped.scored.parts.total()), milli(tipped.threshold));
        let mut tx = self.store.write("open_case").await?;
        let benign = cases::benign_since(&mut tx, person, Micros(now.0 - BENIGN_HOLDS_US)).await?;
        let text = serde_json::to_string(&body).unwrap_or_default();
        let new = NewCase {
            id,
            person,
            act_at: Micros(tipped.opened_us),
            score_milli,
            threshold_milli,
            body: &text,
            at: now,
        };
        if !passes(score_milli, benign) || !cases::open(&mut tx, &new).await? {
            tx.abandon().await?;
            return Ok(false);
        }
        let opened = Entry::new(LedgerOf::Installation, Act::CaseOpened, now.0)
            .because("score_milli", score_milli)
            .because("threshold_milli", threshold_milli)
            .of("case", id.to_string())
            .of("person", person.to_string())
            .by("job", "watch");
        let mut entries = vec![opened];
        let suspended = measures::take(self, &mut tx, &new, body, &mut entries).await?;
        tx.commit(entries).await?;
        for member in suspended {
            self.forget_sessions(member);
        }
        Ok(true)
    }

    /// What a person was sent by day, the latest 60 days, and between which counts the middle four fifths of his role lie.
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
        (today - 59..=today)
            .map(|day| {
                let mut counts: Vec<usize> = peers.iter().map(|days| days.get(&day).map_or(0, Sent::items)).collect();
                counts.sort_unstable();
                let at = |tenths: usize| {
                    counts.get((counts.len() * tenths / 10).min(counts.len().saturating_sub(1))).copied()
                };
                let sent = own.and_then(|days| days.get(&day));
                DaySent {
                    day: Day(day).to_string(),
                    items: sent.map_or(0, Sent::items),
                    sent: sent.map_or(0, |sent| sent.sent as usize),
                    peers_low: at(1),
                    peers_high: at(9),
                }
            })
            .collect()
    }
}

/// One day of a person against the peers.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct DaySent {
    /// The day of UTC: `2025-05-05`.
    pub day: String,
    /// Different items sent.
    pub items: usize,
    /// Disclosures, repeated ones counted.
    pub sent: usize,
    /// A tenth of the peers were sent no more items; null without peers.
    pub peers_low: Option<usize>,
    /// A tenth of the peers were sent no fewer.
    pub peers_high: Option<usize>,
}

impl Watching {
    fn meet(&mut self, people: Vec<Someone>) {
        self.roles.extend(people.iter().map(|one| (one.person, one.role)));
        self.people = people;
    }

    fn begin(&mut self) {
        let mut facts = Facts::default();
        for one in &self.people {
            let known = Person { email: one.person.to_string(), role: one.role.word().to_owned(), ..Person::default() };
            facts.people.insert(known.email.clone(), known);
        }
        self.engine = Some(Engine::new(facts, Settings { budget: BUDGET, ..Settings::default() }));
    }

    /// Looks at whoever was sent something: does the day so far reach the threshold?
    fn tip(&mut self) {
        let Some(engine) = &mut self.engine else { return };
        engine.drain();
        engine.drain_amended();
        self.due.extend(engine.drain_cases());
        self.due.extend(self.touched.drain().filter_map(|person| engine.tip(&person.to_string())));
    }

    /// Takes in one entry, once.
    fn take(&mut self, ledger: &LedgerOf, said: &Said) {
        let reached = self.read.entry(ledger.name().to_owned()).or_default();
        reached.at_us = reached.at_us.max(said.at_us);
        if reached.recent.insert(said.id, said.at_us).is_some() {
            return;
        }
        let since = reached.at_us - 2 * COMMITS_WITHIN_US;
        if reached.recent.len() > AT_ONCE as usize {
            reached.recent.retain(|_, at_us| *at_us >= since);
        }
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

/// What counts as one item, by the first of these that an entry names.
const ITEMS: [&str; 6] = ["file", "task", "annotation", "review", "guideline", "release"];

/// A disclosure as the engine knows acts. What somebody asked for by name is taken; what the line dealt out is opened.
fn activity(ledger: &LedgerOf, said: &Said, person: PersonId) -> Option<Activity<'static>> {
    let act = Act::ALL.iter().find(|act| act.word() == said.act)?;
    if act.kind() != vouchsafe_ledger::act::Kind::Disclosure {
        return None;
    }
    let text = |of: &serde_json::Map<String, serde_json::Value>, key: &str| of.get(key)?.as_str().map(str::to_owned);
    let verb = match act {
        Act::TaskSent | Act::ReleaseFileSent | Act::BackupWritten => Verb::Download,
        _ => Verb::View,
    };
    let item = ITEMS.iter().find_map(|key| Some(format!("{key}:{}", text(&said.object, key)?)));
    let object = item.map(|item| format!("{}/{item}", ledger.name())).unwrap_or_default();
    Some(Activity {
        at_us: said.at_us,
        id: said.id.to_string().into(),
        actor: person.to_string().into(),
        side: Side::Inside,
        app: "vouchsafe".into(),
        action: said.act.clone().into(),
        verb,
        object: object.into(),
        ok: Some(true),
        ..Activity::default()
    })
}

#[expect(clippy::cast_possible_truncation, reason = "clamped")]
fn milli(nats: f64) -> i64 {
    (nats.clamp(0.0, 1e9) * 1_000.0).round() as i64
}

fn body(tipped: &Tipped) -> Body {
    let item = |item: &String| {
        let (client, item) = item.split_once('/').unwrap_or(("", item));
        (client.to_owned(), item.to_owned())
    };
    let signed = |part: Part, nats: f64| (part.name().to_owned(), if nats < 0.0 { -milli(-nats) } else { milli(nats) });
    Body {
        reasons: reasons(&tipped.scored),
        parts: tipped.scored.parts.said().map(|(part, nats)| signed(part, nats)).collect(),
        items: tipped.items.iter().map(item).collect(),
        items_all: tipped.items_all,
        days: tipped.days.iter().map(|(day, score)| (day.0, milli(*score))).collect(),
        day: tipped.scored.day.0,
        pair: tipped.scored.pair.clone(),
        before: Vec::new(),
    }
}
