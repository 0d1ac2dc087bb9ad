//! What a ledger lost: an inventory is complete but for that, and says so.

use crate::Error;
use serde::Serialize;
use vouchsafe_domain::time::Micros;
use vouchsafe_store::{
    Read,
    custody::{epochs, sequence},
};

/// A stretch of which a ledger may lack entries: what was sent in it is not known from this ledger, but for what was entered
/// again afterwards.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct Lost {
    /// When the last entry before it was recorded, RFC 3339; null when none is left.
    pub after: Option<String>,
    /// When the database went on from that earlier state, RFC 3339.
    pub until: String,
    /// How many entries are known to be gone; 0 when none is, and those of the last seconds may be all the same. Null where it
    /// is not known how many there were.
    pub entries: Option<u64>,
}

/// Every such stretch of a ledger, in order: one for each restore that it went on from.
pub(crate) async fn of_ledger(on: &mut Read, ledger: &str) -> Result<Vec<Lost>, Error> {
    let mut all = Vec::new();
    for begun in epochs::begun(on, ledger).await? {
        let after = match begun.epoch.kept.size.checked_sub(1) {
            Some(last) => sequence::recorded_at(on, ledger, last).await?,
            None => None,
        };
        all.push(Lost {
            after: after.map(|at| at.to_string()),
            until: Micros(begun.epoch.at_us).to_string(),
            entries: begun.epoch.known.is_some().then_some(begun.lost),
        });
    }
    Ok(all)
}
