//! Rows of every format.

use std::{collections::BTreeMap, path::Path};

use serde_json::{Value, json};

use super::sample::*;
use crate::releases::provenance::Provenance;
use crate::releases::*;
use crate::work::{Limits, RowsFrom};

fn standard() -> Options {
    Options { style: Style::Standard, ..Options::default() }
}

#[test]
fn what_a_model_answered_stands_in_the_row_and_its_name_in_the_provenance() {
    let mut row = settled(1, Some("response1"));
    let plain = serde_json::to_value(Provenance::of(&row, BTreeMap::new(), BTreeMap::new())).unwrap();
    row.judges.insert("marlin-7b".to_owned(), row.annotations[0].answers.clone());
    let (files, _) = lines("full", &pairwise(), &Options::default(), std::slice::from_ref(&row));
    assert_eq!(files[0][0]["judges"]["marlin-7b"], files[0][0]["annotations"][0]["answers"]);
    let named = serde_json::to_value(Provenance::of(&row, BTreeMap::new(), BTreeMap::new())).unwrap();
    assert_eq!((&named["judges"], plain.get("judges")), (&json!(["marlin-7b"]), None));
}

#[test]
fn a_preference_has_its_prompt_and_no_tie() {
    let rows =
        [settled(1, Some("response1")), settled(2, Some("response2")), settled(3, Some("tie")), settled(4, None)];
    let (files, left_out) = lines("trl_preference", &pairwise(), &Options::default(), &rows);
    let said = |role: &str, content: &str| json!([{"role": role, "content": content}]);
    let (prompt, one, two) =
        (said("user", QUESTION), said("assistant", "Fluconazole does."), said("assistant", "Nothing does."));
    assert_eq!(
        files,
        [[
            json!({"prompt": prompt, "chosen": one, "rejected": two}),
            json!({"prompt": prompt, "chosen": two, "rejected": one})
        ]]
    );
    assert_eq!(left_out, [None, None, Some(LeftOut::Tie), Some(LeftOut::NoConsensus)]);

    let keep = Options { drop_ties: false, tie_label: false, ..standard() };
    let (files, left_out) = lines("trl_preference", &pairwise(), &keep, &rows);
    let prompt = format!("{QUESTION}\n");
    assert_eq!(
        files[0],
        [
            json!({"prompt": prompt, "chosen": "Fluconazole does.", "rejected": "Nothing does."}),
            json!({"prompt": prompt, "chosen": "Nothing does.", "rejected": "Fluconazole does."})
        ]
    );
    assert_eq!(
        files[1],
        [
            json!({"prompt": prompt, "completion": "Fluconazole does.", "label": false}),
            json!({"prompt": prompt, "completion": "Nothing does.", "label": false})
        ]
    );
    assert_eq!(left_out, [None, None, None, Some(LeftOut::NoConsensus)]);
}

fn conversation(answers: &[Value]) -> ReleaseRow {
    let data = json!({"reference": "a book", "messages": [
        {"from": "instructions", "value": "Be brief."}, {"from": "human", "value": "Hi"}, {"from": "gpt", "value": "Hello"},
        {"from": "human", "value": QUESTION}]});
    row(&demonstration(), 1, &data, answers)
}

/// Whatever names the client's roles had, the rows have those that chat templates know.
#[test]
fn a_conversation_ends_with_each_answer_that_counts() {
    let answer = |text: &str| json!({"answer": {"value": text}});
    let turns = json!([{"role": "system", "content": "Be brief."}, {"role": "user", "content": "Hi"},
        {"role": "assistant", "content": "Hello"}, {"role": "user", "content": QUESTION}]);
    let with = |text: &str| {
        let mut turns = turns.clone();
        turns.as_array_mut().unwrap().push(json!({"role": "assistant", "content": text}));
        json!({"messages": turns})
    };
    let mut row = conversation(&[answer("A"), answer("B")]);
    let messages = |row: &ReleaseRow| lines("trl_messages", &demonstration(), &standard(), std::slice::from_ref(row)).0;
    assert_eq!(messages(&row), [[with("A"), with("B")]]);
    let (files, _) = lines("trl_prompt_completion", &demonstration(), &Options::default(), std::slice::from_ref(&row));
    assert_eq!(files[0][0], json!({"prompt": turns, "completion": [{"role": "assistant", "content": "A"}]}));

    let adjudicated = Consensus {
        method: "adjudication".to_owned(),
        value: Some(json!("C")),
        count: None,
        of: 2,
        share: None,
        probability: None,
        one_of: Vec::new(),
        range: None,
    };
    row.consensus.insert("answer".to_owned(), adjudicated);
    assert_eq!(messages(&row), [[with("C")]]);
    assert_eq!(messages(&conversation(&[])), [Vec::<Value>::new()]);
}

#[test]
fn a_full_row_has_everything() {
    let row = settled(1, None);
    let (files, _) = lines("full", &pairwise(), &Options::default(), std::slice::from_ref(&row));
    let presented = json!(row.annotations[0].presented);
    assert_eq!(presented["responses"].as_array().unwrap().len(), 2);
    assert_eq!(
        files[0][0],
        json!({
            "id": "00000000-0000-4000-8000-000000000001", "external_id": "row-1",
            "schema_version": 1, "guideline_version": 2,
            "content": {
                "prompt": {"type": "text", "format": "plain", "text": QUESTION},
                "responses": {"type": "candidates", "format": "plain", "items": [
                    {"id": "response1", "content": "Fluconazole does."}, {"id": "response2", "content": "Nothing does."}]}},
            "annotations": [{
                "id": "00000000-0000-4000-9000-000000000100", "by": "p-0", "revision": 1, "guideline_version": 2,
                "submitted_at": "2026-01-31T09:01:00.000000Z", "active_ms": 48000, "presented": presented,
                "answers": {"preferred": {"value": {"preferred": "response1"}}},
                "reviews": [{"by": "p-9", "verdict": "accept", "at": "2026-01-31T11:46:40.000001Z"}]}],
            "consensus": {"preferred": {"method": "majority_vote", "value": null, "count": 2, "of": 3, "share": 0.5}},
        })
    );
}

#[test]
fn what_cannot_be_exported_says_why() {
    let refused = |format: &str, schema, options: &Options| {
        format_named(format).unwrap().plan(schema, options).unwrap_err().to_string()
    };
    let (pairs, chat, plain) = (pairwise(), demonstration(), Options::default());
    assert_eq!(
        refused("trl_preference", &chat, &plain),
        "`trl_preference` needs a `pairwise` question; the schema has none"
    );
    assert_eq!(
        refused("trl_messages", &pairs, &plain),
        "`trl_messages` needs to know which answer is the completion; name one of `reason` in `completion`"
    );
    assert_eq!(
        refused("trl_prompt_completion", &chat, &standard()),
        "the prompt `history` is a chat, which the style `standard` cannot write; take `conversational`"
    );
    let prompt =
        |names: &[&str]| Options { prompt: names.iter().map(|name| (*name).to_owned()).collect(), ..plain.clone() };
    assert_eq!(
        refused("trl_messages", &chat, &prompt(&["reference", "history"])),
        "`prompt` joins `history` with other fields; a chat stands alone"
    );
    assert_eq!(
        refused("trl_preference", &pairs, &prompt(&["responses"])),
        "`prompt` names `responses`, which is no `text`, `markdown` or `chat` field of the schema"
    );
    let completion = Options { completion: Some("preferred".to_owned()), ..plain.clone() };
    assert_eq!(
        refused("trl_prompt_completion", &pairs, &completion),
        "`completion` names `preferred`, which is no `text` question asked once a task"
    );
    let mut two = pairs.to_json().clone();
    two["fields"].as_array_mut().unwrap().push(json!({"name": "context", "type": "markdown", "source": "/prompt"}));
    assert_eq!(
        refused("trl_preference", &schema(&two), &plain),
        "`trl_preference` needs to know what the prompt is; name one or more of `prompt`, `context` in `prompt`"
    );
    let joined = row(&schema(&two), 1, &pair(), &[]);
    let mut joined = ReleaseRow { consensus: settled(1, Some("response1")).consensus, ..joined };
    let (files, _) = lines(
        "trl_preference",
        &schema(&two),
        &Options { style: Style::Standard, ..prompt(&["context", "prompt"]) },
        std::slice::from_ref(&joined),
    );
    assert_eq!(files[0][0]["prompt"], format!("{QUESTION}\n\n{QUESTION}\n"));
    joined.content = pairwise().resolve(&json!({"prompt": " ", "response1": "a", "response2": "b"})).unwrap();
    let (_, left_out) = lines("trl_preference", &pairs, &plain, &[joined]);
    assert_eq!(left_out, [Some(LeftOut::NoPrompt)]);
}

#[test]
fn options_are_read_strictly() {
    let options: Options = serde_json::from_value(json!({"drop_ties": false})).unwrap();
    assert_eq!(options, Options { drop_ties: false, ..Options::default() });
    assert!(serde_json::from_value::<Options>(json!({"drop_tie": false})).is_err());
}

/// Names and kinds of a row, so that two rows of one shape are equal.
fn shape(value: &Value) -> Value {
    match value {
        Value::Object(members) => members.iter().map(|(name, value)| (name.clone(), shape(value))).collect(),
        Value::Array(elements) => elements.first().map_or(json!([]), |first| json!([shape(first)])),
        Value::String(_) => json!("text"),
        Value::Bool(_) => json!("flag"),
        _ => json!("other"),
    }
}

/// The rows that trainers were seen to load.
#[test]
fn rows_have_the_shapes_that_were_checked_with_trainers() {
    let Some(data) = std::env::var_os("VOUCHSAFE_TEST_DATA").filter(|folder| !folder.is_empty()) else {
        eprintln!("skipped: VOUCHSAFE_TEST_DATA is not set");
        return;
    };
    let golden = |name: &str| {
        let path = Path::new(&data).join(format!("../formats/rows/{name}.jsonl"));
        let mut rows = RowsFrom::new(std::fs::File::open(path).unwrap(), None, Limits::default());
        Value::Object(rows.next().unwrap().unwrap().unwrap().members)
    };
    let first = |format: &str, options: &Options, file: usize, preferred| {
        let (files, _) = lines(format, &pairwise(), options, &[settled(1, Some(preferred))]);
        files[file][0].clone()
    };
    let ties = |options| Options { drop_ties: false, ..options };
    let written = |options: Options| Options { completion: Some("reason".to_owned()), ..options };
    let remark = json!({"reason": {"value": "It inhibits CYP2C9."}, "preferred": {"value": {"preferred": "tie"}}});
    let remark = row(&pairwise(), 1, &pair(), &[remark]);
    let answered =
        |format, options| lines(format, &pairwise(), &written(options), std::slice::from_ref(&remark)).0[0][0].clone();
    let system = lines(
        "trl_messages",
        &demonstration(),
        &Options::default(),
        &[conversation(&[json!({"answer": {"value": "A"}})])],
    );
    for (name, ours) in [
        ("trl_preference_conversational", first("trl_preference", &Options::default(), 0, "response1")),
        ("trl_preference_standard", first("trl_preference", &standard(), 0, "response2")),
        ("trl_unpaired_conversational", first("trl_preference", &ties(Options::default()), 1, "tie")),
        ("trl_unpaired_standard", first("trl_preference", &ties(standard()), 1, "tie")),
        ("trl_prompt_completion_conversational", answered("trl_prompt_completion", Options::default())),
        ("trl_prompt_completion_standard", answered("trl_prompt_completion", standard())),
        ("trl_lm_conversational", system.0[0][0].clone()),
    ] {
        let golden = golden(name);
        assert_eq!(shape(&ours), shape(&golden), "{name}");
        let names = |row: &Value| row.as_object().unwrap().keys().cloned().collect::<Vec<_>>();
        assert_eq!(names(&ours), names(&golden), "{name}");
        for (ours, golden) in ours.as_object().unwrap().values().zip(golden.as_object().unwrap().values()) {
            assert_eq!(ours[0]["role"], golden[0]["role"], "{name}");
            let (ours, golden) = (ours.as_str().unwrap_or(""), golden.as_str().unwrap_or(""));
            assert_eq!(ours.ends_with('\n'), golden.ends_with('\n'), "{name}");
        }
    }
}

/// The real set of pairs with three annotators each: 191 and 206 preferences and 51 ties give 397 rows.
#[test]
fn the_real_pairs_give_397_preferences() {
    let Some(data) = std::env::var_os("VOUCHSAFE_TEST_DATA").filter(|folder| !folder.is_empty()) else {
        eprintln!("skipped: VOUCHSAFE_TEST_DATA is not set");
        return;
    };
    let root = Path::new(&data);
    let template = std::fs::read(root.join("../formats/examples/2_pairwise_preference.json")).unwrap();
    let schema = schema(&serde_json::from_slice(&template).unwrap());
    let plan = format_named("trl_preference").unwrap().plan(&schema, &Options::default()).unwrap();
    let mut files = [Lines::default()];
    let (mut ties, mut tasks) = (0, 0);
    let file = std::fs::File::open(root.join("llm/pairwise/pandalm_testset/data.jsonl")).unwrap();
    let mut rows = RowsFrom::new(file, None, Limits::default());
    while let Some(line) = rows.next().unwrap() {
        let data = Value::Object(line.unwrap().members);
        let votes: Vec<u64> = (1..=3).map(|n| data[format!("annotator{n}")].as_u64().unwrap()).collect();
        let value = (0..=2)
            .find(|choice| votes.iter().filter(|vote| *vote == choice).count() >= 2)
            .map(|choice| if choice == 0 { "tie".to_owned() } else { format!("response{choice}") })
            .map(|preferred| json!({"preferred": preferred}));
        let mut release = row(&schema, 1, &data, &[]);
        let consensus = Consensus {
            method: "majority_vote".to_owned(),
            value,
            count: None,
            of: 3,
            share: None,
            probability: None,
            one_of: Vec::new(),
            range: None,
        };
        release.consensus.insert("preferred".to_owned(), consensus);
        tasks += 1;
        ties += u64::from(plan.write(&release, &mut files).unwrap() == Some(LeftOut::Tie));
    }
    assert_eq!((tasks, files[0].rows(), ties), (448, 397, 51));
}
