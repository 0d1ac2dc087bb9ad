//! What is wrong with a schema is refused, with its place and its rule.

use proptest::prelude::*;
use serde_json::{Value, json};
use vouchsafe_domain::fault::FAULTS_MAX;
use vouchsafe_domain::work::schema::limits::{OPTIONS_MAX, QUESTIONS_MAX, SCHEMA_BYTES_MAX, SCHEMA_DEPTH_MAX};
use vouchsafe_domain::work::schema::{Schema, published};

use super::{every_type, json_noise, set};

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

/// Each change gives one fault and no other: its place and its words stand behind it.
fn each_alone(cases: &[(&str, Value, &str)]) {
    for (place, value, wanted) in cases {
        let told = faults(|json| drop(set(json, place, value.clone()).unwrap()));
        assert_eq!(told, [*wanted], "{place}");
    }
}

const POINTER: &str = "must be a JSON Pointer, empty or starting with /";

#[test]
fn what_is_wrong_with_a_field_is_told_there() {
    let text = |name: &str| json!({"name": name, "type": "text", "source": ""});
    each_alone(&[
        ("/fields/5", text("prompt"), "`/fields/5/name` stands there twice"),
        ("/fields/5", text("Prompt 1"), "`/fields/5/name` must be 1 to 64 characters of a-z, 0-9 and _"),
        ("/fields/0/blind", json!(true), "`/fields/0/blind` hides the ids of candidates; this field has none"),
        (
            "/fields/4/shuffle",
            json!(true),
            "`/fields/4/shuffle` reorders candidates or criteria; this field keeps its order",
        ),
        ("/fields/0/source", json!({"concat": ["/a", "b"]}), &format!("`/fields/0/source/concat/1` {POINTER}")),
        ("/fields/0/source", json!("/a~2"), &format!("`/fields/0/source` {POINTER}")),
        ("/fields/1/source/role_map", json!({}), "`/fields/1/source/role_map` is not known here"),
        ("/fields/2/source/fixed/1/id", json!("llama"), "`/fields/2/source/fixed/1/id` stands there twice"),
        ("/fields/2/source", json!({}), "`/fields/2/source` must have either `fixed` or `list`"),
        ("/fields/4/source/id", json!("/id"), "`/fields/4/source/id` is not known here"),
        ("/fields/4/format", json!("html"), "`/fields/4/format` must be one of `plain`, `markdown`"),
        (
            "/fields/3/type",
            json!("criterion"),
            "`/fields/3/type` the field type `criterion` has no screen yet; there are \
          `text`, `markdown`, `chat`, `candidates`, `criteria`, `steps`",
        ),
    ]);
}

#[test]
fn what_is_wrong_with_a_question_is_told_there() {
    each_alone(&[
        ("/questions/0/on", json!("prompt"), "`/questions/0/on` must name a field of type `candidates`"),
        (
            "/questions/0/per",
            json!("candidate"),
            "`/questions/0/per` must be `record`: a preference is about both candidates",
        ),
        ("/questions/0/strength", json!(5), "`/questions/0/strength` must lie between 1 and 4"),
        ("/questions/3/strength", json!(2), "`/questions/3/strength` is not known here"),
        ("/questions/9/name", json!("turns"), "`/questions/9/name` stands there twice"),
        ("/questions/1/per", json!("step"), "`/questions/1/per` must be the parts of the field that `on` names"),
        (
            "/questions/1/per",
            json!("span"),
            "`/questions/1/per` must be one of `record`, `candidate`, `message`, `step`",
        ),
        ("/questions/1/options/0/value", json!("one"), "`/questions/1/options/0/value` must be a whole number"),
        ("/questions/3/options/1/value", json!("law"), "`/questions/3/options/1/value` stands there twice"),
        ("/questions/3/on", json!("nothing"), "`/questions/3/on` must name a field"),
        (
            "/questions/3/justification",
            json!("maybe"),
            "`/questions/3/justification` must be one of `none`, `optional`, `required`",
        ),
        (
            "/questions/6/on",
            json!("talk"),
            "`/questions/6/on` must name a text, or be asked per candidate, message or step",
        ),
        (
            "/questions/9/options_from",
            json!("replies"),
            "`/questions/9/options_from` must name a field of type `criteria`",
        ),
    ]);
}

#[test]
fn what_is_wrong_with_a_condition_is_told_there() {
    let not_offered = "is not one of those offered";
    each_alone(&[
        ("/questions/2/visible_when/equals", json!(7), &format!("`/questions/2/visible_when/equals` {not_offered}")),
        (
            "/questions/2/visible_when/question",
            json!("why"),
            "`/questions/2/visible_when/question` must name a question that is asked before this one",
        ),
        (
            "/questions/4/visible_when/equals",
            json!("law"),
            "`/questions/4/visible_when` must have either `equals` or `in`",
        ),
        ("/questions/4/visible_when/in/0", json!("poetry"), &format!("`/questions/4/visible_when/in/0` {not_offered}")),
        (
            "/questions/3/visible_when",
            json!({"question": "better", "equals": "llama"}),
            "`/questions/3/visible_when/equals` would tell blind candidates apart; only `tie` can be asked for",
        ),
    ]);
}

#[test]
fn what_is_wrong_with_a_validation_is_told_there() {
    let unusable = "`/questions/2/validation/pattern` is not a pattern that can be used";
    each_alone(&[
        ("/questions/2/validation/pattern", json!("("), &format!("{unusable}: found open group without closing ')'")),
        (
            "/questions/2/validation/pattern",
            json!("(a{1000}){1000}"),
            &format!("{unusable}: compiled regex exceeded size limit"),
        ),
        (
            "/questions/2/validation/max_length",
            json!(1),
            "`/questions/2/validation/min_length` is more than `max_length`",
        ),
        ("/questions/2/validation/max", json!(1), "`/questions/2/validation/max` is not known here"),
        (
            "/questions/4/validation/min_items",
            json!(4),
            "`/questions/4/validation/min_items` asks for more than can be chosen",
        ),
        (
            "/questions/4/validation/forbid/0",
            json!(["none", "other"]),
            "`/questions/4/validation/forbid/0` must be a list of two or more of the options",
        ),
        ("/questions/5/validation/min", json!(61), "`/questions/5/validation/min` is more than `max`"),
    ]);
}

#[test]
fn what_is_wrong_with_a_default_is_told_there() {
    each_alone(&[
        (
            "/questions/6/aggregation",
            json!({"method": "gamma"}),
            "`/questions/6/aggregation/method` must be one of `character_majority`, `exact_match_majority`, `lfc`, `adjudication`",
        ),
        (
            "/questions/2/aggregation",
            json!({"method": "best_of", "agreement": "gamma"}),
            "`/questions/2/aggregation/agreement` is not known here",
        ),
        (
            "/questions/6/aggregation",
            json!({"method": "adjudication", "threshold": 1.5}),
            "`/questions/6/aggregation/threshold` must lie between 0 and 1",
        ),
        (
            "/questions/5/aggregation",
            json!({"method": "trimmed_mean", "params": {"trim": 0.5}}),
            "`/questions/5/aggregation/params/trim` must be below 0.5",
        ),
        (
            "/questions/5/aggregation",
            json!({"method": "mean", "params": {"trim": 0.1}}),
            "`/questions/5/aggregation/params/trim` is not known here",
        ),
        (
            "/questions/5/aggregation",
            json!({"method": "gauss", "params": {"tolerance": 0}}),
            "`/questions/5/aggregation/params/tolerance` must be above 0",
        ),
        (
            "/questions/1/aggregation",
            json!({"method": "median", "params": {"tolerance": 1}}),
            "`/questions/1/aggregation/params/tolerance` is not known here",
        ),
        (
            "/distribution",
            json!({"min_submitted": 3, "max_submitted": 2}),
            "`/distribution/max_submitted` is less than `min_submitted`",
        ),
        (
            "/distribution",
            json!({"min_submitted": 1, "review_rate": 20}),
            "`/distribution/review_rate` must lie between 0 and 1",
        ),
        ("/export", json!({"conll": "nothing"}), "`/export/conll` must name a field"),
        ("/schema_version", json!("2"), "`/schema_version` must be one of `1`"),
        ("/questions", json!([]), "`/questions` has 0 elements; at least 1 are needed"),
    ]);
}

#[test]
fn limits_are_told_by_name_and_bound_the_report() {
    let many = vec![json!({"name": "q", "type": "text"}); QUESTIONS_MAX + 1];
    assert_eq!(faults(|j| j["questions"] = many.into()), ["`/questions` has 101 elements; at most 100 are taken"]);
    let options: Vec<Value> = (0..=OPTIONS_MAX).map(|n| json!({"value": n})).collect();
    assert_eq!(
        faults(|j| j["questions"][1]["options"] = options.into()),
        ["`/questions/1/options` has 501 elements; at most 500 are taken"]
    );
    let deep = (0..SCHEMA_DEPTH_MAX).fold(json!(1), |inner, _| json!([inner]));
    assert_eq!(
        faults(|j| j["questions"][1]["colour"] = deep),
        ["`` has 17 or more levels of nesting; at most 16 are taken"]
    );
    let told = faults(|j| j["guidelines"] = "x".repeat(SCHEMA_BYTES_MAX).into());
    assert!(told[0].ends_with("bytes of text; at most 524288 are taken"), "{told:?}");

    let mut wrong = every_type();
    wrong["questions"] = vec![json!({"type": 1, "a": 1, "b": 1}); QUESTIONS_MAX].into();
    let faults = Schema::parse(&wrong).unwrap_err();
    assert_eq!((faults.as_slice().len(), faults.total()), (FAULTS_MAX, 200));
    assert!(faults.to_string().ends_with("and 100 more"));
}

/// What somebody wrote is not repeated, unless it looks like a name of ours.
#[test]
fn a_fault_never_quotes_the_document() {
    let secret = "Sehr geheim! 秘密";
    let mut json = every_type();
    json[secret] = secret.into();
    json["fields"][0][secret] = secret.into();
    json["fields"][0]["source"] = secret.into();
    json["fields"][1]["type"] = secret.into();
    json["questions"][1]["type"] = secret.into();
    json["questions"][3]["options"][0]["value"] = json!([secret]);
    json["questions"][3]["aggregation"] = json!({"method": secret});
    json["questions"][2]["validation"]["pattern"] = format!("{secret}(").into();
    json["questions"][4]["visible_when"] = json!({"question": secret, "equals": secret});
    let faults = Schema::parse(&json).unwrap_err();
    assert!(faults.total() >= 8, "{faults}");
    assert!(!faults.to_string().contains("geheim") && !faults.to_string().contains('秘'), "{faults}");
}

/// Every place in a JSON document.
fn places(value: &Value, at: &str, into: &mut Vec<String>) {
    into.push(at.to_owned());
    match value {
        Value::Object(object) => object.iter().for_each(|(key, v)| places(v, &format!("{at}/{key}"), into)),
        Value::Array(list) => list.iter().enumerate().for_each(|(n, v)| places(v, &format!("{at}/{n}"), into)),
        _ => {}
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1_000))]

    /// A schema with something changed at random: reading it never stumbles, and what it takes, the published JSON
    /// Schema takes too.
    #[test]
    fn the_published_schema_refuses_nothing_that_is_taken(
        place in any::<prop::sample::Index>(), other in any::<prop::sample::Index>(), noise in json_noise(), kind in 0..4_u8,
    ) {
        let mut json = every_type();
        json["distribution"] = json!({"min_submitted": 2, "review_rate": 0.5});
        json["export"] = json!({"trl": "preference", "drop_ties": true});
        json["questions"][0]["aggregation"] = json!({"method": "majority_vote"});
        let mut all = Vec::new();
        places(&json, "", &mut all);
        let at = all[place.index(all.len())].clone();
        match kind {
            // Something from elsewhere in the document: likelier to fit than noise.
            0 | 1 => {
                let from = json.pointer(&all[other.index(all.len())]).unwrap().clone();
                *json.pointer_mut(&at).unwrap() = from;
            }
            2 => *json.pointer_mut(&at).unwrap() = noise,
            _ => {
                let (parent, key) = at.rsplit_once('/').unwrap_or_default();
                match json.pointer_mut(parent) {
                    Some(Value::Object(object)) => drop(object.shift_remove(key)),
                    Some(Value::Array(list)) => drop(list.remove(key.parse().unwrap())),
                    _ => {}
                }
            }
        }
        let taken = Schema::parse(&json).is_ok();
        prop_assert!(!taken || validator().is_valid(&json), "{json:#}");
    }
}

fn validator() -> &'static jsonschema::Validator {
    static ONCE: std::sync::LazyLock<jsonschema::Validator> =
        std::sync::LazyLock::new(|| jsonschema::validator_for(&published()).unwrap());
    &ONCE
}
