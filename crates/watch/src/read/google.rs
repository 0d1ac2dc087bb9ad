//! Google Workspace: activities in the shape of the Reports API, one a line, and those that somebody flattened: `name` and
//! `parameters` (an object) beside the time. What is flattened further is first put into this shape by `flattened`.
//!
//! The fast path: one pass, nothing copied but what was escaped or not in lower case. Parameters that have a place in
//! [`Activity`] are put there; those that are known and say nothing about taking ([`PASSED_OVER`]) are left; every other
//! one is kept as unknown.

use super::scan::Scan;
use super::{BadLine, Reader, flattened, times, verbs};
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

/// Messages in each other, at most: deeper ones are kept as unknown.
const DEPTH_MAX: u8 = 2;

/// What the parameters of an event say that its act has no place for.
#[derive(Debug, Default)]
struct More {
    /// Whether a right was taken away.
    withdrawn: bool,
    /// In how many messages a parameter stands.
    depth: u8,
}

impl Reader for GoogleReports {
    fn read<'a>(&self, line: &'a str, each: &mut dyn FnMut(Activity<'a>)) -> Result<(), BadLine> {
        let mut scan = Scan::new(line);
        let mut whole = Activity::default();
        let (mut has_time, mut events, mut name, mut parameters) = (false, None, None, None);
        scan.open(b'{')?;
        let mut first = true;
        while scan.more(&mut first, b'}')? {
            match &*scan.key()? {
                "id" => has_time = id(&mut scan, &mut whole)?,
                "actor" => actor(&mut scan, &mut whole)?,
                "ipAddress" => whole.ip = text(&mut scan, "ipAddress")?,
                "events" => events = Some(scan.skip()?),
                "name" => name = Some(text(&mut scan, "name")?),
                "parameters" => parameters = Some(scan.skip()?),
                aside if set_aside(aside) => {
                    scan.skip()?;
                }
                name => whole.unknown.push(Field { name: name.to_owned().into(), json: scan.skip()?.into() }),
            }
        }
        scan.end()?;
        if !has_time {
            return Err(bad("id.time", "every activity has a time"));
        }
        let told = match (events, name.filter(|name| !name.is_empty())) {
            (Some(events), _) => each_event(Scan::new(events), &whole)?,
            // What is flattened further has its parameters among the members.
            (None, Some(name)) if parameters.is_some() || whole.unknown.is_empty() => {
                vec![flat(whole, name, parameters)?]
            }
            (None, _) => return Err(bad("events", "every activity has events, or the name and parameters of its one")),
        };
        told.into_iter().for_each(each);
        Ok(())
    }
}

/// Members around an event that are understood and not used, those of a collector among them.
fn set_aside(name: &str) -> bool {
    matches!(name, "kind" | "etag" | "type" | "ownerDomain" | "networkInfo") || name.starts_with("p_")
}

fn id<'a>(scan: &mut Scan<'a>, whole: &mut Activity<'a>) -> Result<bool, BadLine> {
    let (mut first, mut has_time) = (true, false);
    scan.open(b'{')?;
    while scan.more(&mut first, b'}')? {
        match &*scan.key()? {
            "time" => {
                let said = text(scan, "id.time")?;
                let at_us = time::parse_us(&said).or_else(|| times::micros(&said));
                whole.at_us = at_us.ok_or(bad("id.time", "a time is like 2025-05-05T02:50:02.886Z"))?;
                has_time = true;
            }
            "uniqueQualifier" => whole.id = word(scan, "id.uniqueQualifier")?,
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
    let (mut profile, mut key) = (Cow::Borrowed(""), Cow::Borrowed(""));
    if scan.peek()? != b'{' {
        return scan.skip().map(|_| ());
    }
    scan.open(b'{')?;
    while scan.more(&mut first, b'}')? {
        match &*scan.key()? {
            "email" => whole.actor = lower(word(scan, "actor.email")?),
            "profileId" => profile = word(scan, "actor.profileId")?,
            "key" => key = word(scan, "actor.key")?,
            "callerType" => {
                scan.skip()?;
            }
            name => whole.unknown.push(Field { name: format!("actor.{name}").into(), json: scan.skip()?.into() }),
        }
    }
    if whole.actor.is_empty() {
        whole.actor = if profile.is_empty() { key } else { profile };
    } else {
        whole.actor_id = profile;
    }
    Ok(())
}

/// The one event of an activity that was flattened: its name stands beside the time, its parameters are an object.
fn flat<'a>(mut one: Activity<'a>, name: Cow<'a, str>, parameters: Option<&'a str>) -> Result<Activity<'a>, BadLine> {
    one.action = name;
    let mut more = More::default();
    if let Some(parameters) = parameters.filter(|said| *said != "null") {
        members(parameters, &mut one, &mut more)?;
    }
    Ok(judged(one, &more))
}

fn each_event<'a>(mut scan: Scan<'a>, whole: &Activity<'a>) -> Result<Vec<Activity<'a>>, BadLine> {
    let mut told = Vec::with_capacity(1);
    let mut first = true;
    scan.open(b'[')?;
    while scan.more(&mut first, b']')? {
        // What stands outside of the events belongs to each of them; its unknown fields are told once.
        let one = if told.is_empty() { whole.clone() } else { Activity { unknown: Vec::new(), ..whole.clone() } };
        told.push(event(&mut scan, one)?);
    }
    Ok(told)
}

fn event<'a>(scan: &mut Scan<'a>, mut one: Activity<'a>) -> Result<Activity<'a>, BadLine> {
    let (mut first, mut more) = (true, More::default());
    scan.open(b'{')?;
    while scan.more(&mut first, b'}')? {
        match &*scan.key()? {
            "name" => one.action = text(scan, "events.name")?,
            "type" => {
                scan.skip()?;
            }
            "parameters" if scan.peek()? == b'[' => list(scan, &mut one, &mut more)?,
            "parameters" => {
                let said = scan.skip()?;
                if said != "null" {
                    members(said, &mut one, &mut more)?;
                }
            }
            name => one.unknown.push(Field { name: format!("events.{name}").into(), json: scan.skip()?.into() }),
        }
    }
    Ok(judged(one, &more))
}

/// The act with what its name and its parameters together come to.
fn judged<'a>(mut one: Activity<'a>, more: &More) -> Activity<'a> {
    one.verb = verbs::google(&one.app, &one.action);
    match &*one.action {
        "login_success" => one.ok = Some(true),
        "login_failure" => one.ok = Some(false),
        _ => {}
    }
    // A meeting is no folder: it has a name only where somebody is asked to it.
    if one.app == "calendar" && one.verb != Verb::Invite {
        one.title = Cow::Borrowed("");
    }
    if more.withdrawn && one.verb == Verb::Share {
        one.verb = Verb::Unshare;
    }
    one
}

/// A list of parameters: of each its name, and its value under the first typed key that says something.
fn list<'a>(scan: &mut Scan<'a>, one: &mut Activity<'a>, more: &mut More) -> Result<(), BadLine> {
    let mut each = true;
    scan.open(b'[')?;
    while scan.more(&mut each, b']')? {
        let mut first = true;
        let mut name = Cow::Borrowed("");
        let (mut value, mut taken) = ("null", usize::MAX);
        scan.open(b'{')?;
        while scan.more(&mut first, b'}')? {
            let key = scan.key()?;
            if key == "name" {
                name = text(scan, "events.parameters.name")?;
                continue;
            }
            let said = scan.skip()?;
            if let Some(rank) = flattened::rank(&key)
                && rank < taken
                && says(said)
            {
                (value, taken) = (said, rank);
            }
        }
        parameter(&name, value, one, more)?;
    }
    Ok(())
}

/// Whether a value as JSON text says anything: no null, nothing empty, no list of such.
fn says(value: &str) -> bool {
    match value.as_bytes().first() {
        Some(b'[' | b'{') => value
            .split(|one: char| matches!(one, '[' | ']' | '{' | '}' | ',') || one.is_ascii_whitespace())
            .any(|word| !matches!(word, "" | "null" | "\"\"")),
        _ => !matches!(value, "" | "null" | "\"\""),
    }
}

/// Parameters as an object; one within a message is `{"parameter": […]}` where nobody flattened it.
fn members<'a>(object: &'a str, one: &mut Activity<'a>, more: &mut More) -> Result<(), BadLine> {
    let mut scan = Scan::new(object);
    let mut first = true;
    scan.open(b'{')?;
    while scan.more(&mut first, b'}')? {
        let name = scan.key()?;
        if name == "parameter" && scan.peek()? == b'[' {
            list(&mut scan, one, more)?;
        } else {
            parameter(&name, scan.skip()?, one, more)?;
        }
    }
    Ok(())
}

/// One parameter, its value as JSON text. One that says nothing is left.
fn parameter<'a>(name: &str, value: &'a str, one: &mut Activity<'a>, more: &mut More) -> Result<(), BadLine> {
    if !says(value) {
        return Ok(());
    }
    match name {
        "doc_id" => one.object = scalar(value, "doc_id")?,
        "doc_title" | "subject" | "event_title" => one.title = scalar(value, "doc_title")?,
        "doc_type" => one.kind = scalar(value, "doc_type")?,
        "visibility" => one.visibility = visibility(&scalar(value, "visibility")?),
        "target_user" | "target" | "target_domain" | "event_guest" | "new_owner" => {
            each_text(value, &mut |said| target(one, lower(said)))?;
        }
        "new_value" => {
            more.withdrawn = value.split(|one: char| !one.is_alphanumeric() && one != '_').any(|word| word == "none");
        }
        "flattened_destinations" => addresses(scalar(value, "flattened_destinations")?, one),
        "destination" => destinations(value, one)?,
        "num_message_attachments" => one.count = value.trim_matches('"').parse().ok(),
        "success" => one.ok = Some(value.trim_matches('"').eq_ignore_ascii_case("true")),
        "event_info" | "message_info" if value.starts_with('{') && more.depth < DEPTH_MAX => {
            more.depth += 1;
            members(value, one, more)?;
            more.depth -= 1;
        }
        known if PASSED_OVER.contains(&known) => {}
        name if flattened::snake(name) != name => parameter(&flattened::snake(name), value, one, more)?,
        _ => one.unknown.push(Field { name: format!("events.parameters.{name}").into(), json: value.into() }),
    }
    Ok(())
}

/// Whom an act went to, each once. `all` is everyone, which the visibility says.
fn target<'a>(one: &mut Activity<'a>, said: Cow<'a, str>) {
    if !said.is_empty() && said != "all" && !one.targets.contains(&said) {
        one.targets.push(said);
    }
}

fn addresses<'a>(joined: Cow<'a, str>, one: &mut Activity<'a>) {
    match joined {
        Cow::Borrowed(text) => {
            text.split(',').for_each(|said| target(one, lower(Cow::Borrowed(flattened::address(said)))));
        }
        Cow::Owned(text) => {
            text.split(',').for_each(|said| target(one, Cow::Owned(flattened::address(said).to_lowercase())));
        }
    }
}

/// Where a message went, one by one: a list of objects, or of lists of parameters.
fn destinations<'a>(value: &'a str, one: &mut Activity<'a>) -> Result<(), BadLine> {
    let mut scan = Scan::new(value);
    let mut each = true;
    if scan.peek()? != b'[' {
        return Ok(());
    }
    scan.open(b'[')?;
    while scan.more(&mut each, b']')? {
        // An act of its own, so that nothing but the address is taken from it.
        let mut apart = Activity::default();
        members(scan.skip()?, &mut apart, &mut More { depth: DEPTH_MAX, ..More::default() })?;
        let found = apart.unknown.iter().find(|field| field.name == "events.parameters.address");
        if let Some(Field { json: Cow::Borrowed(json), .. }) = found {
            target(one, lower(scalar(json, "address")?));
        }
    }
    Ok(())
}

fn visibility(said: &str) -> Visibility {
    match said {
        "private" => Visibility::Private,
        "shared_internally" | "people_within_domain_with_link" | "public_in_the_domain" => Visibility::Inside,
        "shared_externally" => Visibility::Outside,
        "people_with_link" | "public_on_the_web" => Visibility::Public,
        _ => Visibility::Unsaid,
    }
}

fn text<'a>(scan: &mut Scan<'a>, field: &'static str) -> Result<Cow<'a, str>, BadLine> {
    if scan.peek()? == b'"' { scan.string() } else { Err(bad(field, "it is a text")) }
}

/// The text of the next value, as [`scalar`] has it.
fn word<'a>(scan: &mut Scan<'a>, field: &'static str) -> Result<Cow<'a, str>, BadLine> {
    if scan.peek()? == b'"' { scan.string() } else { scalar(scan.skip()?, field) }
}

/// The text of a value: a text, or what a number or a truth is written as. A list of one is that one, and null is nothing.
fn scalar<'a>(value: &'a str, field: &'static str) -> Result<Cow<'a, str>, BadLine> {
    if value.starts_with('"') {
        return Scan::new(value).string();
    }
    let mut only = None;
    each_text(value, &mut |said| only = Some(only.take().map_or(said, |first| first)))
        .map_err(|_| bad(field, "it is a text"))?;
    Ok(only.unwrap_or_default())
}

/// Every text of a value: itself, or those of a list; what a list in a list says is left.
fn each_text<'a>(value: &'a str, take: &mut dyn FnMut(Cow<'a, str>)) -> Result<(), BadLine> {
    let mut scan = Scan::new(value);
    match value.as_bytes().first() {
        None => {}
        Some(b'"') => take(scan.string()?),
        Some(b'[') => {
            let mut first = true;
            scan.open(b'[')?;
            while scan.more(&mut first, b']')? {
                let said = scan.skip()?;
                if !said.starts_with('[') {
                    each_text(said, take)?;
                }
            }
        }
        Some(b'{') => return Err(bad("events.parameters", "it is a text")),
        Some(_) if value == "null" => {}
        Some(_) => take(Cow::Borrowed(value)),
    }
    Ok(())
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
