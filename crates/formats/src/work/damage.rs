//! Why packed bytes cannot be unpacked.

/// What does not fit in a compressed stream.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Damage(pub(super) &'static str);
