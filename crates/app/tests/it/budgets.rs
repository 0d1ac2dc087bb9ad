//! What counts as an item: whatever tells of a task's content, by whichever route.

use serde_json::json;
use vouchsafe_app::{
    Error,
    custody::budgets::NewBudget,
    work::{give_back::Why, projects::NewPipeline},
};
use vouchsafe_domain::{
    access::role::Role,
    ids::TaskId,
    work::assignment::{Purpose, Step},
};
use vouchsafe_testkit::{
    db,
    world::{World, questions, yes_no},
};

fn is_spent<T>(sent: &Result<T, Error>) -> bool {
    matches!(sent, Err(Error::State { slug: "budget_spent", .. }))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_consensus_and_words_to_flags_are_counted() {
    db::each(|db| async move {
        let world = World::new(db);
        let (app, client) = (&world.app, world.client("HERON").await);
        let custodian = world.member(Role::Custodian, &[]).await;
        let (operator, observer) =
            (world.member(Role::Operator, &[client]).await, world.member(Role::Observer, &[client]).await);
        let project = world.project(&operator, client, yes_no(1), NewPipeline::default()).await;
        world.import(&operator, project, questions(4)).await;
        let expert = world.expert(project).await;
        for _ in 0..3 {
            let sent = app.claim(&expert, project, Step::Label, Purpose::Work).await.unwrap().unwrap();
            app.submit(&expert, sent.id.parse().unwrap(), &json!({"verdict": {"value": "yes"}}), 900).await.unwrap();
        }
        while app.compute_consensus(50).await.unwrap() > 0 {}
        for (who, hour) in [(&operator, 2), (&observer, 1)] {
            let new = NewBudget { role: None, member: Some(who.member), hour, day: 10, month: 10 };
            app.set_budget(&custodian, &new).await.unwrap();
        }
        let page = app.list_tasks(&operator, project, "done", None, 10).await.unwrap();
        let tasks: Vec<TaskId> = page.items.iter().map(|task| task.id.parse().unwrap()).collect();
        assert_eq!(tasks.len(), 3);

        app.task(&operator, tasks[0]).await.unwrap();
        app.consensus(&operator, tasks[0]).await.expect("it was counted with its task");
        app.consensus(&operator, tasks[1]).await.unwrap();
        assert!(is_spent(&app.consensus(&operator, tasks[2]).await));
        app.consensus(&operator, tasks[0]).await.expect("what he has he may see again");
        app.consensus(&observer, tasks[0]).await.unwrap();
        assert!(is_spent(&app.consensus(&observer, tasks[1]).await), "a client's own people are bound as well");

        let sent = app.claim(&expert, project, Step::Label, Purpose::Work).await.unwrap().unwrap();
        let why = Why { reason: "unclear_task".into(), comment: Some("which one?".into()) };
        app.flag(&expert, sent.id.parse().unwrap(), &why).await.unwrap();
        assert!(is_spent(&app.list_flags(&operator, project, false, None, 10).await));
        world.clock.pass(vouchsafe_domain::time::Micros::HOUR);
        for _ in 0..3 {
            app.list_flags(&operator, project, false, None, 10).await.expect("the same words are counted once");
        }
        app.consensus(&operator, tasks[2]).await.unwrap();
        assert!(is_spent(&app.consensus(&operator, tasks[1]).await));
    })
    .await;
}
