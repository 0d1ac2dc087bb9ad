//! Pages that are pointed to are there: links in Markdown, and every `PAGE.md` that a comment names.

use super::{Finding, Tree};

pub(super) fn check(tree: &Tree) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (path, text) in &tree.files {
        let kind = kind(path);
        let markdown = kind == "md";
        if !markdown && !["rs", "ts", "svelte", "py", "toml", "sh"].contains(&kind) {
            continue;
        }
        // The rules and their samples speak of pages that are not there.
        if path.starts_with("xtask/src/tidy/") {
            continue;
        }
        for (line, text) in (1..).zip(text.lines()) {
            for page in pages(text).filter(|page| !exists(tree, path, page)) {
                findings.push(Finding::new(path, line, format!("there is no `{page}` here")));
            }
            if markdown {
                for link in links(text).filter(|link| !exists(tree, path, link)) {
                    findings.push(Finding::new(path, line, format!("the link to `{link}` leads nowhere")));
                }
            }
        }
    }
    findings
}

/// What follows the last dot of a path.
fn kind(path: &str) -> &str {
    path.rsplit('.').next().unwrap_or_default()
}

/// Words that end in `.md` and are written like one of our pages: capitals, or with a folder.
fn pages(line: &str) -> impl Iterator<Item = &str> {
    let words = line.split(|c: char| !(c.is_ascii_alphanumeric() || "._-/".contains(c)));
    words.map(|word| word.trim_end_matches('.')).filter(|word| {
        let name = word.rsplit('/').next().unwrap_or_default();
        let stem = name.strip_suffix(".md").unwrap_or_default();
        let shouted = !stem.is_empty() && stem.chars().all(|c| c.is_ascii_uppercase() || c == '_');
        !stem.is_empty() && !word.starts_with('/') && (shouted || word.contains('/'))
    })
}

/// The local targets of a line's Markdown links and pictures.
fn links(line: &str) -> impl Iterator<Item = &str> {
    let targets = line.split("](").skip(1).filter_map(|rest| rest.split(')').next());
    let targets = targets.map(|target| target.split('#').next().unwrap_or_default());
    targets.filter(|target| {
        !target.is_empty() && !target.contains("://") && !target.starts_with("mailto:") && kind(target) != "md"
    })
}

/// Beside the page that names it, or from the root; a picture or a folder counts by what git lists below it.
fn exists(tree: &Tree, from: &str, to: &str) -> bool {
    let to = to.trim_end_matches('/');
    let mut folder: Vec<&str> = from.split('/').collect();
    folder.pop();
    for part in to.split('/') {
        match part {
            ".." if folder.pop().is_none() => return false,
            ".." | "." => {}
            part => folder.push(part),
        }
    }
    let beside = folder.join("/");
    [to, &beside].iter().any(|path| {
        let below = format!("{path}/");
        tree.files.contains_key(*path)
            || tree.pictures.contains(*path)
            || tree.files.keys().any(|file| file.starts_with(&below))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_and_links_that_are_there_pass() {
        let readme =
            "See [the map](ARCHITECTURE.md#crates), [docs](docs/), [site](https://example.org) and `docs/a.md`.\n";
        let files = [
            ("README.md", readme),
            ("ARCHITECTURE.md", ""),
            ("docs/a.md", "Back to ../README.md."),
            ("a.rs", "//! See README.md."),
        ];
        assert_eq!(check(&Tree::of(&files)), []);
    }

    #[test]
    fn what_is_not_there_is_found() {
        let files = [
            ("README.md", "[a](b.png)\n`docs/b.md`\n"),
            ("c/a.rs", "//! See\n//! DESIGN.md, and readme.md as a file's name.\n"),
        ];
        let found: Vec<(String, usize)> = check(&Tree::of(&files)).into_iter().map(|f| (f.file, f.line)).collect();
        assert_eq!(found, [("README.md".into(), 1), ("README.md".into(), 2), ("c/a.rs".into(), 2)]);
    }
}
