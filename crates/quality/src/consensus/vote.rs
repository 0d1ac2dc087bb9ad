//! Votes over labels: majority, weighted majority, one vote per key, one vote per option.

use std::collections::BTreeMap;

/// How often one value was answered.
#[derive(Debug, Clone, PartialEq)]
pub struct Count<T> {
    /// The value.
    pub value: T,
    /// Number of answers that gave it.
    pub answers: usize,
    /// Sum of their weights; equals `answers` in an unweighted vote.
    pub weight: f64,
}

/// What a vote decided.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome<T> {
    /// One value has more weight than any other.
    Won(T),
    /// Several values share the highest weight; in order, at least two.
    Tied(Vec<T>),
}

/// The result of a vote on one question of one task.
#[derive(Debug, Clone, PartialEq)]
pub struct Vote<T> {
    /// Every value that was answered, in order of value.
    pub counts: Vec<Count<T>>,
    /// The winner, or the tie.
    pub outcome: Outcome<T>,
    /// Share in agreement: weight of the winner (or of one of the tied) over all weight, in (0, 1].
    pub share: f64,
}

impl<T> Vote<T> {
    /// The winner; `None` in a tie.
    pub fn winner(&self) -> Option<&T> {
        match &self.outcome {
            Outcome::Won(value) => Some(value),
            Outcome::Tied(_) => None,
        }
    }

    /// Number of answers counted.
    pub fn answers(&self) -> usize {
        self.counts.iter().map(|count| count.answers).sum()
    }
}

/// Majority vote: the value most people gave, ties reported as ties. `None` without answers.
pub fn majority<T: Ord + Clone>(answers: &[T]) -> Option<Vote<T>> {
    tally(answers.iter().map(|value| (value.clone(), 1.0)))
}

/// Majority vote in which each answer counts by its weight. Weights that are not finite and positive do not count;
/// `None` if nothing counts. Sums within one part in 10^12 of each other are a tie.
pub fn weighted_majority<T: Ord + Clone>(answers: &[(T, f64)]) -> Option<Vote<T>> {
    tally(answers.iter().cloned())
}

/// One majority vote per key (criterion, step, message, candidate), in order of key. Whoever did not answer a key does
/// not count in it.
pub fn majority_per_key<K: Ord + Clone, T: Ord + Clone>(answers: &[(K, T)]) -> Vec<(K, Vote<T>)> {
    let mut by_key: BTreeMap<&K, Vec<T>> = BTreeMap::new();
    for (key, value) in answers {
        by_key.entry(key).or_default().push(value.clone());
    }
    by_key.into_iter().filter_map(|(key, values)| Some((key.clone(), majority(&values)?))).collect()
}

/// `multi_label`: one yes-or-no vote per option, in the order of `options`, over the sets that people chose (an option
/// chosen twice by one person counts once). Empty without answers; an empty set is an answer: it says no to every option.
pub fn multi_label<T: Ord + Clone>(chosen: &[&[T]], options: &[T]) -> Vec<(T, Vote<bool>)> {
    let voted = |option: &T| chosen.iter().map(|set| set.contains(option)).collect::<Vec<_>>();
    options.iter().filter_map(|option| Some((option.clone(), majority(&voted(option))?))).collect()
}

fn tally<T: Ord + Clone>(answers: impl Iterator<Item = (T, f64)>) -> Option<Vote<T>> {
    let mut weights: BTreeMap<T, Vec<f64>> = BTreeMap::new();
    for (value, weight) in answers.filter(|(_, weight)| weight.is_finite() && *weight > 0.0) {
        weights.entry(value).or_default().push(weight);
    }
    let counts: Vec<Count<T>> = weights
        .into_iter()
        .map(|(value, mut weights)| {
            weights.sort_by(f64::total_cmp); // so that the sum does not depend on the order of answers
            Count { value, answers: weights.len(), weight: weights.iter().sum() }
        })
        .collect();
    let highest = counts.iter().map(|count| count.weight).fold(0.0, f64::max);
    let best: Vec<&Count<T>> = counts.iter().filter(|count| count.weight >= highest * (1.0 - 1e-12)).collect();
    let total: f64 = counts.iter().map(|count| count.weight).sum();
    let outcome = match best.as_slice() {
        [] => return None,
        [only] => Outcome::Won(only.value.clone()),
        tied => Outcome::Tied(tied.iter().map(|count| count.value.clone()).collect()),
    };
    Some(Vote { outcome, share: highest / total, counts })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn the_most_frequent_value_wins_with_its_share() {
        let vote = majority(&["yes", "no", "yes"]).expect("three answers");
        assert_eq!(vote.winner(), Some(&"yes"));
        assert_eq!(vote.answers(), 3);
        assert!((vote.share - 2.0 / 3.0).abs() < 1e-15);
        assert_eq!(vote.counts[0], Count { value: "no", answers: 1, weight: 1.0 });
    }

    #[test]
    fn a_tie_names_every_tied_value_and_no_winner() {
        let vote = majority(&["b", "c", "a", "b", "c"]).expect("five answers");
        assert_eq!(vote.outcome, Outcome::Tied(vec!["b", "c"]));
        assert_eq!(vote.winner(), None);
        assert!((vote.share - 0.4).abs() < 1e-15);
    }

    #[test]
    fn nothing_is_decided_without_answers() {
        assert_eq!(majority::<u32>(&[]), None);
        assert_eq!(weighted_majority(&[(1, 0.0), (2, f64::NAN), (3, -1.0)]), None);
        assert_eq!(multi_label::<u32>(&[], &[1, 2]), vec![]);
    }

    #[test]
    fn weights_decide_and_rounding_does_not_break_a_tie() {
        let vote = weighted_majority(&[("a", 0.1), ("a", 0.2), ("b", 0.3)]).expect("three answers");
        assert_eq!(vote.outcome, Outcome::Tied(vec!["a", "b"]));
        assert_eq!(weighted_majority(&[("a", 0.4), ("b", 0.3)]).expect("two").winner(), Some(&"a"));
    }

    #[test]
    fn every_option_has_its_own_vote() {
        let votes = multi_label(&[&["x", "y"], &["x", "x"], &[]], &["x", "y", "z"]);
        let winners: Vec<_> = votes.iter().map(|(option, vote)| (*option, vote.winner().copied())).collect();
        assert_eq!(winners, [("x", Some(true)), ("y", Some(false)), ("z", Some(false))]);
        assert_eq!(multi_label(&[&["x"], &[]], &["x"])[0].1.outcome, Outcome::Tied(vec![false, true]));
    }

    #[test]
    fn every_key_has_its_own_vote() {
        let votes = majority_per_key(&[("c2", 0), ("c1", 1), ("c1", 1), ("c2", 1), ("c2", 1)]);
        let winners: Vec<_> = votes.iter().map(|(key, vote)| (*key, vote.winner().copied(), vote.answers())).collect();
        assert_eq!(winners, [("c1", Some(1), 2), ("c2", Some(1), 3)]);
    }

    proptest! {
        #[test]
        fn the_order_of_answers_changes_nothing(answers in prop::collection::vec((0_u8..4, 0.1_f64..3.0), 1..12), turn in 0_usize..12) {
            let mut other = answers.clone();
            other.reverse();
            other.rotate_left(turn % answers.len());
            prop_assert_eq!(weighted_majority(&answers), weighted_majority(&other));
        }

        #[test]
        fn the_winner_beats_every_other_count(answers in prop::collection::vec(0_u32..4, 1..12)) {
            let vote = majority(&answers).expect("not empty");
            let count = |value: u32| answers.iter().filter(|answer| **answer == value).count();
            let highest = (0..4).map(count).max().expect("four values");
            let best: Vec<u32> = (0..4).filter(|value| count(*value) == highest).collect();
            match &vote.outcome {
                Outcome::Won(value) => prop_assert_eq!(&best, &vec![*value]),
                Outcome::Tied(values) => prop_assert_eq!(&best, values),
            }
        }
    }
}
