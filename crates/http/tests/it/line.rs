//! The line over HTTP: an expert is given a task, answers it once, and is given the next.

use serde_json::json;
use vouchsafe_app::work::projects::NewPipeline;
use vouchsafe_domain::access::role::Role;
use vouchsafe_testkit::{
    serve,
    world::{questions, yes_no},
};

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_gets_a_receipt_and_the_same_answer_the_same_one() {
    serve::each(|server| async move {
        let client = server.world.client("HERON").await;
        let operator = server.member(Role::Operator, &[client]).await;
        let project = server.world.project(operator.asker(), client, yes_no(1), NewPipeline::default()).await;
        server.world.import(operator.asker(), project, questions(1)).await;
        let expert = server.expert(project).await;

        let sent = expert.post(&format!("/projects/{project}/assignments"), json!({"step": "label"})).await.expect(201);
        let assignment = sent["id"].as_str().unwrap();
        let answers = json!({"answers": {"verdict": {"value": "yes"}}, "active_ms": 1200});
        let path = format!("/assignments/{assignment}/annotation");
        let receipt = expert.post(&path, answers.clone()).await.expect(201);
        assert_eq!(expert.post(&path, answers).await.expect(201), receipt);
        let none = expert.post(&format!("/projects/{project}/assignments"), json!({"step": "label"})).await;
        assert_eq!(none.status, 204);

        let acts = server.acts(Some(client)).await;
        assert_eq!(acts.iter().filter(|act| *act == "annotation.submitted").count(), 1, "{acts:?}");
    })
    .await;
}
