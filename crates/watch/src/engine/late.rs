//! Acts told after their day was closed.
//!
//! They are placed by their own time: they wait until a day closes or somebody asks what was said, are then taken into the
//! counts of their days, and what is usual for the person is learned from there on as if they had been in time. What was said
//! of a day stays as it was said; if it would be said differently now, that is told as such, and a day that now reaches the
//! threshold opens a case of its own, or lets the one grow that is near it. The peers' days take in what was taken late, for
//! what is scored from then on; pairs are not looked for again.

use super::cases::Amended;
use super::habit::lent;
use super::parts::Parts;
use super::person::{Closed, KEPT_DAYS, Someone};
use super::score::{Around, left_again, score};
use super::seen::Open;
use super::words::Figures;
use super::{Engine, Scored};
use crate::time::Day;
use std::collections::{BTreeMap, HashSet};

/// How far back a closed day is scored anew: its longest window and those it is compared with are kept.
const REACH_DAYS: i32 = 28;
/// How far back what left is: its windows are a week at most.
const LEFT_REACH_DAYS: i32 = KEPT_DAYS - 7;
/// Smaller changes, in nats, are not told.
const TOLD_NATS: f64 = 0.01;

/// A day that would be said differently now.
struct Changed {
    day: Day,
    said: f64,
    parts: Parts,
    figures: Figures,
}

impl Engine {
    /// Whether a day is closed.
    pub(super) fn is_closed(&self, day: Day) -> bool {
        self.state.closed_through.is_some_and(|closed| day.0 <= closed)
    }

    /// Counts an act of a closed day. One whose day is kept no more cannot be placed.
    pub(super) fn count_late(&mut self, day: Day) {
        self.state.counts.late += 1;
        if self.is_forgotten(day) {
            self.state.counts.too_late += 1;
        } else if let Some(first) = &mut self.state.first_day {
            *first = day.0.min(*first);
        }
    }

    fn is_forgotten(&self, day: Day) -> bool {
        self.state.closed_through.is_some_and(|closed| day.0 <= closed - KEPT_DAYS)
    }

    /// Take what was told late into its days, and say anew what it changes.
    pub(super) fn settle_late(&mut self) {
        let mut from: BTreeMap<u32, Day> = BTreeMap::new();
        for (day, open) in std::mem::take(&mut self.state.late) {
            let mut open: Vec<(u32, Open)> = open.into_iter().collect();
            open.sort_unstable_by_key(|(person, _)| *person);
            for (person, open) in open {
                self.place(person, Day(day), open);
                from.entry(person).or_insert(Day(day));
            }
        }
        for (person, day) in from {
            self.learn_anew(person);
            self.say_again(person, day);
        }
    }

    fn place(&mut self, person: u32, day: Day, mut open: Open) {
        let mut one = std::mem::take(&mut self.state.people[person as usize]);
        if !self.is_forgotten(day) {
            let at = self.day_of(&mut one, day);
            one.days[at].leave_out(&mut open);
            let drawn = self.draw(&one, day, &open, &one.days[at].fresh);
            let mut clients: HashSet<u32> = open.items.keys().map(|item| self.items[*item as usize].client).collect();
            let closed = &mut one.days[at];
            for item in closed.fresh.iter().chain(&closed.gone) {
                clients.remove(&self.items[*item as usize].client);
            }
            closed.take_late(&open, &drawn);
            let now = lent(&closed.seen);
            let more = [now[0] - closed.lent[0], now[1] - closed.lent[1]];
            closed.lent = now;
            self.state.roles[one.role as usize].lend_late(day, more);
            one.touched(clients);
            self.deal_with(person, &open.dealt, day);
            if open.met_rival {
                one.met_rival = Some(one.met_rival.map_or(day.0, |first| first.min(day.0)));
            }
            for other in &open.wrote {
                let last = one.wrote.entry(*other).or_insert(day.0);
                *last = day.0.max(*last);
            }
        }
        one.did(&open);
        self.state.people[person as usize] = one;
    }

    /// The place of a closed day among those of somebody; put there if nothing of theirs was told of it in time.
    fn day_of(&self, one: &mut Someone, day: Day) -> usize {
        let at = match one.days.binary_search_by_key(&day.0, |closed| closed.day) {
            Ok(at) => return at,
            Err(at) => at,
        };
        let before = one.days.get(at).map_or(one.habits, |next| next.before);
        // As it was expected of their peers then, if any of them was there.
        let of = |other: &Someone| {
            let at = other.days.binary_search_by_key(&day.0, |closed| closed.day).ok()?;
            (other.role == one.role).then(|| other.days[at].means)
        };
        let means = self.state.people.iter().find_map(of);
        let means = means.unwrap_or_else(|| self.state.roles[one.role as usize].means(day));
        let mut closed = Closed { day: day.0, before, means, ..Closed::default() };
        closed.seen.days = 1;
        one.days.insert(at, closed);
        at
    }

    /// Score the closed days of somebody anew, from `from` on.
    fn say_again(&mut self, person: u32, from: Day) {
        let latest = Day::of(self.state.latest_us, 0);
        let mut one = std::mem::take(&mut self.state.people[person as usize]);
        let mut changed = Vec::new();
        for at in 0..one.days.len() {
            let day = Day(one.days[at].day);
            let age = latest.0 - day.0;
            if day < from || age > LEFT_REACH_DAYS {
                continue;
            }
            let closed = &one.days[at];
            let mut windows = one.windows(day, &closed.seen, &closed.before);
            self.peers_of(&one, &mut windows, closed.lent, day);
            let around = Around { means: closed.means, ..self.known(&one, day, false) };
            let (mut parts, figures) = score(&windows, &around);
            if age > REACH_DAYS {
                parts = left_again(closed.parts, &windows, &around);
            }
            let closed = &mut one.days[at];
            closed.held = windows.map(|window| window.seen.fresh + window.seen.covered);
            let said = closed.parts.total();
            if (parts.total() - said).abs() >= TOLD_NATS {
                closed.parts = parts;
                changed.push(Changed { day, said, parts, figures });
            }
        }
        self.state.people[person as usize] = one;
        for one in changed {
            self.tell_changed(person, &one);
        }
    }

    fn tell_changed(&mut self, person: u32, changed: &Changed) {
        let Changed { day, said, parts, figures } = *changed;
        let address = self.state.names.of(self.state.people[person as usize].name).to_owned();
        let case = self.case_of(person, day);
        self.amended.push(Amended { person: address.clone(), day, said, now: parts.total(), case });
        let scored = Scored { person: address, day, parts, figures, pair: None };
        self.try_open(person, day, scored, self.state.latest_us);
    }
}
