//! Where each line came from: `provenance.jsonl`, one task a line, no content.

use std::collections::BTreeMap;

use serde::Serialize;
use vouchsafe_domain::ids::{AnnotationId, TaskId};
use vouchsafe_domain::time::Micros;

use super::row::rfc3339;
use super::{Annotation, LeftOut, OnReview, ReleaseRow, Review};

/// Who did what for one task, when, and which lines came of it.
///
/// ```json
/// {"id": "3b9f…", "lines": {"data/full.jsonl": [17, 17], "data/trl_preference.jsonl": [12, 12]},
///  "schema_version": 1, "guideline_version": 2,
///  "annotations": [{"id": "77aa…", "by": "p-7f3a", "revision": 1, "guideline_version": 2,
///                   "submitted_at": "2026-01-31T09:00:00.000000Z", "active_ms": 48000,
///                   "reviews": [{"by": "p-01c9", "verdict": "accept", "at": "2026-01-31T10:00:00.000000Z"}]}]}
/// {"id": "5c1d…", "lines": {"data/full.jsonl": [18, 18]}, "left_out": {"trl_preference": "tie"}, …,
///  "on_review": {"questions": ["rationale"], "alone": false, "reviewed": true}}
/// ```
#[derive(Debug, Serialize)]
pub(super) struct Provenance<'r> {
    /// The task.
    pub(super) id: TaskId,
    /// For each file that holds lines of it, the first and the last, from 1.
    pub(super) lines: BTreeMap<&'r str, (u64, u64)>,
    /// For each format that holds none, why.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub(super) left_out: BTreeMap<&'static str, LeftOut>,
    schema_version: u32,
    guideline_version: u32,
    annotations: Vec<Work<'r>>,
    /// Models whose answers came with the task, by name; absent where there are none.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    judges: Vec<&'r str>,
    /// Answers that rest on review; absent where there are none.
    #[serde(skip_serializing_if = "Option::is_none")]
    on_review: Option<&'r OnReview>,
}

#[derive(Debug, Serialize)]
struct Work<'r> {
    id: AnnotationId,
    by: &'r str,
    revision: u32,
    guideline_version: u32,
    #[serde(serialize_with = "rfc3339")]
    submitted_at: Micros,
    active_ms: u64,
    #[serde(skip_serializing_if = "<[Review]>::is_empty")]
    reviews: &'r [Review],
}

impl<'r> Provenance<'r> {
    pub(super) fn of(
        row: &'r ReleaseRow,
        lines: BTreeMap<&'r str, (u64, u64)>,
        left_out: BTreeMap<&'static str, LeftOut>,
    ) -> Self {
        let by = |one: &'r Annotation| Work {
            id: one.id,
            by: &one.by,
            revision: one.revision,
            guideline_version: one.guideline_version,
            submitted_at: one.submitted_at,
            active_ms: one.active_ms,
            reviews: &one.reviews,
        };
        Self {
            id: row.id,
            lines,
            left_out,
            schema_version: row.schema_version,
            guideline_version: row.guideline_version,
            annotations: row.annotations.iter().map(by).collect(),
            judges: row.judges.keys().map(String::as_str).collect(),
            on_review: row.on_review.as_ref(),
        }
    }
}
