//! Whole answers and files of vendors: many events in a list, with a few fields around it.

use serde_json::{Map, Value};

/// Members of what stands around a list, at most: an event with a list in it has more.
const AROUND_MAX: usize = 8;
/// Objects in each other around a list, at most, as answers of query languages have them.
const DEPTH_MAX: u32 = 4;
/// Members of a list that are looked at to see whether it holds events.
const LOOKED_AT_MAX: usize = 3;

/// The members of an answer's list: the first one, by the order of fields, whose first objects `hold` an event. What is no object
/// among them is refused by whoever reads them. A row that is written as a list of objects with one member each is one object.
pub(super) fn events(answer: &Value, holds: &dyn Fn(&Value) -> bool) -> Option<Vec<Value>> {
    within(answer, holds, DEPTH_MAX)
}

fn within(answer: &Value, holds: &dyn Fn(&Value) -> bool, depth: u32) -> Option<Vec<Value>> {
    let members = answer.as_object().filter(|members| depth > 0 && members.len() <= AROUND_MAX)?;
    let listed = members.values().filter_map(Value::as_array).find_map(|list| {
        if list.iter().any(Value::is_object) {
            let mut objects = list.iter().filter(|one| one.is_object()).take(LOOKED_AT_MAX);
            return objects.any(holds).then(|| list.clone());
        }
        let rows: Option<Vec<Value>> = list.iter().map(row).collect();
        rows.filter(|rows| rows.iter().take(LOOKED_AT_MAX).any(holds))
    });
    listed.or_else(|| members.values().find_map(|inner| within(inner, holds, depth - 1)))
}

/// `[{"a": 1}, {"b": 2}]` as `{"a": 1, "b": 2}`.
fn row(cells: &Value) -> Option<Value> {
    let mut row = Map::new();
    for cell in cells.as_array()? {
        let cell = cell.as_object().filter(|cell| cell.len() == 1)?;
        row.extend(cell.iter().map(|(name, value)| (name.clone(), value.clone())));
    }
    (!row.is_empty()).then_some(Value::Object(row))
}
