//! Clients and their wrapped keys.

use crate::{
    Error, Tx,
    custody::{
        clearance::Clearance,
        face::Face,
        likeness,
        organisations::{self, Kind},
    },
    keys::{ClientKeys, KeySource, NoKey, Wrapped},
    seal::{self, Place},
    tx::Read,
    vals,
};
use std::sync::Arc;
use vouchsafe_domain::{
    ids::{ClientId, MemberId, PersonId},
    time::Micros,
};

/// A client as its row says.
#[derive(Clone, Debug)]
pub struct ClientRow {
    /// Its id.
    pub id: ClientId,
    /// Its names.
    pub face: Face,
    /// Where its key comes from.
    pub source: KeySource,
    /// What is ordered needs no two persons more when somebody else said so beforehand.
    pub standing_approval: bool,
    /// When it came to be.
    pub created_at: Micros,
    /// When its data key was destroyed, if it was.
    pub key_destroyed_at: Option<Micros>,
}

const COLUMNS: &str = "select id, face_sealed, key_source_sealed, standing_approval_us, created_us, key_destroyed_us from client where id = $1";

fn read(keys: &crate::keys::Keyring, row: &crate::Row) -> Result<ClientRow, Error> {
    let id = row.text(0)?;
    let key = keys.installation("client");
    let source = seal::open(&key, source_of(id), &row.sealed(2)?)?;
    Ok(ClientRow {
        id: row.id(0)?,
        face: Face::open(&key, id, &row.sealed(1)?)?,
        source: serde_json::from_slice(&source).map_err(|_| Error::Unsealable { table: "client" })?,
        standing_approval: row.flag(3)?,
        created_at: row.at(4)?,
        key_destroyed_at: row.opt_at(5)?,
    })
}

fn source_of(client: &str) -> Place<'_> {
    Place { owner: "installation", table: "client.key_source", row: client }
}

/// Inserts a client with its wrapped keys.
pub async fn insert(
    tx: &mut Tx,
    id: ClientId,
    face: &Face,
    wrapped: &Wrapped,
    standing_approval: Option<PersonId>,
    at: Micros,
) -> Result<(), Error> {
    let row = id.to_string();
    let key = tx.keys().installation("client");
    let source = serde_json::to_vec(&wrapped.source).unwrap_or_default();
    let (face, source) = (face.seal(&key, &row), seal::seal(&key, source_of(&row), &source));
    tx.exec(
        "insert into client (id, face_sealed, key_source_sealed, data_key_wrapped, ledger_key_wrapped, standing_approval_us, standing_person_id, created_us)
         values ($1, $2, $3, $4, $5, $6, $7, $8)",
        vals![
            id,
            face,
            source,
            wrapped.data.clone(),
            wrapped.ledger.clone(),
            standing_approval.map(|_| at),
            standing_approval,
            at
        ],
    )
    .await?;
    organisations::insert(tx, id.into(), Kind::Client, None, at).await?;
    // Somebody may have named it before it was a client.
    likeness::find(tx, id.into(), at).await
}

/// One client. Its names are for those the gate let in.
pub async fn get(tx: &mut Tx, id: ClientId) -> Result<Option<ClientRow>, Error> {
    let row = tx.one(COLUMNS, vals![id]).await?;
    row.map(|row| read(tx.keys(), &row)).transpose()
}

/// The names of the client that a clearance was given for, remembered beside its keys: they never change.
pub async fn face(tx: &mut Tx, clearance: &Clearance<'_>) -> Result<Arc<Face>, Error> {
    clearance.within(tx)?;
    if let Some(face) = clearance.keys().face.get() {
        return Ok(Arc::clone(face));
    }
    let row = get(tx, clearance.client()).await?.ok_or(Error::Missing { table: "client" })?;
    Ok(Arc::clone(clearance.keys().face.get_or_init(|| Arc::new(row.face))))
}

/// One client, for reads that only need its names.
pub async fn find(on: &mut Read, id: ClientId) -> Result<Option<ClientRow>, Error> {
    let row = on.one(COLUMNS, vals![id]).await?;
    row.map(|row| read(on.keys(), &row)).transpose()
}

/// Every client, in the order of coming, at most 1,000.
pub async fn all(on: &mut Read) -> Result<Vec<ClientRow>, Error> {
    let rows = on
        .q("select id, face_sealed, key_source_sealed, standing_approval_us, created_us, key_destroyed_us from client order by created_us, id limit 1000", &[])
        .await?;
    rows.iter().map(|row| read(on.keys(), row)).collect()
}

/// The id of every client, in the order of coming, at most 100,000.
pub async fn ids(tx: &mut Tx) -> Result<Vec<ClientId>, Error> {
    let rows = tx.q("select id from client order by created_us, id limit 100000", &[]).await?;
    rows.iter().map(|row| row.id(0)).collect()
}

/// Loads the keys of a client from its source: outside any transaction, since a command may take seconds.
/// `None` when there is no such client.
pub async fn load_keys(store: &crate::Store, id: ClientId) -> Result<Option<Result<Arc<ClientKeys>, NoKey>>, Error> {
    if let Some(keys) = store.keys().get(id) {
        return Ok(Some(Ok(keys)));
    }
    let mut on = store.read().await?;
    let Some(row) = on
        .one("select key_source_sealed, data_key_wrapped, ledger_key_wrapped from client where id = $1", vals![id])
        .await?
    else {
        return Ok(None);
    };
    drop(on);
    let place = Place { owner: "installation", table: "client.key_source", row: &id.to_string() };
    let source = seal::open(&store.keys().installation("client"), place, &row.sealed(0)?)?;
    let source = serde_json::from_slice(&source).map_err(|_| Error::Unsealable { table: "client.key_source" })?;
    let wrapped = Wrapped { source, data: row.opt_sealed(1)?, ledger: row.sealed(2)? };
    Ok(Some(store.keys().load(id, wrapped).await))
}

/// Destroys the data key for good. The caller has made sure that no hold covers the client.
pub async fn destroy_key(tx: &mut Tx, id: ClientId, at: Micros) -> Result<bool, Error> {
    let changed = tx
        .exec("update client set data_key_wrapped = null, key_destroyed_us = $1 where id = $2 and data_key_wrapped is not null", vals![at, id])
        .await?;
    tx.keys().forget(id);
    Ok(changed == 1)
}

/// What became of a client's key, without asking its source.
pub fn key_state(row: &ClientRow, loaded: &Result<Arc<ClientKeys>, NoKey>) -> &'static str {
    match (row.key_destroyed_at, loaded) {
        (Some(_), _) | (_, Err(NoKey::Destroyed)) => "destroyed",
        (None, Ok(_)) => "available",
        (None, Err(NoKey::Wrong)) => "wrong",
        (None, Err(NoKey::Withdrawn(_))) => "withdrawn",
    }
}

/// Locks a client until the transaction ends: a hold that is placed and a key that is destroyed take turns.
pub async fn lock(tx: &mut Tx, id: ClientId) -> Result<(), Error> {
    tx.q("select c.id from client c where c.id = $1 /*lock c*/", vals![id]).await?;
    Ok(())
}

/// Gives a client other names. Other processes go on with the old ones until they ask for its key again.
pub async fn rename(tx: &mut Tx, id: ClientId, face: &Face) -> Result<(), Error> {
    let sealed = face.seal(&tx.keys().installation("client"), &id.to_string());
    tx.exec("update client set face_sealed = $1 where id = $2", vals![sealed, id]).await?;
    tx.keys().forget(id);
    Ok(())
}

/// Lets what somebody else orders go without two more persons from now on, by the word of this one, or (without a moment) no longer.
pub async fn set_standing_approval(tx: &mut Tx, id: ClientId, since: Option<(Micros, PersonId)>) -> Result<(), Error> {
    let (since, person) = since.unzip();
    let sql = "update client set standing_approval_us = $1, standing_person_id = $2 where id = $3";
    tx.exec(sql, vals![since, person, id]).await?;
    Ok(())
}

/// Whether the standing rule of a client approves what this account ordered: it is the word of whoever set it, and nobody
/// approves by it what he orders himself, by whatever account. Of a client that has people of its own it is their word: one
/// that somebody else set approves nothing.
pub async fn approves_beforehand(tx: &mut Tx, id: ClientId, ordered_by: MemberId) -> Result<bool, Error> {
    let row = tx
        .one(
            "select count(*) from client c
               join person s on s.id = c.standing_person_id
               join member m on m.id = $2
               join person o on o.id = m.person_id
              where c.id = $1 and c.standing_approval_us is not null
                and coalesce(s.merged_into, s.id) <> coalesce(o.merged_into, o.id)
                and (exists (select 1 from client_grant g
                               join member h on h.id = g.member_id
                               join person q on q.id = h.person_id
                              where g.client_id = c.id and g.confirmed_us is not null
                                and h.role in ('custodian', 'observer')
                                and coalesce(q.merged_into, q.id) = coalesce(s.merged_into, s.id))
                  or not exists (select 1 from client_grant g
                                   join member h on h.id = g.member_id
                                  where g.client_id = c.id and g.confirmed_us is not null and g.revoked_us is null
                                    and h.role in ('custodian', 'observer') and h.suspended_us is null))",
            vals![id, ordered_by],
        )
        .await?;
    row.map_or(Ok(false), |row| Ok(row.int(0)? > 0))
}

/// The clients whose key was destroyed, at most 1,000: whatever process still has it in memory forgets it.
pub async fn destroyed(on: &mut Read) -> Result<Vec<ClientId>, Error> {
    let sql = "select id from client where key_destroyed_us is not null order by key_destroyed_us desc, id limit 1000";
    on.q(sql, &[]).await?.iter().map(|row| row.id(0)).collect()
}

/// The clients a member has confirmed grants into, in the order of coming, at most 1,000.
pub async fn granted(tx: &mut Tx, member: vouchsafe_domain::ids::MemberId) -> Result<Vec<ClientRow>, Error> {
    let rows = tx
        .q(
            "select c.id, c.face_sealed, c.key_source_sealed, c.standing_approval_us, c.created_us, c.key_destroyed_us
               from client c join client_grant g on g.client_id = c.id
              where g.member_id = $1 and g.confirmed_us is not null and g.revoked_us is null
              order by c.created_us, c.id limit 1000",
            vals![member],
        )
        .await?;
    rows.iter().map(|row| read(tx.keys(), row)).collect()
}

/// Whether people confirm their declarations before each project of this client; `None` when not.
pub async fn ask_declarations(tx: &mut Tx, id: ClientId, since: Option<Micros>) -> Result<(), Error> {
    tx.exec("update client set declarations_us = $1 where id = $2", vals![since, id]).await?;
    Ok(())
}

/// How long after the last sight a client's rivals stay shut, in microseconds.
pub async fn set_cool_off(tx: &mut Tx, id: ClientId, cool_off_us: i64) -> Result<(), Error> {
    tx.exec("update client set cool_off_us = $1 where id = $2", vals![cool_off_us, id]).await?;
    Ok(())
}

/// Entries of a client's ledger are gone: whom it was sent to in the gap is not known from now on.
pub async fn open_gap(tx: &mut Tx, id: ClientId, at: Micros) -> Result<(), Error> {
    tx.exec("update client set gap_us = $1 where id = $2 and gap_us is null", vals![at, id]).await?;
    Ok(())
}

/// At the end of a quarantine: what lost entries has a gap since this moment, also if it had one before. Of what lost none the gap
/// that the quarantine had opened is closed, and one from before stays.
pub async fn settle_gap(tx: &mut Tx, id: ClientId, began: Option<Micros>, lost: Option<Micros>) -> Result<(), Error> {
    match lost {
        Some(at) => tx.exec("update client set gap_us = $1 where id = $2", vals![at, id]).await?,
        None => tx.exec("update client set gap_us = null where id = $1 and gap_us = $2", vals![id, began]).await?,
    };
    Ok(())
}

/// It is known again. False when it was known.
pub async fn close_gap(tx: &mut Tx, id: ClientId) -> Result<bool, Error> {
    Ok(tx.exec("update client set gap_us = null where id = $1 and gap_us is not null", vals![id]).await? == 1)
}

/// Since when it is not known who was sent something of a client; `None` when it is.
pub async fn gap(tx: &mut Tx, id: ClientId) -> Result<Option<Micros>, Error> {
    let row = tx.one("select gap_us from client where id = $1", vals![id]).await?;
    row.map_or(Ok(None), |row| row.opt_at(0))
}

/// The clients of which that is not known, in the order of coming, with since when; at most 1,000.
pub async fn gaps(tx: &mut Tx) -> Result<Vec<(ClientId, Micros)>, Error> {
    let sql = "select id, gap_us from client where gap_us is not null order by created_us, id limit 1000";
    tx.q(sql, &[]).await?.iter().map(|row| Ok((row.id(0)?, row.at(1)?))).collect()
}

/// How long a client's rivals stay shut after the last sight, in microseconds, and whether it wants ties confirmed
/// before each of its projects.
pub async fn wall_terms(tx: &mut Tx, client: ClientId) -> Result<(i64, bool), Error> {
    let row = tx.one("select cool_off_us, declarations_us from client where id = $1", vals![client]).await?;
    let row = row.ok_or(Error::Missing { table: "client" })?;
    Ok((row.int(0)?, row.flag(1)?))
}
