//! When somebody decides what the answer of a task is, and which tasks come first.

/// What becomes of a done task.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Next {
    /// One more person is asked.
    Ask,
    /// An adjudicator decides.
    Adjudicate,
    /// Its answer is sure enough.
    Rest,
}

/// How sure an answer must be, in 1/10,000.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Sure {
    /// Below it more people are asked while they may be; `None` where everybody who is asked was asked at once.
    pub ask_until: Option<u32>,
    /// Below it, and where nobody may be asked any more below `ask_until`, an adjudicator decides; `None` without the step.
    pub adjudicate_below: Option<u32>,
}

/// What becomes of a done task whose least sure answer is right with this probability (0 for one that nobody could settle).
/// `askable`: one more person may be asked about it.
pub fn next(probability: f64, askable: bool, sure: Sure) -> Next {
    let below = |bar: Option<u32>| bar.is_some_and(|bar| probability < f64::from(bar) / 10_000.0);
    let unsure = below(sure.ask_until);
    if unsure && askable {
        Next::Ask
    } else if sure.adjudicate_below.is_some() && (unsure || below(sure.adjudicate_below)) {
        Next::Adjudicate
    } else {
        Next::Rest
    }
}

/// How many levels of information are told apart.
pub const LEVELS: i64 = 32;

/// The level of a decision that tells so many bits: higher levels are decided first, within one the oldest. Steps of about
/// a tenth, so that what is handed out next tells as much as the best, up to that.
pub fn level(bits: f64) -> i64 {
    #[expect(clippy::cast_possible_truncation, reason = "the whole part, which saturates")]
    let level = (8.0 * (1.0 + bits.max(0.0)).log2()) as i64;
    level.min(LEVELS - 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    const BOTH: Sure = Sure { ask_until: Some(9_500), adjudicate_below: Some(8_000) };

    #[test]
    fn people_are_asked_first_and_then_somebody_decides() {
        assert_eq!(next(0.6, true, BOTH), Next::Ask);
        assert_eq!(next(0.6, false, BOTH), Next::Adjudicate);
        assert_eq!(next(0.9, false, BOTH), Next::Adjudicate, "the cap was reached, and not the target");
        assert_eq!(next(0.95, false, BOTH), Next::Rest);
    }

    #[test]
    fn without_asking_again_only_what_is_contested_is_decided() {
        let contested = Sure { ask_until: None, ..BOTH };
        assert_eq!(next(0.79, true, contested), Next::Adjudicate);
        assert_eq!(next(0.8, true, contested), Next::Rest);
        assert_eq!(next(0.0, true, contested), Next::Adjudicate, "a tie");
    }

    #[test]
    fn without_the_step_nobody_decides() {
        assert_eq!(next(0.1, false, Sure { ask_until: Some(9_500), adjudicate_below: None }), Next::Rest);
        assert_eq!(next(0.1, true, Sure::default()), Next::Rest);
    }

    #[test]
    fn levels_rise_with_what_a_decision_tells() {
        let bits = [0.0, 0.1, 0.29, 0.47, 0.72, 0.97, 1.0, 2.0, 5.0, 15.0, 400.0];
        let levels: Vec<i64> = bits.into_iter().map(level).collect();
        assert_eq!(levels, [0, 1, 2, 4, 6, 7, 8, 12, 20, 31, 31]);
        assert_eq!((level(-1.0), level(f64::NAN)), (0, 0));
    }
}
