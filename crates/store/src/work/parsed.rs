//! Schemas that were parsed: remembered beside their client's keys, and dropped with them.

use serde_json::Value;
use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};
use vouchsafe_domain::{ids::SchemaId, work::schema::Schema};

/// How many parsed schemas of one client are remembered; then all are forgotten and parsed anew.
const REMEMBERED_MAX: usize = 64;

/// A parsed schema.
#[derive(Debug, Clone)]
pub(crate) struct Parsed {
    /// Its rules.
    pub(crate) schema: Arc<Schema>,
    /// `{fields, questions}` as a browser is sent it.
    pub(crate) sent: Arc<Value>,
    /// Its size as it was written.
    pub(crate) bytes: usize,
}

/// The parsed schemas of one client.
#[derive(Debug, Default)]
pub(crate) struct Remembered(Mutex<HashMap<SchemaId, Parsed>>);

impl Remembered {
    /// The one that is remembered.
    pub(crate) fn get(&self, id: SchemaId) -> Option<Parsed> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).get(&id).cloned()
    }

    /// Remembers one.
    pub(crate) fn keep(&self, id: SchemaId, parsed: Parsed) {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if known.len() >= REMEMBERED_MAX {
            known.clear();
        }
        known.insert(id, parsed);
    }
}
