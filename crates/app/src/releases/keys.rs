//! Signing keys: one file a purpose, outside the database, read by the server alone.
//!
//! They lie in `keys/signing` below the data folder. Client keys cannot be named into that folder, and a backup of
//! the database holds none of them.

use crate::{App, Error};
use serde::Serialize;
use std::{
    io::{self, Write},
    os::unix::fs::OpenOptionsExt,
    path::{Path, PathBuf},
};
use vouchsafe_ledger::{
    act::Act,
    entry::{Entry, LedgerOf},
    signing::{PublicKey, Purpose, SecretKey},
};
use vouchsafe_store::{custody::signing_keys, seal};

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

/// A key that nobody had before.
pub(crate) fn fresh(purpose: Purpose) -> SecretKey {
    let mut random = [0; 32];
    seal::random(&mut random);
    SecretKey::from_random(purpose, &random)
}

impl App {
    /// The public keys of this installation, by purpose. Asked for the first time, those of releases and checkpoints are
    /// made, so that they can be pinned before the first delivery.
    pub async fn signing_keys(&self) -> Result<Vec<KeyListed>, Error> {
        for purpose in [Purpose::Release, Purpose::Checkpoint] {
            self.signing_key(purpose).await?;
        }
        self.kept_signing_keys()
    }

    /// As [`App::signing_keys`], of those that were made.
    pub fn kept_signing_keys(&self) -> Result<Vec<KeyListed>, Error> {
        let mut keys = Vec::new();
        for purpose in Purpose::ALL {
            let Some(key) = self.kept_signing_key(purpose)? else { continue };
            let public = key.public();
            keys.push(KeyListed {
                purpose: purpose.word(),
                id: public.id(),
                public: public.to_string(),
                handovers: self.handovers(purpose)?,
            });
        }
        Ok(keys)
    }

    /// The secret key of a purpose, made at first use and never in place of one that is lost. It lies under a name of its own
    /// until it is recorded that it was made: a crash between leaves no key in use without an entry.
    pub(crate) async fn signing_key(&self, purpose: Purpose) -> Result<SecretKey, Error> {
        if let Some(key) = self.kept_signing_key(purpose)? {
            return Ok(key);
        }
        if let Some(known) = signing_keys::known(&mut self.store.read().await?, purpose.word()).await? {
            return self.recorded_signing_key(purpose, &known);
        }
        let (folder, now) = (self.signing_folder()?, self.now());
        let key = fresh(purpose);
        put_by(&folder, &key).map_err(broken)?;
        let mut tx = self.store.write("signing_key").await?;
        if !signing_keys::made(&mut tx, purpose.word(), &key.public().to_string(), now).await? {
            // Another process was first; its key is the one.
            tx.abandon().await?;
            std::fs::remove_file(put_by_name(&folder, &key.public())).map_err(broken)?;
            let known = signing_keys::known(&mut self.store.read().await?, purpose.word()).await?;
            return self.recorded_signing_key(purpose, &known.unwrap_or_default());
        }
        let entry = Entry::new(LedgerOf::Installation, Act::SigningKeyCreated, now.0)
            .of("purpose", purpose.word())
            .of("key", key.public().id());
        tx.commit([entry]).await?;
        self.recorded_signing_key(purpose, &key.public().to_string())
    }

    /// The key of which the database says that it was made: where a crash left it by, it is put in its place.
    fn recorded_signing_key(&self, purpose: Purpose, known: &str) -> Result<SecretKey, Error> {
        let lost = || {
            Error::state(
                "signing_key_lost",
                format!(
                    "the key for `{purpose}` that was made, {known}, is not in keys/signing below the data folder: put its file back, or, \
                     if it is lost for good, run `vouchsafe ledger rotate-key --purpose {purpose} --lost`"
                ),
            )
        };
        let public: PublicKey = known.parse().map_err(|_| lost())?;
        let (folder, by) = (self.signing_folder()?, put_by_name(&self.signing_folder()?, &public));
        match std::fs::hard_link(&by, folder.join(purpose.word())) {
            Ok(()) => {
                std::fs::remove_file(&by).map_err(broken)?;
                std::fs::File::open(&folder).and_then(|folder| folder.sync_all()).map_err(broken)?;
            }
            // Another process did it at the same moment, or nobody has it.
            Err(error) if matches!(error.kind(), io::ErrorKind::AlreadyExists | io::ErrorKind::NotFound) => {}
            Err(error) => return Err(broken(error)),
        }
        self.kept_signing_key(purpose)?.ok_or_else(lost)
    }

    /// Says which key is lost, if one is: nothing may be signed by another until somebody decided that.
    pub async fn no_signing_key_is_lost(&self) -> Result<(), Error> {
        for purpose in Purpose::ALL {
            if self.kept_signing_key(purpose)?.is_none()
                && let Some(known) = signing_keys::known(&mut self.store.read().await?, purpose.word()).await?
            {
                self.recorded_signing_key(purpose, &known)?;
            }
        }
        Ok(())
    }

    /// The secret key of a purpose; `None` where none was made yet, or it is lost.
    pub(crate) fn kept_signing_key(&self, purpose: Purpose) -> Result<Option<SecretKey>, Error> {
        read(&self.signing_folder()?.join(purpose.word()), purpose)
    }

    pub(crate) fn signing_folder(&self) -> Result<PathBuf, Error> {
        Ok(self.data()?.join("keys").join("signing"))
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

/// Where a key lies until it is recorded.
fn put_by_name(folder: &Path, public: &PublicKey) -> PathBuf {
    folder.join(public.purpose().word()).with_extension(public.id())
}

pub(crate) fn put_by(folder: &Path, key: &SecretKey) -> io::Result<()> {
    std::fs::create_dir_all(folder)?;
    let name = put_by_name(folder, &key.public());
    let mut to = std::fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(name)?;
    to.write_all(key.to_text().as_bytes())?;
    to.sync_all()?;
    std::fs::File::open(folder)?.sync_all()
}
