//! The line over HTTP: an expert is given a task, answers it once, and is given the next.

use serde_json::json;
use vouchsafe_app::work::projects::NewPipeline;
use vouchsafe_domain::{access::role::Role, time::Micros};
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

/// What others answered is shown after one's own judgement, and never an answer that is still to be judged blind.
#[tokio::test(flavor = "multi_thread")]
async fn a_reviewer_sees_what_others_answered_only_after_judging() {
    serve::each(|server| async move {
        let client = server.world.client("HERON").await;
        let operator = server.member(Role::Operator, &[client]).await;
        let pipeline = NewPipeline { review_rate: Some(1.0), ..NewPipeline::default() };
        let project = server.world.project(operator.asker(), client, yes_no(2), pipeline).await;
        server.world.import(operator.asker(), project, questions(1)).await;
        let take = format!("/projects/{project}/assignments");
        for said in ["yes", "no"] {
            let expert = server.expert(project).await;
            let sent = expert.post(&take, json!({"step": "label"})).await.expect(201);
            let path = format!("/assignments/{}/annotation", sent["id"].as_str().unwrap());
            expert.post(&path, json!({"answers": {"verdict": {"value": said}}})).await.expect(201);
        }

        let reviewer = server.member(Role::Reviewer, &[client]).await;
        let other = server.member(Role::Reviewer, &[client]).await;
        let mut judged = Vec::new();
        for others in 0..2 {
            let held = reviewer.post(&take, json!({"step": "review"})).await.expect(201);
            let path = format!("/assignments/{}", held["id"].as_str().unwrap());
            assert_eq!(reviewer.get(&format!("{path}/judged")).await.slug(), "not_judged");
            reviewer.post(&format!("{path}/review"), json!({"verdict": "accept"})).await.expect(201);
            let seen = reviewer.get(&format!("{path}/judged")).await.expect(200);
            assert_eq!(seen["judged"]["answers"], held["annotation"]["answers"]);
            assert_eq!(seen["judged"]["review"]["verdict"], "accept");
            assert_eq!(seen["others"].as_array().unwrap().len(), others, "what waits is judged blind: {seen}");
            assert_eq!(other.get(&format!("{path}/judged")).await.status, 404, "it is another's judgement");
            judged.push(path);
        }
        let seen = reviewer.get(&format!("{}/judged", judged[0])).await.expect(200);
        assert_ne!(seen["others"][0]["answers"], seen["judged"]["answers"]);
        assert!(seen["others"][0]["author"].as_str().unwrap().starts_with("p-"), "a name is not for reviewers");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_comes_back_says_why_and_how_long_it_waits_and_counts_once_answered_anew() {
    serve::each(|server| async move {
        let client = server.world.client("HERON").await;
        let operator = server.member(Role::Operator, &[client]).await;
        let pipeline = NewPipeline { review_rate: Some(1.0), ..NewPipeline::default() };
        let project = server.world.project(operator.asker(), client, yes_no(1), pipeline).await;
        server.world.import(operator.asker(), project, questions(1)).await;
        let take = format!("/projects/{project}/assignments");
        let expert = server.expert(project).await;
        let sent = expert.post(&take, json!({"step": "label"})).await.expect(201);
        let path = format!("/assignments/{}/annotation", sent["id"].as_str().unwrap());
        let first = expert.post(&path, json!({"answers": {"verdict": {"value": "yes"}}})).await.expect(201);

        let reviewer = server.member(Role::Reviewer, &[client]).await;
        let review = async |verdict| {
            let held = reviewer.post(&take, json!({"step": "review"})).await.expect(201);
            let path = format!("/assignments/{}/review", held["id"].as_str().unwrap());
            reviewer.post(&path, verdict).await.expect(201)
        };
        let told = json!({"verdict": "return", "reasons": ["incorrect"], "comment": "Read it again.", "to": "author"});
        assert_eq!(review(told).await["annotation_state"], "returned");
        let back = expert.get("/work").await.expect(200)["returned"][0].clone();
        assert_eq!((&back["assignment"], &back["reasons"]), (&sent["id"], &json!(["incorrect"])));
        assert_eq!(back["comment"], "Read it again.");
        let moment = |name: &str| back[name].as_str().unwrap().parse::<Micros>().unwrap();
        assert_eq!(moment("lapses_at").since(moment("at")), 3 * Micros::DAY);

        // What is sent again names the answer that came back; the review of the next one names both.
        let named = async |act: &str| {
            let entries = server.ledger(Some(client)).await.into_iter().filter(|entry| entry["act"]["act"] == act);
            entries.map(|entry| entry["object"]["annotations"].clone()).collect::<Vec<_>>()
        };
        expert.get(&format!("/assignments/{}", sent["id"].as_str().unwrap())).await.expect(200);
        assert_eq!(named("assignment.resumed").await, [json!([first["annotation"]])]);
        let second = expert.post(&path, json!({"answers": {"verdict": {"value": "no"}}})).await.expect(201);
        assert_eq!(expert.get("/work").await.expect(200)["returned"], json!([]));
        assert_eq!(review(json!({"verdict": "accept"})).await["annotation_state"], "accepted");
        let sent = named("assignment.sent").await;
        assert!(sent.contains(&json!([second["annotation"], first["annotation"]])), "{sent:?}");
        assert!(sent.contains(&json!([first["annotation"]])) && sent.contains(&json!(null)), "{sent:?}");
        assert_eq!(
            operator.get(&format!("/projects/{project}/progress")).await.expect(200)["by_state"]["done"],
            json!(1)
        );
    })
    .await;
}
