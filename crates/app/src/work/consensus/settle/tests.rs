//! Each type's consensus on a handful of answers, and that their order changes nothing.

use super::*;

fn schema(question: &Value) -> Schema {
    let fields = json!([
        {"name": "text", "type": "text", "source": "/text"},
        {"name": "responses", "type": "candidates", "source": {"fixed": [{"id": "a", "content": "/a"}, {"id": "b", "content": "/b"}]}},
        {"name": "rubric", "type": "criteria", "source": {"list": "/rubric", "id": "/id", "content": "/text", "points": "/points"}},
    ]);
    let mut question = question.clone();
    question["name"] = json!("q");
    Schema::parse(&json!({"schema_version": "1", "fields": fields, "questions": [question]})).unwrap()
}

fn row() -> Value {
    json!({
        "text": "na\u{ef}ve \u{1f600} caf\u{e9}", "a": "left", "b": "right",
        "rubric": [{"id": "c1", "text": "is short", "points": 4.0}, {"id": "c2", "text": "is true"}],
    })
}

/// The consensus of these answers to one question, whatever their order.
fn settled(question: &Value, values: &[Value]) -> Consensus {
    let schema = schema(question);
    let content = schema.resolve(&row()).unwrap();
    let mut answers: Vec<Answers> =
        values.iter().map(|value| schema.check_own_ids(&content, &json!({"q": value})).unwrap()).collect();
    let first = settle(&schema, &content, &answers);
    for _ in 0..answers.len() {
        answers.rotate_left(1);
        assert_eq!(
            serde_json::to_string(&settle(&schema, &content, &answers)).unwrap(),
            serde_json::to_string(&first).unwrap()
        );
    }
    answers.reverse();
    assert_eq!(settle(&schema, &content, &answers), first, "the order of answers changes nothing");
    first["q"].clone()
}

fn values(values: &[Value]) -> Vec<Value> {
    values.iter().map(|value| json!({"value": value})).collect()
}

fn options(values: &[Value]) -> Value {
    values.iter().map(|value| json!({"value": value})).collect()
}

#[test]
fn a_label_is_won_by_most() {
    let question = json!({"type": "label", "options": options(&[json!("yes"), json!("no")]), "aggregation": {"method": "dawid_skene"}, "cannot_assess": true});
    let mut given = values(&[json!("yes"), json!("no"), json!("yes")]);
    given.push(json!({"cannot_assess": true}));
    let got = settled(&question, &given);
    assert_eq!((got.method.as_str(), got.value, got.count, got.of), ("majority_vote", Some(json!("yes")), Some(2), 3));
    assert!((got.share.unwrap() - 2.0 / 3.0).abs() < 1e-12);

    let split = settled(&question, &values(&[json!("yes"), json!("no")]));
    assert_eq!((split.value, split.count, split.share), (None, Some(1), Some(0.5)), "a tie decides nothing");
    let nobody = settled(&question, &[json!({"cannot_assess": true})]);
    assert_eq!((nobody.value, nobody.of, nobody.share), (None, 0, None));
}

#[test]
fn who_is_sure_outweighs_where_strength_counts() {
    let sure = values(&[
        json!({"preferred": "a", "strength": 3}),
        json!({"preferred": "b", "strength": 1}),
        json!({"preferred": "b", "strength": 1}),
    ]);
    let question = |method: &str| json!({"type": "pairwise", "on": "responses", "allow_tie": true, "strength": 3, "aggregation": {"method": method}});
    let weighted = settled(&question("weighted_majority_vote"), &sure);
    assert_eq!(
        (weighted.method.as_str(), weighted.value),
        ("weighted_majority_vote", Some(json!({"preferred": "a", "strength": 3})))
    );
    let plain = settled(&question("bradley_terry_davidson"), &sure);
    assert_eq!(
        (plain.method.as_str(), plain.value, plain.count),
        ("majority_vote", Some(json!({"preferred": "b", "strength": 1})), Some(2))
    );
    let ties = settled(
        &question("majority_vote"),
        &values(&[json!({"preferred": "tie"}), json!({"preferred": "tie"}), sure[0]["value"].clone()]),
    );
    assert_eq!(ties.value, Some(json!({"preferred": "tie"})));
    let standoff = settled(
        &question("majority_vote"),
        &values(&[json!({"preferred": "tie"}), sure[0]["value"].clone(), sure[1]["value"].clone()]),
    );
    assert_eq!(standoff.value, None, "a standoff is no tie that somebody chose");
}

#[test]
fn numbers_have_a_median_or_a_mean() {
    let numbers = values(&[json!(1), json!(2), json!(2), json!(7)]);
    let median = settled(&json!({"type": "number", "aggregation": {"method": "median"}}), &numbers);
    assert_eq!(
        (median.method.as_str(), median.value, median.count, median.share),
        ("median", Some(json!(2)), Some(2), Some(0.5))
    );
    let trimmed = |params: Value| {
        let aggregation = json!({"method": "trimmed_mean", "params": params});
        settled(&json!({"type": "number", "aggregation": aggregation}), &numbers)
    };
    let (middle, all) = (trimmed(json!({"trim": 0.25})), trimmed(json!({})));
    assert_eq!((middle.method.as_str(), middle.value, middle.count), ("trimmed_mean", Some(json!(2)), None));
    assert_eq!(all.value, Some(json!(3)), "a fifth of four is none");
    let mean = settled(&json!({"type": "number", "aggregation": {"method": "mean"}}), &numbers);
    assert_eq!((mean.method.as_str(), mean.value, mean.count, mean.share), ("mean", Some(json!(3)), None, None));
}

#[test]
fn spans_keep_the_characters_that_most_marked() {
    let question = json!({"type": "span", "on": "text", "options": options(&[json!("x")])});
    let span = |start: usize, end: usize| {
        let text: String = "na\u{ef}ve \u{1f600} caf\u{e9}".chars().skip(start).take(end - start).collect();
        json!({"field": "text", "start": start, "end": end, "label": "x", "text": text})
    };
    let got = settled(&question, &values(&[json!([span(0, 7)]), json!([span(2, 9)]), json!([])]));
    assert_eq!(got.value, Some(json!([span(2, 7)])), "and its text is the slice, beyond the BMP too");
    let none = settled(&question, &values(&[json!([]), json!([]), json!([span(0, 2)])]));
    assert_eq!(none.value, Some(json!([])));
    assert!((none.share.unwrap() - 2.0 / 3.0).abs() < 1e-12);
}

/// Borders count, blanks at them do not; a mark that is drawn twice counts once.
#[test]
fn marks_that_most_drew_alike_stand() {
    let text: Vec<char> = "na\u{ef}ve \u{1f600} caf\u{e9}".chars().collect();
    let span = |start: usize, end: usize| {
        let text: String = text[start..end].iter().collect();
        json!({"field": "text", "start": start, "end": end, "label": "x", "text": text})
    };
    let question = |method: &str| json!({"type": "span", "on": "text", "options": options(&[json!("x")]), "allow_overlapping": true, "aggregation": {"method": method}});
    let given = values(&[json!([span(0, 6)]), json!([span(0, 5), span(6, 7)]), json!([span(0, 5), span(0, 6)])]);
    let got = settled(&question("exact_match_majority"), &given);
    assert_eq!(
        (got.method.as_str(), got.value, got.share),
        ("exact_match_majority", Some(json!([span(0, 5)])), Some(1.0))
    );
    let apart =
        settled(&question("exact_match_majority"), &values(&[json!([span(0, 5)]), json!([span(0, 4)]), json!([])]));
    assert_eq!(apart.value, Some(json!([])));
    assert!((apart.share.unwrap() - 1.0 / 3.0).abs() < 1e-12);

    let same = settled(&question("adjudication"), &values(&[json!([span(0, 6)]), json!([span(0, 5)])]));
    assert_eq!((same.method.as_str(), same.value), ("unanimous", Some(json!([span(0, 5)]))));
    assert_eq!(settled(&question("adjudication"), &given).value, None);
}

/// What somebody shall decide stands by itself only where nobody differs.
#[test]
fn where_the_schema_leaves_it_to_an_adjudicator_only_what_all_said_stands() {
    let label = json!({"type": "label", "options": options(&[json!("yes"), json!("no")]), "aggregation": {"method": "adjudication"}});
    let most = settled(&label, &values(&[json!("yes"), json!("no"), json!("yes")]));
    assert_eq!((most.method.as_str(), most.value, most.count, most.of), ("unanimous", None, Some(2), 3));
    assert_eq!(settled(&label, &values(&[json!("no"), json!("no")])).value, Some(json!("no")));
    let several = json!({"type": "multi_label", "options": options(&[json!("a"), json!("b")]), "aggregation": {"method": "adjudication"}});
    assert_eq!(settled(&several, &values(&[json!(["b", "a"]), json!(["a", "b"])])).value, Some(json!(["a", "b"])));
    assert_eq!(settled(&several, &values(&[json!(["a"]), json!(["a", "b"]), json!(["a"])])).value, None);
    for method in ["adjudication", "best_of"] {
        let text = json!({"type": "text", "aggregation": {"method": method}});
        let three = settled(&text, &values(&[json!("same"), json!("same"), json!("other")]));
        assert_eq!((three.method.as_str(), three.value, three.count), ("unanimous", None, Some(2)));
    }
}

#[test]
fn several_labels_are_each_voted_on() {
    let question = json!({"type": "multi_label", "options": options(&[json!("a"), json!("b")])});
    assert_eq!(settled(&question, &values(&[json!(["a", "b"]), json!(["a"]), json!([])])).value, Some(json!(["a"])));
    assert_eq!(settled(&question, &values(&[json!(["a"]), json!(["b"])])).value, None);
}

#[test]
fn criteria_are_each_voted_on_or_averaged() {
    let question =
        |method: &str| json!({"type": "rubric_scores", "options_from": "rubric", "aggregation": {"method": method}});
    let given = values(&[
        json!({"c1": {"met": true}, "c2": {"met": false}}),
        json!({"c1": {"met": true, "points": 1.0}, "c2": {"met": true}}),
        json!({"c1": {"met": false}, "c2": {"met": true}}),
    ]);
    let majority = settled(&question("per_criterion_majority"), &given);
    assert_eq!(majority.value, Some(json!({"c1": {"met": true}, "c2": {"met": true}})));
    let mean = settled(&question("per_criterion_mean"), &given).value.unwrap();
    assert!((mean["c1"]["points"].as_f64().unwrap() - 5.0 / 3.0).abs() < 1e-12, "4, 1 and 0 of 4");
}

#[test]
fn each_candidate_is_settled_alone() {
    let question = json!({"type": "rating", "on": "responses", "per": "candidate", "options": options(&[json!(1), json!(2), json!(3)])});
    let got = settled(&question, &values(&[json!({"a": 1, "b": 3}), json!({"a": 1, "b": 2}), json!({"a": 2, "b": 3})]));
    assert_eq!((got.value, got.count, got.of), (Some(json!({"a": 1, "b": 3})), None, 3));
}
