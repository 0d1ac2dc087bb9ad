//! `vouchsafe ledger gap`: what an export from before a restore holds and the server has lost.
//!
//! The export is verified, and what the server kept must be its beginning: a restore is no excuse for a rewriting.

use super::{
    follow::{Server, Shown},
    keys,
    verify::judge,
};
use crate::{
    exit::{BROKEN, DONE, FORKED, Failure, SIGNER_UNKNOWN},
    remote::{Remote, escaped},
};
use clap::Args;
use serde_json::{Value, json};
use std::{fs, path::PathBuf};
use vouchsafe_ledger::{
    entry::leaf_hash,
    epoch::{Epoch, Mark, kept_since},
    handover::traced,
    tiles::{TILE_WIDTH, bundle_entries, bundle_path},
    tree::Frontier,
    verify::{Known, parts_path},
};

/// Which ledger, and what was kept of it.
#[derive(Args)]
pub(crate) struct Gap {
    /// A client's id, or `installation`.
    ledger: String,
    /// A folder that `ledger export` wrote before the restore.
    kept: PathBuf,
    /// A public key to trust, `vouchsafe:checkpoint:ed25519:…`, or a file that holds one a line. May be given again.
    #[arg(long, required = true)]
    key: Vec<String>,
}

impl Gap {
    pub(crate) fn run(&self, remote: &Remote, as_json: bool) -> Result<u8, Failure> {
        let broken = |why: &str| Failure::new(BROKEN, why);
        let pinned = keys(&self.key)?;
        let path = format!("/ledgers/{}", escaped(&self.ledger));
        let head = remote.get(&format!("{path}/checkpoint"))?;
        let shown = Shown::read(&head, &pinned, &[])?;
        // Whoever pinned the newest key may hold an export that one before it signed.
        let known = Known { keys: traced(&pinned, &shown.handovers), ..Known::default() };
        let (verdict, (word, code, lines)) = judge(&self.kept, &known);
        let Ok(report) = verdict else { return Err(Failure::new(code, format!("{word}: {}", lines.join("; ")))) };
        if !report.signer_known {
            return Err(Failure::new(SIGNER_UNKNOWN, "the export was not signed by a pinned key"));
        }
        let (epochs, now) = (shown.epochs(), shown.now);
        let old = &report.checkpoint;
        let left = kept_since(&epochs, &old.origin, &now.origin)
            .ok_or_else(|| Failure::new(FORKED, "this is another log, and no signed epoch leads to it"))?;
        // What any epoch kept, and is in the export and in the log now, is what both begin with.
        let reaches =
            |epoch: &&Epoch, log| kept_since(&epochs, &epoch.origin, log).is_some_and(|n| epoch.kept.size <= n);
        let kept = epochs.iter().filter(|epoch| reaches(epoch, &old.origin) && reaches(epoch, &now.origin));
        let marks = kept.map(|epoch| epoch.kept).filter(|kept| kept.size <= old.size);
        // Without an epoch since, the server's own head is compared, where the export reaches that far.
        let head = Mark { size: now.size, root: now.root };
        let marks: Vec<Mark> = marks.chain(Some(head).filter(|head| head.size <= left)).collect();
        // And what the server shows begins with that.
        let server = Server { remote, path: &path, now: &now };
        for mark in &marks {
            server.continues(mark.size, &mark.root)?;
        }
        let (mut tree, mut lost) = (Frontier::new(), 0);
        let forked =
            |size| Failure::new(FORKED, format!("the first {size} entries are not those of the export: rewritten"));
        let wrong = |tree: &Frontier| marks.iter().any(|mark| mark.size == tree.size() && mark.root != tree.root());
        while tree.size() < old.size {
            let (bundle, width) = (tree.size() / TILE_WIDTH, (old.size - tree.size()).min(TILE_WIDTH));
            let read = |path: String| fs::read(self.kept.join(path)).unwrap_or_default();
            let data = read(bundle_path(bundle, width));
            let parts = String::from_utf8(read(parts_path(bundle, width))).unwrap_or_default();
            let mut parts = parts.lines();
            for leaf in bundle_entries(&data).ok_or_else(|| broken("the export was cut"))? {
                let said = parts.next().and_then(|line| serde_json::from_str::<Value>(line).ok()).unwrap_or_default();
                if tree.size() >= left {
                    lost += 1;
                    println!("{}", line(tree.size(), &said, as_json));
                }
                tree.push(leaf_hash(leaf), |_, _| {});
                if wrong(&tree) {
                    return Err(forked(tree.size()));
                }
            }
        }
        eprintln!("{lost} entries of the export are gone; the {} before them are what they were", old.size - lost);
        Ok(DONE)
    }
}

/// What an entry says, in one line.
fn line(index: u64, parts: &Value, as_json: bool) -> String {
    let said = |name: &str| -> Value {
        parts[name]["text"].as_str().and_then(|text| serde_json::from_str(text).ok()).unwrap_or_default()
    };
    if as_json {
        return json!({"index": index, "act": said("act"), "object": said("object"), "person": said("person")})
            .to_string();
    }
    let (mut act, object, person) = (said("act"), said("object"), said("person"));
    let word = act["act"].as_str().unwrap_or("(withheld)").to_owned();
    let at = act["at_us"].as_i64().map(|at| vouchsafe_domain::time::Micros(at).to_string()).unwrap_or_default();
    if let Some(act) = act.as_object_mut() {
        act.retain(|name, _| name == "reason" || name == "kind");
    }
    let named = |of: &Value| {
        let one = |(name, value): (&String, &Value)| {
            format!(" {name}={}", value.as_str().map_or_else(|| value.to_string(), str::to_owned))
        };
        of.as_object().into_iter().flatten().map(one).collect::<String>()
    };
    format!("{index} {at} {word}{}{}{}", named(&act), named(&object), named(&person))
}
