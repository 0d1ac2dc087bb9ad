//! How far people agree beyond chance.
//!
//! Expects one answer of a worker to a task: see [`crate::answers::Answers::without_duplicates`]. A coefficient that is
//! undefined (nothing to compare, or only one class ever used) is `None`. Agreement is not accuracy: people may share a mistake.

mod align;
mod alpha;
mod bootstrap;
mod corrected;
mod gamma;
mod numbers;
mod ranks;
mod sets;

pub use alpha::{Scale, alpha, ranks};
pub use bootstrap::{Interval, bootstrap, over_picks};
pub use corrected::{Chance, Corrected, Weights, cohen, corrected, corrected_by};
pub use gamma::{Gamma, disorder, disorder_of_all, gamma};
pub use numbers::alpha_of_numbers;
pub use ranks::{icc, kendall_w, tau_b};
pub use sets::masi;
