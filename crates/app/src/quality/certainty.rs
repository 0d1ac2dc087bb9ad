//! The probabilities of one question's items.

use super::sets::Sets;
use std::sync::Arc;
use vouchsafe_quality::{
    aggregate::{Method, Posteriors},
    allocate::Crowd,
};

/// The probabilities of one question's items, for whoever needs them after the report.
pub(super) struct Certainty {
    pub(super) method: Method,
    pub(super) posteriors: Arc<Posteriors>,
    /// Items of which nobody knows the right class.
    pub(super) judged: Vec<usize>,
    /// How people answer on average.
    pub(super) crowd: Crowd,
    /// The answers that are left with certainty, where gold is enough to say it.
    pub(super) sets: Option<Sets>,
}
