//! Who holds a secret. Asked by every request, so an answer is remembered for a second; what ends a session in
//! this process is felt at once, in another within that second.

use super::{entry, secret_hash, sessions::IDLE_US};
use crate::{App, Asker, Error};
use std::{
    collections::HashMap,
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};
use vouchsafe_domain::{access::scope::Scope, ids::MemberId, time::Micros};
use vouchsafe_ledger::act::Act;
use vouchsafe_store::{
    access::{sessions, tokens},
    custody::clearance::by,
};

/// How long an answer is remembered.
const REMEMBERED: Duration = Duration::from_secs(1);
/// How many answers are remembered; then all are forgotten and asked anew.
const REMEMBERED_MAX: usize = 10_000;

/// How old the last known use of a session grows before a use is written down. Less than the time that ends an idle
/// one, so that no session in use ends for being idle.
const USE_GRAIN_US: i64 = Micros::HOUR / 2;

/// Answers given within the last second.
#[derive(Default)]
pub struct Remembered {
    answers: Mutex<HashMap<[u8; 32], (Asker, Instant)>>,
    /// How often sessions ended in this process: an answer that was looked up before an end is not remembered after it.
    ended: AtomicU64,
}

impl App {
    /// The member whose session this is.
    pub async fn who_has_session(&self, secret: &str) -> Result<Option<Asker>, Error> {
        let hash = secret_hash(secret);
        {
            let known = self.sessions.answers.lock().unwrap_or_else(PoisonError::into_inner);
            if let Some((asker, at)) = known.get(&hash)
                && at.elapsed() < REMEMBERED
            {
                return Ok(Some(asker.clone()));
            }
        }
        let ended = self.sessions.ended.load(Ordering::SeqCst);
        let now = self.now();
        let mut on = self.store.read().await?;
        let found = sessions::find(&mut on, &hash, now, now.plus(-IDLE_US)).await?;
        drop(on);
        if let Some((asker, used)) = &found
            && now.since(*used) >= USE_GRAIN_US
            && let Err(error) = self.continue_session(asker, &hash, *used, now).await
        {
            // It goes on as long as it would have without this request.
            tracing::warn!(%error, "the use of a session was not written down");
        }
        let found = found.map(|(asker, _)| asker);
        let mut known = self.sessions.answers.lock().unwrap_or_else(PoisonError::into_inner);
        if known.len() >= REMEMBERED_MAX {
            known.clear();
        }
        match &found {
            Some(asker) if ended == self.sessions.ended.load(Ordering::SeqCst) => {
                known.insert(hash, (asker.clone(), Instant::now()));
            }
            _ => {
                known.remove(&hash);
            }
        }
        Ok(found)
    }

    async fn continue_session(&self, asker: &Asker, hash: &[u8; 32], before: Micros, now: Micros) -> Result<(), Error> {
        let mut tx = self.store.write("continue_session").await?;
        if sessions::used(&mut tx, hash, before, now).await? {
            tx.commit([by(entry(self, Act::SessionContinued), asker)]).await?;
        }
        Ok(())
    }

    /// The member whose token this is, and what it may be used for. A scope that nobody knows opens nothing.
    pub async fn who_has_token(&self, secret: &str) -> Result<Option<(Asker, Vec<Scope>)>, Error> {
        let mut on = self.store.read().await?;
        let found = tokens::find(&mut on, &secret_hash(secret), self.now()).await?;
        let scopes = |words: String| words.split(' ').filter_map(|word| word.parse().ok()).collect();
        Ok(found.map(|(asker, words)| (asker, scopes(words))))
    }

    /// Every session ended.
    pub(crate) fn forget_all_sessions(&self) {
        let mut known = self.sessions.answers.lock().unwrap_or_else(PoisonError::into_inner);
        self.sessions.ended.fetch_add(1, Ordering::SeqCst);
        known.clear();
    }

    /// Forgets who was who within the last second, as that second's end does.
    pub fn forget_answers(&self) {
        self.sessions.answers.lock().unwrap_or_else(PoisonError::into_inner).clear();
    }

    /// The sessions of a member ended: remembered answers about him are wrong from now on.
    pub(crate) fn forget_sessions(&self, member: MemberId) {
        let mut known = self.sessions.answers.lock().unwrap_or_else(PoisonError::into_inner);
        self.sessions.ended.fetch_add(1, Ordering::SeqCst);
        known.retain(|_, (asker, _)| asker.member != member);
    }
}
