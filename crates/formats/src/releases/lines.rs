//! Rows of one file on their way out.

use serde::Serialize;

/// Lines of JSON that were not written yet, and how many there were in all.
#[derive(Debug, Default)]
pub struct Lines {
    bytes: Vec<u8>,
    rows: u64,
}

impl Lines {
    /// Append one row.
    ///
    /// Fails only if the row cannot be JSON, and then appends nothing.
    pub fn push(&mut self, row: &impl Serialize) -> Result<(), serde_json::Error> {
        let before = self.bytes.len();
        if let Err(error) = serde_json::to_writer(&mut self.bytes, row) {
            self.bytes.truncate(before);
            return Err(error);
        }
        self.bytes.push(b'\n');
        self.rows += 1;
        Ok(())
    }

    /// How many rows were ever appended.
    pub fn rows(&self) -> u64 {
        self.rows
    }

    /// The bytes that wait.
    pub fn waiting(&self) -> &[u8] {
        &self.bytes
    }

    /// The bytes that wait, which wait no longer; `spare` takes their place, emptied.
    pub fn take(&mut self, mut spare: Vec<u8>) -> Vec<u8> {
        spare.clear();
        std::mem::replace(&mut self.bytes, spare)
    }
}
