//! That somebody looks at the head of a ledger is recorded, once in an hour for each of his sessions and tokens.
//!
//! Whoever follows a log asks every few seconds and is told nothing of any entry; an entry for each time would bury those
//! that tell something, and each would be a reason to ask again. So an entry says: from this moment, through this door, for
//! an hour at most. It is durable before the first answer.

use crate::{App, Asker, Error};
use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
};
use vouchsafe_domain::time::Micros;
use vouchsafe_ledger::{
    act::Act,
    entry::{Entry, LedgerOf},
};
use vouchsafe_store::custody::clearance::by;

/// How long one entry stands for all looks through one door.
const STANDS_FOR_US: i64 = Micros::HOUR;
/// How many doors and ledgers are remembered; then all are forgotten, and recorded anew.
const REMEMBERED_MAX: usize = 10_000;

/// When a look was last recorded, by ledger and door. Each process remembers its own.
#[derive(Default)]
pub(crate) struct Looks(Mutex<HashMap<(String, String), Micros>>);

impl Looks {
    /// Whether an entry stands for a look now. A clock set back makes none stand.
    fn stands(&self, ledger: &LedgerOf, asker: &Asker, now: Micros) -> bool {
        let known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let at = known.get(&(ledger.name().to_owned(), asker.door.clone()));
        at.is_some_and(|at| (0..STANDS_FOR_US).contains(&now.since(*at)))
    }

    fn recorded(&self, ledger: &LedgerOf, asker: &Asker, now: Micros) {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if known.len() >= REMEMBERED_MAX {
            known.clear();
        }
        known.insert((ledger.name().to_owned(), asker.door.clone()), now);
    }
}

impl App {
    /// Lets somebody look at heads, hashes and commitments of a ledger. When this returns, an entry that stands for it is
    /// durable.
    pub(super) async fn look_at(&self, asker: &Asker, ledger: &LedgerOf, route: &'static str) -> Result<(), Error> {
        let mut tx = self.store.write("look_at").await?;
        let (rule, now) = (self.enter_ledger(&mut tx, asker, ledger).await?, self.now());
        if self.looks.stands(ledger, asker, now) {
            return Ok(tx.abandon().await?);
        }
        let entry = Entry::new(ledger.clone(), Act::LogLookedAt, now.0).because("rule", rule.word());
        tx.commit([by(entry.because("route", route), asker)]).await?;
        self.looks.recorded(ledger, asker, now);
        Ok(())
    }
}
