//! Signing keys: one file a purpose, outside the database, read by the server alone.
//!
//! They lie in `keys/signing` below the data folder. Client keys cannot be named into that folder, and a backup of
//! the database holds none of them.

use crate::{App, Error};
use serde::Serialize;
use std::{
    io::{self, Write},
    os::unix::fs::OpenOptionsExt,
    path::Path,
};
use vouchsafe_ledger::{
    act::Act,
    entry::{Entry, LedgerOf},
    signing::{Purpose, SecretKey},
};
use vouchsafe_store::seal;

/// A public key, to pin.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct KeyListed {
    /// What it signs: `release` or `checkpoint`; `receipt` or `bundle` where there is such a key.
    pub purpose: &'static str,
    /// 32 hex digits, as a signature names it.
    pub id: String,
    /// One line: `vouchsafe:release:ed25519:…`.
    pub public: String,
    /// Signed hand-overs from earlier keys of this purpose, oldest first: whoever pinned one of those may follow. Empty
    /// when there were none.
    pub handovers: String,
}

impl App {
    /// The public keys of this installation, by purpose. Asked for the first time, those of releases and checkpoints are
    /// made, so that they can be pinned before the first delivery.
    pub async fn signing_keys(&self) -> Result<Vec<KeyListed>, Error> {
        let mut keys = Vec::new();
        for purpose in Purpose::ALL {
            let made = matches!(purpose, Purpose::Release | Purpose::Checkpoint);
            if !made && self.kept_signing_key(purpose)?.is_none() {
                continue;
            }
            let public = self.signing_key(purpose).await?.public();
            keys.push(KeyListed {
                purpose: purpose.word(),
                id: public.id(),
                public: public.to_string(),
                handovers: self.handovers(purpose)?,
            });
        }
        Ok(keys)
    }

    /// The secret key of a purpose, made at first use. That it was made is recorded before it exists: a crash between
    /// leaves an entry without a key, never a key without an entry.
    pub(crate) async fn signing_key(&self, purpose: Purpose) -> Result<SecretKey, Error> {
        if let Some(key) = self.kept_signing_key(purpose)? {
            return Ok(key);
        }
        let dir = self.data()?.join("keys").join("signing");
        let file = dir.join(purpose.word());
        let mut random = [0; 32];
        seal::random(&mut random);
        let key = SecretKey::from_random(purpose, &random);
        let tx = self.store.write("signing_key").await?;
        let entry = Entry::new(LedgerOf::Installation, Act::SigningKeyCreated, self.now().0)
            .of("purpose", purpose.word())
            .of("key", key.public().id());
        tx.commit([entry]).await?;
        match write(&dir, &file, &key) {
            Ok(()) => Ok(key),
            // Another process was first; its key is the one.
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
                read(&file, purpose)?.ok_or_else(|| broken(io::ErrorKind::NotFound.into()))
            }
            Err(error) => Err(broken(error)),
        }
    }

    /// The secret key of a purpose; `None` where none was made yet.
    pub(crate) fn kept_signing_key(&self, purpose: Purpose) -> Result<Option<SecretKey>, Error> {
        read(&self.data()?.join("keys").join("signing").join(purpose.word()), purpose)
    }
}

/// Puts a file in the place of another, whole or not at all.
pub(crate) fn replace(file: &Path, bytes: &[u8]) -> io::Result<()> {
    let temporary = file.with_extension(format!("{}.new", std::process::id()));
    match std::fs::remove_file(&temporary) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    let mut to = std::fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(&temporary)?;
    to.write_all(bytes)?;
    to.sync_all()?;
    std::fs::rename(&temporary, file)?;
    file.parent().map_or(Ok(()), |folder| std::fs::File::open(folder)?.sync_all())
}

pub(crate) fn broken(error: io::Error) -> Error {
    Error::Store(vouchsafe_store::Error::Io { what: "a signing key".into(), error })
}

pub(crate) fn read(file: &Path, purpose: Purpose) -> Result<Option<SecretKey>, Error> {
    let text = match std::fs::read_to_string(file) {
        Ok(text) => text,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(broken(error)),
    };
    let key = SecretKey::from_text(&text).map_err(|error| broken(io::Error::other(error)))?;
    if key.purpose() == purpose {
        Ok(Some(key))
    } else {
        Err(broken(io::Error::other("its file holds a key of another purpose")))
    }
}

/// Under a temporary name first: whoever finds the file finds it whole. Never over a key that is there.
fn write(dir: &Path, file: &Path, key: &SecretKey) -> io::Result<()> {
    std::fs::create_dir_all(dir)?;
    let temporary = file.with_extension(key.public().id());
    let mut to = std::fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(&temporary)?;
    let written = to.write_all(key.to_text().as_bytes()).and_then(|()| to.sync_all());
    let linked = written.and_then(|()| std::fs::hard_link(&temporary, file));
    std::fs::remove_file(&temporary)?;
    linked?;
    std::fs::File::open(dir)?.sync_all()
}
