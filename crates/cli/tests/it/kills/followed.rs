//! A ledger that somebody follows while its server dies again and again.

use crate::{
    ledger::checker,
    process::{text, vouchsafe},
    scene::Scene,
};
use serde_json::Value;
use std::{
    process::Output,
    thread,
    time::{Duration, Instant},
};

/// The ledger, how it is asked for, and its key, known from before the first kill.
pub(super) struct Followed {
    ledger: String,
    url: String,
    token: String,
    state: String,
    out: String,
    key: String,
}

impl Followed {
    /// Waits for its first head.
    pub(super) fn new(scene: &Scene, ledger: &str, url: &str, token: String) -> Self {
        let at = |name: &str| scene.data().join(format!("{name}-{ledger}")).to_string_lossy().into_owned();
        let (ledger, url) = (ledger.to_owned(), url.to_owned());
        let mut followed = Self { ledger, url, token, state: at("state"), out: at("export"), key: String::new() };
        let begun = Instant::now();
        while !followed.follow().status.success() {
            assert!(begun.elapsed() < Duration::from_mins(1), "{} has no head", followed.ledger);
            thread::sleep(Duration::from_millis(100));
        }
        let state: Value = serde_json::from_slice(&std::fs::read(&followed.state).expect("it is kept")).expect("JSON");
        state["key"].as_str().expect("it is trusted from now on").clone_into(&mut followed.key);
        followed
    }

    fn run(&self, args: &[&str]) -> Output {
        let mut command = vouchsafe(args.iter().copied());
        command.env("VOUCHSAFE_URL", &self.url).env("VOUCHSAFE_TOKEN", &self.token).output().expect("it runs")
    }

    fn follow(&self) -> Output {
        self.run(&["ledger", "follow", &self.ledger, "--state", &self.state, "--once"])
    }

    /// What is shown continues what was shown, unless nothing can be shown at the moment.
    pub(super) fn goes_on(&self) {
        let followed = self.follow();
        assert!(matches!(followed.status.code(), Some(0 | 1 | 69 | 75)), "{}", text(&followed.stderr));
    }

    /// All of it stands as it was signed, by both checkers, and continues the newest head that was seen amid the kills and
    /// those of these files.
    pub(super) fn is_whole(&self, heads: &[&str]) {
        let exported = self.run(&["ledger", "export", &self.ledger, &self.out]);
        assert!(exported.status.success(), "{}", text(&exported.stderr));
        let mut pinned = vec![self.out.as_str(), "--key", &self.key, "--checkpoint", &self.state];
        pinned.extend(heads.iter().flat_map(|head| ["--checkpoint", head]));
        let verified = vouchsafe([&["ledger", "verify"][..], &pinned].concat()).output().expect("it runs");
        assert!(verified.status.success(), "{}", text(&verified.stdout));
        if let Some(theirs) = checker(&pinned) {
            assert!(theirs.status.success(), "{}", text(&theirs.stderr));
        }
        let followed = self.follow();
        assert!(followed.status.success(), "{}", text(&followed.stderr));
    }
}
