//! `vouchsafe quality`: consensus, agreement and the next answers to ask for, from a file and without a server.

mod aggregate;
mod agreement;
mod allocate;
mod input;
mod labels;
mod others;
mod output;
mod report;
mod scale;
mod spans;
mod texts;
mod wanted;

use crate::exit::Failure;
use clap::{Args, Subcommand};

/// What to do.
#[derive(Args)]
pub(crate) struct Quality {
    #[command(subcommand)]
    what: What,
}

#[derive(Subcommand)]
enum What {
    /// One answer a task from the answers of many people, with how sure it is.
    Aggregate(aggregate::Aggregate),
    /// How far people agree beyond chance, with intervals.
    Agreement(agreement::Agreement),
    /// Whom to ask what next.
    Allocate(allocate::Allocate),
}

impl Quality {
    pub(crate) fn run(self) -> Result<u8, Failure> {
        match self.what {
            What::Aggregate(aggregate) => aggregate.run(),
            What::Agreement(agreement) => agreement.run(),
            What::Allocate(allocate) => allocate.run(),
        }
    }
}
