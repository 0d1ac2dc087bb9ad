//! The tree as C2SP tlog-tiles has it, for a client's own tools.
//!
//! Heads, hashes and commitments tell nothing of any entry. That they were asked for is recorded once in an hour for each
//! door ([`super::looks`]); what an entry says is read by other routes, which record each time.

use super::parse;
use crate::{App, Asker, Error};
use vouchsafe_ledger::tiles::{Asked, TILE_WIDTH, TileId, asked, bundle_push};
use vouchsafe_store::custody::{ledger as rows, sequence};

/// One file of the log.
#[derive(Debug, PartialEq, Eq)]
pub enum TlogFile {
    /// The signed head: text.
    Checkpoint(String),
    /// Hashes or leaf data.
    Tile(Vec<u8>),
}

impl App {
    /// The file at a path below the log's prefix.
    pub async fn tlog(&self, asker: &Asker, ledger: &str, path: &str) -> Result<TlogFile, Error> {
        let ledger = parse(ledger)?;
        self.look_at(asker, &ledger, "GET /ledgers/{ledger}/tlog/{path}").await?;
        let mut on = self.store.read().await?;
        let tree = self.tree(&mut on, &ledger).await?;
        match asked(path).ok_or(Error::NotFound)? {
            Asked::Checkpoint => Ok(TlogFile::Checkpoint(tree.checkpoint)),
            Asked::Tile(id, width) => {
                if width > id.width(tree.size) {
                    return Err(Error::NotFound);
                }
                let mut hashes = sequence::tile(&mut on, ledger.name(), id).await?.ok_or(Error::NotFound)?;
                // A tile only grows at its end: an earlier, partial one is a beginning of it.
                hashes.truncate(usize::try_from(width * 32).unwrap_or_default());
                Ok(TlogFile::Tile(hashes))
            }
            Asked::Entries(index, width) => {
                let bundle = TileId { level: 0, index };
                if width > bundle.width(tree.size) {
                    return Err(Error::NotFound);
                }
                let mut file = Vec::new();
                for leaf in rows::leaves(&mut on, &ledger, index * TILE_WIDTH, width).await? {
                    bundle_push(&mut file, &leaf).ok_or(Error::NotFound)?;
                }
                Ok(TlogFile::Tile(file))
            }
        }
    }
}
