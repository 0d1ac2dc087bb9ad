//! Transcripts and short texts, as lists of coded words.

mod distance;
mod rover;
mod words;

pub use distance::{distance, medoid};
pub use rover::{Slot, rover};
pub use words::{changed_share, words};
