//! Public keys of the installation, to pin.

use crate::{problem::Problem, signed::Signed};
use axum::{Json as Reply, extract::State};
use vouchsafe_app::{App, page::Page, releases::keys::KeyListed};

/// The public keys that this installation signs with, by purpose.
#[utoipa::path(get, path = "/api/v1/keys", tag = "releases", responses((status = 200, body = Page<KeyListed>)))]
pub async fn list_keys(State(app): State<App>, Signed(_): Signed) -> Result<Reply<Page<KeyListed>>, Problem> {
    Ok(Reply(Page { items: app.signing_keys().await?, next: None }))
}
