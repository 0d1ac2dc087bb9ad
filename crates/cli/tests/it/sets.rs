//! Real sets through the whole line: the client's file by the command, experts and reviewers by HTTP, a release that two
//! approve, fetched by the command and verified offline. Needs `VOUCHSAFE_TEST_DATA`; without it each says that it was skipped.

mod demonstrations;
mod grades;
mod labels;
mod pairs;
mod spans;
mod talks;

use crate::{
    http::Http,
    process::{Server, text, vouchsafe},
    scene::Scene,
};
use serde_json::{Value, json};
use std::{
    collections::HashMap,
    fs,
    path::{Path, PathBuf},
    thread,
};
use vouchsafe_app::{Asker, store::custody::budgets};
use vouchsafe_domain::{access::role::Role, custody::budget::Budget};
use vouchsafe_ledger::{
    act::Act,
    entry::{Entry, LedgerOf},
};
use vouchsafe_testkit::db::Db;

/// The folder of real sets, if there is one.
fn data() -> Option<PathBuf> {
    let folder = std::env::var_os("VOUCHSAFE_TEST_DATA").filter(|folder| !folder.is_empty()).map(PathBuf::from);
    if folder.is_none() {
        println!("skipped: VOUCHSAFE_TEST_DATA is not set");
    }
    folder
}

/// A template made for real sets.
fn template(data: &Path, name: &str) -> Value {
    let text = fs::read(data.join("../formats/examples").join(name)).expect("the templates lie beside the sets");
    serde_json::from_slice(&text).expect("a template is JSON")
}

/// The rows of a set by external id.
fn rows(file: &Path, id: &str) -> HashMap<String, Value> {
    let text = fs::read_to_string(file).expect("the set is there");
    text.lines()
        .map(|line| {
            let row: Value = serde_json::from_str(line).expect("a row is JSON");
            let id = row.pointer(id).expect("every row has one");
            (id.as_str().map_or_else(|| id.to_string(), str::to_owned), row)
        })
        .collect()
}

/// How an expert answers what he was sent.
type Way<'a> = dyn Fn(&Line, &Http, &Value) + Sync + 'a;

/// A project of a real set, on a running server.
struct Line {
    scene: Scene,
    server: Server,
    operator: Http,
    token: String,
    project: String,
    file: PathBuf,
    /// The client's rows by their own ids.
    rows: HashMap<String, Value>,
}

/// A set, and how its rows are told apart.
struct Set<'a> {
    /// Below the folder of sets.
    path: &'a str,
    /// JSON Pointer of the external id.
    id: &'a str,
}

impl Line {
    /// A project by this template.
    async fn new(data: &Path, set: Set<'_>, schema: Value, pipeline: Value) -> Self {
        let scene = Scene::new(Db::sqlite().await, 0, 1).await;
        widen(&scene).await;
        let server = scene.serve();
        let token = scene.token(&scene.operator).await;
        let operator = Http::new(&server.url, &token);
        let mut pipeline = pipeline;
        pipeline["per_hour"] = 100_000.into();
        let new = json!({"name": set.path, "schema": schema, "guideline": "Read with care.", "pipeline": pipeline});
        let made = operator.post(&format!("/clients/{}/projects", scene.client), &new);
        let project = made["id"].as_str().expect("an id").to_owned();
        let file = data.join("llm").join(set.path).join("data.jsonl");
        let rows = rows(&file, set.id);
        let line = Self { scene, server, operator, token, project, file, rows };
        let report = line.command(&[
            "import",
            &line.file.to_string_lossy(),
            "--external-id",
            set.id,
            "--project",
            &line.project,
        ]);
        assert_eq!(report["accepted"], line.rows.len(), "{report}");
        line
    }

    /// Runs a command as the operator.
    fn command(&self, args: &[&str]) -> Value {
        let output = vouchsafe(args.iter().copied().chain(["--json"]))
            .env("VOUCHSAFE_URL", &self.server.url)
            .env("VOUCHSAFE_TOKEN", &self.token)
            .output()
            .expect("it runs");
        assert!(output.status.success(), "{args:?}: {}", text(&output.stderr));
        serde_json::from_slice(&output.stdout).expect("JSON")
    }

    async fn http(&self, member: &Asker) -> Http {
        Http::new(&self.server.url, &self.scene.token(member).await)
    }

    /// The client's row of a task.
    fn row(&self, task: &Value) -> Value {
        let task = self.operator.get(&format!("/tasks/{}", task.as_str().expect("an id")));
        self.rows[task["external_id"].as_str().expect("every row had one")].clone()
    }

    /// Experts at once, each with a way to answer, until nothing is left for any.
    async fn label(&self, ways: &[&Way<'_>]) {
        let mut experts = Vec::new();
        for _ in ways {
            let expert = self.scene.world.expert(self.project.parse().expect("an id")).await;
            experts.push(self.http(&expert).await);
        }
        thread::scope(|scope| {
            for (http, answer) in experts.iter().zip(ways) {
                scope.spawn(move || self.each(http, &json!({}), |sent| answer(self, http, sent)));
            }
        });
    }

    /// A reviewer who accepts everything; gives how many.
    async fn review(&self) -> usize {
        let reviewer = self.scene.world.member(Role::Reviewer, &[self.scene.client]).await;
        let http = self.http(&reviewer).await;
        let mut count = 0;
        self.each(&http, &json!({"step": "review"}), |sent| {
            let path = format!("/assignments/{}/review", sent["id"].as_str().expect("an id"));
            http.post(&path, &json!({"verdict": "accept"}));
            count += 1;
        });
        count
    }

    fn each(&self, http: &Http, what: &Value, mut each: impl FnMut(&Value)) {
        loop {
            let sent = http.post(&format!("/projects/{}/assignments", self.project), what);
            if sent.is_null() {
                return;
            }
            each(&sent);
        }
    }

    /// Orders, approves by two, delivers, fetches and verifies; gives the folder.
    async fn deliver(&self, formats: &[&str]) -> PathBuf {
        let mut order = vec!["release", "order", &self.project, "--wait"];
        order.extend(formats.iter().flat_map(|format| ["--format", format]));
        let built = self.command(&order);
        let release = built["id"].as_str().expect("an id");
        let custodian = self.scene.world.member(Role::Custodian, &[self.scene.client]).await;
        self.operator.post(&format!("/releases/{release}/approve"), &json!({}));
        self.http(&custodian).await.post(&format!("/releases/{release}/approve"), &json!({}));
        self.command(&["release", "deliver", release]);
        let folder = self.scene.data().join("delivered");
        self.command(&["release", "fetch", release, &folder.to_string_lossy()]);
        let keys = self.command(&["release", "keys"]);
        let keys = keys["items"].as_array().expect("a list").iter();
        let key = keys.filter(|key| key["purpose"] == "release").find_map(|key| key["public"].as_str());
        let verdict = self.command(&["release", "verify", &folder.to_string_lossy(), "--key", key.expect("a key")]);
        assert_eq!(verdict["verdict"], "verified", "{verdict}");
        folder
    }
}

/// Lets the operator look at every task, more than one may in an hour: so the test knows which row it is about.
async fn widen(scene: &Scene) {
    let (operator, at) = (scene.operator.member, scene.app.now());
    let budget = Budget { hour: 10_000, day: 10_000, month: 10_000 };
    let mut tx = scene.world.db.store.write("test").await.expect("a transaction begins");
    budgets::set(&mut tx, &operator.to_string(), budget, operator, at).await.expect("a budget can be set");
    let entry = Entry::new(LedgerOf::Installation, Act::MemberResumed, at.0).of("member", operator.to_string());
    tx.commit([entry]).await.expect("it commits");
}

/// Submits, and expects a receipt.
fn submit(http: &Http, sent: &Value, answers: &Value) {
    let path = format!("/assignments/{}/annotation", sent["id"].as_str().expect("an id"));
    http.post(&path, &json!({"answers": answers, "active_ms": 1_000}));
}

/// The lines of a delivered file.
fn lines(folder: &Path, name: &str) -> Vec<Value> {
    let text = fs::read_to_string(folder.join("data").join(name)).expect("it was delivered");
    text.lines().map(|line| serde_json::from_str(line).expect("a line is JSON")).collect()
}
