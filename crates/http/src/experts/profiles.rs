//! Profiles over HTTP.

use crate::{
    extract::{Json, Path},
    problem::Problem,
    signed::Signed,
};
use axum::{Json as Reply, extract::State, http::StatusCode};
use vouchsafe_app::{
    App,
    experts::profiles::{ProfileSaid, ProfileSent},
};
use vouchsafe_domain::ids::MemberId;

/// One's own profile, with what others verified.
#[utoipa::path(get, path = "/api/v1/profile", tag = "access", responses((status = 200, body = ProfileSent)))]
pub async fn find_profile(State(app): State<App>, Signed(asker): Signed) -> Result<Reply<ProfileSent>, Problem> {
    Ok(Reply(app.own_profile(&asker).await?))
}

/// Write one's own profile in place of the last.
#[utoipa::path(put, path = "/api/v1/profile", tag = "access", request_body = ProfileSaid, responses((status = 204)))]
pub async fn put_profile(
    State(app): State<App>,
    Signed(asker): Signed,
    Json(new): Json<ProfileSaid>,
) -> Result<StatusCode, Problem> {
    app.retry(|| app.put_profile(&asker, &new)).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Somebody's profile and credentials.
#[utoipa::path(get, path = "/api/v1/members/{member}/profile", tag = "access", params(("member" = String, Path)), responses((status = 200, body = ProfileSent)))]
pub async fn find_member_profile(
    State(app): State<App>,
    Signed(asker): Signed,
    Path(member): Path<MemberId>,
) -> Result<Reply<ProfileSent>, Problem> {
    Ok(Reply(app.retry(|| app.profile_of(&asker, member)).await?))
}
