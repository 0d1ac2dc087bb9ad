//! How a file is compressed, told by its name and by its first bytes.

use super::ReadError;

/// How a file of JSON Lines is compressed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Encoding {
    /// Not at all.
    Plain,
    /// RFC 1952, one member or several.
    Gzip,
    /// RFC 8878, one frame or several.
    Zstd,
}

impl Encoding {
    /// How many first bytes tell every encoding apart.
    pub(super) const MAGIC_BYTES: usize = 6;

    /// What a file's name promises: `.gz` or `.zst` (any case), or nothing.
    pub fn of_name(name: &str) -> Option<Self> {
        let extension = name.rsplit_once('.')?.1.to_ascii_lowercase();
        match extension.as_str() {
            "gz" | "gzip" => Some(Self::Gzip),
            "zst" | "zstd" => Some(Self::Zstd),
            _ => None,
        }
    }

    /// What the first bytes say. They decide: no line of JSON begins like a compressed file.
    pub(super) fn of_magic(start: &[u8]) -> Result<Self, ReadError> {
        let format = match start {
            [0x1f, 0x8b, ..] => return Ok(Self::Gzip),
            [0x28, 0xb5, 0x2f, 0xfd, ..] | [0x50..=0x5f, 0x2a, 0x4d, 0x18, ..] => return Ok(Self::Zstd),
            [b'P', b'K', 3, 4, ..] => "zip",
            [b'B', b'Z', b'h', b'1'..=b'9', ..] => "bzip2",
            [0xfd, b'7', b'z', b'X', b'Z', 0, ..] => "xz",
            [b'P', b'A', b'R', b'1', ..] => "Parquet",
            [0xff, 0xfe, ..] | [0xfe, 0xff, ..] => "UTF-16",
            _ => return Ok(Self::Plain),
        };
        Err(ReadError::Unsupported { format })
    }

    /// The word for it in errors.
    pub fn word(self) -> &'static str {
        match self {
            Self::Plain => "plain",
            Self::Gzip => "gzip",
            Self::Zstd => "zstd",
        }
    }
}
