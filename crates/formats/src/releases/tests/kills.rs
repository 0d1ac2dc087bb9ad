//! A build that is killed.

use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use super::sample::*;
use crate::releases::*;

/// Where the child process builds; set only there.
const CHILD: &str = "VOUCHSAFE_RELEASES_OF_CHILD";

/// Builds one release after the other until it is killed. Without its variable it has nothing to do.
#[test]
fn child_that_builds_until_killed() {
    let Some(parent) = std::env::var_os(CHILD) else { return };
    for n in 0..10_000 {
        build(&Path::new(&parent).join(format!("r{n}")));
    }
}

/// Whenever the process dies, each folder under its own name is a whole release.
#[test]
fn a_kill_leaves_no_half_release() {
    let mut whole = 0;
    for round in 0_u64..20 {
        let parent = tempfile::tempdir().unwrap();
        let mut child = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "releases::tests::kills::child_that_builds_until_killed"])
            .env(CHILD, parent.path())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let names =
            || std::fs::read_dir(parent.path()).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap());
        let began = Instant::now();
        // Every fourth round one build comes to its end first, however busy the machine is.
        let awaited = |name: String| round % 4 > 0 || !name.starts_with('.');
        while !names().any(awaited) && began.elapsed() < Duration::from_secs(20) {
            std::thread::sleep(Duration::from_millis(1));
        }
        // Some microseconds more each round, so that the kill meets every stage of a build.
        std::thread::sleep(Duration::from_micros(round * 1_300));
        child.kill().unwrap();
        child.wait().unwrap();
        sweep(parent.path()).unwrap();
        for name in names() {
            assert!(matches!(verify(&parent.path().join(&name), check), Verdict::Verified(_)), "round {round}: {name}");
            whole += 1;
        }
    }
    assert!(whole > 0, "no build came to its end in any round");
}
