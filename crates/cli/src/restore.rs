//! `vouchsafe restore`: a backup into an empty place, and in quarantine when it may lack what was recorded later.

use crate::{
    exit::{BROKEN, DONE, FAILED, Failure},
    installation::Place,
    progress,
};
use clap::Args;
use std::{fs, path::PathBuf};
use vouchsafe_app::store::{Error as StoreError, custody::restore};
use vouchsafe_domain::time::Micros;

/// From where, and to where.
#[derive(Args)]
pub(crate) struct Restore {
    /// The backup.
    file: PathBuf,
    #[command(flatten)]
    place: Place,
    /// A copy of the ledger-head.json of the lost installation, where DATA does not hold it.
    #[arg(long, value_name = "FILE")]
    known: Option<PathBuf>,
    /// Answer with one JSON object.
    #[arg(long)]
    json: bool,
}

impl Restore {
    pub(crate) async fn run(self) -> Result<u8, Failure> {
        let named = |path: &PathBuf, e: std::io::Error| Failure::new(FAILED, format!("{}: {e}", path.display()));
        let ring = self.place.ring()?;
        let file = fs::File::open(&self.file).map_err(|e| named(&self.file, e))?;
        if let Some(known) = &self.known {
            let to = self.place.data.join("ledger-head.json");
            if to.exists() {
                return Err(Failure::new(FAILED, format!("{} is already there: leave --known out", to.display())));
            }
            fs::copy(known, &to).map_err(|e| named(known, e))?;
        }
        let bar = progress::bytes(file.metadata().map_or(0, |about| about.len()), "restoring");
        let from = bar.wrap_read(file);
        let restored = restore::restore(from, &self.place.url(), &self.place.data, &ring, &mut |_| {}).await;
        bar.finish_and_clear();
        let (head, counts) = restored.map_err(|error| match error {
            StoreError::Backup(_) => Failure::new(BROKEN, format!("{error}; nothing was restored")),
            other => Failure::new(FAILED, format!("{other}; nothing was restored")),
        })?;
        let app = self.place.open().await?;
        app.restored(env!("CARGO_PKG_VERSION"), head.at_us).await?;
        let quarantine = app.check_known(true).await?;
        let (at, rows) = (Micros(head.at_us).to_string(), counts.rows.values().sum::<u64>());
        if self.json {
            println!(
                "{}",
                serde_json::json!({
                    "at": at, "rows": rows, "files": counts.files, "quarantine": quarantine.as_ref().map(|q| &q.reason),
                })
            );
        } else {
            println!("{rows} rows and {} files of releases as of {at} are restored", counts.files);
            if let Some(quarantine) = &quarantine {
                println!("In quarantine: {}.", quarantine.reason);
                println!("The server will show what there is and take nothing new, until `vouchsafe quarantine lift`.");
            }
        }
        Ok(DONE)
    }
}
