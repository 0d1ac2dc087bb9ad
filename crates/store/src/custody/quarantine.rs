//! Whether a database may lack what was already recorded: the newest known entries, and the quarantine that follows
//! when one of them is missing.

use crate::{Error, Read, Tx, vals};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use vouchsafe_domain::time::Micros;

/// The newest entry of a ledger.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct HeadOf {
    /// When, in microseconds.
    pub at_us: i64,
    /// The row's id.
    pub id: String,
}

/// The newest entry of each ledger, by its name.
pub type Heads = BTreeMap<String, HeadOf>;

/// The newest entry of each ledger now.
pub async fn heads(on: &mut Read) -> Result<Heads, Error> {
    let mut heads = Heads::new();
    let mut names = vec!["installation".to_owned()];
    for row in on.q("select id from client order by id", &[]).await? {
        names.push(row.text(0)?.to_owned());
    }
    for name in names {
        let newest = on
            .one(
                "select at_us, id from ledger_entry where ledger = $1 order by at_us desc, id desc limit 1",
                vals![&name],
            )
            .await?;
        if let Some(row) = newest {
            heads.insert(name, HeadOf { at_us: row.int(0)?, id: row.text(1)?.to_owned() });
        }
    }
    Ok(heads)
}

/// The ledgers that lack their newest known entry.
pub async fn missing(on: &mut Read, known: &Heads) -> Result<Vec<String>, Error> {
    let mut missing = Vec::new();
    for (ledger, head) in known {
        let found = on
            .one(
                "select id from ledger_entry where ledger = $1 and at_us = $2 and id = $3",
                vals![ledger, head.at_us, &head.id],
            )
            .await?;
        if found.is_none() {
            missing.push(ledger.clone());
        }
    }
    Ok(missing)
}

/// A quarantine that was not lifted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Quarantine {
    /// Its id.
    pub id: String,
    /// Why.
    pub reason: String,
    /// Since when.
    pub began_at: Micros,
    /// Whether any ledger may lack what nobody noted.
    pub unsure: bool,
}

/// The oldest quarantine that was not lifted; unsure if any of them is.
pub async fn find(on: &mut Read) -> Result<Option<Quarantine>, Error> {
    let row = on
        .one(
            "select id, reason, began_us, (select max(unsure) from quarantine where lifted_us is null)
               from quarantine where lifted_us is null order by began_us, id limit 1",
            &[],
        )
        .await?;
    row.map(|row| {
        let unsure = row.int(3)? != 0;
        Ok(Quarantine { id: row.text(0)?.to_owned(), reason: row.text(1)?.to_owned(), began_at: row.at(2)?, unsure })
    })
    .transpose()
}

/// Begins one.
pub async fn begin(tx: &mut Tx, new: &Quarantine) -> Result<(), Error> {
    tx.exec(
        "insert into quarantine (id, reason, began_us, unsure) values ($1, $2, $3, $4)",
        vals![&new.id, &new.reason, new.began_at, i64::from(new.unsure)],
    )
    .await?;
    Ok(())
}

/// Lifts all of them; how many there were.
pub async fn lift(tx: &mut Tx, at: Micros) -> Result<u64, Error> {
    tx.exec("update quarantine set lifted_us = $1 where lifted_us is null", vals![at]).await
}

/// How much was ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Ended {
    /// Sessions.
    pub sessions: u64,
    /// Tokens, which are revoked.
    pub tokens: u64,
    /// Invitations and links to sign in that nobody had used.
    pub invitations: u64,
    /// Leases.
    pub leases: u64,
}

/// Ends every session, token, invitation and link to sign in, and lets every lease lapse: that one of them was revoked or
/// used, or what it rests on, may be among what is missing.
pub async fn end_all(tx: &mut Tx, at: Micros) -> Result<Ended, Error> {
    let sessions = tx.exec("update session set ended_us = $1 where ended_us is null", vals![at]).await?;
    let tokens =
        tx.exec("update token set revoked_us = $1 where revoked_us is null and expires_us > $1", vals![at]).await?;
    let invited =
        "update invitation set revoked_us = $1 where accepted_us is null and revoked_us is null and expires_us > $1";
    let links = "update sign_in_link set used_us = $1 where used_us is null and expires_us > $1";
    let invitations = tx.exec(invited, vals![at]).await? + tx.exec(links, vals![at]).await?;
    let leases = tx
        .exec(
            "update assignment set lapses_us = $1 where state in ('leased', 'returned') and lapses_us > $1",
            vals![at.plus(-1)],
        )
        .await?;
    Ok(Ended { sessions, tokens, invitations, leases })
}
