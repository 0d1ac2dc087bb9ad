//! Where one text stands: at a pointer, or joined from several.

use serde_json::{Value, json};

use super::{RowFault, bounded, pointer, pointer_in, pointer_schema, text_at};
use crate::fault::Rule;
use crate::reader::Reader;
use crate::work::schema::limits::{SEPARATOR_CHARS_MAX, SOURCES_MAX};

/// Where one text stands.
#[derive(Clone, Debug)]
pub(crate) enum TextSource {
    Pointer(String),
    Concat { pointers: Vec<String>, separator: String },
}

impl TextSource {
    pub(crate) fn read(field: &Reader<'_>) -> Option<Self> {
        let source = field.need("source")?;
        let place = field.path().key("source");
        if source.is_string() {
            return pointer(field, "source").map(Self::Pointer);
        }
        if !source.is_object() {
            field.fault("source", Rule::Shape("a JSON Pointer or an object with `concat`"));
            return None;
        }
        let source = Reader::new(source, &place, field.sink())?;
        let separator = source.text("separator", SEPARATOR_CHARS_MAX).unwrap_or("\n\n").to_owned();
        let pointers = source.need("concat").and_then(|_| source.list("concat", 1, SOURCES_MAX)).map(|list| {
            let place = place.key("concat");
            let read = list.iter().enumerate().filter_map(|(n, value)| match pointer_in(value) {
                Ok(pointer) => Some(pointer),
                Err(rule) => {
                    field.sink().fault(&place.index(n), rule);
                    None
                }
            });
            read.collect()
        });
        source.finish();
        Some(Self::Concat { pointers: pointers?, separator })
    }

    /// The text of `row`; `None` if nothing stands there. Joins what is there and not empty.
    pub(crate) fn resolve(&self, row: &Value) -> Result<Option<String>, RowFault> {
        match self {
            Self::Pointer(pointer) => text_at(row, pointer).map_err(|rule| (pointer.clone(), rule)),
            Self::Concat { pointers, separator } => {
                let mut joined: Option<String> = None;
                for pointer in pointers {
                    let part = text_at(row, pointer).map_err(|rule| (pointer.clone(), rule))?;
                    let Some(part) = part else { continue };
                    match &mut joined {
                        None => joined = Some(part),
                        Some(_) if part.is_empty() => {}
                        Some(text) if text.is_empty() => *text = part,
                        Some(text) => {
                            text.push_str(separator);
                            text.push_str(&part);
                        }
                    }
                }
                match joined {
                    Some(text) => bounded(text).map(Some).map_err(|rule| (pointers[0].clone(), rule)),
                    None => Ok(None),
                }
            }
        }
    }

    pub(crate) fn published() -> Value {
        json!({"oneOf": [
            pointer_schema(),
            {
                "type": "object", "additionalProperties": false, "required": ["concat"],
                "properties": {
                    "concat": {"type": "array", "minItems": 1, "maxItems": SOURCES_MAX, "items": pointer_schema()},
                    "separator": {"type": "string", "maxLength": SEPARATOR_CHARS_MAX},
                },
            },
        ]})
    }
}
