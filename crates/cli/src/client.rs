//! `vouchsafe client`: the clients whose data this installation holds.

use crate::{
    exit::{DONE, Failure},
    remote::At,
    say,
};
use clap::{Args, Subcommand};
use serde_json::json;

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
    /// The client lets releases go without a second person.
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
        let remote = self.at.open()?;
        match self.what {
            What::List => {
                let columns = [("id", "/id"), ("code name", "/code_name"), ("name", "/name"), ("key", "/key_state")];
                say::list(self.at.json, &remote.list("/clients")?, &columns);
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
                say::done(self.at.json, &made, &sentence);
            }
        }
        Ok(DONE)
    }
}
