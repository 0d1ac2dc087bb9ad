//! Reading a ledger: every answer carries what proves it, and that it was read is recorded before it leaves.

use super::parse;
use crate::{App, Asker, Error};
use serde::Serialize;
use serde_json::Value;
use vouchsafe_domain::{custody::gate::Rule, time::Micros};
use vouchsafe_ledger::{
    act::Act,
    entry::{Entry, LEAF_DATA_BYTES, LedgerOf},
    note,
    proof::{self, Asked, NoProof},
    shown::{self, Proven},
    signing::to_hex,
    tiles::{Tiles, tiles_of},
    tree::Hash,
};
use vouchsafe_store::{
    Committed, Read,
    custody::{
        clearance::by,
        epochs,
        ledger::{self as rows, Numbered},
        sequence::{self, Tree},
    },
};

/// How long somebody who follows a ledger counts after he last said so.
const FOLLOWED_FOR_US: i64 = 48 * Micros::HOUR;

/// The signed head of a ledger and who vouches for it.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct CheckpointSent {
    /// The signed note, C2SP tlog-checkpoint.
    pub checkpoint: String,
    /// The log's opaque name.
    pub origin: String,
    /// From 1; each restore of an older state begins another.
    pub epoch: u64,
    /// Entries that have their number.
    pub size: u64,
    /// The root over them, in hex.
    pub root: String,
    /// When it was signed.
    pub at: String,
    /// `witnessed` when an independent witness cosigned it or an earlier head, `followed` when somebody who keeps the
    /// heads checked them within two days, else `unwitnessed`: then only this server's own word says that nothing was
    /// rewritten.
    pub vouched: &'static str,
    /// The newest head that witnesses cosigned, with their signatures.
    pub cosigned: Option<String>,
    /// Up to which size somebody who keeps the heads has checked them, and when.
    pub followed_size: Option<u64>,
    /// When he said so.
    pub followed_at: Option<String>,
    /// The signing key to pin, `vouchsafe:checkpoint:ed25519:…`.
    pub key: String,
    /// The same as other programs know it, C2SP signed-note.
    pub verifier_key: String,
    /// Signed hand-overs from earlier keys.
    pub handovers: String,
    /// Signed beginnings of later epochs; each names what was lost.
    pub epochs: Vec<String>,
}

/// Entries with their proofs. Kept as a file, it is a proof that `vouchsafe ledger check` reads.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct EntriesSent {
    /// Always `vouchsafe ledger proof v1`.
    pub format: &'static str,
    /// The signed head that the proofs lead to.
    pub checkpoint: String,
    /// Each with `index`, `leaf`, what is shown of `act`, `object` and `person`, and `path`. A part is null where it was erased; all
    /// three are where an entry of the installation is about what a wall hides from the reader.
    #[schema(value_type = Vec<Object>)]
    pub entries: Vec<Value>,
    /// Entries of the ledger at this head.
    pub size: u64,
    /// What to send for the next page, as `from`, or as `before` of a search; null at the end.
    pub next: Option<u64>,
    /// Of a search, which goes back from the newest entry, the number of the oldest that it looked through.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub back_to: Option<u64>,
}

/// The proof that one head of a ledger continues another.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct ConsistencySent {
    /// Leaves of the earlier tree.
    pub from: u64,
    /// Leaves of the later tree.
    pub to: u64,
    /// Its root, in hex.
    pub from_root: String,
    /// Its root, in hex.
    pub to_root: String,
    /// RFC 6962, section 2.1.2; hashes in hex.
    pub path: Vec<String>,
}

impl App {
    /// The signed head. That it was looked at is recorded first, once in an hour for each door.
    pub async fn ledger_checkpoint(&self, asker: &Asker, ledger: &str) -> Result<CheckpointSent, Error> {
        let ledger = parse(ledger)?;
        self.look_at(asker, &ledger, "GET /ledgers/{ledger}/checkpoint").await?;
        let mut on = self.store.read().await?;
        let tree = self.tree(&mut on, &ledger).await?;
        let epochs = epochs::of_ledger(&mut on, ledger.name()).await?;
        drop(on);
        let (handovers, key) = self.handed_over(&tree.checkpoint, &tree.origin).await?;
        let followed = tree.followed.filter(|(at, _)| self.now().since(*at) <= FOLLOWED_FOR_US);
        let vouched = match (&tree.cosigned, &followed) {
            (Some(_), _) => "witnessed",
            (None, Some(_)) => "followed",
            (None, None) => "unwitnessed",
        };
        Ok(CheckpointSent {
            verifier_key: note::verifier_key(&tree.origin, &key),
            checkpoint: tree.checkpoint,
            origin: tree.origin,
            epoch: tree.epoch,
            size: tree.size,
            root: to_hex(&tree.root),
            at: tree.at.to_string(),
            vouched,
            cosigned: tree.cosigned.map(|(note, _)| note),
            followed_size: tree.followed.map(|(_, size)| size),
            followed_at: tree.followed.map(|(at, _)| at.to_string()),
            key: key.to_string(),
            handovers,
            epochs,
        })
    }

    pub(super) async fn tree(&self, on: &mut Read, ledger: &LedgerOf) -> Result<Tree, Error> {
        let none = || Error::state("no_tree_yet", "nothing of this ledger was numbered yet; ask again in a second");
        sequence::tree(on, ledger.name()).await?.ok_or_else(none)
    }

    /// Records that somebody reads entries of a ledger. What is said of it stays closed until this is durable.
    pub(super) async fn log_sent(
        &self,
        asker: &Asker,
        ledger: &LedgerOf,
        say: impl FnOnce(Entry) -> Entry + Send,
    ) -> Result<Committed, Error> {
        let mut tx = self.store.write("log_sent").await?;
        let rule: Rule = self.enter_ledger(&mut tx, asker, ledger).await?;
        let entry = Entry::new(ledger.clone(), Act::LogSent, self.now().0).because("rule", rule.word());
        Ok(tx.commit([by(say(entry), asker)]).await?)
    }

    /// Entries from number `from` on, each with its parts and, unless they are all fetched anyway, its proof.
    pub async fn ledger_entries(
        &self,
        asker: &Asker,
        ledger: &str,
        (from, limit): (u64, u32),
        proofs: bool,
    ) -> Result<EntriesSent, Error> {
        let ledger = parse(ledger)?;
        let say = |entry: Entry| entry.because("route", "GET /ledgers/{ledger}/entries").of("from", from);
        let withheld = self.withheld(asker, &ledger).await?;
        let recorded = self.log_sent(asker, &ledger, |entry| say(entry).of("limit", limit)).await?;
        let mut on = self.store.read().await?;
        let tree = self.tree(&mut on, &ledger).await?;
        let mut found = rows::from(&mut on, &recorded, &ledger, from, limit + 1).await?;
        found.retain(|entry| entry.idx < tree.size);
        drop(on);
        self.withhold(&withheld, &mut found).await?;
        let mut on = self.store.read().await?;
        sent(&mut on, &ledger, &tree, found, limit, proofs).await
    }

    /// The proof that the head of `to` entries continues that of `from`; without `to`, the newest head.
    pub async fn ledger_consistency(
        &self,
        asker: &Asker,
        ledger: &str,
        from: u64,
        to: Option<u64>,
    ) -> Result<ConsistencySent, Error> {
        let ledger = parse(ledger)?;
        self.look_at(asker, &ledger, "GET /ledgers/{ledger}/consistency").await?;
        let mut on = self.store.read().await?;
        let tree = self.tree(&mut on, &ledger).await?;
        let to = to.unwrap_or(tree.size);
        if to > tree.size || from > to {
            let rule = format!("must not be above {}, the size of the ledger, nor below `from`", tree.size);
            return Err(Error::invalid("/to", rule));
        }
        let path = extension(&mut on, ledger.name(), from, to).await?;
        let from_root = root_at(&mut on, ledger.name(), from).await?;
        let to_root = root_at(&mut on, ledger.name(), to).await?;
        let path = path.iter().map(|hash| to_hex(hash)).collect();
        Ok(ConsistencySent { from, to, from_root: to_hex(&from_root), to_root: to_hex(&to_root), path })
    }

    /// Somebody who keeps this ledger's heads says that he has checked it up to `size`. Refused when he saw another root.
    pub async fn follow_ledger(&self, asker: &Asker, ledger: &str, size: u64, root: &str) -> Result<(), Error> {
        let ledger = parse(ledger)?;
        let mut on = self.store.read().await?;
        let same = match sequence::tree(&mut on, ledger.name()).await? {
            Some(tree) if size <= tree.size => to_hex(&root_at(&mut on, ledger.name(), size).await?) == root,
            _ => false,
        };
        drop(on);
        let now = self.now();
        let mut tx = self.store.write("follow_ledger").await?;
        let rule = self.enter_ledger(&mut tx, asker, &ledger).await?;
        if !same {
            return Err(Error::state("another_root", "the ledger of this server has another root at that size"));
        }
        sequence::followed(&mut tx, ledger.name(), size, now).await?;
        let entry = Entry::new(ledger, Act::LogFollowed, now.0).because("rule", rule.word()).of("size", size);
        tx.commit([by(entry, asker)]).await?;
        Ok(())
    }
}

/// A page of at most `limit` of `found`, of which one more may have been read.
pub(super) async fn sent(
    on: &mut Read,
    ledger: &LedgerOf,
    tree: &Tree,
    mut found: Vec<Numbered>,
    limit: u32,
    proofs: bool,
) -> Result<EntriesSent, Error> {
    let next = found.get(limit as usize).map(|entry| entry.idx);
    found.truncate(limit as usize);
    let make = |asked: &mut Asked| {
        for entry in found.iter().filter(|_| proofs) {
            let _ = proof::inclusion(asked, entry.idx, tree.size);
        }
    };
    let mut tiles = sequence::tiles(on, ledger.name(), tiles_of(&proof::needed(make))).await?;
    let mut entries = Vec::with_capacity(found.len());
    for Numbered { idx, entry } in found {
        let path = if proofs { proof::inclusion(&mut tiles, idx, tree.size).map_err(lacking)? } else { Vec::new() };
        let leaf: [u8; LEAF_DATA_BYTES] = entry.leaf.as_slice().try_into().map_err(|_| lacking(()))?;
        entries.push(Proven { index: idx, leaf, parts: entry.parts, path }.to_json());
    }
    Ok(EntriesSent {
        format: shown::FORMAT,
        checkpoint: tree.checkpoint.clone(),
        entries,
        size: tree.size,
        next,
        back_to: None,
    })
}

fn lacking<E>(_: E) -> Error {
    Error::Store(vouchsafe_store::Error::Missing { table: "ledger_tile" })
}

async fn reckoned<T>(
    on: &mut Read,
    ledger: &str,
    ask: impl FnOnce(&mut Asked),
    make: impl FnOnce(&mut Tiles) -> Result<T, NoProof<vouchsafe_ledger::tiles::TileLacks>>,
) -> Result<T, Error> {
    let mut tiles = sequence::tiles(on, ledger, tiles_of(&proof::needed(ask))).await?;
    make(&mut tiles).map_err(lacking)
}

/// The root of the first `size` leaves.
pub(super) async fn root_at(on: &mut Read, ledger: &str, size: u64) -> Result<Hash, Error> {
    let ask = |asked: &mut Asked| {
        let _ = proof::root(asked, size);
    };
    reckoned(on, ledger, ask, |tiles| proof::root(tiles, size)).await
}

/// The proof that the tree of `size` leaves continues that of `old`.
pub(super) async fn extension(on: &mut Read, ledger: &str, old: u64, size: u64) -> Result<Vec<Hash>, Error> {
    let ask = |asked: &mut Asked| {
        let _ = proof::consistency(asked, old, size);
    };
    reckoned(on, ledger, ask, |tiles| proof::consistency(tiles, old, size)).await
}
