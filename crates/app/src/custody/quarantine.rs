//! A database that may lack what was already recorded takes nothing new until an operator says so.
//!
//! Beside the database, `DATA/ledger-head.json` names the newest entry of each ledger. A database that lacks one of
//! them was put back to an earlier state: whom it would send to whom might contradict what it no longer knows.

use super::local::everywhere;
use crate::{App, Error};
use std::{io, path::PathBuf};
use vouchsafe_ledger::act::Act;
use vouchsafe_store::{
    Error as StoreError,
    custody::quarantine::{self, Heads, Quarantine},
};

/// Longest reason for lifting one, in bytes.
const REASON_BYTES_MAX: usize = 2_000;

/// What is known of the newest entries.
pub enum Known {
    /// No file says anything.
    Nothing,
    /// The newest known entries.
    Heads(Heads),
    /// The file is there and says nothing that can be read.
    Unreadable,
}

impl App {
    fn known_file(&self) -> Result<PathBuf, Error> {
        Ok(self.data()?.join("ledger-head.json"))
    }

    /// What the data folder knows of the newest entries.
    pub fn known(&self) -> Result<Known, Error> {
        let path = self.known_file()?;
        match std::fs::read(&path) {
            Ok(text) => Ok(serde_json::from_slice(&text).map_or(Known::Unreadable, Known::Heads)),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Known::Nothing),
            Err(error) => Err(StoreError::Io { what: path.display().to_string(), error }.into()),
        }
    }

    /// The newest entries that can be read now. Durable a moment later: an embedded database shows a row while the
    /// disk still takes it.
    pub async fn newest(&self) -> Result<Heads, Error> {
        Ok(quarantine::heads(&mut self.store.read().await?).await?)
    }

    /// Keeps the newest entries, which are durable by now.
    pub fn remember(&self, heads: &Heads) -> Result<(), Error> {
        let path = self.known_file()?;
        let written = || -> io::Result<()> {
            let temporary = path.with_extension(format!("{}.tmp", std::process::id()));
            std::fs::write(&temporary, serde_json::to_vec(heads)?)?;
            std::fs::File::open(&temporary)?.sync_all()?;
            std::fs::rename(&temporary, &path)
        };
        Ok(written().map_err(|error| StoreError::Io { what: path.display().to_string(), error })?)
    }

    /// The quarantine in force, if there is one.
    pub async fn quarantine(&self) -> Result<Option<Quarantine>, Error> {
        Ok(quarantine::find(&mut self.store.read().await?).await?)
    }

    /// Compares the database with what is known of it, and begins a quarantine when it lacks something.
    pub async fn check_known(&self, nothing_known_is_bad: bool) -> Result<Option<Quarantine>, Error> {
        if let Some(found) = self.quarantine().await? {
            return Ok(Some(found));
        }
        let reason = match self.known()? {
            Known::Nothing if nothing_known_is_bad => {
                "nothing here says which entries the ledgers had, so what may be missing cannot be told".to_owned()
            }
            Known::Nothing => return Ok(None),
            Known::Unreadable => "ledger-head.json, which names the newest known entries, cannot be read".to_owned(),
            Known::Heads(known) => {
                let missing = quarantine::missing(&mut self.store.read().await?, &known).await?;
                if missing.is_empty() {
                    return Ok(None);
                }
                format!(
                    "the newest known entries of {} of {} ledgers are missing: this database is older than what was \
                     already recorded",
                    missing.len(),
                    known.len()
                )
            }
        };
        let (id, now) = (self.id().to_string(), self.now());
        let entries = everywhere(self, Act::QuarantineBegan).await?;
        let mut tx = self.store.write("quarantine").await?;
        quarantine::begin(&mut tx, &id, &reason, now).await?;
        tx.commit(entries.into_iter().map(|entry| entry.because("reason", reason.clone()))).await?;
        Ok(Some(Quarantine { id, reason, began_at: now }))
    }

    /// Lets the database take new work again. Every ledger says that it may lack entries, and why that was accepted.
    pub async fn lift_quarantine(&self, reason: &str) -> Result<(), Error> {
        if reason.trim().is_empty() || reason.len() > REASON_BYTES_MAX {
            return Err(Error::invalid("/reason", format!("must have 1 to {REASON_BYTES_MAX} bytes")));
        }
        let entries = everywhere(self, Act::QuarantineLifted).await?;
        let mut tx = self.store.write("lift_quarantine").await?;
        if quarantine::lift(&mut tx, self.now()).await? == 0 {
            return Err(Error::state("no_quarantine", "there is no quarantine to lift"));
        }
        tx.commit(entries.into_iter().map(|entry| entry.because("reason", reason))).await?;
        let heads = self.newest().await?;
        self.remember(&heads)
    }

    /// Records that the database came out of a backup.
    pub async fn restored(&self, version: &str, backup_at_us: i64) -> Result<(), Error> {
        let entries = everywhere(self, Act::BackupRestored).await?;
        let tx = self.store.write("restored").await?;
        tx.commit(entries.into_iter().map(|e| e.of("version", version).of("backup_at_us", backup_at_us))).await?;
        Ok(())
    }
}
