//! Pairs of answers, judged by three people.

use super::{Line, Set, data, lines, submit, template};
use crate::http::Http;
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// Answers as this annotator did, from what he is shown: two texts in an order that is not the file's.
fn judge(line: &Line, http: &Http, sent: &Value, annotator: &str) {
    let row = line.row(&sent["task"]);
    let own = match row[annotator].as_u64() {
        Some(1) => &row["response1"],
        Some(2) => &row["response2"],
        _ => return submit(http, sent, &json!({"preferred": {"value": {"preferred": "tie"}}})),
    };
    let items = sent["content"]["responses"]["items"].as_array().expect("two are shown");
    let shown = items.iter().find(|item| item["content"] == *own).expect("the text is shown as it came");
    assert!(!["response1", "response2"].contains(&shown["id"].as_str().expect("an id")), "the sides are blind");
    submit(http, sent, &json!({"preferred": {"value": {"preferred": shown["id"], "strength": 1}}}));
}

#[tokio::test(flavor = "multi_thread")]
async fn three_annotators_give_191_to_206_and_397_preferences() {
    let Some(data) = data() else { return };
    let set = Set { path: "pairwise/pandalm_testset", id: "/idx" };
    let line = Line::new(&data, set, template(&data, "2_pairwise_preference.json"), json!({})).await;
    line.label(&[
        &|line, http, sent| judge(line, http, sent, "annotator1"),
        &|line, http, sent| judge(line, http, sent, "annotator2"),
        &|line, http, sent| judge(line, http, sent, "annotator3"),
    ])
    .await;
    let folder = line.deliver(&["full", "trl_preference"]).await;

    let full = lines(&folder, "full.jsonl");
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for row in &full {
        assert_eq!(row["annotations"].as_array().map(Vec::len), Some(3));
        *counts.entry(row["consensus"]["preferred"]["value"]["preferred"].as_str().unwrap_or("none")).or_default() += 1;
    }
    assert_eq!(full.len(), 448);
    assert_eq!(counts, BTreeMap::from([("response1", 191), ("response2", 206), ("tie", 51)]));
    let preferences = lines(&folder, "trl_preference.jsonl");
    assert_eq!(preferences.len(), 397);
    assert!(preferences.iter().all(|row| ["prompt", "chosen", "rejected"].iter().all(|name| !row[name].is_null())));
}
