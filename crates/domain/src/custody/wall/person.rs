//! What hangs on a person: what he was sent, whom he is tied to, what was ordered about him.

use super::graph::Dated;
use crate::{ids::OrganisationId, time::Micros};

/// That a person was, or may be, sent a client's content.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Exposure {
    /// Whose content.
    pub client: OrganisationId,
    /// No later than this was the last of it sent; `None` when nothing was yet.
    pub last_sight: Option<Micros>,
    /// He holds work of this client: whatever the clock says, it does not fade.
    pub reserved: bool,
}

/// A tie to an organisation: employer, equity, commission.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Interest {
    /// To whom.
    pub organisation: OrganisationId,
    /// When it ends or ended. A tie that is yet to begin closes doors from the moment it is declared.
    pub until: Option<Micros>,
}

/// A conflict set aside for one person by the custodians of both sides.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Waiver {
    /// One side.
    pub a: OrganisationId,
    /// The other.
    pub b: OrganisationId,
    /// While it holds.
    pub dated: Dated,
}

/// How a client's content fades.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Terms {
    /// How long after the last sight its rivals stay shut, in microseconds.
    pub cool_off_us: i64,
    /// A hold is on it: nothing fades.
    pub held: bool,
}

/// Half a year, in days of 24 hours.
pub const COOL_OFF_DAYS: i64 = 180;

impl Default for Terms {
    fn default() -> Self {
        Self { cool_off_us: COOL_OFF_DAYS * Micros::DAY, held: false }
    }
}

/// A person who is on the way out.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Leaving {
    /// From this moment on every door is shut.
    pub last_day: Micros,
}

/// All that walls know of a person.
#[derive(Clone, Default, PartialEq, Eq, Debug)]
pub struct Person {
    /// What he was sent, at most one for each client.
    pub exposures: Vec<Exposure>,
    /// Whom he is tied to.
    pub interests: Vec<Interest>,
    /// Clients that somebody shut him out of.
    pub ordered: Vec<OrganisationId>,
    /// Conflicts set aside for him.
    pub waivers: Vec<Waiver>,
    /// Notice was given.
    pub leaving: Option<Leaving>,
    /// Clients of which entries are gone, and two persons have not said yet that what they held is entered again: whether he was
    /// sent anything of them, or is still let in, nobody knows.
    pub unsure: Vec<OrganisationId>,
}

impl Person {
    /// The exposure to a client.
    pub fn exposed(&self, client: OrganisationId) -> Option<&Exposure> {
        self.exposures.iter().find(|exposure| exposure.client == client)
    }

    /// The waiver that sets the conflict of `a` and `b` aside at `now`, the one that lasts longest.
    pub(super) fn waiver(&self, a: OrganisationId, b: OrganisationId, now: Micros) -> Option<&Waiver> {
        let between = |w: &&Waiver| (w.a == a && w.b == b) || (w.a == b && w.b == a);
        let live = self.waivers.iter().filter(between).filter(|w| w.dated.holds(now));
        live.max_by_key(|w| w.dated.until.unwrap_or(Micros(i64::MAX)))
    }
}
