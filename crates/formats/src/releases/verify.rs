//! Telling a whole release folder from one that was changed, cut, mixed or grown on its way.

use std::collections::BTreeMap;
use std::fs;
use std::io::{self, Read};
use std::path::{Component, Path};

use memchr::memchr_iter;
use sha2::{Digest, Sha256};
use vouchsafe_domain::hex::hex;

use super::{File, Manifest};

/// What a folder is.
#[derive(Debug, Clone, PartialEq)]
pub enum Verdict<M = Manifest> {
    /// Whole, and signed by a key the reader holds for the sender's.
    Verified(Box<M>),
    /// Whole, but who signed it is not known: anybody could have made it.
    SignerUnknown(Box<M>),
    /// Not what was signed. At least one fault.
    Broken(Vec<Fault>),
}

/// Whose signature it is, if it holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Signer {
    /// A key the reader pinned.
    Pinned,
    /// Another key.
    Unknown,
}

/// One thing that is wrong with a folder.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{file}: {why}")]
pub struct Fault {
    /// Path below the folder; control characters are shown as escapes.
    pub file: String,
    /// What is wrong.
    pub why: Why,
}

/// What can be wrong with a file.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Why {
    /// Listed, but not there.
    #[error("is missing")]
    Missing,
    /// There, but not listed.
    #[error("is not part of what was signed")]
    Added,
    /// A link, a device, a pipe, or a folder where a file must be.
    #[error("is not a plain file")]
    NotAFile,
    /// Another size.
    #[error("has {bytes} bytes; the manifest says {bytes_listed}")]
    Size {
        /// As found.
        bytes: u64,
        /// As listed.
        bytes_listed: u64,
    },
    /// The same size, other bytes.
    #[error("was changed: its SHA-256 is not the one in the manifest")]
    Changed,
    /// Another number of lines than the manifest says, though the hash fits: the sender's fault.
    #[error("has {rows} lines; the manifest says {rows_listed}")]
    Rows {
        /// As found.
        rows: u64,
        /// As listed.
        rows_listed: u64,
    },
    /// A listed path that leaves the folder or has two spellings.
    #[error("is not a path that such a folder can hold")]
    BadPath,
    /// Listed twice.
    #[error("is listed twice")]
    Twice,
    /// Could not be read.
    #[error("could not be read: {0}")]
    Unreadable(String),
    /// Not a manifest this program understands.
    #[error("is not the manifest that is looked for: {0}")]
    NotAManifest(String),
    /// Written by a later version.
    #[error("is a manifest of version {version}; this program reads version {version_read}")]
    LaterVersion {
        /// As found.
        version: u32,
        /// As known.
        version_read: u32,
    },
    /// The signature does not hold.
    #[error("does not hold: {0}")]
    Signature(String),
}

const MANIFEST: &str = "manifest.json";
const SIGNATURE: &str = "manifest.json.sig";
/// Most bytes of manifest and signature that are read.
const MANIFEST_BYTES_MAX: u64 = 64 << 20;
const SIGNATURE_BYTES_MAX: u64 = 64 << 10;
/// How many bytes of a file are read at once.
const CHUNK_BYTES: usize = 256 << 10;

/// A signed manifest that lists every file of its folder.
pub(crate) trait Listing: serde::de::DeserializeOwned {
    /// What its `format` says.
    const FORMAT: &'static str;
    /// The version that is read.
    const VERSION: u32;

    /// Its `format` and `version`.
    fn head(&self) -> (&str, u32);

    /// What it lists.
    fn files(&self) -> &[File];
}

/// Check a folder without trusting anything in it. `check` gets the bytes of the manifest and the text of its
/// signature, and answers whose it is or why it does not hold. Reads every file once; memory does not grow with
/// their size.
pub fn verify(folder: &Path, check: impl FnOnce(&[u8], &str) -> Result<Signer, String>) -> Verdict {
    verify_as(folder, check, None)
}

/// The same for any kind of manifest. `beside` lies in the folder without being listed: something proven otherwise.
pub(crate) fn verify_as<M: Listing>(
    folder: &Path,
    check: impl FnOnce(&[u8], &str) -> Result<Signer, String>,
    beside: Option<&str>,
) -> Verdict<M> {
    match signed_manifest::<M>(folder, check) {
        Err(fault) => Verdict::Broken(vec![fault]),
        Ok((manifest, signer)) => {
            let mut faults = Vec::new();
            files(folder, manifest.files(), beside, &mut faults);
            match signer {
                _ if !faults.is_empty() => Verdict::Broken(faults),
                Signer::Pinned => Verdict::Verified(Box::new(manifest)),
                Signer::Unknown => Verdict::SignerUnknown(Box::new(manifest)),
            }
        }
    }
}

fn fault(file: &str, why: Why) -> Fault {
    Fault { file: file.escape_debug().to_string(), why }
}

/// Nothing in the manifest is looked at before its signature was found to fit it.
fn signed_manifest<M: Listing>(
    folder: &Path,
    check: impl FnOnce(&[u8], &str) -> Result<Signer, String>,
) -> Result<(M, Signer), Fault> {
    let manifest = read_small(folder, MANIFEST, MANIFEST_BYTES_MAX)?;
    let signature = read_small(folder, SIGNATURE, SIGNATURE_BYTES_MAX)?;
    let unsigned = |why: String| fault(SIGNATURE, Why::Signature(why));
    let signature = String::from_utf8(signature).map_err(|_| unsigned("it is not text".to_owned()))?;
    let signer = check(&manifest, &signature).map_err(unsigned)?;
    let not_one = |why: String| fault(MANIFEST, Why::NotAManifest(why));
    let manifest: M = serde_json::from_slice(&manifest).map_err(|error| not_one(error.to_string()))?;
    let (format, version) = manifest.head();
    if format != M::FORMAT {
        return Err(not_one(format!("its format is not `{}`", M::FORMAT)));
    }
    if version != M::VERSION {
        return Err(fault(MANIFEST, Why::LaterVersion { version, version_read: M::VERSION }));
    }
    Ok((manifest, signer))
}

fn read_small(folder: &Path, name: &str, bytes_max: u64) -> Result<Vec<u8>, Fault> {
    let unreadable = |error: io::Error| fault(name, Why::Unreadable(error.to_string()));
    let path = folder.join(name);
    let meta = match path.symlink_metadata() {
        Ok(meta) => meta,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Err(fault(name, Why::Missing)),
        Err(error) => return Err(unreadable(error)),
    };
    if !meta.is_file() {
        return Err(fault(name, Why::NotAFile));
    }
    if meta.len() > bytes_max {
        return Err(fault(name, Why::Unreadable(format!("it has more than {bytes_max} bytes"))));
    }
    let mut bytes = Vec::new();
    fs::File::open(path).and_then(|file| file.take(bytes_max).read_to_end(&mut bytes)).map_err(unreadable)?;
    Ok(bytes)
}

/// Compare what is listed with what is there.
fn files(folder: &Path, files: &[File], beside: Option<&str>, faults: &mut Vec<Fault>) {
    let mut listed: BTreeMap<&str, &File> = BTreeMap::new();
    for file in files {
        if !is_sound(&file.path) {
            faults.push(fault(&file.path, Why::BadPath));
        } else if listed.insert(&file.path, file).is_some() {
            faults.push(fault(&file.path, Why::Twice));
        }
    }
    let mut there: BTreeMap<String, bool> = BTreeMap::new();
    walk(folder, "", (&listed, beside), &mut there, faults);
    for (path, file) in listed {
        match there.get(path) {
            None => faults.push(fault(path, Why::Missing)),
            Some(false) => faults.push(fault(path, Why::NotAFile)),
            Some(true) => faults.extend(compare(folder, file).err()),
        }
    }
}

/// A path with one spelling that stays in the folder: plain names joined by `/`.
fn is_sound(path: &str) -> bool {
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-');
    let name = |name: &str| !name.is_empty() && !name.starts_with('.') && name.chars().all(plain);
    let normal = Path::new(path).components().all(|part| matches!(part, Component::Normal(_)));
    normal && path.split('/').all(name) && path != MANIFEST && path != SIGNATURE
}

/// Note what is there: plain files as true, other things under a listed name as false. Links are never followed,
/// and only folders that a listed path goes through are entered.
fn walk(
    folder: &Path,
    below: &str,
    (listed, beside): (&BTreeMap<&str, &File>, Option<&str>),
    there: &mut BTreeMap<String, bool>,
    faults: &mut Vec<Fault>,
) {
    let entries = match fs::read_dir(folder.join(below)) {
        Ok(entries) => entries,
        Err(error) => return faults.push(fault(below, Why::Unreadable(error.to_string()))),
    };
    for entry in entries {
        let (path, kind) = match entry.and_then(|entry| Ok((entry.file_name(), entry.file_type()?))) {
            Ok((name, kind)) if below.is_empty() => (name.to_string_lossy().into_owned(), kind),
            Ok((name, kind)) => (format!("{below}/{}", name.to_string_lossy()), kind),
            Err(error) => {
                faults.push(fault(below, Why::Unreadable(error.to_string())));
                continue;
            }
        };
        let inside = format!("{path}/");
        if path == MANIFEST || path == SIGNATURE || beside == Some(path.as_str()) {
            continue;
        }
        if listed.contains_key(path.as_str()) {
            there.insert(path, kind.is_file());
        } else if kind.is_dir() && listed.keys().any(|listed| listed.starts_with(&inside)) {
            walk(folder, &path, (listed, beside), there, faults);
        } else {
            faults.push(fault(&path, Why::Added));
        }
    }
}

/// Read a file once: size, hash, lines.
fn compare(folder: &Path, listed: &File) -> Result<(), Fault> {
    let found = |why| Err(fault(&listed.path, why));
    match read(&folder.join(&listed.path), listed.bytes) {
        Err(error) => found(Why::Unreadable(error.to_string())),
        Ok((bytes, _, _)) if bytes != listed.bytes => found(Why::Size { bytes, bytes_listed: listed.bytes }),
        Ok((_, sha256, _)) if sha256 != listed.sha256 => found(Why::Changed),
        Ok((_, _, rows)) => match listed.rows {
            Some(rows_listed) if rows_listed != rows => found(Why::Rows { rows, rows_listed }),
            _ => Ok(()),
        },
    }
}

fn read(path: &Path, bytes_listed: u64) -> io::Result<(u64, String, u64)> {
    let mut file = fs::File::open(path)?;
    let (mut sha256, mut bytes, mut rows) = (Sha256::new(), 0, 0);
    let mut chunk = vec![0; usize::try_from(bytes_listed).map_or(CHUNK_BYTES, |bytes| bytes.clamp(1, CHUNK_BYTES))];
    loop {
        let length = match file.read(&mut chunk) {
            Ok(0) => return Ok((bytes, hex(&sha256.finalize()), rows)),
            Ok(length) => length,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            Err(error) => return Err(error),
        };
        sha256.update(&chunk[..length]);
        bytes += length as u64;
        rows += memchr_iter(b'\n', &chunk[..length]).count() as u64;
    }
}
