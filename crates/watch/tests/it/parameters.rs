//! A parameter of Google's has its value under one of several keys, and exports write the others too: null, empty, in any
//! order. Both readers take the same one.

use proptest::prelude::*;
use serde_json::{Value, json};
use std::sync::LazyLock;
use vouchsafe_watch::read::{Reader, google::GoogleReports, sources::Sources};
use vouchsafe_watch::{Activity, Verb, Visibility};

static SOURCES: LazyLock<Sources> = LazyLock::new(|| Sources::own().unwrap());

fn line(app: &str, name: &str, parameters: &str) -> String {
    format!(
        r#"{{"id":{{"time":"2025-05-05T02:50:47.886Z","uniqueQualifier":"7","applicationName":"{app}"}},"actor":{{"email":"ann@lab.example"}},"events":[{{"name":"{name}","parameters":[{parameters}]}}]}}"#
    )
}

/// What each reader makes of the one act of a line, besides fields without a place: either names them otherwise.
fn both(line: &str) -> [Result<Activity<'static>, String>; 2] {
    let mut fast = Vec::new();
    let read = GoogleReports.read(line, &mut |act| fast.push(act.into_owned()));
    let slow = SOURCES.acts(serde_json::from_str(line).unwrap(), None).remove(0).activity();
    [read.map(|()| fast.remove(0)), slow]
        .map(|act| act.map(|act| Activity { unknown: Vec::new(), ..act }).map_err(|bad| bad.to_string()))
}

#[test]
fn a_key_that_says_nothing_takes_no_value_away() {
    for parameter in [
        r#"{"name":"doc_id","value":"D1","intValue":null,"multiValue":null}"#,
        r#"{"name":"doc_id","value":"D1","multiValue":[]}"#,
        r#"{"multiValue":[null,""],"name":"doc_id","value":"D1"}"#,
        r#"{"name":"doc_id","value":"D1","boolValue":false}"#,
        r#"{"name":"doc_id","boolValue":false,"value":"D1"}"#,
        r#"{"name":"doc_id","value":null,"multiValue":["D1"]}"#,
        r#"{"name":"doc_id","messageValue":{},"intValue":"","multiStrValue":["D1"]}"#,
    ] {
        for act in both(&line("drive", "download", parameter)) {
            let act = act.unwrap();
            assert_eq!((&*act.object, act.verb), ("D1", Verb::Download), "{parameter}");
        }
    }
}

/// A type that the vendor adds one day is no reason to drop what it holds.
#[test]
fn a_value_of_a_type_that_nobody_knows_is_kept() {
    let line = line("drive", "view", r#"{"name":"weight","doubleValue":2.5,"label":"LABEL_OPTIONAL"}"#);
    let mut kept = Vec::new();
    GoogleReports
        .read(&line, &mut |act| kept.extend(act.unknown.into_iter().map(|one| one.json.into_owned())))
        .unwrap();
    let slow = SOURCES.acts(serde_json::from_str(&line).unwrap(), None).remove(0).record.unknown;
    assert_eq!((kept, slow), (vec!["2.5".to_owned()], vec![("parameters.weight".to_owned(), "2.5".to_owned())]));
}

/// The keys with values that say something, and with some that do not.
fn typed() -> impl Strategy<Value = Vec<(&'static str, Value)>> {
    let texts =
        prop_oneof![Just(json!("D1")), Just(json!("can_edit")), Just(json!("none")), Just(json!("people_with_link"))];
    let nothing =
        prop_oneof![Just(Value::Null), Just(json!("")), Just(json!([])), Just(json!({})), Just(json!([null, ""]))];
    let key = prop_oneof![
        (Just("value"), prop_oneof![texts.clone(), nothing.clone()]),
        (Just("multiValue"), prop_oneof![texts.clone().prop_map(|one| json!([one, "e@c.example"])), nothing.clone()]),
        (Just("multiStrValue"), prop_oneof![texts.prop_map(|one| json!([one])), nothing.clone()]),
        (Just("boolValue"), prop_oneof![any::<bool>().prop_map(Value::from), nothing.clone()]),
        (Just("intValue"), prop_oneof![any::<i64>().prop_map(|one| json!(one.to_string())), nothing.clone()]),
        (Just("multiIntValue"), prop_oneof![Just(json!(["1", "2"])), nothing.clone()]),
        (
            Just("messageValue"),
            prop_oneof![
                Just(json!({"parameter": [{"name": "subject", "value": null, "multiValue": ["s"]}]})),
                nothing.clone()
            ]
        ),
        (
            Just("multiMessageValue"),
            prop_oneof![Just(json!([{"parameter": [{"name": "address", "value": "x@y.example"}]}])), nothing]
        ),
        (Just("type"), Just(json!("TYPE_STRING"))),
    ];
    prop::collection::vec(key, 0..6).prop_map(|mut keys| {
        let mut seen = Vec::new();
        keys.retain(|(key, _)| {
            !seen.contains(key) && {
                seen.push(*key);
                true
            }
        });
        keys
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2_000, ..ProptestConfig::default() })]

    #[test]
    fn both_readers_take_the_same_value(
        said in prop::collection::vec(typed(), 10),
        kind in prop_oneof![Just(("drive", "change_user_access")), Just(("gmail", "delivery")), Just(("drive", "export")), Just(("groups", "add_member"))],
        name_last in any::<bool>(),
    ) {
        let names = ["doc_id", "doc_type", "doc_title", "visibility", "target_user", "new_value", "message_info", "destination", "success", "moon"];
        let parameters: Vec<String> = names.iter().zip(said).map(|(name, keys)| {
            let mut members: Vec<String> = keys.iter().map(|(key, value)| format!("\"{key}\":{value}")).collect();
            members.insert(if name_last { members.len() } else { 0 }, format!("\"name\":\"{name}\""));
            format!("{{{}}}", members.join(","))
        }).collect();
        let line = line(kind.0, kind.1, &parameters.join(","));
        let [fast, slow] = both(&line);
        // What the fast one refuses the other one reads.
        if fast.is_ok() {
            prop_assert_eq!(fast, slow, "{}", line);
        }
    }
}

/// One table says what an act comes to, for what `read` prints as for what `scan` reckons.
#[test]
fn an_act_comes_to_the_same_verb_for_both_readers() {
    for (app, name, verb) in [
        ("drive", "sync_item_content", Verb::Download),
        ("drive", "export", Verb::Export),
        ("drive", "shared_drive_membership_change", Verb::Grant),
        ("admin", "CUSTOMER_TAKEOUT_CREATED", Verb::Export),
        ("admin", "ASSIGN_ROLE", Verb::Grant),
        ("admin", "TOGGLE_SERVICE_ENABLED", Verb::Configure),
        ("token", "authorize", Verb::Configure),
        ("groups_enterprise", "add_member", Verb::Grant),
        ("calendar", "change_calendar_acls", Verb::Share),
        ("gmail", "delivery", Verb::Send),
        ("login", "login_success", Verb::SignIn),
        ("login", "2sv_disable", Verb::Configure),
        ("drive", "moonwalk", Verb::Other),
    ] {
        let line = line(app, name, r#"{"name":"doc_id","value":"D1"}"#);
        let told = SOURCES.acts(serde_json::from_str(&line).unwrap(), None).remove(0).record.verb;
        let [fast, slow] = both(&line).map(|act| act.unwrap().verb);
        assert_eq!([told, fast, slow], [verb; 3], "{app} {name}");
    }
}

#[test]
fn a_list_of_destinations_is_whom_mail_went_to() {
    let listed = r#"{"name":"message_info","messageValue":{"parameter":[{"name":"destination","multiMessageValue":[{"parameter":[{"name":"address","value":"Bob@b.example"}]},{"parameter":[{"name":"address","value":"eve@c.example"}]}]}]}}"#;
    let line = line("gmail", "delivery", listed);
    let record = SOURCES.acts(serde_json::from_str(&line).unwrap(), None).remove(0).record;
    assert_eq!(record.targets, ["Bob@b.example", "eve@c.example"]);
    for act in both(&line) {
        assert_eq!(act.unwrap().targets, ["bob@b.example", "eve@c.example"]);
    }
    let flat = json!({"id": {"applicationName": "gmail", "time": "2025-05-05T02:50:47Z"}, "name": "delivery", "parameters":
        {"message_info": {"destination": [{"address": "eve@c.example", "service": "x"}]}}});
    assert_eq!(SOURCES.acts(flat, None).remove(0).record.targets, ["eve@c.example"]);
}

/// What the console writes into a spreadsheet are words for people.
#[test]
fn the_consoles_words_are_the_programs() {
    for (event, verb) in [
        ("User Sharing Permissions Change", Verb::Share),
        ("Link Sharing Visibility Change", Verb::Share),
        ("Link sharing access type change", Verb::Share),
        ("Owner Change", Verb::Share),
        ("Item Content Synced", Verb::Download),
    ] {
        for (visibility, said) in [
            ("Anyone with the link", Visibility::Public),
            ("Anyone in the organization with the link", Visibility::Inside),
            ("People within domain with link", Visibility::Inside),
            ("Public on the web", Visibility::Public),
            ("Shared externally", Visibility::Outside),
        ] {
            let row = json!({"Date": "2025-05-05T04:50:47+02:00", "Event": event, "Actor": "ann@lab.example", "Document ID": "D1",
                "Title": "A title", "Visibility": visibility, "Owner": "o@lab.example"});
            let act = SOURCES.acts(row, None).remove(0);
            let read = act.activity().unwrap();
            assert_eq!((act.record.verb, read.verb, read.visibility), (verb, verb, said), "{event}, {visibility}");
        }
    }
}
