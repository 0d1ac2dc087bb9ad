//! The schema language and the answers of one schema as JSON Schema 2020-12, derived from the registries.

use serde_json::{Map, Value, json};

use super::defaults::{Distribution, Export};
use super::limits::{
    ANSWER_CHARS_MAX, DESCRIPTION_CHARS_MAX, FIELDS_MAX, GUIDELINES_CHARS_MAX, OPTIONS_MAX, QUESTIONS_MAX,
    TITLE_CHARS_MAX,
};
use super::question::{Per, Question};
use super::questions::{REGISTRY, Registered, names};
use super::{Schema, TASK_TYPES, fields};
use crate::fault::NAME_CHARS_MAX;

const DIALECT: &str = "https://json-schema.org/draft/2020-12/schema";

/// The JSON Schema of schemas and project templates.
///
/// Whatever it refuses, [`Schema::parse`] refuses. The reverse does not hold: that a question names a field there is,
/// for one, cannot be said in JSON Schema.
pub fn published() -> Value {
    json!({
        "$schema": DIALECT,
        "title": "Vouchsafe schema",
        "type": "object",
        "additionalProperties": false,
        "required": ["fields", "questions"],
        "properties": {
            "schema_version": {"const": "1"},
            "task_type": {"enum": TASK_TYPES},
            "name": {"$ref": "#/$defs/name"},
            "guidelines": {"type": "string", "maxLength": GUIDELINES_CHARS_MAX},
            "fields": {"type": "array", "minItems": 1, "maxItems": FIELDS_MAX, "items": {"$ref": "#/$defs/field"}},
            "questions": {
                "type": "array", "minItems": 1, "maxItems": QUESTIONS_MAX, "items": {"$ref": "#/$defs/question"},
            },
            "distribution": Distribution::published(),
            "export": Export::published(),
        },
        "$defs": {
            "name": {"type": "string", "pattern": "^[a-z0-9_]+$", "maxLength": NAME_CHARS_MAX},
            "field": fields::published(),
            "question": question(),
        },
    })
}

/// What every question has, and under which type what else.
fn question() -> Value {
    json!({
        "type": "object",
        "required": ["name", "type"],
        "properties": {
            "name": {"$ref": "#/$defs/name"},
            "type": {"enum": names().collect::<Vec<_>>()},
            "title": {"type": "string", "maxLength": TITLE_CHARS_MAX},
            "description": {"type": "string", "maxLength": DESCRIPTION_CHARS_MAX},
            "required": {"type": "boolean"},
            "on": {"$ref": "#/$defs/name"},
            "per": {"enum": Per::words()},
            "cannot_assess": {"type": "boolean"},
            "not_applicable": {"type": "boolean"},
            "justification": {"oneOf": [
                {"enum": ["none", "optional", "required"]},
                {
                    "type": "object", "additionalProperties": false,
                    "properties": {
                        "required": {"type": "boolean"},
                        "min_length": {"type": "integer", "minimum": 0, "maximum": ANSWER_CHARS_MAX},
                    },
                },
            ]},
            "visible_when": {
                "type": "object", "additionalProperties": false, "required": ["question"],
                "properties": {
                    "question": {"$ref": "#/$defs/name"},
                    "equals": {},
                    "in": {"type": "array", "minItems": 1, "maxItems": OPTIONS_MAX},
                },
                "oneOf": [{"required": ["equals"]}, {"required": ["in"]}],
            },
        },
        "allOf": REGISTRY.iter().map(of_type).collect::<Vec<_>>(),
        "unevaluatedProperties": false,
    })
}

fn of_type(registered: &Registered) -> Value {
    let published = (registered.published)();
    let mut properties = published.settings.as_object().cloned().unwrap_or_default();
    let mut validation = published.validation.as_object().cloned().unwrap_or_default();
    // Every question asked per part knows it.
    validation.entry("complete").or_insert_with(|| json!({"type": "boolean"}));
    properties.insert(
        "validation".to_owned(),
        json!({"type": "object", "additionalProperties": false, "properties": validation}),
    );
    let mut aggregation = json!({
        "method": {"enum": (registered.methods)()},
        "threshold": {"type": "number", "minimum": 0, "maximum": 1},
        "params": {"type": "object", "additionalProperties": false},
    });
    if (registered.methods)().contains(&"trimmed_mean") {
        aggregation["params"]["properties"] = json!({"trim": {"type": "number", "minimum": 0, "exclusiveMaximum": 0.5},
                "tolerance": {"type": "number", "exclusiveMinimum": 0}});
    }
    // Free text has none; an `enum` of nothing is frowned upon.
    if !(registered.agreements)().is_empty() {
        aggregation["agreement"] = json!({"enum": (registered.agreements)()});
    }
    properties.insert(
        "aggregation".to_owned(),
        json!({"type": "object", "additionalProperties": false, "required": ["method"], "properties": aggregation}),
    );
    json!({
        "if": {"properties": {"type": {"const": (registered.name)()}}},
        "then": {"required": published.required, "properties": properties},
    })
}

impl Schema {
    /// The JSON Schema of the answers to this schema, as [`check`](Schema::check) takes them.
    ///
    /// It says what can be said without a task: which item ids there are, what a span must equal and which questions
    /// an answer hides are judged by `check` alone.
    pub fn answers_schema(&self) -> Value {
        let properties: Map<String, Value> =
            self.questions.iter().map(|question| (question.name.clone(), answer(question))).collect();
        let required: Vec<&str> = self
            .questions
            .iter()
            .filter(|q| q.required && q.visible_when.is_none() && !q.is_per_part())
            .map(|q| q.name.as_str())
            .collect();
        json!({
            "$schema": DIALECT, "title": "Answers", "type": "object", "additionalProperties": false,
            "required": required, "properties": properties,
        })
    }
}

fn answer(question: &Question) -> Value {
    let one = question.settings.answer_schema(question);
    let value = if question.is_per_part() { json!({"type": "object", "additionalProperties": one}) } else { one };
    let mut ways = vec![("value", value)];
    if question.cannot_assess {
        ways.push(("cannot_assess", json!({"const": true})));
    }
    if question.not_applicable {
        ways.push(("not_applicable", json!({"const": true})));
    }
    let ways: Vec<Value> = ways
        .into_iter()
        .map(|(key, schema)| {
            let mut properties = Map::from_iter([(key.to_owned(), schema)]);
            let mut required = vec![key];
            if let Some(asked) = question.justification {
                let schema = json!({"type": "string", "minLength": asked.min_length, "maxLength": ANSWER_CHARS_MAX});
                properties.insert("justification".to_owned(), schema);
                if asked.required {
                    required.push("justification");
                }
            }
            json!({"type": "object", "additionalProperties": false, "required": required, "properties": properties})
        })
        .collect();
    json!({"oneOf": ways})
}
