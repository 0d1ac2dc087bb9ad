//! `vouchsafe ledger check`: whether proofs hold, and whether an inventory leaves nothing out. Proofs say that its rows are in the
//! log, and only the whole log says that no other is.

use super::{
    keys,
    verify::{Judged, judge},
};
use crate::{
    exit::{BROKEN, DONE, Failure, USAGE},
    say,
};
use clap::Args;
use serde_json::{Value, json};
use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
};
use vouchsafe_domain::time::Micros;
use vouchsafe_ledger::{
    note::Note,
    shown::{self, Proven},
    signing::PublicKey,
    tiles::TILE_WIDTH,
    verify::{Known, parts_path},
};

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

/// What proofs list, page after page.
#[derive(Default)]
pub(super) struct Listed {
    people: BTreeSet<String>,
    entries: BTreeSet<u64>,
    notes: Vec<Note>,
    /// All pages are of so many entries at least.
    size: Option<u64>,
}

impl Listed {
    /// Adds a page that was proven.
    pub(super) fn add(&mut self, document: &Value, size: u64, proven: &[Proven]) {
        let of = |entry: &Proven| entry.parts[2].as_ref().and_then(|part| word(&parsed(&part.bytes), "person"));
        self.people
            .extend(document["person"].as_str().map(str::to_owned).into_iter().chain(proven.iter().filter_map(of)));
        self.entries.extend(proven.iter().map(|entry| entry.index));
        self.notes.extend(document["checkpoint"].as_str().and_then(|text| text.parse().ok()));
        self.size = Some(self.size.map_or(size, |least| least.min(size)));
    }

    /// Asks the exported log: a word, the exit code, and what there is to say.
    pub(super) fn against(&self, dir: &Path, keys: &[PublicKey]) -> Result<Judged, Failure> {
        let known = Known { keys: keys.to_vec(), checkpoints: self.notes.clone(), ..Known::default() };
        let (verdict, judged) = judge(dir, &known);
        let report = match verdict {
            Ok(report) if judged.1 == DONE => report,
            _ => return Ok(judged),
        };
        if !report.has_parts {
            return Ok((
                "not known",
                BROKEN,
                vec!["the export holds no parts, so it does not say whom an entry is about".into()],
            ));
        }
        let mut found = Found::default();
        for bundle in 0..report.checkpoint.size.div_ceil(TILE_WIDTH) {
            let width = (report.checkpoint.size - bundle * TILE_WIDTH).min(TILE_WIDTH);
            let path = dir.join(parts_path(bundle, width));
            let text = fs::read_to_string(&path).map_err(|e| Failure::from(format!("{}: {e}", path.display())))?;
            for (index, line) in (bundle * TILE_WIDTH..).zip(text.lines()) {
                found.look(self, index, line);
            }
        }
        Ok(found.say(self))
    }
}

/// What the log says of the people of an inventory.
#[derive(Default)]
struct Found {
    /// Entries by which content was sent, below the size of the inventory.
    sent: usize,
    unlisted: Vec<u64>,
    last: Option<(u64, Micros)>,
    shut: Option<(u64, Micros)>,
    erased: u64,
}

impl Found {
    fn look(&mut self, listed: &Listed, index: u64, line: &str) {
        let Some([act, object, person]) = serde_json::from_str(line).ok().and_then(|line| shown::from_json(&line))
        else {
            return;
        };
        let [act, object, person] = [act, object, person].map(|part| part.map(|part| parsed(&part.bytes)));
        let (Some(act), Some(person)) = (act, person) else {
            self.erased += 1;
            return;
        };
        let at = Micros(act["at_us"].as_i64().unwrap_or_default());
        let names = |part: &Value, name: &str| word(part, name).is_some_and(|name| listed.people.contains(&name));
        if act["act"] == "wall.ordered" && object.is_some_and(|object| names(&object, "whom")) {
            self.shut = Some((index, at));
        }
        // Every entry by which content left toward a person says this, and no other does.
        if act.get("sent_before").is_none() || !names(&person, "person") {
            return;
        }
        self.last = Some((index, at));
        if listed.size.is_some_and(|size| index < size) {
            self.sent += 1;
            if !listed.entries.contains(&index) {
                self.unlisted.push(index);
            }
        }
    }

    fn say(self, listed: &Listed) -> Judged {
        let people = listed.people.iter().map(String::as_str).collect::<Vec<_>>().join(", ");
        let mut lines = vec![format!("{} entries of the log tell of content sent to {people}", self.sent)];
        if let Some((index, at)) = self.last {
            lines.push(format!("the last of the whole export is entry {index}, at {at}"));
        }
        if let Some((index, at)) = self.shut {
            let since = self.last.is_some_and(|(last, _)| last > index);
            let so = if since { "content was sent after it" } else { "nothing was sent after it" };
            lines.push(format!("shut out by entry {index}, at {at}: {so}"));
        }
        if self.erased > 0 {
            lines.push(format!("{} entries were erased or are withheld and say nothing of anybody", self.erased));
        }
        if let Some(first) = self.unlisted.first() {
            lines.push(format!("{} of them are not listed, the first is entry {first}", self.unlisted.len()));
            return ("incomplete", BROKEN, lines);
        }
        ("complete", DONE, lines)
    }
}

fn parsed(bytes: &[u8]) -> Value {
    serde_json::from_slice(bytes).unwrap_or_default()
}

fn word(part: &Value, name: &str) -> Option<String> {
    part.get(name)?.as_str().map(str::to_owned)
}
