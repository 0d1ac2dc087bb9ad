//! Which questions are asked, and what counts as an answer.

use serde_json::{Value, json};
use vouchsafe_domain::work::schema::Schema;
use vouchsafe_domain::work::schema::limits::ANSWERS_BYTES_MAX;

use super::{a_row, every_type, schema};

/// The checked answers as JSON, or the faults as text.
fn check(schema: &Schema, row: &Value, answers: &Value) -> Result<Value, String> {
    let content = schema.resolve(row).unwrap();
    let checked = schema.check_own_ids(&content, answers).map_err(|faults| faults.to_string())?;
    Ok(serde_json::to_value(checked).unwrap())
}

fn questions(questions: &Value) -> Schema {
    schema(&json!({"fields": [{"name": "t", "type": "text", "source": "/t"}], "questions": questions}))
}

#[test]
fn a_hidden_question_hides_those_that_depend_on_it() {
    let schema = questions(&json!([
        {"name": "a", "type": "label", "options": [{"value": "yes"}, {"value": "no"}], "cannot_assess": true},
        {"name": "b", "type": "label", "required": true, "options": [{"value": 1}, {"value": 2}],
         "visible_when": {"question": "a", "equals": "yes"}},
        {"name": "c", "type": "text", "required": true, "visible_when": {"question": "b", "in": [1, 2]}},
    ]));
    let row = json!({"t": "x"});
    let ask = |answers: Value| check(&schema, &row, &answers).map(|_| ());
    assert_eq!(ask(json!({})), Ok(()));
    assert_eq!(ask(json!({"a": {"value": "no"}})), Ok(()));
    assert_eq!(ask(json!({"a": {"cannot_assess": true}})), Ok(()));
    assert_eq!(ask(json!({"a": {"value": "yes"}})), Err("`/b` is required".into()));
    assert_eq!(ask(json!({"a": {"value": "yes"}, "b": {"value": 2}})), Err("`/c` is required".into()));
    assert_eq!(ask(json!({"a": {"value": "yes"}, "b": {"value": 2}, "c": {"value": "x"}})), Ok(()));
    assert_eq!(
        ask(json!({"a": {"value": "no"}, "b": {"value": 2}, "c": {"value": "x"}})),
        Err("`/b` is not asked, given the other answers".into()),
        "whether `c` is asked can't be said while `b` is faulty"
    );
    assert_eq!(ask(json!({"c": {"value": "x"}})), Err("`/c` is not asked, given the other answers".into()));
    assert_eq!(
        ask(json!({"a": {"value": "perhaps"}, "b": {"value": 3}})),
        Err("`/a/value` is not one of those offered; `/b/value` is not one of those offered".into()),
        "a faulty answer hides nothing and asks for nothing"
    );
}

#[test]
fn blank_is_no_answer_and_an_empty_list_is_one() {
    let schema = questions(&json!([
        {"name": "words", "type": "text"},
        {"name": "needed", "type": "text", "required": true},
        {"name": "labels", "type": "multi_label", "required": true, "options": [{"value": "a"}, {"value": "b"}]},
        {"name": "marks", "type": "span", "on": "t", "required": true, "options": [{"value": "a"}]},
    ]));
    let row = json!({"t": "x"});
    let answers = json!({
        "words": {"value": " \n"}, "needed": {"value": "x"}, "labels": {"value": []}, "marks": {"value": []},
    });
    assert_eq!(
        check(&schema, &row, &answers),
        Ok(json!({"needed": {"value": "x"}, "labels": {"value": []}, "marks": {"value": []}}))
    );
    assert_eq!(
        check(&schema, &row, &json!({"needed": {"value": " "}, "labels": null, "marks": {}})),
        Err("`/needed` is required; `/labels` is required; `/marks` is required".into())
    );
}

#[test]
fn equal_answers_are_equal_json() {
    let schema = questions(&json!([
        {"name": "labels", "type": "multi_label", "options": [{"value": "a"}, {"value": "b"}]},
        {"name": "n", "type": "number"},
        {"name": "marks", "type": "span", "on": "t", "allow_overlapping": true, "options": [{"value": "p"}]},
    ]));
    let row = json!({"t": "abc"});
    let span = |start: usize, end: usize| json!({"text": "abc"[start..end], "label": "p", "end": end, "start": start, "field": "t"});
    let one =
        json!({"marks": {"value": [span(1, 3), span(0, 2)]}, "n": {"value": 4.0}, "labels": {"value": ["b", "a"]}});
    let other =
        json!({"labels": {"value": ["a", "b"]}, "n": {"value": 4}, "marks": {"value": [span(0, 2), span(1, 3)]}});
    let (one, other) = (check(&schema, &row, &one).unwrap(), check(&schema, &row, &other).unwrap());
    assert_eq!(serde_json::to_string(&one).unwrap(), serde_json::to_string(&other).unwrap());
    assert_eq!(one["n"]["value"], json!(4));
}

#[test]
fn rules_of_written_answers_hold() {
    let schema = questions(&json!([
        {"name": "code", "type": "text", "validation": {"pattern": "^[A-Z]\\d{2}$"}},
        {"name": "essay", "type": "text", "validation": {"min_length": 4, "max_length": 6, "forbid": ["ÄRGER"]}},
        {"name": "n", "type": "number", "validation": {"min": 0, "max": 1}, "justification": "optional"},
    ]));
    let row = json!({"t": "x"});
    let ask = |answers: Value| check(&schema, &row, &answers).map(|_| ());
    assert_eq!(ask(json!({"code": {"value": "I21"}, "essay": {"value": "👩‍🔬!"}})), Ok(()), "four scalar values");
    assert_eq!(ask(json!({"code": {"value": "I211"}})), Err("`/code/value` does not have the form asked for".into()));
    assert_eq!(
        ask(json!({"essay": {"value": "👩‍🔬"}})),
        Err("`/essay/value` has 3 characters; at least 4 are needed".into())
    );
    assert_eq!(
        ask(json!({"essay": {"value": "1234567"}})),
        Err("`/essay/value` has 7 characters; at most 6 are taken".into())
    );
    assert_eq!(
        ask(json!({"essay": {"value": "ärger!"}})),
        Err("`/essay/value` holds a phrase that is not allowed here".into())
    );
    assert_eq!(ask(json!({"n": {"value": 1.5}})), Err("`/n/value` must lie between 0 and 1".into()));
    assert_eq!(ask(json!({"n": {"value": "1"}})), Err("`/n/value` must be a number".into()));
    assert_eq!(ask(json!({"n": {"justification": "so"}})), Err("`/n/value` is required".into()));
    assert_eq!(
        ask(json!({"code": {"value": "I21", "justification": "so"}})),
        Err("`/code/justification` is not known here".into())
    );
}

/// A pattern that takes a backtracking engine exponential time.
#[test]
fn no_pattern_is_an_attack() {
    let schema = questions(&json!([{"name": "code", "type": "text", "validation": {"pattern": "^(a+)+$"}}]));
    let long = format!("{}b", "a".repeat(50_000));
    assert!(check(&schema, &json!({"t": "x"}), &json!({"code": {"value": long}})).is_err());
}

#[test]
fn spans_touch_but_overlap_only_where_allowed() {
    let ask = |allowed: bool, spans: &[(usize, usize)]| {
        let schema = questions(&json!([{"name": "marks", "type": "span", "on": "t", "allow_overlapping": allowed,
            "options": [{"value": "p"}]}]));
        let text = "abcdef";
        let spans: Vec<Value> = spans
            .iter()
            .map(|&(start, end)| json!({"field": "t", "start": start, "end": end, "label": "p", "text": text[start..end]}))
            .collect();
        check(&schema, &json!({"t": text}), &json!({"marks": {"value": spans}})).map(|_| ())
    };
    assert_eq!(ask(false, &[(2, 4), (0, 2), (4, 6)]), Ok(()));
    assert_eq!(
        ask(false, &[(2, 4), (0, 3)]),
        Err("`/marks/value/0` overlaps another span; here spans stand apart".into())
    );
    assert_eq!(ask(false, &[(0, 6), (1, 2), (3, 4)]).unwrap_err().matches("overlaps").count(), 2);
    assert_eq!(ask(true, &[(0, 6), (1, 2), (1, 2)]), Err("`/marks/value/2` stands there twice".into()));
}

#[test]
fn an_order_of_other_items_is_refused() {
    let schema = schema(&every_type());
    let content = schema.resolve(&a_row()).unwrap();
    for order in
        [json!({"replies": ["llama"]}), json!({"replies": ["llama", "llama"]}), json!({"replies": ["llama", "x"]})]
    {
        let presented = serde_json::from_value(order).unwrap();
        assert!(schema.as_sent(&content, &presented).is_err());
        assert!(schema.check(&content, &presented, &json!({})).is_err());
    }
}

#[test]
fn pairs_are_shuffled_unless_the_schema_says_no() {
    let with = |shuffle: Option<bool>| {
        let mut field = json!({"name": "pair", "type": "candidates", "source": {"list": "/p", "content": ""}});
        if let Some(shuffle) = shuffle {
            field["shuffle"] = shuffle.into();
        }
        let schema =
            schema(&json!({"fields": [field], "questions": [{"name": "q", "type": "pairwise", "on": "pair"}]}));
        let content = schema.resolve(&json!({"p": ["x", "y"]})).unwrap();
        let firsts = (0..64).filter_map(|seed| schema.present(&content, seed).order("pair").map(|ids| ids[0].clone()));
        firsts.collect::<std::collections::BTreeSet<_>>().len()
    };
    assert_eq!(with(None), 2);
    assert_eq!(with(Some(true)), 2);
    assert_eq!(with(Some(false)), 0, "the row's order is kept, so there is nothing to record");
}

#[test]
fn a_draft_may_be_anything_within_bounds() {
    let schema = schema(&every_type());
    let told = |draft: Value| schema.check_draft(&draft).map_err(|faults| faults.to_string());
    assert_eq!(told(json!({"better": {"value": {"preferred": 3}}, "marks": "half"})), Ok(()));
    assert_eq!(told(json!({"other": 1})), Err("`/other` is not known here".into()));
    assert_eq!(told(json!([])), Err("`` must be an object".into()));
    let large = told(json!({"better": "x".repeat(ANSWERS_BYTES_MAX)})).unwrap_err();
    assert!(large.ends_with("bytes of text; at most 1048576 are taken"), "{large}");
    let deep = (0..20).fold(json!(1), |inner, _| json!([inner]));
    assert!(told(json!({"better": deep})).is_err());
}

/// Whatever an expert writes, the faults do not repeat it.
#[test]
fn a_fault_never_quotes_an_answer() {
    let secret = "Sehr geheim! 秘密";
    let schema = schema(&every_type());
    let content = schema.resolve(&a_row()).unwrap();
    let answers = json!({
        secret: {"value": secret},
        "better": {"value": {"preferred": secret, secret: 1}},
        "quality": {"value": {secret: 1, "llama": secret}},
        "domain": {"value": secret},
        "marks": {"value": [{"field": secret, "start": secret, "end": 1, "label": secret, "text": secret}]},
        "scores": {"value": {secret: {}, "r1": {"met": secret}}},
    });
    let faults = schema.check_own_ids(&content, &answers).unwrap_err();
    assert!(faults.total() >= 10, "{faults}");
    assert!(!faults.to_string().contains("geheim") && !faults.to_string().contains('秘'), "{faults}");
}
