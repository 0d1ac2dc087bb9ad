//! Whatever sends content says in its entry what was sent, to whom, by which rule, through which route.

use super::{
    operations::{Operation, all},
    scene::Scene,
};
use serde_json::{Value, json};
use std::collections::BTreeSet;
use vouchsafe_app::work::projects::NewPipeline;
use vouchsafe_domain::access::{device::Device, role::Role};
use vouchsafe_testkit::{
    client::Client,
    ledger::act::{Act, Kind},
    world::yes_no,
};

const BROWSER: &str = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0";
const PARTS: [&str; 3] = ["act", "object", "person"];
/// What each part says where content was sent; when stands in every `act`.
const NAMED: [&[&str]; 3] = [
    &["rule", "wall", "exposure", "route", "purpose", "holds", "sent_before"],
    &["client", "object", "version", "fields", "content", "sealed_bytes"],
    &["person", "member", "role", "door", "device"],
];

/// Disclosures that send none of the client's content: they name who, by which rule and route, and what they are about.
const WITHOUT_CONTENT: [&str; 1] = ["log.sent"];

fn disclosure(entry: &Value) -> bool {
    let word = entry["act"]["act"].as_str().unwrap();
    Act::ALL.iter().any(|act| act.word() == word && act.kind() == Kind::Disclosure)
}

/// The entries that came since. The clock of tests stands, so they lie among the others; the same may be said again.
fn fresh(before: &[Value], after: &[Value]) -> Vec<Value> {
    let mut after = after.to_vec();
    for known in before {
        after.swap_remove(after.iter().position(|entry| entry == known).expect("no entry goes away"));
    }
    after
}

/// Fails where an entry lacks something.
fn whole(entry: &Value, operation: &Operation, who: &Client) {
    let route = format!("{} {}", operation.method, operation.path);
    assert_eq!(entry["act"]["route"], route.as_str(), "{entry}");
    assert_eq!(entry["person"]["role"], who.asker().role.word(), "{entry}");
    assert_eq!(entry["person"]["device"], Device::Desktop.word(), "{entry}");
    let pseudonym = |name: &str| entry["person"][name].as_str().unwrap_or_default().to_owned();
    assert!(pseudonym("person").starts_with("p-") && pseudonym("member").starts_with("m-"), "{entry}");
    assert!(pseudonym("door").starts_with("session:"), "{entry}");
    assert!(!entry.to_string().contains(&who.asker().door), "a session is named by a pseudonym: {entry}");
    assert!(entry["act"]["rule"].is_string() && entry["act"]["at_us"].is_i64(), "{entry}");
    let word = entry["act"]["act"].as_str().unwrap();
    // Holds are facts about the compartment: their list goes to its custodians and observers.
    if WITHOUT_CONTENT.contains(&word) || operation.path.ends_with("/holds") {
        return;
    }
    for (part, names) in PARTS.iter().zip(NAMED) {
        for name in names {
            assert!(!entry[part][name].is_null(), "{route} does not say `{name}`: {entry}");
        }
    }
    assert_eq!(entry["act"]["holds"], 1, "the scene has one hold: {entry}");
    assert!(!entry["object"]["fields"].as_array().unwrap().is_empty(), "{entry}");
    let object = entry["object"]["object"].as_str().unwrap();
    assert!(entry["object"][object].is_string(), "{entry}");
    assert_eq!(entry["object"]["content"].as_str().unwrap().len(), 64, "{entry}");
}

#[tokio::test(flavor = "multi_thread")]
async fn every_route_that_sends_content_says_all_of_it() {
    let scene = Scene::new().await;
    let heron = Some(scene.client);
    let (mut routes, mut words) = (BTreeSet::new(), BTreeSet::new());
    let mut known = scene.server.ledger(heron).await;
    // Takes come last: what is given back or submitted would not be there for the others.
    let mut operations: Vec<Operation> = all().into_iter().filter(Operation::reads).collect();
    operations.extend(all().into_iter().filter(|o| o.path.ends_with("/assignments")));
    for operation in operations {
        for who in scene.inside() {
            let browser = who.with("user-agent", BROWSER);
            let path = scene.path(&operation, who);
            browser.json(operation.method.clone(), &path, operation.body(&scene)).await;
            let entries = scene.server.ledger(heron).await;
            for entry in fresh(&known, &entries).into_iter().filter(disclosure) {
                let entry = &entry;
                whole(entry, &operation, who);
                routes.insert(format!("{} {}", operation.method, operation.path));
                words.insert(entry["act"]["act"].as_str().unwrap().to_owned());
            }
            known = entries;
        }
    }
    for route in [
        "GET /assignments/{assignment}",
        "GET /assignments/{assignment}/submitted",
        "GET /clients/{client}/holds",
        "GET /departures/{departure}/files/{name}",
        "GET /ledgers/{ledger}/entries",
        "GET /projects",
        "GET /projects/{project}",
        "GET /projects/{project}/batches",
        "GET /projects/{project}/course",
        "GET /projects/{project}/flags",
        "GET /projects/{project}/guideline",
        "GET /projects/{project}/people",
        "GET /projects/{project}/progress",
        "GET /projects/{project}/quality",
        "GET /projects/{project}/releases",
        "GET /projects/{project}/reviewing",
        "GET /projects/{project}/standing",
        "GET /projects/{project}/standings",
        "GET /releases/{release}",
        "GET /releases/{release}/files/{name}",
        "GET /tasks/{task}",
        "GET /tasks/{task}/consensus",
        "GET /work",
        "GET /submitted",
        "POST /projects/{project}/assignments",
    ] {
        assert!(routes.contains(route), "nothing was sent by {route}: {routes:?}");
    }
    for act in Act::ALL.iter().filter(|act| act.kind() == Kind::Disclosure) {
        // A preview shows what its caller sent; builds and backups are the server's, cases are of no client.
        let elsewhere =
            ["preview.sent", "release.building", "departure.building", "backup.written", "agreement.sent", "case.sent"];
        assert!(words.contains(act.word()) || elsewhere.contains(&act.word()), "nobody reached {}", act.word());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_entry_says_whether_the_person_had_it_before() {
    let scene = Scene::new().await;
    let heron = Some(scene.client);
    let mut known = scene.server.ledger(heron).await;
    let mut newest = async || {
        let now = scene.server.ledger(heron).await;
        let came = fresh(&std::mem::replace(&mut known, now.clone()), &now);
        came.into_iter().find(disclosure).expect("something was sent")
    };
    let project = scene.project;
    for path in [
        format!("/projects/{project}/guideline"),
        format!("/projects/{project}"),
        format!("/tasks/{}", scene.task),
        format!("/releases/{}", scene.release),
    ] {
        let other = scene.server.member(Role::Operator, &[scene.client]).await;
        for before in [false, true] {
            other.get(&path).await.expect(200);
            assert_eq!(newest().await["act"]["sent_before"], before, "{path}");
        }
    }
    // Taken first, and sent again to its holder.
    let expert = scene.server.expert(project).await;
    let taken = expert.post(&format!("/projects/{project}/assignments"), json!({})).await.expect(201);
    let first = newest().await;
    assert_eq!((&first["act"]["sent_before"], &first["act"]["purpose"]), (&json!(false), &json!("work")));
    expert.get(&format!("/assignments/{}", taken["id"].as_str().unwrap())).await.expect(200);
    let again = newest().await;
    assert_eq!(again["act"]["sent_before"], true);
    assert_eq!(first["object"]["content"], again["object"]["content"], "the same text has the same hash");

    let agreed = scene.server.member(Role::Observer, &[scene.client]).await;
    let text = json!({"text": "Keep it to yourself."});
    agreed.post(&format!("/clients/{}/agreements", scene.client), text).await.expect(201);
    agreed.get(&format!("/clients/{}/agreement", scene.client)).await.expect(200);
    let sent = newest().await;
    assert_eq!((&sent["act"]["act"], &sent["act"]["sent_before"]), (&json!("agreement.sent"), &json!(false)));
    for (part, names) in PARTS.iter().zip(NAMED) {
        assert!(names.iter().all(|name| !sent[part][name].is_null()), "{sent}");
    }
}

/// One glance at many projects does not bury the log: one entry for each client, naming all of its own.
#[tokio::test(flavor = "multi_thread")]
async fn a_list_is_one_entry_for_each_client() {
    let scene = Scene::new().await;
    let (server, heron) = (&scene.server, scene.client);
    let other = server.world.client("OTHER").await;
    let operator = server.member(Role::Operator, &[heron, other]).await;
    for client in [heron, heron, other] {
        server.world.project(operator.asker(), client, yes_no(1), NewPipeline::default()).await;
    }
    let before = [server.ledger(Some(heron)).await, server.ledger(Some(other)).await];
    let listed = operator.get("/projects").await.expect(200);
    for ((client, least), known) in [(heron, 3), (other, 1)].into_iter().zip(&before) {
        let came = fresh(known, &server.ledger(Some(client)).await);
        let sent: Vec<_> = came.iter().filter(|entry| disclosure(entry)).collect();
        assert_eq!(sent.len(), 1, "{sent:?}");
        let own = listed["items"].as_array().unwrap().iter().filter(|one| one["client"]["id"] == client.to_string());
        let own: Vec<&Value> = own.map(|one| &one["id"]).collect();
        assert!(own.len() >= least, "{listed}");
        assert_eq!(sent[0]["object"]["projects"].as_array().unwrap().iter().collect::<Vec<_>>(), own);
    }
}
