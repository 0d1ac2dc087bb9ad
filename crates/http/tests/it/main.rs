//! Routes against a real server on a real port, with a real database behind it.

mod line;
