//! Rules for what a person writes in words: lengths, a pattern, forbidden phrases. Not a question type.

use regex_lite::{Regex, RegexBuilder};
use serde_json::{Value, json};

use crate::fault::{Path, Rule, Sink};
use crate::reader::Reader;
use crate::work::schema::limits::{
    ANSWER_CHARS_MAX, FORBIDDEN_MAX, OPTION_CHARS_MAX, PATTERN_CHARS_MAX, PATTERN_COMPILED_BYTES_MAX,
};

/// The rules of one text. Lengths are in Unicode scalar values, as in JSON Schema.
#[derive(Clone, Debug)]
pub(crate) struct Written {
    pub(crate) min_length: usize,
    pub(crate) max_length: usize,
    /// Found anywhere in the text, unless it is anchored. The engine runs in time linear in the text whatever the
    /// pattern, so that a pattern can't be an attack.
    pub(crate) pattern: Option<Regex>,
    /// In lower case; compared without regard to case.
    forbid: Vec<String>,
}

impl Written {
    /// Lengths only.
    pub(crate) fn lengths(validation: &Reader<'_>) -> Self {
        let min_length = validation.whole("min_length", 0, ANSWER_CHARS_MAX).unwrap_or(0);
        let max_length = validation.whole("max_length", 1, ANSWER_CHARS_MAX).unwrap_or(ANSWER_CHARS_MAX);
        if min_length > max_length {
            validation.fault("min_length", Rule::Says("is more than `max_length`"));
        }
        Self { min_length, max_length, pattern: None, forbid: Vec::new() }
    }

    /// All rules.
    pub(crate) fn read(validation: &Reader<'_>) -> Self {
        Self { pattern: pattern(validation), forbid: forbidden(validation), ..Self::lengths(validation) }
    }

    /// Whether `text` keeps them; tells the sink of the first it breaks.
    pub(crate) fn check(&self, text: &str, path: &Path<'_>, sink: &Sink) -> bool {
        let got = text.chars().count();
        let broken = if got < self.min_length {
            Rule::TooFew { got, min: self.min_length, unit: "characters" }
        } else if got > self.max_length {
            Rule::TooMany { got, max: self.max_length, unit: "characters" }
        } else if self.pattern.as_ref().is_some_and(|pattern| !pattern.is_match(text)) {
            Rule::Says("does not have the form asked for")
        } else if self.forbids(text) {
            Rule::Says("holds a phrase that is not allowed here")
        } else {
            return true;
        };
        sink.fault(path, broken);
        false
    }

    fn forbids(&self, text: &str) -> bool {
        if self.forbid.is_empty() {
            return false;
        }
        let text = text.to_lowercase();
        self.forbid.iter().any(|phrase| text.contains(phrase))
    }

    /// JSON Schema of such a text. Forbidden phrases are not said: JSON Schema compares with regard to case.
    pub(crate) fn answer_schema(&self) -> Value {
        let mut schema = json!({"type": "string", "minLength": self.min_length, "maxLength": self.max_length});
        if let Some(pattern) = &self.pattern {
            schema["pattern"] = pattern.as_str().into();
        }
        schema
    }

    /// JSON Schema of the settings.
    pub(crate) fn published() -> Value {
        json!({
            "min_length": {"type": "integer", "minimum": 0, "maximum": ANSWER_CHARS_MAX},
            "max_length": {"type": "integer", "minimum": 1, "maximum": ANSWER_CHARS_MAX},
            "pattern": {"type": "string", "maxLength": PATTERN_CHARS_MAX},
            "forbid": {
                "type": "array", "minItems": 1, "maxItems": FORBIDDEN_MAX,
                "items": {"type": "string", "minLength": 1, "maxLength": OPTION_CHARS_MAX},
            },
        })
    }
}

fn pattern(validation: &Reader<'_>) -> Option<Regex> {
    let pattern = validation.text("pattern", PATTERN_CHARS_MAX)?;
    let built = RegexBuilder::new(pattern).size_limit(PATTERN_COMPILED_BYTES_MAX).build();
    built.map_err(|error| validation.fault("pattern", Rule::Pattern(error.to_string()))).ok()
}

fn forbidden(validation: &Reader<'_>) -> Vec<String> {
    let Some(list) = validation.list("forbid", 1, FORBIDDEN_MAX) else { return Vec::new() };
    let at = validation.path().key("forbid");
    let mut phrases = Vec::with_capacity(list.len());
    for (n, phrase) in list.iter().enumerate() {
        match phrase.as_str() {
            Some(phrase) if !phrase.trim().is_empty() && phrase.chars().count() <= OPTION_CHARS_MAX => {
                phrases.push(phrase.to_lowercase());
            }
            _ => validation.sink().fault(&at.index(n), Rule::Shape("a short text")),
        }
    }
    phrases
}
