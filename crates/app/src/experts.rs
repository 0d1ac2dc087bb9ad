//! Experts: who may work on what, and what is known of them.

pub mod courses;
pub mod credentials;
pub mod eligible;
pub mod looks;
pub mod people;
pub mod profiles;
pub mod standing;
