//! Keys: one key-encryption key per client from a file, the environment or a command, and what it wraps.
//!
//! A client's *data key* is wrapped by the client's own key-encryption key: without it nothing of the
//! client's content opens, backups included. The client's *ledger key* is wrapped by the installation's
//! key, so that what was disclosed can still be shown after the client withdrew. Sources are named by an
//! administrator but live in a directory of the machine (`DIR/NAME` for files and commands,
//! `VOUCHSAFE_KEY_NAME` for the environment), so that the API cannot point the server at any file or program.

use crate::{
    Error,
    custody::face::Face,
    seal::{self, Key, Place, Sealed},
    work::parsed::Remembered,
};
use serde::{Deserialize, Serialize};
use std::{
    collections::{HashMap, HashSet},
    io,
    path::PathBuf,
    sync::{Arc, Mutex, OnceLock, PoisonError, RwLock},
    time::{Duration, Instant},
};
use vouchsafe_domain::{
    hex::{hex, unhex},
    ids::ClientId,
};

/// A key that its source has not confirmed for this long is no longer used.
pub const WITHDRAWN_AFTER: Duration = Duration::from_mins(1);
/// How often each loaded key is asked for again.
pub const ASK_EVERY: Duration = Duration::from_secs(20);
/// A command that gives a key may take this long.
const COMMAND_TAKES_MAX: Duration = Duration::from_secs(10);

/// Why a client's content cannot be opened now.
#[derive(Debug, Clone, thiserror::Error, PartialEq, Eq)]
pub enum NoKey {
    /// The source refused or is gone.
    #[error("withdrawn: {0}")]
    Withdrawn(String),
    /// The source gave a key that does not open the client's data key.
    #[error("wrong: the source gave a key that does not open this client's data key")]
    Wrong,
    /// The data key was destroyed for good.
    #[error("destroyed")]
    Destroyed,
}

/// Where a key-encryption key comes from.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(tag = "source", content = "value", rename_all = "snake_case")]
pub enum KeySource {
    /// A file of the key directory with 64 hex digits.
    File(String),
    /// An environment variable `VOUCHSAFE_KEY_…` with 64 hex digits.
    Env(String),
    /// An executable of the key directory that prints 64 hex digits within 10 s.
    Command(String),
}

/// The name of a key source is not allowed.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum BadSource {
    /// A path or an empty name.
    #[error("`{0}` is not a plain name of at most 64 letters, digits, `-`, `_` and `.`, the first no dot")]
    Name(String),
    /// An environment variable that is not ours.
    #[error("`{0}` does not begin with VOUCHSAFE_KEY_")]
    Env(String),
}

impl KeySource {
    /// Refuses names that could reach outside the key directory.
    pub fn check(&self) -> Result<(), BadSource> {
        let (Self::File(name) | Self::Env(name) | Self::Command(name)) = self;
        let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
        if name.is_empty() || name.len() > 64 || name.starts_with('.') || !name.chars().all(plain) {
            return Err(BadSource::Name(name.chars().take(64).collect()));
        }
        if matches!(self, Self::Env(_)) && !name.starts_with("VOUCHSAFE_KEY_") {
            return Err(BadSource::Env(name.clone()));
        }
        Ok(())
    }

    /// What [`Self::fetch`] says where there is no such source.
    pub fn absent(&self) -> NoKey {
        let (what, why) = match self {
            Self::File(_) => ("its file", io::ErrorKind::NotFound.to_string()),
            Self::Env(_) => ("its environment variable", "not set".to_owned()),
            Self::Command(_) => ("its command", io::ErrorKind::NotFound.to_string()),
        };
        NoKey::Withdrawn(format!("{what} did not give a key ({why})"))
    }

    /// Asks the source for its key.
    pub async fn fetch(&self, dir: &std::path::Path) -> Result<Key, NoKey> {
        self.check().map_err(|e| NoKey::Withdrawn(e.to_string()))?;
        let gone =
            |what: &str, why: &dyn std::fmt::Display| NoKey::Withdrawn(format!("{what} did not give a key ({why})"));
        let text = match self {
            Self::File(name) => {
                tokio::fs::read_to_string(dir.join(name)).await.map_err(|e| gone("its file", &e.kind()))?
            }
            Self::Env(name) => std::env::var(name).map_err(|_| gone("its environment variable", &"not set"))?,
            Self::Command(name) => {
                let child = tokio::process::Command::new(dir.join(name))
                    .stdin(std::process::Stdio::null())
                    .kill_on_drop(true)
                    .output();
                let output = tokio::time::timeout(COMMAND_TAKES_MAX, child)
                    .await
                    .map_err(|_| gone("its command", &"no answer within 10 s"))?
                    .map_err(|e| gone("its command", &e.kind()))?;
                if !output.status.success() {
                    return Err(gone("its command", &output.status));
                }
                String::from_utf8(output.stdout).map_err(|_| gone("its command", &"not text"))?
            }
        };
        parse_hex(text.trim()).ok_or_else(|| gone("its source", &"64 hex digits are expected"))
    }
}

/// A key from 64 hex digits.
pub fn parse_hex(text: &str) -> Option<Key> {
    Some(Key(unhex(text)?.try_into().ok()?))
}

/// 64 hex digits, the form of a key in a file.
pub fn to_hex(key: &Key) -> String {
    hex(&key.0)
}

/// What a client's data key gives, one key a purpose.
#[derive(Debug)]
pub struct ClientKeys {
    /// Seals content.
    pub content: Key,
    /// Keys the index over external ids and metadata.
    pub index: Key,
    /// Keys content hashes in the ledger.
    pub hash: Key,
    /// Keys pseudonyms, so that two clients cannot join their releases: the ledger's own names, and one person has one.
    pub pseudonym: Key,
    /// What was parsed with these keys and is forgotten with them.
    pub(crate) schemas: Remembered,
    /// The client's names, once they were read.
    pub(crate) face: OnceLock<Arc<Face>>,
}

impl ClientKeys {
    fn of(data: &Key, ledger: &Key) -> Self {
        Self {
            content: data.derive("content"),
            index: data.derive("index"),
            hash: data.derive("hash"),
            pseudonym: ledger.derive("names"),
            schemas: Remembered::default(),
            face: OnceLock::new(),
        }
    }
}

/// A client's wrapped keys and their source, as a row holds them.
#[derive(Clone, Debug)]
pub struct Wrapped {
    /// Where the key-encryption key comes from.
    pub source: KeySource,
    /// The data key under it; `None` once destroyed.
    pub data: Option<Sealed>,
    /// The ledger key under the installation's.
    pub ledger: Sealed,
}

/// The keys in memory. Plaintext keys live here and nowhere else.
pub struct Keyring {
    dir: PathBuf,
    installation: Key,
    /// Under which clients' ledgers name versions of exposures.
    exposure: Key,
    clients: RwLock<HashMap<ClientId, Loaded>>,
    ledgers: RwLock<HashMap<String, Key>>,
    withdrawn: Mutex<HashSet<ClientId>>,
    destroyed: Mutex<HashSet<ClientId>>,
    /// Clients of whose keys in memory their ledgers know.
    told: Mutex<HashSet<ClientId>>,
}

struct Loaded {
    keys: Arc<ClientKeys>,
    wrapped: Wrapped,
    confirmed: Instant,
}

impl Keyring {
    /// A ring with the installation's key; `dir` holds the files and commands of the clients' sources.
    pub fn new(dir: PathBuf, installation: Key) -> Self {
        Self {
            dir,
            exposure: installation.derive("exposure"),
            installation,
            clients: RwLock::default(),
            ledgers: RwLock::default(),
            withdrawn: Mutex::default(),
            destroyed: Mutex::default(),
            told: Mutex::default(),
        }
    }

    /// The installation's key for one purpose: names, addresses and second factors of people.
    pub fn installation(&self, purpose: &str) -> Key {
        self.installation.derive(purpose)
    }

    /// A version of a person's exposure as a client's ledger names it, 32 hex digits: it counts what happens at every client,
    /// so none of them learns by its steps what a person does for others. Equal versions look unlike.
    pub(crate) fn veiled(&self, version: i64) -> String {
        let mut nonce = [0; 8];
        seal::drawn(&mut nonce);
        hex(&[nonce, self.under(nonce, version.to_be_bytes())].concat())
    }

    /// The version that a ledger names; `None` for what was not named so, and anything for what another key named.
    pub fn unveiled(&self, named: &str) -> Option<i64> {
        let bytes = unhex(named)?;
        let (nonce, veiled) = bytes.split_at_checked(8)?;
        Some(i64::from_be_bytes(self.under(nonce.try_into().ok()?, veiled.try_into().ok()?)))
    }

    /// Masks eight bytes, or takes the mask away: counter mode with HMAC-SHA-256. The ledger proves that nothing changed.
    fn under(&self, nonce: [u8; 8], mut bytes: [u8; 8]) -> [u8; 8] {
        let mask = self.exposure.keyed("exposure", &[&nonce]);
        bytes.iter_mut().zip(mask).for_each(|(byte, mask)| *byte ^= mask);
        bytes
    }

    /// Makes the keys of a new client: asks the source once, so that a wrong name is noticed now.
    pub async fn make(&self, client: ClientId, source: KeySource) -> Result<Wrapped, NoKey> {
        let kek = source.fetch(&self.dir).await?;
        let (data, ledger) = (Key::random(), Key::random());
        let owner = client.to_string();
        let data = seal::seal(&kek, data_place(&owner), &data.0);
        let ledger = seal::seal(&self.installation.derive("ledger-wrap"), ledger_place(&owner), &ledger.0);
        Ok(Wrapped { source, data: Some(data), ledger })
    }

    /// Wraps a fresh key of the installation's own ledger.
    pub fn make_installation_ledger(&self) -> Sealed {
        seal::seal(&self.installation.derive("ledger-wrap"), ledger_place("installation"), &Key::random().0)
    }

    /// Takes a client's keys into memory.
    pub async fn load(&self, client: ClientId, wrapped: Wrapped) -> Result<Arc<ClientKeys>, NoKey> {
        let data = wrapped.data.as_ref().ok_or(NoKey::Destroyed)?;
        let kek = wrapped.source.fetch(&self.dir).await?;
        let owner = client.to_string();
        let opened = seal::open(&kek, data_place(&owner), data).map_err(|_| NoKey::Wrong)?;
        let ledger = self.load_ledger(&owner, &wrapped.ledger).map_err(|_| NoKey::Wrong)?;
        let fresh = ClientKeys::of(&Key(opened.try_into().map_err(|_| NoKey::Wrong)?), &ledger);
        let mut clients = self.clients.write().unwrap_or_else(PoisonError::into_inner);
        // The same key confirmed again keeps what was parsed with it.
        let known = clients.get(&client).filter(|l| l.keys.content.0 == fresh.content.0).map(|l| Arc::clone(&l.keys));
        let keys = known.unwrap_or_else(|| Arc::new(fresh));
        clients.insert(client, Loaded { keys: Arc::clone(&keys), wrapped, confirmed: Instant::now() });
        Ok(keys)
    }

    /// A client's keys if they are in memory and were confirmed within the last minute.
    pub fn get(&self, client: ClientId) -> Option<Arc<ClientKeys>> {
        let clients = self.clients.read().unwrap_or_else(PoisonError::into_inner);
        clients.get(&client).filter(|l| l.confirmed.elapsed() < WITHDRAWN_AFTER).map(|l| Arc::clone(&l.keys))
    }

    /// Asks every loaded source again. Returns the clients whose keys were dropped, with the reason.
    pub async fn confirm_all(&self) -> Vec<(ClientId, NoKey)> {
        let loaded: Vec<(ClientId, Wrapped)> = {
            let clients = self.clients.read().unwrap_or_else(PoisonError::into_inner);
            clients.iter().map(|(id, l)| (*id, l.wrapped.clone())).collect()
        };
        let asked = loaded.into_iter().map(|(id, wrapped)| async move { (id, self.load(id, wrapped).await) });
        let mut dropped = Vec::new();
        for (id, result) in futures_util::future::join_all(asked).await {
            if let Err(why) = result {
                self.forget(id);
                dropped.push((id, why));
            }
        }
        dropped
    }

    /// A source refused: remembered until it gives its key again. False when that was known.
    pub fn mark_withdrawn(&self, client: ClientId) -> bool {
        self.withdrawn.lock().unwrap_or_else(PoisonError::into_inner).insert(client)
    }

    /// A source gave its key. True when it had refused before.
    pub fn mark_given(&self, client: ClientId) -> bool {
        self.withdrawn.lock().unwrap_or_else(PoisonError::into_inner).remove(&client)
    }

    /// A client's key was destroyed: it never comes back.
    pub fn mark_destroyed(&self, client: ClientId) {
        self.destroyed.lock().unwrap_or_else(PoisonError::into_inner).insert(client);
    }

    /// Whether a client's key was asked for and not to be had. A key that nobody asked for yet is not away.
    pub fn is_away(&self, client: ClientId) -> bool {
        let held =
            |set: &Mutex<HashSet<ClientId>>| set.lock().unwrap_or_else(PoisonError::into_inner).contains(&client);
        self.get(client).is_none() && (held(&self.withdrawn) || held(&self.destroyed))
    }

    /// The clients whose sources refused when they were last asked.
    pub fn withdrawn(&self) -> Vec<ClientId> {
        self.withdrawn.lock().unwrap_or_else(PoisonError::into_inner).iter().copied().collect()
    }

    /// A client's keys are in memory. False when its ledger was told so since they came.
    pub fn mark_used(&self, client: ClientId) -> bool {
        self.told.lock().unwrap_or_else(PoisonError::into_inner).insert(client)
    }

    /// Drops a client's keys from memory.
    pub fn forget(&self, client: ClientId) {
        self.told.lock().unwrap_or_else(PoisonError::into_inner).remove(&client);
        self.clients.write().unwrap_or_else(PoisonError::into_inner).remove(&client);
    }

    /// The key of a ledger if it is in memory.
    pub(crate) fn ledger(&self, name: &str) -> Option<Key> {
        self.ledgers.read().unwrap_or_else(PoisonError::into_inner).get(name).cloned()
    }

    /// Opens a ledger's key and keeps it.
    pub(crate) fn load_ledger(&self, name: &str, wrapped: &Sealed) -> Result<Key, Error> {
        let opened = seal::open(&self.installation.derive("ledger-wrap"), ledger_place(name), wrapped)?;
        let key = Key(opened.try_into().map_err(|_| Error::Unsealable { table: "client.ledger_key" })?);
        self.ledgers.write().unwrap_or_else(PoisonError::into_inner).insert(name.into(), key.clone());
        Ok(key)
    }
}

fn data_place(owner: &str) -> Place<'_> {
    Place { owner, table: "client.data_key", row: owner }
}

fn ledger_place(owner: &str) -> Place<'_> {
    Place { owner, table: "client.ledger_key", row: owner }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn client() -> ClientId {
        "3b9f1c1e-5c1d-4a52-9a3c-0f6f4d2b7a10".parse().unwrap()
    }

    #[tokio::test]
    async fn a_withdrawn_key_is_dropped_and_a_wrong_one_named() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("heron");
        std::fs::write(&path, to_hex(&Key::random())).unwrap();
        let ring = Keyring::new(dir.path().into(), Key::random());
        let wrapped = ring.make(client(), KeySource::File("heron".into())).await.unwrap();
        ring.load(client(), wrapped.clone()).await.unwrap();
        assert!(ring.get(client()).is_some() && ring.confirm_all().await.is_empty());

        std::fs::remove_file(&path).unwrap();
        let dropped = ring.confirm_all().await;
        assert!(matches!(dropped[..], [(_, NoKey::Withdrawn(_))]) && ring.get(client()).is_none());

        std::fs::write(&path, to_hex(&Key::random())).unwrap();
        assert_eq!(ring.load(client(), wrapped.clone()).await.unwrap_err(), NoKey::Wrong);
        let destroyed = Wrapped { data: None, ..wrapped };
        assert_eq!(ring.load(client(), destroyed).await.unwrap_err(), NoKey::Destroyed);
    }

    #[tokio::test]
    async fn a_command_may_hold_the_key() {
        use std::os::unix::fs::PermissionsExt;
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("kms");
        std::fs::write(&path, format!("#!/bin/sh\necho {}\n", to_hex(&Key::from_bytes([7; 32])))).unwrap();
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o755)).unwrap();
        let source = KeySource::Command("kms".into());
        assert_eq!(source.fetch(dir.path()).await.unwrap().0, [7; 32]);
        std::fs::write(&path, "#!/bin/sh\nexit 3\n").unwrap();
        assert!(matches!(source.fetch(dir.path()).await, Err(NoKey::Withdrawn(why)) if why.contains("exit status: 3")));
    }

    #[test]
    fn a_source_cannot_reach_outside_its_directory() {
        for source in [
            KeySource::File("../etc/passwd".into()),
            KeySource::Command("/bin/sh".into()),
            KeySource::File(".ssh".into()),
            KeySource::Env("HOME".into()),
        ] {
            assert!(source.check().is_err(), "{source:?}");
        }
        assert_eq!(KeySource::Env("VOUCHSAFE_KEY_HERON".into()).check(), Ok(()));
    }
}
