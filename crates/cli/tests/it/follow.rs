//! `ledger follow` and `verify` against a log that is none of ours: it forks, cuts, hands its key over twice, and says that it
//! was restored.

use crate::process::{text, vouchsafe};
use serde_json::{Value, json};
use std::{
    convert::Infallible,
    fs,
    io::{BufRead, BufReader, Read, Write},
    net::{TcpListener, TcpStream},
    path::{Path, PathBuf},
    process::{Command, Output},
    sync::{Arc, Mutex},
    thread,
};
use vouchsafe_ledger::{
    act::Act,
    checkpoint::Checkpoint,
    entry::{Entry, LEAF_DATA_BYTES, LedgerOf, leaf_hash},
    epoch::{Epoch, Mark},
    export::Export,
    handover::Handover,
    proof::{self, Nodes},
    shown::Parts,
    signing::{Purpose, SecretKey, to_hex},
    tree::{Frontier, Hash, NodeId, node_hash},
};

const FIRST: &str = "vouchsafe/5f1d/1";
const SECOND: &str = "vouchsafe/5f1d/2";
const THIRD: &str = "vouchsafe/5f1d/2-0a1b2c3d";

type Recorded = ([u8; LEAF_DATA_BYTES], Parts);

/// What the log shows.
#[derive(Clone)]
struct Log {
    origin: &'static str,
    entries: Vec<Recorded>,
    key: u8,
    handovers: String,
    epochs: Vec<String>,
}

fn key(seed: u8) -> SecretKey {
    SecretKey::from_random(Purpose::Checkpoint, &[seed; 32])
}

fn recorded(entry: Entry, salt: u8) -> Recorded {
    let salted = entry.seal(&std::array::from_fn(|at| salt.wrapping_add(at.to_le_bytes()[0]))).unwrap();
    (salted.leaf_data(), salted.parts.map(Some))
}

/// So many entries; those from another `history` differ.
fn entries(n: i64, history: &str) -> Vec<Recorded> {
    let entry =
        |i| Entry::new(LedgerOf::Client("c".into()), Act::AssignmentSent, i).of("task", format!("{history}{i}"));
    (0..n).map(|i| recorded(entry(i), 3)).collect()
}

struct Leaves<'l>(&'l [Recorded]);

impl Nodes for Leaves<'_> {
    type Error = Infallible;

    fn node(&mut self, id: NodeId) -> Result<Hash, Infallible> {
        if id.level == 0 {
            return Ok(leaf_hash(&self.0[usize::try_from(id.index).unwrap()].0));
        }
        let below = |at| NodeId { level: id.level - 1, index: 2 * id.index + at };
        Ok(node_hash(&self.node(below(0))?, &self.node(below(1))?))
    }
}

fn mark(entries: &[Recorded]) -> Mark {
    let mut tree = Frontier::new();
    for (leaf, _) in entries {
        tree.push(leaf_hash(leaf), |_, _| {});
    }
    Mark { size: tree.size(), root: tree.root() }
}

fn over(from: u8, to: u8) -> String {
    Handover::sign(&key(from), &key(to), 5).unwrap().to_text()
}

impl Log {
    fn new(n: i64) -> Self {
        Self { origin: FIRST, entries: entries(n, "t"), key: 1, handovers: String::new(), epochs: Vec::new() }
    }

    fn with(&self, entries: Vec<Recorded>) -> Self {
        Self { entries, ..self.clone() }
    }

    fn signed(&self, key_of: u8, handovers: &str) -> Self {
        Self { key: key_of, handovers: handovers.into(), ..self.clone() }
    }

    /// Put back to these entries, of which `kept` says how much is left of what was `known`; then it went on.
    fn restored(&self, kept: Mark, known: Option<Mark>, entries: Vec<Recorded>) -> Self {
        let known = known.map(|Mark { size, root }| Checkpoint { origin: FIRST.into(), size, root });
        let epoch = Epoch { origin: SECOND.into(), number: 2, previous: FIRST.into(), known, kept, at_us: 7 };
        let epochs = vec![epoch.sign(&key(self.key)).unwrap().to_string()];
        Self { origin: SECOND, entries, epochs, ..self.clone() }
    }

    fn note(&self) -> String {
        let Mark { size, root } = mark(&self.entries);
        Checkpoint { origin: self.origin.into(), size, root }.sign(&key(self.key)).unwrap().to_string()
    }

    fn answer(&self, path: &str) -> Value {
        if path.ends_with("/checkpoint") {
            return json!({
                "checkpoint": self.note(), "key": key(self.key).public().to_string(), "vouched": "unwitnessed",
                "handovers": self.handovers, "epochs": self.epochs,
            });
        }
        let number = |name: &str| {
            let (_, after) = path.split_once(&format!("{name}=")).unwrap();
            after.split('&').next().unwrap().parse().unwrap()
        };
        let path = proof::consistency(&mut Leaves(&self.entries), number("from"), number("to")).unwrap();
        json!({"path": path.iter().map(|hash| to_hex(hash)).collect::<Vec<_>>()})
    }

    fn export(&self, to: &Path) {
        let mut sink = |path: &str, bytes: &[u8]| {
            let file = to.join(path);
            fs::create_dir_all(file.parent().unwrap())?;
            fs::write(file, bytes)
        };
        let mut export = Export::new();
        for (leaf, parts) in &self.entries {
            export.push(leaf, Some(parts), &mut sink).unwrap();
        }
        export.finish(&self.note(), &self.handovers, &self.epochs, &mut sink).unwrap();
    }
}

/// A server that shows whatever log it is told to.
struct Server {
    shown: Arc<Mutex<Log>>,
    url: String,
    dir: tempfile::TempDir,
}

impl Server {
    fn start(log: Log) -> Self {
        let (shown, listener) = (Arc::new(Mutex::new(log)), TcpListener::bind("127.0.0.1:0").unwrap());
        let url = format!("http://{}", listener.local_addr().unwrap());
        let serving = Arc::clone(&shown);
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let _ = answer(stream, &serving);
            }
        });
        Self { shown, url, dir: tempfile::tempdir().unwrap() }
    }

    fn state(&self) -> PathBuf {
        self.dir.path().join("state.json")
    }

    fn show(&self, log: &Log) {
        *self.shown.lock().unwrap() = log.clone();
    }

    fn follow(&self, more: &[&str]) -> (i32, String) {
        let state = self.state();
        let mut command = vouchsafe(["ledger", "follow", "c", "--once", "--state", &state.to_string_lossy()]);
        command.args(more).env("VOUCHSAFE_URL", &self.url).env("VOUCHSAFE_TOKEN", "x");
        said(&command.output().unwrap())
    }

    /// What a stranger with the state is told of an export of this log, by this program and by the other checker.
    fn verify(&self, log: &Log, pinned: u8) -> i32 {
        let export = self.dir.path().join("export");
        let _ = fs::remove_dir_all(&export);
        log.export(&export);
        let (dir, state) = (export.to_string_lossy().into_owned(), self.state().to_string_lossy().into_owned());
        let pinned = key(pinned).public().to_string();
        let args = [dir.as_str(), "--key", &pinned, "--checkpoint", &state];
        let (code, ours) = said(&vouchsafe(["ledger", "verify"].into_iter().chain(args)).output().unwrap());
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../scripts/check-ledger");
        if let Ok(theirs) = Command::new("python3").arg(script).args(args).output() {
            let (other, theirs) = said(&theirs);
            assert_eq!(other, code, "{ours}\n{theirs}");
        }
        code
    }
}

fn said(output: &Output) -> (i32, String) {
    (output.status.code().unwrap(), text(&output.stdout) + &text(&output.stderr))
}

fn answer(mut stream: TcpStream, shown: &Mutex<Log>) -> std::io::Result<()> {
    let mut from = BufReader::new(stream.try_clone()?);
    let (mut first, mut length) = (String::new(), 0);
    from.read_line(&mut first)?;
    loop {
        let mut line = String::new();
        from.read_line(&mut line)?;
        if let Some(value) = line.to_lowercase().strip_prefix("content-length:") {
            length = value.trim().parse().unwrap_or(0);
        }
        if line.trim().is_empty() {
            break;
        }
    }
    from.read_exact(&mut vec![0; length])?;
    let path = first.split(' ').nth(1).unwrap_or_default();
    let (status, body) = if first.starts_with("GET") {
        ("200 OK", shown.lock().unwrap().answer(path).to_string())
    } else {
        ("204 No Content", String::new())
    };
    write!(
        stream,
        "HTTP/1.1 {status}\r\ncontent-type: application/json\r\ncontent-length: {}\r\nconnection: close\r\n\r\n{body}",
        body.len()
    )
}

/// A restore does not excuse a rewriting: what is left must be what was known, by the newest head that is not beyond it.
#[test]
fn a_gap_is_accepted_only_where_what_lies_before_it_is_what_was_known() {
    let (whole, other) = (Log::new(40), entries(40, "u"));
    let server = Server::start(Log::new(10));
    for n in [10, 20, 30, 40] {
        server.show(&Log::new(n));
        assert_eq!(server.follow(&[]).0, 0);
    }
    let before = fs::read(server.state()).unwrap();
    let after = |mut kept: Vec<Recorded>| {
        kept.extend(entries(90, "w").into_iter().skip(80));
        kept
    };
    let honest = |n: usize| {
        let kept = whole.entries[..n].to_vec();
        whole.restored(mark(&kept), Some(mark(&whole.entries)), after(kept))
    };

    server.show(&honest(25));
    let (code, told) = server.follow(&[]);
    assert!(code == 23 && told.contains("15 entries that were known are gone"), "{told}");
    assert!(told.contains("of the 25 before them the first 20 are those that were known"), "{told}");
    assert_eq!(server.verify(&honest(25), 1), 23);
    assert_eq!(fs::read(server.state()).unwrap(), before, "nothing is kept of what was not accepted");

    // The first 20 entries are others; or what is said to be left is not what the log begins with; or it names another head.
    let mut rewritten = whole.entries[..25].to_vec();
    rewritten[7] = other[7].clone();
    let forked = whole.restored(mark(&rewritten), Some(mark(&whole.entries)), after(rewritten.clone()));
    let lying = whole.restored(mark(&whole.entries[..25]), Some(mark(&whole.entries)), after(rewritten));
    let kept = whole.entries[..25].to_vec();
    let denied = whole.restored(mark(&kept), Some(mark(&other)), after(kept.clone()));
    let short = whole.restored(mark(&whole.entries[..39]), Some(mark(&whole.entries)), kept);
    for (what, log, code) in
        [("forked", &forked, 21), ("lying", &lying, 21), ("denied", &denied, 21), ("short", &short, 22)]
    {
        server.show(log);
        let told = server.follow(&["--accept-gap"]);
        assert_eq!(told.0, code, "{what}: {}", told.1);
        assert_ne!(server.verify(log, 1), 23, "{what}");
        assert_eq!(fs::read(server.state()).unwrap(), before, "{what}");
    }

    // Whoever kept an export has what is gone named, and every entry before it compared.
    let kept = server.dir.path().join("kept");
    whole.export(&kept);
    let gap = || {
        let (dir, pinned) = (kept.to_string_lossy(), key(1).public().to_string());
        let mut command = vouchsafe(["ledger", "gap", "c", &dir, "--key", &pinned]);
        said(&command.env("VOUCHSAFE_URL", &server.url).env("VOUCHSAFE_TOKEN", "x").output().unwrap())
    };
    for log in [&forked, &lying] {
        server.show(log);
        assert_eq!(gap().0, 21);
    }
    server.show(&honest(25));
    let (code, told) = gap();
    let lost: Vec<&str> = told.lines().filter(|line| line.contains("assignment.sent")).collect();
    assert_eq!((code, lost.len()), (0, 15), "{told}");
    assert!(lost[0].starts_with("25 ") && lost[0].ends_with("task=t25"), "{}", lost[0]);

    assert_eq!(server.follow(&["--accept-gap"]).0, 0);
    // From there on as ever: what was accepted is continued or it is a fork.
    assert_eq!(server.follow(&[]).0, 0);
    server.show(&honest(25).with(entries(60, "u")));
    assert_eq!(server.follow(&["--accept-gap"]).0, 21);
}

/// The server may have forgotten the log that it showed between two restores; whoever followed has not, and is told what is gone.
#[test]
fn a_log_that_the_server_forgot_is_found_by_whoever_followed_it() {
    let whole = Log::new(40);
    let server = Server::start(Log::new(20));
    assert_eq!(server.follow(&[]).0, 0);
    server.show(&whole);
    assert_eq!(server.follow(&[]).0, 0);
    let with = |n: usize, more: &str| {
        let mut kept = whole.entries[..n].to_vec();
        kept.extend(entries(20, more));
        (mark(&whole.entries[..n]), kept)
    };
    let (kept, longer) = with(30, "v");
    let lost = whole.restored(kept, Some(mark(&whole.entries)), longer);
    server.show(&lost);
    assert_eq!(server.follow(&["--accept-gap"]).0, 0);

    let (kept, longer) = with(25, "w");
    let other = Epoch { origin: THIRD.into(), number: 2, previous: FIRST.into(), known: None, kept, at_us: 9 };
    let epochs = vec![other.sign(&key(1)).unwrap().to_string()];
    let forgetful = Log { origin: THIRD, entries: longer, epochs, ..whole.clone() };
    server.show(&forgetful);
    let (code, told) = server.follow(&[]);
    assert!(code == 23 && told.contains("25 entries that were known are gone"), "{told}");
    assert_eq!(server.verify(&forgetful, 1), 23);
    // What lies before is compared with what was known of the log from which both come.
    let mut rewritten = forgetful.entries.clone();
    rewritten[7] = entries(40, "u")[7].clone();
    let kept = mark(&rewritten[..25]);
    let lie = Epoch { kept, ..other }.sign(&key(1)).unwrap().to_string();
    server.show(&Log { entries: rewritten, epochs: vec![lie], ..forgetful.clone() });
    assert_ne!(server.follow(&["--accept-gap"]).0, 0);
    server.show(&forgetful);
    assert_eq!(server.follow(&["--accept-gap"]).0, 0);
    assert_eq!(server.follow(&[]).0, 0);
}

/// Whoever stole a key that handed over cannot lead anybody elsewhere who kept the hand-over, nor sign one more head.
#[test]
fn a_key_that_handed_over_leads_nobody_elsewhere() {
    let log = Log::new(12);
    let server = Server::start(log.clone());
    let (old, pinned) = (key(1).public().to_string(), ["--key"]);
    let pinned = [pinned[0], old.as_str()];
    assert_eq!(server.follow(&[]).0, 0);
    server.show(&log.signed(2, &over(1, 2)));
    assert_eq!(server.follow(&[]).0, 0);
    let longer = log.with(entries(20, "t"));
    for (what, stolen) in [
        ("a second hand-over", longer.signed(9, &over(1, 9))),
        ("beside the first", longer.signed(9, &(over(1, 2) + &over(1, 9)))),
        ("before the first", longer.signed(9, &(over(1, 9) + &over(1, 2)))),
        ("one more head", longer.signed(1, "")),
        ("one more head beside its hand-over", longer.signed(1, &over(1, 2))),
    ] {
        server.show(&stolen);
        // Also for whoever names the old key each time.
        let told = server.follow(&pinned);
        assert_eq!(told.0, 21, "{what}: {}", told.1);
        assert_ne!(server.follow(&[]).0, 0, "{what}");
        assert_eq!(server.verify(&stolen, 1), 21, "{what}");
    }
    let honest = longer.signed(2, &over(1, 2));
    server.show(&honest);
    assert_eq!(server.follow(&pinned).0, 0);
    assert_eq!(server.verify(&honest, 1), 0);
}

/// The log says itself which key its own handed over to, so whoever reads it needs to have kept nothing.
#[test]
fn what_the_log_says_of_its_keys_binds_whoever_signs_it() {
    let mut log = Log::new(12);
    let said = Entry::new(LedgerOf::Client("c".into()), Act::SigningKeyRotated, 12).of("purpose", "checkpoint");
    let said = said.of("from", key(1).public().id()).of("to", key(2).public().id());
    log.entries.push(recorded(said, 9));
    let server = Server::start(log.signed(2, &over(1, 2)));
    assert_eq!(server.follow(&["--key", &key(1).public().to_string()]).0, 0);
    fs::remove_file(server.state()).unwrap();
    // Nothing kept but the first head.
    server.show(&Log::new(12));
    assert_eq!(server.follow(&[]).0, 0);
    assert_eq!(server.verify(&log.signed(2, &over(1, 2)), 1), 0);
    assert_eq!(server.verify(&log.signed(9, &over(1, 9)), 1), 21, "another hand-over than the log says");
    assert_eq!(server.verify(&log.signed(1, ""), 1), 21, "a head by the old key that holds the entry");
}
