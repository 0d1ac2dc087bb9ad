//! Order, others, keeping, looking.

use crate::streams::{Short, address, engine, facts, loud, of_client_one, scores, short, stream};
use proptest::prelude::*;
use std::collections::HashMap;
use vouchsafe_watch::engine::{parts::Part, words};
use vouchsafe_watch::{Activity, Engine, Facts, Settings, Verb};

fn acts(short: &[Short]) -> Vec<Activity<'static>> {
    short.iter().map(Short::act).collect()
}

/// Acts on anything, and takes of the client whose items two share in [`loud`].
fn more(days: i64) -> impl Strategy<Value = Vec<Short>> {
    let take = short(days).prop_map(|act| Short { verb: Verb::Download, item: of_client_one(act.item % 40), ..act });
    prop::collection::vec(prop_oneof![short(days), take], 40..160)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// Acts of the same second may come in any order.
    #[test]
    fn the_order_within_a_second_does_not_matter(mut short in loud(20, 120), turn in 0_usize..97) {
        for act in &mut short {
            act.second -= act.second % 21_600;
        }
        let told = scores(&acts(&short));
        let length = short.len().max(1);
        let mut turned: Vec<(usize, Short)> = short.iter().enumerate().map(|(at, act)| ((at * 31 + turn) % length, *act)).collect();
        turned.sort_by_key(|(at, act)| (act.at_us(), *at));
        let turned: Vec<Short> = turned.into_iter().map(|(_, act)| act).collect();
        prop_assert_eq!(told, scores(&acts(&turned)));
    }

    /// What colleagues do on items they do not otherwise touch, up to one take each on a day, never makes a person's day
    /// stand out more, whoever takes the other half of a set.
    #[test]
    fn benign_acts_of_others_never_raise_a_score(short in loud(25, 60), others in more(25)) {
        let mut taken = std::collections::HashSet::new();
        let benign = |act: &Short| matches!(act.verb, Verb::View | Verb::Edit | Verb::Download);
        let more = others.into_iter().filter(|act| act.person != 0 && benign(act));
        let more = more.filter(|act| act.verb != Verb::Download || taken.insert((act.person, act.day)));
        let mut touched: std::collections::HashSet<(usize, usize)> = short.iter().map(|act| (act.person, act.item)).collect();
        let more = more.filter(|act| touched.insert((act.person, act.item)));
        // The log begins on the same day with them and without.
        let begin = Short { person: 1, day: -1, second: 0, verb: Verb::Edit, item: 0 };
        let short: Vec<Short> = std::iter::once(begin).chain(short).collect();
        let mut all: Vec<Short> = short.iter().copied().chain(more).collect();
        all.sort_by_key(Short::at_us);
        let alone: HashMap<(String, i32), f64> = scores(&acts(&short)).into_iter().map(|(who, day, score)| ((who, day), score)).collect();
        for (who, day, score) in scores(&acts(&all)) {
            if who == address(0) {
                let before = alone.get(&(who, day)).copied().unwrap_or(0.0);
                prop_assert!(score <= before + 1e-9, "day {} rose from {} to {}", day, before, score);
            }
        }
    }

    /// An engine that is kept and taken up again says the same as one that never stopped.
    #[test]
    fn keeping_the_state_changes_nothing(short in loud(20, 120), cut in 0_usize..150) {
        let acts = acts(&short);
        let (first, second) = acts.split_at(cut.min(acts.len()));
        let mut before = engine();
        first.iter().for_each(|act| before.feed(act));
        let mut told = before.drain();
        let kept = before.keep().unwrap();
        let mut after = Engine::resume(facts(), Settings::default(), &kept).unwrap();
        second.iter().for_each(|act| after.feed(act));
        after.finish();
        told.extend(after.drain());
        let whole = scores(&acts);
        prop_assert_eq!(told.len(), whole.len());
        for (one, (who, day, score)) in told.iter().zip(whole) {
            prop_assert_eq!((&one.person, one.day.0), (&who, day));
            prop_assert!((one.parts.total() - score).abs() < 1e-9);
        }
    }

    /// Looked at after its last act, a day says what it will say when it closes, if the days before it are closed: a day
    /// that is still open has not told yet how little or how much a role does, and may do so either way.
    #[test]
    fn a_look_at_the_end_of_a_day_is_its_score(mut short in stream(12, 80)) {
        prop_assume!(!short.is_empty());
        let latest = short.iter().map(|act| act.day).max().unwrap_or(0);
        short.retain(|act| act.day == latest || act.day < latest - 1);
        let mut engine = engine();
        short.iter().for_each(|act| engine.feed(&act.act()));
        let last = short.iter().map(|act| act.person).next_back().unwrap_or(0);
        engine.drain();
        let looked = engine.look(&address(last));
        engine.finish();
        let closed: Vec<_> = engine.drain().into_iter().filter(|one| one.person == address(last)).collect();
        if let Some(looked) = looked {
            let same = closed.iter().find(|one| one.day == looked.day).map_or(0.0, |one| one.parts.total());
            // The peers' day is not over yet when one looks, so less may have been expected.
            prop_assert!(looked.parts.total() >= same - 1e-9);
        }
    }
}

/// Two weeks of a few items a day, then a day on which somebody takes what they never touched, of clients not theirs.
fn taking() -> Vec<Short> {
    let mut short = Vec::new();
    for day in 0..20 {
        for person in 0..4 {
            for (step, verb) in [Verb::View, Verb::Edit, Verb::Download].into_iter().enumerate() {
                let item = (person + 4 * (step + usize::try_from(day).unwrap() % 2)) % 12;
                short.push(Short { person, day, second: 40_000 + 10 * i64::try_from(step).unwrap(), verb, item });
            }
        }
    }
    for item in (13..40).filter(|item| item % 3 != 0) {
        short.push(Short {
            person: 0,
            day: 18,
            second: 80_000 + i64::try_from(item).unwrap(),
            verb: Verb::Download,
            item,
        });
    }
    short.sort_by_key(Short::at_us);
    short
}

#[test]
fn a_day_of_taking_opens_one_case_with_reasons_and_items() {
    let mut engine = Engine::new(facts(), Settings { budget: 50.0, ..Settings::default() });
    taking().iter().for_each(|act| engine.feed(&act.act()));
    engine.finish();
    let cases = engine.drain_cases();
    assert_eq!(cases.len(), 1);
    let case = &cases[0];
    assert_eq!((case.scored.person.as_str(), case.scored.day.to_string().as_str()), ("p0@own.example", "2025-05-23"));
    assert!(case.scored.parts.total() >= case.threshold);
    assert!(case.items_all >= 18, "{}", case.items_all);
    let reasons = words::reasons(&case.scored);
    assert!(reasons.iter().any(|reason| reason.starts_with("took")), "{reasons:?}");
    let mut usual = case.scored.clone();
    usual.figures.expected = f64::from(usual.figures.fresh);
    let reasons = words::reasons(&usual);
    assert!(reasons.iter().all(|reason| !reason.starts_with("took")), "as much as usual is no reason: {reasons:?}");
}

/// The case opens with the act that tips it, and the end of the day does not open it again.
#[test]
fn a_case_opens_while_the_day_is_still_going_on() {
    let mut engine = Engine::new(facts(), Settings { budget: 50.0, ..Settings::default() });
    let mut opened = Vec::new();
    for act in taking() {
        engine.feed(&act.act());
        if act.verb == Verb::Download {
            opened.extend(engine.tip(&address(act.person)));
        }
    }
    engine.finish();
    opened.retain(|case| case.scored.person == address(0));
    assert_eq!(opened.len(), 1);
    assert!(engine.drain_cases().iter().all(|case| case.scored.person != address(0)));
    assert!(opened[0].items_all < 18, "it opened before the last of them was taken");
}

/// A score is the sum of its parts.
#[test]
fn every_score_is_the_sum_of_named_parts() {
    let mut engine = engine();
    taking().iter().for_each(|act| engine.feed(&act.act()));
    engine.finish();
    for one in engine.drain() {
        let sum: f64 = one.parts.said().map(|(_, nats)| nats).sum();
        assert!((one.parts.total() - sum.max(0.0)).abs() < 1e-12);
        assert!(one.parts.said().all(|(part, _)| !part.name().is_empty()));
    }
}

/// Whoever an outside account belongs to is found by what was shared to it, in whichever order both are told.
#[test]
fn a_private_account_that_opens_what_was_shared_is_laid_to_who_let_it_in() {
    let mut short: Vec<Activity<'static>> = (0..20)
        .flat_map(|day| {
            (0..4).map(move |person| Short { person, day, second: 40_000, verb: Verb::View, item: person }.act())
        })
        .collect();
    let share = Short { person: 2, day: 20, second: 40_000, verb: Verb::Share, item: 5 }.act();
    let opens = |item| Activity {
        actor: "me@mail.example".into(),
        ..Short { person: 2, day: 20, second: 40_000, verb: Verb::Download, item }.act()
    };
    let mut more: Vec<Activity<'static>> = [5, 7, 10, 11].into_iter().map(opens).collect();
    more.insert(2, share);
    short.extend(more);
    let score = |acts: &[Activity<'static>]| {
        let mut engine = engine();
        acts.iter().for_each(|act| engine.feed(act));
        engine.finish();
        engine.drain().into_iter().find(|one| one.person == address(2) && one.figures.entered > 0).expect("a score")
    };
    let told = score(&short);
    assert_eq!(told.figures.entered, 4);
    let last = short.len();
    short[last - 5..].reverse();
    assert_eq!(score(&short), told);
}

/// Collectors deliver at least once.
#[test]
fn an_act_that_is_told_twice_counts_once() {
    let acts = taking().into_iter().enumerate().map(|(at, short)| {
        let sent =
            Activity { verb: Verb::Send, count: Some(1), targets: vec!["me@mail.example".into()], ..short.act() };
        Activity { id: at.to_string().into(), action: "x".into(), ..if at % 5 == 0 { sent } else { short.act() } }
    });
    let once: Vec<Activity<'_>> = acts.collect();
    let twice: Vec<Activity<'_>> = once.iter().flat_map(|act| [act.clone(), act.clone()]).collect();
    assert_eq!(scores(&once), scores(&twice));
    let mut engine = engine();
    let (first, rest) = twice.split_at(1);
    engine.feed(&first[0]);
    let mut engine = Engine::resume(facts(), Settings::default(), &engine.keep().unwrap()).unwrap();
    rest.iter().for_each(|act| engine.feed(act));
    assert_eq!(engine.counts().repeated, once.len() as u64, "also after the state was kept");
}

/// Ten people are worth a case in ten weeks by a budget for a thousand; a fortnight's case shows what is less loud.
#[test]
fn however_few_people_there_are_something_may_be_shown() {
    let least = |least_a_week: f64| {
        let settings = Settings { least_a_week, ..Settings::default() };
        let mut engine = Engine::new(Facts::default(), settings);
        for day in 0..30 {
            for (person, read) in (0..10).flat_map(|person| (0..8).map(move |read| (person, read))) {
                let object = format!("{day}-{person}-{read}");
                engine.feed(&reading(person, day, read, object));
            }
        }
        (0..1_000_i64).find(|read| {
            engine.feed(&reading(0, 30, 100 + read, format!("x{read}")));
            engine.tip(&address(0)).is_some()
        })
    };
    let (few, many) = (least(0.5).unwrap(), least(0.0).unwrap());
    assert!(few * 2 < many, "{few} reads, {many} without");
}

fn reading(person: usize, day: i64, second: i64, object: String) -> Activity<'static> {
    let short = Short { person, day, second: 36_000 + second, verb: Verb::View, item: 0 };
    Activity { object: object.into(), ..short.act() }
}

/// On the first day of a log there is no threshold yet, and none that is not there can be reached.
#[test]
fn the_first_day_of_a_log_opens_nothing_while_it_lasts() {
    let mut engine = engine();
    for item in 0..40 {
        engine.feed(&Short { person: 0, day: 0, second: 40_000, verb: Verb::Download, item }.act());
        assert!(engine.tip(&address(0)).is_none(), "after {item} items");
    }
    assert!(engine.look(&address(0)).is_some_and(|looked| looked.parts.total() > 3.0), "it does stand out");
    assert!(engine.threshold() >= f64::MAX && engine.learning());
}

/// A budget that is spent shuts as the first weeks do, and is not taken for them.
#[test]
fn a_spent_budget_is_not_the_time_of_learning() {
    let mut engine = Engine::new(facts(), Settings { budget: 1.0, ..Settings::default() });
    taking().iter().for_each(|act| engine.feed(&act.act()));
    engine.finish();
    assert!(!engine.learning(), "twenty days are over");
}

/// Without a catalogue nobody can be seen to choose what another left, and looking for it breaks nothing.
#[test]
fn two_who_take_the_same_without_a_catalogue_are_no_pair() {
    let mut engine = Engine::new(Facts::default(), Settings { budget: 2_000.0, ..Settings::default() });
    for day in 0..20 {
        for person in 0..4 {
            engine.feed(&Short { person, day, second: 40_000, verb: Verb::Download, item: person }.act());
        }
    }
    for person in 0..2 {
        for item in 10..40 {
            engine.feed(&Short { person, day: 20, second: 50_000, verb: Verb::Download, item }.act());
        }
    }
    engine.finish();
    let cases = engine.drain_cases();
    assert_eq!(cases.len(), 2);
    assert!(
        cases.iter().all(|case| case.scored.pair.is_none() && case.scored.parts.get(Part::Pair) == 0.0),
        "{cases:?}"
    );
}

/// Two who each take half of what a client has are one matter: one case names both. The scores say nothing of it, because
/// what somebody else takes must not raise them.
#[test]
fn two_who_take_what_the_other_leaves_are_one_case() {
    let mut engine = Engine::new(facts(), Settings { budget: 2_000.0, ..Settings::default() });
    for day in 0..18 {
        for person in 0..4 {
            engine.feed(&Short { person, day, second: 40_000, verb: Verb::Download, item: person }.act());
        }
    }
    for at in 1..32 {
        let person = usize::from(at > 15);
        for client in [1, 2 * person] {
            let item = client + 4 * at;
            engine.feed(&Short { person, day: 18, second: 80_000, verb: Verb::Download, item }.act());
        }
    }
    engine.finish();
    let cases = engine.drain_cases();
    let of_both: Vec<_> = cases.iter().filter(|case| case.scored.day.to_string() == "2025-05-23").collect();
    assert_eq!(of_both.len(), 1, "{cases:?}");
    assert!(of_both[0].scored.pair.is_some() && of_both[0].scored.parts.get(Part::Pair) > 3.0, "{of_both:?}");
    assert!(engine.drain().iter().all(|one| one.pair.is_none() && one.parts.get(Part::Pair) == 0.0));
}

/// The quieter of two who take what the other leaves is as loud when the other, a day earlier, took some of the same.
#[test]
fn what_another_takes_of_the_same_set_raises_nobody() {
    let said = |shared: usize| {
        let mut short: Vec<Short> = (0..18)
            .flat_map(|day| {
                (0..4).map(move |person| Short { person, day, second: 40_000, verb: Verb::View, item: person })
            })
            .collect();
        short.extend((0..17 + 19).flat_map(|at| {
            let person = usize::from(at >= 17);
            [of_client_one(at), 2 * person + 4 * at].map(|item| Short {
                person,
                day: 18,
                second: 50_000,
                verb: Verb::Download,
                item,
            })
        }));
        short.extend((0..shared).map(|at| Short {
            person: 1,
            day: 10 + i64::try_from(at).unwrap(),
            second: 50_000,
            verb: Verb::Download,
            item: of_client_one(at),
        }));
        short.sort_by_key(Short::at_us);
        let told = scores(&acts(&short));
        told.into_iter().filter(|one| one.0 == address(0)).map(|one| one.2).fold(0.0, f64::max)
    };
    let alone = said(0);
    assert!(alone > 2.0, "{alone}");
    for shared in 1..8 {
        assert!(said(shared) <= alone + 1e-9, "{} with {shared} in common, {alone} with none", said(shared));
    }
}

/// The days of a person as a screen shows them.
#[test]
fn a_time_line_has_every_day_with_what_was_usual_for_oneself_and_for_others() {
    let mut engine = engine();
    taking().iter().for_each(|act| engine.feed(&act.act()));
    let days = engine.time_line(&address(0));
    let at = |day: &str| days.iter().find(|one| one.day.to_string() == day).unwrap();
    assert_eq!((days.len(), days[0].own), (20, None));
    let loud = at("2025-05-23");
    assert!(loud.items > 15 && loud.own.is_some_and(|[_, high]| high < 3), "{loud:?}");
    assert!(loud.peers.is_some_and(|[_, high]| high < 3), "{loud:?}");
}

/// An approved export covers as many files as it says: of its client where a catalogue tells whose they are, else of anybody.
#[test]
fn an_approved_export_is_believed_with_and_without_a_catalogue() {
    let covered = |docs: bool, client: Option<&str>| {
        let mut known = facts();
        if !docs {
            known.docs.clear();
        }
        let of = client.map(|client| format!(r#", "client": "{client}""#)).unwrap_or_default();
        let line = format!(
            r#"{{"date": "2025-05-23", "email": "p0@own.example", "fact": "approved_export", "files": 40{of}}}"#
        );
        known.add_dated(&line).unwrap();
        let mut engine = Engine::new(known, Settings::default());
        taking().iter().for_each(|act| engine.feed(&act.act()));
        engine.finish();
        let scores = engine.drain();
        let day =
            scores.iter().find(|one| one.person == "p0@own.example" && one.day.to_string() == "2025-05-23").unwrap();
        (day.figures.covered, day.figures.fresh)
    };
    let (none, all) = covered(true, Some("nobody's"));
    assert_eq!(none, 0, "of a client that the catalogue does not know there is nothing to export");
    assert!(all >= 18);
    assert_eq!(covered(true, None), (all, all));
    let (own, of) = covered(true, Some("c0"));
    assert!((1..all).contains(&own) && of == all, "{own} of {of}");
    for client in [None, Some("c0"), Some("nobody's")] {
        let (covered, all) = covered(false, client);
        assert!(covered == all && all >= 18, "{covered} of {all} where nobody knows whose a file is");
    }
}
