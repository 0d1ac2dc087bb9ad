//! From the act that tips it to the case that a custodian sees: the whole way, by real processes.

use crate::{http::Http, scene::Scene};
use std::path::Path;
use std::time::{Duration, Instant};
use vouchsafe_app::custody::outside_declared::Declaration;
use vouchsafe_app::store::custody::clearance::by;
use vouchsafe_domain::{access::role::Role, time::Micros};
use vouchsafe_ledger::{
    act::Act,
    entry::{Entry, LedgerOf},
};
use vouchsafe_testkit::db::{self, Db};

/// How long a case may take after the act that tips it.
const WITHIN: Duration = Duration::from_secs(5);
/// Tasks that somebody reads in one go, who read one a day before.
const TAKEN: usize = 400;

#[tokio::test(flavor = "multi_thread")]
async fn a_case_opens_within_five_seconds_of_the_act_that_tips_it() {
    db::each(|db| a_case_opens(db, 0)).await;
}

/// What lies in the watched folder is read meanwhile, and keeps no case waiting.
#[tokio::test(flavor = "multi_thread")]
async fn a_case_opens_as_soon_while_a_full_folder_is_read() {
    db::each(|db| a_case_opens(db, 60_000)).await;
}

/// A file of so many lines, as one collector writes them.
fn lay(folder: &Path, lines: usize) {
    let line = |n: usize| {
        let (day, second) = (1 + n % 28, n / 28 % 60);
        format!(
            r#"{{"id":{{"time":"2025-05-{day:02}T12:00:{second:02}Z","uniqueQualifier":"{n}","applicationName":"drive"}},"actor":{{"email":"p{}@lab.example"}},"events":[{{"name":"view","parameters":[{{"name":"doc_id","value":"d{n}"}}]}}]}}"#,
            n % 40
        ) + "\n"
    };
    std::fs::write(folder.join("drive.jsonl"), (0..lines).map(line).collect::<String>()).unwrap();
}

async fn a_case_opens(db: Db, lines: usize) {
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
    let folder = tempfile::tempdir().unwrap();
    let mut more = Vec::new();
    if lines > 0 {
        let declared = Declaration {
            scope: "Drive".into(),
            notice: "by mail".into(),
            told_at: "2025-12-01T09:00:00Z".into(),
            retention_days: 30,
            domains: vec!["lab.example".into()],
        };
        scene.app.declare_watch(&custodian, Some(&declared)).await.unwrap();
        more = vec!["--watch-folder", folder.path().to_str().unwrap()];
    }
    let server = scene.serve_with(&more);
    let url = server.url.clone();
    let path = folder.path().to_owned();
    let (act, case) = tokio::task::spawn_blocking(move || {
        let (taker, watcher) = (Http::new(&url, &taker), Http::new(&url, &watcher));
        let tasks = taker.get(&format!("/projects/{project}/tasks?limit=500"));
        let tasks = tasks["items"].as_array().expect("a list").clone();
        assert_eq!(tasks.len(), TAKEN);
        // It has learned the past: what comes now is new.
        std::thread::sleep(Duration::from_secs(3));
        assert!(watcher.get("/cases")["items"].as_array().expect("a list").is_empty());
        if lines > 0 {
            lay(&path, lines);
            // Two looks find it unchanged: then it is read.
            std::thread::sleep(Duration::from_secs(5));
        }
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
}
