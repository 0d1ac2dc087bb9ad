//! What a custodian does from the command line without a server.

mod judge;
mod log;
mod read;
pub(crate) mod watch;
