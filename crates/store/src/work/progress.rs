//! Counts of a project for its progress page. Each is one walk over an index of the project; none opens content.

use crate::{
    Error,
    custody::{clearance::Clearance, opener::Opener},
    seal::Sealed,
    tx::Read,
    vals,
};
use vouchsafe_domain::{ids::ProjectId, time::Micros};

/// How much was done and how much is left.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Counts {
    /// Tasks by state, gold left out.
    pub tasks: Vec<(String, i64)>,
    /// Free slots of tasks, gold left out.
    pub open_slots: i64,
    /// Annotations by state.
    pub annotations: Vec<(String, i64)>,
    /// Milliseconds of work in the newest revision of each annotation.
    pub active_ms: i64,
    /// People who submitted something.
    pub people: i64,
    /// Flags nobody settled.
    pub flags: i64,
    /// Skips.
    pub skips: i64,
    /// Annotations by hour since `since`: hours since 1970 and how many.
    pub by_hour: Vec<(i64, i64)>,
    /// When the first annotation came.
    pub first_at: Option<Micros>,
}

/// Counts of a project; `by_hour` from `since` on.
pub async fn counts(on: &mut Read, project: ProjectId, since: Micros) -> Result<Counts, Error> {
    let pairs = |rows: Vec<crate::Row>| -> Result<Vec<(String, i64)>, Error> {
        rows.iter().map(|row| Ok((row.text(0)?.to_owned(), row.int(1)?))).collect()
    };
    let tasks = on
        .q(
            "select state, count(*) from task where project_id = $1 and lane >= 0 group by state order by state",
            vals![project],
        )
        .await?;
    let open_slots = on
        .one(
            "select cast(coalesce(sum(open_slots), 0) as bigint) from task where project_id = $1 and lane >= 0 and open_slots > 0",
            vals![project],
        )
        .await?;
    let annotations = on
        .q("select state, count(*) from annotation where project_id = $1 group by state order by state", vals![project])
        .await?;
    let people = on
        .one(
            "select count(distinct person_id), min(submitted_us), cast(coalesce(sum(active_ms), 0) as bigint)
               from annotation where project_id = $1",
            vals![project],
        )
        .await?;
    let marks = on
        .q(
            "select kind, count(*) from flag where project_id = $1 and (kind = 'skip' or resolved_us is null) group by kind",
            vals![project],
        )
        .await?;
    let hours = on
        .q(
            "select submitted_us / 3600000000, count(*) from annotation where project_id = $1 and submitted_us >= $2
              group by submitted_us / 3600000000 order by 1",
            vals![project, since],
        )
        .await?;
    let marks = pairs(marks)?;
    let of = |kind: &str| marks.iter().find(|(k, _)| k == kind).map_or(0, |(_, n)| *n);
    Ok(Counts {
        tasks: pairs(tasks)?,
        open_slots: open_slots.map_or(Ok(0), |row| row.int(0))?,
        annotations: pairs(annotations)?,
        active_ms: people.as_ref().map_or(Ok(0), |row| row.int(2))?,
        people: people.as_ref().map_or(Ok(0), |row| row.int(0))?,
        flags: of("flag"),
        skips: of("skip"),
        by_hour: hours.iter().map(|row| Ok((row.int(0)?, row.int(1)?))).collect::<Result<_, Error>>()?,
        first_at: people.map_or(Ok(None), |row| row.opt_at(1))?,
    })
}

/// The consensus of one task, sealed.
pub struct SealedConsensus {
    row: String,
    body: Sealed,
}

impl SealedConsensus {
    /// As it lies.
    pub fn sealed(&self) -> &[u8] {
        &self.body.0
    }

    /// By question, as JSON text.
    pub fn open(&self, opener: &Opener) -> Result<Vec<u8>, Error> {
        opener.open("consensus", &self.row, &self.body)
    }
}

/// The newest consensus of a project, at most `limit`, for figures of agreement.
pub async fn newest_consensus(
    on: &mut Read,
    clearance: &Clearance<'_>,
    project: ProjectId,
    limit: u32,
) -> Result<Vec<SealedConsensus>, Error> {
    let rows = on
        .q(
            "select task_id, body_sealed from consensus where project_id = $1 and client_id = $2 order by computed_us desc limit $3",
            vals![project, clearance.client(), limit],
        )
        .await?;
    rows.iter().map(|row| Ok(SealedConsensus { row: row.text(0)?.to_owned(), body: row.sealed(1)? })).collect()
}
