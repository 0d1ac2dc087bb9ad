//! A client leaves by one command, and proves offline what it left with.

use crate::{
    process::{text, vouchsafe},
    scene::Scene,
};
use serde_json::Value;
use std::{fs, path::Path, process::Output};
use vouchsafe_domain::access::role::Role;
use vouchsafe_testkit::db::Db;

fn code(output: &Output) -> i32 {
    output.status.code().unwrap_or_else(|| panic!("{}", text(&output.stderr)))
}

/// The second entry of the first bundle of leaves is another.
fn altered(ledger: &Path) {
    let bundle = ledger.join("tile/entries").read_dir().unwrap().next().unwrap().unwrap().path();
    let file = if bundle.is_dir() { bundle.read_dir().unwrap().next().unwrap().unwrap().path() } else { bundle };
    let mut bytes = fs::read(&file).unwrap();
    bytes[120] ^= 1;
    fs::write(file, bytes).unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_client_leaves_by_one_command_and_proves_it_offline() {
    let scene = Scene::new(Db::sqlite().await, 30, 1).await;
    scene.answer(30).await;
    let (client, world) = (scene.client.to_string(), &scene.world);
    let (observer, custodian) =
        (world.member(Role::Observer, &[scene.client]).await, world.member(Role::Custodian, &[scene.client]).await);
    let (observer, custodian) = (scene.token(&observer).await, scene.token(&custodian).await);
    let (folder, server) = (tempfile::tempdir().unwrap(), scene.serve());
    let run = |token: &str, args: &[&str]| {
        let mut command = vouchsafe(args.iter().copied());
        command.env("VOUCHSAFE_URL", &server.url).env("VOUCHSAFE_TOKEN", token).output().unwrap()
    };
    let dir = folder.path().join("heron");
    let dir = dir.to_string_lossy();

    // The first person orders, waits for the build and approves; nothing leaves yet.
    let first = run(&observer, &["client", "leave", &client, &dir, "--no-wait", "--json"]);
    assert_eq!(code(&first), 0, "{}", text(&first.stderr));
    assert!(!Path::new(dir.as_ref()).exists());
    let departure: Value = serde_json::from_slice(&first.stdout).unwrap();
    let departure = departure["id"].as_str().unwrap().to_owned();
    assert!(text(&first.stderr).contains(&format!("vouchsafe client approve {departure}")));
    let approved = run(&custodian, &["client", "approve", &departure]);
    assert_eq!(code(&approved), 0, "{}", text(&approved.stderr));
    assert_ne!(code(&run(&custodian, &["client", "leave", &client, &dir])), 0, "a custodian has no content");

    // The same command goes on. Broken off, it goes on again.
    let left = run(&observer, &["client", "leave", &client, &dir]);
    assert_eq!(code(&left), 0, "{}", text(&left.stderr));
    let at = Path::new(dir.as_ref());
    fs::remove_file(at.join("tasks.jsonl")).unwrap();
    fs::write(at.join("annotations.jsonl"), "half").unwrap();
    let again = run(&observer, &["client", "leave", &client, &dir, "--json"]);
    assert_eq!(code(&again), 0, "{}", text(&again.stderr));
    let again: Value = serde_json::from_slice(&again.stdout).unwrap();
    assert_eq!((&again["fetched"], &again["verdict"]), (&2.into(), &"verified".into()), "{again}");

    // Offline, with pinned keys.
    let keys = run(&observer, &["release", "keys", "--json"]);
    let keys: Value = serde_json::from_slice(&keys.stdout).unwrap();
    let pinned: Vec<String> = keys["items"]
        .as_array()
        .or_else(|| keys.as_array())
        .unwrap()
        .iter()
        .flat_map(|key| ["--key".to_owned(), key["public"].as_str().unwrap().to_owned()])
        .collect();
    drop(server);
    let verify = |dir: &str, keys: &[String]| {
        let args = ["client", "verify", dir].into_iter().chain(keys.iter().map(String::as_str));
        vouchsafe(args).output().unwrap()
    };
    let verified = verify(&dir, &pinned);
    assert_eq!(code(&verified), 0, "{}", text(&verified.stdout));
    let said = text(&verified.stdout);
    assert!(said.contains("30 tasks, 30 annotations") && said.contains("this manifest was built"), "{said}");
    assert_eq!(code(&verify(&dir, &[])), 10, "nobody pinned");

    // The release key changes: whoever pinned the old one follows by the signed hand-over, and by nothing else.
    let rotated = scene.command(["ledger", "rotate-key", "--purpose", "release"]).output().unwrap();
    assert_eq!(code(&rotated), 0, "{}", text(&rotated.stderr));
    let server = scene.serve();
    let asked = |args: &[&str]| {
        let mut command = vouchsafe(args.iter().copied());
        command.env("VOUCHSAFE_URL", &server.url).env("VOUCHSAFE_TOKEN", &observer).output().unwrap()
    };
    let handovers = folder.path().join("handovers");
    fs::write(&handovers, asked(&["release", "keys", "--handovers"]).stdout).unwrap();
    assert_eq!(code(&asked(&["client", "stay", &departure])), 0);
    let second = folder.path().join("second").to_string_lossy().into_owned();
    assert_eq!(code(&asked(&["client", "leave", &client, &second, "--no-wait"])), 0);
    let second_id: Value = serde_json::from_slice(&asked(&["client", "departures", &client, "--json"]).stdout).unwrap();
    let second_id =
        second_id["items"].as_array().or_else(|| second_id.as_array()).unwrap()[0]["id"].as_str().unwrap().to_owned();
    let mut approve = vouchsafe(["client", "approve", &second_id]);
    assert_eq!(
        code(&approve.env("VOUCHSAFE_URL", &server.url).env("VOUCHSAFE_TOKEN", &custodian).output().unwrap()),
        0
    );
    let left = asked(&["client", "leave", &client, &second]);
    assert_eq!(code(&left), 0, "{}", text(&left.stderr));
    drop(server);
    assert_eq!(code(&verify(&second, &pinned)), 10, "another key signed it");
    let follow = [&pinned[..], &["--handovers".to_owned(), handovers.to_string_lossy().into_owned()]].concat();
    let followed = verify(&second, &follow);
    assert_eq!(code(&followed), 0, "{}", text(&followed.stdout));

    altered(&at.join("ledger"));
    assert_eq!(code(&verify(&dir, &pinned)), 20, "an entry was altered");
    fs::remove_dir_all(at.join("ledger")).unwrap();
    assert_ne!(code(&verify(&dir, &pinned)), 0, "there is no ledger");
}
