//! A release, part by part: consensus, quality, and the folder itself.
//!
//! `cargo bench -p vouchsafe-app --bench release -- [tasks]` prints rows per second and processor time a row of each.

#![expect(clippy::cast_precision_loss, reason = "figures for people")]

use serde_json::json;
use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Instant,
};
use vouchsafe_app::{Asker, releases::order::NewRelease, work::projects::NewPipeline};
use vouchsafe_domain::{
    access::role::Role,
    ids::{ProjectId, ReleaseId},
    work::assignment::{Purpose, Step},
};
use vouchsafe_testkit::{
    db::Db,
    world::{World, yes_no},
};

const EXPERTS: usize = 32;
/// Releases that are built, one after the other.
const ROUNDS: usize = 3;

#[tokio::main]
async fn main() {
    let tasks = std::env::args().skip(1).find_map(|a| a.parse::<usize>().ok()).unwrap_or(20_000);
    run(Db::sqlite().await, tasks).await;
    if let Some(db) = Db::postgres().await {
        run(db, tasks / 4).await;
    }
}

async fn run(db: Db, tasks: usize) {
    let engine = db.engine;
    let world = Arc::new(World::new(db));
    world.clock.run();
    let client = world.client("HERON").await;
    let operator = world.member(Role::Operator, &[client]).await;
    let pipeline = NewPipeline { per_hour: Some(100_000), ..NewPipeline::default() };
    let project = world.project(&operator, client, yes_no(1), pipeline).await;
    let padding = "lorem ipsum ".repeat(80);
    for first in (0..tasks).step_by(2_000) {
        let rows = (first..(first + 2_000).min(tasks))
            .map(|i| json!({"external_id": format!("q{i}"), "data": {"question": format!("{i} {padding}")}}));
        world.import(&operator, project, rows).await;
    }
    label(&world, project, tasks).await;

    let part = Part::begin(engine, "consensus", tasks);
    while world.app.compute_consensus(512).await.expect("it is reckoned") > 0 {}
    part.end();
    let part = Part::begin(engine, "quality", tasks);
    world.app.compute_quality_for(project).await.expect("it is reckoned");
    part.end();
    for _ in 0..ROUNDS {
        let release = order(&world, &operator, project).await;
        let part = Part::begin(engine, "release", tasks);
        let state = world.app.build_release(release).await.expect("it is built");
        assert!(state.is_some(), "it is built now");
        part.end();
    }
}

async fn label(world: &Arc<World>, project: ProjectId, tasks: usize) {
    let left = Arc::new(AtomicUsize::new(tasks));
    let mut running = Vec::new();
    for _ in 0..EXPERTS {
        let (expert, world, left) = (world.expert(project).await, Arc::clone(world), Arc::clone(&left));
        running.push(tokio::spawn(async move {
            while left.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |n| n.checked_sub(1)).is_ok() {
                let app = &world.app;
                let claimed = app.retry(|| app.claim(&expert, project, Step::Label, Purpose::Work)).await;
                let Some(sent) = claimed.expect("a claim is answered") else { break };
                let id = sent.id.parse().expect("an id");
                let answers = json!({"verdict": {"value": "yes"}});
                app.retry(|| app.submit(&expert, id, &answers, 1)).await.expect("it is taken");
            }
        }));
    }
    for task in running {
        task.await.expect("an expert finishes");
    }
}

async fn order(world: &World, operator: &Asker, project: ProjectId) -> ReleaseId {
    let ordered = world.app.order_release(operator, project, &NewRelease::default()).await.expect("it is ordered");
    ordered.id.parse().expect("an id")
}

struct Part {
    said: String,
    tasks: usize,
    started: Instant,
    cpu_us: u64,
}

impl Part {
    fn begin(engine: &str, what: &str, tasks: usize) -> Self {
        Self {
            said: format!("{engine}: {what} of {tasks} tasks of 1 KB"),
            tasks,
            started: Instant::now(),
            cpu_us: cpu_us(),
        }
    }

    fn end(self) {
        let (s, cpu) = (self.started.elapsed().as_secs_f64(), cpu_us() - self.cpu_us);
        let (rate, each) = (self.tasks as f64 / s, cpu as f64 / self.tasks as f64);
        println!("{}: {rate:.0} rows/s, {each:.1} us CPU a row", self.said);
    }
}

/// User and system time of this process in microseconds, from `/proc`; 0 where there is none.
fn cpu_us() -> u64 {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let fields: Vec<&str> = stat.rsplit(')').next().unwrap_or_default().split_whitespace().collect();
    let ticks = |i: usize| fields.get(i).and_then(|t| t.parse::<u64>().ok()).unwrap_or(0);
    // utime and stime, in ticks of 10 ms.
    (ticks(11) + ticks(12)) * 10_000
}
