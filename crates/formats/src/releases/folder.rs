//! Writing a release folder: under a temporary name, made durable, then renamed. Whoever finds the folder finds it
//! whole; a killed build leaves only the temporary name, which the next build and [`sweep`] remove.

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use serde_json::Value;
use vouchsafe_domain::ids::{ProjectId, ReleaseId, TaskId};
use vouchsafe_domain::time::Micros;

use super::card::{CardFacts, card};
use super::manifest::{self, Tally};
use super::provenance::Provenance;
use super::writing::{Hashed, Writing, Written};
use super::{File, FileRole, Lines, Manifest, Options, Place, Plan, ReleaseRow, Version};

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
    /// The newest signed head of the client's ledger when the build began.
    pub ledger: Option<String>,
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

/// A release in the making. Dropped before [`FolderWriter::finish`], it takes its files with it.
pub struct FolderWriter {
    place: Box<dyn Place>,
    folder: PathBuf,
    temporary: Temporary,
    parts: Vec<Part>,
    provenance: Lines,
    writing: Writing,
    tally: Tally,
}

/// One format and its files.
struct Part {
    format: &'static str,
    plan: Box<dyn Plan>,
    /// The place of its first file among all.
    first: usize,
    lines: Vec<Lines>,
    left_out: BTreeMap<String, u64>,
}

/// A folder on its way to its name. Removes it, unless it has its own name by then.
pub(crate) struct Temporary(pub(crate) PathBuf);

impl Temporary {
    /// For `folder`, which must not exist. What an earlier try left is removed.
    pub(crate) fn for_folder(folder: &Path) -> Result<Self, FolderError> {
        if folder.symlink_metadata().is_ok() {
            return Err(FolderError::Exists);
        }
        let failed = |source| FolderError::Io { file: String::new(), source };
        let temporary = temporary_name(folder).ok_or_else(|| failed(io::ErrorKind::InvalidInput.into()))?;
        if temporary.symlink_metadata().is_ok() {
            fs::remove_dir_all(&temporary).map_err(failed)?;
        }
        Ok(Self(temporary))
    }

    /// Everything in it is durable: it gets its name, and that is durable too.
    pub(crate) fn name(&self, folder: &Path) -> Result<(), FolderError> {
        let failed = |source| FolderError::Io { file: String::new(), source };
        fs::rename(&self.0, folder).map_err(failed)?;
        sync_folder(folder.parent().unwrap_or(Path::new("."))).map_err(failed)
    }
}

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
        let failed = |source| FolderError::Io { file: String::new(), source };
        let temporary = Temporary::for_folder(folder)?;
        fs::create_dir_all(temporary.0.join("data")).map_err(failed)?;
        let mut paths = Vec::new();
        let mut parts = Vec::new();
        for (format, plan) in formats {
            let first = paths.len();
            paths.extend(plan.files().iter().map(|file| format!("data/{}.jsonl", file.name)));
            let lines = paths[first..].iter().map(|_| Lines::default()).collect();
            parts.push(Part { format, plan, first, lines, left_out: BTreeMap::new() });
        }
        paths.push("provenance.jsonl".to_owned());
        let writing = Writing::start(&*place, &temporary.0, paths)?;
        let (folder, provenance, tally) = (folder.to_owned(), Lines::default(), Tally::default());
        Ok(Self { place, folder, temporary, parts, provenance, writing, tally })
    }

    /// Add one task to every file.
    pub fn write(&mut self, row: &ReleaseRow) -> Result<(), FolderError> {
        let failed = |format| move |source| FolderError::Row { task: row.id, format, source };
        let mut ranges = Vec::new();
        let mut left_out = BTreeMap::new();
        for part in &mut self.parts {
            let before: Vec<u64> = part.lines.iter().map(Lines::rows).collect();
            if let Some(reason) = part.plan.write(row, &mut part.lines).map_err(failed(part.format))? {
                *part.left_out.entry(reason.slug().to_owned()).or_default() += 1;
                left_out.insert(part.format, reason);
            }
            for (place, (lines, before)) in part.lines.iter_mut().zip(before).enumerate() {
                if lines.rows() > before {
                    ranges.push((part.first + place, (before + 1, lines.rows())));
                }
                self.writing.take(part.first + place, lines)?;
            }
        }
        let paths = self.writing.paths();
        let ranges = ranges.into_iter().map(|(file, range)| (paths[file].as_str(), range)).collect();
        self.provenance.push(&Provenance::of(row, ranges, left_out)).map_err(failed("provenance"))?;
        let last = paths.len() - 1;
        self.writing.take(last, &mut self.provenance)?;
        self.tally.count(row);
        Ok(())
    }

    /// Write card, manifest and signature, make everything durable and give the folder its name. `sign` gets the
    /// bytes of `manifest.json` and answers with the text of `manifest.json.sig`.
    pub fn finish(self, about: &About, sign: impl FnOnce(&[u8]) -> String) -> Result<Manifest, FolderError> {
        let Self { place, folder, temporary, parts, mut provenance, mut writing, tally } = self;
        let mut described = Vec::new();
        for mut part in parts {
            for (file, lines) in part.lines.iter_mut().enumerate() {
                writing.take_all(part.first + file, lines)?;
                let left_out = std::mem::take(&mut part.left_out);
                described.push((FileRole::Data, Some(part.format), lines.rows(), left_out));
            }
        }
        writing.take_all(described.len(), &mut provenance)?;
        described.push((FileRole::Provenance, None, provenance.rows(), BTreeMap::new()));
        let files = writing.close()?.into_iter().zip(described).map(|(written, (role, format, rows, left_out))| File {
            format: format.map(str::to_owned),
            rows: Some(rows),
            left_out,
            ..file(written, role)
        });

        let root = &temporary.0;
        let mut manifest = about.manifest(&tally, files.collect());
        let readme = card(&about.card, &manifest, tally.answered());
        let readme = Hashed::write(&*place, root, "README.md", readme.as_bytes())?;
        manifest.files.push(file(readme, FileRole::Card));
        manifest.files.sort_by(|a, b| a.path.cmp(&b.path));
        let failed = |file: &str| {
            let file = file.to_owned();
            move |source| FolderError::Io { file, source }
        };
        let mut bytes =
            serde_json::to_vec_pretty(&manifest).map_err(|error| failed("manifest.json")(io::Error::other(error)))?;
        bytes.push(b'\n');
        Hashed::write(&*place, root, "manifest.json", &bytes)?;
        Hashed::write(&*place, root, "manifest.json.sig", sign(&bytes).as_bytes())?;

        for durable in [root.join("data"), root.clone()] {
            sync_folder(&durable).map_err(failed(""))?;
        }
        temporary.name(&folder)?;
        Ok(manifest)
    }
}

impl About {
    fn manifest(&self, tally: &Tally, files: Vec<File>) -> Manifest {
        Manifest {
            format: manifest::FORMAT.to_owned(),
            version: manifest::VERSION,
            release: self.release,
            project: self.project,
            client: self.client.clone(),
            built_at: self.built_at.to_string(),
            software: concat!("vouchsafe ", env!("CARGO_PKG_VERSION")).to_owned(),
            key: self.key.clone(),
            schemas: self.schemas.clone(),
            guidelines: self.guidelines.clone(),
            pipeline: self.pipeline.clone(),
            options: self.options.clone(),
            counts: tally.counts(),
            steps: tally.steps(),
            quality: self.quality.clone(),
            ledger: self.ledger.clone(),
            files,
        }
    }
}

pub(crate) fn file(written: Written, role: FileRole) -> File {
    let Written { path, bytes, sha256 } = written;
    File { path, role, format: None, rows: None, left_out: BTreeMap::new(), bytes, sha256 }
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

pub(crate) fn sync_folder(folder: &Path) -> io::Result<()> {
    fs::File::open(folder)?.sync_all()
}
