//! Pausing and closing a project, and who may.

use serde_json::json;
use vouchsafe_app::{Error, work::projects::NewPipeline};
use vouchsafe_domain::{
    access::role::Role,
    custody::gate::Denied,
    work::assignment::{Purpose, Step},
};
use vouchsafe_store::{custody::clearance::Refused, work::projects::State};
use vouchsafe_testkit::{
    db,
    world::{World, questions, yes_no},
};

#[tokio::test(flavor = "multi_thread")]
async fn a_paused_project_gives_no_work_out_and_a_closed_one_stays_closed() {
    db::each(|db| async move {
        let world = World::new(db);
        let client = world.client("HERON").await;
        let operator = world.member(Role::Operator, &[client]).await;
        let project = world.project(&operator, client, yes_no(1), NewPipeline::default()).await;
        world.import(&operator, project, questions(2)).await;
        let expert = world.expert(project).await;
        let claim = || world.app.claim(&expert, project, Step::Label, Purpose::Work);

        world.app.set_project_state(&operator, project, State::Paused).await.unwrap();
        assert!(!matches!(claim().await, Ok(Some(_))), "a paused project gave work out");
        world.app.set_project_state(&operator, project, State::Open).await.unwrap();
        let sent = claim().await.unwrap().expect("an open project gives work out");

        world.app.set_project_state(&operator, project, State::Paused).await.unwrap();
        let answers = json!({"verdict": {"value": "yes"}});
        let id = serde_json::to_value(&sent).unwrap()["id"].as_str().unwrap().parse().unwrap();
        world.app.submit(&expert, id, &answers, 10).await.expect("what is held may be finished");

        world.app.set_project_state(&operator, project, State::Closed).await.unwrap();
        let reopened = world.app.set_project_state(&operator, project, State::Open).await;
        assert!(matches!(reopened, Err(Error::State { slug: "project_closed", .. })), "{reopened:?}");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn only_an_operator_of_the_client_changes_a_project() {
    db::each(|db| async move {
        let world = World::new(db);
        let (ours, theirs) = (world.client("HERON").await, world.client("OTTER").await);
        let operator = world.member(Role::Operator, &[ours]).await;
        let project = world.project(&operator, ours, yes_no(1), NewPipeline::default()).await;
        for other in [
            world.member(Role::Operator, &[theirs]).await,
            world.member(Role::Reviewer, &[ours]).await,
            world.member(Role::Admin, &[]).await,
            world.expert(project).await,
        ] {
            let refused = world.app.set_project_state(&other, project, State::Closed).await;
            assert!(matches!(refused, Err(Error::Refused(Refused::Denied(Denied::Unknown)))), "{refused:?}");
        }
    })
    .await;
}
