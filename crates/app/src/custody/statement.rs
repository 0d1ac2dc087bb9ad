//! What somebody who leaves is asked to return or destroy: whose data he was sent, when and how often, and the inventory of
//! each, as its ledger has it.

use super::{
    late::of_installation,
    ledger::{inventory::Whose, lost::Lost},
};
use crate::{App, Asker, Error};
use serde::Serialize;
use vouchsafe_domain::ids::{ClientId, MemberId};
use vouchsafe_store::{
    access::members,
    custody::{
        exposures,
        ledger::Kind,
        organisations::{self, Kind as OrganisationKind},
    },
};

/// A statement to be signed by who leaves.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct Statement {
    /// His name.
    pub name: String,
    /// His last day, RFC 3339; null when none is recorded.
    pub last_day: Option<String>,
    /// When this was made, RFC 3339.
    pub made_at: String,
    /// By client, first sent first.
    pub clients: Vec<StatementClient>,
    /// What he signs.
    pub words: String,
}

/// What he was sent of one client.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct StatementClient {
    /// The client.
    pub client: String,
    /// Its code name.
    pub code_name: String,
    /// How its ledger calls him.
    pub person: String,
    /// First sent, RFC 3339.
    pub first_at: String,
    /// Last sent no later than this, to the hour.
    pub last_at: String,
    /// How often content was sent.
    pub sent: u64,
    /// How often content that had been sent ahead was shown.
    pub opened: u64,
    /// Of which times entries of its ledger are lost: what was sent in them is not known, but for what was entered again.
    pub unknown: Vec<Lost>,
    /// The head of the ledger that this is taken from, signed.
    pub checkpoint: String,
    /// Where the inventory lies, row by row, as CSV.
    pub inventory: String,
}

/// What is signed.
const WORDS: &str = "I was sent the content listed here, and in the inventories attached, in confidence. I have returned or \
    destroyed every copy of it that I had, on paper, on devices and in services, whether whole, in part or in notes. I keep \
    none, I have given none to others, and what I remember of it I do not use or pass on.";

impl App {
    /// The statement of the person behind an account, for a custodian of the installation. That each ledger was read for it
    /// is an entry of that ledger.
    pub async fn return_statement(&self, asker: &Asker, member: MemberId) -> Result<Statement, Error> {
        let hidden = self.hidden(asker).await?;
        let mut tx = self.store.write("return_statement").await?;
        of_installation(&mut tx, asker).await?;
        let found = hidden.known(&mut tx, asker, member).await?;
        let organisations = organisations::list(&mut tx).await?;
        let seen = exposures::of_person(&mut tx, found.person).await?;
        let last_day = members::last_day(&mut tx, found.person).await?;
        tx.abandon().await?;
        let now = self.now();
        let mut clients = Vec::with_capacity(seen.len());
        for exposed in seen.into_iter().filter(|exposed| !hidden.client(exposed.client)) {
            let client = exposed.client.to_string();
            let named = |o: &&organisations::Organisation| {
                o.kind == OrganisationKind::Client && ClientId(o.id.0) == exposed.client
            };
            let whose = Whose::Member(member);
            let all = self.retry(|| self.inventory(asker, &client, &whose, Kind::Sent, (0, 1))).await?;
            clients.push(StatementClient {
                code_name: organisations.iter().find(named).map(|o| o.name.clone()).unwrap_or_default(),
                person: all.person,
                first_at: exposed.first_at.to_string(),
                last_at: exposed.seen_at.plus(exposures::GRAIN_US).min(now).to_string(),
                sent: all.sent,
                opened: all.opened,
                unknown: all.unknown,
                checkpoint: all.page.checkpoint,
                inventory: format!("/api/v1/ledgers/{client}/inventory.csv?member={member}"),
                client,
            });
        }
        Ok(Statement {
            name: found.name,
            last_day: last_day.map(|at| at.to_string()),
            made_at: now.to_string(),
            clients,
            words: WORDS.to_owned(),
        })
    }
}
