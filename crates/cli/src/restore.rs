//! `vouchsafe restore`: a backup into an empty place, and in quarantine when it may lack what was recorded later.

use crate::{
    exit::{BROKEN, DONE, FAILED, Failure},
    installation::Place,
    progress,
};
use clap::Args;
use std::{
    fs,
    path::{Path, PathBuf},
};
use vouchsafe_app::{
    custody::beside::FILES,
    store::{Error as StoreError, custody::restore},
};
use vouchsafe_domain::time::Micros;

/// From where, and to where.
#[derive(Args)]
pub(crate) struct Restore {
    /// The backup.
    file: PathBuf,
    #[command(flatten)]
    place: Place,
    /// A copy of the ledger-head.json of the lost installation, where DATA does not hold it. What lies beside that copy and was
    /// beside it there (ledger-checkpoints.json, ledger-epochs.json, ledger-stopped.json) is taken as well.
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
            bring(known, &self.place.data)?;
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

/// Takes what was known of a lost installation to this one, which knows nothing yet.
fn bring(known: &Path, data: &Path) -> Result<(), Failure> {
    let named = |path: &Path, e: std::io::Error| Failure::new(FAILED, format!("{}: {e}", path.display()));
    let beside = known.parent().unwrap_or(Path::new("."));
    let [head, others @ ..] = FILES;
    let others = others.iter().map(|name| (beside.join(name), data.join(name))).filter(|(from, _)| from.exists());
    let all: Vec<(PathBuf, PathBuf)> = [(known.to_owned(), data.join(head))].into_iter().chain(others).collect();
    if let Some((_, there)) = all.iter().find(|(_, to)| to.exists()) {
        return Err(Failure::new(FAILED, format!("{} is already there: leave --known out", there.display())));
    }
    for (from, to) in all {
        fs::copy(&from, &to).map_err(|e| named(&from, e))?;
    }
    Ok(())
}
