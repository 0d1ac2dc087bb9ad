//! Where a project stands: what is done, how fast, how well people agree, when it may be through.

use super::{projects::gate_for, show_project::need_to_see};
use crate::{App, Asker, Error};
use serde::Serialize;
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;
use vouchsafe_domain::{
    ids::ProjectId,
    time::Micros,
    work::pace::{Pace, pace},
};
use vouchsafe_formats::releases::Consensus;
use vouchsafe_ledger::act::Act;
use vouchsafe_store::{
    custody::disclosed::{Going, Object},
    work::{
        adjudication,
        progress::{self, Counts},
    },
};

/// How far back the pace is looked at.
const PACE_US: i64 = 7 * Micros::DAY;
/// How many of the newest consensus the figures of agreement rest on, at most.
const AGREEMENT_MAX: u32 = 1_000;

/// Where a project stands.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct Progress {
    /// Tasks, gold left out.
    pub tasks: i64,
    /// Of them by state.
    pub by_state: Map<String, Value>,
    /// Annotations by state.
    pub annotations: Map<String, Value>,
    /// Annotations that are still wanted: free slots.
    pub wanted: i64,
    /// Annotations per whole hour of the last 7 days, idle hours included; null while too little was seen.
    pub per_hour: Option<f64>,
    /// `{low, high}`: hours until the wanted ones are there, a 95 % interval; null while too little was seen.
    pub eta_hours: Value,
    /// By question `{share, tasks}`: mean share in agreement over the newest tasks that two or more answered.
    pub agreement: BTreeMap<String, Value>,
    /// Contested tasks that wait for somebody to decide them.
    pub contested: i64,
    /// Milliseconds of work in all annotations together, every revision counted.
    pub active_ms: i64,
    /// People who submitted something.
    pub people: i64,
    /// Flags nobody settled.
    pub flags: i64,
    /// Tasks given back unanswered.
    pub skips: i64,
}

impl App {
    /// The figures of a project. Cost: one walk over its annotations.
    pub async fn progress(&self, asker: &Asker, project: ProjectId) -> Result<Progress, Error> {
        let need = need_to_see(asker.role)?;
        let now = self.now();
        let since = now.plus(-PACE_US);
        let mut on = self.store.read().await?;
        let mut tx = self.store.write("progress").await?;
        let (_, clearance) = gate_for(&mut tx, asker, project, need).await?;
        let contested = adjudication::waiting(&mut tx, project).await?;
        let sealed = progress::newest_consensus(&mut on, &clearance, project, AGREEMENT_MAX).await?;
        let opener = clearance.pending_opener(&tx)?;
        let mut going = Going::of("counts");
        for one in &sealed {
            // Of what is averaged here only figures leave: told by the sealed bytes, which are opened afterwards.
            going.known("agreement", &clearance.content_hash(one.sealed()), one.sealed().len());
        }
        let object = Object::changing("project", &project);
        let entry = clearance
            .sent(&mut tx, (Act::ProjectSent, now), "GET /projects/{project}/progress", object, going)
            .await?
            .because("consensus", sealed.len());
        let committed = tx.commit([entry]).await?;
        let opener = opener.open(&committed)?;
        let counts = progress::counts(&mut on, project, since).await?;
        drop(on);
        let agreement = tokio::task::spawn_blocking(move || {
            let mut sums: BTreeMap<String, (f64, u32)> = BTreeMap::new();
            for one in sealed {
                let settled: BTreeMap<String, Consensus> = super::stored::json(&one.open(&opener)?)?;
                for (question, one) in settled.into_iter().filter(|(_, one)| one.of >= 2) {
                    let Some(share) = one.share else { continue };
                    let sum = sums.entry(question).or_default();
                    *sum = (sum.0 + share, sum.1 + 1);
                }
            }
            Ok::<_, Error>(sums)
        });
        let agreement = agreement.await.map_err(|_| Error::state("progress_failed", "the reckoning broke off"))??;
        Ok(shape(counts, contested, agreement, now, since))
    }
}

fn shape(
    counts: Counts,
    contested: i64,
    agreement: BTreeMap<String, (f64, u32)>,
    now: Micros,
    since: Micros,
) -> Progress {
    let hour = |at: Micros| at.0.div_euclid(Micros::HOUR);
    let first = counts.first_at.map_or(i64::MAX, |first| first.0.max(since.0));
    // From the first whole hour to the last: the one that runs would look slow.
    let pace: Option<Pace> = counts.first_at.and_then(|_| pace(&counts.by_hour, hour(Micros(first)), hour(now)));
    let map = |pairs: Vec<(String, i64)>| pairs.into_iter().map(|(k, n)| (k, n.into())).collect::<Map<_, _>>();
    Progress {
        tasks: counts.tasks.iter().map(|(_, n)| n).sum(),
        by_state: map(counts.tasks),
        annotations: map(counts.annotations),
        wanted: counts.open_slots,
        per_hour: pace.map(|pace| pace.per_hour),
        eta_hours: pace.map_or(Value::Null, |pace| {
            let (low, high) = pace.hours_for(counts.open_slots);
            json!({"low": low, "high": high})
        }),
        agreement: agreement
            .into_iter()
            .map(|(question, (sum, tasks))| (question, json!({"share": sum / f64::from(tasks), "tasks": tasks})))
            .collect(),
        contested,
        active_ms: counts.active_ms,
        people: counts.people,
        flags: counts.flags,
        skips: counts.skips,
    }
}
