//! `vouchsafe release`: ordered, approved, delivered, fetched; and checked offline.

mod fetch;
mod verify;

pub(crate) use fetch::{fetch_all, sha256_of};
pub(crate) use verify::{Trusted, pinned};

use crate::{
    exit::{DONE, FAILED, Failure},
    progress,
    remote::{At, Remote, escaped},
    say,
};
use clap::{Args, Subcommand};
use serde_json::{Map, Value, json};
use std::{thread, time::Duration};

/// How often a build is looked at.
const LOOK_EVERY: Duration = Duration::from_millis(250);

/// What to do with a release.
#[derive(Args)]
pub(crate) struct Release {
    #[command(flatten)]
    at: At,
    #[command(subcommand)]
    what: What,
}

#[derive(Subcommand)]
enum What {
    /// The releases of a project.
    List {
        /// The project's id.
        project: String,
    },
    /// One release: state, approvals, files.
    Show(Which),
    /// Order a release of all that is done in a project.
    Order(Order),
    /// Approve a built release, as one of two persons.
    Approve(Which),
    /// Open an approved release for fetching.
    Deliver(Which),
    /// The public keys that the server signs with, by purpose: pin those of `release` before a delivery comes.
    Keys {
        /// Print the signed hand-overs from earlier keys in their place: `verify --handovers` reads them.
        #[arg(long)]
        handovers: bool,
    },
    /// Fetch a delivered release into a folder; what is there already and whole is not fetched again.
    Fetch(fetch::Fetch),
    /// Check a release folder, without any network.
    #[command(after_help = "Exit codes: 0 verified, 10 intact but the signer is unknown, 20 broken, 64 usage.")]
    Verify(verify::Verify),
}

#[derive(Args)]
struct Which {
    /// The release's id.
    release: String,
}

#[derive(Args)]
struct Order {
    /// The project's id.
    project: String,
    /// What the client calls it.
    #[arg(long)]
    name: Option<String>,
    /// `full`, `trl_preference`, `trl_prompt_completion` or `trl_messages`; may be given again. `full` without it.
    #[arg(long)]
    format: Vec<String>,
    /// An option of the formats, `name=value`: `style`, `drop_ties`, `tie_label`, `prompt`, `completion`.
    #[arg(long, value_name = "NAME=VALUE")]
    option: Vec<String>,
    /// Wait until it is built.
    #[arg(long)]
    wait: bool,
}

impl Order {
    fn body(&self) -> Result<Value, Failure> {
        let mut options = Map::new();
        for option in &self.option {
            let (name, value) = option
                .split_once('=')
                .ok_or_else(|| Failure::new(crate::exit::USAGE, format!("--option {option}: give it as name=value")))?;
            // `true` and numbers as themselves, all else as text.
            let value = serde_json::from_str(value).unwrap_or_else(|_| value.into());
            options.insert(name.to_owned(), value);
        }
        Ok(json!({"name": self.name, "formats": self.format, "options": options}))
    }
}

impl Release {
    pub(crate) fn run(self) -> Result<u8, Failure> {
        let json = self.at.json;
        let path = |which: &Which, verb: &str| format!("/releases/{}{verb}", escaped(&which.release));
        match &self.what {
            What::Verify(verify) => return verify.run(json),
            What::Fetch(fetch) => return fetch.run(&self.at.open()?, json),
            What::Keys { handovers: true } => {
                for key in self.at.open()?.list("/keys")? {
                    print!("{}", key["handovers"].as_str().unwrap_or_default());
                }
            }
            What::Keys { handovers: false } => {
                let columns = [("purpose", "/purpose"), ("public key", "/public")];
                say::list(json, &self.at.open()?.list("/keys")?, &columns);
            }
            What::List { project } => {
                let columns = [
                    ("id", "/id"),
                    ("version", "/version"),
                    ("state", "/state"),
                    ("tasks", "/tasks"),
                    ("bytes", "/bytes"),
                    ("ordered", "/ordered_at"),
                    ("name", "/name"),
                ];
                let found = self.at.open()?.list(&format!("/projects/{}/releases", escaped(project)))?;
                say::list(json, &found, &columns);
            }
            What::Show(which) => show(json, &self.at.open()?.get(&path(which, ""))?),
            What::Order(order) => {
                let remote = self.at.open()?;
                let made = remote.post(&format!("/projects/{}/releases", escaped(&order.project)), &order.body()?)?;
                let id = made["id"].as_str().unwrap_or_default();
                if order.wait {
                    let built = built(&remote, id)?;
                    show(json, &built);
                    return Ok(if built["state"] == "failed" { FAILED } else { DONE });
                }
                say::done(json, &made, &format!("release {id}, version {}, is being built", made["version"]));
            }
            What::Approve(which) => {
                let answer = self.at.open()?.post(&path(which, "/approve"), &Value::Null)?;
                let sentence = match answer["state"].as_str() {
                    Some("built") => "approved; one more person has to",
                    _ => "approved",
                };
                say::done(json, &answer, sentence);
            }
            What::Deliver(which) => {
                let answer = self.at.open()?.post(&path(which, "/deliver"), &Value::Null)?;
                say::done(json, &answer, "delivered: its files may be fetched");
            }
        }
        Ok(DONE)
    }
}

/// Waits for a build to end, well or not.
fn built(remote: &Remote, id: &str) -> Result<Value, Failure> {
    let bar = progress::count("tasks");
    let path = format!("/releases/{}", escaped(id));
    loop {
        let found = remote.get(&path)?;
        if found["state"] != "building" {
            bar.finish_and_clear();
            return Ok(found);
        }
        bar.set_position(found["tasks"].as_u64().unwrap_or(0));
        thread::sleep(LOOK_EVERY);
    }
}

fn show(json: bool, release: &Value) {
    let names = [
        ("release", "/id"),
        ("version", "/version"),
        ("state", "/state"),
        ("failure", "/failure_detail"),
        ("name", "/name"),
        ("tasks", "/tasks"),
        ("bytes", "/bytes"),
        ("ordered", "/ordered_at"),
        ("built", "/built_at"),
        ("delivered", "/delivered_at"),
    ];
    say::one(json, release, &names);
    if !json {
        let approvals = release["approvals"].as_array().map_or(0, Vec::len);
        println!("approvals  {approvals} of {}", release["approvals_needed"]);
        let files = release["files"].as_array().map_or(&[][..], Vec::as_slice);
        if !files.is_empty() {
            let columns = [("file", "/path"), ("bytes", "/bytes"), ("rows", "/rows"), ("left out", "/left_out")];
            print!("{}", say::table(files, &columns));
        }
    }
}
