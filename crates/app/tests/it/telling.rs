//! Who is given what where an answer must tell enough: of the tasks that are asked about once more, the one about which he tells most.

use serde_json::{Value, json};
use std::{
    collections::{BTreeSet, HashMap},
    sync::Arc,
};
use vouchsafe_app::{
    App, Asker,
    quality::report::AskingFigures,
    work::{
        change_project::ProjectChange,
        projects::{Adjudicate, AskUntil, NewPipeline},
        sent::AssignmentSent,
    },
};
use vouchsafe_domain::{
    access::role::Role,
    ids::{ClientId, ProjectId},
    time::Micros,
    work::assignment::{Purpose, Step},
};
use vouchsafe_testkit::{db, world::World};

/// The class of a task is that at the remainder of its number by four: of a first kind `a` or `b`, of a second `c` or `d`.
const CLASSES: [&str; 4] = ["a", "b", "c", "d"];

struct Scene {
    world: World,
    client: ClientId,
    operator: Asker,
    project: ProjectId,
    /// Two who know `a` from `b` and guess between `c` and `d`, then two the other way round.
    people: [Asker; 4],
}

impl Scene {
    /// Eighty tasks by which the four are known, and then some about which two others differ and that are asked about once more.
    async fn new(db: db::Db, least_gain: Option<f64>, unsure: u32) -> Self {
        let world = World::new(db);
        let client = world.client("HERON").await;
        let operator = world.member(Role::Operator, &[client]).await;
        let until = AskUntil { posterior: 0.8, at_most: 9, budget: None, least_gain };
        let pipeline = NewPipeline {
            overlap: Some(4),
            until: Some(until),
            adjudicate: Some(Adjudicate { below: 0.5 }),
            per_hour: Some(100_000),
            ..NewPipeline::default()
        };
        let options: Vec<Value> = CLASSES.iter().map(|class| json!({"value": class})).collect();
        let schema = json!({
            "schema_version": "1", "task_type": "classification", "name": "kinds",
            "fields": [{"name": "question", "type": "text", "source": "/question", "required": true}],
            "questions": [{"name": "kind", "type": "label", "required": true, "options": options,
                           "aggregation": {"method": "majority_vote"}}],
            "distribution": {"strategy": "overlap", "min_submitted": 4},
        });
        let project = world.project(&operator, client, schema, pipeline).await;
        let mut people = Vec::new();
        for _ in 0..4 {
            people.push(world.expert(project).await);
        }
        let people = people.try_into().unwrap_or_else(|_| unreachable!("there are four"));
        let scene = Self { world, client, operator, project, people };
        scene.import(0..80).await;
        for (who, at) in scene.people.iter().zip(0..) {
            scene.answer(who, 80, |n| says(at, n)).await;
        }
        let change = ProjectChange {
            pipeline: Some(NewPipeline { overlap: Some(2), ..NewPipeline::default() }),
            ..ProjectChange::default()
        };
        scene.world.app.change_project(&scene.operator, project, &change).await.unwrap();
        scene.import(100..100 + unsure).await;
        for differs in [false, true] {
            let who = scene.world.expert(project).await;
            scene.answer(&who, unsure, |n| if differs { other(class(n)) } else { class(n) }).await;
        }
        scene
    }

    async fn import(&self, numbers: std::ops::Range<u32>) {
        let row =
            |n: u32| json!({"external_id": format!("n{n}"), "data": {"question": format!("Of what kind is {n} ?")}});
        self.world.import(&self.operator, self.project, numbers.map(row)).await;
    }

    async fn take(&self, who: &Asker) -> Option<AssignmentSent> {
        taken(&self.world.app, who, self.project).await
    }

    async fn say(&self, who: &Asker, sent: &AssignmentSent, class: usize) {
        self.world.clock.pass(Micros::SECOND);
        said(&self.world.app, who, sent, class).await;
    }

    /// At most so many of those that are left for him, answered; the numbers of the tasks in the order in which he had them.
    async fn answer(&self, who: &Asker, most: u32, say: impl Fn(u32) -> usize) -> Vec<u32> {
        let mut had = Vec::new();
        for _ in 0..most {
            let Some(sent) = self.take(who).await else { break };
            had.push(number(&sent));
            self.say(who, &sent, say(number(&sent))).await;
        }
        had
    }

    async fn asking(&self) -> AskingFigures {
        while self.world.app.compute_consensus(100).await.unwrap() > 0 {}
        self.world.app.compute_quality_for(self.project).await.unwrap();
        let report = self.world.app.quality(&self.operator, self.project).await.unwrap();
        report.and_then(|report| report.asking).expect("it asks on")
    }

    /// One of the first two and one of the others take turns: how many tasks of the kind that the first knows each of them had.
    async fn in_turns(&self, each: u32) -> [usize; 2] {
        let mut had = [0, 0];
        for _ in 0..each {
            for (count, at) in had.iter_mut().zip([0, 2]) {
                let who = &self.people[at];
                *count += self.answer(who, 1, |n| says(at, n)).await.iter().filter(|n| first_kind(**n)).count();
            }
        }
        had
    }
}

async fn taken(app: &App, who: &Asker, project: ProjectId) -> Option<AssignmentSent> {
    app.retry(|| app.claim(who, project, Step::Label, Purpose::Work)).await.unwrap()
}

async fn said(app: &App, who: &Asker, sent: &AssignmentSent, class: usize) {
    let answers = json!({"kind": {"value": CLASSES[class]}});
    app.retry(|| app.submit(who, sent.id.parse().unwrap(), &answers, 900)).await.unwrap();
}

fn number(sent: &AssignmentSent) -> u32 {
    sent.content["question"]["text"].as_str().unwrap().split(' ').nth(4).unwrap().parse().unwrap()
}

fn class(n: u32) -> usize {
    (n % 4) as usize
}

/// Of the same kind.
fn other(class: usize) -> usize {
    class ^ 1
}

fn first_kind(n: u32) -> bool {
    n % 4 < 2
}

/// What one of the four says: the class where he knows, else one of its kind that has nothing to do with it.
fn says(person: usize, n: u32) -> usize {
    let knows = first_kind(n) == (person < 2);
    if knows || (n / 4 + u32::from(person.is_multiple_of(2))).is_multiple_of(2) { class(n) } else { other(class(n)) }
}

/// Tasks that are done after a report are for those who tell most about them before there is another.
#[tokio::test(flavor = "multi_thread")]
async fn each_is_given_what_he_tells_most_about_before_there_is_another_report() {
    db::each(|db| async move {
        let scene = Scene::new(db, Some(0.2), 8).await;
        scene.asking().await;
        for at in [0, 2] {
            scene.answer(&scene.people[at], 16, |n| says(at, n)).await;
        }
        let known = scene.world.app.quality(&scene.operator, scene.project).await.unwrap().expect("a report");
        scene.import(200..216).await;
        for differs in [false, true] {
            let who = scene.world.expert(scene.project).await;
            scene.answer(&who, 40, |n| if differs { other(class(n)) } else { class(n) }).await;
        }
        while scene.world.app.compute_consensus(100).await.unwrap() > 0 {}
        for at in [3, 1] {
            let had = scene.answer(&scene.people[at], 40, |n| says(at, n)).await;
            let asked: Vec<u32> = had.into_iter().filter(|n| *n >= 200).collect();
            assert!(asked.len() >= 8 && asked.iter().filter(|n| first_kind(**n) != (at < 2)).count() <= 1, "{asked:?}");
        }
        let last = scene.world.app.quality(&scene.operator, scene.project).await.unwrap().expect("a report");
        assert_eq!(last.computed_at, known.computed_at, "there was no other");
    })
    .await;
}

/// Without the rule both are given what comes next.
#[tokio::test(flavor = "multi_thread")]
async fn each_is_given_what_he_tells_most_about() {
    for (least_gain, own) in [(Some(0.000_001), true), (None, false)] {
        db::each(|db| async move {
            let scene = Scene::new(db, least_gain, 16).await;
            let asking = scene.asking().await;
            assert_eq!(asking.asked, 16, "{asking:?}");
            let had = scene.in_turns(8).await;
            assert!(own == (had == [8, 0]), "{least_gain:?}: {had:?}");
            assert!(
                scene.take(&scene.people[1]).await.is_none_or(|sent| number(&sent) < 100),
                "no slot is left but drawn ones"
            );
        })
        .await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_is_given_what_he_tells_too_little_about() {
    db::each(|db| async move {
        let scene = Scene::new(db, Some(0.2), 24).await;
        let asking = scene.asking().await;
        assert_eq!((asking.asked, asking.too_little), (24, 0), "{asking:?}");
        assert!(asking.most_bits.unwrap() > 0.3, "whoever knows tells much: {asking:?}");
        for at in [2, 0] {
            let had = scene.answer(&scene.people[at], 24, |n| says(at, n)).await;
            let asked: Vec<u32> = had.into_iter().filter(|n| *n >= 100).collect();
            assert_eq!(asked.len(), 12, "{asked:?}");
            assert!(asked.iter().all(|n| first_kind(*n) == (at < 2)), "{asked:?}");
        }
    })
    .await;
}

/// Those who would tell enough are away: after a while nobody is waited for, and somebody decides.
#[tokio::test(flavor = "multi_thread")]
async fn what_waits_for_nobody_who_is_there_is_decided() {
    db::each(|db| async move {
        let scene = Scene::new(db, Some(0.2), 16).await;
        assert_eq!(scene.asking().await.asked, 16);
        let judge = scene.world.member(Role::Reviewer, &[scene.client]).await;
        let decide = || async {
            let app = &scene.world.app;
            app.retry(|| app.claim(&judge, scene.project, Step::Adjudicate, Purpose::Work)).await.unwrap()
        };
        assert!(decide().await.is_none());
        scene.world.clock.pass(8 * Micros::DAY);
        scene.answer(&scene.people[2], 4, |n| says(2, n)).await;
        scene.asking().await;
        let open = scene.world.app.list_tasks(&scene.operator, scene.project, "open", None, 200).await.unwrap().items;
        let open = open.len();
        assert!((4..=6).contains(&open), "of the second kind four wait, and what was drawn: {open}");
        scene.answer(&scene.people[2], 1, |n| says(2, n)).await;
        scene.asking().await;
        let sent = decide().await.expect("it is decided");
        assert!(first_kind(number(&sent)) && number(&sent) >= 100);
        // Whoever comes back finds nothing to be asked about there.
        assert!(
            scene.take(&scene.people[0]).await.is_none_or(|sent| !first_kind(number(&sent)) || number(&sent) < 100)
        );
    })
    .await;
}

/// Many at once, on PostgreSQL from two processes: each task is answered once more and by nobody twice.
#[tokio::test(flavor = "multi_thread")]
async fn many_who_choose_at_once_are_given_each_task_once() {
    db::each(|db| async move {
        let postgres = db.engine == "postgres";
        let scene = Arc::new(Scene::new(db, Some(0.000_001), 60).await);
        let asked = scene.asking().await.asked;
        assert_eq!(asked, 60);
        let apps = if postgres {
            vec![Arc::new(scene.world.other_process().await), Arc::new(scene.world.other_process().await)]
        } else {
            vec![Arc::new(scene.world.other_process().await)]
        };
        let mut running = Vec::new();
        for at in 0..16 {
            let (scene, app) = (Arc::clone(&scene), Arc::clone(&apps[at % apps.len()]));
            let who = if at < 4 { scene.people[at].clone() } else { scene.world.expert(scene.project).await };
            running.push(tokio::spawn(async move {
                let mut had = Vec::new();
                while let Some(sent) = taken(&app, &who, scene.project).await {
                    said(&app, &who, &sent, class(number(&sent))).await;
                    had.push(number(&sent));
                }
                had
            }));
        }
        let mut counts: HashMap<u32, usize> = HashMap::new();
        for one in running {
            let had = one.await.unwrap();
            assert_eq!(had.iter().collect::<BTreeSet<_>>().len(), had.len(), "nobody had a task twice");
            for n in had {
                *counts.entry(n).or_default() += 1;
            }
        }
        for n in 100..160 {
            assert_eq!(counts.get(&n), Some(&1), "{n}: nothing is stranded and nothing is asked twice");
        }
    })
    .await;
}
