//! Headers of every answer: a request id, nothing stored, nothing from elsewhere. And of every request: where it came
//! from and whether by TLS, which a caller may not say of himself.

use crate::{
    problem::Problem,
    request_id::{CURRENT, REQUEST_ID},
};
use axum::{
    extract::{ConnectInfo, MatchedPath, Request},
    http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header},
    middleware::Next,
    response::{IntoResponse, Response},
};
use std::{
    net::{IpAddr, SocketAddr},
    sync::Arc,
};
use tracing::Instrument;

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

/// By which door requests come: an extension of every request.
#[derive(Debug, Clone, Default)]
pub struct Door {
    /// This server speaks TLS itself.
    pub tls: bool,
    /// Proxies that speak it for this server; from them alone `X-Forwarded-For` and `-Proto` are believed.
    pub proxies: Arc<[IpAddr]>,
}

/// Where a request came from.
#[derive(Debug, PartialEq, Eq)]
struct Origin {
    peer: Option<IpAddr>,
    tls: bool,
    /// It came through a proxy, which did not say that the other side spoke TLS.
    exposed: bool,
}

impl Door {
    fn origin(&self, connected: Option<IpAddr>, headers: &HeaderMap) -> Origin {
        let connected = connected.map(|ip| ip.to_canonical());
        let from_proxy = |ip: &IpAddr| self.proxies.contains(ip);
        if !connected.as_ref().is_some_and(from_proxy) {
            return Origin { peer: connected, tls: self.tls, exposed: false };
        }
        // Each proxy adds the address it saw at the end, so the last one that is no proxy of ours is the caller:
        // what stands before it the caller wrote himself.
        let forwarded = headers.get_all("x-forwarded-for").iter().filter_map(|value| value.to_str().ok());
        let forwarded: Vec<&str> = forwarded.flat_map(|value| value.split(',')).map(str::trim).collect();
        let caller = forwarded.iter().rev().map(|text| text.parse::<IpAddr>().ok().map(|ip| ip.to_canonical()));
        let caller = caller.take_while(Option::is_some).flatten().find(|ip| !from_proxy(ip));
        let https = headers.get("x-forwarded-proto").is_some_and(|value| value.as_bytes() == b"https");
        Origin { peer: caller.or(connected), tls: https, exposed: !https }
    }
}

/// Sets them; `no-store` unless the handler said otherwise.
pub async fn set(mut request: Request, next: Next) -> Response {
    let id = uuid::Uuid::new_v4().as_simple().to_string();
    let connected = request.extensions().get::<ConnectInfo<SocketAddr>>().map(|info| info.0.ip());
    let door = request.extensions().get::<Door>().cloned().unwrap_or_default();
    let origin = door.origin(connected, request.headers());
    // Ours alone: what a client sends under these names is not believed.
    for name in ["x-vouchsafe-peer", "x-vouchsafe-tls"] {
        request.headers_mut().remove(name);
    }
    if let Some(peer) = origin.peer.and_then(|ip| ip.to_string().parse().ok()) {
        request.headers_mut().insert("x-vouchsafe-peer", peer);
    }
    if origin.tls {
        request.headers_mut().insert("x-vouchsafe-tls", HeaderValue::from_static("1"));
    }
    let mut response = if origin.exposed && request.uri().path() != "/health" {
        let detail = "the proxy does not say that this came by TLS; it must set X-Forwarded-Proto to https";
        Problem::new(StatusCode::FORBIDDEN, "no_tls", detail).into_response()
    } else {
        let span = tracing::info_span!("request", id = %id, method = %request.method(), path = tracing::field::Empty);
        // The route, not the address: an address may hold a secret.
        if let Some(path) = request.extensions().get::<MatchedPath>() {
            span.record("path", path.as_str());
        }
        CURRENT.scope(id.clone(), next.run(request)).instrument(span).await
    };
    let headers = response.headers_mut();
    if origin.tls {
        headers.insert(header::STRICT_TRANSPORT_SECURITY, HeaderValue::from_static("max-age=31536000"));
    }
    headers.entry(header::CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
    for (name, value) in ALWAYS {
        headers.insert(name, HeaderValue::from_static(value));
    }
    if let Ok(id) = HeaderValue::from_str(&id) {
        headers.entry(REQUEST_ID).or_insert(id);
    }
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    const PROXY: [u8; 4] = [10, 0, 0, 2];

    fn origin(connected: [u8; 4], headers: &[(&'static str, &'static str)]) -> Origin {
        let door = Door { tls: false, proxies: vec![IpAddr::from(PROXY), [10, 0, 0, 3].into()].into() };
        let mut map = HeaderMap::new();
        for (name, value) in headers {
            map.append(*name, HeaderValue::from_static(value));
        }
        door.origin(Some(connected.into()), &map)
    }

    #[test]
    fn a_caller_cannot_say_where_he_comes_from() {
        let lies = [("x-forwarded-for", "192.0.2.1"), ("x-forwarded-proto", "https")];
        assert_eq!(
            origin([198, 51, 100, 7], &lies),
            Origin { peer: Some([198, 51, 100, 7].into()), tls: false, exposed: false }
        );
    }

    #[test]
    fn a_proxy_is_believed_only_in_what_it_added() {
        let https = ("x-forwarded-proto", "https");
        for (forwarded, caller) in [
            ("192.0.2.1", [192, 0, 2, 1]),
            ("127.0.0.1, 192.0.2.1", [192, 0, 2, 1]),
            ("192.0.2.1, 10.0.0.3", [192, 0, 2, 1]),
            ("192.0.2.1, nonsense", PROXY),
            ("", PROXY),
        ] {
            let found = origin(PROXY, &[("x-forwarded-for", forwarded), https]);
            assert_eq!(found, Origin { peer: Some(caller.into()), tls: true, exposed: false }, "{forwarded}");
        }
    }

    #[test]
    fn what_a_proxy_took_without_tls_is_exposed() {
        assert!(origin(PROXY, &[("x-forwarded-for", "192.0.2.1"), ("x-forwarded-proto", "http")]).exposed);
        assert!(origin(PROXY, &[]).exposed);
    }
}
