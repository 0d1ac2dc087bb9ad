//! The log that a `watch` command reads: where it lies, which log it is, and what to say of it afterwards.

use super::lines::Lines;
use super::report::{Declaration, say_declared};
use crate::{
    exit::Failure,
    whole::{self, Readers, Writer},
};
use serde_json::{Value, json};
use std::fmt::Display;
use std::io::{self, BufWriter, StdoutLock, Write};
use std::path::{Path, PathBuf};
use vouchsafe_watch::read::mapping::Mapping;
use vouchsafe_watch::read::report::Report;
use vouchsafe_watch::read::sources::{Act, Sources};

/// Most refused lines shown on the terminal; all that are named stand in the report file.
const SHOWN_MAX: usize = 20;

/// Where the log lies and how to read it.
#[derive(clap::Args)]
pub(crate) struct Log {
    /// The log: JSON, an object a line or a whole answer of the vendor, or a table with commas; gzip or plain; `-` is
    /// standard input.
    #[arg(long, value_name = "FILE")]
    events: PathBuf,
    /// Which log it is: `auto`, or one of google, m365, okta, slack, box, cloudtrail, or another that `docs/audit-logs.md` names.
    #[arg(long, default_value = "auto", value_name = "NAME")]
    format: String,
    /// A mapping file for a further log. May be given several times.
    #[arg(long, value_name = "FILE")]
    mapping: Vec<PathBuf>,
    /// Write the report as JSON to this file.
    #[arg(long, value_name = "FILE")]
    report: Option<PathBuf>,
    /// A file of JSON that says what may be watched and who was told: `scope`, `notice`, `retention_days`.
    #[arg(long, value_name = "FILE")]
    declaration: Option<PathBuf>,
}

impl Log {
    /// Reads the log to its end; `each` gets the number of a line, counted from 1, and the acts it tells of. A line that
    /// is refused costs itself alone. Memory is bounded by the longest line.
    pub(crate) fn read(&self, mut each: impl FnMut(u64, &[Act]) -> Result<(), Failure>) -> Result<Report, Failure> {
        let declaration = self.declaration.as_deref().map(Declaration::read).transpose()?;
        let mut sources = Sources::own().map_err(|error| Failure::from(error.to_string()))?;
        for path in &self.mapping {
            sources.add(&text(path)?).map_err(|error| Failure::config(format!("{}: {error}", path.display())))?;
        }
        let format = self.format(&sources)?;
        let (mut report, mut lines) = (Report::default(), Lines::of_log(&self.events, &sources)?);
        while let Some((number, piece)) = lines.next()? {
            let acts = report.piece(number, piece, &sources, format);
            each(number, &acts)?;
        }
        report.mended = lines.mended();
        self.tell(&report, declaration.as_ref())?;
        Ok(report)
    }

    fn format<'s>(&self, sources: &'s Sources) -> Result<Option<&'s Mapping>, Failure> {
        if self.format == "auto" {
            return Ok(None);
        }
        let unknown = || {
            let names: Vec<_> = sources.names().collect();
            Failure::new(crate::exit::USAGE, format!("`{}` is no log: auto, {}", self.format, names.join(", ")))
        };
        sources.named(&self.format).map(Some).ok_or_else(unknown)
    }

    /// Says what was read, skipped and unknown: in words on the terminal, as JSON to the report file.
    fn tell(&self, report: &Report, declaration: Option<&Declaration>) -> Result<(), Failure> {
        if let Some(path) = &self.report {
            whole::put(path, format!("{:#}\n", as_json(report, declaration)).as_bytes(), Readers::Owner)?;
        }
        say_declared(declaration);
        eprintln!("{} lines, {} acts, {} lines skipped", report.lines, report.acts, report.skipped);
        for (source, count) in &report.sources {
            eprintln!("  {source}: {count} acts");
        }
        if report.incomplete > 0 {
            eprintln!("{} acts lack a time or a name: shown, but on no time-line", report.incomplete);
        }
        if report.nameless > 0 {
            eprintln!("{} acts do not say who did them", report.nameless);
        }
        if report.silent > 0 {
            eprintln!("{} lines tell of no act", report.silent);
        }
        if report.mended > 0 {
            eprintln!("{} lines hold bytes that are no text; they were read with marks in their place", report.mended);
        }
        for (line, bad) in report.named.iter().take(SHOWN_MAX) {
            eprintln!("  line {line}, {bad}");
        }
        tell_names("fields without a place, kept as they stood", &report.unknown_fields);
        tell_names("names of acts without a verb, kept as they stood", &report.unknown_acts);
        Ok(())
    }
}

fn tell_names(what: &str, names: &std::collections::BTreeMap<(String, String), u64>) {
    if names.is_empty() {
        return;
    }
    eprintln!("{} {what}:", names.len());
    let mut often: Vec<_> = names.iter().collect();
    often.sort_by_key(|(name, count)| (std::cmp::Reverse(**count), *name));
    for ((source, name), count) in often.iter().take(SHOWN_MAX) {
        eprintln!("  {source} {name}: {count}");
    }
    if often.len() > SHOWN_MAX {
        eprintln!("  and {} more; --report FILE names all", often.len() - SHOWN_MAX);
    }
}

fn as_json(report: &Report, declaration: Option<&Declaration>) -> Value {
    let counts = |names: &std::collections::BTreeMap<(String, String), u64>| -> Vec<Value> {
        names.iter().map(|((source, name), count)| json!({"source": source, "name": name, "count": count})).collect()
    };
    let named: Vec<Value> =
        report.named.iter().map(|(line, bad)| json!({"line": line, "field": bad.field, "rule": bad.rule})).collect();
    json!({
        "declaration": declaration.map(|declaration| &declaration.0),
        "lines": report.lines, "acts": report.acts, "skipped": report.skipped, "incomplete": report.incomplete,
        "nameless": report.nameless, "silent": report.silent, "mended": report.mended,
        "sources": report.sources, "named": named, "unknown_fields": counts(&report.unknown_fields),
        "unknown_acts": counts(&report.unknown_acts), "names_left_out": report.names_left_out,
    })
}

/// A small file as text.
pub(crate) fn text(path: &Path) -> Result<String, Failure> {
    std::fs::read_to_string(path).map_err(|error| Failure::config(format!("{}: {error}", path.display())))
}

/// Where a command writes: a file, or standard output as it goes.
pub(crate) enum Out {
    File(Writer),
    Stdout(BufWriter<StdoutLock<'static>>),
}

impl Out {
    pub(crate) fn new(path: Option<&Path>) -> Result<Self, Failure> {
        match path {
            Some(path) if path != Path::new("-") => Writer::create(path, Readers::Owner).map(Self::File),
            _ => Ok(Self::Stdout(BufWriter::new(io::stdout().lock()))),
        }
    }

    pub(crate) fn line(&mut self, line: impl Display) -> Result<(), Failure> {
        match self {
            Self::File(file) => file.line(line),
            Self::Stdout(out) => writeln!(out, "{line}").map_err(|error| unwritten(&error)),
        }
    }

    pub(crate) fn finish(mut self) -> Result<(), Failure> {
        match &mut self {
            Self::File(file) => file.finish(),
            Self::Stdout(out) => out.flush().map_err(|error| unwritten(&error)),
        }
    }
}

fn unwritten(error: &io::Error) -> Failure {
    Failure::from(format!("the output cannot be written: {error}"))
}
