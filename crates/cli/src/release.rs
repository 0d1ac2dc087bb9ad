//! `vouchsafe release`: what a client does with a delivery, offline.

use crate::exit::{BROKEN, DONE, SIGNER_UNKNOWN, USAGE};
use clap::{Args, Subcommand};
use std::{path::PathBuf, process::ExitCode};
use vouchsafe_formats::releases::{Manifest, Signer, Verdict, verify};
use vouchsafe_ledger::signing::{PublicKey, Purpose, Signature, SignedBy};

/// What to do with a release.
#[derive(Args)]
pub(crate) struct Release {
    #[command(subcommand)]
    what: What,
}

#[derive(Subcommand)]
enum What {
    /// Check a release folder, without any network.
    #[command(after_help = "Exit codes: 0 verified, 10 intact but the signer is unknown, 20 broken, 64 usage.")]
    Verify(Verify),
}

#[derive(Args)]
struct Verify {
    /// The folder that was fetched.
    dir: PathBuf,
    /// A public key to trust, `vouchsafe:release:ed25519:…`, or a file that holds one a line. May be given again.
    #[arg(long)]
    key: Vec<String>,
    /// Answer with one JSON object.
    #[arg(long)]
    json: bool,
}

impl Release {
    pub(crate) fn run(self) -> ExitCode {
        let What::Verify(verify) = self.what;
        let pinned = match pinned(&verify.key) {
            Ok(pinned) => pinned,
            Err(why) => {
                eprintln!("vouchsafe: {why}");
                return ExitCode::from(USAGE);
            }
        };
        if !verify.dir.is_dir() {
            eprintln!("vouchsafe: {} is no folder", verify.dir.display());
            return ExitCode::from(USAGE);
        }
        let (word, code, lines, manifest) = verify.verdict(&pinned);
        if verify.json {
            let release = manifest.as_ref().map(|manifest| manifest.release.to_string());
            let key = manifest.map(|manifest| manifest.key);
            println!("{}", serde_json::json!({"verdict": word, "release": release, "key": key, "detail": lines}));
        } else {
            println!("{word}");
            for line in &lines {
                println!("  {line}");
            }
        }
        ExitCode::from(code)
    }
}

impl Verify {
    fn verdict(&self, pinned: &[PublicKey]) -> (&'static str, u8, Vec<String>, Option<Manifest>) {
        let verdict = verify(&self.dir, |manifest, signature| {
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
}

fn about(manifest: &Manifest) -> Vec<String> {
    vec![
        format!("release {} of project {}, built {}", manifest.release, manifest.project, manifest.built_at),
        format!(
            "{} tasks, {} annotations, {} files",
            manifest.counts.tasks,
            manifest.counts.annotations,
            manifest.files.len()
        ),
        format!("signed by key {}", manifest.key),
    ]
}

fn pinned(keys: &[String]) -> Result<Vec<PublicKey>, String> {
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
