//! What the pages tell a reader to type exists.

use super::{Finding, Tree};

pub(super) fn check(tree: &Tree) -> Vec<Finding> {
    let Some(makefile) = tree.files.get("Makefile") else { return Vec::new() };
    let targets: Vec<&str> = makefile.lines().filter_map(target).collect();
    let mut findings = Vec::new();
    for (path, text) in tree.under("", ".md") {
        let mut fenced = false;
        for (line, text) in (1..).zip(text.lines()) {
            if text.trim_start().starts_with("```") {
                fenced = !fenced;
                continue;
            }
            for command in commands(text, fenced) {
                let mut words = command.split_whitespace();
                if words.next() != Some("make") {
                    continue;
                }
                if let Some(name) = words.find(|word| !word.starts_with('-') && !word.contains('='))
                    && !targets.contains(&name)
                {
                    findings.push(Finding::new(path, line, format!("the Makefile has no `{name}`")));
                }
            }
        }
    }
    findings
}

/// The commands of a line of Markdown: the line in a fenced block, what stands between backticks elsewhere.
fn commands(line: &str, fenced: bool) -> Vec<&str> {
    if fenced {
        let line = line.trim().trim_start_matches("$ ");
        return vec![line.split('#').next().unwrap_or_default()];
    }
    line.split('`').skip(1).step_by(2).collect()
}

fn target(line: &str) -> Option<&str> {
    let (name, _) = line.split_once(':')?;
    let plain = !name.is_empty() && name.chars().all(|c| c.is_ascii_lowercase() || c == '-');
    plain.then_some(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn commands_that_are_there_pass_and_others_are_found() {
        let makefile = ".PHONY: demo\ndemo: web ## x\n\tcargo run\n\nweb:\nsources := a:b\n";
        let readme = "Run `make demo`. Do make noise.\n```\n$ make web # builds\nmake dmeo\n```\nOr `make -j2 tset`.\n";
        let findings = check(&Tree::of(&[("Makefile", makefile), ("README.md", readme)]));
        let lines: Vec<usize> = findings.iter().map(|finding| finding.line).collect();
        assert_eq!(lines, [4, 6]);
    }
}
