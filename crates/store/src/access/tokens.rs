//! Tokens of scripts. Only a hash of the secret is kept.

use crate::{
    Error, Tx,
    custody::clearance::Asker,
    seal::{self, Place},
    tx::Read,
    vals,
};
use vouchsafe_domain::{
    access::device::Device,
    ids::{ClientId, MemberId, TokenId},
    time::Micros,
};

const NAME: &str = "token.name";

/// The member whose token this secret is now, and its scopes.
pub async fn find(on: &mut Read, secret_hash: &[u8; 32], now: Micros) -> Result<Option<(Asker, String)>, Error> {
    let row = on
        .one(
            "select k.id, m.id, r.id, m.role, k.client_id, k.scopes
               from token k join member m on m.id = k.member_id join person n on n.id = m.person_id
               join person r on r.id = coalesce(n.merged_into, n.id)
              where k.secret_hash = $1 and k.revoked_us is null and k.expires_us > $2 and m.suspended_us is null
                and (r.last_day_us is null or r.last_day_us > $2)",
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
            device: Device::Program,
        };
        Ok((asker, row.text(5)?.to_owned()))
    })
    .transpose()
}

/// A new token.
pub struct NewToken<'a> {
    /// Fresh id.
    pub id: TokenId,
    /// Hash of its secret.
    pub secret_hash: [u8; 32],
    /// Whose.
    pub member: MemberId,
    /// The only client it opens, if it is bound to one.
    pub client: Option<ClientId>,
    /// What its owner calls it; sealed.
    pub name: &'a str,
    /// What it may do: words with a space between.
    pub scopes: &'a str,
    /// When.
    pub at: Micros,
    /// Until when.
    pub expires: Micros,
}

fn place(row: &str) -> Place<'_> {
    Place { owner: "installation", table: NAME, row }
}

/// Makes a token.
pub async fn insert(tx: &mut Tx, new: &NewToken<'_>) -> Result<(), Error> {
    let name = seal::seal(&tx.keys().installation("person"), place(&new.id.to_string()), new.name.as_bytes());
    tx.exec(
        "insert into token (id, secret_hash, member_id, client_id, name_sealed, scopes, created_us, expires_us)
         values ($1, $2, $3, $4, $5, $6, $7, $8)",
        vals![new.id, &new.secret_hash, new.member, new.client, name, new.scopes, new.at, new.expires],
    )
    .await?;
    Ok(())
}

/// Revokes a member's own token. False when there is none.
pub async fn revoke(tx: &mut Tx, id: TokenId, member: MemberId, at: Micros) -> Result<bool, Error> {
    let sql = "update token set revoked_us = $1 where id = $2 and member_id = $3 and revoked_us is null";
    Ok(tx.exec(sql, vals![at, id, member]).await? == 1)
}

/// A token as its owner sees it.
#[derive(Debug, Clone)]
pub struct Listed {
    /// Its id.
    pub id: TokenId,
    /// What its owner calls it.
    pub name: String,
    /// The only client it opens.
    pub client: Option<ClientId>,
    /// What it may do.
    pub scopes: String,
    /// When it was made.
    pub created_at: Micros,
    /// When it ends.
    pub expires_at: Micros,
    /// When it was revoked.
    pub revoked_at: Option<Micros>,
}

/// A member's own tokens, newest first, at most 1,000.
pub async fn of(tx: &mut Tx, member: MemberId) -> Result<Vec<Listed>, Error> {
    let rows = tx
        .q(
            "select id, name_sealed, client_id, scopes, created_us, expires_us, revoked_us
               from token where member_id = $1 order by created_us desc, id limit 1000",
            vals![member],
        )
        .await?;
    let key = tx.keys().installation("person");
    rows.iter()
        .map(|row| {
            let name = seal::open(&key, place(row.text(0)?), &row.sealed(1)?)?;
            Ok(Listed {
                id: row.id(0)?,
                name: String::from_utf8_lossy(&name).into_owned(),
                client: row.opt_id(2)?,
                scopes: row.text(3)?.to_owned(),
                created_at: row.at(4)?,
                expires_at: row.at(5)?,
                revoked_at: row.opt_at(6)?,
            })
        })
        .collect()
}
