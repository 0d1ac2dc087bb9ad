//! `vouchsafe watch read`: an audit log in one vocabulary, with a report.

use super::log::{Log, Out};
use crate::exit::{self, Failure};
use serde_json::{Map, Value, json};
use std::path::PathBuf;
use vouchsafe_watch::read::record::{Record, ocsf, word};
use vouchsafe_watch::read::times;

/// Print what a log says in one vocabulary, one JSON object an act, and report what was read, skipped and unknown.
#[derive(clap::Args)]
pub(crate) struct Read {
    #[command(flatten)]
    log: Log,
    /// Where to write the acts; standard output if unsaid.
    #[arg(long, value_name = "FILE")]
    output: Option<PathBuf>,
}

impl Read {
    pub(crate) fn run(self) -> Result<u8, Failure> {
        let mut out = Out::new(self.output.as_deref())?;
        let report = self.log.read(|number, acts| {
            for act in acts {
                out.line(line(number, &act.source, &act.record))?;
            }
            Ok(())
        })?;
        out.finish()?;
        Ok(if report.skipped > 0 { exit::PARTLY } else { exit::DONE })
    }
}

/// One act as the command prints it. `verb` is the file hosting activity of OCSF, `act` our wider word.
fn line(number: u64, source: &str, record: &Record) -> Value {
    // A value that no longer parses cannot happen, since it was written from one; it would stay as text.
    let value = |json: &String| serde_json::from_str(json).unwrap_or_else(|_| Value::String(json.clone()));
    let unknown: Map<String, Value> = record.unknown.iter().map(|(name, json)| (name.clone(), value(json))).collect();
    json!({
        "line": number,
        "format": source,
        "id": record.id,
        "ts": record.ts,
        "at_us": record.ts.as_deref().and_then(times::micros),
        "actor": record.actor,
        "app": record.app,
        "action": record.action,
        "verb": ocsf(record.verb),
        "act": word(record.verb),
        "object_id": record.object_id,
        "object_title": record.object_title,
        "target": record.targets.first(),
        "targets": record.targets,
        "visibility": record.visibility,
        "ip": record.ip,
        "ok": record.ok,
        "bytes": record.bytes,
        "count": record.count,
        "unknown": unknown,
    })
}
