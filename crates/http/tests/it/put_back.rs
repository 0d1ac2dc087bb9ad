//! A database that was put back to an earlier state: what is said, and who stays out.

use super::ledger::{number, scene, take};
use serde_json::json;
use vouchsafe_app::work::projects::NewPipeline;
use vouchsafe_domain::{access::role::Role, ids::ClientId};
use vouchsafe_testkit::{
    client::Client,
    ledger::{checkpoint::Checkpoint, note::Note},
    serve::{self, Server},
    world::{questions, yes_no},
};

/// A database that lacks nine entries of a client's ledger, as after a restore; an operator let it go on.
async fn put_back(server: &Server, client: ClientId) {
    let app = &server.world.app;
    app.remember(&app.newest().await.unwrap()).unwrap();
    let mut known = app.checkpoints().await.unwrap();
    assert!(app.check_known(false).await.unwrap().is_none());
    // The head that the lost state had signed.
    let note: Note = known[&client.to_string()].parse().unwrap();
    let mut lost = Checkpoint::from_text(&note.text).unwrap();
    (lost.size, lost.root) = (lost.size + 9, [1; 32]);
    known.insert(client.to_string(), Note { text: lost.to_text(), ..note }.to_string());
    app.remember_checkpoints(&known).unwrap();
    let quarantine = app.check_known(false).await.unwrap().unwrap();
    assert!(quarantine.reason.contains("1 ledgers"), "{}", quarantine.reason);
    app.lift_quarantine("the newest backup was nine entries old").await.unwrap();
}

/// Whom a client was sent to in the gap is not known, so its rivals are shut to everybody until somebody entered it.
#[tokio::test(flavor = "multi_thread")]
async fn rivals_of_a_client_with_a_gap_stay_shut_until_the_gap_is_entered() {
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
        number(&server).await;
        put_back(&server, heron).await;

        let (clean, sent) = (server.signed(&clean).await, server.signed(&sent).await);
        let custodian = server.signed(custodian.asker()).await;
        let takes =
            async |who: &Client| who.post(&format!("/projects/{clauses}/assignments"), json!({})).await.status.as_u16();
        assert_eq!([takes(&clean).await, takes(&sent).await], [404, 404], "anybody may have been sent HERON's");
        let of_heron = server.expert(project).await;
        take(&of_heron, project).await;
        let at = format!("/clients/{heron}/gap");
        let found = custodian.get(&format!("/clients/{heron}")).await.expect(200);
        assert!(found["gap_since"].is_string(), "{found}");

        let named = server.member(Role::Custodian, &[heron]).await;
        let closing = json!({
            "reason": "HERON's own record of what it was told.",
            "exposures": [{"member": sent.asker().member, "last_at": server.world.app.now().to_string()}],
        });
        named.post(&at, closing.clone()).await.expect(404);
        let late =
            json!({"reason": "x", "exposures": [{"member": sent.asker().member, "last_at": "2999-01-01T00:00:00Z"}]});
        custodian.post(&at, late).await.expect(422);
        custodian.post(&at, closing.clone()).await.expect(204);
        assert_eq!([takes(&clean).await, takes(&sent).await], [201, 404], "what was entered counts as if it were seen");
        assert_eq!(custodian.post(&at, closing).await.slug(), "no_gap");
        let acts = server.acts(Some(heron)).await;
        assert!(["exposure.entered", "gap.closed"].iter().all(|act| acts.iter().any(|found| found == act)), "{acts:?}");
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
    put_back(&server, client).await;
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
