//! Signed-in browsers. Only a hash of the secret is kept.

use crate::{Error, Tx, custody::clearance::Asker, tx::Read, vals};
use vouchsafe_domain::{
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

/// The member whose session this secret opens now, and when that ends.
pub async fn find(on: &mut Read, secret_hash: &[u8; 32], now: Micros) -> Result<Option<(Asker, Micros)>, Error> {
    let row = on
        .one(
            "select s.id, m.id, m.person_id, m.role, s.expires_us
               from session s join member m on m.id = s.member_id
              where s.secret_hash = $1 and s.ended_us is null and s.expires_us > $2 and m.suspended_us is null",
            vals![secret_hash, now],
        )
        .await?;
    row.map(|row| {
        let asker = Asker {
            door: format!("session:{}", row.text(0)?),
            member: row.id(1)?,
            person: row.id(2)?,
            role: row.id(3)?,
            only_client: None,
        };
        Ok((asker, row.at(4)?))
    })
    .transpose()
}

/// The member whose token this secret is now, its client, its scopes, and when it ends.
pub async fn find_token(on: &mut Read, secret_hash: &[u8; 32], now: Micros) -> Result<Option<(Asker, String)>, Error> {
    let row = on
        .one(
            "select k.id, m.id, m.person_id, m.role, k.client_id, k.scopes
               from token k join member m on m.id = k.member_id
              where k.secret_hash = $1 and k.revoked_us is null and k.expires_us > $2 and m.suspended_us is null",
            vals![secret_hash, now],
        )
        .await?;
    row.map(|row| {
        let asker = Asker {
            door: format!("token:{}", row.text(0)?),
            member: row.id(1)?,
            person: row.id(2)?,
            role: row.id(3)?,
            only_client: row.opt_id(4)?,
        };
        Ok((asker, row.text(5)?.to_owned()))
    })
    .transpose()
}
