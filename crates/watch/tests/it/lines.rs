//! Lines good and bad.

use proptest::prelude::*;
use vouchsafe_watch::read::{Reader, google::GoogleReports};
use vouchsafe_watch::{Activity, Verb, Visibility};

const LINE: &str = r#"{"kind":"admin#reports#activity","id":{"time":"2025-05-05T02:56:55.088Z","uniqueQualifier":"-18","applicationName":"drive","customerId":"C1"},"actor":{"callerType":"USER","email":"Quin@Own.example","profileId":"1"},"ipAddress":"203.0.113.14","events":[{"type":"acl_change","name":"change_user_access","parameters":[{"name":"doc_id","value":"d1"},{"name":"doc_title","value":"Caf\u00e9 \ud83d\ude00 \"x\""},{"name":"visibility","value":"shared_externally"},{"name":"target_user","value":"lea@mail.example"},{"name":"new_value","multiValue":["can_edit"]},{"name":"brand_new","intValue":"7"}]}]}"#;

fn read(line: &str) -> Result<Vec<String>, String> {
    let mut told = Vec::new();
    GoogleReports.read(line, &mut |act: Activity<'_>| told.push(format!("{act:?}"))).map_err(|bad| bad.to_string())?;
    Ok(told)
}

#[test]
fn a_line_becomes_an_act_and_what_is_unknown_is_kept() {
    let mut seen = 0;
    GoogleReports
        .read(LINE, &mut |act| {
            seen += 1;
            assert_eq!(act.at_us, 1_746_413_815_088_000);
            assert_eq!((&*act.actor, &*act.app, &*act.action), ("quin@own.example", "drive", "change_user_access"));
            assert_eq!((act.verb, act.visibility), (Verb::Share, Visibility::Outside));
            assert_eq!((&*act.object, &*act.title), ("d1", "Café 😀 \"x\""));
            assert_eq!(act.targets, ["lea@mail.example"]);
            let unknown: Vec<(&str, &str)> = act.unknown.iter().map(|field| (&*field.name, &*field.json)).collect();
            assert_eq!(unknown, [("events.parameters.brand_new", "\"7\"")]);
        })
        .unwrap();
    assert_eq!(seen, 1);
}

/// Two events in one activity are two acts; where `events` stands among the members does not matter.
#[test]
fn every_event_of_an_activity_is_an_act() {
    let line = r#"{"events":[{"name":"view","parameters":[{"name":"doc_id","value":"a"}]},{"name":"download","parameters":[{"name":"doc_id","value":"b"}]}],"actor":{"profileId":"77"},"id":{"applicationName":"drive","time":"2025-05-05T02:56:55Z"}}"#;
    let mut verbs = Vec::new();
    GoogleReports.read(line, &mut |act| verbs.push((act.verb, act.object.to_string(), act.actor.to_string()))).unwrap();
    assert_eq!(verbs, [(Verb::View, "a".into(), "77".into()), (Verb::Download, "b".into(), "77".into())]);
}

#[test]
fn access_that_is_taken_back_is_no_share() {
    let line = LINE.replace("can_edit", "none");
    GoogleReports.read(&line, &mut |act| assert_eq!(act.verb, Verb::Unshare)).unwrap();
}

#[test]
fn a_bad_line_names_field_and_rule_and_never_what_stood_there() {
    let bad = LINE.replace("2025-05-05T02:56:55.088Z", "secret-time");
    let said = read(&bad).unwrap_err();
    assert_eq!(said, "field `id.time`: a time is like 2025-05-05T02:50:02.886Z");
    assert_eq!(read(r#"{"id":{}}"#).unwrap_err(), "field `id.time`: every activity has a time");
    assert_eq!(read("[1]").unwrap_err(), "field `line`: a line is one whole JSON object");
    assert_eq!(read(r#"{"id":{"time":7}}"#).unwrap_err(), "field `id.time`: it is a text");
}

proptest! {
    /// No text, and no good line cut or changed anywhere, makes the reader panic or say what it read.
    #[test]
    fn nothing_makes_the_reader_panic(noise in "\\PC{0,80}", at in 0_usize..LINE.len(), cut in any::<bool>()) {
        let mut line = LINE.as_bytes().to_vec();
        if cut { line.truncate(at) } else { line.splice(at..at, noise.bytes()); }
        let line = String::from_utf8_lossy(&line).into_owned();
        for text in [line.as_str(), noise.as_str()] {
            if let Err(said) = read(text) {
                prop_assert!(said.starts_with("field `") && said.len() < 120);
            }
        }
    }
}
