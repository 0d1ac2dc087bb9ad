//! Which crate may know which: the arrows of ARCHITECTURE.md, and no others.

use super::dependencies::dependencies;
use super::{Finding, Tree};

/// A crate and all that it may depend on.
const ARROWS: [(&str, &[&str]); 12] = [
    ("app", &["domain", "quality", "ledger", "watch", "formats", "store"]),
    ("cli", &["http", "app", "domain", "quality", "ledger", "watch", "formats"]),
    ("domain", &[]),
    ("formats", &["domain"]),
    ("fuzz", &["watch"]),
    ("http", &["app", "domain"]),
    ("ledger", &[]),
    ("quality", &[]),
    ("store", &["domain", "ledger"]),
    // Knows everything and is known by nobody but tests.
    ("testkit", &["http", "app", "domain", "quality", "ledger", "watch", "formats", "store"]),
    ("watch", &[]),
    ("xtask", &[]),
];

/// The crates whose tests may use the test kit.
const TESTED_WITH_KIT: [&str; 4] = ["store", "app", "http", "cli"];

pub(super) fn check(tree: &Tree) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (path, manifest) in tree.under("", "Cargo.toml") {
        let name = match path.strip_suffix("/Cargo.toml") {
            Some(folder) => folder.strip_prefix("crates/").unwrap_or(folder),
            None => continue,
        };
        let Some((_, allowed)) = ARROWS.iter().find(|(from, _)| *from == name) else {
            findings.push(Finding::new(path, 0, format!("the crate `{name}` has no line in xtask/src/tidy/arrows.rs")));
            continue;
        };
        for dependency in dependencies(manifest) {
            let Some(to) = dependency.name.strip_prefix("vouchsafe-") else { continue };
            let kit = to == "testkit" && dependency.section.contains("dev-") && TESTED_WITH_KIT.contains(&name);
            if !kit && to != name && !allowed.contains(&to) {
                let may = if allowed.is_empty() { "no crate of ours".to_owned() } else { allowed.join(", ") };
                let reason = format!("`{name}` may not know `{to}`; it may know {may}");
                findings.push(Finding::new(path, dependency.line, reason));
            }
        }
    }
    findings
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reasons(path: &str, manifest: &str) -> Vec<(usize, String)> {
        check(&Tree::of(&[(path, manifest)])).into_iter().map(|finding| (finding.line, finding.reason)).collect()
    }

    #[test]
    fn drawn_arrows_pass() {
        let manifest = "[dependencies]\nvouchsafe-domain.workspace = true\nserde.workspace = true\n\n[dev-dependencies]\nvouchsafe-testkit.workspace = true\n";
        assert_eq!(reasons("crates/store/Cargo.toml", manifest), []);
    }

    #[test]
    fn another_arrow_is_found() {
        let manifest = "[dependencies]\nvouchsafe-store = { workspace = true }\n";
        let reason = "`http` may not know `store`; it may know app, domain".to_owned();
        assert_eq!(reasons("crates/http/Cargo.toml", manifest), [(2, reason)]);
    }

    #[test]
    fn the_test_kit_is_for_tests() {
        let manifest = "[dependencies]\nvouchsafe-testkit.workspace = true\n";
        assert_eq!(reasons("crates/app/Cargo.toml", manifest).len(), 1);
        let manifest = "[dev-dependencies]\nvouchsafe-testkit.workspace = true\n";
        assert_eq!(reasons("crates/domain/Cargo.toml", manifest).len(), 1);
        assert_eq!(reasons("crates/app/Cargo.toml", manifest).len(), 0);
    }

    #[test]
    fn a_crate_nobody_drew_is_found() {
        assert_eq!(reasons("crates/extras/Cargo.toml", "").len(), 1);
    }
}
