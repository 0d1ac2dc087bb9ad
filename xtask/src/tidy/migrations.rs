//! A migration that has shipped is never edited: somebody's database has already run it.
//!
//! `crates/store/migrations/sealed.txt` holds a SHA-256 per migration, added with a release by
//! `cargo xtask tidy --seal-migrations`. A sealed migration keeps its text; a new one comes after all of them.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use sha2::{Digest, Sha256};

use super::{Finding, Tree};

const FOLDER: &str = "crates/store/migrations/";
const SEALED: &str = "crates/store/migrations/sealed.txt";

pub(super) fn check(tree: &Tree) -> Vec<Finding> {
    let sealed = sealed(tree);
    let mut findings = Vec::new();
    for (name, (line, digest)) in &sealed {
        match tree.files.get(&format!("{FOLDER}{name}")) {
            None => findings.push(Finding::new(SEALED, *line, format!("`{name}` has shipped and is gone"))),
            Some(text) if digest_of(text) != *digest => {
                let reason = "this migration has shipped: write a new one instead of editing it";
                findings.push(Finding::new(&format!("{FOLDER}{name}"), 0, reason));
            }
            Some(_) => {}
        }
    }
    if let Some((last, _)) = sealed.last_key_value() {
        for (path, _) in tree.under(FOLDER, ".sql") {
            let name = &path[FOLDER.len()..];
            if !sealed.contains_key(name) && name < *last {
                findings.push(Finding::new(
                    path,
                    0,
                    format!("comes before `{last}`, which has shipped: number it after"),
                ));
            }
        }
    }
    findings
}

/// Adds every migration that has no digest yet to the sealed ones; answers with how many.
pub(super) fn seal(tree: &Tree) -> Result<usize, String> {
    let sealed = sealed(tree);
    let mut lines = tree.files.get(SEALED).cloned().unwrap_or_default();
    let mut count = 0;
    for (path, text) in tree.under(FOLDER, ".sql") {
        let name = &path[FOLDER.len()..];
        if !sealed.contains_key(name) {
            let _ = writeln!(lines, "{}  {name}", digest_of(text));
            count += 1;
        }
    }
    std::fs::write(tree.root.join(SEALED), lines).map_err(|error| format!("cannot write {SEALED}: {error}"))?;
    Ok(count)
}

/// Name of each sealed migration, with its line in the list and its digest.
fn sealed(tree: &Tree) -> BTreeMap<&str, (usize, &str)> {
    let lines = (1..).zip(tree.files.get(SEALED).map_or("", String::as_str).lines());
    let entries = lines.filter_map(|(line, text)| text.split_once("  ").map(|(digest, name)| (name, (line, digest))));
    entries.collect()
}

fn digest_of(text: &str) -> String {
    Sha256::digest(text.as_bytes()).iter().fold(String::new(), |mut hex, byte| {
        let _ = write!(hex, "{byte:02x}");
        hex
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The digest of "abc" is that of the standard (FIPS 180-2, appendix B.1).
    const ABC: &str = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad  0002_b.sql\n";

    fn reasons(files: &[(&str, &str)]) -> Vec<String> {
        let files: Vec<(String, &str)> = files.iter().map(|(name, text)| (format!("{FOLDER}{name}"), *text)).collect();
        let files: Vec<(&str, &str)> = files.iter().map(|(name, text)| (name.as_str(), *text)).collect();
        check(&Tree::of(&files)).into_iter().map(|finding| finding.reason).collect()
    }

    #[test]
    fn an_untouched_one_and_a_later_one_pass() {
        assert_eq!(reasons(&[("sealed.txt", ABC), ("0002_b.sql", "abc"), ("0003_c.sql", "new")]), [""; 0]);
        assert_eq!(reasons(&[("0001_a.sql", "nothing has shipped yet")]), [""; 0]);
    }

    #[test]
    fn an_edited_a_removed_and_an_earlier_one_are_found() {
        assert_eq!(reasons(&[("sealed.txt", ABC), ("0002_b.sql", "a different text")]).len(), 1);
        assert_eq!(reasons(&[("sealed.txt", ABC)]), ["`0002_b.sql` has shipped and is gone"]);
        assert_eq!(reasons(&[("sealed.txt", ABC), ("0002_b.sql", "abc"), ("0001_a.sql", "")]).len(), 1);
    }
}
