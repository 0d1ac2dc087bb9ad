//! Texts that people wrote, every one reviewed.

use super::{Line, Set, data, lines, submit, template};
use crate::http::Http;
use serde_json::{Value, json};

#[tokio::test(flavor = "multi_thread")]
async fn written_notes_become_prompts_and_completions() {
    let Some(data) = data() else { return };
    let set = Set { path: "demonstration/mts_dialog_train", id: "/ID" };
    let line = Line::new(&data, set, template(&data, "1_demonstration.json"), json!({})).await;
    let write = |line: &Line, http: &Http, sent: &Value| {
        let row = line.row(&sent["task"]);
        assert_eq!(sent["content"]["dialogue"]["text"], row["dialogue"], "the text is shown as it came");
        let answers = json!({"completion": {"value": row["section_text"]}});
        if row["section_text"].as_str().map_or(0, |text| text.chars().count()) >= 20 {
            return submit(http, sent, &answers);
        }
        // Shorter than the project takes: refused by name, and given back.
        let path = format!("/assignments/{}", sent["id"].as_str().expect("an id"));
        let body = json!({"answers": answers});
        let (status, refused) = http.ask("POST", &format!("{path}/annotation"), Some(&body)).expect("an answer");
        assert_eq!((status, &refused["errors"][0]["path"]), (422, &json!("/answers/completion/value")), "{refused}");
        http.post(&format!("{path}/skip"), &json!({"reason": "unclear_task"}));
    };
    line.label(&[&write, &write]).await;
    assert_eq!(line.review().await, 1_025);
    let folder = line.deliver(&["full", "trl_prompt_completion"]).await;
    assert_eq!(lines(&folder, "full.jsonl").len(), 1_025);
    let mut written: Vec<String> = lines(&folder, "trl_prompt_completion.jsonl")
        .iter()
        .map(|row| row["completion"][0]["content"].as_str().expect("text").trim().to_owned())
        .collect();
    let own = line.rows.values().filter_map(|row| row["section_text"].as_str());
    let mut own: Vec<String> =
        own.filter(|text| text.chars().count() >= 20).map(|text| text.trim().to_owned()).collect();
    written.sort();
    own.sort();
    assert_eq!(written, own, "what was written is what is delivered");
}
