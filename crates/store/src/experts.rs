//! What is known of experts: profiles and credentials.

pub mod credentials;
pub mod people;
pub mod profiles;
