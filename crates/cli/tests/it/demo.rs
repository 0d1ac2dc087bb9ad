//! The demo is kept: it starts again on what people did in it.

use crate::process::{text, vouchsafe};
use serde_json::json;
use std::{
    io::{BufRead, BufReader, Read},
    net::SocketAddr,
    path::Path,
    process::{Child, Stdio},
};
use vouchsafe_testkit::client::Client;

/// A demo, and its lines until the one that begins so. Killed when dropped.
struct Demo {
    child: Child,
    told: Vec<String>,
}

impl Demo {
    fn start(data: &Path, until: &str) -> Self {
        let mut command = vouchsafe(["demo", "--listen", "127.0.0.1:0", "--data", &data.to_string_lossy()]);
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("a demo can be started");
        let lines = BufReader::new(child.stdout.take().expect("its output is ours")).lines();
        let mut demo = Self { child, told: Vec::new() };
        for line in lines.map_while(Result::ok) {
            demo.told.push(line);
            if demo.told.last().is_some_and(|line| line.trim_start().starts_with(until)) {
                return demo;
            }
        }
        let mut why = Vec::new();
        let _ = demo.child.stderr.take().map(|mut errors| errors.read_to_end(&mut why));
        panic!("the demo ended: {:?} {}", demo.told, text(&why));
    }

    /// What follows a word in the first line that has it.
    fn after(&self, word: &str) -> &str {
        self.told.iter().find_map(|line| line.split_once(word)).expect("it was told").1.trim()
    }
}

impl Drop for Demo {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_demo_starts_again_after_somebody_joined_with_a_password() {
    let dir = tempfile::tempdir().expect("a folder");
    let demo = Demo::start(dir.path(), "Expert in law, walled");
    let address: SocketAddr = demo.after("listens on http://").parse().expect("an address");
    let visitor = Client::new(address);
    let link = demo.told.iter().find(|line| line.trim_start().starts_with("Administrator")).expect("there is an admin");
    let secret = link.split_once("/link/").expect("he has a link").1;
    let signed = visitor.post("/session/link", json!({"secret": secret})).await;
    let cookie = signed.headers["set-cookie"].to_str().expect("text").to_owned();
    let admin = visitor.with_session(cookie.split(['=', ';']).nth(1).expect("a cookie has a value"));
    let invited = admin.post("/invitations", json!({"role": "expert", "email": "new@demo.invalid"})).await.expect(201);
    let join = json!({"name": "Newcomer", "password": "correct horse battery"});
    visitor.post(&format!("/invitations/{}", invited["secret"].as_str().expect("a secret")), join).await.expect(201);
    drop(demo);

    let again = Demo::start(dir.path(), "Newcomer");
    assert_eq!(again.after("Newcomer"), "signs in by a password (expert)");
    assert!(
        again.told.iter().any(|line| line.contains("Administrator") && line.contains("/link/")),
        "{:?}",
        again.told
    );
}
