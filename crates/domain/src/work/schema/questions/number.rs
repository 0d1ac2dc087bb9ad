//! `number`: a measured or reckoned quantity. The value is a number.

use serde_json::{Number as JsonNumber, Value, json};

use super::{Around, Asked, Published, QuestionType};
use crate::fault::{Path, Rule, Sink};
use crate::reader::Reader;
use crate::work::schema::question::Question;

/// A number between two bounds, either of which may be open.
#[derive(Debug)]
pub(super) struct Number {
    min: Option<f64>,
    max: Option<f64>,
}

impl QuestionType for Number {
    fn name() -> &'static str {
        "number"
    }

    fn methods() -> &'static [&'static str] {
        &["median", "trimmed_mean", "mean", "gauss", "gauss_bias", "auto"]
    }

    fn agreements() -> &'static [&'static str] {
        &["krippendorff_alpha_interval"]
    }

    fn published() -> Published {
        let validation = json!({"min": {"type": "number"}, "max": {"type": "number"}});
        Published { required: &[], settings: json!({}), validation }
    }

    fn read(_question: &Reader<'_>, validation: &Reader<'_>, _around: &Around<'_>) -> Option<Self> {
        let (min, max) = (validation.number("min"), validation.number("max"));
        if min.zip(max).is_some_and(|(min, max)| min > max) {
            validation.fault("min", Rule::Says("is more than `max`"));
        }
        Some(Self { min, max })
    }

    fn check(&self, _asked: &Asked<'_>, value: &Value, path: &Path<'_>, sink: &Sink) -> Option<Value> {
        let Some(number) = value.as_f64() else {
            sink.fault(path, Rule::Shape("a number"));
            return None;
        };
        if self.min.is_some_and(|min| number < min) || self.max.is_some_and(|max| number > max) {
            sink.fault(path, Rule::range(self.min, self.max));
            return None;
        }
        canonical(value)
    }

    fn answer_schema(&self, _question: &Question) -> Value {
        let mut schema = json!({"type": "number"});
        if let Some(min) = self.min {
            schema["minimum"] = min.into();
        }
        if let Some(max) = self.max {
            schema["maximum"] = max.into();
        }
        schema
    }

    fn can_hold(&self, wanted: &Value) -> Result<(), Rule> {
        if wanted.is_number() { Ok(()) } else { Err(Rule::Shape("a number")) }
    }

    fn bounds(&self) -> (Option<f64>, Option<f64>) {
        (self.min, self.max)
    }

    fn holds(&self, value: &Value, wanted: &[Value]) -> bool {
        wanted.iter().any(|wanted| canonical(wanted).as_ref() == Some(value))
    }
}

/// One way to write each number: `4.0` and `4` are the same answer. Whole numbers stay whole as far as a float can
/// tell them apart (2^53).
pub(super) fn canonical(value: &Value) -> Option<Value> {
    const EXACT_MAX: f64 = 9_007_199_254_740_992.0;
    if value.is_i64() || value.is_u64() {
        return Some(value.clone());
    }
    let number = value.as_f64()?;
    if number.fract() == 0.0 && number.abs() <= EXACT_MAX {
        #[expect(clippy::cast_possible_truncation, reason = "whole and within 2^53, so the cast is exact")]
        return Some((number as i64).into());
    }
    JsonNumber::from_f64(number).map(Value::Number)
}
