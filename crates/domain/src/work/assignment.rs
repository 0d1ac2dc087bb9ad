//! What may happen to an assignment, and when.

use crate::{custody::gate::Need, time::Micros};
use std::str::FromStr;

macro_rules! words {
    ($(#[$doc:meta])* $name:ident { $($(#[$vdoc:meta])* $variant:ident $word:literal,)* }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
        pub enum $name { $($(#[$vdoc])* $variant,)* }

        impl $name {
            /// The word in rows and API.
            pub fn word(self) -> &'static str {
                match self { $(Self::$variant => $word,)* }
            }
        }

        impl FromStr for $name {
            type Err = UnknownWord;
            fn from_str(text: &str) -> Result<Self, UnknownWord> {
                match text {
                    $($word => Ok(Self::$variant),)*
                    _ => Err(UnknownWord),
                }
            }
        }
    };
}

/// The text names no such state.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not one of the known words")]
pub struct UnknownWord;

words! {
    /// A stage of the pipeline.
    Step {
        /// Answer a task.
        Label "label",
        /// Judge an annotation.
        Review "review",
        /// Decide what the answer of a task is, with all its annotations at hand.
        Adjudicate "adjudicate",
    }
}

impl Step {
    /// What whoever holds it must be allowed.
    pub fn need(self) -> Need {
        match self {
            Self::Label => Need::Label,
            Self::Review | Self::Adjudicate => Need::Review,
        }
    }
}

words! {
    /// Why a lease was taken.
    Purpose {
        /// To work on now.
        Work "work",
        /// To have at hand when the present one is done.
        Prefetch "prefetch",
    }
}

words! {
    /// Where an assignment stands.
    State {
        /// Held under a lease.
        Leased "leased",
        /// Given back to its author by a reviewer; waits for him until it lapses.
        Returned "returned",
        /// Answered.
        Submitted "submitted",
        /// Given back unanswered, with a reason.
        Skipped "skipped",
        /// Given back without being asked, such as a prefetch at sign-out.
        Released "released",
        /// Its lease ran out and its slot went back.
        Lapsed "lapsed",
        /// Taken from its author by a reviewer, for another to answer.
        Closed "closed",
    }
}

impl State {
    /// Whether its task went back unanswered without a word against it: its member may take it up again.
    pub fn is_unfinished(self) -> bool {
        matches!(self, Self::Lapsed | Self::Released)
    }
}

words! {
    /// Where an annotation stands.
    AnnotationState {
        /// Waits for a reviewer.
        InReview "in_review",
        /// Counts as it is.
        Accepted "accepted",
        /// Counts as the reviewer mended it.
        Fixed "fixed",
        /// Does not count: it went back.
        Returned "returned",
        /// Came after its slot was taken: kept, outside overlap and consensus until admitted.
        Late "late",
        /// An earlier revision.
        Superseded "superseded",
    }
}

/// What a submit comes to.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Submit {
    /// The lease holds, or nobody has swept it yet: it counts.
    Counts,
    /// The slot went back. It counts if a slot is still free, else it is late.
    CountsIfFree,
    /// The same answers again: the same receipt again.
    Replay,
    /// Other answers were already submitted.
    AlreadySubmitted,
    /// It was given back; there is nothing to answer.
    Gone,
}

/// Decides what a submit comes to. `same_answers` says whether the newest revision holds the same
/// answers; `None` when there is none.
#[expect(clippy::match_same_arms, reason = "one line a state")]
pub fn on_submit(state: State, same_answers: Option<bool>) -> Submit {
    match (state, same_answers) {
        (State::Submitted, Some(true)) => Submit::Replay,
        (State::Submitted, _) => Submit::AlreadySubmitted,
        (State::Leased | State::Returned, _) => Submit::Counts,
        (State::Lapsed, Some(true)) => Submit::Replay,
        (State::Lapsed, _) => Submit::CountsIfFree,
        (State::Skipped | State::Released | State::Closed, _) => Submit::Gone,
    }
}

/// What a heartbeat or a look at an assignment comes to.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Resume {
    /// The lease is extended.
    Extend,
    /// A returned one is taken up again.
    TakeUp,
    /// It lapsed: it may be had again if a slot is free and nobody else holds it.
    TakeIfFree,
    /// It is over; its own answers and draft may be read, nothing may be changed.
    Over,
}

/// Decides how an assignment may be resumed by its member.
pub fn on_resume(state: State) -> Resume {
    match state {
        State::Leased => Resume::Extend,
        State::Returned => Resume::TakeUp,
        State::Lapsed => Resume::TakeIfFree,
        State::Submitted | State::Skipped | State::Released | State::Closed => Resume::Over,
    }
}

/// Where a lease ends when it is taken or extended now.
pub fn lapses_at(now: Micros, lease_us: i64) -> Micros {
    now.plus(lease_us)
}

/// Where a task stands when it has `counted` accepted or fixed annotations, `waiting` in review and
/// `open` free slots, of `overlap` wanted.
pub fn task_state(overlap: u32, counted: u32, waiting: u32, open: i64) -> &'static str {
    if counted >= overlap {
        "done"
    } else if waiting > 0 && open == 0 {
        "in_review"
    } else {
        "open"
    }
}

/// Whether a draw of 64 random bits falls into a rate of `per_10000`.
pub fn drawn(bits: u64, per_10000: u32) -> bool {
    // The high half: a product keeps the draw unbiased to 1 in 2^50.
    ((u128::from(bits) * 10_000) >> 64) < u128::from(per_10000)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_repeated_submit_is_the_same_submit() {
        assert_eq!(on_submit(State::Submitted, Some(true)), Submit::Replay);
        assert_eq!(on_submit(State::Submitted, Some(false)), Submit::AlreadySubmitted);
        assert_eq!(on_submit(State::Lapsed, Some(true)), Submit::Replay, "a late one is acknowledged once");
        assert_eq!(on_submit(State::Lapsed, None), Submit::CountsIfFree);
        assert_eq!(on_submit(State::Skipped, None), Submit::Gone);
    }

    #[test]
    fn a_task_is_done_when_its_overlap_is_met() {
        assert_eq!(task_state(3, 3, 0, 0), "done");
        assert_eq!(task_state(3, 2, 1, 0), "in_review");
        assert_eq!(task_state(3, 2, 0, 1), "open");
        assert_eq!(task_state(3, 1, 1, 1), "open");
    }

    #[test]
    fn rates_draw_their_share() {
        assert!(!drawn(0, 0) && !drawn(u64::MAX, 0) && drawn(0, 10_000) && drawn(u64::MAX, 10_000));
        let hits = (0..100_000_u64).filter(|i| drawn(i.wrapping_mul(0x9e37_79b9_7f4a_7c15), 500)).count();
        assert!((4_900..5_100).contains(&hits), "{hits}");
    }

    #[test]
    fn words_come_back() {
        for state in [
            State::Leased,
            State::Returned,
            State::Submitted,
            State::Skipped,
            State::Released,
            State::Lapsed,
            State::Closed,
        ] {
            assert_eq!(state.word().parse(), Ok(state));
        }
        assert_eq!("x".parse::<State>(), Err(UnknownWord));
    }
}
