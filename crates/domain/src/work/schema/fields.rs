//! What is shown: the field types and their registry.
//!
//! A new field type is one file here that implements [`FieldType`], and one line in [`REGISTRY`].

mod chat;
mod items;
mod text;

use std::fmt::Debug;
use std::sync::Arc;

use serde_json::{Map, Value, json};

use super::limits::TITLE_CHARS_MAX;
use super::source::RowFault;
use crate::fault::{Path, Rule, Sink, listed};
use crate::reader::Reader;
use crate::work::content::FieldContent;

/// One type of field: how its settings are read, and how a row's content is taken with them.
pub(crate) trait FieldType: Debug + Send + Sync {
    /// The word in `type`.
    fn name() -> &'static str
    where
        Self: Sized;

    /// JSON Schema of the settings it has beyond those every field has, by key.
    fn published() -> Map<String, Value>
    where
        Self: Sized;

    /// Reads those settings.
    fn read(field: &Reader<'_>) -> Option<Self>
    where
        Self: Sized;

    /// The content of a row; `None` if the row holds none.
    fn resolve(&self, row: &Value) -> Result<Option<FieldContent>, RowFault>;

    /// How its parts are called when a question is asked of each: `candidate`, `message`, `step`.
    fn part(&self) -> Option<&'static str> {
        None
    }

    /// Whether its items may be shown in another order.
    fn can_shuffle(&self) -> bool {
        false
    }

    /// Whether its items' ids may be hidden.
    fn can_blind(&self) -> bool {
        false
    }
}

struct Registered {
    name: fn() -> &'static str,
    published: fn() -> Map<String, Value>,
    read: fn(&Reader<'_>) -> Option<Arc<dyn FieldType>>,
}

const fn registered<T: FieldType + 'static>() -> Registered {
    Registered { name: T::name, published: T::published, read: |field| T::read(field).map(|t| Arc::new(t) as _) }
}

/// Every field type that has a screen.
const REGISTRY: &[Registered] = &[
    registered::<text::Plain>(),
    registered::<text::Markdown>(),
    registered::<chat::Chat>(),
    registered::<items::Candidates>(),
    registered::<items::Criteria>(),
    registered::<items::Steps>(),
];

/// One thing that is shown.
#[derive(Clone, Debug)]
#[expect(clippy::struct_excessive_bools, reason = "each is one setting of the JSON, named as it is there")]
pub struct Field {
    /// Its name, unique among the fields.
    pub name: String,
    /// The type's name: `text`, `markdown`, `chat`, `candidates`, `criteria`, `steps`.
    pub kind: &'static str,
    /// The heading above it.
    pub title: Option<String>,
    /// Whether a row without it (or with blank text) is refused.
    pub required: bool,
    /// Whether its items' ids are hidden from whoever works on it.
    pub blind: bool,
    /// Whether its items are shown in an order of their own for each person.
    pub shuffle: bool,
    pub(crate) shuffle_said: bool,
    pub(crate) settings: Arc<dyn FieldType>,
}

impl Field {
    pub(crate) fn read(value: &Value, path: &Path<'_>, sink: &Sink) -> Option<Self> {
        let reader = Reader::new(value, path, sink)?;
        let name = reader.name("name");
        let title = reader.text("title", TITLE_CHARS_MAX).map(str::to_owned);
        let required = reader.flag("required").unwrap_or(false);
        let (blind, shuffle) = (reader.flag("blind"), reader.flag("shuffle"));
        let registered = reader.need("type").and_then(|kind| {
            let found = REGISTRY.iter().find(|registered| kind.as_str() == Some((registered.name)()));
            if found.is_none() {
                reader.fault("type", Rule::no_screen("field", kind, &listed(names())));
            }
            found
        })?;
        let settings = (registered.read)(&reader);
        reader.finish();
        let settings = settings?;
        if blind == Some(true) && !settings.can_blind() {
            sink.fault(&path.key("blind"), Rule::Says("hides the ids of candidates; this field has none"));
        }
        if shuffle == Some(true) && !settings.can_shuffle() {
            sink.fault(&path.key("shuffle"), Rule::Says("reorders candidates or criteria; this field keeps its order"));
        }
        Some(Self {
            name: name?.to_owned(),
            kind: (registered.name)(),
            title,
            required,
            blind: blind.unwrap_or(false),
            shuffle: shuffle.unwrap_or(false),
            shuffle_said: shuffle.is_some(),
            settings,
        })
    }

    /// The content of a row; refuses a row without what the field requires.
    pub(crate) fn resolve(&self, row: &Value) -> Result<Option<FieldContent>, RowFault> {
        let content = self.settings.resolve(row)?;
        let holds = |content: &FieldContent| {
            content.text().is_some_and(|text| !text.trim().is_empty()) || content.parts().next().is_some()
        };
        if self.required && !content.as_ref().is_some_and(holds) {
            return Err((String::new(), Rule::Missing));
        }
        Ok(content)
    }
}

/// The names of all field types.
pub(crate) fn names() -> impl Iterator<Item = &'static str> {
    REGISTRY.iter().map(|registered| (registered.name)())
}

/// JSON Schema of one field.
pub(crate) fn published() -> Value {
    let kinds: Vec<Value> = REGISTRY
        .iter()
        .map(|registered| {
            json!({
                "if": {"properties": {"type": {"const": (registered.name)()}}},
                "then": {"properties": (registered.published)()},
            })
        })
        .collect();
    json!({
        "type": "object",
        "required": ["name", "type", "source"],
        "properties": {
            "name": {"$ref": "#/$defs/name"},
            "type": {"enum": names().collect::<Vec<_>>()},
            "title": {"type": "string", "maxLength": TITLE_CHARS_MAX},
            "required": {"type": "boolean"},
            "blind": {"type": "boolean"},
            "shuffle": {"type": "boolean"},
        },
        "allOf": kinds,
        "unevaluatedProperties": false,
    })
}

/// The `format` setting of a field whose texts may be Markdown.
fn format(field: &Reader<'_>) -> crate::work::content::Format {
    use crate::work::content::Format;
    match field.word("format", &["plain", "markdown"]) {
        Some("markdown") => Format::Markdown,
        _ => Format::Plain,
    }
}

fn format_schema() -> Value {
    json!({"enum": ["plain", "markdown"]})
}
