//! A backup holds everything and no key, comes back whole or not at all, and never passes for newer than it is.

use crate::{
    process::{Server, text},
    scene::{Scene, on},
};
use serde_json::Value;
use std::{
    fs,
    path::{Path, PathBuf},
    process::Output,
};
use vouchsafe_app::{
    releases::order::NewRelease,
    store::custody::{clients, walls},
};
use vouchsafe_domain::ids::ReleaseId;
use vouchsafe_ledger::{
    act::Act,
    entry::{Entry, LedgerOf},
};
use vouchsafe_testkit::db::{self, Db};

/// A place to restore into, with the keys of `scene` and nothing else.
fn fresh(scene: &Scene) -> tempfile::TempDir {
    let dir = tempfile::tempdir().expect("a folder");
    fs::create_dir(dir.path().join("keys")).expect("a folder");
    fs::copy(scene.data().join("keys/heron"), dir.path().join("keys/heron")).expect("the client's key is a file");
    if let Ok(signing) = fs::read_dir(scene.data().join("keys/signing")) {
        fs::create_dir(dir.path().join("keys/signing")).expect("a folder");
        for key in signing.map(|key| key.expect("a key is a file").path()) {
            let name = key.file_name().expect("it has a name");
            fs::copy(&key, dir.path().join("keys/signing").join(name)).expect("it can be copied");
        }
    }
    dir
}

fn sqlite(dir: &Path) -> String {
    dir.join("vouchsafe.db").to_string_lossy().into_owned()
}

async fn with_work(db: Db) -> Scene {
    let scene = Scene::new(db, 12, 1).await;
    scene.answer(5).await;
    let new = NewRelease { name: Some("First".into()), ..NewRelease::default() };
    scene.app.compute_consensus(100).await.expect("consensus is reckoned");
    let ordered =
        scene.app.retry(|| scene.app.order_release(&scene.operator, scene.project, &new)).await.expect("it is ordered");
    let release: ReleaseId = ordered.id.parse().expect("an id");
    scene.app.build_release(release).await.expect("it is built");
    scene
}

fn back_up(scene: &Scene) -> PathBuf {
    let file = scene.data().join("backup");
    let output = scene.command(["backup", &file.to_string_lossy(), "--json"]).output().expect("it runs");
    assert!(output.status.success(), "{}", text(&output.stderr));
    let said: Value = serde_json::from_slice(&output.stdout).expect("one JSON object");
    assert_eq!(said["bytes"], fs::metadata(&file).expect("it is there").len());
    assert!(said["files"].as_u64() > Some(2), "{said}");
    file
}

fn restore(file: &Path, data: &Path, url: &str) -> Output {
    on(["restore", &file.to_string_lossy(), "--json"], data, url).output().expect("it runs")
}

/// What a person of this installation would find.
async fn found(app: &vouchsafe_app::App, scene: &Scene) -> (Vec<String>, Vec<String>) {
    app.load_key(scene.client).await.expect("the client's key opens it");
    // As if two persons had looked at what a restore may have lost: until then nobody is sent anything.
    let mut tx = app.store.write("close_gap").await.expect("a transaction begins");
    clients::close_gap(&mut tx, scene.client).await.expect("it is closed");
    walls::touch_all(&mut tx).await.expect("what was remembered is void");
    tx.commit([Entry::new(LedgerOf::Installation, Act::GapClosed, app.now().0)]).await.expect("it is durable");
    let page = app.list_tasks(&scene.operator, scene.project, "", None, 100).await.expect("tasks are listed");
    let tasks = page.items.iter().map(|task| serde_json::to_string(task).expect("JSON")).collect();
    let releases = app.list_releases(&scene.operator, scene.project, None, 100).await.expect("releases are listed");
    (tasks, releases.items.iter().map(|release| serde_json::to_string(release).expect("JSON")).collect())
}

async fn comes_back(scene: &Scene, data: &Path, url: &str) {
    let file = back_up(scene);
    let output = restore(&file, data, url);
    assert!(output.status.success(), "{}", text(&output.stderr));
    let said: Value = serde_json::from_slice(&output.stdout).expect("one JSON object");
    assert!(said["quarantine"].as_str().is_some_and(|why| why.contains("cannot be told")), "{said}");
    let store = db::reopen(url, data.join("keys")).await;
    let app = vouchsafe_app::App::new(store, std::sync::Arc::new(vouchsafe_app::clock::SystemClock))
        .with_data(data.to_owned());
    assert_eq!(found(&app, scene).await, found(&scene.app, scene).await);
    for folder in fs::read_dir(scene.data().join("releases")).expect("there is a release") {
        let folder = folder.expect("an entry").path();
        let twin = data.join("releases").join(folder.file_name().expect("a name"));
        for name in ["manifest.json", "manifest.json.sig", "data/full.jsonl"] {
            assert_eq!(fs::read(folder.join(name)).expect(name), fs::read(twin.join(name)).expect(name), "{name}");
        }
    }
    let again = restore(&file, data, url);
    assert_eq!(again.status.code(), Some(1), "a place that is not empty is left alone");
    assert!(text(&again.stderr).contains("not empty"), "{}", text(&again.stderr));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_backup_of_either_engine_is_restored_into_either() {
    let scene = with_work(Db::sqlite().await).await;
    let dir = fresh(&scene);
    comes_back(&scene, dir.path(), &sqlite(dir.path())).await;
    let Some(url) = db::empty_postgres().await else { return };
    fs::remove_file(scene.data().join("backup")).expect("it was written");
    let dir = fresh(&scene);
    comes_back(&scene, dir.path(), &url).await;

    let scene = with_work(Db::postgres().await.expect("there is a server")).await;
    let dir = fresh(&scene);
    comes_back(&scene, dir.path(), &sqlite(dir.path())).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_backup_holds_no_content_and_no_key() {
    db::each(|db| async move {
        let scene = with_work(db).await;
        let file = fs::read(back_up(&scene)).expect("it is there");
        let plain = zstd::decode_all(&file[b"vouchsafe-backup 1\n".len()..]).expect("it is zstd");
        let key = fs::read_to_string(scene.data().join("keys/heron")).expect("a key");
        let raw: Vec<u8> = (0..32).map(|i| u8::from_str_radix(&key[2 * i..][..2], 16).expect("hex")).collect();
        let signing = fs::read_to_string(scene.data().join("keys/signing/release")).expect("a signing key");
        let has = |phrase: &[u8]| plain.windows(phrase.len()).any(|window| window == phrase);
        assert!(has(b"review_slot"), "the test reads what was written");
        for phrase in [b"round number".as_slice(), b"Read with care", b"HERON", b"Limited", b"\"value\""] {
            assert!(!has(phrase), "{}", text(phrase));
        }
        assert!(!has(key.as_bytes()) && !has(&raw) && !has(&[42; 32]) && !has(signing.trim().as_bytes()));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_broken_backup_leaves_nothing() {
    let scene = with_work(Db::sqlite().await).await;
    let whole = fs::read(back_up(&scene)).expect("it is there");
    let dir = fresh(&scene);
    let bad = dir.path().join("bad");
    let mut changed = whole.clone();
    changed[whole.len() / 2] ^= 1;
    for (bytes, why) in [(&whole[..whole.len() - 9], "cut"), (&whole[..200], "cut short"), (&changed, "changed")] {
        fs::write(&bad, bytes).expect("it can be written");
        let output = restore(&bad, dir.path(), &sqlite(dir.path()));
        assert_eq!(output.status.code(), Some(20), "{why}: {}", text(&output.stderr));
        let mut left: Vec<String> = fs::read_dir(dir.path())
            .expect("a folder")
            .map(|e| e.expect("an entry").file_name().to_string_lossy().into_owned())
            .filter(|name| name != "releases")
            .collect();
        left.sort();
        assert_eq!(left, ["bad", "keys"], "{why}");
    }
    // Whole, but not under this installation's key: somebody else's, or one made to be believed.
    fs::write(&bad, &whole).expect("it can be written");
    let output = on(["restore", &bad.to_string_lossy()], dir.path(), &sqlite(dir.path()))
        .env("VOUCHSAFE_INSTALLATION_KEY", "11".repeat(32))
        .output()
        .expect("it runs");
    assert_eq!(output.status.code(), Some(20), "{}", text(&output.stderr));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_older_than_what_was_known_takes_nothing_new_until_it_is_lifted() {
    db::each(|db| async move {
        let scene = with_work(db).await;
        let file = back_up(&scene);
        let known = scene.data().join("ledger-head.json");

        // Nothing happened since: what is known is in it.
        scene.app.stopped().await.expect("it is kept");
        let dir = fresh(&scene);
        for name in ["ledger-head.json", "ledger-stopped.json"] {
            fs::copy(scene.data().join(name), dir.path().join(name)).expect("it is there");
        }
        let output = restore(&file, dir.path(), &sqlite(dir.path()));
        let said: Value = serde_json::from_slice(&output.stdout).expect("one JSON object");
        assert_eq!(said["quarantine"], Value::Null, "{}", text(&output.stderr));

        // Somebody answered since.
        scene.answer(1).await;
        scene.app.remember(&scene.app.newest().await.expect("heads")).expect("it is kept");
        let dir = fresh(&scene);
        let url = sqlite(dir.path());
        let output = on(["restore", &file.to_string_lossy(), "--known", &known.to_string_lossy()], dir.path(), &url)
            .output()
            .expect("it runs");
        assert!(output.status.success() && text(&output.stdout).contains("In quarantine"), "{}", text(&output.stderr));

        let server = Server::of(on(["serve", "--listen", "127.0.0.1:0"], dir.path(), &url));
        let ask = |method: &str| {
            let request = ureq::http::Request::builder().method(method).uri(format!("{}/api/v1/clients", server.url));
            let agent: ureq::Agent = ureq::Agent::config_builder().http_status_as_error(false).build().into();
            let reply = agent.run(request.body(()).expect("a request")).expect("an answer");
            assert!(reply.headers().contains_key("content-security-policy"));
            reply.status().as_u16()
        };
        assert_eq!((ask("GET"), ask("POST")), (401, 503));
        let output =
            on(["quarantine", "lift", "--reason", "a day of work is lost, the client knows"], dir.path(), &url);
        let mut output = output;
        let output = output.output().expect("it runs");
        assert!(output.status.success(), "{}", text(&output.stderr));
        let began = std::time::Instant::now();
        while ask("POST") == 503 {
            assert!(began.elapsed().as_secs() < 20, "a server hears that it was lifted");
            std::thread::sleep(std::time::Duration::from_millis(100));
        }
        drop(server);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn doctor_names_what_must_be_mended() {
    db::each(|db| async move {
        let scene = with_work(db).await;
        let look = || {
            let output = scene.command(["doctor", "--json"]).output().expect("it runs");
            let said: Value =
                serde_json::from_slice(&output.stdout).unwrap_or_else(|_| panic!("{}", text(&output.stderr)));
            let health = |what: &str| {
                let finding = said["findings"].as_array().expect("a list").iter().find(|f| f["what"] == what);
                finding.map(|f| f["health"].as_str().expect("a word").to_owned())
            };
            (output.status.code(), health("key of HERON"), health("key files"), health("engine"))
        };
        let (_, key, files, engine) = look();
        assert_eq!((key.as_deref(), engine.as_deref()), (Some("well"), Some("well")));
        assert_eq!(files.as_deref(), Some("bad"), "the tests' key file may be read by anybody");
        fs::write(scene.data().join("keys/heron"), "00".repeat(32)).expect("it can be written");
        let (code, key, ..) = look();
        assert_eq!((code, key.as_deref()), (Some(30), Some("bad")));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn doctor_looks_and_makes_no_key() {
    db::each(|db| async move {
        let scene = Scene::new(db, 1, 1).await;
        let output = scene.command(["doctor"]).output().expect("it runs");
        let said = text(&output.stdout);
        assert!(said.contains("none was made yet"), "{said}");
        assert!(!scene.data().join("keys/signing/release").exists(), "{said}");
    })
    .await;
}

/// Whoever finds the file of his database broken reads that it is, and what to do.
#[tokio::test(flavor = "multi_thread")]
async fn doctor_says_that_a_database_is_damaged() {
    let scene = with_work(db::Db::sqlite().await).await;
    let broken = scene.data().join("broken.db");
    fs::write(&broken, "This is no database. ".repeat(1_000)).expect("it can be written");
    let output = on(["doctor"], scene.data(), &broken.display().to_string()).output().expect("it runs");
    let said = text(&output.stderr);
    assert_eq!(output.status.code(), Some(78), "{said}");
    assert!(said.contains("the database is damaged") && said.contains("vouchsafe restore"), "{said}");
}
