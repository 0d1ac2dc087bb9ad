//! Reading what is known besides the log. A bad line here stops the scan: a person or a fact left out in silence would
//! change what is said of somebody.

use super::lines::Lines;
use crate::exit::Failure;
use std::path::Path;
use vouchsafe_watch::{Facts, read::BadLine};

pub(crate) fn read(
    people: Option<&Path>,
    docs: Option<&Path>,
    lifecycle: Option<&Path>,
    domains: Option<&Path>,
) -> Result<Facts, Failure> {
    let mut facts = Facts::default();
    each(people, |line| facts.add_person(line))?;
    each(docs, |line| facts.add_doc(line))?;
    each(lifecycle, |line| facts.add_dated(line))?;
    if let Some(path) = domains {
        let text =
            std::fs::read_to_string(path).map_err(|error| Failure::from(format!("{}: {error}", path.display())))?;
        facts.set_domains(&text).map_err(|bad| Failure::from(format!("{}, {bad}", path.display())))?;
    }
    Ok(facts)
}

fn each(path: Option<&Path>, mut take: impl FnMut(&str) -> Result<(), BadLine>) -> Result<(), Failure> {
    let Some(path) = path else { return Ok(()) };
    let mut lines = Lines::open(path)?;
    while let Some((number, line)) = lines.next()? {
        let said = match line {
            Ok(text) if text.trim_ascii().is_empty() => Ok(()),
            Ok(text) => take(text),
            Err(bad) => Err(bad),
        };
        said.map_err(|bad| Failure::from(format!("{}, line {number}, {bad}", path.display())))?;
    }
    Ok(())
}
