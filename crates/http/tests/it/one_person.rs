//! An installation that one person runs: he may be admin and custodian, which elsewhere must not meet in one human, and he is not
//! shut out of a client for good by what a restore lost.

use super::{
    ledger::{number, scene},
    put_back::{approves, ask, put_back},
};
use serde_json::{Value, json};
use vouchsafe_app::{Error, access::totp};
use vouchsafe_domain::{access::role::Role, ids::ClientId, time::Micros};
use vouchsafe_testkit::{
    client::Client,
    serve::{self, Server},
};

/// What the machine refuses with, by its word.
fn slug<T: std::fmt::Debug>(answer: Result<T, Error>) -> &'static str {
    match answer {
        Err(Error::State { slug, .. }) => slug,
        other => panic!("{other:?}"),
    }
}

async fn merge(by: &Client, one: &Client, other: &Client) -> vouchsafe_testkit::client::Reply {
    let merge = json!({"member": one.asker().member, "same_as": other.asker().member, "reason": "one passport"});
    by.post("/merges", merge).await
}

/// The doctor's word about gaps.
async fn bad_gaps(server: &Server) -> Vec<String> {
    let found = server.world.app.doctor("test").await.unwrap();
    let found = serde_json::to_value(found).unwrap();
    let gaps = found.as_array().unwrap().iter().filter(|one| one["what"].as_str().unwrap().starts_with("gap of "));
    gaps.map(|one| format!("{} {}: {}", one["health"], one["what"], one["detail"])).collect()
}

fn of<'a>(ledger: &'a [Value], act: &str) -> Vec<&'a Value> {
    ledger.iter().filter(|entry| entry["act"]["act"] == act).collect()
}

/// Nobody else is there to confirm: once he said at /gaps what he looked at, he confirms it at the machine, with a reason that
/// the client's own ledger keeps.
#[tokio::test(flavor = "multi_thread")]
async fn a_gap_is_closed_at_the_machine_where_one_person_runs_it() {
    serve::each(|server| async move {
        let app = &server.world.app;
        let (heron, project) = scene(&server).await;
        let (custodian, admin) = (server.member(Role::Custodian, &[]).await, server.member(Role::Admin, &[]).await);
        let expert = server.world.expert(project).await;
        app.declare_one_person(true, "I run this alone.").await.unwrap();
        // He is one human, and said so.
        merge(&custodian, &custodian, &admin).await.expect(201);
        number(&server).await;
        put_back(&server, &heron.to_string()).await;
        let (custodian, admin, expert) =
            (server.signed(custodian.asker()).await, server.signed(admin.asker()).await, server.signed(&expert).await);
        let claims = async || expert.post(&format!("/projects/{project}/assignments"), json!({})).await.status.as_u16();
        assert_eq!(claims().await, 404);
        assert_eq!(custodian.get("/gaps").await.expect(200)["items"][0]["alone"], true);
        let [told] = <[String; 1]>::try_from(bad_gaps(&server).await).unwrap();
        assert!(told.starts_with("\"bad\" \"gap of HERON\"") && told.contains("ledger close-gap"), "{told}");

        let ledger = heron.to_string();
        assert_eq!(slug(app.close_gap_alone(&ledger, "I looked.").await), "gap_not_asked");
        let asked = ask(&custodian, &ledger).await;
        assert_eq!(approves(&admin, &asked).await, 403, "he is the same human");
        app.close_gap_alone(&ledger, "Nobody but me was there.").await.unwrap();
        assert_eq!((claims().await, bad_gaps(&server).await), (201, vec![]));
        assert_eq!(slug(app.close_gap_alone(&ledger, "Again.").await), "no_gap");
        for of_whom in [Some(heron), None] {
            let said = server.ledger(of_whom).await;
            let [closed] = of(&said, "gap.closed")[..] else { panic!("{said:?}") };
            assert_eq!(closed["act"]["reason"], "Nobody but me was there.");
            assert_eq!(
                (&closed["act"]["one_person_installation"], &closed["person"]["door"]),
                (&json!(true), &json!("console"))
            );
        }
    })
    .await;
}

/// The machine is no way around the second person elsewhere, nor around a client's own people.
#[tokio::test(flavor = "multi_thread")]
async fn the_machine_closes_no_gap_where_there_is_a_second_person() {
    serve::each(|server| async move {
        let app = &server.world.app;
        let (heron, _) = scene(&server).await;
        let custodian = server.world.member(Role::Custodian, &[]).await;
        number(&server).await;
        put_back(&server, &heron.to_string()).await;
        let custodian = server.signed(&custodian).await;
        let ledger = heron.to_string();
        ask(&custodian, &ledger).await;
        assert_eq!(slug(app.close_gap_alone(&ledger, "I looked.").await), "not_alone");
        let [told] = <[String; 1]>::try_from(bad_gaps(&server).await).unwrap();
        assert!(told.contains("second person"), "{told}");

        app.declare_one_person(true, "The other has left.").await.unwrap();
        server.member(Role::Observer, &[heron]).await;
        assert_eq!(slug(app.close_gap_alone(&ledger, "I looked.").await), "not_alone");
        assert_eq!(custodian.get("/gaps").await.expect(200)["items"][0]["alone"], false);
    })
    .await;
}

/// Every ledger says that one person runs the installation, from when and until when; a client made meanwhile says it first of all.
#[tokio::test(flavor = "multi_thread")]
async fn every_ledger_says_when_it_begins_and_ends() {
    serve::each(|server| async move {
        let app = &server.world.app;
        let heron = server.world.client("HERON").await;
        app.declare_one_person(true, "I run this alone.").await.unwrap();
        assert_eq!(slug(app.declare_one_person(true, "Again.").await), "declared_already");
        server.world.clock.pass(Micros::SECOND);
        let admin = server.member(Role::Admin, &[]).await;
        let key = server.world.db.dir.path().join("keys/lark");
        std::fs::write(key, "17".repeat(32)).unwrap();
        let lark = json!({"name": "Lark Limited", "code_name": "LARK", "key": {"source": "file", "value": "lark"}});
        let lark: ClientId = admin.post("/clients", lark).await.expect(201)["id"].as_str().unwrap().parse().unwrap();
        app.declare_one_person(false, "We are two now.").await.unwrap();
        let said = |ledger: &[Value]| -> Vec<Value> {
            of(ledger, "one_person.declared").iter().map(|one| one["act"]["one_person_installation"].clone()).collect()
        };
        for (ledger, expected) in
            [(None, vec![true, false]), (Some(heron), vec![true, false]), (Some(lark), vec![false])]
        {
            assert_eq!(json!(said(&server.ledger(ledger).await)), json!(expected));
        }
        let ledger = server.ledger(Some(lark)).await;
        assert_eq!(of(&ledger, "client.created")[0]["act"]["one_person_installation"], true);
    })
    .await;
}

/// An admin lets people in, a custodian keeps them out: no human comes to be both by merging, by being let in again, or by coming
/// back after his erasure.
#[tokio::test(flavor = "multi_thread")]
async fn nobody_comes_to_be_admin_and_custodian() {
    serve::each(|server| async move {
        let app = &server.world.app;
        let (keeper, runs) = (server.member(Role::Custodian, &[]).await, server.member(Role::Admin, &[]).await);
        let (admin, custodian) = (server.member(Role::Admin, &[]).await, server.member(Role::Custodian, &[]).await);
        for (one, other) in [(&admin, &custodian), (&custodian, &admin)] {
            assert_eq!(merge(&keeper, one, other).await.slug(), "roles_must_not_meet");
        }
        let account = format!("/members/{}", admin.asker().member);
        runs.post(&format!("{account}/suspend"), json!({})).await.expect(204);
        merge(&keeper, &admin, &custodian).await.expect(201);
        assert_eq!(runs.post(&format!("{account}/resume"), json!({})).await.slug(), "roles_must_not_meet");
        app.declare_one_person(true, "I run this alone.").await.unwrap();
        runs.post(&format!("{account}/resume"), json!({})).await.expect(204);
        assert_eq!(slug(app.declare_one_person(false, "We are two.").await), "roles_must_not_meet");
        runs.post(&format!("{account}/suspend"), json!({})).await.expect(204);
        app.declare_one_person(false, "We are two.").await.unwrap();

        // Two accounts of one human, one of them gone by his own address: he comes back as what he may not be beside the other.
        let joins = async |role: &str| {
            let invited =
                runs.post("/invitations", json!({"role": role, "email": "ann@example.org"})).await.expect(201);
            let path = format!("/invitations/{}", invited["secret"].as_str().unwrap());
            let offer = server.visitor().get(&path).await.expect(200);
            let factor = totp::from_base32(offer["totp"]["secret"].as_str().unwrap()).unwrap();
            let code = totp::shown(&factor, app.now().0);
            let join = json!({"name": "Ann", "password": "a long enough password", "code": code});
            server.visitor().post(&path, join).await
        };
        let ann = joins("observer").await.expect(201);
        let other = server.member(Role::Custodian, &[]).await;
        let one = json!({"member": other.asker().member, "same_as": ann["member"], "reason": "one passport"});
        keeper.post("/merges", one).await.expect(201);
        runs.post(&format!("/members/{}/erase", ann["member"].as_str().unwrap()), json!({"name": "Ann"}))
            .await
            .expect(200);
        let custodian_again = format!("/members/{}/resume", other.asker().member);
        runs.post(&custodian_again, json!({})).await.expect(204);
        assert_eq!(joins("admin").await.slug(), "roles_must_not_meet");
    })
    .await;
}
