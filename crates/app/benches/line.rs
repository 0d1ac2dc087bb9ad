//! The line without HTTP: 64 experts claim and submit, durably, on each engine there is.
//!
//! `cargo bench -p vouchsafe-app --bench line -- [tasks] [loops]` prints loops per second and the 99th percentile.

#![expect(clippy::cast_precision_loss, reason = "figures for people")]

use serde_json::{Value, json};
use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Instant,
};
use vouchsafe_app::work::projects::NewPipeline;
use vouchsafe_domain::{
    access::role::Role,
    work::assignment::{Purpose, Step},
};
use vouchsafe_testkit::{
    db::Db,
    world::{World, yes_no},
};

const EXPERTS: usize = 64;

#[tokio::main]
async fn main() {
    let mut sizes = std::env::args().skip(1).filter_map(|a| a.parse::<usize>().ok());
    let (tasks, loops) = (sizes.next().unwrap_or(20_000), sizes.next().unwrap_or(10_000));
    run(Db::sqlite_durable().await, tasks, loops).await;
    if let Some(db) = Db::postgres().await {
        run(db, tasks.min(20_000), loops / 4).await;
    }
}

async fn run(db: Db, tasks: usize, loops: usize) {
    let engine = db.engine;
    let world = Arc::new(World::new(db));
    world.clock.run();
    let client = world.client("HERON").await;
    let operator = world.member(Role::Operator, &[client]).await;
    let pipeline = NewPipeline { overlap: Some(3), per_hour: Some(100_000), ..NewPipeline::default() };
    let project = world.project(&operator, client, yes_no(3), pipeline).await;

    let started = Instant::now();
    let padding = "lorem ipsum ".repeat(80);
    for first in (0..tasks).step_by(2_000) {
        let rows = (first..(first + 2_000).min(tasks))
            .map(|i| json!({"external_id": format!("q{i}"), "data": {"question": format!("{i} {padding}")}}));
        world.import(&operator, project, rows).await;
    }
    let import_s = started.elapsed().as_secs_f64();
    println!("{engine}: {tasks} rows of 1 KB imported, {:.0} rows/s", tasks as f64 / import_s);

    let mut experts = Vec::new();
    for _ in 0..EXPERTS {
        experts.push(world.expert(project).await);
    }
    let left = Arc::new(AtomicUsize::new(loops));
    let started = Instant::now();
    let cpu = cpu_us();
    let mut running = Vec::new();
    for expert in experts {
        let (world, left) = (Arc::clone(&world), Arc::clone(&left));
        running.push(tokio::spawn(async move {
            let mut took_us = Vec::new();
            while left.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |n| n.checked_sub(1)).is_ok() {
                let at = Instant::now();
                let app = &world.app;
                let Some(sent) = app
                    .retry(|| app.claim(&expert, project, Step::Label, Purpose::Work))
                    .await
                    .expect("a claim is answered")
                else {
                    break;
                };
                let id = sent.id.parse().expect("an id");
                let answers: Value = json!({"verdict": {"value": "yes"}});
                app.retry(|| app.submit(&expert, id, &answers, 1)).await.expect("a submit is answered");
                took_us.push(at.elapsed().as_micros());
            }
            took_us
        }));
    }
    let mut took_us = Vec::new();
    for task in running {
        took_us.extend(task.await.expect("an expert finishes"));
    }
    let seconds = started.elapsed().as_secs_f64();
    took_us.sort_unstable();
    let n = took_us.len();
    println!(
        "{engine}: {n} loops of claim + submit by {EXPERTS} experts over {tasks} tasks: {:.0} loops/s, p99 {:.1} ms, {:.0} us CPU a loop",
        n as f64 / seconds,
        took_us[n * 99 / 100] as f64 / 1000.0,
        (cpu_us() - cpu) as f64 / n as f64,
    );
}

/// User and system time of this process in microseconds, from `/proc`; 0 where there is none.
fn cpu_us() -> u64 {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let fields: Vec<&str> = stat.rsplit(')').next().unwrap_or_default().split_whitespace().collect();
    let ticks = |i: usize| fields.get(i).and_then(|t| t.parse::<u64>().ok()).unwrap_or(0);
    // utime and stime, in ticks of 10 ms.
    (ticks(11) + ticks(12)) * 10_000
}
