//! What is measured, one stage after the other.

use super::{
    Plan, STAGE_TAKES_MAX,
    figures::{each_us, quantile_ms, rate},
    http::Connection,
    people::{id, invite, join},
    server::{Server, cpu_of},
};
use serde_json::{Value, json};
use std::{
    cell::Cell,
    fmt::Write as _,
    path::Path,
    rc::Rc,
    time::{Duration, Instant},
};

/// Pause before memory at rest is looked at.
const REST: Duration = Duration::from_secs(5);
/// How often a build is looked at.
const LOOK_EVERY: Duration = Duration::from_millis(20);

/// Starts a server and takes it through everything of the plan.
pub(crate) async fn run(plan: &Plan) -> Result<(), String> {
    let data = std::env::temp_dir().join(format!("vouchsafe-load-{}", std::process::id()));
    std::fs::create_dir(&data).map_err(|error| format!("{}: {error}", data.display()))?;
    let done = all(plan, &data).await;
    let _ = std::fs::remove_dir_all(&data);
    done
}

async fn all(plan: &Plan, data: &Path) -> Result<(), String> {
    let engine = if plan.database.is_some() { "PostgreSQL" } else { "SQLite" };
    let size = std::fs::metadata(&plan.program).map_err(|error| error.to_string())?.len();
    println!("{engine}; executable {}.{} MB", size / 1_000_000, size % 1_000_000 / 100_000);
    let server = Server::start(&plan.program, data, plan.database.as_deref(), true).await?;
    println!("start on an empty folder to first answer: {} ms", server.first_answer.as_millis());
    let line = set_up(plan, data, &server).await?;
    // Joining hashes passwords in much memory; what follows is measured without it.
    server.stop().await?;
    let server = Server::start(&plan.program, data, plan.database.as_deref(), false).await?;
    let mut line = line.again(&server).await?;
    import(plan, &server, &mut line).await?;
    work(plan, &server, &mut line).await?;
    if plan.release {
        releases(&server, &mut line).await?;
    }
    server.stop().await?;
    let server = Server::start(&plan.program, data, plan.database.as_deref(), false).await?;
    println!("start on {} tasks to first answer: {} ms", plan.tasks, server.first_answer.as_millis());
    tokio::time::sleep(REST).await;
    println!("memory at rest after that start: {} MB resident", server.memory_mb().0);
    server.stop().await
}

/// One project with its people.
struct Line {
    operator: Connection,
    experts: Vec<Connection>,
    project: String,
}

impl Line {
    /// The same people, who come back to a server that was started again.
    async fn again(self, server: &Server) -> Result<Self, String> {
        let operator = self.operator.again(&server.address).await?;
        let mut experts = Vec::with_capacity(self.experts.len());
        for expert in self.experts {
            experts.push(expert.again(&server.address).await?);
        }
        Ok(Self { operator, experts, project: self.project })
    }
}

async fn set_up(plan: &Plan, data: &Path, server: &Server) -> Result<Line, String> {
    let address = &server.address;
    let (mut admin, _) = join(address, &server.invitations[0]).await?;
    let (mut custodian, _) = join(address, &server.invitations[1]).await?;
    let (mut operator, member) = invite(address, &mut admin, "operator", 0).await?;
    std::fs::write(data.join("keys/load.key"), "5a".repeat(32)).map_err(|error| error.to_string())?;
    let client = json!({"name": "Load", "code_name": "LOAD", "key": {"source": "file", "value": "load.key"}});
    let client = id(&admin.ask("POST", "/api/v1/clients", &client.to_string()).await?.good()?)?;
    let grant = json!({"member": member}).to_string();
    let grant = id(&admin.ask("POST", &format!("/api/v1/clients/{client}/grants"), &grant).await?.good()?)?;
    custodian.ask("POST", &format!("/api/v1/grants/{grant}/confirm"), "").await?.good()?;
    let project = json!({
        "name": "Load", "guideline": "Read with care.",
        "pipeline": {"overlap": plan.overlap, "per_hour": 100_000},
        "schema": {
            "schema_version": "1", "task_type": "classification", "name": "load",
            "fields": [{"name": "question", "type": "text", "source": "/question", "required": true}],
            "questions": [{"name": "verdict", "type": "label", "required": true, "options": [{"value": "yes"}, {"value": "no"}],
                           "aggregation": {"method": "majority_vote"}}],
        },
    });
    let project = operator.ask("POST", &format!("/api/v1/clients/{client}/projects"), &project.to_string()).await?;
    let project = id(&project.good()?)?;
    let mut experts = Vec::with_capacity(plan.experts);
    for number in 0..plan.experts {
        let (mut expert, _) = invite(address, &mut admin, "expert", number).await?;
        let path = format!("/api/v1/projects/{project}/guideline/acknowledge");
        expert.ask("POST", &path, "{\"version\":1}").await?.good()?;
        experts.push(expert);
    }
    Ok(Line { operator, experts, project })
}

/// Text that packs about as well as prose does, a window of it for each row.
fn prose() -> String {
    let (mut text, mut seed) = (String::new(), 1_u64);
    while text.len() < 64 << 10 {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        let length = 2 + (seed >> 60);
        let letter = |i: u64| char::from(b"etaoinshrdlucmfw"[usize::try_from(seed >> (4 * i + 8) & 15).unwrap_or(0)]);
        text.extend((0..length.min(12)).map(letter));
        text.push(' ');
    }
    text
}

async fn import(plan: &Plan, server: &Server, line: &mut Line) -> Result<(), String> {
    let text = prose();
    server.forget_peak();
    let (began, cpu, mut row) = (Instant::now(), server.cpu(), 0);
    let path = format!("/api/v1/projects/{}/tasks", line.project);
    let reply = line.operator.upload(&path, |out| {
        let from = row * 61 % (text.len() - 1_024);
        let _ = writeln!(out, r#"{{"external_id":"row {row}","data":{{"question":"{}"}}}}"#, &text[from..from + 960]);
        row += 1;
        row < plan.tasks
    });
    let report =
        tokio::time::timeout(STAGE_TAKES_MAX, reply).await.map_err(|_| "the import takes too long")??.good()?;
    let took = began.elapsed();
    if report["accepted"].as_u64() != u64::try_from(plan.tasks).ok() {
        return Err(format!("not every row was taken: {report}"));
    }
    println!(
        "import of {} rows of 1 KB in one file: {} rows/s, {} us of the server's processor a row, peak {} MB resident",
        plan.tasks,
        rate(plan.tasks, took),
        each_us(server.cpu_since(cpu), plan.tasks),
        server.memory_mb().1
    );
    Ok(())
}

async fn work(plan: &Plan, server: &Server, line: &mut Line) -> Result<(), String> {
    let left = Rc::new(Cell::new(plan.loops));
    let path: Rc<str> = format!("/api/v1/projects/{}/assignments", line.project).into();
    server.forget_peak();
    let (began, cpu, own) = (Instant::now(), server.cpu(), cpu_of("self"));
    let local = tokio::task::LocalSet::new();
    let running: Vec<_> = std::mem::take(&mut line.experts)
        .into_iter()
        .map(|expert| local.spawn_local(one(expert, Rc::clone(&path), Rc::clone(&left), began)))
        .collect();
    let mut took_us = Vec::with_capacity(plan.loops);
    let all = local.run_until(async {
        for expert in running {
            let (expert, own) = expert.await.map_err(|error| error.to_string())??;
            took_us.extend(own);
            line.experts.push(expert);
        }
        Ok::<_, String>(())
    });
    all.await?;
    let (took, used, own) = (began.elapsed(), server.cpu_since(cpu), cpu_of("self").saturating_sub(own));
    took_us.sort_unstable();
    println!(
        "{} loops of claim + submit by {} experts over {} tasks, overlap {}: {} loops/s, {} us of the server's processor a loop \
         and {} of the generator's, p50 {}, p99 {}, peak {} MB resident",
        took_us.len(),
        plan.experts,
        plan.tasks,
        plan.overlap,
        rate(took_us.len(), took),
        each_us(used, took_us.len()),
        each_us(own, took_us.len()),
        quantile_ms(&took_us, 500),
        quantile_ms(&took_us, 990),
        server.memory_mb().1
    );
    Ok(())
}

/// One expert: claims and submits until no loop is left, and says how long each took.
async fn one(
    mut expert: Connection,
    path: Rc<str>,
    left: Rc<Cell<usize>>,
    began: Instant,
) -> Result<(Connection, Vec<u64>), String> {
    const ANSWER: &str = r#"{"answers":{"verdict":{"value":"yes"}},"active_ms":9000}"#;
    let mut took_us = Vec::new();
    while left.get() > 0 && began.elapsed() < STAGE_TAKES_MAX {
        left.set(left.get() - 1);
        let at = Instant::now();
        let claimed = expert.ask("POST", &path, "{}").await?;
        if claimed.status == 204 {
            break;
        }
        let sent = claimed.good()?;
        let assignment = sent["id"].as_str().unwrap_or_default();
        let submitted = expert.ask("POST", &format!("/api/v1/assignments/{assignment}/annotation"), ANSWER).await?;
        submitted.good()?;
        took_us.push(u64::try_from(at.elapsed().as_micros()).unwrap_or(u64::MAX));
    }
    Ok((expert, took_us))
}

/// Two releases: the first waits for the consensus and the quality of what was just done, the second finds them there.
async fn releases(server: &Server, line: &mut Line) -> Result<(), String> {
    release(server, line, "consensus and quality included").await?;
    release(server, line, "nothing new since the last").await
}

async fn release(server: &Server, line: &mut Line, state: &str) -> Result<(), String> {
    server.forget_peak();
    let (began, cpu) = (Instant::now(), server.cpu());
    let made = line.operator.ask("POST", &format!("/api/v1/projects/{}/releases", line.project), "{}").await?.good()?;
    let path = format!("/api/v1/releases/{}", id(&made)?);
    let built: Value = loop {
        let found = line.operator.ask("GET", &path, "").await?.good()?;
        if found["state"] != "building" {
            break found;
        }
        if began.elapsed() > STAGE_TAKES_MAX {
            return Err("the build takes too long".into());
        }
        tokio::time::sleep(LOOK_EVERY).await;
    };
    let rows = usize::try_from(built["tasks"].as_u64().unwrap_or(0)).unwrap_or(0);
    if built["state"] != "built" {
        return Err(format!("the release was not built: {built}"));
    }
    println!(
        "release of {rows} rows of 1 KB, from order to built, {state}: {} rows/s, {} us of the server's processor a \
         row, peak {} MB resident",
        rate(rows, began.elapsed()),
        each_us(server.cpu_since(cpu), rows),
        server.memory_mb().1
    );
    Ok(())
}
