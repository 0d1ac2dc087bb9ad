//! Open answers: their quality is the review. Authors corrected for the severity of who reviewed them.

mod mean;
mod model;
mod solve;

pub use mean::mean_share;
pub(crate) use mean::student;
pub use model::{Fit, Person, Review, fit};
