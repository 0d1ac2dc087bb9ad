//! What the remote commands share: where the server is, who asks, how its answers and refusals are told.

use crate::exit::{BUSY, FAILED, Failure, REFUSED, UNREACHABLE, UNSIGNED, USAGE};
use clap::Args;
use serde_json::Value;
use std::{fmt::Write as _, io::Read, path::PathBuf, sync::Arc, time::Duration};
use tokio_rustls::rustls::crypto::ring;
use ureq::{
    AsSendBody, SendBody,
    http::{Request, Response},
    tls::{PemItem, RootCerts, TlsConfig, parse_pem},
};

/// How long a connection may take to come about.
const CONNECT_TAKES_MAX: Duration = Duration::from_secs(10);
/// How long the server may think about an answer that is no upload.
const ANSWER_TAKES_MAX: Duration = Duration::from_mins(2);
/// How long the server may take to look at who uploads before the upload begins anyway.
const LEAVE_TAKES_MAX: Duration = Duration::from_secs(5);
/// Largest answer that is read whole, in bytes.
const ANSWER_BYTES_MAX: u64 = 64 << 20;
/// Largest answer of a server that is none of ours, in bytes.
const TEXT_BYTES_MAX: u64 = 64 << 10;
/// Rows of a page that are asked for.
const PAGE_ROWS: u32 = 1_000;
/// Where systems keep the certificates that they trust.
const SYSTEM_CERTIFICATES: [&str; 3] =
    ["/etc/ssl/certs/ca-certificates.crt", "/etc/pki/tls/certs/ca-bundle.crt", "/etc/ssl/cert.pem"];

/// The server, and who asks.
#[derive(Args, Clone)]
pub(crate) struct At {
    /// The server: `https://vouchsafe.example.org`.
    #[arg(long, env = "VOUCHSAFE_URL", global = true)]
    url: Option<String>,
    /// A token, as `vouchsafe token create` prints it. Better in the environment than on a command line.
    #[arg(long, env = "VOUCHSAFE_TOKEN", hide_env_values = true, global = true)]
    token: Option<String>,
    /// Certificates to trust, PEM, in place of the system's: for a server with a certificate of its own.
    #[arg(long, env = "VOUCHSAFE_CA", value_name = "FILE", global = true)]
    ca: Option<PathBuf>,
    /// Answer in JSON, as the server gave it.
    #[arg(long, global = true)]
    pub(crate) json: bool,
}

impl At {
    /// Ready to ask as the owner of the token.
    pub(crate) fn open(&self) -> Result<Remote, Failure> {
        let token = self
            .token
            .as_deref()
            .ok_or_else(|| Failure::new(USAGE, "who asks? Set VOUCHSAFE_TOKEN; `vouchsafe token create` makes one"))?;
        let mut remote = self.open_unsigned()?;
        remote.headers.push(("authorization", format!("Bearer {token}")));
        Ok(remote)
    }

    /// Ready to ask as nobody: for signing in.
    pub(crate) fn open_unsigned(&self) -> Result<Remote, Failure> {
        let url = self.url.as_deref().ok_or_else(|| Failure::new(USAGE, "which server? Set VOUCHSAFE_URL"))?;
        let url = url.trim_end_matches('/');
        if !url.starts_with("https://") && !url.starts_with("http://") {
            return Err(Failure::new(
                USAGE,
                format!("VOUCHSAFE_URL: `{url}` begins with neither https:// nor http://"),
            ));
        }
        let mut config = ureq::Agent::config_builder()
            .http_status_as_error(false)
            .max_redirects(0)
            .user_agent(concat!("vouchsafe/", env!("CARGO_PKG_VERSION")))
            .timeout_connect(Some(CONNECT_TAKES_MAX))
            .timeout_await_100(Some(LEAVE_TAKES_MAX));
        if url.starts_with("https://") {
            config = config.tls_config(self.tls()?);
        }
        Ok(Remote { agent: config.build().into(), url: url.to_owned(), headers: Vec::new() })
    }

    fn tls(&self) -> Result<TlsConfig, Failure> {
        let bundle = match &self.ca {
            Some(file) => file.clone(),
            None => SYSTEM_CERTIFICATES.iter().map(PathBuf::from).find(|file| file.exists()).ok_or_else(|| {
                Failure::config("this system's certificates were not found; name a file of them with --ca")
            })?,
        };
        let named = |why: &dyn std::fmt::Display| Failure::config(format!("{}: {why}", bundle.display()));
        let text = std::fs::read(&bundle).map_err(|e| named(&e))?;
        let mut roots = Vec::new();
        for item in parse_pem(&text) {
            if let PemItem::Certificate(root) = item.map_err(|e| named(&e))? {
                roots.push(root);
            }
        }
        if roots.is_empty() {
            return Err(named(&"there is no certificate in it"));
        }
        Ok(TlsConfig::builder()
            .root_certs(RootCerts::from(roots.into_iter()))
            .unversioned_rustls_crypto_provider(Arc::new(ring::default_provider()))
            .build())
    }
}

/// A server that can be asked.
pub(crate) struct Remote {
    agent: ureq::Agent,
    pub(crate) url: String,
    /// Sent with every request.
    headers: Vec<(&'static str, String)>,
}

/// Why there is no answer.
pub(crate) enum Unanswered {
    /// The connection broke or never came about.
    Cut(String),
    /// The server said no, or that it failed.
    Said { status: u16, problem: Value },
}

impl From<Unanswered> for Failure {
    fn from(why: Unanswered) -> Self {
        match why {
            Unanswered::Cut(why) => Failure::new(UNREACHABLE, why),
            Unanswered::Said { status, problem } => {
                let mut text = match problem["detail"].as_str() {
                    Some(detail) => detail.to_owned(),
                    None => format!("the server answered with status {status}"),
                };
                // The first of them is the detail already.
                for error in problem["errors"].as_array().into_iter().flatten().skip(1) {
                    let word = |name: &str| error[name].as_str().unwrap_or_default().to_owned();
                    let _ = write!(text, "\n  `{}` {}", word("path"), word("rule"));
                }
                let code = match status {
                    401 => UNSIGNED,
                    429 | 503 => BUSY,
                    400..500 => REFUSED,
                    _ => FAILED,
                };
                Failure::new(code, text)
            }
        }
    }
}

impl Remote {
    /// A server that is none of ours, such as a witness, asked as nobody.
    pub(crate) fn elsewhere(url: &str) -> Result<Self, Failure> {
        At { url: Some(url.into()), token: None, ca: None, json: false }.open_unsigned()
    }

    /// Sends a text to a path of its own and gives status and text of the answer.
    pub(crate) fn post_text(&self, path: &str, body: &str) -> Result<(u16, String), Failure> {
        let request = Request::builder().method("POST").uri(format!("{}{path}", self.url));
        let mut reply = self.run(request, body, Some(CONNECT_TAKES_MAX))?;
        let text = reply.body_mut().with_config().limit(TEXT_BYTES_MAX).read_to_string();
        let text = text.map_err(|e| Unanswered::Cut(format!("the answer broke off: {e}")))?;
        Ok((reply.status().as_u16(), text))
    }

    /// The same server, asked with the session of this cookie and no token.
    pub(crate) fn with_session(mut self, cookie: &str) -> Self {
        self.headers = vec![("cookie", cookie.to_owned()), ("x-vouchsafe", "1".into())];
        self
    }

    /// The same server, asked as its own pages ask before anybody signed in.
    pub(crate) fn asked_by_a_page(mut self) -> Self {
        self.headers = vec![("x-vouchsafe", "1".into())];
        self
    }

    pub(crate) fn get(&self, path: &str) -> Result<Value, Failure> {
        self.ask("GET", path, None)
    }

    pub(crate) fn post(&self, path: &str, body: &Value) -> Result<Value, Failure> {
        self.ask("POST", path, Some(body))
    }

    /// Asks; an answer without a body is null.
    pub(crate) fn ask(&self, method: &str, path: &str, body: Option<&Value>) -> Result<Value, Failure> {
        let request = self.request(method, path).header("content-type", "application/json");
        let body = body.map(Value::to_string).unwrap_or_default();
        let reply = self.run(request, body.as_str(), Some(ANSWER_TAKES_MAX))?;
        Ok(read(reply)?)
    }

    /// As [`Remote::ask`], with the head of the answer.
    pub(crate) fn ask_whole(&self, path: &str, body: &Value) -> Result<Response<Value>, Failure> {
        let request = self.request("POST", path).header("content-type", "application/json");
        let (head, body) = self.run(request, body.to_string().as_str(), Some(ANSWER_TAKES_MAX))?.into_parts();
        Ok(Response::from_parts(head.clone(), read(Response::from_parts(head, body))?))
    }

    /// Every row of a list, page after page.
    pub(crate) fn list(&self, path: &str) -> Result<Vec<Value>, Failure> {
        let (mut items, mut after) = (Vec::new(), String::new());
        loop {
            let join = if path.contains('?') { '&' } else { '?' };
            let mut page = self.get(&format!("{path}{join}limit={PAGE_ROWS}{after}"))?;
            if let Some(rows) = page["items"].as_array_mut() {
                items.append(rows);
            }
            match page["next"].as_str() {
                Some(next) => after = format!("&after={}", escaped(next)),
                None => return Ok(items),
            }
        }
    }

    /// Sends what a reader gives, however long that takes.
    pub(crate) fn upload(&self, path: &str, from: &mut dyn Read) -> Result<Value, Unanswered> {
        let request = self
            .request("POST", path)
            .header("content-type", "application/x-ndjson")
            // So that a refusal comes before the first byte is sent.
            .header("expect", "100-continue");
        read(self.run(request, SendBody::from_reader(from), None)?)
    }

    /// Opens a file to be read as it arrives.
    pub(crate) fn download(&self, path: &str) -> Result<impl Read + use<>, Failure> {
        let reply = self.run(self.request("GET", path), (), None)?;
        if !reply.status().is_success() {
            return Err(said(reply)?.into());
        }
        Ok(reply.into_body().into_with_config().limit(u64::MAX).reader())
    }

    fn request(&self, method: &str, path: &str) -> ureq::http::request::Builder {
        let request = Request::builder().method(method).uri(format!("{}/api/v1{path}", self.url));
        self.headers.iter().fold(request, |request, (name, value)| request.header(*name, value))
    }

    fn run(
        &self,
        request: ureq::http::request::Builder,
        body: impl AsSendBody,
        takes_max: Option<Duration>,
    ) -> Result<Response<ureq::Body>, Unanswered> {
        let request = request.body(body).map_err(|e| Unanswered::Cut(e.to_string()))?;
        let request = self.agent.configure_request(request).timeout_global(takes_max).build();
        self.agent.run(request).map_err(|e| Unanswered::Cut(format!("{}: {e}", self.url)))
    }
}

fn read(mut reply: Response<ureq::Body>) -> Result<Value, Unanswered> {
    if !reply.status().is_success() {
        return Err(said(reply)?);
    }
    let text = reply.body_mut().with_config().limit(ANSWER_BYTES_MAX).read_to_string();
    let text = text.map_err(|e| Unanswered::Cut(format!("the answer broke off: {e}")))?;
    if text.is_empty() {
        return Ok(Value::Null);
    }
    serde_json::from_str(&text)
        .map_err(|_| Unanswered::Cut("the answer is not Vouchsafe's: check VOUCHSAFE_URL".into()))
}

fn said(mut reply: Response<ureq::Body>) -> Result<Unanswered, Unanswered> {
    let status = reply.status().as_u16();
    let text = reply.body_mut().with_config().limit(ANSWER_BYTES_MAX).read_to_string();
    let text = text.map_err(|e| Unanswered::Cut(format!("the answer broke off: {e}")))?;
    Ok(Unanswered::Said { status, problem: serde_json::from_str(&text).unwrap_or_default() })
}

/// A part of a path or a query, percent-encoded.
pub(crate) fn escaped(text: &str) -> String {
    text.bytes().fold(String::new(), |mut out, byte| {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            out.push(char::from(byte));
        } else {
            let _ = write!(out, "%{byte:02X}");
        }
        out
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_refusal_is_told_with_every_rule_and_its_own_code() {
        let problem = json!({"detail": "`/name` is empty", "errors": [
            {"path": "/name", "rule": "is empty"}, {"path": "/pipeline/overlap", "rule": "must be 1 to 100"}]});
        let failure = Failure::from(Unanswered::Said { status: 422, problem });
        assert_eq!(failure.text, "`/name` is empty\n  `/pipeline/overlap` must be 1 to 100");
        let code = |status| Failure::from(Unanswered::Said { status, problem: Value::Null }).code;
        assert_eq!([401, 404, 409, 422, 429, 500, 503, 507].map(code), [77, 3, 3, 3, 75, 1, 75, 1]);
        assert_eq!(Failure::from(Unanswered::Cut(String::new())).code, 69);
    }

    #[test]
    fn what_stands_in_a_path_is_escaped() {
        assert_eq!(escaped("data/full é.jsonl"), "data%2Ffull%20%C3%A9.jsonl");
    }
}
