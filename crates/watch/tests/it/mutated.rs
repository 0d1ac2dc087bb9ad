//! Nothing that a log can hold makes a reader or a rule panic, and nothing is lost without a word.
//!
//! The inputs are lines of real shapes, changed as a broken collector would change them: cut, spliced, with values
//! swapped for other kinds, keys lowered, and depth added. They are bounded in number; a run takes seconds.

use proptest::prelude::*;
use serde_json::{Value, json};
use std::sync::LazyLock;
use vouchsafe_watch::Activity;
use vouchsafe_watch::read::Reader;
use vouchsafe_watch::read::report::Report;
use vouchsafe_watch::read::sources::Sources;
use vouchsafe_watch::rules::{Alerts, Rules};

static SOURCES: LazyLock<Sources> = LazyLock::new(|| Sources::own().unwrap());
static RULES: LazyLock<Rules> = LazyLock::new(|| Rules::own().unwrap());

/// One event of each chief shape, small.
fn shapes() -> Vec<Value> {
    vec![
        json!({"kind": "admin#reports#activity", "id": {"time": "2025-05-05T02:50:47.886Z", "uniqueQualifier": "7", "applicationName": "drive"},
            "actor": {"email": "a@b.example"}, "ipAddress": "192.0.2.1", "events": [{"type": "acl_change", "name": "change_user_access",
            "parameters": [{"name": "doc_id", "value": "D"}, {"name": "new_value", "multiValue": ["can_view"]}, {"name": "target_user", "value": "e@c.example"},
            {"name": "message_info", "messageValue": {"parameter": [{"name": "subject", "value": "s"}]}}]}]}),
        json!({"id": {"applicationName": "gmail", "time": "2025-05-05 02:50:47"}, "name": "delivery", "actor": {"email": "a@b.example"},
            "parameters": {"event_info": {"mail_event_type": 17}, "message_info": {"is_spam": true}}}),
        json!({"CreationTime": "2025-05-05T02:50:47", "Operation": "New-InboxRule", "UserId": "a@b.example", "Workload": "Exchange", "ClientIP": "192.0.2.1:80",
            "Parameters": [{"Name": "ForwardTo", "Value": "smtp:x@y.example;z"}]}),
        json!({"eventtype": "user.session.impersonation.grant", "published": "2025-05-05T02:50:47Z", "actor": {"alternateId": "a@b.example"}, "target": [{"id": "1"}], "outcome": {"result": "SUCCESS"}}),
        json!({"action": "file_downloaded", "date_create": 1_746_413_447, "actor": {"type": "user", "user": {"email": "a@b.example"}}, "context": {"ip_address": "192.0.2.1"}, "entity": {"file": {"id": "F"}}}),
        json!({"eventSource": "s3.amazonaws.com", "eventName": "PutBucketPolicy", "eventTime": "2025-05-05T02:50:47Z", "userIdentity": {"arn": "arn:x"}, "sourceIPAddress": "192.0.2.1",
            "requestParameters": {"bucketName": "b", "bucketPolicy": "{\"Statement\": [{\"Effect\": \"Allow\", \"Principal\": {\"AWS\": \"*\"}}]}"}}),
        json!({"event_type": "DOWNLOAD", "created_at": "2025-05-05T02:50:47-07:00", "created_by": {"login": "a@b.example"}, "source": {"item_id": 7}}),
        json!({"log_type": "Snowflake.QueryHistory", "event": {"QUERY_TEXT": "COPY INTO '@s' FROM t", "QUERY_TYPE": "UNLOAD", "EXECUTION_STATUS": "SUCCESS", "USER_NAME": "U"}}),
        json!({"time_usec": 1_746_413_447_886_000_i64, "email": "a@b.example", "record_type": "drive", "event_name": "download", "event_type": "access",
            "ip_address": "192.0.2.1", "drive": {"doc_id": "D", "newValue": ["none"], "message_info": {"destination": [{"address": "e@c.example"}]}}}),
        json!({"id.time": "2025-05-05T02:50:47Z", "id.applicationName": "gmail", "actor.email": "a@b.example", "name": "delivery",
            "parameters.message_info": "{\"flattened_destinations\": \"x:y:e@c.example\"}"}),
        json!({"protoPayload": {"methodName": "SetIamPolicy", "serviceData": {"policyDelta": {"bindingDeltas": [{"action": "ADD", "member": "allUsers"}]}}}}),
    ]
}

fn any_value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        "\\PC{0,12}".prop_map(Value::from),
        Just(json!("9999-99-99T99:99:99.999999999999Z")),
        Just(json!("\u{0}@.;,@\u{1F600}")),
    ];
    leaf.prop_recursive(3, 24, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::hash_map("[a-zA-Z_@.*+]{0,8}", inner, 0..4)
                .prop_map(|members| Value::Object(members.into_iter().collect()))
        ]
    })
}

/// Puts `new` in the place of the `at`-th value of the event, counted as it is walked.
fn replace(event: &mut Value, at: &mut usize, new: &Value) {
    if *at == 0 {
        *event = new.clone();
    }
    *at = at.wrapping_sub(1);
    match event {
        Value::Array(list) => list.iter_mut().for_each(|item| replace(item, at, new)),
        Value::Object(members) => members.values_mut().for_each(|value| replace(value, at, new)),
        _ => {}
    }
}

fn through_everything(line: &str) -> Report {
    let mut report = Report::default();
    for act in report.line(1, line, &SOURCES, None) {
        RULES.matches(&act, &mut Alerts::default());
    }
    let _ = SOURCES.read(line, &mut |_: Activity<'_>| {});
    report
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2_000, ..ProptestConfig::default() })]

    #[test]
    fn no_value_in_any_place_makes_it_panic(which in 0_usize..11, at in 0_usize..40, new in any_value()) {
        let mut event = shapes().swap_remove(which);
        replace(&mut event, &mut { at }, &new);
        let report = through_everything(&event.to_string());
        // Read, refused or counted as saying nothing, never neither.
        prop_assert!(report.acts > 0 || report.skipped > 0 || report.silent == 1);
    }

    #[test]
    fn a_line_cut_and_spliced_anywhere_is_read_or_refused(which in 0_usize..11, cut in 0_usize..400, noise in "\\PC{0,8}", lower in any::<bool>()) {
        let mut line = shapes().swap_remove(which).to_string();
        if lower {
            line = line.to_lowercase();
        }
        let cut = line.char_indices().map(|(at, _)| at).nth(cut).unwrap_or(line.len());
        line.insert_str(cut, &noise);
        through_everything(&line);
        line.truncate(cut);
        through_everything(&line);
    }

    #[test]
    fn a_field_nobody_knows_is_kept_and_counted(which in 0_usize..6, name in "zz_[a-z]{1,8}", value in any_value()) {
        let mut event = shapes().swap_remove(which);
        event[name.as_str()] = value.clone();
        let value = value.to_string();
        let act = SOURCES.acts(event.clone(), None).swap_remove(0);
        prop_assert!(act.record.unknown.iter().any(|(known, json)| *known == name && *json == value));
    }

    #[test]
    fn any_text_at_all_is_read_or_refused(line in "\\PC{0,200}") {
        through_everything(&line);
    }
}

/// Nesting deeper than any log has is refused as JSON, not followed.
#[test]
fn depth_without_end_is_refused() {
    let line = format!("{}{}", "{\"event\":".repeat(100_000), "}".repeat(100_000));
    assert_eq!(through_everything(&line).skipped, 1);
}
