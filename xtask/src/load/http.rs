//! As much of HTTP/1.1 as the product speaks: one request after the other over one connection that is kept.

use serde_json::Value;
use std::fmt::Write as _;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

/// Largest head of an answer, in bytes.
const HEAD_BYTES_MAX: usize = 64 << 10;
/// Rows of an upload go out in pieces of about so many bytes.
const PIECE_BYTES: usize = 64 << 10;

/// An answer.
pub(crate) struct Reply {
    pub(crate) status: u16,
    pub(crate) cookie: Option<String>,
    pub(crate) body: Vec<u8>,
}

impl Reply {
    /// The body, if the answer is a good one.
    pub(crate) fn good(&self) -> Result<Value, String> {
        if !(200..300).contains(&self.status) {
            return Err(format!("status {}: {}", self.status, String::from_utf8_lossy(&self.body)));
        }
        if self.body.is_empty() {
            return Ok(Value::Null);
        }
        serde_json::from_slice(&self.body).map_err(|error| error.to_string())
    }
}

/// A browser's connection, with the cookie of whoever signed in.
pub(crate) struct Connection {
    stream: TcpStream,
    buffer: Vec<u8>,
    head: String,
    pub(crate) cookie: String,
}

impl Connection {
    pub(crate) async fn open(address: &str) -> Result<Self, String> {
        let stream = TcpStream::connect(address).await.map_err(|error| format!("{address}: {error}"))?;
        stream.set_nodelay(true).map_err(|error| error.to_string())?;
        Ok(Self { stream, buffer: Vec::with_capacity(16 << 10), head: String::new(), cookie: String::new() })
    }

    /// The same session over a new connection.
    pub(crate) async fn again(self, address: &str) -> Result<Self, String> {
        Ok(Self { cookie: self.cookie, ..Self::open(address).await? })
    }

    /// Asks with a JSON body.
    pub(crate) async fn ask(&mut self, method: &str, path: &str, body: &str) -> Result<Reply, String> {
        self.begin(method, path, "application/json");
        let _ = write!(self.head, "content-length: {}\r\n\r\n{body}", body.len());
        self.stream.write_all(self.head.as_bytes()).await.map_err(|error| error.to_string())?;
        self.reply().await
    }

    /// Sends rows in chunks, as many as `next` gives.
    pub(crate) async fn upload(
        &mut self,
        path: &str,
        mut next: impl FnMut(&mut String) -> bool,
    ) -> Result<Reply, String> {
        self.begin("POST", path, "application/x-ndjson");
        self.head += "transfer-encoding: chunked\r\n\r\n";
        let mut out = std::mem::take(&mut self.head).into_bytes();
        let (mut piece, mut more) = (String::with_capacity(PIECE_BYTES * 2), true);
        while more {
            piece.clear();
            while piece.len() < PIECE_BYTES && more {
                more = next(&mut piece);
            }
            if !piece.is_empty() {
                out.extend_from_slice(format!("{:x}\r\n{piece}\r\n", piece.len()).as_bytes());
            }
            self.stream.write_all(&out).await.map_err(|error| error.to_string())?;
            out.clear();
        }
        self.stream.write_all(b"0\r\n\r\n").await.map_err(|error| error.to_string())?;
        self.reply().await
    }

    fn begin(&mut self, method: &str, path: &str, kind: &str) {
        self.head.clear();
        let _ =
            write!(self.head, "{method} {path} HTTP/1.1\r\nhost: load\r\nx-vouchsafe: 1\r\ncontent-type: {kind}\r\n");
        if !self.cookie.is_empty() {
            let _ = write!(self.head, "cookie: {}\r\n", self.cookie);
        }
    }

    async fn reply(&mut self) -> Result<Reply, String> {
        let end = loop {
            if let Some(end) = find(&self.buffer, b"\r\n\r\n") {
                break end;
            }
            if self.buffer.len() > HEAD_BYTES_MAX {
                return Err("the head of an answer does not end".into());
            }
            self.fill().await?;
        };
        let head = String::from_utf8_lossy(&self.buffer[..end]).into_owned();
        self.buffer.drain(..end + 4);
        let mut lines = head.split("\r\n");
        let status =
            lines.next().and_then(|line| line.split(' ').nth(1)?.parse().ok()).ok_or("an answer has no status")?;
        let (mut length, mut chunked, mut cookie) = (0, false, None);
        for (name, value) in lines.filter_map(|line| line.split_once(':')) {
            match name.to_ascii_lowercase().as_str() {
                "content-length" => length = value.trim().parse().map_err(|_| "a length is no number")?,
                "transfer-encoding" => chunked = value.trim().eq_ignore_ascii_case("chunked"),
                "set-cookie" => cookie = value.trim().split(';').next().map(str::to_owned),
                _ => {}
            }
        }
        let body = if chunked { self.chunks().await? } else { self.take(length).await? };
        Ok(Reply { status, cookie, body })
    }

    async fn chunks(&mut self) -> Result<Vec<u8>, String> {
        let mut body = Vec::new();
        loop {
            let end = loop {
                match find(&self.buffer, b"\r\n") {
                    Some(end) => break end,
                    None => self.fill().await?,
                }
            };
            let size = String::from_utf8_lossy(&self.buffer[..end]).into_owned();
            let size = usize::from_str_radix(size.trim(), 16).map_err(|_| "a chunk has no size")?;
            self.buffer.drain(..end + 2);
            let piece = self.take(size + 2).await?;
            body.extend_from_slice(&piece[..size]);
            if size == 0 {
                return Ok(body);
            }
        }
    }

    async fn take(&mut self, length: usize) -> Result<Vec<u8>, String> {
        while self.buffer.len() < length {
            self.fill().await?;
        }
        Ok(self.buffer.drain(..length).collect())
    }

    async fn fill(&mut self) -> Result<(), String> {
        match self.stream.read_buf(&mut self.buffer).await {
            Ok(0) => Err("the server closed the connection".into()),
            Ok(_) => Ok(()),
            Err(error) => Err(error.to_string()),
        }
    }
}

fn find(bytes: &[u8], mark: &[u8]) -> Option<usize> {
    bytes.windows(mark.len()).position(|window| window == mark)
}
