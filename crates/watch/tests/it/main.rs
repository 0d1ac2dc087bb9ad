//! The crate from outside, over real shapes of events.

mod cases;
mod mutated;
