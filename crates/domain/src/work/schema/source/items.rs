//! Where a list of items stands: in a list of the row, or in a column for each.

use serde_json::{Value, json};

use super::{RowFault, list_at, pointer, pointer_schema, text_at};
use crate::fault::Rule;
use crate::reader::Reader;
use crate::work::content::Item;
use crate::work::schema::limits::{ITEM_ID_CHARS_MAX, SOURCES_MAX};

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
            Self::Fixed(fixed) => resolve_fixed(fixed, row),
            Self::List { list, id, content, points } => {
                let Some(elements) = list_at(row, list)? else { return Ok(None) };
                let mut items: Vec<Item> = Vec::with_capacity(elements.len());
                for (n, element) in elements.iter().enumerate() {
                    let at = |pointer: &str| format!("{list}/{n}{pointer}");
                    let id = match id {
                        None => n.to_string(),
                        Some(id) => id_at(element, id, &items).map_err(|rule| (at(id), rule))?,
                    };
                    let text = text_at(element, content).and_then(|text| text.ok_or(Rule::Missing));
                    let text = text.map_err(|rule| (at(content), rule))?;
                    let points =
                        points_at(element, points.as_deref()).map_err(|(pointer, rule)| (at(&pointer), rule))?;
                    items.push(Item { id, content: text, points });
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

/// All columns, or none: of two answers only one is no pair.
fn resolve_fixed(fixed: &[FixedItem], row: &Value) -> Result<Option<Vec<Item>>, RowFault> {
    let mut items = Vec::with_capacity(fixed.len());
    let mut missing = None;
    for item in fixed {
        match text_at(row, &item.content).map_err(|rule| (item.content.clone(), rule))? {
            Some(content) => {
                let points = points_at(row, item.points.as_deref())?;
                items.push(Item { id: item.id.clone(), content, points });
            }
            None => missing = missing.or(Some(&item.content)),
        }
    }
    match missing {
        _ if items.is_empty() => Ok(None),
        Some(pointer) => Err((pointer.clone(), Rule::Missing)),
        None => Ok(Some(items)),
    }
}

/// The id of an element, which none `before` it has.
fn id_at(element: &Value, pointer: &str, before: &[Item]) -> Result<String, Rule> {
    let id = text_at(element, pointer)?.filter(|id| !id.is_empty()).ok_or(Rule::Missing)?;
    let got = id.chars().count();
    if got > ITEM_ID_CHARS_MAX {
        return Err(Rule::TooMany { got, max: ITEM_ID_CHARS_MAX, unit: "characters" });
    }
    if before.iter().any(|other| other.id == id) {
        return Err(Rule::Twice);
    }
    Ok(id)
}

fn points_at(value: &Value, pointer: Option<&str>) -> Result<Option<f64>, RowFault> {
    let Some(pointer) = pointer else { return Ok(None) };
    match value.pointer(pointer) {
        None | Some(Value::Null) => Ok(None),
        Some(Value::Number(number)) => Ok(number.as_f64()),
        Some(_) => Err((pointer.to_owned(), Rule::Shape("a number"))),
    }
}
