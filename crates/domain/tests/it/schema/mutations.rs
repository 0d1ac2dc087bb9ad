//! A valid answer is taken and comes back; a changed one is refused, with the place of the change.

use jsonschema::Validator;
use proptest::prelude::*;
use serde_json::{Map, Value, json};
use vouchsafe_domain::work::content::Content;
use vouchsafe_domain::work::schema::Schema;

use super::{every_type, json_noise, schema, set};

/// Choices that proptest makes and shrinks, drawn one by one.
#[derive(Debug)]
struct Choices(Vec<u32>);

impl Choices {
    fn below(&mut self, bound: usize) -> usize {
        self.0.pop().unwrap_or(0) as usize % bound
    }

    fn coin(&mut self) -> bool {
        self.below(2) == 1
    }

    fn of<'a, T>(&mut self, items: &'a [T]) -> &'a T {
        &items[self.below(items.len())]
    }

    /// A text of 1 to 13 pieces; the last is never blank.
    fn text(&mut self) -> String {
        const PIECES: [&str; 9] = ["a", " ", "ß", "数", "e\u{301}", "👩‍🔬", "\n", "𝔸", "word"];
        let pieces = self.below(12);
        (0..pieces).map(|_| *self.of(&PIECES)).chain(["end"]).collect()
    }
}

fn choices() -> impl Strategy<Value = Choices> {
    proptest::collection::vec(any::<u32>(), 120).prop_map(Choices)
}

fn row(from: &mut Choices) -> Value {
    let texts = |n: usize, from: &mut Choices| (0..n).map(|_| from.text()).collect::<Vec<_>>();
    let (turns, steps, criteria) = (1 + from.below(3), 1 + from.below(3), 1 + from.below(3));
    let talk: Vec<Value> = (0..turns).map(|_| json!({"u": from.text(), "a": from.text()})).collect();
    let rubric: Vec<Value> = (0..criteria)
        .map(|n| json!({"id": format!("r{n}"), "text": from.text(), "points": if from.coin() { 4 } else { -2 }}))
        .collect();
    json!({
        "prompt": from.text(), "talk": talk, "llama": from.text(), "gpt": from.text(), "rubric": rubric,
        "proof": texts(steps, from),
    })
}

/// Non-overlapping spans of a text, reckoned without the code under test.
fn spans(field: &str, text: &str, labels: &[&str], from: &mut Choices) -> Value {
    let chars: Vec<char> = text.chars().collect();
    let (mut spans, mut at) = (Vec::new(), 0);
    while at < chars.len() && spans.len() < 3 {
        let start = at + from.below(chars.len() - at);
        let end = start + 1 + from.below(chars.len() - start);
        let slice: String = chars[start..end].iter().collect();
        spans.push(json!({"field": field, "start": start, "end": end, "label": from.of(labels), "text": slice}));
        at = end;
    }
    spans.into()
}

/// Answers that keep every rule of [`every_type`], for the browser's view of the content.
fn valid(sent: &Content, from: &mut Choices) -> Value {
    let mut answers = Map::new();
    let parts = |field: &str| sent.field(field).unwrap().parts().map(|(id, _)| id.to_owned()).collect::<Vec<_>>();
    let replies = parts("replies");
    let better = if from.coin() {
        json!({"preferred": "tie"})
    } else {
        json!({"preferred": from.of(&replies), "strength": 1 + from.below(3)})
    };
    answers.insert("better".into(), json!({"value": better, "justification": from.text()}));

    let quality: Map<String, Value> = replies.iter().map(|id| (id.clone(), json!(1 + from.below(3)))).collect();
    let why: Map<String, Value> =
        replies.iter().filter(|id| quality[*id] == 1).map(|id| (id.clone(), from.text().into())).collect();
    answers.insert("quality".into(), json!({"value": quality}));
    if !why.is_empty() {
        answers.insert("why".into(), json!({"value": why}));
    }

    let domain =
        from.of(&[json!({"value": "law"}), json!({"value": "medicine"}), json!({"not_applicable": true})]).clone();
    let flaws = from.of(&[json!(["tone"]), json!(["facts", "tone"]), json!(["none"])]).clone();
    if domain["value"] == "law" {
        if flaws.as_array().unwrap().contains(&json!("facts")) && from.coin() {
            answers.insert("minutes".into(), json!({"value": from.below(61)}));
        }
        answers.insert("flaws".into(), json!({"value": flaws}));
    }
    answers.insert("domain".into(), domain);

    let prompt = sent.field("prompt").unwrap().text().unwrap();
    answers.insert("marks".into(), json!({"value": spans("prompt", prompt, &["claim", "error"], from)}));
    let turns: Map<String, Value> = parts("talk").into_iter().map(|id| (id, from.coin().into())).collect();
    answers.insert("turns".into(), json!({"value": turns}));
    let slips: Map<String, Value> = sent
        .field("proof")
        .unwrap()
        .parts()
        .map(|(id, text)| (id.into(), spans("proof", text, &["slip"], from)))
        .collect();
    answers.insert("slips".into(), json!({"value": slips}));
    let scores: Map<String, Value> = parts("rubric")
        .into_iter()
        .map(|id| {
            (
                id,
                from.of(&[
                    json!({"met": true}),
                    json!({"met": null}),
                    json!({"met": false, "points": 0, "rationale": "no"}),
                ])
                .clone(),
            )
        })
        .collect();
    answers.insert("scores".into(), json!({"value": scores}));
    answers.into()
}

/// One change that breaks a rule: where the fault must be told. `None` if these answers have nothing to change so.
fn break_one(answers: &mut Value, kind: usize) -> Option<String> {
    let first = |value: &Value| value.as_object().and_then(|object| object.keys().next().cloned());
    match kind {
        0 => remove(answers, "/better"),
        1 => set(answers, "/better/value/preferred", json!("nobody")),
        2 if answers["better"]["value"]["preferred"] != "tie" => set(answers, "/better/value/strength", json!(4)),
        2 => set(answers, "/better/value/strength", json!(1)),
        3 => set(answers, "/better/value/colour", json!("red")),
        4 => remove(answers, "/better/justification"),
        5 => set(answers, "/better/justification", json!("no")),
        6 => set(answers, "/no_such_question", json!({"value": 1})),
        7 => remove(answers, "/quality/value/c2"),
        8 => set(answers, "/quality/value/c3", json!(1)),
        9 => set(answers, "/quality/value/c1", json!(9)),
        10 => set(answers, "/quality/value/c1", json!("1")),
        11 => set(answers, "/domain", json!({"value": "poetry"})).map(|at| at + "/value"),
        12 => set(answers, "/domain", json!({"cannot_assess": true})).map(|at| at + "/cannot_assess"),
        13 => set(answers, "/domain", json!({"not_applicable": true, "value": "law"})),
        14 if answers["domain"]["value"] != "law" => set(answers, "/flaws", json!({"value": ["tone"]})),
        15 if answers["domain"]["value"] == "law" => {
            set(answers, "/flaws", json!({"value": ["none", "tone"]})).map(|at| at + "/value")
        }
        16 if answers["domain"]["value"] == "law" => {
            set(answers, "/flaws", json!({"value": ["tone", "tone"]})).map(|at| at + "/value/1")
        }
        17 if !answers["minutes"].is_null() => set(answers, "/minutes/value", json!(60.5)),
        18 => {
            let id = (1..=2).map(|n| format!("c{n}")).find(|id| answers["quality"]["value"][id] != 1)?;
            if answers["why"].is_null() {
                answers["why"] = json!({"value": {}});
            }
            set(answers, &format!("/why/value/{id}"), json!("because"))
        }
        19 if !answers["why"].is_null() => {
            let id = first(&answers["why"]["value"])?;
            set(answers, &format!("/why/value/{id}"), json!("x"))
        }
        20 => set(answers, "/marks/value/0/text", json!("another text")),
        21 => set(answers, "/marks/value/0/end", json!(10_000)),
        22 => set(answers, "/marks/value/0/start", json!(-1)),
        23 => set(answers, "/marks/value/0/start", json!(0.5)),
        24 => set(answers, "/marks/value/0/field", json!("proof")),
        25 => set(answers, "/marks/value/0/label", json!("slip")),
        26 => remove(answers, "/marks/value/0/text"),
        27 => {
            let again = answers["marks"]["value"][0].clone();
            let spans = answers["marks"]["value"].as_array_mut()?;
            spans.push(again);
            Some(format!("/marks/value/{}", spans.len() - 1))
        }
        28 => set(answers, "/slips/value/0/0/text", json!("another text")),
        29 => set(answers, "/turns/value/0", json!("true")),
        30 => remove(answers, "/scores/value/r0"),
        31 => set(answers, "/scores/value/r0", json!({"met": true, "points": 40})).map(|at| at + "/points"),
        32 => set(answers, "/scores/value/r0", json!({"points": 0})).map(|at| at + "/met"),
        33 => set(answers, "/scores/value/r9", json!({"met": true})),
        34 => set(answers, "/marks", json!([])),
        35 => set(answers, "/marks/value", json!({"start": 1})),
        _ => None,
    }
}

const KINDS: usize = 36;

fn remove(answers: &mut Value, place: &str) -> Option<String> {
    let (parent, key) = place.rsplit_once('/')?;
    answers.pointer_mut(parent)?.as_object_mut()?.shift_remove(key)?;
    Some(place.to_owned())
}

struct Case {
    schema: Schema,
    content: Content,
    presented: vouchsafe_domain::work::presented::Presented,
    answers: Value,
}

fn case(mut from: Choices, seed: u64) -> Case {
    let schema = schema(&every_type());
    let content = schema.resolve(&row(&mut from)).unwrap();
    let presented = schema.present(&content, seed);
    let answers = valid(&schema.as_sent(&content, &presented).unwrap().content, &mut from);
    Case { schema, content, presented, answers }
}

fn answers_validator(schema: &Schema) -> Validator {
    let published = schema.answers_schema();
    jsonschema::meta::validate(&published).unwrap();
    jsonschema::validator_for(&published).unwrap()
}

proptest! {
    #[test]
    fn a_valid_answer_round_trips(from in choices(), seed in any::<u64>()) {
        let case = case(from, seed);
        let checked = case.schema.check(&case.content, &case.presented, &case.answers);
        let checked = checked.unwrap_or_else(|faults| panic!("{faults}\n{:#}", case.answers));
        prop_assert!(answers_validator(&case.schema).is_valid(&case.answers));

        let again = case.schema.answers_as_sent(&case.content, &case.presented, &checked).unwrap();
        prop_assert_eq!(&case.schema.check(&case.content, &case.presented, &again).unwrap(), &checked);
        let stored = serde_json::to_value(&checked).unwrap();
        prop_assert_eq!(&case.schema.check_own_ids(&case.content, &stored).unwrap(), &checked);
        // Another person sees another order; the answers mean the same.
        let other = case.schema.present(&case.content, seed ^ 1);
        let elsewhere = case.schema.answers_as_sent(&case.content, &other, &checked).unwrap();
        prop_assert_eq!(&case.schema.check(&case.content, &other, &elsewhere).unwrap(), &checked);
        prop_assert!(case.schema.check_draft(&case.answers).is_ok());
    }

    #[test]
    fn a_changed_answer_is_refused_where_it_was_changed(from in choices(), seed in any::<u64>(), kind in 0..KINDS) {
        let mut case = case(from, seed);
        let place = break_one(&mut case.answers, kind);
        prop_assume!(place.is_some());
        let place = place.unwrap();
        let faults = case.schema.check(&case.content, &case.presented, &case.answers).unwrap_err();
        let places: Vec<&str> = faults.as_slice().iter().map(|fault| fault.path.as_str()).collect();
        prop_assert!(places.contains(&place.as_str()), "kind {}: {} is not among {:?}", kind, place, places);
    }

    /// Whatever is sent, checking gives a verdict; what it takes, it takes again.
    #[test]
    fn no_json_makes_it_stumble(noise in json_noise(), from in choices(), kind in 0..40_usize) {
        let mut case = case(from, 3);
        let places = ["/better", "/better/value", "/quality/value", "/marks/value", "/marks/value/0", "/scores/value",
            "/scores/value/r0", "/domain", "/slips/value/0"];
        let _ = set(&mut case.answers, places[kind % places.len()], noise);
        if let Ok(checked) = case.schema.check(&case.content, &case.presented, &case.answers) {
            let again = case.schema.answers_as_sent(&case.content, &case.presented, &checked).unwrap();
            prop_assert_eq!(case.schema.check(&case.content, &case.presented, &again).unwrap(), checked);
        }
    }
}
