//! Backups: recorded first, then every row of one state of the database and the files of its releases.

use super::local::everywhere;
use crate::{App, Error};
use std::{fs::File, io::Write};
use vouchsafe_ledger::act::Act;
use vouchsafe_store::{
    custody::{
        backup::{Counts, Head, Writer},
        quarantine,
    },
    migrate,
    releases::orders,
};

/// What a backup holds.
#[derive(Debug, Clone)]
pub struct Backup {
    /// What it says of itself.
    pub head: Head,
    /// Rows and files in it.
    pub counts: Counts,
    /// Releases whose folder is not on this machine, so that their files are not in it.
    pub without_files: Vec<String>,
}

impl App {
    /// Writes a backup. A server may go on working meanwhile: the backup holds one state, and the entry that says
    /// it was begun, since content leaves for a file here. `tell` hears how many rows were written.
    pub async fn backup<W: Write + Send>(
        &self,
        to: W,
        version: &str,
        tell: &mut (dyn FnMut(u64) + Send),
    ) -> Result<(W, Backup), Error> {
        let id = self.id().to_string();
        let entries = everywhere(self, Act::BackupWritten).await?;
        let tx = self.store.write("backup").await?;
        tx.commit(entries.into_iter().map(|entry| entry.of("backup", id.clone()).of("version", version))).await?;

        // What has its number is known, after a restore, to be what it was; a server that goes on leaves few without.
        while self.number_entries().await? > 0 {}
        let mut on = self.store.snapshot().await?;
        let head = Head {
            version: version.into(),
            at_us: self.now().0,
            migrations: migrate::ALL.iter().map(|(name, _)| (*name).to_owned()).collect(),
            ledgers: quarantine::heads(&mut on).await?,
        };
        let releases = orders::whole(&mut on).await?;
        let mut writer = Writer::begin(to, &head)?;
        writer.rows(&mut on, tell).await?;
        drop(on);

        let mut without_files = Vec::new();
        for release in releases {
            let folder = self.release_folder(release)?;
            if !folder.is_dir() {
                without_files.push(release.to_string());
                continue;
            }
            for path in files_below(&folder)? {
                let named = |error| vouchsafe_store::Error::Io { what: path.display().to_string(), error };
                let mut file = File::open(&path).map_err(named)?;
                let below = path.strip_prefix(&folder).unwrap_or(&path).to_string_lossy().into_owned();
                writer.file(&format!("releases/{release}/{below}"), &mut file)?;
            }
        }
        let (to, counts) = writer.finish(&self.store)?;
        Ok((to, Backup { head, counts, without_files }))
    }
}

/// Every file below a folder, in the order of their names.
fn files_below(folder: &std::path::Path) -> Result<Vec<std::path::PathBuf>, vouchsafe_store::Error> {
    let (mut files, mut folders) = (Vec::new(), vec![folder.to_owned()]);
    while let Some(folder) = folders.pop() {
        let named = |error| vouchsafe_store::Error::Io { what: folder.display().to_string(), error };
        for entry in std::fs::read_dir(&folder).map_err(named)? {
            let path = entry.map_err(named)?.path();
            if path.is_dir() { folders.push(path) } else { files.push(path) }
        }
    }
    files.sort();
    Ok(files)
}
