//! `vouchsafe release fetch`: every file of a delivered release, checked against the SHA-256 that the server names.

use crate::{
    exit::{BROKEN, DONE, FAILED, Failure},
    progress,
    remote::{Remote, escaped},
    whole::{Readers, Whole},
};
use clap::Args;
use indicatif::ProgressBar;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use std::{
    fs,
    io::{self, Read, Write},
    path::{Component, Path, PathBuf},
};
use vouchsafe_domain::hex::hex;

/// Bytes that are read at once.
const PIECE_BYTES: usize = 128 << 10;

/// Which release, and where to.
#[derive(Args)]
pub(crate) struct Fetch {
    /// The release's id.
    release: String,
    /// The folder to put it into; made if it is not there.
    dir: PathBuf,
}

impl Fetch {
    pub(crate) fn run(&self, remote: &Remote, json: bool) -> Result<u8, Failure> {
        let path = format!("/releases/{}", escaped(&self.release));
        let found = remote.get(&path)?;
        let files = found["files"].as_array().map_or(&[][..], Vec::as_slice);
        if files.is_empty() {
            return Err(Failure::new(FAILED, "this release has no files to fetch yet"));
        }
        let (fetched, kept) = fetch_all(remote, &path, files, &self.dir)?;
        if json {
            println!("{}", json!({"release": self.release, "fetched": fetched, "kept": kept}));
        } else {
            println!("{fetched} files were fetched into {}, {kept} were there before", self.dir.display());
            println!("Check them: vouchsafe release verify {} --key KEY", self.dir.display());
        }
        Ok(DONE)
    }
}

/// Every listed file below `path` of the server into a folder, but those that are whole there already: how many were fetched,
/// and how many kept.
pub(crate) fn fetch_all(remote: &Remote, path: &str, files: &[Value], dir: &Path) -> Result<(u64, u64), Failure> {
    let bytes = |file: &Value| file["bytes"].as_u64().unwrap_or(0);
    let bar = progress::bytes(files.iter().map(bytes).sum(), "fetched");
    let (mut fetched, mut kept) = (0, 0);
    for file in files {
        let name = file["path"].as_str().unwrap_or_default();
        let (target, sha256) = (dir.join(inside(name)?), file["sha256"].as_str().unwrap_or_default());
        if target.exists() && sha256_of(&target)? == sha256 {
            kept += 1;
            bar.inc(bytes(file));
            continue;
        }
        let from = remote.download(&format!("{path}/files/{}", escaped(name)))?;
        fetch(from, &target, sha256, &bar)?;
        fetched += 1;
    }
    bar.finish_and_clear();
    Ok((fetched, kept))
}

/// A name that stays in the folder, whatever the server sends.
fn inside(name: &str) -> Result<&Path, Failure> {
    let path = Path::new(name);
    if name.is_empty() || !path.components().all(|part| matches!(part, Component::Normal(_))) {
        return Err(Failure::new(BROKEN, "the server names a file outside the folder; nothing more was fetched"));
    }
    Ok(path)
}

/// Under another name first: a file by its own name is whole and what the server said it is.
fn fetch(mut from: impl Read, target: &Path, sha256: &str, bar: &ProgressBar) -> Result<(), Failure> {
    let mut place = Whole::at(target);
    let named = |e: io::Error| Failure::new(FAILED, format!("{}: {e}", target.display()));
    if let Some(folder) = target.parent() {
        fs::create_dir_all(folder).map_err(named)?;
    }
    let mut file = place.create(Readers::Any).map_err(named)?;
    let found = pour(&mut from, |piece| {
        bar.inc(piece.len() as u64);
        file.write_all(piece)
    });
    if found.map_err(named)? != sha256 {
        let why = format!("{}: what arrived is not what the server said it is", target.display());
        return Err(Failure::new(BROKEN, why));
    }
    place.take().map_err(named)
}

/// The SHA-256 of a file, in hex.
pub(crate) fn sha256_of(path: &Path) -> Result<String, Failure> {
    let named = |e: io::Error| Failure::new(FAILED, format!("{}: {e}", path.display()));
    let mut file = fs::File::open(path).map_err(named)?;
    pour(&mut file, |_| Ok(())).map_err(named)
}

/// Hands over every piece, and gives the SHA-256 of all in hex.
fn pour(from: &mut impl Read, mut give: impl FnMut(&[u8]) -> io::Result<()>) -> io::Result<String> {
    let (mut piece, mut hash) = (vec![0; PIECE_BYTES], Sha256::new());
    loop {
        match from.read(&mut piece) {
            Ok(0) => break,
            Ok(n) => {
                hash.update(&piece[..n]);
                give(&piece[..n])?;
            }
            Err(e) if e.kind() == io::ErrorKind::Interrupted => {}
            Err(e) => return Err(e),
        }
    }
    Ok(hex(&hash.finalize()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_name_leads_out_of_the_folder() {
        assert!(inside("data/full.jsonl").is_ok());
        for name in ["", "/etc/passwd", "../x", "data/../../x", "./x"] {
            assert!(inside(name).is_err(), "{name}");
        }
    }

    #[test]
    fn what_is_not_as_promised_does_not_stay() {
        let dir = tempfile::tempdir().expect("a folder");
        let (target, bar) = (dir.path().join("data/full.jsonl"), ProgressBar::hidden());
        let failure = fetch(&b"{}"[..], &target, "00", &bar).expect_err("another sum");
        assert_eq!(failure.code, BROKEN);
        assert_eq!(fs::read_dir(dir.path().join("data")).expect("a folder").count(), 0);
        let sum = pour(&mut &b"{}"[..], |_| Ok(())).expect("memory can be read");
        fetch(&b"{}"[..], &target, &sum, &bar).expect("it is as promised");
        assert_eq!(sha256_of(&target).expect("it is there"), sum);
    }
}
