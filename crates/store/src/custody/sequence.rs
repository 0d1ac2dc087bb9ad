//! Numbers the entries of a ledger and grows its tree: one process at a time for each ledger.
//!
//! Numbers, tiles, edge and signed head are written by one transaction, so a crash between any two writes leaves the
//! tree as it was and the entries without numbers; the next turn does it again. A ledger's row is its lock: while one
//! process holds it, another passes on.

use super::ledger::count;
use crate::{Error, Read, Store, Tx, Val, dialect::Statement, vals};
use vouchsafe_domain::time::Micros;
use vouchsafe_ledger::{
    checkpoint::Checkpoint,
    entry::leaf_hash,
    note::Note,
    signing::SecretKey,
    tiles::{TileId, Tiles},
    tree::{Frontier, Hash},
};

/// Most entries that one transaction numbers. The writer of an embedded database is held for that long, some milliseconds; and
/// each transaction touches the index page of every person met in it, so many at once cost less than few.
pub const AT_ONCE: u32 = 1_024;

/// The tree of a ledger as its row says.
#[derive(Debug, Clone)]
pub struct Tree {
    /// The log's name: opaque.
    pub origin: String,
    /// From 1; each restore of an older state begins another.
    pub epoch: u64,
    /// Numbered entries.
    pub size: u64,
    /// The root over them.
    pub root: Hash,
    /// The signed head.
    pub checkpoint: String,
    /// When it was signed.
    pub at: Micros,
    /// The newest head that a witness cosigned, and when it came back.
    pub cosigned: Option<(String, Micros)>,
    /// When somebody who follows the ledger last said so, and to which size.
    pub followed: Option<(Micros, u64)>,
    pub(super) edge: Frontier,
}

const COLUMNS: &str = "select t.origin, t.epoch, t.size, t.peaks, t.root, t.checkpoint, t.at_us, t.cosigned, t.cosigned_us, t.followed_us, t.followed_size
       from ledger_tree t
      where t.ledger = $1";
const CLAIMED: &str = "select t.origin, t.epoch, t.size, t.peaks, t.root, t.checkpoint, t.at_us, t.cosigned, t.cosigned_us, t.followed_us, t.followed_size
       from ledger_tree t
      where t.ledger = $1 /*claim t*/";
const LOCKED: &str = "select t.origin, t.epoch, t.size, t.peaks, t.root, t.checkpoint, t.at_us, t.cosigned, t.cosigned_us, t.followed_us, t.followed_size
       from ledger_tree t
      where t.ledger = $1 /*lock t*/";

fn read(row: &crate::Row) -> Result<Tree, Error> {
    let size = u64::try_from(row.int(2)?).unwrap_or_default();
    let bad = |what: &str| Error::Database(format!("the {what} of a ledger's tree is not what was written"));
    Ok(Tree {
        origin: row.text(0)?.to_owned(),
        epoch: u64::try_from(row.int(1)?).unwrap_or_default(),
        size,
        root: row.bytes(4)?.try_into().map_err(|_| bad("root"))?,
        checkpoint: row.text(5)?.to_owned(),
        at: row.at(6)?,
        cosigned: row.opt_text(7)?.map(str::to_owned).zip(row.opt_at(8)?),
        followed: row.opt_at(9)?.zip(row.opt_int(10)?.and_then(|n| u64::try_from(n).ok())),
        edge: Frontier::from_bytes(size, row.bytes(3)?).ok_or_else(|| bad("edge"))?,
    })
}

/// The tree of a ledger; `None` before its first entry was numbered.
pub async fn tree(on: &mut Read, ledger: &str) -> Result<Option<Tree>, Error> {
    on.one(COLUMNS, vals![ledger]).await?.as_ref().map(read).transpose()
}

/// The tree of a ledger, which nobody else grows until the end of the transaction.
pub(super) async fn locked(tx: &mut Tx, ledger: &str) -> Result<Option<Tree>, Error> {
    tx.one(LOCKED, vals![ledger]).await?.as_ref().map(read).transpose()
}

/// The ledgers that have entries without a number.
pub async fn waiting(on: &mut Read) -> Result<Vec<String>, Error> {
    let mut ledgers: Vec<String> = Vec::new();
    loop {
        let last = ledgers.last().map_or("", String::as_str);
        let next = "select min(ledger) from ledger_entry where idx is null and ledger > $1";
        match on.one(next, vals![last]).await? {
            Some(row) if row.opt_text(0)?.is_some() => ledgers.push(row.text(0)?.to_owned()),
            _ => return Ok(ledgers),
        }
    }
}

/// Numbers at most [`AT_ONCE`] entries of a ledger, grows the tree, signs its head. How many there were: 0 also when
/// another process is at it. `fresh` is 32 hex digits of randomness for the name of a new tree. `key` is asked for once the
/// entries are chosen: what they say of keys is true of the one that signs them.
pub async fn number(
    store: &Store,
    ledger: &str,
    key: &(impl Fn() -> Result<SecretKey, Error> + Sync),
    fresh: &str,
    at: Micros,
) -> Result<u32, Error> {
    let mut tx = store.write("number_entries").await?;
    let mut found = tx.one(CLAIMED, vals![ledger]).await?;
    if found.is_none() {
        begin(&mut tx, ledger, &key()?, fresh, at).await?;
        found = tx.one(CLAIMED, vals![ledger]).await?;
    }
    let Some(tree) = found.as_ref().map(read).transpose()? else {
        tx.abandon().await?;
        return Ok(0);
    };
    let (edge, rows) = grow(&mut tx, ledger, &tree, AT_ONCE).await?;
    if rows == 0 {
        tx.abandon().await?;
        return Ok(0);
    }
    let note = signed(&tree.origin, &edge, &key()?)?;
    let moved = tx
        .exec(
            "update ledger_tree set size = $1, peaks = $2, root = $3, checkpoint = $4, at_us = $5
              where ledger = $6 and size = $7",
            vals![count(edge.size()), edge.to_bytes(), &edge.root(), note.to_string(), at, ledger, count(tree.size)],
        )
        .await?;
    if moved != 1 {
        return Err(Error::Conflict);
    }
    tx.commit_tree().await?;
    Ok(rows)
}

/// Numbers at most `most` entries that have no number, the oldest first, and writes the tiles that they make. The edge that the tree
/// has then, and how many there were.
pub(super) async fn grow(tx: &mut Tx, ledger: &str, tree: &Tree, most: u32) -> Result<(Frontier, u32), Error> {
    let mut rows = tx
        .q(
            "update ledger_entry as e set idx = n.number
               from (select id, at_us, $2 - 1 + row_number() over (order by at_us, id) as number
                       from ledger_entry
                      where ledger = $1 and idx is null
                      order by at_us, id
                      limit $3) as n
              where e.ledger = $1 and e.at_us = n.at_us and e.id = n.id
              returning idx, leaf",
            vals![ledger, count(tree.size), most],
        )
        .await?;
    if rows.is_empty() {
        return Ok((tree.edge.clone(), 0));
    }
    tx.exec(TALLY, vals![ledger, count(tree.size), count(tree.size + rows.len() as u64)]).await?;
    rows.sort_by_key(|row| row.int(0).unwrap_or(i64::MAX));
    let mut tiles = edge_tiles(tx, ledger, tree.size).await?;
    let mut edge = tree.edge.clone();
    for row in &rows {
        if row.int(0)? != count(edge.size()) {
            return Err(Error::Database("entries were numbered with a gap".into()));
        }
        edge.push(leaf_hash(row.bytes(1)?), |id, hash| tiles.add(id, hash));
    }
    for (id, hashes) in tiles.iter() {
        tx.exec(
            "insert into ledger_tile (ledger, level, idx, hashes) values ($1, $2, $3, $4)
             on conflict (ledger, level, idx) do update set hashes = excluded.hashes",
            vals![ledger, i64::from(id.level), count(id.index), hashes],
        )
        .await?;
    }
    Ok((edge, u32::try_from(rows.len()).unwrap_or(most)))
}

/// Counts what was just numbered. By its length, not by `is not null`: told that, SQLite takes the index by person and walks
/// over the whole ledger.
const TALLY: &str = "insert into ledger_tally (ledger, subject, kind, entries)
     select ledger, subject, kind, count(*)
       from ledger_entry
      where ledger = $1 and idx >= $2 and idx < $3 and length(subject) > 0 and kind is not null
      group by ledger, subject, kind
      order by subject, kind
     on conflict (ledger, subject, kind) do update set entries = ledger_tally.entries + excluded.entries";

pub(super) fn signed(origin: &str, edge: &Frontier, key: &SecretKey) -> Result<Note, Error> {
    let head = Checkpoint { origin: origin.into(), size: edge.size(), root: edge.root() };
    head.sign(key).map_err(|error| Error::Database(format!("a checkpoint cannot be signed: {error}")))
}

async fn begin(tx: &mut Tx, ledger: &str, key: &SecretKey, fresh: &str, at: Micros) -> Result<(), Error> {
    let (origin, edge) = (origin(fresh, 1), Frontier::new());
    let note = signed(&origin, &edge, key)?;
    tx.exec(
        "insert into ledger_tree (ledger, origin, epoch, size, peaks, root, checkpoint, at_us)
         values ($1, $2, 1, 0, $3, $4, $5, $6)
         on conflict (ledger) do nothing",
        vals![ledger, origin, edge.to_bytes(), &edge.root(), note.to_string(), at],
    )
    .await?;
    Ok(())
}

fn origin(fresh: &str, epoch: u64) -> String {
    format!("vouchsafe/{fresh}/{epoch}")
}

async fn edge_tiles(tx: &mut Tx, ledger: &str, size: u64) -> Result<Tiles, Error> {
    let mut tiles = Vec::new();
    for id in Tiles::edge(size) {
        let row = tx.one(TILE, vals![ledger, i64::from(id.level), count(id.index)]).await?;
        let row = row.ok_or(Error::Missing { table: "ledger_tile" })?;
        tiles.push((id, row.bytes(0)?.to_vec()));
    }
    Ok(Tiles::of(tiles))
}

const TILE: &str = "select hashes from ledger_tile where ledger = $1 and level = $2 and idx = $3";

/// Tiles of a ledger's tree, as far as they are there; one round trip on PostgreSQL.
pub async fn tiles(on: &mut Read, ledger: &str, ids: impl IntoIterator<Item = TileId>) -> Result<Tiles, Error> {
    let ids: Vec<TileId> = ids.into_iter().collect();
    let places = ids.iter().map(|id| [ledger.into(), i64::from(id.level).into(), count(id.index).into()]);
    let places: Vec<[Val<'_>; 3]> = places.collect();
    let asked: Vec<Statement<'_>> = places.iter().map(|place| (TILE, place.as_slice())).collect();
    let mut tiles = Vec::with_capacity(ids.len());
    for (id, rows) in ids.into_iter().zip(on.q_all(&asked).await?) {
        if let Some(row) = rows.first() {
            tiles.push((id, row.bytes(0)?.to_vec()));
        }
    }
    Ok(Tiles::of(tiles))
}

/// The hashes of one tile; `None` where there is none yet.
pub async fn tile(on: &mut Read, ledger: &str, id: TileId) -> Result<Option<Vec<u8>>, Error> {
    let row = on.one(TILE, vals![ledger, i64::from(id.level), count(id.index)]).await?;
    row.map(|row| Ok(row.bytes(0)?.to_vec())).transpose()
}

/// The signed heads of all ledgers that changed after `since`, by ledger.
pub async fn heads(on: &mut Read, since: Micros) -> Result<Vec<(String, String, Micros)>, Error> {
    let rows = on
        .q("select ledger, checkpoint, at_us from ledger_tree where at_us > $1 order by at_us, ledger", vals![since])
        .await?;
    rows.iter().map(|row| Ok((row.text(0)?.to_owned(), row.text(1)?.to_owned(), row.at(2)?))).collect()
}

/// Keeps the head that a witness cosigned, unless a newer one was.
pub async fn cosigned(store: &Store, ledger: &str, note: &Note, at: Micros) -> Result<(), Error> {
    let size = |note: &Note| Checkpoint::from_text(&note.text).map_or(0, |checkpoint| checkpoint.size);
    let mut tx = store.write("cosigned").await?;
    let Some(tree) = locked(&mut tx, ledger).await? else { return tx.abandon().await };
    let before: Option<Note> = tree.cosigned.and_then(|(text, _)| text.parse().ok());
    let mut note = note.clone();
    match before {
        Some(before) if size(&before) > size(&note) => return tx.abandon().await,
        // Several witnesses cosign the same head.
        Some(before) if before.text == note.text => {
            note.signatures.extend(before.signatures);
            note.signatures.sort_by(|a, b| (&a.name, a.id, &a.bytes).cmp(&(&b.name, b.id, &b.bytes)));
            note.signatures.dedup();
        }
        _ => {}
    }
    tx.exec(
        "update ledger_tree set cosigned = $1, cosigned_us = $2 where ledger = $3",
        vals![note.to_string(), at, ledger],
    )
    .await?;
    tx.commit_tree().await?;
    Ok(())
}

/// Somebody keeps the heads of this ledger and has checked them up to this size.
pub async fn followed(tx: &mut Tx, ledger: &str, size: u64, at: Micros) -> Result<(), Error> {
    tx.exec(
        "update ledger_tree set followed_us = $1, followed_size = $2 where ledger = $3",
        vals![at, count(size), ledger],
    )
    .await?;
    Ok(())
}

/// When the entry of a ledger with this number was recorded.
pub async fn recorded_at(on: &mut Read, ledger: &str, index: u64) -> Result<Option<Micros>, Error> {
    let sql = "select at_us from ledger_entry where ledger = $1 and idx = $2";
    on.one(sql, vals![ledger, count(index)]).await?.map(|row| row.at(0)).transpose()
}
