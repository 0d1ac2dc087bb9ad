//! A client leaves with all that is its own: ordered by its own people, built into sealed files, approved by two, fetched.
//!
//! ```text
//! order -> building -> built -> approved      built, approved -> ended: taken back, or 30 days over
//!              \-> failed
//! ```
//!
//! Nobody of the vendor is needed: its custodian or its observers order and approve, and an observer fetches. What can be
//! read in bulk is what two persons approved, or the client's standing rule, as with a release.

pub mod build;
pub mod files;

use super::keepers_only;
use crate::{App, Asker, Error, custody::absent, releases::StoredFile, work::stored::json};
use serde::{Deserialize, Serialize};
use std::path::PathBuf;
use vouchsafe_domain::{
    custody::{
        departure::{FETCHED_FOR_US, State, after_approvals},
        gate::Need,
    },
    ids::{ClientId, DepartureId},
    releases::APPROVALS_NEEDED,
    time::Micros,
};
use vouchsafe_formats::custody::departures::Manifest;
use vouchsafe_ledger::{act::Act, entry::Entry};
use vouchsafe_store::{
    Tx,
    custody::{
        clearance::{Clearance, clear},
        departures::{self as rows, Found},
    },
};

/// A departure as it lies sealed in its row.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(crate) struct StoredDeparture {
    /// Once built.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) manifest: Option<Manifest>,
    /// Once built: every file, the manifest and its signature too.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) files: Vec<StoredFile>,
}

/// A departure as it is shown. Times are RFC 3339.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct DepartureSent {
    /// Its id.
    pub id: String,
    /// Its client.
    pub client: String,
    /// `building`, `built`, `approved`, `failed` or `ended`.
    pub state: &'static str,
    /// Tasks in it; so far, while it is built.
    pub tasks: Option<i64>,
    /// Size of all files together, once built; the ledger comes on top.
    pub bytes: Option<i64>,
    /// Who ordered it.
    pub ordered_by: String,
    /// When.
    pub ordered_at: String,
    /// When its folder was whole.
    pub built_at: Option<String>,
    /// Until when it may be approved and fetched.
    pub until: Option<String>,
    /// When it failed, was taken back or was over.
    pub ended_at: Option<String>,
    /// Why it failed: `disk_full`, `disk_failed`, `key_withdrawn`, `unreadable`, `broken_off` or `failed`.
    pub failure: Option<String>,
    /// The same in words, with what to do.
    pub failure_detail: Option<&'static str>,
    /// How many persons approved it.
    pub approvals: usize,
    /// How many must; none where the client has a standing rule.
    pub approvals_needed: usize,
    /// Whether the caller's person is among them.
    pub approved_by_me: bool,
    /// SHA-256 of its manifest, in hex: what an approval names.
    pub manifest_sha256: Option<String>,
    /// Once built, its files.
    pub files: Option<Vec<DepartureFile>>,
}

/// A file of a departure. The names tell nothing that the client wrote.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct DepartureFile {
    /// Below the folder: `tasks.jsonl`.
    pub path: String,
    /// Its size.
    pub bytes: u64,
    /// Its SHA-256, in hex.
    pub sha256: String,
}

impl App {
    /// Orders a departure. Refused while another one of the client is not over. The build follows.
    pub async fn order_departure(&self, asker: &Asker, client: ClientId) -> Result<DepartureId, Error> {
        keepers_only(asker)?;
        let now = self.now();
        let mut tx = self.store.write("order_departure").await?;
        let clearance = clear(&mut tx, asker, client, Need::Custody, true).await?;
        let body = serde_json::to_vec(&StoredDeparture::default()).map_err(|e| Error::invalid("", e.to_string()))?;
        let id = DepartureId(self.id());
        if !rows::insert(&mut tx, &clearance, id, &body, asker.member, now).await? {
            return Err(Error::state(
                "departure_open",
                "this client has a departure that is not over; go on with that one",
            ));
        }
        tx.commit([clearance.entry(Act::DepartureOrdered, now).of("departure", id.to_string())]).await?;
        Ok(id)
    }

    /// The departures of a client, newest first, without their files.
    pub async fn list_departures(&self, asker: &Asker, client: ClientId) -> Result<Vec<DepartureSent>, Error> {
        keepers_only(asker)?;
        let mut tx = self.store.write("list_departures").await?;
        let _in = clear(&mut tx, asker, client, Need::Custody, true).await?;
        let mut shown = Vec::new();
        for found in rows::of_client(&mut tx, client).await? {
            shown.push(show(&mut tx, asker, found, None).await?);
        }
        tx.abandon().await?;
        Ok(shown)
    }

    /// One departure. Its files are named, none is opened.
    pub async fn departure(&self, asker: &Asker, id: DepartureId) -> Result<DepartureSent, Error> {
        let mut tx = self.store.write("departure").await?;
        let (found, clearance) = enter(&mut tx, asker, id, Need::Custody).await?;
        let stored = json(&found.peek(&tx, &clearance)?)?;
        let shown = show(&mut tx, asker, found, Some(&stored)).await?;
        tx.abandon().await?;
        Ok(shown)
    }

    /// One person approves a built departure. The same person does not count twice, whatever account he uses.
    pub async fn approve_departure(&self, asker: &Asker, id: DepartureId) -> Result<DepartureSent, Error> {
        let now = self.now();
        let mut tx = self.store.write("approve_departure").await?;
        let (mut found, clearance) = enter(&mut tx, asker, id, Need::Custody).await?;
        if found.state != State::Built || is_over(&found, now) {
            return Err(not_in(&found, now, "approved"));
        }
        if !rows::approve(&mut tx, id, asker.person, asker.member, now).await? {
            return Err(Error::state(
                "already_approved",
                "you approved this departure before; a second person has to approve it too",
            ));
        }
        let count = rows::approvals(&mut tx, id).await?.len();
        let state = after_approvals(count, false);
        if state != State::Built && !rows::move_on(&mut tx, id, State::Built, state, now).await? {
            return Err(Error::Store(vouchsafe_store::Error::Conflict));
        }
        found.state = state;
        // What was approved is named, so that it cannot be another folder later.
        let stored: StoredDeparture = json(&found.peek(&tx, &clearance)?)?;
        let entry = entry(&clearance, Act::DepartureApproved, id, now)
            .because("approvals", count)
            .of("manifest_sha256", stored.manifest_sha256());
        let shown = show(&mut tx, asker, found, Some(&stored)).await?;
        tx.commit([entry]).await?;
        Ok(shown)
    }

    /// Takes a departure back: it is fetched no more, and its folder is removed.
    pub async fn end_departure(&self, asker: &Asker, id: DepartureId) -> Result<(), Error> {
        let now = self.now();
        let mut tx = self.store.write("end_departure").await?;
        let (found, clearance) = enter(&mut tx, asker, id, Need::Custody).await?;
        if !found.state.is_live() {
            return Err(not_in(&found, now, "taken back"));
        }
        if !rows::move_on(&mut tx, id, found.state, State::Ended, now).await? {
            return Err(Error::Store(vouchsafe_store::Error::Conflict));
        }
        tx.commit([entry(&clearance, Act::DepartureEnded, id, now).because("reason", "taken_back")]).await?;
        self.remove_departure(id)
    }

    /// The folder that all departures lie in.
    fn departures_folder(&self) -> Result<PathBuf, Error> {
        Ok(self.data()?.join("departures"))
    }

    fn remove_departure(&self, id: DepartureId) -> Result<(), Error> {
        match std::fs::remove_dir_all(self.departures_folder()?.join(id.to_string())) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                Err(crate::releases::build::io_failed("the folder of a departure", error))
            }
            _ => Ok(()),
        }
    }
}

impl StoredDeparture {
    fn manifest_sha256(&self) -> Option<String> {
        self.files.iter().find(|file| file.path == "manifest.json").map(|file| file.sha256.clone())
    }
}

/// A departure that this member may know of, locked, with what the gate gave.
async fn enter<'tx>(tx: &mut Tx, asker: &Asker, id: DepartureId, need: Need) -> Result<(Found, Clearance<'tx>), Error> {
    let found = absent::found(rows::get(tx, id).await?, tx, asker).await?;
    let clearance = clear(tx, asker, found.client, need, true).await?;
    keepers_only(asker)?;
    Ok((found, clearance))
}

fn entry(clearance: &Clearance<'_>, act: Act, id: DepartureId, now: Micros) -> Entry {
    clearance.entry(act, now).of("departure", id.to_string())
}

fn until(found: &Found) -> Option<Micros> {
    found.built_at.map(|at| at.plus(FETCHED_FOR_US))
}

fn is_over(found: &Found, now: Micros) -> bool {
    until(found).is_some_and(|until| until <= now)
}

/// It stands elsewhere than the act needs.
fn not_in(found: &Found, now: Micros, act: &str) -> Error {
    let (slug, detail) = match found.state {
        State::Ended => ("departure_ended", "it was taken back, or its time is over; order another"),
        _ if is_over(found, now) => ("departure_ended", "its time is over; order another"),
        State::Building => ("departure_building", "it is still being built; look again in a while"),
        State::Built => ("departure_not_approved", "it has not been approved by two persons yet"),
        State::Approved => ("departure_approved", "it was approved already"),
        State::Failed => ("departure_failed", "its build failed; order another"),
    };
    Error::state(slug, format!("this departure cannot be {act}: {detail}"))
}

async fn show(
    tx: &mut Tx,
    asker: &Asker,
    found: Found,
    stored: Option<&StoredDeparture>,
) -> Result<DepartureSent, Error> {
    let approvals = rows::approvals(tx, found.id).await?;
    let time = |at: Micros| at.to_string();
    let file =
        |file: &StoredFile| DepartureFile { path: file.path.clone(), bytes: file.bytes, sha256: file.sha256.clone() };
    let whole = stored.filter(|stored| stored.manifest.is_some());
    Ok(DepartureSent {
        id: found.id.to_string(),
        client: found.client.to_string(),
        state: found.state.word(),
        tasks: found.tasks,
        bytes: found.bytes,
        ordered_by: found.ordered_by.to_string(),
        ordered_at: found.ordered_at.to_string(),
        built_at: found.built_at.map(time),
        until: until(&found).map(time),
        ended_at: found.ended_at.map(time),
        failure_detail: found.failure.as_deref().map(in_words),
        failure: found.failure,
        approvals: approvals.len(),
        approvals_needed: APPROVALS_NEEDED,
        approved_by_me: approvals.iter().any(|approval| approval.person == asker.person),
        manifest_sha256: whole.and_then(StoredDeparture::manifest_sha256),
        files: whole.map(|stored| stored.files.iter().map(file).collect()),
    })
}

fn in_words(failure: &str) -> &'static str {
    match failure {
        "disk_full" => "the server's disk is full; make room and order again",
        "disk_failed" => "the server could not write the folder; its log says why",
        "key_withdrawn" => "the client's key was not available; order again once it is back",
        "unreadable" => "a row could not be opened; the server's log names its table",
        "broken_off" => "the build was broken off again and again; the server's log says why",
        _ => "the build failed; the server's log says why",
    }
}
