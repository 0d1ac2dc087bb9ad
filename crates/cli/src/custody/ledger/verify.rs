//! `vouchsafe ledger verify` and `check`: what a stranger does with an export or a proof, offline.

use super::{
    complete::Listed,
    kept::{Kept, kept_note},
    keys,
};
use crate::{
    exit::{BROKEN, CUT, DONE, FORKED, Failure, GAP, SIGNER_UNKNOWN, UNWITNESSED, USAGE},
    progress, say,
};
use clap::Args;
use serde_json::{Value, json};
use std::{fs, io, path::Path, path::PathBuf};
use vouchsafe_ledger::{
    handover,
    note::WitnessKey,
    shown,
    signing::to_hex,
    verify::{Fault, Known, Report, Source, verify},
};

/// Which folder, whom to trust, what is known from earlier.
#[derive(Args)]
pub(crate) struct Verify {
    /// The exported folder.
    dir: PathBuf,
    /// A public key to trust, `vouchsafe:checkpoint:ed25519:…`, or a file that holds one a line. May be given again.
    #[arg(long)]
    key: Vec<String>,
    /// A checkpoint from earlier, or a state of `follow`: the ledger must continue it. May be given again.
    #[arg(long, value_name = "FILE")]
    checkpoint: Vec<PathBuf>,
    /// A witness that must have cosigned the head: `<name>+<8 hex digits>+<base64>`. May be given again.
    #[arg(long, value_name = "KEY")]
    witness: Vec<WitnessKey>,
}

/// A proof, and whom to trust.
#[derive(Args)]
pub(crate) struct Check {
    /// A file that was kept of `GET /ledgers/…/entries` or `…/inventory`; one proof a line.
    file: PathBuf,
    /// A public key to trust, `vouchsafe:checkpoint:ed25519:…`, or a file that holds one a line. May be given again.
    #[arg(long, required = true)]
    key: Vec<String>,
    /// The whole ledger, exported: of an inventory of kind `sent`, check that it leaves no entry out.
    #[arg(long, value_name = "DIR")]
    export: Option<PathBuf>,
}

struct Folder<'d>(&'d Path);

impl Source for Folder<'_> {
    fn read(&mut self, path: &str) -> io::Result<Option<Vec<u8>>> {
        match fs::read(self.0.join(path)) {
            Ok(bytes) => Ok(Some(bytes)),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error),
        }
    }
}

impl Verify {
    pub(crate) fn run(&self, as_json: bool) -> Result<u8, Failure> {
        if !self.dir.is_dir() {
            return Err(Failure::new(USAGE, format!("{} is no folder", self.dir.display())));
        }
        let checkpoints = self.checkpoint.iter().map(|file| kept_note(file)).collect::<Result<_, _>>()?;
        let mut known =
            Known { keys: keys(&self.key)?, checkpoints, witnesses: self.witness.clone(), ..Known::default() };
        // A state of `follow` holds more than its newest head.
        for kept in self.checkpoint.iter().filter_map(|file| Kept::read(file).ok()) {
            let handovers = handover::joined(&known.handovers, &kept.handovers);
            known.handovers = handovers.map_err(|error| Failure::new(FORKED, error.to_string()))?;
            known.earlier.extend(kept.earlier);
            known.epochs.extend(kept.epochs);
        }
        let (verdict, (word, code, lines)) = judge(&self.dir, &known);
        if as_json {
            let size = verdict.as_ref().ok().map(|report| report.checkpoint.size);
            let root = verdict.as_ref().ok().map(|report| to_hex(&report.checkpoint.root));
            println!("{}", json!({"verdict": word, "entries": size, "root": root, "detail": lines}));
        } else {
            print!("{}", say::verdict(word, &lines));
        }
        Ok(code)
    }
}

/// A word, the exit code, and what there is to say.
pub(crate) type Judged = (&'static str, u8, Vec<String>);

/// Verifies the ledger of a folder.
pub(crate) fn judge(dir: &Path, known: &Known) -> (Result<Report, Fault>, Judged) {
    let bar = progress::count("entries");
    let verdict = verify(&mut Folder(dir), known, &mut |n| bar.set_position(n));
    bar.finish_and_clear();
    let judged = match &verdict {
        Ok(report) => judged(report, known),
        Err(fault) => {
            let (word, code) = match fault {
                Fault::Forked(_)
                | Fault::OtherLog(_)
                | Fault::OtherKnown(_)
                | Fault::Handovers(_)
                | Fault::HandedOver => ("rewritten", FORKED),
                Fault::Shorter { .. } => ("cut", CUT),
                _ => ("altered", BROKEN),
            };
            (word, code, vec![fault.to_string()])
        }
    };
    (verdict, judged)
}

fn judged(report: &Report, known: &Known) -> Judged {
    let mut lines = vec![format!("{} entries of {}", report.checkpoint.size, report.checkpoint.origin)];
    let [act, object, person] = report.shown;
    lines.push(if report.has_parts {
        format!("shown and fitting: {act} acts, {object} objects, {person} persons; the others are erased or withheld")
    } else {
        "what the entries say is not in this export".into()
    });
    for (epoch, lost) in &report.gaps {
        lines.push(format!("epoch {epoch} began after a restore; {lost} entries were known and are gone"));
    }
    if report.extended > 0 {
        lines.push(format!("it continues {} earlier checkpoints", report.extended));
    } else if known.checkpoints.is_empty() {
        lines.push("nothing earlier was known: that it was never rewritten is not shown (--checkpoint)".into());
    }
    for (name, at, size) in &report.witnesses {
        lines.push(format!("its first {size} entries cosigned by {name} at {at} seconds since 1970"));
    }
    if report.witnesses.is_empty() {
        lines.push("unwitnessed".into());
    }
    if !report.signer_known {
        lines.push("anybody could have made it: pin the server's key with --key".into());
        ("intact, signer unknown", SIGNER_UNKNOWN, lines)
    } else if report.beyond > 0 {
        lines.push(format!("{} entries that the old checkpoint vouches for are gone, as an epoch says", report.beyond));
        lines.push(format!("of those before them the first {} are those that were known", report.compared));
        ("intact, with a named gap", GAP, lines)
    } else if report.witnesses.len() < known.witnesses.len() {
        ("intact, a witness is missing", UNWITNESSED, lines)
    } else {
        ("verified", DONE, lines)
    }
}

impl Check {
    pub(crate) fn run(&self, as_json: bool) -> Result<u8, Failure> {
        let named = |why: &dyn std::fmt::Display| Failure::new(USAGE, format!("{}: {why}", self.file.display()));
        let (text, keys) = (fs::read_to_string(&self.file).map_err(|e| named(&e))?, keys(&self.key)?);
        let (mut proven, mut proofs, mut listed) = (0, 0, Listed::default());
        for document in serde_json::Deserializer::from_str(&text).into_iter::<Value>() {
            let document = document.map_err(|e| named(&e))?;
            match shown::check(&document, &keys) {
                Ok((head, entries)) => {
                    (proven, proofs) = (proven + entries.len(), proofs + 1);
                    listed.add(&document, head.size, &entries);
                }
                Err(fault) => return Ok(said(("altered", BROKEN, vec![fault.to_string()]), proven, as_json)),
            }
        }
        if proofs == 0 {
            return Err(named(&"there is no proof in it"));
        }
        let line = format!("{proven} entries are in the signed tree, and say what is shown");
        let Some(dir) = &self.export else { return Ok(said(("proven", DONE, vec![line]), proven, as_json)) };
        let (word, code, mut lines) = listed.against(dir, &keys)?;
        lines.insert(0, line);
        Ok(said((word, code, lines), proven, as_json))
    }
}

fn said((word, code, lines): Judged, proven: usize, as_json: bool) -> u8 {
    if as_json {
        println!("{}", json!({"verdict": word, "entries": proven, "detail": lines}));
    } else {
        print!("{}", say::verdict(word, &lines));
    }
    code
}
