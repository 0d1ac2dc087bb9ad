//! Fetching a file of a delivered release: a disclosure, recorded before its first byte.

use super::{StoredRelease, enter, not_in};
use crate::{App, Asker, Error, work::stored::json};
use vouchsafe_domain::{access::role::Role, custody::gate::Need, ids::ReleaseId, releases::State};
use vouchsafe_ledger::act::Act;
use vouchsafe_store::{
    custody::{
        budgets,
        disclosed::{Going, Object},
    },
    releases::files::SealedReader,
};

/// A file on its way: unsealed a piece at a time, never whole in memory.
pub struct FileSent {
    /// Below the release's folder.
    pub path: String,
    /// Its plain size.
    pub bytes: u64,
    /// Its SHA-256, in hex.
    pub sha256: String,
    pub(crate) reader: Option<SealedReader>,
}

impl FileSent {
    /// The next piece; `None` after the last. An error ends it: the client's key may have been withdrawn meanwhile.
    pub async fn next_piece(&mut self) -> Option<Result<Vec<u8>, Error>> {
        let mut reader = self.reader.take()?;
        let read = tokio::task::spawn_blocking(move || {
            let piece = reader.next_piece();
            (reader, piece)
        });
        match read.await {
            Ok((reader, Ok(Some(piece)))) => {
                self.reader = Some(reader);
                Some(Ok(piece))
            }
            Ok((_, Ok(None))) => None,
            Ok((_, Err(error))) => Some(Err(error.into())),
            Err(_) => Some(Err(Error::state("file_failed", "the file could not be read to its end"))),
        }
    }
}

impl App {
    /// Sends a file of a delivered release to an operator or an observer of its client.
    pub async fn release_file(&self, asker: &Asker, release: ReleaseId, path: &str) -> Result<FileSent, Error> {
        let now = self.now();
        let need = if asker.role == Role::Operator { Need::Operate } else { Need::Observe };
        let mut tx = self.store.write("release_file").await?;
        let (found, clearance) = enter(&mut tx, asker, release, need).await?;
        if found.state != State::Delivered {
            return Err(not_in(found.state, "fetched"));
        }
        let stored: StoredRelease = json(&found.peek(&tx, &clearance)?)?;
        let file = stored.files.into_iter().find(|file| file.path == path).ok_or(Error::NotFound)?;
        // A file counts as one item: two persons approved what is in it, and nobody fetches files without end.
        budgets::take(&mut tx, &clearance, 1).await?;
        let opener = clearance.pending_opener(&tx)?;
        let mut going = Going::default();
        // Its hash was reckoned when it was built; to read the whole file for another would be to read it twice.
        let bytes = usize::try_from(file.bytes).unwrap_or(usize::MAX);
        going.known("file", &clearance.content_hash(file.sha256.as_bytes()), bytes);
        let object = Object::new("file", &format!("{release}/{}", file.path), i64::from(found.version));
        let act = (Act::ReleaseFileSent, now);
        let entry = clearance
            .sent(&mut tx, act, "GET /releases/{release}/files/{name}", object, going)
            .await?
            .of("file", file.path.clone())
            .of("release", release.to_string())
            .of("project", found.project.to_string())
            .of("bytes", file.bytes)
            .of("sha256", file.sha256.clone());
        let committed = tx.commit([entry]).await?;
        let opener = opener.open(&committed)?;
        let at = self.release_folder(release)?.join(&file.path);
        let reader = SealedReader::open(opener, release, file.path.clone(), &at)?;
        Ok(FileSent { path: file.path, bytes: file.bytes, sha256: file.sha256, reader: Some(reader) })
    }
}
