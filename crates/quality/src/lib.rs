//! Statistics of annotation: consensus that says how sure it is, agreement, ability.
//!
//! Plain slices in, plain numbers out: no I/O, no clock, no randomness but a seed that the caller passes. Every
//! function gives the same answer whatever the order of its input. Figures that are undefined are `None`, never NaN.
//! `docs/quality.md` says of each method where it comes from, when it fails and what is promised.

#![expect(clippy::needless_for_each, reason = "one line over a slice reads better than a loop of three")]
#![cfg_attr(test, expect(clippy::float_cmp, reason = "tests compare exact values"))]

pub mod ability;
pub mod aggregate;
pub mod agreement;
pub mod allocate;
pub mod answers;
pub mod calibration;
pub mod consensus;
pub mod numbers;
pub mod pairs;
pub mod random;
pub mod rankings;
pub mod review;
pub mod sequences;
pub mod spans;
pub mod texts;

mod distributions;
mod num;
