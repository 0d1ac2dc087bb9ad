//! The wire to PostgreSQL: by TLS to a server whose certificate a named authority signed, or in the clear.
//!
//! `…?sslrootcert=FILE` names the authority (PEM), as libpq does, and then nothing is said, not even who we are, before the
//! server has shown a certificate of its name. `sslmode=require` alone is refused: encryption toward whoever answers would
//! keep out nobody who can stand in between.

use crate::Error;
use futures_util::future::BoxFuture;
use std::{
    io,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll},
};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio_postgres::{
    Client, Config, NoTls, Socket,
    config::SslMode,
    tls::{ChannelBinding, MakeTlsConnect, TlsConnect},
};
use tokio_rustls::{
    TlsConnector,
    client::TlsStream,
    rustls::{
        ClientConfig, RootCertStore,
        crypto::ring,
        pki_types::{CertificateDer, ServerName, pem::PemObject},
    },
};

const ROOT: &str = "sslrootcert";

/// Where a database is, and how to speak to it.
#[derive(Clone)]
pub(super) struct Wire {
    config: Box<Config>,
    tls: Option<Arc<ClientConfig>>,
}

impl Wire {
    /// Reads a `postgres://` address. Fails with [`Error::Database`], which never quotes it: it may hold a password.
    pub(super) fn new(url: &str) -> Result<Self, Error> {
        let (url, root) = without_root(url);
        let mut config: Config =
            url.parse().map_err(|error| Error::Database(format!("the address of PostgreSQL is not one: {error}")))?;
        config.application_name("vouchsafe");
        let tls = match root {
            Some(file) => {
                config.ssl_mode(SslMode::Require);
                Some(Arc::new(trusting(&file)?))
            }
            None if config.get_ssl_mode() == SslMode::Require => {
                let rule = "sslmode=require needs sslrootcert=FILE, the authority that signed the server's certificate";
                return Err(Error::Database(rule.into()));
            }
            None => None,
        };
        Ok(Self { config: Box::new(config), tls })
    }

    /// A new connection; whoever asked for it polls nothing: a task of its own does.
    pub(super) async fn connect(&self) -> Result<Client, tokio_postgres::Error> {
        if let Some(tls) = &self.tls {
            let (client, connection) = self.config.connect(ByTls(Arc::clone(tls))).await?;
            tokio::spawn(attend(connection));
            return Ok(client);
        }
        let (client, connection) = self.config.connect(NoTls).await?;
        tokio::spawn(attend(connection));
        Ok(client)
    }
}

async fn attend(connection: impl Future<Output = Result<(), tokio_postgres::Error>>) {
    if let Err(error) = connection.await {
        tracing::warn!(%error, "a database connection ended");
    }
}

/// The address without `sslrootcert`, which the driver does not know, and what it said.
fn without_root(url: &str) -> (String, Option<String>) {
    let Some((place, query)) = url.split_once('?') else { return (url.into(), None) };
    let of_root = |pair: &&str| pair.split_once('=').is_some_and(|(name, _)| name == ROOT);
    let root = query.split('&').find(of_root).and_then(|pair| pair.split_once('=')).map(|(_, file)| plain(file));
    let rest: Vec<&str> = query.split('&').filter(|pair| !of_root(pair)).collect();
    (if rest.is_empty() { place.into() } else { format!("{place}?{}", rest.join("&")) }, root)
}

/// Without percent signs; what is none stays.
fn plain(text: &str) -> String {
    let (mut bytes, mut rest) = (Vec::with_capacity(text.len()), text.as_bytes());
    while let Some((first, behind)) = rest.split_first() {
        let hex = behind.get(..2).filter(|_| *first == b'%').and_then(|hex| std::str::from_utf8(hex).ok());
        if let Some(byte) = hex.and_then(|hex| u8::from_str_radix(hex, 16).ok()) {
            bytes.push(byte);
            rest = &behind[2..];
        } else {
            bytes.push(*first);
            rest = behind;
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

fn trusting(file: &str) -> Result<ClientConfig, Error> {
    let broken = |why: &dyn std::fmt::Display| Error::Database(format!("{ROOT} {file}: {why}"));
    let mut roots = RootCertStore::empty();
    let found = CertificateDer::pem_file_iter(file).map_err(|error| broken(&error))?;
    for root in found {
        roots.add(root.map_err(|error| broken(&error))?).map_err(|error| broken(&error))?;
    }
    if roots.is_empty() {
        return Err(broken(&"holds no certificate"));
    }
    let config = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .map_err(|error| broken(&error))?
        .with_root_certificates(roots)
        .with_no_client_auth();
    Ok(config)
}

struct ByTls(Arc<ClientConfig>);

impl MakeTlsConnect<Socket> for ByTls {
    type Stream = Stream;
    type TlsConnect = Shake;
    type Error = io::Error;

    fn make_tls_connect(&mut self, host: &str) -> io::Result<Shake> {
        let name = ServerName::try_from(host.to_owned()).map_err(io::Error::other)?;
        Ok(Shake { connector: TlsConnector::from(Arc::clone(&self.0)), name })
    }
}

struct Shake {
    connector: TlsConnector,
    name: ServerName<'static>,
}

impl TlsConnect<Socket> for Shake {
    type Stream = Stream;
    type Error = io::Error;
    type Future = BoxFuture<'static, io::Result<Stream>>;

    fn connect(self, socket: Socket) -> Self::Future {
        Box::pin(async move { self.connector.connect(self.name, socket).await.map(Box::new).map(Stream) })
    }
}

struct Stream(Box<TlsStream<Socket>>);

impl tokio_postgres::tls::TlsStream for Stream {
    fn channel_binding(&self) -> ChannelBinding {
        ChannelBinding::none()
    }
}

impl AsyncRead for Stream {
    fn poll_read(mut self: Pin<&mut Self>, on: &mut Context<'_>, into: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.0).poll_read(on, into)
    }
}

impl AsyncWrite for Stream {
    fn poll_write(mut self: Pin<&mut Self>, on: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.0).poll_write(on, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, on: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.0).poll_flush(on)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, on: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.0).poll_shutdown(on)
    }
}
