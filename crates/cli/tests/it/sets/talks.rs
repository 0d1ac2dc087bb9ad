//! Conversations with text beyond the basic plane.

use super::{Line, Set, data, lines, submit};
use crate::http::Http;
use serde_json::{Value, json};
use std::sync::atomic::{AtomicUsize, Ordering};

/// What was said in a row, in order.
fn said(row: &Value) -> Vec<&str> {
    let turns = row["history"].as_array().expect("a list").iter();
    turns.flat_map(|turn| [&turn["user"], &turn["bot"]]).filter_map(Value::as_str).collect()
}

/// What is shown or delivered, in order.
fn shown(history: &Value) -> Vec<&str> {
    let messages = history["messages"].as_array().expect("a list").iter();
    messages.filter_map(|message| message["content"].as_str()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn text_beyond_the_basic_plane_comes_back_as_it_came() {
    let Some(data) = data() else { return };
    let set = Set { path: "multi_turn/mt_bench_101", id: "/id" };
    let schema = json!({
        "schema_version": "1", "task_type": "multi_turn_chat", "name": "turns",
        "fields": [{"name": "history", "type": "chat", "format": "markdown",
                    "source": {"list": "/history", "user": "/user", "assistant": "/bot"}}],
        "questions": [{"name": "note", "type": "text", "required": true, "aggregation": {"method": "best_of"}}],
    });
    let line = Line::new(&data, set, schema, json!({"overlap": 1})).await;
    let beyond = AtomicUsize::new(0);
    let repeat = |line: &Line, http: &Http, sent: &Value| {
        let row = line.row(&sent["task"]);
        let (own, seen) = (said(&row), shown(&sent["content"]["history"]));
        assert_eq!(seen, own, "it is shown as it came");
        let note = own.iter().find(|text| text.chars().any(|c| c > '\u{ffff}')).copied();
        beyond.fetch_add(usize::from(note.is_some()), Ordering::Relaxed);
        submit(http, sent, &json!({"note": {"value": note.unwrap_or("𝒩one 🎈 é")}}));
    };
    line.label(&[&repeat, &repeat]).await;
    assert!(beyond.into_inner() > 0, "the set has such text");
    let folder = line.deliver(&["full"]).await;
    let full = lines(&folder, "full.jsonl");
    assert_eq!(full.len(), 686);
    for row in &full {
        let own = &line.rows[row["external_id"].as_str().expect("every row had one")];
        assert_eq!(shown(&row["content"]["history"]), said(own), "it is delivered as it came");
        let note = row["annotations"][0]["answers"]["note"]["value"].as_str().expect("text");
        assert!(note.chars().any(|c| c > '\u{ffff}'), "what was written comes back");
    }
}
