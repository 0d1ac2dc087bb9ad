//! `watch` over a small log: what is printed, what is reported, and how it ends.

use serde_json::Value;
use std::io::Write;
use std::os::unix::fs::PermissionsExt;
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
    assert_eq!(verdicts[1]["custody"], serde_json::json!(["outward-share", "impersonation"]));
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

/// Two weeks of a few views, then forty confidential files in one afternoon.
fn taking(folder: &Path) {
    let act = |day: u32, second: u32, name: &str, doc: usize| {
        format!(
            r#"{{"id":{{"time":"2025-05-{day:02}T12:{:02}:{:02}Z","uniqueQualifier":"{day}-{second}","applicationName":"drive"}},"actor":{{"email":"ann@lab.example"}},"events":[{{"name":"{name}","parameters":[{{"name":"doc_id","value":"d{doc}"}},{{"name":"moon","value":"1"}}]}}]}}"#,
            second / 60,
            second % 60
        )
    };
    let mut log: Vec<String> = (1..=26).flat_map(|day| (0..4).map(move |doc| act(day, 7, "view", doc))).collect();
    log.extend((0..40).map(|doc| act(27, 20, "download", doc)));
    log.push("broken".into());
    std::fs::write(folder.join("taken.jsonl"), log.join("\n")).unwrap();
    let docs: Vec<String> = (0..200)
        .map(|doc| format!(r#"{{"doc_id":"d{doc}","client":"A","cls":"x","confidential":{}}}"#, doc < 100))
        .collect();
    std::fs::write(folder.join("docs.jsonl"), docs.join("\n")).unwrap();
    std::fs::write(
        folder.join("people.jsonl"),
        r#"{"email":"ann@lab.example","role":"ops","clients":["A"],"utc_offset_h":2}"#,
    )
    .unwrap();
}

const SCAN: [&str; 13] = [
    "scan",
    "--events",
    "taken.jsonl",
    "--people",
    "people.jsonl",
    "--docs",
    "docs.jsonl",
    "--budget",
    "400",
    "--output",
    "cases.jsonl",
    "--scores",
    "scores.jsonl",
];

#[test]
fn a_scan_opens_a_case_with_reasons_and_says_what_was_not_declared() {
    let folder = tempfile::tempdir().unwrap();
    taking(folder.path());
    let done = run(folder.path(), &[&SCAN[..], &["--report", "report.json"]].concat());
    assert_eq!(done.status.code(), Some(2), "a line was refused");
    let said = String::from_utf8_lossy(&done.stderr);
    assert!(
        said.contains("nothing was declared") && said.contains("the files name people") && !said.contains("ann@"),
        "{said}"
    );
    for name in ["cases.jsonl", "scores.jsonl", "report.json"] {
        let mode = std::fs::metadata(folder.path().join(name)).unwrap().permissions().mode();
        assert_eq!(mode & 0o077, 0, "{name} is for its owner");
    }
    let cases = lines(&std::fs::read(folder.path().join("cases.jsonl")).unwrap());
    assert_eq!(cases.len(), 1);
    assert_eq!(
        (&cases[0]["person"], &cases[0]["opened"]),
        (&"ann@lab.example".into(), &"2025-05-27T14:00:20+02:00".into())
    );
    assert!(cases[0]["reasons"][0].as_str().unwrap().contains("40"), "{}", cases[0]["reasons"]);
    assert_eq!(cases[0]["items_all"], 40);
    let scores = lines(&std::fs::read(folder.path().join("scores.jsonl")).unwrap());
    let last = scores.last().unwrap();
    let sum: f64 = last["parts"].as_object().unwrap().values().map(|nats| nats.as_f64().unwrap()).sum();
    assert!((last["score"].as_f64().unwrap() - sum).abs() < 0.001);
    let report: Value = serde_json::from_slice(&std::fs::read(folder.path().join("report.json")).unwrap()).unwrap();
    assert_eq!((&report["declaration"], &report["skipped"]), (&Value::Null, &1.into()));
    assert_eq!(report["unknown_fields"]["events.parameters.moon"], 144);
}

#[test]
fn what_was_declared_is_recorded_and_people_can_be_pseudonyms() {
    let folder = tempfile::tempdir().unwrap();
    taking(folder.path());
    std::fs::write(
        folder.path().join("said.json"),
        r#"{"scope":"shared drives","notice":"told on 1 May","retention_days":90}"#,
    )
    .unwrap();
    std::fs::write(folder.path().join("secret"), "0123456789abcdef").unwrap();
    let more = ["--declaration", "said.json", "--pseudonyms", "secret", "--report", "report.json"];
    let done = run(folder.path(), &[&SCAN[..], &more].concat());
    let said = String::from_utf8_lossy(&done.stderr);
    assert!(!said.contains("nothing was declared") && !said.contains("name people"), "{said}");
    let text = std::fs::read_to_string(folder.path().join("cases.jsonl")).unwrap();
    assert!(text.contains("\"person-") && !text.contains("ann@"), "{text}");
    let report: Value = serde_json::from_slice(&std::fs::read(folder.path().join("report.json")).unwrap()).unwrap();
    assert_eq!(report["declaration"]["retention_days"], 90);
    // Ids of items and names of fields name people too.
    let log = std::fs::read_to_string(folder.path().join("taken.jsonl")).unwrap();
    let log = log
        .replace(r#""value":"d"#, r#""value":"personal/ann_lab_example/d"#)
        .replace("moon", "seen_by.ann@lab.example");
    std::fs::write(folder.path().join("taken.jsonl"), log).unwrap();
    let arguments: Vec<&str> = SCAN.into_iter().filter(|one| !["--docs", "docs.jsonl"].contains(one)).collect();
    run(folder.path(), &[&arguments[..], &more].concat());
    for name in ["cases.jsonl", "scores.jsonl", "report.json"] {
        let text = std::fs::read_to_string(folder.path().join(name)).unwrap();
        assert!(!text.contains("ann"), "{name} names her: {text}");
    }
    assert!(std::fs::read_to_string(folder.path().join("cases.jsonl")).unwrap().contains("personal/person-"));
    std::fs::write(folder.path().join("said.json"), r#"{"scope":"shared drives"}"#).unwrap();
    assert_eq!(run(folder.path(), &[&SCAN[..], &more].concat()).status.code(), Some(64));
}

#[test]
fn a_log_in_two_halves_with_a_kept_state_says_what_the_whole_says() {
    let folder = tempfile::tempdir().unwrap();
    taking(folder.path());
    let path = |name: &str| folder.path().join(name);
    let whole = std::fs::read_to_string(path("taken.jsonl")).unwrap();
    // A day later somebody does something, so that the day of taking is over in both.
    let later = whole.lines().next().unwrap().replace("2025-05-01T", "2025-05-30T");
    let lines: Vec<&str> = whole.lines().filter(|line| *line != "broken").chain([later.as_str()]).collect();
    std::fs::write(path("said.json"), DECLARED).unwrap();
    let scan = |lines: &[&str], cases: &str, state: &str| {
        std::fs::write(path("taken.jsonl"), lines.join("\n")).unwrap();
        let mut arguments = SCAN.to_vec();
        arguments[10] = cases;
        arguments.extend(["--state", state, "--declaration", "said.json"]);
        let done = run(folder.path(), &arguments);
        assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
        std::fs::read_to_string(path(cases)).unwrap()
    };
    let at_once = scan(&lines, "whole.jsonl", "whole.state");
    let first = scan(&lines[..50], "first.jsonl", "halves.state");
    let second = scan(&lines[50..], "second.jsonl", "halves.state");
    assert!(!at_once.is_empty());
    assert_eq!(at_once, format!("{first}{second}"));
    assert_eq!(std::fs::metadata(path("halves.state")).unwrap().permissions().mode() & 0o777, 0o600);
    std::fs::write(path("halves.state"), b"\x00{}").unwrap();
    let with = ["--state", "halves.state", "--declaration", "said.json"];
    let done = run(folder.path(), &[&SCAN[..], &with].concat());
    assert_eq!(done.status.code(), Some(78), "a state of another version is refused");
}

const DECLARED: &str = r#"{"scope": "shared drives", "notice": "by mail", "retention_days": 30}"#;

/// Reading logs again and again is off until it was said what is watched, who was told, and for how long it is kept.
#[test]
fn a_state_is_kept_only_where_something_was_declared() {
    let folder = tempfile::tempdir().unwrap();
    taking(folder.path());
    let state = [&SCAN[..], &["--state", "kept.state"]].concat();
    let done = run(folder.path(), &state);
    assert_eq!(done.status.code(), Some(64));
    assert!(String::from_utf8_lossy(&done.stderr).contains("--declaration"));
    assert!(!folder.path().join("kept.state").exists() && !folder.path().join("cases.jsonl").exists());
}

/// Whoever reads a log without scoring it is told the same.
#[test]
fn reading_and_judging_say_that_nothing_was_declared() {
    let folder = tempfile::tempdir().unwrap();
    taking(folder.path());
    std::fs::write(folder.path().join("said.json"), DECLARED).unwrap();
    for what in ["read", "rules"] {
        let plain = [what, "--events", "taken.jsonl", "--output", "out.jsonl", "--report", "report.json"];
        let said = |more: &[&str]| {
            let done = run(folder.path(), &[&plain[..], more].concat());
            let report = std::fs::read_to_string(folder.path().join("report.json")).unwrap();
            let report: serde_json::Value = serde_json::from_str(&report).unwrap();
            let told = String::from_utf8_lossy(&done.stderr).contains("nothing was declared");
            (told, report["declaration"]["scope"].clone())
        };
        assert_eq!(said(&[]), (true, serde_json::Value::Null), "{what}");
        assert_eq!(said(&["--declaration", "said.json"]), (false, "shared drives".into()), "{what}");
    }
}

/// Vendors answer newest first; what is told of it must not depend on that.
#[test]
fn a_log_that_is_not_in_the_order_of_time_is_put_in_order() {
    let folder = tempfile::tempdir().unwrap();
    taking(folder.path());
    let scan = || {
        let done = run(folder.path(), &[&SCAN[..], &["--report", "report.json"]].concat());
        let told = ["cases.jsonl", "scores.jsonl"].map(|name| std::fs::read(folder.path().join(name)).unwrap());
        let report: Value = serde_json::from_slice(&std::fs::read(folder.path().join("report.json")).unwrap()).unwrap();
        (String::from_utf8(done.stderr).unwrap(), told, report)
    };
    let (said, told, report) = scan();
    assert!(!said.contains("order of time") && report["was_in_order"] == true, "{said}");
    let log = std::fs::read_to_string(folder.path().join("taken.jsonl")).unwrap();
    let newest_first: Vec<&str> = log.lines().rev().collect();
    std::fs::write(folder.path().join("taken.jsonl"), newest_first.join("\n")).unwrap();
    let (said, again, turned) = scan();
    assert!(said.contains("the log is not in the order of time; it was put in order"), "{said}");
    assert_eq!((&turned["was_in_order"], &turned["engine"]), (&false.into(), &report["engine"]));
    assert!(told == again, "the same cases and scores");
    assert!(!folder.path().join("cases.jsonl.days").exists());
    // Nothing of the first reading is in it, and what it stands for is not replaced by a file.
    let before = std::fs::symlink_metadata("/dev/stdout").unwrap().file_type();
    let streamed = run(folder.path(), &[&SCAN[..9], &["--output", "/dev/stdout"]].concat());
    assert!(streamed.stdout == told[0], "{}", String::from_utf8_lossy(&streamed.stdout));
    assert_eq!(std::fs::symlink_metadata("/dev/stdout").unwrap().file_type(), before);
}

/// Whoever reads a file while it is written again sees the old one.
#[test]
fn what_was_read_and_judged_is_there_whole_for_its_owner() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    std::fs::write(at("acts"), "old").unwrap();
    let mut kept = std::fs::File::open(at("acts")).unwrap();
    run(folder.path(), &["read", "--events", "log.jsonl", "--output", "acts", "--report", "report"]);
    run(folder.path(), &["rules", "--events", "log.jsonl", "--output", "verdicts"]);
    let mut old = String::new();
    std::io::Read::read_to_string(&mut kept, &mut old).unwrap();
    assert_eq!((old.as_str(), lines(&std::fs::read(at("acts")).unwrap()).len()), ("old", 2));
    for name in ["acts", "report", "verdicts"] {
        assert_eq!(std::fs::metadata(at(name)).unwrap().permissions().mode() & 0o077, 0, "{name} is for its owner");
    }
    let mut left: Vec<_> = std::fs::read_dir(folder.path()).unwrap().map(|one| one.unwrap().file_name()).collect();
    left.sort();
    assert_eq!(left, ["acts", "log.jsonl", "report", "verdicts"]);
}

/// As a vendor's console or tool writes a log: not an object a line, packed, or from another command.
#[test]
fn an_export_is_read_as_it_comes() {
    let folder = tempfile::tempdir().unwrap();
    let act = r#"{"CreationTime":"2025-05-05T02:50:47","Id":"7","Operation":"FileDownloaded","RecordType":6,"UserId":"ann@lab.example","Workload":"SharePoint","ObjectId":"a.pdf"}"#;
    let table =
        format!("\u{feff}RecordId,Operation,AuditData\r\n7,FileDownloaded,\"{}\"\r\n", act.replace('"', "\"\""));
    let pretty = format!("{{\n  \"value\": [\n    {act},\n    {act}\n  ]\n}}\n");
    for (log, acts) in [(table, 1), (pretty, 2), (format!("[{act},\n{act}]"), 2)] {
        let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        std::io::Write::write_all(&mut packed, log.as_bytes()).unwrap();
        std::fs::write(folder.path().join("plain"), &log).unwrap();
        std::fs::write(folder.path().join("packed"), packed.finish().unwrap()).unwrap();
        // As a spreadsheet or PowerShell saves it.
        let wide: Vec<u8> = format!("\u{feff}{}", log.trim_start_matches('\u{feff}'))
            .encode_utf16()
            .flat_map(u16::to_le_bytes)
            .collect();
        std::fs::write(folder.path().join("wide"), wide).unwrap();
        for name in ["plain", "packed", "wide"] {
            let done = run(folder.path(), &["read", "--events", name]);
            assert_eq!(done.status.code(), Some(0), "{log}");
            let read = lines(&done.stdout);
            assert_eq!(read.len(), acts, "{log}");
            assert_eq!((&read[0]["format"], &read[0]["verb"]), (&"m365".into(), &"download".into()));
            let done =
                run(folder.path(), &["scan", "--events", name, "--output", "cases.jsonl", "--report", "report.json"]);
            assert_eq!(done.status.code(), Some(0), "{log}");
            let report = std::fs::read(folder.path().join("report.json")).unwrap();
            assert_eq!(serde_json::from_slice::<Value>(&report).unwrap()["engine"]["acts"], acts);
        }
    }
    let piped = Command::new(env!("CARGO_BIN_EXE_vouchsafe"))
        .args(["watch", "scan", "--events", "-", "--output", "cases.jsonl"])
        .current_dir(folder.path())
        .stdin(std::fs::File::open(folder.path().join("packed")).unwrap())
        .output()
        .unwrap();
    assert!(String::from_utf8_lossy(&piped.stderr).contains("\"acts\":2"), "{piped:?}");
}

/// As stores of streams and of blocks and old programs write them.
#[test]
fn a_log_without_line_feeds_is_read() {
    let folder = tempfile::tempdir().unwrap();
    let of = |object: &str| {
        format!(
            r#"{{"CreationTime":"2025-05-05T02:50:47","Operation":"FileDownloaded","UserId":"ann@lab.example","Workload":"X","ObjectId":"{object}"}}"#
        )
    };
    let (act, great) = (of("a"), of(&"é}{.".repeat(300_000)));
    let packed = |text: &str| {
        let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        std::io::Write::write_all(&mut packed, text.as_bytes()).unwrap();
        packed.finish().unwrap()
    };
    let noughts = [0; 700];
    for (name, log, acts) in [
        ("one line above the limit", great.repeat(24).into_bytes(), 24),
        ("returns", format!("{act}\r{act}\r").into_bytes(), 2),
        ("filled up", [&packed(&act), &noughts[..]].concat(), 1),
        ("filled up twice", [&packed(&act), &noughts[..], &packed(&format!("\n{act}")), &noughts[..]].concat(), 2),
    ] {
        std::fs::write(folder.path().join("log"), log).unwrap();
        let done =
            run(folder.path(), &["read", "--events", "log", "--output", "acts.jsonl", "--report", "report.json"]);
        assert_eq!(done.status.code(), Some(0), "{name}: {}", String::from_utf8_lossy(&done.stderr));
        let report = std::fs::read(folder.path().join("report.json")).unwrap();
        let report: Value = serde_json::from_slice(&report).unwrap();
        assert_eq!((&report["acts"], &report["mended"]), (&acts.into(), &0.into()), "{name}");
    }
}

#[test]
fn a_further_log_is_scanned_by_its_mapping() {
    let folder = tempfile::tempdir().unwrap();
    let mapping = r#"{"source": "wiki", "detect": [["evt", "who"]], "ts": ["when"], "actor": ["who"], "action": ["evt"],
        "object_id": ["page"], "verbs": {"page.export": "export"}}"#;
    std::fs::write(folder.path().join("wiki.json"), mapping).unwrap();
    let log =
        r#"{"evt": "page.export", "who": "ann@lab.example", "when": "2025-05-05T02:50:47Z", "page": "p", "moon": 1}"#;
    std::fs::write(folder.path().join("wiki.jsonl"), log).unwrap();
    let scan = ["scan", "--events", "wiki.jsonl", "--output", "c.jsonl", "--report", "r.json"];
    assert_eq!(run(folder.path(), &scan).status.code(), Some(2), "nobody knows this log");
    let done = run(folder.path(), &[&scan[..], &["--mapping", "wiki.json"]].concat());
    assert_eq!(done.status.code(), Some(0), "{done:?}");
    let report: Value = serde_json::from_slice(&std::fs::read(folder.path().join("r.json")).unwrap()).unwrap();
    assert_eq!((&report["engine"]["items"], &report["unknown_fields"]["moon"]), (&1.into(), &1.into()));
}

/// What was said stays; what would be said differently now is told.
#[test]
fn a_scan_tells_which_days_late_acts_would_change() {
    let folder = tempfile::tempdir().unwrap();
    taking(folder.path());
    let path = folder.path().join("taken.jsonl");
    let log = std::fs::read_to_string(&path).unwrap().replace("broken", "");
    let late: Vec<&str> =
        log.lines().filter(|line| line.contains("2025-05-27") && line.contains("\"d1")).take(1).collect();
    let on =
        |day: u32| late[0].replace("2025-05-27", &format!("2025-05-{day:02}")).replace("27-20", &format!("x{day}"));
    let many: String =
        (0..400).map(|at| on(30).replace("x30", &format!("y{at}")).replace("download", "view") + "\n").collect();
    std::fs::write(&path, format!("{log}\n{many}{}", on(20).replace("\"d1", "\"d77"))).unwrap();
    run(folder.path(), &[&SCAN[..], &["--report", "report.json"]].concat());
    let report: Value = serde_json::from_slice(&std::fs::read(folder.path().join("report.json")).unwrap()).unwrap();
    // The day itself, and the day of taking, which has one item more behind it.
    assert_eq!((&report["engine"]["late"], &report["amended"]), (&1.into(), &2.into()), "{report}");
    assert_eq!(report["amended_days"][0]["day"], "2025-05-20");
}

#[test]
fn a_bad_line_about_people_stops_the_scan_and_names_file_line_field_and_rule() {
    let folder = tempfile::tempdir().unwrap();
    taking(folder.path());
    std::fs::write(folder.path().join("people.jsonl"), "{\"email\":\"a@b\"}\n{\"email\":\"a@b\",\"clients\":\"A\"}\n")
        .unwrap();
    let done = run(folder.path(), &SCAN);
    let said = String::from_utf8_lossy(&done.stderr).into_owned();
    assert_eq!(done.status.code(), Some(1));
    assert!(said.contains("people.jsonl, line 2, field `clients`: it is a list of texts"), "{said}");
}

/// What an export wrote badly costs itself alone, is counted, and is not told.
/// A file that breaks off is no whole log: nothing is said of anybody from it, and the message says how far it went.
#[test]
fn a_packed_log_that_breaks_off_is_told_by_the_line_after_which_it_did() {
    let folder = tempfile::tempdir().unwrap();
    let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    for n in 0..20_000_u64 {
        let line = LOG.lines().next().unwrap();
        writeln!(packed, "{}", line.replace("\"D\"", &format!("\"D{}\"", n.wrapping_mul(0x9e37_79b9_7f4a_7c15))))
            .unwrap();
    }
    let mut packed = packed.finish().unwrap();
    packed.truncate(packed.len() / 2);
    std::fs::write(folder.path().join("half.gz"), packed).unwrap();
    let done = run(folder.path(), &["scan", "--events", "half.gz", "--output", "cases.jsonl"]);
    let said = String::from_utf8_lossy(&done.stderr);
    assert_eq!(done.status.code(), Some(1), "{said}");
    assert!(said.contains("half.gz: broke off after line ") && !said.contains("line 0"), "{said}");
    assert!(!folder.path().join("cases.jsonl").exists());
}

/// What nobody told the scan is told back to whoever reads it, with what follows.
#[test]
fn a_scan_says_what_it_could_not_judge() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("domains.json"), r#"{"own": "lab.example", "client": {"A": "a.example"}}"#)
        .unwrap();
    let of = |more: &[&str]| -> Vec<String> {
        let scan = ["scan", "--events", "log.jsonl", "--output", "cases.jsonl", "--report", "report.json"];
        let done = run(folder.path(), &[&scan, more].concat());
        let report: Value = serde_json::from_slice(&std::fs::read(folder.path().join("report.json")).unwrap()).unwrap();
        let said = String::from_utf8_lossy(&done.stderr).into_owned();
        let missing = report["not_known"].as_array().unwrap().iter();
        missing
            .map(|one| {
                let (what, so) = (one["what"].as_str().unwrap(), one["so"].as_str().unwrap());
                assert!(said.contains(&format!("not known: {what}; {so}")), "{said}");
                what.to_owned()
            })
            .collect()
    };
    let rest = ["people", "facts of employment"];
    assert_eq!(of(&[]), [&["catalogue", "own domains", "other domains"][..], &rest].concat());
    assert_eq!(of(&["--domains", "domains.json"]), [&["catalogue", "domains of rivals"][..], &rest].concat());
}

#[test]
fn what_is_broken_in_an_export_costs_itself_alone() {
    let folder = tempfile::tempdir().unwrap();
    let act = |id: u8, time: &str| {
        format!(
            r#"{{"CreationTime":"{time}","Id":"{id}","Operation":"FileDownloaded","Workload":"SharePoint","UserId":"ann@lab.example","ObjectId":"a{id}.pdf"}}"#
        )
    };
    let list = format!(
        "{{\"value\":[{},{},{}]}}\n",
        act(1, "2025-05-05T02:50:47"),
        act(2, "soon"),
        act(3, "2025-05-05T02:50:48")
    );
    let mut bytes = list.into_bytes();
    bytes.extend(
        act(4, "2025-05-05T02:50:49").replace("a4", "a\u{1}").bytes().map(|byte| if byte == 1 { 0xe9 } else { byte }),
    );
    std::fs::write(folder.path().join("list"), bytes).unwrap();
    std::fs::write(
        folder.path().join("bare.csv"),
        "2025-05-05,ann bee,download,Pricing for A\n2025-05-06,bob,view,Notes\n",
    )
    .unwrap();
    let scan = |name: &str| {
        let done =
            run(folder.path(), &["scan", "--events", name, "--output", "cases.jsonl", "--report", "report.json"]);
        assert_eq!(done.status.code(), Some(2), "{done:?}");
        let text = std::fs::read_to_string(folder.path().join("report.json")).unwrap();
        (serde_json::from_str::<Value>(&text).unwrap(), text + &String::from_utf8_lossy(&done.stderr))
    };
    let (report, _) = scan("list");
    assert_eq!((&report["engine"]["acts"], &report["skipped"], &report["mended"]), (&3.into(), &1.into(), &1.into()));
    assert!(report["skipped_lines"][0].as_str().unwrap().contains("field `ts`"), "{}", report["skipped_lines"]);
    let (report, said) = scan("bare.csv");
    assert_eq!((&report["lines"], &report["skipped"]), (&2.into(), &2.into()));
    let done = run(folder.path(), &["read", "--events", "bare.csv", "--report", "read.json"]);
    let said = said
        + &std::fs::read_to_string(folder.path().join("read.json")).unwrap()
        + &String::from_utf8_lossy(&done.stderr);
    assert!(!said.contains("ann bee") && !said.contains("Pricing"), "{said}");
}
