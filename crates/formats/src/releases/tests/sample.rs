//! Schemas and rows for the tests.

use std::collections::BTreeMap;
use std::path::Path;

use serde_json::{Value, json};
use vouchsafe_domain::hex::hex;
use vouchsafe_domain::time::Micros;
use vouchsafe_domain::work::schema::Schema;

use crate::releases::*;

pub(super) const QUESTION: &str = "What raises the INR of a patient on warfarin? \u{1f9ea}";

pub(super) fn schema(json: &Value) -> Schema {
    Schema::parse(json).unwrap()
}

/// A prompt and two candidates; which is better, and a remark.
pub(super) fn pairwise() -> Schema {
    schema(&json!({
        "schema_version": "1", "task_type": "pairwise_preference", "name": "pairs",
        "fields": [
            {"name": "prompt", "type": "text", "source": "/prompt"},
            {"name": "responses", "type": "candidates", "blind": true, "shuffle": true, "source": {"fixed": [
                {"id": "response1", "content": "/response1"}, {"id": "response2", "content": "/response2"}]}}],
        "questions": [
            {"name": "preferred", "type": "pairwise", "on": "responses", "required": true, "allow_tie": true},
            {"name": "reason", "type": "text"}],
    }))
}

/// A conversation, and an expert's next message.
pub(super) fn demonstration() -> Schema {
    schema(&json!({
        "schema_version": "1", "task_type": "demonstration", "name": "chat",
        "fields": [
            {"name": "reference", "type": "text", "source": "/reference"},
            {"name": "history", "type": "chat", "source": {
                "list": "/messages", "role": "/from", "content": "/value",
                "role_map": {"human": "user", "gpt": "assistant", "instructions": "system"}}}],
        "questions": [
            {"name": "answer", "type": "text", "on": "history", "required": true},
            {"name": "remark", "type": "text"}],
    }))
}

pub(super) fn pair() -> Value {
    json!({"prompt": QUESTION, "response1": "Fluconazole does.", "response2": "Nothing does."})
}

/// A task by its place `n`, with one annotation for each of `answers`.
pub(super) fn row(schema: &Schema, n: u8, data: &Value, answers: &[Value]) -> ReleaseRow {
    let content = schema.resolve(data).unwrap();
    let annotation = |(place, answers): (usize, &Value)| Annotation {
        id: format!("00000000-0000-4000-9000-0000000{n:03}{place:02}").parse().unwrap(),
        by: format!("p-{place}"),
        revision: 1,
        guideline_version: 2,
        submitted_at: Micros(1_769_850_000_000_000 + i64::from(n) * Micros::MINUTE),
        active_ms: 48_000,
        presented: Some(schema.present(&content, u64::from(n))),
        answers: schema.check_own_ids(&content, answers).unwrap(),
        reviews: vec![Review {
            by: "p-9".to_owned(),
            verdict: Decision::Accept,
            fix_size: None,
            at: Micros(1_769_860_000_000_000 + i64::from(n)),
        }],
    };
    ReleaseRow {
        id: format!("00000000-0000-4000-8000-0000000{n:05}").parse().unwrap(),
        external_id: Some(format!("row-{n}")),
        batch: None,
        metadata: None,
        schema_version: 1,
        guideline_version: 2,
        annotations: answers.iter().enumerate().map(annotation).collect(),
        content,
        consensus: BTreeMap::new(),
        judges: BTreeMap::new(),
        on_review: None,
    }
}

/// A task whose annotators settled on `preferred`; `None`: on nothing.
pub(super) fn settled(n: u8, preferred: Option<&str>) -> ReleaseRow {
    let mut row = row(&pairwise(), n, &pair(), &[json!({"preferred": {"value": {"preferred": "response1"}}})]);
    let consensus = Consensus {
        method: "majority_vote".to_owned(),
        value: preferred.map(|preferred| json!({"preferred": preferred})),
        count: Some(2),
        of: 3,
        share: Some(0.5),
        probability: None,
        one_of: Vec::new(),
        range: None,
    };
    row.consensus.insert("preferred".to_owned(), consensus);
    row
}

/// The lines a format makes of these rows, by file, and why tasks gave none.
pub(super) fn lines(
    format: &str,
    schema: &Schema,
    options: &Options,
    rows: &[ReleaseRow],
) -> (Vec<Vec<Value>>, Vec<Option<LeftOut>>) {
    let plan = format_named(format).unwrap().plan(schema, options).unwrap();
    let mut files: Vec<Lines> = plan.files().iter().map(|_| Lines::default()).collect();
    let left_out = rows.iter().map(|row| plan.write(row, &mut files).unwrap()).collect();
    let parse = |lines: &Lines| {
        let text = std::str::from_utf8(lines.waiting()).unwrap();
        let rows: Vec<Value> = text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
        assert_eq!(rows.len() as u64, lines.rows());
        rows
    };
    (files.iter().map(parse).collect(), left_out)
}

pub(super) fn about() -> About {
    About {
        release: "9d2e1c1e-5c1d-4a52-9a3c-0f6f4d2b7a10".parse().unwrap(),
        project: "41c01c1e-5c1d-4a52-9a3c-0f6f4d2b7a10".parse().unwrap(),
        client: "Alder".to_owned(),
        built_at: Micros(1_769_932_800_000_000),
        key: "k1".to_owned(),
        schemas: vec![Version { version: 1, sha256: "aa".repeat(32) }],
        guidelines: vec![Version { version: 2, sha256: "bb".repeat(32) }],
        pipeline: json!({"overlap": 3, "review_rate": 0.2}),
        options: Options::default(),
        quality: json!({"preferred": {"krippendorff_alpha_nominal": 0.61}}),
        ledger: None,
        card: CardFacts {
            title: "Pairs: \"better\" \\ worse\n---".to_owned(),
            license: Some("other".to_owned()),
            license_name: Some("client-agreement".to_owned()),
            license_link: None,
            languages: vec!["en".to_owned()],
            task_categories: vec!["text-generation".to_owned()],
            tags: vec!["preference".to_owned()],
            about: Some("Made for the tests.".to_owned()),
            admitted: Some(Admitted {
                credentials: ["p-0", "p-1", "p-who-did-not-answer"].map(str::to_owned).into(),
                courses: ["p-1"].map(str::to_owned).into(),
            }),
        },
    }
}

/// A stand-in for a signature: what matters here is that it fits these bytes and no others.
pub(super) fn sign(manifest: &[u8]) -> String {
    use sha2::Digest;
    let hash = sha2::Sha256::digest([b"secret".as_slice(), manifest].concat());
    hex(&hash)
}

pub(super) fn check(manifest: &[u8], signature: &str) -> Result<Signer, String> {
    if sign(manifest) == signature { Ok(Signer::Pinned) } else { Err("it does not fit".to_owned()) }
}

/// A release of four tasks in two formats.
pub(super) fn build(folder: &Path) -> Manifest {
    build_of(folder, &[Some("response1"), Some("tie"), None, Some("response2")])
}

/// A release of tasks with these preferences.
pub(super) fn build_of(folder: &Path, preferences: &[Option<&str>]) -> Manifest {
    let schema = pairwise();
    let plan = |name: &str| {
        let format = format_named(name).unwrap();
        (format.name(), format.plan(&schema, &Options::default()).unwrap())
    };
    let formats = vec![plan("full"), plan("trl_preference")];
    let mut writer = FolderWriter::create(folder, formats, Box::new(PlainFiles)).unwrap();
    for (n, preferred) in (1..).zip(preferences) {
        writer.write(&settled(n, *preferred)).unwrap();
    }
    writer.finish(&about(), sign).unwrap()
}
