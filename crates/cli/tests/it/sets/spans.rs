//! Passages that people marked, some of them outside their text.

use super::{Line, Set, data, lines, rows, submit};
use crate::http::Http;
use serde_json::{Value, json};
use std::sync::atomic::{AtomicUsize, Ordering};

/// Everything that was marked in a row, as it stands in the file; what several people marked alike stands once.
fn marked(row: &Value) -> Vec<Value> {
    let annotations = row["annotations"].as_array().expect("a list");
    let all = annotations.iter().flat_map(|annotation| annotation["spans"].as_array().expect("a list"));
    let text: Vec<char> = row["comment_text"].as_str().expect("text").chars().collect();
    let mut marks: Vec<Value> = Vec::new();
    for span in all {
        let at = |name: &str| usize::try_from(span[name].as_u64().expect("a place")).expect("a place");
        let slice: String = text.iter().skip(at("start")).take(at("end") - at("start")).collect();
        let (start, end) = (at("start"), at("end"));
        let mark = json!({"field": "comment", "start": start, "end": end, "label": span["type"], "text": slice});
        if !marks.contains(&mark) {
            marks.push(mark);
        }
    }
    marks
}

#[tokio::test(flavor = "multi_thread")]
async fn marks_outside_their_text_are_refused_by_place_and_the_others_kept() {
    let Some(data) = data() else { return };
    let set = Set { path: "span/toxic_spans_multi_annotator", id: "/comment_id" };
    let mut labels: Vec<Value> = Vec::new();
    for row in rows(&data.join("llm").join(set.path).join("data.jsonl"), set.id).values() {
        for span in marked(row).iter().filter(|span| span["label"] != "") {
            if !labels.iter().any(|label| label["value"] == span["label"]) {
                labels.push(json!({"value": span["label"]}));
            }
        }
    }
    let schema = json!({
        "schema_version": "1", "task_type": "span_annotation", "name": "toxic_spans",
        "fields": [{"name": "comment", "type": "text", "source": "/comment_text"}],
        "questions": [{"name": "toxic", "type": "span", "on": "comment", "allow_overlapping": true, "options": labels,
                       "aggregation": {"method": "character_majority", "threshold": 0.5}}],
    });
    let line = Line::new(&data, set, schema, json!({"overlap": 1})).await;
    let (kept, refused) = (AtomicUsize::new(0), AtomicUsize::new(0));
    let mark = |line: &Line, http: &Http, sent: &Value| {
        let mut spans = marked(&line.row(&sent["task"]));
        let path = format!("/assignments/{}/annotation", sent["id"].as_str().expect("an id"));
        let answers = |spans: &[Value]| json!({"answers": {"toxic": {"value": spans}}});
        let (status, reply) = http.ask("POST", &path, Some(&answers(&spans))).expect("the server answers");
        if status == 422 {
            // Each fault names the mark it is in: `/answers/toxic/value/3/end`.
            let mut places: Vec<usize> = reply["errors"]
                .as_array()
                .expect("each is named")
                .iter()
                .map(|error| {
                    let path = error["path"].as_str().expect("a path");
                    let place = path.strip_prefix("/answers/toxic/value/").expect("in the marks");
                    place.split('/').next().and_then(|n| n.parse().ok()).expect("a number")
                })
                .collect();
            places.sort_unstable();
            places.dedup();
            refused.fetch_add(places.len(), Ordering::Relaxed);
            places.into_iter().rev().for_each(|place| drop(spans.remove(place)));
            submit(http, sent, &answers(&spans)["answers"]);
        } else {
            assert_eq!(status, 201, "{reply}");
        }
        kept.fetch_add(spans.len(), Ordering::Relaxed);
    };
    line.label(&[&mark, &mark, &mark]).await;
    assert_eq!((kept.into_inner(), refused.into_inner()), (1_755, 5));
    let folder = line.deliver(&["full"]).await;
    let full = lines(&folder, "full.jsonl");
    let there = full.iter().filter_map(|row| row["annotations"][0]["answers"]["toxic"]["value"].as_array());
    assert_eq!((full.len(), there.map(Vec::len).sum::<usize>()), (800, 1_755));
}
