//! Ledger entries, inserted by the transaction that does what they say. Numbering comes later ([`super::sequence`]).
//!
//! In a client's ledger people, accounts and doors are named by pseudonyms under that ledger's key, so that two
//! clients cannot join what they are shown. The pseudonym's bytes lie beside the entry as well: by them a person's
//! entries are found again, also after his part was erased.

mod erase;
mod said;

use crate::{
    Error, Read, Row as Found, Tx, Val,
    pending::Committed,
    seal::{self, Key, Place, Sealed, drawn},
    vals,
};
pub use erase::{erase, knows, unbind};
use sha2::{Digest, Sha256};
use vouchsafe_domain::ids::EntryId;
use vouchsafe_ledger::{
    act::{self, Act},
    entry::{Entry, LEAF_DATA_BYTES, LedgerOf, Part, PartName, leaf_hash},
    signing::to_hex,
};

/// Under what an entry is found again beside its person.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Content left.
    Sent = 0,
    /// What had been sent ahead was shown.
    Opened = 1,
    /// Somebody did something else.
    Act = 2,
    /// The server decided.
    Decision = 3,
    /// What a list of disclosures cannot show: keys, backups, restores, holds, doors that were broken open.
    Beside = 4,
}

impl Kind {
    /// Of which kind an act is.
    pub fn of(act: Act) -> Self {
        let noun = act.word().split('.').next().unwrap_or_default();
        match act {
            Act::AssignmentOpened => Self::Opened,
            _ if BESIDE.contains(&noun) => Self::Beside,
            _ => match act.kind() {
                act::Kind::Disclosure => Self::Sent,
                act::Kind::Act => Self::Act,
                act::Kind::Decision => Self::Decision,
            },
        }
    }
}

/// Nouns of acts that an inventory lists beside itself.
const BESIDE: [&str; 9] = ["key", "signing_key", "backup", "quarantine", "epoch", "gap", "hold", "glass", "server"];

/// Names that entries use for people, accounts and doors.
const NAMED: [&str; 5] = ["person", "whom", "member", "asked_by", "door"];

/// Whom an act is about is called as he is where he acts himself.
fn kind_of(key: &str) -> &str {
    match key {
        "whom" => "person",
        "asked_by" => "member",
        other => other,
    }
}

/// Pseudonyms of one ledger.
pub struct Names {
    key: Option<Key>,
}

impl Names {
    fn new(ledger_key: &Key, ledger: &LedgerOf) -> Self {
        let of_a_client = matches!(ledger, LedgerOf::Client(_));
        Self { key: of_a_client.then(|| ledger_key.derive("names")) }
    }

    /// Of a client, by the key of its names.
    pub(super) fn of(names: Key) -> Self {
        Self { key: Some(names) }
    }

    /// By which a person's entries are found: 16 bytes.
    pub fn tag(&self, kind: &str, id: &str) -> [u8; 16] {
        let hash = match &self.key {
            Some(key) => key.keyed(kind, &[id.as_bytes()]),
            None => Sha256::digest([kind.as_bytes(), &[0], id.as_bytes()].concat()).into(),
        };
        hash.first_chunk::<16>().copied().unwrap_or_default()
    }

    fn beside(&self) -> [u8; 16] {
        self.tag("beside", "")
    }

    /// How the ledger names a person, an account or a door.
    pub fn name(&self, kind: &str, id: &str) -> String {
        if self.key.is_none() {
            return id.into();
        }
        let tag = to_hex(&self.tag(kind, id));
        match (kind, id.split_once(':')) {
            ("person", _) => format!("p-{tag}"),
            ("member", _) => format!("m-{tag}"),
            (_, Some((door, _))) => format!("{door}:{tag}"),
            // A door that is no secret's: the console, a job.
            (_, None) => id.into(),
        }
    }

    fn rename(&self, entry: Entry) -> Entry {
        if self.key.is_none() { entry } else { entry.renamed(&NAMED, |key, id| self.name(kind_of(key), id)) }
    }
}

/// The pseudonyms of a ledger.
pub async fn names(on: &mut Read, ledger: &LedgerOf) -> Result<Names, Error> {
    Ok(Names::new(&key_for(on, ledger).await?, ledger))
}

const TABLES: [&str; 3] = ["ledger_entry.act", "ledger_entry.object", "ledger_entry.person"];

/// The statement that inserts a [`Row`].
pub(crate) const INSERT: &str =
    "insert into ledger_entry (id, ledger, at_us, leaf, act_sealed, object_sealed, person_sealed, subject, kind)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9)";

/// An entry as it will lie in its table.
pub(crate) struct Row {
    id: EntryId,
    ledger: String,
    at_us: i64,
    leaf: [u8; LEAF_DATA_BYTES],
    parts: [Sealed; 3],
    subject: Option<Vec<u8>>,
    kind: Kind,
}

impl Row {
    /// The values of [`INSERT`].
    pub(crate) fn vals(&self) -> [Val<'_>; 9] {
        let [act, object, person] = &self.parts;
        [
            self.id.into(),
            (&self.ledger).into(),
            self.at_us.into(),
            (&self.leaf).into(),
            (&act.0).into(),
            (&object.0).into(),
            (&person.0).into(),
            self.subject.as_ref().into(),
            (self.kind as i64).into(),
        ]
    }

    /// The hash by which the tree holds it.
    pub(crate) fn leaf_hash(&self) -> [u8; 32] {
        leaf_hash(&self.leaf)
    }
}

/// Salts and seals entries.
pub(crate) async fn seal(tx: &mut Tx, entries: Vec<Entry>) -> Result<Vec<Row>, Error> {
    let mut rows = Vec::with_capacity(entries.len());
    for entry in entries {
        if let Some(name) = said::lacking(&entry) {
            return Err(Error::Unsaid { act: entry.act.word(), name });
        }
        let key = key_of(tx, &entry.ledger).await?;
        let (ledger, at_us, kind) = (entry.ledger.name().to_owned(), entry.at_us, Kind::of(entry.act));
        let names = Names::new(&key, &entry.ledger);
        let person = entry.actor("person").map(|person| names.tag("person", person));
        let subject = if kind == Kind::Beside { Some(names.beside()) } else { person };
        let subject = subject.map(|tag| tag.to_vec());
        let entry = names.rename(entry);
        let mut salts = [0; 96];
        drawn(&mut salts);
        let salted =
            entry.seal(&salts).map_err(|e| Error::Database(format!("a ledger entry has no canonical form: {e}")))?;
        let id = EntryId(uuid::Uuid::new_v4());
        let row = id.to_string();
        let parts = [0, 1, 2].map(|i: usize| {
            seal::seal(&key, Place { owner: &ledger, table: TABLES[i], row: &row }, &salted.parts[i].to_stored())
        });
        rows.push(Row { id, ledger, at_us, leaf: salted.leaf_data(), parts, subject, kind });
    }
    Ok(rows)
}

const INSTALLATION_KEY: &str = "select ledger_key_wrapped from installation where id = 'one'";
const CLIENT_KEY: &str = "select ledger_key_wrapped from client where id = $1";

async fn key_for(on: &mut Read, ledger: &LedgerOf) -> Result<Key, Error> {
    let name = ledger.name();
    if let Some(key) = on.keys().ledger(name) {
        return Ok(key);
    }
    let row = match ledger {
        LedgerOf::Installation => on.one(INSTALLATION_KEY, &[]).await?,
        LedgerOf::Client(id) => on.one(CLIENT_KEY, vals![id]).await?,
    };
    let wrapped = row.ok_or_else(|| Error::Database(format!("there is no ledger `{name}`")))?.sealed(0)?;
    on.keys().load_ledger(name, &wrapped)
}

pub(super) async fn key_of(tx: &mut Tx, ledger: &LedgerOf) -> Result<Key, Error> {
    let name = ledger.name();
    if let Some(key) = tx.keys().ledger(name) {
        return Ok(key);
    }
    let row = match ledger {
        LedgerOf::Installation => tx.one(INSTALLATION_KEY, &[]).await?,
        LedgerOf::Client(id) => tx.one(CLIENT_KEY, vals![id]).await?,
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
    rows.iter().map(|row| opened(&key, ledger, row)).collect()
}

/// Reads a row of id, `at_us`, leaf and the three parts.
fn opened(key: &Key, ledger: &LedgerOf, row: &Found) -> Result<Recorded, Error> {
    let place_row = row.text(0)?;
    let part = |i: usize, sealed: Option<Sealed>| -> Result<Option<Part>, Error> {
        let Some(sealed) = sealed else { return Ok(None) };
        let stored = seal::open(key, Place { owner: ledger.name(), table: TABLES[i], row: place_row }, &sealed)?;
        Part::from_stored(PartName::ALL[i], &stored).map(Some).ok_or(Error::Unsealable { table: TABLES[i] })
    };
    let parts = [part(0, row.opt_sealed(3)?)?, part(1, row.opt_sealed(4)?)?, part(2, row.opt_sealed(5)?)?];
    Ok(Recorded { id: row.id(0)?, at_us: row.int(1)?, leaf: row.bytes(2)?.to_vec(), parts })
}

/// An entry with its number.
#[derive(Debug, Clone)]
pub struct Numbered {
    /// From 0.
    pub idx: u64,
    /// The entry.
    pub entry: Recorded,
}

fn numbered(key: &Key, ledger: &LedgerOf, rows: &[Found]) -> Result<Vec<Numbered>, Error> {
    let one = |row: &Found| {
        let idx = u64::try_from(row.int(6)?).unwrap_or_default();
        Ok(Numbered { idx, entry: opened(key, ledger, row)? })
    };
    rows.iter().map(one).collect()
}

/// Numbered entries from `from` on. That they are read was recorded: here is the proof of the commit.
pub async fn from(
    on: &mut Read,
    _recorded: &Committed,
    ledger: &LedgerOf,
    from: u64,
    limit: u32,
) -> Result<Vec<Numbered>, Error> {
    let key = key_for(on, ledger).await?;
    let rows = on
        .q(
            "select id, at_us, leaf, act_sealed, object_sealed, person_sealed, idx
               from ledger_entry
              where ledger = $1 and idx >= $2
              order by idx
              limit $3",
            vals![ledger.name(), count(from), limit],
        )
        .await?;
    numbered(&key, ledger, &rows)
}

/// Numbered entries below `before`, the newest first. That they are read was recorded.
pub async fn before(
    on: &mut Read,
    _recorded: &Committed,
    ledger: &LedgerOf,
    before: u64,
    limit: u32,
) -> Result<Vec<Numbered>, Error> {
    let key = key_for(on, ledger).await?;
    let rows = on
        .q(
            "select id, at_us, leaf, act_sealed, object_sealed, person_sealed, idx
               from ledger_entry
              where ledger = $1 and idx < $2
              order by idx desc
              limit $3",
            vals![ledger.name(), count(before), limit],
        )
        .await?;
    numbered(&key, ledger, &rows)
}

/// As [`from`], for what the server itself reckons by them: they are sent to nobody. Of a client's ledger only what was
/// sent, opened, or stands beside: what people did and what was decided is not even opened.
pub(super) async fn disclosures_from(
    on: &mut Read,
    ledger: &LedgerOf,
    from: u64,
    limit: u32,
) -> Result<Vec<Numbered>, Error> {
    let key = key_for(on, ledger).await?;
    let all = i64::from(matches!(ledger, LedgerOf::Installation));
    let rows = on
        .q(
            "select id, at_us, leaf, act_sealed, object_sealed, person_sealed, idx
               from ledger_entry
              where ledger = $1 and idx >= $2 and ($4 = 1 or kind is null or kind not in ($5, $6))
              order by idx
              limit $3",
            vals![ledger.name(), count(from), limit, all, Kind::Act as i64, Kind::Decision as i64],
        )
        .await?;
    numbered(&key, ledger, &rows)
}

/// The leaf data of `limit` numbered entries from `from` on: commitments, which tell nothing of what they commit to.
pub async fn leaves(on: &mut Read, ledger: &LedgerOf, from: u64, limit: u64) -> Result<Vec<Vec<u8>>, Error> {
    let sql = "select leaf from ledger_entry where ledger = $1 and idx >= $2 order by idx limit $3";
    let rows = on.q(sql, vals![ledger.name(), count(from), count(limit)]).await?;
    rows.iter().map(|row| Ok(row.bytes(0)?.to_vec())).collect()
}

/// What a list is of.
#[derive(Debug, Clone, Copy)]
pub enum Of<'a> {
    /// A person, by his id.
    Person(&'a str),
    /// The person with this tag.
    Tag([u8; 16]),
    /// What no list of disclosures shows.
    Beside,
}

fn subject(names: &Names, of: Of<'_>) -> [u8; 16] {
    match of {
        Of::Person(id) => names.tag("person", id),
        Of::Tag(tag) => tag,
        Of::Beside => names.beside(),
    }
}

/// Numbered entries of one person and kind from `from` on. That they are read was recorded.
pub async fn about(
    on: &mut Read,
    _recorded: &Committed,
    ledger: &LedgerOf,
    (of, kind): (Of<'_>, Kind),
    from: u64,
    limit: u32,
) -> Result<Vec<Numbered>, Error> {
    let key = key_for(on, ledger).await?;
    let tag = subject(&Names::new(&key, ledger), of);
    let rows = on
        .q(
            "select id, at_us, leaf, act_sealed, object_sealed, person_sealed, idx
               from ledger_entry
              where ledger = $1 and subject = $2 and kind = $3 and idx >= $4
              order by idx
              limit $5",
            vals![ledger.name(), &tag, kind as i64, count(from), limit],
        )
        .await?;
    numbered(&key, ledger, &rows)
}

/// How many numbered entries there are of one person, by kind, in the order of [`Kind`]: as they were counted when they
/// were numbered.
pub async fn tally(on: &mut Read, ledger: &LedgerOf, of: Of<'_>) -> Result<[u64; 5], Error> {
    let tag = subject(&names(on, ledger).await?, of);
    let rows = on
        .q(
            "select kind, entries from ledger_tally where ledger = $1 and subject = $2 order by kind",
            vals![ledger.name(), &tag],
        )
        .await?;
    let mut tally = [0; 5];
    for row in rows {
        if let Some(slot) = usize::try_from(row.int(0)?).ok().and_then(|kind| tally.get_mut(kind)) {
            *slot = u64::try_from(row.int(1)?).unwrap_or_default();
        }
    }
    Ok(tally)
}

pub(crate) fn count(n: u64) -> i64 {
    i64::try_from(n).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_stands_beside_an_inventory_are_acts_that_there_are() {
        for noun in BESIDE {
            assert!(Act::ALL.iter().any(|act| act.word().split('.').next() == Some(noun)), "no act of `{noun}`");
        }
        for act in [Act::KeyUsed, Act::BackupWritten, Act::GlassBroken, Act::HoldPlaced, Act::ServerStarted] {
            assert_eq!(Kind::of(act), Kind::Beside, "{}", act.word());
        }
        assert_eq!(Kind::of(Act::ReleaseFileSent), Kind::Sent);
    }
}
