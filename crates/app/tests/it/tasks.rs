//! Finding one task among many.

use vouchsafe_app::work::{projects::NewPipeline, tasks::Which};
use vouchsafe_domain::access::role::Role;
use vouchsafe_testkit::{
    db,
    world::{World, questions, yes_no},
};

#[tokio::test(flavor = "multi_thread")]
async fn a_task_is_found_by_what_the_client_calls_it_and_leads_to_those_beside_it() {
    db::each(|db| async move {
        let world = World::new(db);
        let client = world.client("HERON").await;
        let operator = world.member(Role::Operator, &[client]).await;
        let project = world.project(&operator, client, yes_no(1), NewPipeline::default()).await;
        let other = world.project(&operator, client, yes_no(1), NewPipeline::default()).await;
        let app = &world.app;
        world.import(&operator, project, questions(3)).await;
        world.import(&operator, project, questions(5).skip(3)).await;
        world.import(&operator, other, questions(1)).await;

        let all = app.list_tasks(&operator, project, "", None, 50).await.unwrap().items;
        assert_eq!(all.len(), 5);
        let ids: Vec<&str> = all.iter().map(|task| task.id.as_str()).collect();
        for (at, id) in ids.iter().enumerate() {
            let name = format!("q{at}");
            let which = Which { external_id: Some(&name), ..Which::default() };
            let found = app.list_tasks(&operator, project, which, None, 50).await.unwrap().items;
            assert_eq!(found.iter().map(|task| task.id.as_str()).collect::<Vec<_>>(), [*id]);
            let sent = app.task(&operator, id.parse().unwrap()).await.unwrap();
            assert_eq!(sent.external_id.as_deref(), Some(name.as_str()));
            assert_eq!(sent.before.as_deref(), at.checked_sub(1).map(|before| ids[before]));
            assert_eq!(sent.after.as_deref(), ids.get(at + 1).copied(), "and no task of another project");
        }
        let none = Which { external_id: Some("q9"), ..Which::default() };
        assert!(app.list_tasks(&operator, project, none, None, 50).await.unwrap().items.is_empty());

        let batch = all[4].batch.parse().unwrap();
        let of_batch = Which { batch: Some(batch), ..Which::default() };
        assert_eq!(app.list_tasks(&operator, project, of_batch, None, 50).await.unwrap().items.len(), 2);
    })
    .await;
}
