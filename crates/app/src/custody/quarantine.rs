//! A database that may lack what was already recorded takes nothing new until an operator says so.
//!
//! What lies beside it ([`super::beside`]) tells what it had. A database that lacks some of that was put back to an earlier
//! state: whom it would send to whom might contradict what it no longer knows. Every session, token, unused invitation and lease
//! ends, and nobody is sent anything. When it is let go on, each ledger begins a new epoch under a new name and says, signed, how
//! much of it is gone; and those clients of which something is, and their rivals, stay shut to everybody until two persons said
//! that what the gap lost is entered again ([`super::gaps`]).
//!
//! What is noted beside it is some seconds old. So a backup that is restored after a server which was not told to stop may lack
//! what nobody noted, and every client has a gap then.

use super::{beside::Known, local::everywhere};
use crate::{App, Error, access::new_secret};
use vouchsafe_domain::time::Micros;
use vouchsafe_ledger::{
    act::Act,
    checkpoint::Checkpoint,
    entry::{Entry, LedgerOf},
    note::Note,
    signing::Purpose,
};
use vouchsafe_store::{
    access::installation,
    custody::{
        clients,
        epochs::{self, Beside},
        quarantine::{self, Ended, Heads, Quarantine},
        requests, sequence, walls,
    },
};

/// Longest reason for lifting one, in bytes.
const REASON_BYTES_MAX: usize = 2_000;

/// A ledger that begins a new epoch.
struct CutOff {
    ledger: String,
    /// What is known of it.
    beside: Beside,
    /// Whether it lacks entries, or may.
    lacks: bool,
}

impl App {
    /// The quarantine in force, if there is one.
    pub async fn quarantine(&self) -> Result<Option<Quarantine>, Error> {
        Ok(quarantine::find(&mut self.store.read().await?).await?)
    }

    /// Compares the database with what is known of it, and begins a quarantine when it lacks something. `restored`: it came out
    /// of a backup just now, so it may also lack what nobody noted.
    pub async fn check_known(&self, restored: bool) -> Result<Option<Quarantine>, Error> {
        if let Some(found) = self.quarantine().await? {
            return Ok(Some(found));
        }
        let unsure = restored && !self.stopped_in_order()?;
        let reason = match self.known()? {
            Known::Nothing if restored => {
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
                let missing = quarantine::missing(&mut self.store.read().await?, &known).await?.len();
                let behind = self.not_continued(&self.known_checkpoints()?).await?.len();
                match (missing, behind) {
                    (0, 0) if unsure => {
                        "the server that noted the newest known entries was not told to stop: what it recorded in its last \
                         seconds may be missing"
                            .to_owned()
                    }
                    (0, 0) => {
                        self.remember_epochs().await?;
                        return Ok(None);
                    }
                    (0, behind) => {
                        format!("the trees of {behind} ledgers do not continue the newest heads that were signed")
                    }
                    (missing, _) => format!(
                        "the newest known entries of {missing} of {} ledgers are missing: this database is older than what \
                         was already recorded",
                        known.len()
                    ),
                }
            }
        };
        self.begin_quarantine(reason, unsure).await.map(Some)
    }

    async fn begin_quarantine(&self, reason: String, unsure: bool) -> Result<Quarantine, Error> {
        let (id, now) = (self.id().to_string(), self.now());
        let entries = everywhere(self, Act::QuarantineBegan).await?;
        let began = Quarantine { id, reason, began_at: now, unsure };
        let mut tx = self.store.write("quarantine").await?;
        quarantine::begin(&mut tx, &began).await?;
        // Looking at a task is no change, and would be let through: whoever is let in as of the backup, by whatever was
        // revoked since, is sent nothing from now on.
        for client in clients::ids(&mut tx).await? {
            clients::open_gap(&mut tx, client, now).await?;
        }
        walls::touch_all(&mut tx).await?;
        let all = quarantine::end_all(&mut tx, now).await?;
        let entries = entries.into_iter().map(|entry| entry.because("reason", began.reason.clone()));
        tx.commit(said_ended(entries.collect(), all)).await?;
        self.forget_all_sessions();
        Ok(began)
    }

    /// The ledgers that begin a new epoch, with what is known of each: those that are known to lack entries, or (nothing being
    /// known, or not surely) all; and then every other one, since one database is one state, and what was signed in the last seconds
    /// before it was lost nobody had noted yet.
    async fn cut_off(&self, unsure: bool) -> Result<Vec<CutOff>, Error> {
        let (known, notes, mut on) = (self.known_checkpoints()?, self.known_epochs()?, self.store.read().await?);
        let all: Vec<String> = sequence::heads(&mut on, Micros(-1)).await?.into_iter().map(|head| head.0).collect();
        let missing = match self.known()? {
            Known::Heads(heads) if !unsure => quarantine::missing(&mut on, &heads).await?,
            _ => all.clone(),
        };
        drop(on);
        let behind = self.not_continued(&known).await?;
        let mut cut: Vec<CutOff> = Vec::new();
        for ledger in behind.iter().map(|(ledger, _)| ledger).chain(&missing).chain(&all) {
            if cut.iter().any(|other| other.ledger == *ledger) {
                continue;
            }
            let note = known.get(ledger).and_then(|note| note.parse().ok());
            let head = note.and_then(|note: Note| Checkpoint::from_text(&note.text).ok());
            let is_behind = behind.iter().any(|(other, _)| other == ledger);
            let epochs = notes.get(ledger).into_iter().flatten().filter_map(|note| note.parse().ok()).collect();
            let beside = Beside { known: head, holds_known: !is_behind, epochs };
            cut.push(CutOff { ledger: ledger.clone(), beside, lacks: is_behind || missing.contains(ledger) });
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
        let quarantine = self.quarantine().await?;
        let (since, unsure) = quarantine.map_or((None, false), |found| (Some(found.began_at), found.unsure));
        let (cut, key, now) = (self.cut_off(unsure).await?, self.signing_key(Purpose::Checkpoint).await?, self.now());
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
            clients::settle_gap(&mut tx, client.id, since, lost.then_some(now)).await?;
        }
        walls::touch_all(&mut tx).await?;
        for CutOff { ledger, beside, .. } in cut {
            let Some(begun) = epochs::begin(&mut tx, &ledger, &beside, &new_secret(), &key, now).await? else {
                continue;
            };
            let epoch = begun.epoch;
            let of =
                if ledger == LedgerOf::Installation.name() { LedgerOf::Installation } else { LedgerOf::Client(ledger) };
            let said = Entry::new(of, Act::EpochBegan, now.0).of("epoch", epoch.number).of("lost", begun.lost);
            entries.push(said.of("kept", epoch.kept.size).of("known", epoch.known.map(|known| known.size)));
        }
        let all = quarantine::end_all(&mut tx, now).await?;
        tx.commit(said_ended(entries, all)).await?;
        self.forget_all_sessions();
        self.remember_all().await
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
