//! `vouchsafe member`: accounts, and grants into clients.

use crate::{
    exit::{DONE, Failure},
    remote::{At, escaped},
    say,
};
use clap::{Args, Subcommand};
use serde_json::{Value, json};

/// What to do with members.
#[derive(Args)]
pub(crate) struct Member {
    #[command(flatten)]
    at: At,
    #[command(subcommand)]
    what: What,
}

#[derive(Subcommand)]
enum What {
    /// The accounts of the installation.
    List,
    /// Make an invitation, and print its link: it works once, for a week.
    Invite {
        /// `admin`, `operator`, `custodian`, `reviewer`, `expert` or `observer`.
        #[arg(long)]
        role: String,
        /// Address of whom it is for.
        #[arg(long)]
        email: String,
    },
    /// Invitations, newest first, and what became of them.
    Invitations,
    /// Take back an invitation that nobody used yet.
    Uninvite {
        /// Its id.
        invitation: String,
    },
    /// Suspend an account: its sessions and tokens end at once.
    Suspend {
        /// Its id.
        member: String,
    },
    /// Let an account in again.
    Resume {
        /// Its id.
        member: String,
    },
    /// Propose a grant into a client; the client's custodian or observer confirms it.
    Grant {
        /// For whom.
        member: String,
        /// Into which client.
        #[arg(long)]
        client: String,
    },
    /// Confirm a grant that another proposed.
    Confirm {
        /// Its id.
        grant: String,
    },
    /// End a grant at once.
    Revoke {
        /// Its id.
        grant: String,
    },
}

impl Member {
    pub(crate) fn run(self) -> Result<u8, Failure> {
        let (remote, json) = (self.at.open()?, self.at.json);
        match self.what {
            What::List => {
                let columns = [
                    ("id", "/id"),
                    ("role", "/role"),
                    ("name", "/name"),
                    ("email", "/email"),
                    ("suspended", "/suspended_at"),
                ];
                say::list(json, &remote.list("/members")?, &columns);
            }
            What::Invite { role, email } => {
                let made = remote.post("/invitations", &json!({"role": role, "email": email}))?;
                let secret = made["secret"].as_str().unwrap_or_default();
                say::done(json, &made, &format!("{}/invitation/{secret}", remote.url));
            }
            What::Invitations => {
                let columns = [
                    ("id", "/id"),
                    ("state", "/state"),
                    ("role", "/role"),
                    ("email", "/email"),
                    ("until", "/expires_at"),
                ];
                say::list(json, &remote.list("/invitations")?, &columns);
            }
            What::Uninvite { invitation } => {
                let path = format!("/invitations/{}/revoke", escaped(&invitation));
                let answer = remote.post(&path, &Value::Null)?;
                say::done(json, &answer, &format!("invitation {invitation} is taken back"));
            }
            What::Suspend { member } => {
                let answer = remote.post(&format!("/members/{}/suspend", escaped(&member)), &Value::Null)?;
                say::done(json, &answer, &format!("member {member} is suspended"));
            }
            What::Resume { member } => {
                let answer = remote.post(&format!("/members/{}/resume", escaped(&member)), &Value::Null)?;
                say::done(json, &answer, &format!("member {member} may come in again"));
            }
            What::Grant { member, client } => {
                let made = remote.post(&format!("/clients/{}/grants", escaped(&client)), &json!({"member": member}))?;
                let id = made["id"].as_str().unwrap_or_default();
                say::done(json, &made, &format!("grant {id} waits for a second person"));
            }
            What::Confirm { grant } => {
                let answer = remote.post(&format!("/grants/{}/confirm", escaped(&grant)), &Value::Null)?;
                say::done(json, &answer, &format!("grant {grant} is in force"));
            }
            What::Revoke { grant } => {
                let answer = remote.ask("DELETE", &format!("/grants/{}", escaped(&grant)), None)?;
                say::done(json, &answer, &format!("grant {grant} has ended"));
            }
        }
        Ok(DONE)
    }
}
