//! Agreements over HTTP.

use crate::{
    extract::{Json, Path},
    made::Version,
    problem::Problem,
    signed::Signed,
};
use axum::{Json as Reply, extract::State, http::StatusCode};
use serde::Deserialize;
use utoipa::ToSchema;
use vouchsafe_app::{
    App,
    custody::agreements::{AgreementListed, AgreementSent},
    page::Page,
};
use vouchsafe_domain::ids::ClientId;

/// A new version of an agreement.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewAgreement {
    /// Markdown.
    text: String,
}

/// Which version is signed.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Signature {
    /// From 1.
    version: u32,
}

/// Write the next version of a client's agreement; everybody signs anew.
#[utoipa::path(post, path = "/api/v1/clients/{client}/agreements", tag = "custody", params(("client" = String, Path)), request_body = NewAgreement, responses((status = 201, body = Version)))]
pub async fn create_agreement(
    State(app): State<App>,
    Signed(asker): Signed,
    Path(client): Path<ClientId>,
    Json(new): Json<NewAgreement>,
) -> Result<(StatusCode, Reply<Version>), Problem> {
    let version = app.retry(|| app.create_agreement(&asker, client, &new.text)).await?;
    Ok((StatusCode::CREATED, Reply(Version { version })))
}

/// The versions, with how many people signed each.
#[utoipa::path(get, path = "/api/v1/clients/{client}/agreements", tag = "custody", params(("client" = String, Path)), responses((status = 200, body = Page<AgreementListed>)))]
pub async fn list_agreements(
    State(app): State<App>,
    Signed(asker): Signed,
    Path(client): Path<ClientId>,
) -> Result<Reply<Page<AgreementListed>>, Problem> {
    Ok(Reply(Page::whole(app.retry(|| app.list_agreements(&asker, client)).await?)))
}

/// The newest version, to read before signing and after.
#[utoipa::path(get, path = "/api/v1/clients/{client}/agreement", tag = "work", params(("client" = String, Path)), responses((status = 200, body = AgreementSent)))]
pub async fn find_agreement(
    State(app): State<App>,
    Signed(asker): Signed,
    Path(client): Path<ClientId>,
) -> Result<Reply<AgreementSent>, Problem> {
    Ok(Reply(app.retry(|| app.agreement(&asker, client)).await?))
}

/// Sign the newest version.
#[utoipa::path(post, path = "/api/v1/clients/{client}/agreement/sign", tag = "work", params(("client" = String, Path)), request_body = Signature, responses((status = 204)))]
pub async fn sign_agreement(
    State(app): State<App>,
    Signed(asker): Signed,
    Path(client): Path<ClientId>,
    Json(signature): Json<Signature>,
) -> Result<StatusCode, Problem> {
    app.retry(|| app.sign_agreement(&asker, client, signature.version)).await?;
    Ok(StatusCode::NO_CONTENT)
}
