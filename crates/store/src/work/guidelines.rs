//! Versions of a project's guideline, and who acknowledged which.

use crate::{Error, Pending, Tx, custody::clearance::Clearance, vals};
use vouchsafe_domain::{
    ids::{GuidelineId, MemberId, ProjectId},
    time::Micros,
};

const TABLE: &str = "guideline";

/// Adds a version and makes it the project's newest. The caller has locked the project.
pub async fn insert(
    tx: &mut Tx,
    clearance: &Clearance<'_>,
    id: GuidelineId,
    project: ProjectId,
    text: &str,
    by: MemberId,
    at: Micros,
) -> Result<u32, Error> {
    let sealed = clearance.seal(tx, TABLE, &id.to_string(), text.as_bytes())?;
    let row = tx
        .one(
            "insert into guideline (id, project_id, client_id, version, body_sealed, created_by, created_us)
             select $1, $2, $3, 1 + (select count(*) from guideline g where g.project_id = $2), $4, $5, $6
             returning version",
            vals![id, project, clearance.client(), sealed, by, at],
        )
        .await?;
    tx.exec("update project set guideline_id = $1 where id = $2", vals![id, project]).await?;
    row.ok_or(Error::Missing { table: TABLE })?.count(0)
}

/// The text of a version, on its way to whom it was cleared for.
pub async fn pending(tx: &mut Tx, clearance: &Clearance<'_>, id: GuidelineId) -> Result<Pending<String>, Error> {
    let row = tx
        .one("select body_sealed from guideline where id = $1 and client_id = $2", vals![id, clearance.client()])
        .await?
        .ok_or(Error::Missing { table: TABLE })?;
    let text = clearance.pending(tx, TABLE, &id.to_string(), row.sealed(0)?)?;
    Ok(text.map(|bytes| String::from_utf8_lossy(&bytes).into_owned()))
}

/// A member said to have read a version. Saying so again changes nothing.
pub async fn acknowledge(tx: &mut Tx, id: GuidelineId, member: MemberId, at: Micros) -> Result<(), Error> {
    tx.exec(
        "insert into guideline_ack (guideline_id, member_id, acknowledged_us) values ($1, $2, $3) on conflict (guideline_id, member_id) do nothing",
        vals![id, member, at],
    )
    .await?;
    Ok(())
}
