//! Credentials over HTTP.

use crate::{
    extract::{Json, Path},
    made::Made,
    problem::Problem,
    signed::Signed,
};
use axum::{Json as Reply, extract::State, http::StatusCode};
use vouchsafe_app::{App, experts::credentials::VerifyCredential};
use vouchsafe_domain::ids::{CredentialId, MemberId};

/// Record that one verified something about somebody else.
#[utoipa::path(post, path = "/api/v1/members/{member}/credentials", tag = "access", params(("member" = String, Path)), request_body = VerifyCredential, responses((status = 201, body = Made)))]
pub async fn create_credential(
    State(app): State<App>,
    Signed(asker): Signed,
    Path(member): Path<MemberId>,
    Json(new): Json<VerifyCredential>,
) -> Result<(StatusCode, Reply<Made>), Problem> {
    let id = app.retry(|| app.verify_credential(&asker, member, &new)).await?;
    Ok((StatusCode::CREATED, Reply(Made { id: id.to_string() })))
}

/// Take a credential back.
#[utoipa::path(delete, path = "/api/v1/credentials/{credential}", tag = "access", params(("credential" = String, Path)), responses((status = 204)))]
pub async fn delete_credential(
    State(app): State<App>,
    Signed(asker): Signed,
    Path(credential): Path<CredentialId>,
) -> Result<StatusCode, Problem> {
    app.retry(|| app.revoke_credential(&asker, credential)).await?;
    Ok(StatusCode::NO_CONTENT)
}
