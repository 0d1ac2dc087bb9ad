//! What changes something or sends content leaves an entry, and sends no byte before that entry is durable.

use super::{
    operations::{Operation, all},
    scene::{PHRASES, Scene},
};
use std::{collections::BTreeSet, time::Duration};
use tokio::io::AsyncReadExt;

/// Acts that change nothing a client or the installation must be able to show: the heartbeat and the draft.
const EXEMPT: [&str; 2] = ["/assignments/{assignment}/heartbeat", "/assignments/{assignment}/draft"];
/// How long a stuck disk is watched for a byte that should not come.
const WATCHED: Duration = Duration::from_millis(60);

/// The first role in whose hands an operation leaves an entry. What it sends or changes without one fails the test.
async fn who_may(operation: &Operation, scene: Scene) -> Option<usize> {
    for (n, who) in scene.inside().into_iter().enumerate() {
        let before = scene.server.entries().await;
        let reply = who.json(operation.method.clone(), &scene.path(operation, who), operation.body(&scene)).await;
        if !reply.status.is_success() {
            continue;
        }
        let after = scene.server.entries().await;
        let text = reply.text();
        let content = PHRASES.iter().any(|phrase| text.contains(phrase));
        if content {
            let heron = scene.client.to_string();
            assert!(
                after[&heron] > before[&heron],
                "{operation:?} sent content to {} without an entry",
                who.asker().role
            );
        }
        // Nothing is left for whoever takes an assignment and gets 204; a preview keeps nothing and shows what was sent;
        // the release of the scene is approved and delivered, and saying so again changes nothing.
        let idle = operation.path == "/preview"
            || (operation.path.ends_with("/assignments") && reply.status == 204)
            || ["/deliver", "/approve"].iter().any(|end| operation.path.ends_with(end));
        if !operation.reads() && !EXEMPT.contains(&operation.path.as_str()) && !idle {
            assert!(after != before, "{operation:?} did something without an entry as {}", who.asker().role);
        }
        if after != before {
            return Some(n);
        }
    }
    None
}

#[tokio::test(flavor = "multi_thread")]
async fn no_byte_comes_before_its_entry_is_durable() {
    let original = Scene::new().await;
    let mut reached = BTreeSet::new();
    for operation in all().into_iter().filter(|o| !o.is_open()) {
        let Some(n) = who_may(&operation, original.copy().await).await else { continue };
        reached.insert(format!("{} {}", operation.method, operation.path));

        // A disk that is slow: not one byte until it answered.
        let scene = original.copy().await;
        let who = scene.inside()[n];
        let body = operation.body(&scene).to_string();
        scene.server.world.db.disk.stick();
        let mut stream = who.begin(operation.method.clone(), &scene.path(&operation, who), &body).await;
        let mut byte = [0];
        let early = tokio::time::timeout(WATCHED, stream.read(&mut byte)).await;
        assert!(early.is_err(), "{operation:?} sent a byte before its entry was durable");
        scene.server.world.db.disk.mend();
        stream.read_exact(&mut byte).await.unwrap();

        // A disk that fails: nothing is sent.
        let scene = original.copy().await;
        let who = scene.inside()[n];
        scene.server.world.db.disk.fail();
        let reply = who.json(operation.method.clone(), &scene.path(&operation, who), operation.body(&scene)).await;
        assert!(reply.status.is_server_error(), "{operation:?} answered {} on a broken disk", reply.status);
        let text = reply.text();
        assert!(
            PHRASES.iter().all(|phrase| !text.contains(phrase)),
            "{operation:?} sent content that was not recorded"
        );
    }
    // The test has something to test.
    for expected in [
        "GET /assignments/{assignment}/submitted",
        "GET /work",
        "GET /submitted",
        "GET /projects/{project}",
        "GET /tasks/{task}",
        "GET /releases/{release}/files/{name}",
        "GET /departures/{departure}/files/{name}",
        "GET /projects/{project}/guideline",
        "POST /projects/{project}/assignments",
        "POST /projects/{project}/tasks",
        "POST /assignments/{assignment}/annotation",
        "POST /assignments/{assignment}/review",
        "POST /assignments/{assignment}/decision",
        "POST /tasks/{task}/decision/reopen",
        "POST /assignments/{assignment}/opened",
        "POST /clients/{client}/holds",
        "POST /invitations",
        "POST /tokens",
        "PUT /profile",
        "DELETE /session",
    ] {
        assert!(reached.contains(expected), "nobody got through to {expected}: {reached:?}");
    }
}
