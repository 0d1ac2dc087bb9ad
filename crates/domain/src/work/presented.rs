//! The order in which a task's items were shown to one person.
//!
//! Recorded with every annotation, by the items' own ids, so that a preference for the left side can be told from a
//! preference for an answer.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// For each shuffled or blind field, its items' own ids in the order shown.
///
/// As JSON: `{"responses":["response2","response1"]}`. This is the recorded form. It names a blind field's items, so
/// it is never sent to a browser; [`Sent::presented`](super::schema::Sent) is.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Presented {
    pub(crate) fields: BTreeMap<String, Vec<String>>,
}

impl Presented {
    /// The ids of a field in the order shown; `None` if the field keeps the row's order.
    pub fn order(&self, field: &str) -> Option<&[String]> {
        self.fields.get(field).map(Vec::as_slice)
    }

    /// The fields whose order was recorded.
    pub fn fields(&self) -> impl Iterator<Item = (&str, &[String])> {
        self.fields.iter().map(|(field, ids)| (field.as_str(), ids.as_slice()))
    }
}

/// Puts `items` into an order that follows from `seed` and `salt` alone, each order being as likely as any other over
/// the seeds (Fisher-Yates, Durstenfeld 1964).
///
/// The salt is the field's name, so two fields of one task are not shuffled alike.
pub(crate) fn shuffle<T>(items: &mut [T], seed: u64, salt: &str) {
    // FNV-1a: spreads the name over 64 bits; nothing here needs to be secret.
    let salted = salt.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |h, b| (h ^ u64::from(b)).wrapping_mul(0x0100_0000_01b3));
    let mut random = SplitMix(seed ^ salted);
    for last in (1..items.len()).rev() {
        items.swap(last, random.below(last + 1));
    }
}

/// `SplitMix64` (Steele, Lea and Flood 2014): eight lines, passes `BigCrush`, and its numbers never change under us as
/// those of a dependency might.
struct SplitMix(u64);

impl SplitMix {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let z = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// A number below `bound`. The upper half of a 128-bit product: its bias is under `bound / 2^64`.
    fn below(&mut self, bound: usize) -> usize {
        let wide = u128::from(self.next()) * bound as u128;
        usize::try_from(wide >> 64).expect("the product is below `bound * 2^64`, so its upper half is below `bound`")
    }
}

#[cfg(test)]
mod tests {
    use super::{SplitMix, shuffle};

    /// The first numbers of the reference implementation for seed 1234567.
    #[test]
    fn the_generator_is_splitmix64() {
        let mut random = SplitMix(1_234_567);
        let numbers: Vec<u64> = (0..3).map(|_| random.next()).collect();
        assert_eq!(numbers, [6_457_827_717_110_365_317, 3_203_168_211_198_807_973, 9_817_491_932_198_370_423]);
    }

    /// Reckoned apart, in another language. An order that was recorded years ago must come out again.
    #[test]
    fn an_order_never_changes() {
        for (seed, wanted) in [(0, [3, 2, 0, 1, 4]), (1, [1, 3, 2, 4, 0]), (u64::MAX, [3, 2, 1, 4, 0])] {
            let mut items = [0, 1, 2, 3, 4];
            shuffle(&mut items, seed, "answers");
            assert_eq!(items, wanted, "seed {seed}");
        }
    }

    #[test]
    fn every_order_is_about_as_likely_as_any_other() {
        let mut seen = std::collections::BTreeMap::new();
        for seed in 0..6000 {
            let mut items = [0, 1, 2];
            shuffle(&mut items, seed, "answers");
            *seen.entry(items).or_insert(0) += 1;
        }
        assert_eq!(seen.len(), 6);
        // Six orders, 6000 seeds: 1000 each, standard deviation 29.
        assert!(seen.values().all(|n| (880..=1120).contains(n)), "{seen:?}");
    }

    #[test]
    fn two_fields_of_one_task_are_shuffled_independently() {
        let side = |seed, salt| {
            let mut items = [0, 1];
            shuffle(&mut items, seed, salt);
            items[0]
        };
        let alike = (0..1000).filter(|&seed| side(seed, "left") == side(seed, "right")).count();
        assert!((400..=600).contains(&alike), "{alike} of 1000 alike");
    }
}
