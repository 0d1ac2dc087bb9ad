//! Reading requests so that every refusal is a problem: a bad id is the same 404 as an unknown one, a bad body
//! says where.

use crate::problem::Problem;
use axum::{
    extract::{FromRequest, FromRequestParts, Request},
    http::{StatusCode, header, request::Parts},
};
use serde::{Deserialize, de::DeserializeOwned};
use utoipa::IntoParams;
use vouchsafe_app::page::{LIMIT, LIMIT_MAX};

/// A JSON body. An empty body reads as `{}`.
pub struct Json<T>(pub T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequest<S> for Json<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, state: &S) -> Result<Self, Problem> {
        let json = request.headers().get(header::CONTENT_TYPE).is_none_or(|kind| {
            let kind = kind.to_str().unwrap_or_default();
            kind.split(';').next().is_some_and(|k| k.trim().eq_ignore_ascii_case("application/json"))
        });
        if !json {
            return Err(Problem::new(
                StatusCode::UNSUPPORTED_MEDIA_TYPE,
                "not_json",
                "the body must be application/json",
            ));
        }
        let body = bytes::Bytes::from_request(request, state).await.map_err(|rejection| {
            if rejection.status() == StatusCode::PAYLOAD_TOO_LARGE {
                too_large(crate::router::BODY_BYTES_MAX)
            } else {
                Problem::new(
                    StatusCode::BAD_REQUEST,
                    "cut_off",
                    "the body ended before it was whole; nothing was changed",
                )
            }
        })?;
        let text = if body.is_empty() { b"{}".as_slice() } else { &body };
        serde_json::from_slice(text).map(Self).map_err(|error| {
            // The words of the parser may quote content; its place may not.
            Problem::invalid(
                "",
                format!("is not the JSON expected here (line {}, column {})", error.line(), error.column()),
            )
        })
    }
}

/// A body that is longer than this route takes.
pub(crate) fn too_large(bytes_max: usize) -> Problem {
    let detail = format!("a body has at most {bytes_max} bytes");
    Problem::new(StatusCode::PAYLOAD_TOO_LARGE, "too_large", detail)
}

/// Which page.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(default)]
pub struct PageQuery {
    /// Where the last page ended.
    after: Option<String>,
    /// Rows of a page, 1 to 1,000.
    limit: Option<u32>,
}

impl PageQuery {
    /// Where the page begins, and how many rows it has at most.
    pub(crate) fn page(&self) -> (Option<&str>, u32) {
        (self.after.as_deref(), self.limit.unwrap_or(LIMIT).clamp(1, LIMIT_MAX))
    }
}

/// Ids out of the path.
pub struct Path<T>(pub T);

impl<T: DeserializeOwned + Send, S: Send + Sync> FromRequestParts<S> for Path<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        axum::extract::Path::<T>::from_request_parts(parts, state)
            .await
            .map(|p| Self(p.0))
            .map_err(|_| Problem::not_found())
    }
}

/// The query string.
pub struct Query<T>(pub T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequestParts<S> for Query<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let query = axum::extract::Query::<T>::from_request_parts(parts, state).await;
        query
            .map(|q| Self(q.0))
            .map_err(|rejection| Problem::new(StatusCode::BAD_REQUEST, "bad_query", rejection.body_text()))
    }
}
