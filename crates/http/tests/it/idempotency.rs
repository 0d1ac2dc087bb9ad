//! The same request under the same key is carried out once, and asks the gate each time.

use serde_json::json;
use vouchsafe_app::work::projects::NewPipeline;
use vouchsafe_domain::{access::role::Role, time::Micros};
use vouchsafe_testkit::{
    serve,
    world::{questions, yes_no},
};

#[tokio::test(flavor = "multi_thread")]
async fn a_repeated_request_is_answered_again_and_not_done_again() {
    serve::each(|server| async move {
        let client = server.world.client("HERON").await;
        let operator = server.member(Role::Operator, &[client]).await;
        let reviewed = NewPipeline { review_rate: Some(1.0), ..NewPipeline::default() };
        let project = server.world.project(operator.asker(), client, yes_no(1), reviewed).await;
        server.world.import(operator.asker(), project, questions(5)).await;
        let expert = server.expert(project).await.with("idempotency-key", "one");
        let take = format!("/projects/{project}/assignments");

        let first = expert.post(&take, json!({})).await.expect(201);
        let again = expert.post(&take, json!({})).await;
        assert_eq!(again.headers["idempotency-replayed"], "true");
        let again = again.expect(201);
        assert_eq!((&again["id"], &again["content"]), (&first["id"], &first["content"]));
        let other_body = expert.post(&take, json!({"step": "label"})).await.expect(201);
        assert_ne!(other_body["id"], first["id"], "another body is another request");
        let other_key = expert.with("idempotency-key", "two").post(&take, json!({})).await.expect(201);
        assert_ne!(other_key["id"], first["id"]);
        let other_member = server.expert(project).await.with("idempotency-key", "one");
        let theirs = other_member.post(&take, json!({})).await.expect(201);
        assert_ne!(theirs["id"], first["id"], "another member's key is an unknown key");
        let acts = server.acts(Some(client)).await;
        assert_eq!(acts.iter().filter(|act| *act == "assignment.sent").count(), 4);
        assert_eq!(acts.iter().filter(|act| *act == "assignment.resumed").count(), 1, "told again, recorded again");

        let answer = format!("/assignments/{}/annotation", first["id"].as_str().unwrap());
        let answers = json!({"answers": {"verdict": {"value": "yes"}}});
        let receipt = expert.post(&answer, answers.clone()).await.expect(201);
        assert_eq!(expert.post(&answer, answers).await.expect(201), receipt);

        let judge = server.member(Role::Reviewer, &[client]).await.with("idempotency-key", "three");
        let held = judge.post(&take, json!({"step": "review"})).await.expect(201);
        let path = format!("/assignments/{}/review", held["id"].as_str().unwrap());
        let verdict = json!({"verdict": "accept"});
        let receipt = judge.post(&path, verdict.clone()).await.expect(201);
        assert_eq!(judge.post(&path, verdict).await.expect(201), receipt);

        let operator = operator.with("idempotency-key", "four");
        let path = format!("/projects/{project}/guidelines");
        assert_eq!(operator.post(&path, json!({"text": "Read twice."})).await.expect(201)["version"], 2);
        assert_eq!(operator.post(&path, json!({"text": "Read twice."})).await.expect(201)["version"], 2);
        let pause = json!({"state": "paused"});
        operator.patch(&format!("/projects/{project}"), pause.clone()).await.expect(204);
        operator.patch(&format!("/projects/{project}"), pause).await.expect(204);
        let invite = json!({"role": "expert", "email": "a@example.org"});
        operator.post("/invitations", invite.clone()).await.expect(201);
        assert_eq!(operator.post("/invitations", invite).await.slug(), "already_done", "a secret is told once");
        assert_eq!(operator.with("idempotency-key", "").post(&path, json!({})).await.slug(), "bad_key");
        let acts = server.acts(Some(client)).await;
        for act in ["guideline.created", "project.changed"] {
            assert_eq!(acts.iter().filter(|a| *a == act).count(), 1, "{act}");
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_repeated_request_passes_the_gate_anew() {
    serve::each(|server| async move {
        let client = server.world.client("HERON").await;
        let operator = server.member(Role::Operator, &[client]).await.with("idempotency-key", "one");
        let body = json!({"name": "A project", "schema": yes_no(1), "guideline": "Read.", "pipeline": {}, "pool": {}});
        let path = format!("/clients/{client}/projects");
        let made = operator.post(&path, body.clone()).await.expect(201);
        assert_eq!(operator.post(&path, body.clone()).await.expect(201), made);
        let custodian = server.member(Role::Custodian, &[client]).await;
        let grants = custodian.get(&format!("/clients/{client}/grants")).await.expect(200);
        let grants = grants["items"].as_array().unwrap();
        let own = grants.iter().find(|g| g["member"] == json!(operator.asker().member)).unwrap();
        custodian.delete(&format!("/grants/{}", own["id"].as_str().unwrap())).await.expect(204);
        assert_eq!(operator.post(&path, body.clone()).await.status, 404, "who is shut out is told nothing again");

        let second = server.member(Role::Operator, &[client]).await.with("idempotency-key", "two");
        let made = second.post(&path, body.clone()).await.expect(201);
        server.world.clock.pass(Micros::DAY + Micros::HOUR);
        let second = server.signed(second.asker()).await.with("idempotency-key", "two");
        assert_ne!(second.post(&path, body).await.expect(201)["id"], made["id"], "a key is remembered for a day");
    })
    .await;
}

/// Of many that come at once under one key, one is carried out and the others are told what it came to.
#[tokio::test(flavor = "multi_thread")]
async fn a_crowd_under_one_key_is_one_request() {
    serve::each(|server| async move {
        let client = server.world.client("HERON").await;
        let operator = server.member(Role::Operator, &[client]).await.with("idempotency-key", "one");
        let body = json!({"name": "A project", "schema": yes_no(1), "guideline": "Read.", "pipeline": {}, "pool": {}});
        let path = format!("/clients/{client}/projects");
        let sent = futures_util::future::join_all((0..12).map(|_| operator.post(&path, body.clone()))).await;
        let first = sent[0].expect(201);
        assert!(sent.iter().all(|reply| reply.expect(201) == first));
        let acts = server.acts(Some(client)).await;
        assert_eq!(acts.iter().filter(|act| *act == "project.created").count(), 1);
    })
    .await;
}

/// A log is larger than any other body, with a key too: the web app sends one with everything.
#[tokio::test(flavor = "multi_thread")]
async fn a_large_log_is_taken_under_a_key() {
    serve::each(|server| async move {
        let custodian = server.member(Role::Custodian, &[]).await;
        let declared = json!({"scope": "Slack", "notice": "by mail", "told_at": "2025-12-01T09:00:00Z", "retention_days": 30});
        custodian.put("/watch/declaration", declared).await.expect(204);
        let act = |pad: usize| {
            json!([{"action": "ekm_unenrolled", "date_create": 1_767_600_000, "actor": {"user": {"email": "ann@lab.example"}},
                "context": {"ip_address": "192.0.2.1"}, "pad": "x".repeat(pad)}])
        };
        let custodian = custodian.with("idempotency-key", "large");
        let read = custodian.post("/watch/logs?name=large", act(9 << 20)).await.expect(201);
        assert_eq!((&read["acts"], &read["alerts"]), (&1.into(), &1.into()));
        assert_eq!(custodian.post("/watch/logs?name=large", act(9 << 20)).await.slug(), "already_done");
    })
    .await;
}
