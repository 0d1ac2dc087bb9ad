//! kill -9 at any moment, in the middle of submits, imports and releases.
//!
//! `VOUCHSAFE_TEST_KILLS=100` kills as often as that; without it a few times, so that the suite stays quick.

mod followed;

use crate::{
    experts::{self, Expert},
    http::{Gone, Http},
    process::{text, vouchsafe},
    scene::Scene,
};
use followed::Followed;
use serde_json::{Value, json};
use std::{
    fs,
    io::{BufWriter, Write as _},
    net::TcpListener,
    path::Path,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    thread::{self, JoinHandle},
    time::Duration,
};
use vouchsafe_app::work::projects::NewPipeline;
use vouchsafe_domain::access::role::Role;
use vouchsafe_testkit::db;

/// How often the server dies where nothing else is asked for.
const KILLS: usize = 3;
/// People on each task.
const OVERLAP: usize = 2;
/// Rows of each file that the experts work on: one chunk.
const ROWS: usize = 300;
/// Rows of each file that is only brought in: many chunks, so that a kill falls between two of them.
const ROWS_MANY: usize = 6_000;
/// Experts at work.
const EXPERTS: usize = 5;

/// Delays that look random and can be had again.
struct Delays(u64);

impl Delays {
    fn next(&mut self, below_ms: u64) -> Duration {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        Duration::from_millis((self.0 >> 33) % below_ms)
    }
}

/// A port that nobody listens on.
fn free_port() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").expect("there is a free port");
    listener.local_addr().expect("it has an address").to_string()
}

/// Where, and by which token.
#[derive(Clone)]
struct Asking {
    url: String,
    token: String,
}

/// Imports file after file by the command until told to stop; gives how many files went in.
fn importer(asker: &Asking, project: &str, rows: usize, dir: &Path, stop: &Arc<AtomicBool>) -> JoinHandle<usize> {
    let (Asking { url, token }, project) = (asker.clone(), project.to_owned());
    let (path, stop) = (dir.join(format!("{project}.jsonl")), Arc::clone(stop));
    thread::spawn(move || {
        for file in 0.. {
            if stop.load(Ordering::Relaxed) && file > 0 {
                return file;
            }
            let mut out = BufWriter::new(fs::File::create(&path).expect("it can be written"));
            for row in 0..rows {
                let row =
                    json!({"external_id": format!("f{file}r{row}"), "data": {"question": "Is it round? ".repeat(40)}});
                writeln!(out, "{row}").expect("there is room");
            }
            out.flush().expect("there is room");
            // Sent again until it is through: at once when the server dies in the middle, later when it was away.
            loop {
                let sent = vouchsafe(["import", &path.to_string_lossy(), "--project", &project, "--json"])
                    .env("VOUCHSAFE_URL", &url)
                    .env("VOUCHSAFE_TOKEN", &token)
                    .output()
                    .expect("it runs");
                match sent.status.code() {
                    Some(0) => {
                        let report: Value = serde_json::from_slice(&sent.stdout).expect("JSON");
                        let counts = report["accepted"].as_u64().zip(report["already_there"].as_u64());
                        assert_eq!(counts.map(|(new, old)| new + old), Some(rows as u64), "{report}");
                        break;
                    }
                    Some(69 | 75 | 1) => thread::sleep(Duration::from_millis(20)),
                    _ => panic!("an import failed: {}", text(&sent.stderr)),
                }
            }
            // The experts are to have work, not to be buried in it.
            let asker = Http::new(&url, &token);
            while rows == ROWS && !stop.load(Ordering::Relaxed) {
                let progress = asker.ask("GET", &format!("/projects/{project}/progress"), None);
                if progress.is_ok_and(|(_, progress)| progress["wanted"].as_u64() < Some(ROWS as u64)) {
                    break;
                }
                thread::sleep(Duration::from_millis(100));
            }
        }
        unreachable!("there is always a next file")
    })
}

/// Orders a release after the other until told to stop; gives those that were acknowledged.
fn releaser(operator: Http, project: &str, stop: &Arc<AtomicBool>) -> JoinHandle<Vec<String>> {
    let (path, stop) = (format!("/projects/{project}/releases"), Arc::clone(stop));
    thread::spawn(move || {
        let mut ordered = Vec::new();
        while !stop.load(Ordering::Relaxed) {
            if let Ok((201, made)) = operator.ask("POST", &path, Some(&json!({}))) {
                ordered.push(made["id"].as_str().expect("an id").to_owned());
                thread::sleep(Duration::from_millis(900));
            }
            thread::sleep(Duration::from_millis(50));
        }
        ordered
    })
}

/// Opens task after task until told to stop, as who runs a project does; gives how many answers with content began to come.
fn reader(operator: Http, project: &str, stop: &Arc<AtomicBool>) -> JoinHandle<usize> {
    let (path, stop) = (format!("/projects/{project}/tasks?limit=50"), Arc::clone(stop));
    thread::spawn(move || {
        let mut begun = 0;
        while !stop.load(Ordering::Relaxed) {
            thread::sleep(Duration::from_millis(20));
            let Ok((200, page)) = operator.ask("GET", &path, None) else { continue };
            for task in page["items"].as_array().into_iter().flatten() {
                let answer = operator.ask("GET", &format!("/tasks/{}", task["id"].as_str().expect("an id")), None);
                begun += usize::from(matches!(answer, Ok((200, _)) | Err(Gone(Some(200)))));
            }
        }
        begun
    })
}

/// Waits until a release is no longer built, and says what it is. On PostgreSQL another server might be building, so a
/// build that was broken off is begun anew only after a minute of silence.
fn ended(operator: &Http, release: &str) -> Value {
    for _ in 0..2_400 {
        let found = operator.get(&format!("/releases/{release}"));
        if found["state"] != "building" {
            return found;
        }
        thread::sleep(Duration::from_millis(100));
    }
    panic!("release {release} is never built");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_killed_server_loses_nothing_and_repeats_nothing() {
    let kills = std::env::var("VOUCHSAFE_TEST_KILLS").ok().and_then(|n| n.parse().ok()).unwrap_or(KILLS);
    db::each(|db| async move {
        let engine = db.engine;
        let scene = Scene::new(db, 0, u32::try_from(OVERLAP).expect("few")).await;
        let custodian = scene.world.member(Role::Custodian, &[scene.client]).await;
        let (operator, custodian) = (scene.token(&scene.operator).await, scene.token(&custodian).await);
        let address = free_port();
        let url = format!("http://{address}");
        let mut server = scene.serve_on(&address);
        let (observer, keeper) =
            (scene.world.member(Role::Observer, &[scene.client]).await, scene.world.member(Role::Custodian, &[]).await);
        let ledgers = [
            Followed::new(&scene, &scene.client.to_string(), &url, scene.token(&observer).await),
            Followed::new(&scene, "installation", &url, scene.token(&keeper).await),
        ];
        // He reads on and on, and fetches every release.
        let wide = json!({"member": scene.operator.member, "hour": 900_000, "day": 900_000, "month": 900_000});
        let set = Http::new(&url, &scene.token(&keeper).await).ask("PUT", "/budgets", Some(&wide));
        assert!(matches!(set, Ok((204, _))), "{set:?}");

        let (stop, done) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicBool::new(false)));
        let project = scene.project.to_string();
        let asking = Asking { url: url.clone(), token: operator.clone() };
        let store = second_project(&scene).await;
        let importing = importer(&asking, &project, ROWS, scene.data(), &stop);
        let storing = importer(&asking, &store, ROWS_MANY, scene.data(), &stop);
        let asker = Http::new(&url, &operator);
        let ordering = releaser(asker.clone(), &project, &stop);
        let reading = reader(asker.clone(), &project, &stop);
        let mut working = Vec::new();
        for _ in 0..EXPERTS {
            working.push(Expert::new(&scene, &[&url]).await.start(&done));
        }
        let mut delays = Delays(u64::from(std::process::id()));
        println!("{engine}: {kills} kills, delays from {}", delays.0);
        // PostgreSQL is a while about its first connections; a server should get beyond them now and then.
        let longest_ms = if engine == "sqlite" { 600 } else { 1_800 };
        for n in 0..kills {
            thread::sleep(delays.next(longest_ms));
            server.kill();
            server = scene.serve_on(&address);
            if n % 5 == 2 {
                ledgers.iter().for_each(Followed::goes_on);
            }
        }
        stop.store(true, Ordering::Relaxed);
        let files = importing.join().expect("the importer ends well");
        let stored = storing.join().expect("the importer ends well");
        let releases = ordering.join().expect("the releaser ends well");
        let read = reading.join().expect("the reader ends well");
        done.store(true, Ordering::Relaxed);
        let known: Vec<_> = working.into_iter().map(|expert| expert.join().expect("an expert ends well")).collect();

        experts::check(&scene, &asker, &known, OVERLAP).await;
        let opened = experts::recorded_of(&scene, scene.operator.person, "GET /tasks/{task}").await;
        assert!(read <= opened, "{read} answers came to the operator and {opened} are recorded");
        let tasks = asker.list(&format!("/projects/{project}/tasks")).len();
        assert_eq!(tasks, files * ROWS, "{files} files were imported, each row once");
        let batches = asker.list(&format!("/projects/{store}/batches"));
        let accepted: u64 = batches.iter().filter_map(|batch| batch["accepted"].as_u64()).sum();
        let progress = asker.get(&format!("/projects/{store}/progress"));
        assert_eq!(progress["tasks"], stored * ROWS_MANY, "{stored} large files were imported, each row once");
        assert_eq!(accepted, (stored * ROWS_MANY) as u64, "{} imports were begun", batches.len());

        let last = asker.post(&format!("/projects/{project}/releases"), &json!({}));
        let last = last["id"].as_str().expect("an id").to_owned();
        let custodian = Http::new(&url, &custodian);
        let mut built = 0;
        for release in releases.iter().chain([&last]) {
            let found = ended(&asker, release);
            if found["state"] == "failed" {
                // A build that was killed three times is given up, and says so.
                let why = found["failure"].as_str().expect("a reason");
                assert!(matches!(why, "nothing_to_release" | "broken_off"), "{found}");
                continue;
            }
            built += 1;
            fetch_and_verify(&scene, &asker, &custodian, release, &operator, &url);
        }
        let whole =
            fs::read_to_string(scene.data().join("out").join(&last).join("data/full.jsonl")).expect("it is there");
        let mut ids: Vec<String> = whole.lines().map(external_id).collect();
        assert_eq!(ids.len(), tasks, "all that was done is in the last release");
        ids.sort();
        ids.dedup();
        assert_eq!(ids.len(), tasks, "no row is there twice");
        // The head that a release carries is of the log as well.
        let manifest = scene.data().join("out").join(&last).join("manifest.json").to_string_lossy().into_owned();
        ledgers[0].is_whole(&[&manifest]);
        ledgers[1].is_whole(&[]);
        println!(
            "{engine}: {read} tasks were opened; {} annotations, {files} imports of {ROWS} rows, {stored} of {ROWS_MANY} in {} tries, {built} releases built of {}",
            tasks * OVERLAP,
            batches.len(),
            releases.len() + 1
        );
    })
    .await;
}

/// A project that is filled and not worked on.
async fn second_project(scene: &Scene) -> String {
    let schema = vouchsafe_testkit::world::yes_no(1);
    scene.world.project(&scene.operator, scene.client, schema, NewPipeline::default()).await.to_string()
}

fn external_id(line: &str) -> String {
    let row: Value = serde_json::from_str(line).expect("a row is JSON");
    row["external_id"].as_str().expect("every row had one").to_owned()
}

fn fetch_and_verify(scene: &Scene, operator: &Http, custodian: &Http, release: &str, token: &str, url: &str) {
    operator.post(&format!("/releases/{release}/approve"), &json!({}));
    custodian.post(&format!("/releases/{release}/approve"), &json!({}));
    operator.post(&format!("/releases/{release}/deliver"), &json!({}));
    let out = scene.data().join("out").join(release).to_string_lossy().into_owned();
    let fetched = vouchsafe(["release", "fetch", release, &out])
        .env("VOUCHSAFE_URL", url)
        .env("VOUCHSAFE_TOKEN", token)
        .output()
        .expect("it runs");
    assert!(fetched.status.success(), "{}", text(&fetched.stderr));
    let verified = vouchsafe(["release", "verify", &out]).output().expect("it runs");
    assert_eq!(verified.status.code(), Some(10), "whole, by a key that is not pinned: {}", text(&verified.stdout));
}
