//! The server's door: TLS by an own certificate, or a named proxy in front that speaks it. Without either, only
//! this machine may knock.

use crate::exit::Failure;
use axum::serve::Listener;
use clap::Args;
use std::{
    fs::File,
    io::{self, BufReader},
    net::{IpAddr, SocketAddr},
    path::{Path, PathBuf},
    pin::Pin,
    sync::Arc,
    task::{Context, Poll},
    time::Duration,
};
use tokio::{
    io::{AsyncRead, AsyncWrite, ReadBuf},
    net::{TcpListener, TcpStream},
    sync::{OwnedSemaphorePermit, Semaphore, mpsc},
    time::{Instant, Sleep},
};
use tokio_rustls::{
    TlsAcceptor,
    rustls::{
        ServerConfig,
        crypto::ring,
        pki_types::{CertificateDer, PrivateKeyDer, pem::PemObject},
    },
    server::TlsStream,
};
use vouchsafe_http::headers::Door as Believed;

/// How long a caller may take to agree on TLS.
const HANDSHAKE_TAKES_MAX: Duration = Duration::from_secs(10);
/// Connections that agree on TLS at once, at most; further ones wait in the kernel's queue.
const HANDSHAKES_MAX: usize = 256;
/// Files that a process may open where the system does not say.
const FILES_MAX: usize = 1024;

/// What callers may take of the server, whoever they are.
#[derive(Clone, Copy)]
struct Bounds {
    /// How long a connection may carry nothing in either direction. Whoever holds one and says nothing holds up others.
    silence: Duration,
    /// Open connections, at most; further ones wait in the kernel's queue.
    connections: usize,
}

impl Bounds {
    /// Half of the files that this process may open: the database, its keys and the newest heads need some too.
    fn of_this_process() -> Self {
        let limits = std::fs::read_to_string("/proc/self/limits").unwrap_or_default();
        let line = limits.lines().find_map(|line| line.strip_prefix("Max open files"));
        let files = line.and_then(|line| line.split_whitespace().next()?.parse().ok()).unwrap_or(FILES_MAX);
        Self { silence: Duration::from_mins(2), connections: (files / 2).clamp(1, Semaphore::MAX_PERMITS) }
    }
}

/// Where and how the server listens.
#[derive(Args, Clone)]
pub(crate) struct Door {
    /// Address and port. Other addresses than this machine's own need --tls-cert or --trusted-proxy.
    #[arg(long, default_value = "127.0.0.1:8080", env = "VOUCHSAFE_LISTEN")]
    pub(crate) listen: SocketAddr,
    /// Certificate chain, PEM, the server's own certificate first.
    #[arg(long, env = "VOUCHSAFE_TLS_CERT", requires = "tls_key", value_name = "FILE")]
    tls_cert: Option<PathBuf>,
    /// Its private key, PEM.
    #[arg(long, env = "VOUCHSAFE_TLS_KEY", requires = "tls_cert", value_name = "FILE")]
    tls_key: Option<PathBuf>,
    /// Address of a proxy that speaks TLS for this server; X-Forwarded-For and -Proto are believed from it alone,
    /// and nobody else may connect but this machine. May be given again.
    #[arg(long, env = "VOUCHSAFE_TRUSTED_PROXY", value_delimiter = ',', value_name = "ADDRESS")]
    trusted_proxy: Vec<IpAddr>,
}

impl Door {
    /// Loopback only, plain.
    pub(crate) fn loopback(listen: SocketAddr) -> Self {
        Self { listen, tls_cert: None, tls_key: None, trusted_proxy: Vec::new() }
    }

    /// Opens the door, or says what is missing.
    pub(crate) async fn open(&self) -> Result<Opened, Failure> {
        let acceptor = match (&self.tls_cert, &self.tls_key) {
            (Some(cert), Some(key)) => Some(acceptor(cert, key)?),
            _ => None,
        };
        if !self.listen.ip().is_loopback() && acceptor.is_none() && self.trusted_proxy.is_empty() {
            return Err(Failure::config(format!(
                "{} can be reached from elsewhere, and nothing here speaks TLS.\nGive --tls-cert and --tls-key; or \
                 --trusted-proxy with the address of a proxy that speaks TLS for this server; or listen on 127.0.0.1.",
                self.listen
            )));
        }
        let listener = TcpListener::bind(self.listen).await.map_err(|error| {
            let advice = match error.kind() {
                io::ErrorKind::AddrInUse => "another program listens there: stop it, or choose another --listen",
                io::ErrorKind::PermissionDenied => "this user may not listen there: choose a port above 1023",
                io::ErrorKind::AddrNotAvailable => "this machine does not have that address",
                _ => "choose another --listen",
            };
            Failure::config(format!("{}: {error}; {advice}", self.listen))
        })?;
        let address = listener.local_addr().map_err(|e| Failure::config(e.to_string()))?;
        let believed = Believed { tls: acceptor.is_some(), proxies: self.trusted_proxy.clone().into() };
        // Behind a proxy, whoever is not the proxy would speak without TLS.
        let only = (acceptor.is_none()).then(|| Arc::<[IpAddr]>::from(self.trusted_proxy.as_slice()));
        Ok(Opened {
            address,
            tls: acceptor.is_some(),
            believed,
            listener: Accepting::start(listener, acceptor, only, Bounds::of_this_process()),
        })
    }
}

/// An open door.
pub(crate) struct Opened {
    pub(crate) address: SocketAddr,
    tls: bool,
    pub(crate) believed: Believed,
    pub(crate) listener: Accepting,
}

impl Opened {
    /// `http://127.0.0.1:8080`.
    pub(crate) fn url(&self) -> String {
        format!("{}://{}", if self.tls { "https" } else { "http" }, self.address)
    }
}

fn acceptor(cert: &Path, key: &Path) -> Result<TlsAcceptor, Failure> {
    let open = |path: &Path| {
        File::open(path).map(BufReader::new).map_err(|e| Failure::config(format!("{}: {e}", path.display())))
    };
    let broken = |path: &Path, what: &str, why: &dyn std::fmt::Display| {
        Failure::config(format!("{} holds no {what} in PEM form: {why}", path.display()))
    };
    let chain = CertificateDer::pem_reader_iter(open(cert)?).collect::<Result<Vec<_>, _>>();
    let chain = chain.map_err(|e| broken(cert, "certificates", &e))?;
    if chain.is_empty() {
        return Err(broken(cert, "certificates", &"there is no BEGIN CERTIFICATE in it"));
    }
    let private = PrivateKeyDer::from_pem_reader(open(key)?).map_err(|e| broken(key, "private key", &e))?;
    let config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .and_then(|builder| builder.with_no_client_auth().with_single_cert(chain, private))
        .map_err(|e| Failure::config(format!("{} and {}: {e}", cert.display(), key.display())))?;
    Ok(TlsAcceptor::from(Arc::new(config)))
}

/// Accepts connections and, where there is a certificate, agrees on TLS with each beside the others: one slow
/// caller holds up nobody.
pub(crate) struct Accepting {
    address: SocketAddr,
    ready: mpsc::Receiver<(Stream, SocketAddr)>,
}

impl Accepting {
    fn start(mut listener: TcpListener, tls: Option<TlsAcceptor>, only: Option<Arc<[IpAddr]>>, bounds: Bounds) -> Self {
        let places = Arc::new(Semaphore::new(bounds.connections));
        let address = listener.local_addr().unwrap_or_else(|_| ([127, 0, 0, 1], 0).into());
        let (give, ready) = mpsc::channel(HANDSHAKES_MAX);
        tokio::spawn(async move {
            loop {
                // Waits for room; ends with the server.
                let Ok(room) = give.clone().reserve_owned().await else { return };
                let Ok(place) = places.clone().acquire_owned().await else { return };
                let (tcp, peer) = tokio::select! {
                    accepted = Listener::accept(&mut listener) => accepted,
                    () = give.closed() => return,
                };
                let known = |ip: IpAddr| ip.is_loopback() || only.iter().any(|only| only.contains(&ip));
                if only.is_some() && !known(peer.ip().to_canonical()) {
                    tracing::warn!(%peer, "a connection was closed: it came past the proxy, without TLS");
                    continue;
                }
                let _ = tcp.set_nodelay(true);
                match &tls {
                    None => drop(room.send((Stream::new(Wire::Plain(tcp), bounds.silence, place), peer))),
                    Some(acceptor) => {
                        let handshake = acceptor.accept(tcp);
                        tokio::spawn(async move {
                            match tokio::time::timeout(HANDSHAKE_TAKES_MAX, handshake).await {
                                Ok(Ok(tls)) => {
                                    let wire = Wire::Tls(Box::new(tls));
                                    drop(room.send((Stream::new(wire, bounds.silence, place), peer)));
                                }
                                Ok(Err(error)) => tracing::debug!(%peer, %error, "no agreement on TLS"),
                                Err(_) => tracing::debug!(%peer, "no agreement on TLS in time"),
                            }
                        });
                    }
                }
            }
        });
        Self { address, ready }
    }
}

impl Listener for Accepting {
    type Io = Stream;
    type Addr = SocketAddr;

    async fn accept(&mut self) -> (Stream, SocketAddr) {
        match self.ready.recv().await {
            Some(accepted) => accepted,
            None => std::future::pending().await,
        }
    }

    fn local_addr(&self) -> io::Result<SocketAddr> {
        Ok(self.address)
    }
}

/// A connection, which ends when it carries nothing for too long.
pub(crate) struct Stream {
    wire: Wire,
    silence: Duration,
    until: Pin<Box<Sleep>>,
    _place: OwnedSemaphorePermit,
}

/// With TLS or without.
enum Wire {
    Plain(TcpStream),
    Tls(Box<TlsStream<TcpStream>>),
}

impl Stream {
    fn new(wire: Wire, silence: Duration, place: OwnedSemaphorePermit) -> Self {
        Self { wire, silence, until: Box::pin(tokio::time::sleep(silence)), _place: place }
    }

    /// What came of reading or writing, unless it waited for too long.
    fn heard<T>(&mut self, cx: &mut Context<'_>, came: Poll<io::Result<T>>) -> Poll<io::Result<T>> {
        if came.is_ready() {
            self.until.as_mut().reset(Instant::now() + self.silence);
            return came;
        }
        self.until.as_mut().poll(cx).map(|()| Err(io::ErrorKind::TimedOut.into()))
    }
}

macro_rules! on_either {
    ($self:ident, $stream:ident => $call:expr) => {
        match &mut $self.wire {
            Wire::Plain(tcp) => {
                let $stream = Pin::new(tcp);
                $call
            }
            Wire::Tls(tls) => {
                let $stream = Pin::new(tls.as_mut());
                $call
            }
        }
    };
}

impl AsyncRead for Stream {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let came = on_either!(self, stream => stream.poll_read(cx, buf));
        self.heard(cx, came)
    }
}

impl AsyncWrite for Stream {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &[u8]) -> Poll<io::Result<usize>> {
        let came = on_either!(self, stream => stream.poll_write(cx, buf));
        self.heard(cx, came)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        on_either!(self, stream => stream.poll_flush(cx))
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        on_either!(self, stream => stream.poll_shutdown(cx))
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bufs: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let came = on_either!(self, stream => stream.poll_write_vectored(cx, bufs));
        self.heard(cx, came)
    }

    fn is_write_vectored(&self) -> bool {
        match &self.wire {
            Wire::Plain(tcp) => tcp.is_write_vectored(),
            Wire::Tls(tls) => tls.is_write_vectored(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

    /// Callers who say nothing keep their connections no longer than that, and never those that the server itself needs.
    #[tokio::test]
    async fn whoever_says_nothing_is_cut_off_and_the_next_gets_in() {
        let bounds = Bounds { silence: Duration::from_millis(200), connections: 2 };
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let mut door = Accepting::start(listener, None, None, bounds);
        let mut callers = Vec::new();
        for _ in 0..3 {
            callers.push(TcpStream::connect(door.address).await.unwrap());
        }
        let (mut first, _) = door.accept().await;
        let (second, _) = door.accept().await;
        let waits = tokio::time::timeout(Duration::from_millis(50), door.accept()).await;
        assert!(waits.is_err(), "two are open, the third waits");
        callers[0].write_all(b"x").await.unwrap();
        assert_eq!(first.read_u8().await.unwrap(), b'x');
        assert_eq!(first.read_u8().await.unwrap_err().kind(), io::ErrorKind::TimedOut);
        drop(second);
        door.accept().await;
    }
}
