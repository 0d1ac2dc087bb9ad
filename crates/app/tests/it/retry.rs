//! A use case runs again when others were in its way, and when a key had left memory.

use std::sync::atomic::{AtomicUsize, Ordering};
use vouchsafe_app::{
    Error,
    store::{Error as StoreError, custody::clearance::Refused},
};
use vouchsafe_testkit::{db::Db, world::World};

/// Keys leave memory every minute: also while a use case waited for others, until its last try.
#[tokio::test(flavor = "multi_thread")]
async fn a_key_that_left_memory_meanwhile_is_loaded() {
    let world = World::new(Db::sqlite().await);
    let client = world.client("HERON").await;
    let tries = AtomicUsize::new(0);
    let run = || async {
        match tries.fetch_add(1, Ordering::SeqCst) {
            0 | 1 => Err(Error::Store(StoreError::Conflict)),
            2 => Err(Error::Refused(Refused::KeyNotLoaded(client))),
            _ => Ok(()),
        }
    };
    world.app.retry(run).await.unwrap();
    assert_eq!(tries.load(Ordering::SeqCst), 4);
}

#[tokio::test(flavor = "multi_thread")]
async fn it_does_not_run_for_ever() {
    let world = World::new(Db::sqlite().await);
    let client = world.client("HERON").await;
    let tries = AtomicUsize::new(0);
    let conflict = world.app.retry(|| async {
        tries.fetch_add(1, Ordering::SeqCst);
        Err::<(), _>(Error::Store(StoreError::Conflict))
    });
    assert!(matches!(conflict.await, Err(Error::Store(StoreError::Conflict))));
    let gone = world.app.retry(|| async {
        tries.fetch_add(1, Ordering::SeqCst);
        Err::<(), _>(Error::Refused(Refused::KeyNotLoaded(client)))
    });
    assert!(matches!(gone.await, Err(Error::Refused(Refused::KeyNotLoaded(_)))));
    assert!(tries.load(Ordering::SeqCst) < 12);
}
