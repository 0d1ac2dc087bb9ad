//! The command as an operator runs it: real processes, real ports.

mod process;
mod serve;
