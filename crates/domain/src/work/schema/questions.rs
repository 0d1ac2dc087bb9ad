//! What is asked: the question types and their registry.
//!
//! A new question type is one file here that implements [`QuestionType`], and one line in [`REGISTRY`].

mod label;
mod multi_label;
mod number;
mod pairwise;
mod rating;
mod rubric_scores;
mod span;
mod text;
mod written;

use std::fmt::Debug;
use std::sync::Arc;

use serde_json::{Map, Value};

use super::fields::Field;
use super::options::Choice;
use super::question::{Before, Per, Question};
use super::view::View;
use crate::fault::{Path, Rule, Sink};
use crate::reader::Reader;
use crate::work::content::Content;

/// One type of question: how its settings are read, and how an answer is checked against them.
///
/// Values are checked one at a time: a question asked per candidate calls [`check`](Self::check) for each.
pub(crate) trait QuestionType: Debug + Send + Sync {
    /// The word in `type`.
    fn name() -> &'static str
    where
        Self: Sized;

    /// The ways its answers can be made one, the default first.
    fn methods() -> &'static [&'static str]
    where
        Self: Sized;

    /// The measures of agreement that fit it, the default first; none for free text.
    fn agreements() -> &'static [&'static str]
    where
        Self: Sized;

    /// JSON Schema of the settings it has beyond those every question has.
    fn published() -> Published
    where
        Self: Sized;

    /// Reads those settings. `around` is what else the schema says.
    fn read(question: &Reader<'_>, validation: &Reader<'_>, around: &Around<'_>) -> Option<Self>
    where
        Self: Sized;

    /// The value in its canonical form, naming items by their own ids. `None` if it is faulty (then the sink has
    /// been told) or blank (then it has not, and the question counts as unanswered).
    fn check(&self, asked: &Asked<'_>, value: &Value, path: &Path<'_>, sink: &Sink) -> Option<Value>;

    /// JSON Schema of a value, as a browser sends it.
    fn answer_schema(&self, question: &Question) -> Value;

    /// Whether another question may depend on `wanted`.
    fn can_hold(&self, wanted: &Value) -> Result<(), Rule>;

    /// Whether an answer is one of those another question depends on.
    fn holds(&self, value: &Value, wanted: &[Value]) -> bool {
        wanted.contains(value)
    }

    /// Whether a row's content can be asked about; otherwise the field that stands in the way, and the rule.
    fn fits(&self, _question: &Question, _content: &Content) -> Result<(), (String, Rule)> {
        Ok(())
    }

    /// A checked value as a browser is sent it: with the ids that `view` shows.
    fn as_sent(&self, _question: &Question, value: &Value, _view: &View<'_>) -> Value {
        value.clone()
    }

    /// What can be chosen, if the schema lists it.
    fn options(&self) -> &[Choice] {
        &[]
    }

    /// The field whose items it goes through, beside the one it is asked on.
    fn options_from(&self) -> Option<&str> {
        None
    }

    /// Between which numbers an answer lies, where it is a number and the schema says so.
    fn bounds(&self) -> (Option<f64>, Option<f64>) {
        (None, None)
    }

    /// How many steps of strength a preference has, if it has any.
    fn strength_max(&self) -> Option<usize> {
        None
    }
}

/// The part of the published JSON Schema that belongs to one question type.
pub(crate) struct Published {
    /// Settings that must be there.
    pub(crate) required: &'static [&'static str],
    /// Its own settings, an object of JSON Schemas.
    pub(crate) settings: Value,
    /// The keys of `validation` it knows, an object of JSON Schemas.
    pub(crate) validation: Value,
}

/// What a question type may look at while its settings are read.
pub(crate) struct Around<'a> {
    pub(crate) before: &'a Before<'a>,
    /// The field it is asked on.
    pub(crate) on: Option<&'a Field>,
    pub(crate) per: Per,
}

/// What is being answered.
pub(crate) struct Asked<'a> {
    pub(crate) question: &'a Question,
    pub(crate) content: &'a Content,
    pub(crate) view: &'a View<'a>,
    /// The text of the field, candidate, message or step it is asked on, if that is one text.
    pub(crate) text: Option<&'a str>,
}

pub(crate) struct Registered {
    pub(crate) name: fn() -> &'static str,
    pub(crate) methods: fn() -> &'static [&'static str],
    pub(crate) agreements: fn() -> &'static [&'static str],
    pub(crate) published: fn() -> Published,
    pub(crate) read: fn(&Reader<'_>, &Reader<'_>, &Around<'_>) -> Option<Arc<dyn QuestionType>>,
}

const fn registered<T: QuestionType + 'static>() -> Registered {
    Registered {
        name: T::name,
        methods: T::methods,
        agreements: T::agreements,
        published: T::published,
        read: |question, validation, around| T::read(question, validation, around).map(|t| Arc::new(t) as _),
    }
}

/// Every question type that has a screen.
pub(crate) const REGISTRY: &[Registered] = &[
    registered::<text::Text>(),
    registered::<label::Label>(),
    registered::<multi_label::MultiLabel>(),
    registered::<rating::Rating>(),
    registered::<number::Number>(),
    registered::<pairwise::Pairwise>(),
    registered::<span::Span>(),
    registered::<rubric_scores::RubricScores>(),
];

/// The names of all question types.
pub(crate) fn names() -> impl Iterator<Item = &'static str> {
    REGISTRY.iter().map(|registered| (registered.name)())
}

/// The value as an object without keys beyond `known`; otherwise the faults.
fn object<'v>(value: &'v Value, known: &[&str], path: &Path<'_>, sink: &Sink) -> Option<&'v Map<String, Value>> {
    let Some(object) = value.as_object() else {
        sink.fault(path, Rule::Shape("an object"));
        return None;
    };
    for key in object.keys().filter(|key| !known.contains(&key.as_str())) {
        sink.fault(&path.foreign(key), Rule::Unknown);
    }
    Some(object)
}
