//! `watch` over a small log: what is printed, what is reported, and how it ends.

use serde_json::Value;
use std::path::Path;
use std::process::{Command, Output};

const LOG: &str = r#"{"id": {"applicationName": "drive", "time": "2025-05-05T02:50:47Z"}, "actor": {"email": "ann@lab.example"}, "name": "change_owner", "type": "acl_change", "parameters": {"doc_id": "D", "new_owner": "eve@rival.example", "moon": 1}}
not json
{"eventType": "user.session.impersonation.grant", "published": "2025-05-05T02:51:00Z", "actor": {"alternateId": "help@vendor.example"}}
"#;

fn run(folder: &Path, arguments: &[&str]) -> Output {
    std::fs::write(folder.join("log.jsonl"), LOG).unwrap();
    Command::new(env!("CARGO_BIN_EXE_vouchsafe")).arg("watch").args(arguments).current_dir(folder).output().unwrap()
}

fn lines(text: &[u8]) -> Vec<Value> {
    String::from_utf8_lossy(text).lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

#[test]
fn a_log_is_printed_in_one_vocabulary_and_nothing_is_dropped_in_silence() {
    let folder = tempfile::tempdir().unwrap();
    let done = run(folder.path(), &["read", "--events", "log.jsonl", "--report", "report.json"]);
    assert_eq!(done.status.code(), Some(2), "a line was refused");
    let acts = lines(&done.stdout);
    assert_eq!(acts.iter().map(|act| act["format"].as_str().unwrap()).collect::<Vec<_>>(), ["google", "okta"]);
    assert_eq!(
        (&acts[0]["verb"], &acts[0]["target"], &acts[0]["unknown"]["parameters.moon"]),
        (&"share".into(), &"eve@rival.example".into(), &1.into())
    );
    let report: Value = serde_json::from_slice(&std::fs::read(folder.path().join("report.json")).unwrap()).unwrap();
    assert_eq!((&report["acts"], &report["skipped"], &report["named"][0]["line"]), (&2.into(), &1.into(), &2.into()));
    assert_eq!(report["unknown_fields"][0]["name"], "parameters.moon");
}

#[test]
fn every_act_gets_a_verdict_in_words() {
    let folder = tempfile::tempdir().unwrap();
    let done = run(folder.path(), &["rules", "--events", "log.jsonl", "--output", "verdicts.jsonl"]);
    assert_eq!(done.status.code(), Some(2));
    let verdicts = lines(&std::fs::read(folder.path().join("verdicts.jsonl")).unwrap());
    assert_eq!(verdicts[0]["custody"], serde_json::json!(["ownership-transfer"]));
    assert_eq!(verdicts[0]["matched"][0]["words"], "Files were given to an owner outside.");
    assert_eq!(verdicts[1]["custody"], serde_json::json!(["impersonation"]));
}

#[test]
fn trusted_domains_and_own_rules_are_heeded_and_bad_ones_refused_by_name() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("domains.json"), r#"{"own": ["lab.example"], "trusted": ["rival.example"]}"#)
        .unwrap();
    std::fs::write(folder.path().join("bad.json"), r#"[{"id": "r", "source": ["*"], "classes": ["bulk-take"], "severity": "low", "words": "w", "when": [{"a": []}]}]"#).unwrap();
    let done = run(folder.path(), &["rules", "--events", "log.jsonl", "--domains", "domains.json"]);
    assert_eq!(lines(&done.stdout)[0]["match"], false);
    let refused = run(folder.path(), &["rules", "--events", "log.jsonl", "--rules", "bad.json"]);
    assert_eq!(refused.status.code(), Some(78));
    assert!(String::from_utf8_lossy(&refused.stderr).contains("rule `r`, field `a`"));
}
