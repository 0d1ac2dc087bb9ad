//! Cases: what one does at once, and what people find.

use std::str::FromStr;

/// What a case does at once by the standing rule, until a person decides.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Measure {
    /// Nothing.
    None,
    /// The take budgets of the person's accounts are narrowed to a quarter.
    Narrowed,
    /// The person's accounts are suspended.
    Suspended,
}

/// What a person finds of a case.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Verdict {
    /// Something was taken that should not have been.
    True,
    /// There is a good reason for what was seen.
    Benign,
}

/// The text names nothing of the kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("must be one of {0}")]
pub struct Unknown(&'static str);

impl Measure {
    /// The word in rows and API.
    pub fn word(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Narrowed => "narrowed",
            Self::Suspended => "suspended",
        }
    }
}

impl FromStr for Measure {
    type Err = Unknown;
    fn from_str(text: &str) -> Result<Self, Unknown> {
        let all = [Self::None, Self::Narrowed, Self::Suspended];
        all.into_iter().find(|of| of.word() == text).ok_or(Unknown("`none`, `narrowed`, `suspended`"))
    }
}

impl Verdict {
    /// The word in rows and API.
    pub fn word(self) -> &'static str {
        match self {
            Self::True => "true",
            Self::Benign => "benign",
        }
    }
}

impl FromStr for Verdict {
    type Err = Unknown;
    fn from_str(text: &str) -> Result<Self, Unknown> {
        [Self::True, Self::Benign].into_iter().find(|of| of.word() == text).ok_or(Unknown("`true`, `benign`"))
    }
}

/// By how much a later case must pass one that was decided, in thousandths of a nat: e squared times as unusual.
const PASSES_DECIDED_MILLI: i64 = 2_000;

/// Whether a score opens a case in spite of what was decided before about the same person.
pub fn passes(score_milli: i64, decided_milli: Option<i64>) -> bool {
    decided_milli.is_none_or(|decided| score_milli >= decided + PASSES_DECIDED_MILLI)
}

/// By how much a score must pass that of a case that waits to be added to it, in thousandths of a nat.
const GROWS_MILLI: i64 = 1_000;

/// Whether a score is enough above that of a case that waits to be said in it.
pub fn grows(score_milli: i64, said_milli: i64) -> bool {
    said_milli == 0 || score_milli >= said_milli + GROWS_MILLI
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_come_back() {
        for measure in [Measure::None, Measure::Narrowed, Measure::Suspended] {
            assert_eq!(measure.word().parse(), Ok(measure));
        }
        for verdict in [Verdict::True, Verdict::Benign] {
            assert_eq!(verdict.word().parse(), Ok(verdict));
        }
        assert!("guilty".parse::<Verdict>().is_err());
    }

    #[test]
    fn what_was_found_benign_is_not_asked_again_soon() {
        assert!(passes(5_000, None));
        assert!(!passes(6_999, Some(5_000)));
        assert!(passes(7_000, Some(5_000)));
    }

    #[test]
    fn a_case_grows_by_what_is_clearly_more() {
        assert!(!grows(5_999, 5_000));
        assert!(grows(6_000, 5_000));
        assert!(grows(1, 0), "what only rules told of takes any score");
    }
}
