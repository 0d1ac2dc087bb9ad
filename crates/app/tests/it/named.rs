//! What somebody names as his employer is taken for every known organisation that is called the same, until a custodian
//! has looked: unknown means no.

use vouchsafe_app::{
    App, Asker, Error,
    custody::{
        conflicts::NewConflict,
        interests::NewInterest,
        organisations::{Looked, NewOrganisation},
    },
    store::custody::walls,
    work::projects::NewPipeline,
};
use vouchsafe_domain::{
    access::role::Role,
    ids::{ClientId, OrganisationId},
    work::assignment::{Purpose, Step},
};
use vouchsafe_testkit::{
    db,
    world::{World, questions, yes_no},
};

fn tie(name: &str) -> NewInterest {
    NewInterest {
        organisation: None,
        name: Some(name.into()),
        kind: "employer".into(),
        reason: "since May".into(),
        until: None,
    }
}

async fn enter(app: &App, custodian: &Asker, name: &str) -> OrganisationId {
    app.create_organisation(custodian, &NewOrganisation { name: name.into(), kind: "vendor".into() }).await.unwrap()
}

async fn declare(app: &App, custodian: &Asker, a: OrganisationId, b: OrganisationId) -> usize {
    let new = NewConflict { a, b: Some(b), class: None, share: None, reason: "rivals".into() };
    app.declare_conflict(custodian, &new).await.unwrap().leases_ended
}

async fn is_open(app: &App, who: &Asker, client: ClientId) -> bool {
    let mut tx = app.store.write("look").await.unwrap();
    let open = walls::look(&mut tx, who.person, client).await.unwrap().is_ok();
    tx.abandon().await.unwrap();
    open
}

/// The organisation that he named: the only one that waits to be looked at.
async fn waits(app: &App, custodian: &Asker) -> OrganisationId {
    let all = app.list_organisations(custodian).await.unwrap();
    let waits: Vec<_> = all.iter().filter(|one| one.unlooked).collect();
    assert_eq!(waits.len(), 1);
    waits[0].id.parse().unwrap()
}

fn looked(same_as: Option<OrganisationId>) -> Looked {
    Looked { same_as, reason: "asked him".into() }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_rival_written_otherwise_is_the_rival() {
    db::each(|db| async move {
        let world = World::new(db);
        let (app, heron) = (&world.app, world.client("HERON").await);
        let custodian = world.member(Role::Custodian, &[]).await;
        let rival = enter(app, &custodian, "Kestrel Models").await;
        declare(app, &custodian, rival, heron.into()).await;
        let operator = world.member(Role::Operator, &[heron]).await;
        let project = world.project(&operator, heron, yes_no(3), NewPipeline::default()).await;
        world.import(&operator, project, questions(3)).await;
        let expert = world.expert(project).await;
        app.retry(|| app.claim(&expert, project, Step::Label, Purpose::Work)).await.unwrap().unwrap();

        app.declare_interest(&expert, &tie("  KESTREL-models, Inc. ")).await.unwrap();
        assert!(!is_open(app, &expert, heron).await);
        let claimed = app.retry(|| app.claim(&expert, project, Step::Label, Purpose::Work)).await;
        assert!(claimed.is_err(), "it holds from the moment he named it");
        let shown = app.list_organisations(&expert).await.unwrap();
        assert!(shown.iter().all(|one| !one.unlooked && one.counts_as.is_empty()), "what it is taken for is not told");

        let named = waits(app, &custodian).await;
        let all = app.list_organisations(&custodian).await.unwrap();
        let one = all.iter().find(|one| one.id == named.to_string()).unwrap();
        assert_eq!(one.counts_as, [rival.to_string()]);
        assert!(matches!(app.look_at_organisation(&expert, named, &looked(None)).await, Err(Error::NotFound)));
        assert!(matches!(app.look_at_organisation(&custodian, rival, &looked(None)).await, Err(Error::NotFound)));
        app.look_at_organisation(&custodian, named, &looked(None)).await.unwrap();
        assert!(is_open(app, &expert, heron).await, "a custodian knows that it is another");
        app.look_at_organisation(&custodian, named, &looked(Some(rival))).await.unwrap();
        assert!(!is_open(app, &expert, heron).await, "or that it is the same after all");
        assert!(app.list_organisations(&custodian).await.unwrap().iter().all(|one| !one.unlooked));
    })
    .await;
}

/// The client's own name and its code name; its rivals are shut, it itself is not.
#[tokio::test(flavor = "multi_thread")]
async fn whoever_works_for_a_client_is_kept_from_its_rivals() {
    db::each(|db| async move {
        let world = World::new(db);
        let (app, heron, lark) = (&world.app, world.client("HERON").await, world.client("LARK").await);
        let custodian = world.member(Role::Custodian, &[]).await;
        declare(app, &custodian, heron.into(), lark.into()).await;
        let expert = world.member(Role::Expert, &[]).await;
        app.declare_interest(&expert, &tie("Heron Ltd.")).await.unwrap();
        assert!(is_open(app, &expert, heron).await);
        assert!(!is_open(app, &expert, lark).await);
        let other = world.member(Role::Expert, &[]).await;
        app.declare_interest(&other, &tie("Heronry")).await.unwrap();
        assert!(is_open(app, &other, lark).await, "another name is another");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_comes_later_is_found_and_ends_what_it_shuts() {
    db::each(|db| async move {
        let world = World::new(db);
        let (app, heron) = (&world.app, world.client("HERON").await);
        let custodian = world.member(Role::Custodian, &[]).await;
        let operator = world.member(Role::Operator, &[heron]).await;
        let project = world.project(&operator, heron, yes_no(3), NewPipeline::default()).await;
        world.import(&operator, project, questions(3)).await;
        let (first, second) = (world.expert(project).await, world.expert(project).await);
        // Two write it each in his own way, before anybody here knows of it.
        app.declare_interest(&first, &tie("Kestrel Models GmbH")).await.unwrap();
        app.declare_interest(&second, &tie("kestrelmodels")).await.unwrap();
        for expert in [&first, &second] {
            app.retry(|| app.claim(expert, project, Step::Label, Purpose::Work)).await.unwrap().unwrap();
        }
        let rival = enter(app, &custodian, "The Kestrel Models Company").await;
        assert_eq!(declare(app, &custodian, rival, heron.into()).await, 2, "the leases of both end");
        for expert in [&first, &second] {
            assert!(!is_open(app, expert, heron).await);
        }
        let kestrel = world.client("KESTRELMODELS").await;
        let wren = world.client("WREN").await;
        declare(app, &custodian, kestrel.into(), wren.into()).await;
        assert!(!is_open(app, &second, wren).await, "a client of that name as well");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_fills_the_list_or_looks_at_his_own() {
    db::each(|db| async move {
        let world = World::new(db);
        let app = &world.app;
        let (custodian, second) = (world.member(Role::Custodian, &[]).await, world.member(Role::Custodian, &[]).await);
        app.declare_interest(&custodian, &tie("Kestrel")).await.unwrap();
        let named = waits(app, &custodian).await;
        assert!(matches!(app.look_at_organisation(&custodian, named, &looked(None)).await, Err(Error::Forbidden(_))));
        app.look_at_organisation(&second, named, &looked(None)).await.unwrap();
        let expert = world.member(Role::Expert, &[]).await;
        for n in 0..100 {
            app.declare_interest(&expert, &tie(&format!("employer {n}"))).await.unwrap();
        }
        let more = app.declare_interest(&expert, &tie("one more")).await;
        assert!(matches!(more, Err(Error::State { slug: "too_many_ties", .. })), "{more:?}");
    })
    .await;
}

/// What somebody wrote when he declared a tie is his affair: an employer of his, or the name of a client that others shall not learn.
#[tokio::test(flavor = "multi_thread")]
async fn what_one_person_named_is_shown_to_custodians_alone() {
    db::each(|db| async move {
        let world = World::new(db);
        let (app, heron) = (&world.app, world.client("HERON").await);
        let custodian = world.member(Role::Custodian, &[]).await;
        enter(app, &custodian, "Wren").await;
        let (expert, other) = (world.member(Role::Expert, &[]).await, world.member(Role::Expert, &[]).await);
        let observer = world.member(Role::Observer, &[heron]).await;
        app.declare_interest(&expert, &tie("Heron Laboratories")).await.unwrap();
        for who in [&other, &observer] {
            let shown = app.list_organisations(who).await.unwrap();
            assert_eq!(shown.iter().map(|one| one.name.as_str()).collect::<Vec<_>>(), ["Wren"]);
        }
        let own = app.own_custody(&expert).await.unwrap();
        assert_eq!(own.interests[0].name, "Heron Laboratories");
        let all = app.list_organisations(&custodian).await.unwrap();
        assert!(all.iter().any(|one| one.name == "Heron Laboratories" && one.unlooked));
    })
    .await;
}
