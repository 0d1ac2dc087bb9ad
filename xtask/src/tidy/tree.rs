//! The text files of the repository, as the rules see them.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use serde_json::Value;

use crate::program::output;

/// Every text file that git tracks or would track, by its path from the root with `/` between folders.
#[derive(Default)]
pub(crate) struct Tree {
    pub(crate) files: BTreeMap<String, String>,
    /// The paths of the files that are not text.
    pub(crate) pictures: BTreeSet<String>,
    /// The text each file of [`super::exempt`] had when it was added, where git knows.
    pub(crate) first_texts: BTreeMap<String, String>,
    /// Name and version of every dependency, with the licence it declares.
    pub(crate) licences: Vec<(String, String)>,
    /// Where the files lie.
    pub(crate) root: PathBuf,
}

impl Tree {
    /// Reads the repository that the current folder is in.
    ///
    /// Fails where git is missing or this is no work tree.
    pub(crate) fn of_repository() -> Result<Self, String> {
        let root = PathBuf::from(git(&["rev-parse", "--show-toplevel"])?.trim());
        let listed = git(&["ls-files", "--full-name", ":/", "--cached", "--others", "--exclude-standard", "-z"])?;
        let mut tree = Self { licences: licences()?, root, ..Self::default() };
        for path in listed.split('\0').filter(|path| !path.is_empty()) {
            // A file that is staged as deleted is listed and not there.
            let Ok(bytes) = std::fs::read(tree.root.join(path)) else { continue };
            match String::from_utf8(bytes) {
                Ok(text) => drop(tree.files.insert(path.to_owned(), text)),
                Err(_) => drop(tree.pictures.insert(path.to_owned())),
            }
        }
        let exempt: Vec<String> = tree.under("", "ledger_exempt.txt").map(|(path, _)| path.to_owned()).collect();
        for path in exempt {
            let Ok(commit) = git(&["log", "-1", "--diff-filter=A", "--format=%H", "--", &format!(":/{path}")]) else {
                continue;
            };
            if let Ok(text) = git(&["show", &format!("{}:{path}", commit.trim())]) {
                tree.first_texts.insert(path, text);
            }
        }
        Ok(tree)
    }

    /// A tree made of the given files.
    #[cfg(test)]
    pub(crate) fn of(files: &[(&str, &str)]) -> Self {
        let files = files.iter().map(|(path, text)| ((*path).to_owned(), (*text).to_owned())).collect();
        Self { files, ..Self::default() }
    }

    /// The files below `folder` (a prefix) whose names end in `ending`.
    pub(crate) fn under<'t>(&'t self, folder: &'t str, ending: &'t str) -> impl Iterator<Item = (&'t str, &'t str)> {
        let chosen = self.files.iter().filter(move |(path, _)| path.starts_with(folder) && path.ends_with(ending));
        chosen.map(|(path, text)| (path.as_str(), text.as_str()))
    }
}

fn git(arguments: &[&str]) -> Result<String, String> {
    output("git", arguments)
}

/// Every package that is built on this machine, from elsewhere or ours.
fn licences() -> Result<Vec<(String, String)>, String> {
    let compiler = output("rustc", &["-vV"])?;
    let host = compiler.lines().find_map(|line| line.strip_prefix("host: ")).ok_or("rustc does not name its host")?;
    let printed = output("cargo", &["metadata", "--format-version=1", "--locked", "--filter-platform", host])?;
    let metadata: Value = serde_json::from_str(&printed).map_err(|error| format!("cargo metadata: {error}"))?;
    let packages = metadata["packages"].as_array().ok_or("cargo metadata lists no packages")?;
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let named = packages.iter().map(|package| {
        (format!("{} {}", text(&package["name"]), text(&package["version"])), text(&package["license"]))
    });
    Ok(named.collect())
}
