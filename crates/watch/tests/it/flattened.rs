//! However an export flattened Google's activities, each comes to the act that its own shape comes to.

use serde_json::{Map, Value, json};
use vouchsafe_watch::Activity;
use vouchsafe_watch::read::pieces::Pieces;
use vouchsafe_watch::read::sources::Sources;
use vouchsafe_watch::read::{BadLine, Reader, google::GoogleReports};

/// As `watch scan` reads a line: the fast reader first.
fn read(line: &str, sources: &Sources) -> Result<Vec<Activity<'static>>, BadLine> {
    let mut told = Vec::new();
    if GoogleReports.read(line, &mut |act| told.push(act.into_owned())).is_err() {
        sources.read(line, &mut |act| told.push(act.into_owned()))?;
    }
    Ok(told)
}

/// An activity as the vendor sends it: of its parameters each under the key that its type has.
fn raw(app: &str, kind: &str, name: &str, parameters: &Value) -> Value {
    fn list(parameters: &Value) -> Value {
        let named = |(name, value): (&String, &Value)| match value {
            Value::Bool(_) => json!({"name": name, "boolValue": value}),
            Value::Number(_) => json!({"name": name, "intValue": value.to_string()}),
            Value::Array(all) if all.iter().any(Value::is_object) => {
                json!({"name": name, "multiMessageValue": all.iter().map(|one| json!({"parameter": list(one)})).collect::<Vec<_>>()})
            }
            Value::Array(_) => json!({"name": name, "multiValue": value}),
            Value::Object(_) => json!({"name": name, "messageValue": {"parameter": list(value)}}),
            _ => json!({"name": name, "value": value}),
        };
        parameters.as_object().into_iter().flatten().filter(|(_, value)| !value.is_null()).map(named).collect()
    }
    json!({"kind": "admin#reports#activity", "id": {"time": "2025-05-05T02:50:47.886Z", "uniqueQualifier": "-7", "applicationName": app, "customerId": "C"},
        "actor": {"callerType": "USER", "email": "Ann@lab.example", "profileId": "12"}, "ipAddress": "192.0.2.1",
        "events": [{"type": kind, "name": name, "parameters": list(parameters)}]})
}

fn kinds() -> Vec<(&'static str, &'static str, &'static str, Value)> {
    let doc = json!({"primary_event": true, "billable": true, "doc_id": "D1", "doc_type": "document", "doc_title": "A \"title\", long",
        "visibility": "shared_externally", "owner": "ann@lab.example", "is_encrypted": false});
    let with = |more: Value| {
        let mut all = doc.as_object().unwrap().clone();
        all.extend(more.as_object().unwrap().clone());
        Value::Object(all)
    };
    let opened = json!({"target_user": "Eve@rival.example", "old_value": ["none"], "new_value": ["can_edit"], "visibility_change": "external"});
    let closed = json!({"target_user": "Eve@rival.example", "old_value": ["can_edit"], "new_value": ["none"]});
    vec![
        ("drive", "access", "download", doc.clone()),
        ("drive", "access", "view", doc.clone()),
        ("drive", "access", "source_copy", doc.clone()),
        ("drive", "acl_change", "change_user_access", with(opened)),
        ("drive", "acl_change", "change_user_access", with(closed)),
        (
            "drive",
            "acl_change",
            "change_document_visibility",
            with(json!({"target_domain": "all", "visibility": "people_with_link"})),
        ),
        ("login", "login", "login_failure", json!({"login_type": "google_password", "is_suspicious": false})),
        (
            "calendar",
            "event_change",
            "add_event_guest",
            json!({"event_guest": "eve@rival.example", "event_title": "Lunch", "calendar_id": "c"}),
        ),
        (
            "gmail",
            "delivery_type",
            "delivery",
            json!({"event_info": {"success": true, "mail_event_type": 1},
            "message_info": {"subject": "Hello", "flattened_destinations": "gmail-ui:x:bob@lab.example,smtp-outbound::Eve@rival.example",
                "num_message_attachments": 2}}),
        ),
    ]
}

/// Every value of an object, by the names that lead to it joined with dots.
fn dotted(value: &Value, before: &str, into: &mut Map<String, Value>) {
    for (name, value) in value.as_object().unwrap() {
        let name = if before.is_empty() { name.clone() } else { format!("{before}.{name}") };
        if value.is_object() { dotted(value, &name, into) } else { drop(into.insert(name, value.clone())) }
    }
}

fn camel(name: &str) -> String {
    let mut up = false;
    name.chars()
        .filter_map(|one| {
            if one == '_' {
                up = true;
                return None;
            }
            Some(if std::mem::take(&mut up) { one.to_ascii_uppercase() } else { one })
        })
        .collect()
}

fn camels(value: &Value) -> Value {
    match value {
        Value::Object(members) => {
            Value::Object(members.iter().map(|(name, value)| (camel(name), camels(value))).collect())
        }
        other => other.clone(),
    }
}

fn cells(members: &Map<String, Value>) -> String {
    let quoted = |text: &str| format!("\"{}\"", text.replace('"', "\"\""));
    let cell = |value: &Value| quoted(&value.as_str().map_or_else(|| value.to_string(), str::to_owned));
    let (names, values): (Vec<_>, Vec<_>) = members.iter().map(|(name, value)| (quoted(name), cell(value))).unzip();
    format!("{}\n{}\n", names.join(","), values.join(","))
}

/// The same activity as exports and collectors write it.
fn flattened(app: &str, kind: &str, name: &str, parameters: &Value) -> Vec<(&'static str, String)> {
    let id =
        json!({"time": "2025-05-05T02:50:47.886Z", "uniqueQualifier": "-7", "applicationName": app, "customerId": "C"});
    let actor = json!({"callerType": "USER", "email": "Ann@lab.example", "profileId": "12"});
    let flat = json!({"kind": "admin#reports#activity", "id": id, "actor": actor, "ipAddress": "192.0.2.1", "type": kind, "name": name,
        "parameters": parameters});
    let mut spaced = flat.clone();
    spaced["id"]["time"] = json!("2025-05-05 02:50:47.886000000");
    let event = json!({"type": kind, "name": name, "parameters": parameters});
    let within = |at: &str| json!({"id": id, "actor": actor, "ipAddress": "192.0.2.1", at: event});
    let mut named = within("event");
    named["event"]["parameters"] = raw(app, kind, name, parameters)["events"][0]["parameters"].clone();
    let mut dots = Map::new();
    dotted(&flat, "", &mut dots);
    let mut event_dots = Map::new();
    dotted(&within("events"), "", &mut event_dots);
    let underscores: Map<_, _> = dots
        .iter()
        .filter(|(name, _)| !name.contains("_info"))
        .map(|(name, value)| (name.replace('.', "_"), value.clone()))
        .collect();
    let mut beside = json!({"id": id, "actor": actor, "ipAddress": "192.0.2.1", "type": kind, "name": name});
    beside.as_object_mut().unwrap().extend(parameters.as_object().unwrap().clone());
    let mut beside_dots = Map::new();
    dotted(
        &json!({"id": id, "actor": actor, "ipAddress": "192.0.2.1", "type": kind, "name": name}),
        "",
        &mut beside_dots,
    );
    beside_dots.extend(parameters.as_object().unwrap().clone());
    let mut export = json!({"time_usec": 1_746_413_447_886_000_i64, "email": "Ann@lab.example", "ip_address": "192.0.2.1", "event_type": kind,
        "event_name": name, "record_type": app, "unique_identifier": "-7", "meet": null, "token": null});
    export[app] = parameters.clone();
    let mut export_dots = Map::new();
    dotted(&export, "", &mut export_dots);
    let mut all_camel = camels(&flat);
    all_camel["id"] = camels(&id);
    let snake_around = json!({"id": {"time": "2025-05-05T02:50:47.886Z", "unique_qualifier": "-7", "application_name": app}, "actor": actor,
        "ip_address": "192.0.2.1", "event_name": name, "event_type": kind, "parameters": parameters});
    let mut text = flat.clone();
    text["parameters"] = Value::String(parameters.to_string());
    let mut counted = flat.clone();
    counted["id"]["time"] = json!(1_746_413_447_886_i64);
    let mut all = vec![
        ("an object of parameters", flat.to_string()),
        ("a time with a space", spaced.to_string()),
        ("an event that is an object", within("event").to_string()),
        ("events that are an object", within("events").to_string()),
        ("an event with named parameters", named.to_string()),
        ("dots", Value::Object(dots.clone()).to_string()),
        ("dots, events", Value::Object(event_dots.clone()).to_string()),
        ("parameters among the members", beside.to_string()),
        ("parameters among members with dots", Value::Object(beside_dots.clone()).to_string()),
        ("BigQuery", export.to_string()),
        ("BigQuery, dots", Value::Object(export_dots.clone()).to_string()),
        ("camel case", all_camel.to_string()),
        ("snake case", snake_around.to_string()),
        ("parameters as text", text.to_string()),
        ("a count of milliseconds", counted.to_string()),
        ("a table, dots", cells(&dots)),
        ("a table of BigQuery", cells(&export_dots)),
        ("a table, parameters among the columns", cells(&beside_dots)),
        ("a collector's envelope", json!({"log_type": "GSuite.Reports", "event": flat}).to_string()),
        ("text within a message", json!({"message": export.to_string(), "host": "h"}).to_string()),
        ("an answer with a list", json!({"kind": "x", "items": [flat]}).to_string()),
    ];
    if app != "gmail" {
        all.push(("underscores", Value::Object(underscores.clone()).to_string()));
        all.push(("a table, underscores", cells(&underscores)));
    }
    all
}

#[test]
fn an_activity_is_the_same_act_in_every_shape() {
    let sources = Sources::own().unwrap();
    for (app, kind, name, parameters) in kinds() {
        let mut said = read(&raw(app, kind, name, &parameters).to_string(), &sources).unwrap();
        assert_eq!(said.len(), 1);
        let said = Activity { unknown: Vec::new(), ..said.remove(0) };
        assert!(said.verb != vouchsafe_watch::Verb::Other);
        for (shape, text) in flattened(app, kind, name, &parameters) {
            let (mut pieces, mut found) = (Pieces::of(sources.columns()), Vec::new());
            let mut take = |_: u64, piece: Result<&str, BadLine>| found.push(read(piece.unwrap(), &sources));
            (1..).zip(text.split_inclusive('\n')).for_each(|(at, line)| pieces.line(at, line, &mut take));
            pieces.end(&mut take);
            assert_eq!(found.len(), 1, "{shape}: {text}");
            let found = found.remove(0).unwrap_or_else(|bad| panic!("{shape}: {bad}: {text}"));
            assert_eq!(found.len(), 1, "{shape}: {text}");
            // Exports leave out the number of the actor.
            let actor_id = said.actor_id.clone();
            let found = Activity { unknown: Vec::new(), actor_id, ..found.into_iter().next().unwrap() };
            assert_eq!(found, said, "{shape}: {text}");
        }
    }
}

/// What a spreadsheet of the Drive log holds.
#[test]
fn a_spreadsheet_of_the_drive_log_is_read() {
    let sources = Sources::own().unwrap();
    let line = json!({"Date": "2025-05-05T04:50:47+02:00", "Event": "Download", "Actor": "ann@lab.example", "Document ID": "D1",
        "Title": "A title", "Document type": "Document", "Visibility": "Shared externally", "IP address": "192.0.2.1", "Owner": "o"});
    let act = read(&line.to_string(), &sources).unwrap().remove(0);
    assert_eq!((&*act.actor, act.verb, &*act.object), ("ann@lab.example", vouchsafe_watch::Verb::Download, "D1"));
    assert_eq!((act.at_us, act.visibility), (1_746_413_447_000_000, vouchsafe_watch::Visibility::Outside));
}

/// What nobody knows of a flattened activity is kept, and nothing else is taken for one.
#[test]
fn what_is_flattened_is_told_apart_and_its_rest_is_kept() {
    let sources = Sources::own().unwrap();
    let line = json!({"time_usec": 1_746_413_447_886_000_i64, "email": "a@lab.example", "record_type": "drive", "event_name": "download",
        "drive": {"doc_id": "D", "moon": 1}, "sun": 2});
    let (line, mut kept) = (line.to_string(), Vec::new());
    sources.read(&line, &mut |act| kept.extend(act.unknown.into_iter().map(|one| (one.name, one.json)))).unwrap();
    assert_eq!(kept, [("sun".into(), "2".into()), ("parameters.moon".into(), "1".into())]);
    for other in [
        json!({"record_type": "invoice", "event_name": "download", "time": "2025-05-05"}),
        json!({"id": {"time": "2025-05-05"}, "name": "x"}),
        json!({"id.time": "2025-05-05", "name": "download"}),
    ] {
        assert_eq!(sources.acts(other.clone(), None)[0].source, "unknown", "{other}");
    }
}

/// The activities of a public collection, which are flattened, say what the same ones say as the vendor sends them.
#[test]
fn real_flattened_activities_say_what_their_own_shape_says() {
    let Some(cases) = super::cases::cases() else { return };
    let sources = Sources::own().unwrap();
    let mut compared = 0;
    for event in cases.iter().map(|case| &case["event"]) {
        let (Some(app), Some(name)) = (event["id"]["applicationName"].as_str(), event["name"].as_str()) else {
            continue;
        };
        let flat = read(&event.to_string(), &sources);
        let mut own = raw(app, event["type"].as_str().unwrap_or_default(), name, &event["parameters"]);
        for around in ["id", "actor", "ipAddress"] {
            own[around] = event[around].clone();
            if own[around].is_null() {
                own.as_object_mut().unwrap().remove(around);
            }
        }
        let whole = |acts: Vec<Activity<'static>>| -> Vec<_> {
            acts.into_iter().map(|act| Activity { unknown: Vec::new(), ..act }).collect()
        };
        assert_eq!(flat.map(whole), read(&own.to_string(), &sources).map(whole), "{event}");
        compared += usize::from(event["id"]["time"].is_string());
    }
    assert!(compared > 20, "{compared}");
}
