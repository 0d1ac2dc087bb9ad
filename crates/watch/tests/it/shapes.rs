//! What exports, tables and collectors make of a vendor's event: it comes to the act that the event itself comes to.

use serde_json::{Map, Value, json};
use vouchsafe_watch::Verb;
use vouchsafe_watch::read::BadLine;
use vouchsafe_watch::read::pieces::Pieces;
use vouchsafe_watch::read::report::Report;
use vouchsafe_watch::read::sources::{Act, Sources};

fn trail() -> Value {
    json!({"eventVersion": "1.08", "eventSource": "s3.amazonaws.com", "eventName": "GetObject", "awsRegion": "x", "eventID": "e1",
        "eventTime": "2025-05-05T02:50:47Z", "sourceIPAddress": "192.0.2.1", "userIdentity": {"type": "IAMUser", "principalId": "AIDA1", "arn": "arn:aws:iam::1:user/ann",
        "accountId": "1", "userName": "ann"}, "errorCode": "AccessDenied", "requestParameters": {"bucketName": "b", "key": "k/l"}})
}

fn office() -> Value {
    json!({"CreationTime": "2025-05-05T02:50:47", "Id": "7", "Operation": "MailItemsAccessed", "RecordType": 6, "UserId": "ann@lab.example",
        "Workload": "Exchange", "ResultStatus": "Succeeded", "Item": {"Id": "I1", "Subject": "s"}})
}

fn okta() -> Value {
    json!({"eventType": "user.session.start", "published": "2025-05-05T02:50:47Z", "uuid": "u", "actor": {"alternateId": "ann@lab.example", "id": "00u"},
        "outcome": {"result": "FAILURE"}, "client": {"ipAddress": "192.0.2.1"}, "target": [{"id": "T1", "alternateId": "eve@c.example", "displayName": "d"}]})
}

fn slack() -> Value {
    json!({"id": "1", "date_create": 1_746_413_447, "action": "file_downloaded", "entity": {"type": "file", "file": {"id": "F", "name": "n"}},
        "actor": {"type": "user", "user": {"id": "U", "email": "ann@lab.example"}}, "context": {"ip_address": "192.0.2.1"}})
}

fn boxed() -> Value {
    json!({"event_type": "DOWNLOAD", "event_id": "e", "created_at": "2025-05-05T02:50:47-07:00", "ip_address": "192.0.2.1",
        "created_by": {"login": "ann@lab.example", "id": "1"}, "source": {"item_id": "7", "item_name": "n"}})
}

fn one(sources: &Sources, event: &Value) -> Act {
    let mut acts = sources.acts(event.clone(), None);
    assert_eq!(acts.len(), 1, "{event}");
    acts.remove(0)
}

/// Who did what to what, and whether it was let.
fn said(act: &Act) -> (String, String, String, String, Option<bool>, Vec<String>) {
    let text = |said: &Option<String>| said.clone().unwrap_or_default();
    let record = &act.record;
    (
        act.source.clone(),
        text(&record.actor),
        text(&record.action),
        text(&record.object_id),
        record.ok,
        record.targets.clone(),
    )
}

fn dotted(value: &Value, before: &str, list: &dyn Fn(usize) -> String, into: &mut Map<String, Value>) {
    let named: Vec<(String, &Value)> = match value {
        Value::Object(members) => members.iter().map(|(name, value)| (format!(".{name}"), value)).collect(),
        Value::Array(all) => all.iter().enumerate().map(|(at, value)| (list(at), value)).collect(),
        other => return drop(into.insert(before.trim_start_matches('.').to_owned(), other.clone())),
    };
    named.into_iter().for_each(|(name, value)| dotted(value, &format!("{before}{name}"), list, into));
}

fn cell(text: &str) -> String {
    format!("\"{}\"", text.replace('"', "\"\""))
}

fn table(members: &Map<String, Value>) -> String {
    let text = |value: &Value| cell(&value.as_str().map_or_else(|| value.to_string(), str::to_owned));
    let names: Vec<_> = members.keys().map(|name| cell(name)).collect();
    let values: Vec<_> = members.values().map(text).collect();
    format!("{}\n{}\n", names.join(","), values.join(","))
}

/// Every piece of a log, as a report counts it.
fn read(log: &str) -> (Vec<Act>, Report) {
    let sources = Sources::own().unwrap();
    let (mut pieces, mut acts, mut report) = (Pieces::of(sources.columns()), Vec::new(), Report::default());
    let mut take = |number: u64, piece: Result<&str, BadLine>| acts.extend(report.piece(number, piece, &sources, None));
    (1..).zip(log.split_inclusive('\n')).for_each(|(at, line)| pieces.line(at, line, &mut take));
    pieces.end(&mut take);
    (acts, report)
}

#[test]
fn names_with_dots_are_unfolded_whatever_fits_already() {
    let sources = Sources::own().unwrap();
    let brackets = |at: usize| format!("[{at}]");
    let numbers = |at: usize| format!(".{at}");
    let braces = |_: usize| "{}".to_owned();
    let ways: [&dyn Fn(usize) -> String; 3] = [&brackets, &numbers, &braces];
    for event in [trail(), office(), okta(), slack(), boxed()] {
        let whole = said(&one(&sources, &event));
        assert!(!whole.1.is_empty() && !whole.3.is_empty(), "{event}");
        for way in ways {
            let mut flat = Map::new();
            dotted(&event, "", way, &mut flat);
            assert_eq!(said(&one(&sources, &Value::Object(flat.clone()))), whole, "{flat:?}");
            let (acts, _) = read(&table(&flat));
            assert_eq!(acts.iter().map(said).collect::<Vec<_>>(), std::slice::from_ref(&whole), "{flat:?}");
        }
    }
}

/// A tag's name begins with a dot, and stays what it is.
#[test]
fn a_name_that_begins_with_a_dot_is_a_name() {
    let event = json!({"timestamp": "2025-05-05T02:50:47Z", "event_type..tag": "file_download", "actor.user.email": "ann@lab.example",
        "event_category": {".tag": "file_operations"}, "origin": {"x": 1}});
    let act = one(&Sources::own().unwrap(), &event);
    assert_eq!(
        (act.source.as_str(), act.record.action.as_deref(), act.record.verb),
        ("dropbox", Some("file_download"), Verb::Download)
    );
}

/// AWS's own command writes names around the event that look like the event's.
#[test]
fn an_event_is_looked_for_inside_of_what_looks_like_one() {
    let sources = Sources::own().unwrap();
    let whole = said(&one(&sources, &trail()));
    assert_eq!(whole.4, Some(false));
    let around = json!({"EventId": "e1", "EventName": "GetObject", "ReadOnly": "true", "AccessKeyId": "AKIA", "EventTime": 1_746_413_447.0,
        "EventSource": "s3.amazonaws.com", "Username": "ann", "Resources": [], "CloudTrailEvent": trail().to_string()});
    for log in [around.clone(), json!({"Events": [around.clone()]}), json!({"Events": [around], "NextToken": "t"})] {
        let act = one(&sources, &log);
        assert_eq!(said(&act), whole);
        assert!(act.record.unknown.iter().any(|(name, _)| name == "around.AccessKeyId"));
    }
    let lake = json!({"eventID": "e1", "eventTime": "2025-05-05 02:50:47.000", "eventName": "GetObject", "eventSource": "s3.amazonaws.com", "eventJson": trail().to_string()});
    assert_eq!(said(&one(&sources, &lake)), whole);
}

#[test]
fn rows_of_a_query_are_events() {
    let sources = Sources::own().unwrap();
    let row = json!([{"eventTime": "2025-05-05 02:50:47.000"}, {"eventName": "GetObject"}, {"eventSource": "s3.amazonaws.com"},
        {"userIdentity": "{type=IAMUser, principalid=AIDA1, arn=arn:aws:iam::1:user/ann, accountid=1, username=ann}"}]);
    let acts = sources.acts(
        json!({"QueryStatus": "FINISHED", "QueryStatistics": {"ResultsCount": 2}, "QueryResultRows": [row, row]}),
        None,
    );
    assert_eq!(acts.iter().map(|act| act.record.actor.as_deref()).collect::<Vec<_>>(), [Some("ann"), Some("ann")]);
}

/// A database writes what it holds as text: JSON, or the way in which it prints a record.
#[test]
fn a_trail_in_a_table_says_who_and_what() {
    let sources = Sources::own().unwrap();
    let whole = said(&one(&sources, &trail()));
    let (identity, request) = (trail()["userIdentity"].to_string(), trail()["requestParameters"].to_string());
    for identity in [
        identity.as_str(),
        "{type=IAMUser, principalid=AIDA1, arn=arn:aws:iam::1:user/ann, accountid=1, invokedby=null, username=ann, sessioncontext=null}",
        "{type=IAMUser,principalId=AIDA1,arn=arn:aws:iam::1:user/ann,accountId=1,userName=ann,sessionContext={attributes={mfaAuthenticated=false, creationDate=x}}}",
    ] {
        let row = json!({"eventversion": "1.08", "useridentity": identity, "eventtime": "2025-05-05T02:50:47Z", "eventsource": "s3.amazonaws.com",
            "eventname": "GetObject", "errorcode": "AccessDenied", "requestparameters": request});
        assert_eq!(said(&one(&sources, &row)), whole, "{identity}");
        let (acts, report) = read(&table(row.as_object().unwrap()));
        assert_eq!(acts.iter().map(said).collect::<Vec<_>>(), std::slice::from_ref(&whole), "{identity}");
        assert_eq!(report.nameless, 0);
    }
    let role = "{type=AssumedRole, principalid=AROA1:ann@lab.example, arn=arn:aws:sts::1:assumed-role/R/ann@lab.example, sessioncontext={attributes={mfaauthenticated=false}, sessionissuer={type=Role, username=R}}}";
    let row = json!({"useridentity": role, "eventtime": "2025-05-05T02:50:47Z", "eventsource": "s3.amazonaws.com", "eventname": "GetObject"});
    assert_eq!(one(&sources, &row).activity().unwrap().actor, "ann@lab.example");
}

#[test]
fn acts_that_do_not_say_who_are_counted() {
    let mut event = trail();
    event["userIdentity"] = json!("?");
    let (acts, report) = read(&format!("{event}\n{}\n", trail()));
    assert_eq!((acts.len(), report.nameless, report.incomplete), (2, 1, 0));
}

/// A stray quote is a character; one that never closes costs its own row.
#[test]
fn a_stray_quote_costs_at_most_its_own_row() {
    let header = "CreationTime,Operation,UserId,Workload,ObjectId\n";
    let row = |user: &str, object: &str| format!("2025-05-05T02:50:47,FileDownloaded,{user},OneDrive,{object}\n");
    for (stray, read_too) in [
        (row("a@b.c 5\" disk", "o"), true),
        (row("\"a@b.c", "o"), false),
        (row("a@b.c", "\"o"), false),
        (row("\"a\"@b.c", "o"), true),
    ] {
        let log = [
            header,
            &row("ann@lab.example", "one"),
            &stray,
            &row("bob@lab.example", "\"two, \"\"2\"\"\nb\""),
            &row("eve@lab.example", "three"),
        ]
        .concat();
        let (acts, report) = read(&log);
        let objects: Vec<_> = acts.iter().filter_map(|act| act.record.object_id.as_deref()).collect();
        for object in ["one", "two, \"2\"\nb", "three"] {
            assert!(objects.contains(&object), "{stray}: {objects:?}");
        }
        assert_eq!((acts.len() == 4, report.skipped == 0), (read_too, read_too), "{stray}");
    }
}

#[test]
fn a_list_with_something_else_in_it_costs_that_alone() {
    let event = trail();
    for (log, skipped) in [
        (format!("{{\"Records\":[{event},null,{event}]}}"), 1),
        (format!("[{event},null,7,{event}]"), 2),
        (format!("[\n{event},\nnull,\n\"x, y\", {event}\n]\n"), 2),
        (format!("{{\"data\":{{\"rows\":[null,{event},[],{event}]}}}}"), 2),
    ] {
        let (acts, report) = read(&log);
        assert_eq!((acts.len(), report.acts, report.skipped), (2, 2, skipped), "{log}");
        assert!(acts.iter().all(|act| act.source == "cloudtrail"), "{log}");
    }
}

/// As a stream that is written into a store without line ends, and as sequences of JSON texts.
#[test]
fn objects_one_after_another_are_an_event_each() {
    let event = trail();
    for log in [
        format!("{event}{event}{event}"),
        format!("{event} {event}\n{event}\n"),
        format!("{event}\n{event}{event}\n"),
        format!("\u{1e}{event}\n\u{1e}{event}\n\u{1e}{event}\n"),
        format!("\u{1e}{event}\u{1e}{event}\u{1e}{event}"),
        format!("{event}\n\u{1e}{event}\n\u{1e}{event}\n"),
    ] {
        let (acts, report) = read(&log);
        assert_eq!((acts.len(), report.skipped), (3, 0), "{log}");
        assert!(acts.iter().all(|act| act.source == "cloudtrail"));
    }
    let (acts, report) = read(&format!("{event}\n{event}{event}{{\"a\":\n"));
    assert_eq!((acts.len(), report.skipped), (3, 1), "what is cut off is refused by itself");
}

#[test]
fn what_leaves_by_a_device_or_a_link_is_named() {
    let sources = Sources::own().unwrap();
    for (operation, verb) in [
        ("FilePrinted", Verb::Print),
        ("FileCopiedToRemovableMedia", Verb::Download),
        ("FileCreatedOnRemovableMedia", Verb::Download),
        ("FileCopiedToNetworkShare", Verb::Export),
        ("FileUploadedToCloud", Verb::Export),
        ("SharingLinkCreated", Verb::Share),
        ("AddedToSharingLink", Verb::Share),
        ("RemovedFromSharingLink", Verb::Unshare),
        ("FileUploaded", Verb::Upload),
        ("FileCopied", Verb::CopyFrom),
    ] {
        let event = json!({"CreationTime": "2025-05-05T02:50:47", "Operation": operation, "UserId": "ann@lab.example", "Workload": "Endpoint", "ObjectId": "C:\\a"});
        assert_eq!(one(&sources, &event).record.verb, verb, "{operation}");
    }
}

#[test]
fn somebody_who_came_through_a_directory_is_named_before_the_account() {
    let mut event = trail();
    event["userIdentity"] = json!({"type": "IdentityCenterUser", "accountId": "1", "onBehalfOf": {"userId": "u-1", "identityStoreArn": "arn:x"}, "credentialId": "c"});
    assert_eq!(one(&Sources::own().unwrap(), &event).record.actor.as_deref(), Some("u-1"));
}

/// Where a line tells of no act, the report says so.
#[test]
fn a_line_that_says_nothing_is_counted() {
    let google = r#"{"id":{"time":"2025-05-05T02:50:47Z","applicationName":"drive"},"actor":{"email":"a@lab.example"},"events":[]}"#;
    let (acts, report) = read(&format!("{google}\n{{\"Records\":[]}}\n[]\n{}\n", trail()));
    assert_eq!((acts.len(), report.lines, report.silent, report.skipped), (1, 4, 3, 0));
}

#[test]
fn columns_are_named_however_a_program_wrote_them() {
    let row = "2025-05-05T02:50:47,FileDownloaded,ann@lab.example,OneDrive,o";
    for (header, row) in [
        ("CreationTime,Operation,UserId,Workload,ObjectId,", format!("{row},")),
        ("CreationTime,Operation,UserId,Workload,ObjectId,", row.to_owned()),
        ("CreationTime,Operation,UserId,Workload,ObjectId", format!("{row},")),
        (",CreationTime,Operation,UserId,Workload,ObjectId", format!("0,{row}")),
        ("CreationTime,Operation,UserId,Workload,ObjectId,ObjectId", format!("{row},other")),
        ("CreationTime,Operation,UserId,Workload,ObjectId,Used %,A & B?", format!("{row},7,")),
        ("CreationTime [UTC],Operation,UserId,Workload,ObjectId", row.to_owned()),
        ("TimeGenerated [UTC],Operation,UserId,OfficeWorkload,ObjectId", row.to_owned()),
    ] {
        let (acts, report) = read(&format!("{header}\n{row}\n"));
        assert_eq!((acts.len(), report.skipped, report.incomplete), (1, 0, 0), "{header}: {report:?}");
        let said = said(&acts[0]);
        assert_eq!(
            (said.1.as_str(), said.3.as_str(), acts[0].record.verb),
            ("ann@lab.example", "o", Verb::Download),
            "{header}"
        );
    }
    let (acts, _) = read("Operation,Workload,ObjectId,ObjectId\nFileDownloaded,OneDrive,a,b\n");
    assert!(acts[0].record.unknown.iter().any(|(_, json)| json == "\"b\""), "the second of a name is kept");
    let (_, report) = read(
        "TimeGenerated [Local Time],Operation,UserId,OfficeWorkload\n2025-05-05T02:50:47,Send,a@lab.example,Exchange\n",
    );
    assert_eq!(report.incomplete, 1, "a time of nobody knows where is none");
}

#[test]
fn further_shapes_of_the_great_vendors_are_read() {
    let sources = Sources::own().unwrap();
    let graph = json!({"id": "7", "createdDateTime": "2025-05-05T02:50:47Z", "auditLogRecordType": "sharePointFileOperation", "operation": "FileDownloaded",
        "organizationId": "o", "userType": "Regular", "userId": "ann@lab.example", "service": "SharePoint", "objectId": "https://lab.example/a", "clientIp": "192.0.2.1",
        "userPrincipalName": "ann@lab.example", "administrativeUnits": [""]});
    let act = one(&sources, &graph);
    assert_eq!(
        said(&act),
        (
            "m365".into(),
            "ann@lab.example".into(),
            "FileDownloaded".into(),
            "https://lab.example/a".into(),
            None,
            vec![]
        )
    );
    assert!(act.activity().is_ok_and(|act| act.app == "SharePoint" && act.ip == "192.0.2.1"));
    let console = "Event name,Event time,User name,Event source,Resource type,Resource name,Read-only,AWS region,Event ID,AWS access key,Source IP address,Error code,Request ID\n\
        GetObject,2025-05-05T02:50:47Z,ann,s3.amazonaws.com,AWS::S3::Object,b/k,true,eu-west-1,e1,AKIA,192.0.2.1,AccessDenied,r1\n";
    let (acts, report) = read(console);
    assert_eq!(
        acts.iter().map(said).collect::<Vec<_>>(),
        [("cloudtrail".into(), "ann".into(), "GetObject".into(), "b/k".into(), Some(false), vec![])]
    );
    assert_eq!(report.incomplete, 0);
    assert_eq!(acts[0].record.ip.as_deref(), Some("192.0.2.1"));
}
