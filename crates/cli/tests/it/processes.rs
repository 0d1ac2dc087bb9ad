//! Several servers on one PostgreSQL are one queue.

use crate::{
    experts::{self, Expert},
    http::Http,
    scene::Scene,
};
use std::sync::{Arc, atomic::AtomicBool};
use vouchsafe_testkit::db::Db;

const SERVERS: usize = 3;
const EXPERTS: usize = 12;

#[tokio::test(flavor = "multi_thread")]
async fn three_servers_on_one_database_hand_nothing_out_twice() {
    for (overlap, tasks) in [(1, 120), (3, 60)] {
        let Some(db) = Db::postgres().await else { return };
        let scene = Scene::new(db, tasks, overlap).await;
        let servers: Vec<_> = (0..SERVERS).map(|_| scene.serve()).collect();
        let urls: Vec<&str> = servers.iter().map(|server| server.url.as_str()).collect();
        // What one server gave out, the next is told the answer of.
        let stop = Arc::new(AtomicBool::new(true));
        let mut working = Vec::new();
        for _ in 0..EXPERTS {
            working.push(Expert::new(&scene, &urls).await.start(&stop));
        }
        let known: Vec<_> = working.into_iter().map(|expert| expert.join().expect("an expert ends well")).collect();
        let busy = known.iter().filter(|expert| !expert.acknowledged.is_empty()).count();
        assert!(busy > SERVERS, "the work was shared: {busy} of {EXPERTS} did some");
        let operator = Http::new(urls[1], &scene.token(&scene.operator).await);
        experts::check(&scene, &operator, &known, overlap as usize).await;
    }
}
