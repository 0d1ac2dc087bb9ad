//! `manifest.json`: what a release is, and the hash of every file in it.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};
use serde_json::Value;
use vouchsafe_domain::ids::{ProjectId, ReleaseId};

use super::{Options, ReleaseRow};

/// What [`Manifest::format`] says.
pub(super) const FORMAT: &str = "vouchsafe release";
/// The version of manifest and folder that is written.
pub(super) const VERSION: u32 = 1;

/// The signed description of a release folder. Holds no content: ids, versions, counts, hashes, times (RFC 3339,
/// UTC) and the client's code name.
///
/// ```json
/// {"format": "vouchsafe release", "version": 1, "release": "9d2e…", "project": "41c0…", "client": "Alder",
///  "built_at": "2026-02-01T08:00:00.000000Z", "software": "vouchsafe 0.1.0", "key": "7226…",
///  "schemas": [{"version": 1, "sha256": "…"}], "guidelines": [{"version": 2, "sha256": "…"}],
///  "pipeline": {"overlap": 3, "review_rate": 0.2}, "options": {"style": "conversational", "drop_ties": true, …},
///  "counts": {"tasks": 448, "annotations": 1344, "reviews": 90, "people": 5},
///  "steps": [{"step": "label", "count": 1344, "people": 3, "first_at": "…", "last_at": "…"}, {"step": "review", …}],
///  "quality": {"preferred": {"krippendorff_alpha_nominal": 0.61}},
///  "files": [{"path": "data/trl_preference.jsonl", "role": "data", "format": "trl_preference", "rows": 397,
///             "left_out": {"tie": 51}, "bytes": 403598, "sha256": "…"}, …]}
/// ```
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Manifest {
    /// Always `vouchsafe release`.
    pub format: String,
    /// Of manifest and folder, 1 as yet.
    pub version: u32,
    /// The release.
    pub release: ReleaseId,
    /// The project it was made in.
    pub project: ProjectId,
    /// Code name of the client; never its name.
    pub client: String,
    /// When the folder was written.
    pub built_at: String,
    /// What wrote it.
    pub software: String,
    /// Id of the key that signed it.
    pub key: String,
    /// The schemas its tasks were asked by.
    pub schemas: Vec<Version>,
    /// The guidelines its people had acknowledged.
    pub guidelines: Vec<Version>,
    /// The pipeline as the project had it.
    pub pipeline: Value,
    /// The choices of whoever ordered the release.
    pub options: Options,
    /// What is in it.
    pub counts: Counts,
    /// What was done for it.
    pub steps: Vec<Step>,
    /// Agreement and what else is known of its quality, by question; `null` if nothing was reckoned.
    pub quality: Value,
    /// The newest signed head of the client's ledger when the build began; the client's ledger must continue it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ledger: Option<String>,
    /// Every file but the manifest and its signature, by path.
    pub files: Vec<File>,
}

impl super::verify::Listing for Manifest {
    const FORMAT: &'static str = FORMAT;
    const VERSION: u32 = VERSION;

    fn head(&self) -> (&str, u32) {
        (&self.format, self.version)
    }

    fn files(&self) -> &[File] {
        &self.files
    }
}

/// A version of a text that the client holds too.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Version {
    /// From 1.
    pub version: u32,
    /// SHA-256 of the text, in hex.
    pub sha256: String,
}

/// What is in a release.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Counts {
    /// Tasks, which are the lines of `data/full.jsonl` if it was asked for.
    pub tasks: u64,
    /// Annotations that count.
    pub annotations: u64,
    /// Decisions of reviewers about them.
    pub reviews: u64,
    /// Different people, annotators and reviewers together.
    pub people: u64,
}

/// One stage of the work.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Step {
    /// `label` or `review`.
    pub step: String,
    /// How many annotations or decisions.
    pub count: u64,
    /// By how many people.
    pub people: u64,
    /// When the first was made.
    pub first_at: String,
    /// When the last was made.
    pub last_at: String,
}

/// One file of the folder.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct File {
    /// Below the folder, with `/`.
    pub path: String,
    /// What it is for.
    pub role: FileRole,
    /// Name of the format, for data.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub format: Option<String>,
    /// Lines, for data and provenance.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rows: Option<u64>,
    /// How many tasks gave no line, by reason ([`super::LeftOut::slug`]); told at a format's first file.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub left_out: BTreeMap<String, u64>,
    /// Its size.
    pub bytes: u64,
    /// Its SHA-256, in hex.
    pub sha256: String,
}

/// What a file is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FileRole {
    /// To train on.
    Data,
    /// Who did what.
    Provenance,
    /// For people.
    Card,
}

/// Counts what passes by. Memory grows with the number of people, not of tasks.
#[derive(Debug, Default)]
pub(super) struct Tally {
    tasks: u64,
    label: StepTally,
    review: StepTally,
}

#[derive(Debug, Default)]
struct StepTally {
    count: u64,
    people: BTreeSet<String>,
    first_us: Option<i64>,
    last_us: Option<i64>,
}

impl Tally {
    pub(super) fn count(&mut self, row: &ReleaseRow) {
        self.tasks += 1;
        for annotation in &row.annotations {
            self.label.count(&annotation.by, annotation.submitted_at.0);
            for review in &annotation.reviews {
                self.review.count(&review.by, review.at.0);
            }
        }
    }

    pub(super) fn counts(&self) -> Counts {
        Counts {
            tasks: self.tasks,
            annotations: self.label.count,
            reviews: self.review.count,
            people: self.label.people.union(&self.review.people).count() as u64,
        }
    }

    /// Those who answered, by pseudonym.
    pub(super) fn answered(&self) -> &BTreeSet<String> {
        &self.label.people
    }

    pub(super) fn steps(&self) -> Vec<Step> {
        [("label", &self.label), ("review", &self.review)]
            .into_iter()
            .filter_map(|(step, tally)| tally.step(step))
            .collect()
    }
}

impl StepTally {
    fn count(&mut self, by: &str, at_us: i64) {
        self.count += 1;
        if !self.people.contains(by) {
            self.people.insert(by.to_owned());
        }
        self.first_us = Some(self.first_us.map_or(at_us, |first| first.min(at_us)));
        self.last_us = self.last_us.max(Some(at_us));
    }

    fn step(&self, step: &str) -> Option<Step> {
        let moment = |us| vouchsafe_domain::time::Micros(us).to_string();
        Some(Step {
            step: step.to_owned(),
            count: self.count,
            people: self.people.len() as u64,
            first_at: moment(self.first_us?),
            last_at: moment(self.last_us?),
        })
    }
}
