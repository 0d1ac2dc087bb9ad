//! Nothing of a client is sent to whoever has not signed its agreement, but for the agreement itself.

use serde_json::json;
use vouchsafe_app::work::projects::NewPipeline;
use vouchsafe_domain::access::role::Role;
use vouchsafe_testkit::{
    serve,
    world::{questions, yes_no},
};

#[tokio::test(flavor = "multi_thread")]
async fn an_agreement_is_read_and_signed_before_the_first_disclosure() {
    serve::each(|server| async move {
        let client = server.world.client("HERON").await;
        let operator = server.member(Role::Operator, &[client]).await;
        let project = server.world.project(operator.asker(), client, yes_no(1), NewPipeline::default()).await;
        server.world.import(operator.asker(), project, questions(3)).await;
        let expert = server.expert(project).await;
        let (take, path) = (format!("/projects/{project}/assignments"), format!("/clients/{client}/agreement"));
        assert_eq!(expert.get(&path).await.slug(), "not_found", "no agreement was written");

        let text = json!({"text": "Keep **everything** to yourself."});
        operator.post(&format!("/clients/{client}/agreements"), text).await.expect(201);
        assert_eq!(expert.post(&take, json!({})).await.slug(), "agreement_needed");
        let home = expert.get("/work").await.expect(200);
        assert_eq!(
            (&home["projects"][0]["state"], &home["projects"][0]["name"]),
            (&json!("agreement_needed"), &json!(null))
        );

        let sent = expert.get(&path).await.expect(200);
        assert_eq!((&sent["version"], &sent["signed_at"]), (&json!(1), &json!(null)));
        assert_eq!(sent["text"], "Keep **everything** to yourself.");
        let sign = format!("{path}/sign");
        assert_eq!(expert.post(&sign, json!({"version": 2})).await.slug(), "agreement_changed");
        expert.post(&sign, json!({"version": 1})).await.expect(204);
        expert.post(&sign, json!({"version": 1})).await.expect(204);
        assert!(expert.get(&path).await.expect(200)["signed_at"].is_string());
        expert.post(&take, json!({})).await.expect(201);

        let writer = server.member(Role::Observer, &[client]).await;
        writer.post(&format!("/clients/{client}/agreements"), json!({"text": "Keep more."})).await.expect(201);
        assert_eq!(expert.post(&take, json!({})).await.slug(), "agreement_needed", "a new version is signed anew");
        let listed = writer.get(&format!("/clients/{client}/agreements")).await.expect(200);
        assert_eq!((&listed["items"][0]["version"], &listed["items"][0]["signed"]), (&json!(2), &json!(0)));
        assert_eq!(listed["items"][1]["signed"], json!(1));

        let acts = server.acts(Some(client)).await;
        for act in ["agreement.created", "agreement.sent", "agreement.signed"] {
            assert!(acts.iter().any(|a| a == act), "{act} is missing in {acts:?}");
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn to_whom_a_client_is_shut_its_agreement_is_not_there() {
    serve::each(|server| async move {
        let (heron, lark) = (server.world.client("HERON").await, server.world.client("LARK").await);
        let operator = server.member(Role::Operator, &[heron]).await;
        server.world.project(operator.asker(), heron, yes_no(1), NewPipeline::default()).await;
        operator.post(&format!("/clients/{heron}/agreements"), json!({"text": "Hush."})).await.expect(201);
        let stranger = server.member(Role::Operator, &[lark]).await;
        let admin = server.member(Role::Admin, &[]).await;
        let expert = server.member(Role::Expert, &[]).await;
        let nowhere = stranger.get(&format!("/clients/{}/agreement", server.world.app.id())).await;
        for (who, client) in [(&stranger, heron), (&admin, heron), (&expert, lark)] {
            let reply = who.get(&format!("/clients/{client}/agreement")).await;
            assert_eq!((reply.status, &reply.body), (nowhere.status, &nowhere.body));
            let signed = who.post(&format!("/clients/{client}/agreement/sign"), json!({"version": 1})).await;
            assert_eq!(signed.body, nowhere.body);
        }
        assert_eq!(stranger.post(&format!("/clients/{heron}/agreements"), json!({"text": "x"})).await.status, 404);
    })
    .await;
}
