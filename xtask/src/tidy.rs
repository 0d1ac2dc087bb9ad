//! House rules as tests: small, fast, each one naming file, line and reason.
//!
//! A rule reads a [`Tree`] and answers with [`Finding`]s; it never touches the disk itself, so that its own tests can
//! show it good and bad samples. A rule that cries wolf is worse than none: each errs on the side of silence.

mod arrows;
mod attributes;
mod circles;
mod commands;
mod dependencies;
mod exempt;
mod folders;
mod length;
mod licences;
mod migrations;
mod references;
mod source;
mod sql;
mod tree;
mod words;

use std::process::ExitCode;

use tree::Tree;

/// Where a rule was broken, and how.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Finding {
    file: String,
    /// From 1; 0 stands for the file as a whole.
    line: usize,
    reason: String,
}

impl Finding {
    fn new(file: &str, line: usize, reason: impl Into<String>) -> Self {
        Self { file: file.into(), line, reason: reason.into() }
    }
}

impl std::fmt::Display for Finding {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self.line {
            0 => write!(f, "{}: {}", self.file, self.reason),
            line => write!(f, "{}:{line}: {}", self.file, self.reason),
        }
    }
}

type Rule = fn(&Tree) -> Vec<Finding>;

const RULES: [Rule; 13] = [
    arrows::check,
    attributes::check,
    circles::check,
    commands::check,
    dependencies::check,
    exempt::check,
    folders::check,
    length::check,
    licences::check,
    migrations::check,
    references::check,
    sql::check,
    words::check,
];

fn broken(tree: &Tree) -> Vec<Finding> {
    let mut findings: Vec<Finding> = RULES.iter().flat_map(|rule| rule(tree)).collect();
    findings.sort();
    findings
}

/// `cargo xtask tidy`: prints what is broken; fails if anything is.
pub(crate) fn command() -> ExitCode {
    let tree = match Tree::of_repository() {
        Ok(tree) => tree,
        Err(error) => {
            eprintln!("tidy: {error}");
            return ExitCode::FAILURE;
        }
    };
    let findings = broken(&tree);
    for finding in &findings {
        println!("{finding}");
    }
    if findings.is_empty() {
        println!("tidy: {} files keep the house rules", tree.files.len());
        return ExitCode::SUCCESS;
    }
    println!("tidy: {} broken", findings.len());
    ExitCode::FAILURE
}

/// `cargo xtask tidy --seal-migrations`: writes the digest of every migration that has none.
pub(crate) fn seal_migrations() -> ExitCode {
    match Tree::of_repository().and_then(|tree| migrations::seal(&tree)) {
        Ok(count) => {
            println!("tidy: {count} migrations sealed");
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("tidy: {error}");
            ExitCode::FAILURE
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The repository as it stands keeps every rule.
    #[test]
    fn the_repository_is_tidy() {
        let findings = broken(&Tree::of_repository().unwrap());
        let lines: Vec<String> = findings.iter().map(ToString::to_string).collect();
        assert!(lines.is_empty(), "\n{}", lines.join("\n"));
    }

    #[test]
    fn a_finding_names_file_line_and_reason() {
        assert_eq!(Finding::new("a.rs", 3, "too long").to_string(), "a.rs:3: too long");
        assert_eq!(Finding::new("a.rs", 0, "too long").to_string(), "a.rs: too long");
    }
}
