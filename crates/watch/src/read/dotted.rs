//! Names that tables and collectors made of an event's own.

use super::paths::says;
use serde_json::{Map, Value};

/// Objects in each other that a name with dots stands for, at most; a longer one stays as it is.
const STEPS_MAX: usize = 8;

/// An event with the names that its log has, where a table or a collector joined them by dots or parted their words and one that
/// `holds` comes of it.
pub(super) fn renamed(event: Value, holds: &dyn Fn(&Value) -> bool) -> Value {
    let Value::Object(members) = &event else { return event };
    let any = |sign: char| members.keys().any(|name| name.contains(sign));
    if any('.') {
        let whole = Value::Object(unfolded(members.clone()));
        if holds(&whole) {
            return whole;
        }
    }
    if any(' ') && !holds(&event) {
        let joined = Value::Object(joined(members.clone()));
        if holds(&joined) {
            return joined;
        }
    }
    event
}

/// Names with dots as objects in each other: `id.time` is `time` of `id`, `target.0.id`, `target[0].id` and `target{}.id` are `id` of
/// the first in the list `target`. A name stays where a value is in its way.
pub(super) fn unfolded(members: Map<String, Value>) -> Map<String, Value> {
    let (mut dotted, mut one) = (Vec::new(), Map::new());
    for (name, value) in members {
        if name.contains('.') {
            dotted.push((name, value));
        } else {
            one.insert(name, value);
        }
    }
    let mut roots: Vec<String> = Vec::new();
    for (name, value) in dotted {
        let steps = steps(&name);
        if let Err(value) = unfold(&mut one, &steps, value) {
            one.insert(name, value);
        } else if let Some(root) = steps.into_iter().next().filter(|root| !roots.contains(root)) {
            roots.push(root);
        }
    }
    for root in roots {
        if let Some(value) = one.get_mut(&root) {
            *value = listed(value.take());
        }
    }
    one
}

/// The steps of a name; none if there are too many. What stands after two dots is a name that begins with one: `event_type..tag`.
fn steps(name: &str) -> Vec<String> {
    let (mut steps, mut dot) = (Vec::new(), "");
    for part in name.split('.') {
        if part.is_empty() {
            dot = ".";
            continue;
        }
        let (word, places) = part.split_once(['[', '{']).map_or((part, ""), |(word, _)| (word, &part[word.len()..]));
        steps.push(format!("{}{word}", std::mem::take(&mut dot)));
        for place in places.split(['[', '{']).skip(1) {
            steps.push(match place.trim_end_matches([']', '}']) {
                "" => "0".to_owned(),
                at => at.to_owned(),
            });
        }
    }
    if steps.len() > STEPS_MAX { Vec::new() } else { steps }
}

/// Put a value where the steps lead; hands it back if something else stands there.
fn unfold(of: &mut Map<String, Value>, steps: &[String], value: Value) -> Result<(), Value> {
    let Some((step, rest)) = steps.split_first() else { return Err(value) };
    let free = !of.get(step).is_some_and(says);
    if rest.is_empty() {
        if !free {
            return Err(value);
        }
        of.insert(step.clone(), value);
        return Ok(());
    }
    // An empty cell of a table is in nobody's way.
    if free && !of.get(step).is_some_and(Value::is_object) {
        of.insert(step.clone(), Value::Object(Map::new()));
    }
    match of.get_mut(step) {
        Some(Value::Object(inner)) => unfold(inner, rest, value),
        _ => Err(value),
    }
}

/// Objects whose names are 0, 1, 2 and so on as lists.
fn listed(value: Value) -> Value {
    let Value::Object(members) = value else { return value };
    let mut all: Vec<Option<Value>> = members.iter().map(|_| None).collect();
    let places: Vec<Option<usize>> = members.keys().map(|name| name.parse().ok()).collect();
    let numbered = !members.is_empty() && (0..members.len()).all(|at| places.contains(&Some(at)));
    let values = members.into_iter().map(|(name, value)| (name, listed(value)));
    if !numbered {
        return Value::Object(values.collect());
    }
    for (at, (_, value)) in places.into_iter().zip(values) {
        if let Some(place) = at.and_then(|at| all.get_mut(at)) {
            *place = Some(value);
        }
    }
    Value::Array(all.into_iter().flatten().collect())
}

/// Names of several words as one: `Event time` is `Eventtime`, which is met in any case. The first of two of the same name stands.
fn joined(members: Map<String, Value>) -> Map<String, Value> {
    let mut one = Map::new();
    for (name, value) in members {
        let joined: String = name.chars().filter(|one| !matches!(one, ' ' | '-')).collect();
        one.insert(if one.contains_key(&joined) { name } else { joined }, value);
    }
    one
}
