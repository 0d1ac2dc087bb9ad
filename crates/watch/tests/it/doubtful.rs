//! Acts that are not what they seem: dated wrongly, refused, or sent to colleagues.

use crate::streams::{START_US, Short, address, engine, facts};
use serde_json::json;
use vouchsafe_watch::engine::{cases::Case, parts::Part};
use vouchsafe_watch::read::{Reader, sources::Sources};
use vouchsafe_watch::time::{DAY_US, Day};
use vouchsafe_watch::{Activity, Engine, Facts, Settings, Verb, Visibility};

/// Four people over `days` who fetch two files each a day; on the last one takes thirty that are new to them.
fn taking(days: i64) -> Vec<Activity<'static>> {
    let mut acts = Vec::new();
    for day in 0..days {
        for person in 0..4 {
            for item in [person, person + 4] {
                let second = 40_000 + i64::try_from(100 * person + item).unwrap();
                acts.push(Short { person, day, second, verb: Verb::Download, item }.act());
            }
        }
    }
    acts.extend((8..38).map(|item| {
        Short { person: 0, day: days - 1, second: 60_000 + i64::try_from(item).unwrap(), verb: Verb::Download, item }
            .act()
    }));
    acts
}

fn at_2199(person: usize, item: usize) -> Activity<'static> {
    let at_us = 7_226_582_400_000_000 + i64::try_from(item).unwrap();
    Activity { at_us, ..Short { person, day: 0, second: 0, verb: Verb::Download, item }.act() }
}

fn cases(acts: &[Activity<'static>]) -> (Vec<Case>, Engine) {
    let mut engine = Engine::new(facts(), Settings { budget: 50.0, ..Settings::default() });
    acts.iter().for_each(|act| engine.feed(act));
    engine.finish();
    (engine.drain_cases(), engine)
}

/// A date far ahead is counted and moves nothing, wherever in the log it stands and however many one clock writes.
#[test]
fn a_date_far_ahead_ends_nobodys_days() {
    let (told, _) = cases(&taking(20));
    assert_eq!(told.len(), 1);
    for many in [1, 30] {
        for at in [1, 40, taking(20).len()] {
            let mut acts = taking(20);
            let wrong: Vec<_> = (0..many).map(|item| at_2199(1, item)).collect();
            acts.splice(at..at, wrong);
            let (found, engine) = cases(&acts);
            assert_eq!(found, told, "{many} at {at}");
            assert_eq!((engine.counts().ahead, engine.counts().late), (many as u64, 0));
        }
    }
}

/// Whoever knows what time it is need not wait for a second person: not even a log of nothing else is believed.
#[test]
fn what_is_dated_after_the_clock_is_never_believed() {
    let until_us = START_US + 25 * DAY_US;
    let mut engine = Engine::new(facts(), Settings { budget: 50.0, until_us, ..Settings::default() });
    let later = (0..60).map(|n| {
        Short { person: n % 4, day: 30, second: i64::try_from(n).unwrap(), verb: Verb::Download, item: n % 40 }.act()
    });
    later.chain(taking(20)).for_each(|act| engine.feed(&act));
    engine.finish();
    let (told, _) = cases(&taking(20));
    assert_eq!(engine.drain_cases(), told);
    assert_eq!((engine.counts().ahead, engine.counts().late), (60, 0));
}

/// A wait is kept with the state, and the day of whoever is waited for is not lost.
#[test]
fn after_a_holiday_the_log_goes_on_as_if_it_had_not_stopped() {
    let away = |acts: Vec<Activity<'static>>, days: i64| -> Vec<Activity<'static>> {
        let later = |act: Activity<'static>| {
            let moved = if act.at_us >= START_US + 10 * DAY_US { days * DAY_US } else { 0 };
            Activity { at_us: act.at_us + moved, ..act }
        };
        acts.into_iter().map(later).collect()
    };
    for days in [10, 40, 200] {
        let acts = away(taking(30), days);
        let scores = |settings: Settings, keep: bool| {
            let mut engine = Engine::new(facts(), settings);
            let mut told = Vec::new();
            for act in &acts {
                engine.feed(act);
                told.extend(engine.drain());
                if keep && (START_US + 9 * DAY_US..START_US + 23 * DAY_US).contains(&act.at_us) {
                    let kept = engine.keep().unwrap();
                    engine = Engine::resume(facts(), settings, &kept).unwrap();
                }
            }
            engine.finish();
            assert_eq!(engine.counts().ahead, 0);
            told.extend(engine.drain());
            told
        };
        let believed = scores(Settings { ahead_us: i64::MAX, ..Settings::default() }, false);
        assert_eq!(scores(Settings::default(), false), believed, "{days}");
        if days == 10 {
            let kept = scores(Settings::default(), true);
            assert_eq!(kept.len(), believed.len());
            for (one, two) in kept.iter().zip(&believed) {
                assert_eq!((&one.person, one.day), (&two.person, two.day));
                assert!((one.parts.total() - two.parts.total()).abs() < 1e-9);
            }
        }
    }
}

/// Whoever works alone is believed too, after some acts or at the end of the log.
#[test]
fn one_who_works_alone_is_believed() {
    let mut acts = taking(15);
    let alone = |item: usize| {
        Short { person: 2, day: 30, second: 40_000 + item as i64, verb: Verb::Download, item: item % 40 }.act()
    };
    acts.extend((0..60).map(alone));
    let mut engine = engine();
    acts.iter().for_each(|act| engine.feed(act));
    assert!(engine.look(&address(2)).is_some());
    let (_, engine) = cases(&acts[..taking(15).len() + 3]);
    assert_eq!(engine.counts().ahead, 0);
}

/// A first act with a date long past does not use up the days of learning.
#[test]
fn a_date_long_past_is_no_beginning() {
    let mut acts = taking(12);
    acts.insert(
        0,
        Activity { at_us: 1_000_000, ..Short { person: 1, day: 0, second: 0, verb: Verb::View, item: 3 }.act() },
    );
    let (found, engine) = cases(&acts);
    assert!(found.is_empty(), "it opened within the first two weeks");
    assert!(engine.learning());
    assert_eq!(engine.time_line(&address(1)).first().map(|day| day.day), Some(Day::of(START_US, 0)));
}

/// What was refused took nothing and went nowhere.
#[test]
fn a_refused_act_is_counted_and_takes_nothing() {
    let usual: Vec<_> = taking(20).into_iter().take(160).collect();
    let mut acts = usual.clone();
    let refused = taking(20).into_iter().skip(160).map(|act| Activity { ok: Some(false), ..act });
    acts.extend(refused);
    let share = Short { person: 0, day: 19, second: 70_000, verb: Verb::Share, item: 9 }.act();
    acts.push(Activity { ok: Some(false), ..share });
    let scores = |acts: &[Activity<'static>]| {
        let mut engine = engine();
        acts.iter().for_each(|act| engine.feed(act));
        engine.finish();
        (engine.drain(), engine.counts().failed)
    };
    assert_eq!(scores(&acts), (scores(&usual).0, 31));
}

/// The nats of sending, of somebody who shares eight items on the last of twenty days.
fn sending(facts: Facts, target: &str, visibility: Visibility) -> f64 {
    let mut engine = Engine::new(facts, Settings::default());
    taking(20).iter().take(160).for_each(|act| engine.feed(act));
    for item in 8..16 {
        let act = Short { person: 0, day: 19, second: 70_000, verb: Verb::Share, item }.act();
        engine.feed(&Activity { targets: vec![target.to_owned().into()], visibility, ..act });
    }
    engine.finish();
    let told = engine.drain().into_iter().filter(|one| one.person == address(0));
    told.map(|one| one.parts.get(Part::Destination)).fold(0.0, f64::max)
}

#[test]
fn what_is_shared_with_a_group_of_ones_own_is_not_sent_out() {
    for facts in [facts(), Facts::default()] {
        for group in [
            "all@own.example",
            "all@eu.own.example",
            "own.example",
            "Everyone except external users",
            "Project Owners",
            "Marketing.Team",
            "C024BE91L",
        ] {
            let nats = sending(facts.clone(), group, Visibility::Unsaid);
            assert!(nats.abs() < 1e-9, "{group}: {nats}");
        }
        for (outside, visibility) in [
            ("eve@rival.example", Visibility::Unsaid),
            ("rival.example", Visibility::Unsaid),
            ("T024BE91L", Visibility::Outside),
        ] {
            assert!(sending(facts.clone(), outside, visibility) > 3.0, "{outside}");
        }
    }
}

/// Sessions and links have another name every time; people do not.
#[test]
fn what_is_kept_grows_with_people_and_not_with_sessions_and_links() {
    let sources = Sources::own().unwrap();
    let size = |many: i64| {
        let mut engine = Engine::new(Facts::default(), Settings::default());
        for at in 0..many {
            let time = vouchsafe_watch::time::format_local(START_US + at * 1_000_000, 0);
            let lines = [
                json!({"eventSource": "s3.amazonaws.com", "eventName": "GetObject", "eventTime": time, "awsRegion": "x", "eventVersion": "1",
                    "userIdentity": {"type": "AssumedRole", "arn": format!("arn:aws:sts::1:assumed-role/Job/botocore-session-{}", 1_700_000_000 + at)},
                    "requestParameters": {"bucketName": "b", "key": "k"}}),
                json!({"CreationTime": time, "Operation": "SharingSet", "Workload": "SharePoint", "UserId": "ann@lab.example", "ObjectId": "x",
                    "TargetUserOrGroupName": format!("SharingLinks.{at:08x}-0000.OrganizationEdit.{at:08x}-1111")}),
                json!({"CreationTime": time, "Operation": "AnonymousLinkUsed", "Workload": "SharePoint", "UserId": format!("urn:spo:anon#{at:064x}"), "ObjectId": "x"}),
            ];
            for line in lines {
                sources.read(&line.to_string(), &mut |act| engine.feed(&act)).unwrap();
            }
        }
        engine.finish();
        (engine.sizes(), engine.keep().unwrap().len())
    };
    let ((people, _), bytes) = size(400);
    assert_eq!(people, 3);
    assert!(bytes < size(10).1 + 400, "{bytes}");
}

/// Clouds and databases name their users without an address: where the own domains are told, those are still the log's own.
#[test]
fn a_user_without_an_address_is_the_logs_own_and_whoever_came_without_a_name_is_not() {
    for (actor, inside) in [
        ("ann", true),
        ("ann.lee", true),
        ("arn:aws:iam::111111111111:user/ann", true),
        ("ServicePrincipal_1f0e", true),
        ("loader@lab-1.iam.gserviceaccount.com", true),
        ("eve@rival.example", false),
        ("105250506097979753968", false),
        ("ANONYMOUS_PRINCIPAL", false),
        ("urn:spo:anon", false),
        ("backup.amazonaws.com", false),
    ] {
        let mut facts = Facts::default();
        facts.set_domains(r#"{"own": ["own.example"]}"#).unwrap();
        let mut engine = Engine::new(facts, Settings::default());
        let act = Short { person: 0, day: 0, second: 40_000, verb: Verb::Download, item: 1 }.act();
        engine.feed(&Activity { actor: actor.into(), ..act });
        engine.finish();
        assert_eq!(engine.sizes().0 == 1, inside, "{actor}");
    }
}

/// Whoever counted as outside is one's own from the day on which somebody says so: a kept state does not hold on to it.
#[test]
fn who_was_outside_is_inside_once_the_domains_say_so() {
    let facts = |own: &str| {
        let mut facts = Facts::default();
        facts.set_domains(&format!(r#"{{"own": [{own:?}]}}"#)).unwrap();
        facts
    };
    let act = |second| Activity {
        actor: "ann@lab.example".into(),
        ..Short { person: 0, day: 0, second, verb: Verb::Download, item: 1 }.act()
    };
    let mut engine = Engine::new(facts("other.example"), Settings::default());
    engine.feed(&act(40_000));
    assert_eq!(engine.sizes().0, 0);
    let mut engine = Engine::resume(facts("lab.example"), Settings::default(), &engine.keep().unwrap()).unwrap();
    engine.feed(&act(40_001));
    assert_eq!(engine.sizes().0, 1);
}
