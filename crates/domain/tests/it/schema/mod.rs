//! The schema from JSON to checked answers.

mod mutations;
mod real_data;
mod refusals;
mod round_trip;

use serde_json::{Value, json};
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
