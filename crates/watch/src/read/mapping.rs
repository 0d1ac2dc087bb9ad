//! Logs that need no code: a mapping file says where each field stands.

use super::glob::glob;
use super::paths::{Path, text};
use super::record::{Record, verb};
use crate::activity::Verb;
use serde::Deserialize;
use serde_json::Value;

/// A mapping, compiled. Built from its JSON text, documented in `docs/audit-logs.md`.
#[derive(Debug, Clone)]
pub struct Mapping {
    /// The name rules and `--format` use.
    pub source: String,
    /// Names under which collectors deliver this log, as beginnings: `Okta.`.
    pub log_types: Vec<String>,
    detect: Vec<Vec<Path>>,
    app: Option<String>,
    app_at: Vec<Path>,
    id: Vec<Path>,
    ts: Vec<Path>,
    actor: Vec<Path>,
    action: Vec<Path>,
    object_id: Vec<Path>,
    object_title: Vec<Path>,
    target: Vec<Path>,
    visibility: Vec<Path>,
    ip: Vec<Path>,
    bytes: Vec<Path>,
    count: Vec<Path>,
    ok: Option<(Path, Vec<String>, Vec<String>)>,
    fails: Vec<Path>,
    inside: Vec<(Path, Vec<String>)>,
    verbs: Vec<(String, Verb)>,
    anyone: Vec<String>,
    outside: Vec<String>,
    set_aside: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    source: String,
    #[serde(default)]
    log_types: Vec<String>,
    #[serde(default)]
    detect: Vec<Vec<String>>,
    app: Option<String>,
    #[serde(default)]
    app_at: Vec<String>,
    #[serde(default)]
    id: Vec<String>,
    ts: Vec<String>,
    actor: Vec<String>,
    action: Vec<String>,
    #[serde(default)]
    object_id: Vec<String>,
    #[serde(default)]
    object_title: Vec<String>,
    #[serde(default)]
    target: Vec<String>,
    #[serde(default)]
    visibility: Vec<String>,
    #[serde(default)]
    ip: Vec<String>,
    #[serde(default)]
    bytes: Vec<String>,
    #[serde(default)]
    count: Vec<String>,
    ok: Option<WrittenOk>,
    #[serde(default)]
    fails: Vec<String>,
    #[serde(default)]
    inside: std::collections::BTreeMap<String, Vec<String>>,
    #[serde(default)]
    verbs: serde_json::Map<String, Value>,
    #[serde(default)]
    anyone: Vec<String>,
    #[serde(default)]
    outside: Vec<String>,
    #[serde(default)]
    set_aside: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenOk {
    at: String,
    #[serde(default)]
    yes: Vec<String>,
    #[serde(default)]
    no: Vec<String>,
}

/// Why a mapping file is refused.
#[derive(Debug, thiserror::Error)]
pub enum BadMapping {
    /// Not the JSON of a mapping.
    #[error("the mapping cannot be read: {0}")]
    Json(#[from] serde_json::Error),
    /// A verb that is not in the vocabulary.
    #[error("`verbs`: `{0}` is no verb")]
    Verb(String),
}

impl Mapping {
    /// Compile a mapping from its JSON text.
    pub fn parse(json: &str) -> Result<Self, BadMapping> {
        let written: Written = serde_json::from_str(json)?;
        let mut verbs = Vec::new();
        for (name, word) in &written.verbs {
            let word = word.as_str().unwrap_or_default();
            verbs.push((name.clone(), verb(word).ok_or_else(|| BadMapping::Verb(word.to_owned()))?));
        }
        Ok(Self {
            source: written.source,
            log_types: written.log_types,
            detect: written.detect.iter().map(|group| paths(group)).collect(),
            app: written.app,
            app_at: paths(&written.app_at),
            id: paths(&written.id),
            ts: paths(&written.ts),
            actor: paths(&written.actor),
            action: paths(&written.action),
            object_id: paths(&written.object_id),
            object_title: paths(&written.object_title),
            target: paths(&written.target),
            visibility: paths(&written.visibility),
            ip: paths(&written.ip),
            bytes: paths(&written.bytes),
            count: paths(&written.count),
            ok: written.ok.map(|ok| (Path::new(&ok.at), ok.yes, ok.no)),
            fails: paths(&written.fails),
            inside: written.inside.into_iter().map(|(at, known)| (Path::new(&at), known)).collect(),
            verbs,
            anyone: written.anyone,
            outside: written.outside,
            set_aside: written.set_aside,
        })
    }

    /// Whether an event has the shape of this log: every path of one of its groups says something.
    pub fn fits(&self, event: &Value) -> bool {
        self.detect.iter().any(|group| group.iter().all(|path| path.first(event).is_some()))
    }

    /// Every place that the mapping looks at, as names with dots.
    pub(super) fn places(&self) -> impl Iterator<Item = String> + '_ {
        let ok = self.ok.iter().map(|(at, _, _)| at);
        let lists = self.entered().into_iter().flatten();
        lists.chain(ok).chain(self.detect.iter().flatten()).flat_map(Path::places)
    }

    fn entered(&self) -> [&Vec<Path>; 13] {
        [
            &self.app_at,
            &self.id,
            &self.ts,
            &self.actor,
            &self.action,
            &self.object_id,
            &self.object_title,
            &self.target,
            &self.visibility,
            &self.ip,
            &self.bytes,
            &self.count,
            &self.fails,
        ]
    }

    /// The act that an event tells of. Never fails: what is missing stays unsaid.
    pub fn read(&self, event: &Value) -> Record {
        let action = first(&self.action, event);
        let verb = action.as_deref().and_then(|action| self.verb_of(action)).unwrap_or_default();
        // Some logs say by the name of the act alone that something is open to anyone now, or to another organisation.
        let named =
            |list: &[String]| action.as_deref().is_some_and(|action| list.iter().any(|name| glob(name, action)));
        let by_name = || match (named(&self.anyone), named(&self.outside)) {
            (true, _) => Some("public".to_owned()),
            (false, true) => Some("external".to_owned()),
            (false, false) => None,
        };
        let visibility = first(&self.visibility, event).or_else(by_name);
        Record {
            id: first(&self.id, event),
            ts: first(&self.ts, event),
            actor: first(&self.actor, event),
            app: first(&self.app_at, event).or_else(|| self.app.clone()),
            verb,
            action,
            object_id: first(&self.object_id, event),
            object_title: first(&self.object_title, event),
            targets: self
                .target
                .iter()
                .flat_map(|path| path.all(event))
                .filter_map(text)
                .filter(|text| !text.is_empty())
                .collect(),
            visibility,
            ip: first(&self.ip, event),
            ok: self.succeeded(event),
            bytes: number(&self.bytes, event),
            count: number(&self.count, event),
            unknown: self.unknown(event),
        }
    }

    fn succeeded(&self, event: &Value) -> Option<bool> {
        if !self.fails.is_empty() {
            let none = |said: &Value| matches!(text(said).as_deref(), Some("0" | "OK" | "false" | "None" | "-"));
            return Some(self.fails.iter().all(|path| path.first(event).is_none_or(none)));
        }
        let (at, yes, no) = self.ok.as_ref()?;
        let said = text(at.first(event)?)?;
        let among = |list: &[String]| list.iter().any(|word| glob(word, &said));
        if among(yes) { Some(true) } else { among(no).then_some(false) }
    }

    fn verb_of(&self, action: &str) -> Option<Verb> {
        self.verbs.iter().find(|(name, _)| glob(name, action)).map(|(_, verb)| *verb)
    }

    /// The top-level fields that no path of the mapping enters and that it does not set aside by name.
    fn unknown(&self, event: &Value) -> Vec<(String, String)> {
        let Some(members) = event.as_object() else { return Vec::new() };
        let entered = self.entered();
        let known = |name: &str| {
            entered.iter().any(|paths| paths.iter().any(|path| path.root().eq_ignore_ascii_case(name)))
                || self.ok.as_ref().is_some_and(|(at, _, _)| at.root().eq_ignore_ascii_case(name))
                || self.set_aside.iter().any(|aside| glob(aside, name))
                || self.inside.iter().any(|(at, _)| at.root().eq_ignore_ascii_case(name))
        };
        let mut unknown = unknown_of(members, "", known);
        for (at, known) in &self.inside {
            for members in at.all(event).into_iter().filter_map(Value::as_object) {
                let prefix = format!("{}.", at.root());
                unknown.extend(unknown_of(members, &prefix, |name| known.iter().any(|word| glob(word, name))));
            }
        }
        unknown
    }
}

/// The members that `known` does not know, kept as JSON text under `prefix`.
fn unknown_of(
    members: &serde_json::Map<String, Value>,
    prefix: &str,
    known: impl Fn(&str) -> bool,
) -> Vec<(String, String)> {
    members
        .iter()
        .filter(|(name, _)| !known(name))
        .map(|(name, value)| (format!("{prefix}{name}"), value.to_string()))
        .collect()
}

fn paths(texts: &[String]) -> Vec<Path> {
    texts.iter().map(|text| Path::new(text)).collect()
}

/// What the first of the paths that says anything says; where none does, what stands inside of texts that hold JSON, as tables
/// and some collectors have it.
fn first(paths: &[Path], event: &Value) -> Option<String> {
    paths.iter().find_map(|path| path.text(event)).or_else(|| paths.iter().find_map(|path| path.text_in_texts(event)))
}

fn number(paths: &[Path], event: &Value) -> Option<u64> {
    first(paths, event)?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mapping_reads_what_it_names_and_keeps_the_rest() {
        let mapping = Mapping::parse(
            r#"{"source": "shop", "detect": [["what"]], "ts": ["when"], "actor": ["who.mail", "who.id"], "action": ["what"],
                "app": "shop", "ok": {"at": "result", "yes": ["fine"], "no": ["refused"]}, "verbs": {"get*": "download"}}"#,
        )
        .unwrap();
        let event = serde_json::json!({"when": "2025-05-05", "who": {"id": 7}, "what": "GetAll", "result": "Fine", "mood": "glad"});
        assert!(mapping.fits(&event));
        let record = mapping.read(&event);
        assert_eq!((record.actor.as_deref(), record.verb, record.ok), (Some("7"), Verb::Download, Some(true)));
        assert_eq!(record.unknown, [("mood".to_owned(), "\"glad\"".to_owned())]);
    }

    #[test]
    fn what_a_table_holds_as_text_is_read() {
        let mapping = Mapping::parse(
            r#"{"source": "shop", "ts": ["when"], "actor": ["who.id", "who.mail"], "action": ["what"], "ip": ["who.at"]}"#,
        )
        .unwrap();
        let event = serde_json::json!({"when": "2025-05-05", "what": "get", "who": r#"{"mail": "ann@lab.example"}"#});
        let record = mapping.read(&event);
        assert_eq!((record.actor.as_deref(), record.ip), (Some("ann@lab.example"), None));
    }

    #[test]
    fn a_mapping_with_a_verb_nobody_knows_is_refused_by_name() {
        let told = Mapping::parse(r#"{"source": "s", "ts": [], "actor": [], "action": [], "verbs": {"a": "steal"}}"#);
        assert_eq!(told.unwrap_err().to_string(), "`verbs`: `steal` is no verb");
    }
}
