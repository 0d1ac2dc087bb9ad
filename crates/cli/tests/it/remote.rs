//! The remote commands, as a script runs them: what they print, how they end, and that the whole line goes by them.

use crate::{
    http::Http,
    process::{Server, text, vouchsafe},
    scene::Scene,
};
use insta::assert_snapshot;
use regex_lite::Regex;
use serde_json::{Value, json};
use std::{collections::HashMap, fs, path::Path, process::Output};
use vouchsafe_domain::{access::role::Role, ids::ProjectId};
use vouchsafe_testkit::db::Db;

/// What one member runs.
struct Script<'a> {
    url: &'a str,
    token: String,
}

impl Script<'_> {
    fn run(&self, line: &str) -> Output {
        let mut command = vouchsafe(line.split_whitespace());
        command.env("VOUCHSAFE_URL", self.url).env("VOUCHSAFE_TOKEN", &self.token).output().expect("it runs")
    }

    /// What it prints, its ids numbered in order of appearance and its times left out.
    fn told(&self, line: &str) -> String {
        let output = self.run(line);
        let code = output.status.code().expect("it ends by itself");
        let errors = text(&output.stderr);
        let end = if code == 0 { String::new() } else { format!("[exit {code}]\n{errors}") };
        plain(&format!("{}{end}", text(&output.stdout)))
    }

    fn json(&self, line: &str) -> Value {
        let output = self.run(&format!("{line} --json"));
        serde_json::from_slice(&output.stdout).unwrap_or_else(|_| panic!("{line}: {}", text(&output.stderr)))
    }
}

fn plain(text: &str) -> String {
    let ids = Regex::new("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}(  )?").expect("a pattern");
    let times = Regex::new(r"\d{4}-\d\d-\d\dT[\d:.]+Z").expect("a pattern");
    let mut known = HashMap::new();
    let numbered = ids.replace_all(text, |found: &regex_lite::Captures<'_>| {
        let n = known.len() + 1;
        let n = *known.entry(found[0].trim_end().to_owned()).or_insert(n);
        // In a column it is as wide as it was.
        if found.get(2).is_some() { format!("{:<38}", format!("(id {n})")) } else { format!("(id {n})") }
    });
    let text = times.replace_all(&numbered, "(time)");
    text.lines().fold(String::new(), |text, line| text + line.trim_end() + "\n")
}

fn write(dir: &Path, name: &str, bytes: impl AsRef<[u8]>) -> String {
    let path = dir.join(name);
    fs::write(&path, bytes).expect("it can be written");
    path.to_string_lossy().into_owned()
}

async fn script<'a>(scene: &Scene, server: &'a Server, role: Role) -> Script<'a> {
    let member = scene.world.member(role, &[scene.client]).await;
    Script { url: &server.url, token: scene.token(&member).await }
}

/// An expert and a reviewer do what there is, by their own programs.
async fn work(scene: &Scene, server: &Server, project: ProjectId) {
    let expert = scene.world.expert(project).await;
    let expert = Http::new(&server.url, &scene.token(&expert).await);
    let reviewer = scene.world.member(Role::Reviewer, &[scene.client]).await;
    let reviewer = Http::new(&server.url, &scene.token(&reviewer).await);
    for _ in 0..2 {
        let sent = expert.post(&format!("/projects/{project}/assignments"), &json!({}));
        let path = format!("/assignments/{}/annotation", sent["id"].as_str().expect("an id"));
        expert.post(&path, &json!({"answers": {"verdict": {"value": "yes"}}}));
        let sent = reviewer.post(&format!("/projects/{project}/assignments"), &json!({"step": "review"}));
        let path = format!("/assignments/{}/review", sent["id"].as_str().expect("an id"));
        reviewer.post(&path, &json!({"verdict": "accept"}));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_whole_line_goes_by_commands() {
    let scene = Scene::new(Db::sqlite().await, 0, 1).await;
    let server = scene.serve();
    let operator = Script { url: &server.url, token: scene.token(&scene.operator).await };
    let dir = tempfile::tempdir().expect("a folder");
    let template = write(dir.path(), "template.json", vouchsafe_testkit::world::yes_no(1).to_string());
    let guideline = write(dir.path(), "guideline.md", "Read with care.");
    let made = operator.json(&format!(
        "project create Rounds --client {} --template {template} --guideline {guideline} --review-rate 1",
        scene.client
    ));
    let project: ProjectId = made["id"].as_str().expect("an id").parse().expect("an id");

    let rows = "{\"data\":{\"question\":\"Is 8 round?\"},\"external_id\":\"a\"}\n{\"data\":{}}\n\
                {\"data\":{\"question\":\"Is 9?\"},\"external_id\":\"b\"}\nno row\n";
    let file = write(dir.path(), "rows.jsonl.zst", zstd::encode_all(rows.as_bytes(), 1).expect("it packs"));
    assert_snapshot!(operator.told(&format!("import {file} --project {project}")), @"
    2 rows are tasks now, 0 were there before, 2 lines were refused (batch (id 1))
      line 2, /data: is required, for the field `question`
      line 4: a line holds one JSON object
    [exit 2]
    ");
    assert_snapshot!(operator.told(&format!("import {file} --project {project}")), @"
    0 rows are tasks now, 2 were there before, 2 lines were refused (batch (id 1))
      line 2, /data: is required, for the field `question`
      line 4: a line holds one JSON object
    [exit 2]
    ");
    assert_snapshot!(operator.told(&format!("project progress {project}")), @"
    tasks         open 2
    annotations   -
    still wanted  2
    people        0
    an hour       -
    hours left    -
    agreement     -
    open flags    0
    skips         0
    ");
    assert_snapshot!(operator.told(&format!("project batches {project}")), @"
    id                                    at                           accepted  refused  name
    (id 1)                                (time)  0         2        rows.jsonl.zst
    (id 2)                                (time)  2         2        rows.jsonl.zst
    ");

    work(&scene, &server, project).await;

    assert_snapshot!(operator.told(&format!("release order {project} --format nonsense")), @"
    [exit 3]
    vouchsafe: `/formats/0` is no format: `full`, `trl_preference`, `trl_prompt_completion` or `trl_messages`
    ");
    let mut ordered = operator.json(&format!("release order {project} --name First --wait"));
    while ordered["state"] == "failed" {
        // Consensus is reckoned a moment after the last answer.
        ordered = operator.json(&format!("release order {project} --name First --wait"));
    }
    let release = ordered["id"].as_str().expect("an id").to_owned();
    let custodian = script(&scene, &server, Role::Custodian).await;
    let told = [
        operator.told(&format!("release deliver {release}")),
        operator.told(&format!("release approve {release}")),
        custodian.told(&format!("release approve {release}")),
        operator.told(&format!("release deliver {release}")),
    ];
    assert_snapshot!(told.concat(), @"
    [exit 3]
    vouchsafe: this release cannot be delivered: it has not been approved by two persons yet
    approved; one more person has to
    approved
    delivered: its files may be fetched
    ");
    let out = dir.path().join("out");
    let fetched = operator.told(&format!("release fetch {release} {}", out.display()));
    assert_snapshot!(fetched.replace(&out.display().to_string(), "OUT"), @"
    5 files were fetched into OUT, 0 were there before
    Check them: vouchsafe release verify OUT --key KEY
    ");
    fs::remove_file(out.join("data/full.jsonl")).expect("it is there");
    let again = operator.json(&format!("release fetch {release} {}", out.display()));
    assert_eq!(again["fetched"], 1, "{again}");
    let keys = operator.json("release keys");
    let keys = keys["items"].as_array().expect("a list");
    let key = keys.iter().find(|k| k["purpose"] == "release").and_then(|k| k["public"].as_str());
    let verify = format!("release verify {} --key {}", out.display(), key.expect("a key to pin"));
    let verified = vouchsafe(verify.split_whitespace()).output().expect("it runs");
    assert!(verified.status.success(), "{}", text(&verified.stdout));
    assert!(text(&verified.stdout).starts_with("verified\n"));

    assert_snapshot!(operator.told(&format!("project pause {project}")), @"the project is paused");
    assert_snapshot!(operator.told("project list"), @"
    id                                    client  state   tasks   name
    (id 1)                                HERON   open    -       A project
    (id 2)                                HERON   paused  done 2  Rounds
    ");
    assert_snapshot!(operator.told(&format!("project show {project}")), @"
    name       Rounds
    client     HERON
    state      paused
    schema     1
    guideline  1
    pipeline   overlap 1, review_rate 1.0, gold_rate 0.0, lease_minutes 30, return_to author, open_leases 3, per_hour 1000, adjudicate -, price -, until -, second_review_rate 0.0, reviewed_gold_rate 0.0
    pool       -
    copying    false
    ");
}

#[tokio::test(flavor = "multi_thread")]
async fn clients_and_members_are_made_by_commands() {
    let scene = Scene::new(Db::sqlite().await, 0, 1).await;
    let server = scene.serve();
    let admin = script(&scene, &server, Role::Admin).await;
    let custodian = script(&scene, &server, Role::Custodian).await;
    fs::write(scene.data().join("keys/lark"), "11".repeat(32)).expect("it can be written");
    assert_snapshot!(admin.told("client create Lark --code-name LARK --key-file lark --colour 3"), @"client (id 1) was made");
    assert_snapshot!(admin.told("client create Lark --code-name LARK --key-file ../lark"), @"
    [exit 3]
    vouchsafe: `/key/value` `../lark` is not a plain name of at most 64 letters, digits, `-`, `_` and `.`, the first no dot
    ");
    assert_snapshot!(admin.told("client list"), @"
    id                                    code name  name           key
    (id 1)                                HERON      HERON Limited  available
    (id 2)                                LARK       Lark           available
    ");

    let reviewer = scene.world.member(Role::Reviewer, &[]).await;
    let proposed = admin.json(&format!("member grant {} --client {}", reviewer.member, scene.client));
    let grant = proposed["id"].as_str().expect("an id");
    assert_snapshot!(admin.told(&format!("member confirm {grant}")), @"
    [exit 3]
    vouchsafe: a second person confirms: neither who proposed it nor whom it is for
    ");
    assert_snapshot!(custodian.told(&format!("member confirm {grant}")), @"grant (id 1) is in force");
    assert_snapshot!(admin.told(&format!("member suspend {}", reviewer.member)), @"member (id 1) is suspended");
    assert_snapshot!(admin.told(&format!("member revoke {grant}")), @"grant (id 1) has ended");
    assert_snapshot!(custodian.told(&format!("client holds {}", scene.client)), @"id  placed  released  project  reason");
    let placed = custodian.json(&format!("client hold {} --reason audit", scene.client));
    let hold = placed["id"].as_str().expect("an id");
    assert_snapshot!(custodian.told(&format!("client holds {}", scene.client)), @"
    id                                    placed                       released  project  reason
    (id 1)                                (time)  -         -        audit
    ");
    assert_snapshot!(custodian.told(&format!("client unhold {hold}")), @"hold (id 1) is released");
    assert_snapshot!(custodian.told(&format!("client agreements {}", scene.client)), @"version  signed by  written");
    let grants = custodian.json(&format!("client grants {}", scene.client));
    assert!(grants["items"].as_array().is_some_and(|grants| !grants.is_empty()), "{grants}");
    let invited = text(&admin.run("member invite --role expert --email expert@example.org --json").stdout);
    let invited: Value = serde_json::from_str(&invited).expect("JSON");
    assert_snapshot!(admin.told(&format!("member uninvite {}", invited["id"].as_str().expect("an id"))), @"invitation (id 1) is taken back");
    assert_snapshot!(admin.told("member invitations"), @"
    id                                    state    role    email               until
    (id 1)                                revoked  expert  expert@example.org  (time)
    ");
    let members = admin.json("member list");
    let suspended = members["items"].as_array().expect("a list").iter().filter(|m| !m["suspended_at"].is_null());
    assert_eq!(suspended.count(), 1, "{members}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_is_made_by_signing_in_and_revoked_by_itself() {
    let scene = Scene::new(Db::sqlite().await, 0, 1).await;
    let server = scene.serve();
    let admin = script(&scene, &server, Role::Admin).await;
    let link = text(&admin.run("member invite --role expert --email expert@example.org").stdout);
    let secret = link.trim().rsplit('/').next().expect("a secret");
    let page = ureq::post(format!("{}/api/v1/invitations/{secret}", server.url)).header("x-vouchsafe", "1");
    page.send_json(json!({"name": "Expert", "password": "a long enough one"})).expect("he joins");

    let create = |password: &str| {
        let words = "token create nightly --email expert@example.org --scope access --json --url";
        vouchsafe(words.split(' ').chain([server.url.as_str()]))
            .env("VOUCHSAFE_PASSWORD", password)
            .output()
            .expect("it runs")
    };
    assert_eq!(create("a wrong one").status.code(), Some(77));
    let output = create("a long enough one");
    let made: Value = serde_json::from_slice(&output.stdout).unwrap_or_else(|_| panic!("{}", text(&output.stderr)));
    let own = Script { url: &server.url, token: made["secret"].as_str().expect("it is told once").into() };
    assert_eq!(own.json("token list")["items"][0]["scopes"], json!(["access"]));
    assert_eq!(own.run("project list").status.code(), Some(3), "it has no other scope");
    assert_snapshot!(own.told(&format!("token revoke {}", made["id"].as_str().expect("an id"))), @"token (id 1) is revoked");
    assert_snapshot!(own.told("project list"), @"
    [exit 77]
    vouchsafe: sign in first
    ");
}

#[tokio::test(flavor = "multi_thread")]
async fn every_way_to_fail_has_its_code() {
    let scene = Scene::new(Db::sqlite().await, 0, 1).await;
    let server = scene.serve();
    let operator = Script { url: &server.url, token: scene.token(&scene.operator).await };
    let nobody = Script { url: "http://127.0.0.1:9", token: "x".into() };
    let unset = vouchsafe(["project", "list"]).output().expect("it runs");
    assert_eq!((unset.status.code(), text(&unset.stderr).contains("VOUCHSAFE_TOKEN")), (Some(64), true));
    assert_eq!(nobody.run("project list").status.code(), Some(69));
    assert_snapshot!(operator.told("project show nonsense"), @"
    [exit 3]
    vouchsafe: there is no such thing here
    ");
    assert_snapshot!(operator.told("client create X --code-name X --key-file x"), @"
    [exit 3]
    vouchsafe: an admin makes clients
    ");
    assert_snapshot!(operator.told("project list --json"), @r#"{"items":[{"id":"(id 1)","name":"A project","client":{"id":"(id 2)","code_name":"HERON","colour":1},"state":"open","tasks":{},"course":false}]}"#);
}
