//! `label`: one of several options. The value is the option's value.

use serde_json::{Value, json};

use super::{Around, Asked, Published, QuestionType};
use crate::fault::{Path, Rule, Sink};
use crate::reader::Reader;
use crate::work::schema::options::{self, Choice, Values};
use crate::work::schema::question::Question;

/// One of the options.
#[derive(Debug)]
pub(super) struct Label(Vec<Choice>);

impl QuestionType for Label {
    fn name() -> &'static str {
        "label"
    }

    fn methods() -> &'static [&'static str] {
        &["majority_vote", "weighted_majority_vote", "dawid_skene", "glad", "adjudication"]
    }

    fn agreements() -> &'static [&'static str] {
        &["krippendorff_alpha_nominal", "cohen_kappa", "fleiss_kappa"]
    }

    fn published() -> Published {
        Published {
            required: &["options"],
            settings: json!({"options": Values::Any.published()}),
            validation: json!({}),
        }
    }

    fn read(question: &Reader<'_>, _validation: &Reader<'_>, _around: &Around<'_>) -> Option<Self> {
        options::read(question, Values::Any).map(Self)
    }

    fn check(&self, _asked: &Asked<'_>, value: &Value, path: &Path<'_>, sink: &Sink) -> Option<Value> {
        if options::offers(&self.0, value) {
            return Some(value.clone());
        }
        sink.fault(path, Rule::NotOffered);
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
