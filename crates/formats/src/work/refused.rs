//! Why one line was refused.

/// A line that is not taken in. The lines around it are not touched by this.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RefusedLine {
    /// Its number in the file, from 1; blank lines count.
    pub line: u64,
    /// Where in the row, as a JSON Pointer (`/messages/3/role`); `None` if it is the line as a whole. A name
    /// of the row's own is cut to 64 characters and a path to its first 16 names, since names may be content.
    pub field: Option<String>,
    /// The rule it broke.
    pub rule: Rule,
}

/// The rules a line must keep. `Display` says which one was broken, and never shows what stood there.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Rule {
    /// Longer than [`super::Limits::line_bytes_max`].
    #[error("a line has at most {bytes_max} bytes")]
    LineTooLong {
        /// The limit.
        bytes_max: usize,
    },
    /// Not UTF-8.
    #[error("a line is UTF-8; byte {byte} of this one is not")]
    NotUtf8 {
        /// The first bad byte, from 1.
        byte: usize,
    },
    /// JSON or not, it is not an object.
    #[error("a line holds one JSON object")]
    NotAnObject,
    /// The object is not well-formed JSON.
    #[error("a line holds one JSON object; at byte {byte} this one breaks: {what}")]
    NotJson {
        /// Where, from 1.
        byte: usize,
        /// The rule of JSON that is broken.
        what: String,
    },
    /// A name stands twice in one object, so its meaning depends on who reads it.
    #[error("a name stands once in an object")]
    RepeatedName,
    /// An integer beyond 64 bits or a number beyond a double; to read it would change it.
    #[error("a number fits 64 bits; write a larger one as a string")]
    NumberDoesNotFit,
    /// `NaN` or `Infinity`, which JSON does not have.
    #[error("a number is finite; JSON has no NaN or Infinity")]
    NotANumber,
    /// Half of a surrogate pair, as `\ud83d` alone.
    #[error("an escaped surrogate has its other half")]
    LoneSurrogate,
    /// Deeper than [`super::Limits::depth_max`].
    #[error("arrays and objects nest at most {depth_max} deep")]
    TooDeep {
        /// The limit.
        depth_max: usize,
    },
    /// More than [`super::Limits::values_max`].
    #[error("a row has at most {values_max} values")]
    TooManyValues {
        /// The limit.
        values_max: usize,
    },
}

impl Rule {
    /// A stable name for machines.
    pub fn slug(&self) -> &'static str {
        match self {
            Self::LineTooLong { .. } => "line_too_long",
            Self::NotUtf8 { .. } => "not_utf8",
            Self::NotAnObject => "not_an_object",
            Self::NotJson { .. } => "not_json",
            Self::RepeatedName => "repeated_name",
            Self::NumberDoesNotFit => "number_does_not_fit",
            Self::NotANumber => "not_a_number",
            Self::LoneSurrogate => "lone_surrogate",
            Self::TooDeep { .. } => "too_deep",
            Self::TooManyValues { .. } => "too_many_values",
        }
    }
}
