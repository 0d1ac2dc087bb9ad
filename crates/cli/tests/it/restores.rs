//! Restored, more than once, by real processes: what followers, exports and whoever is let in are told.

use crate::{
    process::{Server, text, vouchsafe},
    scene::{Scene, on},
};
use serde_json::Value;
use std::{
    fs,
    path::{Path, PathBuf},
    process::{Command, Output},
    sync::Arc,
};
use vouchsafe_app::{
    App, Asker,
    access::tokens::MakeToken,
    clock::SystemClock,
    custody::{beside::FILES, gaps::GapClosing},
};
use vouchsafe_domain::access::role::Role;
use vouchsafe_testkit::db::{self, Db};

/// An installation: its data, its database, and what somebody keeps who follows a client's ledger.
struct Place {
    dir: PathBuf,
    url: String,
}

impl Place {
    fn command<'a>(&self, args: impl IntoIterator<Item = &'a str>) -> Command {
        on(args, &self.dir, &self.url)
    }

    fn run<'a>(&self, args: impl IntoIterator<Item = &'a str>) -> String {
        let output = self.command(args).output().expect("it runs");
        assert!(output.status.success(), "{}", text(&output.stderr));
        text(&output.stdout)
    }

    fn serve(&self) -> Server {
        Server::of(self.command(["serve", "--listen", "127.0.0.1:0"]))
    }

    async fn app(&self) -> App {
        let store = db::reopen(&self.url, self.dir.join("keys")).await;
        App::new(store, Arc::new(SystemClock)).with_data(self.dir.clone())
    }

    /// A backup goes into a new place, with the keys of this one and what is known beside its database; then it may go on.
    fn restored(&self, backup: &Path, dir: &Path) -> (Self, Option<String>) {
        copied(&self.dir.join("keys"), &dir.join("keys"));
        let known = self.dir.join(FILES[0]);
        let place = Self { dir: dir.to_owned(), url: dir.join("vouchsafe.db").to_string_lossy().into_owned() };
        let said = place.run(["restore", &backup.to_string_lossy(), "--json", "--known", &known.to_string_lossy()]);
        let said: Value = serde_json::from_str(&said).expect("one JSON object");
        (place, said["quarantine"].as_str().map(str::to_owned))
    }
}

fn copied(from: &Path, to: &Path) {
    fs::create_dir_all(to).expect("a folder");
    for entry in fs::read_dir(from).expect("a folder") {
        let (entry, to) = (entry.as_ref().expect("an entry").path(), to.join(entry.as_ref().expect("one").file_name()));
        if entry.is_dir() {
            copied(&entry, &to);
        } else {
            fs::copy(&entry, &to).expect("it can be copied");
        }
    }
}

/// Somebody with a token for the server that runs now.
struct Reader<'s> {
    server: &'s Server,
    token: String,
    ledger: String,
}

impl<'s> Reader<'s> {
    async fn new(place: &Place, server: &'s Server, custodian: &Asker, ledger: &str) -> Self {
        let new = MakeToken { name: "test".into(), client: None, scopes: vec!["all".into()], days: 1 };
        let app = place.app().await;
        let made = app.retry(|| app.make_token(custodian, &new)).await.expect("a token can be made");
        Self { server, token: made.secret, ledger: ledger.into() }
    }

    fn ask(&self, args: &[&str]) -> Output {
        let mut command = vouchsafe(["ledger"].iter().chain(args).copied());
        command.env("VOUCHSAFE_URL", &self.server.url).env("VOUCHSAFE_TOKEN", &self.token);
        command.output().expect("it runs")
    }

    fn follow(&self, state: &Path, more: &[&str]) -> (i32, String) {
        let state = state.to_string_lossy();
        let args: Vec<&str> =
            ["follow", &self.ledger, "--once", "--state", &state].iter().chain(more).copied().collect();
        let output = self.ask(&args);
        (output.status.code().expect("a code"), text(&output.stdout) + &text(&output.stderr))
    }

    /// Every look is an act of its own in the log.
    async fn act(&self, custodian: &Asker, app: &App, times: usize) {
        let number = async || while app.number_entries().await.expect("they get numbers") > 0 {};
        number().await;
        for _ in 0..times {
            app.retry(|| app.ledger_entries(custodian, &self.ledger, (0, 1), false)).await.expect("it is read");
        }
        number().await;
    }

    fn head(&self) -> Value {
        let output = self.ask(&["checkpoint", &self.ledger, "--json"]);
        serde_json::from_slice(&output.stdout).unwrap_or_else(|_| panic!("{}", text(&output.stderr)))
    }
}

async fn scene(db: Db) -> (Scene, Place, Asker) {
    let scene = Scene::new(db, 4, 1).await;
    let custodian = scene.world.member(Role::Custodian, &[]).await;
    let place = Place { dir: scene.data().to_owned(), url: scene.url().to_owned() };
    (scene, place, custodian)
}

/// What both checkers say of an export.
fn verified(export: &Path, key: &str, state: &Path) -> i32 {
    let (dir, state) = (export.to_string_lossy(), state.to_string_lossy());
    let args = [&*dir, "--key", key, "--checkpoint", &*state];
    let ours = vouchsafe(["ledger", "verify"].into_iter().chain(args)).output().expect("it runs");
    let code = ours.status.code().expect("a code");
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../scripts/check-ledger");
    if let Ok(theirs) = Command::new("python3").arg(script).args(args).output() {
        assert_eq!(theirs.status.code(), Some(code), "{}\n{}", text(&ours.stdout), text(&theirs.stderr));
    }
    code
}

/// Two restores of one backup begin two logs: each names what is gone of the one before, and nobody takes one for the other.
#[tokio::test(flavor = "multi_thread")]
async fn a_backup_that_is_restored_twice_begins_two_logs() {
    db::each(|db| async move {
        let (scene, place, custodian) = scene(db).await;
        let (ledger, temp) = (scene.client.to_string(), tempfile::tempdir().expect("a folder"));
        let [state, early, backup, export] = ["state", "early", "backup", "export"].map(|name| temp.path().join(name));
        let mut server = place.serve();
        {
            let reader = Reader::new(&place, &server, &custodian, &ledger).await;
            reader.act(&custodian, &place.app().await, 3).await;
            assert_eq!(reader.follow(&early, &[]).0, 0);
            place.run(["backup", &backup.to_string_lossy()]);
            reader.act(&custodian, &place.app().await, 5).await;
            assert_eq!(reader.follow(&state, &[]).0, 0);
        }
        assert!(server.terminate().success());

        let (first, why) = place.restored(&backup, &temp.path().join("first"));
        assert!(why.is_some_and(|why| why.contains("are missing")));
        first.run(["quarantine", "lift", "--reason", "the disk died"]);
        let mut server = first.serve();
        let begun = {
            let reader = Reader::new(&first, &server, &custodian, &ledger).await;
            assert_eq!(reader.follow(&state, &[]).0, 23);
            assert_eq!(reader.follow(&state, &["--accept-gap"]).0, 0);
            reader.act(&custodian, &first.app().await, 9).await;
            assert_eq!(reader.follow(&state, &[]).0, 0);
            reader.head()
        };
        assert!(server.terminate().success());

        let (second, why) = first.restored(&backup, &temp.path().join("second"));
        assert!(why.is_some_and(|why| why.contains("are missing")));
        second.run(["quarantine", "lift", "--reason", "the disk died again"]);
        let mut server = second.serve();
        {
            let reader = Reader::new(&second, &server, &custodian, &ledger).await;
            let head = reader.head();
            assert_ne!(head["origin"], begun["origin"]);
            assert_eq!((&begun["epoch"], &head["epoch"]), (&Value::from(2), &Value::from(3)));
            assert_eq!(head["epochs"].as_array().map(Vec::len), Some(2), "the lost one is shown");
            let told = reader.follow(&state, &[]);
            let gone = format!("{} entries that were known are gone", begun["size"].as_u64().expect("a size") - 1);
            assert_eq!(told.0, 23, "{}", told.1);
            assert!(!told.1.contains(&gone) && told.1.contains("entries that were known are gone"), "{}", told.1);
            assert_eq!(reader.follow(&state, &["--accept-gap"]).0, 0);
            assert_eq!(reader.follow(&early, &[]).0, 0, "what was there before the backup is continued");
        }
        assert!(server.terminate().success());

        // Whoever pins the newest key follows the epochs that the one before it signed.
        second.run(["ledger", "rotate-key"]);
        let server = second.serve();
        let reader = Reader::new(&second, &server, &custodian, &ledger).await;
        reader.act(&custodian, &second.app().await, 1).await;
        let output = reader.ask(&["export", &ledger, &export.to_string_lossy(), "--json"]);
        let said: Value = serde_json::from_slice(&output.stdout).expect("one JSON object");
        let key = said["key"].as_str().expect("a key");
        assert_eq!(verified(&export, key, &state), 0);
        assert_eq!(verified(&export, key, &early), 0);
        assert_eq!(reader.follow(&state, &["--key", key]).0, 0);
        let gap = reader.ask(&["gap", &ledger, &export.to_string_lossy(), "--key", key]);
        assert!(gap.status.success(), "{}", text(&gap.stderr));
    })
    .await;
}

/// A server that was killed has not noted its last seconds: what it sent in them may be gone, and nobody is sent anything of
/// anybody until that was looked at. One that was told to stop has, and a backup of that moment lacks nothing.
#[tokio::test(flavor = "multi_thread")]
async fn a_backup_restored_after_a_kill_may_lack_what_nobody_noted() {
    db::each(|db| async move {
        let (scene, place, custodian) = scene(db).await;
        let temp = tempfile::tempdir().expect("a folder");
        let [stopped, hot] = ["stopped", "hot"].map(|name| temp.path().join(name));
        let mut server = place.serve();
        assert!(server.terminate().success());
        place.run(["backup", &stopped.to_string_lossy()]);
        place.run(["backup", &temp.path().join("another").to_string_lossy()]);
        let (moved, why) = place.restored(&stopped, &temp.path().join("older"));
        assert!(why.is_some_and(|why| why.contains("are missing")), "the entry of the other backup");
        moved.run(["quarantine", "lift", "--reason", "nothing but a backup"]);

        let mut server = place.serve();
        place.run(["backup", &hot.to_string_lossy()]);
        scene.answer(1).await;
        server.kill();
        let (killed, why) = place.restored(&hot, &temp.path().join("killed"));
        assert!(why.is_some_and(|why| why.contains("missing")));
        killed.run(["quarantine", "lift", "--reason", "the machine went down"]);
        let app = killed.app().await;
        let gaps = app.all_gaps().await.expect("gaps are listed");
        let of: Vec<&str> = gaps.iter().map(|gap| gap.ledger.as_str()).collect();
        assert_eq!(of, ["installation", &scene.client.to_string()]);
        let sick = killed.command(["doctor"]).output().expect("it runs");
        assert_eq!(sick.status.code(), Some(30));
        assert!(text(&sick.stdout).contains("gap of HERON"), "{}", text(&sick.stdout));
        // One person runs it: he says what he looked at, and confirms it at the machine.
        killed.run(["one-person", "begin", "--reason", "I run this alone"]);
        for gap in &gaps {
            let entered = gap.to_enter.iter().map(ToString::to_string).collect();
            let closing = GapClosing { exposures: Vec::new(), entered, reason: "by the record".into() };
            app.retry(|| app.enter_gap(&custodian, &gap.ledger, &closing)).await.expect("it is asked");
            killed.run(["ledger", "close-gap", &gap.ledger, "--reason", "nobody else was there"]);
        }
        assert!(app.all_gaps().await.expect("gaps are listed").is_empty());

        // The same place, stopped in order, and nothing recorded since its backup but by commands that note what they record.
        let mut server = place.serve();
        assert!(server.terminate().success());
        place.run(["one-person", "begin", "--reason", "I run this alone"]);
        let last = temp.path().join("last");
        place.run(["backup", &last.to_string_lossy()]);
        let (_, why) = place.restored(&last, &temp.path().join("moved"));
        assert_eq!(why, None);
    })
    .await;
}
