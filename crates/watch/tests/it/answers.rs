//! Whole answers of vendors, and what collectors put around an event: each event in them is read as if it stood alone.

use serde_json::{Value, json};
use std::collections::BTreeMap;
use vouchsafe_watch::read::sources::Sources;

/// One event of each log, from those that the rules are held against.
fn events() -> BTreeMap<String, Value> {
    let mut first = BTreeMap::new();
    for line in include_str!("../reference/kinds.jsonl").lines() {
        let told: Value = serde_json::from_str(line).unwrap();
        first.entry(told["log"].as_str().unwrap().to_owned()).or_insert_with(|| told["event"].clone());
    }
    first
}

/// What was made of each: the log, the act and who did it.
fn read(sources: &Sources, line: Value) -> Vec<(String, Option<String>, Option<String>)> {
    sources.acts(line, None).into_iter().map(|act| (act.source, act.record.action, act.record.actor)).collect()
}

#[test]
fn a_whole_answer_is_taken_apart_whatever_its_list_is_called() {
    let sources = Sources::own().unwrap();
    let events = events();
    assert!(events.len() > 40);
    for (log, event) in &events {
        let alone = read(&sources, event.clone());
        assert_eq!(alone[0].0, *log);
        let twice = [&alone[..], &alone[..]].concat();
        for answer in [
            json!([event, event]),
            json!({"records": [event, event]}),
            json!({"data": [event, event], "has_more": false, "first_id": "a"}),
            json!({"links": [{"rel": "self", "href": "x"}], "results": [event, event], "totalCount": 2}),
            json!({"from": "a", "to": "b", "operation_logs": [event, event]}),
            json!({"data": {"entries": {"nodes": [event, event], "pageInfo": {"hasNextPage": false}}}}),
            json!({"logs": [{"message": event.to_string()}, {"message": event.to_string()}]}),
        ] {
            // Auth0's own events have everything in a field `data`.
            if log == "auth0" && answer.get("first_id").is_some() {
                continue;
            }
            assert_eq!(read(&sources, answer.clone()), twice, "{log}: {answer}");
        }
    }
}

#[test]
fn what_a_collector_keeps_of_the_original_is_read() {
    let sources = Sources::own().unwrap();
    for (log, event) in events() {
        let alone = read(&sources, event.clone());
        for around in [
            json!({"@timestamp": "2025-05-05T00:00:00Z", "event": {"original": event.to_string(), "action": "x"}, "agent": {"type": "beat"}}),
            json!({"@timestamp": "2025-05-05T00:00:00Z", "event.original": event.to_string(), "agent.type": "beat"}),
            json!({"log": event.to_string(), "stream": "stdout", "time": "2025-05-05T00:00:00Z"}),
        ] {
            assert_eq!(read(&sources, around.clone()), alone, "{log}: {around}");
        }
    }
}

/// A list inside of an event is no answer: an event of a log that nobody knows stays one act, whole.
#[test]
fn an_unknown_event_with_a_list_in_it_stays_whole() {
    let sources = Sources::own().unwrap();
    let event = json!({"page": "p", "editors": [{"name": "ann"}, {"name": "bob"}]});
    let acts = sources.acts(event, None);
    assert_eq!((acts.len(), acts[0].source.as_str(), acts[0].record.unknown.len()), (1, "unknown", 2));
}

/// Google Cloud's log carries Workspace's acts in its own words: they come to what the Reports API's own shape comes to.
#[test]
fn a_workspace_act_in_google_clouds_log_is_that_act() {
    let sources = Sources::own().unwrap();
    let own = json!({"kind": "admin#reports#activity", "id": {"time": "2025-05-05T02:50:47.886Z", "uniqueQualifier": "i1", "applicationName": "admin"},
        "actor": {"email": "ann@lab.example"}, "ipAddress": "192.0.2.1", "events": [
            {"type": "GROUP_SETTINGS", "name": "ADD_GROUP_MEMBER", "parameters": [{"name": "USER_EMAIL", "value": "eve@rival.example"}]},
            {"type": "T", "name": "OTHER", "parameters": [{"name": "list", "multiValue": ["a", "b"]}, {"name": "moon", "boolValue": true}]}]});
    let typed = |name: &str, key: &str, value: Value| json!({"name": name, "type": "TYPE_STRING", "label": "LABEL_OPTIONAL", key: value});
    let carried = json!({"insertId": "i1", "timestamp": "2025-05-05T02:50:47.886Z", "logName": "organizations/1/logs/cloudaudit.googleapis.com%2Factivity",
        "resource": {"type": "audited_resource"}, "protoPayload": {"serviceName": "admin.googleapis.com", "methodName": "google.admin.AdminService.addGroupMember",
            "authenticationInfo": {"principalEmail": "ann@lab.example"}, "requestMetadata": {"callerIp": "192.0.2.1"},
            "metadata": {"activityId": {"timeUsec": "1"}, "event": [
                {"eventType": "GROUP_SETTINGS", "eventName": "ADD_GROUP_MEMBER", "parameter": [typed("USER_EMAIL", "value", "eve@rival.example".into())]},
                {"eventType": "T", "eventName": "OTHER", "parameter": [typed("list", "multiStrValue", json!(["a", "b"])), typed("moon", "boolValue", true.into())]}]}}});
    let (own, carried) = (sources.acts(own, None), sources.acts(carried, None));
    assert_eq!(own.len(), 2);
    for (own, carried) in own.iter().zip(&carried) {
        assert_eq!((&own.source, &own.record), (&carried.source, &carried.record));
        assert_eq!(own.event["parameters"], carried.event["parameters"]);
    }
}
