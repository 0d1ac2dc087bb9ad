//! Who speaks for an organisation where two sides must agree.
//!
//! A client with people of its own, which are the custodians and observers who were granted it, is spoken for by them
//! alone. A client without any, and what is no client, is spoken for by the custodians of the installation: so one who has
//! nobody here is not left without a word, and nobody of the vendor is the word of a client that has its own.

use super::late::is_of_installation;
use crate::{Asker, Error};
use vouchsafe_domain::{
    access::role::Role,
    ids::{ClientId, MemberId, OrganisationId},
    time::Micros,
};
use vouchsafe_store::{
    Tx,
    access::{grants, members},
    custody::{
        conflicts::Conflict,
        ordered_walls::Ordered,
        organisations::{self, Kind},
    },
};

/// How long a client's own people count after their grant or account ended: who ends them does not speak in their place
/// before the client can have noticed.
const GONE_COUNTS_US: i64 = 7 * Micros::DAY;

/// Whether a client has people of its own, or had until lately.
pub(crate) async fn has_own(tx: &mut Tx, client: ClientId, now: Micros) -> Result<bool, Error> {
    Ok(grants::has_own(tx, client, now.plus(-GONE_COUNTS_US)).await?)
}

/// Whether somebody of the installation would decide for a client that has people of its own.
pub(crate) async fn stands_in(tx: &mut Tx, asker: &Asker, client: ClientId, now: Micros) -> Result<bool, Error> {
    Ok(!grants::speaks(tx, asker.member, client).await? && has_own(tx, client, now).await?)
}

/// Whether an account speaks for an organisation; without one, for the installation.
async fn speaks(
    tx: &mut Tx,
    (member, role): (MemberId, Role),
    side: Option<OrganisationId>,
    now: Micros,
) -> Result<bool, Error> {
    let of_installation = role == Role::Custodian && !grants::any(tx, member).await?;
    let Some(side) = side else { return Ok(of_installation) };
    if organisations::kind(tx, side).await? != Some(Kind::Client) {
        return Ok(of_installation);
    }
    let client = ClientId(side.0);
    Ok(grants::speaks(tx, member, client).await? || (of_installation && !has_own(tx, client, now).await?))
}

/// Whether the one who asks speaks for one of two sides.
pub(super) async fn speaks_for(tx: &mut Tx, asker: &Asker, side: OrganisationId, now: Micros) -> Result<bool, Error> {
    speaks(tx, (asker.member, asker.role), Some(side), now).await
}

/// Whether the one who asks speaks for either of two sides.
pub(super) async fn speaks_for_either(
    tx: &mut Tx,
    asker: &Asker,
    [a, b]: [Option<OrganisationId>; 2],
    now: Micros,
) -> Result<bool, Error> {
    let who = (asker.member, asker.role);
    Ok(speaks(tx, who, a, now).await? || speaks(tx, who, b, now).await?)
}

/// The sides of a conflict: the two it names, or one and, for a class, whoever keeps the classes.
pub(super) fn sides(conflict: &Conflict) -> [Option<OrganisationId>; 2] {
    let (a, b) = conflict.edge.ends();
    [Some(a), b]
}

/// Whether whoever asked speaks for one side and whoever decides for the other, as they stand now.
pub(super) async fn agree(
    tx: &mut Tx,
    asked_by: MemberId,
    asker: &Asker,
    [a, b]: [Option<OrganisationId>; 2],
    now: Micros,
) -> Result<bool, Error> {
    let Some(first) = members::get(tx, asked_by).await?.filter(|one| one.suspended_at.is_none()) else {
        return Ok(false);
    };
    let (first, second) = ((first.member, first.role), (asker.member, asker.role));
    let straight = speaks(tx, first, a, now).await? && speaks(tx, second, b, now).await?;
    Ok(straight || (speaks(tx, first, b, now).await? && speaks(tx, second, a, now).await?))
}

/// Whether a client whose wall is to be lifted has its word in it: one of the two is its own, unless it never had anybody
/// and the wall was not ordered by its own.
pub(super) async fn consents(
    tx: &mut Tx,
    asked_by: MemberId,
    asker: &Asker,
    wall: &Ordered,
    now: Micros,
) -> Result<bool, Error> {
    let own = grants::spoke(tx, wall.ordered_by, wall.client).await? || has_own(tx, wall.client, now).await?;
    Ok(!own || either_speaks(tx, [asker.member, asked_by], wall.client).await?)
}

/// Whether one of two who act together is the client's own.
pub(super) async fn either_speaks(tx: &mut Tx, two: [MemberId; 2], client: ClientId) -> Result<bool, Error> {
    Ok(grants::speaks(tx, two[0], client).await? || grants::speaks(tx, two[1], client).await?)
}

/// The client among the ends of a conflict for which this account speaks as its own person.
pub(super) async fn own_end(tx: &mut Tx, asker: &Asker, conflict: &Conflict) -> Result<Option<ClientId>, Error> {
    for side in sides(conflict).into_iter().flatten() {
        let client = ClientId(side.0);
        if grants::speaks(tx, asker.member, client).await? && asker.only_client.is_none_or(|only| only == client) {
            return Ok(Some(client));
        }
    }
    Ok(None)
}

/// Refuses whoever is neither a custodian of the installation nor of one end of this conflict: to him it does not exist.
pub(super) async fn near(tx: &mut Tx, asker: &Asker, conflict: &Conflict) -> Result<Option<ClientId>, Error> {
    if is_of_installation(tx, asker).await? {
        return Ok(None);
    }
    own_end(tx, asker, conflict).await?.map(Some).ok_or(Error::NotFound)
}
