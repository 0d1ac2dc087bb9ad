//! Who holds a secret. Asked by every request, so an answer is remembered for a second; what ends a session in
//! this process is felt at once, in another within that second.

use crate::{App, Asker, Error};
use sha2::{Digest, Sha256};
use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
    time::{Duration, Instant},
};
use vouchsafe_domain::{access::scope::Scope, ids::MemberId};
use vouchsafe_store::access::{sessions, tokens};

/// How long an answer is remembered.
const REMEMBERED: Duration = Duration::from_secs(1);
/// How many answers are remembered; then all are forgotten and asked anew.
const REMEMBERED_MAX: usize = 10_000;

/// Answers given within the last second.
#[derive(Default)]
pub struct Remembered(Mutex<HashMap<[u8; 32], (Asker, Instant)>>);

/// The hash under which a random secret is kept. Secrets have 256 random bits, so a plain hash is enough.
pub fn secret_hash(secret: &str) -> [u8; 32] {
    Sha256::digest(secret).into()
}

impl App {
    /// The member whose session this is.
    pub async fn who_has_session(&self, secret: &str) -> Result<Option<Asker>, Error> {
        let hash = secret_hash(secret);
        {
            let known = self.sessions.0.lock().unwrap_or_else(PoisonError::into_inner);
            if let Some((asker, at)) = known.get(&hash)
                && at.elapsed() < REMEMBERED
            {
                return Ok(Some(asker.clone()));
            }
        }
        let mut on = self.store.read().await?;
        let found = sessions::find(&mut on, &hash, self.now()).await?.map(|(asker, _)| asker);
        let mut known = self.sessions.0.lock().unwrap_or_else(PoisonError::into_inner);
        if known.len() >= REMEMBERED_MAX {
            known.clear();
        }
        match &found {
            Some(asker) => known.insert(hash, (asker.clone(), Instant::now())),
            None => known.remove(&hash),
        };
        Ok(found)
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
        self.sessions.0.lock().unwrap_or_else(PoisonError::into_inner).clear();
    }

    /// The sessions of a member ended: remembered answers about him are wrong from now on.
    pub(crate) fn forget_sessions(&self, member: MemberId) {
        self.sessions.0.lock().unwrap_or_else(PoisonError::into_inner).retain(|_, (asker, _)| asker.member != member);
    }
}
