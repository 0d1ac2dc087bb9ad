//! What of outside logs may be looked at: nothing, until it was declared which, how the staff was told and for how long findings are
//! kept.

use super::{of_installation, reason};
use crate::{App, Asker, Error, access::entry};
use serde::{Deserialize, Serialize};
use vouchsafe_domain::time::Micros;
use vouchsafe_ledger::act::Act;
use vouchsafe_store::custody::{
    clearance::by,
    outside, outside_facts as facts,
    watched::{self, Declared},
};

/// Most days that findings may be kept.
const RETENTION_DAYS_MAX: i64 = 400;

/// What of outside logs may be looked at.
#[derive(Debug, Clone, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Declaration {
    /// Which logs, and whose.
    pub scope: String,
    /// How the staff was told.
    pub notice: String,
    /// When it was told, RFC 3339.
    pub told_at: String,
    /// For how many days findings are kept: 1 to 400.
    pub retention_days: i64,
    /// Domains that count as inside; each actor's own when empty.
    #[serde(default)]
    pub domains: Vec<String>,
}

impl App {
    /// What is declared now.
    pub async fn declaration(&self, asker: &Asker) -> Result<Option<Declaration>, Error> {
        let mut tx = self.store.write("declaration").await?;
        of_installation(&mut tx, asker).await?;
        let found = watched::declared(&mut tx).await?;
        tx.abandon().await?;
        Ok(found.and_then(|found| serde_json::from_str(&found.body).ok()))
    }

    /// Declares what may be looked at, or (without anything) switches reading outside logs off.
    pub async fn declare_watch(&self, asker: &Asker, new: Option<&Declaration>) -> Result<(), Error> {
        let now = self.now();
        let declared = new.map(|new| check(new, asker, now)).transpose()?;
        // Logs and facts that come meanwhile have their turn before or after: nothing of them outlives a declaration.
        let _turn = self.outside.lock().await;
        let mut tx = self.store.write("declare_watch").await?;
        of_installation(&mut tx, asker).await?;
        watched::declare(&mut tx, &self.id().to_string(), declared.as_ref(), now).await?;
        if new.is_none() {
            outside::forget(&mut tx).await?;
            facts::forget(&mut tx).await?;
        }
        let entry = by(entry(self, Act::WatchDeclared), asker);
        tx.commit([entry.because("on", new.is_some()).because("retention_days", new.map(|new| new.retention_days))])
            .await?;
        Ok(())
    }
}

fn check(new: &Declaration, asker: &Asker, now: Micros) -> Result<Declared, Error> {
    for (path, text) in [("/scope", &new.scope), ("/notice", &new.notice)] {
        reason(text).map_err(|_| Error::invalid(path, "must have 1 to 4000 bytes"))?;
    }
    if !(1..=RETENTION_DAYS_MAX).contains(&new.retention_days) {
        return Err(Error::invalid("/retention_days", format!("must be 1 to {RETENTION_DAYS_MAX}")));
    }
    let told = vouchsafe_watch::read::times::micros(&new.told_at).map(Micros);
    let Some(told_at) = told.filter(|told| *told <= now) else {
        return Err(Error::invalid("/told_at", "must be a moment that has passed, such as 2026-01-05T09:00:00Z"));
    };
    Ok(Declared {
        body: serde_json::to_string(new).unwrap_or_default(),
        told_at,
        retention_days: new.retention_days,
        set_by: asker.member,
        set_at: now,
    })
}

/// What a declaration says.
pub(super) fn said(declared: &Declared) -> Option<Declaration> {
    serde_json::from_str(&declared.body).ok()
}

/// The error of whatever needs a declaration where there is none.
pub(super) fn off() -> Error {
    Error::state(
        "not_declared",
        "outside logs are not read until scope, notice to the staff and retention are declared",
    )
}
