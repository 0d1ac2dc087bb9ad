//! Types and rules of Vouchsafe: what is true in any store and behind any door.
//!
//! No I/O, no clock, no randomness: time, ids and facts come in as arguments, decisions
//! go out as values. Everything may call this crate; it calls nothing of ours.

pub mod access;
pub mod custody;
pub mod experts;
pub mod fault;
pub mod hex;
pub mod ids;
mod reader;
pub mod releases;
pub mod time;
pub mod work;
