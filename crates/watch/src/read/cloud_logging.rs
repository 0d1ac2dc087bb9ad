//! Google Workspace's acts as Google Cloud's log carries them, for organisations that share the one with the other: the activity
//! stands in `protoPayload.metadata`, with its fields called otherwise. It is put into the shape of the Reports API.

use super::paths::member;
use serde_json::{Map, Value, json};

/// What names a service, after the word that tells which application it is.
const SERVICE: &str = ".googleapis.com";

/// The activity, if an entry of Google Cloud's log holds one.
pub(super) fn activity(entry: &Value) -> Option<Value> {
    let payload = |path: &[&str]| path.iter().try_fold(at(entry, "protoPayload")?, |of, name| at(of, name));
    let events = payload(&["metadata", "event"])?.as_array()?;
    let app = match payload(&["serviceName"])?.as_str()?.strip_suffix(SERVICE)? {
        "oauth2" => "token",
        app => app,
    };
    if !events.iter().all(Value::is_object) {
        return None;
    }
    Some(json!({
        "id": {"applicationName": app, "time": at(entry, "timestamp")?, "uniqueQualifier": at(entry, "insertId")},
        "actor": {"email": payload(&["authenticationInfo", "principalEmail"])},
        "ipAddress": payload(&["requestMetadata", "callerIp"]),
        "events": events.iter().map(event).collect::<Value>(),
    }))
}

fn at<'v>(of: &'v Value, name: &str) -> Option<&'v Value> {
    member(of.as_object()?, name)
}

fn event(told: &Value) -> Value {
    let mut event = Map::new();
    for (name, value) in told.as_object().into_iter().flatten() {
        let name = match name.as_str() {
            "eventName" => "name",
            "eventType" => "type",
            "parameter" => "parameters",
            other => other,
        };
        event.insert(name.to_owned(), value.clone());
    }
    Value::Object(event)
}
