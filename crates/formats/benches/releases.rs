//! Tasks released per second: 20,000 tasks of about 1 KB of content with three annotations each.

use std::collections::BTreeMap;

use divan::{Bencher, counter::ItemsCount};
use serde_json::{Value, json};
use vouchsafe_domain::time::Micros;
use vouchsafe_domain::work::schema::Schema;
use vouchsafe_formats::releases::{
    About, Annotation, CardFacts, Consensus, FolderWriter, Lines, Manifest, Options, PlainFiles, ReleaseRow, Signer,
    Verdict, format_named, verify,
};

const TASKS: usize = 20_000;
/// Different rows; the writer does not know that they come again.
const DIFFERENT: usize = 500;

fn main() {
    divan::main();
}

fn schema() -> Schema {
    let schema = json!({
        "schema_version": "1", "task_type": "pairwise_preference", "name": "pairs",
        "fields": [
            {"name": "prompt", "type": "text", "source": "/prompt"},
            {"name": "responses", "type": "candidates", "blind": true, "shuffle": true, "source": {"fixed": [
                {"id": "response1", "content": "/response1"}, {"id": "response2", "content": "/response2"}]}}],
        "questions": [
            {"name": "preferred", "type": "pairwise", "on": "responses", "required": true, "allow_tie": true},
            {"name": "reason", "type": "text", "required": true}],
    });
    Schema::parse(&schema).unwrap()
}

fn text(words: usize, mut seed: u64) -> String {
    let mut text = String::new();
    for _ in 0..words {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        text.push_str(
            ["warfarin ", "raises ", "the INR; ", "caf\u{e9} ", "\"dose\" ", "x = 5\n"][(seed >> 33) as usize % 6],
        );
    }
    text
}

fn rows(schema: &Schema) -> Vec<ReleaseRow> {
    let row = |n: usize| {
        let seed = n as u64;
        let data = json!({"prompt": text(30, seed), "response1": text(50, seed + 1), "response2": text(50, seed + 2)});
        let content = schema.resolve(&data).unwrap();
        let preferred = ["response1", "response2", "tie"][n % 3];
        let answers = json!({"preferred": {"value": {"preferred": preferred}}, "reason": {"value": text(8, seed)}});
        let annotation = |place: usize| Annotation {
            id: format!("00000000-0000-4000-9000-0000000{n:03}{place:02}").parse().unwrap(),
            by: format!("p-{:04}", (n + place) % 40),
            revision: 1,
            guideline_version: 1,
            submitted_at: Micros(1_769_850_000_000_000).plus(i64::try_from(n).unwrap() * Micros::SECOND),
            active_ms: 48_000,
            presented: Some(schema.present(&content, seed)),
            answers: schema.check_own_ids(&content, &answers).unwrap(),
            reviews: Vec::new(),
        };
        let value = Some(json!({"preferred": preferred}));
        let consensus = Consensus {
            method: "majority_vote".into(),
            value,
            count: Some(3),
            of: 3,
            share: Some(1.0),
            probability: Some(0.97),
            one_of: Vec::new(),
            range: None,
        };
        ReleaseRow {
            id: format!("00000000-0000-4000-8000-0000000{n:05}").parse().unwrap(),
            external_id: Some(format!("row-{n}")),
            batch: None,
            metadata: None,
            schema_version: 1,
            guideline_version: 1,
            annotations: (0..3).map(annotation).collect(),
            consensus: BTreeMap::from([("preferred".to_owned(), consensus)]),
            judges: BTreeMap::new(),
            on_review: None,
            content,
        }
    };
    (0..DIFFERENT).map(row).collect()
}

fn about() -> About {
    About {
        release: "9d2e1c1e-5c1d-4a52-9a3c-0f6f4d2b7a10".parse().unwrap(),
        project: "41c01c1e-5c1d-4a52-9a3c-0f6f4d2b7a10".parse().unwrap(),
        client: "Alder".into(),
        built_at: Micros(1_769_932_800_000_000),
        key: "k1".into(),
        schemas: Vec::new(),
        guidelines: Vec::new(),
        pipeline: Value::Null,
        options: Options::default(),
        quality: Value::Null,
        ledger: None,
        card: CardFacts::default(),
    }
}

fn build(formats: &[&str]) -> (tempfile::TempDir, Manifest) {
    let schema = schema();
    let rows = rows(&schema);
    build_of(formats, &schema, &rows)
}

fn build_of(formats: &[&str], schema: &Schema, rows: &[ReleaseRow]) -> (tempfile::TempDir, Manifest) {
    let parent = tempfile::tempdir().unwrap();
    let plan = |name: &&str| {
        let format = format_named(name).unwrap();
        (format.name(), format.plan(schema, &Options::default()).unwrap())
    };
    let plans = formats.iter().map(plan).collect();
    let mut writer = FolderWriter::create(&parent.path().join("r1"), plans, Box::new(PlainFiles)).unwrap();
    for row in rows.iter().cycle().take(TASKS) {
        writer.write(row).unwrap();
    }
    let manifest = writer.finish(&about(), |_| String::new()).unwrap();
    (parent, manifest)
}

/// A folder on disk, hashed and durable.
#[divan::bench(args = [&["trl_preference"][..], &["full", "trl_preference"], &["full", "trl_preference", "trl_prompt_completion", "trl_messages"]])]
fn folder(bencher: Bencher, formats: &[&str]) {
    let schema = schema();
    let rows = rows(&schema);
    bencher.counter(ItemsCount::new(TASKS)).bench_local(|| build_of(formats, &schema, &rows));
}

/// What of it is making lines, without hashing and writing.
#[divan::bench(args = ["full", "trl_preference", "trl_messages"])]
fn lines(bencher: Bencher, format: &str) {
    let schema = schema();
    let rows = rows(&schema);
    let plan = format_named(format).unwrap().plan(&schema, &Options::default()).unwrap();
    bencher.counter(ItemsCount::new(TASKS)).bench_local(|| {
        let mut files = [Lines::default()];
        for row in rows.iter().cycle().take(TASKS) {
            plan.write(row, &mut files).unwrap();
            if files[0].waiting().len() > 1 << 18 {
                files[0].take(Vec::with_capacity(1 << 19));
            }
        }
    });
}

/// Checking the whole folder.
#[divan::bench]
fn verified(bencher: Bencher) {
    let (parent, manifest) = build(&["full", "trl_preference"]);
    let bytes: u64 = manifest.files.iter().map(|file| file.bytes).sum();
    eprintln!("{} bytes a task", bytes / TASKS as u64);
    bencher.counter(ItemsCount::new(TASKS)).bench_local(|| {
        let verdict = verify(&parent.path().join("r1"), |_, _| Ok(Signer::Pinned));
        assert!(matches!(verdict, Verdict::Verified(_)));
    });
}
