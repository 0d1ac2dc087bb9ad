//! Releases and the keys they are signed with.

pub mod keys;
#[expect(clippy::module_inception, reason = "the noun has the same file name in every layer")]
pub mod releases;
