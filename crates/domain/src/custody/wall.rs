//! Walls: whether what a person was sent, or is tied to, shuts a client to him.
//!
//! The model is the Chinese Wall of Brewer and Nash (1989) with exposure on the person as Sandhu (1992) has it, and
//! conflicts as Lin (1989) corrected them: symmetric, not transitive. A wall only takes away; the gate
//! ([`super::gate`]) must have let somebody in first. The same facts give the same answer, and more exposure, more
//! conflicts or more holds never turn a no into a yes.

pub mod graph;
#[cfg(test)]
mod oracle;
pub mod person;
#[cfg(test)]
mod tests;

use crate::{ids::OrganisationId, time::Micros};
use graph::Graph;
use person::{Exposure, Interest, Person, Terms};

/// By what a wall stayed open; its word stands in the ledger.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Open {
    /// Nothing he was sent or is tied to is in conflict with the client.
    NoConflict,
    /// What was in conflict is so long ago that it has faded.
    CooledOff,
    /// Both sides' custodians set the conflict aside.
    Waived,
}

impl Open {
    /// The word in the ledger.
    pub fn word(self) -> &'static str {
        match self {
            Self::NoConflict => "no_conflict",
            Self::CooledOff => "cooled_off",
            Self::Waived => "waived",
        }
    }
}

/// A yes, and until when it stays one if no fact changes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Allowed {
    /// By what.
    pub open: Open,
    /// Ask again from this moment on.
    pub until: Micros,
}

/// A no. For those who keep walls; the person himself is told that there is no such thing.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Shut {
    /// The clock gave no time that can be.
    Clock,
    /// He left.
    Left,
    /// He gave notice, and was not sent this client's content before.
    NoNewClients,
    /// Somebody ordered it.
    Ordered,
    /// He is tied to a rival.
    Interest(OrganisationId),
    /// He was sent a rival's content.
    Exposure(OrganisationId),
    /// Who may enter the client is not known since entries were lost, or whether he was sent a rival's content.
    Gap,
}

impl Shut {
    /// The word in API and ledger.
    pub fn word(self) -> &'static str {
        match self {
            Self::Clock => "clock",
            Self::Left => "left",
            Self::NoNewClients => "leaving",
            Self::Ordered => "ordered",
            Self::Interest(_) => "interest",
            Self::Exposure(_) => "exposure",
            Self::Gap => "gap",
        }
    }

    /// The rival it comes from.
    pub fn rival(self) -> Option<OrganisationId> {
        match self {
            Self::Interest(rival) | Self::Exposure(rival) => Some(rival),
            _ => None,
        }
    }
}

/// What walls must know beside the person.
pub struct Policy<'a, T> {
    /// Conflicts.
    pub graph: &'a Graph,
    /// How each client's content fades; a client unknown to it never does.
    pub terms: T,
}

/// Decides. `now` is never before any moment that was decided at before. Time O(exposures + interests).
pub fn decide<T: Fn(OrganisationId) -> Option<Terms>>(
    policy: &Policy<'_, T>,
    person: &Person,
    client: OrganisationId,
    now: Micros,
) -> Result<Allowed, Shut> {
    if now.0 <= 0 {
        return Err(Shut::Clock);
    }
    let mut allowed = Allowed { open: Open::NoConflict, until: Micros(i64::MAX) };
    if let Some(leaving) = person.leaving {
        if now >= leaving.last_day {
            return Err(Shut::Left);
        }
        if person.exposed(client).is_none() {
            return Err(Shut::NoNewClients);
        }
        allowed.until = leaving.last_day;
    }
    if person.ordered.contains(&client) {
        return Err(Shut::Ordered);
    }
    let against = |rival| policy.graph.conflict(rival, client, now);
    let interests = person.interests.iter().filter(|interest| against(interest.organisation));
    for interest in interests {
        let faded = ends_at(policy, interest, client).is_some_and(|at| now >= at);
        pass(&mut allowed, person, (interest.organisation, client), faded, now)
            .ok_or(Shut::Interest(interest.organisation))?;
    }
    for exposure in person.exposures.iter().filter(|exposure| against(exposure.client)) {
        let faded = faded(policy, exposure, client, now);
        pass(&mut allowed, person, (exposure.client, client), faded, now).ok_or(Shut::Exposure(exposure.client))?;
    }
    // Last, so that whoever keeps the client passes it and nothing else that shuts him out; also what a rival lost, lest two that
    // both lost entries shut each other out of telling what they were.
    let mut lost = person.unsure.contains(&client);
    for rival in person.unsure.iter().filter(|rival| against(**rival)) {
        lost |= pass(&mut allowed, person, (*rival, client), false, now).is_none();
    }
    if lost { Err(Shut::Gap) } else { Ok(allowed) }
}

/// Whether an exposure no longer counts against `client`: the cool-off of both has passed since the last sight, and
/// neither is under a hold.
pub fn faded<T: Fn(OrganisationId) -> Option<Terms>>(
    policy: &Policy<'_, T>,
    exposure: &Exposure,
    client: OrganisationId,
    now: Micros,
) -> bool {
    fades_at(policy, exposure, client).is_some_and(|at| now >= at)
}

/// When an exposure fades; `None` when it does not by itself.
fn fades_at<T: Fn(OrganisationId) -> Option<Terms>>(
    policy: &Policy<'_, T>,
    exposure: &Exposure,
    client: OrganisationId,
) -> Option<Micros> {
    let (theirs, ours) = ((policy.terms)(exposure.client)?, (policy.terms)(client)?);
    let floor = theirs.cool_off_us.max(ours.cool_off_us);
    let fades = !exposure.reserved && !theirs.held && !ours.held;
    Some(exposure.last_sight?.plus(floor)).filter(|_| fades)
}

/// A tie that ended fades as the client's content would.
fn ends_at<T: Fn(OrganisationId) -> Option<Terms>>(
    policy: &Policy<'_, T>,
    interest: &Interest,
    client: OrganisationId,
) -> Option<Micros> {
    let ours = (policy.terms)(client)?;
    Some(interest.until?.plus(ours.cool_off_us)).filter(|_| !ours.held)
}

/// From when on a client that is shut by exposure or ties is open, if nothing more happens: for those who keep walls.
/// `None` when time alone does not open it: an ordered wall, notice, a hold, work he holds, a tie without an end, lost entries.
pub fn opens_at<T: Fn(OrganisationId) -> Option<Terms>>(
    policy: &Policy<'_, T>,
    person: &Person,
    client: OrganisationId,
    now: Micros,
) -> Option<Micros> {
    let against = |rival| policy.graph.conflict(rival, client, now);
    let lost = person.unsure.iter().any(|one| *one == client || against(*one));
    if now.0 <= 0 || person.leaving.is_some() || person.ordered.contains(&client) || lost {
        return None;
    }
    let ties = person.interests.iter().filter(|interest| against(interest.organisation));
    let seen = person.exposures.iter().filter(|exposure| against(exposure.client));
    let moments = ties.map(|tie| ends_at(policy, tie, client)).chain(seen.map(|e| fades_at(policy, e, client)));
    moments.collect::<Option<Vec<_>>>()?.into_iter().max()
}

/// Lets one conflict pass because it faded or was waived, or not.
fn pass(
    allowed: &mut Allowed,
    person: &Person,
    between: (OrganisationId, OrganisationId),
    faded: bool,
    now: Micros,
) -> Option<()> {
    let open = if faded {
        Open::CooledOff
    } else {
        let waiver = person.waiver(between.0, between.1, now)?;
        allowed.until = allowed.until.min(waiver.dated.until.unwrap_or(Micros(i64::MAX)));
        Open::Waived
    };
    allowed.open = allowed.open.max(open);
    Some(())
}
