//! What those who run a project do about its tasks: let a late answer count, put some tasks before others.

use serde_json::json;
use vouchsafe_app::work::projects::NewPipeline;
use vouchsafe_domain::{access::role::Role, time::Micros};
use vouchsafe_testkit::{
    serve,
    world::{questions, yes_no},
};

#[tokio::test(flavor = "multi_thread")]
async fn a_late_answer_counts_once_it_is_admitted() {
    serve::each(|server| async move {
        let client = server.world.client("HERON").await;
        let operator = server.member(Role::Operator, &[client]).await;
        let project = server.world.project(operator.asker(), client, yes_no(1), NewPipeline::default()).await;
        server.world.import(operator.asker(), project, questions(1)).await;
        let (slow, quick) = (server.expert(project).await, server.expert(project).await);
        let take = format!("/projects/{project}/assignments");
        let held = slow.post(&take, json!({})).await.expect(201);
        server.world.clock.pass(Micros::HOUR);
        server.world.app.sweep_lapsed().await.unwrap();
        let again = quick.post(&take, json!({})).await.expect(201);
        let answer = |id: &serde_json::Value| format!("/assignments/{}/annotation", id.as_str().unwrap());
        quick.post(&answer(&again["id"]), json!({"answers": {"verdict": {"value": "yes"}}})).await.expect(201);
        let late = slow.post(&answer(&held["id"]), json!({"answers": {"verdict": {"value": "no"}}})).await.expect(201);
        assert_eq!(late["state"], "late");
        while server.world.app.compute_consensus(10).await.unwrap() > 0 {}

        let list = format!("/projects/{project}/annotations");
        assert_eq!(operator.get(&list).await.expect(200)["items"].as_array().unwrap().len(), 2);
        let listed = operator.get(&format!("{list}?late=true")).await.expect(200);
        assert_eq!(listed["items"].as_array().unwrap().len(), 1);
        let task = listed["items"][0]["task"].as_str().unwrap();
        let consensus = format!("/tasks/{task}/consensus");
        assert_eq!(operator.get(&consensus).await.expect(200)["questions"]["verdict"]["of"], json!(1));

        let admit = format!("/tasks/{task}/annotations/{}/admit", late["annotation"].as_str().unwrap());
        assert_eq!(slow.post(&admit, json!({})).await.status, 404);
        assert_eq!(operator.post(&admit, json!({})).await.expect(200)["state"], "accepted");
        assert_eq!(operator.post(&admit, json!({})).await.slug(), "not_late");
        assert_eq!(operator.get(&consensus).await.expect(200)["questions"], json!(null), "it is reckoned anew");
        while server.world.app.compute_consensus(10).await.unwrap() > 0 {}
        let settled = operator.get(&consensus).await.expect(200);
        assert_eq!(settled["questions"]["verdict"]["of"], json!(2));
        assert_eq!(slow.get(&consensus).await.status, 404, "labelling stays blind");
        let acts = server.acts(Some(client)).await;
        for act in ["annotation.late", "annotation.admitted", "consensus.sent"] {
            assert!(acts.iter().any(|a| a == act), "{act} is missing in {acts:?}");
        }
    })
    .await;
}

/// Whoever changes his mind after the lapse has one answer that can be admitted, the newest; and it counts once.
#[tokio::test(flavor = "multi_thread")]
async fn of_two_late_answers_of_one_person_one_counts() {
    serve::each(|server| async move {
        let client = server.world.client("HERON").await;
        let operator = server.member(Role::Operator, &[client]).await;
        let project = server.world.project(operator.asker(), client, yes_no(1), NewPipeline::default()).await;
        server.world.import(operator.asker(), project, questions(1)).await;
        let (slow, quick) = (server.expert(project).await, server.expert(project).await);
        let take = format!("/projects/{project}/assignments");
        let held = slow.post(&take, json!({})).await.expect(201);
        server.world.clock.pass(Micros::HOUR);
        server.world.app.sweep_lapsed().await.unwrap();
        let again = quick.post(&take, json!({})).await.expect(201);
        let answer = |id: &serde_json::Value| format!("/assignments/{}/annotation", id.as_str().unwrap());
        let yes = json!({"answers": {"verdict": {"value": "yes"}}});
        quick.post(&answer(&again["id"]), yes.clone()).await.expect(201);
        let first = slow.post(&answer(&held["id"]), json!({"answers": {"verdict": {"value": "no"}}})).await.expect(201);
        let second = slow.post(&answer(&held["id"]), yes).await.expect(201);
        assert_eq!((&first["state"], &second["state"]), (&json!("late"), &json!("late")));

        let listed = operator.get(&format!("/projects/{project}/annotations?late=true")).await.expect(200);
        let listed = listed["items"].as_array().unwrap();
        assert_eq!(listed.len(), 1, "{listed:?}");
        assert_eq!(listed[0]["id"], second["annotation"]);
        let admit = |of: &serde_json::Value| {
            let (task, id) = (held["task"].as_str().unwrap(), of["annotation"].as_str().unwrap());
            format!("/tasks/{task}/annotations/{id}/admit")
        };
        assert_eq!(operator.post(&admit(&first), json!({})).await.slug(), "not_late");
        assert_eq!(operator.post(&admit(&second), json!({})).await.expect(200)["state"], "accepted");
        while server.world.app.compute_consensus(10).await.unwrap() > 0 {}
        let consensus = format!("/tasks/{}/consensus", held["task"].as_str().unwrap());
        assert_eq!(operator.get(&consensus).await.expect(200)["questions"]["verdict"]["of"], json!(2));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn tasks_that_were_given_another_priority_come_first() {
    serve::each(|server| async move {
        let client = server.world.client("HERON").await;
        let operator = server.member(Role::Operator, &[client]).await;
        let project = server.world.project(operator.asker(), client, yes_no(1), NewPipeline::default()).await;
        server.world.import(operator.asker(), project, questions(5)).await;
        let tasks = operator.get(&format!("/projects/{project}/tasks")).await.expect(200);
        let (last, batch) = (tasks["items"][4]["id"].clone(), tasks["items"][0]["batch"].clone());
        let path = format!("/projects/{project}/priorities");
        let moved = operator.post(&path, json!({"priority": 9, "tasks": [last]})).await.expect(200);
        assert_eq!(moved["moved"], json!(1));
        assert_eq!(operator.post(&path, json!({"priority": 9, "tasks": [last]})).await.expect(200)["moved"], json!(0));
        assert_eq!(operator.post(&path, json!({"priority": 10, "tasks": [last]})).await.status, 422);
        assert_eq!(operator.post(&path, json!({"priority": 1})).await.status, 422);
        let expert = server.expert(project).await;
        let take = format!("/projects/{project}/assignments");
        assert_eq!(expert.post(&take, json!({})).await.expect(201)["task"], last);
        let moved = operator.post(&path, json!({"priority": 3, "batch": batch})).await.expect(200);
        assert_eq!(moved["moved"], json!(5));
        let next = expert.post(&take, json!({})).await.expect(201);
        assert_eq!(next["task"], tasks["items"][0]["id"], "the others keep their order");
    })
    .await;
}
