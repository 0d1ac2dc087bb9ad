//! One use case per file, one transaction per use case.
//!
//! A use case is the story, top to bottom: load, decide, write, record. Decisions are pure calls into
//! `domain`; what may leave is opened by the commit. Nothing in a use case reaches outside the database,
//! so [`App::retry`] may run it again from the top.

pub mod access;
pub mod clock;
pub mod custody;
pub mod error;
pub mod experts;
pub mod page;
pub mod quality;
pub mod releases;
pub mod work;

pub use error::Error;
pub use vouchsafe_store::{self as store, custody::clearance::Asker};

use clock::Clock;
use sha2::{Digest, Sha256};
use std::{
    path::{Path, PathBuf},
    sync::Arc,
};
use vouchsafe_domain::{ids::ClientId, time::Micros};
use vouchsafe_store::{Store, custody::clearance::Refused, once};

/// How often a use case runs at most when transactions are in each other's way.
const TRIES_MAX: u32 = 3;

/// The application: the store, the clock and the source of ids. Cheap to clone.
#[derive(Clone)]
pub struct App(Arc<Parts>);

/// What an [`App`] is made of.
#[derive(Clone)]
pub struct Parts {
    /// The database.
    pub store: Store,
    clock: Arc<dyn Clock>,
    eligible: Arc<experts::eligible::Remembered>,
    sessions: Arc<access::who::Remembered>,
    heads: Arc<custody::ledger::Heads>,
    looks: Arc<custody::ledger::Looks>,
    data: Option<Arc<PathBuf>>,
    watching: Arc<tokio::sync::Mutex<custody::watching::Watching>>,
    folder: Arc<tokio::sync::Mutex<custody::watched_folder::Files>>,
    outside: Arc<tokio::sync::Mutex<()>>,
    quality_took: Arc<quality::Took>,
    quality_held: Arc<quality::held::Held>,
}

impl std::ops::Deref for App {
    type Target = Parts;

    fn deref(&self) -> &Parts {
        &self.0
    }
}

impl App {
    /// An application over an open store.
    pub fn new(store: Store, clock: Arc<dyn Clock>) -> Self {
        let walls_by = Arc::clone(&clock);
        let store = store.timed(Arc::new(move || walls_by.now()));
        Self(Arc::new(Parts {
            store,
            clock,
            eligible: Arc::default(),
            sessions: Arc::default(),
            heads: Arc::default(),
            looks: Arc::default(),
            data: None,
            watching: Arc::default(),
            folder: Arc::default(),
            outside: Arc::default(),
            quality_took: Arc::default(),
            quality_held: Arc::default(),
        }))
    }

    /// The same application with the folder where it keeps what lies outside the database: `releases/` and
    /// `keys/signing/`. Several servers on one database share one such folder.
    #[must_use]
    pub fn with_data(self, folder: PathBuf) -> Self {
        Self(Arc::new(Parts { data: Some(Arc::new(folder)), ..Arc::unwrap_or_clone(self.0) }))
    }

    fn data(&self) -> Result<&Path, Error> {
        let missing =
            || Error::state("no_data_folder", "this server runs without a data folder, so it makes no releases");
        self.data.as_deref().map(PathBuf::as_path).ok_or_else(missing)
    }

    /// Now, by the server's clock.
    pub fn now(&self) -> Micros {
        self.clock.now()
    }

    /// A fresh random id of any kind: `TaskId(app.id())`.
    pub fn id(&self) -> uuid::Uuid {
        self.clock.id()
    }

    /// Runs a use case, again when another transaction was in the way, and after loading a client's key when
    /// it was not in memory. Only for use cases that reach nothing but the database.
    pub async fn retry<T, F>(&self, run: impl Fn() -> F + Send) -> Result<T, Error>
    where
        F: Future<Output = Result<T, Error>> + Send,
    {
        let (mut tries, mut loads) = (1, 0);
        let mut away: Option<(ClientId, Error)> = None;
        loop {
            match run().await {
                Err(
                    Error::Store(vouchsafe_store::Error::Conflict)
                    | Error::Refused(Refused::Store(vouchsafe_store::Error::Conflict)),
                ) if tries < TRIES_MAX => tries += 1,
                // Counted apart: who waited for others may find the key gone at his last try.
                Err(Error::Refused(Refused::KeyNotLoaded(client))) if loads < TRIES_MAX => {
                    loads += 1;
                    // A use case that can do without the key is run once more, now that it is known to be away.
                    match away.take() {
                        Some((known, why)) if known == client => return Err(why),
                        _ => match self.load_key(client).await {
                            Err(why @ Error::Refused(Refused::NoKey(_))) => away = Some((client, why)),
                            other => other?,
                        },
                    }
                }
                result => return result,
            }
        }
    }

    /// What a request is known by when its sender gave it a key: nobody else's, no other route's, no other body's.
    pub fn request_key(&self, asker: &Asker, route: &str, body: &[u8], key: &str) -> [u8; 32] {
        let installation = self.store.keys().installation("idempotency");
        let body = Sha256::digest(body);
        installation.keyed("request", &[asker.member.to_string().as_bytes(), route.as_bytes(), &body, key.as_bytes()])
    }

    /// What was done under a key within the last day.
    pub async fn done_before(&self, key: &[u8; 32]) -> Result<Option<once::Done>, Error> {
        let mut on = self.store.read().await?;
        Ok(once::find(&mut on, key, self.now().plus(-once::REMEMBERED_US)).await?)
    }

    /// Takes a client's key into memory, asking its source.
    pub async fn load_key(&self, client: ClientId) -> Result<(), Error> {
        let Some(loaded) = self.keys_of(client).await? else { return Err(Error::NotFound) };
        self.key_answered(client, loaded.as_ref().err()).await?;
        loaded.map(drop).map_err(|why| Error::Refused(Refused::NoKey(why)))
    }
}
