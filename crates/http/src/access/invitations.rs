//! Invitations over HTTP.

use super::session::signed_in;
use crate::{
    extract::{Json, PageQuery, Path, Query},
    problem::Problem,
    signed::{Signed, device, same_origin},
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
        invitations::{InvitationListed, InvitationSent, Invite, Invited, Join},
        sessions::Me,
    },
    page::Page,
};
use vouchsafe_domain::ids::InvitationId;

/// Invite somebody.
#[utoipa::path(post, path = "/api/v1/invitations", tag = "access", request_body = Invite, responses((status = 201, body = Invited)))]
pub async fn create_invitation(
    State(app): State<App>,
    Signed(asker): Signed,
    Json(invite): Json<Invite>,
) -> Result<(StatusCode, Reply<Invited>), Problem> {
    Ok((StatusCode::CREATED, Reply(app.invite(Some(&asker), &invite).await?)))
}

/// The invitations one made; an admin sees all.
#[utoipa::path(get, path = "/api/v1/invitations", tag = "access", params(PageQuery), responses((status = 200, body = Page<InvitationListed>)))]
pub async fn list_invitations(
    State(app): State<App>,
    Signed(asker): Signed,
    Query(q): Query<PageQuery>,
) -> Result<Reply<Page<InvitationListed>>, Problem> {
    let (after, limit) = q.page();
    Ok(Reply(app.list_invitations(&asker, after, limit).await?))
}

/// Take an open invitation back.
#[utoipa::path(post, path = "/api/v1/invitations/{invitation}/revoke", tag = "access", params(("invitation" = String, Path)), responses((status = 204)))]
pub async fn revoke_invitation(
    State(app): State<App>,
    Signed(asker): Signed,
    Path(invitation): Path<InvitationId>,
) -> Result<StatusCode, Problem> {
    app.retry(|| app.revoke_invitation(&asker, invitation)).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// What an open invitation offers.
#[utoipa::path(get, path = "/api/v1/invitations/{secret}", tag = "access", security(()), params(("secret" = String, Path)), responses((status = 200, body = InvitationSent)))]
pub async fn find_invitation(
    State(app): State<App>,
    Path(secret): Path<String>,
) -> Result<Reply<InvitationSent>, Problem> {
    Ok(Reply(app.invitation(&secret).await?))
}

/// Join, and be signed in.
#[utoipa::path(post, path = "/api/v1/invitations/{secret}", tag = "access", security(()), params(("secret" = String, Path)), request_body = Join, responses((status = 201, body = Me)))]
pub async fn accept_invitation(
    State(app): State<App>,
    headers: HeaderMap,
    Path(secret): Path<String>,
    Json(join): Json<Join>,
) -> Result<Response, Problem> {
    same_origin(&headers)?;
    let begun = app.join(&secret, &join, device(&headers)).await?;
    signed_in(&app, begun, &headers, StatusCode::CREATED).await
}
