//! Who sent a request, proved by a session cookie or a token.

use crate::problem::Problem;
use axum::{
    extract::{FromRequestParts, MatchedPath},
    http::{HeaderMap, Method, StatusCode, header, request::Parts},
};
use vouchsafe_app::{App, Asker};
use vouchsafe_domain::access::{
    device::Device,
    scope::{self, Scope},
};

/// Name of the session cookie.
pub const COOKIE: &str = "vouchsafe_session";
/// A header that a page of another origin cannot set without our leave: with `SameSite=Strict` and the origin
/// check it keeps others from acting through a signed-in browser.
pub const CSRF_HEADER: &str = "x-vouchsafe";

/// The member behind the request.
pub struct Signed(pub Asker);

/// The member behind a request that reads, and on the way changes something where its sender may.
pub struct Looking {
    /// Who.
    pub asker: Asker,
    /// Not by a token that may only read here.
    pub may_change: bool,
}

impl FromRequestParts<App> for Signed {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Problem> {
        Looking::from_request_parts(parts, app).await.map(|looking| Self(looking.asker))
    }
}

impl FromRequestParts<App> for Looking {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Problem> {
        if let Some(token) = bearer(&parts.headers) {
            let (asker, scopes) = app.who_has_token(token).await?.ok_or_else(Problem::unsigned)?;
            let may_change = within_scopes(&scopes, parts)?;
            return Ok(Self { asker, may_change });
        }
        let secret = cookie(&parts.headers).ok_or_else(Problem::unsigned)?;
        let mut asker = app.who_has_session(secret).await?.ok_or_else(Problem::unsigned)?;
        asker.device = device(&parts.headers);
        if !safe(&parts.method) {
            same_origin(&parts.headers)?;
        }
        Ok(Self { asker, may_change: true })
    }
}

/// On what a browser says that it runs.
pub(crate) fn device(headers: &HeaderMap) -> Device {
    Device::of_user_agent(headers.get(header::USER_AGENT).and_then(|agent| agent.to_str().ok()))
}

/// Refuses a token where none of its scopes leads. A route that nobody sorted takes an unscoped token alone. Whether it
/// may change anything here.
fn within_scopes(scopes: &[Scope], parts: &Parts) -> Result<bool, Problem> {
    let path = parts.extensions.get::<MatchedPath>().map_or("", MatchedPath::as_str);
    let needed = needed(path, &parts.method);
    if scope::allows(scopes, needed, safe(&parts.method)) {
        return Ok(scope::allows(scopes, needed, false));
    }
    let detail = format!("this token lacks the scope `{needed}`; nothing was changed");
    Err(Problem::new(StatusCode::FORBIDDEN, "scope", detail))
}

/// The scope of a route.
fn needed(path: &str, method: &Method) -> Scope {
    let mut parts = path.strip_prefix("/api/v1/").unwrap_or_default().split('/');
    let (area, rest) = (parts.next().unwrap_or_default(), parts.skip(1).collect::<Vec<_>>());
    match (area, rest.as_slice()) {
        ("session" | "sessions" | "tokens" | "invitations" | "members" | "profile" | "credentials", _) => Scope::Access,
        ("work" | "assignments", _)
        | ("projects", ["assignments"] | ["guideline", ..])
        | ("clients", ["agreement", ..]) => Scope::Work,
        ("releases" | "keys", _) | ("projects", ["releases"]) => Scope::Releases,
        ("clients", ["projects"]) | ("projects" | "tasks" | "flags" | "preview", _) => Scope::Operate,
        ("clients" | "gaps" | "grants" | "holds" | "ledgers" | "cases" | "reveals" | "watch", _) => Scope::Custody,
        _ if safe(method) => Scope::Read,
        _ => Scope::All,
    }
}

fn safe(method: &Method) -> bool {
    matches!(*method, Method::GET | Method::HEAD | Method::OPTIONS)
}

/// The token of an `Authorization: Bearer` header; the scheme in any case, as RFC 9110 has it.
pub fn bearer(headers: &HeaderMap) -> Option<&str> {
    let (scheme, token) = headers.get(header::AUTHORIZATION)?.to_str().ok()?.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then_some(token.trim())
}

/// The secret of the session cookie.
pub fn cookie(headers: &HeaderMap) -> Option<&str> {
    let pairs = headers.get_all(header::COOKIE).iter().filter_map(|h| h.to_str().ok()).flat_map(|h| h.split(';'));
    pairs.filter_map(|pair| pair.trim().split_once('=')).find(|(name, _)| *name == COOKIE).map(|(_, value)| value)
}

/// Refuses what a page of another origin could have sent.
pub fn same_origin(headers: &HeaderMap) -> Result<(), Problem> {
    let foreign = || {
        Problem::new(
            StatusCode::FORBIDDEN,
            "cross_site",
            "this request did not come from our own pages; nothing was changed",
        )
    };
    if headers.get(CSRF_HEADER).is_none() {
        return Err(foreign());
    }
    if let Some(site) = headers.get("sec-fetch-site")
        && !matches!(site.as_bytes(), b"same-origin" | b"none")
    {
        return Err(foreign());
    }
    if let (Some(origin), Some(host)) = (headers.get(header::ORIGIN), headers.get(header::HOST)) {
        let origin = origin.to_str().unwrap_or_default();
        let host = host.to_str().unwrap_or_default();
        if origin.split_once("://").map(|(_, rest)| rest) != Some(host) {
            return Err(foreign());
        }
    }
    Ok(())
}
