//! What is known of experts: profiles, credentials, how they stand.

pub mod courses;
pub mod credentials;
pub mod looks;
pub mod people;
pub mod profiles;
pub mod standing;
