//! What a text holds that is more than a text: JSON, or a record as databases print it, `{type=Role, arn=arn:x, tags=null}`.

use serde_json::{Map, Value};

/// Records in each other, at most.
const DEPTH_MAX: u32 = 8;

/// The value in a text; `None` if it is a text and no more.
pub(super) fn held(text: &str) -> Option<Value> {
    let text = text.trim();
    if !text.starts_with(['{', '[']) {
        return None;
    }
    serde_json::from_str(text).ok().or_else(|| {
        let (value, rest) = value(text, DEPTH_MAX)?;
        (rest.is_empty() && !matches!(value, Value::String(_))).then_some(value)
    })
}

/// A value at the beginning of a text, and what follows it.
fn value(text: &str, depth: u32) -> Option<(Value, &str)> {
    if let Some(inner) = text.strip_prefix('{') {
        return record(inner, depth.checked_sub(1)?);
    }
    if let Some(inner) = text.strip_prefix('[') {
        return list(inner, depth.checked_sub(1)?);
    }
    let end = plain_end(text);
    let said = text[..end].trim();
    let value = if said == "null" { Value::Null } else { Value::String(said.to_owned()) };
    Some((value, &text[end..]))
}

fn record(mut text: &str, depth: u32) -> Option<(Value, &str)> {
    let mut members = Map::new();
    loop {
        text = text.trim_start();
        if let Some(rest) = text.strip_prefix('}') {
            return Some((Value::Object(members), rest));
        }
        let (name, rest) = text.split_at_checked(name_end(text)?)?;
        let (said, rest) = value(rest[1..].trim_start(), depth)?;
        members.insert(name.to_owned(), said);
        text = after(rest, '}')?;
    }
}

fn list(mut text: &str, depth: u32) -> Option<(Value, &str)> {
    let mut all = Vec::new();
    loop {
        text = text.trim_start();
        if let Some(rest) = text.strip_prefix(']') {
            return Some((Value::Array(all), rest));
        }
        // Texts in a list are told apart by nothing but commas.
        let (said, rest) = if text.starts_with(['{', '[']) {
            value(text, depth)?
        } else {
            let end = text.find([',', ']'])?;
            (Value::String(text[..end].trim().to_owned()), &text[end..])
        };
        all.push(said);
        text = after(rest, ']')?;
    }
}

/// What follows a comma, or the bracket that closes.
fn after(rest: &str, close: char) -> Option<&str> {
    let rest = rest.trim_start();
    rest.strip_prefix(',').or_else(|| rest.starts_with(close).then_some(rest))
}

/// Where the name of a member ends: at its `=`.
fn name_end(text: &str) -> Option<usize> {
    let end = text.find(|one: char| !one.is_ascii_alphanumeric() && !"_-.:/".contains(one))?;
    (end > 0 && text[end..].starts_with('=')).then_some(end)
}

/// Where a value without brackets ends: before the next member, or before the bracket that closes its record. A comma or an equals
/// sign within it is part of it, as names of programs have them.
fn plain_end(text: &str) -> usize {
    let next = |at: usize, sign: char| match sign {
        '}' => true,
        ',' => name_end(text[at + 1..].trim_start()).is_some(),
        _ => false,
    };
    text.char_indices().find(|(at, sign)| next(*at, *sign)).map_or(text.len(), |(at, _)| at)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use serde_json::json;

    #[test]
    fn a_record_is_an_object_as_a_database_prints_it() {
        for (text, value) in [
            (r#"{"a": [1]}"#, json!({"a": [1]})),
            (
                "{type=Role, arn=arn:aws:iam::1:role/r, user=null, of={a={b=false, c=2025-05-05T02:50:47Z}}, none={}}",
                json!({"type": "Role", "arn": "arn:aws:iam::1:role/r", "user": null, "of": {"a": {"b": "false", "c": "2025-05-05T02:50:47Z"}}, "none": {}}),
            ),
            ("[{arn=x, type=y}, {arn=z}]", json!([{"arn": "x", "type": "y"}, {"arn": "z"}])),
            (
                "{agent=Mozilla/5.0 (X11, like a=b), list=[a, b c], empty=}",
                json!({"agent": "Mozilla/5.0 (X11, like a=b)", "list": ["a", "b c"], "empty": ""}),
            ),
        ] {
            assert_eq!(held(text), Some(value), "{text}");
        }
        for text in ["", "plain", "{plain}", "{a b=c}", "{a=b", "{a=b} c", "[a", "{=}", "{a=[b}"] {
            assert_eq!(held(text), None, "{text}");
        }
    }

    proptest! {
        #[test]
        fn any_text_comes_to_an_end(text in "[\\[{]([\\[\\]{}=, ]|[a-c]|\\PC){0,60}") {
            held(&text);
        }
    }

    #[test]
    fn depth_without_end_is_no_record() {
        assert_eq!(held(&"{a=".repeat(100_000)), None);
        assert_eq!(held(&"[".repeat(100_000)), None);
    }
}
