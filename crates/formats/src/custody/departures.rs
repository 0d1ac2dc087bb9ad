//! What a client leaves with: a signed folder of everything that is its own.
//!
//! ```text
//! DEPARTURE/
//!   manifest.json        counts, the head of the client's ledger, sha256 of every file
//!   manifest.json.sig    detached signature over the bytes of manifest.json
//!   README.md            what lies here, for people
//!   <table>.jsonl        one row a line; people by their pseudonym
//!   releases/<id>/…      every release whose folder was whole, as it was delivered, with its own manifest
//!   ledger/…             fetched last, so that it holds the departure itself; proven by its own signed head
//! ```
//!
//! [`DepartureWriter`] writes all but the releases, which lie on the server already, and the ledger; [`verify`] tells a
//! whole folder from a broken one. The ledger is not listed: [`Manifest::ledger`] is the head that it must continue.

use crate::releases::{
    File, FileRole, FolderError, Lines, Place, Signer, Verdict,
    folder::{Temporary, file, sync_folder},
    verify::{Listing, verify_as},
    writing::{Hashed, Writing},
};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use std::{
    collections::BTreeMap,
    fs, io,
    path::{Path, PathBuf},
};
use vouchsafe_domain::{
    ids::{DepartureId, ProjectId, ReleaseId},
    time::Micros,
};

const FORMAT: &str = "vouchsafe departure";
const VERSION: u32 = 1;
/// The folder of the ledger, which stands beside what is listed.
pub const LEDGER: &str = "ledger";

/// The signed description of a departure. Holds no content: ids, counts, hashes, times (RFC 3339, UTC) and the client's
/// code name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Manifest {
    /// Always `vouchsafe departure`.
    pub format: String,
    /// Of manifest and folder.
    pub version: u32,
    /// Which.
    pub departure: DepartureId,
    /// Code name of the client.
    pub client: String,
    /// When its rows were read; later ones are not in it.
    pub built_at: String,
    /// What wrote it.
    pub software: String,
    /// Id of the key that signed.
    pub key: String,
    /// Rows by table.
    pub counts: BTreeMap<String, u64>,
    /// Every release, whether or not its files are here.
    pub releases: Vec<ReleaseHeld>,
    /// The newest signed head of the client's ledger when the build began; the ledger that comes along must continue it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ledger: Option<String>,
    /// Every file but the manifest, its signature and the ledger, by path.
    pub files: Vec<File>,
}

/// A release of the client.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReleaseHeld {
    /// Which.
    pub release: ReleaseId,
    /// Of which project.
    pub project: ProjectId,
    /// Within the project, from 1.
    pub version: u32,
    /// Where it stood.
    pub state: String,
    /// Whether its files are here: they are if its folder was whole on the server that built this.
    pub has_files: bool,
}

impl Listing for Manifest {
    const FORMAT: &'static str = FORMAT;
    const VERSION: u32 = VERSION;

    fn head(&self) -> (&str, u32) {
        (&self.format, self.version)
    }

    fn files(&self) -> &[File] {
        &self.files
    }
}

/// Check a folder without trusting anything in it, as [`crate::releases::verify`] does. The ledger beside it is left alone.
pub fn verify(folder: &Path, check: impl FnOnce(&[u8], &str) -> Result<Signer, String>) -> Verdict<Manifest> {
    verify_as(folder, check, Some(LEDGER))
}

/// What the writer cannot see in the rows.
#[derive(Debug, Clone)]
pub struct About {
    /// Which.
    pub departure: DepartureId,
    /// Code name of the client.
    pub client: String,
    /// When its rows were read.
    pub built_at: Micros,
    /// Id of the key that will sign.
    pub key: String,
    /// The newest signed head of the client's ledger.
    pub ledger: Option<String>,
    /// Every release.
    pub releases: Vec<ReleaseHeld>,
    /// Files of releases, by their paths below the folder: they lie elsewhere, and are fetched with it.
    pub release_files: Vec<File>,
}

/// A departure in the making. Dropped before [`DepartureWriter::finish`], it takes its files with it.
pub struct DepartureWriter {
    place: Box<dyn Place>,
    folder: PathBuf,
    temporary: Temporary,
    names: Vec<&'static str>,
    lines: Vec<Lines>,
    writing: Writing,
}

impl DepartureWriter {
    /// Start the folder, which must not exist, with one file for each table. Only one writer at a time may work on it.
    pub fn create(folder: &Path, tables: &[&'static str], place: Box<dyn Place>) -> Result<Self, FolderError> {
        let temporary = Temporary::for_folder(folder)?;
        fs::create_dir_all(&temporary.0).map_err(|source| FolderError::Io { file: String::new(), source })?;
        let paths = tables.iter().map(|name| format!("{name}.jsonl")).collect();
        let writing = Writing::start(&*place, &temporary.0, paths)?;
        let lines = tables.iter().map(|_| Lines::default()).collect();
        Ok(Self { place, folder: folder.to_owned(), temporary, names: tables.to_vec(), lines, writing })
    }

    /// Add a row to the table with this place in the list.
    pub fn push(&mut self, table: usize, row: &Map<String, Value>) -> Result<(), FolderError> {
        let failed = |source| FolderError::Io { file: self.names[table].to_owned(), source };
        self.lines[table].push(row).map_err(|error| failed(io::Error::other(error)))?;
        self.writing.take(table, &mut self.lines[table])
    }

    /// Write manifest and signature, make everything durable and give the folder its name. `sign` gets the bytes of
    /// `manifest.json` and answers with the text of `manifest.json.sig`.
    pub fn finish(self, about: &About, sign: impl FnOnce(&[u8]) -> String) -> Result<Manifest, FolderError> {
        let Self { place, folder, temporary, names, mut lines, mut writing } = self;
        for (table, lines) in lines.iter_mut().enumerate() {
            writing.take_all(table, lines)?;
        }
        let rows = lines.iter().map(Lines::rows);
        let counts = names.iter().map(|name| (*name).to_owned()).zip(rows.clone()).collect();
        let mut files: Vec<File> = writing
            .close()?
            .into_iter()
            .zip(rows)
            .map(|(written, rows)| File { rows: Some(rows), ..file(written, FileRole::Data) })
            .collect();
        let root = &temporary.0;
        files.push(file(Hashed::write(&*place, root, "README.md", readme(about).as_bytes())?, FileRole::Card));
        files.extend(about.release_files.iter().cloned());
        files.sort_by(|a, b| a.path.cmp(&b.path));
        let manifest = Manifest {
            format: FORMAT.to_owned(),
            version: VERSION,
            departure: about.departure,
            client: about.client.clone(),
            built_at: about.built_at.to_string(),
            software: concat!("vouchsafe ", env!("CARGO_PKG_VERSION")).to_owned(),
            key: about.key.clone(),
            counts,
            releases: about.releases.clone(),
            ledger: about.ledger.clone(),
            files,
        };
        let failed = |file: &str, source| FolderError::Io { file: file.to_owned(), source };
        let mut bytes =
            serde_json::to_vec_pretty(&manifest).map_err(|error| failed("manifest.json", io::Error::other(error)))?;
        bytes.push(b'\n');
        Hashed::write(&*place, root, "manifest.json", &bytes)?;
        Hashed::write(&*place, root, "manifest.json.sig", sign(&bytes).as_bytes())?;
        sync_folder(root).map_err(|source| failed("", source))?;
        temporary.name(&folder)?;
        Ok(manifest)
    }
}

fn readme(about: &About) -> String {
    format!(
        "# All that {client} had here\n\n\
         Read from one state of the server's database at {at}. Each `.jsonl` file is a table, one row a line: UTF-8, times \
         RFC 3339 in UTC, what is absent left out. People stand under the pseudonyms that the ledger and the releases \
         use.\n\n\
         | file | holds |\n|---|---|\n\
         | `projects`, `schemas`, `guidelines`, `batches` | the projects with every version of their texts |\n\
         | `tasks` | each row as it came, its gold answers if it has some, its consensus if it was reckoned |\n\
         | `annotations`, `reviews`, `flags` | every revision of every answer, in whatever state, and what was said of it |\n\
         | `agreements`, `signatures` | what whoever worked here signed, and when |\n\
         | `quality` | the newest figures of each project |\n\
         | `sent` | who was sent anything: the first moment, and the hour of the last |\n\
         | `releases`, `releases/…` | every release, and its files with their own signed manifest |\n\
         | `ledger/` | the client's log, whole, with its proofs |\n\n\
         Check it without a network: `vouchsafe client verify . --key <release key> --key <checkpoint key>`, with the \
         keys that you pinned.\n",
        client = about.client,
        at = about.built_at,
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::releases::PlainFiles;
    use serde_json::json;

    fn about() -> About {
        About {
            departure: "3b9f0d6e-4f6c-4c3a-9a52-6f1d2a7c8e10".parse().unwrap(),
            client: "HERON".into(),
            built_at: Micros(1_767_225_600_000_000),
            key: "00".into(),
            ledger: None,
            releases: Vec::new(),
            release_files: Vec::new(),
        }
    }

    fn built(dir: &Path) -> PathBuf {
        let folder = dir.join("departure");
        let mut writer = DepartureWriter::create(&folder, &["tasks", "flags"], Box::new(PlainFiles)).unwrap();
        for n in 0..3 {
            let Value::Object(row) = json!({"id": n, "row": {"q": "…"}}) else { unreachable!() };
            writer.push(0, &row).unwrap();
        }
        writer.finish(&about(), |_| "signed".into()).unwrap();
        folder
    }

    fn verdict(folder: &Path) -> Verdict<Manifest> {
        verify(folder, |_, signature| if signature == "signed" { Ok(Signer::Pinned) } else { Err("no".into()) })
    }

    #[test]
    fn a_folder_is_whole_or_told_from_one_that_is() {
        let dir = tempfile::tempdir().unwrap();
        let folder = built(dir.path());
        let Verdict::Verified(manifest) = verdict(&folder) else { panic!("{:?}", verdict(&folder)) };
        assert_eq!(manifest.counts, BTreeMap::from([("tasks".into(), 3), ("flags".into(), 0)]));
        fs::create_dir(folder.join(LEDGER)).unwrap();
        fs::write(folder.join(LEDGER).join("checkpoint"), "…").unwrap();
        assert!(matches!(verdict(&folder), Verdict::Verified(_)), "the ledger is proven by its own head");
        fs::write(folder.join("more"), "…").unwrap();
        let Verdict::Broken(faults) = verdict(&folder) else { panic!("a file more") };
        assert_eq!(faults[0].to_string(), "more: is not part of what was signed");
        fs::remove_file(folder.join("more")).unwrap();
        fs::remove_file(folder.join("flags.jsonl")).unwrap();
        let Verdict::Broken(faults) = verdict(&folder) else { panic!("a file less") };
        assert_eq!(faults[0].to_string(), "flags.jsonl: is missing");
    }

    #[test]
    fn a_dropped_writer_leaves_nothing() {
        let dir = tempfile::tempdir().unwrap();
        drop(DepartureWriter::create(&dir.path().join("departure"), &["tasks"], Box::new(PlainFiles)).unwrap());
        assert_eq!(fs::read_dir(dir.path()).unwrap().count(), 0);
    }
}
