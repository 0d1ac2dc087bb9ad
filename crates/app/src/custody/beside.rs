//! What lies beside the database in DATA, and tells after a restore what it had.
//!
//! | file | holds |
//! |---|---|
//! | `ledger-head.json` | the newest entry of each ledger |
//! | `ledger-checkpoints.json` | the newest signed head of each |
//! | `ledger-epochs.json` | the signed beginnings of their epochs, also of those that a later restore lost |
//! | `ledger-stopped.json` | `ledger-head.json` once more, written when a server has stopped in order; gone while one runs |
//!
//! Each is written whole or not at all. None is trusted to be new: what a server records is noted here some seconds later, and all of it
//! only once it has stopped.

use super::ledger::sequence::Checkpoints;
use crate::{App, Error, releases::keys::replace};
use std::{
    fs, io,
    path::{Path, PathBuf},
};
use vouchsafe_store::{
    Error as StoreError,
    custody::{
        epochs::{self, Epochs},
        quarantine::{self, Heads},
    },
};

/// Names of the files, for whoever takes them to another place.
pub const FILES: [&str; 4] = [HEAD, CHECKPOINTS, EPOCHS, STOPPED];
const HEAD: &str = "ledger-head.json";
const CHECKPOINTS: &str = "ledger-checkpoints.json";
const EPOCHS: &str = "ledger-epochs.json";
const STOPPED: &str = "ledger-stopped.json";

/// What is known of the newest entries.
pub enum Known {
    /// No file says anything.
    Nothing,
    /// The newest known entries.
    Heads(Heads),
    /// The file is there and says nothing that can be read.
    Unreadable,
}

fn named(path: &Path, error: io::Error) -> Error {
    StoreError::Io { what: path.display().to_string(), error }.into()
}

/// A file's bytes; `None` when it is not there.
fn read(path: &Path) -> Result<Option<Vec<u8>>, Error> {
    match fs::read(path) {
        Ok(bytes) => Ok(Some(bytes)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(named(path, error)),
    }
}

impl App {
    fn beside(&self, name: &str) -> Result<PathBuf, Error> {
        Ok(self.data()?.join(name))
    }

    fn put_beside(&self, name: &str, bytes: &[u8]) -> Result<(), Error> {
        let path = self.beside(name)?;
        replace(&path, bytes).map_err(|error| named(&path, error))
    }

    /// What the data folder knows of the newest entries.
    pub fn known(&self) -> Result<Known, Error> {
        Ok(match read(&self.beside(HEAD)?)? {
            Some(text) => serde_json::from_slice(&text).map_or(Known::Unreadable, Known::Heads),
            None => Known::Nothing,
        })
    }

    /// The newest entries that can be read now. Durable a moment later: an embedded database shows a row while the
    /// disk still takes it.
    pub async fn newest(&self) -> Result<Heads, Error> {
        Ok(quarantine::heads(&mut self.store.read().await?).await?)
    }

    /// Keeps the newest entries, which are durable by now.
    pub fn remember(&self, heads: &Heads) -> Result<(), Error> {
        self.put_beside(HEAD, &serde_json::to_vec(heads).unwrap_or_default())
    }

    /// The signed heads that the data folder knows; none when it knows nothing that can be read.
    pub fn known_checkpoints(&self) -> Result<Checkpoints, Error> {
        let text = read(&self.beside(CHECKPOINTS)?)?.unwrap_or_default();
        Ok(serde_json::from_slice(&text).unwrap_or_default())
    }

    /// Keeps the newest signed heads, which are durable by now.
    pub fn remember_checkpoints(&self, checkpoints: &Checkpoints) -> Result<(), Error> {
        self.put_beside(CHECKPOINTS, &serde_json::to_vec(checkpoints).unwrap_or_default())
    }

    /// The beginnings of epochs that the data folder knows; none when it knows nothing that can be read.
    pub fn known_epochs(&self) -> Result<Epochs, Error> {
        let text = read(&self.beside(EPOCHS)?)?.unwrap_or_default();
        Ok(serde_json::from_slice(&text).unwrap_or_default())
    }

    /// Keeps the beginnings of epochs that the database has, with those that were kept before. A note that was signed anew takes
    /// the place of the same one.
    pub async fn remember_epochs(&self) -> Result<(), Error> {
        let mut all = epochs::all(&mut self.store.read().await?).await?;
        let kept = self.known_epochs()?;
        let said = |note: &str| note.split("\n\n").next().unwrap_or_default().to_owned();
        for (ledger, notes) in &kept {
            let all = all.entry(ledger.clone()).or_default();
            for note in notes {
                if !all.iter().any(|other| said(other) == said(note)) {
                    all.push(note.clone());
                }
            }
        }
        if all.is_empty() || all == kept {
            return Ok(());
        }
        self.put_beside(EPOCHS, &serde_json::to_vec(&all).unwrap_or_default())
    }

    /// Keeps beside the database what its newest entries and heads are, once they are on the disk. For a server that ends: what
    /// was signed in its last seconds may have been served.
    pub async fn remember_all(&self) -> Result<(), Error> {
        let (newest, signed) = (self.newest().await?, self.checkpoints().await?);
        self.store.write("remember").await?.abandon().await?;
        if !newest.is_empty() {
            self.remember(&newest)?;
        }
        if !signed.is_empty() {
            self.remember_checkpoints(&signed)?;
        }
        self.remember_epochs().await
    }

    /// Whether all that was ever recorded is noted here: a server stopped in order, and nothing was recorded since.
    pub fn stopped_in_order(&self) -> Result<bool, Error> {
        let stopped = read(&self.beside(STOPPED)?)?;
        Ok(stopped.is_some() && stopped == read(&self.beside(HEAD)?)?)
    }

    /// Notes all that was recorded, and that nothing is recorded any more.
    pub async fn stopped(&self) -> Result<(), Error> {
        // The newest entry by its time may not be the one that was committed last; the tree holds all.
        while self.number_entries().await? > 0 {}
        self.remember_all().await?;
        match read(&self.beside(HEAD)?)? {
            Some(heads) => self.put_beside(STOPPED, &heads),
            None => Ok(()),
        }
    }

    /// Something will be recorded. Before it is; durable.
    pub fn not_stopped(&self) -> Result<(), Error> {
        let path = self.beside(STOPPED)?;
        match fs::remove_file(&path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
            removed => removed.map_err(|error| named(&path, error))?,
        }
        let folder = self.data()?;
        fs::File::open(folder).and_then(|folder| folder.sync_all()).map_err(|error| named(folder, error))
    }
}
