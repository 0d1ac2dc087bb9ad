//! Experts: who may work on what.

pub mod eligible;
