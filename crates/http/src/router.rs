//! Every route, in one list. The OpenAPI document is made of the same list, so the two cannot disagree.

use crate::{
    headers,
    work::{assignments, tasks},
};
use axum::{Router, extract::DefaultBodyLimit, routing::get};
use utoipa::OpenApi;
use utoipa_axum::{router::OpenApiRouter, routes};
use vouchsafe_app::App;

/// Largest body of a request that is no upload, in bytes: answers are the largest of them.
pub const BODY_BYTES_MAX: usize = 8 << 20;

#[derive(OpenApi)]
#[openapi(info(
    title = "Vouchsafe",
    description = "Vetted experts make training data; every disclosure is recorded before the first byte leaves."
))]
struct Document;

fn api() -> OpenApiRouter<App> {
    OpenApiRouter::with_openapi(Document::openapi())
        // work
        .routes(routes!(assignments::create_assignment))
        .routes(routes!(assignments::find_assignment))
        .routes(routes!(assignments::open_assignment))
        .routes(routes!(assignments::put_draft))
        .routes(routes!(assignments::create_heartbeat))
        .routes(routes!(assignments::create_annotation))
        .routes(routes!(assignments::skip_assignment))
        .routes(routes!(assignments::flag_assignment))
        .routes(routes!(assignments::release_assignment))
        .routes(routes!(assignments::create_review))
        .routes(routes!(tasks::create_tasks, tasks::list_tasks))
        .routes(routes!(tasks::find_task))
}

/// The OpenAPI 3.1 document.
pub fn openapi() -> utoipa::openapi::OpenApi {
    api().into_openapi()
}

/// The whole server over an application.
pub fn router(app: App) -> Router {
    let (routes, document) = api().split_for_parts();
    let document = bytes::Bytes::from(document.to_json().unwrap_or_default());
    routes
        .route("/api/v1/openapi.json", get(|| async move { ([("content-type", "application/json")], document) }))
        .route("/health", get(|| async { "ok\n" }))
        .layer(DefaultBodyLimit::max(BODY_BYTES_MAX))
        .layer(axum::middleware::from_fn(headers::set))
        .with_state(app)
}
