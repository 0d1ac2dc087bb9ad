//! Which clients a request is about.

use crate::{Asker, Error, custody::hidden::Hidden, custody::voices};
use vouchsafe_domain::ids::{ClientId, ConflictId, OrganisationId};
use vouchsafe_store::{
    Tx,
    custody::{
        clearance,
        conflicts::{self, Conflict, Edge},
        organisations,
        requests::{Kind, Request},
    },
};

/// The organisations that a request names: its client, the other side of a waiver, both ends of a conflict.
async fn named(tx: &mut Tx, request: &Request) -> Result<Vec<OrganisationId>, Error> {
    let other = match (request.kind, request.other) {
        (Kind::Waiver, other) => [other, None],
        (Kind::EndConflict, Some(conflict)) => {
            conflicts::get(tx, ConflictId(conflict.0)).await?.as_ref().map_or([None, None], voices::sides)
        }
        _ => [None, None],
    };
    Ok(request.client.map(Into::into).into_iter().chain(other.into_iter().flatten()).collect())
}

/// The other side of a waiver, as who asks names it: by its id, unless it is hidden from him, or by the conflict between the two.
/// A client's own people know only the conflict, and are not told what stands at its other end.
pub(super) async fn across(
    tx: &mut Tx,
    asker: &Asker,
    hidden: &Hidden,
    client: ClientId,
    named: OrganisationId,
) -> Result<Option<(OrganisationId, organisations::Kind)>, Error> {
    let (mut other, mut own) = (named, false);
    if let Some(conflict) = conflicts::get(tx, ConflictId(named.0)).await? {
        own = voices::near(tx, asker, &conflict).await? == Some(client);
        other = match conflict.edge {
            Edge::Pair(a, b) if a == client.into() => b,
            Edge::Pair(a, b) if b == client.into() => a,
            _ => return Err(Error::invalid("/other", "must be a conflict of this client with one other organisation")),
        };
    }
    let kind = organisations::kind(tx, other).await?.filter(|_| own || !hidden.organisation(other));
    Ok(kind.map(|kind| (other, kind)))
}

/// Refuses whom a wall shuts out of a client that a request is about: to him there is no such request.
pub(super) async fn unwalled(tx: &mut Tx, asker: &Asker, request: &Request) -> Result<(), Error> {
    let named = named(tx, request).await?;
    of_all(tx, asker, named).await
}

/// The same of the ends of a conflict.
pub(super) async fn unwalled_ends(tx: &mut Tx, asker: &Asker, conflict: &Conflict) -> Result<(), Error> {
    of_all(tx, asker, voices::sides(conflict).into_iter().flatten().collect()).await
}

async fn of_all(tx: &mut Tx, asker: &Asker, named: Vec<OrganisationId>) -> Result<(), Error> {
    for side in named {
        if organisations::kind(tx, side).await? == Some(organisations::Kind::Client) {
            clearance::unwalled(tx, asker, ClientId(side.0)).await?;
        }
    }
    Ok(())
}

/// Whether a request is not to be listed: to who keeps the installation one that names any client hidden from him, to others one
/// that names no client but hidden ones, since a client's own people are rarely let know of its rival.
pub(in crate::custody) async fn is_hidden(
    tx: &mut Tx,
    request: &Request,
    hidden: &Hidden,
    of_installation: bool,
) -> Result<bool, Error> {
    let named = named(tx, request).await?;
    let mut hidden = named.iter().map(|side| hidden.organisation(*side));
    Ok(!named.is_empty() && if of_installation { hidden.any(|one| one) } else { hidden.all(|one| one) })
}
