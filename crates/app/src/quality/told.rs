//! What somebody is told of how he answers, as it is kept in the report and sent to him.

use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use utoipa::ToSchema;
use vouchsafe_quality::{ability::Ends, numbers::Habit};

/// What somebody is told of how he answers: only of whole steps of 20 annotations, of days that are over (UTC), and roughly.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Told {
    /// Share of gold tasks answered rightly; null below ten.
    pub gold: Option<Roughly>,
    /// By question: the chance that an answer is right, by what others answered and what is known. Absent below ten answers.
    pub ability: BTreeMap<String, ToldAbility>,
    /// By question that is answered with numbers or grades: whether answers run high, and how far they scatter. Absent below ten answers.
    #[serde(default)]
    pub numbers: BTreeMap<String, ToldHabit>,
    /// Since when answers to gold are better or worse; null where chance explains as much.
    pub changed: Option<ToldChange>,
}

/// The chance that an answer is right, as its author is told of it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct ToldAbility {
    /// All answers together.
    pub right: Roughly,
    /// Weeks that are over, with 20 answers or more, oldest first.
    pub weeks: Vec<ToldWeek>,
}

/// One week of it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct ToldWeek {
    /// Its first moment (a Thursday, UTC), RFC 3339.
    pub from: String,
    /// The chance.
    pub right: Roughly,
}

/// How somebody answers with numbers, or with grades, as he is told of it; in their unit.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct ToldHabit {
    /// How far above the others, or above what is known, on average.
    pub bias: RoughNumber,
    /// How far answers scatter around that: a standard deviation.
    pub spread: RoughNumber,
}

impl ToldHabit {
    /// In steps of a tenth of the greatest spread or more.
    pub(super) fn of(found: &Habit) -> Self {
        let bias = found.bias_ends.0.abs().max(found.bias_ends.1.abs());
        let greatest = if found.spread_ends.1 > 0.0 { found.spread_ends.1 } else { bias };
        Self {
            bias: RoughNumber::outward(found.bias_ends, greatest / 10.0),
            spread: RoughNumber::outward(found.spread_ends, greatest / 10.0),
        }
    }
}

/// A 95 % interval rounded outward.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct RoughNumber {
    /// Lower end.
    pub from: f64,
    /// Upper end.
    pub to: f64,
}

impl RoughNumber {
    /// To whole steps of 1, 2 or 5 times a power of ten that is at least `least`.
    fn outward((low, high): Ends, least: f64) -> Self {
        let ten = 10_f64.powf(least.log10().floor());
        let step = [1.0, 2.0, 5.0, 10.0].map(|times| times * ten).into_iter().find(|step| *step >= least);
        let Some(step) = step.filter(|step| step.is_normal()) else { return Self { from: low, to: high } };
        // A whole number of tenths, say, is divided by ten: times 0.1 it would not be what people write.
        let whole = |steps: f64| if step < 1.0 { steps / step.recip().round() } else { steps * step } + 0.0;
        Self { from: whole((low / step).floor()), to: whole((high / step).ceil()) }
    }
}

/// A change, as he is told of it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct ToldChange {
    /// The first moment (a Thursday, UTC) of the week of the first answer after it, RFC 3339.
    pub since: String,
    /// Share of gold answered rightly before.
    pub before: Roughly,
    /// And since.
    pub after: Roughly,
}

/// A 95 % interval rounded outward to whole twentieths, in percent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Roughly {
    /// Lower end.
    pub from: u32,
    /// Upper end.
    pub to: u32,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(bias_ends: Ends, spread_ends: Ends) -> [(f64, f64); 2] {
        let found = Habit { bias: 0.0, bias_ends, spread: 0.0, spread_ends, answers: 20, known: 0 };
        let told = ToldHabit::of(&found);
        [told.bias, told.spread].map(|one| (one.from, one.to))
    }

    #[test]
    fn numbers_are_told_in_steps_that_hide_what_one_answer_moves() {
        assert_eq!(told((9.13, 11.08), (1.56, 3.02)), [(9.0, 11.5), (1.5, 3.5)]);
        assert_eq!(told((-0.013, 0.004), (0.01, 0.019)), [(-0.014, 0.004), (0.01, 0.02)]);
        assert_eq!(told((-3_100.0, 900.0), (7_000.0, 11_000.0)), [(-4_000.0, 2_000.0), (6_000.0, 12_000.0)]);
        // Everybody always says the same, or one of them always as much more.
        assert_eq!(told((0.0, 0.0), (0.0, 0.0)), [(0.0, 0.0), (0.0, 0.0)]);
        assert_eq!(told((2.0, 2.0), (0.0, 0.0)), [(2.0, 2.0), (0.0, 0.0)]);
    }
}
