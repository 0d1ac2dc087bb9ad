//! How much of a client was sent to a person on each day, as its ledger counts it.

use super::ledger::{Kind, names};
use crate::{Error, Read, vals};
use std::collections::BTreeMap;
use vouchsafe_domain::{
    ids::{ClientId, PersonId},
    time::Micros,
};
use vouchsafe_ledger::entry::LedgerOf;

/// Entries of what was sent to somebody known by these names, by day of UTC since 1970, from `since` on. Counts what
/// has its number already, as the inventory does. O(his entries in the client's ledger).
pub async fn by_day(
    on: &mut Read,
    client: ClientId,
    known_as: &[PersonId],
    since: Micros,
) -> Result<BTreeMap<i64, i64>, Error> {
    let of = LedgerOf::Client(client.to_string());
    let names = names(on, &of).await?;
    let mut days = BTreeMap::new();
    for name in known_as {
        let tag = names.tag("person", &name.to_string());
        let rows = on
            .q(
                "select at_us / 86400000000, count(*) from ledger_entry
                  where ledger = $1 and subject = $2 and kind = $3 and idx >= 0 and at_us >= $4
                  group by at_us / 86400000000
                  order by at_us / 86400000000
                  limit 4000",
                vals![of.name(), &tag, Kind::Sent as i64, since],
            )
            .await?;
        for row in rows {
            *days.entry(row.int(0)?).or_default() += row.int(1)?;
        }
    }
    Ok(days)
}
