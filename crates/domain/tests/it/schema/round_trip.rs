//! What goes out comes back.

use serde_json::json;
use vouchsafe_domain::work::answers::Answers;
use vouchsafe_domain::work::content::Content;
use vouchsafe_domain::work::schema::Schema;

use super::{a_row, every_type, schema};

#[test]
fn a_schema_is_written_as_it_was_read() {
    let schema = schema(&every_type());
    assert_eq!(schema.to_json(), &every_type());
    assert_eq!(Schema::parse(schema.to_json()).unwrap(), schema);
}

#[test]
fn content_survives_storage_and_names_nothing_new() {
    let content = schema(&every_type()).resolve(&a_row()).unwrap();
    let stored = serde_json::to_value(&content).unwrap();
    assert_eq!(serde_json::from_value::<Content>(stored.clone()).unwrap(), content);
    assert_eq!(
        stored,
        json!({
            "prompt": {"type": "text", "format": "markdown", "text": "Wie groß? 数学 👩‍🔬 e\u{301}tude"},
            "talk": {"type": "chat", "format": "plain", "messages": [
                {"id": "0", "role": "user", "content": "hello"},
                {"id": "1", "role": "assistant", "content": "good day"},
                {"id": "2", "role": "user", "content": "and?"},
            ]},
            "replies": {"type": "candidates", "format": "plain", "items": [
                {"id": "llama", "content": "Answer one"}, {"id": "gpt", "content": ""},
            ]},
            "rubric": {"type": "criteria", "format": "plain", "items": [
                {"id": "r1", "content": "is right", "points": 5.0}, {"id": "r2", "content": "is rude", "points": -3.0},
            ]},
            "proof": {"type": "steps", "format": "plain", "items": [
                {"id": "0", "content": "2+2=4"}, {"id": "1", "content": "so 4=5 𝔸"},
            ]},
        })
    );
}

#[test]
fn a_blind_browser_never_gets_an_item_id_and_its_answers_find_their_items() {
    let schema = schema(&every_type());
    let content = schema.resolve(&a_row()).unwrap();
    let mut first = Vec::new();
    for seed in 0..40 {
        let presented = schema.present(&content, seed);
        let sent = schema.as_sent(&content, &presented).unwrap();
        let on_the_wire = format!("{}{}", serde_json::to_string(&sent).unwrap(), schema.schema_as_sent());
        assert!(!on_the_wire.contains("llama") && !on_the_wire.contains("gpt"), "{on_the_wire}");
        assert_eq!(sent.presented["replies"], ["c1", "c2"]);

        let left = sent.content.field("replies").unwrap().items()[0].clone();
        assert_eq!(left.id, "c1");
        let own = if left.content == "Answer one" { "llama" } else { "gpt" };
        assert_eq!(presented.order("replies").unwrap()[0], own);
        let answers = json!({
            "better": {"value": {"preferred": "c1", "strength": 2}, "justification": "shorter"},
            "quality": {"value": {"c1": 1, "c2": 3}},
            "why": {"value": {"c1": "wrong"}},
            "domain": {"not_applicable": true},
            "scores": {"value": {"r1": {"met": true, "points": 2.5}, "r2": {"met": null}}},
        });
        let checked = schema.check(&content, &presented, &answers).unwrap_or_else(|faults| panic!("{faults}"));
        assert_eq!(checked.get("better").unwrap().value().unwrap()["preferred"], own);
        assert_eq!(checked.get("why").unwrap().value().unwrap(), &json!({own: "wrong"}));
        assert_eq!(schema.answers_as_sent(&content, &presented, &checked).unwrap(), answers);

        let stored = serde_json::to_value(&checked).unwrap();
        assert_eq!(serde_json::from_value::<Answers>(stored.clone()).unwrap(), checked);
        assert_eq!(schema.check_own_ids(&content, &stored).unwrap(), checked);
        first.push(own);
    }
    assert!(first.contains(&"llama") && first.contains(&"gpt"), "both sides must come first at times");
}

#[test]
fn offsets_count_unicode_scalar_values() {
    let schema = schema(&every_type());
    let content = schema.resolve(&a_row()).unwrap();
    let mark = |start: usize, end: usize, text: &str| {
        let answers = json!({
            "better": {"value": {"preferred": "tie"}, "justification": "equal"},
            "quality": {"value": {"llama": 2, "gpt": 2}},
            "domain": {"value": "medicine"},
            "marks": {"value": [{"field": "prompt", "start": start, "end": end, "label": "claim", "text": text}]},
            "slips": {"value": {"1": [{"field": "proof", "start": 7, "end": 8, "label": "slip", "text": "𝔸"}]}},
        });
        schema.check_own_ids(&content, &answers)
    };
    // "👩‍🔬" is three scalar values, "é" here is two.
    for (start, end, text) in [(10, 12, "数学"), (13, 16, "👩‍🔬"), (13, 14, "👩"), (17, 19, "e\u{301}"), (17, 18, "e")]
    {
        mark(start, end, text).unwrap_or_else(|faults| panic!("{text}: {faults}"));
    }
    // The same place in UTF-16 units, as a careless browser would count.
    let faults = mark(13, 18, "👩‍🔬").unwrap_err();
    assert_eq!(faults.to_string(), "`/marks/value/0/text` must equal the text from `start` to `end`");
}

#[test]
fn a_review_sees_where_its_fix_differs() {
    let schema = schema(&every_type());
    let content = schema.resolve(&a_row()).unwrap();
    let check = |strength: u8, llama: u8, domain: &str| {
        let answers = json!({
            "better": {"value": {"preferred": "llama", "strength": strength}, "justification": "it is right"},
            "quality": {"value": {"llama": llama, "gpt": 2}},
            "domain": if domain == "none" { json!({"not_applicable": true}) } else { json!({"value": domain}) },
        });
        schema.check_own_ids(&content, &answers).unwrap_or_else(|faults| panic!("{faults}"))
    };
    assert!(check(1, 2, "law").changed(&check(1, 2, "law")).is_empty());
    assert_eq!(
        check(1, 2, "law").changed(&check(3, 3, "medicine")),
        ["/better/value/strength", "/quality/value/llama", "/domain/value"]
    );
    assert_eq!(check(1, 2, "law").changed(&check(1, 2, "none")), ["/domain/value"]);
}

/// What `docs/schema.md` shows and `docs/schema.json` says is what the code does.
#[test]
fn the_documents_are_current() {
    let docs = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs");
    let published: serde_json::Value =
        serde_json::from_slice(&std::fs::read(docs.join("schema.json")).unwrap()).unwrap();
    let renew = "renew it: cargo run -p vouchsafe-domain --example published_schema > docs/schema.json";
    assert_eq!(published, vouchsafe_domain::work::schema::published(), "{renew}");

    let page = std::fs::read_to_string(docs.join("schema.md")).unwrap();
    let example = page.split("```json\n").nth(1).unwrap().split("```").next().unwrap();
    schema(&serde_json::from_str(example).unwrap());
}
