//! Signing in and out.

use crate::{
    extract::Json,
    problem::Problem,
    signed::{COOKIE, Signed, cookie, device, same_origin},
};
use axum::{
    Json as Reply,
    extract::State,
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
};
use serde::Deserialize;
use utoipa::ToSchema;
use vouchsafe_app::{
    App,
    access::sessions::{Begun, Credentials, Me, SESSION_US},
};

/// A one-time link.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Link {
    /// The secret after `/link/`.
    secret: String,
}

/// Where a request came from: what the throttle counts by.
pub fn address(headers: &HeaderMap) -> String {
    headers.get("x-vouchsafe-peer").and_then(|v| v.to_str().ok()).unwrap_or("local").to_owned()
}

/// Answers with who was signed in and the cookie that proves it from now on.
pub async fn signed_in(app: &App, begun: Begun, headers: &HeaderMap, status: StatusCode) -> Result<Response, Problem> {
    let me = app.me(&begun.asker).await?;
    let secure = if headers.get("x-vouchsafe-tls").is_some() { "; Secure" } else { "" };
    let cookie = format!(
        "{COOKIE}={}; Path=/; HttpOnly; SameSite=Strict; Max-Age={}{secure}",
        begun.secret,
        SESSION_US / 1_000_000
    );
    Ok((status, [(header::SET_COOKIE, cookie)], Reply(me)).into_response())
}

/// Who is signed in.
#[utoipa::path(get, path = "/api/v1/session", tag = "access", responses((status = 200, body = Me)))]
pub async fn find_session(State(app): State<App>, Signed(asker): Signed) -> Result<Reply<Me>, Problem> {
    Ok(Reply(app.me(&asker).await?))
}

/// Sign in.
#[utoipa::path(post, path = "/api/v1/session", tag = "access", security(()), request_body = Credentials, responses((status = 200, body = Me)))]
pub async fn create_session(
    State(app): State<App>,
    headers: HeaderMap,
    Json(sent): Json<Credentials>,
) -> Result<Response, Problem> {
    same_origin(&headers)?;
    let begun = app.sign_in(&sent, &address(&headers), device(&headers)).await?;
    signed_in(&app, begun, &headers, StatusCode::OK).await
}

/// Sign in by a link that works once.
#[utoipa::path(post, path = "/api/v1/session/link", tag = "access", security(()), request_body = Link, responses((status = 200, body = Me)))]
pub async fn create_session_by_link(
    State(app): State<App>,
    headers: HeaderMap,
    Json(link): Json<Link>,
) -> Result<Response, Problem> {
    same_origin(&headers)?;
    let begun = app.sign_in_by_link(&link.secret, device(&headers)).await?;
    signed_in(&app, begun, &headers, StatusCode::OK).await
}

fn signed_out() -> Response {
    (StatusCode::NO_CONTENT, [(header::SET_COOKIE, format!("{COOKIE}=; Path=/; HttpOnly; SameSite=Strict; Max-Age=0"))])
        .into_response()
}

/// Sign out here.
#[utoipa::path(delete, path = "/api/v1/session", tag = "access", responses((status = 204)))]
pub async fn delete_session(
    State(app): State<App>,
    headers: HeaderMap,
    Signed(asker): Signed,
) -> Result<Response, Problem> {
    app.sign_out(&asker, Some(cookie(&headers).unwrap_or_default())).await?;
    Ok(signed_out())
}

/// Sign out everywhere.
#[utoipa::path(delete, path = "/api/v1/sessions", tag = "access", responses((status = 204)))]
pub async fn delete_sessions(State(app): State<App>, Signed(asker): Signed) -> Result<Response, Problem> {
    app.sign_out(&asker, None).await?;
    Ok(signed_out())
}
