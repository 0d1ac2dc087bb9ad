//! Changing a signing key: the old one signs that the new one follows.
//!
//! Hand-overs lie beside the key, in `keys/signing/<purpose>.handovers`. They are no secret. The new key lies in
//! `<purpose>.next` until it is in use: after a crash the old one still signs, and the command goes on with the same new one.

use super::local::everywhere;
use crate::{App, Error, access::entry, releases::keys};
use std::{io, path::PathBuf};
use vouchsafe_ledger::{
    act::Act,
    entry::Entry,
    handover::{self, Handover},
    note::{Note, NoteError},
    signing::{PublicKey, Purpose, SecretKey},
};
use vouchsafe_store::custody::{epochs, signing_keys};

impl App {
    fn handover_file(&self, purpose: Purpose) -> Result<PathBuf, Error> {
        Ok(self.data()?.join("keys").join("signing").join(format!("{purpose}.handovers")))
    }

    /// The signed hand-overs of a purpose's keys, oldest first; empty when there were none.
    pub fn handovers(&self, purpose: Purpose) -> Result<String, Error> {
        match std::fs::read_to_string(self.handover_file(purpose)?) {
            Ok(text) => Ok(text),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(String::new()),
            Err(error) => Err(keys::broken(error)),
        }
    }

    /// The hand-overs that lead to the signer of a checkpoint, and that key: a head that was signed before its key handed over
    /// is not shown beside the hand-over, since nobody accepts it then. Nothing is signed by the old key afterwards.
    pub(crate) async fn handed_over(&self, checkpoint: &str, origin: &str) -> Result<(String, PublicKey), Error> {
        let unreadable = |error: &dyn std::fmt::Display| keys::broken(io::Error::other(error.to_string()));
        let all = handover::read(&self.handovers(Purpose::Checkpoint)?).map_err(|error| unreadable(&error))?;
        let note: Note = checkpoint.parse().map_err(|error: NoteError| unreadable(&error))?;
        let signer = all.iter().position(|handover| note.is_signed_by(origin, &handover.from));
        let led: String = all[..signer.unwrap_or(all.len())].iter().map(Handover::to_text).collect();
        match signer {
            Some(at) => Ok((led, all[at].from)),
            None => Ok((led, self.signing_key(Purpose::Checkpoint).await?.public())),
        }
    }

    /// Makes a fresh key for a purpose and destroys the old one, which signs the hand-over first. Any purpose, where a key
    /// of it was made. One that broke off is finished, to the same new key: no key hands over twice.
    ///
    /// The ledgers say so after the new key is in use, so no head that holds that entry is signed by the old one. The new key also signs the
    /// beginnings of epochs: whoever pins it alone follows them too.
    pub async fn rotate_signing_key(&self, purpose: Purpose) -> Result<(PublicKey, PublicKey), Error> {
        let never =
            || Error::state("no_such_key", format!("no key for `{purpose}` was made yet; there is none to change"));
        let old = self.kept_signing_key(purpose)?.ok_or_else(never)?;
        let bad = |error: &dyn std::fmt::Display| keys::broken(io::Error::other(error.to_string()));
        let file = self.data()?.join("keys").join("signing").join(purpose.word());
        let next = file.with_extension("next");
        let begun = keys::read(&next, purpose)?.filter(|key| key.public() != old.public());
        let new = if let Some(key) = begun {
            key
        } else {
            let key = keys::fresh(purpose);
            keys::replace(&next, key.to_text().as_bytes()).map_err(keys::broken)?;
            key
        };
        let text = self.handovers(purpose)?;
        let handover = Handover::sign(&old, &new, self.now().0).map_err(|error| bad(&error))?;
        let known = handover::read(&text).map_err(|error| bad(&error))?;
        handover::joined(&known, &[handover]).map_err(|error| bad(&error))?;
        if !known.iter().any(|known| known.from == old.public()) {
            let text = text + &handover.to_text();
            keys::replace(&self.handover_file(purpose)?, text.as_bytes()).map_err(keys::broken)?;
        }
        keys::replace(&file, new.to_text().as_bytes()).map_err(keys::broken)?;
        std::fs::remove_file(&next).map_err(keys::broken)?;
        let said = |entry: Entry| entry.of("from", old.public().id()).of("to", new.public().id());
        self.follow_by(purpose, old.public(), &new, (Act::SigningKeyRotated, said)).await?;
        self.remember_epochs().await?;
        Ok((old.public(), new.public()))
    }

    /// Records that another key signs for a purpose from now on. That of checkpoints signs the head of every ledger: each says from
    /// where on another one does, and the beginnings of epochs are signed anew by it.
    async fn follow_by(
        &self,
        purpose: Purpose,
        old: PublicKey,
        new: &SecretKey,
        (act, said): (Act, impl Fn(Entry) -> Entry + Send),
    ) -> Result<(), Error> {
        let mut tx = self.store.write("signing_key_changes").await?;
        signing_keys::replaced(&mut tx, purpose.word(), &new.public().to_string(), self.now()).await?;
        let entries = if purpose == Purpose::Checkpoint {
            epochs::sign_anew(&mut tx, new, &[old]).await?;
            everywhere(self, act).await?
        } else {
            vec![entry(self, act).by("door", "console")]
        };
        tx.commit(entries.into_iter().map(move |entry| said(entry.of("purpose", purpose.word())))).await?;
        Ok(())
    }

    /// Begins with a fresh key for a purpose whose key is lost for good. No hand-over leads to it: what was signed before
    /// verifies by the old one alone, and whoever pinned that has to pin the new one.
    pub async fn replace_lost_signing_key(&self, purpose: Purpose) -> Result<(PublicKey, PublicKey), Error> {
        if self.kept_signing_key(purpose)?.is_some() {
            return Err(Error::state(
                "key_there",
                format!("the key for `{purpose}` is there: change it without `--lost`"),
            ));
        }
        let known = signing_keys::known(&mut self.store.read().await?, purpose.word()).await?;
        let old = known.and_then(|known| known.parse::<PublicKey>().ok());
        let old = old.ok_or_else(|| {
            Error::state(
                "no_such_key",
                format!("no key for `{purpose}` was made yet; the server makes one at first use"),
            )
        })?;
        let key = keys::fresh(purpose);
        keys::put_by(&self.signing_folder()?, &key).map_err(keys::broken)?;
        let said = |entry: Entry| entry.because("reason", "lost").of("lost", old.id()).of("key", key.public().id());
        self.follow_by(purpose, old, &key, (Act::SigningKeyCreated, said)).await?;
        self.signing_key(purpose).await?;
        self.remember_epochs().await?;
        Ok((old, key.public()))
    }
}
