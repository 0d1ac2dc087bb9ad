//! People and what they enter by.

pub mod grants;
pub mod installation;
pub mod members;
pub mod sessions;
