//! Routes against a real server on a real port, with a real database behind it.

mod access;
mod adjudication;
mod agreements;
mod around;
mod begun;
mod conflicts;
mod credentials;
mod every_route;
mod gold;
mod idempotency;
mod keys;
mod labels;
mod late;
mod leaving;
mod ledger;
mod ledger_search;
mod line;
mod one_person;
mod phrases;
mod put_back;
mod submitted;
mod tokens;
mod two_worlds;
mod walled_keepers;
mod walls;
