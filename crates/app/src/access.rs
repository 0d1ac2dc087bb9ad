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
    crate::work::claim::hex(&bytes)
}

/// An entry of the installation's ledger.
pub(crate) fn entry(app: &crate::App, act: Act) -> Entry {
    Entry::new(LedgerOf::Installation, act, app.now().0)
}
