//! Somebody who was erased: nothing names them any more, and of nobody else is anything lost.

use crate::streams::{Short, address, engine, facts};
use vouchsafe_watch::{Activity, Engine, Settings, Verb};

/// Everybody takes an item a day, the second one of a path that names them.
fn day_of_takes(day: i64) -> Vec<Activity<'static>> {
    let takes =
        |person| Short { person, day, second: 40_000, verb: Verb::Download, item: usize::try_from(day).unwrap() };
    let mut acts: Vec<Activity<'static>> = (0..4).map(|person| takes(person).act()).collect();
    acts[1].object = format!("personal/{}/x-{day}", address(1).replace(['@', '.'], "_").to_uppercase()).into();
    acts
}

#[test]
fn nothing_that_is_kept_names_whoever_was_erased_and_of_others_nothing_is_lost() {
    let run = |erased: bool| {
        let mut engine = engine();
        (0..20).flat_map(day_of_takes).for_each(|act| engine.feed(&act));
        // Dated far ahead, so that they wait: one of theirs, one of another's that names them.
        for (person, years) in [(1, 100), (2, 150)] {
            let act = day_of_takes(7).swap_remove(person);
            let object = format!("personal/{}/y", address(1).replace(['@', '.'], "_"));
            engine.feed(&Activity { at_us: act.at_us + years * 31_557_600_000_000, object: object.into(), ..act });
        }
        engine.drain();
        if erased {
            assert!(
                engine.erase("P1@own.example") && !engine.erase("P1@own.example") && !engine.erase("eve@own.example")
            );
        }
        let kept = engine.keep().unwrap();
        let mut facts = facts();
        facts.people.remove(&address(1));
        let mut engine = Engine::resume(facts, Settings::default(), &kept).unwrap();
        let others = (20..24).flat_map(day_of_takes).filter(|act| act.actor != address(1));
        others.for_each(|act| engine.feed(&act));
        engine.finish();
        let said: Vec<_> = engine.drain().into_iter().map(|one| (one.person, one.day, one.parts.total())).collect();
        (String::from_utf8_lossy(&kept).to_lowercase(), said)
    };
    let ((before, said), (after, still)) = (run(false), run(true));
    assert!(before.contains("p1@own.example") && before.contains("p1_own_example"));
    assert!(!after.contains("p1@own") && !after.contains("p1_own"));
    assert!(after.contains("p2@own.example"));
    assert_eq!((said.len(), still.len()), (18, 18));
    for (said, still) in said.iter().zip(&still) {
        assert_eq!((&said.0, said.1), (&still.0, still.1));
        // The peers of days that were not over lack whoever was erased.
        assert!((said.2 - still.2).abs() < 0.05, "{said:?} {still:?}");
    }
}

#[test]
fn whoever_comes_back_begins_anew() {
    let mut engine = engine();
    (0..20).flat_map(day_of_takes).for_each(|act| engine.feed(&act));
    assert!(engine.time_line(&address(0)).iter().any(|day| day.items > 0));
    engine.erase(&address(0));
    engine.drain();
    engine.drain_cases();
    assert!(engine.time_line(&address(0)).is_empty());
    (20..22).flat_map(day_of_takes).for_each(|act| engine.feed(&act));
    engine.finish();
    let days = engine.time_line(&address(0));
    assert_eq!(days.iter().filter(|day| day.items > 0).count(), 2, "{days:?}");
}
