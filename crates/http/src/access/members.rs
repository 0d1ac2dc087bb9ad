//! Accounts over HTTP.

use crate::{
    extract::{Path, Query},
    problem::Problem,
    signed::Signed,
};
use axum::{Json as Reply, extract::State, http::StatusCode};
use serde::Deserialize;
use utoipa::IntoParams;
use vouchsafe_app::{
    App,
    access::members::MemberListed,
    page::{LIMIT, LIMIT_MAX, Page},
};
use vouchsafe_domain::ids::MemberId;

/// Which page.
#[derive(Debug, Default, Deserialize, IntoParams)]
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

/// The accounts of the installation.
#[utoipa::path(get, path = "/api/v1/members", tag = "access", params(PageQuery), responses((status = 200, body = Page<MemberListed>)))]
pub async fn list_members(
    State(app): State<App>,
    Signed(asker): Signed,
    Query(q): Query<PageQuery>,
) -> Result<Reply<Page<MemberListed>>, Problem> {
    let (after, limit) = q.page();
    Ok(Reply(app.list_members(&asker, after, limit).await?))
}

/// Suspend an account and end its sessions and tokens at once.
#[utoipa::path(post, path = "/api/v1/members/{member}/suspend", tag = "access", params(("member" = String, Path)), responses((status = 204)))]
pub async fn suspend_member(
    State(app): State<App>,
    Signed(asker): Signed,
    Path(member): Path<MemberId>,
) -> Result<StatusCode, Problem> {
    app.retry(|| app.suspend_member(&asker, member, true)).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Let an account in again.
#[utoipa::path(post, path = "/api/v1/members/{member}/resume", tag = "access", params(("member" = String, Path)), responses((status = 204)))]
pub async fn resume_member(
    State(app): State<App>,
    Signed(asker): Signed,
    Path(member): Path<MemberId>,
) -> Result<StatusCode, Problem> {
    app.retry(|| app.suspend_member(&asker, member, false)).await?;
    Ok(StatusCode::NO_CONTENT)
}
