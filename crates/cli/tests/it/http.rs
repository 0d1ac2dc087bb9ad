//! Asks a server as a member's program would.

use serde_json::Value;
use std::time::Duration;

/// A member's program: the server, and a token.
#[derive(Clone)]
pub(crate) struct Http {
    agent: ureq::Agent,
    url: String,
    token: String,
}

/// The server died meanwhile: before it answered, or in the middle of its answer, which began with this status.
#[derive(Debug)]
pub(crate) struct Gone(pub(crate) Option<u16>);

impl Http {
    pub(crate) fn new(url: &str, token: &str) -> Self {
        let config = ureq::Agent::config_builder().http_status_as_error(false);
        let agent = config.timeout_global(Some(Duration::from_mins(1))).build().into();
        Self { agent, url: url.to_owned(), token: token.to_owned() }
    }

    /// The same program, and another server.
    pub(crate) fn at(&self, url: &str) -> Self {
        Self { url: url.to_owned(), ..self.clone() }
    }

    /// Asks; an answer without a body is null.
    pub(crate) fn ask(&self, method: &str, path: &str, body: Option<&Value>) -> Result<(u16, Value), Gone> {
        let bytes = body.map(Value::to_string).unwrap_or_default().into_bytes();
        self.send(method, path, "application/json", bytes)
    }

    /// Sends bytes as they are.
    pub(crate) fn send(&self, method: &str, path: &str, kind: &str, body: Vec<u8>) -> Result<(u16, Value), Gone> {
        let request = ureq::http::Request::builder()
            .method(method)
            .uri(format!("{}/api/v1{path}", self.url))
            .header("authorization", format!("Bearer {}", self.token))
            .header("content-type", kind)
            .body(body)
            .expect("a request");
        let mut reply = self.agent.run(request).map_err(|_| Gone(None))?;
        let status = reply.status().as_u16();
        let cut = || Gone(Some(status));
        let text = reply.body_mut().with_config().limit(64 << 20).read_to_string().map_err(|_| cut())?;
        let value = if text.is_empty() { Value::Null } else { serde_json::from_str(&text).map_err(|_| cut())? };
        Ok((status, value))
    }

    /// Asks, and gives the answer if it is a good one.
    pub(crate) fn get(&self, path: &str) -> Value {
        self.good("GET", path, None)
    }

    /// As [`Http::get`].
    pub(crate) fn post(&self, path: &str, body: &Value) -> Value {
        self.good("POST", path, Some(body))
    }

    fn good(&self, method: &str, path: &str, body: Option<&Value>) -> Value {
        let (status, value) = self.ask(method, path, body).expect("the server answers");
        assert!((200..300).contains(&status), "{method} {path}: {status} {value}");
        value
    }

    /// Every row of a list, page after page.
    pub(crate) fn list(&self, path: &str) -> Vec<Value> {
        let (mut rows, mut after) = (Vec::new(), String::new());
        loop {
            let mut page = self.get(&format!("{path}?limit=1000{after}"));
            rows.append(page["items"].as_array_mut().expect("a page has items"));
            let Some(next) = page["next"].as_str() else { return rows };
            after = format!("&after={next}");
        }
    }
}
