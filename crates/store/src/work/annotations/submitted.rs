//! What a member submitted, as he looks back at it: when and how long it took him. Where it stands is not read: of gold
//! and of other tasks it need not become the same.

use crate::{Error, Tx, vals, work::projects::State};
use vouchsafe_domain::{
    ids::{AnnotationId, AssignmentId, ClientId, MemberId, ProjectId},
    time::Micros,
};

/// A project in which a member was given work.
#[derive(Debug, Clone, Copy)]
pub struct Worked {
    /// Which.
    pub project: ProjectId,
    /// Of which client.
    pub client: ClientId,
    /// Whether it still takes something in.
    pub state: State,
}

/// The projects in which a member was given work, the newest first, at most 500.
pub async fn projects(tx: &mut Tx, member: MemberId) -> Result<Vec<Worked>, Error> {
    let rows = tx
        .q(
            "select p.id, p.client_id, p.state
               from standing s join project p on p.id = s.project_id
              where s.member_id = $1
              order by p.created_us desc, p.id
              limit 500",
            vals![member],
        )
        .await?;
    rows.iter().map(|row| Ok(Worked { project: row.id(0)?, client: row.id(1)?, state: row.id(2)? })).collect()
}

/// An annotation of the member's own, without its answers.
#[derive(Debug, Clone)]
pub struct Submitted {
    /// Which.
    pub id: AnnotationId,
    /// The assignment it answered.
    pub assignment: AssignmentId,
    /// Of which project.
    pub project: ProjectId,
    /// Which revision.
    pub revision: i64,
    /// Milliseconds of work.
    pub active_ms: i64,
    /// When it was submitted.
    pub at: Micros,
    /// Whether a reviewer gave it back.
    pub returned: bool,
}

/// What a member submitted in a project, newest first, after `(submitted, id)` in that order.
pub async fn of_member(
    tx: &mut Tx,
    member: MemberId,
    project: ProjectId,
    after: (i64, &str),
    limit: u32,
) -> Result<Vec<Submitted>, Error> {
    let rows = tx
        .q(
            "select n.id, n.assignment_id, n.revision, n.active_ms, n.submitted_us,
                    (select count(*) from review r where r.annotation_id = n.id and r.verdict = 'return')
               from annotation n
              where n.member_id = $1 and n.project_id = $2 and n.submitted_us <= $3 and (n.submitted_us < $3 or n.id > $4)
              order by n.submitted_us desc, n.id
              limit $5",
            vals![member, project, after.0, after.1, limit],
        )
        .await?;
    rows.iter()
        .map(|row| {
            Ok(Submitted {
                id: row.id(0)?,
                assignment: row.id(1)?,
                project,
                revision: row.int(2)?,
                active_ms: row.int(3)?,
                at: row.at(4)?,
                returned: row.int(5)? > 0,
            })
        })
        .collect()
}
