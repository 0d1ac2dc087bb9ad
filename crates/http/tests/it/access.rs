//! Entering and being shut out.

use serde_json::json;
use vouchsafe_app::{access::totp, store::experts::profiles::Profile, work::projects::NewPipeline};
use vouchsafe_domain::{access::role::Role, time::Micros};
use vouchsafe_testkit::{
    serve,
    world::{questions, yes_no},
};

#[tokio::test(flavor = "multi_thread")]
async fn whoever_is_invited_joins_once_and_signs_in_with_a_second_factor() {
    serve::each(|server| async move {
        let admin = server.member(Role::Admin, &[]).await;
        let invite = json!({"role": "operator", "email": "operator@example.org"});
        let made = admin.post("/invitations", invite.clone()).await.expect(201);
        let visitor = server.visitor();
        let path = format!("/invitations/{}", made["secret"].as_str().unwrap());
        let offer = visitor.get(&path).await.expect(200);
        let secret = totp::from_base32(offer["totp"]["secret"].as_str().unwrap()).unwrap();
        let code = |at: i64| totp::shown(&secret, at);
        let now = server.world.app.now().0;
        let join = |code: &str| json!({"name": "Operator", "password": "correct horse battery", "code": code});
        assert_eq!(visitor.post(&path, json!({"name": "O", "password": "correct horse battery"})).await.status, 422);
        visitor.post(&path, join(&code(now))).await.expect(201);
        assert_eq!(visitor.post(&path, join(&code(now))).await.status, 404, "a link works once");

        let sign = |code: Option<&str>| json!({"email": "Operator@example.org", "password": "correct horse battery", "code": code});
        assert_eq!(visitor.post("/session", sign(None)).await.slug(), "code_required");
        assert_eq!(visitor.post("/session", sign(Some(&code(now)))).await.slug(), "wrong_credentials", "a code works once");
        server.world.clock.pass(30 * Micros::SECOND);
        let phone = visitor.with("user-agent", "Mozilla/5.0 (Android 15; Mobile; rv:140.0) Gecko/140.0 Firefox/140.0");
        let signed = phone.post("/session", sign(Some(&code(now + 30 * Micros::SECOND)))).await;
        assert_eq!(signed.expect(200)["role"], "operator");
        let begun = server.ledger(None).await.into_iter().rfind(|entry| entry["act"]["act"] == "session.started");
        assert_eq!(begun.unwrap()["person"]["device"], "phone", "what a session began on is recorded");
        let cookie = signed.headers["set-cookie"].to_str().unwrap();
        for part in ["HttpOnly", "SameSite=Strict", "Path=/"] {
            assert!(cookie.contains(part), "{cookie}");
        }
        let secret = cookie.split(['=', ';']).nth(1).unwrap();
        let browser = visitor.with_session(secret);
        browser.get("/session").await.expect(200);
        browser.delete("/session").await.expect(204);
        assert_eq!(browser.get("/session").await.status, 401);

        // A known address is invited as if it were new, and learns that it is known only by joining.
        let again = admin.post("/invitations", invite).await.expect(201);
        let listed = admin.get("/invitations").await.expect(200);
        assert_eq!((&listed["items"][0]["state"], &listed["items"][1]["state"]), (&json!("accepted"), &json!("open")));
        let id = again["id"].as_str().unwrap();
        admin.post(&format!("/invitations/{id}/revoke"), json!({})).await.expect(204);
        assert_eq!(visitor.get(&format!("/invitations/{}", again["secret"].as_str().unwrap())).await.status, 404);
    })
    .await;
}

/// Guesses that come all at once are counted one by one, before any of them is looked at.
#[tokio::test(flavor = "multi_thread")]
async fn a_crowd_of_guesses_is_no_larger_than_a_queue_of_them() {
    serve::each(|server| async move {
        let guess = |n: u32| {
            let visitor = server.visitor();
            async move {
                let sent = json!({"email": "expert@example.org", "password": format!("a guess, number {n}")});
                visitor.post("/session", sent).await.status.as_u16()
            }
        };
        let answers = futures_util::future::join_all((0..24).map(guess)).await;
        let of = |status: u16| answers.iter().filter(|s| **s == status).count();
        assert_eq!((of(401), of(429)), (10, 14), "{answers:?}");
        server.world.clock.pass(16 * Micros::MINUTE);
        assert_eq!(guess(99).await, 401, "the window is over");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_ends_when_nobody_uses_it_and_at_the_latest_after_twelve_hours() {
    serve::each(|server| async move {
        let (idle, busy) = (server.member(Role::Expert, &[]).await, server.member(Role::Expert, &[]).await);
        let mut passed = 0;
        while passed < 12 * Micros::HOUR - Micros::HOUR / 2 {
            server.world.clock.pass(Micros::HOUR / 2);
            passed += Micros::HOUR / 2;
            // What was answered within the last second is remembered by the machine's clock.
            server.world.app.forget_answers();
            assert_eq!(busy.get("/session").await.status, 200, "after {passed} us");
        }
        assert_eq!(idle.get("/session").await.status, 401);
        server.world.clock.pass(Micros::HOUR / 2);
        server.world.app.forget_answers();
        assert_eq!(busy.get("/session").await.status, 401);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_suspended_member_is_out_at_once_and_his_tasks_go_to_others() {
    serve::each(|server| async move {
        let client = server.world.client("HERON").await;
        let operator = server.member(Role::Operator, &[client]).await;
        let admin = server.member(Role::Admin, &[]).await;
        let project = server.world.project(operator.asker(), client, yes_no(1), NewPipeline::default()).await;
        server.world.import(operator.asker(), project, questions(1)).await;
        let (gone, next) = (server.expert(project).await, server.expert(project).await);
        let take = format!("/projects/{project}/assignments");
        let held = gone.post(&take, json!({})).await.expect(201);
        assert_eq!(next.post(&take, json!({})).await.status, 204);
        let member = format!("/members/{}", gone.asker().member);
        assert_eq!(operator.post(&format!("{member}/suspend"), json!({})).await.status, 403);
        // His client's key is gone: that keeps nobody's task with him.
        std::fs::rename(server.world.db.dir.path().join("keys/heron"), server.world.db.dir.path().join("keys/away"))
            .unwrap();
        server.world.app.confirm_keys().await.unwrap();
        admin.post(&format!("{member}/suspend"), json!({})).await.expect(204);
        std::fs::rename(server.world.db.dir.path().join("keys/away"), server.world.db.dir.path().join("keys/heron"))
            .unwrap();
        server.world.app.confirm_keys().await.unwrap();
        assert_eq!(gone.get("/work").await.status, 401);
        assert_eq!(next.post(&take, json!({})).await.expect(201)["task"], held["task"]);
        admin.post(&format!("{member}/resume"), json!({})).await.expect(204);
        assert_eq!(gone.get("/work").await.status, 401, "his old session stays ended");
        assert_eq!(server.signed(gone.asker()).await.get("/work").await.status, 200);
        let acts = server.acts(Some(client)).await;
        for act in ["assignment.released", "key.withdrawn", "key.restored"] {
            assert_eq!(acts.iter().filter(|a| *a == act).count(), 1, "{act} in {acts:?}");
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_fetched_ahead_goes_back_at_sign_out() {
    serve::each(|server| async move {
        let client = server.world.client("HERON").await;
        let operator = server.member(Role::Operator, &[client]).await;
        let project = server.world.project(operator.asker(), client, yes_no(1), NewPipeline::default()).await;
        server.world.import(operator.asker(), project, questions(2)).await;
        let (first, second) = (server.expert(project).await, server.expert(project).await);
        let take = format!("/projects/{project}/assignments");
        first.post(&take, json!({})).await.expect(201);
        let ahead = first.post(&take, json!({"purpose": "prefetch"})).await.expect(201);
        assert_eq!(second.post(&take, json!({})).await.status, 204);
        first.delete("/session").await.expect(204);
        assert_eq!(second.post(&take, json!({})).await.expect(201)["task"], ahead["task"]);
        assert_eq!(second.post(&take, json!({})).await.status, 204, "what he works on stays his until it lapses");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_grant_takes_two_people_and_ends_at_once() {
    serve::each(|server| async move {
        let client = server.world.client("HERON").await;
        let (admin, custodian) =
            (server.member(Role::Admin, &[]).await, server.member(Role::Custodian, &[client]).await);
        let operator = server.member(Role::Operator, &[]).await;
        let projects =
            async || operator.post(&format!("/clients/{client}/projects"), json!({"name": "x"})).await.status;
        assert_eq!(projects().await, 422, "what is sent is looked at first");
        let valid = json!({"name": "A project", "schema": yes_no(1), "guideline": "Read.", "pipeline": {}, "pool": {}});
        let create = async || operator.post(&format!("/clients/{client}/projects"), valid.clone()).await;
        assert_eq!(create().await.status, 404);
        let proposed = json!({"member": operator.asker().member});
        let grants = format!("/clients/{client}/grants");
        assert_eq!(custodian.post(&grants, proposed.clone()).await.status, 403, "an admin proposes");
        assert_eq!(operator.post(&grants, proposed.clone()).await.status, 404);
        let made = admin.post(&grants, proposed.clone()).await.expect(201);
        assert_eq!(admin.post(&grants, proposed).await.slug(), "grant_exists");
        assert_eq!(admin.post(&grants, json!({"member": admin.asker().member})).await.status, 403, "never for himself");
        let grant = format!("/grants/{}", made["id"].as_str().unwrap());
        assert_eq!(create().await.status, 404, "a proposal opens nothing");
        assert_eq!(admin.post(&format!("{grant}/confirm"), json!({})).await.status, 403);
        assert_eq!(operator.post(&format!("{grant}/confirm"), json!({})).await.status, 404);
        custodian.post(&format!("{grant}/confirm"), json!({})).await.expect(204);
        create().await.expect(201);
        custodian.delete(&grant).await.expect(204);
        assert_eq!(create().await.status, 404, "it ended at once");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn no_link_goes_round_a_password() {
    serve::each(|server| async move {
        let app = &server.world.app;
        let founded =
            app.found_member(Role::Operator, "Operator", "o@demo.invalid", &Profile::default(), "demo").await.unwrap();
        let secret = app.make_sign_in_link(&founded).await.unwrap();
        let link = json!({"secret": secret});
        server.visitor().post("/session/link", link.clone()).await.expect(200);
        assert_eq!(server.visitor().post("/session/link", link).await.slug(), "link_used");
        let never = json!({"secret": "0".repeat(64)});
        assert_eq!(server.visitor().post("/session/link", never).await.slug(), "link_unknown");
        let late = json!({"secret": app.make_sign_in_link(&founded).await.unwrap()});
        server.world.clock.pass(Micros::HOUR);
        assert_eq!(server.visitor().post("/session/link", late).await.slug(), "link_expired");
        let shut = json!({"secret": app.make_sign_in_link(&founded).await.unwrap()});
        let admin = server.member(Role::Admin, &[]).await;
        admin.post(&format!("/members/{}/suspend", founded.member), json!({})).await.expect(204);
        assert_eq!(server.visitor().post("/session/link", shut).await.slug(), "link_closed");

        let made = admin.post("/invitations", json!({"role": "expert", "email": "e@example.org"})).await.expect(201);
        let path = format!("/invitations/{}", made["secret"].as_str().unwrap());
        server.visitor().post(&path, json!({"name": "Expert", "password": "correct horse battery"})).await.expect(201);
        let joined = app.everybody().await.unwrap().into_iter().find(|(name, _)| name == "Expert").unwrap().1;
        assert!(app.make_sign_in_link(&joined).await.is_err());
        assert!(server.acts(None).await.iter().any(|act| act == "sign_in_link.created"));
    })
    .await;
}

/// A failure is told with the id under which it was logged; what was not found is always the same bytes.
#[tokio::test(flavor = "multi_thread")]
async fn a_failure_names_its_request() {
    let server = serve::serve().await;
    let admin = server.member(Role::Admin, &[]).await;
    let invite = json!({"role": "expert", "email": "e@example.org"});
    server.world.db.disk.fail();
    let failed = admin.post("/invitations", invite).await;
    assert_eq!(failed.status, 500);
    assert_eq!(failed.json()["request_id"].as_str(), failed.headers["x-request-id"].to_str().ok());
    let server = serve::serve().await;
    let admin = server.member(Role::Admin, &[]).await;
    let nowhere = async || admin.get(&format!("/clients/{}", server.world.app.id())).await;
    let (one, other) = (nowhere().await, nowhere().await);
    assert_eq!((one.status.as_u16(), &one.body), (404, &other.body));
    assert_ne!(one.headers["x-request-id"], other.headers["x-request-id"]);
}

/// Whatever a caller gets wrong he is told as a problem, also by a path that is there and takes other methods.
#[tokio::test(flavor = "multi_thread")]
async fn a_method_that_a_path_does_not_take_is_told_as_a_problem() {
    let server = serve::serve().await;
    let refused = server.visitor().put("/clients", json!({})).await;
    assert_eq!((refused.status.as_u16(), refused.slug().as_str()), (405, "method_not_allowed"));
    assert_eq!(refused.headers["content-type"], "application/problem+json");
    assert_eq!(refused.headers["allow"], "POST,GET,HEAD");
}
