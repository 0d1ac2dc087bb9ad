//! Open answers: their quality is the review. Authors corrected for the severity of who reviewed them.

mod model;
mod solve;

pub use model::{Fit, Person, Review, fit};
