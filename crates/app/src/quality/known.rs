//! What a report knows once it is reckoned.

use super::{
    gather::Gathered,
    refine::{Judge, Unknown},
    strata::Strata,
};

/// What a report knows once it is reckoned.
pub(super) struct Known {
    pub(super) gathered: Gathered,
    pub(super) judges: Vec<Judge>,
    /// Who tells alike, where an answer must tell enough.
    pub(super) strata: Option<Strata>,
}

impl Known {
    /// What is not known of a task.
    pub(super) fn unknown(&self, task: u32) -> Unknown {
        self.judges.iter().map(|judge| judge.unknown(task)).fold(Unknown::default(), Unknown::and)
    }
}
