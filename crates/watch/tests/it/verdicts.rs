//! What people found of cases teaches the threshold and what is usual for somebody.

use crate::streams::{Short, address, engine, facts};
use vouchsafe_watch::engine::Found;
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
            let day = cases.first().map_or(Day(0), |case: &vouchsafe_watch::engine::cases::Case| case.scored.day);
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

/// A case that was decided still absorbs what it holds: nothing that was said changes.
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
