//! Who was sent a client's content, for that client's own people and custodians: by pseudonym.

use super::late::is_of_installation;
use crate::{
    App, Asker, Error,
    page::{Cursor, Page},
};
use serde::Serialize;
use vouchsafe_domain::{
    access::role::Role,
    custody::gate::Need,
    ids::{ClientId, OrganisationId},
    time::Micros,
};
use vouchsafe_store::{
    access::members,
    custody::{
        clearance::clear,
        clients,
        conflicts::{self, Conflict, Edge},
        exposures, ordered_walls,
        organisations::{self, Kind},
        walls,
    },
};

/// The people around a client.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct ClientExposure {
    /// Who was sent something of it, first sent first: one page.
    pub people: Vec<PersonExposed>,
    /// What to send as `after` for the next page of people; null when there is none.
    pub next: Option<String>,
    /// Walls ordered around it, newest first.
    pub walls: Vec<WallListed>,
    /// Conflicts that concern it, as the edge names it or another of its class; newest first. With whom is not said.
    pub conflicts: Vec<OwnConflict>,
    /// The owner of this installation, or of a part of it, is in conflict with the client.
    pub owner_in_conflict: bool,
    /// Days after the last sight for which its rivals stay shut; of two clients the longer counts.
    pub cool_off_days: i64,
    /// Whether people confirm their declared ties before each of its projects.
    pub declarations: bool,
}

/// One who was sent something.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct PersonExposed {
    /// His pseudonym toward this client.
    pub person: String,
    /// His accounts; for custodians of the installation alone.
    pub members: Vec<String>,
    /// First sent, RFC 3339.
    pub first_at: String,
    /// Last sent no later than this, to the hour.
    pub last_at: String,
    /// Leased or returned work he holds now.
    pub open: i64,
    /// Whether he is shut out now.
    pub shut: bool,
}

/// A conflict, toward one of the clients that it concerns.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct OwnConflict {
    /// Its id.
    pub id: String,
    /// `pair`, `class` or `share`.
    pub kind: &'static str,
    /// Whether the edge names this client: then its own people may ask that it end, and have a word in it.
    pub named: bool,
    /// When it was declared, RFC 3339.
    pub declared_at: String,
    /// When it ended.
    pub ended_at: Option<String>,
}

/// An ordered wall.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct WallListed {
    /// Its id.
    pub id: String,
    /// His pseudonym toward this client.
    pub person: String,
    /// Why.
    pub reason: String,
    /// When it was ordered, RFC 3339.
    pub ordered_at: String,
    /// When it was lifted.
    pub lifted_at: Option<String>,
}

impl App {
    /// Who was sent what of a client, a page of them, and who is kept out.
    pub async fn client_exposures(
        &self,
        asker: &Asker,
        client: ClientId,
        after: Option<&str>,
        limit: u32,
    ) -> Result<ClientExposure, Error> {
        let cursor = Cursor::parse(after)?;
        let mut tx = self.store.write("client_exposures").await?;
        let clearance = clear(&mut tx, asker, client, Need::Custody, true).await?;
        if !matches!(asker.role, Role::Custodian | Role::Observer) {
            return Err(Error::Forbidden("a custodian or the client's observer sees this"));
        }
        let named = is_of_installation(&mut tx, asker).await?;
        let mut people = Vec::new();
        let rows = exposures::of_client(&mut tx, client.into(), cursor.key(), limit + 1).await?;
        let page = Page::of(rows, limit, |e| (e.first_at.0, e.person.to_string()));
        for exposed in page.items {
            let accounts = if named { members::of_person(&mut tx, exposed.person).await? } else { Vec::new() };
            people.push(PersonExposed {
                person: clearance.pseudonym(exposed.person),
                members: accounts.iter().map(|m| m.member.to_string()).collect(),
                first_at: exposed.first_at.to_string(),
                last_at: exposed.seen_at.plus(exposures::GRAIN_US).min(self.now()).to_string(),
                open: exposed.open,
                shut: walls::look(&mut tx, exposed.person, client).await?.is_err(),
            });
        }
        let walls = ordered_walls::of_client(&mut tx, client).await?;
        let walls = walls
            .into_iter()
            .map(|wall| WallListed {
                id: wall.id.to_string(),
                person: clearance.pseudonym(wall.person),
                reason: wall.reason,
                ordered_at: wall.ordered_at.to_string(),
                lifted_at: wall.lifted_at.map(|at| at.to_string()),
            })
            .collect();
        let conflicts = own_conflicts(conflicts::list(&mut tx).await?, client.into());
        let graph = walls::present_graph(&mut tx).await?;
        let owners = organisations::list(&mut tx).await?;
        let mut owners = owners.iter().filter(|o| o.kind == Kind::Owner).map(|o| o.id);
        let owner_in_conflict = owners.any(|owner| graph.conflict(owner, OrganisationId::from(client), self.now()));
        let (cool_off_us, declarations) = clients::wall_terms(&mut tx, client).await?;
        tx.abandon().await?;
        let cool_off_days = cool_off_us / Micros::DAY;
        let next = page.next;
        Ok(ClientExposure { people, next, walls, conflicts, owner_in_conflict, cool_off_days, declarations })
    }
}

/// Those of all conflicts that name a client, or another of a class in which one that stands puts it. What reaches it only through
/// a holding stands in its log alone.
fn own_conflicts(all: Vec<Conflict>, client: OrganisationId) -> Vec<OwnConflict> {
    let names = |edge: &Edge| {
        let (a, b) = edge.ends();
        a == client || b == Some(client)
    };
    let class = |edge: &Edge| match edge {
        Edge::Class(_, class) => Some(class.clone()),
        _ => None,
    };
    let of_its = |one: &Conflict| one.dated.until.is_none() && names(&one.edge);
    let classes: Vec<String> = all.iter().filter(|one| of_its(one)).filter_map(|one| class(&one.edge)).collect();
    let near = |one: &Conflict| names(&one.edge) || class(&one.edge).is_some_and(|class| classes.contains(&class));
    let own = all.into_iter().rev().filter(near);
    own.map(|one| OwnConflict {
        id: one.id.to_string(),
        kind: one.edge.word(),
        named: names(&one.edge),
        declared_at: one.dated.from.to_string(),
        ended_at: one.dated.until.map(|at| at.to_string()),
    })
    .collect()
}
