//! What is known of people besides what they were sent, each from its date on: that they joined, that they leave, that they
//! are tied to a rival of a client. And what was found of cases.
//!
//! The ledgers say when something of the kind changed; then the tables are read anew.

use super::{LEARNED_US, Watching};
use crate::{App, Error};
use std::collections::HashMap;
use vouchsafe_domain::{
    custody::case::Verdict,
    ids::{OrganisationId, PersonId},
    time::Micros,
};
use vouchsafe_ledger::act::Act;
use vouchsafe_store::custody::{
    cases, clients,
    conflicts::{self, Edge},
    watched::{self, Said, Someone},
};
use vouchsafe_watch::{engine::Found, facts::Dated, facts::Person, time::Day};

/// Acts after which context is read anew.
const CHANGES: [Act; 8] = [
    Act::MemberJoined,
    Act::NoticeGiven,
    Act::InterestDeclared,
    Act::InterestEnded,
    Act::ConflictDeclared,
    Act::ConflictEnded,
    Act::PersonsMerged,
    Act::CaseDecided,
];

/// What the server knows, and whether it may have changed.
#[derive(Default)]
pub(super) struct Context {
    /// Whether an entry says that something changed.
    pub(super) changed: bool,
    /// When notice was given about each account's person, by the id that entries name.
    notice: HashMap<PersonId, i64>,
    /// The facts of each person, as the engine has them.
    told: HashMap<PersonId, Vec<(Day, &'static str)>>,
}

impl Context {
    /// Takes in an entry of any ledger.
    pub(super) fn take(&mut self, said: &Said) {
        let Some(act) = CHANGES.iter().find(|act| act.word() == said.act) else { return };
        self.changed = true;
        if *act == Act::NoticeGiven
            && let Some(whom) = said.object.get("whom").and_then(|id| id.as_str()?.parse().ok())
        {
            if said.object.get("last_day").is_some_and(|day| !day.is_null()) {
                self.notice.entry(whom).or_insert(said.at_us);
            } else {
                self.notice.remove(&whom);
            }
        }
    }

    /// The facts of a person in words, oldest first.
    pub(super) fn of(&self, person: PersonId) -> impl Iterator<Item = (Day, &'static str)> + '_ {
        self.told.get(&person).into_iter().flatten().map(|(day, fact)| {
            let words = match *fact {
                "hired" => "joined",
                "notice" => "notice was given",
                _ => "a tie to a rival of a client was declared",
            };
            (*day, words)
        })
    }
}

impl App {
    /// Tells the engine what changed, if anything did.
    pub(super) async fn learn_context(&self, watching: &mut Watching) -> Result<(), Error> {
        if !std::mem::take(&mut watching.context.changed) {
            return Ok(());
        }
        let read = self.read_context().await;
        if read.is_err() {
            watching.context.changed = true;
        }
        let (people, ties, found) = read?;
        watching.meet(people);
        watching.tell(&ties);
        let Some(engine) = &mut watching.engine else { return Ok(()) };
        for one in found {
            let found = if one.verdict == Verdict::True { Found::True } else { Found::Benign };
            engine.found(&one.person.to_string(), Day::of(one.act_at.0, 0), found);
        }
        Ok(())
    }

    async fn read_context(&self) -> Result<(Vec<Someone>, Vec<(PersonId, Micros)>, Vec<cases::Found>), Error> {
        let now = self.now();
        let people = watched::people(&mut self.store.read().await?).await?;
        let held = clients::all(&mut self.store.read().await?).await?;
        let mut tx = self.store.write("watch_context").await?;
        let graph = conflicts::graph(&mut tx).await?;
        let edges = conflicts::list(&mut tx).await?;
        let ties = watched::ties(&mut tx, now).await?;
        let found = cases::found_since(&mut tx, now.plus(-LEARNED_US)).await?;
        tx.abandon().await?;
        // A tie counts from the day on which both it and the conflict are known.
        let known = |organisation: OrganisationId| {
            let of = edges.iter().filter(|row| match row.edge {
                Edge::Pair(a, b) | Edge::Share(a, b, _) => a == organisation || b == organisation,
                Edge::Class(a, _) => a == organisation,
            });
            of.map(|row| row.dated.from).min()
        };
        let rival =
            |organisation| held.iter().any(|client| graph.conflict(organisation, OrganisationId(client.id.0), now));
        let rivals = ties
            .into_iter()
            .filter(|tie| rival(tie.organisation))
            .map(|tie| {
                (tie.person, known(tie.organisation).map_or(tie.declared_at, |known| known.max(tie.declared_at)))
            })
            .collect();
        Ok((people, rivals, found))
    }
}

impl Watching {
    /// Who there is now.
    pub(super) fn meet(&mut self, people: Vec<Someone>) {
        let known = std::mem::take(&mut self.people);
        let fresh = people.iter().filter(|one| {
            known.get(&one.id).is_none_or(|before| (before.person, before.role) != (one.person, one.role))
        });
        for one in fresh {
            self.roles.insert(one.person, one.role);
            if let Some(engine) = &mut self.engine {
                engine.meet(person(one));
            }
        }
        self.people = people.into_iter().map(|one| (one.id, one)).collect();
    }

    fn tell(&mut self, rivals: &[(PersonId, Micros)]) {
        let mut told: HashMap<PersonId, Vec<(Day, &'static str)>> = HashMap::new();
        for one in self.people.values() {
            let mut add = |fact, at_us| told.entry(one.person).or_default().push((Day::of(at_us, 0), fact));
            add("hired", one.since.0);
            if let Some(at_us) = self.context.notice.get(&one.id) {
                add("notice", *at_us);
            }
        }
        for (person, at) in rivals {
            told.entry(*person).or_default().push((Day::of(at.0, 0), "rival_contact"));
        }
        for facts in told.values_mut() {
            facts.sort_unstable();
        }
        let Some(engine) = &mut self.engine else { return };
        for (person, facts) in &told {
            if self.context.told.get(person) != Some(facts) {
                let address = person.to_string();
                engine.tell(&address, facts.iter().map(|(day, fact)| dated(&address, *day, fact)).collect());
            }
        }
        self.context.told = told;
    }
}

/// Somebody as the engine knows people.
pub(super) fn person(one: &Someone) -> Person {
    Person { email: one.person.to_string(), role: one.role.word().to_owned(), ..Person::default() }
}

fn dated(address: &str, day: Day, fact: &str) -> Dated {
    let (date, email, fact) = (day.to_string(), address.to_owned(), fact.to_owned());
    Dated { date, email, fact, client: None, files: None, day }
}
