//! Routes against a real server on a real port, with a real database behind it.

mod agreements;
mod credentials;
mod keys;
mod late;
mod ledger;
mod line;
mod tokens;
