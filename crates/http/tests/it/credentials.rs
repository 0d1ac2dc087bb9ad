//! What an expert says of himself and what others verified decide together what he may work on.

use serde_json::json;
use vouchsafe_app::work::change_project::ProjectChange;
use vouchsafe_app::work::projects::NewPipeline;
use vouchsafe_domain::{access::role::Role, time::Micros};
use vouchsafe_testkit::{
    serve,
    world::{questions, yes_no},
};

#[tokio::test(flavor = "multi_thread")]
async fn a_pool_opens_with_a_credential_and_shuts_when_it_ends() {
    serve::each(|server| async move {
        let client = server.world.client("HERON").await;
        let operator = server.member(Role::Operator, &[client]).await;
        let project = server.world.project(operator.asker(), client, yes_no(1), NewPipeline::default()).await;
        server.world.import(operator.asker(), project, questions(3)).await;
        let pool = json!({"all": [{"credential": "md"}, {"language": "en"}]});
        let change = ProjectChange { pool: Some(pool), ..ProjectChange::default() };
        server.world.app.change_project(operator.asker(), project, &change).await.unwrap();
        let expert = server.member(Role::Expert, &[]).await;
        let member = expert.asker().member;
        let people = format!("/projects/{project}/people");

        let listed = operator.get(&people).await.expect(200);
        assert_eq!(listed["items"][0]["missing"], json!(["a verified credential `md`", "the language `en`"]));
        assert_eq!(expert.get(&format!("/projects/{project}/guideline")).await.status, 404, "a shut project is not there");

        let profile = json!({"domains": ["Cardiology"], "languages": ["en-GB"], "degrees": [{"title": "MD", "institution": "A university", "year": 2010}]});
        expert.put("/profile", profile).await.expect(204);
        let until = Micros(server.world.app.now().0 + Micros::DAY).to_string();
        let verified = json!({"kind": "MD", "title": "Physician", "evidence": "Register, no. 17", "expires_at": until});
        let path = format!("/members/{member}/credentials");
        assert_eq!(expert.post(&path, verified.clone()).await.status, 403, "nobody verifies himself");
        let made = operator.post(&path, verified).await.expect(201);
        let own = expert.get("/profile").await.expect(200);
        assert_eq!(own["profile"]["domains"], json!(["cardiology"]));
        let credential = &own["credentials"][0];
        assert_eq!((&credential["kind"], &credential["counts"]), (&json!("md"), &json!(true)));
        assert_eq!(credential["verified_by"], json!(operator.asker().member));

        expert.post(&format!("/projects/{project}/guideline/acknowledge"), json!({"version": 1})).await.expect(204);
        expert.post(&format!("/projects/{project}/assignments"), json!({})).await.expect(201);
        let listed = operator.get(&format!("{people}?eligible=true")).await.expect(200);
        assert_eq!((&listed["items"][0]["acknowledged"], &listed["items"][0]["taken"]), (&json!(true), &json!(1)));

        server.world.clock.pass(Micros::DAY);
        let expert = server.signed(expert.asker()).await;
        assert_eq!(expert.post(&format!("/projects/{project}/assignments"), json!({})).await.status, 404, "it expired");
        assert_eq!(expert.get("/profile").await.expect(200)["credentials"][0]["counts"], json!(false));
        let operator = server.signed(operator.asker()).await;
        let id = made["id"].as_str().unwrap();
        operator.delete(&format!("/credentials/{id}")).await.expect(204);
        assert_eq!(operator.delete(&format!("/credentials/{id}")).await.status, 404);
        assert!(expert.get("/profile").await.expect(200)["credentials"].as_array().unwrap().is_empty());
        assert_eq!(expert.get(&format!("/members/{member}/profile")).await.status, 404, "others' profiles are not for experts");
        operator.get(&format!("/members/{member}/profile")).await.expect(200);

        let acts = server.acts(None).await;
        for act in ["profile.changed", "credential.verified", "credential.revoked", "list.sent"] {
            assert!(acts.iter().any(|a| a == act), "{act} is missing in {acts:?}");
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_profile_that_breaks_a_rule_says_where() {
    let server = serve::serve().await;
    let expert = server.member(Role::Expert, &[]).await;
    for (profile, path) in [
        (json!({"domains": [" "]}), "/domains/0"),
        (json!({"languages": ["en", "not a tag"]}), "/languages/1"),
        (json!({"degrees": [{"title": "MD", "institution": "A", "year": 20}]}), "/degrees/0/year"),
        (json!({"domains": vec!["x"; 51]}), "/domains"),
    ] {
        let reply = expert.put("/profile", profile).await.expect(422);
        assert_eq!(reply["errors"][0]["path"], path);
    }
}
