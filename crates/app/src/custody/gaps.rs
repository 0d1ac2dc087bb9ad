//! After entries were lost: who was sent what in the gap, entered by hand.
//!
//! As long as a client has a gap, anybody may have been sent its content: its rivals are shut to everybody. A custodian
//! enters again what is known of the time (conflicts, ties and walls by their own routes, exposures here) and closes it.

use super::late::{end_shut_leases, of_installation, reason, said_to};
use crate::{App, Asker, Error};
use serde::Deserialize;
use vouchsafe_domain::{
    ids::{ClientId, MemberId},
    time::Micros,
};
use vouchsafe_ledger::act::Act;
use vouchsafe_store::{
    access::members,
    custody::{clients, conflicts, exposures, walls},
};

/// Most exposures that are entered at once.
const EXPOSURES_MAX: usize = 1_000;

/// What is known of the gap.
#[derive(Debug, Clone, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct GapClosing {
    /// Who was sent something of the client in it, as far as the client and others know.
    #[serde(default)]
    pub exposures: Vec<ExposureEntered>,
    /// From what that is known.
    pub reason: String,
}

/// One who was sent something.
#[derive(Debug, Clone, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ExposureEntered {
    /// An account of his.
    #[schema(value_type = String)]
    pub member: MemberId,
    /// No later than when for the last time, RFC 3339.
    pub last_at: String,
}

impl App {
    /// Enters what is known of a client's gap and closes it.
    pub async fn close_gap(&self, asker: &Asker, client: ClientId, closing: &GapClosing) -> Result<(), Error> {
        let (why, now) = (reason("/reason", &closing.reason)?, self.now());
        if closing.exposures.len() > EXPOSURES_MAX {
            return Err(Error::invalid("/exposures", format!("must have at most {EXPOSURES_MAX}")));
        }
        let mut tx = self.store.write("close_gap").await?;
        of_installation(&mut tx, asker).await?;
        clients::get(&mut tx, client).await?.ok_or(Error::NotFound)?;
        // The graph before the persons, as whoever changes it does.
        conflicts::change_graph(&mut tx).await?;
        if !clients::close_gap(&mut tx, client).await? {
            return Err(Error::state("no_gap", "nothing of this client's ledger is known to be lost"));
        }
        let (mut entries, mut persons) = (Vec::new(), Vec::new());
        for (i, entered) in closing.exposures.iter().enumerate() {
            let bad = || Error::invalid(format!("/exposures/{i}/last_at"), "is no time that has been, as RFC 3339");
            let last_at: Micros = entered.last_at.parse().map_err(|_| bad())?;
            if last_at > now {
                return Err(bad());
            }
            let person = members::get(&mut tx, entered.member).await?.ok_or(Error::NotFound)?.person;
            exposures::enter(&mut tx, person, client, last_at).await?;
            let said = said_to(self, client, Act::ExposureEntered, asker).because("reason", why);
            entries.push(said.of("person", person.to_string()).of("last_at_us", last_at.0));
            persons.push(person);
        }
        walls::touch_all(&mut tx).await?;
        for person in persons {
            entries.extend(end_shut_leases(self, &mut tx, person).await?);
        }
        let count = i64::try_from(closing.exposures.len()).unwrap_or(i64::MAX);
        let said = said_to(self, client, Act::GapClosed, asker).because("reason", why);
        entries.push(said.of("client", client.to_string()).of("exposures", count));
        tx.commit(entries).await?;
        Ok(())
    }
}
