//! Tasks that are done after a report have a probability before the next.

use serde_json::json;
use vouchsafe_app::{
    Asker,
    quality::report::Report,
    work::{agreed::QuestionAgreed, projects::NewPipeline},
};
use vouchsafe_domain::{
    access::role::Role,
    ids::ProjectId,
    time::Micros,
    work::assignment::{Purpose, Step},
};
use vouchsafe_testkit::{
    db,
    world::{World, yes_no},
};

struct Scene {
    world: World,
    operator: Asker,
    project: ProjectId,
    experts: Vec<Asker>,
}

impl Scene {
    async fn new(db: db::Db) -> Self {
        let world = World::new(db);
        let client = world.client("HERON").await;
        let operator = world.member(Role::Operator, &[client]).await;
        let project = world.project(&operator, client, yes_no(3), NewPipeline::default()).await;
        let experts = vec![world.expert(project).await, world.expert(project).await, world.expert(project).await];
        Self { world, operator, project, experts }
    }

    /// More tasks, answered by everybody; the last expert is wrong about every fourth.
    async fn answer(&self, numbers: std::ops::Range<u32>) {
        self.world.clock.pass(Micros::SECOND);
        let row = |n| json!({"external_id": format!("n{n}"), "data": {"question": format!("Is {n} a round number?")}});
        self.world.import(&self.operator, self.project, numbers.map(row)).await;
        let app = &self.world.app;
        for (at, expert) in self.experts.iter().enumerate() {
            while let Some(sent) =
                app.retry(|| app.claim(expert, self.project, Step::Label, Purpose::Work)).await.unwrap()
            {
                let text = sent.content["question"]["text"].as_str().unwrap();
                let n: u32 = text.split(' ').nth(1).unwrap().parse().unwrap();
                let yes = n.is_multiple_of(2) ^ (at == 2 && n.is_multiple_of(4));
                let said = json!({"verdict": {"value": if yes { "yes" } else { "no" }}});
                app.submit(expert, sent.id.parse().unwrap(), &said, 900).await.unwrap();
            }
        }
        while app.compute_consensus(100).await.unwrap() > 0 {}
    }

    async fn report(&self) -> Report {
        self.world.app.compute_quality_for(self.project).await.unwrap();
        self.world.app.quality(&self.operator, self.project).await.unwrap().expect("a report was made")
    }

    /// The answers to the tasks from this number on.
    async fn agreed(&self, from: u32) -> Vec<(u32, QuestionAgreed)> {
        let (app, operator) = (&self.world.app, &self.operator);
        let mut agreed = Vec::new();
        for task in app.list_tasks(operator, self.project, "done", None, 200).await.unwrap().items {
            let id = task.id.parse().unwrap();
            let sent = app.task(operator, id).await.unwrap();
            let n: u32 = sent.content["question"]["text"].as_str().unwrap().split(' ').nth(1).unwrap().parse().unwrap();
            if n >= from {
                let all = app.consensus(operator, id).await.unwrap().questions.expect("it is reckoned");
                agreed.push((n, all["verdict"].clone()));
            }
        }
        agreed
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_task_that_is_done_after_a_report_has_its_probability_before_the_next() {
    db::each(|db| async move {
        let scene = Scene::new(db).await;
        scene.answer(0..60).await;
        assert!(scene.agreed(0).await.iter().all(|(_, one)| one.probability.is_none()), "there is no report yet");
        let between = scene.report().await.questions[0].model.as_ref().expect("sixty tasks").between;
        assert!(between.is_some_and(|off| off < 0.1), "{between:?}");

        scene.answer(60..80).await;
        let at_once = scene.agreed(60).await;
        assert_eq!(at_once.len(), 20);
        let probability = |one: &QuestionAgreed| one.probability.expect("the last report knows these people");
        for (n, one) in &at_once {
            assert_eq!(one.value, json!(if n.is_multiple_of(2) { "yes" } else { "no" }));
            assert!((0.6..=1.0).contains(&probability(one)), "{n}: {one:?}");
        }
        let lowest = |torn: bool| {
            let of = at_once.iter().filter(|(n, _)| n.is_multiple_of(4) == torn).map(|(_, one)| probability(one));
            of.fold(1.0, f64::min)
        };
        assert!(lowest(true) < lowest(false), "one of three says otherwise: {} {}", lowest(true), lowest(false));

        // The next report is a full fit, and says much the same.
        scene.report().await;
        for ((n, before), (_, after)) in at_once.iter().zip(scene.agreed(60).await) {
            assert!((probability(before) - probability(&after)).abs() < 0.15, "{n}: {before:?} {after:?}");
        }
    })
    .await;
}

/// Whose answers come under a schema that no report knows yet waits for one.
#[tokio::test(flavor = "multi_thread")]
async fn under_another_schema_a_task_waits_for_the_next_report() {
    db::each(|db| async move {
        let scene = Scene::new(db).await;
        scene.answer(0..40).await;
        scene.report().await;
        let mut schema = yes_no(3);
        schema["questions"][0]["options"] = json!([{"value": "no"}, {"value": "yes"}]);
        scene.world.app.add_schema(&scene.operator, scene.project, &schema).await.unwrap();
        scene.answer(40..44).await;
        assert!(scene.agreed(40).await.iter().all(|(_, one)| one.probability.is_none()));
        scene.report().await;
        assert!(scene.agreed(40).await.iter().all(|(_, one)| one.probability.is_some()));
    })
    .await;
}
