//! Two worlds that differ in a walled client's data alone, and nobody whom its wall shuts out can tell in which he is.

use hyper::HeaderMap;
use serde_json::json;
use vouchsafe_app::{access::totp, work::projects::NewPipeline};
use vouchsafe_domain::{
    access::role::Role,
    ids::{ClientId, ProjectId},
    time::Micros,
};
use vouchsafe_testkit::{
    client::{Client, Reply},
    db,
    serve::Server,
    world::{World, questions, yes_no},
};

/// A world in which LARK is shut to each of `walled`, who were sent something of HERON.
struct Seen {
    server: Server,
    heron: ClientId,
    lark: ClientId,
    of_heron: ProjectId,
    of_lark: ProjectId,
    walled: Vec<Client>,
}

/// The same world each time, id by id and moment by moment, up to the point where LARK goes on by itself.
async fn world(db: db::Db, busy: bool) -> Seen {
    let server = Server::on(World::new(db)).await;
    let world = &server.world;
    let (heron, lark) = (world.client("HERON").await, world.client("LARK").await);
    let mut projects = Vec::new();
    for client in [heron, lark] {
        let operator = world.member(Role::Operator, &[client]).await;
        let project = world.project(&operator, client, yes_no(8), NewPipeline::default()).await;
        // One task: its id is drawn, and a list of several is in the order of what was drawn.
        world.import(&operator, project, questions(1)).await;
        projects.push((operator, project));
    }
    let custodian = server.member(Role::Custodian, &[]).await;
    let mut walled = Vec::new();
    for role in [Role::Expert, Role::Reviewer, Role::Operator, Role::Observer] {
        let granted: &[ClientId] = if role == Role::Expert { &[] } else { &[heron, lark] };
        walled.push(server.member(role, granted).await);
    }
    let larks_own = server.signed(&world.expert(projects[1].1).await).await;
    let of_heron = projects[0].1;
    for who in &walled {
        who.post(&format!("/projects/{of_heron}/guideline/acknowledge"), json!({"version": 1})).await;
        who.post(&format!("/projects/{of_heron}/assignments"), json!({"step": "label"})).await;
        who.get(&format!("/projects/{of_heron}")).await;
        who.get(&format!("/projects/{of_heron}/guideline")).await;
    }
    custodian.post("/conflicts", json!({"a": heron, "b": lark, "reason": "rivals"})).await.expect(201);
    // Who runs and who keeps the installation is sent no content; a tie walls them as well.
    for role in [Role::Admin, Role::Custodian] {
        let who = server.member(role, &[]).await;
        let tie = json!({"organisation": heron, "kind": "employer", "reason": "he said so"});
        custodian.post(&format!("/members/{}/interests", who.asker().member), tie).await.expect(201);
        walled.push(who);
    }
    let (runs, spare) = (server.member(Role::Admin, &[]).await, server.member(Role::Operator, &[]).await);

    let (operator, of_lark) = &projects[1];
    if busy {
        people_come(&server, lark, [&runs, &custodian, &spare]).await;
        goes_on(&server, lark, *of_lark, operator, &custodian, &larks_own).await;
    }
    let of_lark = *of_lark;
    Seen { server, heron, lark, of_heron, of_lark, walled }
}

/// LARK's people work: whatever a client's data can be, there is more of it.
async fn goes_on(
    server: &Server,
    lark: ClientId,
    project: ProjectId,
    operator: &vouchsafe_app::Asker,
    custodian: &Client,
    expert: &Client,
) {
    let world = &server.world;
    world.import(operator, project, questions(40)).await;
    let second = world.project(operator, lark, yes_no(1), NewPipeline::default()).await;
    world.import(operator, second, questions(5)).await;
    let operator = server.signed(operator).await;
    let answer = json!({"answers": {"verdict": {"value": "yes"}}, "active_ms": 9});
    for _ in 0..4 {
        let sent = expert.post(&format!("/projects/{project}/assignments"), json!({"step": "label"})).await.expect(201);
        let id = sent["id"].as_str().unwrap().to_owned();
        expert.post(&format!("/assignments/{id}/annotation"), answer.clone()).await.expect(201);
    }
    let held = expert.post(&format!("/projects/{project}/assignments"), json!({"step": "label"})).await.expect(201);
    let flag = json!({"reason": "unclear_task", "comment": "Which one?"});
    let path = format!("/assignments/{}/flag", held["id"].as_str().unwrap());
    assert!(expert.post(&path, flag).await.status.is_success());
    operator.post(&format!("/projects/{project}/releases"), json!({"formats": ["full"]})).await.expect(201);
    operator.post(&format!("/projects/{project}/guidelines"), json!({"text": "Another way."})).await.expect(201);
    operator.post(&format!("/clients/{lark}/agreements"), json!({"text": "Keep it."})).await.expect(201);
    operator.patch(&format!("/projects/{second}"), json!({"state": "paused"})).await;
    custodian.post(&format!("/clients/{lark}/holds"), json!({"reason": "A case."})).await.expect(201);
    let wall = json!({"person": expert.asker().member, "reason": "he leaves"});
    custodian.post(&format!("/clients/{lark}/walls"), wall).await.expect(201);
    custodian.patch(&format!("/clients/{lark}/walls"), json!({"cool_off_days": 365})).await.expect(204);
    world.app.compute_consensus(100).await.unwrap();
    // And in the end its key is gone, which everybody hears whom it concerns.
    std::fs::remove_file(world.db.dir.path().join("keys/lark")).unwrap();
    assert_eq!(world.app.confirm_keys().await.unwrap(), 1);
    assert_eq!(expert.get(&format!("/projects/{project}/guideline")).await.slug(), "not_found", "he is walled himself");
    assert_eq!(operator.get(&format!("/projects/{project}/guideline")).await.slug(), "key_withdrawn");
}

/// LARK is given people of its own, by invitation, by grants and for a while, and what else the installation lists of it.
async fn people_come(server: &Server, lark: ClientId, [runs, custodian, spare]: [&Client; 3]) {
    let invited = json!({"role": "observer", "email": "lina@lark.example"});
    let invited = runs.post("/invitations", invited).await.expect(201);
    let secret = invited["secret"].as_str().unwrap();
    let offered = server.visitor().get(&format!("/invitations/{secret}")).await.expect(200);
    let factor = totp::from_base32(offered["totp"]["secret"].as_str().unwrap()).unwrap();
    let code = totp::shown(&factor, server.world.app.now().0);
    let join = json!({"name": "Lina of LARK", "password": "a long enough password", "code": code});
    server.visitor().post(&format!("/invitations/{secret}"), join).await.expect(201);
    let listed = runs.get("/members?limit=1000").await.expect(200);
    let lina = listed["items"].as_array().unwrap().iter().find(|one| one["name"] == "Lina of LARK").unwrap().clone();
    let grant = json!({"member": lina["id"]});
    runs.post(&format!("/clients/{lark}/grants"), grant).await.expect(201);

    let theirs = server.member(Role::Operator, &[lark]).await;
    server.member(Role::Custodian, &[lark]).await;
    let whom = theirs.asker().member;
    let budget = json!({"member": whom, "hour": 3, "day": 4, "month": 5});
    custodian.put("/budgets", budget).await.expect(204);
    let until = server.world.app.now().plus(Micros::HOUR).to_string();
    let glass = json!({"kind": "break_glass", "member": spare.asker().member, "client": lark, "until": until, "reason": "all is down"});
    for _ in 0..8 {
        custodian.post("/requests", glass.clone()).await.expect(201);
    }
    let class = json!({"a": lark, "class": "models", "reason": "what it makes"});
    custodian.post("/conflicts", class).await.expect(201);
    let tie = json!({"organisation": lark, "kind": "equity", "reason": "he holds some"});
    custodian.post(&format!("/members/{whom}/interests"), tie).await.expect(201);
}

/// Every GET of the document, with the ids of `of` where it takes any.
fn paths(seen: &Seen, (client, project): (ClientId, ProjectId)) -> Vec<String> {
    let document = serde_json::to_value(vouchsafe_http::openapi()).unwrap();
    let routes = document["paths"].as_object().unwrap();
    let reads = routes.iter().filter(|(_, item)| item.get("get").is_some()).map(|(path, _)| path);
    let fill = |path: &String| {
        let other = seen.walled[0].asker().member.to_string();
        path.replace("{client}", &client.to_string())
            .replace("{ledger}", &client.to_string())
            .replace("{project}", &project.to_string())
            .replace("{member}", &other)
            .split('/')
            .map(|part| if part.starts_with('{') { project.to_string() } else { part.to_owned() })
            .collect::<Vec<_>>()
            .join("/")
    };
    reads.map(fill).collect()
}

/// A body with every id and pseudonym in it numbered in the order of coming: tasks and clients' keys are drawn anew in
/// each world.
fn numbered(body: &[u8]) -> Vec<u8> {
    let mut text = String::from_utf8_lossy(body).into_owned();
    let is_name = |word: &str| {
        word.strip_prefix("p-").is_some_and(|hex| hex.len() == 32 && hex.chars().all(|c| c.is_ascii_hexdigit()))
    };
    let found: Vec<String> = text
        .split(|c: char| !(c.is_ascii_alphanumeric() || c == '-'))
        .filter(|word| word.parse::<uuid::Uuid>().is_ok() || is_name(word))
        .map(str::to_owned)
        .collect();
    for (n, id) in found.iter().enumerate() {
        text = text.replace(id.as_str(), &format!("{n:036}"));
    }
    text.into_bytes()
}

/// Status, headers and body.
type Told = (u16, Vec<(String, Vec<u8>)>, Vec<u8>);

/// All that reaches the reader, but for the moment and the number of the request.
fn told(reply: &Reply) -> Told {
    let kept = |headers: &HeaderMap| {
        let mut kept: Vec<_> = headers
            .iter()
            .filter(|(name, _)| !["date", "x-request-id"].contains(&name.as_str()))
            .map(|(name, value)| (name.to_string(), value.as_bytes().to_vec()))
            .collect();
        kept.sort();
        kept
    };
    (reply.status.as_u16(), kept(&reply.headers), numbered(&reply.body))
}

/// Whether a body holds what is drawn anew each time, in whatever world: salts, leaves and signatures of logs.
fn is_drawn(path: &str) -> bool {
    path.contains("/ledgers/") || path.ends_with("/keys")
}

/// Invariant 8. Status, headers, length and body of every route that reads are the same in both worlds, to everybody
/// whom the wall shuts out; and what is shut answers as what never was.
#[tokio::test(flavor = "multi_thread")]
async fn nobody_walled_can_tell_what_a_client_has() {
    db::each(|db| async move {
        let again = if db.engine == "sqlite" { db::Db::sqlite().await } else { db::Db::postgres().await.unwrap() };
        let (quiet, busy) = (world(db, false).await, world(again, true).await);
        assert_eq!((quiet.heron, quiet.of_lark), (busy.heron, busy.of_lark), "the worlds are the same until then");
        let mut answered = 0;
        for (here, there) in quiet.walled.iter().zip(&busy.walled) {
            let role = here.asker().role;
            assert_eq!(here.asker().member, there.asker().member);
            for of in [(quiet.lark, quiet.of_lark), (quiet.heron, quiet.of_heron)] {
                for path in paths(&quiet, of) {
                    let (a, b) = (here.get(&path).await, there.get(&path).await);
                    assert_eq!(a.status, b.status, "{path} as {role}");
                    answered += u32::from(a.status.is_success());
                    if !is_drawn(&path) {
                        let (a, b) = (told(&a), told(&b));
                        let text = |body: &[u8]| String::from_utf8_lossy(body).into_owned();
                        assert!(a == b, "{path} as {role}, {} and {}:\n{}\n{}", a.0, b.0, text(&a.2), text(&b.2));
                    }
                }
            }
            for (act, body) in
                [("assignments", json!({"step": "label"})), ("guideline/acknowledge", json!({"version": 1}))]
            {
                let path = format!("/projects/{}/{act}", quiet.of_lark);
                let (a, b) = (here.post(&path, body.clone()).await, there.post(&path, body).await);
                assert_eq!(told(&a), told(&b), "{path} as {role}");
                assert_eq!(a.status, 404, "{path} as {role}");
            }
        }
        assert!(answered > 20, "somebody was answered something: {answered}");
        drop((quiet.server, busy.server));
    })
    .await;
}
