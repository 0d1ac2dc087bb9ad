//! Acts dated far ahead of all others. One clock that is wrong must not end everybody's days.
//!
//! Such an act waits. It is believed as soon as others are dated like it, which is how a log looks after a holiday; then all that
//! waited is taken in by the order of time. What nobody confirms is counted and moves nothing.

use super::{Engine, State};
use crate::activity::Activity;
use crate::time::DAY_US;
use std::collections::BTreeSet;

/// As many acts wait at most; of more the farthest are let go, and counted.
const WAITING_MOST: usize = 10_000;
/// So many people, of all who did anything lately, confirm a date: one in this many, within these bounds.
const CONFIRM_SHARE: usize = 20;
const CONFIRM_LEAST: usize = 2;
const CONFIRM_MOST: usize = 20;
/// Up to so far ahead a date needs no second person, if this many acts in a row have it, or if the log ends with it: where few
/// people work, one may be the only one for weeks.
const ALONE_US: i64 = 60 * DAY_US;
const ALONE_ACTS: usize = 50;
/// After a gap as long as this what was learned of days is forgotten, so that learning begins anew.
const ANEW_US: i64 = super::person::KEPT_DAYS as i64 * DAY_US;

impl Engine {
    /// Whether an act is dated too far ahead to be believed at once.
    pub(super) fn is_ahead(&self, at_us: i64) -> bool {
        self.state.first_day.is_some() && at_us.saturating_sub(self.state.latest_us) > self.settings.ahead_us
    }

    /// Let an act wait, and take in those that are confirmed by it.
    pub(super) fn wait(&mut self, act: &Activity<'_>) {
        let ahead_us = self.settings.ahead_us;
        let State { waiting, counts, .. } = &mut self.state;
        let at = waiting.partition_point(|one| one.at_us <= act.at_us);
        waiting.insert(at, act.clone().into_owned());
        if waiting.len() > WAITING_MOST {
            waiting.pop();
            counts.ahead += 1;
        }
        self.state.in_a_row += 1;
        let near = |one: &&Activity<'_>| one.at_us.abs_diff(act.at_us) <= ahead_us.unsigned_abs();
        let lately = self.lately();
        let needed = (lately / CONFIRM_SHARE).clamp(CONFIRM_LEAST, CONFIRM_MOST);
        let mut people = BTreeSet::new();
        for one in self.state.waiting.iter().filter(near) {
            people.insert(&*one.actor);
            if people.len() >= needed {
                break;
            }
        }
        let near = lately < CONFIRM_LEAST || act.at_us - self.state.latest_us <= ALONE_US;
        let alone = near && self.state.in_a_row >= ALONE_ACTS;
        if people.len() >= needed || alone {
            self.believe(act.at_us);
        }
    }

    /// An act that is in time was told: what waits may be near now, and is not what the log goes on with.
    pub(super) fn in_time(&mut self) {
        self.state.in_a_row = 0;
        if self.state.waiting.first().is_some_and(|first| !self.is_ahead(first.at_us)) {
            self.believe(self.state.latest_us.saturating_add(self.settings.ahead_us));
        }
    }

    /// At the end of a log: what is not very far ahead is taken in, the rest let go.
    pub(super) fn end_waiting(&mut self) {
        self.believe(self.state.latest_us.saturating_add(ALONE_US));
        self.state.counts.ahead += self.state.waiting.len() as u64;
        self.state.waiting.clear();
    }

    /// How many acts wait.
    pub(super) fn waiting(&self) -> u64 {
        self.state.waiting.len() as u64
    }

    /// Take in what waits up to `until_us`, and what that brings near.
    fn believe(&mut self, until_us: i64) {
        let mut until_us = until_us;
        loop {
            let many = self.state.waiting.partition_point(|one| one.at_us <= until_us);
            if many == 0 {
                break;
            }
            let believed: Vec<_> = self.state.waiting.drain(..many).collect();
            for act in &believed {
                self.begin_anew(act.at_us);
                self.take(act);
            }
            until_us = self.state.latest_us.saturating_add(self.settings.ahead_us);
        }
        self.state.in_a_row = 0;
    }

    /// How many people did anything lately.
    fn lately(&self) -> usize {
        let closed = self.state.people.iter().filter(|one| !one.days.is_empty()).count();
        let open: BTreeSet<u32> = self.state.open.values().flat_map(|open| open.keys().copied()).collect();
        closed.max(open.len())
    }

    /// If a long gap ends here and no case was opened before it, the log begins here: a first act with a date long past must
    /// not use up the days of learning.
    fn begin_anew(&mut self, at_us: i64) {
        if at_us.saturating_sub(self.state.latest_us) <= ANEW_US || !self.state.book.last.is_empty() {
            return;
        }
        self.close_before(at_us);
        self.state.book = super::cases::Book::default();
        self.state.first_day = Some(crate::time::Day::of(at_us, 0).0);
    }
}
