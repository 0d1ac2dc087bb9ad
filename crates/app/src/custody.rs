//! Compartments.

pub mod agreements;
pub mod backup;
pub mod client;
pub mod clients;
pub mod destruction;
pub mod doctor;
pub mod erase;
pub mod holds;
pub mod keys;
pub mod ledger;
mod local;
pub mod quarantine;
pub mod signing;

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
