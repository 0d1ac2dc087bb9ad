//! What people found of cases, and what it teaches.
//!
//! **Benign**: the score of the case joins those that set the threshold, so that as much by others is not asked about either.
//! **True**: it stays out of them, the case costs nothing of the budget (which bounds what people look at in vain), and the
//! person's days that it holds teach nothing of what is usual for them. A finding may change, as when a case is contested;
//! the last one holds, as if it had been the only one.

use super::Engine;
use super::cases::{ABSORB_DAYS, Found};
use crate::time::Day;

impl Engine {
    /// Take in what people found of the case that holds what somebody did on `day`. The threshold follows at once.
    /// `false` if no case of theirs holds that day, or it is too old to matter. Cost: the cases of six weeks, and the eight
    /// weeks of the person.
    pub fn found(&mut self, address: &str, day: Day, found: Found) -> bool {
        let Some(person) = self.number_of(address) else { return false };
        let book = &mut self.state.book;
        let holds = |case: &&mut super::cases::Opened| {
            case.person == person && (case.day - case.window + 1..case.day + ABSORB_DAYS).contains(&day.0)
        };
        let Some(case) = book.lately.iter_mut().rev().find(holds) else { return false };
        let cost = |found| if found == Found::True { 0.0 } else { 1.0 };
        book.purse.spent += cost(found) - cost(case.found);
        case.found = found;
        if book.threshold < f64::MAX {
            let today = self.state.closed_through.map_or(day, |closed| Day(closed + 1));
            self.state.book.threshold = self.threshold_now(today);
        }
        self.learn_anew(person);
        true
    }

    /// Whether a case that was found true holds what somebody does on `day`.
    pub(super) fn found_true(&self, person: u32, day: i32) -> bool {
        self.state.book.lately.iter().any(|case| {
            case.found == Found::True
                && case.person == person
                && (case.day - case.window + 1..case.day + ABSORB_DAYS).contains(&day)
        })
    }

    /// What is usual for somebody, from the days that are kept and may teach.
    pub(super) fn learn_anew(&mut self, person: u32) {
        let mut days = std::mem::take(&mut self.state.people[person as usize].days);
        let mut habits = days.front().map(|first| first.before);
        for closed in &mut days {
            let Some(habits) = &mut habits else { break };
            closed.before = *habits;
            if !self.found_true(person, closed.day) {
                habits.learn(&closed.seen, closed.hours);
            }
        }
        let one = &mut self.state.people[person as usize];
        one.days = days;
        one.habits = habits.unwrap_or(one.habits);
    }
}
