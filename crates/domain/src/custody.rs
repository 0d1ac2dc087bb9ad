//! Compartments, walls and holds.

pub mod budget;
pub mod called;
pub mod case;
pub mod departure;
pub mod gate;
pub mod wall;
