//! `span`: marked passages of a text.
//!
//! The value is a list of `{"field","start","end","label","text"}`: offsets count Unicode scalar values, the end is
//! exclusive, and `text` repeats the slice, so that a browser that counts otherwise (in UTF-16 units, say) is found
//! out at once and not when a model is trained. An empty list says "nothing to mark".

use serde_json::{Value, json};

use super::{Around, Asked, Published, QuestionType, object};
use crate::fault::{Path, Rule, Sink};
use crate::reader::Reader;
use crate::work::schema::limits::SPANS_MAX;
use crate::work::schema::options::{self, Choice, Values};
use crate::work::schema::question::{Per, Question};

/// Marked passages, each with one of the options as its label.
#[derive(Debug)]
pub(super) struct Span {
    options: Vec<Choice>,
    allow_overlapping: bool,
    min_items: usize,
    max_items: usize,
}

/// One passage, and its place in what was sent.
struct Marked<'v> {
    start: usize,
    end: usize,
    label: &'v Value,
    text: &'v str,
    index: usize,
}

impl QuestionType for Span {
    fn name() -> &'static str {
        "span"
    }

    fn methods() -> &'static [&'static str] {
        &["character_majority", "exact_match_majority", "lfc", "adjudication"]
    }

    fn agreements() -> &'static [&'static str] {
        &["gamma", "span_f1"]
    }

    fn published() -> Published {
        Published {
            required: &["on", "options"],
            settings: json!({"options": Values::Texts.published(), "allow_overlapping": {"type": "boolean"}}),
            validation: json!({
                "min_items": {"type": "integer", "minimum": 0, "maximum": SPANS_MAX},
                "max_items": {"type": "integer", "minimum": 1, "maximum": SPANS_MAX},
            }),
        }
    }

    fn read(question: &Reader<'_>, validation: &Reader<'_>, around: &Around<'_>) -> Option<Self> {
        let min_items = validation.whole("min_items", 0, SPANS_MAX).unwrap_or(0);
        let max_items = validation.whole("max_items", 1, SPANS_MAX).unwrap_or(SPANS_MAX);
        if min_items > max_items {
            validation.fault("min_items", Rule::Says("asks for more than `max_items`"));
        }
        let allow_overlapping = question.flag("allow_overlapping").unwrap_or(false);
        let options = options::read(question, Values::Texts);
        question.need("on")?;
        let one_text = matches!(around.on?.kind, "text" | "markdown") || around.per != Per::Record;
        if !one_text {
            question.fault("on", Rule::Names("a text, or be asked per candidate, message or step"));
        }
        Some(Self { options: options?, allow_overlapping, min_items, max_items })
    }

    fn check(&self, asked: &Asked<'_>, value: &Value, path: &Path<'_>, sink: &Sink) -> Option<Value> {
        let before = sink.total();
        let Some(list) = value.as_array() else {
            sink.fault(path, Rule::Shape("a list"));
            return None;
        };
        if list.len() > self.max_items {
            sink.fault(path, Rule::TooMany { got: list.len(), max: self.max_items, unit: "spans" });
            return None;
        }
        if list.len() < self.min_items {
            sink.fault(path, Rule::TooFew { got: list.len(), min: self.min_items, unit: "spans" });
        }
        let text = asked.text.unwrap_or_default();
        // Where each character starts, and the end: reckoned once, not once a span.
        let starts: Vec<usize> = if list.is_empty() {
            Vec::new()
        } else {
            text.char_indices().map(|(byte, _)| byte).chain([text.len()]).collect()
        };
        let field = asked.question.on_field();
        let mut spans: Vec<Marked<'_>> = list
            .iter()
            .enumerate()
            .filter_map(|(n, span)| self.one(span, n, field, (text, &starts), &path.index(n), sink))
            .collect();
        spans.sort_by(|a, b| (a.start, a.end, a.label.as_str()).cmp(&(b.start, b.end, b.label.as_str())));
        self.check_together(&spans, path, sink);
        if sink.total() > before {
            return None;
        }
        let canonical = spans
            .iter()
            .map(|s| json!({"field": field, "start": s.start, "end": s.end, "label": s.label, "text": s.text}));
        Some(canonical.collect::<Vec<_>>().into())
    }

    fn answer_schema(&self, question: &Question) -> Value {
        json!({
            "type": "array", "minItems": self.min_items, "maxItems": self.max_items,
            "items": {
                "type": "object", "additionalProperties": false,
                "required": ["field", "start", "end", "label", "text"],
                "properties": {
                    "field": {"const": question.on},
                    "start": {"type": "integer", "minimum": 0},
                    "end": {"type": "integer", "minimum": 1},
                    "label": options::one_of(&self.options),
                    "text": {"type": "string", "minLength": 1},
                },
            },
        })
    }

    fn can_hold(&self, wanted: &Value) -> Result<(), Rule> {
        if options::offers(&self.options, wanted) { Ok(()) } else { Err(Rule::NotOffered) }
    }

    fn holds(&self, value: &Value, wanted: &[Value]) -> bool {
        value.as_array().is_some_and(|spans| spans.iter().any(|span| wanted.contains(&span["label"])))
    }

    fn options(&self) -> &[Choice] {
        &self.options
    }
}

impl Span {
    /// One span, if it is sound by itself.
    fn one<'v>(
        &self,
        span: &'v Value,
        index: usize,
        field: &str,
        (text, starts): (&str, &[usize]),
        path: &Path<'_>,
        sink: &Sink,
    ) -> Option<Marked<'v>> {
        let before = sink.total();
        let given = object(span, &["field", "start", "end", "label", "text"], path, sink)?;
        let need = |key: &str| {
            let value = given.get(key);
            if value.is_none() {
                sink.fault(&path.key(key), Rule::Missing);
            }
            value
        };
        if need("field").is_some_and(|named| named != field) {
            sink.fault(&path.key("field"), Rule::Names("the field the question is asked on"));
        }
        let label = need("label")?;
        if !options::offers(&self.options, label) {
            sink.fault(&path.key("label"), Rule::NotOffered);
        }
        let chars = starts.len() - 1;
        let offset = |key: &str, min: usize, max: usize| {
            let number = need(key)?.as_u64().and_then(|n| usize::try_from(n).ok());
            match number {
                Some(number) if (min..=max).contains(&number) => return Some(number),
                Some(_) => sink.fault(&path.key(key), Rule::Range { min: min.to_string(), max: max.to_string() }),
                None => sink.fault(&path.key(key), Rule::Shape("a whole number")),
            }
            None
        };
        if chars == 0 {
            sink.fault(path, Rule::Says("marks an empty text"));
            return None;
        }
        let start = offset("start", 0, chars - 1);
        let end = offset("end", start.unwrap_or(0) + 1, chars);
        let (start, end) = (start?, end?);
        let Some(copy) = need("text")?.as_str() else {
            sink.fault(&path.key("text"), Rule::Shape("a text"));
            return None;
        };
        if copy != &text[starts[start]..starts[end]] {
            sink.fault(&path.key("text"), Rule::Says("must equal the text from `start` to `end`"));
        }
        (sink.total() == before).then_some(Marked { start, end, label, text: copy, index })
    }

    /// Whether the spans, in order, go together.
    fn check_together(&self, spans: &[Marked<'_>], path: &Path<'_>, sink: &Sink) {
        let mut reach = 0;
        for (n, span) in spans.iter().enumerate() {
            let same = |other: &Marked<'_>| (other.start, other.end, other.label) == (span.start, span.end, span.label);
            if n > 0 && same(&spans[n - 1]) {
                sink.fault(&path.index(span.index), Rule::Twice);
            } else if !self.allow_overlapping && span.start < reach {
                sink.fault(&path.index(span.index), Rule::Says("overlaps another span; here spans stand apart"));
            }
            reach = reach.max(span.end);
        }
    }
}
