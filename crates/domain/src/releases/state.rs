//! The states of a release.

use std::str::FromStr;

/// How many persons must approve a release, unless its client has a standing rule.
pub const APPROVALS_NEEDED: usize = 2;

/// Where a release stands. It goes from one to the next and never back, but to `Built` when the two who approved it turn
/// out to be one human.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum State {
    /// Ordered; its folder is being written, or waits to be.
    Building,
    /// The folder is whole and signed.
    Built,
    /// Two persons, or the client's standing rule, let it go.
    Approved,
    /// Its files may be fetched.
    Delivered,
    /// The build came to nothing; the reason stands beside it.
    Failed,
}

/// The text names no state of a release.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("must be one of `building`, `built`, `approved`, `delivered`, `failed`")]
pub struct UnknownState;

impl State {
    /// Every state.
    pub const ALL: [Self; 5] = [Self::Building, Self::Built, Self::Approved, Self::Delivered, Self::Failed];

    /// The word in rows and API.
    pub fn word(self) -> &'static str {
        match self {
            Self::Building => "building",
            Self::Built => "built",
            Self::Approved => "approved",
            Self::Delivered => "delivered",
            Self::Failed => "failed",
        }
    }
}

impl FromStr for State {
    type Err = UnknownState;
    fn from_str(text: &str) -> Result<Self, UnknownState> {
        Self::ALL.into_iter().find(|state| state.word() == text).ok_or(UnknownState)
    }
}

/// Whether what was built may go once `persons` different persons approved it: two must, or none where the client has a
/// standing rule. Releases and departures alike.
pub fn may_go(persons: usize, standing_rule: bool) -> bool {
    standing_rule || persons >= APPROVALS_NEEDED
}

/// Where a built release stands once `persons` different persons approved it. A standing rule of the client needs
/// none of them.
pub fn after_approvals(persons: usize, standing_rule: bool) -> State {
    if may_go(persons, standing_rule) { State::Approved } else { State::Built }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_come_back() {
        assert!(State::ALL.into_iter().all(|state| state.word().parse() == Ok(state)));
        assert_eq!("sent".parse::<State>(), Err(UnknownState));
    }

    #[test]
    fn one_person_is_not_enough() {
        assert_eq!([0, 1, 2].map(|n| after_approvals(n, false)), [State::Built, State::Built, State::Approved]);
        assert_eq!(after_approvals(0, true), State::Approved);
    }
}
