//! Compartments, walls and holds.

pub mod budget;
pub mod gate;
pub mod wall;
