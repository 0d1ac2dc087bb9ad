//! Detection: notices taking while most of it is still there.
//!
//! One stream of [`Activity`], read from outside audit logs ([`read`]) or made from our own ledger, goes to the scoring
//! engine and to rules held as data ([`rules`]). Depends on nothing of ours, opens no file and no connection, has no clock
//! and no randomness: whoever calls it brings bytes, times and facts.

pub mod activity;
pub mod engine;
pub mod facts;
pub mod mask;
pub mod read;
pub mod rules;
pub mod tails;
pub mod time;

pub use activity::{Activity, Field, Side, Verb, Visibility};
pub use engine::{Engine, Scored, Settings};
pub use facts::Facts;
