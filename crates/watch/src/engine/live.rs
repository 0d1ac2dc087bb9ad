//! Looking at a day before it is over, so that a case opens while most is still there.

use super::cases::{Case, Tipped};
use super::parts::Parts;
use super::score::score;
use super::{Engine, Scored, Who};
use crate::time::Day;

impl Engine {
    /// What somebody's latest open day comes to so far. The pair test, which needs everybody's day, is left to the end
    /// of the day. `None` if nothing of theirs is open or nothing is to be said. Time grows with what is kept of the
    /// person, not with the log.
    pub fn look(&self, address: &str) -> Option<Scored> {
        self.look_at(address).map(|(_, scored, _)| scored)
    }

    /// Open a case now if what somebody has done so far reaches the threshold. Call it after feeding an act that takes;
    /// the case is handed out here and not by [`Engine::drain_cases`]. One that grew is handed out by [`Engine::drain_grown`].
    pub fn tip(&mut self, address: &str) -> Option<Case> {
        self.settle_late();
        let (person, scored, at_us) = self.look_at(address)?;
        let day = scored.day;
        match self.try_open(person, day, scored, at_us) {
            Tipped::Nothing => None,
            Tipped::Opened => {
                let mut case = self.cases.pop()?;
                self.list_open_items(person, &mut case);
                Some(case)
            }
            Tipped::Grew => {
                let mut case = self.grown.pop()?;
                self.list_open_items(person, &mut case);
                self.grown.push(case);
                None
            }
        }
    }

    fn look_at(&self, address: &str) -> Option<(u32, Scored, i64)> {
        let Some(Who::Ours(person)) = self.state.who.get(&self.state.names.find(address)?).copied() else {
            return None;
        };
        let mut days =
            self.state.open.iter().filter_map(|(day, open)| Some((Day(*day), open.get(&person)?))).peekable();
        let mut one = self.state.people[person as usize].clone();
        while let Some((day, open)) = days.next() {
            let mut draft = self.draft(&one, person, day, open.clone());
            self.peers(&one, &mut draft, day);
            let (parts, figures) = score(&draft.windows, &draft.around);
            if days.peek().is_some() {
                self.learn(&mut one, draft, day, Parts::default());
                continue;
            }
            if parts.total() <= 0.0 {
                return None;
            }
            let at_us = draft.open.last_us;
            let address = self.state.names.of(one.name).to_owned();
            return Some((person, Scored { person: address, day, parts, figures, pair: None }, at_us));
        }
        None
    }

    fn list_open_items(&self, person: u32, case: &mut Case) {
        let open = self.state.open.values().filter_map(|open| open.get(&person));
        let taken = super::seen::did::TAKEN | super::seen::did::SENT | super::seen::did::ENTERED;
        let items = open.flat_map(|open| &open.items).filter(|(_, bits)| *bits & taken != 0);
        let mut names: Vec<String> = items
            .map(|(item, _)| self.state.docs.of(*item).to_owned())
            .filter(|name| !case.items.contains(name))
            .collect();
        names.sort();
        case.items_all += names.len();
        case.items.extend(names);
        case.items.truncate(super::cases::ITEMS_MOST);
    }
}
