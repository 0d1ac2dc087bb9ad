//! Inside a crate files know each other in one direction: none imports, by whatever way around, what imports it.
//!
//! A file and what lies in its own folder count as one household, and may know each other. Tests do not count.

use super::source::parse;
use super::{Finding, Tree};
use std::collections::{BTreeMap, BTreeSet};

/// Circles that are as they should be: by crate, the files that may know each other.
const MEANT: [(&str, &[&str]); 2] = [
    // A commit keeps the key of its request, and the key is kept by the commit.
    ("store", &["once", "tx"]),
    // A question may be asked where another was answered, and its type may ask questions of its own.
    ("domain", &["work::schema::condition", "work::schema::question", "work::schema::questions"]),
];

pub(super) fn check(tree: &Tree) -> Vec<Finding> {
    let mut crates: BTreeMap<&str, BTreeMap<String, &str>> = BTreeMap::new();
    for (path, _) in tree.under("crates/", ".rs") {
        let Some((name, file)) = path["crates/".len()..].split_once("/src/") else { continue };
        let module = file.trim_end_matches(".rs").trim_end_matches("/mod").replace('/', "::");
        if !module.split("::").any(|part| part == "tests") && module != "lib" && module != "main" {
            crates.entry(name).or_default().insert(module, path);
        }
    }
    let mut findings = Vec::new();
    for (name, modules) in &crates {
        let arrows = |of: &str| known_by(of, &tree.files[modules[of]], modules);
        let arrows: BTreeMap<&str, BTreeSet<&str>> = modules.keys().map(|of| (of.as_str(), arrows(of))).collect();
        let mut told = BTreeSet::new();
        for of in modules.keys() {
            let Some(circle) = way_back(of, &arrows) else { continue };
            let meant = MEANT.iter().any(|(of, meant)| of == name && circle.iter().all(|one| meant.contains(one)));
            if meant || circle.iter().any(|one| told.contains(one)) {
                continue;
            }
            let reason = format!("knows itself by a circle: {} -> {}", circle.join(" -> "), circle[0]);
            told.extend(circle);
            findings.push(Finding::new(modules[of], 0, reason));
        }
    }
    findings
}

/// The files of the same crate that a file names, its own household left out.
fn known_by<'m>(of: &str, text: &str, modules: &'m BTreeMap<String, &str>) -> BTreeSet<&'m str> {
    let mut code = parse(text).code;
    if let Some(tests) = code.find("#[cfg(test)]\nmod tests") {
        code.truncate(tests);
    }
    let mut named = Vec::new();
    for start in ["crate::", "super::", "self::"] {
        for (at, _) in code.match_indices(start) {
            let before = code[..at].chars().next_back();
            if !before.is_some_and(|c| c.is_alphanumeric() || c == '_' || c == ':') {
                paths(&mut code[at..].chars().peekable(), String::new(), &mut named);
            }
        }
    }
    let household = |one: &str| one == of || inside(one, of) || inside(of, one);
    let found = named.iter().filter_map(|path| module_of(&absolute(of, path), modules));
    found.filter(|one| !household(one)).collect()
}

/// Whether a module lies in the folder of another.
fn inside(one: &str, other: &str) -> bool {
    one.strip_prefix(other).is_some_and(|rest| rest.starts_with("::"))
}

/// The paths that a tree such as `crate::a::{b, c::{self, d}}` stands for.
fn paths(rest: &mut std::iter::Peekable<std::str::Chars<'_>>, mut path: String, into: &mut Vec<String>) {
    while let Some(&c) = rest.peek() {
        match c {
            '{' => {
                rest.next();
                while rest.peek().is_some_and(|&c| c != '}') {
                    paths(rest, path.clone(), into);
                    // What follows a path up to the next one: ` as name`, commas, space.
                    while rest.next_if(|&c| c != '}' && c != ',').is_some() {}
                    rest.next_if_eq(&',');
                }
                rest.next();
                return;
            }
            c if c.is_alphanumeric() || c == '_' || c == ':' => path.push(c),
            c if c.is_whitespace() && path.ends_with("::") || c.is_whitespace() && path.is_empty() => {}
            _ => break,
        }
        rest.next();
    }
    if !path.is_empty() {
        into.push(path);
    }
}

/// A path from the root of the crate.
fn absolute(of: &str, path: &str) -> String {
    let mut base: Vec<&str> = of.split("::").collect();
    let mut parts = path.split("::").peekable();
    match parts.peek() {
        Some(&"crate") => {
            base.clear();
            parts.next();
        }
        Some(&"self") => drop(parts.next()),
        _ => {}
    }
    while parts.next_if_eq(&"super").is_some() {
        base.pop();
    }
    base.extend(parts.filter(|part| !part.is_empty()));
    base.join("::")
}

/// The file that holds what a path leads to.
fn module_of<'m>(path: &str, modules: &'m BTreeMap<String, &str>) -> Option<&'m str> {
    let mut path = path;
    loop {
        if let Some((module, _)) = modules.get_key_value(path) {
            return Some(module);
        }
        path = path.rsplit_once("::")?.0;
    }
}

/// The shortest way from a module back to itself.
fn way_back<'m>(of: &'m str, arrows: &BTreeMap<&'m str, BTreeSet<&'m str>>) -> Option<Vec<&'m str>> {
    let mut came: BTreeMap<&str, &str> = BTreeMap::new();
    let mut front = vec![of];
    while !front.is_empty() {
        let mut next = Vec::new();
        for from in front {
            for &to in &arrows[from] {
                if to == of {
                    let mut way = vec![from];
                    while way[way.len() - 1] != of {
                        way.push(came[way[way.len() - 1]]);
                    }
                    way.reverse();
                    return Some(way);
                }
                came.entry(to).or_insert_with(|| {
                    next.push(to);
                    from
                });
            }
        }
        front = next;
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(files: &[(&str, &str)]) -> Vec<String> {
        check(&Tree::of(files)).into_iter().map(|finding| finding.to_string()).collect()
    }

    #[test]
    fn one_direction_passes() {
        let above = "use super::b::{self, X};\nuse crate::c::{d::Y, Z as W};\n";
        let files = [("crates/app/src/a.rs", above), ("crates/app/src/b.rs", "use crate::c::Z;\n")];
        assert_eq!(told(&[files[0], files[1], ("crates/app/src/c.rs", "pub mod d;\n")]), [""; 0]);
    }

    #[test]
    fn a_circle_is_told_once_with_its_way() {
        let files = [
            ("crates/app/src/work/a.rs", "use super::{\n    b::X,\n    c::{self, Y},\n};\n"),
            ("crates/app/src/work/b.rs", "fn f() { crate::work::d::g() }\n"),
            ("crates/app/src/work/c.rs", ""),
            ("crates/app/src/work/d.rs", "use crate::{App, work::a::Z};\n"),
        ];
        let way = "crates/app/src/work/a.rs: knows itself by a circle: work::a -> work::b -> work::d -> work::a";
        assert_eq!(told(&files), [way]);
    }

    #[test]
    fn a_household_tests_and_words_are_no_circle() {
        let files = [
            ("crates/app/src/a.rs", "mod x;\nuse x::f;\nuse self::x::g;\n// crate::b::h\n"),
            ("crates/app/src/a/x.rs", "use super::T;\n"),
            ("crates/app/src/b.rs", "use crate::a::T;\n\n#[cfg(test)]\nmod tests {\n    use crate::c::y;\n}\n"),
            ("crates/app/src/c.rs", "use crate::b::h;\nconst C: &str = \"crate::c::y\";\n"),
            ("crates/app/src/a/tests.rs", "use crate::b::h;\n"),
        ];
        assert_eq!(told(&files), [""; 0]);
    }
}
