//! A token does what its scopes say and no more.

use serde_json::json;
use vouchsafe_app::work::projects::NewPipeline;
use vouchsafe_domain::access::role::Role;
use vouchsafe_testkit::{
    serve,
    world::{questions, yes_no},
};

#[tokio::test(flavor = "multi_thread")]
async fn a_token_leads_only_where_its_scopes_and_its_client_let_it() {
    serve::each(|server| async move {
        let (heron, lark) = (server.world.client("HERON").await, server.world.client("LARK").await);
        let operator = server.member(Role::Operator, &[heron, lark]).await;
        let project = server.world.project(operator.asker(), heron, yes_no(1), NewPipeline::default()).await;
        server.world.import(operator.asker(), project, questions(1)).await;
        let create = async |body: serde_json::Value| operator.post("/tokens", body).await.expect(201);
        let with = |made: &serde_json::Value| server.visitor().with_token(made["secret"].as_str().unwrap());
        let state = json!({"state": "paused"});
        let (one, list) = (format!("/projects/{project}"), format!("/projects/{project}/tasks"));

        let reader = with(&create(json!({"name": "reader", "scopes": ["read"], "days": 1})).await);
        reader.get(&list).await.expect(200);
        assert_eq!(reader.patch(&one, state.clone()).await.slug(), "scope");
        assert_eq!(reader.post("/tokens", json!({"name": "more", "days": 1})).await.slug(), "scope");
        let deliverer = with(&create(json!({"name": "releases", "scopes": ["releases"], "days": 1})).await);
        assert_eq!(deliverer.get(&list).await.slug(), "scope");
        deliverer.get(&format!("/projects/{project}/releases")).await.expect(200);
        let runner = with(&create(json!({"name": "runner", "scopes": ["operate"], "days": 1})).await);
        runner.patch(&one, state).await.expect(204);
        assert_eq!(
            runner.post("/invitations", json!({"role": "expert", "email": "a@example.org"})).await.slug(),
            "scope"
        );
        let all = with(&create(json!({"name": "all", "days": 1})).await);
        all.post("/invitations", json!({"role": "expert", "email": "a@example.org"})).await.expect(201);
        assert_eq!(
            all.post("/tokens", json!({"name": "more", "days": 1})).await.status,
            403,
            "a token makes no tokens"
        );

        let made = create(json!({"name": "one client", "client": lark, "days": 1})).await;
        let bound = with(&made);
        assert_eq!(bound.get(&one).await.status, 404, "another client is not there");
        for reply in [
            bound.post("/invitations", json!({"role": "expert", "email": "b@example.org"})).await,
            bound.get("/members").await,
            bound.get("/invitations").await,
            bound.put("/profile", json!({})).await,
            bound.get("/tokens").await,
            bound.get("/me/custody").await,
            bound.post("/me/interests", json!({"kind": "equity", "name": "Bank", "reason": "shares"})).await,
            bound.delete("/sessions").await,
        ] {
            assert_eq!((reply.status.as_u16(), reply.slug().as_str()), (403, "forbidden"), "{}", reply.text());
        }
        let shouted = server.visitor().with("authorization", &format!("BEARER {}", made["secret"].as_str().unwrap()));
        shouted.get("/clients").await.expect(200);
        let me = bound.get("/session").await.expect(200);
        assert_eq!(me["clients"].as_array().unwrap().len(), 1, "of the other client it says nothing: {me}");
        assert_eq!(me["clients"][0]["code_name"], "LARK");
        let listed = operator.get("/tokens").await.expect(200);
        assert_eq!(listed["items"].as_array().unwrap().len(), 5);
        assert!(!listed.to_string().contains("vs_"), "a secret is told once");
        operator.delete(&format!("/tokens/{}", made["id"].as_str().unwrap())).await.expect(204);
        assert_eq!(bound.get("/clients").await.status, 401);
        assert_eq!(
            create(json!({"name": "x", "scopes": ["read", "read"], "days": 1})).await["secret"].as_str().unwrap().len(),
            67
        );
        assert_eq!(operator.post("/tokens", json!({"name": "x", "scopes": ["root"], "days": 1})).await.status, 422);
        server.world.clock.pass(2 * vouchsafe_domain::time::Micros::DAY);
        assert_eq!(reader.get(&list).await.status, 401, "it expired");
    })
    .await;
}

/// A token that may only read looks at an assignment as it stands, and neither extends nor takes up its lease.
#[tokio::test(flavor = "multi_thread")]
async fn a_token_that_may_only_read_takes_no_lease_up() {
    serve::each(|server| async move {
        let client = server.world.client("HERON").await;
        let operator = server.member(Role::Operator, &[client]).await;
        let project = server.world.project(operator.asker(), client, yes_no(1), NewPipeline::default()).await;
        server.world.import(operator.asker(), project, questions(1)).await;
        let expert = server.expert(project).await;
        let token = async |scope: &str| {
            let made = expert.post("/tokens", json!({"name": scope, "scopes": [scope], "days": 1})).await.expect(201);
            server.visitor().with_token(made["secret"].as_str().unwrap())
        };
        let (reader, worker) = (token("read").await, token("work").await);
        let held = expert.post(&format!("/projects/{project}/assignments"), json!({})).await.expect(201);
        let one = format!("/assignments/{}", held["id"].as_str().unwrap());
        server.world.clock.pass(vouchsafe_domain::time::Micros::MINUTE);
        assert_eq!(reader.get(&one).await.expect(200)["lapses_at"], held["lapses_at"]);
        assert_ne!(worker.get(&one).await.expect(200)["lapses_at"], held["lapses_at"]);
        server.world.clock.pass(vouchsafe_domain::time::Micros::HOUR);
        server.world.app.sweep_lapsed().await.unwrap();
        assert_eq!(reader.get(&one).await.expect(200)["state"], "lapsed");
        assert_eq!(worker.get(&one).await.expect(200)["state"], "leased");
    })
    .await;
}
