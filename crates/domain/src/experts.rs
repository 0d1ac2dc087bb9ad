//! What is known about experts, and who may work where.

pub mod eligibility;
