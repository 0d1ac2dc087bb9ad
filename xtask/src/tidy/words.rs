//! Words and paths that have no place in the repository: unfinished work, one machine's folders, registries' hosts.
//!
//! The list is spelled in halves so that this file is not its own first finding.

use super::{Finding, Tree};

/// Marks of work not done. What is not done is said in README.md, in words.
const UNFINISHED: [&str; 3] = [concat!("TO", "DO"), concat!("FIX", "ME"), concat!("X", "XX")];

/// Top folders of somebody's machine. Followed by a name they are a path that a stranger has not.
const MACHINE: [&str; 6] = [
    concat!("/ro", "ot/"),
    concat!("/ho", "me/"),
    concat!("/tm", "p/"),
    concat!("/Us", "ers/"),
    concat!("/wo", "rk/"),
    concat!("/mn", "t/"),
];

/// Hosts that packages come from; a mirror or another registry must do as well.
const HOSTS: [&str; 6] = [
    concat!("registry.npm", "js.org"),
    concat!("static.crat", "es.io"),
    concat!("index.crat", "es.io"),
    concat!("pypi", ".org"),
    concat!("pythonhos", "ted.org"),
    concat!("deb.deb", "ian.org"),
];

/// How this repository's text does not speak of how it was made.
const MAKING: [&str; 4] =
    [concat!("co-authored", "-by"), concat!("sub", "agent"), concat!("sub-", "agent"), concat!("coding ", "agent")];

/// Text that is not ours, or written by a program.
const SKIPPED: [&str; 3] = ["LICENSE", "Cargo.lock", "package-lock.json"];

pub(super) fn check(tree: &Tree) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (path, text) in &tree.files {
        if SKIPPED.iter().any(|name| path.ends_with(name)) || path.contains("/tests/reference/") {
            continue;
        }
        for (line, text) in (1..).zip(text.lines()) {
            let mut found = |reason: String| findings.push(Finding::new(path, line, reason));
            for word in UNFINISHED.iter().filter(|word| has_word(text, word)) {
                found(format!("`{word}`: finish it, or say in README.md what is not there yet"));
            }
            for folder in MACHINE.iter().filter(|folder| has_path(path, text, folder)) {
                found(format!("`{folder}…` is a path of one machine"));
            }
            for host in HOSTS.iter().filter(|host| text.contains(*host)) {
                found(format!("`{host}` is a registry's host: name the package, not where it comes from"));
            }
            let lower = text.to_lowercase();
            for word in MAKING.iter().filter(|word| lower.contains(*word)) {
                found(format!("`{word}` is about how this was made, not about what it does"));
            }
        }
    }
    findings
}

fn is_name(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

fn has_word(text: &str, word: &str) -> bool {
    text.match_indices(word).any(|(at, _)| {
        let before = text[..at].chars().next_back();
        let after = text[at + word.len()..].chars().next();
        !before.is_some_and(is_name) && !after.is_some_and(is_name)
    })
}

/// An absolute path starts a word; in the middle of one it is a part of a path of ours or an address.
fn has_path(file: &str, text: &str, folder: &str) -> bool {
    // The web app's own addresses begin with a capability too.
    if file.starts_with("web/") && folder == MACHINE[4] {
        return false;
    }
    text.match_indices(folder).any(|(at, _)| {
        let before = text[..at].chars().next_back();
        let after = text[at + folder.len()..].chars().next();
        let starts = before.is_none_or(|c| c.is_whitespace() || "\"'`(=:<[".contains(c));
        starts && after.is_some_and(|c| is_name(c) || c == '.')
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn findings(path: &str, text: &str) -> usize {
        check(&Tree::of(&[(path, text)])).len()
    }

    #[test]
    fn unfinished_work_is_found_as_a_word() {
        for word in UNFINISHED {
            assert_eq!(findings("a.rs", &format!("// {word}: later")), 1);
            assert_eq!(findings("a.rs", &format!("let {word}_LIMIT = 1; my{word}")), 0);
        }
    }

    #[test]
    fn a_path_of_one_machine_is_found() {
        for folder in MACHINE {
            assert_eq!(findings("a.md", &format!("see `{folder}file`")), 1, "{folder}");
            assert_eq!(findings("a.md", &format!("crates{folder}file and a{folder}b")), 0, "{folder}");
        }
        assert_eq!(findings("web/src/router.ts", &format!("'{}tasks'", MACHINE[4])), 0);
        assert_eq!(findings("a.sh", "mktemp -d \"${TMPDIR:-/tmp}/x\""), 0);
    }

    #[test]
    fn hosts_and_the_making_of_are_found() {
        assert_eq!(findings("a.toml", &format!("index = \"https://{}\"", HOSTS[0])), 1);
        assert_eq!(findings("Cargo.lock", HOSTS[1]), 0);
        assert_eq!(findings("a.md", MAKING[0]), 1);
        assert_eq!(findings("a.md", "the session ends; the prompt is shown; the agent's user"), 0);
    }
}
