//! How much one file may ask of us.

/// Everything that can grow while a file is read, and how far it may.
///
/// Memory stays below about `line_bytes_max` (the line), the same again (its parsed strings) and 96 bytes for
/// each of `values_max`, plus at most 128 MiB that a zstd frame may ask for as its window.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Longest line in bytes, without its line end. A longer one is skipped unread and refused.
    pub line_bytes_max: usize,
    /// How deep arrays and objects may nest; the row itself is depth 1. At most 120.
    pub depth_max: usize,
    /// How many values (members, elements and what holds them) one row may have.
    pub values_max: usize,
    /// How many bytes the whole file may have once decompressed.
    pub total_bytes_max: u64,
    /// How many bytes may come out of a compressed file for each byte that went in, once
    /// [`Limits::RATIO_GRACE_BYTES`] have come out.
    pub ratio_max: u64,
}

impl Limits {
    /// Decompressed bytes before `ratio_max` counts: short files of the same row over and over are no attack.
    pub const RATIO_GRACE_BYTES: u64 = 32 << 20;
}

impl Default for Limits {
    fn default() -> Self {
        Self { line_bytes_max: 8 << 20, depth_max: 64, values_max: 100_000, total_bytes_max: 256 << 30, ratio_max: 250 }
    }
}
