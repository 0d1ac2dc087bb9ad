//! From answers to a report that says how sure it is, and to a release that carries it.

use serde_json::{Value, json};
use vouchsafe_app::{
    Asker,
    quality::report::{QuestionFigures, Report},
    work::{
        change_project::ProjectChange,
        projects::{AskUntil, NewPipeline},
    },
};
use vouchsafe_domain::{
    access::role::Role,
    ids::ProjectId,
    work::assignment::{Purpose, Step},
};
use vouchsafe_testkit::{
    db,
    world::{World, questions, yes_no},
};

/// Every task a person is given, answered as `said` has it: by the person's number and the task's.
async fn answered(world: &World, project: ProjectId, people: usize, said: impl Fn(usize, usize) -> &'static str) {
    for person in 0..people {
        let expert = world.expert(project).await;
        while let Some(sent) =
            world.app.retry(|| world.app.claim(&expert, project, Step::Label, Purpose::Work)).await.unwrap()
        {
            let text = sent.content["question"]["text"].as_str().unwrap();
            let number = text.split(' ').nth(1).unwrap().parse().unwrap();
            let answers = json!({"verdict": {"value": said(person, number)}});
            world.app.submit(&expert, sent.id.parse().unwrap(), &answers, 4_000).await.unwrap();
        }
    }
}

fn verdict(report: &Report) -> &QuestionFigures {
    report.questions.iter().find(|question| question.question == "verdict").expect("the question is there")
}

async fn report(world: &World, asker: &Asker, project: ProjectId) -> Report {
    world.app.compute_quality_for(project).await.unwrap();
    world.app.quality(asker, project).await.unwrap().expect("a report was made")
}

/// The quality certificate of a release of all that is done.
async fn released(world: &World, asker: &Asker, project: ProjectId) -> Value {
    let new = vouchsafe_app::releases::order::NewRelease { formats: vec!["full".into()], ..Default::default() };
    let release = world.app.order_release(asker, project, &new).await.unwrap().id.parse().unwrap();
    world.app.build_release(release).await.unwrap();
    let sent = world.app.release(asker, release).await.unwrap();
    serde_json::to_value(&sent).unwrap()["manifest"]["quality"].clone()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_report_tells_the_careless_from_the_careful_and_says_that_nothing_verified_it() {
    db::each(|db| async move {
        let world = World::new(db);
        let client = world.client("HERON").await;
        let operator = world.member(Role::Operator, &[client]).await;
        let pipeline = NewPipeline { overlap: Some(5), ..NewPipeline::default() };
        let project = world.project(&operator, client, yes_no(5), pipeline).await;
        world.import(&operator, project, questions(60)).await;
        assert_eq!(
            world.app.quality(&operator, project).await.unwrap(),
            None,
            "nothing is said before anybody answered"
        );

        // Four who know, one who says yes to everything.
        answered(&world, project, 5, |person, n| if person == 4 || n % 2 == 0 { "yes" } else { "no" }).await;
        let report = report(&world, &operator, project).await;
        assert_eq!((report.tasks, report.annotations, report.people.len(), report.gold_tasks), (60, 300, 5, 0));
        let verdict = verdict(&report);
        let alpha = verdict.agreement.alpha.expect("it is defined");
        assert!(alpha.low <= alpha.value && alpha.value <= alpha.high && alpha.value < 0.9, "{alpha:?}");
        let model = verdict.model.as_ref().expect("labels have a model");
        assert!(!model.verified && model.gold == 0 && model.gold_error.is_none(), "without gold nothing is verified");
        assert_eq!(model.method, "pool");
        assert!(model.methods.is_empty(), "without gold nothing is weighed");
        let differ = model.differ.as_ref().expect("the pool says where its methods differ");
        assert_eq!((differ.of, differ.warning), (60, differ.items > 6));
        assert_eq!(differ.tasks.len(), differ.items.min(50), "asked once a task");
        let expected = model.expected_error.expect("there are items").value;
        assert!(model.with_more.len() == 2 && model.with_more[0] <= expected + 1e-9, "more answers never hurt");
        let ability = |person: &vouchsafe_app::quality::report::PersonFigures| person.ability["verdict"].chance;
        let mut abilities: Vec<_> = report.people.iter().map(ability).collect();
        abilities.sort_by(|a, b| a.value.total_cmp(&b.value));
        assert!(abilities[0].high < abilities[1].low, "the one who says yes to everything stands out: {abilities:?}");
        assert!(report.people.iter().all(|person| person.person.starts_with("p-")), "people stand by pseudonym");
        // What the answers came to was reckoned first, and has its probability though nothing comes any more.
        let task = &world.app.list_tasks(&operator, project, "", None, 1).await.unwrap().items[0].id;
        let came_to = world.app.consensus(&operator, task.parse().unwrap()).await.unwrap();
        let said = serde_json::to_value(&came_to).unwrap();
        assert!(said["questions"]["verdict"]["probability"].is_number(), "{said}");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn gold_verifies_probabilities_and_scores_people() {
    db::each(|db| async move {
        let world = World::new(db);
        let client = world.client("HERON").await;
        let operator = world.member(Role::Operator, &[client]).await;
        let pipeline = NewPipeline { overlap: Some(3), gold_rate: Some(0.5), ..NewPipeline::default() };
        let project = world.project(&operator, client, yes_no(3), pipeline).await;
        world.import(&operator, project, questions(60)).await;
        let gold = (100..140).map(|n| {
            let right = if n % 2 == 0 { "yes" } else { "no" };
            json!({"external_id": format!("g{n}"), "data": {"question": format!("Is {n} a round number?")}, "gold": {"verdict": {"value": right}}})
        });
        world.import(&operator, project, gold).await;
        answered(&world, project, 3, |person, n| {
            let wrong = person == 2 && n % 4 == 0;
            if (n % 2 == 0) == wrong { "no" } else { "yes" }
        })
        .await;
        let report = report(&world, &operator, project).await;
        let model = verdict(&report).model.clone().expect("labels have a model");
        assert!(report.gold_tasks >= 30 && model.gold == report.gold_tasks && model.verified, "{}", report.gold_tasks);
        let error = model.gold_error.expect("there is gold");
        assert!(error.low <= error.value && error.value <= error.high);
        let worst = report.people.iter().filter_map(|person| person.gold).map(|gold| gold.share.value).fold(1.0, f64::min);
        assert!(worst < 0.8, "who errs on gold is seen to: {worst}");
        assert!(report.people.iter().any(|person| person.gold.is_some_and(|gold| gold.right == gold.total)));

        // Under a schema that no longer takes "no", what was known to be "no" is known no more.
        let mut schema = yes_no(3);
        schema["questions"][0]["options"] = json!([{"value": "yes"}, {"value": "perhaps"}]);
        world.clock.pass(1_000);
        world.app.add_schema(&operator, project, &schema).await.unwrap();
        let under = self::report(&world, &operator, project).await;
        let left = verdict(&under).model.clone().expect("labels have a model").gold;
        assert!(left > 0 && left < model.gold, "{left} of {}", model.gold);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_release_says_how_probable_each_answer_is_and_what_that_rests_on() {
    db::each(|db| async move {
        let world = World::new(db);
        let client = world.client("HERON").await;
        let operator = world.member(Role::Operator, &[client]).await;
        let pipeline = NewPipeline { overlap: Some(3), ..NewPipeline::default() };
        let project = world.project(&operator, client, yes_no(3), pipeline).await;
        world.import(&operator, project, questions(20)).await;
        answered(&world, project, 3, |person, n| if person == 2 && n == 7 || n % 2 == 0 { "yes" } else { "no" }).await;
        let quality = released(&world, &operator, project).await;
        assert_eq!(quality["verdict"]["model"]["founded_on"], "model-based, not verified", "{quality}");
        assert!(quality["verdict"]["agreement"]["krippendorff_alpha"]["low"].is_number(), "{quality}");
        assert_eq!(
            (&quality["certificate"]["annotations"], &quality["certificate"]["people"]),
            (&json!(60), &json!(3))
        );
    })
    .await;
}

/// Of twenty tasks twelve are done; on the others, which only two answered, they differ.
#[tokio::test(flavor = "multi_thread")]
async fn what_a_release_is_expected_to_get_wrong_is_said_of_its_own_rows() {
    db::each(|db| async move {
        let world = World::new(db);
        let client = world.client("HERON").await;
        let operator = world.member(Role::Operator, &[client]).await;
        let pipeline = NewPipeline { overlap: Some(3), ..NewPipeline::default() };
        let project = world.project(&operator, client, yes_no(3), pipeline).await;
        world.import(&operator, project, questions(20)).await;
        let experts = [world.expert(project).await, world.expert(project).await, world.expert(project).await];
        for (person, expert) in experts.iter().enumerate() {
            for n in 0..if person == 2 { 12 } else { 20 } {
                let claim = || world.app.claim(expert, project, Step::Label, Purpose::Work);
                let sent = world.app.retry(claim).await.unwrap().expect("there is work");
                let said = if (n % 2 == 0) ^ (n >= 12 && person == 1) { "yes" } else { "no" };
                let answers = json!({"verdict": {"value": said}});
                world.app.submit(expert, sent.id.parse().unwrap(), &answers, 4_000).await.unwrap();
            }
        }
        while world.app.compute_consensus(100).await.unwrap() > 0 {}
        let report = report(&world, &operator, project).await;
        let all =
            verdict(&report).model.as_ref().expect("labels have a model").expected_error.expect("there are items");
        let quality = released(&world, &operator, project).await;
        let (model, whole) = (&quality["verdict"]["model"], &quality["certificate"]);
        let rows: Vec<f64> = ["low", "value", "high"].map(|end| model["expected_error"][end].as_f64().unwrap()).into();
        assert_eq!((&model["rows"], &quality["verdict"]["tasks"]), (&json!(12), &json!(12)));
        assert!(rows[1] < all.value / 3.0 && rows[0] <= rows[1] && rows[1] <= rows[2], "{rows:?} {all:?}");
        let said = json!({"tasks": 12, "annotations": 36, "people": 3, "decided": 0, "verdicts": {}});
        assert_eq!((&whole["rows"], &whole["annotations"]), (&said, &json!(52)));
    })
    .await;
}

/// Method, calibration, expected error with its interval, agreement, gold results, the sampling plan and what it cost: all of it in one
/// release of a project that has all of it.
#[tokio::test(flavor = "multi_thread")]
async fn a_release_carries_every_figure_of_its_certificate() {
    db::each(|db| async move {
        let world = World::new(db);
        let client = world.client("HERON").await;
        let operator = world.member(Role::Operator, &[client]).await;
        let price = serde_json::from_value(json!({"per_answer": 1.5, "currency": "EUR"})).unwrap();
        let pipeline = NewPipeline {
            overlap: Some(3),
            gold_rate: Some(0.8),
            review_rate: Some(1.0),
            price: Some(price),
            ..NewPipeline::default()
        };
        let project = world.project(&operator, client, yes_no(3), pipeline).await;
        world.import(&operator, project, questions(20)).await;
        let gold = (100..134).map(|n| {
            let right = if n % 2 == 0 { "yes" } else { "no" };
            json!({"external_id": format!("g{n}"), "data": {"question": format!("Is {n} a round number?")}, "gold": {"verdict": {"value": right}}})
        });
        world.import(&operator, project, gold).await;
        answered(&world, project, 3, |person, n| {
            let wrong = person == 2 && n % 5 == 0;
            if (n % 2 == 0) == wrong { "no" } else { "yes" }
        })
        .await;
        let reviewer = world.member(Role::Reviewer, &[client]).await;
        let mut reviews = 0;
        while let Some(sent) =
            world.app.retry(|| world.app.claim(&reviewer, project, Step::Review, Purpose::Work)).await.unwrap()
        {
            let accept = serde_json::from_value(json!({"verdict": "accept"})).unwrap();
            world.app.review(&reviewer, sent.id.parse().unwrap(), &accept).await.unwrap();
            reviews += 1;
        }
        while world.app.compute_consensus(100).await.unwrap() > 0 {}

        let quality = released(&world, &operator, project).await;
        let interval = |of: &Value| {
            let [low, value, high] = ["low", "value", "high"].map(|name| of[name].as_f64().unwrap_or(f64::NAN));
            assert!(low <= value && value <= high && high <= 1.0, "{of} in {quality}");
            value
        };
        let (verdict, whole) = (&quality["verdict"], &quality["certificate"]);
        let model = &verdict["model"];
        assert!(model["method"].is_string() && model["version"].is_u64() && model["seed"].is_u64(), "{quality}");
        assert_eq!(model["founded_on"], "gold");
        let known = whole["gold_tasks"].as_u64().unwrap();
        assert!(known >= 30 && model["gold"] == known, "{quality}");
        assert!(interval(&model["expected_error"]) < 0.5);
        let methods = model["methods"].as_array().expect("gold weighed them");
        let weights: f64 = methods.iter().filter_map(|one| one["weight"].as_f64()).sum();
        assert!(methods.len() > 5 && (weights - 1.0).abs() < 1e-9, "{methods:?}");
        assert!(methods.iter().any(|one| one["method"] == "pool") && model["methods_differ"].is_null(), "{model}");
        interval(&model["gold_error"]);
        interval(&verdict["agreement"]["krippendorff_alpha"]);
        interval(&verdict["agreement"]["gwet_ac1"]);
        assert_eq!((&verdict["tasks"], &verdict["settled"]), (&json!(20), &json!(20)));
        assert_eq!((&whole["people"], &whole["verdicts"]), (&json!(3), &json!({"accept": reviews})));
        let sampling = &whole["sampling"];
        assert!(reviews > 60, "those of gold are no part of the sample");
        assert_eq!((&sampling["sample"], &sampling["wrong"]), (&json!(60), &json!(0)));
        assert_eq!((&sampling["plan"], &sampling["bad"], &sampling["good"]), (&json!([181, 4]), &json!(0.05), &json!(0.01)));
        assert!(sampling["met"] == true && sampling["at_most"].as_f64().unwrap() <= 0.05, "{sampling}");
        let cost = &whole["cost"];
        assert_eq!((&cost["accepted"], &cost["reviews"], &cost["decisions"]), (&json!(20), &json!(reviews), &json!(0)));
        let each = cost["answers_per_accepted"].as_f64().unwrap();
        assert!(each >= 3.0, "gold is part of what they cost: {cost}");
        let paid = cost["price"]["per_accepted"].as_f64().unwrap();
        assert!((paid - 1.5 * each).abs() < 1e-9 && cost["price"]["currency"] == "EUR", "{cost}");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn marked_passages_are_compared_stretch_by_stretch() {
    db::each(|db| async move {
        let world = World::new(db);
        let client = world.client("HERON").await;
        let operator = world.member(Role::Operator, &[client]).await;
        let mut schema = yes_no(3);
        schema["questions"] =
            json!([{"name": "key", "type": "span", "on": "question", "options": [{"value": "key"}]}]);
        let project = world.project(&operator, client, schema, NewPipeline::default()).await;
        world.import(&operator, project, questions(12)).await;
        for person in 0..3 {
            let expert = world.expert(project).await;
            while let Some(sent) =
                world.app.retry(|| world.app.claim(&expert, project, Step::Label, Purpose::Work)).await.unwrap()
            {
                let text = sent.content["question"]["text"].as_str().unwrap();
                let odd = text.split(' ').nth(1).unwrap().parse::<u32>().unwrap() % 2 == 1;
                // Two mark the same words; the third half of them, and nothing in every other text.
                let marked = if person < 2 { "round number" } else { "round" };
                let start = text.find(marked).unwrap();
                let span = json!({"field": "question", "start": start, "end": start + marked.len(), "label": "key", "text": marked});
                let spans = if person == 2 && odd { json!([]) } else { json!([span]) };
                let answers = json!({"key": {"value": spans}});
                world.app.submit(&expert, sent.id.parse().unwrap(), &answers, 4_000).await.unwrap();
            }
        }
        while world.app.compute_consensus(100).await.unwrap() > 0 {}
        let report = report(&world, &operator, project).await;
        assert!(report.open_questions.is_empty(), "{:?}", report.open_questions);
        let key = &report.questions[0];
        assert_eq!((key.kind.as_str(), key.items, key.answers), ("span", 6 * 2 + 6, 18 * 3));
        assert_eq!(key.classes, ["not marked", "marked"]);
        let alpha = key.agreement.alpha.expect("it is defined");
        assert!(alpha.low <= alpha.value && alpha.value <= alpha.high && alpha.value < 0.9, "{alpha:?}");
        let gamma = key.agreement.gamma.expect("marks as a whole agree too");
        assert_eq!((gamma.texts, gamma.left_out), (12, 0));
        assert!(gamma.gamma.low <= gamma.gamma.value && gamma.gamma.value < 0.9, "{gamma:?}");
        let model = key.model.as_ref().expect("stretches have a model");
        assert_eq!((model.method.as_str(), model.verified, model.gold), ("lfc", false, 0));
        assert!(model.expected_error.is_some() && model.confusion.len() == 2);
        let tasks = world.app.list_tasks(&operator, project, "", None, 50).await.unwrap();
        for task in tasks.items {
            let agreed = world.app.consensus(&operator, task.id.parse().unwrap()).await.unwrap();
            let key = &agreed.questions.expect("it is reckoned")["key"];
            assert_eq!((key.method.as_str(), &key.value[0]["text"]), ("character_majority", &json!("round number")));
            let probability = key.probability.expect("the model speaks of it");
            assert!(probability > 0.5 && probability <= 1.0, "{probability}");
        }
    })
    .await;
}

/// One who marks everything, two who often miss it: a vote loses what only one saw, the model knows who misses.
#[tokio::test(flavor = "multi_thread")]
async fn where_the_schema_asks_for_it_the_model_decides_what_is_marked() {
    db::each(|db| async move {
        let world = World::new(db);
        let client = world.client("HERON").await;
        let operator = world.member(Role::Operator, &[client]).await;
        let mut schema = yes_no(3);
        schema["questions"] = json!([{"name": "key", "type": "span", "on": "question", "options": [{"value": "key"}],
                                      "aggregation": {"method": "lfc"}}]);
        let project = world.project(&operator, client, schema, NewPipeline::default()).await;
        world.import(&operator, project, questions(30)).await;
        for person in 0..3 {
            let expert = world.expert(project).await;
            while let Some(sent) =
                world.app.retry(|| world.app.claim(&expert, project, Step::Label, Purpose::Work)).await.unwrap()
            {
                let text = sent.content["question"]["text"].as_str().unwrap();
                let number = text.split(' ').nth(1).unwrap().parse::<usize>().unwrap();
                let start = text.find("round number").unwrap();
                let span = json!({"field": "question", "start": start, "end": start + 12, "label": "key", "text": "round number"});
                let misses = person > 0 && (number % 3 == person || number % 6 == 0);
                let answers = json!({"key": {"value": if misses { json!([]) } else { json!([span]) }}});
                world.app.submit(&expert, sent.id.parse().unwrap(), &answers, 4_000).await.unwrap();
            }
        }
        while world.app.compute_consensus(100).await.unwrap() > 0 {}
        let tasks = world.app.list_tasks(&operator, project, "", None, 50).await.unwrap();
        let mut found = Vec::new();
        for computed in [false, true] {
            if computed {
                world.app.compute_quality_for(project).await.unwrap();
            }
            let mut marked = 0;
            for task in &tasks.items {
                let agreed = world.app.consensus(&operator, task.id.parse().unwrap()).await.unwrap();
                let key = &agreed.questions.expect("it is reckoned")["key"];
                let spans = key.value.as_array().expect("a list of marks");
                assert!(spans.len() < 2 && spans.iter().all(|span| span["text"] == "round number"), "{spans:?}");
                assert!(spans.iter().all(|span| span["field"] == "question"), "{spans:?}");
                marked += spans.len();
                assert_eq!(key.method, if computed { "lfc" } else { "character_majority" });
            }
            found.push(marked);
        }
        assert_eq!(found, [25, 30], "five were seen by one alone");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_does_not_run_or_watch_a_project_does_not_learn_of_its_quality() {
    db::each(|db| async move {
        let world = World::new(db);
        let (ours, theirs) = (world.client("HERON").await, world.client("OTTER").await);
        let operator = world.member(Role::Operator, &[ours]).await;
        let project = world.project(&operator, ours, yes_no(1), NewPipeline::default()).await;
        for other in [
            world.member(Role::Operator, &[theirs]).await,
            world.member(Role::Reviewer, &[ours]).await,
            world.member(Role::Custodian, &[ours]).await,
            world.expert(project).await,
        ] {
            assert!(world.app.quality(&other, project).await.is_err());
        }
        assert!(world.app.quality(&world.member(Role::Observer, &[ours]).await, project).await.is_ok());
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_task_is_asked_about_until_its_answer_is_probable_enough_and_no_longer() {
    db::each(|db| async move {
        let world = World::new(db);
        let client = world.client("HERON").await;
        let operator = world.member(Role::Operator, &[client]).await;
        let until = AskUntil { posterior: 0.9, at_most: 4, budget: None, least_gain: None };
        let pipeline = NewPipeline { overlap: Some(2), until: Some(until), ..NewPipeline::default() };
        let project = world.project(&operator, client, yes_no(2), pipeline).await;
        let sent = world.app.project(&operator, project).await.unwrap();
        assert_eq!(sent.pipeline["until"], json!({"posterior": 0.9, "at_most": 4}));
        world.import(&operator, project, questions(40)).await;

        // They agree on all tasks but the first four.
        let said = |person: usize, n: usize| if (n < 4 && person == 1) ^ n.is_multiple_of(2) { "yes" } else { "no" };
        answered(&world, project, 2, said).await;
        world.app.compute_quality_for(project).await.unwrap();
        let open = |tasks: Vec<vouchsafe_app::work::tasks::TaskListed>| {
            tasks.into_iter().filter(|task| task.state == "open").count()
        };
        let list = || async { world.app.list_tasks(&operator, project, "", None, 100).await.unwrap().items };
        let asked = open(list().await);
        assert!((4..=5).contains(&asked), "the four they differ on, and one drawn to keep the model honest: {asked}");

        // A third and a fourth agree with the first, and then nobody is asked any more.
        for _ in 0..3 {
            world.clock.pass(vouchsafe_domain::time::Micros::MINUTE);
            answered(&world, project, 1, |_, n| said(0, n)).await;
            world.app.compute_quality_for(project).await.unwrap();
        }
        let tasks = list().await;
        assert!(tasks.iter().all(|task| task.annotations <= 4), "the cap holds");
        assert!(tasks.iter().filter(|task| task.annotations == 2).count() >= 33, "what was sure was left alone");
        let wide = NewPipeline { until: Some(AskUntil { posterior: 0.3, ..until }), ..NewPipeline::default() };
        let change = ProjectChange { pipeline: Some(wide), ..ProjectChange::default() };
        let refused = world.app.change_project(&operator, project, &change).await;
        assert!(matches!(refused, Err(vouchsafe_app::Error::Invalid(_))), "{refused:?}");
    })
    .await;
}
