//! Compartments, walls and holds.

pub mod gate;
