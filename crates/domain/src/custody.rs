//! Compartments, walls and holds.
