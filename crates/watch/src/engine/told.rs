//! Acts that a log tells twice, as collectors do that deliver at least once: they count once.

use crate::activity::Activity;
use serde::{Deserialize, Serialize};
use std::collections::{HashSet, VecDeque};
use std::hash::{DefaultHasher, Hash, Hasher};

/// As many acts are looked back over; it bounds what is kept.
const LOOKED_BACK: usize = 32_768;

/// The last acts that had an id, in 64 bits each. Two different ones fall together once in some 10^14 acts.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(from = "Vec<u64>", into = "Vec<u64>")]
pub(crate) struct Told {
    order: VecDeque<u64>,
    all: HashSet<u64>,
}

impl Told {
    /// Whether the act was told already; remembers it. One id may stand for several acts of one moment, so that what was
    /// done to what and for whom counts too. An act without an id is never the same as another.
    pub(crate) fn already(&mut self, act: &Activity<'_>) -> bool {
        if act.id.is_empty() {
            return false;
        }
        let mut hasher = DefaultHasher::new();
        (&act.id, act.at_us, &act.actor, &act.action, &act.object, &act.title, &act.targets).hash(&mut hasher);
        self.again(hasher.finish())
    }

    /// Whether the act of that hash was told already; remembers it.
    pub(crate) fn again(&mut self, hash: u64) -> bool {
        if !self.all.insert(hash) {
            return true;
        }
        self.order.push_back(hash);
        if self.order.len() > LOOKED_BACK
            && let Some(oldest) = self.order.pop_front()
        {
            self.all.remove(&oldest);
        }
        false
    }
}

impl From<Vec<u64>> for Told {
    fn from(order: Vec<u64>) -> Self {
        Self { all: order.iter().copied().collect(), order: order.into() }
    }
}

impl From<Told> for Vec<u64> {
    fn from(told: Told) -> Self {
        told.order.into()
    }
}
