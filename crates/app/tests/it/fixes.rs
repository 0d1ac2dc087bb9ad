//! Answers in words: what a reviewer fixed is measured, kept with his review, and counted by author.

use serde_json::{Value, json};
use vouchsafe_app::{
    Asker,
    work::{projects::NewPipeline, review::Verdict},
};
use vouchsafe_domain::{
    access::role::Role,
    ids::ProjectId,
    time::Micros,
    work::assignment::{Purpose, Step},
};
use vouchsafe_testkit::{
    db,
    world::{World, questions, yes_no},
};

const WRITTEN: &str = "the dose is five milligrams";

/// Writes the same to every task that is left, and returns how many those were.
async fn write(world: &World, expert: &Asker, project: ProjectId, most: usize) -> usize {
    let mut written = 0;
    while written < most {
        let claimed = world.app.retry(|| world.app.claim(expert, project, Step::Label, Purpose::Work)).await.unwrap();
        let Some(sent) = claimed else { break };
        let answers = json!({"summary": {"value": WRITTEN}});
        world.app.submit(expert, sent.id.parse().unwrap(), &answers, 900).await.unwrap();
        written += 1;
    }
    written
}

async fn judge(world: &World, reviewer: &Asker, project: ProjectId, verdict: &Value) {
    let claimed = world.app.retry(|| world.app.claim(reviewer, project, Step::Review, Purpose::Work)).await.unwrap();
    let verdict: Verdict = serde_json::from_value(verdict.clone()).unwrap();
    world.app.review(reviewer, claimed.expect("one waits").id.parse().unwrap(), &verdict).await.unwrap();
}

fn fix(text: &str, reasons: &[&str]) -> Value {
    json!({"verdict": "fix", "answers": {"summary": {"value": text}}, "reasons": reasons})
}

#[tokio::test(flavor = "multi_thread")]
async fn the_size_of_a_fix_is_kept_with_the_review_and_counted_by_author() {
    db::each(|db| async move {
        let world = World::new(db);
        let client = world.client("HERON").await;
        let operator = world.member(Role::Operator, &[client]).await;
        let mut schema = yes_no(1);
        schema["questions"] = json!([{"name": "summary", "type": "text", "required": true}]);
        let pipeline = NewPipeline { review_rate: Some(1.0), ..NewPipeline::default() };
        let project = world.project(&operator, client, schema, pipeline).await;
        world.import(&operator, project, questions(12)).await;
        let reviewer = world.member(Role::Reviewer, &[client]).await;
        let (first, second) = (world.expert(project).await, world.expert(project).await);

        // Of the first author's ten answers two are fixed: one word of five, and all of it.
        assert_eq!(write(&world, &first, project, 10).await, 10);
        judge(&world, &reviewer, project, &fix("the dose is ten milligrams", &["incorrect"])).await;
        judge(&world, &reviewer, project, &fix("nobody can say this from here", &["incorrect", "incomplete"])).await;
        for _ in 0..8 {
            judge(&world, &reviewer, project, &json!({"verdict": "accept"})).await;
        }
        // Of the second's two one comes back.
        assert_eq!(write(&world, &second, project, 2).await, 2);
        judge(
            &world,
            &reviewer,
            project,
            &json!({"verdict": "return", "reasons": ["unclear_writing"], "to": "another"}),
        )
        .await;
        judge(&world, &reviewer, project, &json!({"verdict": "accept"})).await;

        world.app.compute_quality_for(project).await.unwrap();
        let report = world.app.quality(&operator, project).await.unwrap().expect("a report was made");
        assert_eq!(report.open_questions, ["summary"]);
        let of = |reviews: usize| {
            let mut all = report.people.iter().filter_map(|person| person.reviewed.as_ref());
            all.find(|one| one.reviews == reviews).expect("an author of so many")
        };
        let (first, second) = (of(10), of(2));
        assert_eq!((first.accepted, first.fixed, first.returned), (8, 2, 0));
        let size = first.fix_size.expect("two were fixed");
        assert!(size.fixes == 2 && (size.mean.value - 0.6).abs() < 1e-9, "{size:?}");
        assert!(size.mean.low <= size.mean.value && size.mean.value <= size.mean.high);
        assert_eq!(json!(first.reasons), json!({"incorrect": 2, "incomplete": 1}));
        assert_eq!((second.accepted, second.fixed, second.returned, second.fix_size), (1, 0, 1, None));
        assert_eq!(json!(second.reasons), json!({"unclear_writing": 1}));
        assert_eq!(report.reviews.as_ref().and_then(|reviews| reviews.fix_size), Some(size));

        // Whoever runs the work reads it beside the answer.
        let mut sizes = Vec::new();
        for task in world.app.list_tasks(&operator, project, "", None, 50).await.unwrap().items {
            for sent in world.app.task(&operator, task.id.parse().unwrap()).await.unwrap().annotations {
                sizes.extend(sent.review["fix_size"].as_f64());
            }
        }
        sizes.sort_by(f64::total_cmp);
        assert_eq!(sizes, [0.2, 1.0]);
    })
    .await;
}

/// A project with a question that is compared and one that is not, answered by two people who are wrong on gold, judged by two who accept
/// everything and delivered: the certificate, and what the provenance says of review.
async fn delivered(world: &World, review_rate: f64) -> (Value, Vec<Value>) {
    let client = world.client("HERON").await;
    let operator = world.member(Role::Operator, &[client]).await;
    let mut schema = yes_no(2);
    schema["questions"].as_array_mut().unwrap().push(json!({"name": "summary", "type": "text", "required": true}));
    let pipeline = NewPipeline {
        gold_rate: Some(1.0),
        review_rate: Some(review_rate),
        second_review_rate: Some(1.0),
        reviewed_gold_rate: Some(1.0),
        ..NewPipeline::default()
    };
    let project = world.project(&operator, client, schema, pipeline).await;
    world.import(&operator, project, questions(6)).await;
    let gold = (0..4).map(|n| {
        let known = json!({"verdict": {"value": "no"}, "summary": {"value": WRITTEN}});
        json!({"external_id": format!("g{n}"), "data": {"question": format!("Is {n} a round number?")}, "gold": known})
    });
    world.import(&operator, project, gold).await;
    for _ in 0..2 {
        let expert = world.expert(project).await;
        while let Some(sent) =
            world.app.retry(|| world.app.claim(&expert, project, Step::Label, Purpose::Work)).await.unwrap()
        {
            world.clock.pass(Micros::SECOND);
            let answers = json!({"verdict": {"value": "yes"}, "summary": {"value": WRITTEN}});
            world.app.submit(&expert, sent.id.parse().unwrap(), &answers, 900).await.unwrap();
        }
    }
    world.app.compute_quality_for(project).await.unwrap();
    let accept: Verdict = serde_json::from_value(json!({"verdict": "accept"})).unwrap();
    for _ in 0..2 {
        let reviewer = world.member(Role::Reviewer, &[client]).await;
        while let Some(sent) =
            world.app.retry(|| world.app.claim(&reviewer, project, Step::Review, Purpose::Work)).await.unwrap()
        {
            world.clock.pass(Micros::SECOND);
            world.app.review(&reviewer, sent.id.parse().unwrap(), &accept).await.unwrap();
        }
    }
    while world.app.compute_consensus(100).await.unwrap() > 0 {}

    let new = vouchsafe_app::releases::order::NewRelease { formats: vec!["full".into()], ..Default::default() };
    let release = world.app.order_release(&operator, project, &new).await.unwrap().id.parse().unwrap();
    world.app.build_release(release).await.unwrap();
    let sent = world.app.release(&operator, release).await.unwrap();
    let whole = serde_json::to_value(&sent).unwrap()["manifest"]["quality"]["certificate"].clone();
    let observer = world.member(Role::Observer, &[client]).await;
    for approver in [&operator, &observer] {
        world.app.retry(|| world.app.approve_release(approver, release)).await.unwrap();
    }
    world.app.retry(|| world.app.deliver_release(&operator, release)).await.unwrap();
    let mut file = world.app.release_file(&operator, release, "provenance.jsonl").await.unwrap();
    let mut bytes = Vec::new();
    while let Some(piece) = file.next_piece().await {
        bytes.extend(piece.unwrap());
    }
    let rows = String::from_utf8(bytes).unwrap();
    let row = |row: &str| serde_json::from_str::<Value>(row).unwrap()["on_review"].clone();
    (whole, rows.lines().map(row).collect())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_release_says_which_rows_rest_on_review_and_how_far_reviewers_agree() {
    db::each(|db| async move {
        let (whole, rows) = delivered(&World::new(db), 1.0).await;
        assert_eq!(whole["rest_on_review"], json!(["summary"]));
        assert_eq!(whole["rows_on_review"], json!({"alone": 0, "in_part": 6, "not_reviewed": 0}), "{whole}");
        // Six tasks and four of gold, by two people each.
        let second = &whole["second_reviews"];
        assert_eq!((&second["answers"], &second["same"]["value"]), (&json!(20), &json!(1.0)), "{whole}");
        assert!(second["same"]["low"].as_f64().is_some_and(|low| low > 0.8), "{second}");
        assert_eq!(rows, vec![json!({"questions": ["summary"], "alone": false, "reviewed": true}); 6]);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_release_says_how_reviewers_judged_gold_and_what_nobody_reviewed() {
    db::each(|db| async move {
        let (whole, rows) = delivered(&World::new(db), 0.0).await;
        let gold = &whole["reviewers_on_gold"];
        assert_eq!((&gold["right"], &gold["total"], &gold["missed"]), (&json!(0), &json!(8), &json!(8)), "{whole}");
        assert!(gold["share"]["high"].as_f64().is_some_and(|high| high > 0.3 && high < 0.5), "{gold}");
        assert_eq!(whole["rows_on_review"], json!({"alone": 0, "in_part": 6, "not_reviewed": 6}), "{whole}");
        assert_eq!(rows, vec![json!({"questions": ["summary"], "alone": false, "reviewed": false}); 6]);
    })
    .await;
}
