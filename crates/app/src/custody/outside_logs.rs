//! Outside audit logs, read on request: off until it was declared which are looked at, how the staff was told and for how
//! long findings are kept.
//!
//! Of a log only what a rule fits is kept, with counts of the rest; the log itself is not.

use super::cases::{of_installation, reason};
use crate::{App, Asker, Error, access::entry};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use vouchsafe_domain::{
    ids::{ImportId, MemberId},
    time::Micros,
};
use vouchsafe_ledger::{
    act::Act,
    entry::{Entry, LedgerOf},
};
use vouchsafe_store::custody::{
    clearance::by,
    watched::{self, Declared, Import},
};
use vouchsafe_watch::{
    read::{BadLine, pieces::Pieces, report::Report, sources::Sources},
    rules::{Alerts, Domains, Rules},
};

/// Most alerts kept of one log; further ones are counted.
const ALERTS_MAX: usize = 1_000;
/// Most characters of a log's name.
pub(super) const NAME_CHARS_MAX: usize = 200;
/// Most days that findings may be kept.
const RETENTION_DAYS_MAX: i64 = 400;

/// What of outside logs may be looked at.
#[derive(Debug, Clone, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Declaration {
    /// Which logs, and whose.
    pub scope: String,
    /// How the staff was told.
    pub notice: String,
    /// When it was told, RFC 3339.
    pub told_at: String,
    /// For how many days findings are kept: 1 to 400.
    pub retention_days: i64,
    /// Domains that count as inside; each actor's own when empty.
    #[serde(default)]
    pub domains: Vec<String>,
}

/// What was found in a log.
#[derive(Debug, Clone, Serialize, Deserialize, utoipa::ToSchema)]
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
    /// Fields without a place: log, name, count; the 200 most frequent.
    pub unknown_fields: Vec<(String, String, u64)>,
    /// Names of acts without a verb: log, name, count; the 200 most frequent.
    pub unknown_acts: Vec<(String, String, u64)>,
    /// Alerts, at most 1,000.
    pub alerts: Vec<Alert>,
}

impl Findings {
    /// Nothing was found yet.
    pub(super) fn of(name: String) -> Self {
        let (sources, refused, alerts) = (BTreeMap::new(), Vec::new(), Vec::new());
        let (unknown_fields, unknown_acts) = (Vec::new(), Vec::new());
        Self { name, from_folder: false, sources, refused, unknown_fields, unknown_acts, alerts }
    }
}

/// A rule that fits.
#[derive(Debug, Clone, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Alert {
    /// Line of the log, from 1.
    pub line: u64,
    /// When, as the log wrote it.
    pub ts: Option<String>,
    /// Who, as the log wrote it.
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
}

/// A log that was read.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct LogListed {
    /// Its id.
    pub id: String,
    /// When it was read.
    pub read_at: String,
    /// When what was found is forgotten.
    pub forget_at: String,
    /// Its size in bytes.
    pub bytes: i64,
    /// Lines that were not empty.
    pub lines: i64,
    /// Acts.
    pub acts: i64,
    /// Lines refused.
    pub skipped: i64,
    /// Alerts, also those beyond what is kept.
    pub alerts: i64,
    /// What was found.
    pub findings: Findings,
}

impl App {
    /// What is declared now.
    pub async fn declaration(&self, asker: &Asker) -> Result<Option<Declaration>, Error> {
        let mut tx = self.store.write("declaration").await?;
        of_installation(&mut tx, asker).await?;
        let found = watched::declared(&mut tx).await?;
        tx.abandon().await?;
        Ok(found.and_then(|found| serde_json::from_str(&found.body).ok()))
    }

    /// Declares what may be looked at, or (without anything) switches reading outside logs off.
    pub async fn declare_watch(&self, asker: &Asker, new: Option<&Declaration>) -> Result<(), Error> {
        let now = self.now();
        let declared = new.map(|new| check(new, asker, now)).transpose()?;
        let mut tx = self.store.write("declare_watch").await?;
        of_installation(&mut tx, asker).await?;
        watched::declare(&mut tx, &self.id().to_string(), declared.as_ref(), now).await?;
        let entry = by(entry(self, Act::WatchDeclared), asker);
        tx.commit([entry.because("on", new.is_some()).because("retention_days", new.map(|new| new.retention_days))])
            .await?;
        Ok(())
    }

    /// Reads a log that was sent: lines of JSON. Keeps what rules fit, and says what was read, skipped and unknown.
    pub async fn read_log(&self, asker: &Asker, name: &str, log: &[u8]) -> Result<LogListed, Error> {
        let mut tx = self.store.write("read_log").await?;
        of_installation(&mut tx, asker).await?;
        let declared = watched::declared(&mut tx).await?;
        tx.abandon().await?;
        let declared = declared.ok_or_else(off)?;
        let said = said(&declared).ok_or_else(off)?;
        let name: String = name.chars().take(NAME_CHARS_MAX).collect();
        let read = judge(name, log, said.domains)?;
        let new = self.import(&read, log.len() as u64, &declared, asker.member);
        let mut tx = self.store.write("read_log").await?;
        watched::keep_import(&mut tx, &new).await?;
        tx.commit([by(counted(entry(self, Act::LogRead), &new), asker)]).await?;
        Ok(listed(&new, read.findings))
    }

    /// What is kept of a log that was read.
    pub(super) fn import(&self, read: &Judged, bytes: u64, declared: &Declared, by: MemberId) -> Import {
        let now = self.now();
        let count = |n: u64| i64::try_from(n).unwrap_or(i64::MAX);
        Import {
            id: ImportId(self.id()),
            body: serde_json::to_string(&read.findings).unwrap_or_default(),
            bytes: count(bytes),
            counts: [read.report.lines, read.report.acts, read.report.skipped, read.alerts].map(count),
            by,
            at: now,
            forget_at: now.plus(declared.retention_days * Micros::DAY),
        }
    }

    /// Logs that were read and are not forgotten, newest first.
    pub async fn list_logs(&self, asker: &Asker) -> Result<Vec<LogListed>, Error> {
        let mut tx = self.store.write("list_logs").await?;
        of_installation(&mut tx, asker).await?;
        let rows = watched::imports(&mut tx).await?;
        tx.abandon().await?;
        Ok(rows
            .into_iter()
            .filter_map(|row| Some((serde_json::from_str(&row.body).ok()?, row)))
            .map(|(findings, row)| listed(&row, findings))
            .collect())
    }

    /// Forgets what was kept for as long as was declared. How many logs.
    pub async fn forget_logs(&self) -> Result<u64, Error> {
        let mut tx = self.store.write("forget_logs").await?;
        let forgotten = watched::forget_imports(&mut tx, self.now()).await?;
        if forgotten == 0 {
            tx.abandon().await?;
            return Ok(0);
        }
        let entry = Entry::new(LedgerOf::Installation, Act::LogForgotten, self.now().0).because("logs", forgotten);
        tx.commit([entry.by("job", "watch")]).await?;
        Ok(forgotten)
    }
}

fn check(new: &Declaration, asker: &Asker, now: Micros) -> Result<Declared, Error> {
    for (path, text) in [("/scope", &new.scope), ("/notice", &new.notice)] {
        reason(text).map_err(|_| Error::invalid(path, "must have 1 to 4000 bytes"))?;
    }
    if !(1..=RETENTION_DAYS_MAX).contains(&new.retention_days) {
        return Err(Error::invalid("/retention_days", format!("must be 1 to {RETENTION_DAYS_MAX}")));
    }
    let told = vouchsafe_watch::read::times::micros(&new.told_at).map(Micros);
    let Some(told_at) = told.filter(|told| *told <= now) else {
        return Err(Error::invalid("/told_at", "must be a moment that has passed, such as 2026-01-05T09:00:00Z"));
    };
    Ok(Declared {
        body: serde_json::to_string(new).unwrap_or_default(),
        told_at,
        retention_days: new.retention_days,
        set_by: asker.member,
        set_at: now,
    })
}

/// What came of reading a log.
pub(super) struct Judged {
    pub(super) findings: Findings,
    pub(super) report: Report,
    /// Alerts, also those beyond what is kept.
    pub(super) alerts: u64,
}

/// What a declaration says.
pub(super) fn said(declared: &Declared) -> Option<Declaration> {
    serde_json::from_str(&declared.body).ok()
}

/// The entry about a log that was read, with its counts.
pub(super) fn counted(entry: Entry, new: &Import) -> Entry {
    let [lines, acts, skipped, alerts] = new.counts;
    entry
        .of("log", new.id.to_string())
        .of("bytes", new.bytes)
        .because("lines", lines)
        .because("acts", acts)
        .because("skipped", skipped)
        .because("alerts", alerts)
}

fn off() -> Error {
    Error::state(
        "not_declared",
        "outside logs are not read until scope, notice to the staff and retention are declared",
    )
}

/// Reads a log: lines of JSON. Time grows with its lines; memory with what is kept.
pub(super) fn judge(name: String, log: &[u8], domains: Vec<String>) -> Result<Judged, Error> {
    let broken = |_| Error::state("rules", "the rules of this version cannot be read");
    let sources = Sources::own().map_err(|error| broken(error.to_string()))?;
    let rules = Rules::own().map_err(|error| broken(error.to_string()))?.with_domains(Domains::new(domains));
    let (mut report, mut memory, mut kept, mut alerts) = (Report::default(), Alerts::default(), Vec::new(), 0);
    let mut take = |number: u64, piece: Result<&str, BadLine>| {
        for act in report.piece(number, piece, &sources, None) {
            for found in rules.matches(&act, &mut memory).into_iter().filter(|found| found.alert) {
                alerts += 1;
                if kept.len() < ALERTS_MAX {
                    kept.push(Alert {
                        line: number,
                        ts: act.record.ts.clone(),
                        actor: act.record.actor.clone(),
                        action: act.record.action.clone(),
                        rule: found.rule.id.clone(),
                        custody: found.rule.classes.iter().map(word).collect(),
                        severity: word(&found.rule.severity),
                        words: found.rule.words.clone(),
                    });
                }
            }
        }
    };
    let mut pieces = Pieces::default();
    for (number, line) in (1..).zip(log.split(|byte| *byte == b'\n')) {
        pieces.line(number, &String::from_utf8_lossy(line), &mut take);
    }
    pieces.end(&mut take);
    let often = |names: &BTreeMap<(String, String), u64>| {
        let mut often: Vec<_> =
            names.iter().map(|((source, name), count)| (source.clone(), name.clone(), *count)).collect();
        often.sort_by_key(|(_, _, count)| std::cmp::Reverse(*count));
        often.truncate(200);
        often
    };
    let findings = Findings {
        sources: report.sources.clone(),
        refused: report.named.iter().map(|(line, bad)| (*line, bad.field.to_string(), bad.rule.to_owned())).collect(),
        unknown_fields: often(&report.unknown_fields),
        unknown_acts: often(&report.unknown_acts),
        alerts: kept,
        ..Findings::of(name)
    };
    Ok(Judged { findings, report, alerts })
}

/// The word of a class or a severity as rules have it.
fn word(of: &impl Serialize) -> String {
    serde_json::to_value(of).ok().and_then(|value| value.as_str().map(str::to_owned)).unwrap_or_default()
}

fn listed(row: &Import, findings: Findings) -> LogListed {
    let [lines, acts, skipped, alerts] = row.counts;
    LogListed {
        id: row.id.to_string(),
        read_at: row.at.to_string(),
        forget_at: row.forget_at.to_string(),
        bytes: row.bytes,
        lines,
        acts,
        skipped,
        alerts,
        findings,
    }
}
