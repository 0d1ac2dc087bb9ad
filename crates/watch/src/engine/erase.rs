//! Erasing somebody: who they were and what was usual for them is destroyed. What they added to the sums of their role and to
//! the threshold stays; it names nobody.

use super::{Engine, Who, person::Someone};
use crate::mask;

impl Engine {
    /// Destroys what is kept of whoever has this address, in any case of letters: the address and the private ones, also within
    /// ids of items, and everything learned of their days. Acts told later begin anew. `false` if nobody has it. Drain first.
    /// Cost: every name once.
    pub fn erase(&mut self, address: &str) -> bool {
        let same = |name: &String| name.eq_ignore_ascii_case(address);
        let numbers: Vec<u32> =
            self.state.names.all().filter(|(_, name)| name.eq_ignore_ascii_case(address)).map(|(id, _)| id).collect();
        for number in &numbers {
            if let Some(Who::Ours(person)) = self.state.who.get(number).copied() {
                self.erase_person(person);
            }
            self.nameless(*number);
        }
        self.state.waiting.retain(|act| !act.actor.eq_ignore_ascii_case(address));
        for act in &mut self.state.waiting {
            act.targets.retain(|target| !target.eq_ignore_ascii_case(address));
            for text in [&mut act.object, &mut act.title] {
                if let Some(without) = mask::only(text, address, &nobody(u32::MAX)) {
                    *text = without.into();
                }
            }
        }
        self.facts.people.retain(|name, _| !same(name));
        self.facts.lifecycle.retain(|name, _| !same(name));
        let named: Vec<(u32, String)> = self
            .state
            .docs
            .all()
            .filter_map(|(id, name)| Some((id, mask::only(name, address, &nobody(id))?)))
            .collect();
        for (id, name) in named {
            self.state.docs.rename(id, &name);
        }
        !numbers.is_empty()
    }

    fn erase_person(&mut self, number: u32) {
        let private: Vec<u32> = self
            .state
            .who
            .iter()
            .filter(|(_, who)| matches!(who, Who::PrivateOf(of) | Who::Ours(of) if *of == number))
            .map(|(name, _)| *name)
            .collect();
        for name in private {
            self.nameless(name);
        }
        for open in self.state.open.values_mut().chain(self.state.late.values_mut()) {
            open.remove(&number);
        }
        let one = &mut self.state.people[number as usize];
        *one = Someone { name: one.name, role: one.role, ..Someone::default() };
    }

    fn nameless(&mut self, name: u32) {
        self.state.names.rename(name, &nobody(name));
    }
}

/// What stands in the place of a name. No address is like it.
fn nobody(number: u32) -> String {
    format!("(erased {number})")
}
