//! Writing a release folder: under a temporary name, made durable, then renamed. Whoever finds the folder finds it
//! whole; a killed build leaves only the temporary name, which the next build and [`sweep`] remove.

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use serde_json::Value;
use sha2::{Digest, Sha256};
use vouchsafe_domain::ids::{ProjectId, ReleaseId, TaskId};
use vouchsafe_domain::time::Micros;

use super::card::{CardFacts, card};
use super::manifest::{self, Tally};
use super::provenance::Provenance;
use super::{File, FileRole, LeftOut, Lines, Manifest, Options, Place, Plan, ReleaseRow, Target, Version};

/// What the writer cannot see in the rows.
#[derive(Debug, Clone)]
pub struct About {
    /// The release.
    pub release: ReleaseId,
    /// Its project.
    pub project: ProjectId,
    /// Code name of the client.
    pub client: String,
    /// Now.
    pub built_at: Micros,
    /// Id of the key that will sign.
    pub key: String,
    /// The schemas in force for its tasks.
    pub schemas: Vec<Version>,
    /// The guidelines in force for its people.
    pub guidelines: Vec<Version>,
    /// The project's pipeline.
    pub pipeline: Value,
    /// The choices the plans were made with.
    pub options: Options,
    /// What is known of the quality, by question.
    pub quality: Value,
    /// For the dataset card.
    pub card: CardFacts,
}

/// The folder was not written; nothing of it is left under its name.
#[derive(Debug, thiserror::Error)]
pub enum FolderError {
    /// A release is written once.
    #[error("the release folder exists already")]
    Exists,
    /// The disk is full, gone or not ours.
    #[error("`{file}` of the release could not be written")]
    Io {
        /// Path below the folder; empty for the folder itself.
        file: String,
        /// What the operating system said.
        #[source]
        source: io::Error,
    },
    /// A task that cannot be written as JSON: a fault of ours.
    #[error("task {task} could not be written as {format}")]
    Row {
        /// The task.
        task: TaskId,
        /// The format.
        format: &'static str,
        /// What is wrong with it.
        #[source]
        source: serde_json::Error,
    },
}

/// Bytes that wait before they are hashed and written.
const WAITING_BYTES: usize = 256 << 10;

/// A release in the making. Dropped before [`FolderWriter::finish`], it takes its files with it.
pub struct FolderWriter {
    place: Box<dyn Place>,
    folder: PathBuf,
    temporary: Temporary,
    parts: Vec<Part>,
    provenance: Open,
    tally: Tally,
}

/// One format and its files.
struct Part {
    format: &'static str,
    plan: Box<dyn Plan>,
    files: Vec<Open>,
    /// Lines of `files`, apart from them so that a plan can write to all of them.
    lines: Vec<Lines>,
    left_out: BTreeMap<String, u64>,
}

/// A file that is being written and hashed.
struct Open {
    path: String,
    target: Box<dyn Target>,
    sha256: Sha256,
    bytes: u64,
    lines: Lines,
}

/// Removes the folder unless it was renamed.
struct Temporary(PathBuf);

impl Drop for Temporary {
    fn drop(&mut self) {
        // Nothing can be done about a failure here; `sweep` tries again.
        let _ = fs::remove_dir_all(&self.0);
    }
}

impl FolderWriter {
    /// Start the release `folder`, which must not exist, with one part for each format by name and plan. Only one
    /// writer at a time may work on a folder.
    pub fn create(
        folder: &Path,
        formats: Vec<(&'static str, Box<dyn Plan>)>,
        place: Box<dyn Place>,
    ) -> Result<Self, FolderError> {
        if folder.symlink_metadata().is_ok() {
            return Err(FolderError::Exists);
        }
        let failed = |source| FolderError::Io { file: String::new(), source };
        let temporary = temporary_name(folder).ok_or_else(|| failed(io::ErrorKind::InvalidInput.into()))?;
        if temporary.symlink_metadata().is_ok() {
            fs::remove_dir_all(&temporary).map_err(failed)?;
        }
        let guard = Temporary(temporary.clone());
        fs::create_dir_all(temporary.join("data")).map_err(failed)?;
        let open = |path: String| Open::create(&*place, &temporary, path);
        let part = |(format, plan): (&'static str, Box<dyn Plan>)| {
            let files = plan.files().into_iter().map(|file| open(format!("data/{}.jsonl", file.name)));
            let files: Vec<Open> = files.collect::<Result<_, _>>()?;
            let lines = files.iter().map(|_| Lines::default()).collect();
            Ok(Part { format, plan, files, lines, left_out: BTreeMap::new() })
        };
        let parts = formats.into_iter().map(part).collect::<Result<_, _>>()?;
        let provenance = open("provenance.jsonl".to_owned())?;
        Ok(Self { folder: folder.to_owned(), temporary: guard, parts, provenance, tally: Tally::default(), place })
    }

    /// Add one task to every file.
    pub fn write(&mut self, row: &ReleaseRow) -> Result<(), FolderError> {
        let mut lines = BTreeMap::new();
        let mut left_out: BTreeMap<&'static str, LeftOut> = BTreeMap::new();
        for part in &mut self.parts {
            let failed = |source| FolderError::Row { task: row.id, format: part.format, source };
            let before: Vec<u64> = part.lines.iter().map(Lines::rows).collect();
            if let Some(reason) = part.plan.write(row, &mut part.lines).map_err(failed)? {
                *part.left_out.entry(reason.slug().to_owned()).or_default() += 1;
                left_out.insert(part.format, reason);
            }
            for ((file, written), before) in part.files.iter_mut().zip(&mut part.lines).zip(before) {
                if written.rows() > before {
                    lines.insert(file.path.clone(), (before + 1, written.rows()));
                }
                file.take(written, WAITING_BYTES)?;
            }
        }
        let provenance = Provenance::of(row, &lines, &left_out);
        let failed = |source| FolderError::Row { task: row.id, format: "provenance", source };
        self.provenance.lines.push(&provenance).map_err(failed)?;
        self.provenance.take_own(WAITING_BYTES)?;
        self.tally.count(row);
        Ok(())
    }

    /// Write card, manifest and signature, make everything durable and give the folder its name. `sign` gets the
    /// bytes of `manifest.json` and answers with the text of `manifest.json.sig`.
    pub fn finish(self, about: About, sign: impl FnOnce(&[u8]) -> String) -> Result<Manifest, FolderError> {
        let Self { place, folder, temporary, parts, provenance, tally } = self;
        let mut files = Vec::new();
        for part in parts {
            let mut left_out = part.left_out;
            for (mut file, mut lines) in part.files.into_iter().zip(part.lines) {
                file.take(&mut lines, 0)?;
                let described = file.close(FileRole::Data, Some(lines.rows()))?;
                let left_out = std::mem::take(&mut left_out);
                files.push(File { format: Some(part.format.to_owned()), left_out, ..described });
            }
        }
        let rows = provenance.lines.rows();
        let mut provenance = provenance;
        provenance.take_own(0)?;
        files.push(provenance.close(FileRole::Provenance, Some(rows))?);

        let mut manifest = Manifest {
            format: manifest::FORMAT.to_owned(),
            version: manifest::VERSION,
            release: about.release,
            project: about.project,
            client: about.client,
            built_at: about.built_at.to_string(),
            software: concat!("vouchsafe ", env!("CARGO_PKG_VERSION")).to_owned(),
            key: about.key,
            schemas: about.schemas,
            guidelines: about.guidelines,
            pipeline: about.pipeline,
            options: about.options,
            counts: tally.counts(),
            steps: tally.steps(),
            quality: about.quality,
            files,
        };
        let readme = card(&about.card, &manifest);
        let root = &temporary.0;
        manifest.files.push(Open::write_all(&*place, root, "README.md", readme.as_bytes())?);
        manifest.files.sort_by(|a, b| a.path.cmp(&b.path));
        let failed = |file: &str| {
            let file = file.to_owned();
            move |source| FolderError::Io { file, source }
        };
        let mut bytes =
            serde_json::to_vec_pretty(&manifest).map_err(|error| failed("manifest.json")(io::Error::other(error)))?;
        bytes.push(b'\n');
        Open::write_all(&*place, root, "manifest.json", &bytes)?;
        Open::write_all(&*place, root, "manifest.json.sig", sign(&bytes).as_bytes())?;

        for durable in [root.join("data"), root.clone()] {
            sync_folder(&durable).map_err(failed(""))?;
        }
        fs::rename(root, &folder).map_err(failed(""))?;
        sync_folder(folder.parent().unwrap_or(Path::new("."))).map_err(failed(""))?;
        Ok(manifest)
    }
}

impl Open {
    fn create(place: &dyn Place, root: &Path, path: String) -> Result<Self, FolderError> {
        let target = place.create(&root.join(&path));
        let target = target.map_err(|source| FolderError::Io { file: path.clone(), source })?;
        Ok(Self { path, target, sha256: Sha256::new(), bytes: 0, lines: Lines::default() })
    }

    fn write_all(place: &dyn Place, root: &Path, path: &str, bytes: &[u8]) -> Result<File, FolderError> {
        let mut open = Self::create(place, root, path.to_owned())?;
        open.put(bytes)?;
        open.close(FileRole::Card, None)
    }

    fn put(&mut self, bytes: &[u8]) -> Result<(), FolderError> {
        self.sha256.update(bytes);
        self.bytes += bytes.len() as u64;
        self.target.write_all(bytes).map_err(|source| FolderError::Io { file: self.path.clone(), source })
    }

    /// Write what waits in `lines`, if it is more than `bytes`.
    fn take(&mut self, lines: &mut Lines, bytes: usize) -> Result<(), FolderError> {
        if lines.waiting().len() > bytes {
            self.put(lines.waiting())?;
            lines.written();
        }
        Ok(())
    }

    fn take_own(&mut self, bytes: usize) -> Result<(), FolderError> {
        let mut lines = std::mem::take(&mut self.lines);
        let taken = self.take(&mut lines, bytes);
        self.lines = lines;
        taken
    }

    fn close(self, role: FileRole, rows: Option<u64>) -> Result<File, FolderError> {
        let Self { path, target, sha256, bytes, .. } = self;
        target.close().map_err(|source| FolderError::Io { file: path.clone(), source })?;
        Ok(File { path, role, format: None, rows, left_out: BTreeMap::new(), bytes, sha256: hex(&sha256.finalize()) })
    }
}

/// Remove what killed builds left among the release folders of `parent`. No build may be running there.
pub fn sweep(parent: &Path) -> io::Result<()> {
    for entry in fs::read_dir(parent)? {
        let entry = entry?;
        let name = entry.file_name();
        if name.to_str().is_some_and(|name| name.starts_with('.') && name.ends_with(BUILDING)) {
            fs::remove_dir_all(entry.path())?;
        }
    }
    Ok(())
}

const BUILDING: &str = ".building";

fn temporary_name(folder: &Path) -> Option<PathBuf> {
    let name = folder.file_name()?.to_str()?;
    Some(folder.with_file_name(format!(".{name}{BUILDING}")))
}

fn sync_folder(folder: &Path) -> io::Result<()> {
    fs::File::open(folder)?.sync_all()
}

/// Lower-case hex.
pub(super) fn hex(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    bytes.iter().flat_map(|b| [b >> 4, b & 15]).map(|digit| char::from(DIGITS[usize::from(digit)])).collect()
}
