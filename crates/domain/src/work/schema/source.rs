//! Where in a client's row a field's content stands, so that the client's file is used as it is.

use serde_json::{Value, json};

use super::limits::{
    ITEM_ID_CHARS_MAX, ITEMS_MAX, POINTER_BYTES_MAX, SEPARATOR_CHARS_MAX, SOURCES_MAX, TEXT_BYTES_MAX,
};
use crate::fault::Rule;
use crate::reader::Reader;
use crate::work::content::Item;

/// What is wrong with a row: where in it, and the rule.
pub(crate) type RowFault = (String, Rule);

/// Where one text stands.
#[derive(Clone, Debug)]
pub(crate) enum TextSource {
    Pointer(String),
    Concat { pointers: Vec<String>, separator: String },
}

/// Where a list of items stands.
#[derive(Clone, Debug)]
pub(crate) enum ItemSource {
    /// A column for each item.
    Fixed(Vec<FixedItem>),
    /// One list in the row.
    List { list: String, id: Option<String>, content: String, points: Option<String> },
}

#[derive(Clone, Debug)]
pub(crate) struct FixedItem {
    pub(crate) id: String,
    content: String,
    points: Option<String>,
}

/// Which settings an item source may have beyond `content`.
#[derive(Clone, Copy)]
pub(crate) struct ItemSettings {
    pub(crate) id: bool,
    pub(crate) points: bool,
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
            Self::Pointer(pointer) => text_at(row, pointer, ""),
            Self::Concat { pointers, separator } => {
                let mut joined: Option<String> = None;
                for pointer in pointers {
                    let Some(part) = text_at(row, pointer, "")? else { continue };
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

impl ItemSource {
    pub(crate) fn read(field: &Reader<'_>, settings: ItemSettings) -> Option<Self> {
        let place = field.path().key("source");
        let source = Reader::new(field.need("source")?, &place, field.sink())?;
        let read = match (source.get("fixed"), source.get("list")) {
            (Some(_), None) if settings.id => Self::fixed(&source, settings),
            (None, Some(_)) => Self::list(&source, settings),
            _ if settings.id => {
                field.fault("source", Rule::Says("must have either `fixed` or `list`"));
                None
            }
            _ => {
                source.need("list");
                None
            }
        };
        source.finish();
        read
    }

    fn fixed(source: &Reader<'_>, settings: ItemSettings) -> Option<Self> {
        let place = source.path().key("fixed");
        let mut items: Vec<FixedItem> = Vec::new();
        for (n, value) in source.list("fixed", 1, SOURCES_MAX)?.iter().enumerate() {
            let place = place.index(n);
            let Some(item) = Reader::new(value, &place, source.sink()) else { continue };
            let id = item.need("id").and_then(|_| item.text("id", ITEM_ID_CHARS_MAX));
            let content = item.need("content").and_then(|_| pointer(&item, "content"));
            let points = if settings.points { pointer(&item, "points") } else { None };
            if id.is_some_and(str::is_empty) {
                item.fault("id", Rule::Missing);
            }
            if id.is_some_and(|id| items.iter().any(|other| other.id == id)) {
                item.fault("id", Rule::Twice);
            }
            item.finish();
            if let (Some(id), Some(content)) = (id, content) {
                items.push(FixedItem { id: id.to_owned(), content, points });
            }
        }
        Some(Self::Fixed(items))
    }

    fn list(source: &Reader<'_>, settings: ItemSettings) -> Option<Self> {
        let list = pointer(source, "list");
        let content = source.need("content").and_then(|_| pointer(source, "content"));
        let id = if settings.id { pointer(source, "id") } else { None };
        let points = if settings.points { pointer(source, "points") } else { None };
        Some(Self::List { list: list?, id, content: content?, points })
    }

    /// The items of `row`; `None` if nothing stands there.
    pub(crate) fn resolve(&self, row: &Value) -> Result<Option<Vec<Item>>, RowFault> {
        match self {
            Self::Fixed(fixed) => {
                let mut items = Vec::with_capacity(fixed.len());
                let mut missing = None;
                for item in fixed {
                    match text_at(row, &item.content, "")? {
                        Some(content) => items.push(Item {
                            id: item.id.clone(),
                            content,
                            points: points_at(row, item.points.as_deref(), "")?,
                        }),
                        None => missing = missing.or(Some(&item.content)),
                    }
                }
                match missing {
                    _ if items.is_empty() => Ok(None),
                    Some(pointer) => Err((pointer.clone(), Rule::Missing)),
                    None => Ok(Some(items)),
                }
            }
            Self::List { list, id, content, points } => {
                let Some(elements) = list_at(row, list)? else { return Ok(None) };
                let mut items: Vec<Item> = Vec::with_capacity(elements.len());
                for (n, element) in elements.iter().enumerate() {
                    let prefix = format!("{list}/{n}");
                    let item_id = match id {
                        None => n.to_string(),
                        Some(pointer) => {
                            let id = text_at(element, pointer, &prefix)?.filter(|id| !id.is_empty());
                            let place = || format!("{prefix}{pointer}");
                            let id = id.ok_or_else(|| (place(), Rule::Missing))?;
                            let got = id.chars().count();
                            if got > ITEM_ID_CHARS_MAX {
                                return Err((
                                    place(),
                                    Rule::TooMany { got, max: ITEM_ID_CHARS_MAX, unit: "characters" },
                                ));
                            }
                            if items.iter().any(|other| other.id == id) {
                                return Err((place(), Rule::Twice));
                            }
                            id
                        }
                    };
                    let text = text_at(element, content, &prefix)?
                        .ok_or_else(|| (format!("{prefix}{content}"), Rule::Missing))?;
                    let points = points_at(element, points.as_deref(), &prefix)?;
                    items.push(Item { id: item_id, content: text, points });
                }
                Ok(Some(items))
            }
        }
    }

    pub(crate) fn published(settings: ItemSettings) -> Value {
        let mut list = json!({"list": pointer_schema(), "content": pointer_schema()});
        let mut fixed = json!({"id": {"type": "string", "minLength": 1, "maxLength": ITEM_ID_CHARS_MAX}, "content": pointer_schema()});
        if settings.points {
            list["points"] = pointer_schema();
            fixed["points"] = pointer_schema();
        }
        if settings.id {
            list["id"] = pointer_schema();
        }
        let list = json!({
            "type": "object", "additionalProperties": false, "required": ["list", "content"], "properties": list,
        });
        if !settings.id {
            return list;
        }
        json!({"oneOf": [list, {
            "type": "object", "additionalProperties": false, "required": ["fixed"],
            "properties": {"fixed": {
                "type": "array", "minItems": 1, "maxItems": SOURCES_MAX,
                "items": {
                    "type": "object", "additionalProperties": false, "required": ["id", "content"],
                    "properties": fixed,
                },
            }},
        }]})
    }
}

/// The JSON Schema of a JSON Pointer.
pub(crate) fn pointer_schema() -> Value {
    json!({"type": "string", "pattern": "^(/([^~]|~[01])*)?$", "maxLength": POINTER_BYTES_MAX})
}

/// A JSON Pointer (RFC 6901) under `key`.
pub(crate) fn pointer(from: &Reader<'_>, key: &'static str) -> Option<String> {
    match pointer_in(from.get(key)?) {
        Ok(pointer) => Some(pointer),
        Err(rule) => {
            from.fault(key, rule);
            None
        }
    }
}

fn pointer_in(value: &Value) -> Result<String, Rule> {
    let pointer = value.as_str().ok_or(Rule::Shape("a JSON Pointer"))?;
    if pointer.len() > POINTER_BYTES_MAX {
        return Err(Rule::TooMany { got: pointer.len(), max: POINTER_BYTES_MAX, unit: "bytes" });
    }
    let rooted = pointer.is_empty() || pointer.starts_with('/');
    let escaped = pointer.split('~').skip(1).all(|after| after.starts_with(['0', '1']));
    if rooted && escaped {
        Ok(pointer.to_owned())
    } else {
        Err(Rule::Shape("a JSON Pointer, empty or starting with /"))
    }
}

/// The list at `pointer`; `None` if nothing or `null` stands there.
pub(crate) fn list_at<'r>(row: &'r Value, pointer: &str) -> Result<Option<&'r [Value]>, RowFault> {
    match row.pointer(pointer) {
        None | Some(Value::Null) => Ok(None),
        Some(Value::Array(list)) if list.len() > ITEMS_MAX => {
            Err((pointer.to_owned(), Rule::TooMany { got: list.len(), max: ITEMS_MAX, unit: "elements" }))
        }
        Some(Value::Array(list)) => Ok(Some(list)),
        Some(_) => Err((pointer.to_owned(), Rule::Shape("a list"))),
    }
}

/// The text at `pointer` under `value`, which itself stands at `prefix`; `None` if nothing or `null` stands there.
/// Numbers, `true` and `false` are taken as they are written.
pub(crate) fn text_at(value: &Value, pointer: &str, prefix: &str) -> Result<Option<String>, RowFault> {
    let text = match value.pointer(pointer) {
        None | Some(Value::Null) => return Ok(None),
        Some(Value::String(text)) => text.clone(),
        Some(plain @ (Value::Number(_) | Value::Bool(_))) => plain.to_string(),
        Some(Value::Array(_) | Value::Object(_)) => {
            return Err((format!("{prefix}{pointer}"), Rule::Shape("a text")));
        }
    };
    bounded(text).map(Some).map_err(|rule| (format!("{prefix}{pointer}"), rule))
}

fn bounded(text: String) -> Result<String, Rule> {
    let got = text.len();
    if got > TEXT_BYTES_MAX { Err(Rule::TooMany { got, max: TEXT_BYTES_MAX, unit: "bytes" }) } else { Ok(text) }
}

fn points_at(value: &Value, pointer: Option<&str>, prefix: &str) -> Result<Option<f64>, RowFault> {
    let Some(pointer) = pointer else { return Ok(None) };
    match value.pointer(pointer) {
        None | Some(Value::Null) => Ok(None),
        Some(Value::Number(number)) => Ok(number.as_f64()),
        Some(_) => Err((format!("{prefix}{pointer}"), Rule::Shape("a number"))),
    }
}
