//! Sets of answers that hold the right one as often as promised, where gold is enough to promise it.

use super::{
    coding::Votes,
    estimate::{LEVEL, SEED},
    report::SetFigures,
};
use vouchsafe_quality::{
    aggregate::Posteriors,
    answers::Answers,
    calibration::{Conformal, GOLD_MIN, sets_like_others},
};

/// The sets of one question.
pub(super) struct Sets {
    conformal: Conformal,
    posteriors: Posteriors,
}

impl Sets {
    /// `None` where less than 30 gold tasks speak, or where a task is several items: thirty parts of one are no thirty tasks. What adjudicators decided does
    /// not count, since it was chosen for being doubtful.
    pub(super) fn of(votes: &Votes, answers: &Answers) -> Option<Self> {
        if !votes.asked_once() || votes.gold.len() < GOLD_MIN {
            return None;
        }
        let (conformal, posteriors) = sets_like_others(answers, &votes.gold, LEVEL, SEED)?;
        Some(Self { conformal, posteriors })
    }

    /// The classes of an item's set, in order.
    pub(super) fn set(&self, item: usize) -> Vec<usize> {
        self.conformal.set(self.posteriors.task(item))
    }

    /// Over these items.
    pub(super) fn figures(&self, items: &[usize]) -> SetFigures {
        let (mut one, mut several, mut every) = (0, 0, 0);
        for item in items {
            match self.set(*item).len() {
                1 => one += 1,
                left if left < self.posteriors.classes() => several += 1,
                _ => every += 1,
            }
        }
        SetFigures { level: self.conformal.level, gold: self.conformal.gold, one, several, every }
    }
}
