//! Tokens over HTTP.

use crate::{
    extract::{Json, Path},
    problem::Problem,
    signed::Signed,
};
use axum::{Json as Reply, extract::State, http::StatusCode};
use vouchsafe_app::{
    App,
    access::tokens::{MakeToken, TokenListed, TokenMade},
    page::Page,
};
use vouchsafe_domain::ids::TokenId;

/// Make a token; its secret is told once.
#[utoipa::path(post, path = "/api/v1/tokens", tag = "access", request_body = MakeToken, responses((status = 201, body = TokenMade)))]
pub async fn create_token(
    State(app): State<App>,
    Signed(asker): Signed,
    Json(make): Json<MakeToken>,
) -> Result<(StatusCode, Reply<TokenMade>), Problem> {
    Ok((StatusCode::CREATED, Reply(app.make_token(&asker, &make).await?)))
}

/// One's own tokens, newest first.
#[utoipa::path(get, path = "/api/v1/tokens", tag = "access", responses((status = 200, body = Page<TokenListed>)))]
pub async fn list_tokens(State(app): State<App>, Signed(asker): Signed) -> Result<Reply<Page<TokenListed>>, Problem> {
    Ok(Reply(Page::whole(app.list_tokens(&asker).await?)))
}

/// Revoke one's own token.
#[utoipa::path(delete, path = "/api/v1/tokens/{token}", tag = "access", params(("token" = String, Path)), responses((status = 204)))]
pub async fn delete_token(
    State(app): State<App>,
    Signed(asker): Signed,
    Path(token): Path<TokenId>,
) -> Result<StatusCode, Problem> {
    app.retry(|| app.revoke_token(&asker, token)).await?;
    Ok(StatusCode::NO_CONTENT)
}
