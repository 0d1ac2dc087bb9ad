//! Real rows and the templates made for them. Needs `VOUCHSAFE_TEST_DATA`.

use std::fs;
use std::path::PathBuf;

use jsonschema::Validator;
use serde_json::{Value, json};
use vouchsafe_domain::work::content::Content;
use vouchsafe_domain::work::schema::{Schema, published};

use super::schema;

/// The folder of test data; says so if there is none.
fn data() -> Option<PathBuf> {
    let folder = std::env::var_os("VOUCHSAFE_TEST_DATA").filter(|folder| !folder.is_empty()).map(PathBuf::from);
    if folder.is_none() {
        println!("skipped: VOUCHSAFE_TEST_DATA is not set");
    }
    folder
}

fn template(data: &std::path::Path, name: &str) -> Value {
    serde_json::from_slice(&fs::read(data.join("../formats/examples").join(name)).unwrap()).unwrap()
}

fn rows(data: &std::path::Path, set: &str) -> Vec<Value> {
    let text = fs::read_to_string(data.join("llm").join(set).join("data.jsonl")).unwrap();
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

fn validator() -> Validator {
    jsonschema::meta::validate(&published()).unwrap();
    jsonschema::validator_for(&published()).unwrap()
}

/// Resolves every row, and back from what would be stored.
fn resolve_all(schema: &Schema, rows: &[Value]) -> Vec<Content> {
    let resolve = |(n, row): (usize, &Value)| {
        let content = schema.resolve(row).unwrap_or_else(|error| panic!("row {n}: {error}"));
        let stored = serde_json::to_vec(&content).unwrap();
        assert_eq!(serde_json::from_slice::<Content>(&stored).unwrap(), content, "row {n}");
        content
    };
    rows.iter().enumerate().map(resolve).collect()
}

#[test]
fn templates_of_our_types_are_taken_and_their_real_rows_resolve() {
    let Some(data) = data() else { return };
    let bound = [
        ("1_demonstration.json", "demonstration/mts_dialog_train", 1201),
        ("2_pairwise_preference.json", "pairwise/pandalm_testset", 448),
        ("6_span_annotation.json", "span/faithbench", 400),
        ("7_classification.json", "classification/pubmedqa_labeled", 522),
    ];
    for (name, set, count) in bound {
        let json = template(&data, name);
        assert!(validator().is_valid(&json), "{name}");
        let schema = schema(&json);
        assert_eq!(schema.to_json(), &json);
        assert_eq!(resolve_all(&schema, &rows(&data, set)).len(), count, "{set}");
    }
}

#[test]
fn a_template_gives_its_project_defaults() {
    let Some(data) = data() else { return };
    let pairs = schema(&template(&data, "2_pairwise_preference.json"));
    assert_eq!(pairs.distribution().unwrap().min_submitted, 3);
    let export = pairs.export().unwrap();
    assert_eq!((export.trl, export.openai, export.drop_ties), (Some("preference"), Some("dpo"), Some(true)));
    let preferred = pairs.question("preferred").unwrap();
    assert_eq!(preferred.aggregation.method, "weighted_majority_vote");
    assert_eq!(preferred.strength_max(), Some(3));
    let spans = schema(&template(&data, "6_span_annotation.json"));
    assert_eq!(spans.question("errors").unwrap().aggregation.threshold, Some(0.5));
}

#[test]
fn templates_of_types_without_a_screen_are_refused_by_name() {
    let Some(data) = data() else { return };
    let missing = [
        ("3_ranking.json", &["/questions/0/type ranking"][..]),
        ("4_rubric.json", &["/questions/1/type rubric_authoring"]),
        ("5_process_supervision.json", &["/questions/0/type step_labels"]),
        ("8_multi_turn_chat.json", &["/questions/0/type messages"]),
    ];
    for (name, wanted) in missing {
        let json = template(&data, name);
        assert!(!validator().is_valid(&json), "{name}");
        let faults = Schema::parse(&json).unwrap_err();
        for wanted in wanted {
            let (place, kind) = wanted.split_once(' ').unwrap();
            let told = faults.as_slice().iter().find(|fault| fault.path == place).expect(wanted);
            assert!(
                told.rule.to_string().starts_with(&format!("the question type `{kind}` has no screen yet")),
                "{told}"
            );
        }
    }
}

#[test]
fn the_three_annotators_of_every_pair_can_answer() {
    let Some(data) = data() else { return };
    let schema = schema(&template(&data, "2_pairwise_preference.json"));
    let rows = rows(&data, "pairwise/pandalm_testset");
    let mut counts = [0; 3];
    for (n, row) in rows.iter().enumerate() {
        let content = schema.resolve(row).unwrap();
        for annotator in ["annotator1", "annotator2", "annotator3"] {
            let side = usize::try_from(row[annotator].as_u64().unwrap()).unwrap();
            counts[side] += 1;
            let own = ["tie", "response1", "response2"][side];
            // As the browser would: it sees two texts, and says left or right.
            let presented = schema.present(&content, n as u64);
            let order = presented.order("responses").unwrap();
            let value = match order.iter().position(|id| id == own) {
                Some(place) => json!({"preferred": format!("c{}", place + 1), "strength": 1}),
                None => json!({"preferred": "tie"}),
            };
            let answers = schema.check(&content, &presented, &json!({"preferred": {"value": value}})).unwrap();
            assert_eq!(answers.get("preferred").unwrap().value().unwrap()["preferred"], own);
        }
    }
    assert_eq!(counts.iter().sum::<usize>(), 3 * 448);
}

#[test]
fn conversations_resolve_and_keep_text_beyond_the_bmp() {
    let Some(data) = data() else { return };
    let schema = schema(&json!({
        "fields": [{"name": "history", "type": "chat", "format": "markdown",
                    "source": {"list": "/history", "user": "/user", "assistant": "/bot"}}],
        "questions": [{"name": "turn", "type": "rating", "on": "history", "per": "message", "required": true,
                       "options": [{"value": 1}, {"value": 2}]}],
    }));
    let rows = rows(&data, "multi_turn/mt_bench_101");
    let contents = resolve_all(&schema, &rows);
    assert_eq!(contents.len(), 686);
    let mut beyond = 0;
    for (row, content) in rows.iter().zip(&contents) {
        let messages = content.field("history").unwrap().messages();
        let turns = row["history"].as_array().unwrap();
        let said = turns.iter().flat_map(|turn| [&turn["user"], &turn["bot"]]).filter_map(Value::as_str);
        assert!(said.eq(messages.iter().map(|message| message.content.as_str())));
        beyond += usize::from(messages.iter().any(|m| m.content.chars().any(|c| c > '\u{ffff}')));
    }
    assert!(beyond > 0, "the set holds emoji");
}

#[test]
fn graded_criteria_resolve_and_take_their_human_grades() {
    let Some(data) = data() else { return };
    let schema = schema(&json!({
        "fields": [
            {"name": "paper", "type": "text", "source": "/paper_id", "required": true},
            {"name": "rubric", "type": "criteria", "source": {"fixed": [
                {"id": "requirement", "content": "/requirements", "points": "/weight"},
            ]}},
        ],
        "questions": [{"name": "grades", "type": "rubric_scores", "options_from": "rubric", "required": true}],
    }));
    let rows = rows(&data, "rubric/paperbench_judge_eval");
    let contents = resolve_all(&schema, &rows);
    assert_eq!(contents.len(), 591);
    for (row, content) in rows.iter().zip(&contents).filter(|(row, _)| row["is_leaf"] == true) {
        let met = row["score"].as_f64().unwrap() > 0.0;
        let explained = row["explanation"].as_str().unwrap();
        let answers = json!({"grades": {"value": {"requirement": {"met": met, "rationale": explained}}}});
        let checked = schema.check_own_ids(content, &answers).unwrap_or_else(|faults| panic!("{faults}"));
        assert_eq!(checked.get("grades").unwrap().value().unwrap()["requirement"]["met"], met);
    }
}

#[test]
fn marked_passages_are_taken_and_those_outside_their_text_refused_by_place() {
    let Some(data) = data() else { return };
    let rows = rows(&data, "span/toxic_spans_multi_annotator");
    // One span has no label; it lies outside its text as well.
    let mut labels: Vec<&str> = Vec::new();
    for span in all_spans(&rows) {
        let label = span["type"].as_str().unwrap();
        if !label.is_empty() && !labels.contains(&label) {
            labels.push(label);
        }
    }
    let options: Vec<Value> = labels.iter().map(|label| json!({"value": label})).collect();
    let schema = schema(&json!({
        "fields": [{"name": "comment", "type": "text", "source": "/comment_text"}],
        "questions": [{"name": "toxic", "type": "span", "on": "comment", "allow_overlapping": true, "options": options}],
    }));
    let (mut taken, mut outside) = (0, 0);
    for (row, content) in rows.iter().zip(resolve_all(&schema, &rows)) {
        let text: Vec<char> = content.field("comment").unwrap().text().unwrap().chars().collect();
        for span in all_spans(std::slice::from_ref(row)) {
            let at = |key: &str| usize::try_from(span[key].as_u64().unwrap()).unwrap();
            let (start, end) = (at("start"), at("end"));
            let slice: String = text.iter().skip(start).take(end - start).collect();
            let answers = json!({"toxic": {"value": [
                {"field": "comment", "start": start, "end": end, "label": span["type"], "text": slice},
            ]}});
            match schema.check_own_ids(&content, &answers) {
                Ok(_) => {
                    assert!(end <= text.len());
                    taken += 1;
                }
                Err(faults) => {
                    assert!(end > text.len(), "{faults}");
                    let places: Vec<&str> = faults.as_slice().iter().map(|fault| fault.path.as_str()).collect();
                    let place = |key| format!("/toxic/value/0/{key}");
                    assert!(places.contains(&place("end").as_str()) || places.contains(&place("start").as_str()));
                    outside += 1;
                }
            }
        }
    }
    assert_eq!((taken, outside), (2336, 5));
}

fn all_spans(rows: &[Value]) -> impl Iterator<Item = &Value> {
    let annotations = rows.iter().flat_map(|row| row["annotations"].as_array().unwrap());
    annotations.flat_map(|annotation| annotation["spans"].as_array().unwrap())
}
