//! The job that numbers entries, grows the trees and signs their heads.

use crate::{App, Error, access::new_secret, custody::local::in_all};
use std::collections::BTreeMap;
use vouchsafe_domain::time::Micros;
use vouchsafe_ledger::{act::Act, checkpoint::Checkpoint, epoch::Epoch, note::Note, signing::Purpose};
use vouchsafe_store::{
    Error as StoreError,
    custody::{epochs, sequence},
};

/// Transactions of one ledger in a row, before the others have their turn.
const IN_A_ROW: u32 = 32;
/// By how much the clock may step back before that is recorded.
const STEP_BACK_MIN: i64 = Micros::SECOND;
/// By how much it may step ahead: a machine that is busy or slept for a moment does so too.
const STEP_AHEAD_MIN: i64 = 10 * Micros::SECOND;

/// The newest checkpoint of each ledger, by its name.
pub type Checkpoints = BTreeMap<String, String>;

impl App {
    /// Numbers what waits, in every ledger. How many entries there were; call again while that is not 0.
    pub async fn number_entries(&self) -> Result<u64, Error> {
        let waiting = sequence::waiting(&mut self.store.read().await?).await?;
        if waiting.is_empty() {
            return Ok(0);
        }
        // Made here at first use: inside a transaction nobody could record that.
        self.signing_key(Purpose::Checkpoint).await?;
        let mut all = 0;
        for ledger in waiting {
            for _ in 0..IN_A_ROW {
                let fresh = new_secret();
                // Read once the entries are chosen: one that says that the key handed over is signed by the next.
                let key = || self.kept_signing_key(Purpose::Checkpoint).ok().flatten().ok_or(StoreError::Conflict);
                match sequence::number(&self.store, &ledger, &key, &fresh[..32], self.now()).await {
                    // All have their numbers, or another process was at it.
                    Ok(0) | Err(StoreError::Conflict) => break,
                    Ok(numbered) => all += u64::from(numbered),
                    Err(error) => return Err(error.into()),
                }
            }
        }
        Ok(all)
    }

    /// Records it when the clock stepped between two turns of the job, `elapsed_us` after `last` by a clock that nobody
    /// sets. What time it is now.
    pub async fn watch_clock(&self, last: Micros, elapsed_us: i64) -> Result<Micros, Error> {
        let now = self.now();
        let stepped_us = now.since(last) - elapsed_us;
        if stepped_us <= -STEP_BACK_MIN {
            self.clock_stepped(Act::ClockSteppedBack, "back_us", -stepped_us).await?;
        } else if stepped_us >= STEP_AHEAD_MIN {
            self.clock_stepped(Act::ClockSteppedAhead, "ahead_us", stepped_us).await?;
        }
        Ok(now)
    }

    /// Records it when the clock says less than the newest head that was signed: it stepped back while nobody watched.
    pub async fn watch_clock_at_start(&self) -> Result<(), Error> {
        let heads = sequence::heads(&mut self.store.read().await?, Micros(-1)).await?;
        let newest = heads.iter().map(|(_, _, at)| *at).max().unwrap_or_default();
        let back_us = newest.since(self.now());
        if back_us >= STEP_BACK_MIN {
            self.clock_stepped(Act::ClockSteppedBack, "back_us", back_us).await?;
        }
        Ok(())
    }

    async fn clock_stepped(&self, act: Act, by: &str, us: i64) -> Result<(), Error> {
        let entries = in_all(self, act).await?.into_iter().map(|entry| entry.because(by, us).by("job", "clock"));
        self.store.write("watch_clock").await?.commit(entries).await?;
        Ok(())
    }

    /// The newest checkpoint of each ledger.
    pub async fn checkpoints(&self) -> Result<Checkpoints, Error> {
        let heads = sequence::heads(&mut self.store.read().await?, Micros(-1)).await?;
        Ok(heads.into_iter().map(|(ledger, note, _)| (ledger, note)).collect())
    }

    /// The ledgers whose tree is no continuation of the checkpoint that is known of it, with that checkpoint.
    pub(crate) async fn not_continued(&self, known: &Checkpoints) -> Result<Vec<(String, Checkpoint)>, Error> {
        let mut behind = Vec::new();
        for (ledger, note) in known {
            let Ok(known) = note.parse::<Note>().and_then(|note| Checkpoint::from_text(&note.text)) else { continue };
            let mut on = self.store.read().await?;
            let Some(tree) = sequence::tree(&mut on, ledger).await? else {
                behind.push((ledger.clone(), known));
                continue;
            };
            if tree.origin != known.origin {
                // A later epoch began since and names that log; an earlier one means that the later is gone.
                let later = epochs::of_ledger(&mut on, ledger).await?;
                let later = later.iter().filter_map(|note| Epoch::from_text(&note.parse::<Note>().ok()?.text));
                let names = |epoch: Epoch| {
                    epoch.previous == known.origin || epoch.known.is_some_and(|lost| lost.origin == known.origin)
                };
                if !later.into_iter().any(names) {
                    behind.push((ledger.clone(), known));
                }
                continue;
            }
            let root = if known.size > tree.size {
                epochs::root_with_waiting(&mut on, ledger, &tree, known.size).await?
            } else {
                Some(super::read::root_at(&mut on, ledger, known.size).await?)
            };
            if root != Some(known.root) {
                behind.push((ledger.clone(), known));
            }
        }
        Ok(behind)
    }
}
