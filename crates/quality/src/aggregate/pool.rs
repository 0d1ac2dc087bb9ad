//! The default without gold.

use super::{Method, Posteriors, aggregate};
use crate::answers::Answers;
use crate::num::real;

/// What the pool averages: a method of no assumptions, one of worker weights, and one of confusion rows twice, early and
/// converged. They fail on different sets.
pub(crate) const MEMBERS: [Method; 4] = [Method::Vote, Method::HbccThree, Method::Hbcc, Method::Pm];

/// Mean of the posteriors of [`MEMBERS`].
pub(crate) fn pool(answers: &Answers, seed: u64) -> (Posteriors, usize, bool) {
    let mut mean = Posteriors::new(answers.classes(), vec![0.0; answers.tasks() * answers.classes()]);
    let (mut steps, mut converged) = (0, true);
    for method in MEMBERS {
        let member = aggregate(method, answers, seed);
        let add = |(sum, part): (&mut f64, &f64)| *sum += part / real(MEMBERS.len());
        mean.flat_mut().iter_mut().zip(member.posteriors.flat()).for_each(add);
        steps = steps.max(member.steps);
        converged &= member.converged;
    }
    (mean, steps, converged)
}
