//! Holds, and the destruction of a client's key: two people, no hold, and nothing opens afterwards.

use serde_json::{Value, json};
use vouchsafe_app::work::projects::NewPipeline;
use vouchsafe_domain::access::role::Role;
use vouchsafe_testkit::{
    serve,
    world::{questions, yes_no},
};

#[tokio::test(flavor = "multi_thread")]
async fn a_hold_beats_the_destruction_of_a_key_and_two_people_carry_it_out() {
    serve::each(|server| async move {
        let client = server.world.client("HERON").await;
        let operator = server.member(Role::Operator, &[client]).await;
        let project = server.world.project(operator.asker(), client, yes_no(1), NewPipeline::default()).await;
        server.world.import(operator.asker(), project, questions(3)).await;
        let expert = server.expert(project).await;
        let sent = expert.post(&format!("/projects/{project}/assignments"), json!({})).await.expect(201);
        let (admin, second) = (server.member(Role::Admin, &[]).await, server.member(Role::Admin, &[]).await);
        let custodian = server.member(Role::Custodian, &[client]).await;
        let stranger = server.member(Role::Custodian, &[server.world.client("LARK").await]).await;
        let (holds, destruction) = (format!("/clients/{client}/holds"), format!("/clients/{client}/key_destruction"));

        assert_eq!(stranger.post(&holds, json!({"reason": "mine"})).await.status, 404);
        assert_eq!(admin.post(&holds, json!({"reason": "mine"})).await.status, 403);
        let foreign = json!({"reason": "A case.", "project": server.world.app.id().to_string()});
        assert_eq!(custodian.post(&holds, foreign).await.status, 422);
        let hold = custodian.post(&holds, json!({"reason": "A case.", "project": project})).await.expect(201);
        let order = json!({"code_name": "HERON"});
        assert_eq!(admin.post(&destruction, order.clone()).await.slug(), "held");
        assert_eq!(admin.get(&format!("/clients/{client}")).await.expect(200)["held"], json!(true));
        custodian.post(&format!("/holds/{}/release", hold["id"].as_str().unwrap()), json!({})).await.expect(204);
        let listed = custodian.get(&holds).await.expect(200);
        assert_eq!(listed["items"][0]["reason"], "A case.");
        assert_eq!(listed["items"][0]["released_by"], json!(custodian.asker().member));

        assert_eq!(admin.post(&destruction, json!({"code_name": "LARK"})).await.status, 422);
        let confirm = format!("{destruction}/confirm");
        assert_eq!(custodian.post(&confirm, json!({})).await.slug(), "destruction_not_ordered");
        admin.post(&destruction, order.clone()).await.expect(204);
        assert_eq!(admin.post(&confirm, json!({})).await.status, 403, "not the same person twice");
        assert_eq!(second.post(&confirm, json!({})).await.status, 403, "one of the two keeps the client");
        assert_eq!(operator.post(&confirm, json!({})).await.status, 404);
        custodian.delete(&destruction).await.expect(204);
        admin.post(&destruction, order).await.expect(204);
        assert!(custodian.get(&format!("/clients/{client}")).await.expect(200)["key_destruction"]["by"].is_string());
        let late = custodian.post(&holds, json!({"reason": "Wait."})).await.expect(201);
        assert_eq!(
            custodian.post(&confirm, json!({})).await.slug(),
            "held",
            "a hold that came in between beats it too"
        );
        custodian.post(&format!("/holds/{}/release", late["id"].as_str().unwrap()), json!({})).await.expect(204);
        custodian.post(&confirm, json!({})).await.expect(204);

        assert_eq!(expert.get(&format!("/assignments/{}", sent["id"].as_str().unwrap())).await.slug(), "key_destroyed");
        assert_eq!(operator.get(&format!("/projects/{project}/tasks")).await.slug(), "key_destroyed");
        assert_eq!(expert.get("/work").await.expect(200)["projects"], json!([]));
        let found = custodian.get(&format!("/clients/{client}")).await.expect(200);
        assert_eq!((&found["key_state"], &found["name"]), (&json!("destroyed"), &json!("HERON Limited")));
        assert_eq!(admin.post(&destruction, json!({"code_name": "HERON"})).await.slug(), "key_destroyed");
        // What stands about it in its log outlives it.
        assert_eq!(custodian.get(&holds).await.expect(200)["items"].as_array().unwrap().len(), 2);
        let acts = server.acts(Some(client)).await;
        assert_eq!(acts.iter().filter(|act| *act == "key.destroyed").count(), 1);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn another_process_forgets_a_destroyed_key_at_the_next_asking() {
    serve::each(|server| async move {
        let client = server.world.client("HERON").await;
        let operator = server.member(Role::Operator, &[client]).await;
        let project = server.world.project(operator.asker(), client, yes_no(1), NewPipeline::default()).await;
        let other = server.world.other_process().await;
        other.load_key(client).await.unwrap();
        let custodian = server.member(Role::Custodian, &[client]).await;
        let admin = server.member(Role::Admin, &[]).await;
        let path = format!("/clients/{client}/key_destruction");
        custodian.post(&path, json!({"code_name": "HERON"})).await.expect(204);
        admin.post(&format!("{path}/confirm"), json!({})).await.expect(204);
        other.confirm_keys().await.unwrap();
        let refused = other.retry(|| other.project(operator.asker(), project)).await;
        assert!(refused.is_err_and(|error| error.to_string().contains("destroyed")));
    })
    .await;
}

/// Names of clients are the installation's: a key that is away, or not in memory yet, hides nobody's list.
#[tokio::test(flavor = "multi_thread")]
async fn the_list_of_clients_needs_no_keys() {
    serve::each(|server| async move {
        let (heron, lark) = (server.world.client("HERON").await, server.world.client("LARK").await);
        let everywhere = server.member(Role::Custodian, &[]).await;
        let of_heron = server.member(Role::Custodian, &[heron]).await;
        std::fs::remove_file(server.world.db.dir.path().join("keys/heron")).unwrap();
        server.world.app.confirm_keys().await.unwrap();
        let states = |listed: Value| -> Vec<(String, String)> {
            let of = |one: &Value, name: &str| one[name].as_str().unwrap().to_owned();
            let items = listed["items"].as_array().unwrap();
            items.iter().map(|one| (of(one, "id"), of(one, "key_state"))).collect()
        };
        let away = (heron.to_string(), "withdrawn".to_owned());
        assert_eq!(states(of_heron.get("/clients").await.expect(200)), std::slice::from_ref(&away));
        let all = states(everywhere.get("/clients").await.expect(200));
        assert!(all.len() == 2 && all.contains(&away), "{all:?}");
        assert!(all.contains(&(lark.to_string(), "available".to_owned())), "{all:?}");
        let other = server.world.other_process().await;
        assert_eq!(other.list_clients(everywhere.asker()).await.unwrap().len(), 2, "no key was asked for yet");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_client_without_its_key_still_has_its_grants_ended() {
    serve::each(|server| async move {
        let client = server.world.client("HERON").await;
        let custodian = server.member(Role::Custodian, &[client]).await;
        let admin = server.member(Role::Admin, &[]).await;
        let whom = server.world.member(Role::Operator, &[]).await;
        let grants = format!("/clients/{client}/grants");
        let made = admin.post(&grants, json!({"member": whom.member})).await.expect(201);
        std::fs::remove_file(server.world.db.dir.path().join("keys/heron")).unwrap();
        server.world.app.confirm_keys().await.unwrap();
        assert_eq!(custodian.get(&format!("/clients/{client}")).await.expect(200)["key_state"], json!("withdrawn"));
        let id = made["id"].as_str().unwrap();
        custodian.post(&format!("/grants/{id}/confirm"), json!({})).await.expect(204);
        assert_eq!(custodian.get(&grants).await.expect(200)["items"][1]["state"], json!("confirmed"));
        custodian.delete(&format!("/grants/{id}")).await.expect(204);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_that_is_withdrawn_or_another_is_named_and_the_right_one_opens_everything_again() {
    serve::each(|server| async move {
        let client = server.world.client("HERON").await;
        let operator = server.member(Role::Operator, &[client]).await;
        let project = server.world.project(operator.asker(), client, yes_no(1), NewPipeline::default()).await;
        server.world.import(operator.asker(), project, questions(3)).await;
        let expert = server.expert(project).await;
        let lark = server.world.client("LARK").await;
        let stranger = server.member(Role::Operator, &[lark]).await;
        let theirs = server.world.member(Role::Operator, &[lark]).await;
        let other = server.world.project(&theirs, lark, yes_no(1), NewPipeline::default()).await;
        let outside = server.expert(other).await;
        let take = format!("/projects/{project}/assignments");
        let sent = expert.post(&take, json!({})).await.expect(201);
        let path = format!("/assignments/{}", sent["id"].as_str().unwrap());
        let answer = json!({"answers": {"verdict": {"value": "yes"}}, "active_ms": 900});

        let file = server.world.db.dir.path().join("keys/heron");
        let kept = std::fs::read(&file).unwrap();
        std::fs::remove_file(&file).unwrap();
        server.world.app.confirm_keys().await.unwrap();
        for (slug, key) in [("key_withdrawn", None), ("key_wrong", Some("5a".repeat(32)))] {
            if let Some(key) = key {
                std::fs::write(&file, key).unwrap();
            }
            for refused in [
                expert.post(&take, json!({})).await,
                expert.get(&path).await,
                expert.post(&format!("{path}/annotation"), answer.clone()).await,
                operator.get(&format!("/projects/{project}/tasks")).await,
            ] {
                assert_eq!((refused.status.as_u16(), &*refused.slug()), (503, slug));
                let body = String::from_utf8_lossy(&refused.body);
                assert!(!body.contains("round"), "no word of the client's: {body}");
            }
            assert_eq!(stranger.get(&format!("/projects/{project}/tasks")).await.status, 404, "others learn nothing");
            assert_eq!(outside.post(&take, json!({})).await.status, 404, "nor does an expert it never sent anything");
            for home in [outside.get("/work").await.expect(200), expert.get("/work").await.expect(200)] {
                let shown = home["projects"].as_array().unwrap();
                assert_eq!((shown.len(), &shown[0]["id"]), (1, &json!(other)), "a home is there without it");
            }
            let both = server.member(Role::Operator, &[client, lark]).await;
            assert_eq!(both.get("/projects").await.expect(200)["items"].as_array().unwrap().len(), 1);
        }

        std::fs::write(&file, kept).unwrap();
        assert_eq!(expert.get(&path).await.expect(200)["content"], sent["content"]);
        expert.post(&format!("{path}/annotation"), answer).await.expect(201);
    })
    .await;
}

/// Whoever holds one client's key holds no other's.
#[tokio::test(flavor = "multi_thread")]
async fn two_clients_never_share_a_key() {
    serve::each(|server| async move {
        server.world.client("HERON").await;
        let admin = server.member(Role::Admin, &[]).await;
        let dir = server.world.db.dir.path().join("keys");
        std::fs::copy(dir.join("heron"), dir.join("lark")).unwrap();
        let of = |file: &str| json!({"name": "Lark", "code_name": "LARK", "key": {"source": "file", "value": file}});
        let refused = admin.post("/clients", of("heron")).await;
        assert_eq!(refused.status, 422);
        assert_eq!(refused.json()["errors"][0]["path"], "/key");
        admin.post("/clients", of("lark")).await.expect(201);
    })
    .await;
}
