//! Outside audit logs, read on request: off until it was declared which are looked at, how the staff was told and for how
//! long findings are kept.
//!
//! Of a log is kept what a rule fits, what the engine learned, and counts of the rest; the log itself is not. What is
//! pressing becomes a case ([`super::outside_cases`]).

mod judged;

pub(super) use judged::{Judged, judge};

use super::{
    cases::{of_installation, reason},
    outside_cases::{Looked, look},
    outside_facts::{Known, inside},
    watched_folder::blocking,
};
use crate::{App, Asker, Error, access::entry};
use serde::{Deserialize, Serialize};
use std::{collections::BTreeMap, sync::Arc};
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
    outside, outside_facts as facts,
    watched::{self, Declared, Import, pseudonym},
};
use vouchsafe_watch::{engine::cases::Amended, mask};

/// How often a log is looked at again because another server was faster.
const TRIES_MAX: usize = 5;
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
        // Logs and facts that come meanwhile have their turn before or after: nothing of them outlives a declaration.
        let _turn = self.outside.lock().await;
        let mut tx = self.store.write("declare_watch").await?;
        of_installation(&mut tx, asker).await?;
        watched::declare(&mut tx, &self.id().to_string(), declared.as_ref(), now).await?;
        if new.is_none() {
            outside::forget(&mut tx).await?;
            facts::forget(&mut tx).await?;
        }
        let entry = by(entry(self, Act::WatchDeclared), asker);
        tx.commit([entry.because("on", new.is_some()).because("retention_days", new.map(|new| new.retention_days))])
            .await?;
        Ok(())
    }

    /// Reads a log that was sent, in any shape that `vouchsafe watch` reads but not packed. Opens cases, keeps what rules fit,
    /// and says what was read, skipped and unknown. Memory: the log some times over.
    pub async fn read_log(&self, asker: &Asker, name: &str, log: &[u8]) -> Result<LogListed, Error> {
        let mut tx = self.store.write("read_log").await?;
        of_installation(&mut tx, asker).await?;
        let declared = watched::declared(&mut tx).await?.ok_or_else(off)?;
        let inside = inside(&mut tx, &declared).await?;
        let reader = pseudonym(&tx, asker.person);
        tx.abandon().await?;
        let (name, log): (String, Vec<u8>) = (name.chars().take(NAME_CHARS_MAX).collect(), log.to_vec());
        let bytes = log.len() as u64;
        let judged = blocking(move || judge(name, &log, inside)).await??;
        let kept = self.keep_log(judged, bytes, asker.member, None, Some(asker)).await?;
        let (new, findings) = kept.ok_or_else(off)?;
        Ok(listed(&new, findings, &reader))
    }

    /// Looks at what was read of a log, opens cases, and keeps what was found, all at once. `None` if `file` was read before, or
    /// if the declaration ended meanwhile. Without an `asker` it lay in the folder.
    pub(super) async fn keep_log(
        &self,
        judged: Judged,
        bytes: u64,
        imported_by: MemberId,
        file: Option<[u8; 32]>,
        asker: Option<&Asker>,
    ) -> Result<Option<(Import, Findings)>, Error> {
        // What one learned the next one takes up, so they take turns; of several servers the slower one begins again.
        let _turn = self.outside.lock().await;
        let judged = Arc::new(judged);
        for _ in 0..TRIES_MAX {
            match self.try_keep(&judged, bytes, imported_by, file.as_ref(), asker).await {
                Ok(Kept::Done(done)) => return Ok(Some(*done)),
                Ok(Kept::Nothing) => return Ok(None),
                Ok(Kept::Overtaken) | Err(Error::Store(vouchsafe_store::Error::Conflict)) => {}
                Err(error) => return Err(error),
            }
        }
        Err(Error::Store(vouchsafe_store::Error::Conflict))
    }

    async fn try_keep(
        &self,
        judged: &Arc<Judged>,
        bytes: u64,
        imported_by: MemberId,
        file: Option<&[u8; 32]>,
        asker: Option<&Asker>,
    ) -> Result<Kept, Error> {
        let mut tx = self.store.write("look_at_log").await?;
        let learned = outside::learned(&mut tx).await?;
        let found = self.found_outside(&mut tx).await?;
        let declared = watched::declared(&mut tx).await?;
        let known = match file {
            Some(mac) => watched::knows_file(&mut tx, mac).await?,
            None => false,
        };
        let besides = Known::now(&mut tx, declared.as_ref()).await?;
        tx.abandon().await?;
        let Some(declared) = declared.filter(|_| !known) else { return Ok(Kept::Nothing) };
        let (before, learned) = learned.map_or((None, None), |(revision, bytes)| (Some(revision), Some(bytes)));
        let (of, revisions, now) = (Arc::clone(judged), besides.revisions.clone(), self.now());
        let looked = (!judged.acts.is_empty())
            .then(|| blocking(move || look(learned.as_deref(), &besides, &found, &of.acts, now)));
        let looked = match looked {
            Some(looked) => Some(looked.await??),
            None => None,
        };

        let mut tx = self.store.write("read_log").await?;
        let known = match file {
            Some(mac) => !watched::know_file(&mut tx, mac, self.now()).await?,
            None => false,
        };
        let other = watched::hold(&mut tx).await?.is_none_or(|now| now.set_at != declared.set_at)
            || facts::revisions(&mut tx).await? != revisions;
        if known || other {
            tx.abandon().await?;
            return Ok(if known { Kept::Nothing } else { Kept::Overtaken });
        }
        let mut findings = judged.findings.clone();
        let mut entries = Vec::new();
        let forget_at = self.now().plus(declared.retention_days * Micros::DAY);
        let nothing = Looked::default();
        if let Some(looked) = &looked
            && !outside::keep(&mut tx, before, &looked.learned).await?
        {
            tx.abandon().await?;
            return Ok(Kept::Overtaken);
        }
        let of = looked.as_ref().unwrap_or(&nothing);
        entries
            .extend(self.open_outside(&mut tx, of, &judged.pressing, &judged.sources, &mut findings, forget_at).await?);
        let new = self.import(judged, &findings, bytes, forget_at, imported_by);
        watched::keep_import(&mut tx, &new).await?;
        let entry = Entry::new(LedgerOf::Installation, Act::LogRead, new.at.0);
        let entry = counted(entry, &new, &findings);
        entries.push(match asker {
            Some(asker) => by(entry, asker),
            None => entry.by("job", "watch"),
        });
        tx.commit(entries).await?;
        Ok(Kept::Done(Box::new((new, findings))))
    }

    /// What is kept of a log that was read.
    fn import(&self, read: &Judged, findings: &Findings, bytes: u64, forget_at: Micros, by: MemberId) -> Import {
        let count = |n: u64| i64::try_from(n).unwrap_or(i64::MAX);
        Import {
            id: ImportId(self.id()),
            body: serde_json::to_string(findings).unwrap_or_default(),
            bytes: count(bytes),
            counts: [read.report.lines, read.report.acts, read.report.skipped, read.alerts].map(count),
            by,
            at: self.now(),
            forget_at,
        }
    }

    /// Logs that were read and are not forgotten, newest first.
    pub async fn list_logs(&self, asker: &Asker) -> Result<Vec<LogListed>, Error> {
        let mut tx = self.store.write("list_logs").await?;
        of_installation(&mut tx, asker).await?;
        let rows = watched::imports(&mut tx).await?;
        let reader = pseudonym(&tx, asker.person);
        tx.abandon().await?;
        Ok(rows
            .into_iter()
            .filter_map(|row| Some((serde_json::from_str(&row.body).ok()?, row)))
            .map(|(findings, row)| listed(&row, findings, &reader))
            .collect())
    }

    /// Forgets what was kept for as long as was declared, cases included. How many logs.
    pub async fn forget_logs(&self) -> Result<u64, Error> {
        let mut tx = self.store.write("forget_logs").await?;
        let forgotten = watched::forget_imports(&mut tx, self.now()).await?;
        let cases = outside::forget_cases(&mut tx, self.now()).await?;
        if forgotten + cases == 0 {
            tx.abandon().await?;
            return Ok(0);
        }
        let entry = Entry::new(LedgerOf::Installation, Act::LogForgotten, self.now().0).because("logs", forgotten);
        tx.commit([entry.because("cases", cases).by("job", "watch")]).await?;
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

/// What came of keeping a log.
enum Kept {
    Done(Box<(Import, Findings)>),
    Nothing,
    /// Another server, or another declaration, came first: look again.
    Overtaken,
}

/// What a declaration says.
pub(super) fn said(declared: &Declared) -> Option<Declaration> {
    serde_json::from_str(&declared.body).ok()
}

/// The entry about a log that was read, with its counts.
fn counted(entry: Entry, new: &Import, findings: &Findings) -> Entry {
    let [lines, acts, skipped, alerts] = new.counts;
    let (cases, amended) = findings.scored.as_ref().map_or((0, 0), |scored| (scored.cases, scored.amended));
    entry
        .of("log", new.id.to_string())
        .of("bytes", new.bytes)
        .because("lines", lines)
        .because("acts", acts)
        .because("skipped", skipped)
        .because("alerts", alerts)
        .because("cases", cases)
        .because("amended", amended)
}

pub(super) fn off() -> Error {
    Error::state(
        "not_declared",
        "outside logs are not read until scope, notice to the staff and retention are declared",
    )
}

/// A log as `reader` sees it, who is told nothing about himself: what is asked of everybody else is asked of him by others.
fn listed(row: &Import, mut findings: Findings, reader: &str) -> LogListed {
    // Logs that were read by an earlier version have addresses here.
    for actor in findings.alerts.iter_mut().filter_map(|alert| alert.actor.as_mut()) {
        *actor = mask::addresses(actor).into_owned();
    }
    let [lines, acts, skipped, mut alerts] = row.counts;
    let about = findings.alerts.len();
    findings.alerts.retain(|alert| alert.actor.as_deref() != Some(reader));
    alerts -= i64::try_from(about - findings.alerts.len()).unwrap_or(0);
    if let Some(scored) = &mut findings.scored {
        let about = scored.amended_days.len();
        scored.amended_days.retain(|day| day.person != reader);
        scored.amended -= about - scored.amended_days.len();
    }
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
