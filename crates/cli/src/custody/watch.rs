//! `vouchsafe watch`: detection over audit logs a company already has. No server, no account, nothing leaves the machine.

use super::{judge, read, scan};
use crate::exit::Failure;
use clap::Subcommand;

/// What is watched for.
#[derive(clap::Args)]
pub(crate) struct Watch {
    #[command(subcommand)]
    what: What,
}

#[derive(Subcommand)]
enum What {
    /// Print what a log says in one vocabulary, and report what was read, skipped and unknown.
    Read(read::Read),
    /// Ask every act of a log the rules on custody, and write a verdict for each.
    Rules(judge::Judge),
    /// Score every person and day of a log and open cases within a budget.
    #[command(after_help = scan::AFTER)]
    Scan(Box<scan::Scan>),
}

impl Watch {
    /// Runs it, and gives the exit code.
    pub(crate) fn run(self) -> Result<u8, Failure> {
        match self.what {
            What::Read(read) => read.run(),
            What::Rules(judge) => judge.run(),
            What::Scan(scan) => scan.run(),
        }
    }
}
