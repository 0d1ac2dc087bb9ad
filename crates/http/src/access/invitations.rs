//! Invitations over HTTP.

use super::session::signed_in;
use crate::{
    extract::{Json, Path},
    problem::Problem,
    signed::{Signed, same_origin},
};
use axum::{
    Json as Reply,
    extract::State,
    http::{HeaderMap, StatusCode},
    response::Response,
};
use vouchsafe_app::{
    App,
    access::{
        invitations::{InvitationSent, Invite, Invited, Join},
        sessions::Me,
    },
};

/// Invite somebody.
#[utoipa::path(post, path = "/api/v1/invitations", tag = "access", request_body = Invite, responses((status = 201, body = Invited)))]
pub async fn create_invitation(
    State(app): State<App>,
    Signed(asker): Signed,
    Json(invite): Json<Invite>,
) -> Result<(StatusCode, Reply<Invited>), Problem> {
    Ok((StatusCode::CREATED, Reply(app.invite(Some(&asker), &invite).await?)))
}

/// What an open invitation offers.
#[utoipa::path(get, path = "/api/v1/invitations/{secret}", tag = "access", params(("secret" = String, Path)), responses((status = 200, body = InvitationSent)))]
pub async fn find_invitation(
    State(app): State<App>,
    Path(secret): Path<String>,
) -> Result<Reply<InvitationSent>, Problem> {
    Ok(Reply(app.invitation(&secret).await?))
}

/// Join, and be signed in.
#[utoipa::path(post, path = "/api/v1/invitations/{secret}", tag = "access", params(("secret" = String, Path)), request_body = Join, responses((status = 201, body = Me)))]
pub async fn accept_invitation(
    State(app): State<App>,
    headers: HeaderMap,
    Path(secret): Path<String>,
    Json(join): Json<Join>,
) -> Result<Response, Problem> {
    same_origin(&headers)?;
    let begun = app.join(&secret, &join).await?;
    signed_in(&app, begun, &headers, StatusCode::CREATED).await
}
