//! Ways around a wall: what somebody who is kept from a client may still hold in his hands opens nothing of it, and what
//! shuts him out is not his to end.

use serde_json::{Value, json};
use vouchsafe_app::work::projects::NewPipeline;
use vouchsafe_domain::{
    access::role::Role,
    ids::{ClientId, ProjectId},
    time::Micros,
};
use vouchsafe_testkit::{
    client::{Client, Reply},
    serve::{self, Server},
    world::{questions, yes_no},
};

/// HERON with work, a rival without any, and who keeps walls.
struct Scene {
    server: Server,
    heron: ClientId,
    lark: ClientId,
    project: ProjectId,
    custodian: Client,
}

async fn scene(server: Server) -> Scene {
    let (heron, lark) = (server.world.client("HERON").await, server.world.client("LARK").await);
    let operator = server.world.member(Role::Operator, &[heron]).await;
    let project = server.world.project(&operator, heron, yes_no(2), NewPipeline::default()).await;
    server.world.import(&operator, project, questions(20)).await;
    let custodian = server.member(Role::Custodian, &[]).await;
    Scene { server, heron, lark, project, custodian }
}

impl Scene {
    /// Shuts somebody out of HERON, at once.
    async fn shut_out(&self, who: &Client) {
        let new = json!({"person": who.asker().member, "reason": "leaves for a rival"});
        self.custodian.post(&format!("/clients/{}/walls", self.heron), new).await.expect(201);
    }

    async fn claim(&self, who: &Client, purpose: &str) -> Reply {
        let new = json!({"step": "label", "purpose": purpose});
        who.post(&format!("/projects/{}/assignments", self.project), new).await
    }

    async fn token(&self, who: &Client, client: Option<ClientId>) -> Client {
        let made = who.post("/tokens", json!({"name": "mine", "client": client, "days": 1})).await.expect(201);
        self.server.visitor().with_token(made["secret"].as_str().unwrap()).of(who.asker().clone())
    }
}

fn id(of: &Value) -> String {
    of["id"].as_str().unwrap().to_owned()
}

/// What was leased, fetched ahead, or asked for under a key before the wall went up answers as what never was, through
/// a session and through every token; nothing is sent, and what is handed in is kept where nobody reads it.
#[tokio::test(flavor = "multi_thread")]
async fn nothing_that_was_at_hand_before_a_wall_opens_anything_after_it() {
    serve::each(|server| async move {
        let scene = scene(server).await;
        let expert = scene.server.expert(scene.project).await;
        let keyed = expert.with("idempotency-key", "again");
        let leased = id(&scene.claim(&keyed, "work").await.expect(201));
        let ahead = id(&scene.claim(&expert, "prefetch").await.expect(201));
        let doors = [expert.clone(), scene.token(&expert, None).await, scene.token(&expert, Some(scene.heron)).await];
        doors[2].get(&format!("/assignments/{leased}")).await.expect(200);
        scene.shut_out(&expert).await;
        let is_sent = |act: &String| act.split_once('.').is_some_and(|(_, done)| done == "sent");
        let sent = |acts: Vec<String>| acts.iter().filter(|act| is_sent(act)).count();
        let before = sent(scene.server.acts(Some(scene.heron)).await);

        let never = scene.server.world.app.id();
        let why = json!({"reason": "other"});
        let answers = json!({"answers": {"verdict": {"value": "yes"}}});
        for door in &doors {
            for held in [&leased, &ahead] {
                for (method, path, body) in [
                    ("GET", "", &Value::Null),
                    ("GET", "/judged", &Value::Null),
                    ("POST", "/opened", &Value::Null),
                    ("POST", "/heartbeat", &Value::Null),
                    ("POST", "/release", &Value::Null),
                    ("PUT", "/draft", &answers),
                    ("POST", "/annotation", &answers),
                    ("POST", "/skip", &why),
                    ("POST", "/flag", &why),
                ] {
                    let ask = async |id: &str| {
                        let path = format!("/assignments/{id}{path}");
                        door.json(method.parse().unwrap(), &path, body.clone()).await
                    };
                    let (walled, absent) = (ask(held).await, ask(&never.to_string()).await);
                    assert_eq!((walled.status, &walled.body), (absent.status, &absent.body), "{method} {path}");
                    assert_eq!(walled.status, 404, "{method} {path}");
                }
            }
            assert_eq!(scene.claim(door, "prefetch").await.status, 404);
            for list in ["/work", "/me/custody", "/session"] {
                let said = door.get(list).await.text();
                assert!(!said.contains("HERON") && !said.contains(&scene.heron.to_string()), "{list}: {said}");
            }
        }
        let again = scene.claim(&keyed, "work").await;
        assert_eq!(again.status, 404, "a request that is told again asks the gate again");
        assert_eq!(sent(scene.server.acts(Some(scene.heron)).await), before);
    })
    .await;
}

/// A token can be asked for that is bound to a client one does not know of; whether there is such a client is not said.
#[tokio::test(flavor = "multi_thread")]
async fn a_token_bound_to_a_client_tells_nothing_of_it() {
    serve::each(|server| async move {
        let scene = scene(server).await;
        let expert = scene.server.expert(scene.project).await;
        scene.shut_out(&expert).await;
        let never = ClientId(scene.server.world.app.id());
        for client in [scene.heron, scene.lark, never] {
            let bound = scene.token(&expert, Some(client)).await;
            let asked = scene.claim(&bound, "work").await;
            let absent = bound.get(&format!("/projects/{}/guideline", scene.server.world.app.id())).await;
            assert_eq!((asked.status, &asked.body), (absent.status, &absent.body));
            assert_eq!(bound.get(&format!("/clients/{client}")).await.status, 404);
        }
    })
    .await;
}

/// What a custodian learned of somebody is not his to end; a custodian ends it, and not one's own.
#[tokio::test(flavor = "multi_thread")]
async fn nobody_sheds_a_tie_that_a_custodian_declared() {
    serve::each(|server| async move {
        let scene = scene(server).await;
        let expert = scene.server.expert(scene.project).await;
        let member = expert.asker().member;
        let path = format!("/members/{member}/interests");
        let tie = json!({"organisation": scene.lark, "kind": "commission", "reason": "seen on its payroll"});
        let tie = id(&scene.custodian.post(&path, tie).await.expect(201));
        assert_eq!(expert.get("/me/custody").await.expect(200)["interests"][0]["own"], false);
        assert_eq!(expert.delete(&format!("/me/interests/{tie}")).await.status, 403);
        assert_eq!(expert.delete(&format!("{path}/{tie}")).await.status, 404);
        scene.custodian.delete(&format!("{path}/{tie}")).await.expect(204);

        let own = json!({"name": "A former employer", "kind": "employer", "reason": "until spring"});
        let own = id(&expert.post("/me/interests", own).await.expect(201));
        expert.delete(&format!("/me/interests/{own}")).await.expect(204);
        let of_himself = format!("/members/{}/interests/{tie}", scene.custodian.asker().member);
        assert_eq!(scene.custodian.delete(&of_himself).await.status, 403);
    })
    .await;
}

/// Whoever leaves does not stay by being counted as one with somebody who does not leave, whichever is named first.
#[tokio::test(flavor = "multi_thread")]
async fn a_merge_sheds_no_notice() {
    serve::each(|server| async move {
        let scene = scene(server).await;
        for turned in [false, true] {
            let [leaver, other] = [scene.server.expert(scene.project).await, scene.server.expert(scene.project).await];
            let last_day = scene.server.world.app.now().plus(Micros::DAY).to_string();
            let notice = format!("/members/{}/notice", leaver.asker().member);
            scene.custodian.put(&notice, json!({"last_day": last_day})).await.expect(204);
            let (from, to) = if turned { (&other, &leaver) } else { (&leaver, &other) };
            let merge = json!({"member": from.asker().member, "same_as": to.asker().member, "reason": "one passport"});
            scene.custodian.post("/merges", merge).await.expect(201);
            for who in [&leaver, &other] {
                assert_eq!(who.get("/me/custody").await.expect(200)["last_day"], json!(last_day));
            }
        }
        scene.server.world.clock.pass(Micros::DAY);
        assert_eq!(scene.server.world.app.end_leavers().await.unwrap(), 4);
    })
    .await;
}
