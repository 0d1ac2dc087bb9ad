//! What is known of experts, over HTTP.

pub mod courses;
pub mod credentials;
pub mod people;
pub mod profiles;
pub mod standing;
