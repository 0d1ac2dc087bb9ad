//! Whole answers and files of vendors: many events in a list, with a few fields around it.

use serde_json::Value;

/// Members of what stands around a list, at most: an event with a list in it has more.
const AROUND_MAX: usize = 8;
/// Objects in each other around a list, at most, as answers of query languages have them.
const DEPTH_MAX: u32 = 4;
/// Members of a list that are looked at to see whether it holds events.
const LOOKED_AT_MAX: usize = 3;

/// The events of an answer: the first list of objects, by the order of fields, whose first members `hold` one.
pub(super) fn events(answer: &Value, holds: &dyn Fn(&Value) -> bool) -> Option<Vec<Value>> {
    within(answer, holds, DEPTH_MAX).cloned()
}

fn within<'v>(answer: &'v Value, holds: &dyn Fn(&Value) -> bool, depth: u32) -> Option<&'v Vec<Value>> {
    let members = answer.as_object().filter(|members| depth > 0 && members.len() <= AROUND_MAX)?;
    let listed = members
        .values()
        .filter_map(Value::as_array)
        .find(|list| list.iter().all(Value::is_object) && list.iter().take(LOOKED_AT_MAX).any(holds));
    listed.or_else(|| members.values().find_map(|inner| within(inner, holds, depth - 1)))
}
