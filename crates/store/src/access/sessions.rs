//! Signed-in browsers. Only a hash of the secret is kept.

use crate::{Error, Tx, custody::clearance::Asker, tx::Read, vals};
use vouchsafe_domain::{
    access::device::Device,
    ids::{MemberId, SessionId},
    time::Micros,
};

/// Begins a session until `expires`.
pub async fn insert(
    tx: &mut Tx,
    id: SessionId,
    secret_hash: &[u8; 32],
    member: MemberId,
    at: Micros,
    expires: Micros,
) -> Result<(), Error> {
    tx.exec(
        "insert into session (id, secret_hash, member_id, created_us, used_us, expires_us) values ($1, $2, $3, $4, $4, $5)",
        vals![id, secret_hash, member, at, expires],
    )
    .await?;
    Ok(())
}

/// The member whose session this secret opens now, and when it was last known to be in use. One that nobody used since
/// `idle_since` opens nothing any more.
pub async fn find(
    on: &mut Read,
    secret_hash: &[u8; 32],
    now: Micros,
    idle_since: Micros,
) -> Result<Option<(Asker, Micros)>, Error> {
    let row = on
        .one(
            "select s.id, m.id, r.id, m.role, s.used_us
               from session s join member m on m.id = s.member_id join person n on n.id = m.person_id
               join person r on r.id = coalesce(n.merged_into, n.id)
              where s.secret_hash = $1 and s.ended_us is null and s.expires_us > $2 and s.used_us > $3 and m.suspended_us is null
                and (r.last_day_us is null or r.last_day_us > $2)",
            vals![secret_hash, now, idle_since],
        )
        .await?;
    row.map(|row| {
        let asker = Asker {
            door: format!("session:{}", row.text(0)?),
            member: row.id(1)?,
            person: row.id(2)?,
            role: row.id(3)?,
            only_client: None,
            device: Device::Unknown,
        };
        Ok((asker, row.at(4)?))
    })
    .transpose()
}

/// A session is in use. False when another process said so before.
pub async fn used(tx: &mut Tx, secret_hash: &[u8; 32], before: Micros, at: Micros) -> Result<bool, Error> {
    let sql = "update session set used_us = $1 where secret_hash = $2 and used_us = $3 and ended_us is null";
    Ok(tx.exec(sql, vals![at, secret_hash, before]).await? == 1)
}

/// Ends one session of a member by its secret, or (without one) all of his. Returns how many ended.
pub async fn end(tx: &mut Tx, member: MemberId, secret_hash: Option<&[u8; 32]>, at: Micros) -> Result<u64, Error> {
    match secret_hash {
        Some(hash) => {
            tx.exec(
                "update session set ended_us = $1 where member_id = $2 and secret_hash = $3 and ended_us is null",
                vals![at, member, hash],
            )
            .await
        }
        None => {
            tx.exec("update session set ended_us = $1 where member_id = $2 and ended_us is null", vals![at, member])
                .await
        }
    }
}

/// Makes a link that signs a member in once, until `expires`.
pub async fn insert_link(tx: &mut Tx, secret_hash: &[u8; 32], member: MemberId, expires: Micros) -> Result<(), Error> {
    tx.exec(
        "insert into sign_in_link (secret_hash, member_id, expires_us) values ($1, $2, $3)",
        vals![secret_hash, member, expires],
    )
    .await?;
    Ok(())
}

/// When a link was used, if it was, and when it ends; `None` where there never was such a link.
pub async fn find_link(tx: &mut Tx, secret_hash: &[u8; 32]) -> Result<Option<(Option<Micros>, Micros)>, Error> {
    tx.one("select used_us, expires_us from sign_in_link where secret_hash = $1", vals![secret_hash])
        .await?
        .map(|row| Ok((row.opt_at(0)?, row.at(1)?)))
        .transpose()
}

/// Uses a link up. The account it signs in; `None` when it was used, expired or never was.
pub async fn use_link(tx: &mut Tx, secret_hash: &[u8; 32], now: Micros) -> Result<Option<Asker>, Error> {
    let used = tx
        .one(
            "update sign_in_link set used_us = $1 where secret_hash = $2 and used_us is null and expires_us > $1 returning member_id",
            vals![now, secret_hash],
        )
        .await?;
    let Some(member) = used.map(|row| row.id::<MemberId>(0)).transpose()? else { return Ok(None) };
    let row = tx
        .one(
            "select m.id, coalesce(n.merged_into, n.id), m.role
               from member m join person n on n.id = m.person_id
              where m.id = $1 and m.suspended_us is null",
            vals![member],
        )
        .await?;
    row.map(|row| {
        Ok(Asker {
            door: "link".into(),
            member: row.id(0)?,
            person: row.id(1)?,
            role: row.id(2)?,
            only_client: None,
            device: Device::Unknown,
        })
    })
    .transpose()
}
