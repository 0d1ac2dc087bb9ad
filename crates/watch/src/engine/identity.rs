//! Whose an address is that acts: somebody's other one, or that of a guest who only looks like one's own.

use super::{Engine, Who, person::Someone};
use crate::activity::{Activity, Side};
use crate::facts::{Dated, Whose};
use crate::rules::private_mailbox;

/// So many addresses one number of the log stands for at most: a log that gives everybody the same would make them one.
const ALSO_MOST: usize = 8;
/// Where one cloud has the addresses of programs.
const PROGRAMS_AT: &str = "gserviceaccount.com";

impl Engine {
    /// Whose act it is of somebody who is not known yet. That he is outside is not kept: more may be said of domains later.
    pub(super) fn newcomer(&mut self, act: &Activity<'_>) -> Who {
        if let Some(person) = self.known_by_number(act) {
            self.also(person, &act.actor);
            return Who::Ours(person);
        }
        let own = !self.facts.domains.own.all().is_empty();
        let ours = match act.side {
            Side::Inside => true,
            Side::Outside => false,
            Side::Unsaid if own => self.facts.whose(&act.actor) == Whose::Own || user_of_the_log(&act.actor),
            Side::Unsaid => !(self.state.at_work && at_private_mailbox(&act.actor)),
        };
        if ours { Who::Ours(self.add_person(&act.actor)) } else { Who::Outside }
    }

    /// Somebody keeps the log's own number when the address changes: remember it, and take up under a new address that was
    /// listed already what was learned under the old one.
    pub(super) fn follow(&mut self, person: u32, act: &Activity<'_>) {
        if act.actor_id.is_empty() {
            return;
        }
        let Some(before) = self.state.names.find(&act.actor_id).and_then(|id| self.state.who.get(&id)).copied() else {
            self.also(person, &act.actor_id);
            return;
        };
        if let Who::Ours(before) = before
            && before != person
            && self.is_blank(person)
        {
            self.take_up(person, before);
        }
    }

    fn known_by_number(&self, act: &Activity<'_>) -> Option<u32> {
        if act.actor_id.is_empty() {
            return None;
        }
        match self.state.who.get(&self.state.names.find(&act.actor_id)?) {
            Some(Who::Ours(person)) if self.state.people[*person as usize].also.len() < ALSO_MOST => Some(*person),
            _ => None,
        }
    }

    /// Another name of somebody.
    pub(super) fn also(&mut self, person: u32, name: &str) {
        let name = self.state.names.id(name);
        self.state.who.insert(name, Who::Ours(person));
        let one = &mut self.state.people[person as usize];
        if one.name != name && !one.also.contains(&name) {
            one.also.push(name);
        }
    }

    fn is_blank(&self, person: u32) -> bool {
        let one = &self.state.people[person as usize];
        let open = |days: &std::collections::BTreeMap<i32, super::names::ByNumber<super::seen::Open>>| {
            days.values().any(|open| open.contains_key(&person))
        };
        one.days.is_empty() && one.items.is_empty() && !open(&self.state.open) && !open(&self.state.late)
    }

    /// What was learned of `before` is `person`'s from now on.
    fn take_up(&mut self, person: u32, before: u32) {
        let was = std::mem::take(&mut self.state.people[before as usize]);
        self.state.people[before as usize] = Someone { name: was.name, role: was.role, ..Someone::default() };
        let one = &mut self.state.people[person as usize];
        let listed = std::mem::take(one);
        let also = [was.also, vec![was.name]].concat();
        *one = Someone { also, ..was };
        (one.name, one.role, one.offset_s, one.clients) = (listed.name, listed.role, listed.offset_s, listed.clients);
        for who in self.state.who.values_mut() {
            match who {
                Who::Ours(of) | Who::PrivateOf(of) if *of == before => *of = person,
                _ => {}
            }
        }
        for open in self.state.open.values_mut().chain(self.state.late.values_mut()) {
            if let Some(day) = open.remove(&before) {
                open.insert(person, day);
            }
        }
        for by in self.state.let_in.values_mut() {
            by.iter_mut().filter(|of| **of == before).for_each(|of| *of = person);
        }
        self.state.book.take_up(person, before);
    }

    /// Dated facts of somebody, under whichever address they are told.
    pub(super) fn dated(&self, one: &Someone) -> impl Iterator<Item = &Dated> {
        let names = std::iter::once(one.name).chain(one.also.iter().copied());
        names.filter_map(|name| self.facts.lifecycle.get(self.state.names.of(name))).flatten()
    }

    /// Somebody of the organisation has this address. Where nobody said which domains are its own, whoever came from a private
    /// mailbox before the first other address is a guest after all, unless listed.
    pub(super) fn at_work(&mut self, address: &str) {
        let tells = address.contains('@') && !address.ends_with(PROGRAMS_AT) && !at_private_mailbox(address);
        if self.state.at_work || !tells {
            return;
        }
        self.state.at_work = true;
        if self.facts.domains.own.all().is_empty() {
            self.turn_out_guests();
        }
    }

    /// The same of everybody who is known already, in a state that does not say it.
    pub(super) fn look_for_work(&mut self) {
        let ours = |one: &Someone| self.state.who.get(&one.name).is_some_and(|who| matches!(who, Who::Ours(_)));
        let known: Vec<String> = self
            .state
            .people
            .iter()
            .filter(|one| ours(one))
            .map(|one| self.state.names.of(one.name).to_owned())
            .collect();
        for address in known {
            self.at_work(&address);
        }
    }

    fn turn_out_guests(&mut self) {
        for number in 0..self.state.people.len() {
            let name = self.state.people[number].name;
            let address = self.state.names.of(name);
            if !at_private_mailbox(address) || self.facts.people.contains_key(address) {
                continue;
            }
            let person = u32::try_from(number).unwrap_or(u32::MAX);
            self.state.who.retain(|_, who| *who != Who::Ours(person));
            for open in self.state.open.values_mut().chain(self.state.late.values_mut()) {
                open.remove(&person);
            }
            let one = &mut self.state.people[number];
            *one = Someone { name, role: one.role, ..Someone::default() };
        }
    }
}

fn at_private_mailbox(address: &str) -> bool {
    address.rsplit_once('@').is_some_and(|(_, domain)| private_mailbox(domain))
}

/// Whether a name is that of a user or a program whom the log itself has, as clouds and databases have them: no address, and none
/// of the names under which logs put together whoever came without one.
fn user_of_the_log(name: &str) -> bool {
    if let Some((_, domain)) = name.rsplit_once('@') {
        return domain.ends_with(PROGRAMS_AT);
    }
    let lower = name.to_ascii_lowercase();
    // A number alone is an account of another organisation, or somebody whose address was withheld.
    !lower.bytes().all(|byte| byte.is_ascii_digit() || byte == b'-')
        && !lower.contains("anonymous")
        && !lower.starts_with("urn:spo:")
        && !lower.ends_with(".amazonaws.com")
}
