//! Every SQL statement, one file per table; sealing; `dialect.rs` alone knows the engine.
//!
//! Three promises hold here. Content leaves only against a [`custody::clearance::Clearance`] and only
//! through a commit that carries a ledger entry. Content reaches the database sealed. A commit that was
//! answered survives power loss.

pub mod access;
mod cipher;
pub mod custody;
pub mod dialect;
pub mod engine;
pub mod error;
pub mod experts;
pub mod keys;
pub mod migrate;
pub mod once;
pub mod pending;
pub mod quality;
pub mod releases;
pub mod seal;
pub mod tx;
pub mod val;
pub mod work;

pub use engine::sqlite::Flush;
pub use error::Error;
pub use pending::{Committed, Pending};
pub use tx::{Clock, Read, Store, Tx};
pub use val::{Row, Val};
