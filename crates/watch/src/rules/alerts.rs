//! From matching acts to alerts: thresholds, and what is taken into an alert already told.

use super::rule::Rule;
use std::collections::{BTreeMap, HashMap, VecDeque};

/// Most pairs of rule and actor remembered; the longest unheard ones are forgotten beyond it.
const REMEMBERED_MAX: usize = 100_000;

/// What is remembered between acts. Memory is bounded by actors and thresholds, not by acts.
#[derive(Debug, Clone, Default)]
pub struct Alerts {
    seen: HashMap<(usize, String), Seen>,
}

#[derive(Debug, Clone, Default)]
struct Seen {
    /// When which object was taken, oldest first, at most the threshold's count.
    acts: VecDeque<(i64, String)>,
    told_us: Option<i64>,
    last_us: i64,
}

impl Alerts {
    /// Tell of a matching act at `at_us` (event time); `true` if it opens an alert.
    pub(super) fn note(&mut self, at: usize, rule: &Rule, actor: &str, object: &str, at_us: i64) -> bool {
        if self.seen.len() >= REMEMBERED_MAX {
            self.forget();
        }
        let seen = self.seen.entry((at, actor.to_owned())).or_default();
        seen.last_us = seen.last_us.max(at_us);
        if let Some(threshold) = rule.threshold {
            let window_us = i64::from(threshold.minutes) * 60_000_000;
            seen.acts.retain(|(then_us, _)| at_us.saturating_sub(*then_us) <= window_us);
            // The same object again is one taking; acts on nothing named count one by one.
            if object.is_empty() || !seen.acts.iter().any(|(_, of)| of == object) {
                seen.acts.push_back((at_us, object.to_owned()));
            }
            let count = usize::try_from(threshold.count).unwrap_or(usize::MAX);
            if seen.acts.len() > count {
                seen.acts.pop_front();
            }
            if seen.acts.len() < count {
                return false;
            }
        }
        let dedup_us = i64::from(rule.dedup_minutes) * 60_000_000;
        if seen.told_us.is_some_and(|told_us| at_us.saturating_sub(told_us).abs() < dedup_us) {
            return false;
        }
        seen.told_us = Some(at_us);
        true
    }

    fn forget(&mut self) {
        let mut by_age: BTreeMap<i64, usize> = BTreeMap::new();
        for seen in self.seen.values() {
            *by_age.entry(seen.last_us).or_default() += 1;
        }
        let mut left = REMEMBERED_MAX / 4;
        let until_us = by_age.iter().find(|(_, count)| {
            left = left.saturating_sub(**count);
            left == 0
        });
        if let Some((until_us, _)) = until_us {
            self.seen.retain(|_, seen| seen.last_us > *until_us);
        }
    }
}
