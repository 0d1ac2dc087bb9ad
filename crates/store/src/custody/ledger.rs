//! Ledger entries, inserted by the transaction that does what they say. Numbering comes later and elsewhere.

use crate::{
    Error, Tx, Val,
    seal::{self, Key, Place, Sealed, drawn},
    vals,
};
use vouchsafe_domain::ids::EntryId;
use vouchsafe_ledger::entry::{Entry, LEAF_DATA_BYTES, LedgerOf, Part, PartName};

const TABLES: [&str; 3] = ["ledger_entry.act", "ledger_entry.object", "ledger_entry.person"];

/// The statement that inserts a [`Row`].
pub(crate) const INSERT: &str =
    "insert into ledger_entry (id, ledger, at_us, leaf, act_sealed, object_sealed, person_sealed)
     values ($1, $2, $3, $4, $5, $6, $7)";

/// An entry as it will lie in its table.
pub(crate) struct Row {
    id: EntryId,
    ledger: String,
    at_us: i64,
    leaf: [u8; LEAF_DATA_BYTES],
    parts: [Sealed; 3],
}

impl Row {
    /// The values of [`INSERT`].
    pub(crate) fn vals(&self) -> [Val<'_>; 7] {
        let [act, object, person] = &self.parts;
        [
            self.id.into(),
            (&self.ledger).into(),
            self.at_us.into(),
            (&self.leaf).into(),
            (&act.0).into(),
            (&object.0).into(),
            (&person.0).into(),
        ]
    }
}

/// Salts and seals entries.
pub(crate) async fn seal(tx: &mut Tx, entries: Vec<Entry>) -> Result<Vec<Row>, Error> {
    let mut rows = Vec::with_capacity(entries.len());
    for entry in entries {
        let key = key_of(tx, &entry.ledger).await?;
        let (ledger, at_us) = (entry.ledger.name().to_owned(), entry.at_us);
        let mut salts = [0; 96];
        drawn(&mut salts);
        let salted =
            entry.seal(&salts).map_err(|e| Error::Database(format!("a ledger entry has no canonical form: {e}")))?;
        let id = EntryId(uuid::Uuid::new_v4());
        let row = id.to_string();
        let parts = [0, 1, 2].map(|i: usize| {
            seal::seal(&key, Place { owner: &ledger, table: TABLES[i], row: &row }, &salted.parts[i].to_stored())
        });
        rows.push(Row { id, ledger, at_us, leaf: salted.leaf_data(), parts });
    }
    Ok(rows)
}

pub(super) async fn key_of(tx: &mut Tx, ledger: &LedgerOf) -> Result<Key, Error> {
    let name = ledger.name();
    if let Some(key) = tx.keys().ledger(name) {
        return Ok(key);
    }
    let row = match ledger {
        LedgerOf::Installation => tx.one("select ledger_key_wrapped from installation where id = 'one'", &[]).await?,
        LedgerOf::Client(id) => tx.one("select ledger_key_wrapped from client where id = $1", vals![id]).await?,
    };
    let wrapped = row.ok_or_else(|| Error::Database(format!("there is no ledger `{name}`")))?.sealed(0)?;
    tx.keys().load_ledger(name, &wrapped)
}

/// An entry as it lies beside the tree. A part is `None` once erased.
#[derive(Debug, Clone)]
pub struct Recorded {
    /// Random id of the row.
    pub id: EntryId,
    /// When, in microseconds.
    pub at_us: i64,
    /// Leaf data.
    pub leaf: Vec<u8>,
    /// Act, object, person.
    pub parts: [Option<Part>; 3],
}

/// The entries of a ledger in the order of their time, after `(at_us, id)`. Reading a client's log is itself
/// an act of that client's ledger: the caller records it in the same transaction.
pub async fn list(tx: &mut Tx, ledger: &LedgerOf, after: (i64, &str), limit: u32) -> Result<Vec<Recorded>, Error> {
    let key = key_of(tx, ledger).await?;
    let rows = tx
        .q(
            "select id, at_us, leaf, act_sealed, object_sealed, person_sealed
               from ledger_entry
              where ledger = $1 and (at_us > $2 or (at_us = $2 and id > $3))
              order by at_us, id
              limit $4",
            vals![ledger.name(), after.0, after.1, limit],
        )
        .await?;
    rows.iter()
        .map(|row| {
            let id: EntryId = row.id(0)?;
            let place_row = row.text(0)?;
            let part = |i: usize, sealed: Option<Sealed>| -> Result<Option<Part>, Error> {
                let Some(sealed) = sealed else { return Ok(None) };
                let stored =
                    seal::open(&key, Place { owner: ledger.name(), table: TABLES[i], row: place_row }, &sealed)?;
                Part::from_stored(PartName::ALL[i], &stored).map(Some).ok_or(Error::Unsealable { table: TABLES[i] })
            };
            let parts = [part(0, row.opt_sealed(3)?)?, part(1, row.opt_sealed(4)?)?, part(2, row.opt_sealed(5)?)?];
            Ok(Recorded { id, at_us: row.int(1)?, leaf: row.bytes(2)?.to_vec(), parts })
        })
        .collect()
}
