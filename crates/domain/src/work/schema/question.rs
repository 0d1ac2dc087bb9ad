//! One question: what every type has in common, read from JSON.

use std::sync::Arc;

use serde_json::{Map, Value};

use super::condition::VisibleWhen;
use super::fields::Field;
use super::limits::{ANSWER_CHARS_MAX, DESCRIPTION_CHARS_MAX, TITLE_CHARS_MAX};
use super::options::Choice;
use super::questions::{Around, QuestionType, REGISTRY, Registered, names};
use crate::fault::{Path, Rule, Sink, listed};
use crate::reader::Reader;

/// One thing that is asked.
#[derive(Clone, Debug)]
#[expect(clippy::struct_excessive_bools, reason = "each is one setting of the JSON, named as it is there")]
pub struct Question {
    /// Its name, unique among the questions.
    pub name: String,
    /// The type's name: `text`, `label`, `multi_label`, `rating`, `number`, `pairwise`, `span`, `rubric_scores`.
    pub kind: &'static str,
    /// What is asked, in words.
    pub title: Option<String>,
    /// A sentence beneath it.
    pub description: Option<String>,
    /// Whether an annotation without it is refused, when it is asked.
    pub required: bool,
    /// The field it is about.
    pub on: Option<String>,
    /// Whether it is asked once, or of each part of its field.
    pub per: Per,
    /// Whether "I can't judge this" is an answer.
    pub cannot_assess: bool,
    /// Whether "this makes no sense here" is an answer.
    pub not_applicable: bool,
    /// Whether, and how, it asks why.
    pub justification: Option<Justification>,
    /// How the answers of several people become one.
    pub aggregation: Aggregation,
    pub(crate) visible_when: Option<VisibleWhen>,
    /// Asked per part: whether every part needs an answer once one has one.
    pub(crate) complete: bool,
    pub(crate) settings: Arc<dyn QuestionType>,
}

/// What a question is asked of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Per {
    /// The task as a whole.
    Record,
    /// Each candidate of its field.
    Candidate,
    /// Each message of its field.
    Message,
    /// Each step of its field.
    Step,
}

/// How a question asks why.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Justification {
    /// Whether an answer without one is refused.
    pub required: bool,
    /// Characters it must have at least, if it is there.
    pub min_length: usize,
}

/// How several people's answers become one: a project's default, which the project may change.
#[derive(Clone, Debug, PartialEq)]
pub struct Aggregation {
    /// One of the type's methods.
    pub method: &'static str,
    /// One of the type's measures of agreement; `None` for free text.
    pub agreement: Option<&'static str>,
    /// The share of people that makes a character or a label part of the answer, 0 to 1.
    pub threshold: Option<f64>,
    /// Settings of the method.
    pub params: Option<Map<String, Value>>,
}

/// What `trimmed_mean` cuts off at either end where the schema does not say: one answer of five.
const TRIM: f64 = 0.2;

impl Aggregation {
    /// The share of all answers that `trimmed_mean` cuts off at either end, below 0.5.
    pub fn trim(&self) -> f64 {
        self.params.as_ref().and_then(|params| params.get("trim")?.as_f64()).unwrap_or(TRIM)
    }

    /// How far off a number may be and still be right, in its own unit; `None` where the schema does not say.
    pub fn tolerance(&self) -> Option<f64> {
        self.params.as_ref()?.get("tolerance")?.as_f64()
    }

    /// Whether an answer stands only where everybody gave it, and somebody decides the others.
    pub fn is_by_hand(&self) -> bool {
        matches!(self.method, "adjudication" | "best_of")
    }
}

const PER: [(&str, Per); 4] =
    [("record", Per::Record), ("candidate", Per::Candidate), ("message", Per::Message), ("step", Per::Step)];

impl Per {
    /// `record`, `candidate`, `message`, `step`.
    pub fn word(self) -> &'static str {
        PER.iter().find(|(_, per)| *per == self).map_or("record", |(word, _)| word)
    }

    pub(crate) fn words() -> [&'static str; 4] {
        PER.map(|(word, _)| word)
    }
}

/// What a schema says before one of its questions. The faulty are known by name, so that one fault is not told again
/// wherever its name is used.
pub(crate) struct Before<'a> {
    pub(crate) fields: &'a [Field],
    pub(crate) faulty_fields: &'a [&'a str],
    pub(crate) questions: &'a [Question],
    pub(crate) faulty_questions: &'a [&'a str],
}

impl Question {
    /// What can be chosen, for types with a list of options.
    pub fn options(&self) -> &[Choice] {
        self.settings.options()
    }

    /// The least and the greatest number that an answer may be, where the schema bounds numbers.
    pub fn bounds(&self) -> (Option<f64>, Option<f64>) {
        self.settings.bounds()
    }

    /// The criteria field that `rubric_scores` goes through.
    pub fn options_from(&self) -> Option<&str> {
        self.settings.options_from()
    }

    /// Steps of strength of a `pairwise` question, if it asks for strength.
    pub fn strength_max(&self) -> Option<usize> {
        self.settings.strength_max()
    }

    /// The field it is asked on; empty (which names no field) if it is about none.
    pub(crate) fn on_field(&self) -> &str {
        self.on.as_deref().unwrap_or_default()
    }

    pub(crate) fn is_per_part(&self) -> bool {
        self.per != Per::Record
    }

    /// Reads one question; `before` is what stands before it.
    pub(crate) fn read(value: &Value, path: &Path<'_>, sink: &Sink, before: &Before<'_>) -> Option<Self> {
        let reader = Reader::new(value, path, sink)?;
        let name = reader.name("name");
        let title = reader.text("title", TITLE_CHARS_MAX).map(str::to_owned);
        let description = reader.text("description", DESCRIPTION_CHARS_MAX).map(str::to_owned);
        let required = reader.flag("required").unwrap_or(false);
        let cannot_assess = reader.flag("cannot_assess").unwrap_or(false);
        let not_applicable = reader.flag("not_applicable").unwrap_or(false);
        let justification = justification(&reader);
        let on = on(&reader, before);
        let per = per(&reader, on);
        let visible_when = VisibleWhen::read(&reader, before, on, per);
        let registered = registered(&reader)?;
        let aggregation = aggregation(&reader, registered);

        let no_validation = Value::Object(Map::new());
        let place = path.key("validation");
        let validation = Reader::new(reader.get("validation").unwrap_or(&no_validation), &place, sink)?;
        let settings = (registered.read)(&reader, &validation, &Around { before, on, per });
        let complete = per != Per::Record && validation.flag("complete").unwrap_or(required);
        validation.finish();
        reader.finish();
        Some(Self {
            name: name?.to_owned(),
            kind: (registered.name)(),
            title,
            description,
            required,
            on: on.map(|field| field.name.clone()),
            per,
            cannot_assess,
            not_applicable,
            justification,
            aggregation: aggregation?,
            visible_when,
            complete,
            settings: settings?,
        })
    }
}

fn registered(reader: &Reader<'_>) -> Option<&'static Registered> {
    let kind = reader.need("type")?;
    let found = REGISTRY.iter().find(|registered| kind.as_str() == Some((registered.name)()));
    if found.is_none() {
        reader.fault("type", Rule::no_screen("question", kind, &listed(names())));
    }
    found
}

fn on<'f>(reader: &Reader<'_>, before: &Before<'f>) -> Option<&'f Field> {
    reader.get("on")?;
    let name = reader.name("on")?;
    let found = before.fields.iter().find(|field| field.name == name);
    if found.is_none() && !before.faulty_fields.contains(&name) {
        reader.fault("on", Rule::Names("a field"));
    }
    found
}

fn per(reader: &Reader<'_>, on: Option<&Field>) -> Per {
    let Some(word) = reader.word("per", &Per::words()) else { return Per::Record };
    let fits = on.map(|field| field.settings.part() == Some(word));
    // An `on` that names nothing was told already.
    if word != "record" && !fits.unwrap_or(reader.get("on").is_some()) {
        reader.fault("per", Rule::Says("must be the parts of the field that `on` names"));
    }
    PER.iter().find(|(known, _)| *known == word).map_or(Per::Record, |(_, per)| *per)
}

/// `"none"`, `"optional"`, `"required"`, or `{"required":true,"min_length":30}`.
fn justification(reader: &Reader<'_>) -> Option<Justification> {
    let value = reader.get("justification")?;
    if value.is_string() {
        return match reader.word("justification", &["none", "optional", "required"])? {
            "none" => None,
            word => Some(Justification { required: word == "required", min_length: 0 }),
        };
    }
    let place = reader.path().key("justification");
    let settings = Reader::new(value, &place, reader.sink())?;
    let required = settings.flag("required").unwrap_or(false);
    let min_length = settings.whole("min_length", 0, ANSWER_CHARS_MAX).unwrap_or(0);
    settings.finish();
    Some(Justification { required, min_length })
}

/// The method and measures of `aggregation`, or the type's defaults.
fn aggregation(reader: &Reader<'_>, registered: &Registered) -> Option<Aggregation> {
    let (methods, agreements) = ((registered.methods)(), (registered.agreements)());
    let default =
        Aggregation { method: methods[0], agreement: agreements.first().copied(), threshold: None, params: None };
    let Some(value) = reader.get("aggregation") else { return Some(default) };
    let place = reader.path().key("aggregation");
    let settings = Reader::new(value, &place, reader.sink())?;
    settings.need("method");
    let method = settings.word("method", methods);
    // Free text has no measure, so there `agreement` is an unknown key.
    let agreement = if agreements.is_empty() { None } else { settings.word("agreement", agreements) };
    let agreement = agreement.or(default.agreement);
    let threshold = settings.share("threshold");
    let params = settings.get("params").and_then(|params| {
        let place = place.key("params");
        let given = Reader::new(params, &place, reader.sink())?;
        if method == Some("trimmed_mean") && given.share("trim").is_some_and(|trim| trim >= 0.5) {
            given.fault("trim", Rule::Says("must be below 0.5"));
        }
        if methods.contains(&"trimmed_mean") && given.number("tolerance").is_some_and(|tolerance| tolerance <= 0.0) {
            given.fault("tolerance", Rule::Says("must be above 0"));
        }
        // Of a method that is not known, neither are its settings.
        if method.is_some() {
            given.finish();
        }
        params.as_object().cloned()
    });
    settings.finish();
    Some(Aggregation { method: method?, agreement, threshold, params })
}
