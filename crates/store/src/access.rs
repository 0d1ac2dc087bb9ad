//! People and what they enter by.

pub mod grants;
pub mod installation;
pub mod invitations;
pub mod members;
pub mod sessions;
pub mod throttle;
pub mod tokens;
