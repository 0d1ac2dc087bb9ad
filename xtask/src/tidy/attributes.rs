//! Every Rust file says what it is for, and whatever it silences it silences with a reason.

use super::source::parse;
use super::{Finding, Tree};

pub(super) fn check(tree: &Tree) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (path, text) in tree.under("", ".rs") {
        if !text.trim_start().starts_with("//!") {
            findings.push(Finding::new(
                path,
                1,
                "opens with `//!`: what the file is for, what it promises, who may call it",
            ));
        }
        let code = parse(text).code;
        for (start, _) in code.match_indices('#') {
            let attribute = code[start + 1..].strip_prefix('!').unwrap_or(&code[start + 1..]);
            let Some(attribute) = attribute.strip_prefix('[') else { continue };
            let attribute = attribute.split(']').next().unwrap_or_default();
            let line = code[..start].matches('\n').count() + 1;
            let silences = attribute.contains("allow(") || attribute.contains("expect(");
            if silences && !attribute.contains("reason") {
                findings.push(Finding::new(
                    path,
                    line,
                    "a lint is silenced with its reason: `#[expect(…, reason = \"…\")]`",
                ));
            }
            if attribute.trim() == "ignore" {
                findings.push(Finding::new(path, line, "an ignored test says why: `#[ignore = \"…\"]`"));
            }
        }
    }
    for ending in [".test.ts", ".spec.ts"] {
        for (path, text) in tree.under("web/", ending) {
            for (line, text) in (1..).zip(text.lines()) {
                if ["it", "test", "describe"].iter().any(|word| text.contains(&format!("{word}.only("))) {
                    findings.push(Finding::new(path, line, "`only` switches every other test off"));
                }
            }
        }
    }
    findings
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(path: &str, text: &str) -> Vec<usize> {
        check(&Tree::of(&[(path, text)])).iter().map(|finding| finding.line).collect()
    }

    #[test]
    fn a_file_says_what_it_is_for() {
        assert_eq!(lines("a.rs", "//! Leases.\n\nfn f() {}\n"), [0_usize; 0]);
        assert_eq!(lines("a.rs", "use std::fmt;\n"), [1]);
    }

    #[test]
    fn a_lint_is_silenced_with_a_reason() {
        assert_eq!(
            lines("a.rs", "//! A.\n#[expect(\n    clippy::x,\n    reason = \"y\"\n)]\nfn f() {}\n"),
            [0_usize; 0]
        );
        assert_eq!(lines("a.rs", "//! A.\n#![allow(dead_code)]\n"), [2]);
        assert_eq!(lines("a.rs", "//! A.\n\n#[cfg_attr(test, expect(dead_code))]\n"), [3]);
        assert_eq!(
            lines("a.rs", "//! A.\n// #[allow(dead_code)]\nlet a = \"#[allow(x)]\"; b.expect(\"c\");\n"),
            [0_usize; 0]
        );
    }

    #[test]
    fn an_ignored_test_says_why() {
        assert_eq!(lines("a.rs", "//! A.\n#[ignore]\nfn f() {}\n"), [2]);
        assert_eq!(lines("a.rs", "//! A.\n#[ignore = \"needs an hour\"]\nfn f() {}\n"), [0_usize; 0]);
    }

    #[test]
    fn a_test_that_switches_the_others_off_is_found() {
        assert_eq!(lines("web/src/a.test.ts", "it('a', f);\nit.only('b', f);\n"), [2]);
    }
}
