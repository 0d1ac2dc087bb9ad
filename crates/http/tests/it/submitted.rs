//! What one submitted: found again by whoever did it, for as long as he may know of it.

use serde_json::{Value, json};
use vouchsafe_app::work::projects::NewPipeline;
use vouchsafe_domain::{
    access::role::Role,
    ids::{ClientId, ProjectId},
    time::Micros,
};
use vouchsafe_testkit::{
    client::Client,
    serve::{self, Server},
    world::{questions, yes_no},
};

const LIST: &str = "/submitted";

struct Scene {
    server: Server,
    client: ClientId,
    operator: Client,
    project: ProjectId,
    expert: Client,
}

async fn project(server: &Server, operator: &Client, client: ClientId) -> ProjectId {
    let pipeline = NewPipeline { review_rate: Some(1.0), ..NewPipeline::default() };
    let project = server.world.project(operator.asker(), client, yes_no(2), pipeline).await;
    server.world.import(operator.asker(), project, questions(6)).await;
    project
}

async fn scene(server: Server) -> Scene {
    let client = server.world.client("HERON").await;
    let operator = server.member(Role::Operator, &[client]).await;
    let project = project(&server, &operator, client).await;
    let expert = server.expert(project).await;
    Scene { server, client, operator, project, expert }
}

/// Takes and answers one; which assignment it was.
async fn answer(server: &Server, who: &Client, project: ProjectId, said: &str) -> String {
    server.world.clock.pass(Micros::MINUTE);
    who.post(&format!("/projects/{project}/guideline/acknowledge"), json!({"version": 1})).await;
    let sent = who.post(&format!("/projects/{project}/assignments"), json!({})).await.expect(201);
    let id = sent["id"].as_str().unwrap().to_owned();
    let body = json!({"answers": {"verdict": {"value": said}}, "active_ms": 1_200});
    who.post(&format!("/assignments/{id}/annotation"), body).await.expect(201);
    id
}

fn column(page: &Value, name: &str) -> Vec<String> {
    page["items"].as_array().unwrap().iter().map(|row| row[name].as_str().unwrap().to_owned()).collect()
}

async fn shut(who: &Client, opened: &str, what: &str) {
    let page = who.get(LIST).await.expect(200);
    assert_eq!((&page["items"], &page["projects"]), (&json!([]), &json!([])), "{what}");
    let absent = who.get("/assignments/00000000-0000-4000-8000-000000000000/submitted").await;
    let gone = who.get(opened).await;
    assert_eq!((gone.status, &gone.body), (absent.status, &absent.body), "{what}");
    assert_eq!(gone.status, 404, "{what}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_one_submitted_is_listed_newest_first_page_by_page_and_by_project() {
    serve::each(|server| async move {
        let Scene { server, client, operator, project: first, expert } = scene(server).await;
        server.world.clock.pass(Micros::MINUTE);
        let second = project(&server, &operator, client).await;
        let mut done = Vec::new();
        for n in 0..7 {
            let of = if n % 2 == 0 { first } else { second };
            done.insert(0, answer(&server, &expert, of, "yes").await);
        }
        // Others have their own, and the list of nobody is empty.
        let other = server.expert(first).await;
        answer(&server, &other, first, "no").await;
        assert_eq!(column(&other.get(LIST).await.expect(200), "assignment").len(), 1);
        assert_eq!(operator.get(LIST).await.expect(200)["items"], json!([]));

        let (mut paged, mut after, mut turns) = (Vec::new(), String::new(), 0);
        loop {
            let page = expert.get(&format!("{LIST}?limit=3{after}")).await.expect(200);
            paged.extend(column(&page, "assignment"));
            turns += 1;
            let Some(next) = page["next"].as_str() else { break };
            after = format!("&after={next}");
        }
        assert_eq!((&paged, turns), (&done, 3));
        let whole = expert.get(LIST).await.expect(200);
        assert_eq!(column(&whole, "assignment"), done);
        let known: Vec<_> = whole["projects"].as_array().unwrap().iter().map(|one| one["id"].clone()).collect();
        assert_eq!(known, [json!(second), json!(first)]);
        assert_eq!(
            (&whole["projects"][0]["name"], &whole["projects"][0]["opens"]),
            (&json!("A project"), &json!(true))
        );
        let row = whole["items"][0].as_object().unwrap();
        let fields: Vec<&String> = row.keys().collect();
        assert_eq!(
            fields,
            ["annotation", "assignment", "project", "revision", "active_ms", "submitted_at", "returned"]
        );
        assert_eq!((&row["active_ms"], &row["revision"], &row["returned"]), (&json!(1_200), &json!(1), &json!(false)));

        let of_second = expert.get(&format!("{LIST}?project={second}&limit=2")).await.expect(200);
        assert_eq!(column(&of_second, "assignment"), [done[1].clone(), done[3].clone()]);
        let next = of_second["next"].as_str().unwrap();
        let rest = expert.get(&format!("{LIST}?project={second}&limit=2&after={next}")).await.expect(200);
        assert_eq!((column(&rest, "assignment"), &rest["next"]), (vec![done[5].clone()], &Value::Null));
        let elsewhere = project(&server, &operator, client).await;
        for unknown in [elsewhere.to_string(), server.world.app.id().to_string()] {
            assert_eq!(expert.get(&format!("{LIST}?project={unknown}")).await.status, 404, "he did nothing there");
        }
        assert_eq!(expert.get(&format!("{LIST}?after=x")).await.status, 422);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn one_opens_ones_own_answer_and_what_came_back_and_the_log_says_so() {
    serve::each(|server| async move {
        let Scene { server, client, project, expert, .. } = scene(server).await;
        let id = answer(&server, &expert, project, "no").await;
        let (path, take) = (format!("/assignments/{id}/submitted"), format!("/projects/{project}/assignments"));
        let reviewer = server.member(Role::Reviewer, &[client]).await;
        let review = reviewer.post(&take, json!({"step": "review"})).await.expect(201);
        let verdict = json!({"verdict": "return", "reasons": ["incomplete"], "comment": "Say why."});
        reviewer.post(&format!("/assignments/{}/review", review["id"].as_str().unwrap()), verdict).await.expect(201);
        let again = json!({"answers": {"verdict": {"value": "yes"}}, "active_ms": 700});
        server.world.clock.pass(Micros::MINUTE);
        expert.post(&format!("/assignments/{id}/annotation"), again).await.expect(201);

        let before = server.acts(Some(client)).await.len();
        let opened = expert.get(&path).await.expect(200);
        let answers = opened["answers"].as_array().unwrap();
        let said: Vec<_> = answers.iter().map(|one| (&one["revision"], &one["answers"]["verdict"]["value"])).collect();
        assert_eq!(said, [(&json!(2), &json!("yes")), (&json!(1), &json!("no"))]);
        assert_eq!(answers[0]["returned"], Value::Null);
        let returned = &answers[1]["returned"];
        assert_eq!((&returned["reasons"], &returned["comment"]), (&json!(["incomplete"]), &json!("Say why.")));
        assert!(opened["content"].to_string().contains("a round number?"), "{opened}");
        let acts = server.acts(Some(client)).await;
        assert_eq!(acts.len(), before + 1);
        let log = server.ledger(Some(client)).await;
        let entry = log.iter().find(|entry| entry["act"]["act"] == "task.sent").expect("it was recorded");
        assert_eq!(entry["act"]["route"], "GET /assignments/{assignment}/submitted");
        assert_eq!((&entry["act"]["sent_before"], &entry["object"]["assignment"]), (&json!(true), &json!(id)));
        assert_eq!(entry["object"]["annotations"].as_array().unwrap().len(), 2);
        let rows = expert.get(LIST).await.expect(200);
        let told: Vec<_> = rows["items"].as_array().unwrap().iter().map(|row| &row["returned"]).collect();
        assert_eq!(told, [&json!(false), &json!(true)]);

        // Nobody else opens it, nor what was not submitted.
        for other in [&server.expert(project).await, &reviewer] {
            assert_eq!(other.get(&path).await.status, 404);
        }
        let held = expert.post(&take, json!({})).await.expect(201);
        let held = format!("/assignments/{}/submitted", held["id"].as_str().unwrap());
        assert_eq!(expert.get(&held).await.slug(), "not_submitted");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_one_opens_again_counts_against_ones_budget() {
    serve::each(|server| async move {
        let Scene { server, project, expert, .. } = scene(server).await;
        let path = format!("/assignments/{}/submitted", answer(&server, &expert, project, "yes").await);
        let custodian = server.member(Role::Custodian, &[]).await;
        let budget = json!({"member": expert.asker().member, "hour": 3, "day": 9, "month": 9});
        custodian.put("/budgets", budget).await.expect(204);
        expert.get(&path).await.expect(200);
        expert.get(&path).await.expect(200);
        assert_eq!(expert.get(&path).await.slug(), "budget_spent");
        expert.get(LIST).await.expect(200);
        server.world.clock.pass(Micros::HOUR);
        expert.get(&path).await.expect(200);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_pause_hides_nothing_and_what_ended_or_let_him_go_is_listed_without_a_name() {
    serve::each(|server| async move {
        let Scene { server, operator, project, expert, .. } = scene(server).await;
        let path = format!("/assignments/{}/submitted", answer(&server, &expert, project, "yes").await);
        let at = format!("/projects/{project}");
        operator.patch(&at, json!({"state": "paused"})).await.expect(204);
        expert.get(&path).await.expect(200);
        for change in [json!({"pool": {"credential": "none has it"}}), json!({"pool": {}, "state": "closed"})] {
            operator.patch(&at, change.clone()).await.expect(204);
            server.world.clock.pass(2 * Micros::MINUTE);
            let page = expert.get(LIST).await.expect(200);
            assert_eq!(page["items"].as_array().unwrap().len(), 1, "{change}");
            assert_eq!((&page["projects"][0]["name"], &page["projects"][0]["opens"]), (&Value::Null, &json!(false)));
            assert_eq!(expert.get(&path).await.status, 404, "{change}");
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn behind_a_wall_nothing_is_listed_or_opened() {
    serve::each(|server| async move {
        let Scene { server, client, project, expert, .. } = scene(server).await;
        let path = format!("/assignments/{}/submitted", answer(&server, &expert, project, "yes").await);
        let custodian = server.member(Role::Custodian, &[]).await;
        let wall = json!({"person": expert.asker().member, "reason": "he leaves"});
        custodian.post(&format!("/clients/{client}/walls"), wall).await.expect(201);
        shut(&expert, &path, "a wall").await;
        assert_eq!(expert.get(&format!("{LIST}?project={project}")).await.status, 404);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn without_its_key_nothing_of_a_client_is_listed_or_opened() {
    serve::each(|server| async move {
        let Scene { server, project, expert, .. } = scene(server).await;
        let path = format!("/assignments/{}/submitted", answer(&server, &expert, project, "yes").await);
        std::fs::remove_file(server.world.db.dir.path().join("keys/heron")).unwrap();
        server.world.app.confirm_keys().await.unwrap();
        assert_eq!(expert.get(LIST).await.expect(200)["items"], json!([]));
        assert_eq!(expert.get(&path).await.slug(), "key_withdrawn");
    })
    .await;
}
