//! Outside audit logs that a collector lays into a folder of this machine.
//!
//! The same as a log that somebody sends, and off for as long as that is: without a declaration no file is opened. A file
//! is read once, whole, when two looks in a row found it unchanged; whoever writes slowly writes elsewhere and moves it in.
//! Nothing in the folder is changed or removed. What was read is known by a keyed digest of its bytes, so that neither a
//! restart nor another server on the same database reads it again.

use super::{
    blocking,
    outside_facts::inside,
    outside_findings::Findings,
    outside_logs::{Judged, NAME_CHARS_MAX, judge},
};
use crate::{App, Error};
use sha2::{Digest, Sha256};
use std::{
    collections::HashMap,
    io,
    path::{Path, PathBuf},
    time::SystemTime,
};
use vouchsafe_store::custody::watched::{self, Declared};
use vouchsafe_watch::read::report::Report;

/// Most bytes of one file that are read.
const FILE_BYTES_MAX: u64 = 64 << 20;
/// Most files that are looked at; further ones, by name, wait until some are taken away.
const FILES_MAX: usize = 10_000;

/// The files of the folder as the last look found them.
#[derive(Default)]
pub struct Files(HashMap<String, Stands>);

/// How a file stood, and whether it was read as it stands.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Stands {
    bytes: u64,
    changed: SystemTime,
    read: bool,
}

impl Files {
    /// Takes in how the folder stands now. The files that stood like this before already and were not read.
    fn settle(&mut self, now: HashMap<String, (u64, SystemTime)>) -> Vec<String> {
        let before = std::mem::take(&mut self.0);
        let mut due = Vec::new();
        for (name, (bytes, changed)) in now {
            let same = before.get(&name).filter(|before| (before.bytes, before.changed) == (bytes, changed));
            let read = same.is_some_and(|before| before.read);
            if same.is_some() && !read {
                due.push(name.clone());
            }
            self.0.insert(name, Stands { bytes, changed, read });
        }
        due.sort_unstable();
        due
    }
}

impl App {
    /// Reads the files of `folder` that came since it was looked at last; how many it read or refused. Each then stands in
    /// the list of logs. Call it again and again. Memory: one file, of 64 MiB at most.
    pub async fn read_folder(&self, folder: &Path) -> Result<usize, Error> {
        let mut tx = self.store.write("read_folder").await?;
        let declared = watched::declared(&mut tx).await?;
        tx.abandon().await?;
        let Some(declared) = declared else { return Ok(0) };
        let mut files = self.folder.lock().await;
        let of = folder.to_owned();
        let now = blocking(move || list(&of)).await?.map_err(|error| {
            Error::state("watched_folder", format!("the watched folder {} cannot be read: {error}", folder.display()))
        })?;
        let mut read = 0;
        for name in files.settle(now) {
            read += usize::from(self.read_file(folder.join(&name), &name, &declared).await?);
            if let Some(stands) = files.0.get_mut(&name) {
                stands.read = true;
            }
        }
        Ok(read)
    }

    /// Reads one file, unless its bytes were read before.
    async fn read_file(&self, path: PathBuf, name: &str, declared: &Declared) -> Result<bool, Error> {
        let called: String = name.chars().take(NAME_CHARS_MAX).collect();
        let mut tx = self.store.write("read_folder").await?;
        let inside = inside(&mut tx, declared).await?;
        tx.abandon().await?;
        let (digest, bytes, judged) = blocking(move || read(&path, called, inside)).await?;
        let mac = self.store.keys().installation("custody").keyed("watched file", &[&digest]);
        let mut judged = judged?;
        judged.findings.from_folder = true;
        let kept = self.keep_log(judged, bytes, declared.set_by, Some(mac), None).await?;
        Ok(kept.is_some())
    }
}

/// The plain files of a folder, but for hidden ones: name, size, and when it was changed. Links are not followed.
fn list(folder: &Path) -> io::Result<HashMap<String, (u64, SystemTime)>> {
    let mut names: Vec<(String, PathBuf)> = std::fs::read_dir(folder)?
        .filter_map(|entry| entry.ok().map(|entry| (entry.file_name().to_string_lossy().into_owned(), entry.path())))
        .filter(|(name, _)| !name.starts_with('.'))
        .collect();
    names.sort_unstable();
    let stands = names.into_iter().take(FILES_MAX).filter_map(|(name, path)| {
        let of = std::fs::symlink_metadata(path).ok().filter(std::fs::Metadata::is_file)?;
        Some((name, (of.len(), of.modified().ok()?)))
    });
    Ok(stands.collect())
}

/// What a file is known by, its size, and what came of reading it. What cannot be read is a log with one refusal.
fn read(path: &Path, name: String, domains: Vec<String>) -> (Vec<u8>, u64, Result<Judged, Error>) {
    let unread = |rule, bytes: u64| {
        let told = format!("{name}\n{bytes}\n{rule}");
        (Sha256::digest(told).to_vec(), bytes, Ok(refused(name.clone(), rule)))
    };
    let log = match std::fs::metadata(path) {
        Ok(of) if of.len() > FILE_BYTES_MAX => return unread("a file has at most 64 MiB: split it", of.len()),
        Ok(_) => std::fs::read(path),
        Err(error) => Err(error),
    };
    match log {
        Err(_) => unread("the server may not read this file", 0),
        Ok(log) if log.starts_with(&[0x1f, 0x8b]) => unread("a packed file is not read: unpack it", log.len() as u64),
        Ok(log) => (Sha256::digest(&log).to_vec(), log.len() as u64, judge(name, &log, domains)),
    }
}

/// A file as a whole that was not read.
fn refused(name: String, rule: &str) -> Judged {
    let findings = Findings { refused: vec![(0, "file".to_owned(), rule.to_owned())], ..Findings::of(name) };
    let report = Report { lines: 1, skipped: 1, ..Report::default() };
    Judged::nothing(findings, report)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_due_once_and_only_after_it_stood_still() {
        let at = |s| SystemTime::UNIX_EPOCH + std::time::Duration::from_secs(s);
        let stands = |bytes, s| HashMap::from([("a.jsonl".to_owned(), (bytes, at(s)))]);
        let mut files = Files::default();
        assert!(files.settle(stands(1, 1)).is_empty(), "nobody knows yet whether it still grows");
        assert!(files.settle(stands(2, 2)).is_empty(), "it grew");
        assert_eq!(files.settle(stands(2, 2)), ["a.jsonl"]);
        files.0.get_mut("a.jsonl").unwrap().read = true;
        assert!(files.settle(stands(2, 2)).is_empty());
        assert!(files.settle(stands(3, 3)).is_empty());
        assert_eq!(files.settle(stands(3, 3)), ["a.jsonl"], "another file of the same name");
    }
}
