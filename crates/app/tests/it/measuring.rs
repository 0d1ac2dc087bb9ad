//! Reviews that measure reviewers: blind, like every other to whoever gives them, and without effect.

use serde_json::{Value, json};
use std::collections::BTreeSet;
use vouchsafe_app::{
    Asker,
    quality::report::Report,
    work::{projects::NewPipeline, review::Verdict, sent::AssignmentSent},
};
use vouchsafe_domain::{
    access::role::Role,
    ids::{ClientId, ProjectId},
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

impl Scene {
    async fn new(db: db::Db, pipeline: NewPipeline) -> Self {
        let world = World::new(db);
        let client = world.client("HERON").await;
        let operator = world.member(Role::Operator, &[client]).await;
        let project = world.project(&operator, client, yes_no(1), pipeline).await;
        Self { world, client, operator, project }
    }

    async fn reviewer(&self) -> Asker {
        self.world.member(Role::Reviewer, &[self.client]).await
    }

    async fn take(&self, who: &Asker, step: Step) -> Option<AssignmentSent> {
        let app = &self.world.app;
        app.retry(|| app.claim(who, self.project, step, Purpose::Work)).await.unwrap()
    }

    /// Answers everything that is left for somebody.
    async fn answer(&self, expert: &Asker, value: &str) {
        while let Some(sent) = self.take(expert, Step::Label).await {
            let answers = json!({"verdict": {"value": value}});
            self.world.clock.pass(Micros::SECOND);
            self.world.app.submit(expert, sent.id.parse().unwrap(), &answers, 900).await.unwrap();
        }
    }

    /// Judges everything that is left for somebody; returns what he was sent and what he was told.
    async fn judge(&self, reviewer: &Asker, verdict: &Value) -> Vec<(AssignmentSent, &'static str)> {
        let verdict: Verdict = serde_json::from_value(verdict.clone()).unwrap();
        let mut judged = Vec::new();
        while let Some(sent) = self.take(reviewer, Step::Review).await {
            self.world.clock.pass(Micros::SECOND);
            let receipt = self.world.app.review(reviewer, sent.id.parse().unwrap(), &verdict).await.unwrap();
            judged.push((sent, receipt.annotation_state));
        }
        judged
    }

    async fn report(&self) -> Report {
        self.world.app.compute_quality_for(self.project).await.unwrap();
        self.world.app.quality(&self.operator, self.project).await.unwrap().expect("a report was made")
    }
}

fn accept() -> Value {
    json!({"verdict": "accept"})
}

fn send_back() -> Value {
    json!({"verdict": "return", "reasons": ["incorrect"]})
}

/// What is sent, by the names of its parts; what differs between any two tasks is left out.
fn shape(sent: &AssignmentSent) -> Value {
    fn names(value: &Value) -> Value {
        match value {
            Value::Object(map) => map.iter().map(|(name, inner)| (name.clone(), names(inner))).collect(),
            Value::Array(items) => items.iter().map(names).collect(),
            Value::String(_) => "text".into(),
            Value::Number(_) => "number".into(),
            other => other.clone(),
        }
    }
    names(&serde_json::to_value(sent).unwrap())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_second_reviewer_judges_blind_and_changes_nothing() {
    db::each(|db| async move {
        let pipeline = NewPipeline { review_rate: Some(1.0), second_review_rate: Some(1.0), ..NewPipeline::default() };
        let scene = Scene::new(db, pipeline).await;
        scene.world.import(&scene.operator, scene.project, questions(6)).await;
        let expert = scene.world.expert(scene.project).await;
        scene.answer(&expert, "yes").await;
        let (first, second) = (scene.reviewer().await, scene.reviewer().await);
        let judged = scene.judge(&first, &accept()).await;
        assert_eq!(judged.len(), 6, "who judged an answer is not given it again");

        let again = scene.judge(&second, &send_back()).await;
        assert_eq!(again.len(), 6);
        let of = |judged: &[(AssignmentSent, &str)]| {
            judged.iter().map(|(sent, _)| sent.annotation["id"].to_string()).collect::<BTreeSet<_>>()
        };
        assert_eq!(of(&judged), of(&again), "the same answers");
        assert_eq!(shape(&judged[0].0), shape(&again[0].0), "nothing tells that it is the second time");
        assert!(again.iter().all(|(_, state)| *state == "returned"), "he is told what he decided");
        assert!(scene.judge(&first, &accept()).await.is_empty() && scene.judge(&second, &accept()).await.is_empty());

        // Nothing came back to the author; what he sees and what is delivered is what the first decided.
        let home = scene.world.app.home(&expert).await.unwrap();
        assert!(home.returned.is_empty() && home.recent.iter().all(|one| one["state"] == "accepted"), "{home:?}");
        let seen = scene.world.app.judged(&second, again[0].0.id.parse().unwrap()).await.unwrap();
        assert_eq!((seen.judged.state, seen.judged.review["verdict"].as_str()), ("returned", Some("return")));
        let reviews = scene.report().await.reviews.expect("there are reviews");
        assert_eq!(
            (reviews.verdicts["accept"], reviews.verdicts.get("return")),
            (6, None),
            "one verdict an answer counts"
        );
        let again = reviews.again.expect("answers were judged twice");
        assert_eq!((again.answers, again.same.value.to_bits()), (6, 0.0_f64.to_bits()));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn gold_among_what_is_reviewed_scores_reviewers_and_cannot_be_told() {
    db::each(|db| async move {
        let pipeline = NewPipeline {
            gold_rate: Some(1.0),
            review_rate: Some(0.0),
            reviewed_gold_rate: Some(1.0),
            ..NewPipeline::default()
        };
        let scene = Scene::new(db, pipeline).await;
        let gold = (0..24).map(|n| {
            let right = if n % 2 == 0 { "yes" } else { "no" };
            json!({"external_id": format!("g{n}"), "data": {"question": format!("Is {n} a round number?")}, "gold": {"verdict": {"value": right}}})
        });
        scene.world.import(&scene.operator, scene.project, gold).await;
        let expert = scene.world.expert(scene.project).await;
        scene.answer(&expert, "yes").await;
        scene.report().await;
        // An ordinary one among them, to compare with.
        scene.world.import(&scene.operator, scene.project, questions(1)).await;
        let careless = scene.reviewer().await;
        let judged = scene.judge(&careless, &accept()).await;
        assert_eq!(judged.len(), 24);
        let home = scene.world.app.home(&expert).await.unwrap();
        assert!(home.recent.iter().all(|one| one["state"] == "accepted"), "its author does not see that it is reviewed");
        let seen = scene.world.app.judged(&careless, judged[0].0.id.parse().unwrap()).await.unwrap();
        assert_eq!((seen.judged.review["verdict"].as_str(), seen.others.len()), (Some("accept"), 0));

        let report = scene.report().await;
        let hidden = report.reviews.expect("there are measuring reviews").hidden;
        let score = hidden.values().next().expect("the reviewer has a score");
        assert_eq!((score.right, score.total, score.missed, score.false_alarms), (12, 24, 12, 0));
        assert!(score.share.low <= 0.5 && 0.5 <= score.share.high);
        assert_eq!(score.told, (0, 0), "he is told of it the next day");
        let own = scene.world.app.own_reviewing(&careless, scene.project).await.unwrap();
        assert_eq!((own.right_from, own.right_to), (None, None));
        scene.world.clock.pass(Micros::DAY);
        scene.answer(&expert, "yes").await;
        scene.report().await;
        let own = scene.world.app.own_reviewing(&careless, scene.project).await.unwrap();
        let (from, to) = own.right_from.zip(own.right_to).expect("he is told");
        assert!(from <= 50 && 50 <= to && from % 5 == 0 && to % 5 == 0, "{from} {to}");
        assert!(scene.world.app.own_reviewing(&expert, scene.project).await.is_err(), "an expert has no such score");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_measuring_review_looks_like_any_other() {
    db::each(|db| async move {
        let pipeline = NewPipeline {
            gold_rate: Some(0.5),
            review_rate: Some(1.0),
            second_review_rate: Some(0.5),
            reviewed_gold_rate: Some(1.0),
            ..NewPipeline::default()
        };
        let scene = Scene::new(db, pipeline).await;
        let rows = questions(20).map(|row| json!({"external_id": row["external_id"], "data": row["data"]}));
        scene.world.import(&scene.operator, scene.project, rows).await;
        let gold = (100..120).map(|n| {
            json!({"external_id": format!("g{n}"), "data": {"question": format!("Is {n} a round number?")}, "gold": {"verdict": {"value": "no"}}})
        });
        scene.world.import(&scene.operator, scene.project, gold).await;
        let expert = scene.world.expert(scene.project).await;
        scene.answer(&expert, "yes").await;
        scene.report().await;
        let (first, second) = (scene.reviewer().await, scene.reviewer().await);
        let mut shapes = BTreeSet::new();
        for (sent, _) in scene.judge(&first, &accept()).await.iter().chain(&scene.judge(&second, &accept()).await) {
            shapes.insert(shape(sent).to_string());
        }
        assert_eq!(shapes.len(), 1, "{shapes:?}");
    })
    .await;
}
