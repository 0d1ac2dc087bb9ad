//! What a client's data is labelled with stays on it: no act of somebody who works for two clients makes content of one
//! come out as the other's.

use serde_json::json;
use vouchsafe_app::work::projects::NewPipeline;
use vouchsafe_domain::access::role::Role;
use vouchsafe_testkit::{serve, world::yes_no};

/// What HERON alone wrote.
const HERONS: &str = "herons-own-words";

/// Invariant 9. An operator of two clients names one's things wherever the other's are asked for: as tasks to be put
/// first, as a row's id, as a schema, as a release's. Nothing of the one is in what the other's people are sent.
#[tokio::test(flavor = "multi_thread")]
async fn no_act_takes_content_from_one_client_into_another() {
    serve::each(|server| async move {
        let (heron, lark) = (server.world.client("HERON").await, server.world.client("LARK").await);
        let operator = server.member(Role::Operator, &[heron, lark]).await;
        let mut projects = Vec::new();
        for client in [heron, lark] {
            let pipeline = NewPipeline { review_rate: Some(0.0), ..NewPipeline::default() };
            projects.push(server.world.project(operator.asker(), client, yes_no(1), pipeline).await);
        }
        let (of_heron, of_lark) = (projects[0], projects[1]);
        let row = json!({"external_id": HERONS, "data": {"question": HERONS}});
        server.world.import(operator.asker(), of_heron, [row]).await;
        server.world.import(operator.asker(), of_lark, [json!({"data": {"question": "larks"}})]).await;
        let listed = operator.get(&format!("/projects/{of_heron}/tasks")).await.expect(200);
        let task = listed["items"][0]["id"].clone();
        let expert = server.expert(of_heron).await;
        let answer = json!({"answers": {"verdict": {"value": "yes", "justification": HERONS}}, "active_ms": 9});
        let sent = expert.post(&format!("/projects/{of_heron}/assignments"), json!({"step": "label"})).await.expect(201);
        let assignment = sent["id"].as_str().unwrap().to_owned();
        let plain = json!({"answers": {"verdict": {"value": "yes"}}, "active_ms": 9});
        let taken = expert.post(&format!("/assignments/{assignment}/annotation"), answer).await;
        if !taken.status.is_success() {
            expert.post(&format!("/assignments/{assignment}/annotation"), plain.clone()).await.expect(201);
        }

        // What names a thing of HERON in a place of LARK: refused, or taken as words that name nothing.
        let at = |rest: &str| format!("/projects/{of_lark}{rest}");
        for (path, body) in [
            (at("/priorities"), json!({"priority": 9, "tasks": [task]})),
            (at("/tasks"), json!({"external_id": task, "data": {"question": task}, "gold": {"task": task}})),
            (at("/tasks"), json!({"task": task})),
            (at("/releases"), json!({"formats": ["full"], "project": of_heron, "tasks": [task]})),
            (at("/guidelines"), json!({"text": "x", "from": of_heron})),
            (at("/schemas"), json!({"schema": yes_no(1), "from": of_heron})),
            ("/preview".into(), json!({"schema": yes_no(1), "row": {"task": task, "question": task}})),
            (format!("/clients/{lark}/projects"),
             json!({"name": "Copy", "schema": yes_no(1), "guideline": "x", "pipeline": {}, "pool": {}, "template": of_heron})),
        ] {
            let reply = operator.post(&path, body).await;
            assert!(!reply.text().contains(HERONS), "{path} answered with what is another's: {}", reply.text());
        }
        let order = operator.post(&at("/releases"), json!({"formats": ["full"]})).await.expect(201);

        // LARK's people, in all they may read and work on.
        let of_larks = server.expert(of_lark).await;
        while let Some(sent) = {
            let taken = of_larks.post(&at("/assignments"), json!({"step": "label"})).await;
            (taken.status == 201).then(|| taken.json())
        } {
            assert!(!sent.to_string().contains(HERONS), "{sent}");
            let path = format!("/assignments/{}/annotation", sent["id"].as_str().unwrap());
            of_larks.post(&path, plain.clone()).await.expect(201);
        }
        let observer = server.member(Role::Observer, &[lark]).await;
        let release = format!("/releases/{}", order["id"].as_str().unwrap());
        for path in [
            at(""), at("/tasks"), at("/progress"), at("/batches"), at("/flags"), at("/releases"), at("/guideline"),
            at("/quality"), release, format!("/clients/{lark}/exposures"), "/projects".into(), "/requests".into(),
        ] {
            for who in [&observer, &of_larks] {
                let text = who.get(&path).await.text();
                assert!(!text.contains(HERONS), "{path} as {}: {text}", who.asker().role);
                assert!(!text.contains(&heron.to_string()), "{path} as {}: {text}", who.asker().role);
            }
        }
    })
    .await;
}
