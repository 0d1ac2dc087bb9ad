//! What a member had and did not answer, because its lease lapsed or was given back without a word. It is still his to
//! take up while a slot of its task is free, gold or not.

use crate::{Error, Tx, vals};
use vouchsafe_domain::{
    ids::{AssignmentId, ClientId, MemberId, ProjectId},
    time::Micros,
};

/// The newest that a member may take up in a project, among his newest 200. Counts, as the queue does.
pub(crate) const NEWEST: &str = "select u.id
       from (select a.id, a.task_id, a.task_no, a.ended_us from assignment a
              where a.project_id = $1 and a.member_id = $2 and a.step = 'label' and a.state in ('lapsed', 'released')
              order by a.ended_us desc
              limit 200) u
       join task t on t.id = u.task_id
      where t.open_slots > 0
        and (select count(*) from annotation n where n.task_no = u.task_no and n.assignment_id = u.id and n.state = 'late') = 0
      order by u.ended_us desc, u.id
      limit 1";

/// Unfinished work with words of its member in it.
#[derive(Debug, Clone, Copy)]
pub struct Begun {
    /// Which assignment.
    pub id: AssignmentId,
    /// Of which project.
    pub project: ProjectId,
    /// Of which client.
    pub client: ClientId,
    /// The member's how-manieth of this project.
    pub number: i64,
    /// When he took it first.
    pub begun_at: Micros,
    /// When his draft was saved.
    pub draft_at: Micros,
    /// When its lease ended.
    pub ended_at: Micros,
}

/// A member's unfinished work that has a draft, the newest first, at most `limit`.
pub async fn begun(tx: &mut Tx, member: MemberId, limit: u32) -> Result<Vec<Begun>, Error> {
    let rows = tx
        .q(
            "select a.id, a.project_id, a.client_id, a.ended_us, a.number, a.leased_us, d.saved_us
               from assignment a
               join draft d on d.assignment_id = a.id
              where a.member_id = $1 and a.step = 'label' and a.state in ('lapsed', 'released')
              order by a.ended_us desc, a.id
              limit $2",
            vals![member, limit],
        )
        .await?;
    rows.iter()
        .map(|row| {
            Ok(Begun {
                id: row.id(0)?,
                project: row.id(1)?,
                client: row.id(2)?,
                number: row.int(4)?,
                begun_at: row.at(5)?,
                draft_at: row.at(6)?,
                ended_at: row.at(3)?,
            })
        })
        .collect()
}
