//! `pairwise`: which of two candidates is better, and by how much.
//!
//! The value is `{"preferred":"response1","strength":2}`, or `{"preferred":"tie"}` where ties are allowed. Strength
//! goes from 1 (slightly) up, is given with every preference where the question asks for it, and never with a tie.

use serde_json::{Map, Value, json};

use super::{Around, Asked, Published, QuestionType, object};
use crate::fault::{Path, Rule, Sink};
use crate::reader::Reader;
use crate::work::content::Content;
use crate::work::schema::limits::STRENGTH_MAX;
use crate::work::schema::question::{Per, Question};
use crate::work::schema::view::View;

/// The answer that prefers neither. No candidate of a pair may have it as its id.
const TIE: &str = "tie";

/// A preference between two candidates.
#[derive(Debug)]
pub(super) struct Pairwise {
    allow_tie: bool,
    strength: Option<usize>,
    blind: bool,
}

impl QuestionType for Pairwise {
    fn name() -> &'static str {
        "pairwise"
    }

    fn methods() -> &'static [&'static str] {
        &["majority_vote", "weighted_majority_vote", "bradley_terry_davidson"]
    }

    fn agreements() -> &'static [&'static str] {
        &["krippendorff_alpha_nominal", "cohen_kappa", "fleiss_kappa"]
    }

    fn published() -> Published {
        Published {
            required: &["on"],
            settings: json!({
                "allow_tie": {"type": "boolean"},
                "strength": {"type": "integer", "minimum": 1, "maximum": STRENGTH_MAX},
            }),
            validation: json!({}),
        }
    }

    fn read(question: &Reader<'_>, _validation: &Reader<'_>, around: &Around<'_>) -> Option<Self> {
        let allow_tie = question.flag("allow_tie").unwrap_or(false);
        let strength = question.whole("strength", 1, STRENGTH_MAX);
        if around.per != Per::Record {
            question.fault("per", Rule::Says("must be `record`: a preference is about both candidates"));
        }
        question.need("on")?;
        let on = around.on?;
        if on.kind != "candidates" {
            question.fault("on", Rule::Names("a field of type `candidates`"));
        }
        Some(Self { allow_tie, strength, blind: on.blind })
    }

    fn check(&self, asked: &Asked<'_>, value: &Value, path: &Path<'_>, sink: &Sink) -> Option<Value> {
        let given = object(value, &["preferred", "strength"], path, sink)?;
        let mut checked = Map::new();
        let preferred = match given.get("preferred") {
            None => Err(Rule::Missing),
            Some(Value::String(id)) if id == TIE && self.allow_tie => Ok(TIE),
            Some(Value::String(id)) => asked.view.own(asked.question.on_field(), id).ok_or(Rule::NotOffered),
            Some(_) => Err(Rule::Shape("a text")),
        };
        let preferred = match preferred {
            Ok(id) => id,
            Err(rule) => {
                sink.fault(&path.key("preferred"), rule);
                return None;
            }
        };
        checked.insert("preferred".to_owned(), preferred.into());
        let strength = match (given.get("strength"), self.strength) {
            (None, Some(_)) if preferred != TIE => Err(Rule::Missing),
            (None, _) => Ok(None),
            (Some(_), None) => Err(Rule::Unknown),
            (Some(_), Some(_)) if preferred == TIE => Err(Rule::Says("must be absent for a tie")),
            (Some(value), Some(max)) => match value.as_u64() {
                Some(step) if (1..=max as u64).contains(&step) => Ok(Some(step)),
                Some(_) => Err(Rule::Range { min: "1".to_owned(), max: max.to_string() }),
                None => Err(Rule::Shape("a whole number")),
            },
        };
        match strength {
            Ok(None) => {}
            Ok(Some(step)) => {
                checked.insert("strength".to_owned(), step.into());
            }
            Err(rule) => {
                sink.fault(&path.key("strength"), rule);
                return None;
            }
        }
        Some(checked.into())
    }

    fn answer_schema(&self, _question: &Question) -> Value {
        let mut prefers = json!({
            "type": "object", "additionalProperties": false, "required": ["preferred"],
            "properties": {"preferred": {"allOf": [{"type": "string"}, {"not": {"const": TIE}}]}},
        });
        if let Some(max) = self.strength {
            prefers["required"] = json!(["preferred", "strength"]);
            prefers["properties"]["strength"] = json!({"type": "integer", "minimum": 1, "maximum": max});
        }
        if !self.allow_tie {
            return prefers;
        }
        json!({"oneOf": [prefers, {
            "type": "object", "additionalProperties": false, "required": ["preferred"],
            "properties": {"preferred": {"const": TIE}},
        }]})
    }

    fn can_hold(&self, wanted: &Value) -> Result<(), Rule> {
        match wanted.as_str() {
            Some(TIE) if self.allow_tie => Ok(()),
            Some(TIE) | None => Err(Rule::NotOffered),
            // A question that appears for one model only would tell the models apart.
            Some(_) if self.blind => Err(Rule::Says("would tell blind candidates apart; only `tie` can be asked for")),
            Some(_) => Ok(()),
        }
    }

    fn holds(&self, value: &Value, wanted: &[Value]) -> bool {
        wanted.contains(&value["preferred"])
    }

    fn fits(&self, question: &Question, content: &Content) -> Result<(), (String, Rule)> {
        let on = question.on_field();
        let items = content.field(on).map_or(&[][..], |field| field.items());
        let refuse = |rule| Err((on.to_owned(), rule));
        if items.len() != 2 {
            return refuse(Rule::Says("must hold exactly two candidates"));
        }
        if items.iter().any(|item| item.id == TIE) {
            return refuse(Rule::Says("must not hold a candidate with the id `tie`"));
        }
        Ok(())
    }

    fn as_sent(&self, question: &Question, value: &Value, view: &View<'_>) -> Value {
        let mut value = value.clone();
        if let Some(shown) = value["preferred"].as_str().and_then(|id| view.shown(question.on_field(), id)) {
            value["preferred"] = shown.into();
        }
        value
    }

    fn strength_max(&self) -> Option<usize> {
        self.strength
    }
}
