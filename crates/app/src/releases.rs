//! Deliveries: ordered, built from a snapshot into sealed files, signed, approved by two, fetched.
//!
//! ```text
//! order -> building -> built -> approved -> delivered
//!              \-> failed
//! ```

pub mod approve;
pub mod build;
pub mod deliver;
pub mod files;
pub mod find;
pub(crate) mod folder;
pub mod keys;
pub mod order;
pub(crate) mod pipeline;
mod rows;
mod seen;

use crate::{Asker, Error, custody::absent};
use serde::{Deserialize, Serialize};
use vouchsafe_domain::{access::role::Role, custody::gate::Need, ids::ReleaseId, releases::State};
use vouchsafe_formats::releases::{Manifest, Options};
use vouchsafe_ledger::{act::Act, entry::Entry};
use vouchsafe_store::{Tx, custody::clearance::Clearance, releases::orders};

/// A release as it lies sealed in its row.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct StoredRelease {
    /// What the client calls it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) name: Option<String>,
    /// Names of formats.
    pub(crate) formats: Vec<String>,
    /// How they are written.
    pub(crate) options: Options,
    /// Once built.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) manifest: Option<Manifest>,
    /// Once built: every file, the manifest and its signature too.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) files: Vec<StoredFile>,
}

/// A file of a release: its plain size and hash.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct StoredFile {
    pub(crate) path: String,
    pub(crate) bytes: u64,
    pub(crate) sha256: String,
}

/// What a role asks the gate for when it looks at a release. Custodians see states and counts, nothing the client
/// wrote.
fn need_of(role: Role) -> Need {
    match role {
        Role::Operator => Need::Operate,
        Role::Custodian => Need::Custody,
        Role::Observer | Role::Reviewer | Role::Expert | Role::Admin => Need::Observe,
    }
}

/// A release that this member may know of, locked, with what the gate gave.
async fn enter<'tx>(
    tx: &mut Tx,
    asker: &Asker,
    release: ReleaseId,
    need: Need,
) -> Result<(orders::Found, Clearance<'tx>), Error> {
    let found = absent::found(orders::get(tx, release).await?, tx, asker).await?;
    let clearance = vouchsafe_store::custody::clearance::clear(tx, asker, found.client, need, true).await?;
    Ok((found, clearance))
}

/// An entry about a release.
fn entry(clearance: &Clearance<'_>, act: Act, found: &orders::Found, now: vouchsafe_domain::time::Micros) -> Entry {
    clearance
        .entry(act, now)
        .of("release", found.id.to_string())
        .of("project", found.project.to_string())
        .of("version", found.version)
}

/// It stands elsewhere than the act needs.
fn not_in(state: State, act: &str) -> Error {
    let (slug, detail) = match state {
        State::Building => ("release_building", "it is still being built; look again in a while"),
        State::Built => ("release_not_approved", "it has not been approved by two persons yet"),
        State::Approved => ("release_not_delivered", "it is approved but was not delivered yet"),
        State::Delivered => ("release_delivered", "it was delivered already"),
        State::Failed => ("release_failed", "its build failed; order another"),
    };
    Error::state(slug, format!("this release cannot be {act}: {detail}"))
}
