//! Compartments: clients and their keys, walls between them, and what is recorded of people.

pub(crate) mod absent;
pub mod agreements;
pub mod backup;
pub mod beside;
pub mod budgets;
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
pub mod outside_facts;
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

/// Refuses an admin what only a client's own keepers decide: its custodian and its observer.
fn keepers_only(asker: &Asker) -> Result<(), Error> {
    if matches!(asker.role, Role::Custodian | Role::Observer) {
        Ok(())
    } else {
        Err(Error::Forbidden("a custodian or the observer of the client decides this"))
    }
}
