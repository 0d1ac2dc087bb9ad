//! Who is kept from what: clients by people, for the custodians of the installation.

use super::{hidden::Hidden, late::of_installation};
use crate::{
    App, Asker, Error,
    access::members::shown,
    page::{Cursor, Page},
};
use serde::Serialize;
use std::collections::BTreeMap;
use vouchsafe_domain::{custody::wall::Allowed, ids::ClientId, time::Micros};
use vouchsafe_store::{
    Tx,
    custody::{
        exposures,
        organisations::{self, Kind},
        walls,
    },
};

/// Most people of a page: each is judged for every client.
pub const LIMIT_MAX: u32 = 100;

/// A page of the matrix.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct WallMatrix {
    /// The columns, in order.
    pub clients: Vec<ClientColumn>,
    /// The rows.
    pub people: Vec<MatrixRow>,
    /// Where the next page begins.
    pub next: Option<String>,
}

/// A column.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct ClientColumn {
    /// The client.
    pub id: String,
    /// Its code name.
    pub code_name: String,
}

/// A row: one account.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct MatrixRow {
    /// The account.
    pub member: String,
    /// His name.
    pub name: String,
    /// His role.
    pub role: &'static str,
    /// One for each client, in order.
    pub cells: Vec<Cell>,
}

/// What stands between a person and a client.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct Cell {
    /// `open`: nothing in the way. `exposed`: he was sent something, and may be sent more. `walled`: shut.
    pub state: &'static str,
    /// Walled: `ordered`, `exposure`, `interest`, `leaving`, `left` or `clock`. Otherwise `no_conflict`, `cooled_off` or
    /// `waived`.
    pub why: &'static str,
    /// The organisation a wall comes from, unless it is hidden from the reader.
    pub rival: Option<String>,
    /// Last sent no later than this, to the hour.
    pub last_at: Option<String>,
    /// Walled: from when on it is open if nothing more happens, RFC 3339; null when time alone does not open it, and where a client
    /// is hidden from the reader.
    pub opens_at: Option<String>,
}

impl App {
    /// A page of the matrix, by account.
    pub async fn wall_matrix(&self, asker: &Asker, after: Option<&str>, limit: u32) -> Result<WallMatrix, Error> {
        let cursor = Cursor::parse(after)?;
        let limit = limit.clamp(1, LIMIT_MAX);
        let hidden = self.hidden(asker).await?;
        let mut tx = self.store.write("wall_matrix").await?;
        of_installation(&mut tx, asker).await?;
        let organisations = organisations::list(&mut tx).await?;
        let clients: Vec<_> =
            organisations.into_iter().filter(|o| o.kind == Kind::Client && !hidden.organisation(o.id)).collect();
        let ids: Vec<ClientId> = clients.iter().map(|o| ClientId(o.id.0)).collect();
        let rows = shown(&mut tx, &hidden, cursor.key(), limit + 1).await?;
        let page = Page::of(rows, limit, |m| (m.created_at.0, m.member.to_string()));
        let (mut people, now) = (Vec::with_capacity(page.items.len()), self.now());
        for account in page.items {
            let cells = cells(&mut tx, account.person, &ids, (&hidden, now)).await?;
            people.push(MatrixRow {
                member: account.member.to_string(),
                name: account.name,
                role: account.role.word(),
                cells,
            });
        }
        tx.abandon().await?;
        let columns = clients.into_iter().map(|o| ClientColumn { id: o.id.to_string(), code_name: o.name });
        Ok(WallMatrix { clients: columns.collect(), people, next: page.next })
    }
}

/// What stands between a person and each of these clients, for a reader from whom some are hidden.
pub(super) async fn cells(
    tx: &mut Tx,
    person: vouchsafe_domain::ids::PersonId,
    clients: &[ClientId],
    (hidden, now): (&Hidden, Micros),
) -> Result<Vec<Cell>, Error> {
    let seen = exposures::of_person(tx, person).await?;
    let seen: BTreeMap<_, _> = seen.into_iter().map(|e| (e.client, e.seen_at)).collect();
    let decided = walls::look_at(tx, person, clients).await?;
    let cell = |(client, (decided, opens)): (&ClientId, walls::Looked)| {
        let last = seen.get(client).map(|at| at.plus(exposures::GRAIN_US).min(now).to_string());
        match decided {
            Ok(Allowed { open, .. }) => Cell {
                state: if last.is_some() { "exposed" } else { "open" },
                why: open.word(),
                rival: None,
                last_at: last,
                opens_at: None,
            },
            Err(shut) => Cell {
                state: "walled",
                why: shut.word(),
                rival: shut.rival().filter(|rival| !hidden.organisation(*rival)).map(|rival| rival.to_string()),
                last_at: last,
                // What is hidden has a part in when it opens: its terms, its holds, what was sent of it.
                opens_at: opens.filter(|_| hidden.is_empty()).map(|at| at.to_string()),
            },
        }
    };
    Ok(clients.iter().zip(decided).map(cell).collect())
}
