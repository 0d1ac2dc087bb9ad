//! To see who a case is about takes a reason and a second person.

use super::own::{open_own, seal_own};
use crate::{Error, Row, Tx, vals};
use vouchsafe_domain::{
    ids::{CaseId, MemberId, PersonId, RevealId},
    time::Micros,
};

/// A request to see who a pseudonym is.
#[derive(Debug, Clone)]
pub struct Reveal {
    /// Its id.
    pub id: RevealId,
    /// The case.
    pub case: CaseId,
    /// Why.
    pub reason: String,
    /// Which account asks.
    pub asked_by: MemberId,
    /// Which person asks.
    pub asked_person: PersonId,
    /// When.
    pub asked_at: Micros,
    /// Who decided, when, and whether it was approved.
    pub decided: Option<(MemberId, Micros, bool)>,
    /// Until when an approval holds.
    pub until: Option<Micros>,
}

/// Asks.
pub async fn insert(tx: &mut Tx, new: &Reveal) -> Result<(), Error> {
    let reason = seal_own(tx, "watch_reveal", &new.id.to_string(), &new.reason);
    tx.exec(
        "insert into watch_reveal (id, case_id, reason_sealed, asked_by, asked_person, asked_us) values ($1, $2, $3, $4, $5, $6)",
        vals![new.id, new.case, reason, new.asked_by, new.asked_person, new.asked_at],
    )
    .await?;
    Ok(())
}

/// Decides one that is open. False if somebody was faster.
pub async fn decide(
    tx: &mut Tx,
    id: RevealId,
    by: MemberId,
    at: Micros,
    approved: bool,
    until: Micros,
) -> Result<bool, Error> {
    let changed = tx
        .exec(
            "update watch_reveal set decided_by = $1, decided_us = $2, verdict = $3, until_us = $4 where id = $5 and decided_us is null",
            vals![by, at, if approved { "approved" } else { "refused" }, until, id],
        )
        .await?;
    Ok(changed == 1)
}

/// What `from` asked counts as asked by `to`, who cannot decide it then.
pub async fn join(tx: &mut Tx, from: PersonId, to: PersonId) -> Result<(), Error> {
    tx.exec("update watch_reveal set asked_person = $1 where asked_person = $2", vals![to, from]).await?;
    Ok(())
}

/// Approvals of which one of two persons decided and the other asked are void, and open again. Which they were.
pub async fn reopen_of_both(tx: &mut Tx, one: PersonId, other: PersonId) -> Result<Vec<RevealId>, Error> {
    let rows = tx
        .q(
            "update watch_reveal set decided_by = null, decided_us = null, verdict = null, until_us = null
              where verdict = 'approved' and asked_person in ($1, $2)
                and decided_by in (select m.id from member m join person p on p.id = m.person_id
                                    where p.id in ($1, $2) or p.merged_into in ($1, $2))
             returning id",
            vals![one, other],
        )
        .await?;
    rows.iter().map(|row| row.id(0)).collect()
}

/// One, locked.
pub async fn get(tx: &mut Tx, id: RevealId) -> Result<Option<Reveal>, Error> {
    let row = tx
        .one(
            "select id, case_id, reason_sealed, asked_by, asked_person, asked_us, decided_by, decided_us, verdict, until_us
               from watch_reveal where id = $1 /*lock watch_reveal*/",
            vals![id],
        )
        .await?;
    row.map(|row| read(tx, &row)).transpose()
}

/// Those of a case, newest first, at most 100.
pub async fn of_case(tx: &mut Tx, case: CaseId) -> Result<Vec<Reveal>, Error> {
    let rows = tx
        .q(
            "select id, case_id, reason_sealed, asked_by, asked_person, asked_us, decided_by, decided_us, verdict, until_us
               from watch_reveal where case_id = $1 order by asked_us desc, id limit 100",
            vals![case],
        )
        .await?;
    rows.iter().map(|row| read(tx, row)).collect()
}

fn read(tx: &Tx, row: &Row) -> Result<Reveal, Error> {
    let decided = match (row.opt_id(6)?, row.opt_at(7)?) {
        (Some(by), Some(at)) => Some((by, at, row.opt_text(8)? == Some("approved"))),
        _ => None,
    };
    Ok(Reveal {
        id: row.id(0)?,
        case: row.id(1)?,
        reason: open_own(tx, "watch_reveal", row.text(0)?, &row.sealed(2)?)?,
        asked_by: row.id(3)?,
        asked_person: row.id(4)?,
        asked_at: row.at(5)?,
        decided,
        until: row.opt_at(9)?,
    })
}
