//! What two persons approved who turn out to be one human needs a second human again.

use super::one_human::merge;
use serde_json::json;
use vouchsafe_app::{
    Asker, Error,
    custody::{
        conflicts::NewConflict,
        ordered_walls::NewWall,
        requests::{Decision, NewRequest},
    },
    releases::order::NewRelease,
    store::{
        access::grants,
        custody::{exposures, walls},
    },
    work::projects::NewPipeline,
};
use vouchsafe_domain::{
    access::role::Role,
    ids::{AssignmentId, ClientId, GrantId, OrganisationId, ProjectId, RequestId},
    releases::State,
    time::Micros,
    work::assignment::{Purpose, Step},
};
use vouchsafe_ledger::{
    act::Act,
    entry::{Entry, LedgerOf},
};
use vouchsafe_store::custody::ledger;
use vouchsafe_testkit::{
    db,
    world::{World, questions, yes_no},
};

fn yes() -> Decision {
    Decision { approved: true, reason: "agreed".into() }
}

/// How often a ledger says that an approval was undone.
async fn said(world: &World, of: LedgerOf) -> usize {
    let mut tx = world.app.store.write("look").await.unwrap();
    let all = ledger::list(&mut tx, &of, (-1, ""), 10_000).await.unwrap();
    tx.abandon().await.unwrap();
    let needle = format!(r#""act":"{}""#, Act::ApprovalUndone.word());
    let says = |entry: &&ledger::Recorded| {
        entry.parts[0].as_ref().is_some_and(|part| String::from_utf8_lossy(&part.bytes).contains(&needle))
    };
    all.iter().filter(says).count()
}

async fn said_to(world: &World, client: ClientId) -> usize {
    said(world, LedgerOf::Client(client.to_string())).await
}

/// A project with one answered task, and who runs it.
async fn answered(world: &World, client: ClientId) -> (Asker, ProjectId) {
    let operator = world.member(Role::Operator, &[client]).await;
    let project = world.project(&operator, client, yes_no(1), NewPipeline::default()).await;
    world.import(&operator, project, questions(2)).await;
    let (app, expert) = (&world.app, world.expert(project).await);
    let sent = app.retry(|| app.claim(&expert, project, Step::Label, Purpose::Work)).await.unwrap().unwrap();
    let assignment: AssignmentId = sent.id.parse().unwrap();
    let answers = json!({"verdict": {"value": "yes"}});
    app.retry(|| app.submit(&expert, assignment, &answers, 900)).await.unwrap();
    (operator, project)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_release_goes_back_to_built_also_when_it_was_delivered() {
    db::each(|db| async move {
        let world = World::new(db);
        let (app, client) = (&world.app, world.client("HERON").await);
        let (operator, project) = answered(&world, client).await;
        let third = world.member(Role::Custodian, &[]).await;
        let (one, two) = (world.member(Role::Observer, &[client]).await, world.member(Role::Observer, &[client]).await);
        let new = NewRelease::default();
        let order = async || {
            let ordered = app.retry(|| app.order_release(&operator, project, &new)).await.unwrap();
            let id = ordered.id.parse().unwrap();
            assert_eq!(app.build_release(id).await.unwrap(), Some(State::Built));
            id
        };
        let (delivered, approved, apart) = (order().await, order().await, order().await);
        for release in [delivered, approved] {
            app.approve_release(&one, release).await.unwrap();
            assert_eq!(app.approve_release(&two, release).await.unwrap().state, "approved");
        }
        app.deliver_release(&operator, delivered).await.unwrap();
        app.approve_release(&one, apart).await.unwrap();
        assert_eq!(app.approve_release(&operator, apart).await.unwrap().state, "approved");

        let one = merge(app, &third, &one, &two).await;
        let state = async |release| app.retry(|| app.release(&operator, release)).await.unwrap().state;
        assert_eq!((state(delivered).await, state(approved).await), ("built", "built"));
        assert_eq!(state(apart).await, "approved", "that was another human's word as well");
        assert!(app.retry(|| app.release_file(&operator, delivered, "manifest.json")).await.is_err(), "no file leaves");
        assert!(app.deliver_release(&operator, approved).await.is_err());
        assert_eq!(said_to(&world, client).await, 2);
        for account in [&one, &two] {
            assert!(app.approve_release(account, approved).await.is_err(), "his word is there already");
        }
        assert_eq!(app.approve_release(&operator, approved).await.unwrap().state, "approved");
        app.deliver_release(&operator, approved).await.unwrap();
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_departure_waits_for_a_second_human_again() {
    db::each(|db| async move {
        let world = World::new(db);
        let (app, client) = (&world.app, world.client("HERON").await);
        answered(&world, client).await;
        let third = world.member(Role::Custodian, &[client]).await;
        let everywhere = world.member(Role::Custodian, &[]).await;
        let (one, two) = (world.member(Role::Observer, &[client]).await, world.member(Role::Observer, &[client]).await);
        let id = app.retry(|| app.order_departure(&third, client)).await.unwrap();
        app.build_departure(id).await.unwrap();
        app.approve_departure(&one, id).await.unwrap();
        assert_eq!(app.approve_departure(&two, id).await.unwrap().state, "approved");
        merge(app, &everywhere, &one, &two).await;
        assert_eq!(app.departure(&two, id).await.unwrap().state, "built");
        assert!(app.retry(|| app.departure_file(&two, id, "manifest.json")).await.is_err(), "no file leaves");
        assert_eq!(said_to(&world, client).await, 1);
        assert_eq!(app.approve_departure(&third, id).await.unwrap().state, "approved");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_grant_is_proposed_again_and_what_was_held_under_it_ends() {
    db::each(|db| async move {
        let world = World::new(db);
        let (app, client) = (&world.app, world.client("HERON").await);
        let operator = world.member(Role::Operator, &[client]).await;
        let pipeline = NewPipeline { review_rate: Some(1.0), ..NewPipeline::default() };
        let project = world.project(&operator, client, yes_no(1), pipeline).await;
        world.import(&operator, project, questions(2)).await;
        let expert = world.expert(project).await;
        let sent = app.retry(|| app.claim(&expert, project, Step::Label, Purpose::Work)).await.unwrap().unwrap();
        let answers = json!({"verdict": {"value": "yes"}});
        app.retry(|| app.submit(&expert, sent.id.parse().unwrap(), &answers, 900)).await.unwrap();

        let admin = world.member(Role::Admin, &[]).await;
        let (confirms, third) = (world.member(Role::Custodian, &[]).await, world.member(Role::Custodian, &[]).await);
        let (reviewer, kept) = (world.member(Role::Reviewer, &[]).await, world.member(Role::Reviewer, &[]).await);
        let mut made: Vec<GrantId> = Vec::new();
        for (whom, by) in [(&reviewer, &confirms), (&kept, &third)] {
            let grant = app.propose_grant(&admin, client, whom.member).await.unwrap();
            app.confirm_grant(by, grant).await.unwrap();
            made.push(grant);
        }
        let review = app.retry(|| app.claim(&reviewer, project, Step::Review, Purpose::Work)).await.unwrap().unwrap();
        // Nobody is admin and custodian: one of the accounts goes first.
        let runs = world.member(Role::Admin, &[]).await;
        app.suspend_member(&runs, admin.member, true).await.unwrap();
        merge(app, &third, &admin, &confirms).await;

        let mut tx = app.store.write("look").await.unwrap();
        let mut confirmed = Vec::new();
        for grant in &made {
            confirmed.push(grants::get(&mut tx, *grant).await.unwrap().unwrap().confirmed_at.is_some());
        }
        tx.abandon().await.unwrap();
        assert_eq!(confirmed, [false, true], "only what the two said alone");
        let verdict = serde_json::from_value(json!({"verdict": "accept"})).unwrap();
        assert!(app.retry(|| app.review(&reviewer, review.id.parse().unwrap(), &verdict)).await.is_err());
        assert!(app.retry(|| app.claim(&kept, project, Step::Review, Purpose::Work)).await.unwrap().is_some());
        assert_eq!(said_to(&world, client).await, 1);
        assert!(matches!(app.confirm_grant(&confirms, made[0]).await, Err(Error::Forbidden(_))));
        app.confirm_grant(&third, made[0]).await.unwrap();
    })
    .await;
}

/// A waiver, a lifted wall and an ended conflict of somebody else.
#[tokio::test(flavor = "multi_thread")]
async fn what_was_opened_for_others_is_shut_again_and_can_be_asked_of_a_third() {
    db::each(|db| async move {
        let world = World::new(db);
        let app = &world.app;
        let mut clients = Vec::new();
        for name in ["HERON", "LARK", "SWIFT", "WREN"] {
            clients.push(world.client(name).await);
        }
        let [heron, lark, swift, wren] = clients[..] else { unreachable!() };
        let third = world.member(Role::Custodian, &[]).await;
        let (one, two) = (world.member(Role::Custodian, &[]).await, world.member(Role::Custodian, &[]).await);
        let whom = world.member(Role::Expert, &[]).await;
        let (mut tx, now) = (app.store.write("seen").await.unwrap(), app.now());
        for client in [heron, swift] {
            exposures::enter(&mut tx, whom.person, client, now).await.unwrap();
        }
        tx.commit([Entry::new(LedgerOf::Installation, Act::ExposureEntered, now.0)]).await.unwrap();
        let declare = async |a: ClientId, b: ClientId| {
            let new = NewConflict { a: a.into(), b: Some(b.into()), class: None, share: None, reason: "rivals".into() };
            OrganisationId(app.declare_conflict(&third, &new).await.unwrap().id.parse().unwrap())
        };
        declare(heron, lark).await;
        let conflict = declare(swift, wren).await;
        let wall = NewWall { person: whom.member.to_string(), reason: "asked too much".into() };
        let wall = OrganisationId(app.order_wall(&third, heron, &wall).await.unwrap().id.parse().unwrap());
        let open = async || {
            let mut tx = app.store.write("look").await.unwrap();
            let mut open = Vec::new();
            for client in [heron, lark, wren] {
                open.push(walls::look(&mut tx, whom.person, client).await.unwrap().is_ok());
            }
            tx.abandon().await.unwrap();
            open
        };
        assert_eq!(open().await, [false; 3]);
        let ask = async |kind: &str, client: Option<ClientId>, other: OrganisationId| {
            let waiver = kind == "waiver";
            let new = NewRequest {
                kind: kind.into(),
                member: waiver.then_some(whom.member),
                person: None,
                client,
                other: Some(other),
                amount: None,
                until: waiver.then(|| app.now().plus(30 * Micros::DAY).to_string()),
                reason: "looked at it".into(),
            };
            app.create_request(&one, &new).await.unwrap()
        };
        let asked: Vec<RequestId> = vec![
            ask("lift_wall", None, wall).await,
            ask("waiver", Some(heron), lark.into()).await,
            ask("end_conflict", None, conflict).await,
        ];
        for request in &asked {
            app.decide_request(&two, *request, &yes()).await.unwrap();
        }
        assert_eq!(open().await, [true; 3]);

        let one = merge(app, &third, &one, &two).await;
        assert_eq!(open().await, [false; 3], "one human's word opens nothing");
        assert_eq!(said(&world, LedgerOf::Installation).await, 3);
        for (client, times) in [(heron, 2), (lark, 1), (swift, 1), (wren, 1)] {
            assert_eq!(said_to(&world, client).await, times);
        }
        for request in asked {
            for account in [&one, &two] {
                assert!(matches!(app.decide_request(account, request, &yes()).await, Err(Error::Forbidden(_))));
            }
            app.decide_request(&third, request, &yes()).await.unwrap();
        }
        assert_eq!(open().await, [true; 3]);
    })
    .await;
}

/// Broken glass, and more to read.
#[tokio::test(flavor = "multi_thread")]
async fn glass_that_one_human_broke_is_whole_again() {
    db::each(|db| async move {
        let world = World::new(db);
        let (app, client) = (&world.app, world.client("HERON").await);
        let owner = world.member(Role::Operator, &[client]).await;
        let project = world.project(&owner, client, yes_no(1), NewPipeline::default()).await;
        let third = world.member(Role::Custodian, &[]).await;
        let (one, two) = (world.member(Role::Custodian, &[]).await, world.member(Role::Custodian, &[]).await);
        let operator = world.member(Role::Operator, &[]).await;
        let new = NewRequest {
            kind: "break_glass".into(),
            member: Some(operator.member),
            person: None,
            client: Some(client),
            other: None,
            amount: None,
            until: Some(app.now().plus(2 * Micros::HOUR).to_string()),
            reason: "the import stopped".into(),
        };
        let asked = app.create_request(&one, &new).await.unwrap();
        app.decide_request(&two, asked, &yes()).await.unwrap();
        app.retry(|| app.project(&operator, project)).await.unwrap();
        merge(app, &third, &one, &two).await;
        assert!(app.retry(|| app.project(&operator, project)).await.is_err());
        app.decide_request(&third, asked, &yes()).await.unwrap();
        app.retry(|| app.project(&operator, project)).await.unwrap();
    })
    .await;
}
