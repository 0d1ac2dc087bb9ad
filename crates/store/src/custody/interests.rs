//! Ties of persons to organisations, and that a person looked at his own again.

use super::own::{open_own, seal_own};
use crate::{Error, Tx, vals};
use vouchsafe_domain::{
    ids::{InterestId, MemberId, OrganisationId, PersonId, ProjectId},
    time::Micros,
};

/// Kinds of a tie.
pub const KINDS: [&str; 3] = ["employer", "equity", "commission"];

/// A tie.
#[derive(Debug, Clone)]
pub struct Interest {
    /// Its id.
    pub id: InterestId,
    /// Whose.
    pub person: PersonId,
    /// To whom.
    pub organisation: OrganisationId,
    /// One of [`KINDS`].
    pub kind: String,
    /// In the words of who declared it.
    pub reason: String,
    /// Who declared it: himself, or a custodian.
    pub declared_by: MemberId,
    /// When.
    pub declared_at: Micros,
    /// When it ended or will.
    pub until: Option<Micros>,
}

/// Declares a tie.
pub async fn insert(tx: &mut Tx, new: &Interest) -> Result<(), Error> {
    let body = seal_own(tx, "interest", &new.id.to_string(), &new.reason);
    tx.exec(
        "insert into interest (id, person_id, organisation_id, kind, body_sealed, declared_by, declared_us, until_us)
         values ($1, $2, $3, $4, $5, $6, $7, $8)",
        vals![new.id, new.person, new.organisation, &new.kind, body, new.declared_by, new.declared_at, new.until],
    )
    .await?;
    Ok(())
}

/// How many ties were ever declared of a person.
pub async fn count(tx: &mut Tx, person: PersonId) -> Result<i64, Error> {
    let row = tx.one("select count(*) from interest where person_id = $1", vals![person]).await?;
    row.map_or(Ok(0), |row| row.int(0))
}

/// Says when a tie ended; with `own`, one that he declared himself. False when this person has none of this id that is open.
pub async fn end(tx: &mut Tx, person: PersonId, id: InterestId, own: bool, at: Micros) -> Result<bool, Error> {
    let sql = "update interest set until_us = $1
                where id = $2 and person_id = $3 and until_us is null
                  and ($4 = 0 or declared_by in
                        (select m.id from member m where m.person_id in
                          (select $3 union all select n.id from person n where n.merged_into = $3)))";
    Ok(tx.exec(sql, vals![at, id, person, i64::from(own)]).await? == 1)
}

/// A person's ties, oldest first, at most 200.
pub async fn of_person(tx: &mut Tx, person: PersonId) -> Result<Vec<Interest>, Error> {
    let rows = tx
        .q(
            "select id, person_id, organisation_id, kind, body_sealed, declared_by, declared_us, until_us
               from interest where person_id = $1 order by declared_us, id limit 200",
            vals![person],
        )
        .await?;
    rows.iter()
        .map(|row| {
            Ok(Interest {
                id: row.id(0)?,
                person: row.id(1)?,
                organisation: row.id(2)?,
                kind: row.text(3)?.to_owned(),
                reason: open_own(tx, "interest", row.text(0)?, &row.sealed(4)?)?,
                declared_by: row.id(5)?,
                declared_at: row.at(6)?,
                until: row.opt_at(7)?,
            })
        })
        .collect()
}

/// All that `from` declared holds for `to` as well.
pub async fn join(tx: &mut Tx, from: PersonId, to: PersonId) -> Result<(), Error> {
    tx.exec("update interest set person_id = $1 where person_id = $2", vals![to, from]).await?;
    Ok(())
}

/// Records that a person's declarations are complete and true as he begins on a project.
pub async fn confirm(tx: &mut Tx, person: PersonId, project: ProjectId, at: Micros) -> Result<(), Error> {
    tx.exec(
        "insert into declaration (person_id, project_id, declared_us) values ($1, $2, $3)
         on conflict (person_id, project_id) do update set declared_us = excluded.declared_us",
        vals![person, project, at],
    )
    .await?;
    Ok(())
}
