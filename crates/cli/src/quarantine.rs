//! `vouchsafe quarantine`: whether the database may lack what was recorded, and the word that it may go on.

use crate::{
    exit::{DONE, Failure},
    installation::Place,
};
use clap::{Args, Subcommand};

/// What about it.
#[derive(Args)]
pub(crate) struct Quarantine {
    #[command(subcommand)]
    what: What,
}

#[derive(Subcommand)]
enum What {
    /// Say whether there is one, and why.
    Show(Show),
    /// Let the installation take new work again. Every ledger says so, with the reason.
    Lift(Lift),
}

#[derive(Args)]
struct Show {
    #[command(flatten)]
    place: Place,
    /// Answer with one JSON object.
    #[arg(long)]
    json: bool,
}

#[derive(Args)]
struct Lift {
    /// Why what may be missing is accepted; the ledgers keep it.
    #[arg(long)]
    reason: String,
    #[command(flatten)]
    place: Place,
}

impl Quarantine {
    pub(crate) async fn run(self) -> Result<u8, Failure> {
        match self.what {
            What::Show(show) => {
                let quarantine = show.place.open().await?.quarantine().await?;
                let since = quarantine.as_ref().map(|q| q.began_at.to_string());
                match (show.json, &quarantine) {
                    (true, _) => {
                        let reason = quarantine.as_ref().map(|q| &q.reason);
                        println!(
                            "{}",
                            serde_json::json!({"quarantine": quarantine.is_some(), "reason": reason, "since": since})
                        );
                    }
                    (false, Some(q)) => println!("in quarantine since {}: {}", q.began_at, q.reason),
                    (false, None) => println!("no quarantine"),
                }
            }
            What::Lift(lift) => {
                lift.place.open().await?.lift_quarantine(&lift.reason).await?;
                println!("lifted; every ledger says so");
            }
        }
        Ok(DONE)
    }
}
