//! Walls under contention: whatever eight workers do in whatever order, nobody is sent the data of two rivals.
//!
//! `VOUCHSAFE_WALL_STEPS` sets how many random steps are taken in all, `VOUCHSAFE_WALL_SEED` where they begin (several runs
//! at once take other steps), and `VOUCHSAFE_WALL_ENGINE` names the only engine to run on. Who has met everybody meets no
//! wall that he did not meet before, so after some steps others take his place, and after some more a fresh database does.

mod fading;
mod left;
#[path = "../../../domain/src/custody/wall/oracle.rs"]
mod oracle;

use left::Left;
use serde_json::json;
use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    sync::{Arc, Mutex},
    time::Instant,
};
use vouchsafe_app::{
    App, Asker, Error,
    custody::{conflicts::NewConflict, merge::NewMerge, ordered_walls::NewWall},
    store::custody::{
        clearance::Refused,
        conflicts::{self, Edge},
        exposures, walls,
    },
    work::{give_back::Why, projects::NewPipeline},
};
use vouchsafe_domain::{
    access::role::Role,
    custody::gate::Denied,
    ids::{AssignmentId, ClientId, MemberId, PersonId, ProjectId},
    time::Micros,
    work::assignment::{Purpose, Step},
};
use vouchsafe_ledger::{
    act::Act,
    entry::{Entry, LedgerOf},
};
use vouchsafe_store::work::assignments;
use vouchsafe_testkit::{
    db,
    world::{World, questions, yes_no},
};

/// Steps unless asked for otherwise.
const STEPS: u64 = 800;
/// Steps of the same people.
const ROUND: u64 = 1_000;
/// Rounds on the same database.
const PART: u64 = 20;
const WORKERS: u64 = 8;
const CLIENTS: usize = 5;
const PEOPLE: usize = 12;
const NAMES: [&str; CLIENTS] = ["HERON", "LARK", "SWIFT", "WREN", "KITE"];

fn steps() -> u64 {
    number("VOUCHSAFE_WALL_STEPS").unwrap_or(STEPS)
}

fn number(name: &str) -> Option<u64> {
    std::env::var(name).ok()?.parse().ok()
}

/// Numbers that look random and follow from a seed.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap_or_default() % sides
    }
}

#[derive(Clone)]
struct Scene {
    world: Arc<World>,
    custodian: Asker,
    clients: Vec<ClientId>,
    projects: Vec<ProjectId>,
    people: Vec<Asker>,
}

/// Five clients, one project each, twelve people who may all work everywhere.
async fn scene(db: db::Db) -> Scene {
    let world = Arc::new(World::new(db));
    world.clock.run();
    let custodian = world.member(Role::Custodian, &[]).await;
    let (mut clients, mut projects) = (Vec::new(), Vec::new());
    for name in NAMES {
        let client = world.client(name).await;
        let operator = world.member(Role::Operator, &[client]).await;
        let pipeline = NewPipeline { overlap: Some(8), per_hour: Some(100_000), ..NewPipeline::default() };
        let project = world.project(&operator, client, yes_no(8), pipeline).await;
        world
            .import(&operator, project, questions(usize::try_from(steps().min(PART * ROUND) / 40).unwrap_or(20) + 20))
            .await;
        clients.push(client);
        projects.push(project);
    }
    let people = newcomers(&world).await;
    Scene { world, custodian, clients, projects, people }
}

async fn newcomers(world: &World) -> Vec<Asker> {
    let mut people = Vec::new();
    for _ in 0..PEOPLE {
        people.push(world.member(Role::Expert, &[]).await);
    }
    people
}

impl Scene {
    async fn declare(&self, a: usize, b: usize) -> vouchsafe_app::custody::conflicts::Declared {
        declare(&self.world.app, &self.custodian, self.clients[a], self.clients[b]).await
    }

    /// Whether a conflict between two stands.
    async fn are_rivals(&self, a: usize, b: usize) -> bool {
        let mut tx = self.world.app.store.write("look").await.unwrap();
        let edges = conflicts::list(&mut tx).await.unwrap();
        tx.abandon().await.unwrap();
        let (a, b) = (self.clients[a].into(), self.clients[b].into());
        edges.iter().any(|one| {
            one.dated.until.is_none() && matches!(one.edge, Edge::Pair(x, y) if (x, y) == (a, b) || (y, x) == (a, b))
        })
    }

    /// Everybody's exposures, by client.
    async fn exposed(&self) -> Exposed {
        let mut tx = self.world.app.store.write("look").await.unwrap();
        let mut all = Exposed::new();
        for person in self.people.iter().map(|who| who.person) {
            let seen = exposures::of_person(&mut tx, person).await.unwrap();
            all.insert(person, seen.into_iter().map(|exposed| exposed.client).collect());
        }
        tx.abandon().await.unwrap();
        all
    }

    /// Shuts somebody out of a client, with no more tries than a request has.
    async fn order(&self, person: usize, client: usize) {
        let new = NewWall { person: self.people[person].member.to_string(), reason: "asked too much".into() };
        let app = &self.world.app;
        let ordered = app.retry(|| app.order_wall(&self.custodian, self.clients[client], &new)).await;
        assert!(matches!(ordered, Ok(_) | Err(Error::State { .. })), "an order comes through, whatever goes on");
    }

    /// Nothing stands between organisations any more. Two persons decide that where it is not a test.
    async fn end_all_conflicts(&self) {
        let (mut tx, now) = (self.world.app.store.write("end").await.unwrap(), self.world.app.now());
        conflicts::change_graph(&mut tx).await.unwrap();
        let mut entries = Vec::new();
        for conflict in conflicts::list(&mut tx).await.unwrap() {
            if conflicts::end(&mut tx, conflict.id, self.custodian.member, now).await.unwrap() {
                let entry = Entry::new(LedgerOf::Installation, Act::ConflictEnded, now.0);
                entries.push(entry.of("conflict", conflict.id.to_string()));
            }
        }
        if entries.is_empty() { tx.abandon().await.unwrap() } else { drop(tx.commit(entries).await.unwrap()) }
    }

    /// Whoever is shut out of everything he was sent is sent nothing any more.
    async fn whoever_is_shut_out_is_sent_nothing(&self) {
        let before = self.exposed().await;
        for person in &self.people {
            for (client, project) in self.clients.iter().zip(&self.projects) {
                let mut tx = self.world.app.store.write("look").await.unwrap();
                let open = walls::look(&mut tx, person.person, *client).await.unwrap().is_ok();
                tx.abandon().await.unwrap();
                let app = &self.world.app;
                let claimed = app.retry(|| app.claim(person, *project, Step::Label, Purpose::Work)).await;
                let denied = matches!(&claimed, Err(Error::Refused(Refused::Denied(Denied::Unknown))));
                assert_eq!(open, !denied, "{:?}", before.get(&person.person));
            }
        }
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

/// Who was sent something of whom.
type Exposed = HashMap<PersonId, BTreeSet<ClientId>>;

/// Who acknowledged, or tried to acknowledge, the guideline of which client.
type Told = Mutex<BTreeSet<(usize, usize)>>;

/// One random step of a worker. True when content was sent.
async fn step(scene: &Scene, told: &Told, dice: &mut Dice, n: usize, held: &mut Vec<AssignmentId>) -> bool {
    let (app, who) = (&scene.world.app, &scene.people[n]);
    let outcome = match dice.roll(10) {
        0..5 => {
            let of = dice.roll(CLIENTS);
            let project = scene.projects[of];
            if told.lock().unwrap().insert((n, of)) {
                let _ = app.retry(|| app.acknowledge_guideline(who, project, 1)).await;
            }
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
            app.retry(|| app.resume(who, id, true)).await.map(drop)
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
    in_parts(async |mut scene, seed, rounds| {
        let rivals = [(0, 1), (1, 2), (3, 4)];
        for (a, b) in rivals {
            scene.declare(a, b).await;
        }
        let (mut sent, mut everybody) = (0, Vec::new());
        for round in 0..rounds {
            scene.people = newcomers(&scene.world).await;
            everybody.extend(scene.people.clone());
            sent += all_work(&scene, seed + round, false).await;
        }
        assert!(sent > 0);
        scene.people = everybody;
        let exposed = scene.exposed().await;
        let together = |of: &BTreeSet<ClientId>, (a, b): (usize, usize)| {
            of.contains(&scene.clients[a]) && of.contains(&scene.clients[b])
        };
        for (person, clients) in &exposed {
            for pair in rivals {
                assert!(!together(clients, pair), "{person} was sent both of {pair:?}");
            }
        }
        let left = Left::of(&scene, Micros(0)).await;
        assert_eq!(left.pairs(), BTreeSet::from(rivals));
        left.decides_as_it_was_decided();
        for person in &scene.people {
            let said = left.sent_to(person.person);
            assert!(exposed.get(&person.person).is_some_and(|seen| said.is_subset(seen)) || said.is_empty());
        }
        left.decides_as_it_is_decided(&scene).await;
        sent
    })
    .await;
}

/// Invariants 7 and 12 and the race of reserve, assign, send and release: conflicts are declared and walls are ordered while
/// all work. Afterwards no lease is left behind a wall, each declaration named exactly those who stood on both sides, and
/// the ledgers alone decide about everybody as the database does.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_conflict_declared_amid_work_leaves_no_lease_behind_a_wall() {
    in_parts(async |mut scene, seed, rounds| {
        let mut sent = 0;
        for round in 0..rounds {
            let began = scene.world.app.now();
            scene.people = newcomers(&scene.world).await;
            sent += all_work(&scene, seed + 100 + round, true).await;
            scene.no_shut_lease_is_left().await;
            Left::of(&scene, began).await.decides_as_it_is_decided(&scene).await;
            scene.whoever_is_shut_out_is_sent_nothing().await;
            scene.end_all_conflicts().await;
        }
        sent
    })
    .await;
}

/// Runs a test on fresh databases of each engine there is, until all steps are taken; it is told a seed and how many rounds
/// to run, and says how often content was sent.
async fn in_parts(test: impl AsyncFn(Scene, u64, u64) -> u64) {
    let first_seed = number("VOUCHSAFE_WALL_SEED").unwrap_or(0);
    let alone = std::env::var("VOUCHSAFE_WALL_ENGINE").ok();
    db::each(async |first| {
        if alone.as_ref().is_some_and(|alone| *alone != first.engine) {
            return;
        }
        let (mut engine, mut first, mut sent, mut rounds, began) = ("", Some(first), 0, 0, Instant::now());
        let all = steps().div_ceil(ROUND);
        while rounds < all {
            let db = match (first.take(), engine) {
                (Some(db), _) => db,
                (None, "sqlite") => db::Db::sqlite().await,
                (None, _) => db::Db::postgres().await.expect("it was there before"),
            };
            engine = db.engine;
            let here = PART.min(all - rounds);
            sent += test(scene(db).await, first_seed + rounds * 1_000, here).await;
            rounds += here;
            println!(
                "{engine}: {} steps of {WORKERS} workers, {sent} times content was sent, {:.0?}",
                rounds * ROUND.min(steps()),
                began.elapsed()
            );
        }
    })
    .await;
}

/// Eight workers at once take a round's steps; one of them now and then declares a conflict or orders a wall, where
/// `amid` says so. How often content was sent.
async fn all_work(scene: &Scene, seed: u64, amid: bool) -> u64 {
    let (scene, told) = (Arc::new(scene.clone()), Arc::<Told>::default());
    let workers = (0..WORKERS).map(|worker| {
        let (scene, told) = (Arc::clone(&scene), Arc::clone(&told));
        tokio::spawn(async move {
            let (mut dice, mut sent) = (Dice(seed * WORKERS + worker + 1), 0);
            // Several workers act for one person at once.
            let mut held: BTreeMap<usize, Vec<AssignmentId>> = BTreeMap::new();
            for n in 0..ROUND.min(steps()) / WORKERS {
                if amid && worker == 0 && n % 20 == 10 {
                    interfere(&scene, &mut dice).await;
                }
                let who = dice.roll(PEOPLE);
                sent += u64::from(step(&scene, &told, &mut dice, who, held.entry(who).or_default()).await);
            }
            sent
        })
    });
    let mut sent = 0;
    for worker in workers.collect::<Vec<_>>() {
        sent += worker.await.unwrap();
    }
    sent
}

/// Declares a conflict, or orders a wall.
async fn interfere(scene: &Scene, dice: &mut Dice) {
    if dice.roll(4) == 0 {
        scene.order(dice.roll(PEOPLE), dice.roll(CLIENTS)).await;
        return;
    }
    let (a, b) = (dice.roll(CLIENTS), dice.roll(CLIENTS));
    if a != b {
        let (stood, before) = (scene.are_rivals(a, b).await, scene.exposed().await);
        let declared = scene.declare(a, b).await;
        if !stood {
            names_exactly_those(scene, (&before, &scene.exposed().await), &declared, (a, b));
        }
    }
}

/// All who stood on both sides before, and nobody who stands on both no more than since: what was sent is never taken away.
fn names_exactly_those(
    scene: &Scene,
    (before, after): (&Exposed, &Exposed),
    declared: &vouchsafe_app::custody::conflicts::Declared,
    (a, b): (usize, usize),
) {
    let both = [scene.clients[a], scene.clients[b]];
    let on_both = |seen: &Exposed, person| both.iter().all(|client| seen[&person].contains(client));
    let named: BTreeSet<&str> =
        declared.exposed_to_both.iter().flat_map(|e| e.members.iter().map(String::as_str)).collect();
    for who in &scene.people {
        let is_named = named.contains(who.member.to_string().as_str());
        assert!(is_named || !on_both(before, who.person), "{} was not named", who.member);
        assert!(!is_named || on_both(after, who.person), "{} was named", who.member);
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
