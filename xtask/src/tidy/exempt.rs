//! The list of routes that may commit without a ledger entry (`ledger_exempt.txt`) only ever shrinks.

use super::{Finding, Tree};

pub(super) fn check(tree: &Tree) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (path, text) in tree.under("", "ledger_exempt.txt") {
        // Not committed yet, or no history here: nothing to compare with.
        let Some(first) = tree.first_texts.get(path) else { continue };
        let allowed: Vec<&str> = first.lines().map(str::trim).collect();
        for (line, route) in (1..).zip(text.lines().map(str::trim)) {
            if !route.is_empty() && !route.starts_with('#') && !allowed.contains(&route) {
                let reason = format!("`{route}` was not exempt when the list was made, and the list only shrinks");
                findings.push(Finding::new(path, line, reason));
            }
        }
    }
    findings
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(first: &str, now: &str) -> Vec<usize> {
        let mut tree = Tree::of(&[("tests/ledger_exempt.txt", now)]);
        tree.first_texts.insert("tests/ledger_exempt.txt".into(), first.into());
        check(&tree).iter().map(|finding| finding.line).collect()
    }

    #[test]
    fn the_list_may_shrink_and_be_commented() {
        assert_eq!(lines("heartbeat\ndraft\n", "# why\ndraft\n"), [0_usize; 0]);
        assert_eq!(check(&Tree::of(&[("tests/ledger_exempt.txt", "heartbeat\n")])), []);
    }

    #[test]
    fn a_new_route_on_it_is_found() {
        assert_eq!(lines("heartbeat\n", "heartbeat\nsubmit\n"), [2]);
    }
}
