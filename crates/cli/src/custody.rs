//! What a custodian or a client does from the command line.

pub(crate) mod departures;
mod facts;
mod in_order;
mod judge;
pub(crate) mod ledger;
mod lines;
mod log;
mod output;
mod read;
mod report;
mod scan;
mod state;
pub(crate) mod watch;
