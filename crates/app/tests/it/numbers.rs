//! Answers that are numbers: what a model believes of the true one, who leans or scatters, and how far off the consensus is, in the report, on the
//! task and in the release.

use serde_json::{Value, json};
use std::collections::BTreeMap;
use vouchsafe_app::{
    Asker, Error,
    quality::report::{Estimate, Report},
    work::{
        agreed::QuestionAgreed,
        projects::{AskUntil, NewPipeline, NewProject},
    },
};
use vouchsafe_domain::{
    access::role::Role,
    ids::{ClientId, ProjectId},
    work::assignment::{Purpose, Step},
};
use vouchsafe_quality::random::Random;
use vouchsafe_testkit::{
    db,
    world::{World, yes_no},
};

/// How large each thing is.
fn truth(n: usize) -> f64 {
    50.0 + 30.0 * Random::new(n as u64).normal()
}

fn grade(n: usize) -> i64 {
    [1, 2, 3, 4][n % 4]
}

/// Who runs ten high, who scatters, and two who do neither.
const PEOPLE: [(f64, f64); 4] = [(10.0, 1.0), (0.0, 8.0), (0.0, 2.0), (0.0, 2.0)];

fn schema(questions: Value) -> Value {
    let mut schema = yes_no(4);
    schema["fields"].as_array_mut().unwrap().push(json!({"name": "replies", "type": "candidates",
        "source": {"fixed": [{"id": "a", "content": "/a"}, {"id": "b", "content": "/b"}]}}));
    schema["fields"].as_array_mut().unwrap().push(json!({"name": "rubric", "type": "criteria",
        "source": {"list": "/rubric", "id": "/id", "content": "/text", "points": "/points"}}));
    schema["questions"] = questions;
    schema
}

fn number(name: &str, aggregation: &Value) -> Value {
    json!({"name": name, "type": "number", "required": true, "aggregation": aggregation})
}

fn rating(name: &str, method: &str) -> Value {
    let options: Vec<Value> = (1..=4).map(|n| json!({"value": n})).collect();
    json!({"name": name, "type": "rating", "required": true, "options": options, "aggregation": {"method": method}})
}

fn row(n: usize) -> Value {
    let rubric = json!([{"id": "short", "text": "Is short", "points": 4.0}, {"id": "false", "text": "Is false", "points": -2.0}]);
    json!({"external_id": format!("n{n}"),
        "data": {"question": format!("How large is {n} ?"), "a": "one", "b": "two", "rubric": rubric}})
}

fn asked(content: &Value) -> usize {
    content["question"]["text"].as_str().unwrap().split(' ').nth(3).unwrap().parse().unwrap()
}

struct Scene {
    world: World,
    client: ClientId,
    operator: Asker,
    project: ProjectId,
}

impl Scene {
    async fn new(db: db::Db, questions: Value, pipeline: NewPipeline) -> Self {
        let world = World::new(db);
        let client = world.client("HERON").await;
        let operator = world.member(Role::Operator, &[client]).await;
        let project = world.project(&operator, client, schema(questions), pipeline).await;
        Self { world, client, operator, project }
    }

    /// One more person, who answers all that he is given.
    async fn answer(&self, say: impl Fn(usize) -> Value) -> Asker {
        let (app, expert) = (&self.world.app, self.world.expert(self.project).await);
        while let Some(sent) = app.retry(|| app.claim(&expert, self.project, Step::Label, Purpose::Work)).await.unwrap()
        {
            app.submit(&expert, sent.id.parse().unwrap(), &say(asked(&sent.content)), 4_000).await.unwrap();
        }
        expert
    }

    async fn report(&self) -> Report {
        while self.world.app.compute_consensus(100).await.unwrap() > 0 {}
        self.world.app.compute_quality_for(self.project).await.unwrap();
        self.world.app.quality(&self.operator, self.project).await.unwrap().expect("a report was made")
    }

    async fn agreed(&self) -> Vec<(usize, BTreeMap<String, QuestionAgreed>)> {
        let (app, operator) = (&self.world.app, &self.operator);
        let mut agreed = Vec::new();
        for task in app.list_tasks(operator, self.project, "done", None, 200).await.unwrap().items {
            let id = task.id.parse().unwrap();
            let number = asked(&app.task(operator, id).await.unwrap().content);
            agreed.push((number, app.consensus(operator, id).await.unwrap().questions.expect("it is reckoned")));
        }
        agreed
    }

    async fn released(&self) -> Value {
        let (app, operator) = (&self.world.app, &self.operator);
        let new = vouchsafe_app::releases::order::NewRelease { formats: vec!["full".into()], ..Default::default() };
        let release = app.order_release(operator, self.project, &new).await.unwrap().id.parse().unwrap();
        app.build_release(release).await.unwrap();
        serde_json::to_value(app.release(operator, release).await.unwrap()).unwrap()["manifest"]["quality"].clone()
    }
}

fn holds(one: &Estimate, value: f64) -> bool {
    one.low <= value && value <= one.high
}

fn said(n: usize, person: usize) -> Value {
    let (level, spread) = PEOPLE[person];
    let mut random = Random::new((1_000 * person + n + 7) as u64);
    let mut number = || (10.0 * (truth(n) + level + spread * random.normal())).round() / 10.0;
    let (size, modelled) = (number(), number());
    let grade = (grade(n) + i64::from(person == 1 && n.is_multiple_of(3))).min(4);
    json!({"size": {"value": size}, "modelled": {"value": modelled}, "grade": {"value": grade}})
}

#[tokio::test(flavor = "multi_thread")]
async fn numbers_get_intervals_and_errors_and_people_a_bias_and_a_spread() {
    db::each(|db| async move {
        let questions = json!([
            number("size", &json!({"method": "median"})),
            number("modelled", &json!({"method": "gauss_bias", "params": {"tolerance": 4}})),
            rating("grade", "mean"),
        ]);
        let pipeline = NewPipeline { overlap: Some(4), gold_rate: Some(0.5), ..NewPipeline::default() };
        let scene = Scene::new(db, questions, pipeline).await;
        scene.world.import(&scene.operator, scene.project, (0..60).map(row)).await;
        let gold = (100..140).map(|n| {
            let mut row = row(n);
            let number = json!({"value": truth(n)});
            row["gold"] = json!({"size": number, "modelled": number, "grade": {"value": grade(n)}});
            row
        });
        scene.world.import(&scene.operator, scene.project, gold).await;
        for person in 0..4 {
            scene.answer(|n| said(n, person)).await;
        }
        let report = scene.report().await;
        let of = |name: &str| report.questions.iter().find(|one| one.question == name).expect("it was asked");
        let (size, modelled, grades) = (of("size"), of("modelled"), of("grade"));
        assert!(size.model.is_none() && modelled.model.is_none() && grades.model.is_some());

        // The three figures of each are true of what was delivered.
        let agreed = scene.agreed().await;
        assert_eq!(agreed.len(), 60);
        let value = |one: &QuestionAgreed| one.value.as_f64().expect("a number");
        let off = |name: &str| agreed.iter().map(|(n, all)| (value(&all[name]) - truth(*n)).abs()).sum::<f64>() / 60.0;
        for (figures, name) in [(size, "size"), (modelled, "modelled")] {
            let numbers = figures.numbers.as_ref().expect("numbers have a model");
            assert!(numbers.verified && numbers.gold >= 30 && numbers.methods.len() == 5, "{numbers:?}");
            assert!(numbers.widened_by.is_some() && numbers.contested.len() == 50, "{numbers:?}");
            let (expected, on_gold) = (numbers.expected_error.expect("items"), numbers.gold_error.expect("gold"));
            assert!(expected.low <= expected.value && expected.value <= expected.high, "{expected:?}");
            let real = off(name);
            assert!(
                (expected.value / real - 1.0).abs() < 0.4 && holds(&on_gold, real),
                "{real} {expected:?} {on_gold:?}"
            );
        }
        let held = |name: &str| {
            let inside = |(n, all): &&(usize, BTreeMap<String, QuestionAgreed>)| {
                let range = all[name].range.as_ref().expect("a model speaks of it");
                let (low, high) = (range.low.as_f64().unwrap(), range.high.as_f64().unwrap());
                assert!(low <= value(&all[name]) && value(&all[name]) <= high && range.mean_error > 0.0, "{range:?}");
                low <= truth(*n) && truth(*n) <= high
            };
            agreed.iter().filter(inside).count()
        };
        assert!(held("size") >= 54 && held("modelled") >= 54, "{} {}", held("size"), held("modelled"));
        assert!(off("modelled") < 0.8 * off("size"), "{} {}", off("modelled"), off("size"));
        assert!(
            agreed.iter().all(|(_, all)| all["size"].method == "median" && all["modelled"].method.starts_with("gauss"))
        );
        // With a tolerance there is a probability that it is near enough.
        let near = agreed.iter().filter(|(n, all)| (value(&all["modelled"]) - truth(*n)).abs() <= 4.0).count();
        let probable: f64 = agreed.iter().map(|(_, all)| all["modelled"].probability.expect("a tolerance")).sum();
        assert!((probable - f64::from(u32::try_from(near).unwrap())).abs() < 8.0, "{probable} {near}");
        assert!(agreed.iter().all(|(_, all)| all["size"].probability.is_none()));

        // A mean lies between grades; its error is in grades.
        let numbers = grades.numbers.as_ref().expect("grades are numbers");
        assert!(numbers.gold_error.expect("gold").value < 0.2 && numbers.expected_error.is_some(), "{numbers:?}");
        let (_, between) = agreed.iter().find(|(n, _)| n % 12 == 6).expect("a third is graded higher by one");
        let range = between["grade"].range.as_ref().expect("a model speaks of it");
        assert_eq!((&between["grade"].value, range.level.to_bits()), (&json!(3.25), 0.95_f64.to_bits()));
        assert!(range.low == json!(3) && range.mean_error > 0.0, "{range:?}");

        // Who runs high and who scatters, against the others and the gold.
        let habit = |of: &dyn Fn(&Estimate, &Estimate) -> bool| {
            let of = |name: &str| {
                report.people.iter().filter(|one| of(&one.numbers[name].bias, &one.numbers[name].spread)).count()
            };
            (of("size"), of("modelled"))
        };
        assert_eq!(habit(&|bias, _| bias.low > 5.0), (1, 1), "{:?}", report.people);
        assert_eq!(habit(&|_, spread| spread.low > 4.0), (1, 1), "{:?}", report.people);
        assert_eq!(habit(&|bias, spread| holds(bias, 0.0) && holds(spread, 2.0)), (2, 2), "{:?}", report.people);
        let person = &report.people[0].numbers["size"];
        assert!(person.answers >= 90 && person.known == person.gold && person.gold_error.is_some(), "{person:?}");

        let batch = report.batches.as_ref().expect("two").newest.iter().find(|one| one.tasks == 60).expect("not gold");
        assert_eq!(
            batch.numbers.iter().map(|one| (&*one.question, one.items)).collect::<Vec<_>>(),
            [("size", 60), ("modelled", 60), ("grade", 60)]
        );
        let error = batch.numbers[0].expected_error.expect("items");
        assert!(holds(&error, off("size")), "{error:?} {}", off("size"));

        let quality = scene.released().await;
        let numbers = &quality["size"]["numbers"];
        assert_eq!((&numbers["rows"], &numbers["founded_on"]), (&json!(60), &json!("gold")), "{quality}");
        let error: Estimate = serde_json::from_value(numbers["expected_error"].clone()).unwrap();
        assert!(holds(&error, off("size")), "{error:?}");
        assert!(quality["modelled"]["numbers"]["outside"]["value"].as_f64().unwrap() < 0.3, "{quality}");
        assert_eq!(quality["certificate"]["rows_on_review"]["alone"], 0);
    })
    .await;
}

/// Of as many answers as whole steps of days that are over hold, rounded outward; by the same numbers as whoever runs the project is told.
#[tokio::test(flavor = "multi_thread")]
async fn who_runs_high_and_who_scatters_is_told_so_roughly_and_a_day_late() {
    db::each(|db| async move {
        let questions = json!([number("size", &json!({"method": "median"})), rating("grade", "mean")]);
        let pipeline = NewPipeline { overlap: Some(4), ..NewPipeline::default() };
        let scene = Scene::new(db, questions, pipeline).await;
        scene.world.import(&scene.operator, scene.project, (0..45).map(row)).await;
        let say = |person| {
            move |n| {
                let mut said = said(n, person);
                said.as_object_mut().unwrap().remove("modelled");
                said
            }
        };
        let mut experts = Vec::new();
        for person in 0..3 {
            experts.push(scene.answer(say(person)).await);
        }
        scene.report().await;
        let told = |expert: Asker| {
            let (app, project) = (scene.world.app.clone(), scene.project);
            async move { app.own_standing(&expert, project).await.unwrap().measured }
        };
        assert_eq!(told(experts[0].clone()).await, None, "the day is not over");
        scene.world.clock.pass(vouchsafe_domain::time::Micros::DAY);
        scene.answer(say(3)).await;
        let report = scene.report().await;
        let high = told(experts[0].clone()).await.expect("forty of a day that is over").numbers["size"];
        let scattering = told(experts[1].clone()).await.expect("the same").numbers["size"];
        assert!(high.bias.from > 5.0 && high.bias.to < 15.0 && high.spread.to < 8.0, "{high:?}");
        assert!(scattering.bias.from < 0.0 && scattering.spread.from >= 4.0, "{scattering:?}");
        let most =
            report.people.iter().map(|one| &one.numbers["size"]).max_by(|a, b| a.bias.value.total_cmp(&b.bias.value));
        let exact = most.expect("four people");
        assert!(
            exact.answers == 45 && (exact.bias.value - f64::midpoint(high.bias.from, high.bias.to)).abs() < 2.0,
            "{exact:?}"
        );
        let in_steps = |x: f64| (x * 10.0 - (x * 10.0).round()).abs() < 1e-9;
        assert!([high.bias.from, high.bias.to, high.spread.from, high.spread.to].into_iter().all(in_steps), "{high:?}");
        assert!(told(experts[0].clone()).await.expect("it stays").numbers.contains_key("grade"));
    })
    .await;
}

/// Two candidates each, no gold, one answer beyond reckoning: parts have intervals of their own, and nothing is said to be verified.
#[tokio::test(flavor = "multi_thread")]
async fn parts_have_intervals_of_their_own_and_without_gold_nothing_is_verified() {
    db::each(|db| async move {
        let mut question = number("size", &json!({"method": "auto"}));
        question["on"] = json!("replies");
        question["per"] = json!("candidate");
        question["validation"] = json!({"min": 0, "max": 10});
        let scene = Scene::new(
            db,
            json!([question, number("free", &json!({"method": "mean"}))]),
            NewPipeline { overlap: Some(3), ..NewPipeline::default() },
        )
        .await;
        scene.world.import(&scene.operator, scene.project, (0..12).map(row)).await;
        for person in 0..3_i64 {
            scene
                .answer(|n| {
                    let base = i64::try_from(n % 9).unwrap();
                    let free = if n == 3 && person == 0 { json!(1e300) } else { json!(person + base) };
                    json!({"size": {"value": {"a": (base + person).min(10), "b": 10}}, "free": {"value": free}})
                })
                .await;
        }
        let report = scene.report().await;
        let [size, free] = &report.questions[..] else { panic!("{report:?}") };
        let numbers = size.numbers.as_ref().expect("everybody answered all");
        assert!(
            !numbers.verified && numbers.method == "pool" && numbers.gold_error.is_none() && numbers.methods.is_empty()
        );
        assert!(numbers.contested[0].part.as_deref() == Some("a") && free.numbers.is_some(), "{numbers:?}");
        for (n, agreed) in scene.agreed().await {
            let one = &agreed["size"];
            let range = one.range.as_ref().expect("a model speaks of it");
            let at = |value: &Value, part: &str| value[part].as_f64().unwrap();
            for part in ["a", "b"] {
                let (low, value, high) = (at(&range.low, part), at(&one.value, part), at(&range.high, part));
                assert!(0.0 <= low && low <= value && value <= high && high <= 10.0, "{n}: {one:?}");
            }
            assert!(
                (at(&one.value, "a") - f64::from(u32::try_from(n % 9 + 1).unwrap())).abs() < 1.0
                    && one.method == "pool",
                "{one:?}"
            );
            assert!(agreed["free"].value.is_number(), "{:?}", agreed["free"]);
        }
        let quality = scene.released().await;
        assert_eq!(quality["size"]["numbers"]["founded_on"], "model-based, not verified", "{quality}");
    })
    .await;
}

/// Three people score thirty answers by two criteria, one of which takes points away; `part` of what is short is given.
async fn scored(db: db::Db, part: f64) -> (Report, Vec<(usize, QuestionAgreed)>, Value) {
    let question = json!({"name": "scores", "type": "rubric_scores", "options_from": "rubric", "required": true,
        "aggregation": {"method": "per_criterion_mean"}});
    let pipeline = NewPipeline { overlap: Some(3), ..NewPipeline::default() };
    let scene = Scene::new(db, json!([question]), pipeline).await;
    scene.world.import(&scene.operator, scene.project, (0..30).map(row)).await;
    for person in 0..3 {
        scene
            .answer(|n| {
                // One of three takes every fifth short answer for long.
                let short = n.is_multiple_of(2) && !(person == 1 && n.is_multiple_of(5));
                let mut met = json!({"met": short});
                if short && part < 1.0 {
                    met["points"] = json!(4.0 * part - f64::from(person) / 2.0);
                }
                json!({"scores": {"value": {"short": met, "false": {"met": n.is_multiple_of(3)}}}})
            })
            .await;
    }
    let report = scene.report().await;
    let agreed =
        scene.agreed().await.into_iter().map(|(n, mut all)| (n, all.remove("scores").expect("scored"))).collect();
    (report, agreed, scene.released().await)
}

/// Where points say no more than whether a criterion is met, the true ones are all or nothing.
#[tokio::test(flavor = "multi_thread")]
async fn mean_points_of_criteria_that_are_met_or_not_have_all_or_nothing_for_a_range() {
    db::each(|db| async move {
        let (report, agreed, quality) = scored(db, 1.0).await;
        let numbers = report.questions[0].numbers.as_ref().expect("points are numbers");
        assert!(numbers.gold == 0 && !numbers.verified && report.questions[0].model.is_some(), "{numbers:?}");
        assert!(report.people.iter().all(|one| one.numbers.is_empty()), "{:?}", report.people);
        let ends = |n: usize, part: &str| {
            let range = agreed.iter().find(|(one, _)| *one == n).expect("done").1.range.as_ref().expect("a model");
            (range.low[part].as_f64().unwrap(), range.high[part].as_f64().unwrap())
        };
        assert_eq!((ends(2, "short"), ends(2, "false")), ((4.0, 4.0), (0.0, 0.0)));
        assert_eq!((ends(1, "short"), ends(3, "false")), ((0.0, 0.0), (-2.0, -2.0)));
        // Two of three said so: 8/3 points, which nobody believes are the true ones.
        let (_, torn) = agreed.iter().find(|(n, _)| *n == 10).expect("done");
        let given = torn.value["short"]["points"].as_f64().unwrap();
        assert!((given - 8.0 / 3.0).abs() < 1e-9 && ends(10, "short").1 >= 4.0, "{torn:?}");
        assert!(torn.range.as_ref().expect("a model").mean_error > 0.5, "{torn:?}");
        assert_eq!(quality["scores"]["numbers"]["rows"], 30, "{quality}");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn points_in_part_are_numbers_between_nothing_and_what_a_criterion_is_worth() {
    db::each(|db| async move {
        let (report, agreed, quality) = scored(db, 0.75).await;
        let numbers = report.questions[0].numbers.as_ref().expect("points are numbers");
        assert!(numbers.method == "pool" && !numbers.contested.is_empty(), "{numbers:?}");
        for (n, one) in agreed {
            let range = one.range.as_ref().expect("a model speaks of it");
            for (part, least, most) in [("short", 0.0, 4.0), ("false", -2.0, 0.0)] {
                let [low, high] = [&range.low, &range.high].map(|end| end[part].as_f64().unwrap());
                let value = one.value[part]["points"].as_f64().unwrap();
                assert!(least <= low && low <= value && value <= high && high <= most, "{n} {part}: {one:?}");
            }
        }
        let error: Estimate = serde_json::from_value(quality["scores"]["numbers"]["expected_error"].clone()).unwrap();
        assert!(error.value > 0.0 && error.value < 1.0, "{quality}");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn asking_until_a_number_is_probable_needs_to_know_what_is_near_enough() {
    db::each(|db| async move {
        let until = |overlap| NewPipeline {
            overlap: Some(overlap),
            until: Some(AskUntil { posterior: 0.9, at_most: 4, budget: None, least_gain: None }),
            ..NewPipeline::default()
        };
        let near = json!([number("size", &json!({"method": "gauss", "params": {"tolerance": 3}}))]);
        let scene = Scene::new(db, near, until(2)).await;
        scene.world.import(&scene.operator, scene.project, (0..40).map(row)).await;
        // Two who agree but for every fifth.
        for person in 0..2 {
            scene
                .answer(
                    |n| json!({"size": {"value": truth(n) + if n % 5 == 0 { 20.0 * f64::from(person) } else { 0.1 }}}),
                )
                .await;
        }
        let asking = scene.report().await.asking.expect("it asks on");
        assert!(
            asking.unsure >= 8 && asking.asked == asking.unsure && asking.most_bits.expect("a model") > 0.0,
            "{asking:?}"
        );

        let far = NewProject {
            name: "Far".into(),
            schema: schema(json!([number("size", &json!({"method": "gauss"}))])),
            guideline: "Read with care.".into(),
            pipeline: until(2),
            pool: json!({}),
            copy_allowed: false,
        };
        let refused = scene.world.app.create_project(&scene.operator, scene.client, &far).await;
        let Err(Error::Invalid(rules)) = refused else { panic!("{refused:?}") };
        assert!(rules[0].path == "/pipeline/until" && rules[0].rule.contains("tolerance"), "{rules:?}");
    })
    .await;
}
