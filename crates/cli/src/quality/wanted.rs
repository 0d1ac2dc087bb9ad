//! What an aggregation is asked for, whatever kind the answers are of.

use crate::exit::{Failure, USAGE};
use std::path::{Path, PathBuf};
use vouchsafe_formats::quality::Kind;

/// What the files of an aggregation are called.
pub(crate) struct Wanted<'a> {
    pub(crate) method: &'a str,
    pub(crate) output: &'a PathBuf,
    pub(crate) workers: Option<&'a PathBuf>,
    pub(crate) posterior: bool,
    pub(crate) seed: u64,
}

/// The error that a kind has no such method.
pub(crate) fn no_method(kind: Kind, name: &str, known: &[&str]) -> Failure {
    let text = format!("no method `{name}` for kind {}; there are auto, {}", kind.name(), known.join(", "));
    Failure::new(USAGE, text)
}

/// Refuses to write over what is read, or two tables to one file. Pipes and devices take what they are given.
pub(crate) fn apart(inputs: &[Option<&Path>], outputs: &[(&str, Option<&Path>)]) -> Result<(), Failure> {
    let mut taken: Vec<PathBuf> = inputs.iter().flatten().filter_map(|path| place(path)).collect();
    for (option, path) in outputs.iter().filter_map(|(option, path)| Some((option, (*path)?))) {
        let Some(place) = place(path) else { continue };
        if taken.contains(&place) {
            let text = format!("{option} {}: this file is read, or written by another option", path.display());
            return Err(Failure::new(USAGE, text));
        }
        taken.push(place);
    }
    Ok(())
}

/// Where a file lies, or will; `None` of what is no file.
fn place(path: &Path) -> Option<PathBuf> {
    if let Ok(there) = path.canonicalize() {
        return there.is_file().then_some(there);
    }
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    Some(folder.canonicalize().ok()?.join(path.file_name()?))
}
