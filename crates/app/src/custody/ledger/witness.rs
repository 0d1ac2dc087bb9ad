//! What is sent to a witness, and what comes back (C2SP tlog-witness). The sending is the caller's.

use super::read::extension;
use crate::{App, Error};
use vouchsafe_ledger::{
    checkpoint::{witness_answer, witness_request},
    note::{Note, WitnessKey},
};
use vouchsafe_store::custody::sequence;

/// A head that a witness is to cosign.
pub struct ToWitness {
    /// Whose head it is.
    pub ledger: String,
    /// Its size.
    pub size: u64,
    /// The body of the request.
    pub body: String,
    note: Note,
}

impl App {
    /// The head of a ledger as a witness that knows it up to `old` wants it; `None` when there is nothing new for him.
    pub async fn to_witness(&self, ledger: &str, old: u64) -> Result<Option<ToWitness>, Error> {
        let mut on = self.store.read().await?;
        let Some(tree) = sequence::tree(&mut on, ledger).await?.filter(|tree| tree.size > old) else {
            return Ok(None);
        };
        let path = extension(&mut on, ledger, old, tree.size).await?;
        let unreadable = |_| Error::Store(vouchsafe_store::Error::Missing { table: "ledger_tree" });
        let note: Note = tree.checkpoint.parse().map_err(unreadable)?;
        let body = witness_request(old, &path, &note);
        Ok(Some(ToWitness { ledger: ledger.into(), size: tree.size, body, note }))
    }

    /// Keeps the cosignatures of a witness's answer that hold. False when none does.
    pub async fn witnessed(&self, sent: &ToWitness, answer: &str, witness: &WitnessKey) -> Result<bool, Error> {
        let signatures = witness_answer(answer, &sent.note, witness);
        if signatures.is_empty() {
            return Ok(false);
        }
        let mut note = sent.note.clone();
        note.signatures.extend(signatures);
        sequence::cosigned(&self.store, &sent.ledger, &note, self.now()).await?;
        Ok(true)
    }
}
