//! What lies sealed in the rows of the line: a task, answers, a review; and a task as its member is shown it.

use crate::Error;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::{collections::BTreeMap, sync::Arc};
use vouchsafe_domain::work::{answers::Answers, content::Content, presented::Presented, schema::Schema};
use vouchsafe_store::{
    Tx,
    custody::clearance::Clearance,
    work::{assignments, schemas, tasks},
};

/// A task's row as it was brought in.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct TaskBody {
    /// The client's row.
    pub data: Value,
    /// The client's id of it, if it gave one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub external_id: Option<String>,
    /// What the client wants to find it by.
    #[serde(default, skip_serializing_if = "Value::is_null")]
    pub metadata: Value,
    /// What models answered before anybody was asked, by the name of the model. Sent to nobody who answers, reviews or decides.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub judges: BTreeMap<String, Answers>,
}

impl TaskBody {
    /// Reads what import wrote.
    pub fn parse(bytes: &[u8]) -> Result<Self, Error> {
        json(bytes)
    }
}

/// Answers as they lie in an annotation: in the items' own ids, with the order that was shown.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct StoredAnswers {
    /// What was answered.
    pub answers: Answers,
    /// The order that was shown.
    pub presented: Presented,
}

pub(crate) fn json<T: serde::de::DeserializeOwned>(bytes: &[u8]) -> Result<T, Error> {
    serde_json::from_slice(bytes).map_err(|_| Error::Store(vouchsafe_store::Error::Unsealable { table: "json" }))
}

/// A review as it lies in its row.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct StoredReview {
    /// From the list.
    pub reasons: Vec<String>,
    /// In words.
    pub comment: Option<String>,
    /// The mended answers of a fix.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub answers: Option<Answers>,
    /// Where a fix differs, as JSON Pointers.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub changed: Vec<String>,
    /// How large a fix is, from 0 to 1 ([`fix_size`](super::fix_size::fix_size)).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fix_size: Option<f64>,
}

/// The content of an assignment's task, and the order in which its member is shown it.
pub(crate) fn as_shown(schema: &Schema, body: &[u8], of: &assignments::Found) -> Result<(Content, Presented), Error> {
    let content = schema.resolve(&TaskBody::parse(body)?.data).map_err(|e| unreadable(&e))?;
    let presented = schema.present(&content, u64::try_from(of.present_seed).unwrap_or_default());
    Ok((content, presented))
}

/// The schema, the task and the order of an assignment, as its member was shown them: the server's own reckoning.
pub(crate) async fn task_shown(
    tx: &mut Tx,
    clearance: &Clearance<'_>,
    found: &assignments::Found,
) -> Result<(Arc<Schema>, Content, Presented), Error> {
    let schema = schemas::rules(tx, clearance, found.schema).await?;
    let (content, presented) = as_shown(&schema, &tasks::peek(tx, clearance, found.task, &found.body)?, found)?;
    Ok((schema, content, presented))
}

pub(crate) fn unreadable(why: &dyn std::fmt::Display) -> Error {
    Error::state("task_unreadable", format!("this task cannot be shown under its schema: {why}"))
}
