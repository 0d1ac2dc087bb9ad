//! Erasing a person leaves nothing of who he was in any ledger: not in what has no number yet, not in what stands beside
//! inventories, not in what he is sent at that moment.

use std::{collections::BTreeSet, time::Duration};
use vouchsafe_app::{Asker, Error, custody::holds::NewHold};
use vouchsafe_domain::{access::role::Role, ids::ClientId, time::Micros};
use vouchsafe_ledger::{
    act::Act,
    entry::{Entry, LedgerOf},
};
use vouchsafe_store::custody::{
    clearance::by,
    forgotten::{self, RETENTION_US},
    ledger, walls,
};
use vouchsafe_testkit::{db, world::World};

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
