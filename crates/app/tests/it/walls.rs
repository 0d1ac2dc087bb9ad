//! Walls under contention: whatever eight workers do in whatever order, nobody is sent the data of two rivals.
//!
//! `VOUCHSAFE_WALL_STEPS` sets how many random steps are taken in all.

use serde_json::{Value, json};
use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
};
use vouchsafe_app::{
    App, Asker, Error,
    custody::{conflicts::NewConflict, merge::NewMerge},
    store::custody::{clearance::Refused, exposures, ledger, walls},
    work::{give_back::Why, projects::NewPipeline},
};
use vouchsafe_domain::{
    access::role::Role,
    custody::{
        gate::Denied,
        wall::{
            self, Policy,
            graph::{Dated, Graph},
            person::{Exposure, Person, Terms},
        },
    },
    ids::{AssignmentId, ClientId, MemberId, OrganisationId, PersonId, ProjectId},
    time::Micros,
    work::assignment::{Purpose, Step},
};
use vouchsafe_ledger::entry::LedgerOf;
use vouchsafe_store::work::assignments;
use vouchsafe_testkit::{
    db,
    world::{World, questions, yes_no},
};

/// Steps unless asked for otherwise.
const STEPS: u64 = 800;
const WORKERS: u64 = 8;
const CLIENTS: usize = 5;
const PEOPLE: usize = 12;
const NAMES: [&str; CLIENTS] = ["HERON", "LARK", "SWIFT", "WREN", "KITE"];

fn steps() -> u64 {
    std::env::var("VOUCHSAFE_WALL_STEPS").ok().and_then(|n| n.parse().ok()).unwrap_or(STEPS)
}

/// Numbers that look random and follow from a seed.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap_or_default() % sides
    }
}

struct Scene {
    world: World,
    custodian: Asker,
    clients: Vec<ClientId>,
    projects: Vec<ProjectId>,
    people: Vec<Asker>,
}

/// Five clients, one project each, twelve people who may all work everywhere.
async fn scene(db: db::Db) -> Scene {
    let world = World::new(db);
    world.clock.run();
    let custodian = world.member(Role::Custodian, &[]).await;
    let (mut clients, mut projects) = (Vec::new(), Vec::new());
    for name in NAMES {
        let client = world.client(name).await;
        let operator = world.member(Role::Operator, &[client]).await;
        let pipeline = NewPipeline { overlap: Some(8), per_hour: Some(100_000), ..NewPipeline::default() };
        let project = world.project(&operator, client, yes_no(8), pipeline).await;
        world.import(&operator, project, questions(usize::try_from(steps() / 40).unwrap_or(20) + 20)).await;
        clients.push(client);
        projects.push(project);
    }
    let mut people = Vec::new();
    for _ in 0..PEOPLE {
        people.push(world.member(Role::Expert, &[]).await);
    }
    Scene { world, custodian, clients, projects, people }
}

impl Scene {
    async fn declare(&self, a: usize, b: usize) -> vouchsafe_app::custody::conflicts::Declared {
        declare(&self.world.app, &self.custodian, self.clients[a], self.clients[b]).await
    }

    /// Everybody's exposures, by client.
    async fn exposed(&self) -> HashMap<PersonId, BTreeSet<ClientId>> {
        let mut tx = self.world.app.store.write("look").await.unwrap();
        let mut all: HashMap<PersonId, BTreeSet<ClientId>> = HashMap::new();
        for client in &self.clients {
            for exposed in exposures::of_client(&mut tx, OrganisationId::from(*client)).await.unwrap() {
                all.entry(exposed.person).or_default().insert(*client);
            }
        }
        tx.abandon().await.unwrap();
        all
    }

    /// No lease is left that a wall shuts.
    async fn no_shut_lease_is_left(&self) {
        let mut tx = self.world.app.store.write("look").await.unwrap();
        for person in &self.people {
            for (assignment, client) in assignments::held_by(&mut tx, person.person).await.unwrap() {
                let judged = walls::look(&mut tx, person.person, client).await.unwrap();
                assert!(judged.is_ok(), "{assignment} is held behind a wall: {judged:?}");
            }
        }
        tx.abandon().await.unwrap();
    }
}

async fn declare(
    app: &App,
    custodian: &Asker,
    a: ClientId,
    b: ClientId,
) -> vouchsafe_app::custody::conflicts::Declared {
    let new = NewConflict { a: a.into(), b: Some(b.into()), class: None, share: None, reason: "rivals".into() };
    // No more tries than a request has: everybody locks in one order.
    app.retry(|| app.declare_conflict(custodian, &new)).await.expect("a declaration comes through, whatever goes on")
}

/// Another transaction was.
fn in_the_way(error: &Error) -> bool {
    use vouchsafe_store::Error::{Conflict, Constraint};
    matches!(error, Error::Store(Conflict | Constraint) | Error::Refused(Refused::Store(Conflict)))
}

/// One random step of a worker. True when content was sent.
async fn step(app: &App, dice: &mut Dice, who: &Asker, project: ProjectId, held: &mut Vec<AssignmentId>) -> bool {
    let outcome = match dice.roll(10) {
        0..5 => {
            let _ = app.retry(|| app.acknowledge_guideline(who, project, 1)).await;
            let sent = app.retry(|| app.claim(who, project, Step::Label, Purpose::Work)).await;
            match sent {
                Ok(Some(sent)) => {
                    held.push(sent.id.parse().unwrap());
                    return true;
                }
                other => other.map(drop),
            }
        }
        _ if held.is_empty() => Ok(()),
        5..8 => {
            let id = held.swap_remove(dice.roll(held.len()));
            app.retry(|| async { app.submit(who, id, &json!({"verdict": {"value": "yes"}}), 1).await }).await.map(drop)
        }
        8 => {
            let id = held.swap_remove(dice.roll(held.len()));
            let why = Why { reason: "other".into(), comment: None };
            app.retry(|| app.skip(who, id, &why)).await
        }
        _ => {
            let id = held[dice.roll(held.len())];
            app.retry(|| app.resume(who, id)).await.map(drop)
        }
    };
    match outcome {
        Ok(()) | Err(Error::NotFound | Error::State { .. } | Error::Refused(Refused::Denied(Denied::Unknown))) => {}
        Err(other) if in_the_way(&other) => {}
        Err(other) => panic!("{other}"),
    }
    false
}

/// Invariants 1, 2 and 12: with rivals known beforehand, no interleaving of claims, answers, skips and second looks
/// exposes anybody to two of them; and the ledgers alone, read back, say the same.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn no_interleaving_exposes_anybody_to_two_rivals() {
    db::each(|db| async move {
        let scene = Arc::new(scene(db).await);
        let rivals = [(0, 1), (1, 2), (3, 4)];
        for (a, b) in rivals {
            scene.declare(a, b).await;
        }
        let sent = Arc::new(AtomicU64::new(0));
        let mut workers = Vec::new();
        for worker in 0..WORKERS {
            let (scene, sent) = (Arc::clone(&scene), Arc::clone(&sent));
            workers.push(tokio::spawn(async move {
                let mut dice = Dice(worker + 1);
                // Several workers act for one person at once.
                let mut held: BTreeMap<usize, Vec<AssignmentId>> = BTreeMap::new();
                for _ in 0..steps() / WORKERS {
                    let n = dice.roll(PEOPLE);
                    let project = scene.projects[dice.roll(CLIENTS)];
                    let held = held.entry(n).or_default();
                    if step(&scene.world.app, &mut dice, &scene.people[n], project, held).await {
                        sent.fetch_add(1, Ordering::Relaxed);
                    }
                }
            }));
        }
        for worker in workers {
            worker.await.unwrap();
        }
        assert!(sent.load(Ordering::Relaxed) > 0);
        let exposed = scene.exposed().await;
        let together = |of: &BTreeSet<ClientId>, (a, b): (usize, usize)| {
            of.contains(&scene.clients[a]) && of.contains(&scene.clients[b])
        };
        for (person, clients) in &exposed {
            for pair in rivals {
                assert!(!together(clients, pair), "{person} was sent both of {pair:?}");
            }
        }
        let replayed = replay(&scene, &rivals).await;
        for (person, clients) in &replayed {
            assert!(rivals.iter().all(|pair| !together(clients, *pair)), "the ledgers say otherwise of {person}");
            assert!(clients.is_subset(&exposed[person]), "the ledgers name a sight that no exposure does");
        }
    })
    .await;
}

/// Whom the ledgers say was sent what. Every disclosure must name its rule and the exposure version; and the rule, asked
/// again about nothing but what the ledgers say was sent before, must give the same answer.
async fn replay(scene: &Scene, rivals: &[(usize, usize)]) -> HashMap<PersonId, BTreeSet<ClientId>> {
    let mut sent: HashMap<PersonId, Vec<(i64, i64, ClientId, String)>> = HashMap::new();
    for client in &scene.clients {
        let of = LedgerOf::Client(client.to_string());
        let names = ledger::names(&mut scene.world.app.store.read().await.unwrap(), &of).await.unwrap();
        let people: HashMap<String, PersonId> =
            scene.people.iter().map(|p| (names.name("person", &p.person.to_string()), p.person)).collect();
        let mut tx = scene.world.app.store.write("ledger").await.unwrap();
        let entries = ledger::list(&mut tx, &of, (-1, ""), 1_000_000).await.unwrap();
        tx.abandon().await.unwrap();
        for entry in entries {
            let [act, _, person] = entry.parts.map(|part| -> Value {
                part.map(|part| serde_json::from_slice(&part.bytes).unwrap()).unwrap_or_default()
            });
            let word = act["act"].as_str().unwrap_or_default();
            if !matches!(word, "assignment.sent" | "assignment.resumed" | "guideline.sent") {
                continue;
            }
            assert!(act["rule"].is_string() && act["wall"].is_string(), "{act}");
            assert!(act["exposure"].as_i64().is_some_and(|version| version > 0), "{act}");
            let Some(person) = people.get(person["person"].as_str().unwrap()) else { continue };
            let at = (act["exposure"].as_i64().unwrap(), act["at_us"].as_i64().unwrap());
            let wall = act["wall"].as_str().unwrap().to_owned();
            sent.entry(*person).or_default().push((at.0, at.1, *client, wall));
        }
    }
    let mut graph = Graph::default();
    for (a, b) in rivals {
        let always = Dated { from: Micros(0), until: None };
        graph.declare(scene.clients[*a].into(), scene.clients[*b].into(), always);
    }
    let policy = Policy { graph: &graph, terms: |_| Some(Terms::default()) };
    let again = |mut sent: Vec<(i64, i64, ClientId, String)>| {
        sent.sort();
        let mut person = Person::default();
        for (_, at, client, said) in sent {
            let decided = wall::decide(&policy, &person, client.into(), Micros(at));
            assert_eq!(decided.map(|allowed| allowed.open.word()), Ok(said.as_str()), "the same facts, another answer");
            if person.exposed(client.into()).is_none() {
                let seen = Exposure { client: client.into(), last_sight: Some(Micros(at)), reserved: false };
                person.exposures.push(seen);
            }
        }
        person.exposures.iter().map(|exposure| ClientId(exposure.client.0)).collect()
    };
    sent.into_iter().map(|(person, sent)| (person, again(sent))).collect()
}

/// Invariant 7 and the race of reserve, assign, send and release: conflicts are declared while all work. Afterwards no
/// lease is left behind a wall, and each declaration names exactly those who stood on both sides.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_conflict_declared_amid_work_leaves_no_lease_behind_a_wall() {
    db::each(|db| async move {
        let scene = Arc::new(scene(db).await);
        let mut workers = Vec::new();
        for worker in 0..WORKERS {
            let scene = Arc::clone(&scene);
            workers.push(tokio::spawn(async move {
                let mut dice = Dice(worker + 100);
                let mut held: BTreeMap<usize, Vec<AssignmentId>> = BTreeMap::new();
                for n in 0..steps() / WORKERS {
                    if worker == 0 && n % 20 == 10 {
                        let (a, b) = (dice.roll(CLIENTS), dice.roll(CLIENTS));
                        if a != b {
                            let before = scene.exposed().await;
                            let declared = scene.declare(a, b).await;
                            at_least_those_before(&scene, &before, &declared, (a, b));
                        }
                        continue;
                    }
                    let who = dice.roll(PEOPLE);
                    let project = scene.projects[dice.roll(CLIENTS)];
                    step(&scene.world.app, &mut dice, &scene.people[who], project, held.entry(who).or_default()).await;
                }
            }));
        }
        for worker in workers {
            worker.await.unwrap();
        }
        scene.no_shut_lease_is_left().await;
        // Whoever is shut out of everything he was sent is sent nothing any more.
        let before = scene.exposed().await;
        for person in &scene.people {
            for (client, project) in scene.clients.iter().zip(&scene.projects) {
                let mut tx = scene.world.app.store.write("look").await.unwrap();
                let open = walls::look(&mut tx, person.person, *client).await.unwrap().is_ok();
                tx.abandon().await.unwrap();
                let app = &scene.world.app;
                let claimed = app.retry(|| app.claim(person, *project, Step::Label, Purpose::Work)).await;
                let denied = matches!(&claimed, Err(Error::Refused(Refused::Denied(Denied::Unknown))));
                assert_eq!(open, !denied, "{:?}", before.get(&person.person));
            }
        }
    })
    .await;
}

fn at_least_those_before(
    scene: &Scene,
    before: &HashMap<PersonId, BTreeSet<ClientId>>,
    declared: &vouchsafe_app::custody::conflicts::Declared,
    (a, b): (usize, usize),
) {
    let both = [scene.clients[a], scene.clients[b]];
    let named: BTreeSet<&str> =
        declared.exposed_to_both.iter().flat_map(|e| e.members.iter().map(String::as_str)).collect();
    if declared.leases_ended == 0 && named.is_empty() {
        return; // declared before
    }
    for person in &scene.people {
        let stood = before.get(&person.person).is_some_and(|seen| both.iter().all(|client| seen.contains(client)));
        assert!(!stood || named.contains(person.member.to_string().as_str()), "{} was not named", person.member);
    }
}

/// Two accounts that turn out to be one human shed nothing, in whichever order they are joined.
#[tokio::test(flavor = "multi_thread")]
async fn a_second_account_sheds_nothing() {
    db::each(|db| async move {
        let scene = scene(db).await;
        scene.declare(0, 1).await;
        let app = &scene.world.app;
        let [first, other, third] = [0, 1, 2].map(|n| &scene.people[n]);
        for (who, project) in [(first, 0), (other, 2)] {
            app.acknowledge_guideline(who, scene.projects[project], 1).await.unwrap();
            app.claim(who, scene.projects[project], Step::Label, Purpose::Work).await.unwrap();
        }
        let merge = |a: MemberId, b: MemberId| NewMerge { member: a, same_as: b, reason: "one passport".into() };
        app.merge_persons(&scene.custodian, &merge(first.member, other.member)).await.unwrap();
        app.merge_persons(&scene.custodian, &merge(other.member, third.member)).await.unwrap();
        for who in [first, other, third] {
            let claimed = app.acknowledge_guideline(who, scene.projects[1], 1).await;
            assert!(claimed.is_err(), "account {} was let to the rival", who.member);
        }
    })
    .await;
}

/// What faded for one day less than the longer of both cool-offs is as fresh as on its first day.
#[tokio::test(flavor = "multi_thread")]
async fn nothing_fades_before_the_later_floor() {
    db::each(|db| async move {
        let world = World::new(db);
        let custodian = world.member(Role::Custodian, &[]).await;
        let (a, b) = (world.client("HERON").await, world.client("LARK").await);
        let mut projects = Vec::new();
        for client in [a, b] {
            let operator = world.member(Role::Operator, &[client]).await;
            let project = world.project(&operator, client, yes_no(2), NewPipeline::default()).await;
            world.import(&operator, project, questions(3)).await;
            projects.push(project);
        }
        declare(&world.app, &custodian, a, b).await;
        let terms = vouchsafe_app::custody::ordered_walls::WallTerms { cool_off_days: Some(200), declarations: None };
        world.app.set_wall_terms(&custodian, b, &terms).await.unwrap();
        let expert = world.member(Role::Expert, &[]).await;
        world.app.acknowledge_guideline(&expert, projects[0], 1).await.unwrap();
        let sent = world.app.claim(&expert, projects[0], Step::Label, Purpose::Work).await.unwrap().unwrap();
        let answers = json!({"verdict": {"value": "yes"}});
        world.app.submit(&expert, sent.id.parse().unwrap(), &answers, 1).await.unwrap();

        let shut =
            |claimed: Result<(), Error>| matches!(claimed, Err(Error::Refused(Refused::Denied(Denied::Unknown))));
        world.clock.pass(200 * Micros::DAY - 1);
        assert!(shut(world.app.acknowledge_guideline(&expert, projects[1], 1).await));
        world.clock.pass(exposures::GRAIN_US + 1);
        world.clock.pass(-100 * Micros::DAY);
        assert!(shut(world.app.acknowledge_guideline(&expert, projects[1], 1).await), "a clock set back opens nothing");
        world.clock.pass(100 * Micros::DAY);
        world.app.acknowledge_guideline(&expert, projects[1], 1).await.unwrap();
        assert!(world.app.claim(&expert, projects[1], Step::Label, Purpose::Work).await.unwrap().is_some());
        assert!(
            shut(world.app.claim(&expert, projects[0], Step::Label, Purpose::Work).await.map(drop)),
            "and shuts the first"
        );
    })
    .await;
}

/// Invariant 10: without a clock, or with a ledger that takes nothing, not a byte is sent.
#[tokio::test(flavor = "multi_thread")]
async fn without_clock_or_ledger_nothing_is_sent() {
    let scene = scene(db::Db::sqlite().await).await;
    let expert = &scene.people[0];
    scene.world.app.acknowledge_guideline(expert, scene.projects[0], 1).await.unwrap();
    let now = scene.world.app.now();
    scene.world.clock.pass(-now.0 - Micros::DAY);
    assert!(scene.world.app.claim(expert, scene.projects[0], Step::Label, Purpose::Work).await.is_err());
    scene.world.clock.pass(now.0 + Micros::DAY);
    scene.world.db.disk.fail();
    let sent = scene.world.app.claim(expert, scene.projects[0], Step::Label, Purpose::Work).await;
    assert!(sent.is_err(), "the entry was never durable");
}
