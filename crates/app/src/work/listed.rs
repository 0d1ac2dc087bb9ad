//! An answer that lists content of several clients: one entry in the log of each, naming all that it holds of that client.

use crate::Error;
use std::collections::BTreeMap;
use vouchsafe_domain::{ids::ClientId, time::Micros};
use vouchsafe_ledger::{act::Act, entry::Entry};
use vouchsafe_store::{
    Pending, Tx,
    custody::{
        clearance::Clearance,
        disclosed::{Going, Object},
    },
};

/// What goes out of each client.
#[derive(Default)]
pub(super) struct Listed<'a>(BTreeMap<ClientId, OfClient<'a>>);

struct OfClient<'a> {
    clearance: Clearance<'a>,
    going: Going,
    /// Ids by what they are: `projects`, `reviews`.
    named: BTreeMap<&'static str, Vec<String>>,
}

impl<'a> Listed<'a> {
    /// Adds a piece of content and names what it belongs to.
    pub(super) fn piece<T: AsRef<[u8]> + Send + 'static>(
        &mut self,
        clearance: Clearance<'a>,
        (kind, id): (&'static str, &impl ToString),
        field: &'static str,
        piece: &mut Pending<T>,
    ) -> Result<(), Error> {
        let fresh = |clearance| OfClient { clearance, going: Going::default(), named: BTreeMap::new() };
        let of = self.0.entry(clearance.client()).or_insert_with(|| fresh(clearance));
        of.going.piece(&of.clearance, field, piece)?;
        of.named.entry(kind).or_default().push(id.to_string());
        Ok(())
    }

    /// The entries, one for each client; none where nothing goes out.
    pub(super) async fn entries(self, tx: &mut Tx, now: Micros, route: &'static str) -> Result<Vec<Entry>, Error> {
        let mut entries = Vec::with_capacity(self.0.len());
        for (client, OfClient { clearance, going, named }) in self.0 {
            let object = Object::changing("client", &client);
            let entry = clearance.sent(tx, (Act::ListSent, now), route, object, going).await?;
            entries.push(named.into_iter().fold(entry, |entry, (kind, ids)| entry.of(kind, ids)));
        }
        Ok(entries)
    }
}
