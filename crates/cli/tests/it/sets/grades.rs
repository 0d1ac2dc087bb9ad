//! Criteria that people graded.

use super::{Line, Set, data, lines, submit};
use crate::http::Http;
use serde_json::{Value, json};

#[tokio::test(flavor = "multi_thread")]
async fn graded_criteria_come_back_with_their_grades() {
    let Some(data) = data() else { return };
    let set = Set { path: "rubric/paperbench_judge_eval", id: "/id" };
    let schema = json!({
        "schema_version": "1", "task_type": "rubric", "name": "judge_eval",
        "fields": [
            {"name": "paper", "type": "text", "source": "/paper_id", "required": true},
            {"name": "rubric", "type": "criteria", "source": {"fixed": [
                {"id": "requirement", "content": "/requirements", "points": "/weight"}]}},
        ],
        "questions": [{"name": "grades", "type": "rubric_scores", "options_from": "rubric", "required": true,
                       "aggregation": {"method": "per_criterion_majority"}}],
    });
    let line = Line::new(&data, set, schema, json!({"overlap": 1, "review_rate": 0.2})).await;
    let grade = |line: &Line, http: &Http, sent: &Value| {
        let row = line.row(&sent["task"]);
        let met = row["score"].as_f64() > Some(0.0);
        let value = json!({"requirement": {"met": met, "rationale": row["explanation"]}});
        submit(http, sent, &json!({"grades": {"value": value}}));
    };
    line.label(&[&grade, &grade]).await;
    let reviewed = line.review().await;
    assert!((60..=180).contains(&reviewed), "about a fifth of 591 is reviewed: {reviewed}");
    let folder = line.deliver(&["full"]).await;
    let full = lines(&folder, "full.jsonl");
    assert_eq!(full.len(), 591);
    let with_review = full.iter().filter(|row| !row["annotations"][0]["reviews"].is_null()).count();
    assert_eq!(with_review, reviewed);
    for row in &full {
        let own = &line.rows[row["external_id"].as_str().expect("every row had one")];
        let graded = &row["annotations"][0]["answers"]["grades"]["value"]["requirement"];
        assert_eq!(graded["met"], own["score"].as_f64() > Some(0.0));
        assert_eq!(graded["rationale"].as_str().unwrap_or_default(), own["explanation"].as_str().unwrap_or_default());
    }
}
