//! What an aggregation is asked for, whatever kind the answers are of.

use crate::exit::{Failure, USAGE};
use std::path::PathBuf;
use vouchsafe_formats::quality::Kind;

/// What the files of an aggregation are called.
pub(crate) struct Wanted<'a> {
    pub(crate) method: &'a str,
    pub(crate) output: &'a PathBuf,
    pub(crate) workers: Option<&'a PathBuf>,
    pub(crate) posterior: bool,
    pub(crate) seed: u64,
}

/// The error that a kind has no such method.
pub(crate) fn no_method(kind: Kind, name: &str, known: &[&str]) -> Failure {
    let text = format!("no method `{name}` for kind {}; there are auto, {}", kind.name(), known.join(", "));
    Failure::new(USAGE, text)
}
