//! Who is not let through gets the same answer as if there were nothing.

use super::{
    operations::all,
    scene::{PHRASES, Scene},
};
use serde_json::json;
use vouchsafe_app::work::change_project::ProjectChange;
use vouchsafe_domain::access::role::Role;

#[tokio::test(flavor = "multi_thread")]
async fn nobody_unsigned_gets_through() {
    let scene = Scene::new().await;
    let visitor = scene.server.visitor();
    for operation in all().into_iter().filter(|o| !o.is_open()) {
        let path = scene.path(&operation, &scene.operator);
        for who in [&visitor, &visitor.with_session("stolen"), &visitor.with_token("vs_stolen")] {
            let reply = who.json(operation.method.clone(), &path, operation.body(&scene)).await;
            assert_eq!((reply.status.as_u16(), reply.slug().as_str()), (401, "sign_in"), "{operation:?}");
        }
    }
}

/// A page of another origin cannot act through a signed-in browser.
#[tokio::test(flavor = "multi_thread")]
async fn no_other_page_acts_through_a_browser() {
    let scene = Scene::new().await;
    let before = ledgers(&scene).await;
    for operation in all().into_iter().filter(|o| !o.reads()) {
        for who in scene.inside() {
            let path = scene.path(&operation, who);
            for forged in [
                who.without("x-vouchsafe"),
                who.with("origin", "https://elsewhere.example"),
                who.with("sec-fetch-site", "cross-site"),
            ] {
                let reply = forged.json(operation.method.clone(), &path, operation.body(&scene)).await;
                assert_eq!((reply.status.as_u16(), reply.slug().as_str()), (403, "cross_site"), "{operation:?}");
            }
        }
    }
    assert_eq!(ledgers(&scene).await, before, "nothing was changed");
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_suspended_gets_through() {
    let scene = Scene::new().await;
    for who in [&scene.expert, &scene.reviewer, &scene.operator, &scene.observer, &scene.custodian] {
        let path = format!("/members/{}/suspend", who.asker().member);
        scene.admin.post(&path, json!({})).await.expect(204);
        for operation in all().into_iter().filter(|o| !o.is_open()) {
            let path = scene.path(&operation, who);
            let reply = who.json(operation.method.clone(), &path, operation.body(&scene)).await;
            assert_eq!(reply.status, 401, "{operation:?} as {}", who.asker().role);
        }
    }
}

/// To whoever is not let into HERON, its things answer byte for byte as things that do not exist.
#[tokio::test(flavor = "multi_thread")]
async fn a_hidden_client_is_not_there() {
    let scene = Scene::new().await;
    let nobody = ProjectChange { pool: Some(json!({"credential": "none has it"})), ..ProjectChange::default() };
    scene.server.world.app.change_project(scene.operator.asker(), scene.project, &nobody).await.unwrap();
    let mut strangers = Vec::new();
    for role in [Role::Expert, Role::Reviewer, Role::Operator, Role::Observer, Role::Custodian] {
        let granted = if role == Role::Expert { vec![] } else { vec![scene.other] };
        strangers.push(scene.server.member(role, &granted).await);
    }
    let before = scene.server.ledger(Some(scene.client)).await.len();
    let of_installation = ["/members/", "/credentials/", "/invitations/", "/tokens/"];
    for operation in all() {
        if !operation.is_scoped() || of_installation.iter().any(|area| operation.path.starts_with(area)) {
            continue;
        }
        for who in &strangers {
            let body = operation.body(&scene);
            let hidden = scene.path(&operation, &scene.expert);
            let nowhere = operation.with(|name| match name {
                "name" => "manifest.json".into(),
                _ => scene.server.world.app.id().to_string(),
            });
            let hidden = who.json(operation.method.clone(), &hidden, body.clone()).await;
            let nowhere = who.json(operation.method.clone(), &nowhere, body).await;
            let role = who.asker().role;
            assert!(!hidden.status.is_success(), "{operation:?} as {role}: {}", hidden.text());
            assert_eq!((hidden.status, &hidden.body), (nowhere.status, &nowhere.body), "{operation:?} as {role}");
        }
    }
    assert_eq!(scene.server.ledger(Some(scene.client)).await.len(), before, "and nothing of it left");
    for who in &strangers {
        for list in ["/work", "/projects", "/clients"] {
            let reply = who.get(list).await;
            for word in PHRASES.into_iter().chain(["HERON"]) {
                assert!(!reply.text().contains(word), "{list} as {} tells {word}", who.asker().role);
            }
        }
    }
}

/// Admins and custodians run and keep the installation; nothing of a client's content is sent to them.
#[tokio::test(flavor = "multi_thread")]
async fn admins_and_custodians_are_sent_no_content() {
    let scene = Scene::new().await;
    for operation in all().into_iter().filter(super::operations::Operation::reads) {
        for who in [&scene.admin, &scene.custodian] {
            let reply = who.get(&scene.path(&operation, who)).await;
            for phrase in PHRASES {
                assert!(!reply.text().contains(phrase), "{operation:?} sends {phrase} to {}", who.asker().role);
            }
        }
    }
}

async fn ledgers(scene: &Scene) -> [usize; 3] {
    let of = async |client| scene.server.ledger(client).await.len();
    [of(None).await, of(Some(scene.client)).await, of(Some(scene.other)).await]
}
