//! The states of a departure: a client leaves with all that is its own.

use crate::{releases::may_go, time::Micros};
use std::str::FromStr;

/// For how long a built departure may be approved and fetched. Then its folder is removed, and another is ordered.
pub const FETCHED_FOR_US: i64 = 30 * Micros::DAY;

/// Where a departure stands. It goes on and never back, but from `Approved` to `Built` when the two who approved it turn
/// out to be one human.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum State {
    /// Ordered; its folder is being written, or waits to be.
    Building,
    /// The folder is whole and signed.
    Built,
    /// Two persons, or the client's standing rule, let it go: its files may be fetched.
    Approved,
    /// The build came to nothing; the reason stands beside it.
    Failed,
    /// It was taken back, or its time was over.
    Ended,
}

/// The text names no state of a departure.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("must be one of `building`, `built`, `approved`, `failed`, `ended`")]
pub struct UnknownState;

impl State {
    /// Every state.
    pub const ALL: [Self; 5] = [Self::Building, Self::Built, Self::Approved, Self::Failed, Self::Ended];

    /// The word in rows and API.
    pub fn word(self) -> &'static str {
        match self {
            Self::Building => "building",
            Self::Built => "built",
            Self::Approved => "approved",
            Self::Failed => "failed",
            Self::Ended => "ended",
        }
    }

    /// Whether it holds, or will hold, a folder; a client has at most one such.
    pub fn is_live(self) -> bool {
        matches!(self, Self::Building | Self::Built | Self::Approved)
    }
}

impl FromStr for State {
    type Err = UnknownState;
    fn from_str(text: &str) -> Result<Self, UnknownState> {
        Self::ALL.into_iter().find(|state| state.word() == text).ok_or(UnknownState)
    }
}

/// Where a built departure stands once `persons` different persons approved it: as with a release, two, or none where
/// the client has a standing rule.
pub fn after_approvals(persons: usize, standing_rule: bool) -> State {
    if may_go(persons, standing_rule) { State::Approved } else { State::Built }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_come_back() {
        assert!(State::ALL.into_iter().all(|state| state.word().parse() == Ok(state)));
        assert_eq!("left".parse::<State>(), Err(UnknownState));
    }

    #[test]
    fn one_person_is_not_enough() {
        assert_eq!([0, 1, 2].map(|n| after_approvals(n, false)), [State::Built, State::Built, State::Approved]);
        assert_eq!(after_approvals(0, true), State::Approved);
    }
}
