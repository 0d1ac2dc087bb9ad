//! A log put in the order of time, by way of one file for each day: vendors answer newest first, and files are joined
//! anyhow. What is held is a day.

use crate::exit::Failure;
use std::collections::BTreeMap;
use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io::{ErrorKind, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};
use vouchsafe_watch::{Activity, time::Day};

/// Bytes of a day that are held before they are written.
const HELD_BYTES: usize = 1 << 16;

/// Acts by day, in a folder that only its owner may read and that goes with this.
pub(super) struct InOrder {
    folder: PathBuf,
    held: BTreeMap<i32, Vec<u8>>,
}

impl InOrder {
    /// In a new folder.
    pub(super) fn at(folder: PathBuf) -> Result<Self, Failure> {
        DirBuilder::new().mode(0o700).create(&folder).map_err(|error| match error.kind() {
            ErrorKind::AlreadyExists => Failure::from(format!(
                "{}: is there already; a scan that goes on now needs it, and one that was killed left it: then delete it",
                folder.display()
            )),
            _ => failed(&folder, &error),
        })?;
        Ok(Self { folder, held: BTreeMap::new() })
    }

    pub(super) fn add(&mut self, act: &Activity<'_>) -> Result<(), Failure> {
        let day = Day::of(act.at_us, 0).0;
        let held = self.held.entry(day).or_default();
        serde_json::to_writer(&mut *held, act).map_err(|error| Failure::from(error.to_string()))?;
        held.push(b'\n');
        if held.len() < HELD_BYTES {
            return Ok(());
        }
        let bytes = std::mem::take(held);
        self.put(day, &bytes)
    }

    /// Every act, by time; those of one moment as they were added.
    pub(super) fn each(mut self, mut take: impl FnMut(&Activity<'_>) -> Result<(), Failure>) -> Result<(), Failure> {
        for (day, rest) in std::mem::take(&mut self.held) {
            let path = self.path(day);
            let mut bytes =
                if path.exists() { fs::read(&path).map_err(|error| failed(&path, &error))? } else { Vec::new() };
            bytes.extend(rest);
            let acts: Result<Vec<Activity<'_>>, _> = bytes
                .split(|byte| *byte == b'\n')
                .filter(|line| !line.is_empty())
                .map(serde_json::from_slice)
                .collect();
            let mut acts = acts.map_err(|error| Failure::from(format!("{}: {error}", path.display())))?;
            acts.sort_by_key(|act| act.at_us);
            acts.iter().try_for_each(&mut take)?;
        }
        Ok(())
    }

    fn put(&self, day: i32, bytes: &[u8]) -> Result<(), Failure> {
        let path = self.path(day);
        let open = || -> std::io::Result<File> { OpenOptions::new().append(true).create(true).mode(0o600).open(&path) };
        open().and_then(|mut file| file.write_all(bytes)).map_err(|error| failed(&path, &error))
    }

    fn path(&self, day: i32) -> PathBuf {
        self.folder.join(day.to_string())
    }
}

impl Drop for InOrder {
    fn drop(&mut self) {
        if let Err(error) = fs::remove_dir_all(&self.folder) {
            eprintln!("vouchsafe: {}: {error}", self.folder.display());
        }
    }
}

fn failed(path: &Path, error: &std::io::Error) -> Failure {
    Failure::from(format!("{}: {error}", path.display()))
}
