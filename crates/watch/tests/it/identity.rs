//! Who somebody is: by a number that stays when the address changes, and whether a private mailbox is one's own.

use crate::streams::{Short, facts};
use vouchsafe_watch::{Activity, Engine, Facts, Scored, Settings, Verb};

fn of(actor: &str, id: &str, day: i64, item: usize) -> Activity<'static> {
    let act = Short { person: 0, day, second: 40_000, verb: Verb::Download, item }.act();
    Activity { actor: actor.to_owned().into(), actor_id: id.to_owned().into(), ..act }
}

fn said(facts: Facts, acts: &[Activity<'static>]) -> (Vec<Scored>, Engine) {
    let mut engine = Engine::new(facts, Settings::default());
    acts.iter().for_each(|act| engine.feed(act));
    engine.finish();
    (engine.drain(), engine)
}

/// Three people over forty days; the first has another address from day 20 on if `renamed`.
fn forty_days(renamed: bool, id: &str) -> Vec<Activity<'static>> {
    let mut acts = Vec::new();
    for day in 0..40 {
        let address = if renamed && day >= 20 { "new@own.example" } else { "p0@own.example" };
        for n in 0..3 {
            acts.push(of(address, id, day, (usize::try_from(day).unwrap() * 3 + n) % 160));
        }
        acts.push(of("p1@own.example", "n1", day, 1));
        acts.push(of("p2@own.example", "n2", day, 2));
    }
    acts
}

fn totals(scored: &[Scored]) -> Vec<(i32, f64)> {
    let of = scored.iter().filter(|one| one.person != "p1@own.example" && one.person != "p2@own.example");
    of.map(|one| (one.day.0, one.parts.total())).collect()
}

#[test]
fn a_change_of_address_changes_no_score() {
    let kept = totals(&said(facts(), &forty_days(false, "n0")).0);
    assert!(!kept.is_empty());
    let (scored, engine) = said(facts(), &forty_days(true, "n0"));
    assert_eq!(totals(&scored), kept);
    assert!(scored.iter().all(|one| one.person != "new@own.example"), "they are told by the address that is listed");
    assert_eq!(engine.sizes().0, 4);
    assert_ne!(totals(&said(facts(), &forty_days(true, "")).0), kept, "without the number nobody can know");
}

#[test]
fn other_addresses_and_the_number_may_be_listed() {
    let kept = totals(&said(facts(), &forty_days(false, "")).0);
    for listed in [r#""aliases":["New@own.example"]"#, r#""profile_id":"n0""#] {
        let mut known = facts();
        let line = format!(
            r#"{{"email":"p0@own.example","role":"ops","clients":["c0","c1"],"personal_email":"p0@home.example",{listed}}}"#
        );
        known.add_person(&line).unwrap();
        let mut acts = forty_days(true, "");
        for act in acts.iter_mut().filter(|act| act.actor == "new@own.example") {
            act.actor_id = "n0".into();
        }
        assert_eq!(totals(&said(known, &acts).0), kept, "{listed}");
    }
}

/// Whoever has the new address on the list takes up what was learned under the old one.
#[test]
fn a_listed_new_address_takes_up_the_old_one() {
    let mut known = facts();
    let listed = r#"{"email":"new@own.example","role":"ops","clients":["c0","c1"],"personal_email":"p0@home.example"}"#;
    known.people.remove("p0@own.example");
    known.add_person(listed).unwrap();
    let (scored, engine) = said(known, &forty_days(true, "n0"));
    let since = scored.iter().find(|one| one.person == "new@own.example").expect("a score");
    assert!(since.figures.window_days == 28 && since.figures.fresh >= 40, "{since:?}");
    assert!(engine.time_line("p0@own.example") == engine.time_line("new@own.example"));
}

/// A log that gives everybody the same number does not make them one.
#[test]
fn one_number_for_everybody_is_no_number() {
    let acts: Vec<_> =
        (0..30).flat_map(|day| (0..40).map(move |one| of(&format!("q{one}@own.example"), "same", day, one))).collect();
    let (_, engine) = said(Facts::default(), &acts);
    assert!(engine.sizes().0 > 30);
}

/// Where nobody said which domains are one's own, a private mailbox is nobody's at work, unless nobody has another.
#[test]
fn a_private_mailbox_is_outside_unless_all_are() {
    let day = |day: i64, at: &'static [&'static str]| {
        at.iter()
            .enumerate()
            .map(move |(item, address)| of(address, "", day, item + 10 * usize::try_from(day).unwrap() % 160))
    };
    let people = |at: &'static [&'static str]| {
        let mut engine = Engine::new(Facts::default(), Settings::default());
        (0..5).flat_map(|one| day(one, at)).for_each(|act| engine.feed(&act));
        engine.with_open_days()
    };
    let mixed = people(&["me@gmail.com", "ann@lab.example", "you@gmail.com", "bob@lab.example"]);
    assert_eq!(mixed, ["ann@lab.example", "bob@lab.example"]);
    let alone = people(&["me@gmail.com", "you@gmail.com"]);
    assert_eq!(alone, ["me@gmail.com", "you@gmail.com"]);
}
