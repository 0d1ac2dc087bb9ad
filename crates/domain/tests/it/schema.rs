//! The schema from JSON to checked answers.

mod asking;
mod mutations;
mod real_data;
mod refusals;
mod round_trip;
mod rows;

use proptest::prelude::*;
use serde_json::{Map, Value, json};
use vouchsafe_domain::work::schema::Schema;

/// A schema with a question of every type.
pub(crate) fn every_type() -> Value {
    json!({
        "fields": [
            {"name": "prompt", "type": "markdown", "source": "/prompt"},
            {"name": "talk", "type": "chat", "source": {"list": "/talk", "user": "/u", "assistant": "/a"}},
            {"name": "replies", "type": "candidates", "blind": true, "shuffle": true,
             "source": {"fixed": [{"id": "llama", "content": "/llama"}, {"id": "gpt", "content": "/gpt"}]}},
            {"name": "rubric", "type": "criteria", "source": {"list": "/rubric", "id": "/id", "content": "/text", "points": "/points"}},
            {"name": "proof", "type": "steps", "source": {"list": "/proof", "content": ""}},
        ],
        "questions": [
            {"name": "better", "type": "pairwise", "on": "replies", "required": true, "allow_tie": true, "strength": 3,
             "justification": {"required": true, "min_length": 3}},
            {"name": "quality", "type": "rating", "on": "replies", "per": "candidate", "required": true,
             "options": [{"value": 1}, {"value": 2}, {"value": 3}]},
            {"name": "why", "type": "text", "on": "replies", "per": "candidate", "required": true,
             "visible_when": {"question": "quality", "equals": 1}, "validation": {"min_length": 2}},
            {"name": "domain", "type": "label", "required": true, "not_applicable": true,
             "options": [{"value": "law"}, {"value": "medicine"}]},
            {"name": "flaws", "type": "multi_label", "visible_when": {"question": "domain", "in": ["law"]},
             "options": [{"value": "tone"}, {"value": "facts"}, {"value": "none"}],
             "validation": {"min_items": 1, "forbid": [["none", "tone"], ["none", "facts"]]}},
            {"name": "minutes", "type": "number", "visible_when": {"question": "flaws", "equals": "facts"},
             "validation": {"min": 0, "max": 60}},
            {"name": "marks", "type": "span", "on": "prompt", "options": [{"value": "claim"}, {"value": "error"}]},
            {"name": "turns", "type": "label", "on": "talk", "per": "message", "options": [{"value": true}, {"value": false}]},
            {"name": "slips", "type": "span", "on": "proof", "per": "step", "allow_overlapping": true,
             "options": [{"value": "slip"}]},
            {"name": "scores", "type": "rubric_scores", "options_from": "rubric", "cannot_assess": true},
        ],
    })
}

/// A row for [`every_type`], with text beyond the BMP and combining marks.
pub(crate) fn a_row() -> Value {
    json!({
        "prompt": "Wie groß? 数学 👩‍🔬 e\u{301}tude",
        "talk": [{"u": "hello", "a": "good day"}, {"u": "and?"}],
        "llama": "Answer one", "gpt": "",
        "rubric": [{"id": "r1", "text": "is right", "points": 5}, {"id": "r2", "text": "is rude", "points": -3}],
        "proof": ["2+2=4", "so 4=5 𝔸"],
    })
}

/// A schema from JSON that must be sound.
pub(crate) fn schema(json: &Value) -> Schema {
    Schema::parse(json).unwrap_or_else(|faults| panic!("{faults}"))
}

/// Puts a value at a JSON Pointer whose parent is there, and says where; one past a list's end appends.
pub(crate) fn set(json: &mut Value, place: &str, to: Value) -> Option<String> {
    let (parent, key) = place.rsplit_once('/')?;
    match json.pointer_mut(parent)? {
        Value::Object(object) => {
            object.insert(key.to_owned(), to);
        }
        Value::Array(list) if key.parse() == Ok(list.len()) => list.push(to),
        Value::Array(list) => *list.get_mut(key.parse::<usize>().ok()?)? = to,
        _ => return None,
    }
    Some(place.to_owned())
}

/// Any small JSON, with keys and texts that mean something here more often than chance.
pub(crate) fn json_noise() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        "[a-z0-9👩 ]{0,6}".prop_map(Value::from),
    ];
    leaf.prop_recursive(3, 24, 4, |inner| {
        let key = prop_oneof![
            Just("value".to_owned()),
            Just("met".to_owned()),
            Just("preferred".to_owned()),
            "[a-z0-9]{1,3}"
        ];
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            proptest::collection::vec((key, inner), 0..4)
                .prop_map(|pairs| pairs.into_iter().collect::<Map<_, _>>().into()),
        ]
    })
}
