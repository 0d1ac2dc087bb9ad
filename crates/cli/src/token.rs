//! `vouchsafe token`: keys for scripts. Made by signing in, since a token cannot make tokens.

use crate::{
    exit::{DONE, Failure, UNSIGNED, USAGE},
    remote::{At, escaped},
    say,
};
use clap::{Args, Subcommand};
use serde_json::json;
use std::{
    io::{self, BufRead, IsTerminal},
    process::Command,
};

/// What to do with tokens.
#[derive(Args)]
pub(crate) struct Token {
    #[command(flatten)]
    at: At,
    #[command(subcommand)]
    what: What,
}

#[derive(Subcommand)]
enum What {
    /// Sign in, make a token, sign out, and print the token: it is told once.
    Create(Create),
    /// Your own tokens.
    List,
    /// Revoke a token of your own.
    Revoke {
        /// Its id.
        id: String,
    },
}

#[derive(Args)]
struct Create {
    /// What you call it.
    name: String,
    /// Your address. The password is asked for, or read from `VOUCHSAFE_PASSWORD`.
    #[arg(long)]
    email: String,
    /// The code of your second factor; asked for where your role needs one.
    #[arg(long)]
    code: Option<String>,
    /// Days until it ends, 1 to 366.
    #[arg(long, default_value_t = 30)]
    days: u32,
    /// The only client that it opens. Such a token does nothing to the installation.
    #[arg(long)]
    client: Option<String>,
    /// What it may do of what you may: `read`, `work`, `operate`, `releases`, `custody`, `access`; may be given again.
    /// Everything without it.
    #[arg(long)]
    scope: Vec<String>,
}

impl Token {
    pub(crate) fn run(self) -> Result<u8, Failure> {
        let json = self.at.json;
        match self.what {
            What::Create(new) => {
                let page = self.at.open_unsigned()?.asked_by_a_page();
                let password = match std::env::var("VOUCHSAFE_PASSWORD") {
                    Ok(password) => password,
                    Err(_) => ask("Password: ", true)?,
                };
                let mut credentials = json!({"email": new.email, "password": password, "code": new.code});
                let signed = match page.ask_whole("/session", &credentials) {
                    Err(why) if why.code == UNSIGNED && new.code.is_none() && io::stdin().is_terminal() => {
                        credentials["code"] = ask("Code of your authenticator: ", false)?.into();
                        page.ask_whole("/session", &credentials)?
                    }
                    other => other?,
                };
                let cookie = signed.headers().get("set-cookie").and_then(|v| v.to_str().ok()).unwrap_or_default();
                let session = page.with_session(cookie.split(';').next().unwrap_or_default());
                let mut body = json!({"name": new.name, "days": new.days, "client": new.client});
                if !new.scope.is_empty() {
                    body["scopes"] = new.scope.into();
                }
                let made = session.post("/tokens", &body);
                session.ask("DELETE", "/session", None)?;
                let made = made?;
                if json {
                    println!("{made}");
                } else {
                    println!("{}", made["secret"].as_str().unwrap_or_default());
                    let word = |name: &str| made[name].as_str().unwrap_or_default();
                    eprintln!("token {} ends at {}; it is not shown again", word("id"), word("expires_at"));
                }
            }
            What::List => {
                let columns = [
                    ("id", "/id"),
                    ("name", "/name"),
                    ("scopes", "/scopes"),
                    ("client", "/client"),
                    ("ends", "/expires_at"),
                    ("revoked", "/revoked_at"),
                ];
                say::list(json, &self.at.open()?.list("/tokens")?, &columns);
            }
            What::Revoke { id } => {
                let answer = self.at.open()?.ask("DELETE", &format!("/tokens/{}", escaped(&id)), None)?;
                say::done(json, &answer, &format!("token {id} is revoked"));
            }
        }
        Ok(DONE)
    }
}

/// A line from the terminal, or from what is piped in.
fn ask(what: &str, hidden: bool) -> Result<String, Failure> {
    let terminal = io::stdin().is_terminal();
    let echo = |word: &str| {
        if terminal && hidden {
            let _ = Command::new("stty").arg(word).status();
        }
    };
    if terminal {
        eprint!("{what}");
    }
    echo("-echo");
    let mut line = String::new();
    let read = io::stdin().lock().read_line(&mut line);
    echo("echo");
    if terminal && hidden {
        eprintln!();
    }
    let line = line.trim_end_matches(['\r', '\n']);
    match read {
        Ok(_) if !line.is_empty() => Ok(line.to_owned()),
        _ => Err(Failure::new(USAGE, "nothing was given where a password or code was asked for")),
    }
}
