//! What custodians wrote about the installation: sealed with its own key, in whichever table it lies.

use crate::{
    Error, Tx,
    seal::{self, Place, Sealed},
};

/// Seals what custodians wrote about the installation.
pub(crate) fn seal_own(tx: &Tx, table: &'static str, row: &str, text: &str) -> Sealed {
    seal::seal(&tx.keys().installation("custody"), Place { owner: "installation", table, row }, text.as_bytes())
}

/// Opens what [`seal_own`] sealed.
pub(crate) fn open_own(tx: &Tx, table: &'static str, row: &str, sealed: &Sealed) -> Result<String, Error> {
    let body = seal::open(&tx.keys().installation("custody"), Place { owner: "installation", table, row }, sealed)?;
    Ok(String::from_utf8_lossy(&body).into_owned())
}
