//! How a folder is written.

use std::io::{self, Write};
use std::path::Path;

use serde_json::{Value, json};

use super::sample::*;
use crate::releases::*;
use crate::work::{Limits, RowsFrom};

fn rows(path: &Path) -> Vec<Value> {
    let mut rows = RowsFrom::new(std::fs::File::open(path).unwrap(), None, Limits::default());
    let mut out = Vec::new();
    while let Some(row) = rows.next().unwrap() {
        out.push(Value::Object(row.unwrap().members));
    }
    out
}

fn names(folder: &Path) -> Vec<String> {
    let entries = std::fs::read_dir(folder).unwrap();
    let mut names: Vec<String> = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

#[test]
fn the_manifest_describes_the_folder() {
    let parent = tempfile::tempdir().unwrap();
    let folder = parent.path().join("r1");
    let manifest = build(&folder);
    assert_eq!(names(parent.path()), ["r1"]);
    assert_eq!(names(&folder), ["README.md", "data", "manifest.json", "manifest.json.sig", "provenance.jsonl"]);
    let bytes = std::fs::read(folder.join("manifest.json")).unwrap();
    assert_eq!(serde_json::from_slice::<Manifest>(&bytes).unwrap(), manifest);

    let mut json: Value = serde_json::from_slice(&bytes).unwrap();
    for file in json["files"].as_array_mut().unwrap() {
        let found = std::fs::read(folder.join(file["path"].as_str().unwrap())).unwrap();
        assert_eq!(file["bytes"], found.len());
        file.as_object_mut().unwrap().remove("bytes");
        assert_eq!(file.as_object_mut().unwrap().remove("sha256").unwrap().as_str().unwrap().len(), 64);
    }
    assert_eq!(
        json,
        json!({
            "format": "vouchsafe release", "version": 1,
            "release": "9d2e1c1e-5c1d-4a52-9a3c-0f6f4d2b7a10", "project": "41c01c1e-5c1d-4a52-9a3c-0f6f4d2b7a10",
            "client": "Alder", "built_at": "2026-02-01T08:00:00.000000Z",
            "software": concat!("vouchsafe ", env!("CARGO_PKG_VERSION")), "key": "k1",
            "schemas": [{"version": 1, "sha256": "aa".repeat(32)}],
            "guidelines": [{"version": 2, "sha256": "bb".repeat(32)}],
            "pipeline": {"overlap": 3, "review_rate": 0.2},
            "options": {"style": "conversational", "drop_ties": true, "tie_label": true, "prompt": [], "completion": null},
            "counts": {"tasks": 4, "annotations": 4, "reviews": 4, "people": 2},
            "steps": [
                {"step": "label", "count": 4, "people": 1,
                 "first_at": "2026-01-31T09:01:00.000000Z", "last_at": "2026-01-31T09:04:00.000000Z"},
                {"step": "review", "count": 4, "people": 1,
                 "first_at": "2026-01-31T11:46:40.000001Z", "last_at": "2026-01-31T11:46:40.000004Z"}],
            "quality": {"preferred": {"krippendorff_alpha_nominal": 0.61}},
            "files": [
                {"path": "README.md", "role": "card"},
                {"path": "data/full.jsonl", "role": "data", "format": "full", "rows": 4},
                {"path": "data/trl_preference.jsonl", "role": "data", "format": "trl_preference", "rows": 2,
                 "left_out": {"no_consensus": 1, "tie": 1}},
                {"path": "provenance.jsonl", "role": "provenance", "rows": 4}],
        })
    );
}

/// Every line of every data file belongs to one task, and provenance says to which.
#[test]
fn provenance_leads_from_lines_to_people() {
    let parent = tempfile::tempdir().unwrap();
    let folder = parent.path().join("r1");
    build(&folder);
    let (full, preferences) = (rows(&folder.join("data/full.jsonl")), rows(&folder.join("data/trl_preference.jsonl")));
    let provenance = rows(&folder.join("provenance.jsonl"));
    assert_eq!(preferences.len(), 2);
    for (n, task) in provenance.iter().enumerate() {
        assert_eq!(task["lines"]["data/full.jsonl"], json!([n + 1, n + 1]));
        assert_eq!(task["id"], full[n]["id"]);
        assert_eq!(task["annotations"][0]["by"], "p-0");
        assert_eq!(task["annotations"][0]["reviews"][0]["by"], "p-9");
        assert!(!task.to_string().contains("INR"), "content in provenance");
    }
    assert_eq!(provenance[0]["lines"]["data/trl_preference.jsonl"], json!([1, 1]));
    assert_eq!(provenance[1]["left_out"], json!({"trl_preference": "tie"}));
    assert_eq!(provenance[2]["left_out"], json!({"trl_preference": "no_consensus"}));
    assert_eq!(provenance[3]["lines"]["data/trl_preference.jsonl"], json!([2, 2]));
    assert_eq!(provenance[3].get("left_out"), None);
}

#[test]
fn the_card_has_a_header_that_tools_read() {
    let parent = tempfile::tempdir().unwrap();
    build(&parent.path().join("r1"));
    let card = std::fs::read_to_string(parent.path().join("r1").join("README.md")).unwrap();
    let expected = "---
pretty_name: \"Pairs: \\\"better\\\" \\\\ worse ---\"
language:
- \"en\"
license: \"other\"
license_name: \"client-agreement\"
task_categories:
- \"text-generation\"
annotations_creators:
- expert-generated
size_categories:
- n<1K
tags:
- \"preference\"
configs:
- config_name: full
  data_files:
  - split: train
    path: data/full.jsonl
- config_name: trl_preference
  default: true
  data_files:
  - split: train
    path: data/trl_preference.jsonl
---

# Pairs: \"better\" \\ worse ---

Made for the tests.
";
    assert!(card.starts_with(expected), "{card}");
    assert!(card.contains("| `data/trl_preference.jsonl` | 2 | 1 no_consensus, 1 tie |"), "{card}");
    let known = "People who answered: 1, of them 1 with a credential that somebody had verified and 0 who had passed a course of the \
                 client when it was built.";
    assert!(card.contains(known) && !card.contains("vetted"), "{card}");
}

#[test]
fn a_release_is_written_once_and_never_by_halves() {
    let parent = tempfile::tempdir().unwrap();
    let folder = parent.path().join("r1");
    let full = || {
        let format = format_named("full").unwrap();
        vec![(format.name(), format.plan(&pairwise(), &Options::default()).unwrap())]
    };
    let create = || FolderWriter::create(&folder, full(), Box::new(PlainFiles));
    let mut writer = create().unwrap();
    writer.write(&settled(1, None)).unwrap();
    assert_eq!(names(parent.path()), [".r1.building"]);
    drop(writer);
    assert!(names(parent.path()).is_empty());

    // A killed process drops nothing.
    std::mem::forget(create().unwrap());
    assert_eq!(names(parent.path()), [".r1.building"]);
    create().unwrap().finish(&about(), sign).unwrap();
    assert_eq!(names(parent.path()), ["r1"]);
    assert!(matches!(create(), Err(FolderError::Exists)));
    assert!(matches!(verify(&folder, check), Verdict::Verified(_)));

    std::fs::create_dir_all(parent.path().join(".r2.building/data")).unwrap();
    sweep(parent.path()).unwrap();
    assert_eq!(names(parent.path()), ["r1"]);
}

/// A disk with room for so many bytes.
struct Small(std::sync::Arc<std::sync::atomic::AtomicUsize>);

impl Place for Small {
    fn create(&self, _path: &Path) -> io::Result<Box<dyn Target>> {
        Ok(Box::new(Self(self.0.clone())))
    }
}

impl Write for Small {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        use std::sync::atomic::Ordering::Relaxed;
        let left = self.0.load(Relaxed).checked_sub(bytes.len()).ok_or(io::ErrorKind::StorageFull)?;
        self.0.store(left, Relaxed);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Target for Small {
    fn close(self: Box<Self>) -> io::Result<()> {
        Ok(())
    }
}

/// Wherever the disk fills up, the error names the file and nothing is left behind.
#[test]
fn a_full_disk_leaves_no_release() {
    let mut named = std::collections::BTreeSet::new();
    for room in (0..).step_by(97) {
        let parent = tempfile::tempdir().unwrap();
        let format = format_named("full").unwrap();
        let formats = vec![(format.name(), format.plan(&pairwise(), &Options::default()).unwrap())];
        let place = Box::new(Small(std::sync::Arc::new(room.into())));
        let built = FolderWriter::create(&parent.path().join("r1"), formats, place).and_then(|mut writer| {
            writer.write(&settled(1, None))?;
            writer.finish(&about(), sign)
        });
        match built {
            Ok(_) => break,
            Err(FolderError::Io { file, source }) => {
                assert_eq!(source.kind(), io::ErrorKind::StorageFull);
                named.insert(file);
            }
            Err(error) => panic!("{error}"),
        }
        assert!(names(parent.path()).is_empty());
    }
    let all = ["README.md", "data/full.jsonl", "manifest.json", "provenance.jsonl"];
    assert!(all.iter().all(|file| named.contains(*file)), "{named:?}");
}
