//! Who could work on a project, and how each stands to it.

use crate::{
    Error, Tx,
    access::members::{self, Listed},
    vals,
};
use vouchsafe_domain::ids::{ClientId, ProjectId};

/// A member who could work on a project.
#[derive(Debug, Clone)]
pub struct Found {
    /// The account.
    pub listed: Listed,
    /// Whether he has a confirmed grant into the client.
    pub granted: bool,
    /// Whether he acknowledged the newest guideline.
    pub acknowledged: bool,
    /// Tasks he took so far.
    pub taken: i64,
    /// Leases he holds.
    pub open_leases: i64,
}

/// Experts and reviewers, in order of coming, after `(created, id)`.
pub async fn of_project(
    tx: &mut Tx,
    client: ClientId,
    project: ProjectId,
    after: (i64, &str),
    limit: u32,
) -> Result<Vec<Found>, Error> {
    let rows = tx
        .q(
            "select m.id, m.person_id, m.role, n.name_sealed, n.email_sealed, m.created_us, m.suspended_us,
                    coalesce(n.merged_into, n.id),
                    (select count(*) from client_grant g
                      where g.member_id = m.id and g.client_id = $2 and g.confirmed_us is not null and g.revoked_us is null),
                    (select count(*) from guideline_ack a join project p on p.guideline_id = a.guideline_id
                      where p.id = $1 and a.member_id = m.id),
                    coalesce(s.taken, 0), coalesce(s.open_leases, 0)
               from member m
               join person n on n.id = m.person_id
               left join standing s on s.member_id = m.id and s.project_id = $1
              where m.role in ('expert', 'reviewer') and (m.created_us > $3 or (m.created_us = $3 and m.id > $4))
              order by m.created_us, m.id
              limit $5",
            vals![project, client, after.0, after.1, limit],
        )
        .await?;
    rows.iter()
        .map(|row| {
            Ok(Found {
                listed: members::listed(tx.keys(), row)?,
                granted: row.int(8)? > 0,
                acknowledged: row.int(9)? > 0,
                taken: row.int(10)?,
                open_leases: row.int(11)?,
            })
        })
        .collect()
}
