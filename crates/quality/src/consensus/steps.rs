//! Step labels of a solution: where the first error is, by majority.

use super::vote::{Vote, majority};

/// Where a chain of steps goes wrong first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum FirstError {
    /// The step with this index (from 0) is the first that is wrong.
    At(usize),
    /// No step is wrong.
    Nowhere,
}

/// Majority over each person's first wrong step: what follows the first error is not judged. Each answer lists per
/// step whether it is wrong. `None` without answers.
pub fn first_error(answers: &[&[bool]]) -> Option<Vote<FirstError>> {
    let first = |wrong: &&[bool]| wrong.iter().position(|wrong| *wrong).map_or(FirstError::Nowhere, FirstError::At);
    majority(&answers.iter().map(first).collect::<Vec<_>>())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_first_wrong_step_counts() {
        let vote = first_error(&[&[false, true, true], &[false, true, false], &[false, false, false]]).expect("three");
        assert_eq!(vote.winner(), Some(&FirstError::At(1)));
        assert_eq!(first_error(&[&[]]).expect("one").winner(), Some(&FirstError::Nowhere));
        assert_eq!(first_error(&[]), None);
    }
}
