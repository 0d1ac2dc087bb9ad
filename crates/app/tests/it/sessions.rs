//! Sessions are remembered for a second; their end is not.

use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};
use vouchsafe_domain::access::{device::Device, role::Role};
use vouchsafe_testkit::{db, world::World};

const ROUNDS: usize = 60;
const BUSY: usize = 4;

/// Requests of the same session are under way at the moment it ends: none of them brings it back into memory.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn nobody_is_remembered_beyond_the_end_of_his_session() {
    db::each(|db| async move {
        let world = World::new(db);
        let expert = world.member(Role::Expert, &[]).await;
        for round in 0..ROUNDS {
            let link = world.app.make_sign_in_link(&expert).await.unwrap();
            let begun = world.app.sign_in_by_link(&link, Device::Desktop).await.unwrap();
            let (over, secret) = (Arc::new(AtomicBool::new(false)), Arc::new(begun.secret));
            let busy: Vec<_> = (0..BUSY)
                .map(|_| {
                    let (app, over, secret) = (world.app.clone(), Arc::clone(&over), Arc::clone(&secret));
                    tokio::spawn(async move {
                        while !over.load(Ordering::SeqCst) {
                            app.who_has_session(&secret).await.unwrap();
                            // So that it is looked up anew, again and again, and not only remembered.
                            app.forget_answers();
                            tokio::task::yield_now().await;
                        }
                    })
                })
                .collect();
            assert!(world.app.who_has_session(&secret).await.unwrap().is_some());
            let one = (round % 2 == 0).then_some(secret.as_str());
            world.app.sign_out(&begun.asker, one).await.unwrap();
            for _ in 0..20 {
                assert!(world.app.who_has_session(&secret).await.unwrap().is_none(), "round {round}");
                tokio::task::yield_now().await;
            }
            over.store(true, Ordering::SeqCst);
            for worker in busy {
                worker.await.unwrap();
            }
            assert!(world.app.who_has_session(&secret).await.unwrap().is_none(), "round {round}");
        }
    })
    .await;
}
