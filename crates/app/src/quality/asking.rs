//! What asking until an answer is sure enough has come to, as it is shown.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// The done tasks of a project that asks until an answer is sure enough.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct AskingFigures {
    /// Those whose least sure answer is not sure enough.
    pub unsure: usize,
    /// Of them asked about once more.
    pub asked: usize,
    /// Of them not asked about: as many people as may be asked were, or the budget is used up.
    pub at_the_cap: usize,
    /// Of them not asked about: an answer is expected to tell too little for its price.
    pub too_little: usize,
    /// Other tasks that are asked about once more, drawn at random to see whether sure means right.
    pub drawn: usize,
    /// What one more answer to the unsure task that gains most is expected to tell, in bits; null where none is unsure or no model speaks of it.
    pub most_bits: Option<f64>,
    /// What one more answer must be expected to tell, in bits, at the project's price; null where however little is enough.
    pub least_bits: Option<f64>,
    /// Done tasks whose answer had its probability at once, after the report before this one.
    #[serde(default)]
    pub at_once: usize,
    /// Of them those that this report sees on the other side of the probability that is asked for.
    #[serde(default)]
    pub at_once_otherwise: usize,
}

/// What had been made of tasks between two reports, held against the second.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Otherwise {
    tasks: usize,
    otherwise: usize,
}

impl Otherwise {
    /// A task whose least sure answer was so probable before the report and is by it, where more is asked below `bar` in 1/10,000.
    pub(super) fn add(&mut self, bar: Option<u32>, before: Option<f64>, now: Option<f64>) {
        let (Some(bar), Some(before), Some(now)) = (bar, before, now) else { return };
        let below = |probability: f64| probability < f64::from(bar) / 10_000.0;
        self.tasks += 1;
        self.otherwise += usize::from(below(before) != below(now));
    }

    /// With others.
    pub(super) fn and(self, more: Self) -> Self {
        Self { tasks: self.tasks + more.tasks, otherwise: self.otherwise + more.otherwise }
    }

    /// As the report tells it.
    pub(super) fn told_in(self, asking: AskingFigures) -> AskingFigures {
        AskingFigures { at_once: self.tasks, at_once_otherwise: self.otherwise, ..asking }
    }
}
