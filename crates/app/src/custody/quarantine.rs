//! A database that may lack what was already recorded takes nothing new until an operator says so.
//!
//! Beside the database, `DATA/ledger-head.json` names the newest entry of each ledger, and `DATA/ledger-checkpoints.json`
//! holds its newest signed head. A database that lacks one of them was put back to an earlier state: whom it would send
//! to whom might contradict what it no longer knows. Every session, token, unused invitation and lease ends, and nobody is sent
//! anything. When it is let go on, each ledger begins a new epoch under a new name and says, signed, how much of it is gone; and
//! those clients of which something is, and their rivals, stay shut to everybody until two persons said that what the gap lost is
//! entered again ([`super::gaps`]).

use super::{ledger::sequence::Checkpoints, local::everywhere};
use crate::{App, Error, releases::keys::replace};
use std::{io, path::PathBuf};
use vouchsafe_domain::time::Micros;
use vouchsafe_ledger::{
    act::Act,
    checkpoint::Checkpoint,
    entry::{Entry, LedgerOf},
    signing::Purpose,
};
use vouchsafe_store::{
    Error as StoreError,
    access::installation,
    custody::{
        clients,
        quarantine::{self, Ended, Heads, Quarantine},
        requests, sequence, walls,
    },
};

/// Longest reason for lifting one, in bytes.
const REASON_BYTES_MAX: usize = 2_000;

/// A ledger that begins a new epoch.
struct CutOff {
    ledger: String,
    /// The newest head that is known of it.
    known: Option<Checkpoint>,
    /// Whether it is known to lack entries.
    lacks: bool,
}

/// What is known of the newest entries.
pub enum Known {
    /// No file says anything.
    Nothing,
    /// The newest known entries.
    Heads(Heads),
    /// The file is there and says nothing that can be read.
    Unreadable,
}

impl App {
    fn known_file(&self) -> Result<PathBuf, Error> {
        Ok(self.data()?.join("ledger-head.json"))
    }

    fn checkpoint_file(&self) -> Result<PathBuf, Error> {
        Ok(self.data()?.join("ledger-checkpoints.json"))
    }

    /// The signed heads that the data folder knows; none when it knows nothing that can be read.
    pub fn known_checkpoints(&self) -> Result<Checkpoints, Error> {
        let text = std::fs::read(self.checkpoint_file()?).unwrap_or_default();
        Ok(serde_json::from_slice(&text).unwrap_or_default())
    }

    /// Keeps the newest signed heads, which are durable by now.
    pub fn remember_checkpoints(&self, checkpoints: &Checkpoints) -> Result<(), Error> {
        let path = self.checkpoint_file()?;
        let text = serde_json::to_vec(checkpoints).unwrap_or_default();
        Ok(replace(&path, &text).map_err(|error| StoreError::Io { what: path.display().to_string(), error })?)
    }

    /// What the data folder knows of the newest entries.
    pub fn known(&self) -> Result<Known, Error> {
        let path = self.known_file()?;
        match std::fs::read(&path) {
            Ok(text) => Ok(serde_json::from_slice(&text).map_or(Known::Unreadable, Known::Heads)),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Known::Nothing),
            Err(error) => Err(StoreError::Io { what: path.display().to_string(), error }.into()),
        }
    }

    /// The newest entries that can be read now. Durable a moment later: an embedded database shows a row while the
    /// disk still takes it.
    pub async fn newest(&self) -> Result<Heads, Error> {
        Ok(quarantine::heads(&mut self.store.read().await?).await?)
    }

    /// Keeps the newest entries, which are durable by now.
    pub fn remember(&self, heads: &Heads) -> Result<(), Error> {
        let path = self.known_file()?;
        let written = || -> io::Result<()> {
            let temporary = path.with_extension(format!("{}.tmp", std::process::id()));
            std::fs::write(&temporary, serde_json::to_vec(heads)?)?;
            std::fs::File::open(&temporary)?.sync_all()?;
            std::fs::rename(&temporary, &path)
        };
        Ok(written().map_err(|error| StoreError::Io { what: path.display().to_string(), error })?)
    }

    /// The quarantine in force, if there is one.
    pub async fn quarantine(&self) -> Result<Option<Quarantine>, Error> {
        Ok(quarantine::find(&mut self.store.read().await?).await?)
    }

    /// Compares the database with what is known of it, and begins a quarantine when it lacks something.
    pub async fn check_known(&self, nothing_known_is_bad: bool) -> Result<Option<Quarantine>, Error> {
        if let Some(found) = self.quarantine().await? {
            return Ok(Some(found));
        }
        let reason = match self.known()? {
            Known::Nothing if nothing_known_is_bad => {
                "nothing here says which entries the ledgers had, so what may be missing cannot be told".to_owned()
            }
            // A database whose entries were signed for does not come to a place that knows of none but from elsewhere: a
            // copy of yesterday, beside which the file was removed.
            Known::Nothing if !sequence::heads(&mut self.store.read().await?, Micros(-1)).await?.is_empty() => {
                "ledger-head.json is not there, though entries of this database were signed for, so what may be missing \
                 cannot be told"
                    .to_owned()
            }
            Known::Nothing => {
                // From here on the file is there before anything is signed.
                self.remember(&Heads::default())?;
                return Ok(None);
            }
            Known::Unreadable => "ledger-head.json, which names the newest known entries, cannot be read".to_owned(),
            Known::Heads(known) => {
                let missing = quarantine::missing(&mut self.store.read().await?, &known).await?;
                let behind = self.not_continued(&self.known_checkpoints()?).await?;
                if missing.is_empty() && behind.is_empty() {
                    return Ok(None);
                }
                if missing.is_empty() {
                    let behind = behind.len();
                    let why =
                        format!("the trees of {behind} ledgers do not continue the newest heads that were signed");
                    return self.begin_quarantine(why).await.map(Some);
                }
                format!(
                    "the newest known entries of {} of {} ledgers are missing: this database is older than what was \
                     already recorded",
                    missing.len(),
                    known.len()
                )
            }
        };
        self.begin_quarantine(reason).await.map(Some)
    }

    async fn begin_quarantine(&self, reason: String) -> Result<Quarantine, Error> {
        let (id, now) = (self.id().to_string(), self.now());
        let entries = everywhere(self, Act::QuarantineBegan).await?;
        let mut tx = self.store.write("quarantine").await?;
        quarantine::begin(&mut tx, &id, &reason, now).await?;
        // Looking at a task is no change, and would be let through: whoever is let in as of the backup, by whatever was
        // revoked since, is sent nothing from now on.
        for client in clients::ids(&mut tx).await? {
            clients::open_gap(&mut tx, client, now).await?;
        }
        walls::touch_all(&mut tx).await?;
        let all = quarantine::end_all(&mut tx, now).await?;
        let entries = entries.into_iter().map(|entry| entry.because("reason", reason.clone()));
        tx.commit(said_ended(entries.collect(), all)).await?;
        self.forget_all_sessions();
        Ok(Quarantine { id, reason, began_at: now })
    }

    /// The ledgers that begin a new epoch, with the newest head that is known of each: those that are known to lack entries, or
    /// (nothing being known) all; and then every other one, since one database is one state, and what was signed in the last seconds
    /// before it was lost nobody had noted yet.
    async fn cut_off(&self) -> Result<Vec<CutOff>, Error> {
        let (known, mut on) = (self.known_checkpoints()?, self.store.read().await?);
        let all: Vec<String> = sequence::heads(&mut on, Micros(-1)).await?.into_iter().map(|head| head.0).collect();
        let missing = match self.known()? {
            Known::Heads(heads) => quarantine::missing(&mut on, &heads).await?,
            Known::Nothing | Known::Unreadable => all.clone(),
        };
        drop(on);
        let lacking = |(ledger, known)| CutOff { ledger, known: Some(known), lacks: true };
        let mut cut: Vec<CutOff> = self.not_continued(&known).await?.into_iter().map(lacking).collect();
        for ledger in missing.iter().chain(&all) {
            if !cut.iter().any(|other| other.ledger == *ledger) {
                let note = known.get(ledger).and_then(|note| note.parse().ok());
                let head = note.and_then(|note: vouchsafe_ledger::note::Note| Checkpoint::from_text(&note.text).ok());
                cut.push(CutOff { ledger: ledger.clone(), known: head, lacks: missing.contains(ledger) });
            }
        }
        Ok(cut)
    }

    /// Lets the database take new work again. Every ledger says that it may lack entries, and why that was accepted, and
    /// begins a new epoch. Every session, token, unused invitation and lease ends.
    pub async fn lift_quarantine(&self, reason: &str) -> Result<(), Error> {
        if reason.trim().is_empty() || reason.len() > REASON_BYTES_MAX {
            return Err(Error::invalid("/reason", format!("must have 1 to {REASON_BYTES_MAX} bytes")));
        }
        let entries = everywhere(self, Act::QuarantineLifted).await?;
        let (cut, key, now) = (self.cut_off().await?, self.signing_key(Purpose::Checkpoint).await?, self.now());
        let began = self.quarantine().await?.map(|quarantine| quarantine.began_at);
        let mut tx = self.store.write("lift_quarantine").await?;
        if quarantine::lift(&mut tx, now).await? == 0 {
            return Err(Error::state("no_quarantine", "there is no quarantine to lift"));
        }
        let mut entries: Vec<Entry> = entries.into_iter().map(|entry| entry.because("reason", reason)).collect();
        // Conflicts, ties and walls lie in the installation's ledger: what of them is gone may concern any client.
        let lacks = |of: &str| cut.iter().any(|cut| cut.lacks && cut.ledger == of);
        let lost_everywhere = lacks(LedgerOf::Installation.name());
        if lost_everywhere {
            installation::lost(&mut tx, now).await?;
        }
        requests::drop_to_close(&mut tx).await?;
        for client in clients::all(&mut self.store.read().await?).await? {
            let lost = lost_everywhere || lacks(&client.id.to_string());
            clients::settle_gap(&mut tx, client.id, began, lost.then_some(now)).await?;
        }
        walls::touch_all(&mut tx).await?;
        for CutOff { ledger, known, .. } in cut {
            let Some(epoch) = sequence::begin_epoch(&mut tx, &ledger, known.as_ref(), &key, now).await? else {
                continue;
            };
            let of =
                if ledger == LedgerOf::Installation.name() { LedgerOf::Installation } else { LedgerOf::Client(ledger) };
            let said = Entry::new(of, Act::EpochBegan, now.0).of("epoch", epoch.number).of("lost", epoch.lost());
            entries.push(said.of("kept", epoch.kept.size).of("known", epoch.known.map(|known| known.size)));
        }
        let all = quarantine::end_all(&mut tx, now).await?;
        tx.commit(said_ended(entries, all)).await?;
        self.forget_all_sessions();
        self.remember_checkpoints(&self.checkpoints().await?)?;
        let heads = self.newest().await?;
        self.remember(&heads)
    }

    /// Keeps beside the database what its newest entries and heads are, once they are on the disk. For a server that ends: what
    /// was signed in its last seconds may have been served.
    pub async fn remember_all(&self) -> Result<(), Error> {
        let (newest, signed) = (self.newest().await?, self.checkpoints().await?);
        self.store.write("remember").await?.abandon().await?;
        if !newest.is_empty() {
            self.remember(&newest)?;
        }
        if !signed.is_empty() {
            self.remember_checkpoints(&signed)?;
        }
        Ok(())
    }

    /// Records that the database came out of a backup.
    pub async fn restored(&self, version: &str, backup_at_us: i64) -> Result<(), Error> {
        let entries = everywhere(self, Act::BackupRestored).await?;
        let tx = self.store.write("restored").await?;
        tx.commit(entries.into_iter().map(|e| e.of("version", version).of("backup_at_us", backup_at_us))).await?;
        Ok(())
    }
}

/// Says in the installation's ledger how much was ended.
fn said_ended(mut entries: Vec<Entry>, all: Ended) -> Vec<Entry> {
    if let Some(entry) = entries.iter_mut().find(|entry| entry.ledger == LedgerOf::Installation) {
        let said = entry.clone().because("sessions_ended", all.sessions).because("leases_ended", all.leases);
        *entry = said.because("tokens_revoked", all.tokens).because("invitations_revoked", all.invitations);
    }
    entries
}
