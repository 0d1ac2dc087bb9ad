//! `serve --witness` against a witness of our own: the little of C2SP tlog-witness that a log needs, over loopback.

use crate::{
    process::{text, vouchsafe},
    scene::Scene,
};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use serde_json::Value;
use std::{
    collections::HashMap,
    fs,
    io::{BufRead, BufReader, Read, Write},
    net::{TcpListener, TcpStream},
    path::Path,
    process::{Command, Output},
    sync::{Arc, Mutex},
    thread,
    time::{Duration, Instant, SystemTime, UNIX_EPOCH},
};
use vouchsafe_domain::{
    access::role::Role,
    work::assignment::{Purpose, Step},
};
use vouchsafe_ledger::{
    checkpoint::Checkpoint,
    note::{Note, WitnessKey, cosign},
    proof::is_extended,
    signing::{PublicKey, Purpose as Signs, SecretKey},
    tree::Hash,
};
use vouchsafe_testkit::db;

const NAME: &str = "witness.example/one";
/// How long a witness is waited for.
const WAIT: Duration = Duration::from_mins(1);

/// What a witness keeps: the newest head of each log, and how it answered.
#[derive(Default)]
struct Kept {
    heads: HashMap<String, (u64, Hash)>,
    answers: Vec<u16>,
}

/// A witness on a port of its own. Trusts one log's key.
struct Witness {
    secret: SecretKey,
    log: Mutex<Option<PublicKey>>,
    kept: Mutex<Kept>,
}

impl Witness {
    fn start() -> (Arc<Self>, String) {
        let secret = SecretKey::from_random(Signs::Checkpoint, &[0x77; 32]);
        let witness = Arc::new(Self { secret, log: Mutex::default(), kept: Mutex::default() });
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let serving = Arc::clone(&witness);
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let _ = serving.answer(stream);
            }
        });
        (witness, url)
    }

    fn key(&self) -> WitnessKey {
        WitnessKey::new(NAME, self.secret.public())
    }

    fn answer(&self, mut stream: TcpStream) -> std::io::Result<()> {
        let mut from = BufReader::new(stream.try_clone()?);
        let (mut line, mut length) = (String::new(), 0);
        from.read_line(&mut line)?;
        let begun = line.clone();
        loop {
            line.clear();
            from.read_line(&mut line)?;
            if line.trim().is_empty() {
                break;
            }
            if let Some(n) = line.to_lowercase().strip_prefix("content-length:") {
                length = n.trim().parse().expect("a number");
            }
        }
        let mut body = vec![0; length];
        from.read_exact(&mut body)?;
        let (status, kind, answer) = if begun.starts_with("POST /add-checkpoint ") {
            self.add(&String::from_utf8(body).expect("text"))
        } else {
            (404, "text/plain", String::new())
        };
        self.kept.lock().unwrap().answers.push(status);
        write!(
            stream,
            "HTTP/1.1 {status} x\r\ncontent-type: {kind}\r\ncontent-length: {}\r\nconnection: close\r\n\r\n{answer}",
            answer.len()
        )
    }

    /// C2SP tlog-witness, section add-checkpoint: each status as it says.
    fn add(&self, body: &str) -> (u16, &'static str, String) {
        let plain = |status| (status, "text/plain", String::new());
        let Some((head, note)) = body.split_once("\n\n") else { return plain(400) };
        let mut lines = head.lines();
        let old: Option<u64> = lines.next().and_then(|line| line.strip_prefix("old ")?.parse().ok());
        let proof: Option<Vec<Hash>> = lines.map(|line| STANDARD.decode(line).ok()?.try_into().ok()).collect();
        let (Some(old), Some(proof), Ok(note)) = (old, proof, note.parse::<Note>()) else { return plain(400) };
        let Ok(checkpoint) = Checkpoint::from_text(&note.text) else { return plain(400) };
        let Some(log) = *self.log.lock().unwrap() else { return plain(404) };
        if !note.is_signed_by(&checkpoint.origin, &log) {
            return plain(403);
        }
        if old > checkpoint.size {
            return plain(400);
        }
        let mut kept = self.kept.lock().unwrap();
        let known = kept.heads.get(&checkpoint.origin).copied();
        let (size, root) = known.unwrap_or_default();
        if old != size {
            return (409, "text/x.tlog.size", format!("{size}\n"));
        }
        if known.is_some() && !is_extended(size, &root, checkpoint.size, &checkpoint.root, &proof) {
            return plain(422);
        }
        kept.heads.insert(checkpoint.origin, (checkpoint.size, checkpoint.root));
        let now = SystemTime::now().duration_since(UNIX_EPOCH).expect("after 1970").as_secs();
        (200, "text/plain", format!("{}\n", cosign(&note.text, NAME, &self.secret, now)))
    }

    /// Waits until it answered so.
    fn answered(&self, status: u16) {
        let begun = Instant::now();
        while !self.kept.lock().unwrap().answers.contains(&status) {
            assert!(begun.elapsed() < WAIT, "never answered {status}: {:?}", self.kept.lock().unwrap().answers);
            thread::sleep(Duration::from_millis(50));
        }
    }
}

fn code(output: &Output) -> i32 {
    output.status.code().unwrap_or_else(|| panic!("{}", text(&output.stderr)))
}

#[tokio::test(flavor = "multi_thread")]
async fn heads_are_cosigned_by_a_witness_and_a_rewritten_log_is_not() {
    db::each(|db| async move {
        let scene = Scene::new(db, 10, 1).await;
        let (client, world) = (scene.client.to_string(), &scene.world);
        let expert = world.expert(scene.project).await;
        let observer = world.member(Role::Observer, &[scene.client]).await;
        let (token, folder) = (scene.token(&observer).await, tempfile::tempdir().unwrap());
        let (witness, url) = Witness::start();
        let named = format!("{} {url}", witness.key());
        let mut server = scene.serve_with(&["--witness", &named]);
        let run = |server: &str, args: &[&str]| {
            let mut command = vouchsafe(args.iter().copied());
            command.env("VOUCHSAFE_URL", server).env("VOUCHSAFE_TOKEN", &token).output().unwrap()
        };
        let head = |server: &str| -> Option<Value> {
            let head = run(server, &["ledger", "checkpoint", &client, "--json"]);
            (code(&head) == 0).then(|| serde_json::from_slice(&head.stdout).unwrap())
        };
        let until = |server: &str, what: &dyn Fn(&Value) -> bool| {
            let begun = Instant::now();
            loop {
                if let Some(head) = head(server).filter(|head| what(head)) {
                    return head;
                }
                assert!(begun.elapsed() < WAIT, "{:?}", head(server));
                thread::sleep(Duration::from_millis(100));
            }
        };

        // A witness that does not know the log cosigns nothing, and the head says so.
        witness.answered(404);
        let alone = until(&server.url, &|_| true);
        assert_eq!(alone["vouched"], "unwitnessed");
        let log: PublicKey = alone["key"].as_str().unwrap().parse().unwrap();
        *witness.log.lock().unwrap() = Some(log);
        let first = until(&server.url, &|head| head["vouched"] == "witnessed");
        // It grows, and each head continues the one before.
        scene.app.claim(&expert, scene.project, Step::Label, Purpose::Work).await.unwrap().expect("a task");
        let size = |head: &Value| {
            let note: Note = head["cosigned"].as_str()?.parse().ok()?;
            Some(Checkpoint::from_text(&note.text).ok()?.size)
        };
        let grown = until(&server.url, &|head| size(head) > size(&first));
        let note: Note = grown["cosigned"].as_str().unwrap().parse().unwrap();
        assert!(note.cosigned_at(&witness.key()).is_some());

        // Whoever exports the log has the cosigned head too, and both checkers see whose it is.
        let dir = folder.path().join("export").to_string_lossy().into_owned();
        assert_eq!(code(&run(&server.url, &["ledger", "export", &client, &dir])), 0);
        let (key, by, other) = (log.to_string(), witness.key().to_string(), other_witness());
        for (witness, expected) in [(&by, 0), (&other, 11)] {
            let pinned = ["--key", &key, "--witness", witness];
            let ours = vouchsafe([&["ledger", "verify", &dir][..], &pinned].concat()).output().unwrap();
            assert_eq!(code(&ours), expected, "{}", text(&ours.stdout));
            let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../scripts/check-ledger");
            match Command::new("python3").arg(script).arg(&dir).args(pinned).output() {
                Ok(theirs) => assert_eq!(code(&theirs), expected, "{}", text(&theirs.stderr)),
                Err(_) => println!("skipped: the independent checker needs python3"),
            }
        }
        // A head that was cosigned and is not continued is found, with or without the witness's key.
        let cosigned = Path::new(&dir).join("cosigned");
        let whole = fs::read_to_string(&cosigned).unwrap();
        fs::write(&cosigned, whole.replacen(&size(&grown).unwrap().to_string(), "1", 1)).unwrap();
        assert_eq!(code(&vouchsafe(["ledger", "verify", &dir, "--key", &key]).output().unwrap()), 20);

        // A server that forgot how far the witness knows the log asks, is told, and goes on.
        server.kill();
        let server = scene.serve_with(&["--witness", &named]);
        scene.app.claim(&expert, scene.project, Step::Label, Purpose::Prefetch).await.unwrap().expect("a task");
        witness.answered(409);
        let later = until(&server.url, &|head| size(head) > size(&grown));

        // To a witness who remembers another history the log is a rewritten one: he signs no more.
        for (_, root) in witness.kept.lock().unwrap().heads.values_mut() {
            *root = [9; 32];
        }
        run(&server.url, &["ledger", "inventory", &client, "--member", &expert.member.to_string()]);
        witness.answered(422);
        let last = until(&server.url, &|head| head["size"].as_u64() > later["size"].as_u64());
        assert_eq!(last["cosigned"], later["cosigned"]);
    })
    .await;
}

/// The key of a witness that cosigned nothing.
fn other_witness() -> String {
    WitnessKey::new(NAME, SecretKey::from_random(Signs::Checkpoint, &[0x78; 32]).public()).to_string()
}
