//! How an expert stands in a project: active, on probation or paused, by rule over what was measured of his work.
//!
//! A project may set a bar for gold and one for reviews. Nobody is moved by a bare figure: only where the whole
//! interval lies below a bar. He comes off probation as soon as the figure itself reaches the bar again. A pause ends by
//! itself, into probation, with the count begun anew; a second look may end it sooner. Each change carries its reasons,
//! which name no task.

use crate::time::Micros;
use serde::{Deserialize, Serialize};
use std::{fmt, str::FromStr};

/// Fewest gold tasks or reviews that a bar may ask for.
pub const AT_LEAST_MIN: u32 = 5;
/// Most of them.
pub const AT_LEAST_MAX: u32 = 1_000;
/// Longest pause, in days.
pub const PAUSE_DAYS_MAX: u32 = 365;
/// Between two looks at the same person lies so much time, so that no change of standing tells which task he was
/// just measured by.
pub const LOOKS_APART_US: i64 = Micros::DAY;
/// And so many annotations of his, for the same reason.
pub const LOOKS_APART_ANNOTATIONS: i64 = 20;

/// What he may do.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum State {
    /// Work as the project has it.
    Active,
    /// Work, and every annotation is reviewed.
    Probation,
    /// Finish what he holds, every annotation reviewed; take nothing new.
    Paused,
}

impl State {
    /// The word in rows and API.
    pub fn word(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Probation => "probation",
            Self::Paused => "paused",
        }
    }
}

/// The text names no standing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("must be one of `active`, `probation`, `paused`")]
pub struct UnknownState;

impl FromStr for State {
    type Err = UnknownState;
    fn from_str(text: &str) -> Result<Self, UnknownState> {
        [Self::Active, Self::Probation, Self::Paused].into_iter().find(|s| s.word() == text).ok_or(UnknownState)
    }
}

/// What a figure is about.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Evidence {
    /// Answers to tasks whose answer is known.
    Gold,
    /// Reviews of his annotations, corrected for who reviewed.
    Review,
}

/// What a project asks of one kind of evidence; shares in 1/10,000.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Bar {
    /// Surely below this, he is on probation.
    pub probation_below: u32,
    /// Surely below this, he is paused. At most `probation_below`; 0 pauses nobody.
    pub pause_below: u32,
}

/// What a project asks of its experts.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Bars {
    /// Of answers to gold tasks, the share that is right.
    pub gold: Option<Bar>,
    /// Of annotations under review, the share accepted as they are.
    pub review: Option<Bar>,
    /// How many gold tasks or reviews a figure must rest on, [`AT_LEAST_MIN`] to [`AT_LEAST_MAX`].
    pub at_least: u32,
    /// How long a pause lasts, in microseconds.
    pub pause_us: i64,
}

impl Bars {
    fn of(&self, evidence: Evidence) -> Option<Bar> {
        match evidence {
            Evidence::Gold => self.gold,
            Evidence::Review => self.review,
        }
    }
}

/// A share that was measured, from 0 to 1, with its interval.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Measured {
    /// Of what.
    pub evidence: Evidence,
    /// The figure.
    pub value: f64,
    /// Lower end.
    pub low: f64,
    /// Upper end.
    pub high: f64,
    /// Gold tasks or reviews it rests on.
    pub of: u32,
}

/// Why he stands as he does. Ends of intervals are rounded outward to whole twentieths, in percent: enough to judge the
/// decision by, too little to count tasks with.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "reason")]
pub enum Reason {
    /// The whole interval lies below what is asked.
    Below {
        /// What was measured.
        evidence: Evidence,
        /// What is asked, in 1/10,000.
        asked: u32,
        /// Lower end, in percent.
        low: u32,
        /// Upper end, in percent.
        high: u32,
    },
    /// He was paused, and the time is over.
    PauseOver,
    /// Somebody looked a second time and decided for him.
    SecondLook,
    /// What was asked is reached again.
    Reached,
    /// The project asks for nothing any more.
    NothingAsked,
}

/// How somebody stands.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Standing {
    /// What he may do.
    pub state: State,
    /// Since when.
    pub since: Micros,
    /// What was measured before does not count.
    pub counted_from: Micros,
    /// When a pause ends.
    pub until: Option<Micros>,
    /// Why.
    pub reasons: Vec<Reason>,
}

impl Standing {
    /// Where everybody begins.
    pub fn start() -> Self {
        Self { state: State::Active, since: Micros(0), counted_from: Micros(0), until: None, reasons: Vec::new() }
    }

    /// How he stands at `now`: a pause that is over is probation from its end on.
    #[must_use]
    pub fn at(self, now: Micros) -> Self {
        match (self.state, self.until) {
            (State::Paused, Some(end)) if now >= end => Self {
                state: State::Probation,
                since: end,
                counted_from: end,
                until: None,
                reasons: vec![Reason::PauseOver],
            },
            _ => self,
        }
    }

    /// After a second look decided for him: active, and nothing that was measured before counts.
    #[must_use]
    pub fn restored(now: Micros) -> Self {
        Self { state: State::Active, since: now, counted_from: now, until: None, reasons: vec![Reason::SecondLook] }
    }

    /// How he stands by these figures. Without a change the same comes back, reasons and all.
    #[must_use]
    pub fn judged(self, bars: Option<&Bars>, measured: &[Measured], now: Micros) -> Self {
        let present = self.at(now);
        let to = |state, reasons| Self { state, since: now, until: None, reasons, ..present.clone() };
        let Some(bars) = bars.filter(|bars| bars.gold.is_some() || bars.review.is_some()) else {
            return if present.state == State::Active {
                present
            } else {
                to(State::Active, vec![Reason::NothingAsked])
            };
        };
        // While he is paused nothing new is measured.
        if present.state == State::Paused {
            return present;
        }
        let enough: Vec<(Bar, &Measured)> = measured
            .iter()
            .filter(|one| one.of >= bars.at_least)
            .filter_map(|one| bars.of(one.evidence).map(|bar| (bar, one)))
            .collect();
        let below = |asked: fn(Bar) -> u32| -> Vec<Reason> {
            enough
                .iter()
                .filter(|(bar, one)| one.high < share(asked(*bar)))
                .map(|(bar, one)| why(asked(*bar), one))
                .collect()
        };
        let (pause, probation) = (below(|bar| bar.pause_below), below(|bar| bar.probation_below));
        if !pause.is_empty() {
            return Self { until: Some(now.plus(bars.pause_us)), ..to(State::Paused, pause) };
        }
        let reached = !enough.is_empty() && enough.iter().all(|(bar, one)| one.value >= share(bar.probation_below));
        match present.state {
            State::Active if !probation.is_empty() => to(State::Probation, probation),
            State::Probation if reached => to(State::Active, vec![Reason::Reached]),
            _ => present,
        }
    }
}

/// Whether a new lease may be had by somebody whose row says this.
pub fn takes(state: State, until: Option<Micros>, now: Micros) -> bool {
    state != State::Paused || until.is_some_and(|end| now >= end)
}

fn share(per_10000: u32) -> f64 {
    f64::from(per_10000) / 10_000.0
}

fn why(asked: u32, one: &Measured) -> Reason {
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a share of 0 to 1, in twentieths")]
    let twentieths = |x: f64| (x.clamp(0.0, 1.0) * 20.0) as u32;
    Reason::Below {
        evidence: one.evidence,
        asked,
        low: 5 * twentieths(one.low),
        high: (5 * twentieths(one.high) + 5).min(100),
    }
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Below { evidence, asked, low, high } => {
                let (what, of) = match evidence {
                    Evidence::Gold => ("answers to tasks whose answer is known", "right"),
                    Evidence::Review => ("annotations, corrected for who reviewed them,", "accepted as they are"),
                };
                write!(
                    f,
                    "between {low} and {high} % of the {what} are {of}; the bar here lies at {} %",
                    percent(*asked)
                )
            }
            Self::PauseOver => f.write_str("the pause is over; what was measured before it does not count any more"),
            Self::SecondLook => {
                f.write_str("a second look decided so; what was measured before it does not count any more")
            }
            Self::Reached => f.write_str("what this project asks for is reached again"),
            Self::NothingAsked => f.write_str("this project asks for nothing any more"),
        }
    }
}

/// A share as people read it, without needless digits.
pub fn percent(per_10000: u32) -> String {
    let text = format!("{}.{:02}", per_10000 / 100, per_10000 % 100);
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const DAY: i64 = Micros::DAY;

    fn bars() -> Bars {
        let bar = Bar { probation_below: 8_000, pause_below: 6_000 };
        Bars { gold: Some(bar), review: Some(bar), at_least: 10, pause_us: 30 * DAY }
    }

    fn gold(low: f64, value: f64, high: f64, of: u32) -> Measured {
        Measured { evidence: Evidence::Gold, value, low, high, of }
    }

    fn judged(from: Standing, measured: &[Measured], now: i64) -> Standing {
        from.judged(Some(&bars()), measured, Micros(now))
    }

    #[test]
    fn only_a_whole_interval_below_the_bar_moves_somebody() {
        let start = Standing::start();
        assert_eq!(judged(start.clone(), &[gold(0.5, 0.7, 0.81, 40)], 5), start);
        assert_eq!(judged(start.clone(), &[gold(0.1, 0.3, 0.5, 9)], 5), start, "nine are too few");
        let probation = judged(start.clone(), &[gold(0.52, 0.7, 0.79, 40)], 5);
        assert_eq!((probation.state, probation.since), (State::Probation, Micros(5)));
        assert_eq!(
            probation.reasons[0].to_string(),
            "between 50 and 80 % of the answers to tasks whose answer is known are right; the bar here lies at 80 %"
        );
        let paused = judged(start, &[gold(0.2, 0.4, 0.59, 40)], 5);
        assert_eq!((paused.state, paused.until), (State::Paused, Some(Micros(5 + 30 * DAY))));
    }

    #[test]
    fn probation_ends_when_the_figure_itself_reaches_the_bar() {
        let probation = judged(Standing::start(), &[gold(0.5, 0.7, 0.79, 40)], 5);
        assert_eq!(judged(probation.clone(), &[gold(0.6, 0.79, 0.9, 60)], 6), probation, "it is not reached yet");
        assert_eq!(judged(probation.clone(), &[], 6), probation, "nothing was measured");
        let active = judged(probation.clone(), &[gold(0.7, 0.8, 0.9, 60)], 6);
        assert_eq!((active.state, active.reasons), (State::Active, vec![Reason::Reached]));
        let worse = judged(probation, &[gold(0.3, 0.4, 0.55, 60)], 6);
        assert_eq!(worse.state, State::Paused);
    }

    #[test]
    fn a_pause_ends_by_itself_and_the_count_begins_anew() {
        let paused = judged(Standing::start(), &[gold(0.2, 0.4, 0.5, 40)], 0);
        let end = 30 * DAY;
        assert_eq!(judged(paused.clone(), &[gold(0.0, 0.1, 0.2, 80)], end - 1), paused);
        assert!(!takes(paused.state, paused.until, Micros(end - 1)) && takes(paused.state, paused.until, Micros(end)));
        let over = judged(paused, &[], end + 7);
        assert_eq!((over.state, over.since, over.counted_from), (State::Probation, Micros(end), Micros(end)));
        assert_eq!(over.reasons, [Reason::PauseOver]);
    }

    #[test]
    fn where_nothing_is_asked_everybody_is_active() {
        let paused = judged(Standing::start(), &[gold(0.2, 0.4, 0.5, 40)], 0);
        let freed = paused.judged(None, &[], Micros(9));
        assert_eq!((freed.state, freed.until, freed.reasons), (State::Active, None, vec![Reason::NothingAsked]));
        let start = Standing::start();
        let none = Bars { gold: None, review: None, ..bars() };
        assert_eq!(start.clone().judged(Some(&none), &[gold(0.0, 0.0, 0.1, 99)], Micros(9)), start);
    }

    #[test]
    fn reviews_have_a_bar_of_their_own() {
        let review = Measured { evidence: Evidence::Review, ..gold(0.4, 0.6, 0.7, 20) };
        assert_eq!(judged(Standing::start(), &[review, gold(0.9, 0.95, 1.0, 50)], 1).state, State::Probation);
        let gold_only = Bars { review: None, ..bars() };
        assert_eq!(Standing::start().judged(Some(&gold_only), &[review], Micros(1)), Standing::start());
    }

    #[test]
    fn percents_are_short() {
        assert_eq!([8_000, 8_250, 8_255, 5].map(percent), ["80", "82.5", "82.55", "0.05"]);
    }

    proptest! {
        /// Nothing that is asked again changes anything: a standing is a fixed point of its own figures.
        #[test]
        fn the_same_figures_move_nobody_twice(value in 0.0..1.0_f64, half in 0.0..0.4_f64, of in 0_u32..60) {
            let measured = [gold((value - half).max(0.0), value, (value + half).min(1.0), of)];
            let once = judged(Standing::start(), &measured, 3);
            prop_assert_eq!(judged(once.clone(), &measured, 3), once);
        }

        /// What is shown holds what was measured and is no finer than a twentieth.
        #[test]
        fn reasons_are_rounded_outward(low in 0.0..0.5_f64, width in 0.0..0.4_f64) {
            let Reason::Below { low: from, high: to, .. } = why(9_500, &gold(low, low, low + width, 20)) else {
                return Err(TestCaseError::fail("it says how far below"));
            };
            prop_assert!(f64::from(from) / 100.0 <= low + 1e-9 && low + width <= f64::from(to) / 100.0 + 1e-9);
            prop_assert!(from % 5 == 0 && to % 5 == 0);
        }
    }
}
