//! What is known about experts, who may work where, and how each stands there.

pub mod eligibility;
pub mod standing;
