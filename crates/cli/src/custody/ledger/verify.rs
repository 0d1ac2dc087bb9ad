//! `vouchsafe ledger verify` and `check`: what a stranger does with an export or a proof, offline.

use super::{
    kept::{Kept, kept_note},
    keys,
};
use crate::{
    exit::{BROKEN, CUT, DONE, FORKED, Failure, GAP, SIGNER_UNKNOWN, UNWITNESSED, USAGE},
    progress, say,
};
use clap::Args;
use serde_json::json;
use std::{fs, io, path::Path, path::PathBuf};
use vouchsafe_ledger::{
    handover,
    note::WitnessKey,
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
