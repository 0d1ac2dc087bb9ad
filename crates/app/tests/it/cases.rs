//! Detection over the ledgers: who takes far more than usual is a case within one look, and everything a case does is
//! recorded, undone, contested and decided by people.

use vouchsafe_app::{
    App, Asker, Error,
    custody::{cases::NewVerdict, outside_declared::Declaration, standing_rule::StandingRule},
};
use vouchsafe_domain::{
    access::role::Role,
    ids::{CaseId, ClientId},
    time::Micros,
};
use vouchsafe_ledger::{
    act::Act,
    entry::{Entry, LedgerOf},
};
use vouchsafe_store::custody::clearance::by;
use vouchsafe_testkit::{db, world::World};

/// A task sent to somebody at a moment, as the routes record it.
pub(crate) fn sent(client: ClientId, asker: &Asker, task: &str, at: Micros) -> Entry {
    by(Entry::new(LedgerOf::Client(client.to_string()), Act::TaskSent, at.0), asker).of("task", task)
}

pub(crate) async fn commit(app: &App, entries: Vec<Entry>) {
    app.store.write("test").await.unwrap().commit(entries).await.unwrap();
}

/// Five operators who read a task a day for 40 days; the first then reads 400 within the last hours.
pub(crate) async fn story(world: &World) -> (ClientId, Vec<Asker>) {
    let client = world.client("HERON").await;
    let mut people = Vec::new();
    for _ in 0..5 {
        people.push(world.member(Role::Operator, &[client]).await);
    }
    // Noon of a day, whatever the clock of the test says.
    let noon = Micros(world.app.now().0.div_euclid(Micros::DAY) * Micros::DAY + 12 * Micros::HOUR);
    world.clock.pass(noon.0 - world.app.now().0);
    let mut entries = Vec::new();
    for day in 1..=40 {
        for (who, asker) in people.iter().enumerate() {
            entries.push(sent(client, asker, &format!("{who}-{day}"), Micros(noon.0 - day * Micros::DAY)));
        }
    }
    commit(&world.app, entries).await;
    (client, people)
}

pub(crate) fn bulk(client: ClientId, asker: &Asker, now: Micros) -> Vec<Entry> {
    (0..400)
        .map(|n| sent(client, asker, &format!("bulk-{n}"), Micros(now.0 - 3 * Micros::HOUR + n * 10_000_000)))
        .collect()
}

pub(crate) async fn only_case(app: &App, custodian: &Asker) -> (CaseId, vouchsafe_app::custody::cases::CaseListed) {
    let page = app.list_cases(custodian, None, false, 10).await.unwrap();
    assert_eq!(page.items.len(), 1);
    (page.items[0].id.parse().unwrap(), page.items[0].clone())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_day_that_stands_out_is_a_case_at_the_next_look_and_once() {
    db::each(|db| async move {
        let world = World::new(db);
        let (client, people) = story(&world).await;
        let custodian = world.member(Role::Custodian, &[]).await;
        assert_eq!(world.app.watch().await.unwrap(), 0, "usual days are no case");
        commit(&world.app, bulk(client, &people[0], world.app.now())).await;
        assert_eq!(world.app.watch().await.unwrap(), 1);
        commit(&world.app, vec![sent(client, &people[0], "one more", world.app.now())]).await;
        assert_eq!(world.app.watch().await.unwrap(), 0, "an open case absorbs the rest");
        // A server that starts anew learns from the ledgers, and finds the case there.
        let anew = App::new(world.db.store.clone(), world.clock.clone());
        assert_eq!(anew.watch().await.unwrap(), 0);

        let (id, listed) = only_case(&world.app, &custodian).await;
        assert!(listed.person.starts_with("p-") && listed.score >= listed.threshold);
        assert!(listed.reasons[0].contains("400 confidential items"), "{:?}", listed.reasons);
        let found = world.app.find_case(&custodian, id).await.unwrap();
        assert_eq!(
            (found.name, found.clients[0].client.as_str(), found.clients[0].items),
            (None, "HERON", 406),
            "those of the last 7 days"
        );
        let today = found.days.last().unwrap();
        assert_eq!((today.items, today.peers_high), (401, Some(0)));
        assert_eq!((today.own_low, today.own_high), (Some(1), Some(1)), "one a day for four weeks");
        assert_eq!(found.days[0].own_high, None, "nothing is known of the days before");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn cases_are_for_custodians_of_the_installation_and_never_about_oneself() {
    db::each(|db| async move {
        let world = World::new(db);
        let (client, people) = story(&world).await;
        let custodian = world.member(Role::Custodian, &[]).await;
        let of_client = world.member(Role::Custodian, &[client]).await;
        commit(&world.app, bulk(client, &people[0], world.app.now())).await;
        assert_eq!(world.app.watch().await.unwrap(), 1);
        let (id, _) = only_case(&world.app, &custodian).await;
        for other in [&of_client, &people[1]] {
            assert!(matches!(world.app.list_cases(other, None, true, 10).await, Err(Error::NotFound)));
            assert!(matches!(world.app.find_case(other, id).await, Err(Error::NotFound)));
        }
        let himself = Asker { person: people[0].person, ..custodian.clone() };
        assert!(matches!(world.app.find_case(&himself, id).await, Err(Error::NotFound)));
        assert!(world.app.own_cases(&people[0]).await.unwrap().is_empty(), "a case that did nothing is not told");
        assert!(matches!(world.app.contest_case(&people[0], id, "why?").await, Err(Error::NotFound)));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_standing_rule_suspends_at_once_and_a_person_undoes_it() {
    db::each(|db| async move { rule_acts_and_is_undone(World::new(db), "suspended").await }).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_standing_rule_narrows_at_once_and_a_person_undoes_it() {
    db::each(|db| async move { rule_acts_and_is_undone(World::new(db), "narrowed").await }).await;
}

async fn rule_acts_and_is_undone(world: World, measure: &str) {
    let (client, people) = story(&world).await;
    let (one, two) = (world.member(Role::Custodian, &[]).await, world.member(Role::Custodian, &[]).await);
    let (app, whom) = (&world.app, &people[0]);
    let rule = StandingRule { measure: measure.into(), score: 0.0, reason: "agreed with the council".into() };
    app.set_standing_rule(&one, &rule).await.unwrap();
    commit(app, bulk(client, whom, app.now())).await;
    assert_eq!(app.watch().await.unwrap(), 1);
    let (id, listed) = only_case(app, &one).await;
    assert_eq!(listed.measure, measure);
    let suspended = |accounts: &[vouchsafe_app::access::members::MemberListed]| {
        accounts.iter().any(|account| account.id == whom.member.to_string() && account.suspended_at.is_some())
    };
    assert_eq!(suspended(&app.list_members(&one, None, 100).await.unwrap().items), measure == "suspended");

    let own = app.own_cases(whom).await.unwrap();
    assert_eq!((own.len(), own[0].measure), (1, measure));
    app.contest_case(whom, id, "It was the quarterly check.").await.unwrap();
    world.clock.pass(1_000);
    let found = NewVerdict { verdict: "true".into(), reason: "no ticket".into() };
    app.decide_case(&one, id, &found).await.unwrap();
    world.clock.pass(1_000);
    let again = NewVerdict { verdict: "benign".into(), reason: "the ticket was found".into() };
    assert!(matches!(app.decide_case(&two, id, &again).await, Err(Error::State { .. })));
    app.contest_case(whom, id, "The ticket is Q-7.").await.unwrap();
    assert!(matches!(app.decide_case(&one, id, &again).await, Err(Error::Forbidden(_))));
    app.decide_case(&two, id, &again).await.unwrap();
    assert!(!suspended(&app.list_members(&one, None, 100).await.unwrap().items));
    assert!(app.own_cases(whom).await.unwrap()[0].lifted_at.is_some());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_name_takes_a_reason_and_a_second_person() {
    db::each(|db| async move {
        let world = World::new(db);
        let (client, people) = story(&world).await;
        let (one, two) = (world.member(Role::Custodian, &[]).await, world.member(Role::Custodian, &[]).await);
        commit(&world.app, bulk(client, &people[0], world.app.now())).await;
        world.app.watch().await.unwrap();
        let (id, _) = only_case(&world.app, &one).await;
        assert!(matches!(world.app.ask_reveal(&one, id, " ").await, Err(Error::Invalid(_))));
        let reveal = world.app.ask_reveal(&one, id, "to ask his lead").await.unwrap();
        // Nor does the installation's log, which custodians read, say it to one alone.
        world.app.number_entries().await.unwrap();
        let mut on = world.app.store.read().await.unwrap();
        let all =
            vouchsafe_store::custody::watched::entries(&mut on, &LedgerOf::Installation, 0, 10_000).await.unwrap();
        drop(on);
        let of_cases = all.iter().filter(|said| said.act.starts_with("case."));
        let told: Vec<String> = of_cases.map(|said| format!("{:?}", said.object)).collect();
        assert!(!told.is_empty() && told.iter().all(|of| !of.contains(&people[0].person.to_string())), "{told:?}");
        assert!(matches!(world.app.decide_reveal(&one, reveal, true).await, Err(Error::Forbidden(_))));
        assert!(world.app.find_case(&one, id).await.unwrap().name.is_none());
        world.app.decide_reveal(&two, reveal, true).await.unwrap();
        assert_eq!(world.app.find_case(&one, id).await.unwrap().name.as_deref(), Some("operator"));
        world.clock.pass(8 * Micros::DAY);
        assert!(world.app.find_case(&one, id).await.unwrap().name.is_none(), "an approval ends");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn outside_logs_are_read_only_once_declared_and_forgotten_in_time() {
    db::each(|db| async move {
        let world = World::new(db);
        let custodian = world.member(Role::Custodian, &[]).await;
        let log = br#"{"action": "ekm_unenrolled", "actor": {"user": {"email": "ann@lab.example"}}, "context": {"ip_address": "192.0.2.1"}, "date_create": 1767600000}
not json
"#;
        assert!(matches!(world.app.read_log(&custodian, "slack", log).await, Err(Error::State { slug: "not_declared", .. })));
        let mut declared = Declaration {
            scope: "Slack of the whole company".into(),
            notice: "by mail".into(),
            told_at: "2030-01-01T00:00:00Z".into(),
            retention_days: 30,
            domains: Vec::new(),
        };
        assert!(matches!(world.app.declare_watch(&custodian, Some(&declared)).await, Err(Error::Invalid(_))));
        declared.told_at = "2025-12-01T09:00:00Z".into();
        world.app.declare_watch(&custodian, Some(&declared)).await.unwrap();
        let read = world.app.read_log(&custodian, "slack", log).await.unwrap();
        assert_eq!((read.lines, read.acts, read.skipped, read.alerts), (2, 1, 1, 1));
        assert_eq!(read.findings.alerts[0].custody, ["custody-control-change"]);
        let answer = format!("{{\n\"ok\": true,\n\"entries\": [\n{}]\n}}", String::from_utf8_lossy(log).lines().next().unwrap());
        let whole = world.app.read_log(&custodian, "a whole answer", answer.as_bytes()).await.unwrap();
        assert_eq!((whole.lines, whole.acts, whole.skipped, whole.alerts), (1, 1, 0, 1));
        assert_eq!(world.app.forget_logs().await.unwrap(), 0);
        world.clock.pass(30 * Micros::DAY);
        assert_eq!(world.app.forget_logs().await.unwrap(), 2);
        assert!(world.app.list_logs(&custodian).await.unwrap().is_empty());
        world.app.declare_watch(&custodian, None).await.unwrap();
        assert!(world.app.read_log(&custodian, "slack", log).await.is_err());
    })
    .await;
}

/// One human is no stranger to himself: a case about the person he was found to be is about him.
#[tokio::test(flavor = "multi_thread")]
async fn cases_follow_whom_a_person_was_found_to_be() {
    db::each(|db| async move {
        let world = World::new(db);
        let (client, people) = story(&world).await;
        let (one, two) = (world.member(Role::Custodian, &[]).await, world.member(Role::Custodian, &[]).await);
        let (app, whom) = (&world.app, &people[0]);
        let rule = StandingRule { measure: "narrowed".into(), score: 0.0, reason: "agreed with the council".into() };
        app.set_standing_rule(&one, &rule).await.unwrap();
        commit(app, bulk(client, whom, app.now())).await;
        assert_eq!(app.watch().await.unwrap(), 1);
        let (id, _) = only_case(app, &two).await;
        let reveal = app.ask_reveal(&one, id, "to ask his lead").await.unwrap();

        let whom = super::one_human::merge(app, &one, whom, &two).await;
        assert!(app.list_cases(&two, None, false, 10).await.unwrap().items.is_empty());
        assert!(matches!(app.find_case(&two, id).await, Err(Error::NotFound)));
        assert!(matches!(app.decide_reveal(&two, reveal, true).await, Err(Error::NotFound)));
        let benign = NewVerdict { verdict: "benign".into(), reason: "it was I".into() };
        assert!(matches!(app.decide_case(&two, id, &benign).await, Err(Error::NotFound)));
        for account in [&whom, &two] {
            assert_eq!(app.own_cases(account).await.unwrap().len(), 1, "what stands against him is told him");
        }
        app.contest_case(&two, id, "It was the quarterly check.").await.unwrap();
        app.decide_case(&one, id, &benign).await.unwrap();
        assert!(app.own_cases(&whom).await.unwrap()[0].lifted_at.is_some());
        assert_eq!(app.watch().await.unwrap(), 0, "it opens no second one about his other name");
    })
    .await;
}
