//! What persons were sent, by client. A row is written by the clearance that lets content out, in its transaction.

use crate::{Error, Tx, vals};
use vouchsafe_domain::{
    ids::{ClientId, OrganisationId, PersonId},
    time::Micros,
};

/// How exactly the last sight is kept. A sight within it changes no row; rules count from its end, so that what is
/// kept coarsely never fades early.
pub const GRAIN_US: i64 = Micros::HOUR;

/// A person's exposure to a client.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Exposed {
    /// Who.
    pub person: PersonId,
    /// To whose content.
    pub client: ClientId,
    /// First sent.
    pub first_at: Micros,
    /// Last sent, to within [`GRAIN_US`] before the last sight.
    pub seen_at: Micros,
    /// Leased or returned work he holds of this client now.
    pub open: i64,
}

/// Writes that this person is sent content of this client. The last sight never goes back.
pub(crate) async fn record(tx: &mut Tx, person: PersonId, client: ClientId, at: Micros) -> Result<(), Error> {
    tx.later(
        "insert into exposure (person_id, client_id, first_us, seen_us) values ($1, $2, $3, $3)
         on conflict (person_id, client_id) do update
           set seen_us = case when excluded.seen_us > exposure.seen_us then excluded.seen_us else exposure.seen_us end",
        vals![person, client, at],
    )
    .await
}

/// Writes that this person had been sent content of this client by then, as a custodian knows. The caller has changed
/// what is remembered of him.
pub async fn enter(tx: &mut Tx, person: PersonId, client: ClientId, last_at: Micros) -> Result<(), Error> {
    record(tx, person, client, last_at).await
}

/// When a person was last sent something of a client, to within [`GRAIN_US`] before the last sight.
pub async fn last_seen(tx: &mut Tx, person: PersonId, client: ClientId) -> Result<Option<Micros>, Error> {
    let sql = "select seen_us from exposure where person_id = $1 and client_id = $2";
    let row = tx.one(sql, vals![person, client]).await?;
    row.map_or(Ok(None), |row| row.opt_at(0))
}

/// Those who were sent anything of a client's data, first sent first, after `(first sent, person)`, at most `limit`.
pub async fn of_client(
    tx: &mut Tx,
    client: OrganisationId,
    after: (i64, &str),
    limit: u32,
) -> Result<Vec<Exposed>, Error> {
    let rows = tx
        .q(
            "select e.person_id, e.client_id, e.first_us, e.seen_us,
                    (select count(*) from assignment a
                       join member m on m.id = a.member_id
                      where m.person_id = e.person_id and a.client_id = e.client_id and a.state in ('leased', 'returned'))
               from exposure e
              where e.client_id = $1 and (e.first_us > $2 or (e.first_us = $2 and e.person_id > $3))
              order by e.first_us, e.person_id limit $4",
            vals![client, after.0, after.1, limit],
        )
        .await?;
    rows.iter().map(read).collect()
}

/// Whom anything of a client's data was sent to: persons alone, by id, after one of them, at most `limit`.
pub async fn persons_of(
    tx: &mut Tx,
    client: ClientId,
    after: Option<PersonId>,
    limit: u32,
) -> Result<Vec<PersonId>, Error> {
    let after = after.map(|person| person.to_string()).unwrap_or_default();
    let rows = tx
        .q(
            "select e.person_id from exposure e where e.client_id = $1 and e.person_id > $2 order by e.person_id limit $3",
            vals![client, after, limit],
        )
        .await?;
    rows.iter().map(|row| row.id(0)).collect()
}

/// All that a person was sent, by client, first sent first, at most 10,000.
pub async fn of_person(tx: &mut Tx, person: PersonId) -> Result<Vec<Exposed>, Error> {
    let rows = tx
        .q(
            "select e.person_id, e.client_id, e.first_us, e.seen_us,
                    (select count(*) from assignment a
                       join member m on m.id = a.member_id
                      where m.person_id = e.person_id and a.client_id = e.client_id and a.state in ('leased', 'returned'))
               from exposure e where e.person_id = $1 order by e.first_us, e.client_id limit 10000",
            vals![person],
        )
        .await?;
    rows.iter().map(read).collect()
}

fn read(row: &crate::Row) -> Result<Exposed, Error> {
    Ok(Exposed { person: row.id(0)?, client: row.id(1)?, first_at: row.at(2)?, seen_at: row.at(3)?, open: row.int(4)? })
}

/// All that `from` was sent was sent to `to`: they are one human, and stand in every list once.
pub async fn join(tx: &mut Tx, from: PersonId, to: PersonId) -> Result<(), Error> {
    tx.exec(
        "insert into exposure (person_id, client_id, first_us, seen_us)
         select $2, e.client_id, e.first_us, e.seen_us from exposure e where e.person_id = $1
         on conflict (person_id, client_id) do update
           set first_us = case when excluded.first_us < exposure.first_us then excluded.first_us else exposure.first_us end,
               seen_us = case when excluded.seen_us > exposure.seen_us then excluded.seen_us else exposure.seen_us end",
        vals![from, to],
    )
    .await?;
    tx.exec("delete from exposure where person_id = $1", vals![from]).await?;
    Ok(())
}
