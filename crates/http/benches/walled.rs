//! Whether what is walled can be told from what never was by how long "not found" takes.
//!
//! `cargo bench -p vouchsafe-http --bench walled -- [requests]` asks each of several routes so many times (10,000), for a
//! walled thing and for one that never was in turn, and prints how well time alone tells them apart: the area under the
//! ROC curve, 0.5 where it tells nothing. Source of the estimate: Hanley and `McNeil` (1982); ties count half.

#![expect(clippy::cast_precision_loss, reason = "figures for people")]

use serde_json::json;
use std::time::Instant;
use vouchsafe_app::work::projects::NewPipeline;
use vouchsafe_domain::access::role::Role;
use vouchsafe_testkit::{
    db::Db,
    serve::Server,
    world::{World, questions, yes_no},
};

/// Above this a reader of clocks learns something.
const AUC_MAX: f64 = 0.52;
/// Routes are asked at once, so that the whole does not take hours: each on its own connection.
const WARM_UP: usize = 50;

#[tokio::main]
async fn main() {
    let requests = std::env::args().skip(1).find_map(|a| a.parse().ok()).unwrap_or(10_000);
    run(Db::sqlite_durable().await, requests).await;
    if let Some(db) = Db::postgres().await {
        run(db, requests).await;
    }
}

async fn run(db: Db, requests: usize) {
    let engine = db.engine;
    let world = World::new(db);
    world.clock.run();
    let server = Server::on(world).await;
    let world = &server.world;
    let (heron, lark) = (world.client("HERON").await, world.client("LARK").await);
    let mut projects = Vec::new();
    for client in [heron, lark] {
        let operator = world.member(Role::Operator, &[client]).await;
        let project = world.project(&operator, client, yes_no(8), NewPipeline::default()).await;
        world.import(&operator, project, questions(500)).await;
        projects.push((operator, project));
    }
    let custodian = server.member(Role::Custodian, &[]).await;
    let expert = server.signed(&world.expert(projects[0].1).await).await;
    expert.post(&format!("/projects/{}/assignments", projects[0].1), json!({})).await.expect(201);
    custodian.post("/conflicts", json!({"a": heron, "b": lark, "reason": "rivals"})).await.expect(201);
    let larks = server.signed(&world.expert(projects[1].1).await).await;
    let taken = larks.post(&format!("/projects/{}/assignments", projects[1].1), json!({})).await.expect(201);
    let [taken, task] = ["id", "task"].map(|name| taken[name].as_str().expect("an id").to_owned());
    let (operator, project) = &projects[1];
    let operator = server.signed(operator).await;
    let release = operator.post(&format!("/projects/{project}/releases"), json!({})).await.expect(201);
    let release = release["id"].as_str().expect("an id").to_owned();

    let walled = [
        ("/projects/", project.to_string()),
        ("/tasks/", task),
        ("/assignments/", taken),
        ("/releases/", release),
        ("/clients/", lark.to_string()),
        ("/ledgers/", format!("{lark}/checkpoint")),
    ];
    let mut running = Vec::new();
    for (route, shut) in walled {
        let (expert, app) = (expert.clone(), world.app.clone());
        running.push(tokio::spawn(async move {
            let end = shut.find('/').map(|at| shut[at..].to_owned()).unwrap_or_default();
            let mut took: [Vec<u64>; 2] = [Vec::new(), Vec::new()];
            for n in 0..requests + WARM_UP {
                let absent = n % 2;
                let path = if absent == 1 { format!("{route}{}{end}", app.id()) } else { format!("{route}{shut}") };
                let began = Instant::now();
                let reply = expert.get(&path).await;
                let us = u64::try_from(began.elapsed().as_micros()).unwrap_or(u64::MAX);
                assert_eq!(reply.status, 404, "{path}");
                if n >= WARM_UP {
                    took[absent].push(us);
                }
            }
            (route, took)
        }));
    }
    println!("{engine}: what is walled against what never was, {requests} requests a route in turn");
    for route in running {
        let (route, mut took) = route.await.expect("a route ends");
        let auc = auc(&took[0], &took[1]);
        let [walled, absent] = took.each_mut().map(|took| {
            took.sort_unstable();
            took[took.len() / 2]
        });
        let judged = if (auc - 0.5).abs() <= AUC_MAX - 0.5 { "not told apart" } else { "TOLD APART" };
        println!("  {route:14} AUC {auc:.4}, median {walled} us walled, {absent} us absent: {judged}");
    }
}

/// The probability that one of `a` is greater than one of `b`, ties counted half.
fn auc(a: &[u64], b: &[u64]) -> f64 {
    let mut all: Vec<(u64, bool)> = a.iter().map(|x| (*x, true)).chain(b.iter().map(|x| (*x, false))).collect();
    all.sort_unstable();
    let (mut ranks, mut at) = (0.0, 0);
    while at < all.len() {
        let end = at + all[at..].iter().take_while(|(x, _)| *x == all[at].0).count();
        // Ranks from 1; those that are equal share the mean of theirs.
        let mean = (at + 1 + end) as f64 / 2.0;
        ranks += mean * all[at..end].iter().filter(|(_, of_a)| *of_a).count() as f64;
        at = end;
    }
    let (n, m) = (a.len() as f64, b.len() as f64);
    (ranks - n * (n + 1.0) / 2.0) / (n * m)
}
