//! Finding a value in an event, whatever the event's vendor did with upper case and lists.

use super::glob::glob;
use super::structs;
use serde_json::{Map, Value};

/// Where a value stands. Several places joined by `+` are read as one text with `/` between: `bucket+key`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Path(Vec<Steps>);

/// One place: names with dots. A name is met without regard to case, since collectors lower it; a list is
/// entered by itself (each element in turn), by a number, or by the `Name` of a name-and-value pair; `*` is every member,
/// and in a name any run of characters.
type Steps = Vec<String>;

impl Path {
    /// A path from its text.
    pub fn new(text: &str) -> Self {
        Self(text.split('+').map(|place| place.split('.').map(str::to_owned).collect()).collect())
    }

    /// Every value at this path, in the order of the event. Cost grows with what the path passes through.
    pub fn all<'v>(&self, event: &'v Value) -> Vec<&'v Value> {
        let mut found = Vec::new();
        self.0.iter().for_each(|steps| walk(event, steps, &mut found));
        found
    }

    /// What stands at this path inside of texts that hold JSON, as collectors write what they do not take apart. Looked for
    /// where the event itself has nothing there.
    pub fn all_in_texts(&self, event: &Value) -> Vec<Value> {
        let mut found = Vec::new();
        self.0.iter().for_each(|steps| in_texts(event, steps, TEXTS_DEPTH_MAX, &mut found));
        found
    }

    /// The first value at this path that says something: not null, not empty.
    pub fn first<'v>(&self, event: &'v Value) -> Option<&'v Value> {
        self.all(event).into_iter().find(|value| says(value))
    }

    /// The text at this path: the first one that is not empty, or what stands at joined places with `/` between.
    pub fn text(&self, event: &Value) -> Option<String> {
        let mut parts = self.0.iter().filter_map(|steps| {
            let mut found = Vec::new();
            walk(event, steps, &mut found);
            found.into_iter().filter_map(text).find(|text| !text.is_empty())
        });
        let first = parts.next()?;
        Some(parts.fold(first, |joined, part| joined + "/" + &part))
    }

    /// The same where texts that hold JSON are entered too: each place by itself, what stands in the event before what stands in a
    /// text.
    pub fn text_in_texts(&self, event: &Value) -> Option<String> {
        let said = |value: &Value| text(value).filter(|said| !said.is_empty());
        let mut parts = self.0.iter().filter_map(|steps| {
            let (mut found, mut inside) = (Vec::new(), Vec::new());
            walk(event, steps, &mut found);
            found.into_iter().find_map(said).or_else(|| {
                in_texts(event, steps, TEXTS_DEPTH_MAX, &mut inside);
                inside.iter().find_map(said)
            })
        });
        let first = parts.next()?;
        Some(parts.fold(first, |joined, part| joined + "/" + &part))
    }

    /// Its places, as names with dots.
    pub(super) fn places(&self) -> Vec<String> {
        self.0.iter().map(|steps| steps.join(".")).collect()
    }

    /// The first step of its first place.
    pub fn root(&self) -> &str {
        self.0.first().and_then(|steps| steps.first()).map_or("", String::as_str)
    }
}

/// Whether a value says anything at all.
pub fn says(value: &Value) -> bool {
    match value {
        Value::Null => false,
        Value::String(text) => !text.is_empty(),
        Value::Array(list) => list.iter().any(says),
        Value::Object(members) => !members.is_empty(),
        Value::Bool(_) | Value::Number(_) => true,
    }
}

/// A member by name, first as written and then without regard to case. `_tag` is also `.tag`: one vendor's name for it
/// holds the dot that paths are cut at, and collectors write it either way.
pub fn member<'v>(members: &'v Map<String, Value>, name: &str) -> Option<&'v Value> {
    let any_case = || members.iter().find(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value);
    members.get(name).or_else(any_case).or_else(|| members.get(".tag").filter(|_| name == "_tag"))
}

/// Texts of JSON in each other, at most.
const TEXTS_DEPTH_MAX: u32 = 3;

fn in_texts(value: &Value, steps: &[String], depth: u32, found: &mut Vec<Value>) {
    let Some(deeper) = depth.checked_sub(1) else { return };
    for cut in 1..steps.len() {
        let mut texts = Vec::new();
        walk(value, &steps[..cut], &mut texts);
        for inner in texts.into_iter().filter_map(Value::as_str).filter_map(structs::held) {
            let (mut inside, before) = (Vec::new(), found.len());
            walk(&inner, &steps[cut..], &mut inside);
            found.extend(inside.into_iter().cloned());
            if found.len() == before {
                in_texts(&inner, &steps[cut..], deeper, found);
            }
        }
    }
}

fn walk<'v>(value: &'v Value, steps: &[String], found: &mut Vec<&'v Value>) {
    let Some((step, rest)) = steps.split_first() else {
        match value {
            Value::Array(list) => list.iter().for_each(|item| walk(item, &[], found)),
            other => found.push(other),
        }
        return;
    };
    match value {
        Value::Object(members) if step == "*" => members.values().for_each(|value| walk(value, rest, found)),
        Value::Object(members) if step.contains('*') => {
            let named = members.iter().filter(|(name, _)| glob(step, name));
            named.for_each(|(_, value)| walk(value, rest, found));
        }
        Value::Object(members) => {
            if let Some(value) = member(members, step) {
                walk(value, rest, found);
            }
        }
        Value::Array(list) if step == "*" => list.iter().for_each(|item| walk(item, rest, found)),
        Value::Array(list) => {
            if let Ok(at) = step.parse::<usize>() {
                if let Some(item) = list.get(at) {
                    walk(item, rest, found);
                }
                return;
            }
            for item in list {
                match pair(item, step) {
                    Some(named) if rest.is_empty() => walk(named, &[], found),
                    Some(_) => walk(item, rest, found),
                    None => walk(item, steps, found),
                }
            }
        }
        _ => {}
    }
}

/// The value of `{"Name": name, "Value": …}`, under the names that vendors give the two.
fn pair<'v>(item: &'v Value, name: &str) -> Option<&'v Value> {
    let members = item.as_object()?;
    let named = member(members, "name").and_then(Value::as_str)?;
    if !named.eq_ignore_ascii_case(name) {
        return None;
    }
    ["value", "newValue", "intValue", "boolValue", "multiValue", "multiIntValue", "messageValue"]
        .iter()
        .find_map(|key| member(members, key))
        .or(Some(item))
}

/// A scalar as text: what a person would write for it. `None` for lists and objects.
pub fn text(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        Value::Bool(yes) => Some(yes.to_string()),
        Value::Null | Value::Array(_) | Value::Object(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn at(path: &str, event: &Value) -> Vec<String> {
        Path::new(path).all(event).into_iter().filter_map(text).collect()
    }

    #[test]
    fn a_name_is_met_in_any_case_and_through_lists() {
        let event =
            json!({"eventtype": "x", "target": [{"id": "a"}, {"id": "b"}], "deep": {"one": {"k": 1}, "two": {"k": 2}}});
        assert_eq!(at("eventType", &event), ["x"]);
        assert_eq!(at("target.id", &event), ["a", "b"]);
        assert_eq!(at("target.1.id", &event), ["b"]);
        assert_eq!(at("deep.*.k", &event), ["1", "2"]);
        assert!(at("target.9.id", &event).is_empty());
    }

    #[test]
    fn a_star_in_a_name_is_any_run_of_characters() {
        let event = json!({"grants": {"x-amz-grant-read": "a", "X-Amz-Grant-Write": "b", "x-amz-acl": "c"}});
        assert_eq!(at("grants.x-amz-grant-*", &event), ["a", "b"]);
        assert!(at("grants.y-*", &event).is_empty());
    }

    #[test]
    fn a_text_that_holds_json_is_entered() {
        let event = json!({"request": "{\"a\": {\"b\": [1, 2]}, \"deep\": \"{\\\"c\\\": 3}\"}", "plain": "{no json"});
        let within = |path: &str| Path::new(path).all_in_texts(&event).iter().filter_map(text).collect::<Vec<_>>();
        assert_eq!(within("request.a.b"), ["1", "2"]);
        assert_eq!(within("request.deep.c"), ["3"]);
        assert_eq!(within("*.a.b"), ["1", "2"]);
        assert!(within("plain.a").is_empty() && within("request").is_empty());
    }

    #[test]
    fn a_pair_of_name_and_value_is_a_member() {
        let event = json!({"Parameters": [{"Name": "ForwardTo", "Value": "a@b.c"}, {"Name": "Force", "Value": "False"}],
                           "Modified": [{"Name": "Role", "NewValue": "x", "OldValue": "y"}]});
        assert_eq!(at("parameters.forwardto", &event), ["a@b.c"]);
        assert_eq!(at("modified.role.OldValue", &event), ["y"]);
        assert_eq!(at("modified.role", &event), ["x"]);
    }
}
