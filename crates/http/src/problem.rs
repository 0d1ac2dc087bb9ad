//! Refusals as `application/problem+json` (RFC 9457). The only place that chooses a status code.

use axum::{
    Json,
    http::{StatusCode, header},
    response::{IntoResponse, Response},
};
use serde::Serialize;
use utoipa::ToSchema;
use vouchsafe_app::store::{Error as StoreError, custody::clearance::Refused, keys::NoKey};
use vouchsafe_app::{Error, error::FieldError};
use vouchsafe_domain::custody::gate::Denied;

/// What went wrong, for programs and people.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Problem {
    /// `urn:vouchsafe:problem:<slug>`.
    #[serde(rename = "type")]
    #[schema(value_type = String)]
    kind: Box<str>,
    /// The status in words.
    title: &'static str,
    /// HTTP status.
    status: u16,
    /// What happened, what was kept, what to do.
    #[schema(value_type = String)]
    detail: Box<str>,
    /// Stable word for programs.
    slug: &'static str,
    /// Broken rules by path.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    errors: Vec<FieldError>,
    /// Where the server failed: the id under which it logged that.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    request_id: Option<Box<str>>,
    #[serde(skip)]
    retry_after_s: Option<u32>,
}

impl Problem {
    /// A problem of a status, slug and text.
    pub fn new(status: StatusCode, slug: &'static str, detail: impl Into<String>) -> Self {
        Self {
            kind: format!("urn:vouchsafe:problem:{slug}").into(),
            title: status.canonical_reason().unwrap_or("Error"),
            status: status.as_u16(),
            detail: detail.into().into(),
            slug,
            errors: Vec::new(),
            // Of what the caller did the same refusal is the same bytes.
            request_id: status.is_server_error().then(crate::request_id::current).flatten().map(Into::into),
            retry_after_s: None,
        }
    }

    /// One broken rule of what was sent.
    pub fn invalid(path: &str, rule: impl Into<String>) -> Self {
        Error::invalid(path, rule).into()
    }

    /// One broken rule of a query.
    pub fn bad_query(name: &str, rule: impl Into<String>) -> Self {
        let broken = FieldError { path: format!("/{name}"), rule: rule.into() };
        let detail = format!("`{}` {}", broken.path, broken.rule);
        Self { errors: vec![broken], ..Self::new(StatusCode::BAD_REQUEST, "bad_query", detail) }
    }

    /// There is no such thing, or the caller may not know of it: the same bytes.
    pub fn not_found() -> Self {
        Self::new(StatusCode::NOT_FOUND, "not_found", "there is no such thing here")
    }

    /// The path is there, and takes other methods: `Allow` names them.
    pub fn no_such_method() -> Self {
        let detail = "this path does not take that method; the header `Allow` names those that it takes";
        Self::new(StatusCode::METHOD_NOT_ALLOWED, "method_not_allowed", detail)
    }

    /// Where the server failed: what was kept all the same.
    #[must_use]
    pub fn kept(self, kept: impl FnOnce() -> String) -> Self {
        if self.status < 500 {
            return self;
        }
        Self { detail: format!("{}; {}", self.detail, kept()).into(), ..self }
    }

    /// Who are you?
    pub fn unsigned() -> Self {
        Self::new(StatusCode::UNAUTHORIZED, "sign_in", "sign in first")
    }
}

impl From<Error> for Problem {
    fn from(error: Error) -> Self {
        match error {
            Error::NotFound | Error::Refused(Refused::Denied(Denied::Unknown)) => Self::not_found(),
            Error::Refused(Refused::Denied(due @ Denied::AgreementDue)) => {
                Self::new(StatusCode::CONFLICT, "agreement_needed", due.to_string())
            }
            Error::Refused(Refused::NoKey(why)) => {
                let slug = match why {
                    NoKey::Withdrawn(_) => "key_withdrawn",
                    NoKey::Wrong => "key_wrong",
                    NoKey::Destroyed => "key_destroyed",
                };
                tracing::warn!(%why, "a client's key is not to be had");
                Self::new(
                    StatusCode::SERVICE_UNAVAILABLE,
                    slug,
                    "this client's key is not available, so its content cannot be opened",
                )
            }
            Error::Refused(Refused::KeyNotLoaded(_)) => {
                Self::new(StatusCode::SERVICE_UNAVAILABLE, "key_withdrawn", "this client's key is not available")
            }
            Error::Forbidden(why) => Self::new(StatusCode::FORBIDDEN, "forbidden", why),
            Error::Unsigned { slug, detail } => Self::new(StatusCode::UNAUTHORIZED, slug, detail),
            Error::State { slug, detail } => Self::new(StatusCode::CONFLICT, slug, detail),
            Error::Invalid(errors) => {
                let detail = errors.first().map_or_else(String::new, |e| format!("`{}` {}", e.path, e.rule));
                Self { errors, ..Self::new(StatusCode::UNPROCESSABLE_ENTITY, "invalid", detail) }
            }
            Error::Throttled { retry_after_s } => Self {
                retry_after_s: Some(retry_after_s),
                ..Self::new(
                    StatusCode::TOO_MANY_REQUESTS,
                    "throttled",
                    format!("too much within a short time; try again in {retry_after_s} s"),
                )
            },
            Error::Refused(Refused::Store(error)) | Error::Store(error) => store(&error),
        }
    }
}

/// What the caller may read is not what is logged.
fn store(error: &StoreError) -> Problem {
    if !matches!(error, StoreError::Repeated) {
        tracing::error!(%error, "the store failed");
    }
    match error {
        StoreError::Conflict => Problem {
            retry_after_s: Some(1),
            ..Problem::new(
                StatusCode::SERVICE_UNAVAILABLE,
                "busy",
                "the server is busy; what was just sent was not kept, try again",
            )
        },
        StoreError::Repeated => {
            Problem::new(StatusCode::CONFLICT, "already_done", "this was done before under the same Idempotency-Key")
        }
        StoreError::DiskFull => Problem::new(
            StatusCode::INSUFFICIENT_STORAGE,
            "disk_full",
            "the server's disk is full; what was just sent was not kept",
        ),
        _ => Problem::new(
            StatusCode::INTERNAL_SERVER_ERROR,
            "failed",
            "the server failed; what was just sent was not kept, and the failure was logged under the request id",
        ),
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let status = StatusCode::from_u16(self.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let retry = self.retry_after_s;
        let mut response = (status, [(header::CONTENT_TYPE, "application/problem+json")], Json(self)).into_response();
        response
            .headers_mut()
            .insert(header::CONTENT_TYPE, header::HeaderValue::from_static("application/problem+json"));
        if let Some(seconds) = retry {
            response.headers_mut().insert(header::RETRY_AFTER, seconds.into());
        }
        response
    }
}
