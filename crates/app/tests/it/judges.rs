//! Models whose answers come with the tasks: one more worker each to what is believed, and never one of the people.

use serde_json::{Value, json};
use vouchsafe_app::{
    Asker,
    work::{
        import::ImportOptions,
        projects::{Adjudicate, NewPipeline},
        sent::AssignmentSent,
    },
};
use vouchsafe_domain::{
    access::role::Role,
    ids::ProjectId,
    work::assignment::{Purpose, Step},
};
use vouchsafe_testkit::{
    db,
    world::{World, yes_no},
};

const MODEL: &str = "marlin-7b";

fn yes(right: bool) -> &'static str {
    if right { "yes" } else { "no" }
}

/// A question that is answered yes where its number is even, and what the model says of it.
fn row(n: usize, model: bool) -> Value {
    json!({
        "external_id": format!("n{n}"), "data": {"question": format!("Is {n} a round number?")},
        "judges": {MODEL: {"verdict": {"value": yes(model)}}},
    })
}

async fn take(world: &World, who: &Asker, project: ProjectId, step: Step) -> Option<(AssignmentSent, usize)> {
    let sent = world.app.retry(|| world.app.claim(who, project, step, Purpose::Work)).await.unwrap()?;
    let said = serde_json::to_string(&sent).unwrap();
    assert!(!said.contains(MODEL) && !said.contains("judges"), "{step:?} is blind to models: {said}");
    let number = sent.content["question"]["text"].as_str().unwrap().split(' ').nth(1).unwrap().parse().unwrap();
    Some((sent, number))
}

async fn answered(world: &World, project: ProjectId, right: impl Fn(usize) -> bool) {
    let expert = world.expert(project).await;
    while let Some((sent, number)) = take(world, &expert, project, Step::Label).await {
        let answers = json!({"verdict": {"value": yes(right(number) == number.is_multiple_of(2))}});
        world.app.submit(&expert, sent.id.parse().unwrap(), &answers, 4_000).await.unwrap();
    }
}

/// Two people who err where a number ends in 3 and in 7, and a model that errs where it ends in 5: where the two differ the model tells who is
/// right, and nobody who answers, reviews or decides is sent what it said.
#[tokio::test(flavor = "multi_thread")]
async fn a_model_is_one_more_worker_and_nobody_sees_what_it_said() {
    db::each(|db| async move {
        let world = World::new(db);
        let client = world.client("HERON").await;
        let operator = world.member(Role::Operator, &[client]).await;
        let pipeline = NewPipeline {
            overlap: Some(2),
            review_rate: Some(1.0),
            gold_rate: Some(0.3),
            adjudicate: Some(Adjudicate { below: 0.99 }),
            ..NewPipeline::default()
        };
        let project = world.project(&operator, client, yes_no(2), pipeline).await;
        world.import(&operator, project, (0..60).map(|n| row(n, (n % 2 == 0) != (n % 10 == 5)))).await;
        let gold = (100..112).map(|n| {
            let mut gold = row(n, true);
            gold["gold"] = json!({"verdict": {"value": yes(n % 2 == 0)}});
            gold
        });
        world.import(&operator, project, gold).await;
        answered(&world, project, |n| n % 10 != 3).await;
        answered(&world, project, |n| n % 10 != 7).await;
        let reviewer = world.member(Role::Reviewer, &[client]).await;
        while let Some((sent, _)) = take(&world, &reviewer, project, Step::Review).await {
            let accept = serde_json::from_value(json!({"verdict": "accept"})).unwrap();
            world.app.review(&reviewer, sent.id.parse().unwrap(), &accept).await.unwrap();
        }
        while world.app.compute_consensus(100).await.unwrap() > 0 {}
        world.app.compute_quality_for(project).await.unwrap();
        let report = world.app.quality(&operator, project).await.unwrap().expect("a report was made");
        let people = report.people.iter().map(|person| person.annotations).sum::<usize>();
        assert_eq!((report.people.len(), report.annotations, people), (2, people, people), "a model is no person");
        let verdict = &report.questions[0];
        assert_eq!(verdict.answers, people, "agreement is that of people");
        let [judge] = &report.judges[..] else { panic!("{:?}", report.judges) };
        let gold = judge.gold.expect("it answered gold");
        assert!(judge.judge == MODEL && judge.answers == report.tasks && gold.total == report.gold_tasks);
        assert!(gold.right < gold.total && judge.ability["verdict"].chance.value > 0.6, "{judge:?}");
        assert_eq!(judge.confusion["verdict"].answers, judge.answers);

        let tasks = world.app.list_tasks(&operator, project, "done", None, 100).await.unwrap().items;
        assert_eq!(tasks.len(), 60);
        let mut split = 0;
        for task in tasks {
            let id = task.id.parse().unwrap();
            let sent = world.app.task(&operator, id).await.unwrap();
            let said = serde_json::to_string(&sent).unwrap();
            assert!(!said.contains(MODEL), "{said}");
            let agreed =
                &world.app.consensus(&operator, id).await.unwrap().questions.expect("it is reckoned")["verdict"];
            assert_eq!(agreed.of, 2, "a model has no vote");
            split += usize::from(agreed.value.is_null());
        }
        assert_eq!(split, 12, "a tie of two people stays one");
        let decider = world.member(Role::Reviewer, &[client]).await;
        assert!(take(&world, &decider, project, Step::Adjudicate).await.is_some());

        let new = vouchsafe_app::releases::order::NewRelease { formats: vec!["full".into()], ..Default::default() };
        let release = world.app.order_release(&operator, project, &new).await.unwrap().id.parse().unwrap();
        world.app.build_release(release).await.unwrap();
        let sent = serde_json::to_value(world.app.release(&operator, release).await.unwrap()).unwrap();
        assert_eq!(sent["manifest"]["quality"]["certificate"]["judges"][0]["judge"], MODEL);
    })
    .await;
}

/// One person a task, and a model: only with the model is there anything to compare.
#[tokio::test(flavor = "multi_thread")]
async fn where_one_person_answers_a_model_gives_the_answer_a_probability() {
    db::each(|db| async move {
        let world = World::new(db);
        let client = world.client("HERON").await;
        let operator = world.member(Role::Operator, &[client]).await;
        let of = |with_model: bool| {
            let (world, operator) = (&world, &operator);
            async move {
                let pipeline = NewPipeline { overlap: Some(1), ..NewPipeline::default() };
                let project = world.project(operator, client, yes_no(1), pipeline).await;
                let rows = (0..40).map(|n| {
                    let mut row = row(n, n % 2 == 0 && n != 8);
                    if !with_model {
                        row.as_object_mut().unwrap().remove("judges");
                    }
                    row
                });
                world.import(operator, project, rows).await;
                answered(world, project, |_| true).await;
                while world.app.compute_consensus(100).await.unwrap() > 0 {}
                world.app.compute_quality_for(project).await.unwrap();
                let mut said = [None; 40];
                for task in world.app.list_tasks(operator, project, "done", None, 100).await.unwrap().items {
                    let id = task.id.parse().unwrap();
                    let sent = world.app.task(operator, id).await.unwrap();
                    let number: usize =
                        sent.content["question"]["text"].as_str().unwrap().split(' ').nth(1).unwrap().parse().unwrap();
                    let agreed = world.app.consensus(operator, id).await.unwrap().questions.expect("it is reckoned");
                    said[number] = agreed["verdict"].probability;
                }
                said
            }
        };
        assert!(of(false).await.iter().all(Option::is_none), "one answer and nothing beside it");
        let said = of(true).await.map(|one| one.expect("there are two answers"));
        assert!(said[8] < said[6] && said[6] > 0.7, "{said:?}");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_model_answers_must_be_an_answer() {
    db::each(|db| async move {
        let world = World::new(db);
        let client = world.client("HERON").await;
        let operator = world.member(Role::Operator, &[client]).await;
        let project = world.project(&operator, client, yes_no(1), NewPipeline::default()).await;
        let import = world.app.begin_import(&operator, project, ImportOptions::default()).await.unwrap();
        let with = |judges: Value| json!({"data": {"question": "Is 1 a round number?"}, "judges": judges});
        let good = json!({"verdict": {"value": "yes"}});
        let many: serde_json::Map<String, Value> = (0..21).map(|n| (format!("m{n}"), good.clone())).collect();
        let rows = [
            with(json!({"m": good})),
            with(json!({"m": {"verdict": {"value": "perhaps"}}})),
            with(json!({" m": good})),
            with(json!([good])),
            with(many.into()),
        ];
        let mut report = vouchsafe_app::work::import::Report::default();
        let chunk = import.prepare((1..).zip(rows));
        world.app.import_chunk(&operator, &import, chunk, &mut report).await.unwrap();
        let refused: Vec<(u64, &str)> = report.refused.iter().map(|one| (one.line, one.field.as_str())).collect();
        assert_eq!((report.accepted, &refused[..1]), (1, &[(2, "/judges/m/verdict/value")][..]), "{refused:?}");
        assert_eq!(refused[1..], [(3, "/judges"), (4, "/judges"), (5, "/judges")]);
    })
    .await;
}
