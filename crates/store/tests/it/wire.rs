//! The wire to PostgreSQL: who cannot show a certificate of the named authority is not even told who we are.

use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair};
use std::sync::Arc;
use tempfile::TempDir;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
};
use tokio_rustls::{
    TlsAcceptor,
    rustls::{ServerConfig, crypto::ring, pki_types::PrivateKeyDer},
};
use vouchsafe_store::{Store, keys::Keyring, seal::Key};

/// An authority, its certificate in a file, and how a server of `localhost` shows one of its own.
struct Authority {
    folder: TempDir,
    accepts: TlsAcceptor,
}

impl Authority {
    fn new() -> Self {
        let mut params = CertificateParams::new(Vec::new()).unwrap();
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let authority = CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap();
        let key = KeyPair::generate().unwrap();
        let cert = CertificateParams::new(vec!["localhost".into()]).unwrap().signed_by(&key, &authority).unwrap();
        let private = PrivateKeyDer::try_from(key.serialize_der()).unwrap();
        let config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_no_client_auth()
            .with_single_cert(vec![cert.der().clone()], private)
            .unwrap();
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("root 1.pem"), authority.pem()).unwrap();
        Self { folder, accepts: TlsAcceptor::from(Arc::new(config)) }
    }

    fn file(&self) -> String {
        self.folder.path().join("root%201.pem").display().to_string()
    }
}

fn keys() -> Arc<Keyring> {
    Arc::new(Keyring::new(std::env::temp_dir(), Key::random()))
}

/// Opens a database at a server that speaks as `serve` does; what came to it, and how opening failed.
async fn met<F>(query: &str, serve: impl FnOnce(TcpStream) -> F) -> (Vec<u8>, String)
where
    F: Future<Output = Vec<u8>> + Send + 'static,
{
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("postgres://somebody:secret@localhost:{}/base{query}", listener.local_addr().unwrap().port());
    let opening = tokio::spawn(async move {
        let keys = keys();
        Store::open(&url, keys).await.err().map(|error| error.to_string())
    });
    let heard = serve(listener.accept().await.unwrap().0).await;
    (heard, opening.await.unwrap().expect("nobody of these is a PostgreSQL"))
}

/// The request to speak by TLS, and nothing else.
async fn asked_for_tls(stream: &mut TcpStream) {
    let mut asked = [0; 8];
    stream.read_exact(&mut asked).await.unwrap();
    assert_eq!(asked, [0, 0, 0, 8, 4, 210, 22, 47]);
}

async fn rest(stream: &mut TcpStream) -> Vec<u8> {
    let mut rest = Vec::new();
    let _ = stream.read_to_end(&mut rest).await;
    rest
}

async fn by_tls(accepts: TlsAcceptor, mut stream: TcpStream) -> Vec<u8> {
    asked_for_tls(&mut stream).await;
    stream.write_all(b"S").await.unwrap();
    let Ok(mut shaken) = accepts.accept(stream).await else { return Vec::new() };
    let mut heard = vec![0; 1_024];
    let n = shaken.read(&mut heard).await.unwrap_or_default();
    heard.truncate(n);
    heard
}

#[tokio::test]
async fn whoever_shows_a_certificate_of_the_authority_is_told_who_we_are() {
    let authority = Authority::new();
    let accepts = authority.accepts.clone();
    let (heard, _) = met(&format!("?sslrootcert={}", authority.file()), |stream| by_tls(accepts, stream)).await;
    let heard = String::from_utf8_lossy(&heard);
    assert!(heard.contains("somebody") && heard.contains("vouchsafe"), "{heard:?}");
}

#[tokio::test]
async fn another_authority_is_told_nothing() {
    let (ours, theirs) = (Authority::new(), Authority::new());
    let accepts = theirs.accepts.clone();
    let (heard, error) =
        met(&format!("?connect_timeout=5&sslrootcert={}", ours.file()), |stream| by_tls(accepts, stream)).await;
    assert_eq!(heard, b"");
    assert!(!error.contains("secret"), "{error}");
}

#[tokio::test]
async fn a_server_that_declines_tls_is_told_nothing() {
    let authority = Authority::new();
    let (heard, error) = met(&format!("?sslrootcert={}", authority.file()), |mut stream| async move {
        asked_for_tls(&mut stream).await;
        stream.write_all(b"N").await.unwrap();
        rest(&mut stream).await
    })
    .await;
    assert_eq!(heard, b"");
    assert!(!error.contains("secret"), "{error}");
}

#[tokio::test]
async fn what_cannot_be_kept_is_refused_before_anybody_is_asked() {
    for (query, said) in [
        ("?sslmode=require", "sslmode=require needs sslrootcert=FILE"),
        ("?sslrootcert=/nowhere/root.pem", "sslrootcert /nowhere/root.pem: "),
    ] {
        let keys = keys();
        let error =
            Store::open(&format!("postgres://somebody:secret@localhost:1/base{query}"), keys).await.err().unwrap();
        let error = error.to_string();
        assert!(error.contains(said) && !error.contains("secret"), "{error}");
    }
}
