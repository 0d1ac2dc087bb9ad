//! The command as an operator runs it: real processes, real ports.

mod backup;
mod process;
mod scene;
mod serve;
