//! A database that was put back to an earlier state: what is said, and who stays out.

use super::ledger::{number, scene, take};
use serde_json::{Value, json};
use vouchsafe_app::work::projects::NewPipeline;
use vouchsafe_domain::{access::role::Role, ids::ProjectId};
use vouchsafe_testkit::{
    client::Client,
    ledger::{checkpoint::Checkpoint, note::Note},
    serve::{self, Server},
    world::{questions, yes_no},
};

/// A database that lacks nine entries of a ledger, as after a restore; an operator let it go on.
pub(crate) async fn put_back(server: &Server, ledger: &str) {
    restored(server, ledger).await;
    server.world.app.lift_quarantine("the newest backup was nine entries old").await.unwrap();
}

/// A database that lacks nine entries of a ledger, as after a restore.
async fn restored(server: &Server, ledger: &str) {
    let app = &server.world.app;
    app.remember(&app.newest().await.unwrap()).unwrap();
    let mut known = app.checkpoints().await.unwrap();
    assert!(app.check_known(false).await.unwrap().is_none());
    // The head that the lost state had signed.
    let note: Note = known[ledger].parse().unwrap();
    let mut lost = Checkpoint::from_text(&note.text).unwrap();
    (lost.size, lost.root) = (lost.size + 9, [1; 32]);
    known.insert(ledger.to_owned(), Note { text: lost.to_text(), ..note }.to_string());
    app.remember_checkpoints(&known).unwrap();
    let quarantine = app.check_known(false).await.unwrap().unwrap();
    assert!(quarantine.reason.contains("1 ledgers"), "{}", quarantine.reason);
}

/// A read is no change, so a quarantine lets it through; but who is let in as of the backup may have been shut out since.
#[tokio::test(flavor = "multi_thread")]
async fn a_database_in_quarantine_sends_nobody_anything() {
    serve::each(|server| async move {
        let (heron, project) = scene(&server).await;
        let lark = server.world.client("LARK").await;
        let operator = server.world.member(Role::Operator, &[lark]).await;
        let clauses = server.world.project(&operator, lark, yes_no(1), NewPipeline::default()).await;
        let operators = [operator, server.world.member(Role::Operator, &[heron]).await];
        let before = server.signed(&operators[1]).await;
        let token = before.post("/tokens", json!({"name": "nightly", "days": 30})).await.expect(201);
        let token = Client::new(server.address).with_token(token["secret"].as_str().unwrap());
        let tasks = before.get(&format!("/projects/{project}/tasks")).await.expect(200);
        let task = format!("/tasks/{}", tasks["items"][0]["id"].as_str().unwrap());
        before.get(&task).await.expect(200);
        number(&server).await;
        restored(&server, &heron.to_string()).await;
        before.get(&task).await.expect(401);
        token.get(&task).await.expect(401);
        let again = server.signed(&operators[1]).await;
        again.get(&task).await.expect(404);
        let other = server.signed(&operators[0]).await;
        other.get(&format!("/projects/{clauses}")).await.expect(404);
        // The log is shown, for whoever decides whether it goes on.
        let custodian = server.member(Role::Custodian, &[]).await;
        custodian.get(&format!("/ledgers/{heron}/checkpoint")).await.expect(200);

        server.world.app.lift_quarantine("the newest backup was nine entries old").await.unwrap();
        let other = server.signed(&operators[0]).await;
        other.get(&format!("/projects/{clauses}")).await.expect(200);
        server.signed(&operators[1]).await.get(&task).await.expect(404);
    })
    .await;
}

/// What is said of a gap, with nothing left out.
pub(crate) fn looked_at(ledger: &str) -> Value {
    let kinds: &[&str] = match ledger {
        "installation" => &["members", "erasures", "conflicts", "ties", "budgets"],
        _ => &["exposures", "walls", "grants", "holds", "terms"],
    };
    json!({"reason": "By the record that is kept apart.", "entered": kinds})
}

/// Asks that a gap be closed; the path under which that is decided.
pub(crate) async fn ask(who: &Client, ledger: &str) -> String {
    let asked = who.post(&format!("/gaps/{ledger}"), looked_at(ledger)).await.expect(201);
    format!("/requests/{}/decision", asked["id"].as_str().unwrap())
}

pub(crate) async fn approves(who: &Client, path: &str) -> u16 {
    who.post(path, json!({"approved": true, "reason": "I looked at it too."})).await.status.as_u16()
}

/// Whom a client was sent to in the gap is not known, nor who was shut out of it: nobody enters it or its rivals until two
/// persons said that what is known of the gap is entered.
#[tokio::test(flavor = "multi_thread")]
async fn a_client_with_a_gap_and_its_rivals_stay_shut_until_two_persons_close_it() {
    serve::each(|server| async move {
        let (heron, project) = scene(&server).await;
        let lark = server.world.client("LARK").await;
        let operator = server.world.member(Role::Operator, &[lark]).await;
        let clauses = server.world.project(&operator, lark, yes_no(1), NewPipeline::default()).await;
        server.world.import(&operator, clauses, questions(5)).await;
        let custodian = server.member(Role::Custodian, &[]).await;
        let rivals = json!({"a": heron, "b": lark, "reason": "Both announced the same model."});
        custodian.post("/conflicts", rivals).await.expect(201);
        // Nothing that is left says that one of them was sent anything of HERON.
        let (clean, sent) = (server.world.expert(clauses).await, server.world.expert(clauses).await);
        let of_heron = server.world.expert(project).await;
        number(&server).await;
        put_back(&server, &heron.to_string()).await;

        let (clean, sent) = (server.signed(&clean).await, server.signed(&sent).await);
        let custodian = server.signed(custodian.asker()).await;
        let second = server.member(Role::Custodian, &[]).await;
        let claims = async |who: &Client, project: ProjectId| {
            who.post(&format!("/projects/{project}/assignments"), json!({})).await.status.as_u16()
        };
        let takes = async |who: &Client| claims(who, clauses).await;
        assert_eq!([takes(&clean).await, takes(&sent).await], [404, 404], "anybody may have been sent HERON's");
        let of_heron = server.signed(&of_heron).await;
        assert_eq!(claims(&of_heron, project).await, 404, "he may have been shut out since");
        let runs = server.member(Role::Operator, &[heron]).await;
        runs.get(&format!("/projects/{project}")).await.expect(404);
        let found = custodian.get(&format!("/clients/{heron}")).await.expect(200);
        assert!(found["gap_since"].is_string(), "{found}");

        let at = format!("/gaps/{heron}");
        for (who, seen) in
            [(&custodian, 1), (&of_heron, 0), (&runs, 0), (&server.member(Role::Observer, &[lark]).await, 0)]
        {
            let gaps = who.get("/gaps").await.expect(200)["items"].as_array().unwrap().clone();
            assert_eq!(gaps.len(), seen, "{gaps:?}");
            if let Some(gap) = gaps.first() {
                assert_eq!((&gap["ledger"], &gap["lost"]), (&json!(heron), &json!(9)));
                assert!(gap["kept_until"].is_string() && gap["request"].is_null(), "{gap}");
            }
            if seen == 0 {
                who.post(&at, looked_at("heron")).await.expect(404);
            }
        }
        for missing in 0..5 {
            let mut less = looked_at("heron");
            less["entered"].as_array_mut().unwrap().remove(missing);
            custodian.post(&at, less).await.expect(422);
        }
        let mut closing = looked_at("heron");
        closing["exposures"] = json!([{"member": sent.asker().member, "last_at": "2999-01-01T00:00:00Z"}]);
        custodian.post(&at, closing.clone()).await.expect(422);
        closing["exposures"][0]["last_at"] = json!(server.world.app.now().to_string());
        let asked = custodian.post(&at, closing.clone()).await.expect(201);
        let decision = format!("/requests/{}/decision", asked["id"].as_str().unwrap());
        assert_eq!(custodian.post(&at, closing.clone()).await.slug(), "gap_asked");
        let closes = json!({"kind": "close_gap", "client": heron, "reason": "By the other door."});
        second.post("/requests", closes).await.expect(422);
        assert_eq!([takes(&clean).await, claims(&of_heron, project).await], [404, 404], "one person said so");
        for alone in [&custodian, &of_heron, &runs] {
            assert!([403, 404].contains(&approves(alone, &decision).await));
        }
        assert_eq!(approves(&second, &decision).await, 204);
        assert_eq!([takes(&clean).await, takes(&sent).await], [201, 404], "what was entered counts as if it were seen");
        assert_eq!(claims(&of_heron, project).await, 201);
        assert_eq!(custodian.post(&at, closing).await.slug(), "no_gap");
        let acts = server.acts(Some(heron)).await;
        for act in ["exposure.entered", "request.made", "request.decided", "gap.closed"] {
            assert!(acts.iter().any(|found| found == act), "{act} in {acts:?}");
        }

        // The two turn out to be one human: it is open again.
        let merge =
            json!({"member": custodian.asker().member, "same_as": second.asker().member, "reason": "One passport."});
        let third = server.member(Role::Custodian, &[]).await;
        third.post("/merges", merge).await.expect(201);
        assert_eq!(claims(&of_heron, project).await, 404);
    })
    .await;
}

/// Where a client has people of its own, nobody of the vendor closes its gap without one of them.
#[tokio::test(flavor = "multi_thread")]
async fn a_gap_of_a_client_with_people_of_its_own_is_not_closed_without_them() {
    serve::each(|server| async move {
        let (heron, project) = scene(&server).await;
        let observer = server.world.member(Role::Observer, &[heron]).await;
        number(&server).await;
        put_back(&server, &heron.to_string()).await;
        let (one, two) = (server.member(Role::Custodian, &[]).await, server.member(Role::Custodian, &[]).await);
        let admin = server.member(Role::Admin, &[]).await;
        // A hold that was placed in the gap is gone, and still nothing is destroyed.
        let destroy = json!({"code_name": "HERON"});
        assert_eq!(one.post(&format!("/clients/{heron}/key_destruction"), destroy).await.slug(), "held");
        let observer = server.signed(&observer).await;
        observer.get(&format!("/projects/{project}")).await.expect(404);
        let decision = ask(&one, &heron.to_string()).await;
        assert_eq!([approves(&two, &decision).await, approves(&admin, &decision).await], [403, 403]);
        observer.get(&format!("/ledgers/{heron}/checkpoint")).await.expect(200);
        assert_eq!(observer.get("/gaps").await.expect(200)["items"][0]["ledger"], json!(heron));
        assert_eq!(approves(&observer, &decision).await, 204);
        observer.get(&format!("/projects/{project}")).await.expect(200);
    })
    .await;
}

/// Who was suspended, or left, in the gap of the installation's own ledger is a member again by the backup. So an admin and a
/// custodian look at the members before any client is entered; and nothing that lets in outlives a restore.
#[tokio::test(flavor = "multi_thread")]
async fn who_is_a_member_is_said_by_an_admin_and_a_custodian_before_any_client_is_entered() {
    serve::each(|server| async move {
        let (heron, project) = scene(&server).await;
        let (expert, custodian) = (server.world.expert(project).await, server.world.member(Role::Custodian, &[]).await);
        let operator = server.member(Role::Operator, &[heron]).await;
        let token = operator.post("/tokens", json!({"name": "nightly", "days": 30})).await.expect(201);
        let token = Client::new(server.address).with_token(token["secret"].as_str().unwrap());
        token.get(&format!("/projects/{project}")).await.expect(200);
        number(&server).await;
        put_back(&server, "installation").await;
        token.get(&format!("/projects/{project}")).await.expect(401);
        let said = server.ledger(None).await;
        let began = said.iter().find(|entry| entry["act"]["act"] == "quarantine.began").unwrap();
        assert_eq!(began["act"]["tokens_revoked"], 1, "{began}");

        let expert = server.signed(&expert).await;
        let claims = async || expert.post(&format!("/projects/{project}/assignments"), json!({})).await.status.as_u16();
        assert_eq!(claims().await, 404);
        let (admin, other_admin) = (server.member(Role::Admin, &[]).await, server.member(Role::Admin, &[]).await);
        let (custodian, second) = (server.signed(&custodian).await, server.member(Role::Custodian, &[]).await);
        let of_heron = ask(&custodian, &heron.to_string()).await;
        let early = second.post(&of_heron, json!({"approved": true, "reason": "I looked at it too."})).await;
        assert_eq!(early.slug(), "members_first");

        let listed = admin.get("/gaps").await.expect(200)["items"].as_array().unwrap().clone();
        let ledgers: Vec<&Value> = listed.iter().map(|gap| &gap["ledger"]).collect();
        assert_eq!(ledgers, [&json!("installation"), &json!(heron)]);
        expert.post("/gaps/installation", looked_at("installation")).await.expect(404);
        let members = ask(&admin, "installation").await;
        assert_eq!([approves(&admin, &members).await, approves(&other_admin, &members).await], [403, 403]);
        let shown = custodian.get("/requests").await.expect(200)["items"].clone();
        assert!(
            shown.as_array().unwrap().iter().any(|one| one["kind"] == "close_gap" && one["mine_to_decide"] == true)
        );
        assert_eq!(approves(&custodian, &members).await, 204);
        assert_eq!(claims().await, 404, "this client has its own gap");
        assert_eq!(approves(&second, &of_heron).await, 204);
        assert_eq!(claims().await, 201);
    })
    .await;
}

/// Two rivals that both lost entries, as after nearly every restore: neither shuts the other out of telling what it was. And whoever was
/// let in since has no say in it, nor does an answer to what was asked before another restore.
#[tokio::test(flavor = "multi_thread")]
async fn two_rivals_that_both_lost_entries_are_opened_by_those_who_were_there() {
    serve::each(|server| async move {
        let (heron, project) = scene(&server).await;
        let lark = server.world.client("LARK").await;
        let custodian = server.member(Role::Custodian, &[]).await;
        let rivals = json!({"a": heron, "b": lark, "reason": "Both announced the same model."});
        custodian.post("/conflicts", rivals).await.expect(201);
        let (second, admin) = (server.member(Role::Custodian, &[]).await, server.member(Role::Admin, &[]).await);
        let expert = server.world.expert(project).await;
        number(&server).await;
        put_back(&server, "installation").await;
        server.world.clock.pass(vouchsafe_domain::time::Micros::MINUTE);

        let [custodian, second, admin] = [
            server.signed(custodian.asker()).await,
            server.signed(second.asker()).await,
            server.signed(admin.asker()).await,
        ];
        let gaps = custodian.get("/gaps").await.expect(200)["items"].clone();
        let ledgers: Vec<&Value> = gaps.as_array().unwrap().iter().map(|gap| &gap["ledger"]).collect();
        assert!(ledgers.len() == 3 && ledgers.contains(&&json!(heron)) && ledgers.contains(&&json!(lark)), "{gaps}");
        let puppet = server.member(Role::Custodian, &[]).await;
        let members = ask(&admin, "installation").await;
        assert_eq!(approves(&puppet, &members).await, 403, "the admin let him in just now");
        assert_eq!(approves(&custodian, &members).await, 204);
        for client in [heron, lark] {
            let asked = ask(&custodian, &client.to_string()).await;
            assert_eq!(approves(&puppet, &asked).await, 403);
            assert_eq!(approves(&second, &asked).await, 204);
        }
        let expert = server.signed(&expert).await;
        expert.post(&format!("/projects/{project}/assignments"), json!({})).await.expect(201);

        // Put back once more: what was asked before is asked no more.
        put_back(&server, &heron.to_string()).await;
        let custodian = server.signed(custodian.asker()).await;
        let stale = ask(&custodian, &heron.to_string()).await;
        put_back(&server, &heron.to_string()).await;
        let second = server.signed(second.asker()).await;
        assert_eq!(approves(&second, &stale).await, 404);
        let gap = second.get("/gaps").await.expect(200)["items"][0].clone();
        assert!(gap["request"].is_null(), "{gap}");
    })
    .await;
}

/// A database that is put back to an earlier state takes nothing new; let go on, it says what is gone, and everybody is out.
#[tokio::test(flavor = "multi_thread")]
async fn a_database_put_back_begins_an_epoch_and_ends_sessions_and_leases() {
    let server = serve::serve().await;
    let (client, project) = scene(&server).await;
    let (expert, observer) = (server.expert(project).await, server.member(Role::Observer, &[client]).await);
    take(&expert, project).await;
    number(&server).await;
    let app = &server.world.app;
    put_back(&server, &client.to_string()).await;
    expert.get("/session").await.expect(401);
    observer.get("/session").await.expect(401);
    while app.sweep_lapsed().await.unwrap() > 0 {}
    number(&server).await;
    let observer = server.signed(observer.asker()).await;
    let head = observer.get(&format!("/ledgers/{client}/checkpoint")).await.expect(200);
    assert_eq!((&head["epoch"], head["epochs"].as_array().unwrap().len()), (&json!(2), 1));
    let acts = server.acts(Some(client)).await;
    for act in ["quarantine.began", "quarantine.lifted", "epoch.began", "assignment.lapsed"] {
        assert!(acts.iter().any(|found| found == act), "{act} in {acts:?}");
    }
    let said = server.ledger(Some(client)).await;
    let epoch = said.iter().find(|entry| entry["act"]["act"] == "epoch.began").unwrap();
    assert_eq!(epoch["object"]["lost"], 9);
    assert!(app.check_known(false).await.unwrap().is_none(), "what was accepted is not held against it again");
}

/// A copy of the database in a place that knows of nothing: the file beside it was removed, or it came from elsewhere.
#[tokio::test(flavor = "multi_thread")]
async fn a_database_that_was_signed_for_does_not_open_where_nothing_is_known() {
    serve::each(|server| async move {
        let app = &server.world.app;
        let file = server.world.db.dir.path().join("data/ledger-head.json");
        std::fs::create_dir_all(file.parent().unwrap()).unwrap();
        assert!(app.check_known(false).await.unwrap().is_none(), "nothing was signed yet");
        assert!(file.exists(), "from now on it is there before anything is signed");
        let (_, project) = scene(&server).await;
        take(&server.expert(project).await, project).await;
        assert!(app.check_known(false).await.unwrap().is_none());
        number(&server).await;
        assert!(app.check_known(false).await.unwrap().is_none(), "a server was killed before it kept any head");
        std::fs::remove_file(&file).unwrap();
        let quarantine = app.check_known(false).await.unwrap().unwrap();
        assert!(quarantine.reason.contains("were signed for"), "{}", quarantine.reason);
        app.lift_quarantine("the data folder was lost, the database is the newest").await.unwrap();
        assert!(app.check_known(false).await.unwrap().is_none());
    })
    .await;
}
