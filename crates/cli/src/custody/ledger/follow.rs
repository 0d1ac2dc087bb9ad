//! `vouchsafe ledger follow`: keeps a ledger's newest head in a file and accepts only heads that continue it.

use super::{keys, verify::kept_note};
use crate::{
    exit::{BROKEN, BUSY, CUT, DONE, FORKED, Failure, GAP, SIGNER_UNKNOWN, UNREACHABLE},
    remote::{Remote, escaped},
};
use clap::Args;
use serde_json::{Value, json};
use std::{fs, io, path::Path, path::PathBuf, thread, time::Duration};
use vouchsafe_ledger::{
    checkpoint::Checkpoint,
    epoch::{Epoch, kept_since},
    handover,
    note::Note,
    proof::is_extended,
    signing::{PublicKey, from_hex, to_hex},
    tree::Hash,
};

/// Which ledger, and where its head is kept.
#[derive(Args)]
pub(crate) struct Follow {
    /// A client's id, or `installation`.
    ledger: String,
    /// Where the newest head is kept; made at the first look.
    #[arg(long, value_name = "FILE")]
    state: PathBuf,
    /// A public key to trust, `vouchsafe:checkpoint:ed25519:…`. Without it, the one of the first look is kept.
    #[arg(long)]
    key: Vec<String>,
    /// Look once and end.
    #[arg(long)]
    once: bool,
    /// Seconds between two looks.
    #[arg(long, default_value_t = 60, value_parser = clap::value_parser!(u64).range(1..))]
    every: u64,
    /// Go on after a gap that the server names, signed.
    #[arg(long)]
    accept_gap: bool,
}

impl Follow {
    pub(crate) fn run(&self, remote: &Remote) -> Result<u8, Failure> {
        loop {
            match self.look(remote) {
                Ok(line) => println!("{line}"),
                // A server that is away says nothing about its ledger.
                Err(failure) if !self.once && [UNREACHABLE, BUSY].contains(&failure.code) => {
                    eprintln!("vouchsafe: {}; looking again in {} s", failure.text, self.every);
                }
                Err(failure) => return Err(failure),
            }
            if self.once {
                return Ok(DONE);
            }
            thread::sleep(Duration::from_secs(self.every));
        }
    }

    fn look(&self, remote: &Remote) -> Result<String, Failure> {
        let path = format!("/ledgers/{}", escaped(&self.ledger));
        let head = remote.get(&format!("{path}/checkpoint"))?;
        let text = |name: &str| head[name].as_str().unwrap_or_default();
        let broken = |why: &str| Failure::new(BROKEN, why);
        let note: Note = text("checkpoint").parse().map_err(|_| broken("the server's answer holds no checkpoint"))?;
        let before = if self.state.exists() { Some(self.before()?) } else { None };
        let pinned = match (&before, self.key.is_empty()) {
            (_, false) => keys(&self.key)?,
            (Some((_, key)), true) => vec![*key],
            (None, true) => vec![text("key").parse().map_err(|_| broken("the server names no key"))?],
        };
        let handovers = handover::read(text("handovers")).map_err(|e| broken(&e.to_string()))?;
        let trusted = handover::followed(&pinned, &handovers);
        let (now, by) = Checkpoint::open(&note, &trusted).map_err(|_| broken("the server's checkpoint is none"))?;
        let by =
            by.ok_or_else(|| Failure::new(SIGNER_UNKNOWN, "the head was not signed by the key that is trusted"))?;
        let mut line = format!("{} entries, {}", now.size, text("vouched"));
        if let Some((old, _)) = before {
            let epochs = head["epochs"].as_array().into_iter().flatten().filter_map(Value::as_str);
            let epochs = epochs.filter_map(|note| Epoch::open(&note.parse().ok()?, &trusted)).collect::<Vec<_>>();
            let kept = kept_since(&epochs, &old.origin, &now.origin)
                .ok_or_else(|| Failure::new(FORKED, "this is another log, and no signed epoch leads to it"))?;
            if old.size > kept {
                let why =
                    format!("{} entries that were known are gone after a restore, as the server says", old.size - kept);
                if !self.accept_gap {
                    return Err(Failure::new(GAP, why + "; --accept-gap goes on"));
                }
                line = format!("{line}; {why}");
            } else if old.size > now.size {
                let why = format!("the ledger has {} entries and had {}: it was cut", now.size, old.size);
                return Err(Failure::new(CUT, why));
            } else {
                let proof = remote.get(&format!("{path}/consistency?from={}&to={}", old.size, now.size))?;
                let hashes = proof["path"].as_array().into_iter().flatten();
                let hashes: Option<Vec<Hash>> = hashes.map(|hash| hash.as_str().and_then(from_hex)).collect();
                let hashes = hashes.ok_or_else(|| broken("the server's proof is none"))?;
                if !is_extended(old.size, &old.root, now.size, &now.root, &hashes) {
                    let why = format!("the first {} entries are not those that were known: rewritten", old.size);
                    return Err(Failure::new(FORKED, why));
                }
                line = format!("{line}; {} new", now.size - old.size);
            }
        } else if self.key.is_empty() {
            line = format!("{line}; its key is trusted from now on: {by}");
        }
        let state = json!({"ledger": self.ledger, "key": by.to_string(), "checkpoint": note.to_string()});
        put(&self.state, state.to_string().as_bytes())
            .map_err(|e| Failure::from(format!("{}: {e}", self.state.display())))?;
        remote.post(&format!("{path}/followers"), &json!({"size": now.size, "root": to_hex(&now.root)}))?;
        Ok(line)
    }

    fn before(&self) -> Result<(Checkpoint, PublicKey), Failure> {
        let bad = || Failure::from(format!("{}: this is no state of a ledger that was followed", self.state.display()));
        let checkpoint = Checkpoint::from_text(&kept_note(&self.state)?.text).map_err(|_| bad())?;
        let state: Value = serde_json::from_slice(&fs::read(&self.state).map_err(|_| bad())?).map_err(|_| bad())?;
        let key = state["key"].as_str().and_then(|key| key.parse().ok()).ok_or_else(bad)?;
        Ok((checkpoint, key))
    }
}

/// Whole or not at all: a state that is lost would let anything pass.
fn put(file: &Path, bytes: &[u8]) -> io::Result<()> {
    let temporary = file.with_added_extension("new");
    fs::write(&temporary, bytes)?;
    fs::File::open(&temporary)?.sync_all()?;
    fs::rename(&temporary, file)
}
