//! Consensus, first form: what a vote, a median or a mean can say, one task at a time.
//!
//! Nothing here learns who is good; [`crate`]'s models do. What these promise: counts are shown, a tie is a tie,
//! and the order in which people answered changes nothing.

pub mod numbers;
pub mod pairs;
pub mod rankings;
pub mod spans;
pub mod steps;
pub mod taxonomy;
pub mod vote;

pub use numbers::{Numbers, numbers, trimmed_mean};
pub use pairs::{Preference, pairwise, pairwise_by_strength};
pub use rankings::{Borda, borda};
pub use spans::{Mark, Marks, character_majority};
pub use steps::{FirstError, first_error};
pub use taxonomy::{Path, deepest_common};
pub use vote::{Count, Outcome, Vote, majority, majority_per_key, multi_label, weighted_majority};
