//! Entering over HTTP.

pub mod grants;
pub mod invitations;
pub mod members;
pub mod session;
pub mod tokens;
