//! The tree over a ledger: whatever breaks in between, it ends whole, and says the same on both engines.

use std::{collections::BTreeMap, io};
use vouchsafe_domain::time::Micros;
use vouchsafe_ledger::{
    act::Act,
    checkpoint::Checkpoint,
    entry::{Entry, LedgerOf},
    export::Export,
    note::Note,
    proof,
    signing::{Purpose, SecretKey},
    tiles::tiles_of,
    verify::{Known, Report, Source, verify},
};
use vouchsafe_store::{
    Committed, Error, Store,
    custody::{
        epochs::{self, Beside},
        ledger::{self, Kind, Numbered, Of},
        sequence::{self, AT_ONCE, Tree},
    },
};
use vouchsafe_testkit::db::{self, Db};

const FRESH: &str = "00112233445566778899aabbccddeeff";

fn key() -> SecretKey {
    SecretKey::from_random(Purpose::Checkpoint, &[7; 32])
}

fn sent(i: i64) -> Entry {
    let act = if i % 10 == 9 { Act::AssignmentOpened } else { Act::AssignmentSent };
    Entry::new(LedgerOf::Installation, act, i).of("task", format!("t{i}")).by("person", format!("p{}", i % 3))
}

async fn add(store: &Store, entries: impl IntoIterator<Item = Entry> + Send) -> Committed {
    store.write("add").await.unwrap().commit(entries.into_iter().collect::<Vec<_>>()).await.unwrap()
}

async fn number_all(store: &Store) {
    for ledger in sequence::waiting(&mut store.read().await.unwrap()).await.unwrap() {
        while sequence::number(store, &ledger, &|| Ok(key()), FRESH, Micros(5)).await.unwrap() > 0 {}
    }
}

async fn tree(store: &Store) -> Tree {
    sequence::tree(&mut store.read().await.unwrap(), "installation").await.unwrap().expect("there is a tree")
}

async fn all(store: &Store, committed: &Committed, size: u64) -> Vec<Numbered> {
    let (mut on, mut all) = (store.read().await.unwrap(), Vec::new());
    while (all.len() as u64) < size {
        let from = all.len() as u64;
        all.extend(ledger::from(&mut on, committed, &LedgerOf::Installation, from, 700).await.unwrap());
    }
    all.truncate(usize::try_from(size).unwrap());
    all
}

#[derive(Default)]
struct Folder(BTreeMap<String, Vec<u8>>);

impl Source for Folder {
    fn read(&mut self, path: &str) -> io::Result<Option<Vec<u8>>> {
        Ok(self.0.get(path).cloned())
    }
}

/// Exports the ledger of the installation and has it verified, against older checkpoints too.
async fn verified(store: &Store, committed: &Committed, old: &[String]) -> Report {
    let tree = tree(store).await;
    let epochs = epochs::of_ledger(&mut store.read().await.unwrap(), "installation").await.unwrap();
    let mut folder = Folder::default();
    let mut sink = |path: &str, bytes: &[u8]| {
        folder.0.insert(path.into(), bytes.to_vec());
        Ok(())
    };
    let mut export = Export::new();
    for Numbered { entry, .. } in all(store, committed, tree.size).await {
        export.push(&entry.leaf.try_into().unwrap(), Some(&entry.parts), &mut sink).unwrap();
    }
    export.finish(&tree.checkpoint, "", &epochs, &mut sink).unwrap();
    let checkpoints = old.iter().map(|note| note.parse().unwrap()).collect();
    let known = Known { keys: vec![key().public()], checkpoints, ..Known::default() };
    let report = verify(&mut folder, &known, &mut |_| {}).unwrap();
    assert!(report.signer_known);
    report
}

#[tokio::test(flavor = "multi_thread")]
async fn every_entry_gets_its_place_and_its_proof() {
    db::each(|db| async move {
        let db = db; // whole: its folder goes with it
        let committed = add(&db.store, (0..300).map(sent)).await;
        number_all(&db.store).await;
        let first = tree(&db.store).await;
        assert_eq!(first.size, 301, "with the start of the server");
        add(&db.store, (300..900).map(sent)).await;
        number_all(&db.store).await;
        let now = tree(&db.store).await;
        let report = verified(&db.store, &committed, std::slice::from_ref(&first.checkpoint)).await;
        assert_eq!((now.size, report.extended, report.shown), (901, 1, [901; 3]));

        let mut on = db.store.read().await.unwrap();
        // All of them from the same tiles, as a page has them.
        let needed = tiles_of(&proof::needed(|asked| {
            for idx in 0..now.size {
                let _ = proof::inclusion(asked, idx, now.size);
            }
        }));
        let mut tiles = sequence::tiles(&mut on, "installation", needed).await.unwrap();
        for entry in all(&db.store, &committed, now.size).await {
            let path = proof::inclusion(&mut tiles, entry.idx, now.size).unwrap();
            let hash = vouchsafe_ledger::entry::leaf_hash(&entry.entry.leaf);
            assert!(proof::is_included(&hash, entry.idx, now.size, &now.root, &path));
        }
        let needed = tiles_of(&proof::needed(|asked| proof::consistency(asked, first.size, now.size)));
        let mut tiles = sequence::tiles(&mut on, "installation", needed).await.unwrap();
        let path = proof::consistency(&mut tiles, first.size, now.size).unwrap();
        assert!(proof::is_extended(first.size, &first.root, now.size, &now.root, &path));
        // Whoever was given the hash of his entry's leaf finds it in the tree.
        let given = committed.leaves()[40];
        let found = all(&db.store, &committed, now.size).await;
        assert!(found.iter().any(|e| vouchsafe_ledger::entry::leaf_hash(&e.entry.leaf) == given));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_sent_to_one_person_is_found_complete() {
    db::each(|db| async move {
        let db = db; // whole: its folder goes with it
        let committed = add(&db.store, (0..900).map(sent)).await;
        add(&db.store, [Entry::new(LedgerOf::Installation, Act::BackupWritten, 5).by("door", "console")]).await;
        number_all(&db.store).await;
        let mut on = db.store.read().await.unwrap();
        let of = Of::Person("p1");
        let tally = ledger::tally(&mut on, &LedgerOf::Installation, of).await.unwrap();
        let expected = (0..900).filter(|i| i % 3 == 1).partition::<Vec<_>, _>(|i| i % 10 != 9);
        assert_eq!(tally, [expected.0.len() as u64, expected.1.len() as u64, 0, 0, 0]);
        let (mut found, mut from) = (Vec::new(), 0);
        loop {
            let page = ledger::about(&mut on, &committed, &LedgerOf::Installation, (of, Kind::Sent), from, 100).await;
            let page = page.unwrap();
            let Some(last) = page.last() else { break };
            from = last.idx + 1;
            found.extend(page.into_iter().map(|e| e.entry.at_us));
        }
        found.sort_unstable();
        assert_eq!(found, expected.0);
        let beside = (Of::Beside, Kind::Beside);
        let beside = ledger::about(&mut on, &committed, &LedgerOf::Installation, beside, 0, 10).await.unwrap();
        assert_eq!(beside.len(), 2, "the start and the backup");
    })
    .await;
}

/// What is counted when it is numbered is what is there, however many turns it took; of whom nobody can find any more
/// nothing is counted.
#[tokio::test(flavor = "multi_thread")]
async fn an_inventory_counts_what_is_there() {
    db::each(|db| async move {
        let db = db; // whole: its folder goes with it
        let (mut committed, of) = (None, |person| Of::Person(["p0", "p1", "p2"][person]));
        for turn in [0..7, 7..400, 400..2_000] {
            committed = Some(add(&db.store, turn.map(sent)).await);
            number_all(&db.store).await;
        }
        let committed = committed.unwrap();
        let there = async |person, kind| {
            let mut on = db.store.read().await.unwrap();
            let of = (of(person), kind);
            ledger::about(&mut on, &committed, &LedgerOf::Installation, of, 0, 10_000).await.unwrap().len() as u64
        };
        let counted = async |person| {
            let mut on = db.store.read().await.unwrap();
            ledger::tally(&mut on, &LedgerOf::Installation, of(person)).await.unwrap()
        };
        for person in 0..3 {
            let there = [there(person, Kind::Sent).await, there(person, Kind::Opened).await, 0, 0, 0];
            assert_eq!(counted(person).await, there);
            assert!(there[0] > 500);
        }
        let mut tx = db.store.write("unbind").await.unwrap();
        assert!(ledger::unbind(&mut tx, &LedgerOf::Installation, "p1").await.unwrap() > 600);
        tx.commit([sent(0)]).await.unwrap();
        assert_eq!((counted(1).await, there(1, Kind::Sent).await), ([0; 5], 0));
        assert!(counted(0).await[0] > 500, "others stay counted");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_erased_person_leaves_the_tree_whole_and_stays_found() {
    db::each(|db| async move {
        let db = db; // whole: its folder goes with it
        let committed = add(&db.store, (0..300).map(sent)).await;
        number_all(&db.store).await;
        add(&db.store, (300..330).map(sent)).await;
        let before = tree(&db.store).await.checkpoint;
        let mut tx = db.store.write("erase").await.unwrap();
        assert_eq!(ledger::erase(&mut tx, &LedgerOf::Installation, "p1").await.unwrap(), 110);
        tx.commit([sent(400)]).await.unwrap();
        number_all(&db.store).await;
        let report = verified(&db.store, &committed, &[before]).await;
        assert_eq!(report.shown, [332, 332, 222]);
        let mut on = db.store.read().await.unwrap();
        let tally = ledger::tally(&mut on, &LedgerOf::Installation, Of::Person("p1")).await.unwrap();
        assert_eq!(tally.iter().sum::<u64>(), 111, "his exposure stays");
    })
    .await;
}

/// Makes every write to one table fail, as a crash at that point would end it.
async fn broken(db: &Db, table: &str, how: &str, broken: bool) {
    if db.engine == "sqlite" {
        let conn = rusqlite::Connection::open(&db.url).unwrap();
        conn.busy_timeout(std::time::Duration::from_secs(5)).unwrap();
        let sql = if broken {
            format!("create trigger broken before {how} on {table} begin select raise(abort, 'broken'); end")
        } else {
            "drop trigger broken".into()
        };
        return conn.execute_batch(&sql).unwrap();
    }
    let (client, connection) = tokio_postgres::connect(&db.url, tokio_postgres::NoTls).await.unwrap();
    tokio::spawn(connection);
    let sql = if broken {
        format!(
            "create or replace function broken() returns trigger language plpgsql as $$ begin raise 'broken'; end $$;
             create trigger broken before {how} on {table} for each row execute function broken()"
        )
    } else {
        format!("drop trigger broken on {table}")
    };
    client.batch_execute(&sql).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_crash_at_any_write_leaves_the_tree_as_it_was() {
    db::each(|db| async move {
        let db = db; // whole: its folder goes with it
        let committed = add(&db.store, (0..400).map(sent)).await;
        let writes = [
            ("ledger_tree", "insert"),
            ("ledger_entry", "update"),
            ("ledger_tile", "insert"),
            ("ledger_tree", "update"),
        ];
        let mut known = Vec::new();
        for (round, (table, how)) in writes.into_iter().cycle().take(5).enumerate() {
            let before = sequence::tree(&mut db.store.read().await.unwrap(), "installation").await.unwrap();
            broken(&db, table, how, true).await;
            let failed = sequence::number(&db.store, "installation", &|| Ok(key()), FRESH, Micros(9)).await;
            // The row of a tree is inserted once only.
            assert!(failed.is_err() || (table, how) == ("ledger_tree", "insert"), "{table} {how}");
            broken(&db, table, how, false).await;
            let after = sequence::tree(&mut db.store.read().await.unwrap(), "installation").await.unwrap();
            if failed.is_err() {
                assert_eq!(before.map(|t| t.checkpoint), after.map(|t| t.checkpoint), "{table} {how}");
            }
            // Another process takes it up.
            number_all(&db.again().await).await;
            verified(&db.store, &committed, &known).await;
            known.push(tree(&db.store).await.checkpoint);
            let from = 400 + i64::try_from(round).unwrap() * 150;
            add(&db.store, (from..from + 150).map(sent)).await;
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_disk_that_fails_at_the_commit_leaves_the_tree_as_it_was() {
    let db = Db::sqlite().await;
    let committed = add(&db.store, (0..400).map(sent)).await;
    number_all(&db.store).await;
    let before = tree(&db.store).await.checkpoint;
    add(&db.store, (400..900).map(sent)).await;
    db.disk.fail();
    assert!(matches!(
        sequence::number(&db.store, "installation", &|| Ok(key()), FRESH, Micros(9)).await,
        Err(Error::CommitFailed(_))
    ));
    db.disk.mend();
    let again = db.again().await;
    number_all(&again).await;
    let report = verified(&again, &committed, &[before]).await;
    assert_eq!((report.extended, report.checkpoint.size), (1, 901));
}

#[tokio::test(flavor = "multi_thread")]
async fn two_processes_number_each_entry_once_while_others_write() {
    let Some(db) = Db::postgres().await else { return };
    let other = db.again().await;
    let writers: Vec<_> = (0..4_i64)
        .map(|w| {
            let store = db.store.clone();
            tokio::spawn(async move {
                for i in 0..100 {
                    add(&store, (0..5).map(|j| sent(w * 10_000 + i * 10 + j))).await;
                }
            })
        })
        .collect();
    let numbering = [db.store.clone(), other].map(|store| {
        tokio::spawn(async move {
            for _ in 0..400 {
                match sequence::number(&store, "installation", &|| Ok(key()), FRESH, Micros(9)).await {
                    Ok(_) | Err(Error::Conflict) => {}
                    Err(error) => panic!("{error}"),
                }
                tokio::time::sleep(std::time::Duration::from_millis(1)).await;
            }
        })
    });
    for task in writers.into_iter().chain(numbering) {
        task.await.unwrap();
    }
    number_all(&db.store).await;
    let committed = add(&db.store, [sent(1)]).await;
    assert_eq!(verified(&db.store, &committed, &[]).await.checkpoint.size, 2_001);
}

/// An older state is put back: the log goes on under another name and says what was known and what is left.
#[tokio::test(flavor = "multi_thread")]
async fn a_restored_ledger_begins_an_epoch_that_names_the_gap() {
    db::each(|db| async move {
        let db = db; // whole: its folder goes with it
        let committed = add(&db.store, (0..300).map(sent)).await;
        number_all(&db.store).await;
        let kept = tree(&db.store).await;
        // What the lost database had said.
        let lost = Checkpoint { origin: kept.origin.clone(), size: 350, root: [9; 32] };
        let lost_note = lost.sign(&key()).unwrap().to_string();
        let mut tx = db.store.write("lift").await.unwrap();
        let beside = Beside { known: Some(lost), ..Beside::default() };
        let begun = epochs::begin(&mut tx, "installation", &beside, FRESH, &key(), Micros(7)).await.unwrap();
        assert_eq!(begun.unwrap().lost, 49);
        tx.commit([sent(1)]).await.unwrap();
        number_all(&db.store).await;
        let now = tree(&db.store).await;
        assert_eq!((now.epoch, now.size, now.origin != kept.origin), (2, 302, true));
        let report = verified(&db.store, &committed, &[kept.checkpoint, lost_note]).await;
        assert_eq!((report.extended, report.beyond, &report.gaps[..]), (1, 49, &[(2, 49)][..]));
    })
    .await;
}

/// A backup of a server that goes on holds entries that have no number yet, and the head that is known vouches for them: they
/// are not lost, and are numbered before the log has another name.
#[tokio::test(flavor = "multi_thread")]
async fn entries_without_a_number_that_the_known_head_vouches_for_are_kept() {
    db::each(|db| async move {
        let db = db; // whole: its folder goes with it
        let committed = add(&db.store, (0..300).map(sent)).await;
        number_all(&db.store).await;
        let before = tree(&db.store).await;
        add(&db.store, [sent(300), sent(301), sent(302)]).await;
        let root = async |size| {
            let mut on = db.store.read().await.unwrap();
            epochs::root_with_waiting(&mut on, "installation", &before, size).await.unwrap()
        };
        assert_eq!((root(301).await, root(305).await), (Some(before.root), None));
        let known = Checkpoint { origin: before.origin.clone(), size: 303, root: root(303).await.unwrap() };
        let lift = async |known: &Checkpoint| {
            let beside = Beside { known: Some(known.clone()), holds_known: true, epochs: Vec::new() };
            let mut tx = db.store.write("lift").await.unwrap();
            let begun = epochs::begin(&mut tx, "installation", &beside, FRESH, &key(), Micros(7)).await;
            (tx, begun)
        };
        let (tx, refused) = lift(&Checkpoint { root: [9; 32], ..known.clone() }).await;
        assert!(matches!(refused, Err(Error::Conflict)));
        tx.abandon().await.unwrap();
        let (tx, begun) = lift(&known).await;
        let begun = begun.unwrap().unwrap();
        assert_eq!((begun.lost, begun.epoch.kept.size), (0, 303));
        tx.commit([sent(1)]).await.unwrap();
        number_all(&db.store).await;
        let known = known.sign(&key()).unwrap().to_string();
        let report = verified(&db.store, &committed, &[before.checkpoint.clone(), known]).await;
        assert_eq!(
            (report.checkpoint.size, report.extended, report.beyond, &report.gaps[..]),
            (305, 2, 0, &[(2, 0)][..])
        );
    })
    .await;
}

/// Restored twice: the log that the first restore began is lost, the second begins another, and says how much of the first is gone.
#[tokio::test(flavor = "multi_thread")]
async fn a_log_that_was_lost_with_its_epoch_is_named_by_the_next() {
    db::each(|db| async move {
        let db = db; // whole: its folder goes with it
        add(&db.store, (0..300).map(sent)).await;
        number_all(&db.store).await;
        let first = tree(&db.store).await;
        let origin = |of: &str| first.origin.replace("/1", of);
        let mark = |size| vouchsafe_ledger::epoch::Mark { size, root: [4; 32] };
        let lost = vouchsafe_ledger::epoch::Epoch {
            origin: origin("/2-aaaaaaaa"),
            number: 2,
            previous: first.origin.clone(),
            known: None,
            kept: mark(290),
            at_us: 6,
        };
        let head = Checkpoint { origin: lost.origin.clone(), size: 350, root: [9; 32] };
        let beside = Beside { known: Some(head.clone()), holds_known: false, epochs: vec![lost.sign(&key()).unwrap()] };
        let mut tx = db.store.write("lift").await.unwrap();
        let begun = epochs::begin(&mut tx, "installation", &beside, FRESH, &key(), Micros(7)).await.unwrap().unwrap();
        tx.commit([sent(1)]).await.unwrap();
        assert_eq!((begun.lost, begun.epoch.number, begun.epoch.origin.clone()), (60, 3, origin("/3-00112233")));
        let found = epochs::at(&mut db.store.read().await.unwrap(), "installation", Micros(7)).await.unwrap().unwrap();
        assert_eq!((found.lost, found.epoch), (60, begun.epoch));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn cosignatures_of_one_head_are_kept_together_and_older_heads_passed_over() {
    db::each(|db| async move {
        let db = db; // whole: its folder goes with it
        add(&db.store, (0..10).map(sent)).await;
        number_all(&db.store).await;
        let old: Note = tree(&db.store).await.checkpoint.parse().unwrap();
        add(&db.store, (10..20).map(sent)).await;
        number_all(&db.store).await;
        let note: Note = tree(&db.store).await.checkpoint.parse().unwrap();
        let by = |seed: u8, note: &Note| {
            let key = SecretKey::from_random(Purpose::Checkpoint, &[seed; 32]);
            let mut note = note.clone();
            let made = vouchsafe_ledger::note::cosign(&note.text, &format!("w{seed}"), &key, 9);
            note.signatures.push(made);
            note
        };
        for note in [by(1, &old), by(1, &note), by(2, &note), by(2, &note), by(3, &old)] {
            sequence::cosigned(&db.store, "installation", &note, Micros(8)).await.unwrap();
        }
        let kept: Note = tree(&db.store).await.cosigned.unwrap().0.parse().unwrap();
        assert_eq!((kept.text == note.text, kept.signatures.len()), (true, 3), "the log's own and two witnesses'");
    })
    .await;
}

/// The writer of an embedded database is held meanwhile.
const _: () = assert!(AT_ONCE <= 1_024);
