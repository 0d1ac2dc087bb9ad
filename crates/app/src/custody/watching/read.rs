//! Reading the ledgers as they grow, all of them in the order of time: an act of one must not come after the days of
//! another have closed.

use super::{AT_ONCE, LEARNED_US, Watching};
use crate::{App, Error};
use std::collections::VecDeque;
use vouchsafe_domain::time::Micros;
use vouchsafe_ledger::entry::LedgerOf;
use vouchsafe_store::custody::{
    ledger as entries,
    watched::{self, Said},
};

/// One ledger while it is read: a page of it lies in memory, never more.
struct Reading {
    ledger: LedgerOf,
    next: u64,
    page: VecDeque<Said>,
    whole: bool,
}

impl App {
    /// Takes in what the ledgers say since they were read last. Cost: one query for each ledger, one more for each
    /// thousand entries; memory: a page of each ledger that has news.
    pub(super) async fn read_ledgers(&self, watching: &mut Watching) -> Result<(), Error> {
        let mut ledgers = watched::ledgers(&mut self.store.read().await?).await?;
        ledgers.push(LedgerOf::Installation);
        let begin = Micros(self.now().0 - LEARNED_US);
        let mut readings = Vec::new();
        for ledger in ledgers {
            let next = match watching.read.get(ledger.name()) {
                Some(next) => *next,
                None => watched::first_since(&mut self.store.read().await?, &ledger, begin).await?,
            };
            let mut reading = Reading { ledger, next, page: VecDeque::new(), whole: false };
            self.turn(watching, &mut reading).await?;
            if !reading.page.is_empty() {
                readings.push(reading);
            }
        }
        while let Some(first) = readings.iter_mut().min_by_key(|reading| reading.page.front().map(|said| said.at_us)) {
            if let Some(said) = first.page.pop_front() {
                watching.take(&first.ledger, &said);
            }
            if first.page.is_empty() && !first.whole {
                self.turn(watching, first).await?;
            }
            readings.retain(|reading| !reading.page.is_empty());
        }
        Ok(())
    }

    /// The next page of a ledger.
    async fn turn(&self, watching: &mut Watching, reading: &mut Reading) -> Result<(), Error> {
        let said = watched::entries(&mut self.store.read().await?, &reading.ledger, reading.next, AT_ONCE).await?;
        reading.whole = said.len() < AT_ONCE as usize;
        if let Some(last) = said.last() {
            reading.next = last.idx + 1;
            self.learn_names(watching, &reading.ledger, &said).await?;
        }
        reading.page = said.into();
        Ok(())
    }

    /// Learns whom a ledger means by names not met before: a client's ledger has pseudonyms of its own.
    async fn learn_names(&self, watching: &mut Watching, ledger: &LedgerOf, said: &[Said]) -> Result<(), Error> {
        let known = watching.names.entry(ledger.name().to_owned()).or_default();
        let mut strange: Vec<&str> =
            said.iter().filter_map(Said::person).filter(|name| !known.contains_key(*name)).collect();
        if strange.is_empty() {
            return Ok(());
        }
        let mut on = self.store.read().await?;
        let names = entries::names(&mut on, ledger).await?;
        let people = watched::people(&mut on).await?;
        let known = watching.names.entry(ledger.name().to_owned()).or_default();
        known.extend(people.iter().map(|one| (names.name("person", &one.id.to_string()), Some(one.person))));
        strange.retain(|name| !known.contains_key(*name));
        known.extend(strange.into_iter().map(|name| (name.to_owned(), None)));
        watching.meet(people);
        Ok(())
    }
}
