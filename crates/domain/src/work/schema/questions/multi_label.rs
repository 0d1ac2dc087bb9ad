//! `multi_label`: any of several options. The value is a list of options' values; an empty list says "none of them".

use serde_json::{Value, json};

use super::{Around, Asked, Published, QuestionType};
use crate::fault::{Path, Rule, Sink};
use crate::reader::Reader;
use crate::work::schema::limits::{FORBIDDEN_MAX, OPTIONS_MAX};
use crate::work::schema::options::{self, Choice, Values};
use crate::work::schema::question::Question;

/// Some of the options.
#[derive(Debug)]
pub(super) struct MultiLabel {
    options: Vec<Choice>,
    min_items: usize,
    max_items: usize,
    /// Sets of options that exclude one another: no answer may hold a whole set.
    forbid: Vec<Vec<Value>>,
}

impl QuestionType for MultiLabel {
    fn name() -> &'static str {
        "multi_label"
    }

    fn methods() -> &'static [&'static str] {
        &["per_label_majority", "per_label_dawid_skene", "adjudication"]
    }

    fn agreements() -> &'static [&'static str] {
        &["krippendorff_alpha_masi"]
    }

    fn published() -> Published {
        Published {
            required: &["options"],
            settings: json!({"options": Values::Texts.published()}),
            validation: json!({
                "min_items": {"type": "integer", "minimum": 0, "maximum": OPTIONS_MAX},
                "max_items": {"type": "integer", "minimum": 1, "maximum": OPTIONS_MAX},
                "forbid": {
                    "type": "array", "minItems": 1, "maxItems": FORBIDDEN_MAX,
                    "items": {"type": "array", "minItems": 2, "items": {"type": "string"}},
                },
            }),
        }
    }

    fn read(question: &Reader<'_>, validation: &Reader<'_>, _around: &Around<'_>) -> Option<Self> {
        let min_items = validation.whole("min_items", 0, OPTIONS_MAX).unwrap_or(0);
        let max_items = validation.whole("max_items", 1, OPTIONS_MAX);
        let forbid = validation.list("forbid", 1, FORBIDDEN_MAX);
        let options = options::read(question, Values::Texts)?;
        let max_items = max_items.unwrap_or(options.len());
        if min_items > max_items.min(options.len()) {
            validation.fault("min_items", Rule::Says("asks for more than can be chosen"));
        }
        let forbid = forbid.map_or_else(Vec::new, |sets| excluded(validation, sets, &options));
        Some(Self { options, min_items, max_items, forbid })
    }

    fn check(&self, _asked: &Asked<'_>, value: &Value, path: &Path<'_>, sink: &Sink) -> Option<Value> {
        let Some(chosen) = value.as_array() else {
            sink.fault(path, Rule::Shape("a list"));
            return None;
        };
        let before = sink.total();
        if chosen.len() > self.max_items {
            sink.fault(path, Rule::TooMany { got: chosen.len(), max: self.max_items, unit: "labels" });
            return None;
        }
        if chosen.len() < self.min_items {
            sink.fault(path, Rule::TooFew { got: chosen.len(), min: self.min_items, unit: "labels" });
        }
        for (n, one) in chosen.iter().enumerate() {
            if !options::offers(&self.options, one) {
                sink.fault(&path.index(n), Rule::NotOffered);
            } else if chosen[..n].contains(one) {
                sink.fault(&path.index(n), Rule::Twice);
            }
        }
        if self.forbid.iter().any(|set| set.iter().all(|label| chosen.contains(label))) {
            sink.fault(path, Rule::Says("holds labels that exclude one another"));
        }
        if sink.total() > before {
            return None;
        }
        // In the options' order, so that the order of clicking is no difference.
        let ordered = self.options.iter().map(|option| &option.value).filter(|value| chosen.contains(value));
        Some(ordered.cloned().collect::<Vec<_>>().into())
    }

    fn answer_schema(&self, _question: &Question) -> Value {
        json!({
            "type": "array", "uniqueItems": true, "minItems": self.min_items, "maxItems": self.max_items,
            "items": options::one_of(&self.options),
        })
    }

    fn can_hold(&self, wanted: &Value) -> Result<(), Rule> {
        if options::offers(&self.options, wanted) { Ok(()) } else { Err(Rule::NotOffered) }
    }

    fn holds(&self, value: &Value, wanted: &[Value]) -> bool {
        value.as_array().is_some_and(|chosen| chosen.iter().any(|one| wanted.contains(one)))
    }

    fn options(&self) -> &[Choice] {
        &self.options
    }
}

fn excluded(validation: &Reader<'_>, sets: &[Value], options: &[Choice]) -> Vec<Vec<Value>> {
    let at = validation.path().key("forbid");
    let mut excluded = Vec::with_capacity(sets.len());
    for (n, set) in sets.iter().enumerate() {
        match set.as_array() {
            Some(set) if set.len() >= 2 && set.iter().all(|one| options::offers(options, one)) => {
                excluded.push(set.clone());
            }
            _ => validation.sink().fault(&at.index(n), Rule::Shape("a list of two or more of the options")),
        }
    }
    excluded
}
