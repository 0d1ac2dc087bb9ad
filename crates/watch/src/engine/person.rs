//! What is kept of one person: sets of items, habits, and the days of the last eight weeks in counts.

use super::habit::{BULK, Habits, Means};
use super::names::ByNumber;
use super::parts::Parts;
use super::score::{WINDOWS, Window};
use super::seen::Seen;
use crate::time::Day;
use serde::{Deserialize, Serialize};
use std::collections::VecDeque;

/// Days in counts are kept this long.
pub(crate) const KEPT_DAYS: i32 = 56;

/// A closed day.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(crate) struct Closed {
    pub(crate) day: i32,
    pub(crate) seen: Seen,
    /// What was usual before the day.
    pub(crate) before: Habits,
    pub(crate) means: Means,
    /// Confidential items taken for the first time on the day.
    pub(crate) fresh: Vec<u32>,
    /// Items sent out, or opened by a private account, on the day.
    pub(crate) gone: Vec<u32>,
    pub(crate) parts: Parts,
    /// What it added to the peers' sums.
    pub(crate) lent: [f64; 2],
}

#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(crate) struct Someone {
    /// Number of the address.
    pub(crate) name: u32,
    pub(crate) role: u32,
    pub(crate) offset_s: i32,
    /// Clients listed as theirs, by number.
    pub(crate) clients: Vec<u32>,
    /// What they did to each item before the days that are open.
    pub(crate) items: ByNumber<u8>,
    /// Days on which they touched something of a client.
    pub(crate) client_days: ByNumber<u32>,
    pub(crate) habits: Habits,
    pub(crate) days: VecDeque<Closed>,
    pub(crate) met_rival: Option<i32>,
    /// Colleagues written to, and when last.
    pub(crate) wrote: ByNumber<i32>,
}

impl Someone {
    /// Whether the work of `client` is theirs: listed, or where nothing is listed touched on five days or more.
    pub(crate) fn works_for(&self, client: u32) -> bool {
        if self.clients.is_empty() {
            return self.client_days.get(&client).is_none_or(|days| *days >= 5) || self.client_days.len() < 2;
        }
        self.clients.contains(&client)
    }

    /// The windows that end with `today`, itself not yet closed.
    pub(crate) fn windows(&self, day: Day, today: &Seen) -> [Window; WINDOWS.len()] {
        let mut windows = [Window::default(); WINDOWS.len()];
        let lone = today.taken() < BULK;
        for (window, reach) in windows.iter_mut().zip(WINDOWS) {
            window.before = self.habits;
            if reach == 1 || lone {
                window.seen = *today;
            }
            window.seen.days = 1;
            for closed in self.days.iter().rev().take_while(|closed| closed.day > day.0 - reach) {
                if closed.day < day.0 {
                    if closed.seen.taken() < BULK {
                        window.seen.add(&closed.seen);
                    }
                    window.before = closed.before;
                }
            }
        }
        windows
    }

    pub(crate) fn forget(&mut self, day: Day) {
        while self.days.front().is_some_and(|closed| closed.day <= day.0 - KEPT_DAYS) {
            self.days.pop_front();
        }
        self.wrote.retain(|_, at| *at > day.0 - 28);
    }
}
