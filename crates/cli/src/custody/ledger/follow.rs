//! `vouchsafe ledger follow`: keeps a ledger's newest head in a file and accepts only heads that continue it.
//!
//! Earlier heads are kept too, the newest densely: after a restore the newest head vouches for entries that are gone, and
//! one of the earlier says whether what is left is what it was. So are hand-overs: a key hands over once; and beginnings of epochs: after
//! another restore the server may know no longer which log it showed between the two.

use super::{kept::Kept, keys};
use crate::{
    exit::{BROKEN, BUSY, CUT, DONE, FORKED, Failure, GAP, SIGNER_UNKNOWN, UNREACHABLE},
    remote::{Remote, escaped},
    whole::{self, Readers},
};
use clap::Args;
use serde_json::{Value, json};
use std::{path::PathBuf, thread, time::Duration};
use vouchsafe_ledger::{
    checkpoint::Checkpoint,
    epoch::{Epoch, kept_since},
    handover::{self, Handover, HandoverError},
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
    /// Go on after a gap that the server names, signed, where what lies before it is what was known.
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
        let before = if self.state.exists() { Some(Kept::read(&self.state)?) } else { None };
        let pinned = match (&before, self.key.is_empty()) {
            (_, false) => keys(&self.key)?,
            (Some(kept), true) => vec![kept.key],
            (None, true) => {
                vec![text("key").parse().map_err(|_| Failure::new(BROKEN, "the server names no key"))?]
            }
        };
        let known = before.as_ref().map(|kept| &kept.handovers[..]).unwrap_or_default();
        let Shown { note, now, by, handovers, mut begun } = Shown::read(&head, &pinned, known)?;
        for kept in before.iter().flat_map(|kept| &kept.epochs) {
            if !begun.iter().any(|shown| shown.text == kept.text) {
                begun.push(kept.clone());
            }
        }
        let epochs: Vec<Epoch> = begun.iter().filter_map(|note| Epoch::from_text(&note.text)).collect();
        let mut line = format!("{} entries, {}", now.size, text("vouched"));
        if let Some(kept) = &before {
            let server = Server { remote, path: &path, now: &now };
            line = format!("{line}; {}", server.compare(kept, &epochs, self.accept_gap)?);
        } else if self.key.is_empty() {
            line = format!("{line}; its key is trusted from now on: {by}");
        }
        let earlier = before.map(Kept::into_earlier).unwrap_or_default();
        let earlier: Vec<String> = earlier.iter().filter(|old| old.text != note.text).map(Note::to_string).collect();
        let handovers: String = handovers.iter().map(Handover::to_text).collect();
        let state = json!({
            "ledger": self.ledger, "key": by.to_string(), "checkpoint": note.to_string(), "handovers": handovers,
            "earlier": earlier, "epochs": begun.iter().map(Note::to_string).collect::<Vec<_>>(),
        });
        // A state that is lost would let anything pass.
        whole::put(&self.state, state.to_string().as_bytes(), Readers::Any)?;
        remote.post(&format!("{path}/followers"), &json!({"size": now.size, "root": to_hex(&now.root)}))?;
        Ok(line)
    }
}

/// What a server shows of a log, signed by a key that is trusted.
pub(super) struct Shown {
    note: Note,
    pub(super) now: Checkpoint,
    /// Who signed it.
    by: PublicKey,
    pub(super) handovers: Vec<Handover>,
    /// The beginnings of epochs, signed by a key that is trusted.
    begun: Vec<Note>,
}

impl Shown {
    /// Reads the answer about a ledger's newest head. `known`: hand-overs that were shown before.
    pub(super) fn read(head: &Value, pinned: &[PublicKey], known: &[Handover]) -> Result<Self, Failure> {
        let broken = |why: &str| Failure::new(BROKEN, why);
        let text = |name: &str| head[name].as_str().unwrap_or_default();
        let note: Note = text("checkpoint").parse().map_err(|_| broken("the server's answer holds no checkpoint"))?;
        let handovers = handover::read(text("handovers")).and_then(|read| handover::joined(known, &read));
        let handovers = handovers.map_err(|error| match error {
            HandoverError::Twice(_) => Failure::new(FORKED, error.to_string()),
            _ => broken(&error.to_string()),
        })?;
        let trusted = handover::followed(pinned, &handovers);
        let (now, by) = Checkpoint::open(&note, &trusted).map_err(|_| broken("the server's checkpoint is none"))?;
        let by =
            *by.ok_or_else(|| Failure::new(SIGNER_UNKNOWN, "the head was not signed by the key that is trusted"))?;
        if !handover::in_use(&trusted, &handovers).contains(&by) {
            let why = "the head was signed by a key that had handed over to another: whoever holds it should not";
            return Err(Failure::new(FORKED, why));
        }
        let begun = head["epochs"].as_array().into_iter().flatten().filter_map(|note| note.as_str()?.parse().ok());
        let begun = begun.filter(|note| Epoch::open(note, &trusted).is_some()).collect();
        Ok(Self { note, now, by, handovers, begun })
    }

    /// What the beginnings of epochs say.
    pub(super) fn epochs(&self) -> Vec<Epoch> {
        self.begun.iter().filter_map(|note| Epoch::from_text(&note.text)).collect()
    }
}

/// The log as the server shows it now.
pub(super) struct Server<'s> {
    pub(super) remote: &'s Remote,
    pub(super) path: &'s str,
    pub(super) now: &'s Checkpoint,
}

impl Server<'_> {
    /// Whether it continues what was kept; what there is to say of that.
    fn compare(&self, kept: &Kept, epochs: &[Epoch], accept_gap: bool) -> Result<String, Failure> {
        let (old, now) = (&kept.head, self.now);
        let other = || Failure::new(FORKED, "this is another log, and no signed epoch leads to it");
        let left = kept_since(epochs, &old.origin, &now.origin).ok_or_else(other)?;
        // A note that was shown once and is left out now would have earlier heads compared with nothing.
        if kept.heads().any(|head| kept_since(epochs, &head.origin, &now.origin).is_none()) {
            return Err(other());
        }
        if let Some(epoch) = epochs.iter().find(|epoch| kept.heads().any(|head| epoch.denies(&head))) {
            let why = format!("epoch {} names another root than the head that was kept: rewritten", epoch.number);
            return Err(Failure::new(FORKED, why));
        }
        if old.size <= left {
            if old.size > now.size {
                let why = format!("the ledger has {} entries and had {}: it was cut", now.size, old.size);
                return Err(Failure::new(CUT, why));
            }
            self.continues(old.size, &old.root)?;
            return Ok(format!("{} new", now.size - old.size));
        }
        // A gap is named. What lies before it must be what it was: as the epochs since say, signed, and as the heads say that
        // were kept from when the log was not longer than what is left.
        if left > now.size {
            let why = format!("the ledger has {} entries, and an epoch kept {left}: it was cut", now.size);
            return Err(Failure::new(CUT, why));
        }
        for epoch in epochs {
            let still = kept_since(epochs, &epoch.origin, &now.origin);
            if still.is_some_and(|still| epoch.kept.size <= still) {
                self.continues(epoch.kept.size, &epoch.kept.root)?;
            }
        }
        let reach = |head: &Checkpoint| kept_since(epochs, &head.origin, &now.origin).unwrap_or_default();
        let newest = kept.heads().filter(|head| head.size <= left.min(reach(head))).max_by_key(|head| head.size);
        if let Some(head) = &newest {
            self.continues(head.size, &head.root)?;
        }
        let same = newest.map_or(0, |head| head.size);
        let why = format!(
            "{} entries that were known are gone after a restore, as the server says; of the {left} before them the first \
             {same} are those that were known, and nothing that was kept says what the other {} were",
            old.size - left,
            left - same,
        );
        if accept_gap { Ok(why) } else { Err(Failure::new(GAP, why + "; --accept-gap goes on")) }
    }

    /// Asks for the proof that the log of so many entries and that root is the beginning of this one.
    pub(super) fn continues(&self, size: u64, root: &Hash) -> Result<(), Failure> {
        let proof = self.remote.get(&format!("{}/consistency?from={size}&to={}", self.path, self.now.size))?;
        let hashes = proof["path"].as_array().into_iter().flatten();
        let hashes: Option<Vec<Hash>> = hashes.map(|hash| hash.as_str().and_then(from_hex)).collect();
        let hashes = hashes.ok_or_else(|| Failure::new(BROKEN, "the server's proof is none"))?;
        if is_extended(size, root, self.now.size, &self.now.root, &hashes) {
            return Ok(());
        }
        Err(Failure::new(FORKED, format!("the first {size} entries are not those that were known: rewritten")))
    }
}
