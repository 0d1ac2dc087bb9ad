//! `vouchsafe backup`: one file with everything, sealed as it lies, and no key.

use crate::{
    exit::{DONE, FAILED, Failure},
    installation::Place,
    progress,
    whole::{Readers, Whole},
};
use clap::Args;
use std::{
    io::{self, BufWriter},
    path::PathBuf,
};

/// Where to, and of what.
#[derive(Args)]
pub(crate) struct Backup {
    /// The file to write; it must not be there.
    file: PathBuf,
    #[command(flatten)]
    place: Place,
    /// Answer with one JSON object.
    #[arg(long)]
    json: bool,
}

impl Backup {
    /// Writes it under another name first: a file by the asked name is whole.
    pub(crate) async fn run(self) -> Result<u8, Failure> {
        let named = |e: io::Error| Failure::new(FAILED, format!("{}: {e}", self.file.display()));
        if self.file.exists() {
            return Err(Failure::new(FAILED, format!("{} is already there; nothing was written", self.file.display())));
        }
        let (app, stopped) = self.place.open_to_record().await?;
        let mut place = Whole::at(&self.file);
        let out = BufWriter::new(place.create(Readers::Owner).map_err(named)?);
        let bar = progress::count("rows");
        let written = app.backup(out, env!("CARGO_PKG_VERSION"), &mut |rows| bar.set_position(rows)).await;
        bar.finish_and_clear();
        let kept = written.map_err(Failure::from).and_then(|(out, backup)| {
            let file = out.into_inner().map_err(|e| named(e.into_error()))?;
            place.take().map_err(named)?;
            Ok((file.metadata().map_err(named)?.len(), backup))
        });
        let (bytes, backup) = kept?;
        stopped.again(&app).await?;
        let rows: u64 = backup.counts.rows.values().sum();
        let at = vouchsafe_domain::time::Micros(backup.head.at_us).to_string();
        if self.json {
            println!(
                "{}",
                serde_json::json!({
                    "file": self.file, "bytes": bytes, "at": at, "rows": rows, "files": backup.counts.files,
                    "releases_without_files": backup.without_files,
                })
            );
        } else {
            println!(
                "{}: {rows} rows and {} files of releases as of {at}, {bytes} bytes",
                self.file.display(),
                backup.counts.files
            );
            println!("It holds no key. To read it again you need DATA/keys, and what the clients' keys come from.");
        }
        for release in &backup.without_files {
            eprintln!(
                "vouchsafe: the folder of release {release} is not on this machine; its files are not in the backup"
            );
        }
        Ok(if backup.without_files.is_empty() { DONE } else { FAILED })
    }
}
