//! Entering: invitations, sign-in, sessions, tokens, grants.

pub mod founding;
pub mod grants;
pub mod invitations;
pub mod members;
mod one_person;
pub mod password;
pub(crate) mod roles;
pub mod sessions;
pub mod tokens;
pub mod totp;
pub mod who;

use sha2::{Digest, Sha256};
use vouchsafe_domain::hex::hex;
use vouchsafe_ledger::{
    act::Act,
    entry::{Entry, LedgerOf},
};

/// Refuses a token that is bound to one client whatever concerns the installation: its people, its clients, its tokens.
pub(crate) fn whole(asker: &crate::Asker) -> Result<(), crate::Error> {
    if asker.only_client.is_some() {
        return Err(crate::Error::Forbidden("this token opens one client and nothing of the installation"));
    }
    Ok(())
}

/// A random secret of 256 bits as 64 hex digits.
pub fn new_secret() -> String {
    let mut bytes = [0; 32];
    vouchsafe_store::seal::random(&mut bytes);
    hex(&bytes)
}

/// The hash under which a random secret is kept. Secrets have 256 random bits, so a plain hash is enough.
pub fn secret_hash(secret: &str) -> [u8; 32] {
    Sha256::digest(secret).into()
}

/// An entry of the installation's ledger.
pub(crate) fn entry(app: &crate::App, act: Act) -> Entry {
    Entry::new(LedgerOf::Installation, act, app.now().0)
}
