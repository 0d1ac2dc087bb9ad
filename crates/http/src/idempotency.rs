//! `Idempotency-Key`: the same request under the same key is carried out once.
//!
//! A key belongs to one member, one route and one body: with another of them it is a key nobody has used. A repeated request
//! runs through the same gate and rules as the first; only its commit is refused, in place of which the first one's
//! outcome is told again from the ids that were kept with it. No content is kept: an assignment is sent anew, which is a
//! disclosure with an entry of its own. Kept for a day.

use crate::{
    document::{IMPORT, KEY},
    extract::{BODY_BYTES_MAX, LOG_BYTES_MAX, too_large},
    made::{Made, Version},
    problem::Problem,
    router::openapi,
    signed::Signed,
};
use axum::{
    Json as Reply,
    body::Body,
    extract::{FromRequestParts, MatchedPath, Request, State},
    http::{HeaderName, HeaderValue, Method, StatusCode, request::Parts},
    middleware::Next,
    response::{IntoResponse, Response},
};
use serde_json::Value;
use std::{collections::HashSet, sync::OnceLock};
use vouchsafe_app::{
    App, Asker,
    releases::order::Ordered,
    store::once::{Done, Once},
    work::review::ReviewReceipt,
};
use vouchsafe_domain::time::Micros;

/// The header of an answer that tells an earlier outcome again.
pub const REPLAYED: HeaderName = HeaderName::from_static("idempotency-replayed");
/// Longest key, in bytes.
const KEY_BYTES_MAX: usize = 200;

/// Carries a request with a key out once. What is streamed in is known again by its rows, and needs none.
pub async fn once(State(app): State<App>, request: Request, next: Next) -> Response {
    let reads = matches!(*request.method(), Method::GET | Method::HEAD | Method::OPTIONS);
    let path = path_of(request.extensions().get());
    let imports = path == IMPORT;
    let large = path == "/api/v1/watch/logs" || path == "/api/v1/watch/facts/{kind}";
    let bytes_max = if large { LOG_BYTES_MAX } else { BODY_BYTES_MAX };
    let Some(key) = request.headers().get(KEY).cloned().filter(|_| !reads && !imports) else {
        return next.run(request).await;
    };
    let fits = |key: &&str| (1..=KEY_BYTES_MAX).contains(&key.len()) && key.bytes().all(|b| b.is_ascii_graphic());
    let Some(key) = key.to_str().ok().filter(fits) else {
        let detail = format!("an Idempotency-Key has 1 to {KEY_BYTES_MAX} visible ASCII characters");
        return Problem::new(StatusCode::BAD_REQUEST, "bad_key", detail).into_response();
    };
    let (mut parts, body) = request.into_parts();
    // Whom nobody knows the handler refuses; signing in is not repeated by a key.
    let Ok(Signed(asker)) = Signed::from_request_parts(&mut parts, &app).await else {
        return next.run(Request::from_parts(parts, body)).await;
    };
    let Ok(body) = axum::body::to_bytes(body, bytes_max).await else {
        return too_large(bytes_max).into_response();
    };
    let route = format!("{} {}", parts.method, parts.uri);
    let known_by = app.request_key(&asker, &route, &body, key);
    // Twice at most: a request that lost a race finds the winner's outcome.
    for _ in 0..2 {
        let done = match app.done_before(&known_by).await {
            Ok(done) => done,
            Err(error) => return Problem::from(error).into_response(),
        };
        let once = Once::new(known_by, done.is_some());
        let request = Request::from_parts(parts.clone(), Body::from(body.clone()));
        let response = once.clone().within(next.clone().run(request)).await;
        match done {
            Some(done) => return again(&app, &asker, &parts, &done, response).await,
            None if once.repeated() => {}
            None => return response,
        }
    }
    Problem::from(vouchsafe_app::Error::Store(vouchsafe_app::store::Error::Conflict)).into_response()
}

/// The outcome of the first request, where the gate lets the second one through as well.
async fn again(app: &App, asker: &Asker, parts: &Parts, done: &Done, now: Response) -> Response {
    let shut = matches!(now.status().as_u16(), 401 | 403 | 404 | 429 | 500..);
    if shut {
        return now;
    }
    let mut response = match told(app, asker, parts, done).await {
        Ok(Some(response)) => response,
        // What it says by itself a second time is the same as the first time.
        Ok(None) if now.status().is_success() => now,
        Ok(None) => Problem::new(
            StatusCode::CONFLICT,
            "already_done",
            "this was done before under the same Idempotency-Key; what it told then is not kept",
        )
        .into_response(),
        Err(problem) => return problem.into_response(),
    };
    response.headers_mut().insert(REPLAYED, HeaderValue::from_static("true"));
    response
}

async fn told(app: &App, asker: &Asker, parts: &Parts, done: &Done) -> Result<Option<Response>, Problem> {
    let text = |name: &str| done.object.get(name).and_then(Value::as_str).unwrap_or_default().to_owned();
    let made = |name: &str| (StatusCode::CREATED, Reply(Made { id: text(name) })).into_response();
    let version = || u32::try_from(done.object.get("version").and_then(Value::as_u64).unwrap_or_default());
    let response = match done.act.as_str() {
        "assignment.sent" => {
            let id = text("assignment").parse().map_err(|_| Problem::not_found())?;
            (StatusCode::CREATED, Reply(app.retry(|| app.resume(asker, id, true)).await?)).into_response()
        }
        "annotation.reviewed" => {
            let annotation_state = match done.because.get("verdict").and_then(Value::as_str) {
                Some("accept") => "accepted",
                Some("fix") => "fixed",
                _ => "returned",
            };
            let receipt =
                ReviewReceipt { review: text("review"), annotation_state, at: Micros(done.at_us).to_string() };
            (StatusCode::CREATED, Reply(receipt)).into_response()
        }
        "project.created" => made("project"),
        "client.created" => made("client"),
        "grant.proposed" => made("grant"),
        "hold.placed" => made("hold"),
        "credential.verified" => made("credential"),
        "agreement.created" | "schema.created" | "guideline.created" => {
            (StatusCode::CREATED, Reply(Version { version: version().unwrap_or_default() })).into_response()
        }
        "release.ordered" => {
            let version = version().unwrap_or_default();
            (StatusCode::CREATED, Reply(Ordered { id: text("release"), version, state: "building" })).into_response()
        }
        _ if silent(parts) => StatusCode::NO_CONTENT.into_response(),
        _ => return Ok(None),
    };
    Ok(Some(response))
}

/// Whether the route answers nothing when it did what was asked.
fn silent(parts: &Parts) -> bool {
    static SILENT: OnceLock<HashSet<(String, String)>> = OnceLock::new();
    let silent = SILENT.get_or_init(|| {
        let document = serde_json::to_value(openapi()).unwrap_or_default();
        let mut silent = HashSet::new();
        for (path, item) in document["paths"].as_object().into_iter().flatten() {
            for (method, operation) in item.as_object().into_iter().flatten() {
                let answers = operation["responses"].as_object().into_iter().flatten();
                if answers.map(|(status, _)| status).filter(|status| *status != "default").eq(["204"]) {
                    silent.insert((method.to_uppercase(), path.clone()));
                }
            }
        }
        silent
    });
    silent.contains(&(parts.method.to_string(), path_of(parts.extensions.get()).to_owned()))
}

fn path_of(matched: Option<&MatchedPath>) -> &str {
    matched.map_or("", MatchedPath::as_str)
}
