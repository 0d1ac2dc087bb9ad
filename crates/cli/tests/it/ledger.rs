//! The ledger as a client uses it: exported, verified by this program and by the independent checker, followed.

use crate::{
    process::{text, vouchsafe},
    scene::Scene,
};
use serde_json::Value;
use std::{
    fs,
    path::{Path, PathBuf},
    process::{Command, Output},
    time::{Duration, Instant},
};
use vouchsafe_app::custody::ordered_walls::NewWall;
use vouchsafe_domain::{
    access::role::Role,
    work::assignment::{Purpose, Step},
};
use vouchsafe_ledger::{
    act::Act,
    checkpoint::Checkpoint,
    entry::{Entry, LedgerOf},
    export::Export,
    signing::{Purpose as KeyPurpose, SecretKey},
};
use vouchsafe_testkit::db::Db;

fn code(output: &Output) -> i32 {
    output.status.code().unwrap_or_else(|| panic!("{}", text(&output.stderr)))
}

/// The checker in Python, or `None` where there is no Python.
pub(crate) fn checker(args: &[&str]) -> Option<Output> {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../scripts/check-ledger");
    let output = Command::new("python3").arg(script).args(args).output().ok();
    if output.is_none() {
        println!("skipped: the independent checker needs python3");
    }
    output
}

fn copied(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        if entry.file_type().unwrap().is_dir() {
            copied(&entry.path(), &to.join(entry.file_name()));
        } else {
            fs::copy(entry.path(), to.join(entry.file_name())).unwrap();
        }
    }
}

/// Files of a folder that hold entries, tiles or parts.
fn files(of: &Path) -> Vec<PathBuf> {
    let (mut found, mut folders) = (Vec::new(), vec![of.to_owned()]);
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let entry = entry.unwrap();
            if entry.file_type().unwrap().is_dir() { folders.push(entry.path()) } else { found.push(entry.path()) }
        }
    }
    found.sort();
    found
}

/// That an inventory leaves nothing out, and that nothing was sent since a wall, only the whole log says.
fn leaves_nothing_out(
    run: &dyn Fn(&[&str]) -> Output,
    client: &str,
    key: &str,
    (proof, found): (&str, &str),
    folder: &Path,
) {
    let at = |name: &str| folder.join(name).to_string_lossy().into_owned();
    let whole = at("whole");
    let begun = Instant::now();
    let ordered = loop {
        let _ = fs::remove_dir_all(&whole);
        assert_eq!(code(&run(&["ledger", "export", client, &whole])), 0);
        let checked = vouchsafe(["ledger", "check", proof, "--key", key, "--export", &whole]).output().unwrap();
        assert_eq!(code(&checked), 0, "{}", text(&checked.stdout));
        assert!(begun.elapsed() < Duration::from_secs(30), "{}", text(&checked.stdout));
        if text(&checked.stdout).contains("shut out by entry") {
            break text(&checked.stdout);
        }
    };
    assert!(ordered.starts_with("complete\n") && ordered.contains("nothing was sent after it"), "{ordered}");
    let mut short: Value = serde_json::from_str(found).unwrap();
    short["entries"] = serde_json::json!([]);
    fs::write(at("short.json"), short.to_string()).unwrap();
    let checked = vouchsafe(["ledger", "check", &at("short.json"), "--key", key, "--export", &whole]).output().unwrap();
    assert!(code(&checked) == 20 && text(&checked.stdout).starts_with("incomplete\n"), "{}", text(&checked.stdout));
    for (file, expected) in [(proof, 0), (at("short.json").as_str(), 20)] {
        if let Some(theirs) = checker(&["--proof", file, "--key", key, "--export", &whole]) {
            assert_eq!(code(&theirs), expected, "{}", text(&theirs.stderr));
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_client_exports_verifies_and_follows_its_ledger() {
    let scene = Scene::new(Db::sqlite().await, 10, 1).await;
    let (client, world) = (scene.client.to_string(), &scene.world);
    let expert = world.expert(scene.project).await;
    scene.app.claim(&expert, scene.project, Step::Label, Purpose::Work).await.unwrap().expect("a task");
    let observer = world.member(Role::Observer, &[scene.client]).await;
    let (token, folder) = (scene.token(&observer).await, tempfile::tempdir().unwrap());
    let server = scene.serve();
    let run = |args: &[&str]| {
        let mut command = vouchsafe(args.iter().copied());
        command.env("VOUCHSAFE_URL", &server.url).env("VOUCHSAFE_TOKEN", &token).output().unwrap()
    };
    // The server numbers by itself, within a second or so.
    let begun = Instant::now();
    let head: Value = loop {
        let head = run(&["ledger", "checkpoint", &client, "--json"]);
        if code(&head) == 0 {
            break serde_json::from_slice(&head.stdout).unwrap();
        }
        assert!(begun.elapsed() < Duration::from_secs(30), "{}", text(&head.stderr));
        std::thread::sleep(Duration::from_millis(50));
    };
    let key = head["key"].as_str().unwrap().to_owned();
    let at = |name: &str| folder.path().join(name).to_string_lossy().into_owned();
    let (state, dir) = (at("state.json"), at("export"));
    let followed = run(&["ledger", "follow", &client, "--state", &state, "--once"]);
    assert!(
        code(&followed) == 0 && text(&followed.stdout).contains("trusted from now on"),
        "{}",
        text(&followed.stderr)
    );

    let exported = run(&["ledger", "export", &client, &dir]);
    assert_eq!(code(&exported), 0, "{}", text(&exported.stderr));
    let verify =
        |dir: &str, more: &[&str]| vouchsafe([&["ledger", "verify", dir][..], more].concat()).output().unwrap();
    let pinned = ["--key", &key, "--checkpoint", &state];
    let verified = verify(&dir, &pinned);
    assert_eq!(code(&verified), 0, "{}", text(&verified.stdout));
    assert!(text(&verified.stdout).contains("unwitnessed"));
    assert_eq!(code(&verify(&dir, &[])), 10, "nobody pinned, nobody known");
    if let Some(theirs) = checker(&[&[dir.as_str()][..], &pinned].concat()) {
        assert_eq!(code(&theirs), 0, "{}", text(&theirs.stderr));
    }

    // A byte of any file, by both checkers.
    let changed = folder.path().join("changed");
    for file in files(Path::new(&dir)) {
        let _ = fs::remove_dir_all(&changed);
        copied(Path::new(&dir), &changed);
        let file = changed.join(file.strip_prefix(&dir).unwrap());
        let mut bytes = fs::read(&file).unwrap();
        let at = bytes.len() / 2;
        bytes[at] ^= 1;
        fs::write(&file, bytes).unwrap();
        let changed = changed.to_string_lossy();
        assert_ne!(code(&verify(&changed, &pinned)), 0, "{}", file.display());
        if let Some(theirs) = checker(&[&[changed.as_ref()][..], &pinned].concat()) {
            assert_ne!(code(&theirs), 0, "{}", file.display());
        }
    }

    // A proof of what one person was sent, kept as a file.
    let inventory = run(&["ledger", "inventory", &client, "--member", &expert.member.to_string()]);
    let (proof, mut found) = (at("proof.json"), text(&inventory.stdout));
    fs::write(&proof, &found).unwrap();
    let checked = vouchsafe(["ledger", "check", &proof, "--key", &key]).output().unwrap();
    assert!(code(&checked) == 0 && text(&checked.stdout).contains("1 entries"), "{found}");
    if let Some(theirs) = checker(&["--proof", &proof, "--key", &key]) {
        assert_eq!(code(&theirs), 0, "{}", text(&theirs.stderr));
    }
    let wall = NewWall { person: expert.member.to_string(), reason: "He leaves.".into() };
    scene.app.order_wall(&observer, scene.client, &wall).await.unwrap();
    leaves_nothing_out(&run, &client, &key, (&proof, &found), folder.path());
    found = found.replace("assignment.sent", "assignment.seen");
    fs::write(&proof, &found).unwrap();
    assert_eq!(code(&vouchsafe(["ledger", "check", &proof, "--key", &key]).output().unwrap()), 20);
    if let Some(theirs) = checker(&["--proof", &proof, "--key", &key]) {
        assert_eq!(code(&theirs), 20);
    }
    let csv = text(&run(&["ledger", "inventory", &client, "--member", &expert.member.to_string(), "--csv"]).stdout);
    assert_eq!(csv.lines().filter(|line| line.starts_with("sent,")).count(), 1, "{csv}");

    // The key changes hands; whoever followed goes on, and the export says how.
    let rotated = scene.command(["ledger", "rotate-key"]).output().unwrap();
    assert_eq!(code(&rotated), 0, "{}", text(&rotated.stderr));
    let begun = Instant::now();
    loop {
        assert_eq!(code(&run(&["ledger", "export", &client, &at("later"), "--no-parts"])), 0);
        let later = verify(&at("later"), &pinned);
        assert_eq!(code(&later), 0, "{}", text(&later.stdout));
        if Path::new(&at("later")).join("handovers").exists() {
            break;
        }
        assert!(begun.elapsed() < Duration::from_secs(30));
        fs::remove_dir_all(at("later")).unwrap();
    }
    let again = run(&["ledger", "follow", &client, "--state", &state, "--once"]);
    assert_eq!(code(&again), 0, "{}", text(&again.stderr));
    // Somebody whose state is of another history is told so.
    let forged = fs::read_to_string(&state).unwrap();
    let state_of: Value = serde_json::from_str(&forged).unwrap();
    let note = state_of["checkpoint"].as_str().unwrap();
    let mut lines: Vec<&str> = note.split('\n').collect();
    let other_root = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=";
    lines[2] = other_root;
    fs::write(&state, serde_json::json!({"key": state_of["key"], "checkpoint": lines.join("\n")}).to_string()).unwrap();
    let other = run(&["ledger", "follow", &client, "--state", &state, "--once"]);
    assert_eq!(code(&other), 21, "{}", text(&other.stderr));
}

/// An export of `n` entries whose reasons hold characters that some programs take for the end of a line; the head's key beside it.
fn written(to: &Path, n: u8) -> String {
    let key = SecretKey::from_random(KeyPurpose::Checkpoint, &[7; 32]);
    let sink = &mut |path: &str, bytes: &[u8]| {
        fs::create_dir_all(to.join(path).parent().unwrap())?;
        fs::write(to.join(path), bytes)
    };
    let mut export = Export::new();
    for i in 0..n {
        let entry = Entry::new(LedgerOf::Installation, Act::QuarantineLifted, i64::from(i));
        let salted = entry.because("reason", "a\u{2028}b\u{85}c\u{2029}d").seal(&[i; 96]).unwrap();
        export.push(&salted.leaf_data(), Some(&salted.parts.map(Some)), sink).unwrap();
        export.push(&[&[1][..], &[i; 96]].concat().try_into().unwrap(), Some(&[None, None, None]), sink).unwrap();
    }
    let head = Checkpoint { origin: "vouchsafe/5f1d/1".into(), size: export.size(), root: export.root() };
    export.finish(&head.sign(&key).unwrap().to_string(), "", &[], sink).unwrap();
    key.public().to_string()
}

/// Both checkers take what somebody wrote as it is, and neither passes over what is shown when its first file is gone.
#[test]
fn both_checkers_read_all_that_is_shown_whatever_it_holds() {
    let folder = tempfile::tempdir().unwrap();
    let key = written(folder.path(), 200);
    let dir = folder.path().to_string_lossy().into_owned();
    let both = |expected: i32, what: &str| {
        let ours = vouchsafe(["ledger", "verify", &dir, "--key", &key]).output().unwrap();
        assert_eq!(code(&ours), expected, "{what}: {}", text(&ours.stdout));
        if let Some(theirs) = checker(&[&dir, "--key", &key]) {
            assert_eq!(code(&theirs), expected, "{what}: {}", text(&theirs.stderr));
        }
    };
    both(0, "as it was written");
    let first = fs::read(folder.path().join("parts/000")).unwrap();
    fs::remove_file(folder.path().join("parts/000")).unwrap();
    both(20, "its first file of parts gone");
    fs::write(folder.path().join("parts/000"), first.strip_suffix(b"\n").unwrap()).unwrap();
    both(20, "its last line cut");
    fs::write(folder.path().join("parts/000"), [&first[..], b"more"].concat()).unwrap();
    both(20, "something after its last line");
    fs::remove_dir_all(folder.path().join("parts")).unwrap();
    both(0, "without any parts");
}
