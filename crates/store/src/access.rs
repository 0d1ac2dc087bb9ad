//! People and what they enter by.

pub mod installation;
pub mod members;
