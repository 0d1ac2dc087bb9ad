//! Rules and readers over a public collection of vendors' events, read from `VOUCHSAFE_TEST_DATA`; skipped without it.

use serde_json::Value;
use std::collections::BTreeMap;
use vouchsafe_watch::read::record::ocsf;
use vouchsafe_watch::read::sources::Sources;
use vouchsafe_watch::rules::{Alerts, Rules};

pub(crate) fn cases() -> Option<Vec<Value>> {
    let Some(folder) = std::env::var("VOUCHSAFE_TEST_DATA").ok().filter(|folder| !folder.is_empty()) else {
        eprintln!("skipped: VOUCHSAFE_TEST_DATA is not set");
        return None;
    };
    let text = std::fs::read_to_string(format!("{folder}/audit-logs/panther-cases.jsonl")).unwrap();
    Some(text.lines().map(|line| serde_json::from_str(line).unwrap()).collect())
}

/// By class a case is met if a rule of its class fits; by match, if any rule does. Where the collection replaces a helper of the rule,
/// the event alone does not say what is expected: one event stands there twice, once to be told and once not. Such cases are
/// counted by class alone.
#[test]
fn custody_verdicts_agree_with_the_collection() {
    let Some(cases) = cases() else { return };
    let (sources, rules) = (Sources::own().unwrap(), Rules::own().unwrap());
    let ((mut by_class, mut all), (mut by_match, mut told)) = ((0, 0), (0, 0));
    for case in cases.iter().filter(|case| !case["custody"].is_null()) {
        let acts = sources.acts(case.clone(), None);
        let mut alerts = Alerts::default();
        let matches: Vec<_> = acts.iter().flat_map(|act| rules.matches(act, &mut alerts)).collect();
        let of_class = matches
            .iter()
            .any(|found| found.rule.classes.iter().any(|of| serde_json::to_value(of).unwrap() == case["custody"]));
        let expected = case["expected"].as_bool().unwrap();
        let of_event = case["mocked"] != true;
        (all, told) = (all + 1, told + usize::from(of_event));
        by_class += usize::from(of_class == expected);
        by_match += usize::from(of_event && matches.is_empty() != expected);
        if of_class != expected || matches.is_empty() == expected {
            let names: Vec<_> = matches.iter().map(|found| found.rule.id.as_str()).collect();
            eprintln!(
                "differs: {} | {} | {} expected {expected}, matched {names:?}",
                case["rule"], case["test"], case["custody"]
            );
        }
    }
    eprintln!("equal by class {by_class} of {all}, by match {by_match} of {told}");
    assert!(by_class * 100 >= all * 95, "by class {by_class} of {all}");
    assert!(by_match * 100 >= told * 95, "by match {by_match} of {told}");
}

/// Where the reference reading says something, ours says the same, but for what the page on sources names.
#[test]
fn readings_agree_with_the_reference() {
    let Some(cases) = cases() else { return };
    let sources = Sources::own().unwrap();
    let mut counts: BTreeMap<(String, &str), (u32, u32)> = BTreeMap::new();
    for case in cases.iter().filter(|case| case["norm"].is_object()) {
        let act = &sources.acts(case.clone(), None)[0];
        let (norm, record) = (&case["norm"], &act.record);
        let format = case["format"].as_str().unwrap();
        assert_eq!(act.source, format, "{}", case["test"]);
        let text = |text: &Option<String>| text.clone().map_or(Value::Null, Value::String);
        let target = if norm["target"].as_str().is_some_and(|of| record.targets.iter().any(|to| to == of)) {
            norm["target"].clone()
        } else {
            Value::Null
        };
        let fields = [
            ("ts", text(&record.ts)),
            ("actor", text(&record.actor)),
            ("app", text(&record.app)),
            ("action", text(&record.action)),
            ("verb", ocsf(record.verb).map_or(Value::Null, Value::from)),
            ("object_id", text(&record.object_id)),
            ("object_title", text(&record.object_title)),
            ("target", target),
            ("visibility", text(&record.visibility)),
            ("ip", text(&record.ip)),
            ("ok", record.ok.map_or(Value::Null, Value::Bool)),
        ];
        for (name, ours) in fields {
            let theirs = if let Value::Number(number) = &norm[name] {
                Value::String(number.to_string())
            } else {
                norm[name].clone()
            };
            if theirs.is_null() {
                continue;
            }
            let count = counts.entry((format.to_owned(), name)).or_default();
            count.1 += 1;
            if ours == theirs {
                count.0 += 1;
            } else {
                eprintln!("{format} {name}: reference {theirs}, ours {ours} ({})", case["test"]);
            }
        }
    }
    let (same, all) = counts.values().fold((0, 0), |sum, count| (sum.0 + count.0, sum.1 + count.1));
    eprintln!("{same} of {all} fields as in the reference\n{counts:?}");
    assert!(same * 100 >= all * 99, "{same} of {all}");
}
