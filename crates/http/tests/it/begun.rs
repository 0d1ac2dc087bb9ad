//! What is begun is told apart by what its holder did with it, and by nothing of its content.

use serde_json::{Value, json};
use vouchsafe_app::work::projects::NewPipeline;
use vouchsafe_domain::{access::role::Role, time::Micros};
use vouchsafe_testkit::{
    serve,
    world::{questions, yes_no},
};

fn column(rows: &Value, name: &str) -> Vec<Value> {
    rows.as_array().unwrap().iter().map(|row| row[name].clone()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn begun_tasks_of_one_project_are_told_apart_by_when_they_were_begun_and_saved() {
    serve::each(|server| async move {
        let (world, app) = (&server.world, &server.world.app);
        let client = world.client("HERON").await;
        let operator = world.member(Role::Operator, &[client]).await;
        let project = world.project(&operator, client, yes_no(1), NewPipeline::default()).await;
        world.import(&operator, project, questions(4)).await;
        let expert = server.expert(project).await;
        let (start, mut held) = (app.now(), Vec::new());
        for _ in 0..2 {
            let taken = expert.post(&format!("/projects/{project}/assignments"), json!({})).await.expect(201);
            held.push(taken["id"].clone());
            world.clock.pass(Micros::MINUTE);
        }
        let saved = app.now();
        let draft = json!({"answers": {"verdict": {"value": "yes"}}, "active_ms": 900});
        expert.put(&format!("/assignments/{}/draft", held[1].as_str().unwrap()), draft).await.expect(204);
        world.clock.pass(Micros::MINUTE);

        let home = expert.get("/work").await.expect(200);
        assert_eq!(home["server_now"], saved.plus(Micros::MINUTE).to_string());
        let open = &home["open"];
        assert_eq!(column(open, "assignment"), held);
        assert_eq!(column(open, "number"), [json!(1), json!(2)]);
        let begun = [json!(start.to_string()), json!(start.plus(Micros::MINUTE).to_string())];
        assert_eq!(column(open, "begun_at"), begun);
        assert_eq!(column(open, "draft_at"), [Value::Null, json!(saved.to_string())]);
        // Whoever was told more could know a task by it.
        let fields: Vec<&String> = open[0].as_object().unwrap().keys().collect();
        let told = ["assignment", "project", "step", "purpose", "number", "begun_at", "draft_at", "lapses_at"];
        assert_eq!(fields, told);

        world.clock.pass(Micros::HOUR);
        app.sweep_lapsed().await.unwrap();
        let home = expert.get("/work").await.expect(200);
        assert_eq!(home["open"], json!([]));
        let unfinished = &home["unfinished"];
        assert_eq!(column(unfinished, "number"), [json!(2)], "the other has no draft to go on with");
        assert_eq!(column(unfinished, "begun_at"), begun[1..]);
        assert_eq!(column(unfinished, "draft_at"), [json!(saved.to_string())]);
    })
    .await;
}
