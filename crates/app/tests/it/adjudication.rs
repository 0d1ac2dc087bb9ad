//! Tasks whose answer is contested are decided by somebody who sees all that was answered and had no part in it.

use serde_json::{Value, json};
use std::collections::BTreeSet;
use vouchsafe_app::{
    Asker, Error,
    quality::report::Report,
    work::{
        adjudicate::Decision,
        change_project::ProjectChange,
        give_back::Why,
        projects::{Adjudicate, AskUntil, NewPipeline},
        reopen_decision::NewReopening,
        sent::AssignmentSent,
    },
};
use vouchsafe_domain::{
    access::role::Role,
    ids::{ClientId, ProjectId, TaskId},
    time::Micros,
    work::assignment::{Purpose, Step},
};
use vouchsafe_testkit::{
    db,
    world::{World, questions, yes_no},
};

struct Scene {
    world: World,
    client: ClientId,
    operator: Asker,
    project: ProjectId,
}

fn answer(value: &str) -> Value {
    json!({"verdict": {"value": value}})
}

fn decision(value: &str) -> Decision {
    Decision { answers: answer(value), comment: Some("the source says so".into()), active_ms: 5_000 }
}

impl Scene {
    /// Tasks that two people answer each; what is less probable than 80 % is decided.
    async fn new(db: db::Db, overlap: u32, pipeline: NewPipeline, tasks: usize) -> Self {
        let world = World::new(db);
        let client = world.client("HERON").await;
        let operator = world.member(Role::Operator, &[client]).await;
        let pipeline = NewPipeline { adjudicate: Some(Adjudicate { below: 0.8 }), ..pipeline };
        let project = world.project(&operator, client, yes_no(overlap), pipeline).await;
        world.import(&operator, project, questions(tasks)).await;
        Self { world, client, operator, project }
    }

    async fn reviewer(&self) -> Asker {
        self.world.member(Role::Reviewer, &[self.client]).await
    }

    async fn take(&self, who: &Asker, step: Step) -> Option<AssignmentSent> {
        let app = &self.world.app;
        app.retry(|| app.claim(who, self.project, step, Purpose::Work)).await.unwrap()
    }

    /// Answers all that is left for one more expert, `say` by the number of his task.
    async fn answer_all(&self, say: impl Fn(&str) -> &'static str) {
        let expert = self.world.expert(self.project).await;
        while let Some(sent) = self.take(&expert, Step::Label).await {
            self.world.clock.pass(Micros::SECOND);
            let said = answer(say(sent.content["question"]["text"].as_str().unwrap()));
            self.world.app.submit(&expert, sent.id.parse().unwrap(), &said, 900).await.unwrap();
        }
    }

    async fn report(&self) -> Report {
        while self.world.app.compute_consensus(50).await.unwrap() > 0 {}
        self.world.app.compute_quality_for(self.project).await.unwrap();
        self.world.app.quality(&self.operator, self.project).await.unwrap().expect("a report was made")
    }

    async fn decide(&self, who: &Asker, sent: &AssignmentSent, value: &str) {
        self.world.clock.pass(Micros::SECOND);
        let (app, decision) = (&self.world.app, decision(value));
        let receipt = app.retry(|| app.adjudicate(who, sent.id.parse().unwrap(), &decision)).await.unwrap();
        assert_eq!(receipt.task, sent.task);
    }

    async fn agreed(&self, task: &str) -> Value {
        let task: TaskId = task.parse().unwrap();
        let sent = self.world.app.consensus(&self.operator, task).await.unwrap();
        serde_json::to_value(sent.questions.expect("it is reckoned")).unwrap()["verdict"].clone()
    }
}

fn contested(question: &str) -> bool {
    number(question) % 7 == 3
}

fn number(question: &str) -> u32 {
    question.split(' ').nth(1).and_then(|word| word.parse().ok()).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_contested_task_is_decided() {
    db::each(|db| async move {
        let scene = Scene::new(db, 2, NewPipeline::default(), 20).await;
        scene.answer_all(|_| "yes").await;
        scene.answer_all(|question| if contested(question) { "no" } else { "yes" }).await;
        scene.report().await;
        let judge = scene.reviewer().await;
        let mut decided = BTreeSet::new();
        while let Some(sent) = scene.take(&judge, Step::Adjudicate).await {
            assert_eq!((sent.step, sent.answers.len()), ("adjudicate", 2));
            assert!(sent.answers.iter().all(|one| one.author.starts_with("p-")), "by pseudonym");
            assert_ne!(sent.answers[0].answers, sent.answers[1].answers);
            assert!(contested(sent.content["question"]["text"].as_str().unwrap()), "{:?}", sent.content);
            scene.decide(&judge, &sent, "no").await;
            decided.insert(sent.task);
        }
        assert!(decided.len() >= 2, "{decided:?}");
        let report = scene.report().await;
        assert_eq!(report.decided_tasks, decided.len());
        let model = report.questions[0].model.clone().expect("there is a model");
        assert_eq!((model.decided, model.gold, model.gold_error), (decided.len(), 0, None));
        assert_eq!(model.temperature, None, "a few doubtful items calibrate nothing");
        for task in &decided {
            let agreed = scene.agreed(task).await;
            assert_eq!((&agreed["method"], &agreed["value"]), (&json!("adjudicated"), &json!("no")));
            assert_eq!((&agreed["count"], &agreed["of"]), (&json!(1), &json!(2)));
        }
        // Nothing is asked twice, and nothing that was decided waits again.
        assert!(scene.take(&scene.reviewer().await, Step::Adjudicate).await.is_none());
        assert!(scene.take(&scene.world.expert(scene.project).await, Step::Label).await.is_none());
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_decides_what_he_had_a_part_in() {
    db::each(|db| async move {
        let pipeline = NewPipeline { review_rate: Some(1.0), ..NewPipeline::default() };
        let scene = Scene::new(db, 2, pipeline, 8).await;
        scene.answer_all(|_| "yes").await;
        scene.answer_all(|question| if contested(question) { "no" } else { "yes" }).await;
        let (reviewed, other) = (scene.reviewer().await, scene.reviewer().await);
        while let Some(sent) = scene.take(&reviewed, Step::Review).await {
            let accept = serde_json::from_value(json!({"verdict": "accept"})).unwrap();
            scene.world.app.review(&reviewed, sent.id.parse().unwrap(), &accept).await.unwrap();
        }
        scene.report().await;
        assert!(scene.take(&reviewed, Step::Adjudicate).await.is_none(), "he reviewed them all");
        let sent = scene.take(&other, Step::Adjudicate).await.expect("a tie waits");
        assert!(sent.answers.iter().all(|one| one.review["verdict"] == "accept"), "with what reviewers said");

        // Whoever decides is not somebody else's member, and no expert.
        let app = &scene.world.app;
        let stranger = app.adjudicate(&reviewed, sent.id.parse().unwrap(), &decision("yes")).await;
        assert!(matches!(stranger, Err(Error::Refused(_) | Error::NotFound)), "{stranger:?}");
        let expert = scene.world.expert(scene.project).await;
        assert!(app.claim(&expert, scene.project, Step::Adjudicate, Purpose::Work).await.is_err());

        // What he gives back with a reason goes to another and never comes again to him.
        let why = Why { reason: "not_my_field".into(), comment: None };
        app.skip(&other, sent.id.parse().unwrap(), &why).await.unwrap();
        while let Some(again) = scene.take(&other, Step::Adjudicate).await {
            assert_ne!(again.task, sent.task);
            scene.decide(&other, &again, "yes").await;
        }
        let third = scene.reviewer().await;
        let again = scene.take(&third, Step::Adjudicate).await.expect("it waits for another");
        assert_eq!(again.task, sent.task);
        scene.decide(&third, &again, "yes").await;
        let over = app.adjudicate(&third, again.id.parse().unwrap(), &decision("no")).await;
        assert!(matches!(over, Err(Error::State { .. })), "a decision stands: {over:?}");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn people_are_asked_up_to_the_cap_and_then_somebody_decides() {
    db::each(|db| async move {
        let until = AskUntil { posterior: 0.99, at_most: 3, budget: None, least_gain: None };
        let scene = Scene::new(db, 2, NewPipeline { until: Some(until), ..NewPipeline::default() }, 20).await;
        scene.answer_all(|_| "yes").await;
        scene.answer_all(|question| if contested(question) { "no" } else { "yes" }).await;
        scene.report().await;
        let judge = scene.reviewer().await;
        assert!(scene.take(&judge, Step::Adjudicate).await.is_none(), "a third is asked first");
        scene.answer_all(|question| if number(question) == 3 { "no" } else { "yes" }).await;
        scene.report().await;
        let sent = scene.take(&judge, Step::Adjudicate).await.expect("three did not settle it");
        assert_eq!(sent.answers.len(), 3);

        // Without the step nothing waits any more; what is held may still be decided.
        let off = NewPipeline { adjudicate: Some(Adjudicate { below: 0.0 }), ..NewPipeline::default() };
        let change = ProjectChange { pipeline: Some(off), ..ProjectChange::default() };
        scene.world.app.change_project(&scene.operator, scene.project, &change).await.unwrap();
        assert!(scene.take(&scene.reviewer().await, Step::Adjudicate).await.is_none());
        scene.decide(&judge, &sent, "yes").await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reopened_decision_stands_until_somebody_else_decides_anew() {
    db::each(|db| async move {
        let scene = Scene::new(db, 2, NewPipeline::default(), 8).await;
        scene.answer_all(|_| "yes").await;
        scene.answer_all(|question| if contested(question) { "no" } else { "yes" }).await;
        scene.report().await;
        let (app, first) = (&scene.world.app, scene.reviewer().await);
        let sent = scene.take(&first, Step::Adjudicate).await.expect("a tie waits");
        let task: TaskId = sent.task.parse().unwrap();
        let why = NewReopening { reason: " The second source says the opposite. ".into() };
        let early = app.reopen_decision(&scene.operator, task, &why).await;
        assert!(matches!(early, Err(Error::State { slug: "not_decided", .. })), "{early:?}");
        scene.decide(&first, &sent, "no").await;
        assert_eq!(scene.report().await.decided_tasks, 1);

        // It takes a reason and the right to run the project.
        let empty = app.reopen_decision(&scene.operator, task, &NewReopening { reason: " ".into() }).await;
        assert!(matches!(empty, Err(Error::Invalid(_))), "{empty:?}");
        assert!(app.reopen_decision(&first, task, &why).await.is_err(), "a reviewer does not run the project");
        app.retry(|| app.reopen_decision(&scene.operator, task, &why)).await.unwrap();
        let twice = app.reopen_decision(&scene.operator, task, &why).await;
        assert!(matches!(twice, Err(Error::State { slug: "reopened_already", .. })), "{twice:?}");

        // Meanwhile the decision stands, whatever is reckoned and whether or not the step is still on.
        scene.report().await;
        let off = NewPipeline { adjudicate: Some(Adjudicate { below: 0.0 }), ..NewPipeline::default() };
        let change = ProjectChange { pipeline: Some(off), ..ProjectChange::default() };
        app.change_project(&scene.operator, scene.project, &change).await.unwrap();
        assert_eq!(scene.agreed(&sent.task).await["value"], json!("no"));
        assert!(scene.take(&first, Step::Adjudicate).await.is_none(), "he decided it");
        assert!(scene.take(&scene.operator, Step::Adjudicate).await.is_none(), "he reopened it");
        let second = scene.reviewer().await;
        let again = scene.take(&second, Step::Adjudicate).await.expect("it waits for somebody else");
        assert_eq!((&again.task, again.answers.len()), (&sent.task, 2));
        let told = serde_json::to_string(&again).unwrap();
        assert!(!told.contains("source says"), "neither the old decision nor why it was reopened: {told}");
        scene.decide(&second, &again, "yes").await;

        // The newest counts, once; the old one is kept with the reason.
        let report = scene.report().await;
        assert_eq!((report.decided_tasks, report.cost.map(|cost| cost.decisions)), (1, Some(2)));
        assert_eq!(scene.agreed(&sent.task).await["value"], json!("yes"));
        let agreed = app.consensus(&scene.operator, task).await.unwrap();
        let (stands, old) = (agreed.decided.expect("it is decided"), &agreed.superseded[0]);
        assert_eq!(agreed.superseded.len(), 1);
        assert_ne!(stands.by, old.by);
        assert_eq!(stands.reopened.map(|one| one.reason), None);
        assert_eq!(serde_json::to_value(&old.answers).unwrap()["verdict"]["value"], json!("no"));
        let reopened = old.reopened.as_ref().expect("it was reopened");
        assert_eq!(reopened.reason, "The second source says the opposite.");
        assert!(scene.take(&scene.reviewer().await, Step::Adjudicate).await.is_none(), "nothing waits");

        // An operator may decide too, and then another one reopens it.
        app.retry(|| app.reopen_decision(&scene.operator, task, &why)).await.unwrap();
        let other = scene.world.member(Role::Operator, &[scene.client]).await;
        let third = scene.take(&other, Step::Adjudicate).await.expect("it waits again");
        scene.decide(&other, &third, "no").await;
        let own = app.reopen_decision(&other, task, &why).await;
        assert!(matches!(own, Err(Error::State { slug: "own_decision", .. })), "{own:?}");
        scene.report().await;
        assert_eq!(scene.agreed(&sent.task).await["value"], json!("no"));
        assert_eq!(app.consensus(&scene.operator, task).await.unwrap().superseded.len(), 2);
    })
    .await;
}

/// Times are added up in whole numbers; a sum that does not fit would break every later report.
#[tokio::test(flavor = "multi_thread")]
async fn a_claim_of_endless_work_breaks_no_report() {
    db::each(|db| async move {
        let pipeline = NewPipeline { review_rate: Some(1.0), ..NewPipeline::default() };
        let scene = Scene::new(db, 2, pipeline, 8).await;
        scene.answer_all(|_| "yes").await;
        scene.answer_all(|question| if contested(question) { "no" } else { "yes" }).await;
        let (reviewer, judge) = (scene.reviewer().await, scene.reviewer().await);
        while let Some(sent) = scene.take(&reviewer, Step::Review).await {
            let accept = serde_json::from_value(json!({"verdict": "accept", "active_ms": i64::MAX})).unwrap();
            scene.world.app.review(&reviewer, sent.id.parse().unwrap(), &accept).await.unwrap();
        }
        scene.report().await;
        let sent = scene.take(&judge, Step::Adjudicate).await.expect("a tie waits");
        scene.world.clock.pass(Micros::SECOND);
        let endless = Decision { active_ms: i64::MAX, ..decision("no") };
        scene.world.app.adjudicate(&judge, sent.id.parse().unwrap(), &endless).await.unwrap();
        let cost = scene.report().await.cost.expect("tasks are done");
        let days = cost.active_ms_per_accepted * 8.0 / 86_400_000.0;
        assert!((17.0..17.01).contains(&days), "a day for each of 16 reviews and the decision: {days}");
    })
    .await;
}
