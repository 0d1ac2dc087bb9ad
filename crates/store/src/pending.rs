//! Content that was read opens only with the commit of the transaction that read it, and so after its entry.

use crate::{Error, Tx};

/// Proof that a transaction with its entries is durable.
#[derive(Debug)]
pub struct Committed {
    pub(crate) serial: u64,
    pub(crate) leaves: Vec<[u8; 32]>,
}

impl Committed {
    /// The leaf hashes of its entries: whoever is given one can ask for its proof later.
    pub fn leaves(&self) -> &[[u8; 32]] {
        &self.leaves
    }
}

/// Content that was read but may not leave yet: opened by the commit of the transaction that read it.
pub struct Pending<T> {
    serial: u64,
    bytes: usize,
    open: Box<dyn FnOnce() -> Result<T, Error> + Send>,
}

impl<T: 'static> Pending<T> {
    pub(crate) fn new(tx: &Tx, bytes: usize, open: impl FnOnce() -> Result<T, Error> + Send + 'static) -> Self {
        Self { serial: tx.serial, bytes, open: Box::new(open) }
    }

    /// Sealed size in bytes, for the entry.
    pub fn bytes(&self) -> usize {
        self.bytes
    }

    /// Opens it for a hash and keeps it closed otherwise: the server's own reckoning, sent to nobody.
    pub(crate) fn hashed(&mut self, hash: impl FnOnce(&T) -> [u8; 32]) -> Result<[u8; 32], Error>
    where
        T: Send,
    {
        let spent: Box<dyn FnOnce() -> Result<T, Error> + Send> =
            Box::new(|| Err(Error::Database("content was opened twice".into())));
        let body = std::mem::replace(&mut self.open, spent)()?;
        let hash = hash(&body);
        self.open = Box::new(move || Ok(body));
        Ok(hash)
    }

    /// Unseals, decompresses and hands out: outside the transaction and its lock.
    pub fn open(self, committed: &Committed) -> Result<T, Error> {
        if committed.serial != self.serial {
            return Err(Error::ForeignClearance);
        }
        (self.open)()
    }

    /// The same content in another shape, still closed.
    pub fn map<U: 'static>(self, shape: impl FnOnce(T) -> U + Send + 'static) -> Pending<U> {
        Pending { serial: self.serial, bytes: self.bytes, open: Box::new(move || (self.open)().map(shape)) }
    }
}
