//! Fetching a file of an approved departure: a disclosure, recorded before its first byte.

use super::{StoredDeparture, enter, is_over, not_in};
use crate::{App, Asker, Error, releases::files::FileSent, work::stored::json};
use vouchsafe_domain::{
    access::role::Role,
    custody::{departure::State, gate::Need},
    ids::{DepartureId, ReleaseId},
};
use vouchsafe_ledger::act::Act;
use vouchsafe_store::{
    custody::{
        budgets,
        disclosed::{Going, Object},
    },
    releases::files::SealedReader,
};

impl App {
    /// Sends a file of an approved departure to an observer of its client. A custodian has no content.
    pub async fn departure_file(&self, asker: &Asker, id: DepartureId, path: &str) -> Result<FileSent, Error> {
        let now = self.now();
        let mut tx = self.store.write("departure_file").await?;
        if asker.role == Role::Custodian {
            enter(&mut tx, asker, id, Need::Custody).await?;
            return Err(Error::Forbidden("an observer of the client fetches; a custodian has no content"));
        }
        let (found, clearance) = enter(&mut tx, asker, id, Need::Observe).await?;
        if found.state != State::Approved || is_over(&found, now) {
            return Err(not_in(&found, now, "fetched"));
        }
        let stored: StoredDeparture = json(&found.peek(&tx, &clearance)?)?;
        let file = stored.files.into_iter().find(|file| file.path == path).ok_or(Error::NotFound)?;
        let opener = clearance.pending_opener(&tx)?;
        let mut going = Going::default();
        // Its hash was reckoned when it was built; to read the whole file for another would be to read it twice.
        let bytes = usize::try_from(file.bytes).unwrap_or(usize::MAX);
        going.known("file", &clearance.content_hash(file.sha256.as_bytes()), bytes);
        let object = Object::new("file", &format!("{id}/{}", file.path), 1);
        let act = (Act::DepartureFileSent, now);
        let route = "GET /departures/{departure}/files/{name}";
        let (entry, before) = clearance.sent_anew(&mut tx, act, route, object, going).await?;
        // Two persons approved the whole of it, however many files that is; what is fetched again counts.
        if before {
            budgets::take(&mut tx, &clearance, 1).await?;
        }
        let entry = entry
            .of("file", file.path.clone())
            .of("departure", id.to_string())
            .of("bytes", file.bytes)
            .of("sha256", file.sha256.clone());
        let committed = tx.commit([entry]).await?;
        let opener = opener.open(&committed)?;
        // Files of releases lie where they were built.
        let of_release = file.path.strip_prefix("releases/").and_then(|rest| rest.split_once('/'));
        let of_release = of_release.and_then(|(release, below)| Some((release.parse::<ReleaseId>().ok()?, below)));
        let (bound_to, below, folder) = match of_release {
            Some((release, below)) => (release, below, self.release_folder(release)?),
            None => (ReleaseId(id.0), file.path.as_str(), self.departures_folder()?.join(id.to_string())),
        };
        let reader = SealedReader::open(opener, bound_to, below.to_owned(), &folder.join(below))?;
        Ok(FileSent { path: file.path, bytes: file.bytes, sha256: file.sha256, reader: Some(reader) })
    }
}
