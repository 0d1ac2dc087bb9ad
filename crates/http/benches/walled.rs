//! Whether what is walled can be told from what never was by how long "not found" takes.
//!
//! `cargo bench -p vouchsafe-http --bench walled -- [requests] [engine]` asks each of several routes so many times (10,000), for a
//! walled thing and for one that never was in turn, and prints how well time alone tells them apart: the area under the
//! ROC curve, 0.5 where it tells nothing. Source of the estimate: Hanley and `McNeil` (1982); ties count half.

#![expect(clippy::cast_precision_loss, reason = "figures for people")]

use hyper::Method;
use serde_json::{Value, json};
use std::time::Instant;
use vouchsafe_app::work::projects::NewPipeline;
use vouchsafe_domain::access::role::Role;
use vouchsafe_testkit::{
    client::Client,
    db::Db,
    serve::Server,
    world::{World, questions, yes_no},
};

/// Above this a reader of clocks learns something.
const AUC_MAX: f64 = 0.52;
/// Routes are asked at once, so that the whole does not take hours: each on its own connection. The first answers do not
/// count.
const WARM_UP: usize = 50;

#[tokio::main]
async fn main() {
    let requests = std::env::args().skip(1).find_map(|a| a.parse().ok()).unwrap_or(10_000);
    let wanted =
        |engine: &str| std::env::args().skip(1).all(|a| a == engine || !["sqlite", "postgres"].contains(&a.as_str()));
    if wanted("sqlite") {
        run(Db::sqlite_durable().await, requests).await;
    }
    if wanted("postgres")
        && let Some(db) = Db::postgres().await
    {
        run(db, requests).await;
    }
}

/// A thing behind a wall, and how it is asked for: method, what comes before its id, its id, what comes after, the body.
type Walled = (Method, &'static str, String, &'static str, Value);

async fn run(db: Db, requests: usize) {
    let engine = db.engine;
    let world = World::new(db);
    world.clock.run();
    let server = Server::on(world).await;
    let mut running = Vec::new();
    for (who, things) in scene(&server).await {
        for walled in things {
            let (who, app) = (who.clone(), server.world.app.clone());
            running.push(tokio::spawn(async move {
                let (method, before, id, after, body) = walled;
                let mut took: [Vec<u64>; 2] = [Vec::new(), Vec::new()];
                for n in 0..requests + WARM_UP {
                    let absent = n % 2;
                    let id = if absent == 1 { app.id().to_string() } else { id.clone() };
                    let path = format!("{before}{id}{after}");
                    let began = Instant::now();
                    let reply = who.json(method.clone(), &path, body.clone()).await;
                    let us = u64::try_from(began.elapsed().as_micros()).unwrap_or(u64::MAX);
                    assert_eq!(reply.status, 404, "{method} {path}: {}", reply.text());
                    if n >= WARM_UP {
                        took[absent].push(us);
                    }
                }
                (format!("{method} {before}…{after}"), took)
            }));
        }
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
        println!("  {route:40} AUC {auc:.4}, median {walled} us walled, {absent} us absent: {judged}");
    }
}

/// Three persons behind a wall around LARK, with what of it each knew: an expert and an operator who were sent both
/// rivals' content before they were known as such, and a custodian whom LARK's observer shut out.
async fn scene(server: &Server) -> Vec<(Client, Vec<Walled>)> {
    let world = &server.world;
    let (heron, lark) = (world.client("HERON").await, world.client("LARK").await);
    let operator = world.member(Role::Operator, &[heron, lark]).await;
    let mut projects = Vec::new();
    for client in [heron, lark] {
        let project = world.project(&operator, client, yes_no(8), NewPipeline::default()).await;
        world.import(&operator, project, questions(500)).await;
        projects.push(project);
    }
    let operator = server.signed(&operator).await;
    let expert = server.signed(&world.expert(projects[0]).await).await;
    let mut taken = json!(null);
    for project in &projects {
        if *project == projects[1] {
            let acknowledge = format!("/projects/{project}/guideline/acknowledge");
            expert.post(&acknowledge, json!({"version": 1})).await.expect(204);
        }
        taken = expert.post(&format!("/projects/{project}/assignments"), json!({})).await.expect(201);
    }
    let project = projects[1].to_string();
    let [assignment, task] = ["id", "task"].map(|name| taken[name].as_str().expect("an id").to_owned());
    let release = operator.post(&format!("/projects/{project}/releases"), json!({})).await.expect(201);
    let release = release["id"].as_str().expect("an id").to_owned();
    let (custodian, observer) =
        (server.member(Role::Custodian, &[lark]).await, server.member(Role::Observer, &[lark]).await);
    let grant = server.member(Role::Admin, &[]).await;
    let new = world.member(Role::Reviewer, &[]).await.member;
    let grant = grant.post(&format!("/clients/{lark}/grants"), json!({"member": new})).await.expect(201);
    let grant = grant["id"].as_str().expect("an id").to_owned();
    let conflict = json!({"a": heron, "b": lark, "reason": "rivals"});
    server.member(Role::Custodian, &[]).await.post("/conflicts", conflict).await.expect(201);
    let shut = json!({"person": custodian.asker().member, "reason": "asked too much"});
    observer.post(&format!("/clients/{lark}/walls"), shut).await.expect(201);

    let draft = json!({"answers": {}, "active_ms": 1});
    let wall = json!({"person": operator.asker().member, "reason": "asked too much"});
    let nothing = || json!(null);
    vec![
        (
            expert,
            vec![
                (Method::GET, "/projects/", project.clone(), "/guideline", nothing()),
                (Method::POST, "/projects/", project.clone(), "/assignments", json!({})),
                (Method::GET, "/assignments/", assignment.clone(), "", nothing()),
                (Method::PUT, "/assignments/", assignment, "/draft", draft),
            ],
        ),
        (
            operator,
            vec![
                (Method::GET, "/projects/", project.clone(), "", nothing()),
                (Method::PATCH, "/projects/", project, "", json!({"state": "paused"})),
                (Method::GET, "/tasks/", task, "", nothing()),
                (Method::GET, "/releases/", release.clone(), "", nothing()),
                (Method::POST, "/releases/", release, "/deliver", nothing()),
                (Method::GET, "/clients/", lark.to_string(), "", nothing()),
            ],
        ),
        (
            custodian,
            vec![
                (Method::GET, "/ledgers/", lark.to_string(), "/checkpoint", nothing()),
                (Method::POST, "/clients/", lark.to_string(), "/walls", wall),
                (Method::POST, "/grants/", grant, "/confirm", nothing()),
            ],
        ),
    ]
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
