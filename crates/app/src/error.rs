//! What a use case answers when it does not do what was asked.

use vouchsafe_store::custody::clearance::Refused;

/// A refusal or failure. `http` alone turns these into status codes.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// There is no such thing, or the caller may not know of it: both are the same.
    #[error("there is no such thing here")]
    NotFound,
    /// The gate said no.
    #[error(transparent)]
    Refused(#[from] Refused),
    /// The caller may know of it and may not do this.
    #[error("{0}")]
    Forbidden(&'static str),
    /// It cannot be done in the present state; the slug is for programs, the text for people.
    #[error("{detail}")]
    State {
        /// Stable word, such as `lease_lapsed`.
        slug: &'static str,
        /// What is so and what to do.
        detail: String,
    },
    /// What was sent breaks a rule; each error has a path and the rule, never the content.
    #[error("what was sent breaks {} rule(s)", .0.len())]
    Invalid(Vec<FieldError>),
    /// Nobody is signed in by this.
    #[error("{detail}")]
    Unsigned {
        /// Stable word, such as `code_required`.
        slug: &'static str,
        /// What is so and what to do.
        detail: &'static str,
    },
    /// Too much within a time.
    #[error("too much within a short time; try again in {retry_after_s} s")]
    Throttled {
        /// When to try again, in seconds.
        retry_after_s: u32,
    },
    /// The store failed.
    #[error(transparent)]
    Store(vouchsafe_store::Error),
}

/// One broken rule.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, utoipa::ToSchema)]
pub struct FieldError {
    /// JSON Pointer into what was sent.
    pub path: String,
    /// The rule, in words.
    pub rule: String,
}

impl Error {
    /// A refusal for the state things are in.
    pub fn state(slug: &'static str, detail: impl Into<String>) -> Self {
        Self::State { slug, detail: detail.into() }
    }

    /// One broken rule.
    pub fn invalid(path: impl Into<String>, rule: impl Into<String>) -> Self {
        Self::Invalid(vec![FieldError { path: path.into(), rule: rule.into() }])
    }
}

impl From<vouchsafe_store::Error> for Error {
    fn from(error: vouchsafe_store::Error) -> Self {
        match error {
            // Past his budget a member reads on only after a second person approved it with a purpose.
            vouchsafe_store::Error::Spent => Self::state(
                "budget_spent",
                "as much as one person may read in a while has been sent; ask a custodian to approve more, with a purpose",
            ),
            other => Self::Store(other),
        }
    }
}

impl From<vouchsafe_domain::custody::gate::Denied> for Error {
    fn from(denied: vouchsafe_domain::custody::gate::Denied) -> Self {
        Self::Refused(denied.into())
    }
}
