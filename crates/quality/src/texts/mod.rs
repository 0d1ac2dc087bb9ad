//! Transcripts and short texts, as lists of coded words.

mod distance;
mod rover;

pub use distance::{distance, medoid};
pub use rover::{Slot, rover};
