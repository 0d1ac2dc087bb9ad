//! Erasing a person leaves nothing of who he was in any ledger: not in what has no number yet, not in what stands beside
//! inventories, not in what he is sent at that moment.

use std::{collections::BTreeSet, time::Duration};
use vouchsafe_app::{
    Asker, Error,
    custody::{conflicts::NewConflict, holds::NewHold, ordered_walls::NewWall},
    work::projects::NewPipeline,
};
use vouchsafe_domain::{
    access::role::Role,
    ids::{AssignmentId, ClientId},
    time::Micros,
    work::assignment::{Purpose, State, Step},
};
use vouchsafe_ledger::{
    act::Act,
    entry::{Entry, LedgerOf},
};
use vouchsafe_store::{
    custody::{
        clearance::by,
        forgotten::{self, RETENTION_US},
        ledger, walls,
    },
    work::assignments,
};
use vouchsafe_testkit::{
    db,
    world::{World, questions, yes_no},
};

/// Entries of a client's ledger that still say that this person acts in them.
async fn named(world: &World, client: ClientId, who: &Asker) -> usize {
    let of = LedgerOf::Client(client.to_string());
    let mut on = world.app.store.read().await.unwrap();
    let name = ledger::names(&mut on, &of).await.unwrap().name("person", &who.person.to_string());
    drop(on);
    let mut tx = world.app.store.write("look").await.unwrap();
    let all = ledger::list(&mut tx, &of, (-1, ""), 10_000).await.unwrap();
    tx.abandon().await.unwrap();
    let person = |entry: &ledger::Recorded| entry.parts[2].as_ref().map(|part| part.bytes.clone()).unwrap_or_default();
    all.iter().filter(|entry| String::from_utf8_lossy(&person(entry)).contains(&name)).count()
}

fn hold() -> NewHold {
    NewHold { project: None, reason: "A case.".into() }
}

/// A custodian is sent no content, so nothing but his entries says that a ledger knows him.
#[tokio::test(flavor = "multi_thread")]
async fn entries_without_a_number_and_beside_inventories_are_covered() {
    db::each(|db| async move {
        let world = World::new(db);
        let (app, client, other) = (&world.app, world.client("HERON").await, world.client("LARK").await);
        let admin = world.member(Role::Admin, &[]).await;
        let (leaves, stays) =
            (world.member(Role::Custodian, &[client]).await, world.member(Role::Custodian, &[client]).await);
        // He read the log, and nothing of it has a number yet.
        let log = client.to_string();
        assert!(app.ledger_entries(&leaves, &log, (0, 10), false).await.is_err(), "there is no tree yet");
        assert_eq!(named(&world, client, &leaves).await, 1);
        let held = app.place_hold(&stays, client, &hold()).await.unwrap();
        let refused = app.erase_person(&admin, leaves.member).await;
        assert!(matches!(refused, Err(Error::State { slug: "held", .. })), "{refused:?}");
        assert_eq!(named(&world, client, &leaves).await, 1, "a hold keeps all of it");
        app.release_hold(&stays, held).await.unwrap();
        app.erase_person(&admin, leaves.member).await.unwrap();
        assert_eq!(named(&world, client, &leaves).await, 0);
        assert!(named(&world, client, &stays).await > 0, "others stay");

        // What he did stands beside inventories alone, numbered and not.
        let keeps = world.member(Role::Custodian, &[other]).await;
        for number in [true, false] {
            let held = app.place_hold(&keeps, other, &hold()).await.unwrap();
            app.release_hold(&keeps, held).await.unwrap();
            if number {
                while app.number_entries().await.unwrap() > 0 {}
            }
        }
        assert_eq!(named(&world, other, &keeps).await, 4);
        app.erase_person(&admin, keeps.member).await.unwrap();
        assert_eq!(named(&world, other, &keeps).await, 0);
        while app.number_entries().await.unwrap() > 0 {}
        assert_eq!(named(&world, other, &keeps).await, 0);
    })
    .await;
}

/// An entry that is on its way while somebody erases him: either it is erased as well, or it is refused.
#[tokio::test(flavor = "multi_thread")]
async fn what_is_sent_at_that_moment_is_covered() {
    db::each(|db| async move {
        let world = World::new(db);
        let (app, client) = (&world.app, world.client("HERON").await);
        let admin = world.member(Role::Admin, &[]).await;
        let leaves = world.member(Role::Custodian, &[client]).await;
        let mut tx = app.store.write("on its way").await.unwrap();
        // As the gate does.
        walls::touch(&mut tx, leaves.person).await.unwrap();
        let erased = {
            let (app, member) = (app.clone(), leaves.member);
            tokio::spawn(async move { app.retry(|| app.erase_person(&admin, member)).await })
        };
        tokio::time::sleep(Duration::from_millis(500)).await;
        let entry = Entry::new(LedgerOf::Client(client.to_string()), Act::LogSent, app.now().0);
        tx.commit([by(entry, &leaves)]).await.unwrap();
        assert!(erased.await.unwrap().unwrap() > 0);
        assert_eq!(named(&world, client, &leaves).await, 0);
    })
    .await;
}

/// What he holds ends with him: no entry later says again that he held it, neither of a lapse nor of a wall.
#[tokio::test(flavor = "multi_thread")]
async fn what_he_held_ends_with_him() {
    db::each(|db| async move {
        let world = World::new(db);
        let (app, client, rival) = (&world.app, world.client("HERON").await, world.client("LARK").await);
        let admin = world.member(Role::Admin, &[]).await;
        let custodian = world.member(Role::Custodian, &[]).await;
        let operator = world.member(Role::Operator, &[client]).await;
        let project = world.project(&operator, client, yes_no(1), NewPipeline::default()).await;
        world.import(&operator, project, questions(2)).await;
        let (leaves, known_as) = (world.expert(project).await, world.member(Role::Expert, &[]).await);
        // One lease of each of his accounts, and a draft.
        let mut held = Vec::new();
        for account in [&leaves, &known_as] {
            if account.member != leaves.member {
                app.acknowledge_guideline(account, project, 1).await.unwrap();
            }
            let sent = app.retry(|| app.claim(account, project, Step::Label, Purpose::Work)).await.unwrap().unwrap();
            held.push(sent.id.parse::<AssignmentId>().unwrap());
        }
        let was = leaves.clone();
        let leaves = super::one_human::merge(app, &custodian, &leaves, &known_as).await;
        assert!(named(&world, client, &was).await > 0);
        app.erase_person(&admin, leaves.member).await.unwrap();
        let mut tx = app.store.write("look").await.unwrap();
        for assignment in held {
            let found = assignments::get(&mut tx, assignment).await.unwrap().unwrap();
            assert_eq!(found.state, State::Released, "it is nobody's any more");
        }
        tx.abandon().await.unwrap();
        let free = world.expert(project).await;
        for _ in 0..2 {
            app.retry(|| app.claim(&free, project, Step::Label, Purpose::Work)).await.unwrap().expect("it is free");
        }
        // Whatever happens later.
        let new =
            NewConflict { a: client.into(), b: Some(rival.into()), class: None, share: None, reason: "rivals".into() };
        app.declare_conflict(&custodian, &new).await.unwrap();
        let wall = NewWall { person: leaves.member.to_string(), reason: "late".into() };
        app.order_wall(&custodian, client, &wall).await.unwrap();
        world.clock.pass(30 * Micros::DAY);
        while app.sweep_lapsed().await.unwrap() > 0 {}
        for account in [&was, &known_as] {
            assert_eq!(named(&world, client, account).await, 0);
        }
    })
    .await;
}

/// The mark by which his entries are found ends in every ledger that knows him, not only where he was sent content; and
/// not before each of his names was erased for long enough.
#[tokio::test(flavor = "multi_thread")]
async fn the_mark_ends_wherever_he_acted() {
    db::each(|db| async move {
        let world = World::new(db);
        let (app, client) = (&world.app, world.client("HERON").await);
        let admin = world.member(Role::Admin, &[]).await;
        let third = world.member(Role::Custodian, &[]).await;
        let leaves = world.member(Role::Custodian, &[client]).await;
        let known_as = world.member(Role::Expert, &[]).await;
        let _ = app.ledger_entries(&leaves, &client.to_string(), (0, 10), false).await;
        let leaves = super::one_human::merge(app, &third, &leaves, &known_as).await;
        app.erase_person(&admin, leaves.member).await.unwrap();
        let knows = async || {
            let of = LedgerOf::Client(client.to_string());
            let mut tx = app.store.write("look").await.unwrap();
            let mut known = false;
            for name in vouchsafe_store::access::members::names_of(&mut tx, known_as.person).await.unwrap() {
                known = known || ledger::knows(&mut tx, &of, &name.to_string()).await.unwrap();
            }
            tx.abandon().await.unwrap();
            known
        };
        assert!(knows().await);
        world.clock.pass(RETENTION_US - 1);
        assert_eq!(app.forget_erased().await.unwrap(), 0);
        world.clock.pass(Micros::DAY);
        assert_eq!(app.forget_erased().await.unwrap(), 1, "one human is forgotten once");
        assert!(!knows().await);
    })
    .await;
}

/// Of whom something has to be kept is passed: he keeps nobody behind him waiting.
#[tokio::test(flavor = "multi_thread")]
async fn everybody_has_his_turn() {
    db::each(|db| async move {
        let world = World::new(db);
        let (app, admin) = (&world.app, world.member(Role::Admin, &[]).await);
        let mut erased = BTreeSet::new();
        for _ in 0..5 {
            let expert = world.member(Role::Expert, &[]).await;
            app.erase_person(&admin, expert.member).await.unwrap();
            erased.insert(expert.person);
        }
        world.clock.pass(RETENTION_US + Micros::DAY);
        let (mut seen, mut last) = (BTreeSet::new(), None);
        let mut on = app.store.read().await.unwrap();
        loop {
            let due = forgotten::due(&mut on, app.now(), last, 2).await.unwrap();
            let Some(behind) = due.last() else { break };
            last = Some(*behind);
            seen.extend(due);
        }
        drop(on);
        assert_eq!(seen, erased);
        assert_eq!(app.forget_erased().await.unwrap(), 5);
        assert_eq!(app.forget_erased().await.unwrap(), 0, "once");
    })
    .await;
}
