//! What a score is told in says what its parts were reckoned from.

use crate::streams::{START_US, Short, address, facts, stream};
use proptest::prelude::*;
use vouchsafe_watch::engine::parts::Part;
use vouchsafe_watch::engine::{Scored, words};
use vouchsafe_watch::time::{DAY_US, Day};
use vouchsafe_watch::{Activity, Engine, Facts, Settings, Verb};

fn told(facts: Facts, acts: &[Activity<'static>]) -> Vec<Scored> {
    let mut engine = Engine::new(facts, Settings::default());
    acts.iter().for_each(|act| engine.feed(act));
    engine.finish();
    engine.drain()
}

fn act(person: usize, day: i64, at: usize, verb: Verb, item: usize) -> Activity<'static> {
    Short { person, day, second: 40_000 + i64::try_from(at).unwrap(), verb, item }.act()
}

/// Every day four people fetch the same two files; what else is done comes on top.
fn usual(days: i64) -> Vec<Activity<'static>> {
    (0..days).flat_map(|day| (0..4).map(move |person| act(person, day, person, Verb::Download, person))).collect()
}

fn last_of(scored: &[Scored]) -> &Scored {
    scored.iter().filter(|one| one.person == address(0)).max_by_key(|one| one.day).expect("a score")
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    /// Whatever is printed of a score adds up to it, and every part has words.
    #[test]
    fn what_is_printed_adds_up_and_is_said(short in stream(25, 150)) {
        let acts: Vec<_> = short.iter().map(Short::act).collect();
        for one in told(facts(), &acts) {
            for a_nat in [100, 1_000, 10_000] {
                let (parts, score) = one.parts.printed(a_nat);
                prop_assert_eq!(parts.iter().map(|(_, units)| units).sum::<i64>().max(0), score);
                let exact = one.parts.total() * f64::from(a_nat);
                prop_assert!((exact - score as f64).abs() <= 0.5 * parts.len() as f64 + 1e-6);
            }
            for (part, _) in one.parts.said() {
                prop_assert!(!words::told(part, &one).is_empty());
            }
        }
    }
}

/// The loudest of two windows makes the part; its own count stands in the words.
#[test]
fn what_was_opened_is_told_with_the_window_it_is_loudest_in() {
    for (a_day, last) in [(1_usize, 20_usize), (3, 4)] {
        let mut acts = usual(10);
        for day in 4..10 {
            let from = 8 + (usize::try_from(day).unwrap() - 4) * a_day;
            let many = if day == 9 { last } else { a_day };
            acts.extend((from..from + many).map(|item| act(0, day, item, Verb::View, item % 40)));
        }
        acts.sort_by_key(|act| act.at_us);
        let scored = told(facts(), &acts);
        let one = last_of(&scored);
        assert!(one.parts.get(Part::Opened) + one.parts.get(Part::OpenedForeign) > 0.0, "{one:?}");
        let (days, opened) = (one.figures.opened_days, one.figures.opened as usize);
        assert_eq!(opened, if days == 1 { last } else { last + 5 * a_day }, "{one:?}");
        let within = if days == 1 { "on this day" } else { "within 7 days" };
        assert!(
            words::told(Part::Opened, one).starts_with(&format!("opened {opened} items for the first time {within}"))
        );
    }
}

#[test]
fn what_was_sent_is_told_with_the_window_it_is_loudest_in() {
    let mut acts = usual(20);
    acts.extend((0..9).map(|item| act(0, 19, item, Verb::Share, 10 + 3 * item)));
    acts.push(act(0, 15, 3, Verb::Share, 9));
    acts.sort_by_key(|act| act.at_us);
    let scored = told(facts(), &acts);
    let one = last_of(&scored);
    assert!(one.parts.get(Part::Destination) > 0.0);
    let gone = |from: i32| {
        let since = Day::of(START_US + 19 * DAY_US, 0).0 - from;
        let items: std::collections::BTreeSet<_> = acts
            .iter()
            .filter(|act| act.verb == Verb::Share && Day::of(act.at_us, 0).0 > since)
            .filter(|act| act.object[1..].parse::<usize>().unwrap() % 3 != 0)
            .map(|act| act.object.clone())
            .collect();
        u32::try_from(items.len()).unwrap()
    };
    assert_eq!(one.figures.sent, gone(one.figures.sent_days), "{one:?}");
    assert!(words::told(Part::Destination, one).contains(&format!("opened {} items", one.figures.sent)));
}

/// What an approved export covers is no part of the volume, and is not told as such.
#[test]
fn a_volume_is_told_without_what_is_covered() {
    let mut facts = facts();
    let day = Day::of(START_US + 19 * DAY_US, 0);
    facts
        .add_dated(&format!(r#"{{"date":"{day}","email":"{}","fact":"approved_export","files":6}}"#, address(0)))
        .unwrap();
    let mut acts = usual(20);
    acts.extend((8..40).map(|item| act(0, 19, item, Verb::Download, item)));
    let scored = told(facts, &acts);
    let one = last_of(&scored);
    assert_eq!(one.figures.covered, 6);
    let said = words::told(Part::Volume, one);
    assert!(
        said.starts_with(&format!("took {} confidential items beyond those covered", one.figures.fresh - 6)),
        "{said}"
    );
}
