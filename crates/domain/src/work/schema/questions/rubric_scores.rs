//! `rubric_scores`: a verdict on every criterion of a rubric.
//!
//! The value is `{"<criterion id>":{"met":true,"points":5,"rationale":"..."}}`. `met` is `true`, `false`, or `null`
//! ("cannot tell", where the question allows `cannot_assess`). `points` grade a criterion in part, between 0 and what
//! it is worth; absent means all or nothing, as `met` says. A rationale must be there if `min_length` says so.

use serde_json::{Map, Value, json};

use super::written::Written;
use super::{Around, Asked, Published, QuestionType, object};
use crate::fault::{Path, Rule, Sink};
use crate::reader::Reader;
use crate::work::content::{Content, Item};
use crate::work::schema::question::Question;

/// Verdicts on the criteria of one field.
#[derive(Debug)]
pub(super) struct RubricScores {
    criteria: String,
    /// Whether each criterion needs a verdict.
    complete: bool,
    rationale: Written,
}

impl QuestionType for RubricScores {
    fn name() -> &'static str {
        "rubric_scores"
    }

    fn methods() -> &'static [&'static str] {
        &["per_criterion_majority", "per_criterion_mean"]
    }

    fn agreements() -> &'static [&'static str] {
        &["krippendorff_alpha_nominal"]
    }

    fn published() -> Published {
        let mut validation = Written::published();
        if let Some(rules) = validation.as_object_mut() {
            rules.retain(|key, _| key.ends_with("_length"));
            rules.insert("complete".to_owned(), json!({"type": "boolean"}));
        }
        Published {
            required: &["options_from"],
            settings: json!({"options_from": {"$ref": "#/$defs/name"}}),
            validation,
        }
    }

    fn read(question: &Reader<'_>, validation: &Reader<'_>, around: &Around<'_>) -> Option<Self> {
        let complete = validation.flag("complete").unwrap_or(true);
        let rationale = Written::lengths(validation);
        let criteria = question.name("options_from")?;
        if around.before.faulty_fields.contains(&criteria) {
            return None;
        }
        if !around.before.fields.iter().any(|field| field.name == criteria && field.kind == "criteria") {
            question.fault("options_from", Rule::Names("a field of type `criteria`"));
            return None;
        }
        Some(Self { criteria: criteria.to_owned(), complete, rationale })
    }

    fn check(&self, asked: &Asked<'_>, value: &Value, path: &Path<'_>, sink: &Sink) -> Option<Value> {
        let before = sink.total();
        let Some(given) = value.as_object() else {
            sink.fault(path, Rule::Shape("an object"));
            return None;
        };
        let criteria = asked.content.field(&self.criteria).map_or(&[][..], |field| field.items());
        for id in given.keys().filter(|id| !criteria.iter().any(|criterion| criterion.id == **id)) {
            sink.fault(&path.foreign(id), Rule::Unknown);
        }
        let mut checked = Map::new();
        for criterion in criteria {
            let path = path.key(&criterion.id);
            match given.get(&criterion.id) {
                Some(score) => {
                    if let Some(score) = self.one(criterion, asked.question.cannot_assess, score, &path, sink) {
                        checked.insert(criterion.id.clone(), score);
                    }
                }
                None if self.complete => sink.fault(&path, Rule::Missing),
                None => {}
            }
        }
        (sink.total() == before && !checked.is_empty()).then(|| checked.into())
    }

    fn answer_schema(&self, question: &Question) -> Value {
        let met = if question.cannot_assess { json!(["boolean", "null"]) } else { json!("boolean") };
        let mut required = vec!["met"];
        if self.rationale.min_length > 0 {
            required.push("rationale");
        }
        json!({
            "type": "object",
            "additionalProperties": {
                "type": "object", "additionalProperties": false, "required": required,
                "properties": {
                    "met": {"type": met},
                    "points": {"type": "number"},
                    "rationale": self.rationale.answer_schema(),
                },
            },
        })
    }

    fn can_hold(&self, wanted: &Value) -> Result<(), Rule> {
        if wanted.is_boolean() { Ok(()) } else { Err(Rule::Shape("true or false")) }
    }

    /// Any criterion met, or not met, as wanted.
    fn holds(&self, value: &Value, wanted: &[Value]) -> bool {
        value.as_object().is_some_and(|scores| scores.values().any(|score| wanted.contains(&score["met"])))
    }

    fn fits(&self, _question: &Question, content: &Content) -> Result<(), (String, Rule)> {
        match content.field(&self.criteria) {
            Some(field) if !field.items().is_empty() => Ok(()),
            _ => Err((self.criteria.clone(), Rule::Missing)),
        }
    }

    fn options_from(&self) -> Option<&str> {
        Some(&self.criteria)
    }
}

impl RubricScores {
    fn one(&self, criterion: &Item, cannot_assess: bool, score: &Value, path: &Path<'_>, sink: &Sink) -> Option<Value> {
        let before = sink.total();
        let given = object(score, &["met", "points", "rationale"], path, sink)?;
        let mut checked = Map::new();
        match given.get("met") {
            None => sink.fault(&path.key("met"), Rule::Missing),
            Some(met) if met.is_boolean() || (met.is_null() && cannot_assess) => {
                checked.insert("met".to_owned(), met.clone());
            }
            Some(_) if cannot_assess => sink.fault(&path.key("met"), Rule::Shape("true, false or null")),
            Some(_) => sink.fault(&path.key("met"), Rule::Shape("true or false")),
        }
        if let Some(points) = given.get("points") {
            match grade(points, criterion.points, given.get("met").is_some_and(Value::is_null)) {
                Ok(points) => {
                    checked.insert("points".to_owned(), points);
                }
                Err(rule) => sink.fault(&path.key("points"), rule),
            }
        }
        if let Some(rationale) = self.rationale(given.get("rationale"), &path.key("rationale"), sink) {
            checked.insert("rationale".to_owned(), rationale.into());
        }
        (sink.total() == before).then(|| checked.into())
    }

    /// What was written about a criterion, if anything was.
    fn rationale<'v>(&self, given: Option<&'v Value>, path: &Path<'_>, sink: &Sink) -> Option<&'v str> {
        let text = match given {
            None | Some(Value::Null) => "",
            Some(Value::String(text)) => text.trim(),
            Some(_) => {
                sink.fault(path, Rule::Shape("a text"));
                return None;
            }
        };
        if !text.is_empty() {
            return self.rationale.check(text, path, sink).then_some(text);
        }
        if self.rationale.min_length > 0 {
            sink.fault(path, Rule::Missing);
        }
        None
    }
}

/// Points between nothing and what the criterion is worth, which may be negative.
fn grade(points: &Value, worth: Option<f64>, cannot_tell: bool) -> Result<Value, Rule> {
    let given = points.as_f64().ok_or(Rule::Shape("a number"))?;
    if cannot_tell {
        return Err(Rule::Says("must be absent where `met` is null"));
    }
    let worth = worth.ok_or(Rule::Says("must be absent: the criterion is worth no points"))?;
    if (worth.min(0.0)..=worth.max(0.0)).contains(&given) {
        Ok(super::number::canonical(points).unwrap_or_else(|| points.clone()))
    } else {
        Err(Rule::range(Some(worth.min(0.0)), Some(worth.max(0.0))))
    }
}
