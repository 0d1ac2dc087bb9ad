//! `vouchsafe ledger`: exported, verified offline, followed, asked.

mod check;
pub(crate) mod export;
mod follow;
mod gap;
pub(crate) mod job;
mod kept;
pub(crate) mod verify;

use crate::{
    exit::{DONE, Failure, USAGE},
    installation::Place,
    remote::{At, escaped},
};
use clap::{Args, Subcommand};
use std::io::{Read, Write};
use vouchsafe_ledger::signing::{PublicKey, Purpose};

/// What to do with a ledger.
#[derive(Args)]
pub(crate) struct Ledger {
    #[command(flatten)]
    at: At,
    #[command(subcommand)]
    what: What,
}

#[derive(Subcommand)]
enum What {
    /// The signed head of a ledger, and who vouches for it.
    Checkpoint(Which),
    /// Fetch a whole ledger into a folder, in the layout of C2SP tlog-tiles.
    Export(export::Export),
    /// Check an exported ledger, without any network.
    #[command(
        after_help = "Exit codes: 0 verified, 10 intact but the signer is unknown, 11 a witness is missing, 20 altered, \
                      21 rewritten since the old checkpoint, 22 cut since, 23 a named gap since, 64 usage."
    )]
    Verify(verify::Verify),
    /// Check a proof that was kept as a file, without any network.
    #[command(
        after_help = "Exit codes: 0 proven, and with --export complete; 20 altered, or an entry is left out; of the export as `verify`."
    )]
    Check(check::Check),
    /// Keep a ledger's heads and check that each continues the last.
    Follow(follow::Follow),
    /// Name what an export from before a restore holds and the server has lost.
    Gap(gap::Gap),
    /// Confirm at the server's machine that what a ledger lost was looked at, where one person runs the installation.
    CloseGap(CloseGap),
    /// What a person was sent of a client, with proofs or as CSV.
    Inventory(Inventory),
    /// Make a fresh signing key, for checkpoints or releases; the old one signs the hand-over and is destroyed.
    RotateKey(RotateKey),
}

#[derive(Args)]
struct Which {
    /// A client's id, or `installation`.
    ledger: String,
}

#[derive(Args)]
struct Inventory {
    /// A client's id, or `installation`.
    ledger: String,
    /// How the ledger calls the person, `p-…`.
    #[arg(long, required_unless_present = "member", conflicts_with = "member")]
    person: Option<String>,
    /// Or an account of his.
    #[arg(long)]
    member: Option<String>,
    /// Print all of it as CSV, without proofs.
    #[arg(long)]
    csv: bool,
    /// `sent`, `opened`, `acts`, `decisions` or `beside`.
    #[arg(long, default_value = "sent")]
    kind: String,
}

#[derive(Args)]
struct CloseGap {
    /// A client's id, or `installation`, which comes first.
    ledger: String,
    /// From what it is known; the ledger keeps it.
    #[arg(long)]
    reason: String,
    #[command(flatten)]
    place: Place,
}

#[derive(Args)]
struct RotateKey {
    #[command(flatten)]
    place: Place,
    /// What the key signs: `checkpoint`, `release`, `receipt` or `bundle`.
    #[arg(long, default_value = "checkpoint")]
    purpose: Purpose,
    /// The present key is lost for good: begin with another, to which no hand-over leads.
    #[arg(long)]
    lost: bool,
}

impl Ledger {
    pub(crate) async fn run(self) -> Result<u8, Failure> {
        let json = self.at.json;
        match self.what {
            What::Checkpoint(which) => {
                let head = self.at.open()?.get(&format!("/ledgers/{}/checkpoint", escaped(&which.ledger)))?;
                if json {
                    println!("{head}");
                } else {
                    let word = |name: &str| head[name].as_str().unwrap_or_default().to_owned();
                    println!("{}", word("checkpoint"));
                    println!("{} entries, signed {}, {}", head["size"], word("at"), word("vouched"));
                    println!("key {}", word("key"));
                }
                Ok(DONE)
            }
            What::Export(export) => export.run(&self.at.open()?, json),
            What::Verify(verify) => verify.run(json),
            What::Check(check) => check.run(json),
            What::Follow(follow) => follow.run(&self.at.open()?),
            What::Gap(gap) => gap.run(&self.at.open()?, json),
            What::CloseGap(close) => {
                let (app, stopped) = close.place.open_to_record().await?;
                app.close_gap_alone(&close.ledger, &close.reason).await?;
                stopped.again(&app).await?;
                println!("closed; the ledger says so");
                Ok(DONE)
            }
            What::Inventory(inventory) => inventory.run(&self.at.open()?),
            What::RotateKey(rotate) => {
                let purpose = rotate.purpose;
                let (app, stopped) = rotate.place.open_to_record().await?;
                let (old, new) = if rotate.lost {
                    app.replace_lost_signing_key(purpose).await?
                } else {
                    app.rotate_signing_key(purpose).await?
                };
                stopped.again(&app).await?;
                println!("from {old}\nto   {new}");
                if rotate.lost {
                    println!("No hand-over leads there: tell whoever pinned the old key to pin this one.");
                    return Ok(DONE);
                }
                println!(
                    "The hand-over lies beside the key; {}.",
                    match purpose {
                        Purpose::Checkpoint => "every export has it",
                        Purpose::Release => "`release keys --handovers` prints it",
                        Purpose::Receipt | Purpose::Bundle => "`GET /api/v1/keys` gives it",
                    }
                );
                Ok(DONE)
            }
        }
    }
}

impl Inventory {
    /// All pages as one proof, or as they come in CSV.
    fn run(&self, remote: &crate::remote::Remote) -> Result<u8, Failure> {
        let whose = match (&self.person, &self.member) {
            (Some(person), _) => format!("person={}", escaped(person)),
            (None, member) => format!("member={}", escaped(member.as_deref().unwrap_or_default())),
        };
        let path = format!("/ledgers/{}", escaped(&self.ledger));
        let mut out = std::io::stdout().lock();
        let written = |e: std::io::Error| Failure::from(format!("the answer cannot be printed: {e}"));
        if self.csv {
            let mut from = remote.download(&format!("{path}/inventory.csv?{whose}"))?;
            let mut text = Vec::new();
            from.read_to_end(&mut text).map_err(|e| Failure::from(format!("the answer broke off: {e}")))?;
            out.write_all(&text).map_err(written)?;
            return Ok(DONE);
        }
        let mut from = 0;
        loop {
            let query = format!("{whose}&kind={}&from={from}&limit=1000", escaped(&self.kind));
            let page = remote.get(&format!("{path}/inventory?{query}"))?;
            writeln!(out, "{page}").map_err(written)?;
            match page["next"].as_u64() {
                Some(next) => from = next,
                None => return Ok(DONE),
            }
        }
    }
}

/// Keys to pin: the texts themselves, or files of them.
pub(crate) fn keys(given: &[String]) -> Result<Vec<PublicKey>, Failure> {
    let keys = crate::releases::pinned(given).map_err(|why| Failure::new(USAGE, why))?;
    match keys.iter().find(|key| key.purpose() != Purpose::Checkpoint) {
        Some(other) => Err(Failure::new(USAGE, format!("--key: a key for `{}` signs no checkpoint", other.purpose()))),
        None => Ok(keys),
    }
}
