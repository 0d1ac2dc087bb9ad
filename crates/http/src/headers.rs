//! Headers of every answer: a request id, nothing stored, nothing from elsewhere.

use axum::{
    extract::{ConnectInfo, Request},
    http::{HeaderName, HeaderValue, header},
    middleware::Next,
    response::Response,
};
use std::net::SocketAddr;

/// The id under which the server logged a request.
pub const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// Only ourselves: no script, style, picture or connection from elsewhere, and nobody may frame us.
const CONTENT_SECURITY_POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; \
connect-src 'self'; font-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";

const ALWAYS: [(HeaderName, &str); 6] = [
    (header::CONTENT_SECURITY_POLICY, CONTENT_SECURITY_POLICY),
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (header::REFERRER_POLICY, "no-referrer"),
    (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
    (HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
    (HeaderName::from_static("permissions-policy"), "camera=(), microphone=(), geolocation=(), payment=(), usb=()"),
];

/// Sets them; `no-store` unless the handler said otherwise.
pub async fn set(mut request: Request, next: Next) -> Response {
    // Ours alone: what a client sends under these names is not believed.
    let peer =
        request.extensions().get::<ConnectInfo<SocketAddr>>().and_then(|info| info.0.ip().to_string().parse().ok());
    for name in ["x-vouchsafe-peer", "x-vouchsafe-tls"] {
        request.headers_mut().remove(name);
    }
    if let Some(peer) = peer {
        request.headers_mut().insert("x-vouchsafe-peer", peer);
    }
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    headers.entry(header::CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
    for (name, value) in ALWAYS {
        headers.insert(name, HeaderValue::from_static(value));
    }
    if let Ok(id) = HeaderValue::from_str(&uuid::Uuid::new_v4().as_simple().to_string()) {
        headers.entry(REQUEST_ID).or_insert(id);
    }
    response
}
