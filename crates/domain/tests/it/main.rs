//! Promises of the domain, kept from outside.

mod schema;
