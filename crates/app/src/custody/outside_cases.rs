//! Cases from outside logs: what the engine says of the people in them, and what rules find pressing.
//!
//! The engine learns from one log to the next; what it learned is kept sealed for as long as the declaration stands. A
//! case from outside logs says so, is forgotten when its time is over, and does nothing at once: whoever can lay a file
//! into a folder must not be able to shut somebody out.

use super::{
    case_body::{Body, ClientItems, DaySent, Outside, RuleFits, milli},
    outside_facts::{FactKind, Known},
    outside_findings::{Alert, Findings, Scored},
    told_late,
    watching::{
        BUDGET, LEAST_A_WEEK, ends,
        opening::{self, BENIGN_HOLDS_US, Belongs, belongs},
    },
};
use crate::{App, Error};
use std::collections::{BTreeSet, HashMap};
use vouchsafe_domain::{
    custody::case::{Verdict, passes},
    ids::{CaseId, PersonId},
    time::Micros,
};
use vouchsafe_ledger::entry::Entry;
use vouchsafe_store::{
    Tx,
    custody::{
        cases::{self, Case, NewCase},
        outside::person_of,
        watched::pseudonym,
    },
};
use vouchsafe_watch::{
    Activity, Engine, Settings,
    engine::{
        Found,
        cases::{Amended, Case as Tipped},
        shown::DayTaken,
    },
    mask,
    time::Day,
};

/// Most cases that one log opens; further ones are counted.
const CASES_MAX: usize = 500;
/// Most rules told of in one case; further ones are counted.
const RULES_MAX: usize = 100;

/// An alert that is pressing enough to be a case.
#[derive(Debug, Clone)]
pub(super) struct Pressing {
    pub(super) actor: String,
    pub(super) source: String,
    pub(super) at: Micros,
    pub(super) fits: RuleFits,
    /// Which of the alerts that are kept it is.
    pub(super) alert: Option<usize>,
}

/// What the engine says of the acts of a log.
#[derive(Default)]
pub(super) struct Looked {
    /// What is learned now.
    pub(super) learned: Vec<u8>,
    cases: Vec<(Tipped, Vec<DayTaken>)>,
    amended: Vec<Amended>,
    scored: Scored,
    /// What was known besides the log.
    known: BTreeSet<FactKind>,
}

/// What was learned before. What cannot be taken up, as after an update of the engine, is learned anew. What is dated more than a
/// day after `now` is not believed.
pub(super) fn engine(learned: Option<&[u8]>, known: &Known, now: Micros) -> Engine {
    let facts = known.facts();
    let until_us = now.0 + Micros::DAY;
    let settings = Settings { budget: BUDGET, least_a_week: LEAST_A_WEEK, until_us, ..Settings::default() };
    learned
        .and_then(|kept| Engine::resume(facts.clone(), settings, kept).ok())
        .unwrap_or_else(|| Engine::new(facts, settings))
}

/// Feeds the acts of a log, in the order of time, to what was learned before. Cost: of the engine; memory: what is learned, and
/// the cases.
pub(super) fn look(
    learned: Option<&[u8]>,
    known: &Known,
    decided: &[(String, Day, Found)],
    acts: &[Activity<'_>],
    now: Micros,
) -> Result<Looked, Error> {
    let mut engine = engine(learned, known, now);
    for (actor, day, found) in decided {
        engine.found(actor, *day, *found);
    }
    let (before, mut tipped, mut amended, mut today) = (engine.counts(), Vec::new(), Vec::new(), None);
    let mut take = |engine: &mut Engine, tipped_now: Option<Tipped>| {
        let cases = tipped_now.into_iter().chain(engine.drain_cases()).chain(engine.drain_grown());
        for case in cases.collect::<Vec<_>>() {
            let days = engine.time_line(&case.scored.person);
            tipped.push((case, days));
        }
        engine.drain();
        amended.extend(engine.drain_amended());
    };
    for act in acts {
        engine.feed(act);
        // Acts of days that are over are placed together, not day by day.
        let day = Day::of(act.at_us, 0);
        if today.is_none_or(|today| today < day) {
            today = Some(day);
            take(&mut engine, None);
        }
    }
    take(&mut engine, None);
    for person in engine.with_open_days() {
        let opened = engine.tip(&person);
        take(&mut engine, opened);
    }
    let (counts, (people, _)) = (engine.counts(), engine.sizes());
    let scored = Scored {
        acts: counts.acts - before.acts,
        people,
        late: counts.late - before.late,
        repeated: counts.repeated - before.repeated,
        of_nobody: counts.of_nobody - before.of_nobody,
        failed: counts.failed - before.failed,
        ahead: counts.ahead,
        learning: engine.learning(),
        ..Scored::default()
    };
    let learned = engine.keep().map_err(|_| Error::state("engine", "what was learned cannot be kept"))?;
    let known = known.kinds();
    Ok(Looked { learned, cases: tipped, amended: told_late::together(amended), scored, known })
}

/// Alerts by matter: of one actor within as long as a case absorbs, oldest first. What nobody did is nobody's matter.
fn matters(pressing: &[Pressing]) -> Vec<Vec<Pressing>> {
    let mut all: Vec<&Pressing> = pressing.iter().filter(|one| !one.actor.is_empty()).collect();
    all.sort_by(|one, two| (&one.actor, one.at).cmp(&(&two.actor, two.at)));
    let mut matters: Vec<Vec<Pressing>> = Vec::new();
    for one in all {
        match matters.last_mut() {
            Some(of) if of[0].actor == one.actor && one.at.0 - of[0].at.0 < cases::ABSORBS_US => of.push(one.clone()),
            _ => matters.push(vec![one.clone()]),
        }
    }
    matters
}

impl Body {
    /// Takes in alerts about one actor; how many of them are new to it.
    fn take(&mut self, actor: &str, matter: &[Pressing]) -> usize {
        let outside = self.outside.get_or_insert_with(|| Outside { actor: actor.to_owned(), ..Outside::default() });
        let mut fresh = 0;
        for one in matter {
            if outside.rules.contains(&one.fits) {
                continue;
            }
            fresh += 1;
            outside.rules_all += 1;
            outside.sources.insert(one.source.clone());
            if outside.rules.len() < RULES_MAX {
                outside.rules.push(one.fits.clone());
            }
            if !self.reasons.contains(&one.fits.words) {
                self.reasons.push(one.fits.words.clone());
            }
        }
        fresh
    }
}

/// Cases as one log changes them.
struct Opening<'a> {
    app: &'a App,
    now: Micros,
    forget_at: Micros,
    people: HashMap<String, (PersonId, String)>,
    scored: Scored,
    entries: Vec<Entry>,
}

impl App {
    /// What people found of cases from outside logs: who, on which day, what.
    pub(super) async fn found_outside(&self, tx: &mut Tx) -> Result<Vec<(String, Day, Found)>, Error> {
        let decided = cases::decided_outside(tx).await?;
        let found = decided.into_iter().filter_map(|case| {
            let found = if case.decided.as_ref()?.verdict == Verdict::True { Found::True } else { Found::Benign };
            let of = Body::of(&case);
            Some((of.outside?.actor, Day(of.day), found))
        });
        Ok(found.collect())
    }

    /// Opens the cases of a log and adds to those that are there. Puts pseudonyms into its findings; gives the entries.
    pub(super) async fn open_outside(
        &self,
        tx: &mut Tx,
        looked: &Looked,
        pressing: &[Pressing],
        sources: &HashMap<String, BTreeSet<String>>,
        findings: &mut Findings,
        forget_at: Micros,
    ) -> Result<Vec<Entry>, Error> {
        let people = HashMap::new();
        let scored = looked.scored.clone();
        let mut opening = Opening { app: self, now: self.now(), forget_at, people, scored, entries: Vec::new() };
        for (tipped, days) in &looked.cases {
            opening.tipped(tx, tipped, days, sources, &looked.known).await?;
        }
        for matter in matters(pressing) {
            opening.pressing(tx, matter, &mut findings.alerts).await?;
        }
        for alert in &mut findings.alerts {
            if let Some(actor) = &alert.actor {
                let (_, called) = opening.person(tx, actor).await?;
                alert.actor = Some(called);
            }
        }
        for amended in &looked.amended {
            let (person, called) = opening.person(tx, &amended.person).await?;
            opening.scored.tell_amended(called, amended);
            opening.entries.extend(told_late::add(self, tx, person, amended, true).await?);
        }
        findings.scored = Some(opening.scored);
        Ok(opening.entries)
    }
}

impl Opening<'_> {
    /// Who an address is, and his pseudonym.
    async fn person(&mut self, tx: &mut Tx, address: &str) -> Result<(PersonId, String), Error> {
        if let Some(known) = self.people.get(address) {
            return Ok(known.clone());
        }
        let person = person_of(tx, address).await?;
        let known = (person, pseudonym(tx, person));
        self.people.insert(address.to_owned(), known.clone());
        Ok(known)
    }

    /// A case that the engine opened.
    async fn tipped(
        &mut self,
        tx: &mut Tx,
        tipped: &Tipped,
        days: &[DayTaken],
        sources: &HashMap<String, BTreeSet<String>>,
        known: &BTreeSet<FactKind>,
    ) -> Result<(), Error> {
        let actor = &tipped.scored.person;
        let (person, _) = self.person(tx, actor).await?;
        let pair = match &tipped.scored.pair {
            Some(other) => Some(self.person(tx, other).await?),
            None => None,
        };
        let at = Micros(tipped.opened_us);
        let (score, threshold) = (tipped.scored.parts.printed(1_000).1, milli(tipped.threshold));
        let (other, called) = pair.unzip();
        let mut new = Body::said_by(tipped, other, called);
        new.items = tipped.items.iter().map(|item| (String::new(), item.clone())).collect();
        let mut outside = Outside {
            actor: actor.clone(),
            sources: sources.get(actor).cloned().unwrap_or_default(),
            days: days.iter().map(shown).collect(),
            known: known.clone(),
            ..Outside::default()
        };
        // A matter that only rules told of so far, and that nobody decided, is the same matter.
        match belongs(cases::near(tx, person, at, true).await?, score) {
            Belongs::Absorbed => Ok(()),
            Belongs::To(case) => {
                let was = Body::of(&case);
                new.reasons.extend(was.outside.iter().flat_map(|was| &was.rules).map(|fits| fits.words.clone()));
                if let Some(was) = &was.outside {
                    outside.sources.extend(was.sources.iter().cloned());
                    (outside.rules, outside.rules_all) = (was.rules.clone(), was.rules_all);
                }
                let day = new.day;
                new.outside = Some(outside);
                new.after(was);
                let mut threshold_milli = case.threshold_milli;
                if case.score_milli == 0 {
                    // Its first score is what tips it.
                    (new.day, threshold_milli) = (day, threshold);
                }
                let case = Case { score_milli: score, threshold_milli, pair: other.or(case.pair), ..*case };
                self.add(tx, case, &new, "score").await
            }
            Belongs::Nowhere => {
                let benign = cases::benign_since(tx, person, Micros(self.now.0 - BENIGN_HOLDS_US), true).await?;
                if !passes(score, benign.filter(|score| *score > 0)) {
                    return Ok(());
                }
                new.outside = Some(outside);
                self.open(tx, (person, other), at, (score, threshold), &new).await.map(drop)
            }
        }
    }

    /// Alerts about one matter: into the case that holds them, or one of their own.
    async fn pressing(&mut self, tx: &mut Tx, mut matter: Vec<Pressing>, alerts: &mut [Alert]) -> Result<(), Error> {
        let Some(actor) = matter.first().map(|one| one.actor.clone()) else { return Ok(()) };
        let (person, _) = self.person(tx, &actor).await?;
        let settled = self.found_benign(tx, person).await?;
        matter.retain(|one| !settled.contains(&one.fits.rule));
        let Some(at) = matter.first().map(|one| one.at) else { return Ok(()) };
        let (held, told) = held(tx, person, at).await?;
        for one in &matter {
            let case = told.iter().find(|(_, rules)| rules.contains(&one.fits)).map(|(id, _)| *id);
            link(alerts, one, case);
        }
        matter.retain(|one| !told.iter().any(|(_, rules)| rules.contains(&one.fits)));
        if matter.is_empty() {
            return Ok(());
        }
        let mut of = held.as_ref().map_or_else(|| empty(&actor, at), Body::of);
        let fresh = of.take(&actor, &matter);
        let id = match held {
            Some(case) => {
                if fresh > 0 {
                    self.add(tx, case.clone(), &of, "rules").await?;
                }
                Some(case.id)
            }
            None => self.open(tx, (person, None), at, (0, 0), &of).await?,
        };
        for one in &matter {
            link(alerts, one, id);
        }
        Ok(())
    }

    /// Rules that told of this person alone and were found benign lately: they are told with the log, and open nothing.
    async fn found_benign(&self, tx: &mut Tx, person: PersonId) -> Result<BTreeSet<String>, Error> {
        let since = Micros(self.now.0 - BENIGN_HOLDS_US);
        let benign = |case: &Case| {
            case.forget_at.is_some()
                && case.score_milli == 0
                && case.decided.as_ref().is_some_and(|of| of.verdict == Verdict::Benign && of.at >= since)
        };
        let all = cases::of_person(tx, person).await?;
        let rules = all.iter().filter(|case| benign(case)).filter_map(|case| Body::of(case).outside);
        Ok(rules.flat_map(|of| of.rules).map(|fits| fits.rule).collect())
    }

    async fn open(
        &mut self,
        tx: &mut Tx,
        (person, pair): (PersonId, Option<PersonId>),
        at: Micros,
        (score_milli, threshold_milli): (i64, i64),
        of: &Body,
    ) -> Result<Option<CaseId>, Error> {
        if self.scored.cases >= CASES_MAX {
            self.scored.cases_left_out += 1;
            return Ok(None);
        }
        let id = CaseId(self.app.id());
        let text = serde_json::to_string(of).unwrap_or_default();
        let (body, forget_at) = (text.as_str(), Some(self.forget_at));
        let new = NewCase { id, person, pair, act_at: at, score_milli, threshold_milli, body, at: self.now, forget_at };
        let opened = opening::open(self.app, tx, &new).await?;
        self.scored.cases += 1;
        self.entries.push(opened.because("source", "outside_log"));
        Ok(Some(id))
    }

    async fn add(&mut self, tx: &mut Tx, mut case: Case, of: &Body, what: &str) -> Result<(), Error> {
        self.entries.push(opening::add(self.app, tx, &mut case, of, what).await?);
        self.scored.added += 1;
        Ok(())
    }
}

/// The case that holds an act of a person and waits for somebody; and what the decided ones tell of rules. What was decided
/// is not added to: nobody would see it.
async fn held(tx: &mut Tx, person: PersonId, at: Micros) -> Result<(Option<Case>, Vec<Told>), Error> {
    let (waiting, decided): (Vec<Case>, Vec<Case>) =
        cases::near(tx, person, at, true).await?.into_iter().partition(Case::waits);
    let told = decided.iter().filter_map(|case| Some((case.id, Body::of(case).outside?.rules))).collect();
    Ok((waiting.into_iter().next(), told))
}

/// A decided case, and the rules it tells of.
type Told = (CaseId, Vec<RuleFits>);

fn link(alerts: &mut [Alert], of: &Pressing, case: Option<CaseId>) {
    if let Some(alert) = of.alert.and_then(|at| alerts.get_mut(at)) {
        alert.case = case.map(|id| id.to_string());
    }
}

/// What a case from outside logs does not know.
pub(super) fn unknown_outside(of: &Outside) -> Vec<&'static str> {
    let known = |kind| of.known.contains(&kind);
    [
        (true, "what was photographed, remembered or told"),
        (true, "acts that these logs do not record, or that lie in logs nobody sent"),
        (!known(FactKind::Docs), "which items are confidential, and whose: here all count as such"),
        (known(FactKind::Docs), "items that the catalogue does not list: they do not count as taken"),
        (!known(FactKind::People), "roles: everybody is compared with everybody"),
        (!known(FactKind::Lifecycle), "who joined, moved or gave notice, and which exports were approved"),
        (true, "whether the log is whole and was not changed before it came here"),
    ]
    .into_iter()
    .filter_map(|(so, words)| so.then_some(words))
    .collect()
}

/// What was taken by a case from outside logs. Ids of files name people, so they are masked unless the name is shown.
pub(super) fn taken_outside(
    body: &Body,
    outside: &Outside,
    named: bool,
    called: &str,
) -> (Vec<ClientItems>, Vec<String>) {
    let sources = outside.sources.iter().map(String::as_str).collect::<Vec<_>>().join(", ");
    let counts = (body.items_all > 0).then_some(ClientItems { client: sources, items: body.items_all });
    let item = |item: &String| {
        if named { item.clone() } else { mask::person(item, &outside.actor, called).into_owned() }
    };
    (counts.into_iter().collect(), body.items.iter().map(|(_, of)| item(of)).collect())
}

fn shown(one: &DayTaken) -> DaySent {
    let band = |band: Option<[u32; 2]>| ends(band).map(|end| end.map(|count| count as usize));
    let ([peers_low, peers_high], [own_low, own_high]) = (band(one.peers), band(one.own));
    let items = one.items as usize;
    DaySent { day: one.day.to_string(), items, sent: items, peers_low, peers_high, own_low, own_high }
}

fn empty(actor: &str, at: Micros) -> Body {
    let outside = Some(Outside { actor: actor.to_owned(), ..Outside::default() });
    Body { day: Day::of(at.0, 0).0, outside, ..Body::default() }
}
