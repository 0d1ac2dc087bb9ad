//! Acts that are told late.

use crate::streams::{Short, address, engine};
use vouchsafe_watch::Verb;

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
    let last = amended.last().expect("ten takes are told of");
    assert_eq!((last.person.as_str(), last.day.to_string().as_str()), ("p1@own.example", "2025-05-15"));
    assert!(last.now > last.said);
    assert_eq!(engine.counts().late, 10);
    // What was said before stays as it was: nothing of it is said again.
    assert!(engine.drain().iter().all(|one| one.day.0 > last.day.0));
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
