//! One ranking from many: Kemeny-Young and Plackett-Luce. Borda's count is in [`crate::consensus::borda`].

mod kemeny;
mod plackett_luce;

pub use kemeny::{EXACT_MAX, Kemeny, kemeny};
pub use plackett_luce::{Worths, plackett_luce};
