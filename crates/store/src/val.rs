//! Values in and out of a statement: whole numbers, text, bytes, null. Both engines store no others.

use crate::Error;
use std::borrow::Cow;
use vouchsafe_domain::time::Micros;

/// A value bound to `$n` of a statement.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Val<'a> {
    /// SQL null.
    Null,
    /// `bigint`.
    Int(i64),
    /// `text`.
    Text(Cow<'a, str>),
    /// `bytea`.
    Bytes(Cow<'a, [u8]>),
}

impl Val<'_> {
    /// The same, owning what it holds.
    pub(crate) fn owned(&self) -> Val<'static> {
        match self {
            Self::Null => Val::Null,
            Self::Int(n) => Val::Int(*n),
            Self::Text(text) => Val::Text(text.clone().into_owned().into()),
            Self::Bytes(bytes) => Val::Bytes(bytes.clone().into_owned().into()),
        }
    }
}

impl From<i64> for Val<'_> {
    fn from(value: i64) -> Self {
        Self::Int(value)
    }
}

impl From<u32> for Val<'_> {
    fn from(value: u32) -> Self {
        Self::Int(value.into())
    }
}

impl From<usize> for Val<'_> {
    fn from(value: usize) -> Self {
        Self::Int(i64::try_from(value).unwrap_or(i64::MAX))
    }
}

impl From<Micros> for Val<'_> {
    fn from(value: Micros) -> Self {
        Self::Int(value.0)
    }
}

impl<'a> From<&'a str> for Val<'a> {
    fn from(value: &'a str) -> Self {
        Self::Text(value.into())
    }
}

impl<'a> From<&'a String> for Val<'a> {
    fn from(value: &'a String) -> Self {
        Self::Text(value.as_str().into())
    }
}

impl From<String> for Val<'_> {
    fn from(value: String) -> Self {
        Self::Text(value.into())
    }
}

impl<'a> From<&'a [u8]> for Val<'a> {
    fn from(value: &'a [u8]) -> Self {
        Self::Bytes(value.into())
    }
}

impl<'a, const N: usize> From<&'a [u8; N]> for Val<'a> {
    fn from(value: &'a [u8; N]) -> Self {
        Self::Bytes(value.as_slice().into())
    }
}

impl<'a> From<&'a Vec<u8>> for Val<'a> {
    fn from(value: &'a Vec<u8>) -> Self {
        Self::Bytes(value.as_slice().into())
    }
}

impl From<Vec<u8>> for Val<'_> {
    fn from(value: Vec<u8>) -> Self {
        Self::Bytes(value.into())
    }
}

impl From<crate::seal::Sealed> for Val<'_> {
    fn from(value: crate::seal::Sealed) -> Self {
        Self::Bytes(value.0.into())
    }
}

impl<'a, T> From<Option<T>> for Val<'a>
where
    T: Into<Val<'a>>,
{
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Null, Into::into)
    }
}

macro_rules! id_vals {
    ($($name:ident)*) => {$(
        impl From<vouchsafe_domain::ids::$name> for Val<'_> {
            fn from(id: vouchsafe_domain::ids::$name) -> Self {
                Self::Text(id.0.as_hyphenated().encode_lower(&mut uuid::Uuid::encode_buffer()).to_owned().into())
            }
        }
    )*};
}

id_vals! { PersonId MemberId ClientId ProjectId SchemaId GuidelineId BatchId TaskId AssignmentId AnnotationId ReviewId
ReleaseId HoldId GrantId InvitationId SessionId TokenId CredentialId AgreementId EntryId OrganisationId ConflictId InterestId
WallId RequestId CaseId RevealId ImportId DepartureId LookId }

/// The values of a statement, each by `Into<Val>`.
#[macro_export]
macro_rules! vals {
    ($($value:expr),* $(,)?) => { &[$($crate::Val::from($value)),*] as &[$crate::Val<'_>] };
}

/// A row of an answer.
#[derive(Debug, Clone)]
pub struct Row {
    pub(crate) query: &'static str,
    pub(crate) cells: Vec<Val<'static>>,
}

impl Row {
    fn corrupt(&self, column: usize) -> Error {
        Error::Corrupt { query: self.query.split_whitespace().take(6).collect::<Vec<_>>().join(" "), column }
    }

    /// A whole number.
    pub fn int(&self, column: usize) -> Result<i64, Error> {
        self.opt_int(column)?.ok_or_else(|| self.corrupt(column))
    }

    /// A whole number or null.
    pub fn opt_int(&self, column: usize) -> Result<Option<i64>, Error> {
        match self.cells.get(column) {
            Some(Val::Int(n)) => Ok(Some(*n)),
            Some(Val::Null) => Ok(None),
            _ => Err(self.corrupt(column)),
        }
    }

    /// A count or size that fits `u32`.
    pub fn count(&self, column: usize) -> Result<u32, Error> {
        u32::try_from(self.int(column)?).map_err(|_| self.corrupt(column))
    }

    /// Whether a flag (the moment it was raised) is raised.
    pub fn flag(&self, column: usize) -> Result<bool, Error> {
        Ok(self.opt_int(column)?.is_some())
    }

    /// A moment.
    pub fn at(&self, column: usize) -> Result<Micros, Error> {
        self.int(column).map(Micros)
    }

    /// A moment or null.
    pub fn opt_at(&self, column: usize) -> Result<Option<Micros>, Error> {
        Ok(self.opt_int(column)?.map(Micros))
    }

    /// Text.
    pub fn text(&self, column: usize) -> Result<&str, Error> {
        self.opt_text(column)?.ok_or_else(|| self.corrupt(column))
    }

    /// Text or null.
    pub fn opt_text(&self, column: usize) -> Result<Option<&str>, Error> {
        match self.cells.get(column) {
            Some(Val::Text(text)) => Ok(Some(text)),
            Some(Val::Null) => Ok(None),
            _ => Err(self.corrupt(column)),
        }
    }

    /// An id, or anything else that parses from text.
    pub fn id<T: std::str::FromStr>(&self, column: usize) -> Result<T, Error> {
        self.text(column)?.parse().map_err(|_| self.corrupt(column))
    }

    /// An id or null.
    pub fn opt_id<T: std::str::FromStr>(&self, column: usize) -> Result<Option<T>, Error> {
        self.opt_text(column)?.map(|text| text.parse().map_err(|_| self.corrupt(column))).transpose()
    }

    /// Bytes.
    pub fn bytes(&self, column: usize) -> Result<&[u8], Error> {
        self.opt_bytes(column)?.ok_or_else(|| self.corrupt(column))
    }

    /// Bytes or null.
    pub fn opt_bytes(&self, column: usize) -> Result<Option<&[u8]>, Error> {
        match self.cells.get(column) {
            Some(Val::Bytes(bytes)) => Ok(Some(bytes)),
            Some(Val::Null) => Ok(None),
            _ => Err(self.corrupt(column)),
        }
    }

    /// Sealed bytes, to be opened with the key of their place.
    pub fn sealed(&self, column: usize) -> Result<crate::seal::Sealed, Error> {
        Ok(crate::seal::Sealed(self.bytes(column)?.to_vec()))
    }

    /// Sealed bytes or null.
    pub fn opt_sealed(&self, column: usize) -> Result<Option<crate::seal::Sealed>, Error> {
        Ok(self.opt_bytes(column)?.map(|bytes| crate::seal::Sealed(bytes.to_vec())))
    }
}
