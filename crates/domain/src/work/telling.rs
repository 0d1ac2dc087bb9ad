//! What one more answer to a task is expected to tell, by who gives it: what the queue knows of tasks that are asked about once more.

/// Most groups of people who tell alike.
pub const STRATA: usize = 4;

/// Bits of a level.
const LEVEL_BITS: u32 = 12;
/// The highest level.
pub const LEVEL_MAX: i64 = (1 << LEVEL_BITS) - 1;
/// Levels by which what is told doubles: steps of half a hundredth.
const LEVELS_AN_OCTAVE: f64 = 128.0;
/// Octaves below one bit at which levels begin: a millionth of a bit.
const OCTAVES_BELOW: f64 = 20.0;

/// The level of so many bits: more never has a lower one. 0 of less than a millionth of a bit.
pub fn level(bits: f64) -> i64 {
    #[expect(clippy::cast_possible_truncation, reason = "the whole part, which saturates")]
    let level = ((bits.max(0.0).log2() + OCTAVES_BELOW) * LEVELS_AN_OCTAVE) as i64;
    level.clamp(0, LEVEL_MAX)
}

/// What an answer must tell, in bits, where a project asks for so many millionths of a bit, per unit of its currency where it states a
/// price in 1/10,000 of that.
pub fn least_bits(millionths: i64, price_per_10000: Option<i64>) -> f64 {
    #[expect(clippy::cast_precision_loss, reason = "at most 10^10")]
    let part = |n: i64, whole: f64| n as f64 / whole;
    let least = part(millionths, 1e6);
    price_per_10000.map_or(least, |price| least * part(price, 1e4))
}

/// A group of people who tell alike, from 0 for those who tell least; `None` for whoever is not known yet and is taken for the average.
pub type Stratum = Option<u8>;

/// The group that a row names by its number; -1 is none.
pub fn stratum(number: i64) -> Stratum {
    u8::try_from(number).ok().filter(|at| usize::from(*at) < STRATA)
}

/// Levels of what an average member and each group is expected to tell about a task, in one number, as a row holds it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Tells(pub i64);

impl Tells {
    /// From bits, of an average member and of each group; groups that are not there tell what the average does.
    pub fn new(average: f64, groups: &[f64]) -> Self {
        let of = |at: usize| level(at.checked_sub(1).and_then(|group| groups.get(group)).copied().unwrap_or(average));
        Self((0..=STRATA).rev().fold(0, |all, at| (all << LEVEL_BITS) | of(at)))
    }

    /// The level of one group.
    pub fn of(self, stratum: Stratum) -> i64 {
        (self.0 >> shift(stratum)) & LEVEL_MAX
    }

    /// Whether the two are not told apart by anybody who chooses: no level is more than an eighth of an octave off.
    pub fn is_near(self, other: Self) -> bool {
        let apart = |stratum: Stratum| (self.of(stratum) - other.of(stratum)).abs();
        apart(None) <= NEAR && (0..STRATA).all(|at| apart(u8::try_from(at).ok()) <= NEAR)
    }
}

/// Levels that make no difference: steps of a tenth.
const NEAR: i64 = 16;

/// By how many bits a row's number is shifted to find the level of a group.
pub fn shift(stratum: Stratum) -> i64 {
    stratum.map_or(0, |at| (i64::from(at) + 1) * i64::from(LEVEL_BITS))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        /// Whoever tells enough is never refused, and every group is found again.
        #[test]
        fn levels_rise_and_are_found_again(bits in prop::collection::vec(0.0..20.0_f64, 5), least in 0.0..20.0_f64) {
            let tells = Tells::new(bits[0], &bits[1..]);
            prop_assert!(tells.0 >= 0);
            for (at, bits) in bits.iter().enumerate() {
                let stratum = at.checked_sub(1).and_then(|at| u8::try_from(at).ok());
                prop_assert_eq!(tells.of(stratum), level(*bits));
                prop_assert!(*bits < least || tells.of(stratum) >= level(least));
                prop_assert!(*bits >= least * 0.99 || *bits < 1e-5 || tells.of(stratum) < level(least));
            }
            prop_assert!(tells.is_near(tells));
        }
    }

    #[test]
    fn groups_that_are_not_there_tell_what_the_average_does() {
        let tells = Tells::new(0.5, &[0.1]);
        assert_eq!((tells.of(None), tells.of(Some(0)), tells.of(Some(3))), (level(0.5), level(0.1), level(0.5)));
        assert!(!tells.is_near(Tells::new(0.5, &[0.12])) && tells.is_near(Tells::new(0.51, &[0.101])));
        assert_eq!((level(0.0), level(f64::NAN), level(1e9)), (0, 0, LEVEL_MAX));
    }

    #[test]
    fn a_row_names_a_group_or_none() {
        assert_eq!([-1, 0, 3, 4, 300].map(stratum), [None, Some(0), Some(3), None, None]);
    }

    /// Half a bit for each unit, at a price of a quarter.
    #[test]
    fn the_least_is_for_each_unit_of_the_currency() {
        assert!((least_bits(500_000, Some(2_500)) - 0.125).abs() < 1e-12);
        assert!((least_bits(500_000, None) - 0.5).abs() < 1e-12);
    }
}
