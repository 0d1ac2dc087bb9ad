//! Readers: one file for each shape of log. A line in, activities out.
//!
//! A reader keeps what it does not know ([`Activity::unknown`]) and refuses a line that breaks a rule, by field and rule
//! and never by content. It holds nothing between lines, so a bad line costs that line alone.

mod answers;
mod cloud_logging;
mod dotted;
pub mod encoding;
mod flattened;
pub mod glob;
pub mod google;
pub mod mapping;
pub mod paths;
pub mod pieces;
mod queries;
pub mod record;
pub mod report;
mod scan;
pub mod sources;
mod structs;
mod tables;
pub mod times;
mod verbs;
mod who;

use crate::activity::Activity;
use std::borrow::Cow;

/// A shape of log.
pub trait Reader {
    /// Hand every act that `line` tells of to `each`, in the line's order. On an error some may have been handed over
    /// already only if the documentation of the reader says so; none does today.
    fn read<'a>(&self, line: &'a str, each: &mut dyn FnMut(Activity<'a>)) -> Result<(), BadLine>;
}

/// Why a line was skipped: which field, which rule. Never what stood there.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("field `{field}`: {rule}")]
pub struct BadLine {
    /// The field, with dots: `id.time`. `line` if it is the line as a whole.
    pub field: Cow<'static, str>,
    /// The rule it breaks, in the reader's words: `a time is like 2025-05-05T02:50:02.886Z`.
    pub rule: &'static str,
}
