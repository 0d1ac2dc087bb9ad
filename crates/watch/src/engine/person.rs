//! What is kept of one person: sets of items, habits, and the days of the last eight weeks in counts.

use super::habit::{BULK, Habits, Means};
use super::names::{ByNumber, fnv};
use super::parts::Parts;
use super::score::{WINDOWS, Window};
use super::seen::{Drawn, Open, Seen, did};
use crate::time::Day;
use serde::{Deserialize, Serialize};
use std::collections::VecDeque;

/// Days in counts are kept this long.
pub(crate) const KEPT_DAYS: i32 = 56;

/// What was said within this many days is not said again in full.
const TOLD_DAYS: i32 = 28;

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
    /// Confidential first-time takes of each window that ended with it.
    pub(crate) held: [u32; WINDOWS.len()],
    /// What it added to the peers' sums.
    pub(crate) lent: [f64; 2],
    /// Acts within and outside the usual hours.
    pub(crate) hours: [u32; 2],
    /// New titles that echo the catalogue, as numbers.
    #[serde(default)]
    pub(crate) titles: Vec<u64>,
}

impl Closed {
    /// What it has already is left out of what was told late.
    pub(crate) fn leave_out(&self, open: &mut Open) {
        for item in &self.gone {
            if let Some(bits) = open.items.get_mut(item) {
                *bits &= !(did::SENT | did::SENT_PARTNER | did::ENTERED);
            }
        }
        open.echoes.retain(|title| !self.titles.contains(&fnv(title)));
    }

    /// Take in what was told late of it.
    pub(crate) fn take_late(&mut self, open: &Open, drawn: &Drawn) {
        self.seen.add(&Seen { days: 0, ..drawn.seen });
        self.fresh.extend(&drawn.fresh);
        self.gone.extend(open.gone());
        self.titles.extend(open.echoes.iter().map(|title| fnv(title)));
        self.hours = [self.hours[0] + open.hours[0], self.hours[1] + open.hours[1]];
    }
}

#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(crate) struct Someone {
    /// Number of the address.
    pub(crate) name: u32,
    /// Numbers of other addresses of theirs, and of the log's own number of them.
    #[serde(default)]
    pub(crate) also: Vec<u32>,
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
    /// The day a rival was first met or written to.
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

    /// Remember what was done to items.
    pub(crate) fn did(&mut self, open: &Open) {
        for (item, bits) in &open.items {
            *self.items.entry(*item).or_default() |= bits & (did::OPENED | did::TAKEN | did::TOUCHED);
        }
    }

    /// Another day with these clients.
    pub(crate) fn touched(&mut self, clients: impl IntoIterator<Item = u32>) {
        for client in clients.into_iter().filter(|client| *client != u32::MAX) {
            *self.client_days.entry(client).or_default() += 1;
        }
    }

    /// The windows that end with `day`, on which `today` was seen; what was seen later is left out.
    pub(crate) fn windows(&self, day: Day, today: &Seen, usual: &Habits) -> [Window; WINDOWS.len()] {
        let mut windows = [Window::default(); WINDOWS.len()];
        let lone = today.taken() < BULK;
        for (at, (window, reach)) in windows.iter_mut().zip(WINDOWS).enumerate() {
            window.before = *usual;
            if reach == 1 || lone {
                window.seen = *today;
            }
            window.seen.days = 1;
            let past = self.days.iter().rev().skip_while(|closed| closed.day >= day.0);
            for closed in past.take_while(|closed| closed.day > day.0 - reach) {
                if closed.seen.taken() < BULK {
                    window.seen.add(&closed.seen);
                }
                window.before = closed.before;
            }
            // By counts and not by scores: what is said of others must not make this day say more.
            let held = window.seen.fresh + window.seen.covered;
            window.told = reach > 1
                && self
                    .days
                    .iter()
                    .any(|closed| (day.0 - TOLD_DAYS + 1..day.0).contains(&closed.day) && closed.held[at] >= held);
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
