//! The same folders in every crate that serves all capabilities, named after what we do, so that a stranger guesses the
//! file. `quality`, `ledger`, `watch` and `formats` serve one each and name their folders after its parts.

use super::{Finding, Tree};

const CAPABILITIES: [&str; 7] = ["access", "experts", "work", "quality", "custody", "releases", "pay"];

const CRATES: [&str; 6] = ["app", "cli", "domain", "http", "store", "testkit"];

/// Folders that belong to one place only, with the reason.
const OTHERS: [(&str, &str, &str); 2] = [
    ("crates/app/src/", "jobs", "work that no request asks for"),
    ("crates/store/src/", "engine", "how each database is connected, locked and flushed"),
];

pub(super) fn check(tree: &Tree) -> Vec<Finding> {
    let mut findings = Vec::new();
    let mut found = |path: &str, folder: &str| {
        let reason =
            format!("the folder `{folder}` is none of {} (xtask/src/tidy/folders.rs)", CAPABILITIES.join(", "));
        findings.push(Finding::new(path, 0, reason));
    };
    for path in tree.files.keys() {
        let Some((crate_src, rest)) = source_folder(path) else { continue };
        let Some((folder, _)) = rest.split_once('/') else { continue };
        let own = OTHERS.iter().any(|(place, name, _)| *place == crate_src && *name == folder);
        if !own && !CAPABILITIES.contains(&folder) {
            found(path, folder);
        }
    }
    findings
}

/// Splits a path of a crate, or of the web app's pages, into the part that is fixed and the part that names a capability.
fn source_folder(path: &str) -> Option<(&str, &str)> {
    let pages = "web/src/pages/";
    if path.starts_with(pages) {
        return Some(path.split_at(pages.len()));
    }
    let (name, rest) = path.strip_prefix("crates/")?.split_once("/src/")?;
    CRATES.contains(&name).then(|| path.split_at(path.len() - rest.len()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn capabilities_and_files_beside_them_pass() {
        let good = [
            "crates/app/src/work/submit.rs",
            "crates/app/src/clock.rs",
            "crates/app/src/jobs/lapse.rs",
            "web/src/pages/work/Task.svelte",
            "web/src/parts/text/Math.svelte",
        ];
        let files: Vec<(&str, &str)> = good.iter().map(|path| (*path, "")).collect();
        assert_eq!(check(&Tree::of(&files)), []);
    }

    #[test]
    fn another_folder_is_found() {
        let bad = ["crates/http/src/jobs/lapse.rs", "crates/app/src/utils/text.rs", "web/src/pages/misc/Help.svelte"];
        let files: Vec<(&str, &str)> = bad.iter().map(|path| (*path, "")).collect();
        assert_eq!(check(&Tree::of(&files)).len(), 3);
    }
}
