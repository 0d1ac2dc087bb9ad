//! Who may knock, what is believed of him, and how a server ends.

use crate::process::{Server, run, text, vouchsafe};
use std::{
    io::{Read, Write},
    net::TcpStream,
    path::Path,
    process::Command,
};
use ureq::tls::{Certificate, RootCerts, TlsConfig};

/// A certificate of this machine's own, and its key, as files.
fn certificate(dir: &Path) -> (String, String) {
    let made = rcgen::generate_simple_self_signed(vec!["localhost".into(), "127.0.0.1".into()])
        .expect("a certificate can be made");
    let (cert, key) = (dir.join("cert.pem"), dir.join("key.pem"));
    std::fs::write(&cert, made.cert.pem()).expect("it can be written");
    std::fs::write(&key, made.signing_key.serialize_pem()).expect("it can be written");
    (cert.to_string_lossy().into_owned(), key.to_string_lossy().into_owned())
}

fn raw(server: &Server, request: &str) -> String {
    let address = server.url.trim_start_matches("http://");
    let mut stream = TcpStream::connect(address).expect("the server is there");
    stream.write_all(request.as_bytes()).expect("it listens");
    let mut reply = String::new();
    stream.read_to_string(&mut reply).expect("it answers");
    reply
}

#[test]
fn an_own_certificate_gives_tls_and_nothing_else_is_spoken() {
    let dir = tempfile::tempdir().expect("a folder");
    let (cert, key) = certificate(dir.path());
    let server = Server::start(&dir.path().join("data"), &["--tls-cert", &cert, "--tls-key", &key]);
    assert!(server.url.starts_with("https://"), "{}", server.url);

    let _ = rustls_ring();
    let root = Certificate::from_pem(&std::fs::read(&cert).expect("it is there")).expect("a certificate");
    let tls = TlsConfig::builder().root_certs(RootCerts::from(vec![root].into_iter())).build();
    let agent: ureq::Agent = ureq::Agent::config_builder().tls_config(tls).build().into();
    let mut reply = agent.get(format!("{}/health", server.url)).call().expect("an answer by TLS");
    assert_eq!(reply.body_mut().read_to_string().expect("text"), "ok\n");
    assert_eq!(
        reply.headers().get("strict-transport-security").and_then(|v| v.to_str().ok()),
        Some("max-age=31536000")
    );

    let mut plain = TcpStream::connect(server.url.trim_start_matches("https://")).expect("the port is open");
    let _ = plain.write_all(b"GET /health HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
    let mut reply = Vec::new();
    let _ = plain.read_to_end(&mut reply);
    assert!(!text(&reply).contains("200"), "answered without TLS: {}", text(&reply));
}

/// Ring, as the binary has it.
fn rustls_ring() -> Result<(), ()> {
    tokio_rustls::rustls::crypto::ring::default_provider().install_default().map_err(drop)
}

#[test]
fn what_a_server_frees_is_given_back_soon_unless_somebody_said_otherwise() {
    let dir = tempfile::tempdir().expect("a folder");
    let kept_ms = |server: &Server| {
        let environ = std::fs::read(format!("/proc/{}/environ", server.id())).expect("it runs");
        let found = environ.split(|byte| *byte == 0).find_map(|pair| pair.strip_prefix(b"MIMALLOC_PURGE_DELAY="));
        found.map(text)
    };
    let server = Server::start(&dir.path().join("a"), &[]);
    assert_eq!(kept_ms(&server).as_deref(), Some("10"));
    let mut command =
        vouchsafe(["serve", "--listen", "127.0.0.1:0", "--data", &dir.path().join("b").to_string_lossy()]);
    command.env("MIMALLOC_PURGE_DELAY", "70");
    let server = Server::of(command);
    assert_eq!(kept_ms(&server).as_deref(), Some("70"));
}

#[test]
fn without_tls_only_this_machine_may_knock() {
    let dir = tempfile::tempdir().expect("a folder");
    let data = dir.path().join("data");
    let output = run(["serve", "--listen", "0.0.0.0:0", "--data", &data.to_string_lossy()]);
    assert_eq!(output.status.code(), Some(78));
    let why = text(&output.stderr);
    assert!(why.contains("--tls-cert") && why.contains("--trusted-proxy") && why.contains("127.0.0.1"), "{why}");
    assert!(!data.exists(), "a refused start leaves nothing behind");
}

#[test]
fn a_certificate_that_is_none_is_named() {
    let dir = tempfile::tempdir().expect("a folder");
    let (cert, key) = certificate(dir.path());
    let data = dir.path().join("data").to_string_lossy().into_owned();
    std::fs::write(&cert, "nothing").expect("it can be written");
    let output = run(["serve", "--listen", "127.0.0.1:0", "--data", &data, "--tls-cert", &cert, "--tls-key", &key]);
    assert_eq!(output.status.code(), Some(78));
    assert!(text(&output.stderr).contains("cert.pem holds no certificates"), "{}", text(&output.stderr));
    let output = run(["serve", "--tls-cert", &cert]);
    assert_eq!(output.status.code(), Some(64), "a certificate without its key is not understood");
}

#[test]
fn the_proxy_must_say_that_it_spoke_tls() {
    let dir = tempfile::tempdir().expect("a folder");
    // This machine plays the proxy.
    let server = Server::start(dir.path(), &["--trusted-proxy", "127.0.0.1"]);
    let ask = |path: &str, more: &str| {
        raw(&server, &format!("GET {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n{more}\r\n"))
    };
    assert!(ask("/health", "").starts_with("HTTP/1.1 200"));
    let refused = ask("/api/v1/session", "X-Forwarded-Proto: http\r\n");
    assert!(refused.starts_with("HTTP/1.1 403") && refused.contains("\"no_tls\""), "{refused}");
    let taken = ask("/api/v1/session", "X-Forwarded-Proto: https\r\nX-Forwarded-For: 192.0.2.1\r\n");
    assert!(taken.starts_with("HTTP/1.1 401"), "{taken}");
    assert!(taken.to_lowercase().contains("strict-transport-security"), "{taken}");
}

#[test]
fn a_server_that_is_told_to_stop_ends_well() {
    let dir = tempfile::tempdir().expect("a folder");
    let mut server = Server::start(dir.path(), &[]);
    assert!(server.told.iter().all(|line| !line.is_empty()));
    assert!(server.terminate().success());
    let again = Server::start(dir.path(), &[]);
    assert_eq!(again.told.len(), 1, "only a first start invites: {:?}", again.told);
}

#[test]
fn a_port_that_is_taken_says_what_to_do() {
    let dir = tempfile::tempdir().expect("a folder");
    let server = Server::start(&dir.path().join("one"), &[]);
    let address = server.url.trim_start_matches("http://");
    let two = dir.path().join("two").to_string_lossy().into_owned();
    let output = run(["serve", "--listen", address, "--data", &two]);
    assert_eq!(output.status.code(), Some(78));
    assert!(text(&output.stderr).contains("another program listens there"), "{}", text(&output.stderr));
}

#[test]
fn a_missing_or_a_wrong_installation_key_is_named_and_changes_nothing() {
    let dir = tempfile::tempdir().expect("a folder");
    drop(Server::start(dir.path(), &[]));
    let data = dir.path().to_string_lossy().into_owned();
    let file = dir.path().join("keys/installation.key");
    let kept = std::fs::read_to_string(&file).expect("the first start made it");
    let start = || run(["serve", "--listen", "127.0.0.1:0", "--data", &data]);

    std::fs::remove_file(&file).expect("it can be removed");
    let output = start();
    assert_eq!(output.status.code(), Some(78), "{}", text(&output.stderr));
    assert!(text(&output.stderr).contains("put your copy of it there"), "{}", text(&output.stderr));
    assert!(!file.exists(), "a fresh key beside an old database would be a wrong one");

    for (key, said) in [("0", "64 hex digits are expected"), (&*"5a".repeat(32), "it was made with another")] {
        std::fs::write(&file, key).expect("it can be written");
        let output = start();
        assert_eq!(output.status.code(), Some(78), "{}", text(&output.stderr));
        assert!(text(&output.stderr).contains(said), "{}", text(&output.stderr));
        assert!(!text(&output.stderr).contains(kept.trim()), "a key is never shown");
    }

    std::fs::write(&file, kept).expect("it can be written");
    let again = Server::start(dir.path(), &[]);
    assert_eq!(again.told.len(), 1, "it is the same installation: {:?}", again.told);
}

#[test]
fn what_fails_is_logged_under_the_id_that_the_asker_was_told() {
    let dir = tempfile::tempdir().expect("a folder");
    let (data, log) = (dir.path().join("data"), dir.path().join("log"));
    let mut command = Command::new("sh");
    command.args(["-c", r#"exec "$@" 2>"$0""#]).arg(&log).arg(env!("CARGO_BIN_EXE_vouchsafe"));
    command.args(["serve", "--listen", "127.0.0.1:0", "--data"]).arg(&data);
    let mut server = Server::of(command);
    // The disk lost the database beneath the server.
    for file in ["vouchsafe.db", "vouchsafe.db-wal"] {
        let file = std::fs::OpenOptions::new().write(true).open(data.join(file)).expect("it is there");
        file.set_len(0).expect("it can be cut");
    }
    let secret = "a secret that nobody was given";
    let reply = raw(
        &server,
        &format!(
            "GET /api/v1/session HTTP/1.1\r\nHost: x\r\nConnection: close\r\nCookie: vouchsafe_session={secret}\r\n\r\n"
        ),
    );
    assert!(reply.starts_with("HTTP/1.1 500"), "{reply}");
    let (_, id) = reply.split_once(r#""request_id":""#).expect("the id is told");
    let id = id.split('"').next().unwrap_or_default();
    assert!(reply.to_lowercase().contains(&format!("x-request-id: {id}")), "{reply}");
    server.kill();
    let logged = std::fs::read_to_string(&log).expect("it logs");
    let line = logged.lines().find(|line| line.contains(id)).unwrap_or_else(|| panic!("{id} is not in {logged}"));
    assert!(line.contains("the store failed") && line.contains("/api/v1/session"), "{line}");
    assert!(!logged.contains(secret), "a secret is never logged");
}
