//! Transactions: what is answered is durable, what is not committed never was.

use vouchsafe_domain::{
    access::role::Role,
    ids::{MemberId, PersonId},
    time::Micros,
};
use vouchsafe_ledger::{
    act::Act,
    entry::{Entry, LedgerOf},
};
use vouchsafe_store::{Error, Store, Tx, access::members, custody::ledger};
use vouchsafe_testkit::db::{self, Db};

fn entry() -> Entry {
    Entry::new(LedgerOf::Installation, Act::MemberJoined, 1)
}

async fn add(tx: &mut Tx, name: &str) -> Result<(), Error> {
    let id = PersonId(uuid::Uuid::new_v4());
    let new = members::NewPerson { id, name, email: name, password_hash: None, totp: None, at: Micros(1) };
    members::insert_person(tx, &new).await?;
    members::insert(tx, MemberId(uuid::Uuid::new_v4()), id, Role::Expert, Micros(1)).await
}

async fn entries(store: &Store) -> usize {
    let mut tx = store.write("count").await.unwrap();
    ledger::list(&mut tx, &LedgerOf::Installation, (-1, ""), 10_000).await.unwrap().len()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_commit_without_an_entry_is_refused_and_leaves_nothing() {
    db::each(|db| async move {
        let mut tx = db.store.write("careless").await.unwrap();
        add(&mut tx, "a").await.unwrap();
        assert!(matches!(tx.commit([]).await, Err(Error::NoEntry("careless"))), "{}", db.engine);
        let mut tx = db.store.write("careless").await.unwrap();
        add(&mut tx, "a").await.expect("the refused person left no trace");
        assert!(matches!(tx.commit_exempt().await, Err(Error::NoEntry("careless"))));
        assert_eq!(entries(&db.store).await, 1);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn sixty_four_at_once_all_stand_and_failures_fall_alone() {
    db::each(|db| async move {
        let mut running = Vec::new();
        for i in 0..64 {
            let store = db.store.clone();
            running.push(tokio::spawn(async move {
                for j in 0..10 {
                    let mut tx = store.write("join").await.unwrap();
                    add(&mut tx, &format!("{i}-{j}")).await.unwrap();
                    match j % 5 {
                        // Dropped in the middle, as a cancelled request is.
                        3 => drop(tx),
                        // Breaks a rule of the table: only this one is undone.
                        4 => {
                            assert!(matches!(add(&mut tx, &format!("{i}-{j}")).await, Err(Error::Constraint)));
                            drop(tx);
                        }
                        _ => {
                            tx.commit([entry()]).await.unwrap();
                        }
                    }
                }
            }));
        }
        for task in running {
            task.await.unwrap();
        }
        assert_eq!(entries(&db.store).await, 1 + 64 * 6, "{}", db.engine);
        assert_eq!(entries(&db.again().await).await, 1 + 64 * 6, "what was answered is there for another process");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_request_cancelled_while_it_waits_disturbs_nobody() {
    db::each(|db| async move {
        for round in 0..50 {
            let store = db.store.clone();
            let cancelled = tokio::spawn(async move {
                let mut tx = store.write("join").await?;
                add(&mut tx, &format!("cancelled {round}")).await?;
                tx.commit([entry()]).await
            });
            let store = db.store.clone();
            let kept = tokio::spawn(async move {
                let mut tx = store.write("join").await?;
                add(&mut tx, &format!("kept {round}")).await?;
                tx.commit([entry()]).await
            });
            tokio::time::sleep(std::time::Duration::from_micros(round * 40)).await;
            cancelled.abort();
            kept.await.unwrap().expect("the other one commits");
        }
        let n = entries(&db.store).await;
        assert!((51..=101).contains(&n), "{n}");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_abandoned_read_waits_for_what_it_read() {
    let db = Db::sqlite().await;
    let mut tx = db.store.write("join").await.unwrap();
    add(&mut tx, "first").await.unwrap();
    let store = db.store.clone();
    let reader = tokio::spawn(async move {
        let mut tx = store.write("look").await.unwrap();
        let seen = ledger::list(&mut tx, &LedgerOf::Installation, (-1, ""), 10).await.unwrap().len();
        tx.abandon().await.unwrap();
        seen
    });
    tokio::task::yield_now().await;
    tx.commit([entry()]).await.unwrap();
    let seen = reader.await.unwrap();
    // Whatever it saw is in the file by the time it could tell anybody.
    assert!(entries(&db.again().await).await >= seen);
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_is_answered_before_the_disk() {
    let db = Db::sqlite().await;
    db.disk.stick();
    let store = db.store.clone();
    let writer = tokio::spawn(async move {
        let mut tx = store.write("join").await.unwrap();
        add(&mut tx, "first").await.unwrap();
        tx.commit([entry()]).await
    });
    // Its rows are there for the next transaction, which may not tell of them either.
    let seen = loop {
        let mut tx = db.store.write("look").await.unwrap();
        let seen = ledger::list(&mut tx, &LedgerOf::Installation, (-1, ""), 10).await.unwrap().len();
        if seen == 2 {
            break tokio::spawn(async move { tx.abandon().await });
        }
        drop(tx);
        tokio::task::yield_now().await;
    };
    tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    assert!(!writer.is_finished(), "the receipt waits for the disk");
    assert!(!seen.is_finished(), "and so does what was read of it");
    db.disk.mend();
    writer.await.unwrap().unwrap();
    seen.await.unwrap().unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn after_a_flush_that_failed_nothing_is_written() {
    let db = Db::sqlite().await;
    db.disk.fail();
    let mut running = Vec::new();
    for i in 0..8 {
        let store = db.store.clone();
        running.push(tokio::spawn(async move {
            let mut tx = store.write("join").await?;
            add(&mut tx, &format!("{i}")).await?;
            tx.commit([entry()]).await
        }));
    }
    for task in running {
        assert!(matches!(task.await.unwrap(), Err(Error::CommitFailed(_))), "nobody is told that it stands");
    }
    // A disk that forgot what it was given may not be trusted because it answers again.
    db.disk.mend();
    assert!(matches!(db.store.write("join").await, Err(Error::CommitFailed(_))));
    assert!(db.store.read().await.is_ok(), "what is there can be read");
    let again = db.again().await;
    let mut tx = again.write("join").await.expect("a restart writes again");
    add(&mut tx, "after").await.unwrap();
    tx.commit([entry()]).await.unwrap();
}
