//! The ledger's own costs on SQLite: durable entries a second with the numbering beside them, the numbering of a backlog.
//!
//! `cargo bench -p vouchsafe-store --bench ledger -- [entries] [backlog]`

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
    entry::{Entry, LedgerOf},
    signing::{Purpose, SecretKey},
};
use vouchsafe_store::{
    Store,
    custody::{ledger, sequence},
};
use vouchsafe_testkit::db::Db;

const WRITERS: usize = 64;
const PERSONS: usize = 10_000;
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
    let (entries, rows) = (sizes.next().unwrap_or(20_000), sizes.next().unwrap_or(200_000));
    durable(entries).await;
    numbering(rows).await;
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
        while numbering
            && sequence::number(&store, LEDGER.name(), &|| Ok(key()), FRESH, Micros(1)).await.is_ok_and(|n| n > 0)
        {
        }
        if last {
            return started.elapsed();
        }
        tokio::time::sleep(Duration::from_millis(500)).await;
    }
}

/// Entries that wait, numbered as ever.
async fn numbering(rows: usize) {
    let db = Db::sqlite_durable().await;
    let names = ledger::names(&mut db.store.read().await.expect("a read begins"), &LEDGER).await.expect("it has names");
    let tags: Vec<[u8; 16]> = (0..PERSONS).map(|p| names.tag("person", &format!("p{p}"))).collect();
    let mut conn = rusqlite::Connection::open(&db.url).expect("the database opens");
    insert(&mut conn, &tags, rows);
    let (started, mut numbered) = (Instant::now(), 0);
    loop {
        match sequence::number(&db.store, LEDGER.name(), &|| Ok(key()), FRESH, Micros(1)).await.expect("it is numbered")
        {
            0 => break,
            n => numbered += n,
        }
    }
    println!(
        "a backlog of {numbered} entries numbered: {:.0}/s",
        f64::from(numbered) / started.elapsed().as_secs_f64()
    );
}

/// The leaf of the `i`-th entry.
fn leaf(i: usize) -> [u8; 97] {
    let mut leaf = [1_u8; 97];
    leaf[1..9].copy_from_slice(&i.to_be_bytes());
    leaf
}

/// Rows as erased ones lie: their reading costs less than that of sealed ones, their finding the same.
fn insert(conn: &mut rusqlite::Connection, tags: &[[u8; 16]], rows: usize) {
    let tx = conn.transaction().expect("a transaction begins");
    let mut insert = tx
        .prepare("insert into ledger_entry (id, ledger, at_us, leaf, subject, kind) values (?1, 'installation', ?2, ?3, ?4, 0)")
        .expect("a statement");
    for i in 0..rows {
        let id = format!("00000000-0000-4000-8000-{i:012x}");
        let at_us = i64::try_from(i).unwrap_or(0);
        insert.execute((id, at_us, leaf(i), tags[(i * 7_919) % PERSONS])).expect("a row goes in");
    }
    drop(insert);
    tx.commit().expect("it commits");
}
