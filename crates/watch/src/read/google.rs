//! Google Workspace: activities in the shape of the Reports API, one a line.
//!
//! The fast path: one pass, nothing copied but what was escaped or not in lower case. Parameters that have a place in
//! [`Activity`] are put there; those that are known and say nothing about taking ([`PASSED_OVER`]) are left; every other
//! one is kept as unknown.

use super::scan::Scan;
use super::{BadLine, Reader};
use crate::activity::{Activity, Field, Verb, Visibility};
use crate::time;
use std::borrow::Cow;

/// The Reports API's own shape: `id`, `actor`, `ipAddress`, `events` with `parameters`.
#[derive(Debug, Clone, Copy, Default)]
pub struct GoogleReports;

/// Parameters that are understood and not used.
const PASSED_OVER: &[&str] = &[
    "billable",
    "calendar_id",
    "event_id",
    "is_encrypted",
    "is_suspicious",
    "login_challenge_method",
    "login_type",
    "old_value",
    "old_visibility",
    "organizer_calendar_id",
    "owner",
    "owner_is_shared_drive",
    "owner_is_team_drive",
    "primary_event",
    "shared_drive_id",
    "team_drive_id",
    "visibility_change",
];

impl Reader for GoogleReports {
    fn read<'a>(&self, line: &'a str, each: &mut dyn FnMut(Activity<'a>)) -> Result<(), BadLine> {
        let mut scan = Scan::new(line);
        let mut whole = Activity::default();
        let (mut has_time, mut events) = (false, None);
        scan.open(b'{')?;
        let mut first = true;
        while scan.more(&mut first, b'}')? {
            match &*scan.key()? {
                "id" => has_time = id(&mut scan, &mut whole)?,
                "actor" => actor(&mut scan, &mut whole)?,
                "ipAddress" => whole.ip = text(&mut scan, "ipAddress")?,
                "events" => events = Some(scan.skip()?),
                "kind" | "etag" => {
                    scan.skip()?;
                }
                name => whole.unknown.push(Field { name: name.to_owned().into(), json: scan.skip()?.into() }),
            }
        }
        scan.end()?;
        if !has_time {
            return Err(bad("id.time", "every activity has a time"));
        }
        let told = each_event(Scan::new(events.unwrap_or("[]")), whole)?;
        told.into_iter().for_each(each);
        Ok(())
    }
}

fn id<'a>(scan: &mut Scan<'a>, whole: &mut Activity<'a>) -> Result<bool, BadLine> {
    let (mut first, mut has_time) = (true, false);
    scan.open(b'{')?;
    while scan.more(&mut first, b'}')? {
        match &*scan.key()? {
            "time" => {
                let said = text(scan, "id.time")?;
                whole.at_us = time::parse_us(&said).ok_or(bad("id.time", "a time is like 2025-05-05T02:50:02.886Z"))?;
                has_time = true;
            }
            "uniqueQualifier" => whole.id = text(scan, "id.uniqueQualifier")?,
            "applicationName" => whole.app = text(scan, "id.applicationName")?,
            "customerId" => {
                scan.skip()?;
            }
            name => whole.unknown.push(Field { name: format!("id.{name}").into(), json: scan.skip()?.into() }),
        }
    }
    Ok(has_time)
}

fn actor<'a>(scan: &mut Scan<'a>, whole: &mut Activity<'a>) -> Result<(), BadLine> {
    let mut first = true;
    let mut profile = Cow::Borrowed("");
    scan.open(b'{')?;
    while scan.more(&mut first, b'}')? {
        match &*scan.key()? {
            "email" => whole.actor = lower(text(scan, "actor.email")?),
            "profileId" => profile = text(scan, "actor.profileId")?,
            "callerType" => {
                scan.skip()?;
            }
            name => whole.unknown.push(Field { name: format!("actor.{name}").into(), json: scan.skip()?.into() }),
        }
    }
    if whole.actor.is_empty() {
        whole.actor = profile;
    }
    Ok(())
}

fn each_event<'a>(mut scan: Scan<'a>, whole: Activity<'a>) -> Result<Vec<Activity<'a>>, BadLine> {
    let mut told = Vec::with_capacity(1);
    let mut first = true;
    scan.open(b'[')?;
    while scan.more(&mut first, b']')? {
        // What stands outside of the events belongs to each of them; its unknown fields are told once.
        let mut one = if told.is_empty() { whole.clone() } else { Activity { unknown: Vec::new(), ..whole.clone() } };
        event(&mut scan, &mut one)?;
        told.push(one);
    }
    if told.is_empty() {
        told.push(whole);
    }
    Ok(told)
}

fn event<'a>(scan: &mut Scan<'a>, one: &mut Activity<'a>) -> Result<(), BadLine> {
    let (mut first, mut withdrawn) = (true, false);
    scan.open(b'{')?;
    while scan.more(&mut first, b'}')? {
        match &*scan.key()? {
            "name" => one.action = text(scan, "events.name")?,
            "type" => {
                scan.skip()?;
            }
            "parameters" => {
                let mut first = true;
                scan.open(b'[')?;
                while scan.more(&mut first, b']')? {
                    parameter(scan, one, &mut withdrawn)?;
                }
            }
            name => one.unknown.push(Field { name: format!("events.{name}").into(), json: scan.skip()?.into() }),
        }
    }
    (one.verb, one.ok) = verb(&one.app, &one.action, one.ok);
    if withdrawn && one.verb == Verb::Share {
        one.verb = Verb::Unshare;
    }
    Ok(())
}

/// One parameter: its name, and its value under whichever key the type of it has.
fn parameter<'a>(scan: &mut Scan<'a>, one: &mut Activity<'a>, withdrawn: &mut bool) -> Result<(), BadLine> {
    let mut first = true;
    let mut name = Cow::Borrowed("");
    let mut value = "";
    scan.open(b'{')?;
    while scan.more(&mut first, b'}')? {
        if scan.key()? == "name" {
            name = text(scan, "events.parameters.name")?;
        } else {
            value = scan.skip()?;
        }
    }
    match &*name {
        "doc_id" => one.object = string(value, "doc_id")?,
        "doc_title" | "subject" | "event_title" => one.title = string(value, "doc_title")?,
        "doc_type" => one.kind = string(value, "doc_type")?,
        "visibility" => one.visibility = visibility(&string(value, "visibility")?),
        "target_user" | "target" | "target_domain" | "event_guest" => {
            one.targets.push(lower(string(value, "target_user")?));
        }
        "new_value" => *withdrawn = value.contains("\"none\""),
        "flattened_destinations" => addresses(string(value, "flattened_destinations")?, &mut one.targets),
        "num_message_attachments" => one.count = value.trim_matches('"').parse().ok(),
        "success" => one.ok = Some(value == "true"),
        "event_info" | "message_info" => message(value, one, withdrawn)?,
        known if PASSED_OVER.contains(&known) => {}
        _ => one.unknown.push(Field { name: format!("events.parameters.{name}").into(), json: value.into() }),
    }
    Ok(())
}

/// The nested parameters of a message: `{"parameter": […]}`.
fn message<'a>(value: &'a str, one: &mut Activity<'a>, withdrawn: &mut bool) -> Result<(), BadLine> {
    let mut scan = Scan::new(value);
    let mut first = true;
    scan.open(b'{')?;
    while scan.more(&mut first, b'}')? {
        if scan.key()? == "parameter" {
            let mut first = true;
            scan.open(b'[')?;
            while scan.more(&mut first, b']')? {
                parameter(&mut scan, one, withdrawn)?;
            }
        } else {
            scan.skip()?;
        }
    }
    Ok(())
}

/// The address of a destination: mail logs write the service and the selector before it, `gmail-ui:x:ann@lab.example`.
pub(crate) fn address(destination: &str) -> &str {
    destination.rsplit(':').next().unwrap_or_default().trim()
}

fn addresses<'a>(joined: Cow<'a, str>, targets: &mut Vec<Cow<'a, str>>) {
    match joined {
        Cow::Borrowed(text) => targets.extend(text.split(',').map(|one| lower(Cow::Borrowed(address(one))))),
        Cow::Owned(text) => targets.extend(text.split(',').map(|one| Cow::Owned(address(one).to_lowercase()))),
    }
}

fn verb(app: &str, action: &str, ok: Option<bool>) -> (Verb, Option<bool>) {
    let verb = match (app, action) {
        ("drive", "view") => Verb::View,
        ("drive", "preview") => Verb::Preview,
        ("drive", "download" | "sync_item_content") => Verb::Download,
        ("drive", "source_copy") => Verb::CopyFrom,
        ("drive", "copy") => Verb::Copy,
        ("drive", "print") => Verb::Print,
        ("drive", "create") => Verb::Create,
        ("drive", "edit") => Verb::Edit,
        ("drive", "upload") => Verb::Upload,
        ("drive", "move" | "add_to_folder") => Verb::Move,
        ("drive", "rename") => Verb::Rename,
        ("drive", "trash" | "delete") => Verb::Delete,
        (
            "drive",
            "change_user_access"
            | "change_document_visibility"
            | "change_document_access_scope"
            | "change_acl_editors"
            | "change_owner",
        ) => Verb::Share,
        ("drive", "email_as_attachment") | ("gmail", "delivery") => Verb::Send,
        ("calendar", "add_event_guest") => Verb::Invite,
        ("login", "login_success") => return (Verb::SignIn, Some(true)),
        ("login", "login_failure") => return (Verb::SignIn, Some(false)),
        ("login", "logout") => Verb::SignOut,
        ("admin", _) => Verb::Configure,
        _ => Verb::Other,
    };
    (verb, ok)
}

fn visibility(said: &str) -> Visibility {
    match said {
        "private" => Visibility::Private,
        "shared_internally" | "people_within_domain_with_link" => Visibility::Inside,
        "shared_externally" => Visibility::Outside,
        "people_with_link" | "public_on_the_web" | "public_in_the_domain" => Visibility::Public,
        _ => Visibility::Unsaid,
    }
}

fn text<'a>(scan: &mut Scan<'a>, field: &'static str) -> Result<Cow<'a, str>, BadLine> {
    if scan.peek()? == b'"' { scan.string() } else { Err(bad(field, "it is a text")) }
}

fn string<'a>(value: &'a str, field: &'static str) -> Result<Cow<'a, str>, BadLine> {
    text(&mut Scan::new(if value.is_empty() { "\"\"" } else { value }), field)
}

fn lower(text: Cow<'_, str>) -> Cow<'_, str> {
    if text.bytes().any(|byte| byte.is_ascii_uppercase() || !byte.is_ascii()) {
        Cow::Owned(text.to_lowercase())
    } else {
        text
    }
}

fn bad(field: &'static str, rule: &'static str) -> BadLine {
    BadLine { field: field.into(), rule }
}
