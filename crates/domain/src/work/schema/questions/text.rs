//! `text`: words of one's own. The value is a text; blank is no answer.

use serde_json::{Value, json};

use super::written::Written;
use super::{Around, Asked, Published, QuestionType};
use crate::fault::{Path, Rule, Sink};
use crate::reader::Reader;
use crate::work::schema::question::Question;

/// A text within its rules.
#[derive(Debug)]
pub(super) struct Text(Written);

impl QuestionType for Text {
    fn name() -> &'static str {
        "text"
    }

    fn methods() -> &'static [&'static str] {
        &["adjudication", "best_of"]
    }

    fn agreements() -> &'static [&'static str] {
        &[]
    }

    fn published() -> Published {
        Published { required: &[], settings: json!({}), validation: Written::published() }
    }

    fn read(_question: &Reader<'_>, validation: &Reader<'_>, _around: &Around<'_>) -> Option<Self> {
        Some(Self(Written::read(validation)))
    }

    fn check(&self, _asked: &Asked<'_>, value: &Value, path: &Path<'_>, sink: &Sink) -> Option<Value> {
        let Some(text) = value.as_str() else {
            sink.fault(path, Rule::Shape("a text"));
            return None;
        };
        if text.trim().is_empty() {
            return None;
        }
        self.0.check(text, path, sink).then(|| value.clone())
    }

    fn answer_schema(&self, _question: &Question) -> Value {
        self.0.answer_schema()
    }

    fn can_hold(&self, wanted: &Value) -> Result<(), Rule> {
        if wanted.is_string() { Ok(()) } else { Err(Rule::Shape("a text")) }
    }
}
