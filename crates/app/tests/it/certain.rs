//! What a report says beyond one figure for all: by batch, by person, by what is left with certainty, and when no more is asked.

use serde_json::{Value, json};
use std::collections::BTreeMap;
use vouchsafe_app::{
    Asker, Error,
    quality::report::Report,
    work::{
        adjudicate::Decision,
        agreed::QuestionAgreed,
        change_project::ProjectChange,
        projects::{Adjudicate, AskUntil, AskedPrice, NewPipeline},
        review::Verdict,
        sent::AssignmentSent,
    },
};
use vouchsafe_domain::{
    access::role::Role,
    ids::{ClientId, ProjectId},
    time::Micros,
    work::assignment::{Purpose, Step},
};
use vouchsafe_testkit::{
    db,
    world::{World, yes_no},
};

struct Scene {
    world: World,
    client: ClientId,
    operator: Asker,
    project: ProjectId,
}

impl Scene {
    async fn new(db: db::Db, overlap: u32, pipeline: NewPipeline) -> Self {
        Self::of(db, yes_no(overlap), overlap, pipeline).await
    }

    async fn of(db: db::Db, schema: Value, overlap: u32, pipeline: NewPipeline) -> Self {
        let world = World::new(db);
        let client = world.client("HERON").await;
        let operator = world.member(Role::Operator, &[client]).await;
        let pipeline = NewPipeline { overlap: Some(overlap), ..pipeline };
        let project = world.project(&operator, client, schema, pipeline).await;
        Self { world, client, operator, project }
    }

    /// One batch of numbers; with `gold` their answers are known: yes of even ones.
    async fn import(&self, numbers: std::ops::Range<u32>, gold: bool) -> String {
        let row = |n: u32| {
            let mut row = json!({"external_id": format!("n{n}"), "data": {"question": format!("Is {n} a round number?"), "a": "one", "b": "two"}});
            if gold {
                row["gold"] = json!({"verdict": {"value": yes(n.is_multiple_of(2))}});
            }
            row
        };
        self.world.import(&self.operator, self.project, numbers.map(row)).await.batch
    }

    async fn take(&self, who: &Asker, step: Step) -> Option<AssignmentSent> {
        let app = &self.world.app;
        app.retry(|| app.claim(who, self.project, step, Purpose::Work)).await.unwrap()
    }

    /// All that is left for one more expert, answered by the number of the task.
    async fn answer(&self, say: impl Fn(u32) -> bool) {
        self.answer_with(|n| json!({"verdict": {"value": yes(say(n))}})).await;
    }

    async fn answer_with(&self, say: impl Fn(u32) -> Value) {
        let expert = self.world.expert(self.project).await;
        while let Some(sent) = self.take(&expert, Step::Label).await {
            self.world.clock.pass(Micros::SECOND);
            let said = say(number(&sent));
            self.world.app.submit(&expert, sent.id.parse().unwrap(), &said, 900).await.unwrap();
        }
    }

    /// What the answers to each done task came to, by the number of the task.
    async fn agreed(&self) -> Vec<(u32, BTreeMap<String, QuestionAgreed>)> {
        let (app, operator) = (&self.world.app, &self.operator);
        let mut agreed = Vec::new();
        for task in app.list_tasks(operator, self.project, "done", None, 100).await.unwrap().items {
            let id = task.id.parse().unwrap();
            let sent = app.task(operator, id).await.unwrap();
            let text = sent.content["question"]["text"].as_str().unwrap();
            let number = text.split(' ').nth(1).unwrap().parse().unwrap();
            agreed.push((number, app.consensus(operator, id).await.unwrap().questions.expect("it is reckoned")));
        }
        agreed
    }

    async fn report(&self) -> Report {
        while self.world.app.compute_consensus(100).await.unwrap() > 0 {}
        self.world.app.compute_quality_for(self.project).await.unwrap();
        self.world.app.quality(&self.operator, self.project).await.unwrap().expect("a report was made")
    }

    async fn change(&self, pipeline: NewPipeline) -> Result<(), Error> {
        let change = ProjectChange { pipeline: Some(pipeline), ..ProjectChange::default() };
        self.world.app.change_project(&self.operator, self.project, &change).await
    }
}

fn number(sent: &AssignmentSent) -> u32 {
    sent.content["question"]["text"].as_str().unwrap().split(' ').nth(1).unwrap().parse().unwrap()
}

fn yes(right: bool) -> &'static str {
    if right { "yes" } else { "no" }
}

fn until(least_gain: f64) -> AskUntil {
    AskUntil { posterior: 0.95, at_most: 5, budget: None, least_gain: Some(least_gain) }
}

#[tokio::test(flavor = "multi_thread")]
async fn where_an_answer_tells_too_little_for_its_price_nobody_is_asked_and_somebody_decides() {
    db::each(|db| async move {
        // Of a yes or no nobody can tell two bits.
        let pipeline = NewPipeline {
            until: Some(until(2.0)),
            adjudicate: Some(Adjudicate { below: 0.8 }),
            ..NewPipeline::default()
        };
        let scene = Scene::new(db, 2, pipeline).await;
        scene.import(0..30, false).await;
        scene.answer(|n| n % 2 == 0).await;
        scene.answer(|n| (n % 2 == 0) ^ (n < 5)).await;
        let asking = scene.report().await.asking.expect("it asks on");
        assert!(asking.unsure >= 5 && asking.too_little == asking.unsure, "{asking:?}");
        assert_eq!((asking.asked, asking.at_the_cap, asking.drawn, asking.least_bits), (0, 0, 0, Some(2.0)));
        let most = asking.most_bits.expect("a model speaks of them");
        assert!(most > 0.05 && most < 1.0, "{most}");
        let open = scene.world.app.list_tasks(&scene.operator, scene.project, "open", None, 50).await.unwrap().items;
        assert!(open.is_empty());
        let judge = scene.world.member(Role::Reviewer, &[scene.client]).await;
        let sent = scene.take(&judge, Step::Adjudicate).await.expect("it is decided instead");

        // At a tenth of the price a fiftieth of a bit is enough.
        let price = Some(AskedPrice { per_answer: 0.01, currency: "EUR".into() });
        scene.change(NewPipeline { price, ..NewPipeline::default() }).await.unwrap();
        let shown = scene.world.app.project(&scene.operator, scene.project).await.unwrap();
        assert_eq!(shown.pipeline["until"], json!({"posterior": 0.95, "at_most": 5, "least_gain": 2.0}));
        let decision = Decision { answers: json!({"verdict": {"value": "yes"}}), comment: None, active_ms: 900 };
        scene.world.clock.pass(Micros::SECOND);
        scene.world.app.adjudicate(&judge, sent.id.parse().unwrap(), &decision).await.unwrap();
        let asking = scene.report().await.asking.expect("it asks on");
        assert!((asking.least_bits.expect("there is one") - 0.02).abs() < 1e-12, "{asking:?}");
        assert!(asking.asked >= 4 && asking.asked == asking.unsure && asking.too_little == 0, "{asking:?}");
        assert!(scene.take(&judge, Step::Adjudicate).await.is_none(), "people are asked first");
        let refused = scene.change(NewPipeline { until: Some(until(0.0)), ..NewPipeline::default() }).await;
        let Err(Error::Invalid(rules)) = refused else { panic!("{refused:?}") };
        assert_eq!(rules[0].path, "/pipeline/until/least_gain");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn each_batch_has_its_own_expected_error_and_sampling_plan() {
    db::each(|db| async move {
        let scene = Scene::new(db, 3, NewPipeline { review_rate: Some(1.0), ..NewPipeline::default() }).await;
        let first = scene.import(0..30, false).await;
        scene.world.clock.pass(Micros::MINUTE);
        let second = scene.import(30..40, false).await;
        // On the second batch they differ.
        scene.answer(|n| n % 2 == 0).await;
        scene.answer(|n| n % 2 == 0).await;
        scene.answer(|n| (n % 2 == 0) ^ (n >= 34)).await;
        let reviewer = scene.world.member(Role::Reviewer, &[scene.client]).await;
        let mut returned = 0;
        while let Some(sent) = scene.take(&reviewer, Step::Review).await {
            let back = number(&sent) == 35 && returned == 0;
            returned += usize::from(back);
            let verdict = if back {
                json!({"verdict": "return", "reasons": ["incorrect"]})
            } else {
                json!({"verdict": "accept"})
            };
            let verdict: Verdict = serde_json::from_value(verdict).unwrap();
            scene.world.app.review(&reviewer, sent.id.parse().unwrap(), &verdict).await.unwrap();
        }
        let batches = scene.report().await.batches.expect("there are two");
        let [newer, older] = &batches.newest[..] else { panic!("{batches:?}") };
        assert_eq!((&newer.batch, &older.batch, batches.left_out), (&second, &first, 0));
        assert_eq!((older.tasks, older.done, newer.tasks, newer.done), (30, 30, 10, 9));
        let error = |of: &vouchsafe_app::quality::report::BatchFigures| {
            let verdict = &of.questions[0];
            assert_eq!((verdict.question.as_str(), verdict.gold, verdict.gold_error), ("verdict", 0, None));
            let error = verdict.expected_error.expect("it has items");
            assert!(error.low <= error.value && error.value <= error.high, "{error:?}");
            error.value
        };
        assert!(error(newer) > 2.0 * error(older), "{batches:?}");
        let (sample, small) = (older.sampling.expect("reviewed"), newer.sampling.expect("reviewed"));
        assert_eq!((sample.answers, sample.sample, sample.wrong, sample.met), (90, 90, 0, Some(true)));
        assert_eq!(sample.at_most.to_bits(), 0.0_f64.to_bits(), "all of it was looked at");
        assert!(sample.plan.0 < 90);
        assert_eq!(
            (small.answers, small.sample, small.wrong, small.met),
            (30, 30, 1, Some(true)),
            "one in thirty is below a twentieth"
        );

        // Older ones are counted, not shown.
        for n in 0..21 {
            scene.world.clock.pass(Micros::MINUTE);
            scene.import(100 + n..101 + n, false).await;
        }
        scene.answer(|n| n % 2 == 0).await;
        let batches = scene.report().await.batches.expect("there are many");
        assert_eq!((batches.newest.len(), batches.left_out), (20, 3));
        assert!(batches.newest.iter().all(|one| one.tasks == 1 && one.done == 0 && one.sampling.is_none()));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn with_gold_each_answer_says_what_is_left_and_each_person_what_he_confuses() {
    db::each(|db| async move {
        let scene = Scene::new(db, 3, NewPipeline { gold_rate: Some(0.5), ..NewPipeline::default() }).await;
        scene.import(0..60, false).await;
        scene.import(100..140, true).await;
        // The third says yes where it is no, one time in two; and on some tasks so does the second.
        scene.answer(|n| n % 2 == 0).await;
        scene.answer(|n| n % 2 == 0 || n % 10 == 1).await;
        scene.answer(|n| n % 2 == 0 || n % 4 == 1).await;
        let report = scene.report().await;
        let model = report.questions[0].model.as_ref().expect("labels have a model");
        let sets = model.sets.expect("gold is enough");
        assert_eq!((sets.gold, sets.one + sets.several + sets.every), (model.gold, 60));
        assert!(sets.gold >= 30 && sets.level.to_bits() == 0.95_f64.to_bits(), "{sets:?}");
        let mut counted = [0, 0];
        let tasks = scene.world.app.list_tasks(&scene.operator, scene.project, "done", None, 100).await.unwrap().items;
        for task in &tasks {
            let agreed = scene.world.app.consensus(&scene.operator, task.id.parse().unwrap()).await.unwrap();
            let verdict = &agreed.questions.expect("it is reckoned")["verdict"];
            assert!(verdict.one_of.contains(&verdict.value), "{verdict:?}");
            counted[verdict.one_of.len() - 1] += 1;
        }
        assert_eq!(tasks.len(), 60);
        assert!(counted[0] >= 30 && counted[0] <= sets.one, "{counted:?} {sets:?}");

        let mut yes_for_no: Vec<f64> = Vec::new();
        for person in &report.people {
            let confusion = &person.confusion["verdict"];
            assert_eq!(confusion.answers, person.annotations, "all of them were answered by others or are known");
            assert!(confusion.known >= 10 && confusion.pairs.is_empty(), "{confusion:?}");
            let all: f64 = confusion.rows.iter().flatten().sum();
            assert!((all - f64::from(u32::try_from(confusion.answers).unwrap())).abs() < 1.0, "{confusion:?}");
            let no = &confusion.rows[1];
            yes_for_no.push(no[0] / (no[0] + no[1]));
        }
        yes_for_no.sort_by(f64::total_cmp);
        assert!(yes_for_no[0] < 0.15 && yes_for_no[2] > 0.35, "{yes_for_no:?}");

        let new = vouchsafe_app::releases::order::NewRelease { formats: vec!["full".into()], ..Default::default() };
        let release =
            scene.world.app.order_release(&scene.operator, scene.project, &new).await.unwrap().id.parse().unwrap();
        scene.world.app.build_release(release).await.unwrap();
        let sent = scene.world.app.release(&scene.operator, release).await.unwrap();
        let quality: Value = serde_json::to_value(&sent).unwrap()["manifest"]["quality"].clone();
        assert_eq!(quality["verdict"]["model"]["sets"]["gold"], json!(sets.gold), "{quality}");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn without_gold_nothing_is_said_to_be_left_with_certainty() {
    db::each(|db| async move {
        let scene = Scene::new(db, 2, NewPipeline::default()).await;
        scene.import(0..40, false).await;
        scene.answer(|n| n % 2 == 0).await;
        scene.answer(|n| n % 2 == 0 || n % 10 == 1).await;
        let report = scene.report().await;
        assert_eq!(report.questions[0].model.as_ref().expect("labels have a model").sets, None);
        let tasks = scene.world.app.list_tasks(&scene.operator, scene.project, "done", None, 100).await.unwrap().items;
        let agreed = scene.world.app.consensus(&scene.operator, tasks[0].id.parse().unwrap()).await.unwrap();
        assert!(agreed.questions.expect("it is reckoned")["verdict"].one_of.is_empty());
        assert_eq!(report.asking, None, "it asks the same of every task");
    })
    .await;
}

/// Two who know and two who err where one of three, and once in fifteen both: there the vote is a tie, and the model knows whom to believe.
#[tokio::test(flavor = "multi_thread")]
async fn a_model_that_the_schema_names_decides_part_by_part() {
    db::each(|db| async move {
        let label = |name: &str, of: Value| {
            let mut label = json!({"name": name, "type": "label", "required": true, "options": [{"value": "yes"}, {"value": "no"}]});
            label.as_object_mut().unwrap().extend(of.as_object().unwrap().clone());
            label
        };
        let mut schema = yes_no(4);
        schema["fields"].as_array_mut().unwrap().push(json!({"name": "replies", "type": "candidates",
            "source": {"fixed": [{"id": "a", "content": "/a"}, {"id": "b", "content": "/b"}]}}));
        schema["questions"] = json!([
            label("good", json!({"on": "replies", "per": "candidate", "aggregation": {"method": "dawid_skene"}})),
            label("weighed", json!({"aggregation": {"method": "weighted_majority_vote"}})),
            {"name": "kinds", "type": "multi_label", "required": true, "options": [{"value": "x"}, {"value": "y"}],
             "aggregation": {"method": "per_label_dawid_skene"}},
            {"name": "grade", "type": "rating", "required": true, "options": [{"value": 3}, {"value": 1}, {"value": 2}],
             "aggregation": {"method": "ordinal_dawid_skene"}},
        ]);
        let scene = Scene::of(db, schema, 4, NewPipeline::default()).await;
        scene.import(0..45, false).await;
        let said = |n: u32, errs: bool| {
            let even = n.is_multiple_of(2) ^ errs;
            let grade = (n / 3 + u32::from(errs)) % 3 + 1;
            json!({
                "good": {"value": {"a": yes(even), "b": yes(!even)}}, "weighed": {"value": yes(even)},
                "kinds": {"value": if even { json!(["x"]) } else { json!(["y"]) }}, "grade": {"value": grade},
            })
        };
        for person in 0..4 {
            scene.answer_with(|n| said(n, person > 1 && (n % 3 == person - 2 || n.is_multiple_of(15)))).await;
        }
        while scene.world.app.compute_consensus(100).await.unwrap() > 0 {}
        let ties = scene.agreed().await.iter().filter(|(_, all)| all["weighed"].value.is_null()).count();
        assert_eq!(ties, 3, "0, 15 and 30");
        scene.report().await;
        for (n, agreed) in scene.agreed().await {
            let right = said(n, false);
            let methods = [("good", "dawid-skene"), ("weighed", "pm"), ("kinds", "dawid-skene"), ("grade", "ordinal")];
            for (name, method) in methods {
                let one = &agreed[name];
                assert_eq!((&one.value, one.method.as_str()), (&right[name]["value"], method), "{name} of {n}: {one:?}");
            }
            let alike = if n.is_multiple_of(15) { None } else { Some(if n % 3 == 2 { 4 } else { 3 }) };
            assert_eq!(agreed["weighed"].count, alike, "{n}: of a tie the vote counted something else");
        }
    })
    .await;
}
