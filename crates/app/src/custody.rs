//! Compartments: clients and their keys, walls between them, and what is recorded of people.

pub(crate) mod absent;
pub mod agreements;
pub mod backup;
pub mod beside;
pub mod budgets;
pub(crate) mod case_body;
pub mod cases;
pub mod client;
pub mod clients;
pub mod conflicts;
pub mod departures;
pub mod destruction;
pub mod doctor;
pub mod erase;
pub mod erase_outside;
pub mod exposures;
pub mod forget;
pub mod gaps;
pub(crate) mod hidden;
pub mod holds;
pub mod interests;
pub mod keys;
mod late;
pub mod leavers;
pub mod ledger;
pub(crate) mod local;
mod measures;
pub mod merge;
pub mod ordered_walls;
pub mod organisations;
pub mod outside_cases;
pub mod outside_declared;
pub mod outside_facts;
pub mod outside_findings;
pub mod outside_logs;
pub mod people;
pub mod quarantine;
pub mod requests;
pub mod reveals;
pub mod signing;
pub mod standing_rule;
pub mod statement;
mod told_late;
mod undone;
pub(crate) mod voices;
pub mod wall_matrix;
pub mod watched_folder;
pub mod watching;

use crate::{Asker, Error};
use vouchsafe_domain::access::role::Role;
use vouchsafe_store::Tx;

/// Refuses an admin what only a client's own keepers decide: its custodian and its observer.
fn keepers_only(asker: &Asker) -> Result<(), Error> {
    if matches!(asker.role, Role::Custodian | Role::Observer) {
        Ok(())
    } else {
        Err(Error::Forbidden("a custodian or the observer of the client decides this"))
    }
}

/// Only a custodian of the whole installation sees cases and outside logs: they are about persons, across clients.
async fn of_installation(tx: &mut Tx, asker: &Asker) -> Result<(), Error> {
    if asker.role != Role::Custodian
        || asker.only_client.is_some()
        || vouchsafe_store::custody::cases::ever_granted(tx, asker.member).await?
    {
        return Err(Error::NotFound);
    }
    Ok(())
}

/// Longest reason, in bytes.
const REASON_BYTES_MAX: usize = 4_000;

/// A reason in words, without the space around it.
fn reason(text: &str) -> Result<&str, Error> {
    let text = text.trim();
    if text.is_empty() || text.len() > REASON_BYTES_MAX {
        return Err(Error::invalid("/reason", format!("must have 1 to {REASON_BYTES_MAX} bytes")));
    }
    Ok(text)
}

/// Runs what takes its time where nobody waits for it.
async fn blocking<T: Send + 'static>(run: impl FnOnce() -> T + Send + 'static) -> Result<T, Error> {
    let broken = |_| Error::state("outside_log", "reading an outside log broke off");
    tokio::task::spawn_blocking(run).await.map_err(broken)
}
