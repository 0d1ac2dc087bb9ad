//! Pairwise preferences: majority and strength-weighted majority, with `tie` as an answer of its own.

use super::vote::{Vote, majority, weighted_majority};

/// One person's answer to "which is better?". In order: a tie first, then by candidate.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Preference<T> {
    /// As good as each other.
    Tie,
    /// This candidate is better.
    Better(T),
}

/// Majority of preferences. `tie` is an answer like any other: two of three who say `tie` make it a tie. When no answer
/// has the most votes the outcome is [`super::Outcome::Tied`], which names them: nobody decided, and nobody said `tie`.
/// `None` without answers.
pub fn pairwise<T: Ord + Clone>(answers: &[Preference<T>]) -> Option<Vote<Preference<T>>> {
    majority(answers)
}

/// Majority in which each preference counts by its strength (1 = slightly better, 2 = better, ...; at least 1) and a
/// `tie` counts 1, the least strength there is. With all strengths 1 this is [`pairwise`]. `None` without answers.
pub fn pairwise_by_strength<T: Ord + Clone>(answers: &[(Preference<T>, u8)]) -> Option<Vote<Preference<T>>> {
    let weigh = |(answer, strength): &(Preference<T>, u8)| match answer {
        Preference::Tie => (Preference::Tie, 1.0),
        Preference::Better(_) => (answer.clone(), f64::from((*strength).max(1))),
    };
    weighted_majority(&answers.iter().map(weigh).collect::<Vec<_>>())
}

#[cfg(test)]
mod tests {
    use super::Preference::{Better, Tie};
    use super::*;
    use crate::consensus::Outcome;

    #[test]
    fn two_who_say_tie_make_a_tie() {
        assert_eq!(pairwise(&[Tie, Better("a"), Tie]).expect("three").winner(), Some(&Tie));
    }

    #[test]
    fn a_standoff_is_not_a_tie_somebody_chose() {
        let vote = pairwise(&[Better("a"), Better("b")]).expect("two");
        assert_eq!(vote.outcome, Outcome::Tied(vec![Better("a"), Better("b")]));
    }

    #[test]
    fn one_who_is_sure_outweighs_two_who_are_not() {
        let sure = [(Better("a"), 3), (Better("b"), 1), (Better("b"), 1)];
        assert_eq!(pairwise_by_strength(&sure).expect("three").winner(), Some(&Better("a")));
        let ties = [(Better("a"), 1), (Tie, 3), (Better("b"), 1)];
        assert!(matches!(pairwise_by_strength(&ties).expect("three").outcome, Outcome::Tied(of) if of.len() == 3));
    }
}
