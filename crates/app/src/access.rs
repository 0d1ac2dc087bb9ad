//! Entering: sessions and tokens.

pub mod who;
