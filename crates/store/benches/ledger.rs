//! The ledger's own costs on SQLite: durable entries a second with the numbering beside them, the numbering of a backlog,
//! a person's inventory with its proofs in a large ledger.
//!
//! `cargo bench -p vouchsafe-store --bench ledger -- [entries] [rows]`

#![expect(clippy::cast_precision_loss, reason = "figures for people")]

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, Instant},
};
use vouchsafe_domain::time::Micros;
use vouchsafe_ledger::{
    act::Act,
    entry::{Entry, LedgerOf, leaf_hash},
    proof,
    signing::{Purpose, SecretKey},
    tiles::{TileId, Tiles, tiles_of},
    tree::Frontier,
};
use vouchsafe_store::{
    Store,
    custody::{
        ledger::{self, Kind, Of},
        sequence,
    },
};
use vouchsafe_testkit::db::Db;

const WRITERS: usize = 64;
const PERSONS: usize = 10_000;
/// Entries that are numbered by the sequencer.
const BACKLOG: usize = 200_000;
const FRESH: &str = "00112233445566778899aabbccddeeff";
const LEDGER: LedgerOf = LedgerOf::Installation;

fn key() -> SecretKey {
    SecretKey::from_random(Purpose::Checkpoint, &[7; 32])
}

fn entry(i: usize) -> Entry {
    Entry::new(LEDGER, Act::AssignmentSent, i64::try_from(i).unwrap_or(0))
        .because("route", "POST /projects/{project}/assignments")
        .of("task", format!("89e81bb0-480b-4048-9069-{i:012}"))
        .of("content", "5de23d3b1dc889abeec43ad8fd4ecd44cc2ef70addd6e00298d741030d9b9c44")
        .by("person", format!("p{}", i % PERSONS))
}

#[tokio::main]
async fn main() {
    let mut sizes = std::env::args().skip(1).filter_map(|a| a.parse::<usize>().ok());
    let (entries, rows) = (sizes.next().unwrap_or(20_000), sizes.next().unwrap_or(1_000_000));
    durable(entries).await;
    inventory(rows).await;
}

/// Sixty-four at once commit one entry after the other, while a job numbers them.
async fn durable(entries: usize) {
    for numbering in [false, true] {
        let db = Db::sqlite_durable().await;
        let (done, started) = (Arc::new(AtomicBool::new(false)), Instant::now());
        let job = tokio::spawn(number_until(db.store.clone(), Arc::clone(&done), numbering));
        let writers = (0..WRITERS).map(|w| {
            let store = db.store.clone();
            tokio::spawn(async move {
                for i in (w..entries).step_by(WRITERS) {
                    let tx = store.write("bench").await.expect("a transaction begins");
                    tx.commit([entry(i)]).await.expect("it commits");
                }
            })
        });
        for writer in writers.collect::<Vec<_>>() {
            writer.await.expect("a writer ends");
        }
        let seconds = started.elapsed().as_secs_f64();
        done.store(true, Ordering::Relaxed);
        let behind = job.await.expect("the job ends");
        let beside = if numbering { format!("numbered beside, {behind:?} behind at the end") } else { "alone".into() };
        println!(
            "{entries} durable entries, one a transaction, {WRITERS} at once: {:.0}/s, {beside}",
            entries as f64 / seconds
        );
    }
}

/// How long the rest took once nothing more came.
async fn number_until(store: Store, done: Arc<AtomicBool>, numbering: bool) -> Duration {
    loop {
        let last = done.load(Ordering::Relaxed);
        let started = Instant::now();
        while numbering && sequence::number(&store, LEDGER.name(), &key(), FRESH, Micros(1)).await.is_ok_and(|n| n > 0)
        {
        }
        if last {
            return started.elapsed();
        }
        tokio::time::sleep(Duration::from_millis(500)).await;
    }
}

async fn inventory(rows: usize) {
    let db = Db::sqlite_durable().await;
    let names = ledger::names(&mut db.store.read().await.expect("a read begins"), &LEDGER).await.expect("it has names");
    let tags: Vec<[u8; 16]> = (0..PERSONS).map(|p| names.tag("person", &format!("p{p}"))).collect();
    // A backlog, numbered as ever; the rest is put where numbering would put it, which would take hours otherwise.
    let backlog = rows.min(BACKLOG);
    let mut conn = rusqlite::Connection::open(&db.url).expect("the database opens");
    insert(&mut conn, &tags, (0..backlog).map(|i| (i, None)));
    let (started, mut numbered) = (Instant::now(), 0);
    loop {
        match sequence::number(&db.store, LEDGER.name(), &key(), FRESH, Micros(1)).await.expect("it is numbered") {
            0 => break,
            n => numbered += n,
        }
    }
    println!(
        "a backlog of {numbered} entries numbered: {:.0}/s",
        f64::from(numbered) / started.elapsed().as_secs_f64()
    );
    grow(&mut conn, &tags, backlog..rows);

    let committed = db.store.write("bench").await.expect("begins").commit([entry(0)]).await.expect("it commits");
    let (mut on, person) = (db.store.read().await.expect("a read begins"), Of::Person("p77"));
    let started = Instant::now();
    let tally = ledger::tally(&mut on, &LEDGER, person).await.expect("it is counted");
    let (mut found, mut from) = (0, 0);
    let mut first_page = Duration::ZERO;
    loop {
        let tree = sequence::tree(&mut on, LEDGER.name()).await.expect("a tree").expect("a tree");
        let page =
            ledger::about(&mut on, &committed, &LEDGER, (person, Kind::Sent), from, 1_000).await.expect("a page");
        let Some(last) = page.last() else { break };
        from = last.idx + 1;
        let nodes = proof::needed(|asked| {
            for entry in &page {
                let _ = proof::inclusion(asked, entry.idx, tree.size);
            }
        });
        let mut tiles = sequence::tiles(&mut on, LEDGER.name(), tiles_of(&nodes)).await.expect("its tiles");
        for entry in &page {
            proof::inclusion(&mut tiles, entry.idx, tree.size).expect("its proof");
        }
        found += page.len();
        if first_page.is_zero() {
            first_page = started.elapsed();
        }
    }
    let all = started.elapsed();
    println!(
        "inventory of one person of {PERSONS} in {rows} entries: {found} rows ({} counted) with proofs in {all:.2?}, the first page in {first_page:.2?}",
        tally[0]
    );
}

/// The leaf of the `i`-th entry.
fn leaf(i: usize) -> [u8; 97] {
    let mut leaf = [1_u8; 97];
    leaf[1..9].copy_from_slice(&i.to_be_bytes());
    leaf
}

/// Rows as erased ones lie: their reading costs less than that of sealed ones, their finding the same.
fn insert(conn: &mut rusqlite::Connection, tags: &[[u8; 16]], rows: impl Iterator<Item = (usize, Option<u64>)>) {
    let tx = conn.transaction().expect("a transaction begins");
    let mut insert = tx
        .prepare("insert into ledger_entry (id, ledger, at_us, leaf, subject, kind, idx) values (?1, 'installation', ?2, ?3, ?4, 0, ?5)")
        .expect("a statement");
    for (i, idx) in rows {
        let id = format!("00000000-0000-4000-8000-{i:012x}");
        let at_us = i64::try_from(i).unwrap_or(0);
        let idx = idx.and_then(|idx| i64::try_from(idx).ok());
        insert.execute((id, at_us, leaf(i), tags[(i * 7_919) % PERSONS], idx)).expect("a row goes in");
    }
    drop(insert);
    tx.commit().expect("it commits");
}

/// Puts numbered rows and the tiles over them behind the tree that is there.
fn grow(conn: &mut rusqlite::Connection, tags: &[[u8; 16]], rows: std::ops::Range<usize>) {
    let (size, peaks): (u64, Vec<u8>) = conn
        .query_row("select size, peaks from ledger_tree where ledger = 'installation'", [], |row| {
            Ok((row.get::<_, i64>(0)?.unsigned_abs(), row.get(1)?))
        })
        .expect("there is a tree");
    let mut edge = Frontier::from_bytes(size, &peaks).expect("it has an edge");
    let partial = |id: &TileId| -> Vec<u8> {
        let of = (i64::from(id.level), i64::try_from(id.index).unwrap_or(0));
        conn.query_row(
            "select hashes from ledger_tile where ledger = 'installation' and level = ?1 and idx = ?2",
            of,
            |row| row.get(0),
        )
        .expect("a tile at the edge")
    };
    let mut tiles = Tiles::of(Tiles::edge(size).into_iter().map(|id| (id, partial(&id))).collect::<Vec<_>>());
    for i in rows.clone() {
        edge.push(leaf_hash(&leaf(i)), |id, hash| tiles.add(id, hash));
    }
    insert(conn, tags, rows.enumerate().map(|(n, i)| (i, Some(size + n as u64))));
    let tx = conn.transaction().expect("a transaction begins");
    for (id, hashes) in tiles.iter() {
        let of = (i64::from(id.level), i64::try_from(id.index).unwrap_or(0), hashes);
        tx.execute(
            "insert or replace into ledger_tile (ledger, level, idx, hashes) values ('installation', ?1, ?2, ?3)",
            of,
        )
        .expect("a tile goes in");
    }
    let now = (i64::try_from(edge.size()).unwrap_or(0), edge.to_bytes(), edge.root());
    tx.execute("update ledger_tree set size = ?1, peaks = ?2, root = ?3 where ledger = 'installation'", now)
        .expect("the tree grows");
    tx.commit().expect("it commits");
}
