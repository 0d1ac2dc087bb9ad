//! Changing a signing key: the old one signs that the new one follows.
//!
//! Hand-overs lie beside the key, in `keys/signing/<purpose>.handovers`. They are no secret. A crash between the
//! hand-over and the new key leaves the old key in use, for which nothing has changed.

use crate::{App, Error, access::entry, releases::keys};
use std::{io, path::PathBuf};
use vouchsafe_ledger::{
    act::Act,
    handover::Handover,
    signing::{PublicKey, Purpose, SecretKey},
};
use vouchsafe_store::seal;

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

    /// Makes a fresh key for a purpose and destroys the old one, which signs the hand-over first. Any purpose, where a key
    /// of it was made.
    pub async fn rotate_signing_key(&self, purpose: Purpose) -> Result<(PublicKey, PublicKey), Error> {
        let never =
            || Error::state("no_such_key", format!("no key for `{purpose}` was made yet; there is none to change"));
        let old = self.kept_signing_key(purpose)?.ok_or_else(never)?;
        let mut random = [0; 32];
        seal::random(&mut random);
        let new = SecretKey::from_random(purpose, &random);
        let bad = |error: &dyn std::fmt::Display| keys::broken(io::Error::other(error.to_string()));
        let handover = Handover::sign(&old, &new, self.now().0).map_err(|error| bad(&error))?;
        let tx = self.store.write("rotate_signing_key").await?;
        let said = entry(self, Act::SigningKeyRotated)
            .of("purpose", purpose.word())
            .of("from", old.public().id())
            .of("to", new.public().id());
        tx.commit([said.by("door", "console")]).await?;
        let text = self.handovers(purpose)? + &handover.to_text();
        keys::replace(&self.handover_file(purpose)?, text.as_bytes()).map_err(keys::broken)?;
        let file = self.data()?.join("keys").join("signing").join(purpose.word());
        keys::replace(&file, new.to_text().as_bytes()).map_err(keys::broken)?;
        Ok((old.public(), new.public()))
    }
}
