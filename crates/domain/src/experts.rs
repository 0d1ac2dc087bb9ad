//! What is known about experts, who may work where, and how each stands there.

pub mod course;
pub mod eligibility;
pub mod standing;
