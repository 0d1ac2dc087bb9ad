//! The days of a person as a screen shows them: how much was taken, against the peers and against their own past.

use super::seen::{Open, did};
use super::{Engine, person::Someone};
use crate::time::Day;

/// Days of a time-line.
const SHOWN_DAYS: i32 = 56;
/// Days of one's own past that a day is shown against, and how many there must be.
const OWN_PAST_DAYS: usize = 28;
const OWN_PAST_LEAST: usize = 7;

/// One day of somebody.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DayTaken {
    /// Their own day.
    pub day: Day,
    /// Items taken for the first time.
    pub items: u32,
    /// Between which counts the middle four fifths of the peers lie on that day; nothing without peers.
    pub peers: Option<[u32; 2]>,
    /// The same of their own four weeks before it; nothing without a week of them.
    pub own: Option<[u32; 2]>,
}

/// Between which two the middle four fifths lie; nothing of nothing.
pub fn middle<T: Ord + Copy>(mut counts: Vec<T>) -> Option<[T; 2]> {
    counts.sort_unstable();
    let at = |tenths: usize| counts.get((counts.len() * tenths / 10).min(counts.len().saturating_sub(1))).copied();
    Some([at(1)?, at(9)?])
}

impl Engine {
    /// The last eight weeks of somebody, oldest first, no day before the log began. Cost: the peers times the days.
    pub fn time_line(&self, address: &str) -> Vec<DayTaken> {
        let Some(number) = self.number_of(address) else { return Vec::new() };
        let role = self.state.people[number as usize].role;
        let last = Day::of(self.state.latest_us, self.state.people[number as usize].offset_s).0;
        let first = self.state.first_day.unwrap_or(last).max(last - SHOWN_DAYS + 1);
        let mut own = Vec::new();
        let mut peers: Vec<Vec<u32>> = Vec::new();
        for (other, one) in (0..).zip(&self.state.people) {
            if other == number {
                own = self.taken(other, one, first, last);
            } else if one.role == role {
                peers.push(self.taken(other, one, first, last));
            }
        }
        (first..=last)
            .zip(0_usize..)
            .map(|(day, at)| {
                let past = &own[at.saturating_sub(OWN_PAST_DAYS)..at];
                DayTaken {
                    day: Day(day),
                    items: own[at],
                    peers: middle(peers.iter().map(|days| days[at]).collect()),
                    own: middle(past.to_vec()).filter(|_| past.len() >= OWN_PAST_LEAST),
                }
            })
            .collect()
    }

    /// How many items somebody took for the first time on each of these days.
    fn taken(&self, number: u32, one: &Someone, first: i32, last: i32) -> Vec<u32> {
        let mut days = vec![0_u32; usize::try_from(last - first + 1).unwrap_or(0)];
        let at = |day: i32| usize::try_from(day - first).ok();
        for closed in &one.days {
            if let Some(items) = at(closed.day).and_then(|at| days.get_mut(at)) {
                *items = closed.seen.taken();
            }
        }
        let fresh = |open: &Open| {
            let new = |item: &u32| one.items.get(item).is_none_or(|before| before & did::TAKEN == 0);
            open.items.iter().filter(|(item, bits)| *bits & did::TAKEN != 0 && new(item)).count()
        };
        for (day, open) in &self.state.open {
            if let (Some(items), Some(open)) = (at(*day).and_then(|at| days.get_mut(at)), open.get(&number)) {
                *items = u32::try_from(fresh(open)).unwrap_or(u32::MAX);
            }
        }
        days
    }

    /// Everybody of the organisation whose last days are open, by address.
    pub fn with_open_days(&self) -> Vec<String> {
        let mut people: Vec<u32> = self.state.open.values().flat_map(|open| open.keys().copied()).collect();
        people.sort_unstable();
        people.dedup();
        people.into_iter().map(|one| self.state.names.of(self.state.people[one as usize].name).to_owned()).collect()
    }
}
