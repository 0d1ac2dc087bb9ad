//! How large a reviewer's fix is: one number, so that mending a comma and writing the answer anew are not the same.

use serde_json::Value;
use std::collections::BTreeSet;
use vouchsafe_domain::work::{
    answers::{Answer, Answers},
    schema::Schema,
};
use vouchsafe_quality::texts::{changed_share, words};

/// The share of the answers that a fix changed, from 0 to 1: the mean over the questions that either side answers. Of a text it is the
/// word-level edit distance over the words of the longer one; of an answer with named parts the mean over them; of a list (spans, chosen labels)
/// the edit distance by whole entries; what is chosen or counted changed or did not. A justification weighs as much as its answer.
pub(super) fn fix_size(schema: &Schema, before: &Answers, after: &Answers) -> f64 {
    let names: BTreeSet<&str> = before.iter().chain(after.iter()).map(|(name, _)| name).collect();
    let one = |name: &&str| {
        let whole = schema.questions().iter().any(|question| question.name == *name && chosen(question.kind));
        of_answer(before.get(name), after.get(name), whole)
    };
    mean(names.iter().map(one))
}

/// Types whose words stand for themselves: half of a label is no half answer.
fn chosen(kind: &str) -> bool {
    matches!(kind, "label" | "multi_label" | "rating" | "number")
}

fn of_answer(before: Option<&Answer>, after: Option<&Answer>, whole: bool) -> f64 {
    let (Some(before), Some(after)) = (before, after) else { return 1.0 };
    let given = match (before.value(), after.value()) {
        (Some(before), Some(after)) => of_value(before, after, whole),
        _ => differs(before.given != after.given),
    };
    match (&before.justification, &after.justification) {
        (None, None) => given,
        (before, after) => f64::midpoint(given, of_text(before.as_deref(), after.as_deref())),
    }
}

fn of_value(before: &Value, after: &Value, whole: bool) -> f64 {
    match (before, after) {
        (Value::Object(a), Value::Object(b)) => {
            let keys: BTreeSet<&String> = a.keys().chain(b.keys()).collect();
            mean(keys.into_iter().map(|key| match (a.get(key), b.get(key)) {
                (Some(a), Some(b)) => of_value(a, b, whole),
                _ => 1.0,
            }))
        }
        (Value::Array(a), Value::Array(b)) => {
            let entries = |list: &[Value]| list.iter().map(Value::to_string).collect::<Vec<_>>();
            changed_share(&entries(a), &entries(b))
        }
        (Value::String(a), Value::String(b)) if !whole => of_text(Some(a), Some(b)),
        _ => differs(before != after),
    }
}

fn of_text(before: Option<&str>, after: Option<&str>) -> f64 {
    changed_share(&words(before.unwrap_or_default()), &words(after.unwrap_or_default()))
}

fn differs(differs: bool) -> f64 {
    f64::from(u8::from(differs))
}

fn mean(shares: impl Iterator<Item = f64>) -> f64 {
    let (count, sum) = shares.fold((0_u32, 0.0), |(count, sum), share| (count + 1, sum + share));
    if count == 0 { 0.0 } else { sum / f64::from(count) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn size(before: Value, after: Value) -> f64 {
        let schema = json!({
            "schema_version": "1", "task_type": "classification", "name": "mixed",
            "fields": [{"name": "question", "type": "text", "source": "/question"}],
            "questions": [
                {"name": "verdict", "type": "label", "options": [{"value": "very good"}, {"value": "good"}]},
                {"name": "why", "type": "text"},
                {"name": "key", "type": "span", "on": "question", "options": [{"value": "key"}]},
            ],
        });
        let schema = Schema::parse(&schema).expect("a schema");
        let read = |answers| serde_json::from_value(answers).expect("answers");
        let size = fix_size(&schema, &read(before), &read(after));
        (size * 1e6).round() / 1e6
    }

    #[test]
    #[expect(clippy::float_cmp, reason = "rounded figures are compared")]
    fn it_is_the_share_of_what_was_answered_that_changed() {
        let text = |text: &str| json!({"why": {"value": text}});
        assert_eq!(size(text("the dose is five"), text("the dose is ten")), 0.25);
        assert_eq!(size(text("the dose"), text("the dose")), 0.0);
        assert_eq!(size(text("x"), json!({"why": {"cannot_assess": true}})), 1.0);
        let label = |label: &str| json!({"verdict": {"value": label}, "why": {"value": "so it is"}});
        assert_eq!(size(label("very good"), label("good")), 0.5, "a label changed or did not");
        assert_eq!(size(text("so it is"), label("good")), 0.5, "a question that was not answered before");
        let reason = |why: &str| json!({"verdict": {"value": "good", "justification": why}});
        assert_eq!(size(reason("one two"), reason("one three")), 0.25);
        let span = |start: u32| json!({"start": start, "end": start + 4, "label": "key", "text": "some"});
        let spans = |starts: &[u32]| json!({"key": {"value": starts.iter().map(|at| span(*at)).collect::<Vec<_>>()}});
        assert_eq!(size(spans(&[0, 10, 20]), spans(&[0, 11, 20])), 0.333_333);
        assert_eq!(size(spans(&[0]), spans(&[0, 10])), 0.5);
        assert_eq!(size(json!({}), json!({})), 0.0);
    }
}
