//! The gate's answer when it is not yes.

use crate::{Error, keys::NoKey};
use vouchsafe_domain::{custody::gate::Denied, ids::ClientId};

/// The gate's answer when it is not yes.
#[derive(Debug, thiserror::Error)]
pub enum Refused {
    /// A rule said no.
    #[error(transparent)]
    Denied(#[from] Denied),
    /// The client's key is not to be had.
    #[error(transparent)]
    NoKey(#[from] NoKey),
    /// The client's key is not in memory. Its source may be slow, so nobody asks it while holding a
    /// transaction: load it ([`super::clients::load_keys`]) and run again.
    #[error("the key of client {0} is not loaded")]
    KeyNotLoaded(ClientId),
    /// The store failed; that means no as well.
    #[error(transparent)]
    Store(#[from] Error),
}
