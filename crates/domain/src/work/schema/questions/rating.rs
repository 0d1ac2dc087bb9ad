//! `rating`: one step of a scale. The value is a whole number, one of the options'.

use serde_json::{Value, json};

use super::{Around, Asked, Published, QuestionType};
use crate::fault::{Path, Rule, Sink};
use crate::reader::Reader;
use crate::work::schema::options::{self, Choice, Values};
use crate::work::schema::question::Question;

/// One step of a scale. The numbers order the steps, wherever they stand in the list.
#[derive(Debug)]
pub(super) struct Rating(Vec<Choice>);

impl QuestionType for Rating {
    fn name() -> &'static str {
        "rating"
    }

    fn methods() -> &'static [&'static str] {
        &["median", "mean", "ordinal_dawid_skene"]
    }

    fn agreements() -> &'static [&'static str] {
        &["krippendorff_alpha_ordinal", "icc"]
    }

    fn published() -> Published {
        Published {
            required: &["options"],
            settings: json!({"options": Values::Numbers.published()}),
            validation: json!({}),
        }
    }

    fn read(question: &Reader<'_>, _validation: &Reader<'_>, _around: &Around<'_>) -> Option<Self> {
        options::read(question, Values::Numbers).map(Self)
    }

    fn check(&self, _asked: &Asked<'_>, value: &Value, path: &Path<'_>, sink: &Sink) -> Option<Value> {
        let rule = match value.as_i64() {
            Some(_) if options::offers(&self.0, value) => return Some(value.clone()),
            Some(_) => Rule::NotOffered,
            None => Rule::Shape("a whole number"),
        };
        sink.fault(path, rule);
        None
    }

    fn answer_schema(&self, _question: &Question) -> Value {
        options::one_of(&self.0)
    }

    fn can_hold(&self, wanted: &Value) -> Result<(), Rule> {
        if options::offers(&self.0, wanted) { Ok(()) } else { Err(Rule::NotOffered) }
    }

    fn options(&self) -> &[Choice] {
        &self.0
    }
}
