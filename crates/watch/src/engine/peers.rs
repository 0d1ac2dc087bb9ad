//! What people of one role do: the mean that a person starts from, and how much the peers did on a day.
//!
//! Both only ever grow with what others do, and both only make a person's own counts less surprising. That is why the
//! peers' day is a level and not a ratio to their other days: by a ratio, others' activity on one day could make a
//! person's score rise on another.

use super::habit::Means;
use super::person::KEPT_DAYS;
use crate::time::Day;
use serde::{Deserialize, Serialize};
use std::collections::VecDeque;

/// What is expected before anything is known: items a head and working day, worth this many person-days.
const START: Means = Means { fresh: 0.7, opened: 3.0, bulk: 0.002 };
const START_DAYS: f64 = 40.0;
/// Odds of a bulk day take longer to learn.
const START_DAYS_BULK: f64 = 300.0;

#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(crate) struct Role {
    pub(crate) people: u32,
    sums: Means,
    /// Person-days: everyone of the role on every working day, present or not.
    person_days: f64,
    days: VecDeque<(i32, [f64; 2])>,
}

impl Role {
    /// What is to be expected on `day`, from the days before it.
    pub(crate) fn means(&self, day: Day) -> Means {
        let person_days = self.person_days_before(day);
        let mean = |sum: f64, start: f64, days: f64| (sum + start * days) / (person_days + days);
        Means {
            fresh: mean(self.sums.fresh, START.fresh, START_DAYS),
            opened: mean(self.sums.opened, START.opened, START_DAYS),
            bulk: mean(self.sums.bulk, START.bulk, START_DAYS_BULK),
        }
    }

    /// Every working day counts, also one on which nobody did anything: what others do must not add days.
    fn person_days_before(&self, day: Day) -> f64 {
        let Some((last, _)) = self.days.back() else { return self.person_days };
        let working = (last + 1..day.0).filter(|at| !Day(*at).is_weekend()).map(|_| 1.0).sum::<f64>();
        self.person_days + f64::from(self.people) * working
    }

    /// Take in what everybody of the role did on `day`, clipped.
    pub(crate) fn close(&mut self, day: Day, lent: [f64; 2], bulk_days: u32) {
        self.person_days = self.person_days_before(day);
        self.sums.fresh += lent[0];
        self.sums.opened += lent[1];
        self.sums.bulk += f64::from(bulk_days);
        if !day.is_weekend() {
            self.person_days += f64::from(self.people);
        }
        self.days.push_back((day.0, lent));
        while self.days.front().is_some_and(|(at, _)| *at <= day.0 - KEPT_DAYS) {
            self.days.pop_front();
        }
    }

    /// Take in what was told late of a closed day.
    pub(crate) fn lend_late(&mut self, day: Day, more: [f64; 2]) {
        self.sums.fresh += more[0];
        self.sums.opened += more[1];
        match self.days.binary_search_by_key(&day.0, |(at, _)| *at) {
            Ok(at) => {
                let lent = &mut self.days[at].1;
                *lent = [lent[0] + more[0], lent[1] + more[1]];
            }
            Err(at) => self.days.insert(at, (day.0, more)),
        }
    }

    /// A head's sums over the days after `after` up to `last`, without what one person lent.
    pub(crate) fn a_head(&self, after: i32, last: i32, own: [f64; 2]) -> [f64; 2] {
        let mut sums = [0.0; 2];
        let days = self.days.iter().rev().skip_while(|(day, _)| *day > last);
        for (_, lent) in days.take_while(|(day, _)| *day > after) {
            sums[0] += lent[0];
            sums[1] += lent[1];
        }
        let others = f64::from(self.people.saturating_sub(1).max(1));
        [((sums[0] - own[0]) / others).max(0.0), ((sums[1] - own[1]) / others).max(0.0)]
    }
}
