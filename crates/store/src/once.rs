//! Doing something once: a request that comes again under the same key is not carried out again.
//!
//! The key is kept by the very commit that does the act, so that there is no moment at which one is there without the
//! other. What is kept beside it are the ids and words of the act's ledger entry, sealed; never content. A repeated
//! request runs through the same gate and the same rules as the first one, up to its commit, which then refuses.

use crate::{
    Error, Tx,
    seal::{self, Place, Sealed},
    tx::Read,
    vals,
};
use serde_json::{Map, Value};
use std::sync::{Arc, Mutex, PoisonError};
use vouchsafe_domain::{
    hex::{hex, unhex},
    time::Micros,
};
use vouchsafe_ledger::{act::Kind, entry::Entry};

/// How long a key is remembered.
pub const REMEMBERED_US: i64 = Micros::DAY;
/// Keys that are forgotten with each one that is kept, at most: more than one, so that the table shrinks.
const FORGOTTEN_AT_ONCE: u32 = 20;
const TABLE: &str = "idempotency";

tokio::task_local! {
    static PRESENT: Arc<Once>;
}

/// A request with a key.
#[derive(Debug)]
pub struct Once {
    key: [u8; 32],
    known: bool,
    state: Mutex<State>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    Fresh,
    Kept,
    Repeated,
}

impl Once {
    /// `known` when the key was kept before: then nothing is committed.
    pub fn new(key: [u8; 32], known: bool) -> Arc<Self> {
        Arc::new(Self { key, known, state: Mutex::new(State::Fresh) })
    }

    /// Whether a commit was refused since the key was kept before.
    pub fn repeated(&self) -> bool {
        self.state() == State::Repeated
    }

    fn state(&self) -> State {
        *self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn set(&self, state: State) {
        *self.state.lock().unwrap_or_else(PoisonError::into_inner) = state;
    }

    /// Runs a request whose first commit keeps the key.
    pub async fn within<F: Future>(self: Arc<Self>, run: F) -> F::Output {
        PRESENT.scope(self, run).await
    }
}

/// What was done under a key.
#[derive(Debug, Clone, serde::Serialize, serde::Deserialize)]
pub struct Done {
    /// The word of the act.
    pub act: String,
    /// When, in microseconds.
    pub at_us: i64,
    /// What the entry says of the act.
    pub because: Map<String, Value>,
    /// What the entry says of its object.
    pub object: Map<String, Value>,
}

/// The present request's key where this commit is the one that keeps it.
pub(crate) fn present(entries: &[Entry]) -> Option<Arc<Once>> {
    let once = PRESENT.try_with(Arc::clone).ok()?;
    // A refusal that is recorded is no act: the same request may succeed later.
    let acts = entries.iter().any(|entry| entry.act.kind() != Kind::Decision);
    (acts && once.state() != State::Kept).then_some(once)
}

/// Keeps the key in this transaction, or refuses since it was kept before.
pub(crate) async fn keep(tx: &mut Tx, once: &Once, entries: &[Entry]) -> Result<(), Error> {
    let first = entries.iter().find(|entry| entry.act.kind() != Kind::Decision);
    let (Some(first), false) = (first, once.known) else {
        once.set(State::Repeated);
        return Err(Error::Repeated);
    };
    let done = Done {
        act: first.act.word().into(),
        at_us: first.at_us,
        because: first.act_words().clone(),
        object: first.object_words().clone(),
    };
    let row = hex(&once.key);
    let body = serde_json::to_vec(&done).unwrap_or_default();
    let sealed = seal::seal(&tx.keys().installation(TABLE), place(&row), &body);
    let kept = tx
        .exec(
            "insert into idempotency (key_hash, object, created_us) values ($1, $2, $3)
             on conflict (key_hash) do update
               set object = excluded.object, created_us = excluded.created_us
             where idempotency.created_us < $4",
            vals![&once.key, hex(&sealed.0), first.at_us, first.at_us - REMEMBERED_US],
        )
        .await?;
    if kept == 0 {
        once.set(State::Repeated);
        return Err(Error::Repeated);
    }
    tx.exec(
        "delete from idempotency where key_hash in
                (select o.key_hash from idempotency o where o.created_us < $1 order by o.created_us limit $2)",
        vals![first.at_us - REMEMBERED_US, FORGOTTEN_AT_ONCE],
    )
    .await?;
    Ok(())
}

/// The commit that kept it is durable.
pub(crate) fn kept(once: &Once) {
    once.set(State::Kept);
}

/// What was done under a key since `since`.
pub async fn find(on: &mut Read, key: &[u8; 32], since: Micros) -> Result<Option<Done>, Error> {
    let sql = "select object from idempotency where key_hash = $1 and created_us >= $2";
    let Some(row) = on.one(sql, vals![key, since]).await? else { return Ok(None) };
    let unsound = || Error::Unsealable { table: TABLE };
    let sealed = Sealed(unhex(row.text(0)?).ok_or_else(unsound)?);
    let body = seal::open(&on.keys().installation(TABLE), place(&hex(key)), &sealed)?;
    serde_json::from_slice(&body).map(Some).map_err(|_| unsound())
}

fn place(row: &str) -> Place<'_> {
    Place { owner: "installation", table: TABLE, row }
}
