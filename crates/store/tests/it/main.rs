//! The store against real databases.

mod sequence;
mod tx;
mod wire;
