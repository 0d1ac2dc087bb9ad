//! What a custodian or a client does from the command line.

mod judge;
pub(crate) mod ledger;
mod log;
mod read;
pub(crate) mod watch;
