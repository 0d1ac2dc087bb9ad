//! Who goes on after a case was opened about him: it grows while nobody has decided, and another opens once somebody has. What
//! cases do at once is done once, and ends with the last of them.

use crate::cases::{bulk, commit, only_case, sent, story};
use crate::outside::acts_of;
use vouchsafe_app::{
    App, Asker, Error,
    custody::{
        cases::{CaseListed, NewVerdict},
        standing_rule::StandingRule,
    },
};
use vouchsafe_domain::{
    access::role::Role,
    custody::budget::Budget,
    ids::{CaseId, ClientId, MemberId},
    time::Micros,
};
use vouchsafe_ledger::{
    act::Act,
    entry::{Entry, LedgerOf},
};
use vouchsafe_store::custody::{
    cases::{self, NewCase},
    standing,
};
use vouchsafe_testkit::{db, world::World};

/// Far more than before, and other items.
fn more(client: ClientId, asker: &Asker, now: Micros) -> Vec<Entry> {
    let at = |n: i64| Micros(now.0 - Micros::HOUR + n * 1_000_000);
    (0..3_000).map(|n| sent(client, asker, &format!("more-{n}"), at(n))).collect()
}

async fn rule(app: &App, by: &Asker, measure: &str, score: f64) {
    let rule = StandingRule { measure: measure.into(), score, reason: "agreed with the council".into() };
    app.set_standing_rule(by, &rule).await.unwrap();
}

async fn decide(app: &App, by: &Asker, id: CaseId, verdict: &str) {
    let new = NewVerdict { verdict: verdict.into(), reason: "looked at".into() };
    app.decide_case(by, id, &new).await.unwrap();
}

async fn all(app: &App, custodian: &Asker) -> Vec<CaseListed> {
    app.list_cases(custodian, None, false, 10).await.unwrap().items
}

async fn amended(world: &World) -> usize {
    world.app.number_entries().await.unwrap();
    acts_of(world, "case.amended").await
}

async fn budget(app: &App, member: MemberId) -> Option<Budget> {
    let mut tx = app.store.write("test").await.unwrap();
    let budget = standing::budget_of(&mut tx, member).await.unwrap();
    tx.abandon().await.unwrap();
    budget
}

#[tokio::test(flavor = "multi_thread")]
async fn a_case_that_waits_says_what_was_taken_since_and_the_rule_is_asked_again() {
    db::each(|db| async move {
        let world = World::new(db);
        let (client, people) = story(&world).await;
        let custodian = world.member(Role::Custodian, &[]).await;
        let (app, whom) = (&world.app, &people[0]);
        commit(app, bulk(client, whom, app.now())).await;
        assert_eq!(app.watch().await.unwrap(), 1);
        let (id, was) = only_case(app, &custodian).await;
        rule(app, &custodian, "narrowed", was.score + 0.5).await;
        assert_eq!(budget(app, whom.member).await, None);

        commit(app, more(client, whom, app.now())).await;
        assert_eq!(app.watch().await.unwrap(), 0, "it is the same matter");
        let (same, now) = only_case(app, &custodian).await;
        assert_eq!((same, now.threshold.to_bits(), &now.act_at), (id, was.threshold.to_bits(), &was.act_at));
        assert!(now.score >= was.score + 1.0 && now.items == was.items + 3_000, "{} became {}", was.score, now.score);
        assert_ne!(now.reasons, was.reasons);
        assert_eq!((was.measure, now.measure), ("none", "narrowed"));
        assert!(budget(app, whom.member).await.is_some());
        assert_eq!(amended(&world).await, 1);
        assert_eq!(app.watch().await.unwrap(), 0);
        assert_eq!(amended(&world).await, 1, "nothing was taken since");
        // A server that starts anew finds it said.
        let anew = App::new(world.db.store.clone(), world.clock.clone());
        assert_eq!(anew.watch().await.unwrap(), 0);
        assert_eq!(amended(&world).await, 1);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_goes_on_after_a_decision_is_asked_about_again() {
    for verdict in ["benign", "true"] {
        db::each(move |db| async move {
            let world = World::new(db);
            let (client, people) = story(&world).await;
            let custodian = world.member(Role::Custodian, &[]).await;
            let (app, whom) = (&world.app, &people[0]);
            commit(app, bulk(client, whom, app.now())).await;
            assert_eq!(app.watch().await.unwrap(), 1);
            let (id, was) = only_case(app, &custodian).await;
            decide(app, &custodian, id, verdict).await;
            commit(app, vec![sent(client, whom, "one more", app.now())]).await;
            assert_eq!(app.watch().await.unwrap(), 0, "that much was known to whoever decided");

            commit(app, more(client, whom, app.now())).await;
            assert_eq!(app.watch().await.unwrap(), 1, "{verdict}");
            let now = all(app, &custodian).await;
            assert_eq!(now.len(), 2);
            let (new, old): (Vec<_>, Vec<_>) = now.into_iter().partition(|case| case.state == "open");
            assert_eq!((new.len(), old[0].score.to_bits(), old[0].state), (1, was.score.to_bits(), verdict));
            assert!(new[0].score >= was.score + 2.0);
        })
        .await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_two_cases_did_is_done_once_and_ends_with_the_last() {
    for measure in ["narrowed", "suspended"] {
        db::each(move |db| async move {
            let world = World::new(db);
            let (client, people) = story(&world).await;
            let (one, two) = (world.member(Role::Custodian, &[]).await, world.member(Role::Custodian, &[]).await);
            let (app, whom) = (&world.app, &people[0]);
            rule(app, &one, measure, 0.0).await;
            commit(app, bulk(client, whom, app.now())).await;
            assert_eq!(app.watch().await.unwrap(), 1);
            let (first, _) = only_case(app, &one).await;
            let narrowed = budget(app, whom.member).await;
            decide(app, &one, first, "true").await;
            commit(app, more(client, whom, app.now())).await;
            assert_eq!(app.watch().await.unwrap(), 1);
            let second = all(app, &one).await.into_iter().find(|case| case.state == "open").unwrap();
            assert_eq!(second.measure, measure);
            assert_eq!(budget(app, whom.member).await, narrowed, "a quarter, and not a sixteenth");

            let suspended = || async {
                let members = app.list_members(&one, None, 100).await.unwrap().items;
                members.iter().any(|of| of.id == whom.member.to_string() && of.suspended_at.is_some())
            };
            decide(app, &one, second.id.parse().unwrap(), "benign").await;
            assert_eq!(budget(app, whom.member).await, narrowed, "the first case stands");
            assert_eq!(suspended().await, measure == "suspended");
            world.clock.pass(1_000);
            app.contest_case(&one, first, "the ticket was found").await.unwrap();
            decide(app, &two, first, "benign").await;
            assert_eq!(budget(app, whom.member).await, None, "and now nothing does");
            assert!(!suspended().await);
        })
        .await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_other_of_a_pair_neither_sees_nor_decides() {
    db::each(|db| async move {
        let world = World::new(db);
        let whom = world.member(Role::Operator, &[]).await;
        let (one, pair) = (world.member(Role::Custodian, &[]).await, world.member(Role::Custodian, &[]).await);
        let app = &world.app;
        let new = NewCase {
            id: CaseId(app.id()),
            person: whom.person,
            pair: Some(pair.person),
            act_at: app.now(),
            score_milli: 9_000,
            threshold_milli: 8_000,
            body: "{}",
            at: app.now(),
            forget_at: None,
        };
        let mut tx = app.store.write("test").await.unwrap();
        cases::insert(&mut tx, &new).await.unwrap();
        tx.commit([Entry::new(LedgerOf::Installation, Act::CaseOpened, app.now().0)]).await.unwrap();
        assert_eq!(all(app, &one).await.len(), 1);
        let reveal = app.ask_reveal(&one, new.id, "to ask his lead").await.unwrap();

        assert!(all(app, &pair).await.is_empty());
        assert!(matches!(app.find_case(&pair, new.id).await, Err(Error::NotFound)));
        assert!(matches!(app.decide_reveal(&pair, reveal, true).await, Err(Error::NotFound)));
        let benign = NewVerdict { verdict: "benign".into(), reason: "it was we".into() };
        assert!(matches!(app.decide_case(&pair, new.id, &benign).await, Err(Error::NotFound)));
        assert!(matches!(app.contest_case(&pair, new.id, "why?").await, Err(Error::NotFound)));
        assert!(app.own_cases(&pair).await.unwrap().is_empty());
    })
    .await;
}

/// Two accounts of one human are not two persons.
#[tokio::test(flavor = "multi_thread")]
async fn who_decided_does_not_decide_on_the_contest_by_another_account() {
    db::each(|db| async move {
        let world = World::new(db);
        let (client, people) = story(&world).await;
        let (one, two) = (world.member(Role::Custodian, &[]).await, world.member(Role::Custodian, &[]).await);
        let app = &world.app;
        commit(app, bulk(client, &people[0], app.now())).await;
        assert_eq!(app.watch().await.unwrap(), 1);
        let (id, _) = only_case(app, &one).await;
        decide(app, &one, id, "true").await;
        world.clock.pass(1_000);
        app.contest_case(&two, id, "the ticket was found").await.unwrap();
        let other_account = Asker { person: one.person, ..two.clone() };
        let benign = NewVerdict { verdict: "benign".into(), reason: "looked at".into() };
        assert!(matches!(app.decide_case(&other_account, id, &benign).await, Err(Error::Forbidden(_))));
        decide(app, &two, id, "benign").await;
    })
    .await;
}
