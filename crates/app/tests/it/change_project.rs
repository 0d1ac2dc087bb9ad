//! Pausing and closing a project, and who may.

use serde_json::json;
use vouchsafe_app::{
    Asker, Error,
    work::{
        change_project::ProjectChange,
        give_back::Why,
        import::{ImportOptions, Report},
        projects::{AskUntil, NewPipeline},
    },
};
use vouchsafe_domain::{
    access::role::Role,
    custody::gate::Denied,
    ids::ProjectId,
    work::assignment::{Purpose, Step},
};
use vouchsafe_store::custody::clearance::Refused;
use vouchsafe_testkit::{
    db,
    world::{World, questions, yes_no},
};

async fn set(world: &World, asker: &Asker, project: ProjectId, state: &str) -> Result<(), Error> {
    let change = ProjectChange { state: Some(state.into()), ..ProjectChange::default() };
    world.app.change_project(asker, project, &change).await
}

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

        set(&world, &operator, project, "paused").await.unwrap();
        assert!(!matches!(claim().await, Ok(Some(_))), "a paused project gave work out");
        set(&world, &operator, project, "open").await.unwrap();
        let sent = claim().await.unwrap().expect("an open project gives work out");

        set(&world, &operator, project, "paused").await.unwrap();
        let answers = json!({"verdict": {"value": "yes"}});
        let id = serde_json::to_value(&sent).unwrap()["id"].as_str().unwrap().parse().unwrap();
        world.app.submit(&expert, id, &answers, 10).await.expect("what is held may be finished");

        set(&world, &operator, project, "closed").await.unwrap();
        let reopened = set(&world, &operator, project, "open").await;
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
            let refused = set(&world, &other, project, "closed").await;
            assert!(matches!(refused, Err(Error::Refused(Refused::Denied(Denied::Unknown)))), "{refused:?}");
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn every_broken_rule_of_asking_again_is_told() {
    db::each(|db| async move {
        let world = World::new(db);
        let client = world.client("HERON").await;
        let operator = world.member(Role::Operator, &[client]).await;
        let project = world.project(&operator, client, yes_no(1), NewPipeline::default()).await;
        let until = AskUntil { posterior: 0.3, at_most: 0, budget: None, least_gain: None };
        let pipeline = Some(NewPipeline { until: Some(until), ..NewPipeline::default() });
        let change = ProjectChange { pipeline, ..ProjectChange::default() };
        let refused = world.app.change_project(&operator, project, &change).await;
        let Err(Error::Invalid(rules)) = refused else { panic!("{refused:?}") };
        let paths: Vec<&str> = rules.iter().map(|rule| rule.path.as_str()).collect();
        assert_eq!(paths, ["/pipeline/until/posterior", "/pipeline/until/at_most"]);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn figures_that_are_left_out_stay_and_texts_get_versions() {
    db::each(|db| async move {
        let world = World::new(db);
        let client = world.client("HERON").await;
        let operator = world.member(Role::Operator, &[client]).await;
        let pipeline = NewPipeline { overlap: Some(2), review_rate: Some(0.25), ..NewPipeline::default() };
        let project = world.project(&operator, client, yes_no(2), pipeline).await;
        world.import(&operator, project, questions(3)).await;
        let (expert, second) = (world.expert(project).await, world.expert(project).await);

        let pipeline = NewPipeline { lease_minutes: Some(45), ..NewPipeline::default() };
        let pool = json!({"language": "la"});
        let change = ProjectChange { pipeline: Some(pipeline), pool: Some(pool.clone()), ..ProjectChange::default() };
        world.app.change_project(&operator, project, &change).await.unwrap();
        let sent = world.app.project(&operator, project).await.unwrap();
        assert_eq!(
            (&sent.pipeline["overlap"], &sent.pipeline["review_rate"], &sent.pipeline["lease_minutes"]),
            (&json!(2), &json!(0.25), &json!(45))
        );
        assert_eq!(sent.pool, pool);
        let out = world.app.claim(&expert, project, Step::Label, Purpose::Work).await;
        assert!(
            matches!(out, Err(Error::Refused(Refused::Denied(Denied::Unknown)))),
            "the new pool shuts him out at once"
        );

        let change = ProjectChange { pool: Some(json!({})), ..ProjectChange::default() };
        world.app.change_project(&operator, project, &change).await.unwrap();
        let held = world.app.claim(&expert, project, Step::Label, Purpose::Work).await.unwrap().unwrap();
        assert_eq!(world.app.add_guideline(&operator, project, "Read **twice**.").await.unwrap(), 2);
        let mut schema = yes_no(2);
        schema["questions"][0]["title"] = json!("Yes, or no?");
        assert_eq!(world.app.add_schema(&operator, project, &schema).await.unwrap(), 2);
        let id = held.id.parse().unwrap();
        let resumed = world.app.resume(&expert, id, true).await.unwrap();
        assert_eq!(resumed.schema_version, 1, "what is held is finished under its own version");
        world.app.submit(&expert, id, &json!({"verdict": {"value": "no"}}), 5).await.unwrap();
        let next = world.app.claim(&expert, project, Step::Label, Purpose::Work).await;
        assert!(matches!(next, Err(Error::State { slug: "guideline_needed", .. })), "{next:?}");
        world.app.acknowledge_guideline(&expert, project, 2).await.unwrap();
        let next = world.app.claim(&expert, project, Step::Label, Purpose::Work).await.unwrap().unwrap();
        assert_eq!((next.schema_version, next.guideline_version), (2, 2));

        // A schema that tasks do not fit is refused, and they are named; nobody is given one that cannot be shown.
        let mut unfit = yes_no(2);
        unfit["fields"][0]["source"] = json!("/elsewhere");
        let Err(Error::Invalid(errors)) = world.app.add_schema(&operator, project, &unfit).await else {
            panic!("it is refused")
        };
        assert_eq!(errors.len(), 4, "{errors:?}");
        assert!(errors[0].rule.starts_with("3 of 3 tasks"), "{errors:?}");
        assert!(errors.iter().any(|error| error.rule.contains(&next.task)), "{errors:?}");
        assert_eq!(world.app.project(&operator, project).await.unwrap().schema_version, 2);
        // Nor does a file that began to come in before bring rows in under the old schema.
        let import = world.app.begin_import(&operator, project, ImportOptions::default()).await.unwrap();
        let chunk = import.prepare([(1, json!({"external_id": "late", "data": {"question": "?"}}))]);
        assert_eq!(world.app.add_schema(&operator, project, &schema).await.unwrap(), 3);
        let late = world.app.import_chunk(&operator, &import, chunk, &mut Report::default()).await;
        assert!(matches!(late, Err(Error::State { slug: "schema_changed", .. })), "{late:?}");

        // A task keeps the overlap it came with: neither stuck for a third answer nor done with one.
        let pipeline = NewPipeline { overlap: Some(3), ..NewPipeline::default() };
        let change = ProjectChange { pipeline: Some(pipeline), ..ProjectChange::default() };
        world.app.change_project(&operator, project, &change).await.unwrap();
        world.app.acknowledge_guideline(&second, project, 2).await.unwrap();
        let sent = world.app.claim(&second, project, Step::Label, Purpose::Work).await.unwrap().unwrap();
        assert_eq!(sent.task, held.task);
        world.app.submit(&second, sent.id.parse().unwrap(), &json!({"verdict": {"value": "no"}}), 5).await.unwrap();
        let tasks = world.app.list_tasks(&operator, project, "", None, 10).await.unwrap().items;
        assert_eq!(tasks.iter().filter(|task| task.state == "done" || task.state == "in_review").count(), 1);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_runs_or_watches_a_project_sees_where_it_stands() {
    db::each(|db| async move {
        let world = World::new(db);
        let (ours, theirs) = (world.client("HERON").await, world.client("OTTER").await);
        let operator = world.member(Role::Operator, &[ours]).await;
        let observer = world.member(Role::Observer, &[ours]).await;
        let stranger = world.member(Role::Operator, &[theirs]).await;
        let project =
            world.project(&operator, ours, yes_no(2), NewPipeline { overlap: Some(2), ..NewPipeline::default() }).await;
        world.import(&operator, project, questions(12)).await;
        let people = [world.expert(project).await, world.expert(project).await];
        for n in 0..10 {
            for (i, expert) in people.iter().enumerate() {
                let sent = world.app.claim(expert, project, Step::Label, Purpose::Work).await.unwrap().unwrap();
                let said = if i == 1 && n == 0 { "no" } else { "yes" };
                world
                    .app
                    .submit(expert, sent.id.parse().unwrap(), &json!({"verdict": {"value": said}}), 5)
                    .await
                    .unwrap();
            }
            world.clock.pass(vouchsafe_domain::time::Micros::HOUR / 2);
        }
        let why = Why { reason: "unclear_task".into(), comment: Some("which one?".into()) };
        let skipped = world.app.claim(&people[0], project, Step::Label, Purpose::Work).await.unwrap().unwrap();
        world.app.skip(&people[0], skipped.id.parse().unwrap(), &why).await.unwrap();
        while world.app.compute_consensus(100).await.unwrap() > 0 {}

        for asker in [&operator, &observer] {
            let progress = world.app.progress(asker, project).await.unwrap();
            assert_eq!((progress.tasks, progress.wanted, progress.people, progress.skips), (12, 4, 2, 1));
            assert_eq!((progress.annotations["accepted"].clone(), progress.active_ms), (json!(20), 100));
            assert_eq!(progress.by_state["done"], json!(10));
            let share = progress.agreement["verdict"]["share"].as_f64().unwrap();
            assert!((share - 0.95).abs() < 1e-9, "nine agree and one stands at a half: {share}");
            assert!((progress.per_hour.unwrap() - 4.0).abs() < 1e-9);
            assert!(
                progress.eta_hours["low"].as_f64().unwrap() < 1.0 && progress.eta_hours["high"].as_f64().unwrap() > 1.0
            );
            assert_eq!(world.app.list_projects(asker).await.unwrap().len(), 1);
        }
        assert_eq!(world.app.project(&observer, project).await.unwrap().pool, json!(null));
        assert_eq!(world.app.batches(&operator, project).await.unwrap()[0].accepted, 12);

        let flags = world.app.list_flags(&operator, project, true, None, 10).await.unwrap();
        assert_eq!((flags.items.len(), flags.items[0].comment.as_deref()), (1, Some("which one?")));
        let flag = flags.items[0].id.clone();
        assert!(matches!(
            world.app.resolve_flag(&stranger, &flag).await,
            Err(Error::Refused(Refused::Denied(Denied::Unknown)))
        ));
        world.app.resolve_flag(&operator, &flag).await.unwrap();
        assert!(world.app.list_flags(&operator, project, true, None, 10).await.unwrap().items.is_empty());

        assert!(world.app.list_projects(&stranger).await.unwrap().is_empty());
        assert!(world.app.progress(&stranger, project).await.is_err());
        assert!(world.app.list_projects(&people[0]).await.is_err(), "an expert has his home");
    })
    .await;
}
