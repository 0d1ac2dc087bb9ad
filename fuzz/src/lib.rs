//! What the fuzz targets do with bytes. Each holds what must hold of any bytes at all, besides not panicking.

use std::io::Read;
use std::sync::LazyLock;
use vouchsafe_watch::read::{
    BadLine, Reader, encoding, google::GoogleReports, mapping::Mapping, pieces::Pieces, report::Report, sources::Sources, times,
};
use vouchsafe_watch::rules::{Alerts, Rules};
use vouchsafe_watch::{Activity, Engine, Facts, Settings};

static SOURCES: LazyLock<Sources> = LazyLock::new(|| Sources::own().expect("the own mappings are whole"));
static RULES: LazyLock<Rules> = LazyLock::new(|| Rules::own().expect("the own rules are whole"));

/// A log of one vendor, or told apart by shape if `format` is empty: every line is read or refused, and asked by every rule.
pub fn vendor(format: &str, bytes: &[u8]) {
    let mut plain = Vec::new();
    let read = encoding::utf8(bytes).and_then(|mut text| text.read_to_end(&mut plain));
    assert!(read.is_ok_and(|read| read <= 2 * bytes.len() + 3), "a text grows by half at most, and a broken end by a mark");
    let text = String::from_utf8_lossy(&plain);
    let mut report = Report::default();
    let mut alerts = Alerts::default();
    let mut pieces = Pieces::default();
    let mut take = |number: u64, piece: Result<&str, BadLine>| {
        for act in &report.piece(number, piece, &SOURCES, SOURCES.named(format)) {
            RULES.matches(act, &mut alerts);
            if let Ok(act) = act.record.clone().activity() {
                assert!(!act.action.is_empty() || act.verb == vouchsafe_watch::Verb::Other, "an act has a name");
            }
        }
    };
    for (number, line) in (1..).zip(text.split_inclusive('\n').take(64)) {
        pieces.line(number, line, &mut take);
        let _ = SOURCES.read(line, &mut |_: Activity<'_>| {});
    }
    pieces.end(&mut take);
    assert!(report.skipped <= report.lines, "no more lines are refused than there are");
}

/// The fast reader of Google's reports: a line that it reads is JSON, and the engine takes whatever it says.
pub fn google_fast(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    let mut engine = Engine::new(Facts::default(), Settings::default());
    for line in text.lines().take(8) {
        let mut acts = 0;
        let read = GoogleReports.read(line, &mut |act| {
            acts += 1;
            engine.feed(&act);
        });
        assert!(read.is_ok() || acts == 0, "a line is read whole or not at all");
        if read.is_ok() && acts > 0 {
            let value: Result<serde_json::Value, _> = serde_json::from_str(line);
            assert!(value.is_ok() || deep_or_wide(line), "what is read is JSON");
            if let Ok(value) = value {
                same_to_both(&value);
            }
        }
    }
}

/// In the vendor's own shape an act is the same to both readers. Ids differ: where an activity holds several acts, only the general
/// reader tells them apart.
fn same_to_both(value: &serde_json::Value) {
    let line = value.to_string();
    let mut fast = Vec::new();
    if !own_shape(value) || GoogleReports.read(&line, &mut |act| fast.push(act.into_owned())).is_err() {
        return;
    }
    let slow: Vec<_> = SOURCES.acts(value.clone(), SOURCES.named("google")).iter().map(|act| act.activity()).collect();
    assert_eq!(fast.len(), slow.len(), "as many acts");
    for (fast, slow) in fast.into_iter().zip(slow) {
        let slow = slow.expect("what the fast reader reads the other one reads");
        assert_eq!(Activity { id: "".into(), unknown: Vec::new(), ..fast }, Activity { id: "".into(), unknown: Vec::new(), ..slow });
    }
}

/// Whether a value is an activity as the vendor sends it: nothing beside it, no parameter twice, and names as the vendor has them.
fn own_shape(value: &serde_json::Value) -> bool {
    let texts = |of: &serde_json::Value, names: &[&str]| {
        of.as_object().is_some_and(|of| of.iter().all(|(name, value)| names.contains(&name.as_str()) && value.as_str().is_some_and(|text| !text.is_empty())))
    };
    let id = ["time", "uniqueQualifier", "applicationName", "customerId"];
    let event = |one: &serde_json::Value| {
        one["name"].as_str().is_some_and(|name| !name.is_empty())
            && one.as_object().is_some_and(|one| one.keys().all(|name| ["name", "type", "parameters"].contains(&name.as_str())))
            && one.get("parameters").is_none_or(own_parameters)
    };
    value.as_object().is_some_and(|all| all.keys().all(|name| ["kind", "id", "actor", "ipAddress", "events"].contains(&name.as_str())))
        && texts(&value["id"], &id)
        && value["id"].get("applicationName").is_some()
        && value.get("actor").is_none_or(|actor| texts(actor, &["email", "profileId", "key", "callerType"]))
        && value.get("ipAddress").is_none_or(serde_json::Value::is_string)
        && value["events"].as_array().is_some_and(|events| events.iter().all(event))
}

fn own_parameters(list: &serde_json::Value) -> bool {
    let mut seen = Vec::new();
    let own = |name: &str| !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_');
    list.as_array().is_some_and(|list| {
        list.iter().all(|one| {
            let name = one["name"].as_str().unwrap_or_default();
            let nested = one.as_object().into_iter().flat_map(|one| one.values()).filter_map(|value| value.get("parameter"));
            let fresh = own(name) && !seen.contains(&name);
            seen.push(name);
            fresh && nested.into_iter().all(own_parameters)
        })
    })
}

/// The two things that the general reader refuses and the fast one need not: depth, and numbers beyond what it holds.
fn deep_or_wide(line: &str) -> bool {
    line.matches(['{', '[']).count() > 100 || line.contains(['e', 'E'])
}

/// A mapping file, and events read by it: the first line is the mapping.
pub fn mapping(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    let mut lines = text.lines();
    let Some(mapping) = lines.next().and_then(|first| Mapping::parse(first).ok()) else { return };
    for event in lines.take(8).filter_map(|line| serde_json::from_str(line).ok()) {
        let _: &serde_json::Value = &event;
        mapping.fits(&event);
        let record = mapping.read(&event);
        let _ = record.activity();
    }
}

/// A file of rules, and events asked by them: the first line is the list of rules.
pub fn rules(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    let mut lines = text.lines();
    let mut rules = Rules::none();
    if lines.next().is_none_or(|first| rules.add(first).is_err()) {
        return;
    }
    let mut alerts = Alerts::default();
    for event in lines.take(8).filter_map(|line| serde_json::from_str(line).ok()) {
        for act in SOURCES.acts(event, None) {
            rules.matches(&act, &mut alerts);
        }
    }
}

/// What is known besides the log: people, documents, dated facts, domains, moments, and a kept state of the engine.
pub fn facts(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    let mut facts = Facts::default();
    for line in text.lines().take(16) {
        let _ = facts.add_person(line);
        let _ = facts.add_doc(line);
        let _ = facts.add_dated(line);
        let _ = facts.set_domains(line);
        facts.whose(line);
        times::micros(line);
    }
    let act = Activity {
        at_us: 1_746_413_447_000_000,
        actor: text.lines().next().unwrap_or_default().into(),
        object: "a".into(),
        verb: vouchsafe_watch::Verb::Download,
        ..Activity::default()
    };
    let mut engine = Engine::new(facts.clone(), Settings::default());
    engine.feed(&act);
    engine.finish();
    let _ = Engine::resume(facts, Settings::default(), bytes);
}
