//! Looks at an installation and says what is well and what must be mended. Changes nothing but its own entry.

use super::beside::Known;
use crate::{App, Error, access::entry};
use serde::Serialize;
use std::{os::unix::fs::PermissionsExt, path::Path, process::Command};
use vouchsafe_domain::time::Micros;
use vouchsafe_ledger::act::Act;
use vouchsafe_store::{
    custody::{clients, quarantine},
    keys::NoKey,
    migrate,
    releases::orders,
};

/// Less free than this on the disk of the data folder is bad, in MiB.
const FREE_MIB_BAD: u64 = 512;
/// Less than this is worth a warning.
const FREE_MIB_LOW: u64 = 5 * 1024;
/// A write-ahead log longer than this means that something keeps it from being folded in, in bytes.
const LOG_BYTES_LONG: u64 = 512 << 20;
/// The newest entry may be this far ahead of our clock.
const AHEAD_US_MAX: i64 = Micros::MINUTE;
/// A release that waits longer than this for its build is stuck.
const BUILD_US_LONG: i64 = Micros::HOUR;

/// How something is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Health {
    /// As it should be.
    Well,
    /// It works; somebody should look at it.
    Watch,
    /// It must be mended.
    Bad,
}

/// One thing that was looked at.
#[derive(Debug, Clone, Serialize)]
pub struct Finding {
    /// What.
    pub what: String,
    /// How it is.
    pub health: Health,
    /// What was found, and what to do.
    pub detail: String,
}

fn finding(what: &str, health: Health, detail: impl Into<String>) -> Finding {
    Finding { what: what.into(), health, detail: detail.into() }
}

impl App {
    /// Looks at everything, and records that somebody did.
    pub async fn doctor(&self, version: &str) -> Result<Vec<Finding>, Error> {
        let mut found = vec![
            finding("version", Health::Well, format!("vouchsafe {version}")),
            finding("engine", Health::Well, self.store.engine_version().await?),
            finding("migrations", Health::Well, format!("all {} are applied", migrate::ALL.len())),
        ];
        self.look_at_keys(&mut found).await?;
        let data = self.data()?.to_owned();
        found.push(signing(self).await);
        found.extend(permissions(&data));
        found.push(disk(&data));
        if let Some(file) = self.store.file() {
            found.push(log(file));
        }
        self.look_at_ledgers(&mut found).await?;
        self.look_at_gaps(&mut found).await?;
        let (waiting, since) = orders::waiting(&mut self.store.read().await?).await?;
        let stuck = since.is_some_and(|since| self.now().since(since) > BUILD_US_LONG);
        found.push(match waiting {
            0 => finding("releases", Health::Well, "none waits to be built"),
            n if stuck => {
                finding("releases", Health::Watch, format!("{n} wait, one for over an hour: is a server running?"))
            }
            n => finding("releases", Health::Well, format!("{n} are being built")),
        });

        let count = |health| i64::try_from(found.iter().filter(|f| f.health == health).count()).unwrap_or(i64::MAX);
        let tx = self.store.write("doctor").await?;
        let said = entry(self, Act::DoctorRan).of("bad", count(Health::Bad)).of("watch", count(Health::Watch));
        tx.commit([said.of("version", version).by("door", "console")]).await?;
        Ok(found)
    }

    async fn look_at_keys(&self, found: &mut Vec<Finding>) -> Result<(), Error> {
        let clients = clients::all(&mut self.store.read().await?).await?;
        for client in clients {
            let what = format!("key of {}", client.face.code_name);
            let (health, detail) = match self.keys_of(client.id).await? {
                Some(Ok(_)) => (Health::Well, "opens its data key".to_owned()),
                Some(Err(NoKey::Destroyed)) => (Health::Well, "was destroyed; its content is unreadable".to_owned()),
                Some(Err(NoKey::Wrong)) => (
                    Health::Bad,
                    "its source gives a key that does not open its data key: put the right one back".into(),
                ),
                Some(Err(why @ NoKey::Withdrawn(_))) => {
                    (Health::Watch, format!("{why}; its content stays sealed until the source gives the key"))
                }
                None => (Health::Bad, "the client is gone".to_owned()),
            };
            found.push(finding(&what, health, detail));
        }
        Ok(())
    }

    async fn look_at_gaps(&self, found: &mut Vec<Finding>) -> Result<(), Error> {
        let clients = clients::all(&mut self.store.read().await?).await?;
        for gap in self.all_gaps().await? {
            let client = clients.iter().find(|client| client.id.to_string() == gap.ledger);
            let (what, shut) = match client {
                Some(client) => {
                    (client.face.code_name.as_str(), "nobody is sent anything of this client or of its rivals")
                }
                None => ("the installation", "no client's gap can be closed before it"),
            };
            let end = if gap.alone {
                format!("confirmed by `vouchsafe ledger close-gap {} --reason …`", gap.ledger)
            } else {
                "confirmed there by a second person".to_owned()
            };
            let lost = gap.lost.map_or_else(|| "an unknown number of".to_owned(), |lost| lost.to_string());
            let detail = format!(
                "{lost} entries are gone since {}: {shut}. What is known of them is entered at /gaps, and {end}",
                gap.since
            );
            found.push(finding(&format!("gap of {what}"), Health::Bad, detail));
        }
        Ok(())
    }

    async fn look_at_ledgers(&self, found: &mut Vec<Finding>) -> Result<(), Error> {
        let heads = self.newest().await?;
        let newest = heads.values().map(|head| head.at_us).max().unwrap_or_default();
        let ahead = newest - self.now().0;
        found.push(if ahead > AHEAD_US_MAX {
            let detail = format!("the newest entry is {} s ahead of this machine's clock: set it", ahead / 1_000_000);
            finding("clock", Health::Bad, detail)
        } else {
            finding("clock", Health::Well, self.now().to_string())
        });
        found.push(match (self.quarantine().await?, self.known()?) {
            (Some(quarantine), _) => {
                let since = quarantine.began_at;
                finding("ledgers", Health::Bad, format!("in quarantine since {since}: {}", quarantine.reason))
            }
            (None, Known::Heads(known)) => {
                let missing = quarantine::missing(&mut self.store.read().await?, &known).await?.len();
                if missing == 0 {
                    finding("ledgers", Health::Well, format!("{} hold their newest known entries", known.len()))
                } else {
                    let detail = format!("{missing} lack their newest known entries: the next start is in quarantine");
                    finding("ledgers", Health::Bad, detail)
                }
            }
            (None, Known::Nothing) => {
                finding("ledgers", Health::Watch, "ledger-head.json is not there; a server writes it")
            }
            (None, Known::Unreadable) => finding("ledgers", Health::Bad, "ledger-head.json cannot be read"),
        });
        Ok(())
    }
}

/// Looks, and makes none.
async fn signing(app: &App) -> Finding {
    let kept = app.no_signing_key_is_lost().await.and_then(|()| app.kept_signing_keys());
    match kept {
        Ok(keys) if keys.is_empty() => {
            finding("signing keys", Health::Well, "none was made yet; a server makes one at first use")
        }
        Ok(keys) => {
            finding("signing keys", Health::Well, keys.iter().map(|k| k.id.as_str()).collect::<Vec<_>>().join(", "))
        }
        Err(error) => finding("signing keys", Health::Bad, error.to_string()),
    }
}

fn others_may(about: &std::fs::Metadata) -> bool {
    about.permissions().mode() & 0o077 != 0
}

/// Keys that others of this machine may read are no secrets.
fn permissions(data: &Path) -> Vec<Finding> {
    let keys = data.join("keys");
    let mut open = Vec::new();
    let mut folders = vec![keys.clone()];
    while let Some(folder) = folders.pop() {
        let Ok(entries) = std::fs::read_dir(&folder) else { continue };
        for entry in entries.flatten() {
            let Ok(about) = entry.metadata() else { continue };
            if about.is_dir() {
                folders.push(entry.path());
            } else if others_may(&about) {
                open.push(entry.path().strip_prefix(&keys).unwrap_or(&entry.path()).display().to_string());
            }
        }
    }
    let closed = std::fs::metadata(&keys).is_ok_and(|about| !others_may(&about));
    open.sort();
    match (open.is_empty(), closed) {
        (true, true) => vec![finding("key files", Health::Well, "nobody else may read them")],
        (true, false) => vec![finding("key files", Health::Watch, "others may look into keys/: chmod 700 it")],
        // In a closed folder an open file is out of reach, and yet one `chmod` away.
        (false, closed) => {
            let health = if closed { Health::Watch } else { Health::Bad };
            vec![finding("key files", health, format!("chmod 600 these of keys/: {}", open.join(", ")))]
        }
    }
}

fn disk(data: &Path) -> Finding {
    let output = Command::new("df").arg("-Pk").arg(data).env("LC_ALL", "C").output();
    let free = output.ok().and_then(|output| {
        let text = String::from_utf8(output.stdout).ok()?;
        text.lines().nth(1)?.split_whitespace().nth(3)?.parse::<u64>().ok()
    });
    let Some(free) = free.map(|kib| kib / 1024) else {
        return finding("disk", Health::Watch, "`df` does not say how much is free");
    };
    let health = match free {
        ..FREE_MIB_BAD => Health::Bad,
        FREE_MIB_BAD..FREE_MIB_LOW => Health::Watch,
        _ => Health::Well,
    };
    finding("disk", health, format!("{free} MiB free"))
}

fn log(database: &Path) -> Finding {
    let mut path = database.as_os_str().to_owned();
    path.push("-wal");
    let bytes = std::fs::metadata(path).map_or(0, |about| about.len());
    if bytes > LOG_BYTES_LONG {
        finding(
            "log",
            Health::Watch,
            format!("{} MiB: a long read, such as a backup, keeps it from shrinking", bytes >> 20),
        )
    } else {
        finding("log", Health::Well, format!("{} KiB", bytes >> 10))
    }
}
