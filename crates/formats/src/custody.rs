//! What a client leaves with.

pub mod departures;
