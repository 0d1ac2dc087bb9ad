//! What random work left in the ledgers, and what follows from it alone.

use super::{CLIENTS, Scene, oracle};
use serde_json::Value;
use std::collections::{BTreeSet, HashMap};
use vouchsafe_app::store::custody::{ledger, walls};
use vouchsafe_domain::{
    custody::wall::{
        self, Policy,
        graph::{Dated, Graph},
        person::{COOL_OFF_DAYS, Exposure, Person, Terms},
    },
    ids::{ClientId, PersonId},
    time::Micros,
};
use vouchsafe_ledger::entry::LedgerOf;

/// A yes as an entry of a client's ledger names it.
struct Yes {
    exposure: i64,
    at_us: i64,
    client: usize,
    wall: String,
}

/// What the ledgers say of the people of a scene.
pub(super) struct Left {
    clients: Vec<ClientId>,
    pairs: HashMap<String, (usize, usize)>,
    said: HashMap<PersonId, Vec<Yes>>,
    ordered: HashMap<PersonId, BTreeSet<usize>>,
}

impl Left {
    /// Reads what was recorded after a moment.
    pub(super) async fn of(scene: &Scene, since: Micros) -> Self {
        let (said, ordered) = (HashMap::new(), HashMap::new());
        let mut left = Self { clients: scene.clients.clone(), pairs: HashMap::new(), said, ordered };
        for [act, object, _] in entries(scene, &LedgerOf::Installation, since).await {
            let conflict = || object["conflict"].as_str().unwrap().to_owned();
            let place = |name: &str| {
                let id = object[name].as_str().unwrap();
                scene.clients.iter().position(|client| client.to_string() == id).unwrap()
            };
            match act["act"].as_str().unwrap() {
                "conflict.declared" => drop(left.pairs.insert(conflict(), (place("a"), place("b")))),
                "conflict.ended" => drop(left.pairs.remove(&conflict())),
                _ => {}
            }
        }
        for (n, client) in scene.clients.iter().enumerate() {
            let of = LedgerOf::Client(client.to_string());
            let names = ledger::names(&mut scene.world.app.store.read().await.unwrap(), &of).await.unwrap();
            let name = |person: PersonId| names.name("person", &person.to_string());
            let version = |named: &Value| scene.world.app.store.keys().unveiled(named.as_str()?);
            let people: HashMap<String, PersonId> = scene.people.iter().map(|p| (name(p.person), p.person)).collect();
            for [act, object, person] in entries(scene, &of, since).await {
                if act["act"] == "wall.ordered" {
                    let whom = people.get(object["whom"].as_str().unwrap());
                    whom.map(|whom| left.ordered.entry(*whom).or_default().insert(n));
                }
                let Some(person) = person["person"].as_str().and_then(|name| people.get(name)) else { continue };
                let sent = ["assignment.sent", "assignment.resumed", "guideline.sent"].map(Value::from);
                let Some(exposure) = version(&act["exposure"]).filter(|version| *version > 0) else {
                    assert!(!sent.contains(&act["act"]), "sent under no version: {act}");
                    continue;
                };
                assert!(act["rule"].is_string() && act["wall"].is_string(), "{act}");
                let (at_us, wall) = (act["at_us"].as_i64().unwrap(), act["wall"].as_str().unwrap().to_owned());
                left.said.entry(*person).or_default().push(Yes { exposure, at_us, client: n, wall });
            }
        }
        left.said.values_mut().for_each(|all| all.sort_by_key(|yes| (yes.exposure, yes.at_us)));
        left
    }

    /// The conflicts that stand.
    pub(super) fn pairs(&self) -> BTreeSet<(usize, usize)> {
        self.pairs.values().copied().collect()
    }

    /// The clients of which somebody was let have content.
    pub(super) fn sent_to(&self, person: PersonId) -> BTreeSet<ClientId> {
        self.said.get(&person).into_iter().flatten().map(|yes| self.clients[yes.client]).collect()
    }

    /// Each yes, asked again about nothing but what was recorded before it: the rule gives the same answer for the same
    /// reason, and so does the oracle. Only where the conflicts were known before.
    pub(super) fn decides_as_it_was_decided(&self) {
        let mut graph = Graph::default();
        for (a, b) in self.pairs() {
            let always = Dated { from: Micros(0), until: None };
            graph.declare(self.clients[a].into(), self.clients[b].into(), always);
        }
        let policy = Policy { graph: &graph, terms: |_| Some(Terms::default()) };
        for (who, said) in &self.said {
            let (mut person, mut seen) = (Person::default(), Vec::new());
            for yes in said {
                let (client, at) = (self.clients[yes.client].into(), Micros(yes.at_us));
                let decided = wall::decide(&policy, &person, client, at).map(|allowed| allowed.open.word());
                assert_eq!(decided, Ok(yes.wall.as_str()), "the same facts, another answer to {who}");
                assert!(oracle::open(&self.world(*who, &seen, yes.at_us), yes.client), "the oracle shuts {who} out");
                if person.exposed(client).is_none() {
                    person.exposures.push(Exposure { client, last_sight: Some(at), reserved: false });
                    seen.push((yes.client, yes.at_us));
                }
            }
        }
    }

    /// What the ledgers and the oracle say of everybody and every client is what the database says.
    pub(super) async fn decides_as_it_is_decided(&self, scene: &Scene) {
        let mut tx = scene.world.app.store.write("look").await.unwrap();
        for who in &scene.people {
            let said = self.said.get(&who.person).into_iter().flatten();
            let seen: Vec<(usize, i64)> = said.map(|yes| (yes.client, yes.at_us)).collect();
            let world = self.world(who.person, &seen, scene.world.app.now().0);
            for (n, client) in self.clients.iter().enumerate() {
                let decided = walls::look(&mut tx, who.person, *client).await.unwrap();
                assert_eq!(decided.is_ok(), oracle::open(&world, n), "{decided:?}, but by the ledgers {world:?}");
            }
        }
        tx.abandon().await.unwrap();
    }

    fn world(&self, person: PersonId, seen: &[(usize, i64)], now: i64) -> oracle::World {
        oracle::World {
            size: CLIENTS,
            now,
            pairs: self.pairs().into_iter().map(|(a, b)| (a, b, 0, None)).collect(),
            classes: Vec::new(),
            shares: Vec::new(),
            terms: vec![(COOL_OFF_DAYS * Micros::DAY, false); CLIENTS],
            seen: seen.iter().map(|(client, at)| (*client, Some(*at), false)).collect(),
            ties: Vec::new(),
            ordered: self.ordered.get(&person).into_iter().flatten().copied().collect(),
            waivers: Vec::new(),
            leaving: None,
            lost: Vec::new(),
        }
    }
}

async fn entries(scene: &Scene, of: &LedgerOf, since: Micros) -> Vec<[Value; 3]> {
    let mut tx = scene.world.app.store.write("ledger").await.unwrap();
    let found = ledger::list(&mut tx, of, (since.0 - 1, ""), 1_000_000).await.unwrap();
    tx.abandon().await.unwrap();
    let json = |part: Option<vouchsafe_ledger::entry::Part>| -> Value {
        part.map(|part| serde_json::from_slice(&part.bytes).unwrap()).unwrap_or_default()
    };
    found.into_iter().map(|entry| entry.parts.map(json)).collect()
}
