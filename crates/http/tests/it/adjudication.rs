//! A contested task from its answers to a decision, through the doors that people use.

use serde_json::{Value, json};
use vouchsafe_app::work::projects::NewPipeline;
use vouchsafe_domain::{access::role::Role, time::Micros};
use vouchsafe_testkit::{
    client::Client,
    serve::{self, Server},
    world::{questions, yes_no},
};

const TASKS: usize = 8;

async fn answer_all(expert: &Client, take: &str, say: impl Fn(&str) -> &'static str) {
    loop {
        let taken = expert.post(take, json!({})).await;
        if taken.status == 204 {
            return;
        }
        let taken = taken.expect(201);
        let said = say(taken["content"]["question"]["text"].as_str().unwrap());
        let path = format!("/assignments/{}/annotation", taken["id"].as_str().unwrap());
        expert.post(&path, json!({"answers": {"verdict": {"value": said}}, "active_ms": 900})).await.expect(201);
    }
}

async fn reckoned(server: &Server, project: vouchsafe_domain::ids::ProjectId) {
    while server.world.app.compute_consensus(50).await.unwrap() > 0 {}
    server.world.app.compute_quality_for(project).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn what_two_could_not_settle_is_handed_to_a_third_with_all_they_said() {
    serve::each(|server| async move {
        let client = server.world.client("HERON").await;
        let operator = server.member(Role::Operator, &[client]).await;
        let project = server.world.project(operator.asker(), client, yes_no(2), NewPipeline::default()).await;
        server.world.import(operator.asker(), project, questions(TASKS)).await;
        let settings =
            json!({"pipeline": {"adjudicate": {"below": 0.8}, "price": {"per_answer": 1.5, "currency": "EUR"}}});
        operator.patch(&format!("/projects/{project}"), settings).await.expect(204);
        let bad = json!({"pipeline": {"adjudicate": {"below": 0.3}}});
        let refused = operator.patch(&format!("/projects/{project}"), bad).await;
        assert_eq!(refused.status, 422, "{}", refused.text());

        let take = format!("/projects/{project}/assignments");
        answer_all(&server.expert(project).await, &take, |_| "yes").await;
        answer_all(&server.expert(project).await, &take, |text| if text.starts_with("Is 3 ") { "no" } else { "yes" })
            .await;
        reckoned(&server, project).await;

        let judge = server.member(Role::Reviewer, &[client]).await;
        let home = judge.get("/work").await.expect(200);
        assert_eq!(home["projects"][0]["tasks"]["contested"], json!(1), "{home}");
        let progress = operator.get(&format!("/projects/{project}/progress")).await.expect(200);
        assert_eq!(progress["contested"], json!(1), "{progress}");
        let sent = judge.post(&take, json!({"step": "adjudicate"})).await.expect(201);
        assert_eq!((&sent["step"], sent["answers"].as_array().unwrap().len()), (&json!("adjudicate"), 2));
        let said: Vec<&Value> =
            sent["answers"].as_array().unwrap().iter().map(|a| &a["answers"]["verdict"]["value"]).collect();
        assert!(said.contains(&&json!("yes")) && said.contains(&&json!("no")), "{said:?}");
        let ledger = server.ledger(Some(client)).await;
        let entry = ledger.iter().find(|entry| entry["act"]["step"] == "adjudicate").expect("it was recorded before");
        assert!(entry["object"]["fields"].as_array().unwrap().contains(&json!("answers")), "{entry}");
        let ids: Vec<&Value> = sent["answers"].as_array().unwrap().iter().map(|answer| &answer["id"]).collect();
        assert_eq!(entry["object"]["annotations"], json!(ids), "each answer that went out is named");

        // What is held is nobody else's; a draft is kept; the answer must fit the schema.
        let id = sent["id"].as_str().unwrap().to_owned();
        let (decide, draft) = (format!("/assignments/{id}/decision"), format!("/assignments/{id}/draft"));
        let no =
            json!({"answers": {"verdict": {"value": "no"}}, "comment": "Threes are not round.", "active_ms": 4_000});
        judge.put(&draft, json!({"answers": {"verdict": {"value": "no"}}})).await.expect(204);
        assert_eq!(
            judge.get(&format!("/assignments/{id}")).await.expect(200)["draft"]["answers"]["verdict"]["value"],
            "no"
        );
        let again = server.ledger(Some(client)).await;
        let again = again.iter().find(|entry| entry["act"]["act"] == "assignment.resumed").expect("it was recorded");
        assert_eq!(again["object"]["annotations"], json!(ids));
        assert_eq!(server.member(Role::Reviewer, &[client]).await.post(&decide, no.clone()).await.status, 404);
        assert_eq!(judge.post(&decide, json!({"answers": {"verdict": {"value": "maybe"}}})).await.status, 422);
        let annotation = json!({"answers": {"verdict": {"value": "no"}}});
        assert_eq!(
            judge.post(&format!("/assignments/{id}/annotation"), annotation).await.status,
            404,
            "it is no label"
        );
        server.world.clock.pass(Micros::SECOND);
        let receipt = judge.post(&decide, no.clone()).await.expect(201);
        assert_eq!(receipt["task"], sent["task"]);
        assert_eq!(judge.post(&decide, no).await.slug(), "assignment_over");

        reckoned(&server, project).await;
        let task = sent["task"].as_str().unwrap();
        let agreed = operator.get(&format!("/tasks/{task}/consensus")).await.expect(200);
        let verdict = &agreed["questions"]["verdict"];
        assert_eq!(
            (&verdict["method"], &verdict["value"], &verdict["count"]),
            (&json!("adjudicated"), &json!("no"), &json!(1))
        );
        assert_eq!(agreed["decided"]["comment"], "Threes are not round.");
        assert!(agreed["decided"]["by"].as_str().unwrap().starts_with("p-"), "{agreed}");
        let report = operator.get(&format!("/projects/{project}/quality")).await.expect(200)["report"].clone();
        assert_eq!((&report["decided_tasks"], &report["cost"]["decisions"]), (&json!(1), &json!(1)));
        assert_eq!(report["cost"]["answers_per_accepted"], json!(2.0));
        assert_eq!(report["cost"]["price"], json!({"per_answer": 1.5, "currency": "EUR", "per_accepted": 3.0}));

        // Whoever runs the project has it decided anew; the log says which decision took the place of which.
        let reopen = format!("/tasks/{task}/decision/reopen");
        let why = json!({"reason": "Threes are round after all."});
        assert_eq!(judge.post(&reopen, why.clone()).await.status, 404);
        operator.post(&reopen, why.clone()).await.expect(204);
        assert_eq!(operator.post(&reopen, why).await.slug(), "reopened_already");
        let other = server.member(Role::Reviewer, &[client]).await;
        assert_eq!(other.get("/work").await.expect(200)["projects"][0]["tasks"]["contested"], json!(1));
        assert_eq!(judge.post(&take, json!({"step": "adjudicate"})).await.status, 204, "he decided it before");
        let again = other.post(&take, json!({"step": "adjudicate"})).await.expect(201);
        let anew = again["id"].as_str().unwrap();
        server.world.clock.pass(Micros::SECOND);
        let yes = json!({"answers": {"verdict": {"value": "yes"}}});
        other.post(&format!("/assignments/{anew}/decision"), yes).await.expect(201);
        reckoned(&server, project).await;
        let agreed = operator.get(&format!("/tasks/{task}/consensus")).await.expect(200);
        assert_eq!(agreed["questions"]["verdict"]["value"], "yes");
        assert_eq!(agreed["superseded"][0]["answers"]["verdict"]["value"], "no");
        assert_eq!(agreed["superseded"][0]["reopened"]["reason"], "Threes are round after all.");
        let ledger = server.ledger(Some(client)).await;
        let of = |word: &str| ledger.iter().filter(|entry| entry["act"]["act"] == word).collect::<Vec<_>>();
        let (reopened, decided) = (of("decision.reopened"), of("task.adjudicated"));
        assert_eq!((reopened.len(), &reopened[0]["object"]["decision"]), (1, &json!(id)));
        let supersedes: Vec<&Value> = decided.iter().map(|entry| &entry["object"]["supersedes"]).collect();
        assert_eq!(supersedes.len(), 2);
        assert!(supersedes.contains(&&json!(id)) && supersedes.contains(&&Value::Null), "{supersedes:?}");
        let told = of("consensus.sent")
            .into_iter()
            .any(|entry| entry["object"]["decisions"].as_array().is_some_and(|ids| ids.len() == 2));
        assert!(told, "what was sent of decisions is named");
    })
    .await;
}
