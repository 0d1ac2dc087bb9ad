//! Certainty that can be believed: what gold says of the probabilities of a model.
//!
//! Gold is a list of tasks with their true class, drawn at random from the tasks it is to speak for; hard or hand-picked
//! tasks make every figure here wrong for the rest. Without gold nothing here applies, and probabilities are
//! model-based and not verified.

mod choose;
mod conformal;
mod error;
mod temperature;

pub use choose::{Auto, Choice, GOLD_MIN, Score, auto, blend, choose, contested};
pub use conformal::{Conformal, sets_like_others};
pub use error::{calibration_error, expected_error};
pub use temperature::Temperature;
pub(crate) use temperature::golden;

/// A task and its true class.
pub type Gold = (usize, usize);
