//! Routes about quality.

pub mod reports;
