//! The options a question offers.

use serde_json::{Value, json};

use super::limits::{DESCRIPTION_CHARS_MAX, OPTION_CHARS_MAX, OPTIONS_MAX, TITLE_CHARS_MAX};
use crate::fault::Rule;
use crate::reader::Reader;

/// One option.
#[derive(Clone, Debug, PartialEq)]
pub struct Choice {
    /// What is recorded.
    pub value: Value,
    /// What is shown; the value, if absent.
    pub title: Option<String>,
    /// A sentence beneath it.
    pub description: Option<String>,
}

/// What the values of a question's options may be.
#[derive(Clone, Copy)]
pub(crate) enum Values {
    /// A text, a whole number, `true` or `false`.
    Any,
    /// A text.
    Texts,
    /// A whole number.
    Numbers,
}

impl Values {
    fn take(self, value: &Value) -> Result<(), Rule> {
        match (self, value) {
            (Self::Any | Self::Texts, Value::String(text)) => match text.chars().count() {
                _ if text.trim().is_empty() => Err(Rule::Says("must not be blank")),
                got if got > OPTION_CHARS_MAX => Err(Rule::TooMany { got, max: OPTION_CHARS_MAX, unit: "characters" }),
                _ => Ok(()),
            },
            (Self::Any, Value::Bool(_)) => Ok(()),
            (Self::Any | Self::Numbers, Value::Number(number)) if number.is_i64() => Ok(()),
            (Self::Any, _) => Err(Rule::Shape("a text, a whole number, true or false")),
            (Self::Texts, _) => Err(Rule::Shape("a text")),
            (Self::Numbers, _) => Err(Rule::Shape("a whole number")),
        }
    }

    /// The JSON Schema of `options` with such values.
    pub(crate) fn published(self) -> Value {
        let value = match self {
            Self::Any => json!({"type": ["string", "integer", "boolean"]}),
            Self::Texts => json!({"type": "string"}),
            Self::Numbers => json!({"type": "integer"}),
        };
        json!({
            "type": "array", "minItems": 1, "maxItems": OPTIONS_MAX,
            "items": {
                "type": "object", "additionalProperties": false, "required": ["value"],
                "properties": {
                    "value": value,
                    "title": {"type": "string", "maxLength": TITLE_CHARS_MAX},
                    "description": {"type": "string", "maxLength": DESCRIPTION_CHARS_MAX},
                },
            },
        })
    }
}

/// Reads `options`: at least one, no value twice.
pub(crate) fn read(question: &Reader<'_>, values: Values) -> Option<Vec<Choice>> {
    question.need("options")?;
    let list = question.list("options", 1, OPTIONS_MAX)?;
    let at = question.path().key("options");
    let mut choices: Vec<Choice> = Vec::with_capacity(list.len());
    for (n, option) in list.iter().enumerate() {
        let place = at.index(n);
        let Some(option) = Reader::new(option, &place, question.sink()) else { continue };
        let choice = one(&option, values);
        option.finish();
        let Some(choice) = choice else { continue };
        if offers(&choices, &choice.value) {
            question.sink().fault(&place.key("value"), Rule::Twice);
        }
        choices.push(choice);
    }
    Some(choices)
}

fn one(option: &Reader<'_>, values: Values) -> Option<Choice> {
    let title = option.text("title", TITLE_CHARS_MAX).map(str::to_owned);
    let description = option.text("description", DESCRIPTION_CHARS_MAX).map(str::to_owned);
    let value = option.need("value")?;
    if let Err(rule) = values.take(value) {
        option.fault("value", rule);
    }
    Some(Choice { value: value.clone(), title, description })
}

/// Whether `value` is among the options.
pub(crate) fn offers(choices: &[Choice], value: &Value) -> bool {
    choices.iter().any(|choice| choice.value == *value)
}

/// The JSON Schema of an answer that is one of the options.
pub(crate) fn one_of(choices: &[Choice]) -> Value {
    json!({"enum": choices.iter().map(|choice| &choice.value).collect::<Vec<_>>()})
}
