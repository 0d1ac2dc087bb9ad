//! Every dependency's licence is one that `deny.toml` allows.
//!
//! `cargo deny` reads the licence texts as well, where it is installed; this reads what the packages declare.

use super::{Finding, Tree};

const LIST: &str = "deny.toml";

pub(super) fn check(tree: &Tree) -> Vec<Finding> {
    let allowed = allowed(tree.files.get(LIST).map_or("", String::as_str));
    let refused = tree.licences.iter().filter(|(_, licence)| !is_allowed(licence, &allowed));
    refused
        .map(|(package, licence)| {
            let licence = if licence.is_empty() { "no licence" } else { licence };
            Finding::new(LIST, 0, format!("`{package}` declares `{licence}`, which is not allowed here"))
        })
        .collect()
}

/// The strings of the list `allow` under `[licenses]`.
fn allowed(deny: &str) -> Vec<&str> {
    let list = deny.split_once("[licenses]").and_then(|(_, rest)| rest.split_once("\nallow = ["));
    let list = list.and_then(|(_, rest)| rest.split_once(']')).map_or("", |(list, _)| list);
    list.split('"').skip(1).step_by(2).collect()
}

/// Whether an SPDX expression can be met with the allowed licences. `/` is an old way to write `OR`; `AND` binds
/// tighter. What cannot be read is not allowed.
fn is_allowed(expression: &str, allowed: &[&str]) -> bool {
    let spaced = expression.replace('(', " ( ").replace(')', " ) ").replace('/', " OR ");
    let words: Vec<&str> = spaced.split_whitespace().collect();
    let mut rest = words.as_slice();
    either(&mut rest, allowed) == Some(true) && rest.is_empty()
}

fn either(rest: &mut &[&str], allowed: &[&str]) -> Option<bool> {
    let mut met = both(rest, allowed)?;
    while rest.first() == Some(&"OR") {
        *rest = &rest[1..];
        met |= both(rest, allowed)?;
    }
    Some(met)
}

fn both(rest: &mut &[&str], allowed: &[&str]) -> Option<bool> {
    let mut met = one(rest, allowed)?;
    while rest.first() == Some(&"AND") {
        *rest = &rest[1..];
        met &= one(rest, allowed)?;
    }
    Some(met)
}

fn one(rest: &mut &[&str], allowed: &[&str]) -> Option<bool> {
    let (first, after) = rest.split_first()?;
    *rest = after;
    if *first == "(" {
        let met = either(rest, allowed)?;
        let (close, after) = rest.split_first()?;
        *rest = after;
        return (*close == ")").then_some(met);
    }
    // A licence may come with an exception, and is then allowed with it or without it.
    if let ["WITH", exception, after @ ..] = rest {
        *rest = after;
        let whole = format!("{first} WITH {exception}");
        return Some(allowed.contains(first) || allowed.contains(&whole.as_str()));
    }
    Some(allowed.contains(first))
}

#[cfg(test)]
mod tests {
    use super::*;

    const DENY: &str =
        "[advisories]\nignore = []\n\n[licenses]\nallow = [\n  \"MIT\",\n  \"Apache-2.0\",\n  \"Unicode-3.0\",\n]\n";

    fn findings(licence: &str) -> usize {
        let mut tree = Tree::of(&[(LIST, DENY)]);
        tree.licences.push(("some 1.0.0".into(), licence.into()));
        check(&tree).len()
    }

    #[test]
    fn an_expression_that_can_be_met_passes() {
        for licence in [
            "MIT",
            "GPL-3.0 OR MIT",
            "MIT/Apache-2.0",
            "(MIT OR GPL-2.0) AND Unicode-3.0",
            "GPL-2.0 AND BSD OR MIT",
            "Apache-2.0 WITH LLVM-exception",
        ] {
            assert_eq!(findings(licence), 0, "{licence}");
        }
    }

    #[test]
    fn another_licence_and_none_are_found() {
        for licence in
            ["GPL-3.0", "MIT AND GPL-3.0", "(MIT OR GPL-2.0) AND GPL-3.0", "", "MIT OR", "(MIT", "MIT Apache-2.0"]
        {
            assert_eq!(findings(licence), 1, "{licence}");
        }
    }
}
