//! No source file past 500 lines: there is a second noun in it.

use super::{Finding, Tree};

const LINES_MAX: usize = 500;
const ENDINGS: [&str; 5] = [".rs", ".ts", ".svelte", ".py", ".css"];
/// Written by `cargo xtask generate`, read by no one.
const GENERATED: &str = "web/src/api/";

pub(super) fn check(tree: &Tree) -> Vec<Finding> {
    let sources = tree.files.iter().filter(|(path, _)| ENDINGS.iter().any(|ending| path.ends_with(ending)));
    let long = sources.filter(|(path, text)| {
        let generated = path.starts_with(GENERATED) && text.lines().take(3).any(|line| line.contains("enerated"));
        text.lines().count() > LINES_MAX && !generated
    });
    long.map(|(path, text)| {
        let lines = text.lines().count();
        Finding::new(path, LINES_MAX + 1, format!("{lines} lines, at most {LINES_MAX}: look for the second noun in it"))
    })
    .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn five_hundred_lines_and_not_one_more() {
        let at_most = "x\n".repeat(LINES_MAX);
        let too_long = "x\n".repeat(LINES_MAX + 1);
        assert_eq!(check(&Tree::of(&[("a.rs", &at_most), ("a.json", &too_long)])), []);
        assert_eq!(check(&Tree::of(&[("a.svelte", &too_long)])).len(), 1);
        let generated = format!("// Generated from the OpenAPI document.\n{too_long}");
        assert_eq!(check(&Tree::of(&[("web/src/api/types.ts", &generated)])), []);
        assert_eq!(check(&Tree::of(&[("web/src/api/client.ts", &too_long)])).len(), 1);
    }
}
