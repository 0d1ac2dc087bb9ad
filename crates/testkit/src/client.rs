//! A caller of a server under test: a browser with its cookie, or a program with its token.

use bytes::Bytes;
use http_body_util::{BodyExt, Full};
use hyper::{Method, Request, StatusCode, header};
use hyper_util::rt::TokioIo;
use serde_json::Value;
use std::{net::SocketAddr, time::Duration};
use vouchsafe_app::Asker;

/// How long a request may take before the test has failed.
const TAKES_MAX: Duration = Duration::from_mins(1);

/// Somebody who sends requests. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Client {
    address: SocketAddr,
    headers: Vec<(String, String)>,
    asker: Option<Asker>,
}

/// What came back.
#[derive(Debug, Clone)]
pub struct Reply {
    /// The status.
    pub status: StatusCode,
    /// The headers.
    pub headers: hyper::HeaderMap,
    /// The whole body.
    pub body: Bytes,
}

impl Client {
    /// Somebody unknown, who sends what our own pages send.
    pub fn new(address: SocketAddr) -> Self {
        let headers = vec![("x-vouchsafe".to_owned(), "1".to_owned())];
        Self { address, headers, asker: None }
    }

    /// The same caller of another server.
    #[must_use]
    pub fn at(&self, address: SocketAddr) -> Self {
        Self { address, ..self.clone() }
    }

    /// The member behind it.
    pub fn asker(&self) -> &Asker {
        self.asker.as_ref().expect("this caller is signed in")
    }

    /// The same caller with one header more, or another value of it.
    #[must_use]
    pub fn with(&self, name: &str, value: &str) -> Self {
        let mut other = self.without(name);
        other.headers.push((name.to_owned(), value.to_owned()));
        other
    }

    /// The same caller without a header.
    #[must_use]
    pub fn without(&self, name: &str) -> Self {
        let mut other = self.clone();
        other.headers.retain(|(header, _)| header != name);
        other
    }

    /// The same caller as a browser with this session.
    #[must_use]
    pub fn with_session(&self, secret: &str) -> Self {
        self.with("cookie", &format!("{}={secret}", vouchsafe_http::signed::COOKIE))
    }

    /// The same caller as a program with this token.
    #[must_use]
    pub fn with_token(&self, secret: &str) -> Self {
        self.without("cookie").without("x-vouchsafe").with("authorization", &format!("Bearer {secret}"))
    }

    /// The same caller, known to be this member.
    #[must_use]
    pub fn of(self, asker: Asker) -> Self {
        Self { asker: Some(asker), ..self }
    }

    /// Reads. Paths may leave out `/api/v1`.
    pub async fn get(&self, path: &str) -> Reply {
        self.send(Method::GET, path, Bytes::new(), None).await
    }

    /// Sends an object.
    pub async fn post(&self, path: &str, body: Value) -> Reply {
        self.json(Method::POST, path, body).await
    }

    /// Puts an object in place of another.
    pub async fn put(&self, path: &str, body: Value) -> Reply {
        self.json(Method::PUT, path, body).await
    }

    /// Changes an object.
    pub async fn patch(&self, path: &str, body: Value) -> Reply {
        self.json(Method::PATCH, path, body).await
    }

    /// Takes an object away.
    pub async fn delete(&self, path: &str) -> Reply {
        self.send(Method::DELETE, path, Bytes::new(), None).await
    }

    /// Sends JSON by any method.
    pub async fn json(&self, method: Method, path: &str, body: Value) -> Reply {
        self.send(method, path, body.to_string().into(), Some("application/json")).await
    }

    /// Sends anything and waits for the whole answer.
    pub async fn send(&self, method: Method, path: &str, body: Bytes, kind: Option<&str>) -> Reply {
        let path =
            if path.starts_with("/api/") || path == "/health" { path.to_owned() } else { format!("/api/v1{path}") };
        let mut request = Request::builder().method(method).uri(path).header(header::HOST, self.address.to_string());
        for (name, value) in &self.headers {
            request = request.header(name, value);
        }
        if let Some(kind) = kind {
            request = request.header(header::CONTENT_TYPE, kind);
        }
        let request = request.body(Full::new(body)).expect("a test sends a well-formed request");
        tokio::time::timeout(TAKES_MAX, self.exchange(request)).await.expect("the server answers within a minute")
    }

    /// Sends a request and gives the bare connection, for a test to see when the first byte of the answer comes.
    pub async fn begin(&self, method: Method, path: &str, body: &str) -> tokio::net::TcpStream {
        use std::fmt::Write as _;
        use tokio::io::AsyncWriteExt as _;
        let mut text = format!("{method} /api/v1{path} HTTP/1.1\r\nhost: {}\r\nconnection: close\r\n", self.address);
        for (name, value) in &self.headers {
            let _ = write!(text, "{name}: {value}\r\n");
        }
        let _ = write!(text, "content-type: application/json\r\ncontent-length: {}\r\n\r\n{body}", body.len());
        let mut stream = tokio::net::TcpStream::connect(self.address).await.expect("the server listens");
        stream.write_all(text.as_bytes()).await.expect("the server reads");
        stream
    }

    async fn exchange(&self, request: Request<Full<Bytes>>) -> Reply {
        let stream = tokio::net::TcpStream::connect(self.address).await.expect("the server listens");
        let (mut sender, connection) =
            hyper::client::conn::http1::handshake(TokioIo::new(stream)).await.expect("the server speaks HTTP");
        let connection = tokio::spawn(connection);
        let answer = sender.send_request(request).await.expect("the server answers");
        let (head, body) = answer.into_parts();
        let body = body.collect().await.expect("the answer is whole").to_bytes();
        connection.abort();
        Reply { status: head.status, headers: head.headers, body }
    }
}

impl Reply {
    /// The body as JSON; null when it is none.
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_default()
    }

    /// The body as text.
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    /// The word of a problem, such as `not_found`; empty when it is none.
    pub fn slug(&self) -> String {
        self.json()["slug"].as_str().unwrap_or_default().to_owned()
    }

    /// The JSON of an answer with this status; with any other the test has failed.
    #[track_caller]
    pub fn expect(&self, status: u16) -> Value {
        assert_eq!(self.status.as_u16(), status, "{}", self.text());
        self.json()
    }
}
