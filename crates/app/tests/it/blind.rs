//! Who judges is not told what blind items are called, neither before nor after.

use serde_json::{Value, json};
use vouchsafe_app::{
    Asker,
    work::{
        adjudicate::Decision,
        projects::{Adjudicate, NewPipeline},
        sent::AssignmentSent,
    },
};
use vouchsafe_domain::{
    access::role::Role,
    ids::ProjectId,
    work::assignment::{Purpose, Step},
};
use vouchsafe_testkit::{db, world::World};

/// What the client calls them.
const OWN: [&str; 2] = ["model-of-ours", "model-of-theirs"];

fn pairs() -> Value {
    json!({
        "schema_version": "1", "task_type": "pairwise_preference", "name": "pairs",
        "fields": [{"name": "responses", "type": "candidates", "blind": true, "shuffle": true, "source": {"fixed": [
            {"id": OWN[0], "content": "/ours"}, {"id": OWN[1], "content": "/theirs"}]}}],
        "questions": [{"name": "preferred", "type": "pairwise", "on": "responses", "required": true, "allow_tie": true}],
        "distribution": {"strategy": "overlap", "min_submitted": 2},
    })
}

async fn take(world: &World, who: &Asker, project: ProjectId, step: Step) -> Option<AssignmentSent> {
    world.app.retry(|| world.app.claim(who, project, step, Purpose::Work)).await.unwrap()
}

/// The id under which an item with this text is shown.
fn shown(sent: &AssignmentSent, text: &str) -> String {
    let items = sent.content["responses"]["items"].as_array().unwrap();
    items.iter().find(|item| item["content"] == text).unwrap()["id"].as_str().unwrap().to_owned()
}

fn told(sent: &impl serde::Serialize) -> String {
    let text = serde_json::to_string(sent).unwrap();
    assert!(!OWN.iter().any(|own| text.contains(own)), "{text}");
    text
}

#[tokio::test(flavor = "multi_thread")]
async fn blind_items_stay_blind_to_whoever_judges() {
    db::each(|db| async move {
        let world = World::new(db);
        let client = world.client("HERON").await;
        let operator = world.member(Role::Operator, &[client]).await;
        let pipeline = NewPipeline {
            overlap: Some(2),
            review_rate: Some(1.0),
            adjudicate: Some(Adjudicate { below: 0.9 }),
            ..NewPipeline::default()
        };
        let project = world.project(&operator, client, pairs(), pipeline).await;
        let rows = (0..6).map(|i| {
            json!({"external_id": format!("pair-{i}"), "data": {"ours": "the first text", "theirs": "the other text"}})
        });
        world.import(&operator, project, rows).await;
        for text in ["the first text", "the other text"] {
            let expert = world.expert(project).await;
            while let Some(sent) = take(&world, &expert, project, Step::Label).await {
                told(&sent);
                let answers = json!({"preferred": {"value": {"preferred": shown(&sent, text)}}});
                world.app.submit(&expert, sent.id.parse().unwrap(), &answers, 900).await.unwrap();
            }
        }

        let reviewer = world.member(Role::Reviewer, &[client]).await;
        let mut judged = Vec::new();
        while let Some(sent) = take(&world, &reviewer, project, Step::Review).await {
            told(&sent);
            let accept = serde_json::from_value(json!({"verdict": "accept"})).unwrap();
            world.app.review(&reviewer, sent.id.parse().unwrap(), &accept).await.unwrap();
            judged.push(sent);
        }
        for sent in &judged {
            let seen = world.app.judged(&reviewer, sent.id.parse().unwrap()).await.unwrap();
            told(&seen);
            let [own, other] =
                [&seen.judged, &seen.others[0]].map(|one| &one.answers["preferred"]["value"]["preferred"]);
            assert_eq!(*own, sent.annotation["answers"]["preferred"]["value"]["preferred"], "as when he judged it");
            assert_ne!(own, other, "they preferred different texts");
            assert_eq!(seen.others[0].presented, sent.presented, "in the order that he is shown");
        }

        while world.app.compute_consensus(50).await.unwrap() > 0 {}
        world.app.compute_quality_for(project).await.unwrap();
        let judge = world.member(Role::Reviewer, &[client]).await;
        let sent = take(&world, &judge, project, Step::Adjudicate).await.expect("a tie waits");
        told(&sent);
        assert!(sent.answers.iter().all(|one| one.presented == sent.presented));
        let answers = json!({"preferred": {"value": {"preferred": shown(&sent, "the first text")}}});
        let decision = Decision { answers, comment: None, active_ms: 900 };
        world.app.adjudicate(&judge, sent.id.parse().unwrap(), &decision).await.unwrap();
    })
    .await;
}
