//! Google's activities as exports flatten them: `BigQuery` (a record for each application), tables and collectors (names joined by
//! dots or underscores, parameters among the members, camel case). All are put into one shape, which the mapping and the
//! rules know and [`super::google`] reads: `id`, `actor`, `ipAddress`, `name`, `type`, and `parameters` as an object.

use super::dotted;
use super::paths::{member, says, text};
use super::record::Record;
use super::verbs;
use crate::activity::Verb;
use serde_json::{Map, Value};
use std::collections::HashMap;
use std::sync::LazyLock;

/// The applications by which a flattened activity is told from events of other logs.
const APPLICATIONS: &[&str] = &[
    "access_transparency",
    "admin",
    "calendar",
    "chat",
    "chrome",
    "classroom",
    "context_aware_access",
    "data_studio",
    "drive",
    "gcp",
    "gmail",
    "groups",
    "groups_enterprise",
    "keep",
    "login",
    "meet",
    "mobile",
    "rules",
    "saml",
    "takeout",
    "token",
    "user_accounts",
    "vault",
];

/// Parameters that stand among the members themselves where somebody flattened an activity all the way.
const PARAMETERS: &[&str] = &[
    "access_level",
    "billable",
    "calendar_id",
    "destination",
    "destination_folder_id",
    "destination_folder_title",
    "doc_id",
    "doc_title",
    "doc_type",
    "event_guest",
    "event_id",
    "event_info",
    "event_title",
    "flattened_destinations",
    "grantee_email",
    "is_encrypted",
    "is_suspicious",
    "login_challenge_method",
    "login_type",
    "message_info",
    "new_owner",
    "new_value",
    "num_message_attachments",
    "old_value",
    "old_visibility",
    "organizer_calendar_id",
    "originating_app_id",
    "owner",
    "owner_is_shared_drive",
    "owner_is_team_drive",
    "primary_event",
    "shared_drive_id",
    "subject",
    "target",
    "target_domain",
    "target_user",
    "team_drive_id",
    "visibility",
    "visibility_change",
];

/// Parameters by what exports leave of their names.
static KNOWN: LazyLock<HashMap<String, &'static str>> =
    LazyLock::new(|| PARAMETERS.iter().map(|name| (simple(name), *name)).collect());

/// Where a member of a flattened activity belongs.
enum Place {
    Id(&'static str),
    Actor(&'static str),
    Top(&'static str),
    Parameter(&'static str),
    Parameters,
    /// An object of which each member has a place of its own: what stands before its names.
    Within(&'static str),
    Unknown,
}

/// Whether an event is an activity of Google's, in whatever way it was flattened: it names an application, an act and a time. What
/// a spreadsheet of the Drive log holds names a document in the place of the application.
pub(super) fn fits(event: &Value) -> bool {
    let Value::Object(members) = event else { return false };
    let tells = |name: &String| {
        matches!(place(name, "", ""), Place::Id("applicationName") | Place::Within("id") | Place::Parameter("doc_id"))
            || name.starts_with("id.")
    };
    if !members.keys().any(tells) {
        return false;
    }
    let one = gathered(members.clone());
    let said = |at: &str, name: &str| one.get(at).and_then(|of| of.get(name)).is_some_and(says);
    let app = one.get("id").and_then(|id| id.get("applicationName")).and_then(Value::as_str).unwrap_or_default();
    let events = one.get("events").is_some_and(Value::is_array);
    APPLICATIONS.contains(&app) && said("id", "time") && (one.get("name").is_some_and(says) || events)
}

/// An activity as one event each, with `name`, `type` and `parameters` (an object) at the top.
pub(super) fn events(activity: Value) -> Vec<Value> {
    let Value::Object(members) = activity else { return vec![activity] };
    let mut members = if plain(&members) { members } else { gathered(members) };
    let events = match members.remove("events") {
        Some(Value::Array(events)) => events,
        Some(other) => {
            members.insert("events".to_owned(), other);
            return vec![Value::Object(members)];
        }
        None => return vec![Value::Object(members)],
    };
    let many = events.len() > 1;
    let mut flat = Vec::with_capacity(events.len());
    for (at, event) in events.into_iter().enumerate() {
        let mut one = members.clone();
        if let Value::Object(event) = event {
            for (name, value) in event {
                let value = if name == "parameters" { parameters(value) } else { value };
                one.insert(name, value);
            }
        }
        if many
            && let Some(id) = one.get_mut("id").and_then(|id| id.get_mut("uniqueQualifier"))
            && let Some(text) = id.as_str()
        {
            *id = Value::String(format!("{text}/{at}"));
        }
        flat.push(Value::Object(one));
    }
    flat
}

/// Whether the shape is the one already that everything is put into, or the one that the vendor sends.
fn plain(members: &Map<String, Value>) -> bool {
    let object = |name: &str| members.get(name).is_none_or(|value| value.is_object() || value.is_null());
    let app = members.get("id").and_then(|id| id.get("applicationName")).and_then(Value::as_str);
    let beside = |name: &str| name.contains('.') || PARAMETERS.contains(&name) || app == Some(name);
    object("id")
        && object("actor")
        && object("parameters")
        && app.is_some()
        && !members.contains_key("event")
        && members.get("events").is_none_or(Value::is_array)
        && members.get("id").and_then(|id| id.get("time")).is_none_or(Value::is_string)
        && (members.contains_key("parameters") || !members.keys().any(|name| beside(name)))
        && members.get("parameters").is_none_or(vendors)
}

/// Whether all names in a value are as the vendor has them.
fn vendors(value: &Value) -> bool {
    match value {
        Value::Object(members) => members.iter().all(|(name, value)| snake(name) == *name && vendors(value)),
        _ => true,
    }
}

/// The address of a destination: mail logs write the service and the selector before it, `gmail-ui:x:ann@lab.example`.
pub(super) fn address(destination: &str) -> &str {
    destination.rsplit(':').next().unwrap_or_default().trim()
}

/// What an act of Google's comes to, and what it says by a value and not by a name: that a right was taken away, and to whom a
/// message went. A verb that the mapping gave stands.
pub(super) fn told(record: &mut Record, event: &Value) {
    if record.verb == Verb::Other {
        record.verb =
            verbs::google(record.app.as_deref().unwrap_or_default(), record.action.as_deref().unwrap_or_default());
    }
    let Some(parameters) = event.as_object().and_then(|event| member(event, "parameters")?.as_object()) else { return };
    let none = |value: &Value| match value {
        Value::Array(list) => list.iter().any(|value| value == "none"),
        value => value == "none",
    };
    if record.verb == Verb::Share && member(parameters, "new_value").is_some_and(none) {
        record.verb = Verb::Unshare;
    }
    if record.verb == Verb::Send {
        let message = member(parameters, "message_info").and_then(Value::as_object).unwrap_or(parameters);
        let joined = member(message, "flattened_destinations").and_then(Value::as_str).unwrap_or_default();
        let listed = member(message, "destination").and_then(Value::as_array).into_iter().flatten();
        let listed = listed.filter_map(|one| member(one.as_object()?, "address")?.as_str());
        for to in joined.split(',').chain(listed).map(address).filter(|to| !to.is_empty()) {
            if !record.targets.iter().any(|known| known == to) {
                record.targets.push(to.to_owned());
            }
        }
        record.count = member(message, "num_message_attachments").and_then(text).and_then(|said| said.parse().ok());
    }
}

/// Keys under which a parameter has its value, one for each type. Of several that say something the first counts.
const TYPED: [&str; 8] = [
    "value",
    "multiValue",
    "multiStrValue",
    "boolValue",
    "intValue",
    "multiIntValue",
    "messageValue",
    "multiMessageValue",
];

/// Which key a parameter's value is sought under first, in any case; `None` for what holds no value. A type that the vendor adds
/// comes last.
pub(super) fn rank(key: &str) -> Option<usize> {
    let known = TYPED.iter().position(|typed| typed.eq_ignore_ascii_case(key));
    known.or_else(|| {
        let end = key.len().checked_sub("value".len())?;
        key.get(end..).is_some_and(|end| end.eq_ignore_ascii_case("value")).then_some(TYPED.len())
    })
}

/// A list of named parameters as an object. The value is that of the first typed key which says something.
fn parameters(list: Value) -> Value {
    let Value::Array(list) = list else { return list };
    let mut members = Map::new();
    for parameter in list {
        let Value::Object(parameter) = parameter else { continue };
        let Some(name) = member(&parameter, "name").and_then(Value::as_str).map(str::to_owned) else { continue };
        let typed = parameter.into_iter().filter_map(|(key, value)| Some((rank(&key)?, value)));
        let value = typed.min_by_key(|(rank, value)| (!says(value), *rank)).map_or(Value::Null, |(_, value)| value);
        // The first of two of the same name stands; the vendor sends none.
        if !members.get(&name).is_some_and(says) {
            members.insert(name, message(value));
        }
    }
    Value::Object(members)
}

/// A value in which messages are objects of their parameters.
fn message(value: Value) -> Value {
    match value {
        Value::Object(mut said) => said.remove("parameter").map_or(Value::Object(said), parameters),
        Value::Array(list) => list.into_iter().map(message).collect(),
        other => other,
    }
}

/// Every member of a flattened activity in its place. Of two for one place the first that says something stands.
fn gathered(members: Map<String, Value>) -> Map<String, Value> {
    let members = dotted::unfolded(members);
    let app = members.iter().find_map(|(name, value)| match (place(name, "", ""), value) {
        (Place::Id("applicationName"), value) => text(value),
        (Place::Within("id"), Value::Object(id)) => {
            text(member(id, "applicationName").or_else(|| member(id, "application_name"))?)
        }
        _ => None,
    });
    let mut one = Map::new();
    put_all(members, "", &app.unwrap_or_default().to_lowercase(), &mut one);
    let has_doc = one.get("parameters").and_then(|of| of.get("doc_id")).is_some_and(says);
    let id = one.entry("id").or_insert_with(|| Value::Object(Map::new()));
    if let Value::Object(id) = id {
        if let Some(date) = id.remove("date") {
            id.entry("time").or_insert(date);
        }
        if has_doc {
            id.entry("applicationName").or_insert_with(|| "drive".into());
        }
    }
    one
}

/// Put members into their places; `before` is the name of the object they stand in.
fn put_all(members: Map<String, Value>, before: &str, app: &str, one: &mut Map<String, Value>) {
    for (name, value) in members {
        let value = decoded(value);
        match (place(&name, before, app), value) {
            // Of an export with a place for each application all the others say nothing.
            (_, Value::Null) => {}
            (Place::Id("applicationName"), Value::String(app)) => {
                put(one, "id", "applicationName", Value::String(app.to_lowercase()));
            }
            (Place::Id(slot), Value::Number(number)) => put(one, "id", slot, Value::String(number.to_string())),
            (Place::Id(slot), value @ Value::String(_)) => put(one, "id", slot, value),
            (Place::Actor(slot), value @ (Value::String(_) | Value::Number(_))) => put(one, "actor", slot, value),
            (Place::Within("actor"), value @ Value::String(_)) => put(one, "actor", "email", value),
            (Place::Within("id"), Value::Number(id)) => {
                put(one, "id", "uniqueQualifier", Value::String(id.to_string()));
            }
            (Place::Within("id"), id @ Value::String(_)) => put(one, "id", "uniqueQualifier", id),
            (Place::Top("name") | Place::Within("event"), Value::String(name)) => {
                put(one, "", "name", Value::String(verbs::of_console(worded(&name))));
            }
            (Place::Top(slot), value) => put(one, "", slot, value),
            (Place::Within("event"), list @ Value::Array(_)) => put(one, "", "events", list),
            (Place::Within(within), Value::Object(members)) => put_all(members, within, app, one),
            (Place::Parameters, value @ (Value::Object(_) | Value::Array(_))) => {
                let Value::Object(members) = parameters(value) else { continue };
                for (name, value) in members {
                    put(one, "parameters", &snake(&name), renamed(value));
                }
            }
            (Place::Parameter("visibility"), Value::String(said)) => {
                put(one, "parameters", "visibility", Value::String(verbs::visibility_of_console(worded(&said))));
            }
            (Place::Parameter(name), value) => put(one, "parameters", name, renamed(value)),
            (_, value) => put(one, before, &name, value),
        }
    }
}

/// Put a value into the object `within`, or at the top.
fn put(one: &mut Map<String, Value>, within: &str, name: &str, value: Value) {
    let of = if within.is_empty() {
        one
    } else {
        let entry = one.entry(within).or_insert_with(|| Value::Object(Map::new()));
        let Value::Object(of) = entry else { return };
        of
    };
    if !of.get(name).is_some_and(says) {
        of.insert(name.to_owned(), value);
    }
}

/// Where a member belongs, by its name and that of the object it stands in, without regard to case, dots and underscores.
fn place(name: &str, before: &str, app: &str) -> Place {
    let joined = before.to_owned() + &simple(name);
    match joined.as_str() {
        "id" => Place::Within("id"),
        "actor" => Place::Within("actor"),
        "event" | "events" => Place::Within("event"),
        "idtime" | "time" | "timeusec" | "eventtime" => Place::Id("time"),
        "timestamp" | "date" => Place::Id("date"),
        "idapplicationname" | "applicationname" | "recordtype" => Place::Id("applicationName"),
        "iduniquequalifier" | "uniquequalifier" | "uniqueidentifier" => Place::Id("uniqueQualifier"),
        "idcustomerid" | "customerid" => Place::Id("customerId"),
        "actoremail" | "email" | "useremail" | "user" => Place::Actor("email"),
        "actorprofileid" | "profileid" => Place::Actor("profileId"),
        "actorkey" => Place::Actor("key"),
        "actorcallertype" | "callertype" => Place::Actor("callerType"),
        "ipaddress" | "ip" => Place::Top("ipAddress"),
        "name" | "eventname" | "eventsname" => Place::Top("name"),
        "type" | "eventtype" | "eventstype" => Place::Top("type"),
        "parameters" | "eventparameters" | "eventsparameters" => Place::Parameters,
        "documentid" | "itemid" => Place::Parameter("doc_id"),
        "documenttype" | "itemtype" => Place::Parameter("doc_type"),
        "title" | "itemname" => Place::Parameter("doc_title"),
        "priorvisibility" => Place::Parameter("old_visibility"),
        joined if before.is_empty() && !app.is_empty() && joined == simple(app) => Place::Parameters,
        joined => {
            let app = simple(app);
            let begun = ["eventsparameters", "eventparameters", "parameters", &app];
            let bare = begun.iter().filter(|one| !one.is_empty()).find_map(|begun| joined.strip_prefix(begun));
            KNOWN.get(bare.unwrap_or(joined)).map_or(Place::Unknown, |known| Place::Parameter(known))
        }
    }
}

/// An act or a visibility as the vendor's programs name it, from what its screens call it.
fn worded(said: &str) -> String {
    if said.chars().all(|one| !one.is_lowercase()) || said.chars().all(|one| !one.is_uppercase() && one != ' ') {
        return said.to_owned();
    }
    said.trim().to_lowercase().replace(' ', "_")
}

/// Names that columns of a flattened activity have, besides those of the vendor's own shape.
pub(super) fn columns() -> impl Iterator<Item = &'static str> {
    const OTHERS: [&str; 20] = [
        "time",
        "time_usec",
        "event_time",
        "timestamp",
        "date",
        "record_type",
        "unique_identifier",
        "application_name",
        "actor",
        "email",
        "user_email",
        "user",
        "ip_address",
        "event",
        "event_name",
        "event_type",
        "document_id",
        "item_id",
        "title",
        "item_name",
    ];
    PARAMETERS.iter().copied().chain(OTHERS)
}

/// A name without what exports change in it.
pub(super) fn simple(name: &str) -> String {
    name.chars().filter(|one| one.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// A name in camel case as the vendor has it; names all in upper case are the vendor's own.
pub(super) fn snake(name: &str) -> String {
    let mut snake = String::with_capacity(name.len() + 4);
    let mut lower = false;
    for one in name.chars() {
        if one.is_uppercase() && lower {
            snake.push('_');
        }
        lower = one.is_lowercase() || one.is_ascii_digit();
        snake.push(one);
    }
    if name.chars().any(char::is_lowercase) { snake.to_lowercase() } else { snake }
}

/// A parameter's value with the names in it as the vendor has them.
fn renamed(value: Value) -> Value {
    match value {
        Value::Object(members) => {
            Value::Object(members.into_iter().map(|(name, value)| (snake(&name), renamed(value))).collect())
        }
        Value::Array(list) => Value::Array(list.into_iter().map(renamed).collect()),
        other => other,
    }
}

/// What a cell of a table holds as JSON text.
fn decoded(value: Value) -> Value {
    match &value {
        Value::String(text) if text.starts_with(['{', '[']) => serde_json::from_str(text).unwrap_or(value),
        _ => value,
    }
}
