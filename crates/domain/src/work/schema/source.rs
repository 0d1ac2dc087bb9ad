//! Where in a client's row a field's content stands, so that the client's file is used as it is.

mod items;
mod text;

use serde_json::{Value, json};

pub(crate) use items::{ItemSettings, ItemSource};
pub(crate) use text::TextSource;

use super::limits::{ITEMS_MAX, POINTER_BYTES_MAX, TEXT_BYTES_MAX};
use crate::fault::Rule;
use crate::reader::Reader;

/// What is wrong with a row: where in it, and the rule.
pub(crate) type RowFault = (String, Rule);

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

/// The text at `pointer`; `None` if nothing or `null` stands there. Numbers, `true` and `false` are taken as they are
/// written.
pub(crate) fn text_at(value: &Value, pointer: &str) -> Result<Option<String>, Rule> {
    match value.pointer(pointer) {
        None | Some(Value::Null) => Ok(None),
        Some(Value::String(text)) => bounded(text.clone()).map(Some),
        Some(plain @ (Value::Number(_) | Value::Bool(_))) => Ok(Some(plain.to_string())),
        Some(Value::Array(_) | Value::Object(_)) => Err(Rule::Shape("a text")),
    }
}

fn bounded(text: String) -> Result<String, Rule> {
    let got = text.len();
    if got > TEXT_BYTES_MAX { Err(Rule::TooMany { got, max: TEXT_BYTES_MAX, unit: "bytes" }) } else { Ok(text) }
}
