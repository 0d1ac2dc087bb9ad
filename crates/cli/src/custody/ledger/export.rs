//! `vouchsafe ledger export`: a ledger as a folder, fetched page by page and built here; nothing is believed.

use crate::{
    exit::{BROKEN, DONE, Failure, USAGE},
    progress,
    remote::{Remote, escaped},
};
use clap::Args;
use serde_json::{Value, json};
use std::{fs, io, path::Path, path::PathBuf};
use vouchsafe_ledger::{checkpoint::Checkpoint, export::Export as Folder, note::Note, shown, signing::from_hex};

/// Entries fetched at once.
const PAGE: u64 = 1_000;

/// Which ledger, and where to.
#[derive(Args)]
pub(crate) struct Export {
    /// A client's id, or `installation`.
    pub(crate) ledger: String,
    /// A folder that does not exist yet.
    pub(crate) dir: PathBuf,
    /// Leave out what the entries say: the leaves alone prove that nothing was altered.
    #[arg(long)]
    pub(crate) no_parts: bool,
}

impl Export {
    pub(crate) fn run(&self, remote: &Remote, json: bool) -> Result<u8, Failure> {
        let (checkpoint, head) = self.fetch(remote)?;
        if json {
            println!("{}", json!({"entries": checkpoint.size, "origin": checkpoint.origin, "key": head["key"]}));
        } else {
            println!("{} entries of {} in {}", checkpoint.size, checkpoint.origin, self.dir.display());
            let key = head["key"].as_str().unwrap_or_default();
            println!("Verify them: vouchsafe ledger verify {} --key {key}", self.dir.display());
        }
        Ok(DONE)
    }

    /// Builds the folder; gives the signed head that it holds, and all that the server says of it.
    pub(crate) fn fetch(&self, remote: &Remote) -> Result<(Checkpoint, Value), Failure> {
        if self.dir.exists() {
            return Err(Failure::new(USAGE, format!("{} is there already", self.dir.display())));
        }
        let path = format!("/ledgers/{}", escaped(&self.ledger));
        let head = remote.get(&format!("{path}/checkpoint"))?;
        let note = head["checkpoint"].as_str().unwrap_or_default();
        let bad = || Failure::new(BROKEN, "the server's answer holds no ledger");
        let parsed: Note = note.parse().map_err(|_| bad())?;
        let checkpoint = Checkpoint::from_text(&parsed.text).map_err(|_| bad())?;
        let named = |e: io::Error| Failure::from(format!("{}: {e}", self.dir.display()));
        let mut sink = |path: &str, bytes: &[u8]| put(&self.dir, path, bytes);
        let (mut folder, bar) = (Folder::new(), progress::count("entries"));
        while folder.size() < checkpoint.size {
            let limit = PAGE.min(checkpoint.size - folder.size());
            let page = remote.get(&format!("{path}/entries?from={}&limit={limit}&proofs=false", folder.size()))?;
            let entries = page["entries"].as_array().filter(|entries| !entries.is_empty()).ok_or_else(bad)?;
            for entry in entries {
                let leaf = entry["leaf"].as_str().and_then(from_hex).ok_or_else(bad)?;
                let parts = shown::from_json(entry).ok_or_else(bad)?;
                if entry["index"].as_u64() != Some(folder.size()) || shown::foreign(&leaf, &parts).is_some() {
                    return Err(Failure::new(BROKEN, format!("entry {} is not what was recorded", folder.size())));
                }
                folder.push(&leaf, (!self.no_parts).then_some(&parts), &mut sink).map_err(named)?;
            }
            bar.set_position(folder.size());
        }
        bar.finish_and_clear();
        if folder.root() != checkpoint.root {
            return Err(Failure::new(BROKEN, "the entries do not give the root that was signed"));
        }
        let epochs: Vec<String> =
            head["epochs"].as_array().into_iter().flatten().filter_map(Value::as_str).map(str::to_owned).collect();
        // A head with the signatures of witnesses is kept too, for whoever asks who else saw it.
        if let Some(cosigned) = head["cosigned"].as_str() {
            sink("cosigned", cosigned.as_bytes()).map_err(named)?;
        }
        let handovers = head["handovers"].as_str().unwrap_or_default();
        folder.finish(note, handovers, &epochs, &mut sink).map_err(named)?;
        Ok((checkpoint, head))
    }
}

fn put(dir: &Path, path: &str, bytes: &[u8]) -> io::Result<()> {
    let file = dir.join(path);
    if let Some(folder) = file.parent() {
        fs::create_dir_all(folder)?;
    }
    fs::write(file, bytes)
}
