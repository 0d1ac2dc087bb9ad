//! What is wrong with a document somebody sent, where, and by which rule.
//!
//! A fault names a place (JSON Pointer, RFC 6901) and a rule, never what stood there: faults are shown, logged and
//! put in reports, and what stood there may be a client's content. The one exception is a place inside a list whose
//! items carry the client's own ids: those ids are part of the pointer, so a pointer is answered to the caller but
//! not logged.

use std::cell::RefCell;
use std::fmt;

use serde::{Serialize, Serializer};

/// How many faults are gathered from one document; the rest are only counted.
pub const FAULTS_MAX: usize = 100;
/// The longest name of a field, question, credential and so on, in characters.
pub const NAME_CHARS_MAX: usize = 64;

/// The rule that was broken, in words that follow the place: "`/questions/0/on` must name a field".
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Rule {
    /// Nothing stands where something must.
    #[error("is required")]
    Missing,
    /// A key nobody reads; refusing it keeps a misspelt setting from being ignored.
    #[error("is not known here")]
    Unknown,
    /// Another JSON type than the one wanted.
    #[error("must be {0}")]
    Shape(&'static str),
    /// Not a name.
    #[error("must be 1 to {NAME_CHARS_MAX} characters of a-z, 0-9 and _")]
    Name,
    /// The same name, id, value or span a second time.
    #[error("stands there twice")]
    Twice,
    /// A type that this installation cannot show.
    #[error("the {of} type `{name}` has no screen yet; there are {known}")]
    NoScreen {
        /// `field` or `question`.
        of: &'static str,
        /// The type asked for.
        name: String,
        /// The types there are.
        known: String,
    },
    /// A word outside a closed list.
    #[error("must be one of {0}")]
    OneOf(String),
    /// A reference into nothing.
    #[error("must name {0}")]
    Names(&'static str),
    /// More characters, bytes, items or levels than allowed.
    #[error("has {got} {unit}; at most {max} are taken")]
    TooMany {
        /// How many there are.
        got: usize,
        /// How many there may be.
        max: usize,
        /// What is counted.
        unit: &'static str,
    },
    /// Fewer characters or items than asked for.
    #[error("has {got} {unit}; at least {min} are needed")]
    TooFew {
        /// How many there are.
        got: usize,
        /// How many there must be.
        min: usize,
        /// What is counted.
        unit: &'static str,
    },
    /// A number outside its range; the bounds are written out.
    #[error("must lie between {min} and {max}")]
    Range {
        /// The smallest allowed, or `-∞`.
        min: String,
        /// The largest allowed, or `∞`.
        max: String,
    },
    /// An answer that is none of those offered.
    #[error("is not one of those offered")]
    NotOffered,
    /// An answer to a question that the other answers hide.
    #[error("is not asked, given the other answers")]
    NotAsked,
    /// A sentence of one type's own.
    #[error("{0}")]
    Says(&'static str),
    /// A pattern that cannot be read; the engine's own words follow.
    #[error("is not a pattern that can be used: {0}")]
    Pattern(String),
}

impl Rule {
    /// The rule for a word outside `known`.
    pub(crate) fn one_of<'a>(known: impl IntoIterator<Item = &'a str>) -> Self {
        Self::OneOf(listed(known))
    }

    /// The rule for a type nobody registered. What does not look like a name is not repeated.
    pub(crate) fn no_screen(of: &'static str, asked: &serde_json::Value, known: &str) -> Self {
        match asked.as_str().filter(|name| is_name(name)) {
            Some(name) => Self::NoScreen { of, name: name.to_owned(), known: known.to_owned() },
            None => Self::OneOf(known.to_owned()),
        }
    }

    /// The rule for a number outside `min..=max`, either of which may be open.
    pub(crate) fn range(min: Option<f64>, max: Option<f64>) -> Self {
        let show = |bound: Option<f64>, open: &str| bound.map_or_else(|| open.to_owned(), |b| b.to_string());
        Self::Range { min: show(min, "-∞"), max: show(max, "∞") }
    }
}

impl Serialize for Rule {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.collect_str(self)
    }
}

/// One broken rule and its place.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, thiserror::Error)]
#[error("`{path}` {rule}")]
pub struct Fault {
    /// JSON Pointer into the document; empty for the whole document.
    pub path: String,
    /// The rule.
    pub rule: Rule,
}

/// All that is wrong with one document, in the order it was read; at most [`FAULTS_MAX`] are kept.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct Faults {
    kept: Vec<Fault>,
    #[serde(skip)]
    total: usize,
}

impl Faults {
    /// A single fault.
    pub fn one(path: impl fmt::Display, rule: Rule) -> Self {
        Self { kept: vec![Fault { path: path.to_string(), rule }], total: 1 }
    }

    /// The faults that were kept.
    pub fn as_slice(&self) -> &[Fault] {
        &self.kept
    }

    /// How many faults were found, kept or not.
    pub fn total(&self) -> usize {
        self.total
    }
}

impl IntoIterator for Faults {
    type Item = Fault;
    type IntoIter = std::vec::IntoIter<Fault>;

    fn into_iter(self) -> Self::IntoIter {
        self.kept.into_iter()
    }
}

impl fmt::Display for Faults {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (n, fault) in self.kept.iter().enumerate() {
            write!(f, "{}{fault}", if n == 0 { "" } else { "; " })?;
        }
        match self.total - self.kept.len() {
            0 => Ok(()),
            more => write!(f, "; and {more} more"),
        }
    }
}

impl std::error::Error for Faults {}

/// Where faults are gathered while a document is read.
#[derive(Default)]
pub(crate) struct Sink(RefCell<Faults>);

impl Sink {
    pub(crate) fn fault(&self, path: &Path<'_>, rule: Rule) {
        let mut faults = self.0.borrow_mut();
        faults.total += 1;
        if faults.kept.len() < FAULTS_MAX {
            faults.kept.push(Fault { path: path.to_string(), rule });
        }
    }

    /// How many were found so far: a reader that sees it unchanged knows its part was sound.
    pub(crate) fn total(&self) -> usize {
        self.0.borrow().total
    }

    /// `value`, unless something was wrong.
    pub(crate) fn finish<T>(self, value: Option<T>) -> Result<T, Faults> {
        let faults = self.0.into_inner();
        match value {
            Some(value) if faults.total == 0 => Ok(value),
            _ => Err(faults),
        }
    }
}

/// A place in a document, kept on the stack: only a fault turns it into text.
#[derive(Clone, Copy)]
pub(crate) enum Path<'a> {
    Root,
    Key(&'a Path<'a>, &'a str),
    Index(&'a Path<'a>, usize),
}

impl<'a> Path<'a> {
    pub(crate) fn key(&'a self, key: &'a str) -> Path<'a> {
        Path::Key(self, key)
    }

    pub(crate) fn index(&'a self, index: usize) -> Path<'a> {
        Path::Index(self, index)
    }

    /// The place of a key that the sender chose. What does not look like a name may be content, so then the place is
    /// the object it stands in.
    pub(crate) fn foreign(&'a self, key: &'a str) -> Path<'a> {
        if is_name(key) { self.key(key) } else { *self }
    }
}

impl fmt::Display for Path<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Path::Root => Ok(()),
            Path::Key(parent, key) => write!(f, "{parent}/{}", key.replace('~', "~0").replace('/', "~1")),
            Path::Index(parent, index) => write!(f, "{parent}/{index}"),
        }
    }
}

/// Whether `text` is a name: a-z, 0-9 and _, 1 to [`NAME_CHARS_MAX`] of them.
pub(crate) fn is_name(text: &str) -> bool {
    (1..=NAME_CHARS_MAX).contains(&text.len())
        && text.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_')
}

/// "`a`, `b`, `c`".
pub(crate) fn listed<'a>(words: impl IntoIterator<Item = &'a str>) -> String {
    words.into_iter().map(|word| format!("`{word}`")).collect::<Vec<_>>().join(", ")
}
