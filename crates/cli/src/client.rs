//! `vouchsafe client`: the clients whose data this installation holds.

use crate::{
    custody::departures::{self, Leave, Verify},
    exit::{DONE, Failure, USAGE},
    remote::{At, escaped},
    say,
};
use clap::{Args, Subcommand};
use serde_json::{Value, json};
use std::{fs, path::PathBuf};

/// What to do with clients.
#[derive(Args)]
pub(crate) struct Client {
    #[command(flatten)]
    at: At,
    #[command(subcommand)]
    what: What,
}

#[derive(Subcommand)]
enum What {
    /// The clients you may know of.
    List,
    /// Make a client. Its maker gets no grant into it by that.
    Create(Create),
    /// One client: its key, its agreement, whether a hold covers it.
    Show(Which),
    /// Who was let into a client, and by whom.
    Grants(Which),
    /// Write the next version of a client's agreement; everybody signs anew before he is sent more.
    Agreement {
        /// The client's id.
        id: String,
        /// Markdown.
        file: PathBuf,
    },
    /// The versions of a client's agreement, with how many signed each.
    Agreements(Which),
    /// Place a hold on a client: nothing that it covers is deleted until it is released.
    Hold {
        /// The client's id.
        id: String,
        /// One project of it; without it all.
        #[arg(long)]
        project: Option<String>,
        /// Why.
        #[arg(long)]
        reason: String,
    },
    /// The holds on a client, newest first.
    Holds(Which),
    /// Release a hold.
    Unhold {
        /// The hold's id.
        hold: String,
    },
    /// Leave: all that is the client's own, and its ledger, into a folder. Its custodian or observer orders, two persons
    /// approve, an observer fetches; run again, it goes on where it was.
    Leave(Leave),
    /// The departures of a client, newest first.
    Departures(Which),
    /// Approve a departure that was built, as one of two persons.
    Approve {
        /// The departure's id.
        departure: String,
    },
    /// Take a departure back: its folder is removed from the server.
    Stay {
        /// The departure's id.
        departure: String,
    },
    /// Check what a client left with, without any network.
    #[command(
        after_help = "Exit codes: 0 verified, 10 intact but the signer is unknown, 20 broken, 21 the ledger was rewritten, \
                      22 the ledger was cut, 23 the ledger has a named gap, 64 usage."
    )]
    Verify(Verify),
}

#[derive(Args)]
struct Which {
    /// The client's id.
    id: String,
}

impl Which {
    fn path(&self, under: &str) -> String {
        format!("/clients/{}{under}", escaped(&self.id))
    }
}

#[derive(Args)]
struct Create {
    /// The organisation's name.
    name: String,
    /// Shown to whoever is outside, such as HERON.
    #[arg(long)]
    code_name: String,
    /// Colour of its band on the screens, 0 to 7.
    #[arg(long, default_value_t = 0)]
    colour: u8,
    #[command(flatten)]
    key: KeySource,
    /// What others order goes without two approvals, by the word of whoever makes the client.
    #[arg(long)]
    standing_approval: bool,
}

/// Where the server gets the client's key from.
#[derive(Args)]
#[group(required = true, multiple = false)]
struct KeySource {
    /// A file of the server's DATA/keys with 64 hex digits.
    #[arg(long = "key-file", value_name = "NAME")]
    file: Option<String>,
    /// An environment variable of the server, `VOUCHSAFE_KEY_…`.
    #[arg(long = "key-env", value_name = "NAME")]
    env: Option<String>,
    /// An executable of the server's DATA/keys that prints the key.
    #[arg(long = "key-command", value_name = "NAME")]
    command: Option<String>,
}

impl Client {
    pub(crate) fn run(self) -> Result<u8, Failure> {
        let json = self.at.json;
        if let What::Verify(verify) = &self.what {
            return verify.run(json);
        }
        let remote = self.at.open()?;
        match self.what {
            What::Verify(_) => {}
            What::Leave(leave) => return leave.run(&remote, json),
            What::Departures(which) => departures::list(&remote, &which.id, json)?,
            What::Approve { departure } => departures::approve(&remote, &departure, json)?,
            What::Stay { departure } => departures::stay(&remote, &departure, json)?,
            What::List => {
                let columns = [("id", "/id"), ("code name", "/code_name"), ("name", "/name"), ("key", "/key_state")];
                say::list(json, &remote.list("/clients")?, &columns);
            }
            What::Create(new) => {
                let KeySource { file, env, command } = new.key;
                let sources = [("file", file), ("env", env), ("command", command)];
                let source = sources.into_iter().find_map(|(source, name)| Some((source, name?)));
                let key = source.map(|(source, name)| json!({"source": source, "value": name}));
                let body = json!({"name": new.name, "code_name": new.code_name, "colour": new.colour, "key": key,
                                  "standing_approval": new.standing_approval});
                let made = remote.post("/clients", &body)?;
                let sentence = format!("client {} was made", made["id"].as_str().unwrap_or_default());
                say::done(json, &made, &sentence);
            }
            What::Show(which) => {
                let names = [
                    ("name", "/name"),
                    ("code name", "/code_name"),
                    ("key", "/key_state"),
                    ("trouble", "/key_trouble"),
                    ("standing approval", "/standing_approval"),
                    ("agreement", "/agreement_version"),
                    ("made", "/created_at"),
                ];
                say::one(json, &remote.get(&which.path(""))?, &names);
            }
            What::Grants(which) => {
                let columns = [
                    ("id", "/id"),
                    ("state", "/state"),
                    ("role", "/role"),
                    ("member", "/member"),
                    ("name", "/name"),
                    ("proposed by", "/proposed_by"),
                ];
                say::list(json, &remote.list(&which.path("/grants"))?, &columns);
            }
            What::Agreement { id, file } => {
                let text = fs::read_to_string(&file);
                let text = text.map_err(|e| Failure::new(USAGE, format!("{}: {e}", file.display())))?;
                let made = remote.post(&Which { id }.path("/agreements"), &json!({"text": text}))?;
                say::done(json, &made, &format!("version {} of the agreement waits for signatures", made["version"]));
            }
            What::Agreements(which) => {
                let columns = [("version", "/version"), ("signed by", "/signed"), ("written", "/created_at")];
                say::list(json, &remote.list(&which.path("/agreements"))?, &columns);
            }
            What::Hold { id, project, reason } => {
                let body = json!({"project": project, "reason": reason});
                let made = remote.post(&Which { id }.path("/holds"), &body)?;
                say::done(json, &made, &format!("hold {} is in force", made["id"].as_str().unwrap_or_default()));
            }
            What::Holds(which) => {
                let columns = [
                    ("id", "/id"),
                    ("placed", "/placed_at"),
                    ("released", "/released_at"),
                    ("project", "/project"),
                    ("reason", "/reason"),
                ];
                say::list(json, &remote.list(&which.path("/holds"))?, &columns);
            }
            What::Unhold { hold } => {
                let answer = remote.post(&format!("/holds/{}/release", escaped(&hold)), &Value::Null)?;
                say::done(json, &answer, &format!("hold {hold} is released"));
            }
        }
        Ok(DONE)
    }
}
