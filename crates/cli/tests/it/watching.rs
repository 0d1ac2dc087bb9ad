//! From the act that tips it to the case that a custodian sees: the whole way, by real processes.

use crate::{http::Http, scene::Scene};
use std::time::{Duration, Instant};
use vouchsafe_app::store::custody::clearance::by;
use vouchsafe_domain::{access::role::Role, time::Micros};
use vouchsafe_ledger::{
    act::Act,
    entry::{Entry, LedgerOf},
};
use vouchsafe_testkit::db;

/// How long a case may take after the act that tips it.
const WITHIN: Duration = Duration::from_secs(5);
/// Tasks that somebody reads in one go, who read one a day before.
const TAKEN: usize = 400;

#[tokio::test(flavor = "multi_thread")]
async fn a_case_opens_within_five_seconds_of_the_act_that_tips_it() {
    db::each(|db| async move {
        let scene = Scene::new(db, TAKEN, 1).await;
        let mut people = vec![scene.operator.clone()];
        for _ in 0..4 {
            people.push(scene.world.member(Role::Operator, &[scene.client]).await);
        }
        let now = scene.app.now();
        let history = people.iter().flat_map(|asker| {
            (1..=40).map(move |day| {
                let at = now.0 - day * Micros::DAY;
                let sent = Entry::new(LedgerOf::Client(scene.client.to_string()), Act::TaskSent, at);
                by(sent, asker).of("task", format!("{}-{day}", asker.member))
            })
        });
        scene.app.store.write("history").await.unwrap().commit(history.collect::<Vec<_>>()).await.unwrap();
        let custodian = scene.world.member(Role::Custodian, &[]).await;
        let (taker, watcher) = (scene.token(&scene.operator).await, scene.token(&custodian).await);
        let project = scene.project;
        let server = scene.serve();
        let url = server.url.clone();
        let (act, case) = tokio::task::spawn_blocking(move || {
            let (taker, watcher) = (Http::new(&url, &taker), Http::new(&url, &watcher));
            let tasks = taker.get(&format!("/projects/{project}/tasks?limit=500"));
            let tasks = tasks["items"].as_array().expect("a list").clone();
            assert_eq!(tasks.len(), TAKEN);
            // It has learned the past: what comes now is new.
            std::thread::sleep(Duration::from_secs(3));
            assert!(watcher.get("/cases")["items"].as_array().expect("a list").is_empty());
            for task in &tasks {
                taker.get(&format!("/tasks/{}", task["id"].as_str().expect("an id")));
            }
            let last = Instant::now();
            loop {
                let cases = watcher.get("/cases");
                if let Some(case) = cases["items"].as_array().and_then(|cases| cases.first()) {
                    return (last.elapsed(), case.clone());
                }
                assert!(last.elapsed() < Duration::from_secs(30), "no case opened");
                std::thread::sleep(Duration::from_millis(50));
            }
        })
        .await
        .unwrap();
        let at = |field: &str| case[field].as_str().and_then(|at| at.parse::<Micros>().ok()).expect("a moment").0;
        let opened = Duration::from_micros(u64::try_from(at("opened_at") - at("act_at")).expect("first the act"));
        eprintln!("opened {opened:?} after the act, there {act:?} after the last of {TAKEN}: {}", case["reasons"][0]);
        assert!(opened <= WITHIN && act <= WITHIN, "{opened:?}, {act:?}");
        drop(server);
    })
    .await;
}
