//! `vouchsafe one-person`: whether one person runs the installation, said at its machine and by every ledger.

use crate::{
    exit::{DONE, Failure},
    installation::Place,
};
use clap::{Args, Subcommand};

/// What is declared.
#[derive(Args)]
pub(crate) struct OnePerson {
    #[command(subcommand)]
    what: What,
}

#[derive(Subcommand)]
enum What {
    /// From now on one person runs it: he may be admin and custodian, and confirms at the machine what a ledger lost.
    Begin(Declared),
    /// No longer: refused while somebody is admin and custodian at once.
    End(Declared),
}

#[derive(Args)]
struct Declared {
    /// Why; every ledger keeps it.
    #[arg(long)]
    reason: String,
    #[command(flatten)]
    place: Place,
}

impl OnePerson {
    pub(crate) async fn run(self) -> Result<u8, Failure> {
        let (begins, declared) = match self.what {
            What::Begin(declared) => (true, declared),
            What::End(declared) => (false, declared),
        };
        let (app, stopped) = declared.place.open_to_record().await?;
        app.declare_one_person(begins, &declared.reason).await?;
        stopped.again(&app).await?;
        println!("declared; every ledger says so");
        Ok(DONE)
    }
}
