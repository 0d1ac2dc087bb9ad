//! Questions that two roles answered.

use super::{Line, Set, data, lines, submit, template};
use crate::http::Http;
use serde_json::{Value, json};

fn decide(line: &Line, http: &Http, sent: &Value, role: &str) {
    let row = line.row(&sent["task"]);
    submit(http, sent, &json!({"decision": {"value": row[role]}}));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_two_roles_agree_on_364_of_522() {
    let Some(data) = data() else { return };
    let set = Set { path: "classification/pubmedqa_labeled", id: "/PMID" };
    let line = Line::new(&data, set, template(&data, "7_classification.json"), json!({})).await;
    line.label(&[&|line, http, sent| decide(line, http, sent, "reasoning_required_pred"), &|line, http, sent| {
        decide(line, http, sent, "reasoning_free_pred");
    }])
    .await;
    let folder = line.deliver(&["full"]).await;
    let full = lines(&folder, "full.jsonl");
    let said = |row: &Value, i: usize| row["annotations"][i]["answers"]["decision"]["value"].clone();
    let agree: Vec<&Value> = full.iter().filter(|row| said(row, 0) == said(row, 1)).collect();
    assert_eq!((agree.len(), full.len()), (364, 522));
    for row in agree {
        let settled = &row["consensus"]["decision"];
        assert_eq!((&settled["value"], &settled["of"], &settled["share"]), (&said(row, 0), &json!(2), &json!(1.0)));
    }
}
