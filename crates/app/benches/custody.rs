//! What custody costs whoever does honest work, on each engine there is: a wall's decision among many people and clients,
//! and a task's page with it and without.
//!
//! `cargo bench -p vouchsafe-app --bench custody -- [members] [clients]` (10,000 and 500).

use serde_json::json;
use std::time::Instant;
use vouchsafe_app::{Asker, work::projects::NewPipeline};
use vouchsafe_domain::{
    access::{device::Device, role::Role},
    custody::gate::Need,
    ids::{AssignmentId, ClientId, ConflictId, MemberId, PersonId},
    work::assignment::{Purpose, Step},
};
use vouchsafe_ledger::{
    act::Act,
    entry::{Entry, LedgerOf},
};
use vouchsafe_store::{
    access::members,
    custody::{
        clearance::{clear, clear_server},
        conflicts::{self, Edge},
        exposures, walls,
    },
    work::{assignments, projects, schemas, tasks},
};
use vouchsafe_testkit::{
    db::Db,
    world::{World, yes_no},
};

/// Clients that each person was sent something of.
const EXPOSED_TO: usize = 8;
/// Rivals of each client.
const RIVALS: usize = 4;
/// Decisions and pages that are timed.
const TIMED: usize = 10_000;
const PAGES: usize = 1_000;
/// People put in with one transaction.
const AT_ONCE: usize = 500;

#[tokio::main]
async fn main() {
    let mut sizes = std::env::args().skip(1).filter_map(|a| a.parse::<usize>().ok());
    let (people, clients) = (sizes.next().unwrap_or(10_000), sizes.next().unwrap_or(500));
    run(Db::sqlite_durable().await, people, clients).await;
    if let Some(db) = Db::postgres().await {
        run(db, people, clients).await;
    }
}

async fn run(db: Db, people: usize, clients: usize) {
    let engine = db.engine;
    let world = World::new(db);
    world.clock.run();
    let clients = all_clients(&world, clients).await;
    let people = all_people(&world, people, &clients).await;
    decisions(engine, &world, &people, &clients).await;
    pages(engine, &world, clients[0], &people[0]).await;
}

/// Each in conflict with the next four. Declared in one transaction: nobody works yet whose leases it could end.
async fn all_clients(world: &World, number: usize) -> Vec<ClientId> {
    let custodian = world.member(Role::Custodian, &[]).await;
    let mut clients = Vec::with_capacity(number);
    for n in 0..number {
        clients.push(world.client(&format!("C{n}")).await);
    }
    let mut tx = world.db.store.write("conflicts").await.expect("a transaction begins");
    conflicts::change_graph(&mut tx).await.expect("the graph is locked");
    let now = world.app.now();
    for (n, client) in clients.iter().enumerate() {
        for rival in 1..=RIVALS {
            let edge = Edge::Pair((*client).into(), clients[(n + rival) % number].into());
            let id = ConflictId(world.app.id());
            conflicts::insert(&mut tx, id, &edge, "rivals", custodian.member, now).await.expect("a conflict goes in");
        }
    }
    let entry = Entry::new(LedgerOf::Installation, Act::ConflictDeclared, now.0);
    tx.commit([entry]).await.expect("it commits");
    clients
}

async fn all_people(world: &World, number: usize, clients: &[ClientId]) -> Vec<Asker> {
    let mut people = Vec::with_capacity(number);
    for first in (0..number).step_by(AT_ONCE) {
        let mut tx = world.db.store.write("people").await.expect("a transaction begins");
        let now = world.app.now();
        for n in first..(first + AT_ONCE).min(number) {
            let (person, member) = (PersonId(world.app.id()), MemberId(world.app.id()));
            let email = format!("{n}@example.org");
            let new = members::NewPerson {
                id: person,
                name: "expert",
                email: &email,
                password_hash: None,
                totp: None,
                at: now,
            };
            members::insert_person(&mut tx, &new).await.expect("a person goes in");
            members::insert(&mut tx, member, person, Role::Expert, now).await.expect("a member goes in");
            for e in 0..EXPOSED_TO {
                // No two of them rivals: further apart than each is from the last it is in conflict with.
                let client = clients[(n + e * (RIVALS + 1)) % clients.len()];
                exposures::enter(&mut tx, person, client, now).await.expect("an exposure goes in");
            }
            let door = "session:bench".into();
            people.push(Asker { person, member, role: Role::Expert, door, only_client: None, device: Device::Desktop });
        }
        let entry = Entry::new(LedgerOf::Installation, Act::MemberJoined, now.0);
        tx.commit([entry]).await.expect("it commits");
    }
    people
}

/// The wall reckoned from rows each time, and the whole gate as a request asks it.
async fn decisions(engine: &str, world: &World, people: &[Asker], clients: &[ClientId]) {
    let (mut reckoned, mut asked, mut open) = (Vec::new(), Vec::new(), 0);
    for n in 0..TIMED {
        let (who, client) = (&people[(n * 7_919) % people.len()], clients[(n * 104_729) % clients.len()]);
        let mut tx = world.db.store.write("decision").await.expect("a transaction begins");
        let began = Instant::now();
        let judged = walls::look(&mut tx, who.person, client).await.expect("it is decided");
        reckoned.push(began.elapsed());
        open += usize::from(judged.is_ok());
        let began = Instant::now();
        let _ = clear(&mut tx, who, client, Need::Know, true).await;
        asked.push(began.elapsed());
        tx.abandon().await.expect("it ends");
    }
    let (people, clients) = (people.len(), clients.len());
    println!("{engine}: {TIMED} decisions among {people} members and {clients} clients, {open} of them yes");
    said("  the wall from rows", reckoned);
    said("  the gate with the wall", asked);
}

/// A task's page sent again to its holder, and the same rows read and opened without gate, wall, entry and commit.
async fn pages(engine: &str, world: &World, client: ClientId, expert: &Asker) {
    let operator = world.member(Role::Operator, &[client]).await;
    let pipeline = NewPipeline { overlap: Some(1), per_hour: Some(100_000), ..NewPipeline::default() };
    let project = world.project(&operator, client, yes_no(1), pipeline).await;
    let padding = "lorem ipsum ".repeat(170);
    world.import(&operator, project, (0..20).map(|n| json!({"data": {"question": format!("{n} {padding}")}}))).await;
    let app = &world.app;
    app.acknowledge_guideline(expert, project, 1).await.expect("a guideline can be acknowledged");
    let sent = app.retry(|| app.claim(expert, project, Step::Label, Purpose::Work)).await.expect("a claim is answered");
    let id: AssignmentId = sent.expect("there is work").id.parse().expect("an id");

    let (mut with, mut without) = (Vec::new(), Vec::new());
    for _ in 0..PAGES {
        let began = Instant::now();
        app.retry(|| app.resume(expert, id, true)).await.expect("a page is sent");
        with.push(began.elapsed());

        let began = Instant::now();
        let mut tx = world.db.store.write("bare").await.expect("a transaction begins");
        let found = assignments::get(&mut tx, id).await.expect("it is read").expect("it is there");
        projects::gate(&mut tx, found.project, expert.member).await.expect("it is read").expect("it is there");
        let server = clear_server(&mut tx, "bench", client).await.expect("the key is there");
        schemas::rules(&mut tx, &server, found.schema).await.expect("it is read");
        tasks::peek(&tx, &server, found.task, &found.body).expect("it opens");
        tx.abandon().await.expect("it ends");
        without.push(began.elapsed());
    }
    println!("{engine}: {PAGES} times the page of a task of 2 KB");
    let with = said("  with custody: gate, wall, entry, durable commit", with);
    let without = said("  the same rows without", without);
    println!(
        "  custody adds {:.2} ms at the median, {:.2} ms at the 99th percentile",
        with.0 - without.0,
        with.1 - without.1
    );
}

/// Prints median and 99th percentile, and gives them in milliseconds.
fn said(what: &str, mut took: Vec<std::time::Duration>) -> (f64, f64) {
    took.sort_unstable();
    let at = |part: usize| took[took.len() * part / 100].as_secs_f64() * 1_000.0;
    println!(
        "{what}: p50 {:.3} ms, p99 {:.3} ms, at most {:.3} ms",
        at(50),
        at(99),
        at(99).max(took[took.len() - 1].as_secs_f64() * 1_000.0)
    );
    (at(50), at(99))
}
