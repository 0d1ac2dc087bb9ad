//! What two persons approved who turn out to be one human: it needs a second human again.
//!
//! A release goes back to `built`, also when it was opened for fetching; a departure too; a grant is proposed again, and
//! what was held under it ends; a waiver, broken glass or a larger budget is asked for again and opens nothing until then;
//! a wall that was lifted stands again, and so does a conflict that was ended. Each is an entry in every ledger that it
//! concerns. What cannot be taken back, files that were fetched or a key that was destroyed, is in the ledger as before.

use super::{
    conflicts::{near_again, pairs_near},
    gaps,
    late::{said, said_to},
};
use crate::{App, Asker, Error, work::give_back};
use std::collections::BTreeSet;
use vouchsafe_domain::{
    custody::departure,
    ids::{ClientId, ConflictId, DepartureId, PersonId, ReleaseId, WallId},
    releases,
};
use vouchsafe_ledger::{act::Act, entry::Entry};
use vouchsafe_store::{
    Tx,
    access::{grants, members},
    custody::{
        conflicts, departures, ordered_walls,
        organisations::{self, Kind as OrganisationKind},
        requests::{self, Kind, Request},
        reveals,
    },
    releases::orders,
};

/// What is to be undone, read before the two are joined.
pub(super) struct Undone {
    between: (PersonId, PersonId),
    releases: Vec<ReleaseId>,
    departures: Vec<DepartureId>,
    grants: Vec<grants::Found>,
    requests: Vec<Request>,
    /// Whose walls change by it, beside the two.
    pub(super) persons: BTreeSet<PersonId>,
}

impl Undone {
    /// Reads what both of two persons stand for.
    pub(super) async fn find(app: &App, tx: &mut Tx, between: (PersonId, PersonId)) -> Result<Self, Error> {
        let (one, other) = between;
        let mut persons = BTreeSet::new();
        let grants = grants::of_both(tx, one, other).await?;
        for grant in &grants {
            persons.extend(members::get(tx, grant.member).await?.map(|whom| whom.person));
        }
        let requests = requests::of_both(tx, one, other).await?;
        for request in &requests {
            persons.extend(request.person);
            match (request.kind, request.other) {
                (Kind::LiftWall, Some(wall)) => {
                    persons.extend(ordered_walls::get(tx, WallId(wall.0)).await?.map(|wall| wall.person));
                }
                (Kind::EndConflict, Some(conflict)) => {
                    if let Some(conflict) = conflicts::get(tx, ConflictId(conflict.0)).await? {
                        persons.extend(near_again(app, tx, &conflict.edge).await?);
                    }
                }
                _ => {}
            }
        }
        Ok(Self {
            between,
            releases: orders::of_both(tx, one, other).await?,
            departures: departures::of_both(tx, one, other).await?,
            grants,
            requests,
            persons,
        })
    }

    /// Undoes it, after the two were joined. The graph and everybody in `persons` is locked; whoever calls ends the
    /// leases that are shut then.
    pub(super) async fn undo(&self, app: &App, tx: &mut Tx, asker: &Asker) -> Result<Vec<Entry>, Error> {
        let mut entries = Vec::new();
        let say = |kind: &'static str, id: String, clients: &[ClientId]| {
            let about = |entry: Entry| entry.because("kind", kind).of(kind, id.clone());
            let own = about(said(app, Act::ApprovalUndone, asker));
            let theirs = clients.iter().map(|client| about(said_to(app, *client, Act::ApprovalUndone, asker)));
            std::iter::once(own).chain(theirs).collect::<Vec<_>>()
        };
        for release in &self.releases {
            let Some(found) = orders::get(tx, *release).await? else { continue };
            let opened = matches!(found.state, releases::State::Approved | releases::State::Delivered);
            if opened && orders::move_on(tx, *release, found.state, releases::State::Built, app.now()).await? {
                let was = |entry: Entry| entry.because("was", found.state.word());
                entries.extend(say("release", release.to_string(), &[found.client]).into_iter().map(was));
            }
        }
        for id in &self.departures {
            let Some(found) = departures::get(tx, *id).await? else { continue };
            let approved = found.state == departure::State::Approved;
            if approved && departures::move_on(tx, *id, found.state, departure::State::Built, app.now()).await? {
                entries.extend(say("departure", id.to_string(), &[found.client]));
            }
        }
        for grant in &self.grants {
            if grants::unconfirm(tx, grant.id).await? {
                entries.extend(say("grant", grant.id.to_string(), &[grant.client]));
                let under = |live: &vouchsafe_store::work::assignments::Live| live.client == grant.client;
                entries.extend(give_back::end_all(app, tx, asker, grant.member, "approval_undone", under).await?);
            }
        }
        for request in &self.requests {
            requests::reopen(tx, request.id).await?;
            let clients = restore(app, tx, request).await?;
            let kind = |entry: Entry| entry.because("request", request.kind.word());
            entries.extend(say("request", request.id.to_string(), &clients).into_iter().map(kind));
        }
        for reveal in reveals::reopen_of_both(tx, self.between.0, self.between.1).await? {
            entries.extend(say("reveal", reveal.to_string(), &[]));
        }
        Ok(entries)
    }
}

/// What an approval had taken away stands again. The clients that it concerns.
async fn restore(app: &App, tx: &mut Tx, request: &Request) -> Result<Vec<ClientId>, Error> {
    let mut sides: Vec<_> = request.client.map(Into::into).into_iter().collect();
    match (request.kind, request.other) {
        (Kind::Waiver, Some(other)) => sides.push(other),
        (Kind::LiftWall, Some(wall)) => {
            if let Some(wall) = ordered_walls::get(tx, WallId(wall.0)).await? {
                ordered_walls::restore(tx, &wall).await?;
            }
        }
        (Kind::EndConflict, Some(conflict)) => {
            if let Some(conflict) = conflicts::get(tx, ConflictId(conflict.0)).await? {
                let all: Vec<_> = organisations::list(tx).await?.iter().map(|row| row.id).collect();
                let before = pairs_near(app, tx, &all, &conflict.edge).await?;
                conflicts::revive(tx, conflict.id).await?;
                let (a, b) = conflict.edge.ends();
                sides.extend([Some(a), b].into_iter().flatten());
                // Also those of its class: it stands again between them and the one it names.
                let after = pairs_near(app, tx, &all, &conflict.edge).await?;
                sides.extend(after.difference(&before).flat_map(|(a, b)| [*a, *b]));
                sides.sort_unstable();
                sides.dedup();
            }
        }
        (Kind::CloseGap, _) => gaps::reopen(app, tx, request.client).await?,
        _ => {}
    }
    let mut clients = Vec::new();
    for side in sides {
        if organisations::kind(tx, side).await? == Some(OrganisationKind::Client) {
            clients.push(ClientId(side.0));
        }
    }
    Ok(clients)
}
