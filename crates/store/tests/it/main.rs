//! The store against real databases.

mod tx;
