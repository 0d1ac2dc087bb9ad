//! What was found in an outside log, as it lies sealed in its row and is shown.

use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use vouchsafe_watch::engine::cases::Amended;

/// What was found in a log.
#[derive(Debug, Clone, Default, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Findings {
    /// What it was called.
    pub name: String,
    /// Whether it lay in the watched folder; else somebody sent it.
    #[serde(default)]
    pub from_folder: bool,
    /// Acts by log.
    pub sources: BTreeMap<String, u64>,
    /// Lines refused or without a place in time, at most 100: number, field, rule.
    pub refused: Vec<(u64, String, String)>,
    /// Lines with bytes that are no text, read with marks in their place.
    #[serde(default)]
    pub mended: u64,
    /// Fields without a place: log, name, count; the 200 most frequent.
    pub unknown_fields: Vec<(String, String, u64)>,
    /// Names of acts without a verb: log, name, count; the 200 most frequent.
    pub unknown_acts: Vec<(String, String, u64)>,
    /// Unknown names, of fields and acts, that are not among those; beyond some thousands, how often such came.
    #[serde(default)]
    pub unknown_left_out: u64,
    /// Alerts, at most 1,000.
    pub alerts: Vec<Alert>,
    /// What the engine made of it; null if no act had a place in time.
    #[serde(default)]
    pub scored: Option<Scored>,
}

/// What the engine made of a log.
#[derive(Debug, Clone, Default, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Scored {
    /// Acts that were fed to it.
    pub acts: u64,
    /// Different people it knows by now.
    pub people: usize,
    /// Acts of days that were closed already; each is placed by its own time.
    pub late: u64,
    /// Acts told again, which count once.
    pub repeated: u64,
    /// Acts of nobody, or of somebody outside whom nobody let in.
    pub of_nobody: u64,
    /// Acts that were refused or failed: nothing was taken by them.
    #[serde(default)]
    pub failed: u64,
    /// Acts, of this log or an earlier one, dated so far ahead that nothing is reckoned from them: of all others until others confirm it, of the clock ever.
    #[serde(default)]
    pub ahead: u64,
    /// Whether the first two weeks of logs are still being learned, which open no case by score.
    pub learning: bool,
    /// Cases it opened, by score or by rule; at most 500.
    pub cases: usize,
    /// Cases beyond that.
    pub cases_left_out: usize,
    /// Cases that were there and to which something was added.
    pub added: usize,
    /// Days that would be said differently by what was told late; at most 200 of them are named.
    pub amended: usize,
    /// The first of them.
    pub amended_days: Vec<AmendedDay>,
}

/// A day that would be said differently now. What was said stays.
#[derive(Debug, Clone, Serialize, Deserialize, utoipa::ToSchema)]
pub struct AmendedDay {
    /// Pseudonym of whose day it is.
    pub person: String,
    /// The day: `2025-05-05`.
    pub day: String,
    /// Its score as it was said, in nats.
    pub said: f64,
    /// Its score with what was told late.
    pub now: f64,
}

/// Most days named that would be said differently.
const AMENDED_MAX: usize = 200;

impl Scored {
    /// Counts a day that would be said differently.
    pub(super) fn tell_amended(&mut self, person: String, amended: &Amended) {
        self.amended += 1;
        if self.amended_days.len() < AMENDED_MAX {
            let (day, said, now) = (amended.day.to_string(), amended.said, amended.now);
            self.amended_days.push(AmendedDay { person, day, said, now });
        }
    }
}

impl Findings {
    /// Nothing was found yet.
    pub(super) fn of(name: String) -> Self {
        let (sources, refused, alerts) = (BTreeMap::new(), Vec::new(), Vec::new());
        let (unknown_fields, unknown_acts) = (Vec::new(), Vec::new());
        Self {
            name,
            from_folder: false,
            sources,
            refused,
            mended: 0,
            unknown_fields,
            unknown_acts,
            unknown_left_out: 0,
            alerts,
            scored: None,
        }
    }
}

/// A rule that fits.
#[derive(Debug, Clone, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Alert {
    /// Line of the log, from 1.
    pub line: u64,
    /// When, as the log wrote it.
    pub ts: Option<String>,
    /// Pseudonym of who; null if the log does not say.
    pub actor: Option<String>,
    /// The vendor's name of the act.
    pub action: Option<String>,
    /// The rule.
    pub rule: String,
    /// What it threatens.
    pub custody: Vec<String>,
    /// How soon to look.
    pub severity: String,
    /// In words.
    pub words: String,
    /// The case that holds it, if it is pressing enough for one.
    #[serde(default)]
    pub case: Option<String>,
}
