//! The whole server: every route, and what each request passes on its way to one.

use crate::{
    absent, custody::ledger, embedded, extract::BODY_BYTES_MAX, headers, idempotency, problem::Problem, quarantine,
    router::api,
};
use axum::{
    Router,
    extract::DefaultBodyLimit,
    middleware::{from_fn, from_fn_with_state},
    routing::get,
};
use vouchsafe_app::App;

/// The whole server over an application.
pub fn router(app: App) -> Router {
    let (routes, document) = api().split_for_parts();
    let document = bytes::Bytes::from(document.to_json().unwrap_or_default());
    // One stack, outermost first: each `layer` of its own would box and clone every request once more.
    let stack = (
        from_fn(headers::set),
        from_fn(absent::on_a_beat),
        from_fn(quarantine::refuse),
        DefaultBodyLimit::max(BODY_BYTES_MAX),
        from_fn_with_state(app.clone(), idempotency::once),
    );
    routes
        .route("/api/v1/openapi.json", get(|| async move { ([("content-type", "application/json")], document) }))
        .route("/api/v1/ledgers/{ledger}/tlog/{*path}", get(ledger::find_tlog_file))
        .route("/health", get(|| async { "ok\n" }))
        .fallback(embedded::serve)
        .method_not_allowed_fallback(|| async { Problem::no_such_method() })
        .layer(stack)
        .with_state(app)
}
