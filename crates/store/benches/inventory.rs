//! What asking a large ledger costs: the inventory of a person by HTTP, as a page with proofs and as CSV, the size of a
//! proof, and the offline verification of all of it.
//!
//! `cargo bench -p vouchsafe-store --bench inventory -- [entries]` (1,000,000; at 10,000,000 it takes 5.3 GB below `TMPDIR`
//! while it runs, and most of an hour on a machine that others use). SQLite. Every leaf is that of a real entry. The entries of one person are
//! committed and numbered as ever; those of the others are put where numbering would put them, in bulk and without
//! their parts, as erased ones lie.

#![expect(clippy::cast_precision_loss, reason = "figures for people")]

use serde_json::Value;
use std::{
    fs, io,
    path::{Path, PathBuf},
    time::{Duration, Instant},
};
use vouchsafe_domain::access::role::Role;
use vouchsafe_ledger::{
    act::Act,
    checkpoint::Checkpoint,
    entry::{Entry, LEAF_DATA_BYTES, LedgerOf, leaf_hash},
    export::Export,
    note::Note,
    signing::{Purpose, SecretKey},
    tiles::{TileId, Tiles},
    tree::Frontier,
    verify::{Known, Source, verify},
};
use vouchsafe_store::custody::{ledger, sequence};
use vouchsafe_testkit::{client::Client, db::Db, serve::Server, world::World};

const PERSONS: usize = 10_000;
/// Entries that come between two turns of the numbering.
const ROUND: usize = 100_000;
/// Every so many entries are those of one who was sent far more than others.
const HEAVY: usize = 10;
/// How often each question is asked.
const ASKED: usize = 20;
const FRESH: &str = "00112233445566778899aabbccddeeff";
const LEDGER: LedgerOf = LedgerOf::Installation;

fn key() -> SecretKey {
    SecretKey::from_random(Purpose::Checkpoint, &[7; 32])
}

/// A disclosure as the server records it.
fn entry(i: usize, at_us: i64, person: &str) -> Entry {
    Entry::new(LEDGER, Act::AssignmentSent, at_us)
        .because("exposure", 7)
        .because("holds", 0)
        .because("purpose", "work")
        .because("route", "POST /projects/{project}/assignments")
        .because("rule", "in_pool")
        .because("sent_before", false)
        .because("wall", "no_conflict")
        .of("client", "5f3c1a52-5b0e-4a53-9d2f-0a4a3f3c9a11")
        .of("content", "5de23d3b1dc889abeec43ad8fd4ecd44cc2ef70addd6e00298d741030d9b9c44")
        .of("fields", vec!["content".to_owned()])
        .of("object", "task")
        .of("sealed_bytes", 3_612)
        .of("task", format!("89e81bb0-480b-4048-9069-{i:012}"))
        .of("version", 1)
        .by("device", "desktop")
        .by("door", "session:b36077e7-1074-48c6-83d8-fe416bcdfcba")
        .by("member", "0b9d7a3e-9c55-4b5f-8a1e-6f0f3b0f6a01")
        .by("person", person)
        .by("role", "expert")
}

#[tokio::main]
async fn main() {
    let entries = std::env::args().skip(1).find_map(|a| a.parse().ok()).unwrap_or(1_000_000);
    let world = World::new(Db::sqlite_durable().await);
    world.clock.run();
    let server = Server::on(world).await;
    let custodian = server.member(Role::Custodian, &[]).await;
    let [one, heavy] = [server.member(Role::Expert, &[]).await, server.member(Role::Expert, &[]).await];
    let [one, heavy] = [one, heavy].map(|who| who.asker().person.to_string());
    let took = Instant::now();
    build(&server.world, entries, &one, &heavy).await;
    println!("a ledger of {entries} entries of {PERSONS} persons in {:.0?}", took.elapsed());
    println!("its database has {} MB", bytes_below(server.world.db.dir.path()) / 1_000_000);

    let of = |query: &str| format!("/ledgers/installation/inventory{query}");
    for (who, person) in [("one of them", &one), ("one who was sent a tenth of all", &heavy)] {
        for limit in [100, 1_000] {
            let (took, page) = asked(&custodian, &of(&format!("?person={person}&limit={limit}"))).await;
            let page: Value = serde_json::from_slice(&page).expect("it is JSON");
            let rows = page["entries"].as_array().expect("it has entries");
            let longest = rows.iter().map(|row| row["path"].as_array().map_or(0, Vec::len)).max().unwrap_or(0);
            println!(
                "  inventory of {who}: {} sent, {} rows with proofs of at most {} bytes: {took}",
                page["sent"],
                rows.len(),
                longest * 32
            );
        }
    }
    let (took, csv) = asked(&custodian, &of(&format!(".csv?person={one}"))).await;
    let rows = String::from_utf8_lossy(&csv).lines().count();
    println!("  the same of the first as CSV, {rows} lines, {} KB: {took}", csv.len() / 1_000);
    offline(&server.world);
}

/// Asks so many times; gives the median and the worst in words, and the last answer.
async fn asked(custodian: &Client, path: &str) -> (String, Vec<u8>) {
    let (mut took, mut body) = (Vec::new(), Vec::new());
    for _ in 0..ASKED {
        let began = Instant::now();
        let reply = custodian.get(path).await;
        took.push(began.elapsed());
        assert_eq!(reply.status, 200, "{path}: {}", reply.text());
        body = reply.body.to_vec();
    }
    took.sort_unstable();
    (format!("median {:.1?}, at most {:.1?} of {ASKED}", took[ASKED / 2], took[ASKED - 1]), body)
}

async fn build(world: &World, entries: usize, one: &str, heavy: &str) {
    let names = ledger::names(&mut world.db.store.read().await.expect("a read begins"), &LEDGER).await.expect("names");
    let mut others: Vec<String> = (1..PERSONS).map(|n| format!("a1b2c3d4-0000-4000-8000-{n:012x}")).collect();
    heavy.clone_into(&mut others[0]);
    let tags: Vec<[u8; 16]> = others.iter().map(|person| names.tag("person", person)).collect();
    let mut conn = rusqlite::Connection::open(&world.db.url).expect("the database opens");
    // A ledger that a crash spoils is built anew.
    conn.pragma_update(None, "synchronous", "off").expect("it is set");
    conn.pragma_update(None, "cache_size", -200_000).expect("it is set");
    let mut bulk = Bulk { others, tags, began_us: world.app.now().0 };
    let mut done = 0;
    while done < entries {
        let here = ROUND.min(entries - done);
        let own = here.div_ceil(PERSONS);
        let now = world.app.now();
        let tx = world.db.store.write("bench").await.expect("a transaction begins");
        tx.commit((0..own).map(|i| entry(done + i, now.0, one))).await.expect("it commits");
        while sequence::number(&world.db.store, LEDGER.name(), &|| Ok(key()), FRESH, now).await.expect("it is numbered")
            > 0
        {}
        bulk.grow(&mut conn, done + own..done + here);
        done += here;
    }
    // The last turn signs a head over all.
    let tx = world.db.store.write("bench").await.expect("a transaction begins");
    let now = world.app.now();
    tx.commit([entry(entries, now.0, one)]).await.expect("it commits");
    while sequence::number(&world.db.store, LEDGER.name(), &|| Ok(key()), FRESH, now).await.expect("it is numbered") > 0
    {
    }
}

/// The entries of all others.
struct Bulk {
    others: Vec<String>,
    tags: Vec<[u8; 16]>,
    began_us: i64,
}

impl Bulk {
    /// Puts numbered rows and the tiles over them behind the tree that is there.
    fn grow(&mut self, conn: &mut rusqlite::Connection, rows: std::ops::Range<usize>) {
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
        let tx = conn.transaction().expect("a transaction begins");
        let mut insert = tx
            .prepare(
                "insert into ledger_entry (id, ledger, at_us, leaf, subject, kind, idx)
                 values (?1, 'installation', ?2, ?3, ?4, 0, ?5)",
            )
            .expect("a statement");
        for i in rows {
            let person = if i.is_multiple_of(HEAVY) { 0 } else { (i * 7_919) % self.others.len() };
            let at_us = self.began_us + i64::try_from(i).unwrap_or(0);
            let mut salts = [0; 96];
            salts[..8].copy_from_slice(&i.to_be_bytes());
            let sealed = entry(i, at_us, &self.others[person]).seal(&salts).expect("whole numbers and text");
            let leaf = sealed.leaf_data();
            let idx = i64::try_from(edge.size()).unwrap_or(0);
            let id = format!("00000000-0000-4000-8000-{i:012x}");
            insert.execute((id, at_us, leaf, self.tags[person], idx)).expect("a row goes in");
            edge.push(leaf_hash(&leaf), |id, hash| tiles.add(id, hash));
        }
        drop(insert);
        for (id, hashes) in tiles.iter() {
            let of = (i64::from(id.level), i64::try_from(id.index).unwrap_or(0), hashes);
            tx.execute(
                "insert or replace into ledger_tile (ledger, level, idx, hashes) values ('installation', ?1, ?2, ?3)",
                of,
            )
            .expect("a tile goes in");
        }
        tx.execute(
            "insert into ledger_tally (ledger, subject, kind, entries)
             select ledger, subject, kind, count(*) from ledger_entry
              where ledger = 'installation' and idx >= ?1 and idx < ?2 and length(subject) > 0
              group by ledger, subject, kind
             on conflict (ledger, subject, kind) do update set entries = ledger_tally.entries + excluded.entries",
            [size, edge.size()].map(|n| i64::try_from(n).unwrap_or(0)),
        )
        .expect("the tallies grow");
        let now = (i64::try_from(edge.size()).unwrap_or(0), edge.to_bytes(), edge.root());
        tx.execute("update ledger_tree set size = ?1, peaks = ?2, root = ?3 where ledger = 'installation'", now)
            .expect("the tree grows");
        tx.commit().expect("it commits");
    }
}

struct Folder(PathBuf);

impl Source for Folder {
    fn read(&mut self, path: &str) -> io::Result<Option<Vec<u8>>> {
        match fs::read(self.0.join(path)) {
            Ok(bytes) => Ok(Some(bytes)),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error),
        }
    }
}

/// Exports the leaves, as whoever is to be shown that nothing was altered gets them, and verifies the folder.
fn offline(world: &World) {
    let folder = world.db.dir.path().join("export");
    let mut sink = |path: &str, bytes: &[u8]| {
        let file = folder.join(path);
        fs::create_dir_all(file.parent().unwrap_or(&folder))?;
        fs::write(file, bytes)
    };
    let conn = rusqlite::Connection::open(&world.db.url).expect("the database opens");
    let (size, note): (i64, String) = conn
        .query_row("select size, checkpoint from ledger_tree where ledger = 'installation'", [], |row| {
            Ok((row.get(0)?, row.get(1)?))
        })
        .expect("there is a tree");
    let mut leaves = conn
        .prepare("select leaf from ledger_entry where ledger = 'installation' and idx < ?1 order by idx")
        .expect("a statement");
    let mut rows = leaves.query([size]).expect("it is read");
    let mut export = Export::new();
    while let Some(row) = rows.next().expect("it is read") {
        let leaf: [u8; LEAF_DATA_BYTES] = row.get(0).expect("a leaf");
        export.push(&leaf, None, &mut sink).expect("it is written");
    }
    export.finish(&note, "", &[], &mut sink).expect("it is written");
    let old: Note = note.parse().expect("a note");
    assert_eq!(Checkpoint::from_text(&old.text).map(|head| head.size), Ok(size.unsigned_abs()));
    let known = Known { keys: vec![key().public()], checkpoints: vec![old], ..Known::default() };
    let began = Instant::now();
    let report = verify(&mut Folder(folder.clone()), &known, &mut |_| {}).expect("it is whole");
    let took: Duration = began.elapsed();
    assert!(report.signer_known && report.extended == 1);
    println!(
        "verified offline: {size} entries without their parts, {} MB, in {took:.1?}, {:.2} s a million",
        bytes_below(&folder) / 1_000_000,
        took.as_secs_f64() * 1e6 / size as f64
    );
}

fn bytes_below(dir: &Path) -> u64 {
    let Ok(entries) = fs::read_dir(dir) else { return 0 };
    entries
        .flatten()
        .map(|entry| match entry.metadata() {
            Ok(meta) if meta.is_dir() => bytes_below(&entry.path()),
            meta => meta.map_or(0, |meta| meta.len()),
        })
        .sum()
}
