//! SQL is written in `crates/store` and nowhere else, in lower case.

use super::source::parse;
use super::{Finding, Tree};

const HOME: &str = "crates/store/";

/// How a statement begins, and a word that has to follow for it to be one.
const STATEMENTS: [(&str, &str); 11] = [
    ("select ", " from "),
    ("insert into ", ""),
    ("insert or ", " into "),
    ("update ", " set "),
    ("delete from ", ""),
    ("create table ", ""),
    ("create index ", ""),
    ("create unique index ", ""),
    ("alter table ", ""),
    ("drop table ", ""),
    ("pragma ", ""),
];

/// Words that only SQL would shout.
const SHOUTED: [&str; 12] = [
    "SELECT ",
    "INSERT ",
    "UPDATE ",
    "DELETE FROM",
    " WHERE ",
    "CREATE ",
    "ALTER TABLE",
    "DROP TABLE",
    "PRAGMA ",
    " ORDER BY ",
    "BEGIN IMMEDIATE",
    " RETURNING ",
];

pub(super) fn check(tree: &Tree) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (path, text) in tree.under("crates/", ".rs") {
        for literal in parse(text).literals {
            if path.starts_with(HOME) {
                if is_statement(literal.text) && is_shouted(literal.text) {
                    findings.push(Finding::new(path, literal.line, "SQL is lower case"));
                }
            } else if is_statement(literal.text) {
                findings.push(Finding::new(path, literal.line, "SQL lives in crates/store, one file per table"));
            }
        }
    }
    for (path, text) in tree.under("", ".sql") {
        if !path.starts_with(HOME) {
            findings.push(Finding::new(path, 0, "SQL lives in crates/store"));
        }
        for (line, text) in (1..).zip(text.lines()) {
            let code = text.split("--").next().unwrap_or_default();
            if is_shouted(code) {
                findings.push(Finding::new(path, line, "SQL is lower case"));
            }
        }
    }
    findings
}

fn is_statement(text: &str) -> bool {
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase() + " ";
    STATEMENTS.iter().any(|(opens, follows)| text.starts_with(opens) && text.contains(follows))
}

fn is_shouted(text: &str) -> bool {
    let text = format!(" {} ", text.split_whitespace().collect::<Vec<_>>().join(" "));
    SHOUTED.iter().any(|word| text.contains(word))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(path: &str, text: &str) -> Vec<usize> {
        check(&Tree::of(&[(path, text)])).iter().map(|finding| finding.line).collect()
    }

    #[test]
    fn sql_is_at_home_in_the_store() {
        let text = "//! T.\nconst Q: &str = \"select id\n from task where id = $1\";\n";
        assert_eq!(lines("crates/store/src/work/tasks.rs", text), [0_usize; 0]);
        assert_eq!(lines("crates/app/src/work/tasks.rs", text), [2]);
        assert_eq!(lines("crates/app/src/a.rs", "let a = \"update task set x = 1\";"), [1]);
        assert_eq!(
            lines("crates/app/src/a.rs", "let a = \"select a project first\"; // select id from task"),
            [0_usize; 0]
        );
        assert_eq!(lines("web/schema.sql", "select 1"), [0]);
    }

    #[test]
    fn sql_is_not_shouted() {
        assert_eq!(lines("crates/store/src/a.rs", "q(\"SELECT id from task\")"), [1]);
        assert_eq!(lines("crates/store/src/a.rs", "q(\"select id from task\n  WHERE id = $1\")"), [1]);
        assert_eq!(
            lines(
                "crates/store/migrations/1.sql",
                "-- CREATE is for comments\ncreate table t (a text);\nCREATE TABLE u (a text);"
            ),
            [3]
        );
    }
}
