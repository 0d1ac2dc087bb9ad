//! Which log an event comes from, and the acts it tells of.

use super::answers;
use super::cloud_logging;
use super::dotted;
use super::flattened;
use super::google::GoogleReports;
use super::mapping::{BadMapping, Mapping};
use super::paths::{Path, member};
use super::record::Record;
use super::{BadLine, Reader};
use crate::activity::{Activity, Field};
use serde_json::{Map, Value};
use std::collections::HashSet;

/// The logs that are known: those this crate brings, and those added by mapping files.
#[derive(Debug, Clone)]
pub struct Sources {
    mappings: Vec<Mapping>,
}

/// One act of an event: the log it is from, the event as rules see it, and what it says.
#[derive(Debug, Clone)]
pub struct Act {
    /// Name of the log: `google`, `m365`, `okta`; `unknown` if no mapping fits.
    pub source: String,
    /// The event, with one act in it.
    pub event: Value,
    /// What a reader makes of it.
    pub record: Record,
}

impl Act {
    /// The act for the engine. One of Google's is read as the fast reader reads the same act in its own shape, so that a
    /// score does not depend on how it was exported.
    pub fn activity(&self) -> Result<Activity<'static>, BadLine> {
        let record = || self.record.clone().activity();
        if self.source != GOOGLE {
            return record();
        }
        let (line, mut found) = (self.event.to_string(), None);
        if GoogleReports.read(&line, &mut |act| found = Some(act.into_owned())).is_err() {
            return record();
        }
        let kept = |(name, json): &(String, String)| Field { name: name.clone().into(), json: json.clone().into() };
        found.map_or_else(record, |act| Ok(Activity { unknown: self.record.unknown.iter().map(kept).collect(), ..act }))
    }
}

const OWN: [&str; 6] = [
    include_str!("mappings/google.json"),
    include_str!("mappings/m365.json"),
    include_str!("mappings/okta.json"),
    include_str!("mappings/slack.json"),
    include_str!("mappings/box.json"),
    include_str!("mappings/cloudtrail.json"),
];

/// The log of an event that none is known for.
pub(super) const UNKNOWN: &str = "unknown";
/// The log that has a reader of its own.
const GOOGLE: &str = "google";
/// The log that may carry Google's.
const GOOGLE_CLOUD: &str = "gcp";

const OTHERS: &str = include_str!("mappings/others.json");

/// Fields that name an event's log when a collector has put the event into an envelope.
const HINTS: [&str; 3] = ["log_type", "p_log_type", "format"];

/// Lists that hold one event each: the whole of a vendor's answer or file.
const LISTS: [&str; 6] = ["Records", "items", "value", "entries", "Events", "logEvents"];

/// Members of such an answer, at most: an event with a list in it has more.
const AROUND_A_LIST_MAX: usize = 8;

/// Fields that hold an event, as an object or as text, inside of what an export or a collector made around it: Microsoft's
/// audit search, hunting and Graph, AWS's event history, lake, event bus and log groups, two search engines and what runs containers.
const INNER: [&str; 13] = [
    "AuditData",
    "RawEventData",
    "CloudTrailEvent",
    "eventData",
    "eventJson",
    "detail",
    "message",
    "_source",
    "_raw",
    "result",
    "event",
    "original",
    "log",
];
/// Such envelopes in each other, at most.
const INNER_DEPTH_MAX: u32 = 3;

impl Sources {
    /// The logs this crate brings. Fails only if its own files are broken, which a test excludes.
    pub fn own() -> Result<Self, BadMapping> {
        let mut mappings = OWN.iter().map(|json| Mapping::parse(json)).collect::<Result<Vec<_>, _>>()?;
        for other in serde_json::from_str::<Vec<Value>>(OTHERS)? {
            mappings.push(Mapping::parse(&other.to_string())?);
        }
        Ok(Self { mappings })
    }

    /// Add a log by its mapping file. It is asked before those already there.
    pub fn add(&mut self, json: &str) -> Result<(), BadMapping> {
        self.mappings.insert(0, Mapping::parse(json)?);
        Ok(())
    }

    /// Names of all logs that are known.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.mappings.iter().map(|mapping| mapping.source.as_str())
    }

    /// Names that the columns of a table of a known log have, for [`Pieces::of`](super::pieces::Pieces::of).
    pub fn columns(&self) -> HashSet<String> {
        let mut columns = HashSet::new();
        for place in self.mappings.iter().flat_map(Mapping::places) {
            columns.insert(flattened::simple(place.split('.').next().unwrap_or_default()));
            columns.insert(flattened::simple(&place));
        }
        let others = ["CreationDate", "RecordId"].into_iter().chain(flattened::columns());
        columns.extend(INNER.into_iter().chain(HINTS).chain(others).map(flattened::simple));
        columns
    }

    /// The log of that name.
    pub fn named(&self, name: &str) -> Option<&Mapping> {
        self.mappings.iter().find(|mapping| mapping.source == name)
    }

    /// Every act a line's event tells of. `format` fixes the log; without it the envelope's word counts, then the shape.
    ///
    /// An event of a log nobody knows is one act of `unknown`, all of its fields kept.
    pub fn acts(&self, line: Value, format: Option<&Mapping>) -> Vec<Act> {
        self.opened(line, format).acts
    }

    /// The same, and how many members of its lists are no event.
    pub(super) fn opened(&self, line: Value, format: Option<&Mapping>) -> Opened {
        let mut opened = Opened::default();
        self.open(line, format, &mut opened);
        opened
    }

    fn open(&self, line: Value, format: Option<&Mapping>, opened: &mut Opened) {
        let line = match line {
            Value::Array(list) => return opened.each(list, |event, opened| self.open(event, format, opened)),
            other => other,
        };
        if let Value::Object(members) = &line
            && members.len() <= AROUND_A_LIST_MAX
            && let Some(list) = LISTS.iter().find_map(|name| members.get(*name)?.as_array())
            && (list.iter().all(Value::is_object) || list.iter().any(|event| self.holds(event, format)))
            && !self.mappings.iter().any(|mapping| mapping.fits(&line))
        {
            return opened.each(list.clone(), |event, opened| self.one(event, format, opened));
        }
        let hinted = format.or_else(|| self.hinted(&line));
        match line {
            Value::Object(mut members) if enveloped(&members) => {
                let event = members.remove("event").unwrap_or_default();
                let hinted = hinted.or_else(|| self.hinted(&event));
                self.one(event, hinted, opened);
            }
            event => self.one(event, hinted, opened),
        }
    }

    fn fits(&self, event: &Value, format: Option<&Mapping>) -> bool {
        let flat = || flattened::fits(event);
        match format {
            Some(mapping) => mapping.fits(event) || mapping.source == GOOGLE && flat(),
            None => self.mappings.iter().any(|mapping| mapping.fits(event)) || flat(),
        }
    }

    /// Whether it is an event, or what somebody put around one.
    fn holds(&self, event: &Value, format: Option<&Mapping>) -> bool {
        self.fits(event, format) || self.inner(event, format, INNER_DEPTH_MAX).is_some()
    }

    /// The log that an event has the shape of.
    fn shaped(&self, event: &Value) -> Option<&Mapping> {
        let fits = self.mappings.iter().find(|mapping| mapping.fits(event));
        fits.or_else(|| flattened::fits(event).then(|| self.named(GOOGLE)).flatten())
    }

    /// The event that an event holds inside of it, and the field of `event` that it stands in. Costs one look at each member.
    fn inner(&self, event: &Value, format: Option<&Mapping>, depth: u32) -> Option<(Value, &'static str)> {
        let place = |name: &String| INNER.iter().position(|inner| inner.eq_ignore_ascii_case(name));
        let held = event.as_object()?.iter().filter(|(_, value)| may_hold(value));
        let mut held: Vec<_> = held.filter_map(|(name, value)| Some((place(name)?, value))).collect();
        held.sort_by_key(|(place, _)| *place);
        held.into_iter().find_map(|(place, value)| {
            let inner = match value {
                Value::String(text) => decoded(text)?,
                object => object.clone(),
            };
            if self.fits(&inner, format) {
                return Some((inner, INNER[place]));
            }
            let (inner, _) = self.inner(&inner, format, depth.checked_sub(1)?)?;
            Some((inner, INNER[place]))
        })
    }

    /// The log that an envelope names: the longest beginning wins.
    fn hinted(&self, event: &Value) -> Option<&Mapping> {
        let name = HINTS.iter().find_map(|hint| event.get(hint)?.as_str())?;
        let fit = |mapping: &Mapping| {
            mapping.log_types.iter().filter(|start| name.starts_with(*start)).map(String::len).max()
        };
        self.mappings
            .iter()
            .filter_map(|mapping| Some((fit(mapping)?, mapping)))
            .max_by_key(|(fit, _)| *fit)
            .map(|(_, mapping)| mapping)
    }

    fn one(&self, event: Value, hinted: Option<&Mapping>, opened: &mut Opened) {
        let event = dotted::renamed(event, &|one| self.holds(one, hinted));
        // First what is inside: one vendor's names around an event are like those of the event, and say less.
        if let Some((inner, name)) = self.inner(&event, hinted, INNER_DEPTH_MAX) {
            let (first, around) = (opened.acts.len(), around(&event, &inner, name));
            self.one(inner, hinted, opened);
            if let Some(act) = opened.acts.get_mut(first) {
                act.record.unknown.extend(around);
            }
            return;
        }
        if !self.fits(&event, hinted)
            && let Some(events) = answers::events(&event, &|one| self.holds(one, hinted))
        {
            return opened.each(events, |event, opened| self.open(event, hinted, opened));
        }
        let Some(mapping) = hinted.or_else(|| self.shaped(&event)) else {
            let unknown = event
                .as_object()
                .into_iter()
                .flatten()
                .map(|(name, value)| (name.clone(), value.to_string()))
                .collect();
            opened.acts.push(Act {
                source: UNKNOWN.to_owned(),
                record: Record { unknown, ..Record::default() },
                event,
            });
            return;
        };
        if mapping.source == GOOGLE_CLOUD
            && let Some(activity) = cloud_logging::activity(&event)
        {
            return self.one(activity, self.named(GOOGLE), opened);
        }
        let events = if mapping.source == GOOGLE { flattened::events(event) } else { vec![event] };
        for event in events {
            let mut record = mapping.read(&event);
            if mapping.source == GOOGLE {
                flattened::told(&mut record, &event);
            }
            opened.acts.push(Act { source: mapping.source.clone(), record, event });
        }
    }
}

/// What a line tells of.
#[derive(Default)]
pub(super) struct Opened {
    pub(super) acts: Vec<Act>,
    /// Members of lists that are no object.
    pub(super) refused: u64,
}

impl Opened {
    /// Hand every event of a list to `open` and count what is none.
    fn each(&mut self, list: Vec<Value>, mut open: impl FnMut(Value, &mut Self)) {
        for event in list {
            if event.is_object() { open(event, self) } else { self.refused += 1 }
        }
    }
}

/// Whether a value is an object, or may be the text of one.
fn may_hold(value: &Value) -> bool {
    value.is_object() || value.as_str().is_some_and(|text| text.trim_start().starts_with(['{', '"']))
}

/// The event in a text. Some programs write one into a text that holds a text.
fn decoded(text: &str) -> Option<Value> {
    let mut value: Value = serde_json::from_str(text).ok()?;
    for _ in 1..INNER_DEPTH_MAX {
        let Value::String(inner) = &value else { break };
        value = serde_json::from_str(inner).ok()?;
    }
    Some(value)
}

/// What stands around an event and not in it, as name and JSON text.
fn around(outer: &Value, inner: &Value, at: &str) -> Vec<(String, String)> {
    let within = |name: &str| inner.as_object().is_some_and(|inner| member(inner, name).is_some());
    let apart = |name: &str| !name.eq_ignore_ascii_case(at) && !within(name);
    let members = outer.as_object().into_iter().flatten().filter(|(name, _)| apart(name));
    members.map(|(name, value)| (format!("around.{name}"), value.to_string())).collect()
}

/// Whether this is a collector's envelope around an event, and not an event that has a field of that name.
fn enveloped(members: &Map<String, Value>) -> bool {
    members.get("event").is_some_and(Value::is_object)
        && (members.contains_key("log_type") || members.contains_key("format"))
}

/// What a path finds in an act, the names beginning with `@` in its record and the others in its event.
pub(crate) fn look(path: &Path, act: &Act) -> Vec<Value> {
    let Some(of_record) = path.root().strip_prefix('@') else {
        let found: Vec<Value> = path.all(&act.event).into_iter().cloned().collect();
        return if found.is_empty() { path.all_in_texts(&act.event) } else { found };
    };
    let record = &act.record;
    let said = |text: &Option<String>| text.clone().map(Value::String).into_iter().collect();
    match of_record {
        "action" => said(&record.action),
        "actor" => said(&record.actor),
        "app" => said(&record.app),
        "object" => said(&record.object_id),
        "title" => said(&record.object_title),
        "visibility" => said(&record.visibility),
        "ip" => said(&record.ip),
        "target" => record.targets.iter().cloned().map(Value::String).collect(),
        "verb" => vec![Value::String(super::record::word(record.verb).to_owned())],
        "ok" => record.ok.map(Value::Bool).into_iter().collect(),
        "bytes" => record.bytes.map(Value::from).into_iter().collect(),
        "count" => record.count.map(Value::from).into_iter().collect(),
        "query" => {
            let query = Path::new("QUERY_TEXT").text(&act.event);
            query.map(|query| Value::String(super::queries::plain(&query))).into_iter().collect()
        }
        _ => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Verb;
    use serde_json::json;

    #[test]
    fn the_own_mappings_are_whole() {
        let sources = Sources::own().unwrap();
        assert!(sources.names().count() > 20);
        assert!(sources.named("okta").is_some());
    }

    #[test]
    fn both_shapes_of_a_google_activity_say_the_same() {
        let raw = json!({"kind": "admin#reports#activity", "id": {"time": "2025-05-05T02:50:47.886Z", "uniqueQualifier": "7", "applicationName": "drive"},
            "actor": {"email": "a@b.example"}, "ipAddress": "192.0.2.1", "events": [{"type": "access", "name": "download", "parameters": [
                {"name": "doc_id", "value": "D"}, {"name": "billable", "boolValue": true}, {"name": "moon", "intValue": "3"}]}]});
        let flat = json!({"kind": "admin#reports#activity", "id": {"time": "2025-05-05T02:50:47.886Z", "uniqueQualifier": "7", "applicationName": "drive"},
            "actor": {"email": "a@b.example"}, "ipAddress": "192.0.2.1", "type": "access", "name": "download",
            "parameters": {"doc_id": "D", "billable": true, "moon": "3"}});
        let sources = Sources::own().unwrap();
        let (raw, flat) = (sources.acts(raw, None), sources.acts(flat, None));
        assert_eq!(raw[0].record, flat[0].record);
        assert_eq!(raw[0].record.verb, Verb::Download);
        assert_eq!(raw[0].record.unknown, [("parameters.moon".to_owned(), "\"3\"".to_owned())]);
    }

    /// To whom a message went, and that a right was taken away, is said by values; both readers know it.
    #[test]
    fn both_readers_know_where_mail_went_and_what_was_closed() {
        let activity = |app: &str, name: &str, parameters: Value| {
            json!({"kind": "admin#reports#activity", "id": {"time": "2025-05-05T02:50:47.886Z", "uniqueQualifier": "7", "applicationName": app},
                "actor": {"email": "a@b.example"}, "events": [{"type": "t", "name": name, "parameters": parameters}]})
        };
        let message = json!([{"name": "message_info", "messageValue": {"parameter": [
            {"name": "flattened_destinations", "value": "gmail-ui:x:Bob@b.example, smtp-outbound:y:eve@c.example"},
            {"name": "num_message_attachments", "intValue": "2"}]}}]);
        let closed = json!([{"name": "doc_id", "value": "D"}, {"name": "target_user", "value": "e@c.example"},
            {"name": "new_value", "multiValue": ["none"]}]);
        for (event, verb, targets) in [
            (activity("gmail", "delivery", message), Verb::Send, vec!["bob@b.example", "eve@c.example"]),
            (activity("drive", "change_user_access", closed), Verb::Unshare, vec!["e@c.example"]),
            (
                activity("drive", "email_as_attachment", json!([{"name": "doc_id", "value": "D"}])),
                Verb::CopyFrom,
                vec![],
            ),
        ] {
            let slow = Sources::own().unwrap().acts(event.clone(), None).remove(0).activity().unwrap();
            let mut fast = Vec::new();
            let line = event.to_string();
            GoogleReports.read(&line, &mut |act| fast.push(act.into_owned())).unwrap();
            assert_eq!((slow.verb, &slow.targets, slow.count), (fast[0].verb, &fast[0].targets, fast[0].count));
            assert_eq!((slow.verb, slow.targets), (verb, targets.into_iter().map(Into::into).collect()));
        }
    }

    /// One log says by the name of an act alone that anyone may open something.
    #[test]
    fn a_link_for_anyone_is_public() {
        let event = json!({"CreationTime": "2025-05-05T02:50:47", "Operation": "AnonymousLinkCreated", "UserId": "ann@lab.example",
            "Workload": "OneDrive", "ObjectId": "https://lab.example/a.pdf"});
        let record = Sources::own().unwrap().acts(event, None).remove(0).record;
        assert_eq!(
            (record.verb, record.activity().unwrap().visibility),
            (Verb::Share, crate::activity::Visibility::Public)
        );
    }

    #[test]
    fn an_envelope_and_a_file_of_records_are_opened() {
        let sources = Sources::own().unwrap();
        let event = json!({"eventSource": "s3.amazonaws.com", "eventName": "GetObject", "requestParameters": {"bucketName": "b", "key": "k/l"}});
        let file = sources.acts(json!({"Records": [event, event]}), None);
        assert_eq!(file.len(), 2);
        assert_eq!(file[0].record.object_id.as_deref(), Some("b/k/l"));
        let wrapped = sources.acts(json!({"log_type": "AWS.CloudTrail", "event": {"eventname": "StopLogging"}}), None);
        assert_eq!(
            (wrapped[0].source.as_str(), wrapped[0].record.action.as_deref()),
            ("cloudtrail", Some("StopLogging"))
        );
    }

    /// As the vendors' own tools and the usual collectors write them.
    #[test]
    fn an_event_is_found_inside_of_what_an_export_made_around_it() {
        let sources = Sources::own().unwrap();
        let office = json!({"CreationTime": "2025-05-05T02:50:47", "Id": "7", "Operation": "FileDownloaded", "RecordType": 6,
            "UserId": "ann@lab.example", "Workload": "SharePoint", "ObjectId": "https://lab.example/a.pdf"});
        let trail = json!({"eventVersion": "1.08", "eventSource": "s3.amazonaws.com", "eventName": "GetObject", "awsRegion": "x",
            "eventTime": "2025-05-05T02:50:47Z", "requestParameters": {"bucketName": "b", "key": "k"}});
        let slack = json!({"id": "1", "date_create": 1_746_413_447, "action": "file_downloaded", "entity": {"type": "file", "file": {"id": "F"}},
            "actor": {"type": "user", "user": {"id": "U", "email": "ann@lab.example"}}, "context": {"ip_address": "192.0.2.1"}});
        let text = |event: &Value| Value::String(event.to_string());
        for (outer, source, acts) in [
            (json!([office, office]), "m365", 2),
            (json!({"@odata.context": "x", "value": [office]}), "m365", 1),
            (
                json!({"RecordId": "7", "CreationDate": "2025-05-05", "RecordType": "6", "Operation": "FileDownloaded",
                "UserId": "ann@lab.example", "AuditData": text(&office), "AssociatedAdminUnits": ""}),
                "m365",
                1,
            ),
            (json!({"ResultIndex": 1, "UserIds": "ann@lab.example", "AuditData": text(&office)}), "m365", 1),
            (json!({"RecordId": "7", "AuditData": text(&text(&office))}), "m365", 1),
            (
                json!({"value": [{"id": "7", "createdDateTime": "2025-05-05T02:50:47Z", "operation": "FileDownloaded", "auditData": office}]}),
                "m365",
                1,
            ),
            (json!({"ok": true, "entries": [slack, slack], "response_metadata": {"next_cursor": "x"}}), "slack", 2),
            (
                json!({"Events": [{"EventId": "1", "EventName": "GetObject", "CloudTrailEvent": text(&trail)}], "NextToken": "x"}),
                "cloudtrail",
                1,
            ),
            (
                json!({"version": "0", "detail-type": "AWS API Call via CloudTrail", "source": "aws.s3", "account": "1", "detail": trail}),
                "cloudtrail",
                1,
            ),
            (
                json!({"logGroup": "g", "logEvents": [{"id": "1", "timestamp": 1, "message": text(&trail)}]}),
                "cloudtrail",
                1,
            ),
            (
                json!({"_index": "i", "_id": "1", "_source": {"@version": "1", "message": text(&trail)}}),
                "cloudtrail",
                1,
            ),
            (json!({"preview": false, "result": {"_raw": text(&slack), "host": "h"}}), "slack", 1),
        ] {
            let found = sources.acts(outer.clone(), None);
            assert_eq!(found.len(), acts, "{outer}");
            for act in &found {
                assert_eq!((act.source.as_str(), act.record.verb), (source, Verb::Download), "{outer}");
            }
        }
        let kept = sources.acts(json!({"ResultIndex": 3, "AuditData": text(&office)}), None).remove(0).record.unknown;
        assert_eq!(kept, [("around.ResultIndex".to_owned(), "3".to_owned())]);
    }

    #[test]
    fn an_event_of_no_known_log_keeps_everything() {
        let acts = Sources::own().unwrap().acts(json!({"strange": {"deep": 1}}), None);
        assert_eq!(acts[0].source, "unknown");
        assert_eq!(acts[0].record.unknown, [("strange".to_owned(), "{\"deep\":1}".to_owned())]);
    }
}
