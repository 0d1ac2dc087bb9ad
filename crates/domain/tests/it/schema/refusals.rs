//! What is wrong is refused, with its place and its rule.

use serde_json::{Value, json};
use vouchsafe_domain::work::schema::Schema;

use super::every_type;

/// The faults of [`every_type`] after `change`, as text.
fn faults(change: impl FnOnce(&mut Value)) -> Vec<String> {
    let mut json = every_type();
    change(&mut json);
    Schema::parse(&json).unwrap_err().into_iter().map(|fault| fault.to_string()).collect()
}

#[test]
fn every_fault_is_told_at_once() {
    let told = faults(|json| {
        json["fields"][0]["source"] = "prompt".into();
        json["fields"][1]["type"] = "document".into();
        json["questions"][1]["type"] = "ranking".into();
        json["questions"][6]["colour"] = "red".into();
        json["questions"][9]["aggregation"] = json!({"method": "dawid_skene"});
    });
    let wanted = [
        "`/fields/0/source` must be a JSON Pointer, empty or starting with /",
        "`/fields/1/type` the field type `document` has no screen yet; there are `text`, `markdown`, `chat`, \
         `candidates`, `criteria`, `steps`",
        "`/questions/1/type` the question type `ranking` has no screen yet; there are `text`, `label`, `multi_label`, \
         `rating`, `number`, `pairwise`, `span`, `rubric_scores`",
        "`/questions/6/colour` is not known here",
        "`/questions/9/aggregation/method` must be one of `per_criterion_majority`, `per_criterion_mean`",
    ];
    for wanted in wanted {
        assert!(told.iter().any(|fault| fault == wanted), "{wanted}\nis not among\n{told:#?}");
    }
}
