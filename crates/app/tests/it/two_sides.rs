//! A client that has people of its own is spoken for by them alone: two custodians of the installation neither waive a
//! conflict for both sides, nor end it, nor lift a wall, nor shorten what keeps rivals out.

use serde_json::json;
use vouchsafe_app::{
    App, Asker, Error,
    custody::{
        conflicts::NewConflict,
        ordered_walls::{NewWall, WallTerms},
        requests::{Decision, NewRequest},
    },
    store::custody::{clearance, clients, exposures, walls},
};
use vouchsafe_domain::{
    access::role::Role,
    custody::gate::Need,
    ids::{ClientId, OrganisationId, RequestId},
    time::Micros,
};
use vouchsafe_ledger::{
    act::Act,
    entry::{Entry, LedgerOf},
};
use vouchsafe_testkit::{db, world::World};

/// Two rivals, somebody who was sent content of the first, and two custodians of the installation.
struct Scene {
    world: World,
    heron: ClientId,
    lark: ClientId,
    whom: Asker,
    first: Asker,
    second: Asker,
    conflict: OrganisationId,
}

async fn scene(db: db::Db) -> Scene {
    let world = World::new(db);
    let (heron, lark) = (world.client("HERON").await, world.client("LARK").await);
    let (first, second) = (world.member(Role::Custodian, &[]).await, world.member(Role::Custodian, &[]).await);
    let whom = world.member(Role::Expert, &[]).await;
    let (mut tx, now) = (world.app.store.write("seen").await.unwrap(), world.app.now());
    exposures::enter(&mut tx, whom.person, heron, now).await.unwrap();
    tx.commit([Entry::new(LedgerOf::Installation, Act::ExposureEntered, now.0)]).await.unwrap();
    let conflict = declare(&world.app, &first, heron, lark).await;
    Scene { world, heron, lark, whom, first, second, conflict }
}

async fn declare(app: &App, by: &Asker, a: ClientId, b: ClientId) -> OrganisationId {
    let new = NewConflict { a: a.into(), b: Some(b.into()), class: None, share: None, reason: "rivals".into() };
    OrganisationId(app.declare_conflict(by, &new).await.unwrap().id.parse().unwrap())
}

impl Scene {
    fn app(&self) -> &App {
        &self.world.app
    }

    async fn observer(&self, client: ClientId) -> Asker {
        self.world.member(Role::Observer, &[client]).await
    }

    async fn ask(
        &self,
        by: &Asker,
        kind: &str,
        client: Option<ClientId>,
        other: OrganisationId,
    ) -> Result<RequestId, Error> {
        let until = (kind == "waiver").then(|| self.app().now().plus(30 * Micros::DAY).to_string());
        let member = (kind == "waiver").then_some(self.whom.member);
        let reason = "looked at it".into();
        let (kind, person, amount) = (kind.into(), None, None);
        let new = NewRequest { kind, member, person, client, other: Some(other), amount, until, reason };
        self.app().create_request(by, &new).await
    }

    async fn waiver(&self, by: &Asker, mine: ClientId, theirs: ClientId) -> Result<RequestId, Error> {
        self.ask(by, "waiver", Some(mine), theirs.into()).await
    }

    async fn approve(&self, by: &Asker, request: RequestId) -> Result<(), Error> {
        self.app().decide_request(by, request, &Decision { approved: true, reason: "agreed".into() }).await
    }

    /// Whether the rival of what he was sent is open to him.
    async fn is_open(&self, client: ClientId) -> bool {
        let mut tx = self.app().store.write("look").await.unwrap();
        let open = walls::look(&mut tx, self.whom.person, client).await.unwrap().is_ok();
        tx.abandon().await.unwrap();
        open
    }

    async fn mine(&self, who: &Asker) -> usize {
        self.app().list_requests(who).await.unwrap().iter().filter(|one| one.mine_to_decide).count()
    }
}

fn forbidden<T: std::fmt::Debug>(answer: &Result<T, Error>) {
    assert!(matches!(answer, Err(Error::Forbidden(_))), "{answer:?}");
}

fn absent<T: std::fmt::Debug>(answer: &Result<T, Error>) {
    assert!(matches!(answer, Err(Error::NotFound | Error::Refused(_))), "{answer:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_waiver_is_the_word_of_both_clients() {
    db::each(|db| async move {
        let scene = scene(db).await;
        let Scene { heron, lark, first, second, .. } = &scene;
        let (of_heron, of_lark) = (scene.observer(*heron).await, scene.observer(*lark).await);
        forbidden(&scene.waiver(first, *heron, *lark).await);
        forbidden(&scene.waiver(first, *lark, *heron).await);
        let asked = scene.waiver(&of_heron, *heron, *lark).await.unwrap();
        for other in [first, second] {
            assert_eq!(scene.mine(other).await, 0);
            assert!(scene.approve(other, asked).await.is_err(), "nobody of the vendor speaks for LARK");
        }
        assert!(scene.approve(&of_heron, asked).await.is_err(), "nobody of HERON speaks for LARK");
        assert!(!scene.is_open(*lark).await);
        assert_eq!(scene.mine(&of_lark).await, 1);
        scene.approve(&of_lark, asked).await.unwrap();
        assert!(scene.is_open(*lark).await);
    })
    .await;
}

/// A client's own people do not know whom the conflict is with, nor what account somebody has: they name the conflict and his
/// pseudonym. Nothing that they are told afterwards names the rival, also when it is hidden from them.
#[tokio::test(flavor = "multi_thread")]
async fn who_is_told_of_a_conflict_alone_asks_for_a_waiver_by_it() {
    db::each(|db| async move {
        let scene = scene(db).await;
        let Scene { heron, lark, first, .. } = &scene;
        let (of_heron, of_lark) = (scene.observer(*heron).await, scene.observer(*lark).await);
        let mut tx = scene.app().store.write("sent").await.unwrap();
        exposures::enter(&mut tx, of_heron.person, *heron, scene.app().now()).await.unwrap();
        exposures::enter(&mut tx, of_lark.person, *lark, scene.app().now()).await.unwrap();
        let entry = Entry::new(LedgerOf::Installation, Act::ExposureEntered, scene.app().now().0);
        tx.commit([entry]).await.unwrap();
        absent(&scene.waiver(&of_heron, *heron, *lark).await);

        let around = scene.app().client_exposures(&of_heron, *heron, None, 100).await.unwrap();
        let mut tx = scene.app().store.write("whom").await.unwrap();
        let known = clearance::clear(&mut tx, &of_heron, *heron, Need::Custody, true).await.unwrap();
        let called = known.pseudonym(scene.whom.person);
        tx.abandon().await.unwrap();
        assert!(around.people.iter().any(|one| one.person == called));
        let ask = async |by: &Asker, person: &str, conflict: &str| {
            let new = NewRequest {
                kind: "waiver".into(),
                member: None,
                person: Some(person.into()),
                client: Some(*heron),
                other: Some(conflict.parse().unwrap()),
                amount: None,
                until: Some(scene.app().now().plus(30 * Micros::DAY).to_string()),
                reason: "he helps both".into(),
            };
            scene.app().create_request(by, &new).await
        };
        let conflict = &around.conflicts[0].id;
        absent(&ask(&of_heron, &format!("p-{}", "0".repeat(32)), conflict).await);
        absent(&ask(&of_lark, &called, conflict).await);
        forbidden(&ask(first, &called, conflict).await);
        let asked = ask(&of_heron, &called, conflict).await.unwrap();
        let listed = scene.app().list_requests(&of_heron).await.unwrap();
        let seen = listed.iter().find(|one| one.id == asked.to_string()).unwrap();
        assert_eq!((seen.client.clone(), seen.other.clone()), (Some(heron.to_string()), None));
        scene.approve(&of_lark, asked).await.unwrap();
        assert!(scene.is_open(*lark).await);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_has_nobody_here_is_spoken_for_by_the_installation() {
    db::each(|db| async move {
        let scene = scene(db).await;
        let Scene { heron, lark, first, second, .. } = &scene;
        // Neither has anybody: two custodians of the installation.
        let asked = scene.waiver(first, *heron, *lark).await.unwrap();
        forbidden(&scene.approve(first, asked).await);
        // One has somebody by now: his word is needed, whichever side was named first.
        let of_heron = scene.observer(*heron).await;
        forbidden(&scene.approve(second, asked).await);
        assert!(!scene.is_open(*lark).await);
        let asked = scene.waiver(first, *heron, *lark).await.unwrap();
        forbidden(&scene.approve(second, asked).await);
        scene.approve(&of_heron, asked).await.unwrap();
        assert!(scene.is_open(*lark).await);
        let listed = scene.app().list_requests(&of_heron).await.unwrap();
        let seen = listed.iter().find(|one| one.id == asked.to_string()).unwrap();
        assert_eq!(
            (seen.client.as_deref(), seen.state),
            (None, "approved"),
            "a client is told of its rival's side alone"
        );
    })
    .await;
}

/// Whoever ends a client's own people does not speak in their place at once.
#[tokio::test(flavor = "multi_thread")]
async fn people_who_are_gone_count_for_a_while() {
    db::each(|db| async move {
        let scene = scene(db).await;
        let Scene { heron, lark, first, second, .. } = &scene;
        let of_heron = scene.observer(*heron).await;
        let admin = scene.world.member(Role::Admin, &[]).await;
        scene.app().suspend_member(&admin, of_heron.member, true).await.unwrap();
        let asked = scene.waiver(first, *lark, *heron).await.unwrap();
        forbidden(&scene.approve(second, asked).await);
        scene.world.clock.pass(7 * Micros::DAY - 1);
        forbidden(&scene.approve(second, asked).await);
        scene.world.clock.pass(1);
        scene.approve(second, asked).await.unwrap();
        assert!(scene.is_open(*lark).await);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_conflict_ends_by_the_word_of_both_clients() {
    db::each(|db| async move {
        let scene = scene(db).await;
        let Scene { heron, lark, first, second, conflict, .. } = &scene;
        let of_heron = scene.observer(*heron).await;
        let asked = scene.ask(first, "end_conflict", None, *conflict).await.unwrap();
        forbidden(&scene.approve(second, asked).await);
        let stranger = scene.observer(scene.world.client("SWIFT").await).await;
        assert!(matches!(scene.approve(&stranger, asked).await, Err(Error::NotFound)));
        assert!(matches!(scene.ask(&stranger, "end_conflict", None, *conflict).await, Err(Error::NotFound)));
        let of_lark = scene.observer(*lark).await;
        forbidden(&scene.approve(&of_heron, asked).await);
        forbidden(&scene.ask(first, "end_conflict", None, *conflict).await);
        assert!(!scene.is_open(*lark).await);
        let asked = scene.ask(&of_heron, "end_conflict", None, *conflict).await.unwrap();
        forbidden(&scene.approve(second, asked).await);
        scene.approve(&of_lark, asked).await.unwrap();
        assert!(scene.is_open(*lark).await);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wall_is_lifted_only_with_the_clients_own_word() {
    db::each(|db| async move {
        let scene = scene(db).await;
        let Scene { heron, first, second, whom, .. } = &scene;
        let of_heron = scene.observer(*heron).await;
        let wall = NewWall { person: whom.member.to_string(), reason: "asked too much".into() };
        let mut walls = Vec::new();
        for by in [&of_heron, first] {
            let ordered = scene.app().order_wall(by, *heron, &wall).await.unwrap();
            walls.push(OrganisationId(ordered.id.parse().unwrap()));
        }
        for wall in &walls {
            let asked = scene.ask(first, "lift_wall", None, *wall).await.unwrap();
            forbidden(&scene.approve(second, asked).await);
        }
        let asked = scene.ask(first, "lift_wall", None, walls[1]).await.unwrap();
        scene.approve(&of_heron, asked).await.unwrap();
        assert!(!scene.is_open(*heron).await, "the other one stands");

        // The client has nobody any more, and its wall stands until it has.
        let admin = scene.world.member(Role::Admin, &[]).await;
        scene.app().suspend_member(&admin, of_heron.member, true).await.unwrap();
        scene.world.clock.pass(30 * Micros::DAY);
        let asked = scene.ask(first, "lift_wall", None, walls[0]).await.unwrap();
        forbidden(&scene.approve(second, asked).await);
        let next = scene.observer(*heron).await;
        scene.approve(&next, asked).await.unwrap();
        assert!(scene.is_open(*heron).await);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_else_keeps_rivals_out_for_less_or_names_who_speaks() {
    db::each(|db| async move {
        let scene = scene(db).await;
        let (heron, first) = (scene.heron, &scene.first);
        let (app, of_heron) = (scene.app(), scene.observer(heron).await);
        let days = |days| WallTerms { cool_off_days: Some(days), declarations: None };
        let declarations = |asked| WallTerms { cool_off_days: None, declarations: Some(asked) };
        forbidden(&app.set_wall_terms(first, heron, &days(1)).await);
        app.set_wall_terms(first, heron, &days(365)).await.expect("more takes only away");
        app.set_wall_terms(first, heron, &declarations(true)).await.unwrap();
        forbidden(&app.set_wall_terms(first, heron, &declarations(false)).await);
        app.set_wall_terms(&of_heron, heron, &days(30)).await.unwrap();

        let admin = scene.world.member(Role::Admin, &[]).await;
        for role in [Role::Observer, Role::Custodian] {
            let planted = scene.world.member(role, &[]).await;
            let grant = app.propose_grant(&admin, heron, planted.member).await.unwrap();
            forbidden(&app.confirm_grant(first, grant).await);
            app.confirm_grant(&of_heron, grant).await.unwrap();
        }
        let works = scene.world.member(Role::Operator, &[]).await;
        let grant = app.propose_grant(&admin, heron, works.member).await.unwrap();
        app.confirm_grant(first, grant).await.expect("who only works there speaks for nobody");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_client_approves_beforehand_and_the_end_of_its_key_are_its_own_word() {
    db::each(|db| async move {
        let scene = scene(db).await;
        let Scene { heron, first, second, .. } = &scene;
        let (app, standing) = (scene.app(), |on| serde_json::from_value(json!({"standing_approval": on})).unwrap());
        let orders = scene.world.member(Role::Operator, &[*heron]).await;
        let approves = async || {
            let mut tx = app.store.write("look").await.unwrap();
            let approves = clients::approves_beforehand(&mut tx, *heron, orders.member).await.unwrap();
            tx.abandon().await.unwrap();
            approves
        };
        app.change_client(first, *heron, &standing(true)).await.unwrap();
        assert!(approves().await, "of a client that has nobody here");
        let of_heron = scene.observer(*heron).await;
        assert!(!approves().await, "it is not the word of those it has now");
        forbidden(&app.change_client(first, *heron, &standing(true)).await);
        app.change_client(first, *heron, &standing(false)).await.expect("that opens nothing");
        app.change_client(&of_heron, *heron, &standing(true)).await.unwrap();
        assert!(approves().await);

        app.order_key_destruction(first, *heron, "HERON").await.unwrap();
        forbidden(&app.confirm_key_destruction(second, *heron).await);
        app.confirm_key_destruction(&of_heron, *heron).await.unwrap();
    })
    .await;
}
