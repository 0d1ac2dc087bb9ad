//! Where a ledger goes on after a restore: what is left of it, what is known to be lost, and the log that it is from there on.

use super::{
    ledger::count,
    sequence::{Tree, grow, locked, signed},
};
use crate::{Error, Read, Tx, vals};
use std::collections::BTreeMap;
use vouchsafe_domain::time::Micros;
use vouchsafe_ledger::{
    checkpoint::Checkpoint,
    entry::leaf_hash,
    epoch::{Epoch, Mark, kept_since},
    note::Note,
    signing::{PublicKey, SecretKey},
    tree::Hash,
};

/// Digits of randomness in the name of a log that begins with an epoch: two restores of one backup begin two logs, also where
/// nobody remembers the first.
const FRESH: usize = 8;

/// The signed beginnings of epochs, by ledger.
pub type Epochs = BTreeMap<String, Vec<String>>;

/// What is known of a ledger besides what the database says.
#[derive(Debug, Clone, Default)]
pub struct Beside {
    /// The newest head that was remembered.
    pub known: Option<Checkpoint>,
    /// Whether the database holds all that it vouches for, some of it without a number yet.
    pub holds_known: bool,
    /// The beginnings of epochs that were remembered, also of logs that this database never was.
    pub epochs: Vec<Note>,
}

/// A log that began.
#[derive(Debug, Clone)]
pub struct Begun {
    /// What is said of it, signed.
    pub epoch: Epoch,
    /// Entries that were known and are gone.
    pub lost: u64,
}

/// Begins a new epoch of a ledger, signed, under a name that no other has. `fresh` is hex digits of randomness. `None` when the
/// ledger has no tree yet.
pub async fn begin(
    tx: &mut Tx,
    ledger: &str,
    beside: &Beside,
    fresh: &str,
    key: &SecretKey,
    at: Micros,
) -> Result<Option<Begun>, Error> {
    let Some(mut tree) = locked(tx, ledger).await? else { return Ok(None) };
    for note in &beside.epochs {
        if let Some(epoch) = Epoch::from_text(&note.text) {
            keep(tx, ledger, &epoch, note).await?;
        }
    }
    let notes = tx.q(OF_LEDGER, vals![ledger]).await?;
    let notes = notes.iter().filter_map(|row| row.text(0).ok()?.parse::<Note>().ok());
    let before: Vec<Epoch> = notes.filter_map(|note| Epoch::from_text(&note.text)).collect();
    // A head of a log that has nothing in common with this one says nothing.
    let comes_from = |known: &&Checkpoint| kept_since(&before, &known.origin, &tree.origin).is_some();
    let known = beside.known.as_ref().filter(comes_from).cloned();
    if let Some(known) = known.as_ref().filter(|known| beside.holds_known && known.origin == tree.origin) {
        number_up_to(tx, ledger, &mut tree, known).await?;
    }
    let number = before.iter().map(|epoch| epoch.number).max().unwrap_or_default().max(tree.epoch) + 1;
    let name = tree.origin.rsplit_once('/').map_or(tree.origin.as_str(), |(name, _)| name);
    let epoch = Epoch {
        origin: format!("{name}/{number}-{}", fresh.get(..FRESH).unwrap_or(fresh)),
        number,
        previous: tree.origin.clone(),
        known,
        kept: Mark { size: tree.size, root: tree.root },
        at_us: at.0,
    };
    let note = epoch.sign(key).map_err(|error| Error::Database(format!("an epoch cannot be signed: {error}")))?;
    keep(tx, ledger, &epoch, &note).await?;
    let head = signed(&epoch.origin, &tree.edge, key)?;
    tx.exec(
        "update ledger_tree set origin = $1, epoch = $2, size = $3, peaks = $4, root = $5, checkpoint = $6, at_us = $7,
                cosigned = null, cosigned_us = null, followed_us = null, followed_size = null
          where ledger = $8",
        vals![
            &epoch.origin,
            count(number),
            count(tree.size),
            tree.edge.to_bytes(),
            &tree.root,
            head.to_string(),
            at,
            ledger
        ],
    )
    .await?;
    Ok(Some(Begun { lost: epoch.lost(&before), epoch }))
}

/// A backup of a server that went on holds entries that had no number yet. Those that the head vouches for are numbered before the
/// log goes by another name; nothing is signed under the old one.
async fn number_up_to(tx: &mut Tx, ledger: &str, tree: &mut Tree, known: &Checkpoint) -> Result<(), Error> {
    let more = known.size.saturating_sub(tree.size);
    if more == 0 {
        return Ok(());
    }
    let (edge, _) = grow(tx, ledger, tree, u32::try_from(more).unwrap_or(u32::MAX)).await?;
    if (edge.size(), edge.root()) != (known.size, known.root) {
        return Err(Error::Conflict);
    }
    (tree.size, tree.root, tree.edge) = (edge.size(), edge.root(), edge);
    Ok(())
}

async fn keep(tx: &mut Tx, ledger: &str, epoch: &Epoch, note: &Note) -> Result<(), Error> {
    tx.exec(
        "insert into ledger_epoch (ledger, number, note, began_us) values ($1, $2, $3, $4)
         on conflict (ledger, number) do nothing",
        vals![ledger, count(epoch.number), note.to_string(), epoch.at_us],
    )
    .await?;
    Ok(())
}

/// The root that the tree of a ledger has at this size once the entries that wait for a number have theirs; `None` where there are
/// fewer. Reads as many leaves as are missing.
pub async fn root_with_waiting(on: &mut Read, ledger: &str, tree: &Tree, size: u64) -> Result<Option<Hash>, Error> {
    let sql = "select leaf from ledger_entry where ledger = $1 and idx is null order by at_us, id limit $2";
    let waiting = on.q(sql, vals![ledger, count(size.saturating_sub(tree.size))]).await?;
    let mut edge = tree.edge.clone();
    for row in &waiting {
        edge.push(leaf_hash(row.bytes(0)?), |_, _| {});
    }
    Ok((edge.size() == size).then(|| edge.root()))
}

const OF_LEDGER: &str = "select note from ledger_epoch where ledger = $1 order by number";

/// The signed beginnings of a ledger's later epochs, in order; those of logs that were lost are among them.
pub async fn of_ledger(on: &mut Read, ledger: &str) -> Result<Vec<String>, Error> {
    let rows = on.q(OF_LEDGER, vals![ledger]).await?;
    rows.iter().map(|row| Ok(row.text(0)?.to_owned())).collect()
}

/// All of them.
pub async fn all(on: &mut Read) -> Result<Epochs, Error> {
    let mut all = Epochs::new();
    for row in on.q("select ledger, note from ledger_epoch order by ledger, number", &[]).await? {
        all.entry(row.text(0)?.to_owned()).or_default().push(row.text(1)?.to_owned());
    }
    Ok(all)
}

/// The epochs of a ledger, in order, and how many entries were lost with each.
pub async fn begun(on: &mut Read, ledger: &str) -> Result<Vec<Begun>, Error> {
    let notes = of_ledger(on, ledger).await?;
    let notes = notes.iter().filter_map(|note| note.parse::<Note>().ok());
    let all: Vec<Epoch> = notes.filter_map(|note| Epoch::from_text(&note.text)).collect();
    Ok(all.iter().map(|epoch| Begun { lost: epoch.lost(&all), epoch: epoch.clone() }).collect())
}

/// The epoch of a ledger that began at this moment.
pub async fn at(on: &mut Read, ledger: &str, at: Micros) -> Result<Option<Begun>, Error> {
    Ok(begun(on, ledger).await?.into_iter().rfind(|begun| begun.epoch.at_us == at.0))
}

/// Adds the signature of `key` to those that one of `trusted` signed: whoever pinned the newest key alone follows them too. How
/// many there were.
pub async fn sign_anew(tx: &mut Tx, key: &SecretKey, trusted: &[PublicKey]) -> Result<u64, Error> {
    let mut signed = 0;
    for row in tx.q("select ledger, number, note from ledger_epoch order by ledger, number", &[]).await? {
        let Ok(mut note) = row.text(2)?.parse::<Note>() else { continue };
        let Some(epoch) = Epoch::open(&note, trusted).filter(|epoch| !note.is_signed_by(&epoch.origin, &key.public()))
        else {
            continue;
        };
        note.add(&epoch.origin, key);
        tx.exec(
            "update ledger_epoch set note = $1 where ledger = $2 and number = $3",
            vals![note.to_string(), row.text(0)?, row.int(1)?],
        )
        .await?;
        signed += 1;
    }
    Ok(signed)
}
