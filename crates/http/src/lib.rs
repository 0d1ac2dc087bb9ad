//! The product's only remote door: routes, status codes, headers, the embedded web app.
//!
//! A handler reads the request, calls a use case, replies. `router` lists every route, `stack` what each request passes; `problem` alone turns
//! a use case's refusal into a status code.

mod absent;
pub mod access;
pub mod custody;
mod document;
pub mod embedded;
pub mod experts;
pub mod extract;
pub mod headers;
pub mod idempotency;
pub mod made;
pub mod problem;
pub mod quality;
pub mod quarantine;
pub mod releases;
mod request_id;
pub mod router;
pub mod signed;
mod stack;
pub mod work;

pub use router::openapi;
pub use stack::router;
