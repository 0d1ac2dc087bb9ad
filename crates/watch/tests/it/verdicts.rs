//! What people found of cases teaches the threshold and what is usual for somebody.

use crate::streams::{Short, address, engine, facts};
use vouchsafe_watch::engine::{Found, cases::Case};
use vouchsafe_watch::time::Day;
use vouchsafe_watch::{Engine, Scored, Settings, Verb};

const PERSON: usize = 0;

/// Fifty-two days of a take a day by everybody, of items of their own clients; on day 20 the first takes twelve more.
fn taking() -> Vec<Short> {
    let own = |person: usize, n: usize| 4 * n + person;
    let mut short: Vec<Short> = (0..52)
        .flat_map(|day| {
            (0..4).map(move |person| {
                let item = own(person, usize::try_from(day).unwrap() % 3);
                Short { person, day, second: 40_000, verb: Verb::Download, item }
            })
        })
        .collect();
    for item in (13..40).filter(|item| item % 3 != 0).take(12) {
        let second = 50_000 + i64::try_from(item).unwrap();
        short.push(Short { person: PERSON, day: 20, second, verb: Verb::Download, item });
    }
    // The same person again, weeks later: what was left.
    for item in (13..40).filter(|item| item % 3 != 0).skip(12) {
        let second = 50_000 + i64::try_from(item).unwrap();
        short.push(Short { person: PERSON, day: 50, second, verb: Verb::Download, item });
    }
    short.sort_by_key(Short::at_us);
    short
}

/// The threshold on day 36, the person's score on day 50, and the cases: what was found of the first is told on day 25.
fn run(found: &[Found]) -> (f64, Scored, usize) {
    let mut engine = Engine::new(facts(), Settings { budget: 5.0, ..Settings::default() });
    let (mut cases, mut told, mut threshold, mut scored) = (Vec::new(), false, 0.0, Vec::new());
    for act in taking() {
        if act.day == 25 && !told {
            told = true;
            let day = cases.first().map_or(Day(0), |case: &Case| case.scored.day);
            for found in found {
                assert!(engine.found(&address(PERSON), day, *found));
            }
        }
        if act.day == 36 {
            threshold = engine.threshold();
        }
        engine.feed(&act.act());
        cases.extend(engine.drain_cases());
        scored.extend(engine.drain());
    }
    engine.finish();
    scored.extend(engine.drain());
    cases.extend(engine.drain_cases());
    let later = Day::parse("2025-06-24").unwrap();
    let last = scored.into_iter().find(|one| one.person == address(PERSON) && one.day == later).expect("a score");
    (threshold, last, cases.len())
}

#[test]
fn a_benign_verdict_raises_the_threshold_and_a_true_one_lowers_it() {
    let (open, benign, found_true) = (run(&[]), run(&[Found::Benign]), run(&[Found::True]));
    assert!(benign.0 > open.0, "{} after benign, {} without a word", benign.0, open.0);
    assert!(found_true.0 < open.0, "{} after true, {} without a word", found_true.0, open.0);
}

#[test]
fn what_was_found_true_is_not_what_is_usual_for_somebody() {
    let (open, found_true) = (run(&[]).1, run(&[Found::True]).1);
    assert!(found_true.figures.expected < open.figures.expected);
    assert!(found_true.parts.total() > open.parts.total());
}

#[test]
fn the_last_verdict_holds_as_if_it_had_been_the_only_one() {
    assert_eq!(run(&[Found::True, Found::Benign]), run(&[Found::Benign]));
    assert_eq!(run(&[Found::Benign, Found::True]), run(&[Found::True]));
    assert_eq!(run(&[Found::True, Found::Open]), run(&[]), "a verdict that is taken back leaves no trace");
}

#[test]
fn a_day_without_a_case_takes_no_verdict() {
    let mut engine = engine();
    assert!(!engine.found("nobody@own.example", Day(20_300), Found::True));
    taking().iter().for_each(|act| engine.feed(&act.act()));
    assert!(!engine.found(&address(3), Day::parse("2025-05-25").unwrap(), Found::Benign));
}

/// Twelve items on day 20, and `more` three days later, each sent to a private address as well; what was found of the first is
/// told in between.
fn again(found: Found, more: usize) -> (Vec<Case>, Vec<Case>) {
    let mut engine = Engine::new(facts(), Settings { budget: 5.0, ..Settings::default() });
    let later = (13..40).filter(|item| item % 3 != 0).skip(12).take(more);
    let later = later.flat_map(|item| {
        [Verb::Download, Verb::Share].map(|verb| Short { person: PERSON, day: 23, second: 50_000, verb, item })
    });
    let mut acts: Vec<Short> = taking().into_iter().filter(|act| act.day < 26).chain(later).collect();
    acts.sort_by_key(Short::at_us);
    let (mut opened, mut grown, mut told) = (Vec::<Case>::new(), Vec::new(), false);
    for act in &acts {
        engine.feed(&act.act());
        opened.extend(engine.drain_cases());
        if let Some(first) = opened.first().filter(|_| !told) {
            told = true;
            assert!(engine.found(&address(PERSON), first.scored.day, found));
            engine.drain_grown();
        }
        grown.extend(engine.drain_grown());
    }
    engine.finish();
    opened.extend(engine.drain_cases());
    grown.extend(engine.drain_grown());
    (opened, grown)
}

/// Whoever looks at it sees how far it went by now, and no second case.
#[test]
fn a_case_that_waits_grows_by_what_it_absorbs() {
    let (opened, grown) = again(Found::Open, 12);
    assert_eq!((opened.len(), grown.len()), (1, 1));
    assert_eq!(grown[0].number, opened[0].number);
    assert!(grown[0].scored.parts.total() >= opened[0].scored.parts.total() + 1.0);
    assert!(grown[0].items_all > opened[0].items_all);
    let (opened, grown) = again(Found::Open, 0);
    assert_eq!((opened.len(), grown.len()), (1, 0), "nothing happened since");
}

/// A verdict is about what was seen: whoever goes on and takes far more is asked about again.
#[test]
fn a_decided_case_absorbs_no_more_than_what_was_decided_and_a_little() {
    for found in [Found::Benign, Found::True] {
        let (opened, grown) = again(found, 12);
        assert_eq!((opened.len(), grown.len()), (2, 0), "{found:?}");
        assert!(opened[1].scored.parts.total() >= opened[0].scored.parts.total() + 2.0);
        assert_eq!(again(found, 0).0.len(), 1, "{found:?}: nothing happened since");
    }
}

/// A verdict by itself opens nothing: nothing that was said changes.
#[test]
fn a_verdict_rewrites_nothing_that_was_said() {
    let mut engine = Engine::new(facts(), Settings { budget: 5.0, ..Settings::default() });
    for act in taking().into_iter().filter(|act| act.day < 30) {
        engine.feed(&act.act());
    }
    let said = engine.drain_cases();
    engine.drain();
    assert!(engine.found(&address(PERSON), said[0].scored.day, Found::True));
    assert!(engine.drain().is_empty() && engine.drain_cases().is_empty() && engine.drain_amended().is_empty());
}
