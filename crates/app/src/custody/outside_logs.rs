//! Outside audit logs, read on request: off until it was declared which are looked at, how the staff was told and for how
//! long findings are kept.
//!
//! Of a log is kept what a rule fits, what the engine learned, and counts of the rest; the log itself is not. What is
//! pressing becomes a case ([`super::outside_cases`]).

mod judged;

pub(super) use judged::{Judged, judge};

use super::{
    blocking, of_installation,
    outside_cases::{Looked, look},
    outside_declared::off,
    outside_facts::{Known, inside},
    outside_findings::Findings,
};
use crate::{App, Asker, Error};
use serde::Serialize;
use std::sync::Arc;
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
    watched::{self, Import, pseudonym},
};
use vouchsafe_watch::mask;

/// Most characters of a log's name.
pub(super) const NAME_CHARS_MAX: usize = 200;
/// How often a log is looked at again because another server was faster.
const TRIES_MAX: usize = 5;

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

/// What came of keeping a log.
enum Kept {
    Done(Box<(Import, Findings)>),
    Nothing,
    /// Another server, or another declaration, came first: look again.
    Overtaken,
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
