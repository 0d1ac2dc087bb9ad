//! What was done, and how far it is to be believed, as JSON.

use super::{input::Table, output::write_whole};
use crate::exit::Failure;
use serde_json::{Map, Value, json};
use std::path::Path;

/// A report under way.
pub(crate) struct Report {
    members: Map<String, Value>,
    warnings: Vec<String>,
    began: std::time::Instant,
}

impl Report {
    /// With what is known before anything is computed.
    pub(crate) fn new(table: &Table, seed: u64) -> Self {
        let mut report = Self { members: Map::new(), warnings: Vec::new(), began: std::time::Instant::now() };
        report.put("program", json!({"name": "vouchsafe", "version": env!("CARGO_PKG_VERSION")}));
        report.put("kind", json!(table.kind.name()));
        report.put("kind_inferred", json!(table.inferred));
        report.put("tasks", json!(table.answers.tasks.len()));
        report.put("workers", json!(table.answers.workers.len()));
        report.put("answers", json!(table.answers.len()));
        report.put("seed", json!(seed));
        report.put("method_version", json!(vouchsafe_quality::aggregate::VERSION));
        report.warnings.extend(table.warnings.iter().cloned());
        report.put("read_seconds", json!((table.read_s * 1e3).round() / 1e3));
        report
    }

    /// Sets a member.
    pub(crate) fn put(&mut self, name: &str, value: Value) {
        self.members.insert(name.to_owned(), value);
    }

    /// Something the reader must know.
    pub(crate) fn warn(&mut self, text: impl Into<String>) {
        self.warnings.push(text.into());
    }

    /// One line on the terminal, and the warnings.
    pub(crate) fn tell(&mut self) {
        let seconds = (self.began.elapsed().as_secs_f64() * 1e3).round() / 1e3;
        self.put("fit_seconds", json!(seconds));
        let member = |name: &str| {
            self.members.get(name).map(|value| value.as_str().map_or_else(|| value.to_string(), str::to_owned))
        };
        eprintln!(
            "{} answers of kind {}{} on {} tasks by {} workers; method {}",
            member("answers").unwrap_or_default(),
            member("kind").unwrap_or_default(),
            if self.members.get("kind_inferred") == Some(&json!(true)) { " (told by the values)" } else { "" },
            member("tasks").unwrap_or_default(),
            member("workers").unwrap_or_default(),
            member("method").unwrap_or_default(),
        );
        for warning in &self.warnings {
            eprintln!("warning: {warning}");
        }
    }

    /// Writes it.
    pub(crate) fn write(mut self, path: &Path) -> Result<(), Failure> {
        let warnings = json!(self.warnings);
        self.put("warnings", warnings);
        let text = format!("{:#}\n", Value::Object(self.members));
        write_whole(path, &text)
    }
}
