//! The command as an operator runs it: real processes, real ports.

mod backup;
mod bad_input;
mod demo;
mod departures;
mod experts;
mod follow;
mod http;
mod kills;
mod ledger;
mod process;
mod processes;
mod quality;
mod remote;
mod restores;
mod scene;
mod serve;
mod sets;
mod walkthrough;
mod watch;
mod watching;
mod witness;
