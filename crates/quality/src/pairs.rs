//! Scores of items from answers to "which is better?".

mod bradley_terry;
mod thurstone;

pub use bradley_terry::{BradleyTerry, Scores, log_loss};
pub use thurstone::thurstone;

/// One answer: what was shown left and right, by whom, and which was called better.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Duel {
    /// Code of the item on the left.
    pub left: u32,
    /// Code of the item on the right; another one.
    pub right: u32,
    /// Code of the worker.
    pub worker: u32,
    /// The answer.
    pub said: Said,
}

/// What somebody said of two items.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Said {
    /// The left one is better.
    Left,
    /// The right one is better.
    Right,
    /// As good as each other.
    Tie,
}
