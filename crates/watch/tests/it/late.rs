//! Acts that are told late.

use crate::streams::{Short, address, at_home, engine, loud};
use proptest::prelude::*;
use std::collections::HashMap;
use vouchsafe_watch::engine::parts::Part;
use vouchsafe_watch::time::DAY_US;
use vouchsafe_watch::{Activity, Engine, Verb};

fn day_of_views(day: i64) -> Vec<Short> {
    (0..4).map(|person| Short { person, day, second: 40_000, verb: Verb::View, item: person }).collect()
}

#[test]
fn a_late_act_is_placed_by_its_own_time_and_what_it_changes_is_told() {
    let mut engine = engine();
    (0..20).flat_map(day_of_views).for_each(|act| engine.feed(&act.act()));
    engine.drain();
    assert!(engine.drain_amended().is_empty());
    for item in [13, 14, 17, 22, 25, 26, 29, 34, 37, 38] {
        engine.feed(&Short { person: 1, day: 10, second: 50_000, verb: Verb::Download, item }.act());
    }
    let amended = engine.drain_amended();
    let first = amended.first().expect("ten takes are told of");
    assert_eq!((first.person.as_str(), first.day.to_string().as_str()), ("p1@own.example", "2025-05-15"));
    assert!(first.now > first.said);
    let of_days: std::collections::BTreeSet<_> = amended.iter().map(|one| one.day).collect();
    assert_eq!(of_days.len(), amended.len(), "each day once");
    assert_eq!((engine.counts().late, engine.counts().too_late), (10, 0));
    // What was said before stays as it was: nothing of it is said again.
    assert!(engine.drain().is_empty());
}

#[test]
fn what_was_taken_late_is_not_taken_for_the_first_time_again() {
    let take = |day| Short { person: 1, day, second: 50_000, verb: Verb::Download, item: 13 };
    let mut engine = engine();
    (0..20).flat_map(day_of_views).for_each(|act| engine.feed(&act.act()));
    engine.feed(&take(10).act());
    engine.feed(&take(19).act());
    (20..23).flat_map(day_of_views).for_each(|act| engine.feed(&act.act()));
    engine.finish();
    let day = engine.drain().into_iter().find(|one| one.person == address(1) && one.day.to_string() == "2025-05-24");
    assert!(day.is_none_or(|one| one.figures.window_days > 1 || one.figures.fresh == 0));
}

/// Fifteen messages with something attached to a rival, told a week late.
fn mails_late(day: i64) -> Engine {
    let mut engine = engine();
    (0..20).flat_map(day_of_views).for_each(|act| engine.feed(&act.act()));
    engine.drain();
    for n in 0..15 {
        engine.feed(&Short { person: 1, day, second: 50_000 + n, verb: Verb::Send, item: 0 }.act());
    }
    engine
}

#[test]
fn what_went_to_a_rival_is_placed_however_late_it_is_told() {
    let mut engine = mails_late(12);
    let amended = engine.drain_amended();
    let of = |day: &str| amended.iter().find(|one| one.day.to_string() == day);
    assert!(of("2025-05-17").is_some_and(|one| one.now > one.said + 3.0), "{amended:?}");
    assert!(
        of("2025-05-18").is_some_and(|one| one.now > one.said),
        "the days after it have it in their week: {amended:?}"
    );
    assert!(of("2025-05-16").is_none(), "the day before has not: {amended:?}");
    let case = engine.drain_cases().pop().expect("a case of its own");
    assert!(case.scored.parts.get(Part::Destination) > 3.0);
    assert!(case.scored.parts.get(Part::Context) > 1.9, "the first contact counts from its day");
}

/// An engine that is put aside with late acts not yet placed goes on with them.
#[test]
fn late_acts_outlast_keeping() {
    let mut engine = mails_late(12);
    let kept = engine.keep().unwrap();
    let mut again = Engine::resume(crate::streams::facts(), vouchsafe_watch::Settings::default(), &kept).unwrap();
    assert_eq!(engine.drain_amended(), again.drain_amended());
    assert!(again.counts().late == 15);
}

/// A day that is kept no more takes nothing in, and that is counted.
#[test]
fn what_is_older_than_what_is_kept_is_counted() {
    let mut engine = engine();
    (0..80).flat_map(day_of_views).for_each(|act| engine.feed(&act.act()));
    engine.feed(&Short { person: 1, day: 3, second: 50_000, verb: Verb::Send, item: 0 }.act());
    assert!(engine.drain_amended().is_empty());
    assert_eq!((engine.counts().late, engine.counts().too_late), (1, 1));
}

/// A case that was opened holds what is told of the days before it: it grows, and no second one opens.
#[test]
fn what_is_told_late_of_the_days_before_a_case_belongs_to_it() {
    let mut engine = engine();
    (0..20).flat_map(day_of_views).for_each(|act| engine.feed(&act.act()));
    for n in 0..15 {
        engine.feed(&Short { person: 1, day: 18, second: 50_000 + n, verb: Verb::Send, item: 1 }.act());
    }
    (20..24).flat_map(day_of_views).for_each(|act| engine.feed(&act.act()));
    assert_eq!(engine.drain_cases().len(), 1);
    for n in 0..15 {
        engine.feed(&Short { person: 1, day: 15, second: 50_000 + n, verb: Verb::Send, item: 0 }.act());
    }
    let amended = engine.drain_amended();
    assert!(amended.iter().any(|one| one.case == Some(1) && one.now > one.said + 3.0), "{amended:?}");
    assert!(engine.drain_cases().is_empty());
    assert_eq!(engine.drain_grown().len(), 1);
}

/// Of each person and day what is said last of it.
fn last_said(acts: &[Activity<'_>]) -> HashMap<(String, i32), f64> {
    let mut engine = engine();
    acts.iter().for_each(|act| engine.feed(act));
    engine.finish();
    let mut said: HashMap<_, _> =
        engine.drain().into_iter().map(|one| ((one.person, one.day.0), one.parts.total())).collect();
    for one in engine.drain_amended() {
        said.insert((one.person, one.day.0), one.now);
    }
    said
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]

    /// A log in one piece, and the same as one file for each application, the files first: what is said last is the same,
    /// within what is too little to be told of a day.
    #[test]
    fn a_log_told_application_by_application_says_the_same(short in loud(25, 120)) {
        let begin = Short { person: 0, day: -1, second: 0, verb: Verb::Edit, item: 0 };
        // Everybody does something with a file on every day, so that no day is told of by mail alone.
        let every = (0..26).flat_map(|day| (0..4).map(move |person| Short { person, day, second: 43_000, verb: Verb::Edit, item: person }));
        let mut short: Vec<Short> = std::iter::once(begin).chain(every).chain(short).collect();
        short.sort_by_key(Short::at_us);
        let (mails, files): (Vec<Short>, Vec<Short>) = short.iter().copied().partition(|act| act.verb == Verb::Send);
        let acts = |short: &[Short]| short.iter().map(Short::act).collect::<Vec<_>>();
        let (in_time, apart) = (last_said(&acts(&short)), last_said(&[acts(&files), acts(&mails)].concat()));
        for (day, said) in &in_time {
            let other = apart.get(day).copied().unwrap_or(0.0);
            prop_assert!((said - other).abs() < 0.011, "{:?}: {} in time, {} apart", day, said, other);
        }
    }

    /// Whatever comes first: nothing that was said is said again, and what an act told late changes is told as amended.
    #[test]
    fn what_was_said_is_amended_and_never_rewritten(short in loud(25, 120), turn in 0..3_usize) {
        let kind = |act: &Short| match act.verb {
            Verb::Send => turn % 3,
            Verb::Print => (turn + 1) % 3,
            _ => (turn + 2) % 3,
        };
        let mut apart = short.clone();
        apart.sort_by_key(|act| (kind(act), act.at_us()));
        let mut engine = engine();
        apart.iter().for_each(|act| engine.feed(&act.act()));
        engine.finish();
        let mut said = HashMap::new();
        for one in engine.drain() {
            prop_assert!(said.insert((one.person, one.day.0), one.parts.total()).is_none(), "a day is said once");
        }
        for one in engine.drain_amended() {
            let before = said.insert((one.person.clone(), one.day.0), one.now).unwrap_or(0.0);
            prop_assert!((before - one.said).abs() < 1e-9, "{:?} was {} before", one, before);
        }
    }
}

/// A private account that was let in long before its acts are told.
#[test]
fn what_a_private_account_did_is_placed_late_too() {
    let mut engine = engine();
    (0..20).flat_map(day_of_views).for_each(|act| engine.feed(&act.act()));
    engine.drain();
    for item in 0..12 {
        let at_us = crate::streams::START_US + 12 * DAY_US + 50_000_000_000 + item;
        engine.feed(&Activity {
            at_us,
            actor: at_home(1).into(),
            verb: Verb::Download,
            object: format!("d{item}").into(),
            ..Activity::default()
        });
    }
    assert!(engine.drain_amended().iter().any(|one| one.day.to_string() == "2025-05-17" && one.now > one.said + 1.0));
}
