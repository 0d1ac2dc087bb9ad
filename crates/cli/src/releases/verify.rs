//! `vouchsafe release verify`: what a client does with a delivery, offline.

use crate::{
    exit::{BROKEN, DONE, Failure, SIGNER_UNKNOWN, USAGE},
    say,
};
use clap::Args;
use std::path::{Path, PathBuf};
use vouchsafe_formats::releases::{Manifest, Signer, Verdict, verify};
use vouchsafe_ledger::{
    checkpoint::Checkpoint,
    handover::{self, followed},
    note::Note,
    signing::{PublicKey, Purpose, Signature, SignedBy, to_hex},
};

/// Which folder, and whom to trust.
#[derive(Args)]
pub(crate) struct Verify {
    /// The folder that was fetched.
    dir: PathBuf,
    #[command(flatten)]
    trusted: Trusted,
}

/// Whom to trust.
#[derive(Args)]
pub(crate) struct Trusted {
    /// A public key to trust, `vouchsafe:release:ed25519:…`, or a file that holds one a line. May be given again.
    #[arg(long)]
    key: Vec<String>,
    /// Signed hand-overs, as `release keys --handovers` prints them: keys that the pinned ones handed over to are trusted too.
    #[arg(long, value_name = "FILE")]
    handovers: Option<PathBuf>,
}

impl Trusted {
    /// The pinned keys, and those that they handed over to.
    pub(crate) fn keys(&self) -> Result<Vec<PublicKey>, Failure> {
        let wrong = |why: String| Failure::new(USAGE, why);
        let keys = pinned(&self.key).map_err(wrong)?;
        let Some(file) = &self.handovers else { return Ok(keys) };
        let named = |why: &dyn std::fmt::Display| wrong(format!("--handovers {}: {why}", file.display()));
        let text = std::fs::read_to_string(file).map_err(|error| named(&error))?;
        Ok(followed(&keys, &handover::read(&text).map_err(|error| named(&error))?))
    }
}

impl Verify {
    pub(crate) fn run(&self, json: bool) -> Result<u8, Failure> {
        let pinned = self.trusted.keys()?;
        if !self.dir.is_dir() {
            return Err(Failure::new(USAGE, format!("{} is no folder", self.dir.display())));
        }
        let (word, code, lines, manifest) = verdict(&self.dir, &pinned);
        if json {
            let release = manifest.as_ref().map(|manifest| manifest.release.to_string());
            let ledger = manifest.as_ref().and_then(|manifest| manifest.ledger.clone());
            let key = manifest.map(|manifest| manifest.key);
            println!(
                "{}",
                serde_json::json!({"verdict": word, "release": release, "key": key, "ledger": ledger, "detail": lines})
            );
        } else {
            print!("{}", say::verdict(word, &lines));
        }
        Ok(code)
    }
}

fn verdict(dir: &Path, pinned: &[PublicKey]) -> (&'static str, u8, Vec<String>, Option<Manifest>) {
    let verdict = verify(dir, |manifest, signature| {
        let signature = Signature::from_text(signature).map_err(|error| error.to_string())?;
        match signature.check(Purpose::Release, manifest, pinned).map_err(|error| error.to_string())? {
            SignedBy::Pinned => Ok(Signer::Pinned),
            SignedBy::Unknown => Ok(Signer::Unknown),
        }
    });
    match verdict {
        Verdict::Verified(manifest) => ("verified", DONE, about(&manifest), Some(*manifest)),
        Verdict::SignerUnknown(manifest) => {
            let mut lines = about(&manifest);
            lines.push("anybody could have made it: pin the sender's key with --key".into());
            ("intact, signer unknown", SIGNER_UNKNOWN, lines, Some(*manifest))
        }
        Verdict::Broken(faults) => ("broken", BROKEN, faults.iter().map(ToString::to_string).collect(), None),
    }
}

fn about(manifest: &Manifest) -> Vec<String> {
    let mut lines = vec![
        format!("release {} of project {}, built {}", manifest.release, manifest.project, manifest.built_at),
        format!(
            "{} tasks, {} annotations, {} files",
            manifest.counts.tasks,
            manifest.counts.annotations,
            manifest.files.len()
        ),
        format!("signed by key {}", manifest.key),
    ];
    lines.extend(head_of_the_log(manifest));
    lines
}

/// The head of the client's log that the manifest carries. Whoever keeps it can ask of any later log to continue it.
fn head_of_the_log(manifest: &Manifest) -> Vec<String> {
    let Some(text) = &manifest.ledger else { return vec!["carries no head of the client's log".into()] };
    let Some(head) = text.parse().ok().and_then(|note: Note| Checkpoint::from_text(&note.text).ok()) else {
        return vec!["the head of the client's log that it carries cannot be read".into()];
    };
    vec![
        format!("the client's log had {} entries when it was built; a later log must continue this head:", head.size),
        format!("  {}", head.origin),
        format!("  root {}", to_hex(&head.root)),
    ]
}

pub(crate) fn pinned(keys: &[String]) -> Result<Vec<PublicKey>, String> {
    let mut pinned = Vec::new();
    for key in keys {
        if key.starts_with("vouchsafe:") {
            pinned.push(key.parse().map_err(|error| format!("--key: {error}"))?);
            continue;
        }
        let text = std::fs::read_to_string(key).map_err(|error| format!("--key {key}: {error}"))?;
        for (line, text) in (1..).zip(text.lines()).filter(|(_, text)| !text.trim().is_empty()) {
            pinned.push(text.trim().parse().map_err(|error| format!("--key {key}, line {line}: {error}"))?);
        }
    }
    Ok(pinned)
}
