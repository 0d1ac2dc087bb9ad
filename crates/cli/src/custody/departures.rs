//! `vouchsafe client leave`: all that is a client's own, ordered, approved, fetched and proven by one command; and
//! `client verify`, which needs no server.
//!
//! Run again it goes on where it was: a departure that is not over is taken up, and a file that is whole is kept.

use super::ledger::{
    export::Export,
    verify::{Judged, judge},
};
use crate::{
    exit::{BROKEN, DONE, FAILED, Failure, SIGNER_UNKNOWN, USAGE},
    progress,
    releases::{Trusted, fetch_all, sha256_of},
    remote::{Remote, escaped},
    say,
};
use clap::Args;
use serde_json::{Value, json};
use std::{
    fs,
    io::{BufRead, BufReader},
    path::{Path, PathBuf},
    thread,
    time::Duration,
};
use vouchsafe_formats::{
    custody::departures::{LEDGER, Manifest, verify},
    releases::{Signer, Verdict},
};
use vouchsafe_ledger::{
    act::Act,
    note::Note,
    signing::{PublicKey, Purpose, Signature, SignedBy},
    tiles::TILE_WIDTH,
    verify::{Known, parts_path},
};

/// How often a build, or a second person's approval, is looked for.
const LOOK_EVERY: Duration = Duration::from_millis(500);

/// How often the ledger is fetched until it tells of the departure.
const NUMBERED_WITHIN: usize = 20;

/// Which client leaves, and where to.
#[derive(Args)]
pub(crate) struct Leave {
    /// The client's id.
    id: String,
    /// The folder to put everything into; made if it is not there.
    dir: PathBuf,
    /// End where a second person is waited for; the same command goes on later.
    #[arg(long)]
    no_wait: bool,
}

/// Which folder, and whom to trust.
#[derive(Args)]
pub(crate) struct Verify {
    /// The folder that was fetched.
    dir: PathBuf,
    /// One key of purpose `release` and one of purpose `checkpoint`.
    #[command(flatten)]
    trusted: Trusted,
}

impl Leave {
    pub(crate) fn run(&self, remote: &Remote, json: bool) -> Result<u8, Failure> {
        let id = self.departure(remote)?;
        let path = format!("/departures/{}", escaped(&id));
        let mut found = until(remote, &path, "tasks", |found| found["state"] != "building")?;
        if found["state"] == "failed" {
            let why = found["failure_detail"].as_str().unwrap_or("the build failed");
            return Err(Failure::new(FAILED, why));
        }
        if found["state"] == "built" && found["approved_by_me"] != true {
            found = remote.post(&format!("{path}/approve"), &Value::Null)?;
        }
        if found["state"] == "built" {
            eprintln!("a second person has to approve it: vouchsafe client approve {id}");
            if self.no_wait {
                say::done(json, &found, "ordered and approved by you; run the same command once it is approved");
                return Ok(DONE);
            }
            found = until(remote, &path, "tasks", |found| found["state"] != "built")?;
        }
        let files = found["files"].as_array().map_or(&[][..], Vec::as_slice);
        if found["state"] != "approved" || files.is_empty() {
            return Err(Failure::new(FAILED, "this departure was taken back, or its time is over"));
        }
        let (fetched, kept) = fetch_all(remote, &path, files, &self.dir)?;
        self.ledger(remote)?;
        let keys = remote.list("/keys")?;
        let pinned = keys.iter().filter_map(|key| key["public"].as_str()?.parse().ok()).collect::<Vec<_>>();
        let (word, code, lines) = whole(&self.dir, &pinned);
        if json {
            println!(
                "{}",
                json!({"departure": id, "fetched": fetched, "kept": kept, "verdict": word, "detail": lines})
            );
        } else {
            println!(
                "{fetched} files and the ledger were fetched into {}, {kept} were there before",
                self.dir.display()
            );
            println!("{word}, by the keys that this server names; with your own, offline:");
            print!("  vouchsafe client verify {}", self.dir.display());
            for key in &pinned {
                print!(" --key {key}");
            }
            println!();
        }
        Ok(code)
    }

    /// The departure that is not over, or a new one.
    fn departure(&self, remote: &Remote) -> Result<String, Failure> {
        let path = format!("/clients/{}/departures", escaped(&self.id));
        let live = |state: &Value| ["building", "built", "approved"].iter().any(|live| state == live);
        let open = remote.list(&path)?.into_iter().find(|departure| live(&departure["state"]));
        let made = match open {
            Some(open) => open,
            None => remote.post(&path, &Value::Null)?,
        };
        Ok(made["id"].as_str().unwrap_or_default().to_owned())
    }

    /// The log comes last, so that it tells of the departure itself. It has its name once it is whole.
    fn ledger(&self, remote: &Remote) -> Result<(), Failure> {
        let named = |e: std::io::Error| Failure::new(FAILED, format!("{}: {e}", self.dir.display()));
        let (name, part) = (self.dir.join(LEDGER), self.dir.join(format!("{LEDGER}.part")));
        let manifest = sha256_of(&self.dir.join("manifest.json"))?;
        for _ in 0..NUMBERED_WITHIN {
            for old in [&part, &name] {
                if old.exists() {
                    fs::remove_dir_all(old).map_err(named)?;
                }
            }
            let (head, _) = Export { ledger: self.id.clone(), dir: part.clone(), no_parts: false }.fetch(remote)?;
            fs::rename(&part, &name).map_err(named)?;
            if is_told(&name, head.size, &manifest) {
                return Ok(());
            }
            // What was recorded gets its number within a second or so.
            thread::sleep(LOOK_EVERY);
        }
        Ok(())
    }
}

/// The departures of a client, newest first.
pub(crate) fn list(remote: &Remote, client: &str, json: bool) -> Result<(), Failure> {
    let columns = [
        ("id", "/id"),
        ("state", "/state"),
        ("ordered", "/ordered_at"),
        ("built", "/built_at"),
        ("until", "/until"),
        ("tasks", "/tasks"),
        ("bytes", "/bytes"),
        ("approvals", "/approvals"),
    ];
    say::list(json, &remote.list(&format!("/clients/{}/departures", escaped(client)))?, &columns);
    Ok(())
}

/// One of two persons approves.
pub(crate) fn approve(remote: &Remote, departure: &str, json: bool) -> Result<(), Failure> {
    let answer = remote.post(&format!("/departures/{}/approve", escaped(departure)), &Value::Null)?;
    let sentence = match answer["state"].as_str() {
        Some("built") => "approved; one more person has to",
        _ => "approved: an observer of the client may fetch it",
    };
    say::done(json, &answer, sentence);
    Ok(())
}

/// The client stays: a departure is taken back.
pub(crate) fn stay(remote: &Remote, departure: &str, json: bool) -> Result<(), Failure> {
    let answer = remote.ask("DELETE", &format!("/departures/{}", escaped(departure)), None)?;
    say::done(json, &answer, &format!("departure {departure} was taken back"));
    Ok(())
}

fn until(remote: &Remote, path: &str, what: &'static str, is: impl Fn(&Value) -> bool) -> Result<Value, Failure> {
    let bar = progress::count(what);
    loop {
        let found = remote.get(path)?;
        if is(&found) {
            bar.finish_and_clear();
            return Ok(found);
        }
        bar.set_position(found["tasks"].as_u64().unwrap_or(0));
        thread::sleep(LOOK_EVERY);
    }
}

impl Verify {
    pub(crate) fn run(&self, as_json: bool) -> Result<u8, Failure> {
        if !self.dir.is_dir() {
            return Err(Failure::new(USAGE, format!("{} is no folder", self.dir.display())));
        }
        let keys = self.trusted.keys()?;
        let (word, code, lines) = whole(&self.dir, &keys);
        if as_json {
            println!("{}", json!({"verdict": word, "detail": lines}));
        } else {
            print!("{}", say::verdict(word, &lines));
        }
        Ok(code)
    }
}

/// Files against the signed manifest, the ledger against its signed head, and each against the other: the ledger continues
/// the head that the manifest carries, and says which manifest was built.
fn whole(dir: &Path, keys: &[PublicKey]) -> Judged {
    let (releases, checkpoints): (Vec<_>, Vec<_>) =
        keys.iter().copied().partition(|key| key.purpose() == Purpose::Release);
    let verdict = verify(dir, |manifest, signature| {
        let signature = Signature::from_text(signature).map_err(|error| error.to_string())?;
        match signature.check(Purpose::Release, manifest, &releases).map_err(|error| error.to_string())? {
            SignedBy::Pinned => Ok(Signer::Pinned),
            SignedBy::Unknown => Ok(Signer::Unknown),
        }
    });
    let (manifest, known) = match verdict {
        Verdict::Verified(manifest) => (manifest, true),
        Verdict::SignerUnknown(manifest) => (manifest, false),
        Verdict::Broken(faults) => return ("broken", BROKEN, faults.iter().map(ToString::to_string).collect()),
    };
    let mut lines = about(&manifest);
    let head = manifest.ledger.as_ref().map(|note| note.parse::<Note>());
    let Ok(head) = head.transpose() else {
        lines.push("the head of the ledger in the manifest cannot be read".into());
        return ("broken", BROKEN, lines);
    };
    let known_of_ledger = Known { keys: checkpoints, checkpoints: head.into_iter().collect(), ..Known::default() };
    let (report, (word, code, of_ledger)) = judge(&dir.join(LEDGER), &known_of_ledger);
    lines.extend(of_ledger.into_iter().map(|line| format!("{LEDGER}: {line}")));
    let Ok(report) = report else { return (word, code, lines) };
    match sha256_of(&dir.join("manifest.json")) {
        Ok(sha256) if is_told(&dir.join(LEDGER), report.checkpoint.size, &sha256) => {
            lines.push("the ledger says that this manifest was built".into());
        }
        _ => {
            lines.push("the ledger does not say that this manifest was built".into());
            return ("broken", BROKEN, lines);
        }
    }
    if !known {
        lines.push("anybody could have made it: pin the server's keys with --key".into());
        return ("intact, signer unknown", SIGNER_UNKNOWN, lines);
    }
    (word, code, lines)
}

fn about(manifest: &Manifest) -> Vec<String> {
    let count = |name: &str| manifest.counts.get(name).copied().unwrap_or_default();
    let held = manifest.releases.iter().filter(|release| release.has_files).count();
    vec![
        format!("departure {} of {}, built {}", manifest.departure, manifest.client, manifest.built_at),
        format!(
            "{} projects, {} tasks, {} annotations, {} reviews, {held} of {} releases with their files",
            count("projects"),
            count("tasks"),
            count("annotations"),
            count("reviews"),
            manifest.releases.len()
        ),
        format!("{} files, signed by key {}", manifest.files.len(), manifest.key),
    ]
}

/// Whether an entry of a verified ledger says that a departure with this manifest was built.
fn is_told(ledger: &Path, size: u64, sha256: &str) -> bool {
    let (built, named) = (format!("\"{}\"", Act::DepartureBuilt.word()), format!("\"{sha256}\""));
    (0..size.div_ceil(TILE_WIDTH)).any(|index| {
        let width = TILE_WIDTH.min(size - index * TILE_WIDTH);
        let Ok(file) = fs::File::open(ledger.join(parts_path(index, width))) else { return false };
        BufReader::new(file).lines().map_while(Result::ok).any(|line| {
            let parts: Value = serde_json::from_str(&line).unwrap_or_default();
            let says = |part: &str, word: &str| parts[part]["text"].as_str().is_some_and(|text| text.contains(word));
            says("act", &built) && says("object", &named)
        })
    })
}
