//! The one typed schema: what is shown (fields) and what is asked (questions).
//!
//! A schema is read once ([`Schema::parse`]) and then used for every task of its project: [`resolve`](Schema::resolve)
//! takes the content out of a client's row, [`present`](Schema::present) fixes the order for one person,
//! [`as_sent`](Schema::as_sent) makes what the browser gets, [`check`](Schema::check) judges what comes back. Nothing
//! outside this folder defines a field or a question; the published JSON Schema ([`published`]) derives from it too.

mod check;
mod condition;
mod defaults;
mod fields;
pub mod limits;
mod options;
mod published;
mod question;
mod questions;
mod resolve;
mod sent;
mod source;
mod view;

use serde_json::Value;

pub use defaults::{Distribution, Export};
pub use fields::Field;
pub use options::Choice;
pub use published::published;
use question::Before;
pub use question::{Aggregation, Justification, Per, Question};
pub use resolve::ResolveError;
pub use sent::Sent;

use crate::fault::{Faults, Path, Rule, Sink};
use crate::reader::Reader;
use limits::{FIELDS_MAX, GUIDELINES_CHARS_MAX, QUESTIONS_MAX, SCHEMA_BYTES_MAX, SCHEMA_DEPTH_MAX, within};

/// A schema that was read and found sound.
#[derive(Clone, Debug)]
pub struct Schema {
    pub(crate) fields: Vec<Field>,
    pub(crate) questions: Vec<Question>,
    name: Option<String>,
    guidelines: Option<String>,
    distribution: Option<Distribution>,
    export: Option<Export>,
    /// What was read: every key of it was understood, so writing it out again loses nothing.
    json: Value,
}

/// Two schemas are equal if they were written alike.
impl PartialEq for Schema {
    fn eq(&self, other: &Self) -> bool {
        self.json == other.json
    }
}

/// The kinds of work a template may call itself; nothing depends on it.
const TASK_TYPES: &[&str] = &[
    "demonstration",
    "pairwise_preference",
    "ranking",
    "rubric",
    "process_supervision",
    "span_annotation",
    "classification",
    "multi_turn_chat",
];

impl Schema {
    /// Reads a schema, or a project template, which is a schema with defaults.
    ///
    /// # Errors
    /// All that is wrong with it, each with its place: types that have no screen, unknown settings, references into
    /// nothing, values outside their limits ([`limits`]).
    pub fn parse(json: &Value) -> Result<Self, Faults> {
        let (path, sink) = (Path::Root, Sink::default());
        within(json, SCHEMA_DEPTH_MAX, SCHEMA_BYTES_MAX).map_err(|rule| Faults::one(path, rule))?;
        let read = Self::read(json, &path, &sink);
        sink.finish(read)
    }

    fn read(json: &Value, path: &Path<'_>, sink: &Sink) -> Option<Self> {
        let reader = Reader::new(json, path, sink)?;
        reader.word("schema_version", &["1"]);
        reader.word("task_type", TASK_TYPES);
        let name = reader.get("name").and_then(|_| reader.name("name")).map(str::to_owned);
        let guidelines = reader.text("guidelines", GUIDELINES_CHARS_MAX).map(str::to_owned);

        let mut fields: Vec<Field> = Vec::new();
        let mut faulty_fields = Vec::new();
        reader.need("fields");
        for (n, value) in reader.list("fields", 1, FIELDS_MAX).unwrap_or_default().iter().enumerate() {
            let place = path.key("fields");
            let place = place.index(n);
            let told = sink.total();
            let Some(field) = Field::read(value, &place, sink).filter(|_| sink.total() == told) else {
                faulty_fields.extend(value["name"].as_str());
                continue;
            };
            if fields.iter().any(|other| other.name == field.name) {
                sink.fault(&place.key("name"), Rule::Twice);
            }
            fields.push(field);
        }
        let mut questions: Vec<Question> = Vec::new();
        let mut faulty_questions = Vec::new();
        reader.need("questions");
        for (n, value) in reader.list("questions", 1, QUESTIONS_MAX).unwrap_or_default().iter().enumerate() {
            let place = path.key("questions");
            let place = place.index(n);
            let before = Before {
                fields: &fields,
                faulty_fields: &faulty_fields,
                questions: &questions,
                faulty_questions: &faulty_questions,
            };
            let told = sink.total();
            let Some(question) = Question::read(value, &place, sink, &before).filter(|_| sink.total() == told) else {
                faulty_questions.extend(value["name"].as_str());
                continue;
            };
            if questions.iter().any(|other| other.name == question.name) {
                sink.fault(&place.key("name"), Rule::Twice);
            }
            questions.push(question);
        }
        let distribution = Distribution::read(&reader);
        let export = Export::read(&reader, &fields);
        reader.finish();
        shuffle_pairs(&mut fields, &questions);
        Some(Self { fields, questions, name, guidelines, distribution, export, json: json.clone() })
    }

    /// The schema as JSON, as it was read: `Schema::parse(schema.to_json())` is the same schema.
    pub fn to_json(&self) -> &Value {
        &self.json
    }

    /// What is shown.
    pub fn fields(&self) -> &[Field] {
        &self.fields
    }

    /// What is asked, in its order.
    pub fn questions(&self) -> &[Question] {
        &self.questions
    }

    /// The question of that name.
    pub fn question(&self, name: &str) -> Option<&Question> {
        self.questions.iter().find(|question| question.name == name)
    }

    /// The template's own name.
    pub fn name(&self) -> Option<&str> {
        self.name.as_deref()
    }

    /// The guideline that the template carries.
    pub fn guidelines(&self) -> Option<&str> {
        self.guidelines.as_deref()
    }

    /// The template's defaults for the label step.
    pub fn distribution(&self) -> Option<&Distribution> {
        self.distribution.as_ref()
    }

    /// The template's defaults for releases.
    pub fn export(&self) -> Option<&Export> {
        self.export.as_ref()
    }
}

/// Candidates that are compared in pairs are shuffled unless the schema says `"shuffle":false`: people prefer the
/// first of two, and only a shuffled order tells that from a better answer.
fn shuffle_pairs(fields: &mut [Field], questions: &[Question]) {
    for question in questions.iter().filter(|question| question.kind == "pairwise") {
        for field in fields.iter_mut().filter(|field| field.name == question.on_field() && !field.shuffle_said) {
            field.shuffle = true;
        }
    }
}
