//! `vouchsafe quarantine`: whether the database may lack what was recorded, and the word that it may go on.

use crate::{
    exit::{DONE, Failure},
    installation::Place,
};
use clap::{Args, Subcommand};
use vouchsafe_app::custody::gaps::GapListed;

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
                let app = show.place.open().await?;
                let quarantine = app.quarantine().await?;
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
                if !show.json {
                    say_gaps(&app.all_gaps().await?);
                }
            }
            What::Lift(lift) => {
                let (app, _) = lift.place.open_to_record().await?;
                app.lift_quarantine(&lift.reason).await?;
                println!("lifted; every ledger says so. Every session, token, unused invitation and lease ended");
                say_gaps(&app.all_gaps().await?);
            }
        }
        Ok(DONE)
    }
}

/// What has to be entered again before anybody is sent anything.
fn say_gaps(gaps: &[GapListed]) {
    if gaps.is_empty() {
        return;
    }
    println!(
        "What these ledgers lost has to be entered again, and two persons say so, before anybody enters a client:"
    );
    for gap in gaps {
        let lost = gap.lost.map_or_else(|| "an unknown number of".into(), |lost| lost.to_string());
        let after = gap.kept_until.as_ref().map(|at| format!(" after {at}")).unwrap_or_default();
        println!("  {}: {lost} entries{after}; look at {}", gap.ledger, gap.to_enter.join(", "));
        if gap.alone {
            println!("    once that is said at /gaps: vouchsafe ledger close-gap {} --reason …", gap.ledger);
        }
    }
    println!(
        "The installation first: an admin and a custodian. See /gaps in the browser, or `POST /api/v1/gaps/{{ledger}}`."
    );
}
