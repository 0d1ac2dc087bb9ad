//! Canonical bytes of a part: one value has one text.
//!
//! The text is JSON as RFC 8785 writes it, restricted to what needs no judgement: objects
//! with keys sorted by their UTF-16 code units, arrays, strings, whole numbers of at most
//! 53 bits, `true`, `false`, `null`. A number with a fraction has no canonical text here.

use serde_json::Value;

/// Largest magnitude of a number: 2^53 - 1, the last whole number that every JSON reader keeps.
pub const NUMBER_MAX: i64 = 9_007_199_254_740_991;

/// The value has no canonical text.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[error("`{path}` is not a whole number of at most 53 bits")]
pub struct NotCanonical {
    /// JSON Pointer of the number.
    pub path: String,
}

/// The canonical bytes of `value`. Time and memory O(size).
pub fn bytes(value: &Value) -> Result<Vec<u8>, NotCanonical> {
    let mut out = Vec::with_capacity(256);
    write(value, &mut out).map_err(|path| NotCanonical { path })?;
    Ok(out)
}

fn write(value: &Value, out: &mut Vec<u8>) -> Result<(), String> {
    match value {
        Value::Null => out.extend_from_slice(b"null"),
        Value::Bool(true) => out.extend_from_slice(b"true"),
        Value::Bool(false) => out.extend_from_slice(b"false"),
        Value::Number(number) => match number.as_i64() {
            Some(n) if n.abs() <= NUMBER_MAX => out.extend_from_slice(n.to_string().as_bytes()),
            _ => return Err(String::new()),
        },
        Value::String(text) => string(text, out),
        Value::Array(items) => {
            out.push(b'[');
            for (i, item) in items.iter().enumerate() {
                if i > 0 {
                    out.push(b',');
                }
                write(item, out).map_err(|path| format!("/{i}{path}"))?;
            }
            out.push(b']');
        }
        Value::Object(map) => {
            let mut keys: Vec<&String> = map.keys().collect();
            keys.sort_by(|a, b| a.encode_utf16().cmp(b.encode_utf16()));
            out.push(b'{');
            for (i, key) in keys.into_iter().enumerate() {
                if i > 0 {
                    out.push(b',');
                }
                string(key, out);
                out.push(b':');
                write(&map[key], out).map_err(|path| format!("/{key}{path}"))?;
            }
            out.push(b'}');
        }
    }
    Ok(())
}

/// RFC 8785, 3.2.2.2: two-character escapes where JSON has them, `\u00xx` in lower case for other controls.
fn string(text: &str, out: &mut Vec<u8>) {
    out.push(b'"');
    for c in text.chars() {
        match c {
            '"' => out.extend_from_slice(b"\\\""),
            '\\' => out.extend_from_slice(b"\\\\"),
            '\u{8}' => out.extend_from_slice(b"\\b"),
            '\t' => out.extend_from_slice(b"\\t"),
            '\n' => out.extend_from_slice(b"\\n"),
            '\u{c}' => out.extend_from_slice(b"\\f"),
            '\r' => out.extend_from_slice(b"\\r"),
            c if c < ' ' => out.extend_from_slice(format!("\\u{:04x}", u32::from(c)).as_bytes()),
            c => out.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes()),
        }
    }
    out.push(b'"');
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn keys_are_sorted_by_utf16_and_controls_are_escaped() {
        // The ordering example of RFC 8785, 3.2.3: a surrogate pair sorts before U+FB33.
        let value = json!({"\u{20ac}": 1, "\r": 2, "\u{fb33}": 3, "1": 4, "\u{1f600}": 5, "\u{80}": 6, "\u{f6}": 7});
        let text = String::from_utf8(bytes(&value).unwrap()).unwrap();
        assert_eq!(text, "{\"\\r\":2,\"1\":4,\"\u{80}\":6,\"\u{f6}\":7,\"\u{20ac}\":1,\"\u{1f600}\":5,\"\u{fb33}\":3}");
        assert_eq!(bytes(&json!("\u{1}\"\\\n")).unwrap(), b"\"\\u0001\\\"\\\\\\n\"");
    }

    #[test]
    fn a_fraction_is_refused_by_its_path() {
        assert_eq!(bytes(&json!({"a": [1, 2.5]})), Err(NotCanonical { path: "/a/1".into() }));
        assert_eq!(bytes(&json!(9_007_199_254_740_992_i64)), Err(NotCanonical { path: String::new() }));
    }

    proptest::proptest! {
        #[test]
        fn canonical_text_is_json_and_stable(keys in proptest::collection::btree_map(".*", proptest::num::i32::ANY, 0..8)) {
            let value = json!(keys);
            let once = bytes(&value).unwrap();
            let again: Value = serde_json::from_slice(&once).unwrap();
            proptest::prop_assert_eq!(&again, &value);
            proptest::prop_assert_eq!(bytes(&again).unwrap(), once);
        }
    }
}
