//! The id of the request that is being answered: in its answer, in the server's log, and in the problem of a server error.

use axum::http::HeaderName;

/// The id under which the server logged a request.
pub(crate) const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

tokio::task_local! {
    /// The id of the request that is being answered.
    pub(crate) static CURRENT: String;
}

/// The id under which the present request is logged; `None` outside a request.
pub(crate) fn current() -> Option<String> {
    CURRENT.try_with(Clone::clone).ok()
}
