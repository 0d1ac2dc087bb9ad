//! A client's row is used as it is, or refused by field, place and rule.

use serde_json::{Value, json};
use vouchsafe_domain::work::schema::limits::{CONTENT_BYTES_MAX, ITEMS_MAX, ROW_DEPTH_MAX, TEXT_BYTES_MAX};

use super::{a_row, every_type, schema};

/// The content of `row` under one field of these settings, or the refusal.
fn one(field: &Value, row: &Value) -> Result<Value, String> {
    let mut field = field.clone();
    field["name"] = "f".into();
    let schema = schema(&json!({"fields": [field], "questions": [{"name": "q", "type": "text"}]}));
    let content = schema.resolve(row).map_err(|error| error.to_string())?;
    Ok(serde_json::to_value(&content).unwrap().get("f").cloned().unwrap_or_default())
}

#[test]
fn texts_are_taken_joined_or_left_out() {
    let text = |source: Value| json!({"type": "text", "source": source});
    let plain = |text: &str| Ok(json!({"type": "text", "format": "plain", "text": text}));
    assert_eq!(one(&text(json!("/a/b~1c/1")), &json!({"a": {"b/c": [1, "x"]}})), plain("x"));
    assert_eq!(one(&text(json!("")), &json!("the row itself")), plain("the row itself"));
    assert_eq!(one(&text(json!("/a")), &json!({"a": 1.5})), plain("1.5"));
    assert_eq!(one(&text(json!("/a")), &json!({"a": true})), plain("true"));
    assert_eq!(one(&text(json!("/a")), &json!({"a": null})), Ok(Value::Null));
    assert_eq!(one(&text(json!("/a")), &json!({"a": ["x"]})), Err("field `f`: `/a` must be a text".into()));

    let both = text(json!({"concat": ["/a", "/b"]}));
    assert_eq!(one(&both, &json!({"a": "x", "b": "y"})), plain("x\n\ny"));
    assert_eq!(one(&both, &json!({"a": "", "b": "y"})), plain("y"));
    assert_eq!(one(&both, &json!({"a": "x"})), plain("x"));
    assert_eq!(one(&both, &json!({})), Ok(Value::Null));
    assert_eq!(one(&text(json!({"concat": ["/a", "/b"], "separator": ""})), &json!({"a": "x", "b": "y"})), plain("xy"));

    let needed = json!({"type": "text", "source": "/a", "required": true});
    assert_eq!(one(&needed, &json!({"a": " \n"})), Err("field `f`: `` is required".into()));
    assert_eq!(one(&needed, &json!({})), Err("field `f`: `` is required".into()));
}

#[test]
fn conversations_say_their_roles() {
    let chat = json!({"type": "chat", "format": "markdown", "source": {
        "list": "/turns", "role": "/from", "content": "/value", "role_map": {"human": "user", "gpt": "assistant"},
    }});
    let row = json!({"turns": [
        {"from": "system", "value": "be kind"}, {"from": "human", "value": "hi"}, {"from": "gpt", "value": ""},
    ]});
    assert_eq!(
        one(&chat, &row),
        Ok(json!({"type": "chat", "format": "markdown", "messages": [
            {"id": "0", "role": "system", "content": "be kind"},
            {"id": "1", "role": "user", "content": "hi"},
            {"id": "2", "role": "assistant", "content": ""},
        ]}))
    );
    let refused = |row| one(&chat, &row).unwrap_err();
    assert_eq!(
        refused(json!({"turns": [{"from": "bot", "value": "hi"}]})),
        "field `f`: `/turns/0/from` is a role that neither we nor `role_map` know"
    );
    assert_eq!(refused(json!({"turns": [{"value": "hi"}]})), "field `f`: `/turns/0/from` is required");
    assert_eq!(refused(json!({"turns": [{"from": "user"}]})), "field `f`: `/turns/0/value` is required");
    assert_eq!(refused(json!({"turns": "hi"})), "field `f`: `/turns` must be a list");
    let pairs = json!({"type": "chat", "source": {"list": "/turns", "user": "/u", "assistant": "/a"}});
    assert_eq!(
        one(&pairs, &json!({"turns": [{"u": "hi"}, {"b": "hi"}]})),
        Err("field `f`: `/turns/1` must hold a message of the user or the assistant".into())
    );
}

#[test]
fn items_keep_the_clients_ids() {
    let list = json!({"type": "candidates", "source": {"list": "/answers", "id": "/id", "content": "/text"}});
    let answers = |answers: Value| one(&list, &json!({"answers": answers}));
    assert_eq!(
        answers(json!([{"id": 17, "text": "x"}, {"id": "b", "text": ""}])),
        Ok(json!({"type": "candidates", "format": "plain", "items": [
            {"id": "17", "content": "x"}, {"id": "b", "content": ""},
        ]}))
    );
    let refused = |value| answers(value).unwrap_err();
    assert_eq!(
        refused(json!([{"id": 1, "text": "x"}, {"id": "1", "text": "y"}])),
        "field `f`: `/answers/1/id` stands there twice"
    );
    assert_eq!(refused(json!([{"id": "", "text": "x"}])), "field `f`: `/answers/0/id` is required");
    assert_eq!(
        refused(json!([{"id": "x".repeat(201), "text": "x"}])),
        "field `f`: `/answers/0/id` has 201 characters; at most 200 are taken"
    );
    assert_eq!(refused(json!([{"id": 1}])), "field `f`: `/answers/0/text` is required");
    assert_eq!(
        refused(vec![json!({"id": 1}); ITEMS_MAX + 1].into()),
        "field `f`: `/answers` has 501 elements; at most 500 are taken"
    );

    let fixed = json!({"type": "criteria", "source": {"fixed": [
        {"id": "a", "content": "/a", "points": "/worth"}, {"id": "b", "content": "/b"},
    ]}});
    assert_eq!(one(&fixed, &json!({})), Ok(Value::Null), "no column at all: the field is absent");
    assert_eq!(one(&fixed, &json!({"a": "x", "worth": 2})), Err("field `f`: `/b` is required".into()));
    assert_eq!(
        one(&fixed, &json!({"a": "x", "b": "y", "worth": "2"})),
        Err("field `f`: `/worth` must be a number".into())
    );
    let plain = json!({"type": "steps", "source": {"list": "/s", "content": ""}});
    assert_eq!(one(&plain, &json!({"s": ["x", {"t": "y"}]})), Err("field `f`: `/s/1` must be a text".into()));
}

#[test]
fn a_row_that_cannot_be_asked_about_is_refused() {
    let schema = schema(&every_type());
    let refused = |change: fn(&mut Value)| {
        let mut row = a_row();
        change(&mut row);
        schema.resolve(&row).unwrap_err().to_string()
    };
    assert_eq!(refused(|row| row["prompt"] = Value::Null), "field `prompt`: `` is required");
    assert_eq!(refused(|row| row["rubric"] = json!([])), "field `rubric`: `` is required");
    assert_eq!(refused(|row| row["gpt"] = Value::Null), "field `replies`: `/gpt` is required");

    let mut pairs = every_type();
    pairs["fields"][2]["source"] = json!({"list": "/pair", "id": "/id", "content": "/text"});
    let pairs = super::schema(&pairs);
    let with = |pair: Value| {
        let mut row = a_row();
        row["pair"] = pair;
        pairs.resolve(&row).map(|_| ()).map_err(|error| error.to_string())
    };
    let item = |id: &str| json!({"id": id, "text": "x"});
    assert_eq!(with(json!([item("a"), item("b")])), Ok(()));
    assert_eq!(with(json!([item("a")])), Err("field `replies`: `` must hold exactly two candidates".into()));
    assert_eq!(
        with(json!([item("a"), item("tie")])),
        Err("field `replies`: `` must not hold a candidate with the id `tie`".into())
    );
}

#[test]
fn size_and_depth_are_bounded() {
    let text = json!({"type": "text", "source": "/a"});
    let error = one(&text, &json!({"a": "x".repeat(TEXT_BYTES_MAX + 1)})).unwrap_err();
    assert_eq!(error, "field `f`: `/a` has 1048577 bytes; at most 1048576 are taken");
    let part = "x".repeat(TEXT_BYTES_MAX);
    let error = one(&json!({"type": "steps", "source": {"list": "/s", "content": ""}}), &json!({"s": vec![part; 5]}))
        .unwrap_err();
    assert!(error.contains(&format!("at most {CONTENT_BYTES_MAX} are taken")), "{error}");
    let deep = (0..1_000).fold(json!(1), |inner, _| json!([inner]));
    let error = one(&text, &json!({"a": "x", "b": deep})).unwrap_err();
    assert!(error.ends_with(&format!("levels of nesting; at most {ROW_DEPTH_MAX} are taken")), "{error}");
}
