//! What a scan read, skipped and did not know, and what was declared about it.

use super::output::Output;
use crate::{
    exit::{Failure, USAGE},
    whole::{self, Readers},
};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::path::Path;
use vouchsafe_watch::read::BadLine;
use vouchsafe_watch::{Activity, Engine, Verb, mask};

/// Bad lines that are named one by one; further ones are counted.
const NAMED_MOST: usize = 1_000;
/// Of them, said on the terminal.
const SAID_MOST: usize = 10;
/// Different unknown names that are counted apart.
const UNKNOWN_MOST: usize = 10_000;

/// What may be watched, how those watched were told, and how long the output is kept.
pub(crate) struct Declaration(pub(super) Value);

impl Declaration {
    pub(crate) fn read(path: &Path) -> Result<Self, Failure> {
        let wrong = |rule: &str| Failure::new(USAGE, format!("{}: {rule}", path.display()));
        let text = std::fs::read_to_string(path).map_err(|error| wrong(&error.to_string()))?;
        let said: Value = serde_json::from_str(&text).map_err(|_| wrong("a declaration is one JSON object"))?;
        let filled = |name: &str| said[name].as_str().is_some_and(|text| !text.trim().is_empty());
        if !filled("scope") || !filled("notice") || said["retention_days"].as_u64().is_none_or(|days| days == 0) {
            return Err(wrong("a declaration says `scope`, `notice` (texts) and `retention_days` (1 or more)"));
        }
        Ok(Self(said))
    }
}

/// Tell the terminal where nothing was declared.
pub(super) fn say_declared(declaration: Option<&Declaration>) {
    if declaration.is_none() {
        eprintln!("vouchsafe: nothing was declared about scope, notice to those watched, or retention (--declaration)");
    }
}

pub(crate) struct Report {
    declaration: Option<Declaration>,
    budget: f64,
    lines: u64,
    skipped: u64,
    silent: u64,
    mended: u64,
    named: Vec<String>,
    unknown_fields: BTreeMap<String, u64>,
    unknown_acts: BTreeMap<String, u64>,
    left_out: u64,
    engine: Value,
    in_order: bool,
    amended: (u64, Vec<Value>),
    names_people: bool,
    missing: Vec<(&'static str, &'static str)>,
}

impl Report {
    pub(crate) fn new(declaration: Option<Declaration>, budget: f64) -> Self {
        Self {
            declaration,
            budget,
            lines: 0,
            skipped: 0,
            silent: 0,
            mended: 0,
            named: Vec::new(),
            unknown_fields: BTreeMap::new(),
            unknown_acts: BTreeMap::new(),
            left_out: 0,
            engine: Value::Null,
            in_order: true,
            amended: (0, Vec::new()),
            names_people: true,
            missing: Vec::new(),
        }
    }

    /// Count what of an act nobody knew.
    pub(crate) fn count(&mut self, act: &Activity<'_>) {
        for field in &act.unknown {
            tally(&mut self.unknown_fields, &mut self.left_out, &field.name);
        }
        if act.verb == Verb::Other {
            tally(&mut self.unknown_acts, &mut self.left_out, &format!("{} {}", act.app, act.action));
        }
    }

    /// Count a line, whether it told of any act, and what of it was refused: all of it, or acts of it.
    pub(crate) fn line(&mut self, path: &Path, number: u64, told: bool, refused: Vec<BadLine>) {
        self.lines += 1;
        self.silent += u64::from(!told && refused.is_empty());
        for bad in refused {
            self.skipped += 1;
            if self.named.len() < NAMED_MOST {
                self.named.push(format!("{}, line {number}, {bad}", path.display()));
            }
        }
    }

    /// Lines with bytes that are no text.
    pub(crate) fn mended(&mut self, lines: u64) {
        self.mended += lines;
    }

    /// How many lines, or acts of a line with several, were refused.
    pub(crate) fn skipped(&self) -> u64 {
        self.skipped
    }

    /// The log was not in the order of time and is read again, in order.
    pub(crate) fn in_order(&mut self) {
        self.in_order = false;
    }

    pub(crate) fn close(&mut self, engine: &Engine, output: &Output) {
        let (amended, named) = output.amended();
        self.amended = (amended, named.to_vec());
        self.names_people = output.names_people();
        self.missing = engine.facts().missing();
        let (counts, (people, items)) = (engine.counts(), engine.sizes());
        self.engine = json!({
            "acts": counts.acts, "of_nobody": counts.of_nobody, "late": counts.late, "too_late": counts.too_late, "repeated": counts.repeated,
            "failed": counts.failed, "ahead": counts.ahead,
            "people": people, "items": items, "cases": output.cases(),
        });
    }

    pub(crate) fn write(&self, path: &Path) -> Result<(), Failure> {
        let report = json!({
            "declaration": self.declaration.as_ref().map(|declaration| &declaration.0),
            "budget": self.budget,
            "lines": self.lines,
            "skipped": self.skipped,
            "silent": self.silent,
            "mended": self.mended,
            "skipped_lines": self.named,
            "unknown_fields": self.unknown_fields,
            "unknown_acts": self.unknown_acts,
            "unknown_left_out": self.left_out,
            "was_in_order": self.in_order,
            "amended": self.amended.0,
            "amended_days": self.amended.1,
            "names_people": self.names_people,
            "not_known": self.missing.iter().map(|(what, so)| json!({"what": what, "so": so})).collect::<Value>(),
            "engine": self.engine,
        });
        whole::put(path, format!("{report:#}\n").as_bytes(), Readers::Owner)
    }

    /// Tell the terminal.
    pub(crate) fn say(&self) {
        say_declared(self.declaration.as_ref());
        if self.names_people {
            eprintln!(
                "vouchsafe: the files name people as the log does, for their owner to read; --pseudonyms does not"
            );
        }
        for (what, so) in &self.missing {
            eprintln!("vouchsafe: not known: {what}; {so}");
        }
        for named in self.named.iter().take(SAID_MOST) {
            eprintln!("vouchsafe: skipped {named}");
        }
        let fields: u64 = self.unknown_fields.values().sum();
        let acts: u64 = self.unknown_acts.values().sum();
        eprintln!(
            "vouchsafe: {} lines, {} skipped, {fields} unknown fields, {acts} acts of unknown kinds",
            self.lines, self.skipped
        );
        if !self.in_order {
            eprintln!("vouchsafe: the log is not in the order of time; it was put in order");
        }
        if self.amended.0 > 0 {
            eprintln!(
                "vouchsafe: {} days would be said differently by what was told late; --report names them",
                self.amended.0
            );
        }
        if self.silent > 0 {
            eprintln!("vouchsafe: {} lines tell of no act", self.silent);
        }
        if self.mended > 0 {
            eprintln!(
                "vouchsafe: {} lines hold bytes that are no text; they were read with marks in their place",
                self.mended
            );
        }
        if self.engine["ahead"].as_u64().is_some_and(|ahead| ahead > 0) {
            eprintln!(
                "vouchsafe: {} acts are dated far ahead of all others; nothing is reckoned from them",
                self.engine["ahead"]
            );
        }
        eprintln!("vouchsafe: {}", self.engine);
    }
}

/// Some logs have people for names of fields; whom it was is left out.
fn tally(names: &mut BTreeMap<String, u64>, left_out: &mut u64, name: &str) {
    let name = &*mask::addresses(name);
    if let Some(count) = names.get_mut(name) {
        *count += 1;
    } else if names.len() < UNKNOWN_MOST {
        names.insert(name.to_owned(), 1);
    } else {
        *left_out += 1;
    }
}
