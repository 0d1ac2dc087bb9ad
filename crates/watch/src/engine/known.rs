//! What is known of people besides the log: at the beginning, and as it becomes known.

use super::{Engine, Who, peers::Role, person::Someone};
use crate::facts::{Dated, Person};

impl Engine {
    /// Somebody joined, or more is known of them than before. What was learned of them stays.
    pub fn meet(&mut self, person: Person) {
        self.learn_person(&person);
        self.facts.people.insert(person.email.clone(), person);
    }

    /// All dated facts of somebody, in the place of those that were known. Each counts from its day on, also if it is
    /// told later.
    pub fn tell(&mut self, address: &str, facts: Vec<Dated>) {
        self.facts.lifecycle.insert(address.to_owned(), facts);
    }

    pub(super) fn learn_people(&mut self) {
        let mut people: Vec<_> = self.facts.people.values().cloned().collect();
        people.sort_by(|one, two| one.email.cmp(&two.email));
        for person in &people {
            self.learn_person(person);
        }
    }

    fn learn_person(&mut self, person: &Person) {
        let number = self.person(&person.email) as usize;
        let role = self.role(&person.role);
        let before = std::mem::replace(&mut self.state.people[number].role, role);
        if before != role {
            self.state.roles[before as usize].people -= 1;
            self.state.roles[role as usize].people += 1;
        }
        let clients = person.clients.iter().map(|client| self.state.client_names.id(client)).collect();
        let one = &mut self.state.people[number];
        (one.offset_s, one.clients) = (person.offset_s(), clients);
        for name in person.aliases.iter().chain(&person.profile_id) {
            self.also(u32::try_from(number).unwrap_or(u32::MAX), name);
        }
        if let Some(personal) = &person.personal_email {
            let id = self.state.names.id(personal);
            self.state.who.insert(id, Who::PrivateOf(u32::try_from(number).unwrap_or(u32::MAX)));
        }
    }

    /// Somebody, by address: found, or added.
    pub(super) fn person(&mut self, email: &str) -> u32 {
        let known = self.state.names.find(email).and_then(|name| self.state.who.get(&name));
        match known {
            Some(Who::Ours(person)) => *person,
            _ => self.add_person(email),
        }
    }

    pub(super) fn add_person(&mut self, email: &str) -> u32 {
        let name = self.state.names.id(email);
        let role = self.facts.people.get(email).map(|known| known.role.clone()).unwrap_or_default();
        let role = self.role(&role);
        self.state.roles[role as usize].people += 1;
        let number = u32::try_from(self.state.people.len()).unwrap_or(u32::MAX);
        self.state.people.push(Someone { name, role, ..Someone::default() });
        self.state.who.insert(name, Who::Ours(number));
        self.at_work(email);
        number
    }

    fn role(&mut self, name: &str) -> u32 {
        let role = self.state.role_names.id(name);
        if self.state.roles.len() <= role as usize {
            self.state.roles.resize(role as usize + 1, Role::default());
        }
        role
    }
}
