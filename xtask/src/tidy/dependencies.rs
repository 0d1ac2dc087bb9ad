//! Where dependencies come from: one list in the root, one registry, none that `deny.toml` bans.
//!
//! `cargo deny` checks far more, where it is installed; this holds everywhere.

use super::{Finding, Tree};

/// A line of a manifest that names a dependency.
pub(super) struct Dependency<'m> {
    pub(super) line: usize,
    /// The table it stands in, such as `dev-dependencies`.
    pub(super) section: &'m str,
    pub(super) name: &'m str,
    from_workspace: bool,
}

/// The dependencies that a manifest names, one a line as this repository writes them.
pub(super) fn dependencies(manifest: &str) -> Vec<Dependency<'_>> {
    let mut found = Vec::new();
    let mut section = "";
    for (line, text) in (1..).zip(manifest.lines()) {
        let text = text.trim();
        if let Some(header) = text.strip_prefix('[') {
            section = header.trim_end_matches(']');
            // [dependencies.name]
            if let Some((_, name)) = section.split_once("dependencies.") {
                found.push(Dependency { line, section, name, from_workspace: false });
            }
            continue;
        }
        if !section.ends_with("dependencies") || text.starts_with('#') {
            continue;
        }
        let Some((key, value)) = text.split_once('=') else { continue };
        let (name, field) = key.trim().split_once('.').unwrap_or((key.trim(), ""));
        let from_workspace = field == "workspace" || value.contains("workspace = true");
        found.push(Dependency { line, section, name, from_workspace });
    }
    found
}

pub(super) fn check(tree: &Tree) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (path, manifest) in tree.under("", "/Cargo.toml") {
        // A workspace of its own: it needs a nightly compiler and is no part of what is built.
        if path == "fuzz/Cargo.toml" {
            continue;
        }
        for dependency in dependencies(manifest).iter().filter(|dependency| !dependency.from_workspace) {
            let reason =
                format!("`{}` comes from [workspace.dependencies]: name it there, with its features", dependency.name);
            findings.push(Finding::new(path, dependency.line, reason));
        }
    }
    let banned = banned(tree);
    if let Some(lock) = tree.files.get("Cargo.lock") {
        for (line, text) in (1..).zip(lock.lines()) {
            if let Some(name) = text.strip_prefix("name = ").map(|name| name.trim_matches('"'))
                && banned.contains(&name)
            {
                findings.push(Finding::new("Cargo.lock", line, format!("deny.toml bans `{name}`")));
            }
            if text.starts_with("source = ") && !text.contains("crates.io-index") {
                findings.push(Finding::new(
                    "Cargo.lock",
                    line,
                    "a dependency from elsewhere than the default registry",
                ));
            }
        }
    }
    for (path, lock) in tree.under("", "package-lock.json") {
        for (line, text) in (1..).zip(lock.lines()) {
            if text.trim_start().starts_with("\"resolved\"") && text.contains("://") {
                findings.push(Finding::new(
                    path,
                    line,
                    "a lock file names packages and digests, no host (npm: omit-lockfile-registry-resolved)",
                ));
                break;
            }
        }
    }
    findings
}

/// The crates that `deny.toml` bans altogether.
fn banned(tree: &Tree) -> Vec<&str> {
    let lines = tree.files.get("deny.toml").map_or("", String::as_str).lines();
    let bans = lines.filter(|line| line.contains("{ crate = ") && !line.contains("wrappers"));
    bans.filter_map(|line| line.split('"').nth(1)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dependencies_come_from_the_one_list() {
        let good = "[dependencies]\n# why\nserde.workspace = true\nzstd = { workspace = true, features = [\"x\"] }\n\n[lints]\nworkspace = true\n";
        assert_eq!(check(&Tree::of(&[("crates/a/Cargo.toml", good)])), []);
        let bad = "[dependencies]\nserde = \"1\"\n\n[dev-dependencies.rand]\nversion = \"1\"\n";
        let lines: Vec<usize> = check(&Tree::of(&[("crates/a/Cargo.toml", bad)])).iter().map(|f| f.line).collect();
        assert_eq!(lines, [2, 4]);
    }

    #[test]
    fn what_deny_toml_bans_is_not_in_the_lock_file() {
        let deny = "deny = [\n  { crate = \"openssl\", reason = \"\" },\n  { crate = \"libsqlite3-sys\", wrappers = [\"rusqlite\"] },\n]\n";
        let lock = "[[package]]\nname = \"openssl\"\n[[package]]\nname = \"libsqlite3-sys\"\n";
        let findings = check(&Tree::of(&[("deny.toml", deny), ("Cargo.lock", lock)]));
        assert_eq!(findings, [Finding::new("Cargo.lock", 2, "deny.toml bans `openssl`")]);
    }

    #[test]
    fn sources_are_the_default_registry() {
        let lock =
            "source = \"registry+https://example.org/crates.io-index\"\nsource = \"git+https://example.org/x\"\n";
        let lines: Vec<usize> = check(&Tree::of(&[("Cargo.lock", lock)])).iter().map(|f| f.line).collect();
        assert_eq!(lines, [2]);
        let npm = "{\n  \"resolved\": \"https://example.org/vite.tgz\"\n}";
        assert_eq!(check(&Tree::of(&[("web/package-lock.json", npm)])).len(), 1);
        assert_eq!(check(&Tree::of(&[("web/package-lock.json", "{ \"resolved\": \"parts/x\" }")])).len(), 0);
    }
}
