//! Everything here that can grow, and how far.

use serde_json::Value;

use crate::fault::Rule;

/// Bytes of text in a schema.
pub const SCHEMA_BYTES_MAX: usize = 512 * 1024;
/// Levels of nesting in a schema.
pub const SCHEMA_DEPTH_MAX: usize = 16;
/// Fields of a schema.
pub const FIELDS_MAX: usize = 50;
/// Questions of a schema.
pub const QUESTIONS_MAX: usize = 100;
/// Options of one question.
pub const OPTIONS_MAX: usize = 500;
/// Characters of an option's value.
pub const OPTION_CHARS_MAX: usize = 200;
/// Characters of a title.
pub const TITLE_CHARS_MAX: usize = 500;
/// Characters of a description.
pub const DESCRIPTION_CHARS_MAX: usize = 5_000;
/// Characters of the guideline that a template may carry.
pub const GUIDELINES_CHARS_MAX: usize = 200_000;
/// Bytes of a JSON Pointer into a row.
pub const POINTER_BYTES_MAX: usize = 500;
/// Pointers that one text is joined from, or items with a column each.
pub const SOURCES_MAX: usize = 100;
/// Characters of the text between joined parts.
pub const SEPARATOR_CHARS_MAX: usize = 100;
/// Roles that a role map renames.
pub const ROLES_MAX: usize = 50;
/// Characters of a pattern.
pub const PATTERN_CHARS_MAX: usize = 500;
/// Bytes that a compiled pattern may take.
pub const PATTERN_COMPILED_BYTES_MAX: usize = 256 * 1024;
/// Phrases, or sets of labels, that a question forbids.
pub const FORBIDDEN_MAX: usize = 100;
/// Steps of strength a preference can have.
pub const STRENGTH_MAX: usize = 4;
/// People that a task can be given to.
pub const OVERLAP_MAX: usize = 100;

/// Bytes of text in a client's row.
pub const ROW_BYTES_MAX: usize = 8 * 1024 * 1024;
/// Levels of nesting in a client's row.
pub const ROW_DEPTH_MAX: usize = 64;
/// Bytes of one text that is shown.
pub const TEXT_BYTES_MAX: usize = 1024 * 1024;
/// Bytes of all the text that one task shows.
pub const CONTENT_BYTES_MAX: usize = 4 * 1024 * 1024;
/// Candidates, criteria, steps or messages of one field.
pub const ITEMS_MAX: usize = 500;
/// Characters of an item's id.
pub const ITEM_ID_CHARS_MAX: usize = 200;

/// Bytes of text in one person's answers, and in a draft of them.
pub const ANSWERS_BYTES_MAX: usize = 1024 * 1024;
/// Levels of nesting in answers.
pub const ANSWERS_DEPTH_MAX: usize = 16;
/// Characters of one written answer, justification or rationale.
pub const ANSWER_CHARS_MAX: usize = 200_000;
/// Spans in one answer.
pub const SPANS_MAX: usize = 2_000;

/// Whether `value` nests at most `depth_max` levels and its texts and keys hold at most `bytes_max` bytes; a number,
/// `true`, `false` or `null` counts eight. Stops at the first level too many.
pub(crate) fn within(value: &Value, depth_max: usize, bytes_max: usize) -> Result<(), Rule> {
    fn measure(value: &Value, left: usize) -> Option<usize> {
        let inside = left.checked_sub(1);
        Some(match value {
            Value::String(text) => text.len(),
            Value::Array(list) => {
                list.iter().try_fold(0_usize, |sum, v| Some(sum.saturating_add(measure(v, inside?)?)))?
            }
            Value::Object(map) => {
                map.iter().try_fold(0_usize, |sum, (k, v)| Some(sum.saturating_add(k.len() + measure(v, inside?)?)))?
            }
            Value::Null | Value::Bool(_) | Value::Number(_) => 8,
        })
    }
    match measure(value, depth_max) {
        None => Err(Rule::TooMany { got: depth_max + 1, max: depth_max, unit: "or more levels of nesting" }),
        Some(got) if got > bytes_max => Err(Rule::TooMany { got, max: bytes_max, unit: "bytes of text" }),
        Some(_) => Ok(()),
    }
}
