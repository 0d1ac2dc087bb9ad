//! Two persons who turn out to be one human: what either was sent counts of both, and two of his accounts are one person.

use vouchsafe_app::{
    App, Asker, Error,
    custody::{
        conflicts::NewConflict,
        merge::NewMerge,
        ordered_walls::NewWall,
        requests::{Decision, NewRequest},
    },
    store::custody::{exposures, walls},
    work::projects::NewPipeline,
};
use vouchsafe_domain::{
    access::role::Role,
    ids::{ClientId, OrganisationId},
    time::Micros,
    work::assignment::{Purpose, Step},
};
use vouchsafe_ledger::{
    act::Act,
    entry::{Entry, LedgerOf},
};
use vouchsafe_testkit::{
    db,
    world::{World, questions, yes_no},
};

/// More clients than any list of a page holds.
const MANY: i64 = 2_100;

/// Joins two, and gives the account of the first as a session knows it from then on.
pub(crate) async fn merge(app: &App, by: &Asker, from: &Asker, to: &Asker) -> Asker {
    let new = NewMerge { member: from.member, same_as: to.member, reason: "one passport".into() };
    app.merge_persons(by, &new).await.unwrap();
    Asker { person: to.person, ..from.clone() }
}

fn rivals(a: ClientId, b: ClientId) -> NewConflict {
    NewConflict { a: a.into(), b: Some(b.into()), class: None, share: None, reason: "rivals".into() }
}

fn request(kind: &str, other: Option<OrganisationId>) -> NewRequest {
    NewRequest {
        kind: kind.into(),
        member: None,
        person: None,
        client: None,
        other,
        amount: None,
        until: None,
        reason: "looked at it".into(),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn all_that_either_was_sent_counts_of_however_many_clients() {
    db::each(|db| async move {
        let world = World::new(db);
        let (app, custodian) = (&world.app, world.member(Role::Custodian, &[]).await);
        let (heron, lark) = (world.client("HERON").await, world.client("LARK").await);
        let (first, other) = (world.member(Role::Expert, &[]).await, world.member(Role::Expert, &[]).await);
        let (mut tx, now) = (app.store.write("many").await.unwrap(), app.now());
        for n in 0..MANY {
            let at = Micros(now.0 - Micros::DAY + n);
            exposures::enter(&mut tx, first.person, ClientId(app.id()), at).await.unwrap();
        }
        // The last of all, in whatever order they are read.
        exposures::enter(&mut tx, first.person, heron, now).await.unwrap();
        exposures::enter(&mut tx, other.person, lark, now).await.unwrap();
        tx.commit([Entry::new(LedgerOf::Installation, Act::ExposureEntered, now.0)]).await.unwrap();

        merge(app, &custodian, &first, &other).await;
        let mut tx = app.store.write("look").await.unwrap();
        let seen = exposures::of_person(&mut tx, other.person).await.unwrap();
        assert_eq!(i64::try_from(seen.len()).unwrap(), MANY + 2);
        assert!(exposures::of_person(&mut tx, first.person).await.unwrap().is_empty(), "he stands in every list once");
        tx.abandon().await.unwrap();

        let declared = app.declare_conflict(&custodian, &rivals(heron, lark)).await.unwrap();
        assert_eq!(declared.exposed_to_both.len(), 1, "the list is exact: {:?}", declared.exposed_to_both);
        let both = &declared.exposed_to_both[0].members;
        assert_eq!(both.len(), 2, "both accounts are named");
        let mut tx = app.store.write("look").await.unwrap();
        for client in [heron, lark] {
            assert!(walls::look(&mut tx, other.person, client).await.unwrap().is_err(), "each is shut by the other");
        }
        tx.abandon().await.unwrap();
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_takes_two_persons_takes_another_than_either_account() {
    db::each(|db| async move {
        let world = World::new(db);
        let app = &world.app;
        let (heron, lark) = (world.client("HERON").await, world.client("LARK").await);
        let third = world.member(Role::Custodian, &[]).await;
        let (one, two) = (world.member(Role::Custodian, &[]).await, world.member(Role::Custodian, &[]).await);
        let declared = app.declare_conflict(&third, &rivals(heron, lark)).await.unwrap();
        let conflict = OrganisationId(declared.id.parse().unwrap());
        let asked = app.create_request(&one, &request("end_conflict", Some(conflict))).await.unwrap();
        let contest = app.create_request(&one, &request("contest", None)).await.unwrap();
        app.order_key_destruction(&one, heron, "HERON").await.unwrap();
        let one = merge(app, &third, &one, &two).await;

        let yes = || Decision { approved: true, reason: "it is so".into() };
        for account in [&one, &two] {
            for request in [asked, contest] {
                let decided = app.decide_request(account, request, &yes()).await;
                assert!(matches!(decided, Err(Error::Forbidden(_))), "{decided:?}");
            }
            let confirmed = app.confirm_key_destruction(account, heron).await;
            assert!(matches!(confirmed, Err(Error::Forbidden(_))), "{confirmed:?}");
        }
        let mine = app.list_requests(&two).await.unwrap();
        assert!(mine.iter().all(|request| !request.mine_to_decide));
        app.decide_request(&third, contest, &yes())
            .await
            .expect("what he contests is not ended by what was found of him");
        app.decide_request(&third, asked, &yes()).await.unwrap();
        app.confirm_key_destruction(&third, heron).await.unwrap();
    })
    .await;
}

/// A client's log calls him as he was called then. A wall ordered by that name shuts him out.
#[tokio::test(flavor = "multi_thread")]
async fn a_wall_ordered_by_an_old_name_binds_who_he_is_now() {
    db::each(|db| async move {
        let world = World::new(db);
        let app = &world.app;
        let client = world.client("HERON").await;
        let operator = world.member(Role::Operator, &[client]).await;
        let project = world.project(&operator, client, yes_no(3), NewPipeline::default()).await;
        world.import(&operator, project, questions(3)).await;
        let (observer, custodian) =
            (world.member(Role::Observer, &[client]).await, world.member(Role::Custodian, &[]).await);
        let (first, other) = (world.expert(project).await, world.member(Role::Expert, &[]).await);
        let around = async || app.client_exposures(&observer, client, None, 100).await.unwrap().people;
        let before = around().await;
        let mut tx = app.store.write("look").await.unwrap();
        let old = walls::look(&mut tx, first.person, client).await.unwrap();
        assert!(old.is_ok());
        tx.abandon().await.unwrap();

        let first = merge(app, &custodian, &first, &other).await;
        app.acknowledge_guideline(&other, project, 1).await.unwrap();
        let after = around().await;
        assert_eq!(after.len(), before.len(), "one human stands there once");
        let gone: Vec<_> = before.iter().filter(|one| after.iter().all(|now| now.person != one.person)).collect();
        let [was] = gone.as_slice() else { panic!("one name is gone: {gone:?}") };
        let wall = NewWall { person: was.person.clone(), reason: "asked too much".into() };
        let ordered = app.order_wall(&observer, client, &wall).await.unwrap();
        assert!(ordered.last_sent_before.is_some(), "he was sent something");
        for account in [&first, &other] {
            let claimed = app.claim(account, project, Step::Label, Purpose::Work).await;
            assert!(claimed.is_err(), "the wall binds each of his accounts");
        }
        assert_eq!(around().await.iter().filter(|one| one.shut).count(), 1);
    })
    .await;
}

/// Who decides is shown so many requests and no more; nobody's own requests push those of others out of sight.
#[tokio::test(flavor = "multi_thread")]
async fn nobody_fills_the_list_of_requests() {
    db::each(|db| async move {
        let world = World::new(db);
        let (app, expert) = (&world.app, world.member(Role::Expert, &[]).await);
        let custodian = world.member(Role::Custodian, &[]).await;
        let mut last = None;
        for _ in 0..50 {
            last = Some(app.create_request(&expert, &request("contest", None)).await.unwrap());
        }
        let more = app.create_request(&expert, &request("contest", None)).await;
        assert!(matches!(more, Err(Error::State { slug: "too_many_requests", .. })), "{more:?}");
        let decision = Decision { approved: true, reason: "heard".into() };
        app.decide_request(&custodian, last.unwrap(), &decision).await.unwrap();
        app.create_request(&expert, &request("contest", None)).await.unwrap();
    })
    .await;
}
