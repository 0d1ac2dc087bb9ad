//! Invitations: an offer of membership behind a random secret, of which only a hash is kept.

use crate::{
    Error, Tx,
    seal::{self, Place, Sealed},
    vals,
};
use vouchsafe_domain::{
    access::role::Role,
    ids::{InvitationId, MemberId},
    time::Micros,
};

const EMAIL: &str = "invitation.email";
const TOTP: &str = "invitation.totp";

/// A new invitation.
pub struct NewInvitation<'a> {
    /// Fresh id.
    pub id: InvitationId,
    /// Hash of its secret.
    pub secret_hash: [u8; 32],
    /// As what.
    pub role: Role,
    /// Whom.
    pub email: &'a str,
    /// Secret of the second factor, where the role needs one.
    pub totp: Option<&'a [u8]>,
    /// Who invites; nobody at the first start.
    pub by: Option<MemberId>,
    /// When.
    pub at: Micros,
    /// Until when.
    pub expires: Micros,
}

/// An invitation that is still open.
pub struct Open {
    /// Its id.
    pub id: InvitationId,
    /// As what.
    pub role: Role,
    /// Whom.
    pub email: String,
    /// Secret of the second factor.
    pub totp: Option<Vec<u8>>,
    /// Who invited him; nobody where the machine did.
    pub invited_by: Option<MemberId>,
}

fn place<'a>(table: &'static str, row: &'a str) -> Place<'a> {
    Place { owner: "installation", table, row }
}

/// Makes an invitation.
pub async fn insert(tx: &mut Tx, new: &NewInvitation<'_>) -> Result<(), Error> {
    let row = new.id.to_string();
    let key = tx.keys().installation("person");
    let email = seal::seal(&key, place(EMAIL, &row), new.email.trim().as_bytes());
    let totp: Option<Sealed> = new.totp.map(|secret| seal::seal(&key, place(TOTP, &row), secret));
    tx.exec(
        "insert into invitation (id, secret_hash, role, email_sealed, clients, totp_sealed, created_by, created_us, expires_us)
         values ($1, $2, $3, $4, '', $5, $6, $7, $8)",
        vals![new.id, &new.secret_hash, new.role.word(), email, totp, new.by, new.at, new.expires],
    )
    .await?;
    Ok(())
}

/// The open invitation behind a secret, locked until the transaction ends.
pub async fn find(tx: &mut Tx, secret_hash: &[u8; 32], now: Micros) -> Result<Option<Open>, Error> {
    let row = tx
        .one(
            "select i.id, i.role, i.email_sealed, i.totp_sealed, i.created_by from invitation i
              where i.secret_hash = $1 and i.accepted_us is null and i.revoked_us is null and i.expires_us > $2 /*lock i*/",
            vals![secret_hash, now],
        )
        .await?;
    row.map(|row| {
        let key = tx.keys().installation("person");
        let id = row.text(0)?;
        let email = seal::open(&key, place(EMAIL, id), &row.sealed(2)?)?;
        let totp = row.opt_sealed(3)?.map(|sealed| seal::open(&key, place(TOTP, id), &sealed)).transpose()?;
        let email = String::from_utf8_lossy(&email).into_owned();
        Ok(Open { id: row.id(0)?, role: row.id(1)?, email, totp, invited_by: row.opt_id(4)? })
    })
    .transpose()
}

/// Marks an invitation as used. False when somebody was faster.
pub async fn accept(tx: &mut Tx, id: InvitationId, at: Micros) -> Result<bool, Error> {
    Ok(tx.exec("update invitation set accepted_us = $1 where id = $2 and accepted_us is null", vals![at, id]).await?
        == 1)
}

/// Takes an open invitation back. False when there is none.
pub async fn revoke(tx: &mut Tx, id: InvitationId, at: Micros) -> Result<bool, Error> {
    let changed = tx
        .exec(
            "update invitation set revoked_us = $1 where id = $2 and accepted_us is null and revoked_us is null",
            vals![at, id],
        )
        .await?;
    Ok(changed == 1)
}

/// An invitation as a list shows it.
#[derive(Debug, Clone)]
pub struct Listed {
    /// Its id.
    pub id: InvitationId,
    /// As what.
    pub role: Role,
    /// Whom.
    pub email: String,
    /// Who invited.
    pub by: Option<MemberId>,
    /// When.
    pub created_at: Micros,
    /// Until when.
    pub expires_at: Micros,
    /// When somebody joined by it.
    pub accepted_at: Option<Micros>,
    /// When it was taken back.
    pub revoked_at: Option<Micros>,
}

/// Invitations in order of making, after `(created, id)`; `by` alone those of one member.
pub async fn list(tx: &mut Tx, by: Option<MemberId>, after: (i64, &str), limit: u32) -> Result<Vec<Listed>, Error> {
    let rows = tx
        .q(
            "select id, role, email_sealed, created_by, created_us, expires_us, accepted_us, revoked_us
               from invitation
              where (created_us > $1 or (created_us = $1 and id > $2)) and ($3 = '' or created_by = $3)
              order by created_us, id
              limit $4",
            vals![after.0, after.1, by.map(|by| by.to_string()).unwrap_or_default(), limit],
        )
        .await?;
    let key = tx.keys().installation("person");
    rows.iter()
        .map(|row| {
            let email = seal::open(&key, place(EMAIL, row.text(0)?), &row.sealed(2)?)?;
            Ok(Listed {
                id: row.id(0)?,
                role: row.id(1)?,
                email: String::from_utf8_lossy(&email).into_owned(),
                by: row.opt_id(3)?,
                created_at: row.at(4)?,
                expires_at: row.at(5)?,
                accepted_at: row.opt_at(6)?,
                revoked_at: row.opt_at(7)?,
            })
        })
        .collect()
}

/// Who made an invitation: `None` when there is none, `Some(None)` when nobody did.
pub async fn maker(tx: &mut Tx, id: InvitationId) -> Result<Option<Option<MemberId>>, Error> {
    tx.one("select created_by from invitation where id = $1", vals![id]).await?.map(|row| row.opt_id(0)).transpose()
}
