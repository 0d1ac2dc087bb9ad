//! How long what was sent shuts the rival, what keeps it from fading, and what a ledger says of it.

use super::declare;
use serde_json::{Value, json};
use std::collections::BTreeSet;
use vouchsafe_app::{
    Asker, Error,
    custody::{holds::NewHold, ordered_walls::WallTerms},
    store::custody::{clearance::Refused, exposures, ledger},
    work::projects::NewPipeline,
};
use vouchsafe_domain::{
    access::role::Role,
    custody::gate::Denied,
    ids::{ClientId, ProjectId},
    time::Micros,
    work::assignment::{Purpose, Step},
};
use vouchsafe_ledger::entry::{LedgerOf, Part};
use vouchsafe_testkit::{
    db,
    world::{World, questions, yes_no},
};

/// Two rivals, the second of which wants 200 days, and one who answered a task of the first.
struct Met {
    world: World,
    rivals: [ClientId; 2],
    projects: Vec<ProjectId>,
    expert: Asker,
}

impl Met {
    async fn new(db: db::Db) -> Self {
        let world = World::new(db);
        let custodian = world.member(Role::Custodian, &[]).await;
        let rivals = [world.client("HERON").await, world.client("LARK").await];
        let mut projects = Vec::new();
        for client in rivals {
            let operator = world.member(Role::Operator, &[client]).await;
            let project = world.project(&operator, client, yes_no(2), NewPipeline::default()).await;
            world.import(&operator, project, questions(6)).await;
            projects.push(project);
        }
        declare(&world.app, &custodian, rivals[0], rivals[1]).await;
        let terms = WallTerms { cool_off_days: Some(200), declarations: None };
        world.app.set_wall_terms(&custodian, rivals[1], &terms).await.unwrap();
        let expert = world.member(Role::Expert, &[]).await;
        world.app.acknowledge_guideline(&expert, projects[0], 1).await.unwrap();
        let sent = world.app.claim(&expert, projects[0], Step::Label, Purpose::Work).await.unwrap().unwrap();
        let answers = json!({"verdict": {"value": "yes"}});
        world.app.submit(&expert, sent.id.parse().unwrap(), &answers, 1).await.unwrap();
        Self { world, rivals, projects, expert }
    }

    /// Whether he is let read the second's guideline.
    async fn is_let(&self) -> bool {
        is_open(self.world.app.acknowledge_guideline(&self.expert, self.projects[1], 1).await)
    }

    /// Whether he is sent a task of one of them.
    async fn is_sent(&self, of: usize) -> bool {
        self.world.clock.pass(1_000);
        is_open(self.world.app.claim(&self.expert, self.projects[of], Step::Label, Purpose::Work).await.map(drop))
    }
}

fn is_open(done: Result<(), Error>) -> bool {
    match done {
        Ok(()) => true,
        Err(Error::Refused(Refused::Denied(Denied::Unknown))) => false,
        Err(other) => panic!("{other}"),
    }
}

/// What faded for one day less than the longer of both cool-offs is as fresh as on its first day.
#[tokio::test(flavor = "multi_thread")]
async fn nothing_fades_before_the_later_floor() {
    db::each(|db| async move {
        let met = Met::new(db).await;
        let clock = &met.world.clock;
        clock.pass(200 * Micros::DAY - 1);
        assert!(!met.is_let().await);
        clock.pass(exposures::GRAIN_US + 1);
        clock.pass(-100 * Micros::DAY);
        assert!(!met.is_let().await, "a clock set back opens nothing");
        clock.pass(100 * Micros::DAY);
        assert!(met.is_let().await && met.is_sent(1).await);
        assert!(!met.is_sent(0).await, "and shuts the first");
    })
    .await;
}

/// A hold of either side keeps what was sent from fading, also what had faded before it.
#[tokio::test(flavor = "multi_thread")]
async fn nothing_fades_under_a_hold() {
    db::each(|db| async move {
        let met = Met::new(db).await;
        let app = &met.world.app;
        let mut holders = Vec::new();
        for client in met.rivals {
            holders.push(met.world.member(Role::Custodian, &[client]).await);
        }
        let new = NewHold { project: None, reason: "A case.".into() };
        let place = async |of: usize| app.place_hold(&holders[of], met.rivals[of], &new).await.unwrap();
        let held = place(0).await;
        met.world.clock.pass(400 * Micros::DAY);
        assert!(!met.is_let().await, "held by the first");
        app.release_hold(&holders[0], held).await.unwrap();
        assert!(met.is_let().await, "released");
        for (of, holder) in holders.iter().enumerate() {
            let held = place(of).await;
            assert!(!met.is_sent(1).await, "held since by {of}");
            app.release_hold(holder, held).await.unwrap();
        }
        assert!(met.is_sent(1).await);
    })
    .await;
}

/// What is done for one client is not to be read off the ledger of another: the version of a person's exposure counts both,
/// and neither its steps nor that it stayed can be told.
#[tokio::test(flavor = "multi_thread")]
async fn no_ledger_tells_what_a_person_does_for_another_client() {
    db::each(|db| async move {
        let met = Met::new(db).await;
        let app = &met.world.app;
        let third = met.world.client("WREN").await;
        let operator = met.world.member(Role::Operator, &[third]).await;
        let elsewhere = met.world.project(&operator, third, yes_no(2), NewPipeline::default()).await;
        met.world.import(&operator, elsewhere, questions(3)).await;
        assert!(met.is_sent(0).await && met.is_sent(0).await);
        app.acknowledge_guideline(&met.expert, elsewhere, 1).await.unwrap();
        app.claim(&met.expert, elsewhere, Step::Label, Purpose::Work).await.unwrap().unwrap();
        assert!(met.is_sent(0).await);
        let mut tx = app.store.write("look").await.unwrap();
        let found = ledger::list(&mut tx, &LedgerOf::Client(met.rivals[0].to_string()), (0, ""), 1_000).await.unwrap();
        tx.abandon().await.unwrap();
        let act = |parts: [Option<Part>; 3]| -> Value {
            parts
                .into_iter()
                .next()
                .flatten()
                .map(|act| serde_json::from_slice(&act.bytes).unwrap())
                .unwrap_or_default()
        };
        let mut acts: Vec<Value> = found.into_iter().map(|entry| act(entry.parts)).collect();
        acts.retain(|act| act["act"] == "assignment.sent");
        let acts: [Value; 4] = acts.try_into().expect("four were sent");
        let named = acts.each_ref().map(|act| act["exposure"].as_str().unwrap().to_owned());
        assert_eq!(named.iter().collect::<BTreeSet<_>>().len(), 4, "equal versions look unlike: {named:?}");
        assert!(named.iter().all(|named| named.len() == 32));
        let versions = named.each_ref().map(|named| app.store.keys().unveiled(named).unwrap());
        assert!(versions[1] == versions[2] && versions[2] < versions[3], "but the installation knows: {versions:?}");
        let [.., quiet, busy] = acts.map(|mut act| {
            for drawn in ["at_us", "exposure"] {
                act.as_object_mut().unwrap().remove(drawn);
            }
            act
        });
        assert_eq!(quiet, busy, "nothing else changed either");
    })
    .await;
}
