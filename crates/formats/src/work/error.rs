//! Why a file could not be read to its end.

use super::Encoding;

/// Reading stopped. Rows given before stay good; `line` is the last line that was read whole.
#[derive(Debug, thiserror::Error)]
pub enum ReadError {
    /// The compressed stream stops before its end mark.
    #[error("the {} data ends too early, after line {line}", .encoding.word())]
    Truncated {
        /// What it was read as.
        encoding: Encoding,
        /// Last whole line.
        line: u64,
    },
    /// The compressed stream is damaged: a checksum, a length or a code does not fit.
    #[error("the {} data is damaged after line {line}: {what}", .encoding.word())]
    Corrupt {
        /// What it was read as.
        encoding: Encoding,
        /// Last whole line.
        line: u64,
        /// What does not fit; never content.
        what: &'static str,
    },
    /// A decompression bomb, or a file so repetitive that it looks like one.
    #[error("after line {line} the {} data had grown to more than {ratio_max} times its compressed size", .encoding.word())]
    Bomb {
        /// What it was read as.
        encoding: Encoding,
        /// Last whole line.
        line: u64,
        /// The limit: bytes out for each byte in.
        ratio_max: u64,
    },
    /// More bytes than a file may have.
    #[error("the file has more than {bytes_max} bytes (reached after line {line})")]
    TooLarge {
        /// Last whole line.
        line: u64,
        /// The limit, in decompressed bytes.
        bytes_max: u64,
    },
    /// A format that is not read here, known by its first bytes.
    #[error("the file is {format}; give JSON Lines in UTF-8, plain, .gz or .zst")]
    Unsupported {
        /// Its name.
        format: &'static str,
    },
    /// The name promises one encoding, the first bytes show another.
    #[error("the file is named as {} but its content is {}", .named.word(), .found.word())]
    NotAsNamed {
        /// By its name.
        named: Encoding,
        /// By its first bytes.
        found: Encoding,
    },
    /// The source itself failed.
    #[error("reading failed after line {line}")]
    Io {
        /// Last whole line.
        line: u64,
        /// What the operating system said.
        #[source]
        source: std::io::Error,
    },
}

impl ReadError {
    /// The same, stopped after this line.
    pub(super) fn after(mut self, last_line: u64) -> Self {
        match &mut self {
            Self::Truncated { line, .. }
            | Self::Corrupt { line, .. }
            | Self::Bomb { line, .. }
            | Self::TooLarge { line, .. }
            | Self::Io { line, .. } => *line = last_line,
            Self::Unsupported { .. } | Self::NotAsNamed { .. } => {}
        }
        self
    }
}
