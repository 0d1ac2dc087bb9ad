//! The web app, part of the binary. Addresses without a file are pages of the app itself.

use crate::problem::Problem;
use axum::{
    http::{HeaderValue, Method, StatusCode, Uri, header},
    response::{IntoResponse, Response},
};

mod files {
    include!(concat!(env!("OUT_DIR"), "/web.rs"));
}

/// Answers what no route answers.
pub async fn serve(method: Method, uri: Uri) -> Response {
    let path = uri.path();
    if path.starts_with("/api/") || !matches!(method, Method::GET | Method::HEAD) {
        return Problem::not_found().into_response();
    }
    if let Some((name, body)) = files::FILES.iter().find(|(name, _)| *name == path) {
        return file(name, body);
    }
    match files::FILES.iter().find(|(name, _)| *name == "/index.html") {
        Some((name, body)) if !path.contains('.') => file(name, body),
        Some(_) => Problem::not_found().into_response(),
        None => (
            StatusCode::OK,
            "This server was built without its web app: run `make web` and build again. The API is at /api/v1.\n",
        )
            .into_response(),
    }
}

fn file(name: &str, body: &'static [u8]) -> Response {
    let kind = match name.rsplit('.').next() {
        Some("html") => "text/html; charset=utf-8",
        Some("js") => "text/javascript; charset=utf-8",
        Some("css") => "text/css; charset=utf-8",
        Some("svg") => "image/svg+xml",
        Some("json") => "application/json",
        Some("png") => "image/png",
        Some("woff2") => "font/woff2",
        _ => "application/octet-stream",
    };
    let mut response = ([(header::CONTENT_TYPE, kind)], body).into_response();
    // Files under /assets carry a hash of their content in their name.
    let caching = if name.starts_with("/assets/") { "public, max-age=31536000, immutable" } else { "no-cache" };
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static(caching));
    response
}
