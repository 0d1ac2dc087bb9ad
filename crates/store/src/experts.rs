//! What is known of experts: profiles and credentials.

pub mod credentials;
pub mod profiles;
