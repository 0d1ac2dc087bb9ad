//! Who keeps the installation is walled like everybody: of a client that is shut to him he decides nothing, and what it is
//! about was never there.

use super::ledger::{number, scene as ledger_scene};
use serde_json::{Value, json};
use vouchsafe_app::store::custody::{cases, clients, exposures};
use vouchsafe_domain::{
    access::role::Role,
    ids::{CaseId, ClientId},
    time::Micros,
};
use vouchsafe_testkit::{
    client::{Client, Reply},
    ledger::{
        act::Act,
        entry::{Entry, LedgerOf},
    },
    serve::{self, Server},
};

/// LARK is shut to `walled`, who is tied to its rival HERON; `open` keeps the installation too.
struct Scene {
    server: Server,
    heron: ClientId,
    lark: ClientId,
    open: Client,
    walled: Client,
}

async fn scene(server: Server) -> Scene {
    let (heron, lark) = (server.world.client("HERON").await, server.world.client("LARK").await);
    let (open, walled) = (server.member(Role::Custodian, &[]).await, server.member(Role::Custodian, &[]).await);
    let rivals = json!({"a": heron, "b": lark, "reason": "Both announced the same model."});
    open.post("/conflicts", rivals).await.expect(201);
    let tie = json!({"organisation": heron, "kind": "employer", "reason": "he said so"});
    open.post(&format!("/members/{}/interests", walled.asker().member), tie).await.expect(201);
    Scene { server, heron, lark, open, walled }
}

impl Scene {
    fn later(&self) -> String {
        self.server.world.app.now().plus(Micros::HOUR).to_string()
    }
}

/// What is shut answers as what never was.
fn same(shut: &Reply, absent: &Reply, what: &str) {
    assert_eq!((shut.status, &shut.body), (absent.status, &absent.body), "{what}");
    assert_eq!(shut.status, 404, "{what}");
}

fn id(made: &Value) -> &str {
    made["id"].as_str().unwrap()
}

/// Every kind of request that can be about a client, one of each.
async fn asked_of_lark(scene: &Scene) -> Vec<(&'static str, String)> {
    let Scene { server, lark, open, .. } = scene;
    let vendor = open.post("/organisations", json!({"name": "Other Labels", "kind": "vendor"})).await.expect(201);
    let other = server.world.client("OSPREY").await;
    let against = json!({"a": lark, "b": other, "reason": "rivals as well"});
    let conflict = open.post("/conflicts", against).await.expect(201);
    let (whom, operator) =
        (server.member(Role::Expert, &[]).await.asker().member, server.member(Role::Operator, &[]).await);
    let wall = json!({"person": whom, "reason": "he leaves"});
    open.post(&format!("/clients/{lark}/walls"), wall).await.expect(201);
    let around = open.get(&format!("/clients/{lark}/exposures")).await.expect(200);
    let wall = id(&around["walls"][0]).to_owned();
    let (until, mut made) = (scene.later(), Vec::new());
    let waiver = json!({"kind": "waiver", "member": whom, "client": lark, "until": until, "reason": "he helps both"});
    let to = |mut one: Value, other: &str| {
        one["other"] = json!(other);
        one
    };
    for (kind, request) in [
        ("waiver", to(waiver.clone(), id(&vendor))),
        ("waiver", to(waiver, &other.to_string())),
        (
            "break_glass",
            json!({"kind": "break_glass", "member": operator.asker().member, "client": lark, "until": until, "reason": "all is down"}),
        ),
        ("end_conflict", to(json!({"kind": "end_conflict", "reason": "they parted"}), id(&conflict))),
        ("lift_wall", to(json!({"kind": "lift_wall", "reason": "he stays"}), &wall)),
    ] {
        made.push((kind, id(&open.post("/requests", request).await.expect(201)).to_owned()));
    }
    let mut tx = server.world.db.store.write("gap").await.unwrap();
    clients::open_gap(&mut tx, *lark, server.world.app.now()).await.unwrap();
    tx.commit([Entry::new(LedgerOf::Installation, Act::EpochBegan, server.world.app.now().0)]).await.unwrap();
    let looked = json!({"reason": "by the record", "entered": ["exposures", "walls", "grants", "holds", "terms"]});
    made.push(("close_gap", id(&open.post(&format!("/gaps/{lark}"), looked).await.expect(201)).to_owned()));
    made
}

/// Whatever waits for a second person: he neither finds nor decides it, while another custodian of the installation does.
#[tokio::test(flavor = "multi_thread")]
async fn a_walled_custodian_decides_no_request_of_a_client_that_is_shut_to_him() {
    serve::each(|server| async move {
        let scene = scene(server).await;
        let second = scene.server.member(Role::Custodian, &[]).await;
        let all = asked_of_lark(&scene).await;
        let mut kinds: Vec<&str> = all.iter().map(|(kind, _)| *kind).collect();
        kinds.dedup();
        assert_eq!(kinds, ["waiver", "break_glass", "end_conflict", "lift_wall", "close_gap"]);
        let seen = async |who: &Client| -> usize {
            let listed = who.get("/requests").await.expect(200);
            let listed = listed["items"].as_array().unwrap();
            all.iter().filter(|(_, one)| listed.iter().any(|shown| shown["id"] == one.as_str())).count()
        };
        assert_eq!((seen(&second).await, seen(&scene.walled).await), (all.len(), 0));
        let decision = json!({"approved": true, "reason": "seen and agreed"});
        let nowhere = format!("/requests/{}/decision", scene.server.world.app.id());
        let absent = scene.walled.post(&nowhere, decision.clone()).await;
        for (kind, request) in &all {
            let walled = scene.walled.post(&format!("/requests/{request}/decision"), decision.clone()).await;
            same(&walled, &absent, kind);
        }
        for (kind, request) in &all {
            let decided = second.post(&format!("/requests/{request}/decision"), decision.clone()).await;
            assert!(decided.status == 204 || *kind == "close_gap", "{kind}: {}", decided.text());
        }
    })
    .await;
}

/// Nor what has doors of its own: grants, keys, departures, holds and cases.
#[tokio::test(flavor = "multi_thread")]
async fn a_walled_custodian_decides_nothing_else_of_it_either() {
    serve::each(|server| async move {
        let scene = scene(server).await;
        let Scene { server, lark, open, walled, heron } = &scene;
        let admin = server.member(Role::Admin, &[]).await;
        let operator = server.member(Role::Operator, &[]).await.asker().member;
        let grant = admin.post(&format!("/clients/{lark}/grants"), json!({"member": operator})).await.expect(201);
        let hold = open.post(&format!("/clients/{lark}/holds"), json!({"reason": "a case"})).await.expect(201);
        let departure = open.post(&format!("/clients/{lark}/departures"), json!({})).await.expect(201);
        let (case, of_heron) = (CaseId(server.world.app.id()), CaseId(server.world.app.id()));
        let whom = server.member(Role::Expert, &[]).await;
        let mut tx = server.world.db.store.write("case").await.unwrap();
        for (id, client) in [(case, lark), (of_heron, heron)] {
            let body = json!({"reasons": [], "parts": [], "items": [[client, "t"]], "items_all": 1, "days": [], "day": 0, "pair": null});
            let body = body.to_string();
            let at = server.world.app.now();
            let new = cases::NewCase {
                id,
                person: whom.asker().person,
                act_at: at,
                score_milli: 9_000,
                threshold_milli: 5_000,
                pair: None,
                body: &body,
                at,
                forget_at: None,
            };
            cases::insert(&mut tx, &new).await.unwrap();
        }
        tx.commit([Entry::new(LedgerOf::Installation, Act::CaseOpened, server.world.app.now().0)]).await.unwrap();
        let shown = walled.get("/cases").await.expect(200);
        let shown: Vec<&str> = shown["items"].as_array().unwrap().iter().map(id).collect();
        assert_eq!(shown, [of_heron.to_string()]);
        walled.get(&format!("/cases/{of_heron}")).await.expect(200);
        open.get(&format!("/cases/{case}")).await.expect(200);

        let never = server.world.app.id().to_string();
        let verdict = json!({"verdict": "benign", "reason": "it was his work"});
        for (act, there, body) in [
            ("/grants/{}/confirm", id(&grant), json!({})),
            ("/holds/{}/release", id(&hold), json!({"reason": "over"})),
            ("/departures/{}/approve", id(&departure), json!({})),
            ("/cases/{}/decision", &case.to_string(), verdict),
            ("/cases/{}/contest", &case.to_string(), json!({"reason": "for him"})),
            ("/cases/{}/reveals", &case.to_string(), json!({"reason": "who is it"})),
            ("/clients/{}/key_destruction", &lark.to_string(), json!({"code_name": "LARK"})),
            ("/clients/{}/walls", &lark.to_string(), json!({"person": operator, "reason": "he leaves"})),
            ("/gaps/{}", &lark.to_string(), json!({"reason": "looked", "entered": ["exposures", "walls", "grants", "holds", "terms"]})),
        ] {
            let at = |one: &str| act.replace("{}", one);
            let (shut, absent) = (walled.post(&at(there), body.clone()).await, walled.post(&at(&never), body).await);
            same(&shut, &absent, act);
        }
        let tie = |to: &str| json!({"organisation": to, "kind": "equity", "reason": "he holds some"});
        let ties = format!("/members/{}/interests", whom.asker().member);
        let (shut, absent) = (walled.post(&ties, tie(&lark.to_string())).await, walled.post(&ties, tie(&never)).await);
        same(&shut, &absent, "a tie");
    })
    .await;
}

/// The other side of a waiver is named by its id: one that is shut to the asker answers as one that never was.
#[tokio::test(flavor = "multi_thread")]
async fn the_other_side_of_a_waiver_is_not_there_to_whom_it_is_shut() {
    serve::each(|server| async move {
        let scene = scene(server).await;
        let Scene { server, lark, walled, heron, .. } = &scene;
        let whom = server.member(Role::Expert, &[]).await.asker().member;
        // As the installation's, and as HERON's own.
        let own = server.member(Role::Custodian, &[*heron]).await;
        let tie = json!({"organisation": heron, "kind": "employer", "reason": "he is theirs"});
        scene.open.post(&format!("/members/{}/interests", own.asker().member), tie).await.expect(201);
        for who in [walled, &own] {
            let ask = async |other: &str| {
                let waiver = json!({"kind": "waiver", "member": whom, "client": heron, "other": other, "until": scene.later(), "reason": "he helps both"});
                who.post("/requests", waiver).await
            };
            let (shut, absent) = (ask(&lark.to_string()).await, ask(&server.world.app.id().to_string()).await);
            same(&shut, &absent, "the other side");
        }
    })
    .await;
}

/// Of an account that was granted nothing but what is hidden, whoever runs or keeps the installation does nothing.
#[tokio::test(flavor = "multi_thread")]
async fn an_account_that_is_hidden_answers_as_none() {
    serve::each(|server| async move {
        let scene = scene(server).await;
        let Scene { server, heron, lark, open, walled } = &scene;
        let admin = server.member(Role::Admin, &[]).await;
        let tie = |to: &ClientId| json!({"organisation": to, "kind": "employer", "reason": "he said so"});
        open.post(&format!("/members/{}/interests", admin.asker().member), tie(heron)).await.expect(201);
        let theirs = server.member(Role::Observer, &[*lark]).await.asker().member.to_string();
        let never = server.world.app.id().to_string();
        let credential = json!({"kind": "degree", "title": "Dr.", "evidence": "seen"});
        for (who, act, body) in [
            (&admin, "/members/{}/erase", json!({})),
            (&admin, "/members/{}/suspend", json!({})),
            (&admin, "/members/{}/credentials", credential),
            (walled, "/members/{}/interests", tie(heron)),
        ] {
            let ask = async |one: &str| who.post(&act.replace("{}", one), body.clone()).await;
            let (hidden, absent) = (ask(&theirs).await, ask(&never).await);
            same(&hidden, &absent, act);
        }
        for (who, at) in [(walled, "custody"), (walled, "statement"), (&admin, "profile")] {
            let ask = async |one: &str| who.get(&format!("/members/{one}/{at}")).await;
            same(&ask(&theirs).await, &ask(&never).await, at);
        }
        let grant = async |one: &str| admin.post(&format!("/clients/{heron}/grants"), json!({"member": one})).await;
        same(&grant(&theirs).await, &grant(&never).await, "a grant");

        // A tie to LARK is not his to end, also of somebody whom he knows.
        let whom = server.member(Role::Expert, &[]).await.asker().member;
        let at = format!("/members/{whom}/interests");
        let of_lark = open.post(&at, tie(lark)).await.expect(201);
        let end = async |one: &str| walled.delete(&format!("{at}/{one}")).await;
        same(&end(id(&of_lark)).await, &end(&never).await, "a tie");
        open.delete(&format!("{at}/{}", id(&of_lark))).await.expect(204);
    })
    .await;
}

/// The same of a hidden account that a body, a query or an address names.
#[tokio::test(flavor = "multi_thread")]
async fn an_account_that_is_hidden_is_found_by_no_other_way() {
    serve::each(|server| async move {
        let scene = scene(server).await;
        let Scene { server, heron, lark, open, walled } = &scene;
        let admin = server.member(Role::Admin, &[]).await;
        let tie = json!({"organisation": heron, "kind": "employer", "reason": "he said so"});
        open.post(&format!("/members/{}/interests", admin.asker().member), tie).await.expect(201);
        let theirs = server.member(Role::Observer, &[*lark]).await;
        theirs.post("/tokens", json!({"name": "nightly", "days": 1})).await.expect(201);
        let (member, person) = (theirs.asker().member.to_string(), theirs.asker().person.to_string());
        let never = server.world.app.id().to_string();
        number(server).await;
        for ledger in ["installation".to_owned(), heron.to_string()] {
            for csv in ["", ".csv"] {
                let at = format!("/ledgers/{ledger}/inventory{csv}");
                let ask = async |one: &str| walled.get(&format!("{at}?member={one}")).await;
                same(&ask(&member).await, &ask(&never).await, &at);
            }
        }
        let by_name = async |who: &Client| {
            let found = who.get(&format!("/ledgers/installation/inventory?kind=acts&person={person}")).await.expect(200);
            (found["acts"].as_u64().unwrap(), found["entries"].as_array().unwrap().len())
        };
        assert!(by_name(open).await.0 > 0, "there is something to tell");
        assert_eq!(by_name(walled).await, (0, 0));
        let wall = |one: &str| json!({"person": one, "reason": "he asked too much"});
        let order = async |one: &str| walled.post(&format!("/clients/{heron}/walls"), wall(one)).await;
        same(&order(&member).await, &order(&never).await, "a wall");

        // His address, and the key of the client that he works for.
        let address = |one: &uuid::Uuid| format!("{}@example.org", one.simple());
        let (known, unknown) = (address(&theirs.asker().person.0), address(&server.world.app.id()));
        let erase = async |one: &str| admin.post("/watch/erasures", json!({"address": one})).await;
        let (hidden, absent) = (erase(&known).await, erase(&unknown).await);
        assert_eq!((hidden.status, &hidden.body), (absent.status, &absent.body));
        let join = json!({"name": "Not him", "password": "a long password"});
        let invited = admin.post("/invitations", json!({"role": "expert", "email": known})).await.expect(201);
        let redeem = async |secret: &str| server.visitor().post(&format!("/invitations/{secret}"), join.clone()).await;
        same(&redeem(invited["secret"].as_str().unwrap()).await, &redeem(&never).await, "an invitation");
        let client = |file: &str| json!({"name": "New", "code_name": "NEW", "colour": 1, "key": {"source": "file", "value": file}});
        let (hidden, absent) = (admin.post("/clients", client("lark")).await, admin.post("/clients", client("none")).await);
        assert_eq!((hidden.status, &hidden.body), (absent.status, &absent.body));
        assert_eq!(hidden.status, 422, "{}", hidden.text());
    })
    .await;
}

/// The installation's own log is whole to him too, and proves itself; what is about a client that is hidden is not told.
#[tokio::test(flavor = "multi_thread")]
async fn the_log_of_the_installation_tells_him_nothing_of_what_is_hidden() {
    serve::each(|server| async move {
        let scene = scene(server).await;
        let Scene { server, lark, open, walled, heron } = &scene;
        let all = asked_of_lark(&scene).await;
        let theirs = server.member(Role::Observer, &[*lark]).await;
        theirs.get("/session").await.expect(200);
        let whom = server.member(Role::Expert, &[]).await;
        let tie = json!({"organisation": lark, "kind": "employer", "reason": "he said so"});
        let at = format!("/members/{}/interests", whom.asker().member);
        let tie = open.post(&at, tie).await.expect(201);
        open.delete(&format!("{at}/{}", id(&tie))).await.expect(204);
        number(server).await;
        let log = async |who: &Client| who.get("/ledgers/installation/entries?limit=1000").await.expect(200);
        let (seen, told) = (log(open).await, log(walled).await);
        let (seen, told) = (seen["entries"].as_array().unwrap(), told["entries"].as_array().unwrap());
        assert!(told.len() >= seen.len());
        let hidden: Vec<String> = [lark.to_string(), id(&tie).into(), theirs.asker().member.to_string()]
            .into_iter()
            .chain(all.iter().map(|(_, request)| request.clone()))
            .collect();
        let about = |entry: &Value| hidden.iter().any(|id| entry.to_string().contains(id.as_str()));
        let mut withheld = 0;
        for (seen, told) in seen.iter().zip(told) {
            assert_eq!((&seen["leaf"], seen["index"].as_u64()), (&told["leaf"], told["index"].as_u64()));
            if about(seen) {
                withheld += 1;
                assert!(["act", "object", "person"].iter().all(|part| told[*part].is_null()), "{seen}");
            } else {
                assert_eq!((&seen["act"], &seen["object"]), (&told["act"], &told["object"]));
            }
        }
        assert!(withheld >= all.len() + 2, "{withheld}");
        // HERON, which is his to keep, is told as ever.
        assert!(told.iter().any(|entry| entry.to_string().contains(&heron.to_string())));
        // Nor by a search: it finds what is told and nothing else, and comes as far back for him as for anybody.
        let size = told.len() as u64;
        let mut found: Vec<u64> = Vec::new();
        for group in ["content", "work", "projects", "people", "walls", "cases", "releases", "keeping", "log"] {
            let search = format!("/ledgers/installation/entries?group={group}&before={size}&limit=1000");
            let (mine, his) = (open.get(&search).await.expect(200), walled.get(&search).await.expect(200));
            assert!(!about(&his["entries"]), "{group}");
            assert_eq!((&mine["next"], &mine["back_to"]), (&his["next"], &his["back_to"]), "{group}");
            found.extend(his["entries"].as_array().unwrap().iter().map(|entry| entry["index"].as_u64().unwrap()));
        }
        found.sort_unstable();
        let shown = told.iter().filter(|entry| !entry["act"].is_null());
        assert_eq!(found, shown.map(|entry| entry["index"].as_u64().unwrap()).collect::<Vec<_>>());
        // Nor by what somebody did.
        let person = open.asker().person;
        let inventory = format!("/ledgers/installation/inventory?person={person}&kind=acts&limit=1000");
        let (mine, his) = (open.get(&inventory).await.expect(200), walled.get(&inventory).await.expect(200));
        assert!(about(&mine) && !about(&his));
    })
    .await;
}

/// A ledger that never was answers as one that is shut.
#[tokio::test(flavor = "multi_thread")]
async fn an_unknown_ledger_answers_as_a_shut_one() {
    serve::each(|server| async move {
        let scene = scene(server).await;
        number(&scene.server).await;
        let never = scene.server.world.app.id().to_string();
        let other = scene.server.member(Role::Custodian, &[scene.heron]).await;
        for part in [
            "checkpoint",
            "entries",
            "consistency?from=1",
            "inventory?person=p-00112233445566778899aabbccddeeff",
            "inventory.csv?person=p-00112233445566778899aabbccddeeff",
            "tlog/checkpoint",
        ] {
            for who in [&scene.walled, &other] {
                let (shut, absent) = (
                    who.get(&format!("/ledgers/{}/{part}", scene.lark)).await,
                    who.get(&format!("/ledgers/{never}/{part}")).await,
                );
                same(&shut, &absent, part);
            }
            scene.open.get(&format!("/ledgers/{never}/{part}")).await.expect(404);
        }
        let follower = json!({"size": 1, "root": "00".repeat(32)});
        let said = scene.open.post(&format!("/ledgers/{never}/followers"), follower).await;
        assert_eq!(said.status, 404, "{}", said.text());
    })
    .await;
}

/// Merging answers with the rivals between which the one human stands now, as far as the reader may know of them.
#[tokio::test(flavor = "multi_thread")]
async fn a_merge_names_exactly_the_rivals_that_it_brings_into_one_head() {
    serve::each(|server| async move {
        let scene = scene(server).await;
        let Scene { server, heron, lark, open, .. } = &scene;
        let (other, apart) = (server.world.client("OSPREY").await, server.world.client("WREN").await);
        let swift = server.world.client("SWIFT").await;
        for (a, b) in [(other, *lark), (*heron, swift)] {
            open.post("/conflicts", json!({"a": a, "b": b, "reason": "rivals"})).await.expect(201);
        }
        let (one, two) = (server.member(Role::Expert, &[]).await, server.member(Role::Expert, &[]).await);
        let mut tx = server.world.db.store.write("sent").await.unwrap();
        let now = server.world.app.now();
        // The first stood between HERON and SWIFT before.
        for (who, client) in [(&one, *heron), (&one, swift), (&one, apart), (&two, *lark), (&two, apart)] {
            exposures::enter(&mut tx, who.asker().person, client, now).await.unwrap();
        }
        tx.commit([Entry::new(LedgerOf::Installation, Act::ExposureEntered, now.0)]).await.unwrap();
        let merge = json!({"member": one.asker().member, "same_as": two.asker().member, "reason": "one passport"});
        let merged = open.post("/merges", merge).await.expect(201);
        let both = merged["exposed_to_both"].as_array().unwrap();
        assert_eq!(both.len(), 1, "{merged}");
        let mut between = [heron.to_string(), lark.to_string()];
        between.sort();
        let mut said: Vec<&str> = both[0]["between"].as_array().unwrap().iter().map(|o| o.as_str().unwrap()).collect();
        said.sort_unstable();
        assert_eq!(said, between);
        assert_eq!(both[0]["members"].as_array().unwrap().len(), 2, "all his accounts");

        // To whom one side is shut, neither the pair nor its number is told.
        let (one, two) = (server.member(Role::Expert, &[]).await, server.member(Role::Expert, &[]).await);
        let mut tx = server.world.db.store.write("sent").await.unwrap();
        for (who, client) in [(&one, *heron), (&two, *lark)] {
            exposures::enter(&mut tx, who.asker().person, client, now).await.unwrap();
        }
        tx.commit([Entry::new(LedgerOf::Installation, Act::ExposureEntered, now.0)]).await.unwrap();
        let merge = json!({"member": one.asker().member, "same_as": two.asker().member, "reason": "one passport"});
        let merged = scene.walled.post("/merges", merge).await.expect(201);
        assert_eq!(merged["exposed_to_both"], json!([]), "{merged}");
    })
    .await;
}

/// A leaver's statement, and his inventory, say of which time entries of the ledger are gone.
#[tokio::test(flavor = "multi_thread")]
async fn a_statement_says_what_is_not_known() {
    serve::each(|server| async move {
        let (heron, project) = ledger_scene(&server).await;
        let expert = server.expert(project).await;
        super::ledger::take(&expert, project).await;
        number(&server).await;
        let custodian = server.world.member(Role::Custodian, &[]).await;
        let of = format!("/members/{}/statement", expert.asker().member);
        let before = server.signed(&custodian).await.get(&of).await.expect(200);
        assert_eq!(before["clients"][0]["unknown"], json!([]));
        super::put_back::put_back(&server, &heron.to_string()).await;
        number(&server).await;
        let custodian = server.signed(&custodian).await;
        let after = custodian.get(&of).await.expect(200);
        let unknown = after["clients"][0]["unknown"].as_array().unwrap();
        assert_eq!((unknown.len(), &unknown[0]["entries"]), (1, &json!(9)), "{after}");
        assert!(unknown[0]["after"].is_string() && unknown[0]["until"].is_string(), "{after}");
        let inventory = format!("/ledgers/{heron}/inventory?member={}", expert.asker().member);
        assert_eq!(custodian.get(&inventory).await.expect(200)["unknown"], after["clients"][0]["unknown"]);
    })
    .await;
}
