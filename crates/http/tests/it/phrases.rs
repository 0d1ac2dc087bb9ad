//! Whoever holds the disk without the keys finds nothing that a client or a person wrote.

use serde_json::json;
use std::path::Path;
use vouchsafe_app::{
    access::invitations::Invite,
    custody::clients::NewClient,
    store::{experts::profiles::Profile, keys::KeySource},
    work::projects::NewPipeline,
};
use vouchsafe_domain::access::role::Role;

use vouchsafe_testkit::serve;

/// A phrase for one column: quotes, a line break and letters beyond ASCII, so that it is also looked for as JSON writes it.
fn phrase(of: &str) -> String {
    format!("zebra-{of} \"quoted\"\nüber {of}")
}

/// The forms in which a phrase could lie on the disk.
fn forms(of: &str) -> Vec<Vec<u8>> {
    let phrase = phrase(of);
    let json = serde_json::to_string(&phrase).unwrap();
    let ascii: String =
        json.chars().map(|c| if c.is_ascii() { c.to_string() } else { format!("\\u{:04x}", u32::from(c)) }).collect();
    let once = json[1..json.len() - 1].to_owned();
    let twice = serde_json::to_string(&once).unwrap();
    let first = format!("zebra-{of}");
    let utf16: Vec<u8> = first.encode_utf16().flat_map(u16::to_le_bytes).collect();
    vec![phrase.into_bytes(), once.into_bytes(), ascii.into_bytes(), twice.into_bytes(), first.into_bytes(), utf16]
}

fn files_below(folder: &Path, found: &mut Vec<(String, Vec<u8>)>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files_below(&path, found);
        } else {
            found.push((path.display().to_string(), std::fs::read(&path).unwrap()));
        }
    }
}

fn holds(bytes: &[u8], form: &[u8]) -> bool {
    memchr::memmem::find(bytes, form).is_some()
}

#[expect(clippy::too_many_lines, reason = "one phrase into every column, one after the other")]
#[tokio::test(flavor = "multi_thread")]
async fn nothing_that_was_written_lies_open_on_the_disk() {
    let server = serve::serve().await;
    let world = &server.world;
    let mut columns = Vec::new();
    let mut of = |column: &'static str| {
        columns.push(column);
        phrase(column)
    };
    let admin = server.member(Role::Admin, &[]).await;
    std::fs::write(world.db.dir.path().join("keys/heron"), "5a".repeat(32)).unwrap();
    let name = |of: String| of.chars().take(90).collect::<String>();
    let new = NewClient {
        name: name(of("client-name")),
        code_name: name(of("code-name")),
        colour: 0,
        key: KeySource::File("heron".into()),
        standing_approval: false,
    };
    let client = world.app.create_client(admin.asker(), &new).await.unwrap();
    let operator = server.member(Role::Operator, &[client]).await;
    let custodian = server.member(Role::Custodian, &[client]).await;
    let schema = json!({
        "schema_version": "1", "task_type": "classification", "name": "names",
        "fields": [{"name": "question", "type": "text", "source": "/question", "required": true}],
        "questions": [
            {"name": "verdict", "type": "label", "title": of("schema-title"), "required": true, "options": [{"value": "yes"}, {"value": "no"}], "aggregation": {"method": "majority_vote"}},
            {"name": "why", "type": "text", "required": true, "aggregation": {"method": "best_of"}},
        ],
        "distribution": {"strategy": "overlap", "min_submitted": 1},
    });
    let project = json!({
        "name": of("project-name"), "schema": schema, "guideline": of("guideline"),
        "pipeline": NewPipeline { review_rate: Some(1.0), ..NewPipeline::default() }.review_rate.map_or(json!({}), |rate| json!({"review_rate": rate})),
        "pool": {"any": [{"domain": of("pool").replace('\n', " ").to_lowercase()}, {"language": "en"}]},
    });
    let made = operator.post(&format!("/clients/{client}/projects"), project).await.expect(201);
    let project = made["id"].as_str().unwrap();
    let rows: Vec<String> = (0..3)
        .map(|n| {
            let gold = if n == 2 {
                json!({"verdict": {"value": "yes"}, "why": {"value": phrase("gold")}})
            } else {
                json!(null)
            };
            json!({"external_id": format!("{} {n}", phrase("external-id")), "metadata": {"topic": phrase("metadata")},
                   "data": {"question": phrase("task")}, "gold": gold})
            .to_string()
        })
        .collect();
    columns.extend(["external-id", "metadata", "task", "gold"]);
    let batch = "zebra-batch-name";
    let report = operator
        .send(
            hyper::Method::POST,
            &format!("/projects/{project}/tasks?batch={batch}"),
            rows.join("\n").into(),
            Some("application/x-ndjson"),
        )
        .await
        .expect(200);
    assert_eq!(report["accepted"], 3, "{report}");
    columns.push("batch-name");

    let expert = server.member(Role::Expert, &[]).await;
    let profile = json!({"languages": ["en"], "domains": [name(phrase("domain"))], "degrees": [{"title": name(phrase("degree")), "institution": name(phrase("institution"))}]});
    columns.extend(["domain", "degree", "institution"]);
    expert.put("/profile", profile).await.expect(204);
    expert.post(&format!("/projects/{project}/guideline/acknowledge"), json!({"version": 1})).await.expect(204);
    let take = format!("/projects/{project}/assignments");
    let sent = expert.post(&take, json!({})).await.expect(201);
    let path = format!("/assignments/{}", sent["id"].as_str().unwrap());
    let answers = |why: &str| json!({"verdict": {"value": "yes"}, "why": {"value": phrase(why)}});
    expert.put(&format!("{path}/draft"), json!({"answers": answers("draft"), "active_ms": 1})).await.expect(204);
    let flag = json!({"reason": "other", "comment": phrase("flag-comment")});
    expert.post(&format!("{path}/flag"), flag).await.expect(204);
    expert.post(&format!("{path}/annotation"), json!({"answers": answers("answer")})).await.expect(201);
    let held = expert.post(&take, json!({})).await.expect(201);
    let draft = json!({"answers": answers("second-draft"), "active_ms": 1});
    expert.put(&format!("/assignments/{}/draft", held["id"].as_str().unwrap()), draft).await.expect(204);
    columns.extend(["draft", "second-draft", "flag-comment", "answer"]);
    let reviewer = server.member(Role::Reviewer, &[client]).await.with("idempotency-key", "zebra-key");
    let review = reviewer.post(&take, json!({"step": "review"})).await.expect(201);
    let verdict = json!({"verdict": "fix", "answers": answers("mended"), "reasons": ["other"], "comment": phrase("review-comment")});
    reviewer.post(&format!("/assignments/{}/review", review["id"].as_str().unwrap()), verdict).await.expect(201);
    columns.extend(["mended", "review-comment"]);
    while world.app.compute_consensus(10).await.unwrap() > 0 {}

    let verified = json!({"kind": "md", "title": name(phrase("credential")), "evidence": phrase("evidence")});
    operator.post(&format!("/members/{}/credentials", expert.asker().member), verified).await.expect(201);
    operator.post(&format!("/clients/{client}/agreements"), json!({"text": phrase("agreement")})).await.expect(201);
    custodian.post(&format!("/clients/{client}/holds"), json!({"reason": phrase("hold-reason")})).await.expect(201);
    admin.post("/tokens", json!({"name": name(phrase("token-name")), "days": 1})).await.expect(201);
    let invite = Invite { role: "expert".into(), email: "zebra-email@example.org".into() };
    world.app.invite(Some(admin.asker()), &invite).await.unwrap();
    world
        .app
        .found_member(
            Role::Expert,
            &name(phrase("person-name")),
            "zebra-address@example.org",
            &Profile::default(),
            "test",
        )
        .await
        .unwrap();
    columns.extend([
        "credential",
        "evidence",
        "agreement",
        "hold-reason",
        "token-name",
        "email",
        "person-name",
        "address",
    ]);

    // So that the scan has something to find.
    let (backup, _) = world.app.backup(Vec::new(), "test", &mut |_| {}).await.unwrap();
    let mut files = vec![("the backup".to_owned(), backup)];
    files_below(world.db.dir.path(), &mut files);
    let plain = |word: &str| files.iter().any(|(_, bytes)| holds(bytes, word.as_bytes()));
    assert!(files.iter().any(|(name, _)| name.ends_with("-wal")) && plain("in_review") && plain("annotation"));
    for column in columns {
        for form in forms(column) {
            for (file, bytes) in &files {
                assert!(!holds(bytes, &form), "{file} holds `{}` of {column}", String::from_utf8_lossy(&form));
            }
        }
    }
}
