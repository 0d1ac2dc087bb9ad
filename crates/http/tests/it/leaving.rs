//! Who leaves, who is erased and who comes back: what of them stays in a ledger.

use super::ledger::{key, number, scene, take};
use serde_json::{Value, json};
use vouchsafe_app::{store::custody::forgotten::RETENTION_US, work::projects::NewPipeline};
use vouchsafe_domain::{access::role::Role, time::Micros};
use vouchsafe_testkit::{client::Client, ledger::shown, serve, world::yes_no};

/// Who leaves is handed what he was sent, by client, as each ledger counts it; and two persons who are one human have one
/// inventory.
#[tokio::test(flavor = "multi_thread")]
async fn who_leaves_is_handed_his_inventory_and_merging_joins_two() {
    serve::each(|server| async move {
        let (client, project) = scene(&server).await;
        let (first, second) = (server.expert(project).await, server.expert(project).await);
        take(&first, project).await;
        take(&second, project).await;
        number(&server).await;
        let custodian = server.member(Role::Custodian, &[]).await;
        let of = |who: &Client| format!("/ledgers/{client}/inventory?member={}", who.asker().member);
        let sent = |found: &Value| found["sent"].as_u64().unwrap();
        let (one, other) =
            (custodian.get(&of(&first)).await.expect(200), custodian.get(&of(&second)).await.expect(200));
        assert!(sent(&one) > 0 && sent(&other) > 0);

        let path = format!("/members/{}/statement", first.asker().member);
        let statement = custodian.get(&path).await.expect(200);
        assert_eq!(statement["clients"][0]["sent"], one["sent"]);
        assert_eq!(statement["clients"][0]["code_name"], "HERON");
        let csv = custodian.get(statement["clients"][0]["inventory"].as_str().unwrap()).await;
        let rows = csv.text().lines().filter(|line| line.starts_with("sent,")).count();
        assert_eq!((csv.status.as_u16(), rows as u64), (200, sent(&one)), "every row is attached");
        for stranger in [&first, &server.member(Role::Custodian, &[client]).await] {
            assert_eq!(stranger.get(&path).await.status, 404);
        }

        let merge = json!({"member": first.asker().member, "same_as": second.asker().member, "reason": "one passport"});
        custodian.post("/merges", merge).await.expect(201);
        number(&server).await;
        let both = sent(&one) + sent(&other);
        for found in [
            custodian.get(&of(&first)).await.expect(200),
            custodian.get(&of(&second)).await.expect(200),
            custodian
                .get(&format!("/ledgers/{client}/inventory?person={}", one["person"].as_str().unwrap()))
                .await
                .expect(200),
        ] {
            assert_eq!((sent(&found), found["entries"].as_array().unwrap().len() as u64), (both, both));
            assert_eq!(found["person"], other["person"], "he is called as the one he is now");
            let order: Vec<u64> =
                found["entries"].as_array().unwrap().iter().map(|e| e["index"].as_u64().unwrap()).collect();
            assert!(order.is_sorted());
        }
        let around = custodian.get(&format!("/clients/{client}/exposures")).await.expect(200);
        let names: Vec<_> = around["people"].as_array().unwrap().iter().map(|p| p["person"].clone()).collect();
        assert!(names.contains(&other["person"]), "walls and ledger call him the same: {names:?}");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_erased_person_is_gone_and_his_exposure_is_not() {
    serve::each(|server| async move {
        let (client, project) = scene(&server).await;
        let expert = server.expert(project).await;
        take(&expert, project).await;
        number(&server).await;
        let custodian = server.member(Role::Custodian, &[client]).await;
        let whose = format!("/ledgers/{client}/inventory?member={}", expert.asker().member);
        let before = custodian.get(&whose).await.expect(200);
        let admin = server.member(Role::Admin, &[]).await;
        let erase = format!("/members/{}/erase", expert.asker().member);
        custodian.post(&erase, json!({})).await.expect(403);
        admin.post(&erase, json!({})).await.expect(200);
        expert.get("/session").await.expect(401);
        let head = custodian.get(&format!("/ledgers/{client}/checkpoint")).await.expect(200);
        let after = custodian.get(&whose).await.expect(200);
        assert_eq!(after["sent"], before["sent"]);
        assert_eq!((&after["entries"][0]["person"], before["entries"][0]["person"].is_object()), (&Value::Null, true));
        shown::check(&after, &[key(&head)]).unwrap();
    })
    .await;
}

/// Exposure and the tag of the address end, but not before the last cool-off, the retention and every hold have; and
/// the tree proves what it did.
#[tokio::test(flavor = "multi_thread")]
async fn what_erasure_keeps_ends_when_it_shuts_nothing_any_more() {
    serve::each(|server| async move {
        let (client, project) = scene(&server).await;
        let (world, app) = (&server.world, &server.world.app);
        let expert = server.expert(project).await;
        take(&expert, project).await;
        let admin = server.member(Role::Admin, &[]).await;
        let custodian = server.member(Role::Custodian, &[client]).await;
        custodian.patch(&format!("/clients/{client}/walls"), json!({"cool_off_days": 400})).await.expect(204);
        admin.post(&format!("/members/{}/erase", expert.asker().member), json!({})).await.expect(200);
        number(&server).await;
        let sent = async |who: &Client| {
            who.get(&format!("/clients/{client}/exposures")).await.expect(200)["people"].as_array().unwrap().len()
        };
        let before = sent(&custodian).await;

        world.clock.pass(RETENTION_US - 1);
        assert_eq!(app.forget_erased().await.unwrap(), 0, "the retention has not passed");
        world.clock.pass(Micros::DAY);
        assert_eq!(app.forget_erased().await.unwrap(), 0, "the cool-off has not passed");
        let custodian = server.member(Role::Custodian, &[client]).await;
        let hold = custodian.post(&format!("/clients/{client}/holds"), json!({"reason": "A case."})).await.expect(201);
        world.clock.pass(40 * Micros::DAY);
        assert_eq!(app.forget_erased().await.unwrap(), 0, "a hold beats every deletion");
        let custodian = server.member(Role::Custodian, &[client]).await;
        custodian.post(&format!("/holds/{}/release", hold["id"].as_str().unwrap()), json!({})).await.expect(204);
        assert_eq!(sent(&custodian).await, before);
        assert_eq!(app.forget_erased().await.unwrap(), 1);
        assert_eq!(app.forget_erased().await.unwrap(), 0, "once");
        assert_eq!(sent(&custodian).await, before - 1);

        number(&server).await;
        let head = custodian.get(&format!("/ledgers/{client}/checkpoint")).await.expect(200);
        let entries = custodian.get(&format!("/ledgers/{client}/entries?limit=1000")).await.expect(200);
        shown::check(&entries, &[key(&head)]).unwrap();
        let ended = entries["entries"].to_string().matches("person.forgotten").count();
        assert_eq!(ended, 1, "it is recorded, by whom nobody can tell any more");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hold_keeps_a_person_from_being_erased() {
    serve::each(|server| async move {
        let (client, project) = scene(&server).await;
        let expert = server.expert(project).await;
        take(&expert, project).await;
        number(&server).await;
        let custodian = server.member(Role::Custodian, &[client]).await;
        let admin = server.member(Role::Admin, &[]).await;
        let erase = format!("/members/{}/erase", expert.asker().member);
        let why = json!({"reason": "A case.", "project": project});
        let hold = custodian.post(&format!("/clients/{client}/holds"), why).await.expect(201);
        let (before, refused) = (server.ledger(Some(client)).await, admin.post(&erase, json!({})).await);
        assert_eq!((refused.status.as_u16(), refused.slug().as_str()), (409, "held"));
        // Nothing was destroyed, not even in part: he still works, and every entry says who.
        assert_eq!(server.ledger(Some(client)).await, before);
        expert.get("/session").await.expect(200);
        custodian.post(&format!("/holds/{}/release", hold["id"].as_str().unwrap()), json!({})).await.expect(204);
        admin.post(&erase, json!({})).await.expect(200);
        let gone = server.ledger(Some(client)).await;
        let without = |entries: &[Value]| entries.iter().filter(|entry| entry["person"].is_null()).count();
        assert!(without(&before) < without(&gone), "his parts are destroyed");
    })
    .await;
}

/// Whoever comes back under the same address after he was erased is, to the ledger, who he was.
#[tokio::test(flavor = "multi_thread")]
async fn a_return_after_erasure_keeps_the_tag_of_the_person() {
    serve::each(|server| async move {
        let (client, project) = scene(&server).await;
        let expert = server.expert(project).await;
        take(&expert, project).await;
        number(&server).await;
        let custodian = server.member(Role::Custodian, &[client]).await;
        let inventory = async |member: &str| {
            custodian.get(&format!("/ledgers/{client}/inventory?member={member}")).await.expect(200)
        };
        let before = inventory(&expert.asker().member.to_string()).await;
        let admin = server.member(Role::Admin, &[]).await;
        admin.post(&format!("/members/{}/erase", expert.asker().member), json!({})).await.expect(200);

        let email = format!("{}@example.org", expert.asker().person.0.simple());
        let invited = admin.post("/invitations", json!({"role": "expert", "email": email})).await.expect(201);
        let path = format!("/invitations/{}", invited["secret"].as_str().unwrap());
        let joined = json!({"name": "The same", "password": "a long password"});
        let joined = server.visitor().post(&path, joined).await;
        assert_eq!(joined.status, 201, "{}", joined.text());
        let member = joined.json()["member"].as_str().unwrap().to_owned();
        assert_ne!(member, expert.asker().member.to_string(), "the account is new");
        let back = inventory(&member).await;
        assert_eq!((&back["person"], &back["sent"]), (&before["person"], &before["sent"]), "{back}");
        assert!(before["sent"].as_u64() > Some(0));
        assert_eq!(back["entries"][0]["person"], Value::Null, "what was destroyed stays destroyed");

        // And what he is sent now stands beside what he was sent then.
        let cookie = joined.headers["set-cookie"].to_str().unwrap().to_owned();
        let secret = cookie.split_once('=').unwrap().1.split(';').next().unwrap().to_owned();
        let again = server.visitor().with_session(&secret);
        again.get(&format!("/projects/{project}/guideline")).await.expect(200);
        number(&server).await;
        let now = inventory(&member).await;
        assert_eq!(now["sent"].as_u64(), back["sent"].as_u64().map(|n| n + 1));
        assert_eq!(now["person"], before["person"]);

        // A rival is shut to him for what he was sent before he was erased, and to nobody else.
        let lark = server.world.client("LARK").await;
        let operator = server.world.member(Role::Operator, &[lark]).await;
        let rivals = server.world.project(&operator, lark, yes_no(1), NewPipeline::default()).await;
        let keeper = server.member(Role::Custodian, &[]).await;
        keeper.post("/conflicts", json!({"a": client, "b": lark, "reason": "rivals"})).await.expect(201);
        let guideline = format!("/projects/{rivals}/guideline");
        assert_eq!(again.get(&guideline).await.status, 404);
        server.expert(rivals).await.get(&guideline).await.expect(200);
    })
    .await;
}
