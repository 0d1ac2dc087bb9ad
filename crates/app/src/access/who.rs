//! Who holds a secret.

use crate::{App, Asker, Error};
use sha2::{Digest, Sha256};
use vouchsafe_store::access::sessions;

/// The hash under which a random secret is kept. Secrets have 256 random bits, so a plain hash is enough.
pub fn secret_hash(secret: &str) -> [u8; 32] {
    Sha256::digest(secret).into()
}

impl App {
    /// The member whose session this is.
    pub async fn who_has_session(&self, secret: &str) -> Result<Option<Asker>, Error> {
        let mut on = self.store.read().await?;
        Ok(sessions::find(&mut on, &secret_hash(secret), self.now()).await?.map(|(asker, _)| asker))
    }

    /// The member whose token this is.
    pub async fn who_has_token(&self, secret: &str) -> Result<Option<Asker>, Error> {
        let mut on = self.store.read().await?;
        Ok(sessions::find_token(&mut on, &secret_hash(secret), self.now()).await?.map(|(asker, _)| asker))
    }
}
