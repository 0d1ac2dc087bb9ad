//! Walls over HTTP: what a person was sent of one client shuts its rivals, for staff as for experts.

use serde_json::{Value, json};
use std::collections::BTreeSet;
use vouchsafe_app::{store::custody::exposures, work::projects::NewPipeline};
use vouchsafe_domain::{
    access::role::Role,
    ids::{ClientId, PersonId, ProjectId},
    time::Micros,
};
use vouchsafe_testkit::{
    client::Client,
    ledger::{
        act::Act,
        entry::{Entry, LedgerOf},
    },
    serve::{self, Server},
    world::{questions, yes_no},
};

/// More people than are read at once.
const MANY: usize = 1_005;

/// Two clients, each with a project of its own operator, and the people who keep walls.
struct Scene {
    server: Server,
    heron: ClientId,
    lark: ClientId,
    of_heron: ProjectId,
    of_lark: ProjectId,
    /// Custodian of the installation.
    custodian: Client,
    second: Client,
}

async fn scene(server: Server) -> Scene {
    let world = &server.world;
    let (heron, lark) = (world.client("HERON").await, world.client("LARK").await);
    let mut projects = Vec::new();
    for client in [heron, lark] {
        let operator = world.member(Role::Operator, &[client]).await;
        let project = world.project(&operator, client, yes_no(2), NewPipeline::default()).await;
        world.import(&operator, project, questions(20)).await;
        projects.push(project);
    }
    let custodian = server.member(Role::Custodian, &[]).await;
    let second = server.member(Role::Custodian, &[]).await;
    Scene { of_heron: projects[0], of_lark: projects[1], server, heron, lark, custodian, second }
}

impl Scene {
    async fn rivals(&self) -> Value {
        self.custodian
            .post("/conflicts", json!({"a": self.heron, "b": self.lark, "reason": "both train on law"}))
            .await
            .expect(201)
    }

    async fn expert(&self) -> Client {
        self.server.member(Role::Expert, &[]).await
    }

    fn later(&self, micros: i64) -> String {
        self.server.world.app.now().plus(micros).to_string()
    }

    async fn approve(&self, who: &Client, request: &Value) {
        let path = format!("/requests/{}/decision", request["id"].as_str().unwrap());
        who.post(&path, json!({"approved": true, "reason": "seen and agreed"})).await.expect(204);
    }
}

async fn acknowledge(who: &Client, project: ProjectId) -> u16 {
    who.post(&format!("/projects/{project}/guideline/acknowledge"), json!({"version": 1})).await.status.as_u16()
}

async fn claim(who: &Client, project: ProjectId) -> vouchsafe_testkit::client::Reply {
    who.post(&format!("/projects/{project}/assignments"), json!({"step": "label"})).await
}

async fn enter(who: &Client, project: ProjectId) -> Value {
    assert!((200..300).contains(&acknowledge(who, project).await));
    claim(who, project).await.expect(201)
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_sent_of_one_rival_shuts_the_other() {
    serve::each(|server| async move {
        let scene = scene(server).await;
        scene.rivals().await;
        let expert = scene.expert().await;
        let choice = expert.get("/work").await.expect(200);
        let mut names: Vec<_> =
            choice["projects"].as_array().unwrap().iter().map(|p| p["name"].as_str().unwrap()).collect();
        names.sort_unstable();
        assert_eq!(names, ["A project of HERON", "A project of LARK"], "nothing that a client wrote is sent yet");

        enter(&expert, scene.of_heron).await;
        let (walled, absent) =
            (claim(&expert, scene.of_lark).await, claim(&expert, ProjectId(scene.server.world.app.id())).await);
        assert_eq!((walled.status, &walled.body), (absent.status, &absent.body));
        assert_eq!(walled.status, 404);
        let home = expert.get("/work").await.expect(200);
        assert_eq!(home["projects"].as_array().unwrap().len(), 1);
        assert!(!home.to_string().contains("LARK"), "{home}");
        let seen = expert.get("/me/custody").await.expect(200);
        assert_eq!(seen["clients"][0]["code_name"], "HERON");
        assert!(!seen.to_string().contains("LARK"));

        // A clock set back opens nothing; the cool-off does, and only then.
        scene.server.world.clock.pass(-400 * Micros::DAY);
        let expert = scene.server.signed(expert.asker()).await;
        assert_eq!(claim(&expert, scene.of_lark).await.status, 404);
        scene.server.world.clock.pass(400 * Micros::DAY + 100 * Micros::DAY);
        let expert = scene.server.signed(expert.asker()).await;
        assert_eq!(claim(&expert, scene.of_lark).await.status, 404, "he still holds a lease of the other");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_late_conflict_ends_leases_and_names_who_stands_on_both_sides() {
    serve::each(|server| async move {
        let scene = scene(server).await;
        let (both, one) = (scene.expert().await, scene.expert().await);
        let first = enter(&both, scene.of_heron).await;
        let id = first["id"].as_str().unwrap().to_owned();
        both.put(&format!("/assignments/{id}/draft"), json!({"answers": {}, "active_ms": 5})).await.expect(204);
        enter(&both, scene.of_lark).await;
        let kept = enter(&one, scene.of_heron).await;

        let declared = scene.rivals().await;
        assert_eq!(declared["leases_ended"], 2);
        let exposed = declared["exposed_to_both"].as_array().unwrap();
        assert_eq!(exposed.len(), 1);
        assert_eq!(exposed[0]["members"], json!([both.asker().member]));
        let answers = json!({"answers": {"verdict": {"value": "yes"}}, "active_ms": 1});
        assert_eq!(both.post(&format!("/assignments/{id}/annotation"), answers.clone()).await.status, 404);
        let kept = kept["id"].as_str().unwrap();
        one.post(&format!("/assignments/{kept}/annotation"), answers).await.expect(201);
        for client in [scene.heron, scene.lark] {
            let acts = scene.server.acts(Some(client)).await;
            assert_eq!(acts.iter().filter(|act| *act == "assignment.walled").count(), 1, "{acts:?}");
            assert!(acts.contains(&"conflict.declared".to_owned()));
        }
        let kept = scene.server.acts(Some(scene.heron)).await;
        assert!(kept.contains(&"annotation.walled".to_owned()), "what he answered is kept, sealed");
        assert_eq!(both.post(&format!("/assignments/{id}/heartbeat"), json!({})).await.status, 404);

        // Two custodians set it aside for him: the draft was kept and both sides are open again.
        let waiver = json!({"kind": "waiver", "member": both.asker().member, "client": scene.heron, "other": scene.lark,
                            "until": scene.later(30 * Micros::DAY), "reason": "both were told"});
        let waiver = scene.custodian.post("/requests", waiver).await.expect(201);
        let path = format!("/requests/{}/decision", waiver["id"].as_str().unwrap());
        let alone = scene.custodian.post(&path, json!({"approved": true, "reason": "me too"})).await;
        assert_eq!(alone.status, 403, "nobody approves what he asked for");
        scene.approve(&scene.second, &waiver).await;
        for project in [scene.of_heron, scene.of_lark] {
            claim(&both, project).await.expect(201);
        }
        scene.server.world.clock.pass(31 * Micros::DAY);
        let both = scene.server.signed(both.asker()).await;
        assert_eq!(claim(&both, scene.of_lark).await.status, 404, "the waiver has ended");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_observer_shuts_a_person_out_at_once() {
    serve::each(|server| async move {
        let scene = scene(server).await;
        let observer = scene.server.member(Role::Observer, &[scene.heron]).await;
        let expert = scene.expert().await;
        enter(&expert, scene.of_heron).await;
        let exposed = observer.get(&format!("/clients/{}/exposures", scene.heron)).await.expect(200);
        let whom = exposed["people"].as_array().unwrap().iter().find(|p| p["open"] == 1).unwrap()["person"].clone();
        assert!(!exposed.to_string().contains(&expert.asker().member.to_string()), "observers see pseudonyms");

        let path = format!("/clients/{}/walls", scene.heron);
        let ordered =
            observer.post(&path, json!({"person": whom, "reason": "he leaves for a rival"})).await.expect(201);
        assert_eq!(ordered["leases_ended"], 1);
        assert_eq!(claim(&expert, scene.of_heron).await.status, 404);
        enter(&expert, scene.of_lark).await;
        let other = format!("/clients/{}/walls", scene.lark);
        assert_eq!(observer.post(&other, json!({"person": whom, "reason": "x"})).await.status, 404);

        let lift = json!({"kind": "lift_wall", "other": ordered["id"], "reason": "he stays"});
        let lift = observer.post("/requests", lift).await.expect(201);
        let waits = scene.second.get("/requests").await.expect(200)["items"][0].clone();
        assert_eq!((&waits["mine_to_decide"], &waits["kind"]), (&json!(true), &json!("lift_wall")));
        scene.approve(&scene.second, &lift).await;
        claim(&expert, scene.of_heron).await.expect(201);
    })
    .await;
}

/// Everybody is on some page, once, and can be shut out from there, however many there are.
#[tokio::test(flavor = "multi_thread")]
async fn an_observer_pages_through_everybody() {
    serve::each(|server| async move {
        let scene = scene(server).await;
        let (app, observer) = (&scene.server.world.app, scene.server.member(Role::Observer, &[scene.heron]).await);
        let mut tx = app.store.write("many").await.unwrap();
        for _ in 0..MANY {
            let person = PersonId(app.id());
            // All at one moment, so that pages end between people who are told apart by nothing else.
            exposures::enter(&mut tx, person, scene.heron, app.now()).await.unwrap();
        }
        tx.commit([Entry::new(LedgerOf::Installation, Act::ExposureEntered, app.now().0)]).await.unwrap();
        scene.server.world.clock.pass(Micros::SECOND);
        let expert = scene.expert().await;
        enter(&expert, scene.of_heron).await;

        let path = format!("/clients/{}/exposures", scene.heron);
        let (mut names, mut last, mut after) = (BTreeSet::new(), Value::Null, String::new());
        let mut pages = 0;
        loop {
            let page = observer.get(&format!("{path}?limit=400{after}")).await.expect(200);
            for one in page["people"].as_array().unwrap() {
                assert!(names.insert(one["person"].as_str().unwrap().to_owned()), "nobody stands there twice");
                last = one["person"].clone();
            }
            pages += 1;
            let Some(next) = page["next"].as_str() else { break };
            after = format!("&after={next}");
        }
        // With the operator, who brought the tasks in.
        assert_eq!((pages, names.len()), (3, MANY + 2));
        assert_eq!(observer.get(&format!("{path}?after=x")).await.status, 422);
        let wall = json!({"person": last, "reason": "he leaves for a rival"});
        let ordered = observer.post(&format!("/clients/{}/walls", scene.heron), wall).await.expect(201);
        assert_eq!(ordered["leases_ended"], 1, "the last of all is found by his pseudonym");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_declared_tie_shuts_what_conflicts_with_it() {
    serve::each(|server| async move {
        let scene = scene(server).await;
        let rival = json!({"name": "A rival of HERON", "kind": "employer"});
        let rival = scene.custodian.post("/organisations", rival).await.expect(201);
        let edge = json!({"a": rival["id"], "b": scene.heron, "reason": "sells the same"});
        scene.custodian.post("/conflicts", edge).await.expect(201);
        let expert = scene.expert().await;
        enter(&expert, scene.of_heron).await;
        let tie = json!({"organisation": rival["id"], "kind": "equity", "reason": "shares since 2019"});
        expert.post("/me/interests", tie).await.expect(201);
        assert_eq!(claim(&expert, scene.of_heron).await.status, 404);
        enter(&expert, scene.of_lark).await;
        let mine = expert.get("/me/custody").await.expect(200);
        assert_eq!((mine["closed"].clone(), &mine["interests"][0]["kind"]), (json!(["interest"]), &json!("equity")));

        let contest = json!({"kind": "contest", "reason": "the shares were sold"});
        let contest = expert.post("/requests", contest).await.expect(201);
        scene.approve(&scene.custodian, &contest).await;
        let mine = expert.get("/me/custody").await.expect(200);
        assert_eq!(mine["requests"][0]["state"], "approved");
        assert_eq!(mine["requests"][0]["reason"], "the shares were sold", "what was asked stays as it was written");
        assert!(mine["requests"][0]["answer"].as_str().is_some_and(|answer| !answer.is_empty()));
        assert_eq!(
            expert
                .post("/me/interests", json!({"organisation": scene.heron, "kind": "equity", "reason": "?"}))
                .await
                .status,
            404,
            "which organisations are clients is told to nobody"
        );
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn classes_and_holdings_shut_as_pairs_do() {
    serve::each(|server| async move {
        let scene = scene(server).await;
        let owner =
            scene.custodian.post("/organisations", json!({"name": "Holding", "kind": "owner"})).await.expect(201);
        let share = json!({"a": owner["id"], "b": scene.lark, "share": 0.49, "reason": "bought in June"});
        scene.custodian.post("/conflicts", share).await.expect(201);
        let expert = scene.expert().await;
        enter(&expert, scene.of_heron).await;
        let pair = json!({"a": owner["id"], "b": scene.heron, "reason": "competes"});
        let declared = scene.custodian.post("/conflicts", pair).await.expect(201);
        assert_eq!(declared["clients_told"], json!([scene.heron]), "the owner of this installation is its rival");
        assert!(scene.server.acts(Some(scene.heron)).await.contains(&"owner.conflicted".to_owned()));
        assert_eq!(claim(&expert, scene.of_lark).await.status, 404, "what is owned has its owner's conflicts");
        let observer = scene.server.member(Role::Observer, &[scene.heron]).await;
        let told = observer.get(&format!("/clients/{}/exposures", scene.heron)).await.expect(200);
        assert_eq!(told["owner_in_conflict"], true);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn notice_narrows_and_the_last_day_ends_everything() {
    serve::each(|server| async move {
        let scene = scene(server).await;
        let expert = scene.expert().await;
        enter(&expert, scene.of_heron).await;
        let path = format!("/members/{}/notice", expert.asker().member);
        scene.custodian.put(&path, json!({"last_day": scene.later(Micros::DAY)})).await.expect(204);
        claim(&expert, scene.of_heron).await.expect(201);
        assert_eq!(claim(&expert, scene.of_lark).await.status, 404, "no new clients");
        let mine = expert.get("/me/custody").await.expect(200);
        assert_eq!(mine["budget"]["hour"], json!({"taken": 2, "max": 500}));
        assert_eq!(scene.server.world.app.end_leavers().await.unwrap(), 0);
        let made = expert.post("/tokens", json!({"name": "mine", "days": 30})).await.expect(201);
        let token = scene.server.visitor().with_token(made["secret"].as_str().unwrap());
        token.get("/me/custody").await.expect(200);

        scene.server.world.clock.pass(Micros::DAY);
        // No job has come by yet; what was answered within the last second is remembered for that second.
        scene.server.world.app.forget_answers();
        assert_eq!(
            (expert.get("/work").await.status.as_u16(), token.get("/me/custody").await.status.as_u16()),
            (401, 401)
        );
        assert_eq!(scene.server.world.app.end_leavers().await.unwrap(), 1);
        assert_eq!(expert.get("/work").await.status, 401);
        let acts = scene.server.acts(Some(scene.heron)).await;
        assert_eq!(acts.iter().filter(|act| *act == "assignment.walled").count(), 2, "{acts:?}");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn past_a_budget_a_second_person_is_asked() {
    serve::each(|server| async move {
        let scene = scene(server).await;
        let expert = scene.expert().await;
        let budget = json!({"member": expert.asker().member, "hour": 1, "day": 5, "month": 5});
        scene.custodian.put("/budgets", budget).await.expect(204);
        let set = scene.custodian.get("/budgets").await.expect(200);
        assert_eq!((&set["members"][0]["hour"], &set["members"][0]["name"]), (&json!(1), &json!("expert")));
        assert_eq!(set["roles"].as_array().unwrap().len(), 6);
        assert_eq!(expert.get("/budgets").await.status, 404);
        enter(&expert, scene.of_heron).await;
        let spent = claim(&expert, scene.of_heron).await;
        assert_eq!((spent.status.as_u16(), spent.json()["slug"].clone()), (409, json!("budget_spent")));
        let more = json!({"kind": "budget", "amount": 1, "until": scene.later(Micros::DAY), "reason": "the batch is due tonight"});
        let more = expert.post("/requests", more).await.expect(201);
        let waits = scene.custodian.get("/requests").await.expect(200)["items"][0].clone();
        assert_eq!((&waits["person"], &waits["asked_by_name"]), (&json!("expert"), &json!("expert")));
        scene.approve(&scene.custodian, &more).await;
        claim(&expert, scene.of_heron).await.expect(201);
        assert_eq!(claim(&expert, scene.of_heron).await.status, 409);
        scene.server.world.clock.pass(Micros::HOUR);
        claim(&expert, scene.of_heron).await.expect(201);
    })
    .await;
}

/// A day and a month shut as an hour does, each by itself and for its own time.
#[tokio::test(flavor = "multi_thread")]
async fn each_window_of_a_budget_shuts_by_itself() {
    serve::each(|server| async move {
        let scene = scene(server).await;
        for (month, short, long) in [(1, Micros::DAY, 31 * Micros::DAY), (9, Micros::HOUR, Micros::DAY)] {
            let expert = scene.expert().await;
            let custodian = scene.server.signed(scene.custodian.asker()).await;
            let budget = json!({"member": expert.asker().member, "hour": 1, "day": 1, "month": month});
            custodian.put("/budgets", budget).await.expect(204);
            enter(&expert, scene.of_heron).await;
            assert_eq!(claim(&expert, scene.of_heron).await.slug(), "budget_spent");
            scene.server.world.clock.pass(short);
            let expert = scene.server.signed(expert.asker()).await;
            assert_eq!(claim(&expert, scene.of_heron).await.slug(), "budget_spent", "after {short} us");
            scene.server.world.clock.pass(long);
            let expert = scene.server.signed(expert.asker()).await;
            claim(&expert, scene.of_heron).await.expect(201);
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn broken_glass_lets_in_for_hours_and_the_client_reads_of_it() {
    serve::each(|server| async move {
        let scene = scene(server).await;
        let operator = scene.server.member(Role::Operator, &[]).await;
        let path = format!("/projects/{}/tasks", scene.of_heron);
        assert_eq!(operator.get(&path).await.status, 404);
        let glass = json!({"kind": "break_glass", "member": operator.asker().member, "client": scene.heron,
                           "until": scene.later(Micros::HOUR), "reason": "the import stopped"});
        let too_long = json!({"kind": "break_glass", "member": operator.asker().member, "client": scene.heron,
                              "until": scene.later(9 * Micros::HOUR), "reason": "?"});
        assert_eq!(scene.custodian.post("/requests", too_long).await.status, 422);
        let glass = scene.custodian.post("/requests", glass).await.expect(201);
        assert_eq!(operator.get(&path).await.status, 404, "one person breaks no glass");
        scene.approve(&scene.second, &glass).await;
        operator.get(&path).await.expect(200);
        operator.get(&format!("/projects/{}/guideline", scene.of_heron)).await.expect(200);
        assert!(scene.server.acts(Some(scene.heron)).await.contains(&"glass.broken".to_owned()));
        scene.server.world.clock.pass(Micros::HOUR);
        assert_eq!(operator.get(&path).await.status, 404);

        // A wall binds whoever breaks glass.
        scene.rivals().await;
        let glass = json!({"kind": "break_glass", "member": operator.asker().member, "client": scene.lark,
                           "until": scene.later(2 * Micros::HOUR), "reason": "the import stopped"});
        let glass = scene.custodian.post("/requests", glass).await.expect(201);
        scene.approve(&scene.second, &glass).await;
        assert_eq!(operator.get(&format!("/projects/{}/tasks", scene.of_lark)).await.status, 404);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn two_accounts_of_one_human_share_their_past() {
    serve::each(|server| async move {
        let scene = scene(server).await;
        scene.rivals().await;
        let (first, other) = (scene.expert().await, scene.expert().await);
        enter(&first, scene.of_heron).await;
        enter(&other, scene.of_lark).await;
        let merge = json!({"member": first.asker().member, "same_as": other.asker().member, "reason": "one passport"});
        let merged = scene.custodian.post("/merges", merge).await.expect(201);
        assert_eq!((merged["members"].as_array().unwrap().len(), merged["leases_ended"].clone()), (2, json!(2)));
        for (who, project) in
            [(&first, scene.of_heron), (&first, scene.of_lark), (&other, scene.of_heron), (&other, scene.of_lark)]
        {
            assert_eq!(claim(who, project).await.status, 404);
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_matrix_says_who_is_kept_from_what_and_why() {
    serve::each(|server| async move {
        let scene = scene(server).await;
        let expert = scene.expert().await;
        enter(&expert, scene.of_heron).await;
        scene.rivals().await;
        let matrix = scene.custodian.get("/walls").await.expect(200);
        let columns = matrix["clients"].as_array().unwrap();
        assert_eq!(columns.len(), 2);
        let heron = columns.iter().position(|c| c["code_name"] == "HERON").unwrap();
        let rows = matrix["people"].as_array().unwrap();
        let row = rows.iter().find(|row| row["member"] == json!(expert.asker().member)).unwrap();
        let (own, other) = (&row["cells"][heron], &row["cells"][1 - heron]);
        assert_eq!((&own["state"], &other["state"]), (&json!("exposed"), &json!("walled")));
        assert_eq!((&other["why"], &other["rival"]), (&json!("exposure"), &json!(scene.heron)));
        let page = scene.custodian.get(&format!("/members/{}/custody", expert.asker().member)).await.expect(200);
        let (own, other) = (&page["clients"][heron], &page["clients"][1 - heron]);
        assert_eq!((&own["open"], &other["cell"]["why"]), (&json!(1), &json!("exposure")));
        assert!(other["cell"]["opens_at"].is_null(), "while he holds work of one, time does not open the other");
        for stranger in [
            &expert,
            &scene.server.member(Role::Operator, &[scene.heron]).await,
            &scene.server.member(Role::Custodian, &[scene.heron]).await,
        ] {
            for path in
                ["/walls".to_owned(), "/conflicts".into(), format!("/members/{}/custody", expert.asker().member)]
            {
                assert_eq!(stranger.get(&path).await.status, 404, "{path}");
            }
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_client_may_want_interests_confirmed_before_each_project() {
    serve::each(|server| async move {
        let scene = scene(server).await;
        let path = format!("/clients/{}/walls", scene.heron);
        scene.custodian.patch(&path, json!({"declarations": true, "cool_off_days": 365})).await.expect(204);
        let terms = scene.custodian.get(&format!("/clients/{}/exposures", scene.heron)).await.expect(200);
        assert_eq!((&terms["declarations"], &terms["cool_off_days"]), (&json!(true), &json!(365)));
        let expert = scene.expert().await;
        acknowledge(&expert, scene.of_heron).await;
        let asked = claim(&expert, scene.of_heron).await;
        assert_eq!(asked.json()["slug"], "declaration_needed");
        expert.post(&format!("/projects/{}/declaration", scene.of_heron), json!({})).await.expect(204);
        claim(&expert, scene.of_heron).await.expect(201);
    })
    .await;
}
