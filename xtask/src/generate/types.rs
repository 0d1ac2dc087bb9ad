//! TypeScript types from the schemas of an OpenAPI 3.1 document.
//!
//! Covers what the document uses and refuses the rest by name, so that a type is never silently `unknown`.

use std::fmt::Write as _;

use serde_json::{Map, Value};

/// One exported type per entry of `components.schemas`, in the order of the document.
pub(super) fn of_document(document: &Value) -> Result<String, String> {
    let schemas = document.pointer("/components/schemas").and_then(Value::as_object);
    let schemas = schemas.ok_or("the document has no components.schemas")?;
    let mut text = String::from("// Generated from the OpenAPI document by `cargo xtask generate`. Not for editing.\n");
    for (name, schema) in schemas {
        let written = of_schema(schema, 0).map_err(|problem| format!("schema `{name}`: {problem}"))?;
        text += "\n";
        text += &comment(schema, "");
        let _ = writeln!(text, "export type {name} = {written};");
    }
    Ok(text)
}

fn of_schema(schema: &Value, depth: usize) -> Result<String, String> {
    let Some(map) = schema.as_object() else {
        // `true` lets everything through.
        return if schema == &Value::Bool(true) { Ok("unknown".into()) } else { Err(format!("cannot read {schema}")) };
    };
    if let Some(reference) = map.get("$ref").and_then(Value::as_str) {
        let name = reference.strip_prefix("#/components/schemas/");
        return name.map(str::to_owned).ok_or_else(|| format!("points outside: `{reference}`"));
    }
    if let Some(value) = map.get("const") {
        return Ok(literal(value));
    }
    if let Some(values) = map.get("enum").and_then(Value::as_array) {
        return Ok(values.iter().map(literal).collect::<Vec<_>>().join(" | "));
    }
    for (key, joint) in [("oneOf", " | "), ("anyOf", " | "), ("allOf", " & ")] {
        if let Some(parts) = map.get(key).and_then(Value::as_array) {
            return joined(parts.iter(), joint, depth);
        }
    }
    match map.get("type") {
        None if map.contains_key("properties") => object(map, depth),
        None => Ok("unknown".into()),
        Some(Value::String(kind)) => of_kind(kind, map, depth),
        Some(Value::Array(kinds)) => {
            let kinds: Result<Vec<String>, String> =
                kinds.iter().map(|kind| of_kind(kind.as_str().unwrap_or_default(), map, depth)).collect();
            Ok(kinds?.join(" | "))
        }
        Some(other) => Err(format!("cannot read the type {other}")),
    }
}

fn of_kind(kind: &str, map: &Map<String, Value>, depth: usize) -> Result<String, String> {
    match kind {
        "string" => Ok("string".into()),
        "integer" | "number" => Ok("number".into()),
        "boolean" => Ok("boolean".into()),
        "null" => Ok("null".into()),
        "array" => {
            if let Some(items) = map.get("prefixItems").and_then(Value::as_array) {
                return Ok(format!("[{}]", joined(items.iter(), ", ", depth)?));
            }
            let item = map.get("items").map_or(Ok("unknown".into()), |items| of_schema(items, depth))?;
            Ok(if item.contains(' ') && !item.starts_with('{') { format!("({item})[]") } else { format!("{item}[]") })
        }
        "object" => object(map, depth),
        other => Err(format!("no type for `{other}`")),
    }
}

fn object(map: &Map<String, Value>, depth: usize) -> Result<String, String> {
    let Some(properties) = map.get("properties").and_then(Value::as_object) else {
        let values = match map.get("additionalProperties") {
            None | Some(Value::Bool(_)) => "unknown".into(),
            Some(schema) => of_schema(schema, depth)?,
        };
        return Ok(format!("Record<string, {values}>"));
    };
    let required: Vec<&str> =
        map.get("required").and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str).collect();
    let indent = "  ".repeat(depth + 1);
    let mut text = String::from("{\n");
    for (name, schema) in properties {
        let mark = if required.contains(&name.as_str()) { "" } else { "?" };
        let plain = name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
        let name = if plain { name.clone() } else { literal(&Value::String(name.clone())) };
        text += &comment(schema, &indent);
        let _ = writeln!(text, "{indent}{name}{mark}: {};", of_schema(schema, depth + 1)?);
    }
    text += &"  ".repeat(depth);
    text += "}";
    Ok(text)
}

fn joined<'v>(parts: impl Iterator<Item = &'v Value>, joint: &str, depth: usize) -> Result<String, String> {
    let parts: Result<Vec<String>, String> = parts.map(|part| of_schema(part, depth)).collect();
    let wrap = |part: &String| if joint == " & " && part.contains(" | ") { format!("({part})") } else { part.clone() };
    Ok(parts?.iter().map(wrap).collect::<Vec<_>>().join(joint))
}

fn literal(value: &Value) -> String {
    match value {
        Value::String(text) => format!("'{}'", text.replace('\\', "\\\\").replace('\'', "\\'")),
        other => other.to_string(),
    }
}

fn comment(schema: &Value, indent: &str) -> String {
    let text = schema.get("description").and_then(Value::as_str).unwrap_or_default().replace("*/", "* /");
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    if text.is_empty() { text } else { format!("{indent}/** {text} */\n") }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn typed(schema: &Value) -> Result<String, String> {
        of_schema(schema, 0)
    }

    #[test]
    fn each_kind_of_schema_has_its_type() {
        let cases = [
            (json!({ "type": "integer" }), "number"),
            (json!({ "type": ["string", "null"] }), "string | null"),
            (json!({ "type": "array", "items": { "type": ["string", "null"] } }), "(string | null)[]"),
            (
                json!({ "type": "array", "prefixItems": [{ "type": "string" }, { "type": "number" }] }),
                "[string, number]",
            ),
            (json!({ "type": "string", "enum": ["a", "it's"] }), r"'a' | 'it\'s'"),
            (json!({ "oneOf": [{ "type": "null" }, { "$ref": "#/components/schemas/Me" }] }), "null | Me"),
            (
                json!({ "allOf": [{ "$ref": "#/components/schemas/A" }, { "oneOf": [{ "const": 1 }, { "const": 2 }] }] }),
                "A & (1 | 2)",
            ),
            (json!({ "type": "object", "additionalProperties": { "type": "number" } }), "Record<string, number>"),
            (json!({}), "unknown"),
        ];
        for (schema, expected) in cases {
            assert_eq!(typed(&schema).as_deref(), Ok(expected), "{schema}");
        }
    }

    #[test]
    fn an_object_says_what_may_be_missing_and_what_is_meant() {
        let document = json!({ "components": { "schemas": { "Me": {
            "type": "object", "description": "Who\nis signed in.", "required": ["id"],
            "properties": { "id": { "type": "string", "description": "UUIDv4." }, "in-side": { "type": "object", "properties": {} } }
        } } } });
        let text = of_document(&document).unwrap();
        let body = "/** Who is signed in. */\nexport type Me = {\n  /** UUIDv4. */\n  id: string;\n  'in-side'?: {\n  };\n};\n";
        assert_eq!(text.split_once("\n\n").map(|(_, body)| body), Some(body));
    }

    #[test]
    fn what_it_cannot_say_is_refused_by_name() {
        let document = json!({ "components": { "schemas": { "Odd": { "type": "tuple" } } } });
        assert_eq!(of_document(&document), Err("schema `Odd`: no type for `tuple`".into()));
        assert!(typed(&json!({ "$ref": "other.json#/X" })).is_err());
    }
}
