//! The ledger by its routes: who may read it, what proves it, what of it is recorded.

use serde_json::{Value, json};
use vouchsafe_app::work::projects::NewPipeline;
use vouchsafe_domain::{
    access::role::Role,
    ids::{ClientId, ProjectId},
    time::Micros,
};
use vouchsafe_testkit::ledger::{
    checkpoint::Checkpoint,
    entry::leaf_hash,
    note::{Note, WitnessKey, cosign},
    proof::is_extended,
    shown,
    signing::{PublicKey, Purpose, SecretKey, from_hex},
    tiles::bundle_entries,
    tree::{Frontier, Hash},
};
use vouchsafe_testkit::{
    client::Client,
    serve::{self, Server},
    world::{questions, yes_no},
};

pub(crate) async fn number(server: &Server) {
    while server.world.app.number_entries().await.unwrap() > 0 {}
    server.world.app.refresh_heads().await.unwrap();
}

pub(crate) async fn scene(server: &Server) -> (ClientId, ProjectId) {
    let world = &server.world;
    let client = world.client("HERON").await;
    let operator = world.member(Role::Operator, &[client]).await;
    let project = world.project(&operator, client, yes_no(1), NewPipeline::default()).await;
    world.import(&operator, project, questions(20)).await;
    (client, project)
}

pub(crate) async fn take(expert: &Client, project: ProjectId) -> Value {
    let body = json!({"step": "label", "purpose": "work"});
    expert.post(&format!("/projects/{project}/assignments"), body).await.expect(201)
}

pub(crate) fn key(head: &Value) -> PublicKey {
    head["key"].as_str().unwrap().parse().unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn an_observer_reads_his_log_with_proofs_and_that_he_did_is_in_it() {
    serve::each(|server| async move {
        let (client, project) = scene(&server).await;
        let expert = server.expert(project).await;
        take(&expert, project).await;
        number(&server).await;
        let observer = server.member(Role::Observer, &[client]).await;
        let at = format!("/ledgers/{client}");
        let head = observer.get(&format!("{at}/checkpoint")).await.expect(200);
        assert_eq!(head["vouched"], "unwitnessed");
        let page = observer.get(&format!("{at}/entries?limit=3")).await.expect(200);
        let (_, proven) = shown::check(&page, &[key(&head)]).unwrap();
        assert_eq!((proven.len(), &page["next"]), (3, &json!(3)));
        number(&server).await;
        let size = head["size"].as_u64().unwrap();
        let more = observer.get(&format!("{at}/entries?from={size}")).await.expect(200);
        // Of one moment, so in either order.
        let said = [0, 1].map(|n| more["entries"][n]["act"]["text"].as_str().unwrap());
        for act in ["log.looked_at", "log.sent"] {
            assert!(said.iter().any(|said| said.contains(&format!(r#""act":"{act}""#))), "{said:?}");
        }
        // No id of a person outside this ledger stands in it: two clients could join what they are shown.
        let all = observer.get(&format!("{at}/entries?limit=1000")).await.text();
        for asker in [expert.asker(), observer.asker()] {
            assert!(!all.contains(&asker.person.to_string()) && !all.contains(&asker.member.to_string()));
        }
        let later = observer.get(&format!("{at}/checkpoint")).await.expect(200);
        let proof = observer.get(&format!("{at}/consistency?from={size}")).await.expect(200);
        let hash = |v: &Value| -> Hash { from_hex(v.as_str().unwrap()).unwrap() };
        let path: Vec<Hash> = proof["path"].as_array().unwrap().iter().map(hash).collect();
        let to = proof["to"].as_u64().unwrap();
        assert!(is_extended(size, &hash(&head["root"]), to, &hash(&proof["to_root"]), &path));
        assert!(later["size"].as_u64().unwrap() >= to);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_ledger_is_no_ledger_to_whoever_is_not_its_reader() {
    let server = serve::serve().await;
    let (client, project) = scene(&server).await;
    let other = server.world.client("OSPREY").await;
    number(&server).await;
    let nothing = server.visitor().with_session("x").get("/session").await;
    drop(nothing);
    let expert = server.expert(project).await;
    for (who, may) in [
        (server.member(Role::Observer, &[client]).await, true),
        (server.member(Role::Custodian, &[client]).await, true),
        (server.member(Role::Custodian, &[]).await, true),
        (server.member(Role::Observer, &[other]).await, false),
        (server.member(Role::Custodian, &[other]).await, false),
        (server.member(Role::Operator, &[client]).await, false),
        (server.member(Role::Admin, &[]).await, false),
        (expert, false),
    ] {
        for path in [
            "checkpoint",
            "entries",
            "consistency?from=1",
            "inventory?person=p-00112233445566778899aabbccddeeff",
            "tlog/checkpoint",
            "tlog/tile/entries/000.p/2",
            "tlog/tile/0/000.p/2",
        ] {
            let reply = who.get(&format!("/ledgers/{client}/{path}")).await;
            assert_eq!(reply.status.as_u16(), if may { 200 } else { 404 }, "{:?} {path}", who.asker().role);
            if !may {
                let absent = who.get(&format!("/ledgers/{}/{path}", server.world.app.id())).await;
                assert_eq!((reply.status, reply.body), (absent.status, absent.body), "as if there were none");
            }
        }
    }
    let whole = server.member(Role::Custodian, &[]).await;
    whole.get("/ledgers/installation/entries").await.expect(200);
    let named = server.member(Role::Custodian, &[client]).await;
    named.get("/ledgers/installation/entries").await.expect(404);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_sent_to_a_person_is_listed_with_proofs_and_as_csv() {
    serve::each(|server| async move {
        let (client, project) = scene(&server).await;
        let (expert, other) = (server.expert(project).await, server.expert(project).await);
        for _ in 0..3 {
            let taken = take(&expert, project).await;
            let answers = json!({"answers": {"verdict": {"value": "yes"}}});
            let path = format!("/assignments/{}/annotation", taken["id"].as_str().unwrap());
            let receipt = expert.post(&path, answers).await.expect(201);
            number(&server).await;
            let again = expert.post(&path, json!({"answers": {"verdict": {"value": "yes"}}})).await.json();
            let note: Note = again["checkpoint"].as_str().unwrap().parse().unwrap();
            assert!(Checkpoint::from_text(&note.text).is_ok(), "{receipt}");
        }
        take(&other, project).await;
        number(&server).await;
        let custodian = server.member(Role::Custodian, &[client]).await;
        let at = format!("/ledgers/{client}");
        let head = custodian.get(&format!("{at}/checkpoint")).await.expect(200);
        let whose = format!("member={}", expert.asker().member);
        let found = custodian.get(&format!("{at}/inventory?{whose}&limit=2")).await.expect(200);
        assert_eq!((&found["opened"], &found["next"].is_u64()), (&json!(0), &true));
        let sent = found["sent"].as_u64().unwrap();
        let (mut proven, mut from) = (0, 0);
        loop {
            let page = custodian.get(&format!("{at}/inventory?{whose}&limit=2&from={from}")).await.expect(200);
            proven += shown::check(&page, &[key(&head)]).unwrap().1.len() as u64;
            match page["next"].as_u64() {
                Some(next) => from = next,
                None => break,
            }
        }
        assert_eq!(proven, sent);
        assert_eq!(sent, 3);
        // The observer asks by the name that the log uses, and finds the same.
        let observer = server.member(Role::Observer, &[client]).await;
        let name = found["person"].as_str().unwrap();
        let same = observer.get(&format!("{at}/inventory?person={name}")).await.expect(200);
        assert_eq!((&same["sent"], &same["person"]), (&found["sent"], &found["person"]));
        let csv = observer.get(&format!("{at}/inventory.csv?person={name}")).await;
        let text = csv.text();
        assert_eq!(text.lines().filter(|line| line.starts_with("sent,")).count() as u64, sent);
        assert!(text.lines().any(|line| line.starts_with("beside,")) || found["beside"] == 0);
        assert!(!text.contains("round number"), "no content");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_witness_and_a_follower_vouch_for_a_log() {
    let server = serve::serve().await;
    let (client, _) = scene(&server).await;
    number(&server).await;
    let (app, ledger) = (&server.world.app, client.to_string());
    let observer = server.member(Role::Observer, &[client]).await;
    let at = format!("/ledgers/{client}");
    let head = observer.get(&format!("{at}/checkpoint")).await.expect(200);
    let (size, root) = (head["size"].clone(), head["root"].clone());
    let wrong = observer.post(&format!("{at}/followers"), json!({"size": size, "root": "00"})).await;
    assert_eq!(wrong.slug(), "another_root");
    observer.post(&format!("{at}/followers"), json!({"size": size, "root": root})).await.expect(204);
    assert_eq!(observer.get(&format!("{at}/checkpoint")).await.expect(200)["vouched"], "followed");

    let secret = SecretKey::from_random(Purpose::Checkpoint, &[5; 32]);
    let witness = WitnessKey::new("witness.example/w", secret.public());
    let sent = app.to_witness(&ledger, 3).await.unwrap().unwrap();
    let (old, rest) = sent.body.split_once('\n').unwrap();
    let (proof, note) = rest.split_once("\n\n").unwrap();
    assert_eq!((old, proof.lines().count() > 0), ("old 3", true));
    let note: Note = note.parse().unwrap();
    assert!(!app.witnessed(&sent, "nonsense\n", &witness).await.unwrap());
    let made = cosign(&note.text, "witness.example/w", &secret, 1_800_000_000);
    assert!(app.witnessed(&sent, &format!("{made}\n"), &witness).await.unwrap());
    let head = observer.get(&format!("{at}/checkpoint")).await.expect(200);
    assert_eq!(head["vouched"], "witnessed");
    let cosigned: Note = head["cosigned"].as_str().unwrap().parse().unwrap();
    assert_eq!(cosigned.cosigned_at(&witness), Some(1_800_000_000));
    assert!(app.to_witness(&ledger, sent.size).await.unwrap().is_none() || head["size"].as_u64() > Some(sent.size));
}

/// Whoever follows a log asks over and over: an entry says so once in an hour for each door, and is there before the answer.
#[tokio::test(flavor = "multi_thread")]
async fn looking_at_heads_is_recorded_once_in_an_hour_for_each_door() {
    serve::each(|server| async move {
        let (client, project) = scene(&server).await;
        take(&server.expert(project).await, project).await;
        number(&server).await;
        let observer = server.member(Role::Observer, &[client]).await;
        let looks = async || {
            let acts = server.acts(Some(client)).await;
            acts.iter().filter(|act| *act == "log.looked_at").count()
        };
        let at = format!("/ledgers/{client}");
        let paths = ["checkpoint", "consistency?from=0", "tlog/checkpoint", "tlog/tile/entries/000.p/1"];
        for path in paths.iter().cycle().take(20) {
            observer.get(&format!("{at}/{path}")).await.expect(200);
            assert_eq!(looks().await, 1, "{path}");
        }
        let stranger = server.member(Role::Observer, &[]).await;
        assert_eq!(stranger.get(&format!("{at}/checkpoint")).await.status, 404);
        assert_eq!(looks().await, 1);
        // Another session of the same account; each kind of look is recorded when it is the first.
        for (n, path) in paths.iter().enumerate() {
            let again = server.signed(observer.asker()).await;
            again.get(&format!("{at}/{path}")).await.expect(200);
            assert_eq!(looks().await, n + 2, "{path}");
        }
        server.world.clock.pass(Micros::HOUR - 1);
        observer.get(&format!("{at}/checkpoint")).await.expect(200);
        assert_eq!(looks().await, 5);
        server.world.clock.pass(1);
        observer.get(&format!("{at}/checkpoint")).await.expect(200);
        assert_eq!(looks().await, 6);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_is_handed_over_and_old_heads_are_continued() {
    let server = serve::serve().await;
    let (client, _) = scene(&server).await;
    number(&server).await;
    let observer = server.member(Role::Observer, &[client]).await;
    let at = format!("/ledgers/{client}/checkpoint");
    let before = observer.get(&at).await.expect(200);
    let (old, new) = server.world.app.rotate_signing_key(Purpose::Checkpoint).await.unwrap();
    observer.get(&format!("/ledgers/{client}/entries")).await.expect(200);
    number(&server).await;
    let after = observer.get(&at).await.expect(200);
    assert_eq!((key(&before), key(&after)), (old, new));
    let handovers = vouchsafe_testkit::ledger::handover::read(after["handovers"].as_str().unwrap()).unwrap();
    let note: Note = after["checkpoint"].as_str().unwrap().parse().unwrap();
    assert!(Checkpoint::open(&note, &[old]).unwrap().1.is_none());
    let trusted = vouchsafe_testkit::ledger::handover::followed(&[old], &handovers);
    assert!(Checkpoint::open(&note, &trusted).unwrap().1.is_some());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_clock_that_steps_is_recorded_and_one_that_runs_is_not() {
    serve::each(|server| async move {
        let (world, app) = (&server.world, &server.world.app);
        let heron = world.client("HERON").await;
        let steps = async || {
            let entries = server.ledger(None).await;
            // A client reads of its own tree what happened to the server's clock.
            let theirs = server.acts(Some(heron)).await;
            let of = |entry: Value| {
                let act = entry["act"]["act"].as_str().unwrap().to_owned();
                act.starts_with("clock.").then(|| (act, entry["act"].clone()))
            };
            let found = entries.into_iter().filter_map(of).collect::<Vec<_>>();
            assert_eq!(theirs.iter().filter(|act| act.starts_with("clock.")).count(), found.len());
            found
        };
        number(&server).await;
        let now = app.now();
        world.clock.pass(700_000);
        let now = app.watch_clock(now, 700_000).await.unwrap();
        app.watch_clock_at_start().await.unwrap();
        assert_eq!(steps().await, []);
        world.clock.pass(-60_000_000);
        let now = app.watch_clock(now, 500_000).await.unwrap();
        let found = steps().await;
        assert_eq!((found.len(), found[0].0.as_str()), (1, "clock.stepped_back"));
        assert_eq!(found[0].1["back_us"], 60_500_000);
        // Stopped, and started again: the heads that were signed are of a later time.
        app.watch_clock_at_start().await.unwrap();
        assert_eq!(steps().await.len(), 2);
        world.clock.pass(3_600_000_000);
        app.watch_clock(now, 500_000).await.unwrap();
        let found = steps().await;
        let ahead = found.iter().find(|(word, _)| word == "clock.stepped_ahead").unwrap();
        assert_eq!((found.len(), &ahead.1["ahead_us"]), (3, &json!(3_599_500_000_i64)));
        // And which version it ran on since when.
        app.started("9.8.7", false).await.unwrap();
        for whose in [None, Some(heron)] {
            let entries = server.ledger(whose).await;
            let of = |entry: &&Value| entry["act"]["act"] == "server.started" && entry["object"]["version"] == "9.8.7";
            assert_eq!(entries.iter().filter(of).count(), 1, "{whose:?}");
        }
    })
    .await;
}

/// A client's own tools read the log as any other: the files that C2SP tlog-tiles names, and no others.
#[tokio::test(flavor = "multi_thread")]
async fn the_tree_is_there_for_tools_that_know_nothing_of_us() {
    serve::each(|server| async move {
        let (client, project) = scene(&server).await;
        let operator = server.member(Role::Operator, &[client]).await;
        // More than one tile.
        for _ in 0..270 {
            operator.get(&format!("/projects/{project}")).await.expect(200);
        }
        number(&server).await;
        let observer = server.member(Role::Observer, &[client]).await;
        number(&server).await;
        let at = |path: &str| format!("/ledgers/{client}/tlog/{path}");
        let note = observer.get(&at("checkpoint")).await;
        assert_eq!(note.headers["content-type"], "text/plain; charset=utf-8");
        let key = key(&observer.get(&format!("/ledgers/{client}/checkpoint")).await.expect(200));
        let (note, keys): (Note, _) = (note.text().parse().unwrap(), [key]);
        let (head, by) = Checkpoint::open(&note, &keys).unwrap();
        assert!(by.is_some(), "signed");
        assert!(head.size > 256, "{head:?}");

        // A stranger's reader: every leaf, its hash in the tile, the root over all.
        let (mut tree, mut leaves, mut index) = (Frontier::new(), Vec::new(), 0);
        while (leaves.len() as u64) < head.size {
            let width = (head.size - leaves.len() as u64).min(256);
            let partial = if width < 256 { format!(".p/{width}") } else { String::new() };
            let bundle = observer.get(&at(&format!("tile/entries/{index:03}{partial}"))).await;
            assert_eq!((bundle.status.as_u16(), &bundle.headers["content-type"]), (200, &octets()));
            let hashes = observer.get(&at(&format!("tile/0/{index:03}{partial}"))).await.body;
            let entries: Vec<Vec<u8>> = bundle_entries(&bundle.body).unwrap().into_iter().map(<[u8]>::to_vec).collect();
            assert_eq!((entries.len() as u64, hashes.len() as u64), (width, width * 32));
            for (leaf, hash) in entries.iter().zip(hashes.chunks(32)) {
                assert_eq!(leaf_hash(leaf), hash);
                tree.push(leaf_hash(leaf), |_, _| {});
            }
            leaves.extend(entries);
            index += 1;
        }
        assert_eq!((tree.size(), tree.root()), (head.size, head.root));
        // A tile of the next level has one hash for each full tile below.
        assert_eq!(observer.get(&at("tile/1/000.p/1")).await.body.len(), 32);
        // An earlier, partial tile is still there; one beyond the head, or by another name, is not.
        assert_eq!(observer.get(&at("tile/0/000.p/7")).await.body.len(), 7 * 32);
        for none in ["tile/0/009", "tile/entries/009", "tile/1/000", "tile/0/0", "tile/9/000", "tile/0/000.p/256", "x"]
        {
            observer.get(&at(none)).await.expect(404);
        }
    })
    .await;
}

fn octets() -> hyper::header::HeaderValue {
    hyper::header::HeaderValue::from_static("application/octet-stream")
}
