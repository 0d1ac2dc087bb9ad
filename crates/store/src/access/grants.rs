//! Grants: a member's right to work inside a client. Proposed by one, confirmed by another.

use crate::{Error, Tx, vals};
use vouchsafe_domain::{
    ids::{ClientId, GrantId, MemberId, PersonId},
    time::Micros,
};

/// A grant as its row says.
#[derive(Debug, Clone, Copy)]
pub struct Found {
    /// Its id.
    pub id: GrantId,
    /// Into which client.
    pub client: ClientId,
    /// Whose.
    pub member: MemberId,
    /// Who proposed it.
    pub proposed_by: MemberId,
    /// When.
    pub proposed_at: Micros,
    /// When a second person confirmed it.
    pub confirmed_at: Option<Micros>,
    /// When it ended.
    pub revoked_at: Option<Micros>,
}

/// Proposes a grant. Fails with [`Error::Constraint`] when the member has a live one already.
pub async fn propose(
    tx: &mut Tx,
    id: GrantId,
    client: ClientId,
    member: MemberId,
    by: MemberId,
    at: Micros,
) -> Result<(), Error> {
    tx.exec(
        "insert into client_grant (id, client_id, member_id, proposed_by, proposed_us) values ($1, $2, $3, $4, $5)",
        vals![id, client, member, by, at],
    )
    .await?;
    Ok(())
}

/// Confirms a proposed grant. False when it was confirmed or ended meanwhile.
pub async fn confirm(tx: &mut Tx, id: GrantId, by: MemberId, at: Micros) -> Result<bool, Error> {
    let changed = tx
        .exec(
            "update client_grant set confirmed_by = $1, confirmed_us = $2 where id = $3 and confirmed_us is null and revoked_us is null",
            vals![by, at, id],
        )
        .await?;
    Ok(changed == 1)
}

/// Ends a grant. False when it had ended.
pub async fn revoke(tx: &mut Tx, id: GrantId, at: Micros) -> Result<bool, Error> {
    Ok(tx.exec("update client_grant set revoked_us = $1 where id = $2 and revoked_us is null", vals![at, id]).await?
        == 1)
}

/// One grant, locked until the transaction ends.
pub async fn get(tx: &mut Tx, id: GrantId) -> Result<Option<Found>, Error> {
    let row = tx
        .one(
            "select g.id, g.client_id, g.member_id, g.proposed_by, g.proposed_us, g.confirmed_us, g.revoked_us from client_grant g where g.id = $1 /*lock g*/",
            vals![id],
        )
        .await?;
    row.as_ref().map(read).transpose()
}

/// The grants into a client that did not end, oldest first, at most 1,000.
pub async fn of_client(tx: &mut Tx, client: ClientId) -> Result<Vec<Found>, Error> {
    let rows = tx
        .q(
            "select g.id, g.client_id, g.member_id, g.proposed_by, g.proposed_us, g.confirmed_us, g.revoked_us
               from client_grant g where g.client_id = $1 and g.revoked_us is null order by g.proposed_us, g.id limit 1000",
            vals![client],
        )
        .await?;
    rows.iter().map(read).collect()
}

/// Everybody who ever had a grant or a proposal into a client, with each client that he had one into.
pub async fn of_those_in(tx: &mut Tx, client: ClientId) -> Result<Vec<(MemberId, ClientId)>, Error> {
    let rows = tx
        .q(
            "select distinct g.member_id, g.client_id from client_grant g
              where g.member_id in (select h.member_id from client_grant h where h.client_id = $1)
              order by g.member_id, g.client_id",
            vals![client],
        )
        .await?;
    rows.iter().map(|row| Ok((row.id(0)?, row.id(1)?))).collect()
}

fn read(row: &crate::Row) -> Result<Found, Error> {
    Ok(Found {
        id: row.id(0)?,
        client: row.id(1)?,
        member: row.id(2)?,
        proposed_by: row.id(3)?,
        proposed_at: row.at(4)?,
        confirmed_at: row.opt_at(5)?,
        revoked_at: row.opt_at(6)?,
    })
}

/// Whether a member ever had a grant or a proposal. A custodian without one is the installation's: of all clients.
pub async fn any(tx: &mut Tx, member: MemberId) -> Result<bool, Error> {
    Ok(tx.one("select id from client_grant where member_id = $1 limit 1", vals![member]).await?.is_some())
}

/// Whether somebody else than `member` is a custodian of the installation: not suspended, and never had a grant or a proposal.
pub async fn other_of_all(tx: &mut Tx, member: MemberId) -> Result<bool, Error> {
    let row = tx
        .one(
            "select m.id from member m
              where m.role = 'custodian' and m.suspended_us is null and m.id <> $1
                and not exists (select 1 from client_grant g where g.member_id = m.id)
              limit 1",
            vals![member],
        )
        .await?;
    Ok(row.is_some())
}

/// A grant by which somebody speaks, or spoke, for client `$1`, its custodian or observer, where the rest holds of grant `g` and member `m`.
macro_rules! keeper {
    ($rest:literal) => {
        concat!(
            "select g.id from client_grant g join member m on m.id = g.member_id
              where g.client_id = $1 and g.confirmed_us is not null and m.role in ('custodian', 'observer') and ",
            $rest,
            " limit 1"
        )
    };
}

/// Whether a member speaks for a client: its custodian or observer by a grant that stands, and not suspended.
pub async fn speaks(tx: &mut Tx, member: MemberId, client: ClientId) -> Result<bool, Error> {
    let sql = keeper!("g.member_id = $2 and g.revoked_us is null and m.suspended_us is null");
    Ok(tx.one(sql, vals![client, member]).await?.is_some())
}

/// Whether a member ever spoke for a client, also when his grant or account has ended since.
pub async fn spoke(tx: &mut Tx, member: MemberId, client: ClientId) -> Result<bool, Error> {
    Ok(tx.one(keeper!("g.member_id = $2"), vals![client, member]).await?.is_some())
}

/// Whether a client has custodians or observers of its own, counting those whose grant or account ended after `since`.
pub async fn has_own(tx: &mut Tx, client: ClientId, since: Micros) -> Result<bool, Error> {
    let sql =
        keeper!("(g.revoked_us is null or g.revoked_us > $2) and (m.suspended_us is null or m.suspended_us > $2)");
    Ok(tx.one(sql, vals![client, since]).await?.is_some())
}

/// Grants that stand though two of the three who may not be one human (who proposed it, who confirmed it, whose it is)
/// are these two persons.
pub async fn of_both(tx: &mut Tx, one: PersonId, other: PersonId) -> Result<Vec<Found>, Error> {
    let rows = tx
        .q(
            "select g.id, g.client_id, g.member_id, g.proposed_by, g.proposed_us, g.confirmed_us, g.revoked_us
               from client_grant g
               join member a on a.id = g.proposed_by join person p on p.id = a.person_id
               join member b on b.id = g.confirmed_by join person c on c.id = b.person_id
               join member d on d.id = g.member_id join person w on w.id = d.person_id
              where g.confirmed_us is not null and g.revoked_us is null
                and (p.id = $1 or p.merged_into = $1 or c.id = $1 or c.merged_into = $1 or w.id = $1 or w.merged_into = $1)
                and (p.id = $2 or p.merged_into = $2 or c.id = $2 or c.merged_into = $2 or w.id = $2 or w.merged_into = $2)
              order by g.id",
            vals![one, other],
        )
        .await?;
    rows.iter().map(read).collect()
}

/// A grant waits for a second person again. False when it does anyway, or ended.
pub async fn unconfirm(tx: &mut Tx, id: GrantId) -> Result<bool, Error> {
    let sql = "update client_grant set confirmed_by = null, confirmed_us = null
                where id = $1 and confirmed_us is not null and revoked_us is null";
    Ok(tx.exec(sql, vals![id]).await? == 1)
}
