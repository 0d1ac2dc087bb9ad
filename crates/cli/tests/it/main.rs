//! The command as an operator runs it: real processes, real ports.

mod backup;
mod http;
mod process;
mod remote;
mod scene;
mod serve;
