//! What becomes of a task that is done between two reports: by what the last one knows it is asked about again, decided or left at once.

use serde_json::{Value, json};
use std::{
    collections::HashMap,
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, Ordering},
    },
};
use vouchsafe_app::{
    App, Asker,
    quality::report::{AskingFigures, Report},
    work::{
        adjudicate::Decision,
        change_project::ProjectChange,
        projects::{Adjudicate, AskUntil, NewPipeline},
        sent::AssignmentSent,
    },
};
use vouchsafe_domain::{
    access::role::Role,
    ids::{ClientId, ProjectId, TaskId},
    time::Micros,
    work::assignment::{Purpose, Step},
};
use vouchsafe_ledger::entry::LedgerOf;
use vouchsafe_store::custody::ledger;
use vouchsafe_testkit::{
    db,
    world::{World, yes_no},
};

const UNTIL: AskUntil = AskUntil { posterior: 0.9, at_most: 3, budget: None, least_gain: None };

struct Scene {
    world: World,
    client: ClientId,
    operator: Asker,
    project: ProjectId,
    /// Of whom the last two are wrong about every third task, one about those that leave nothing, one about those that leave one.
    experts: Vec<Asker>,
    /// Numbers of the tasks that somebody had, by their ids.
    numbers: Mutex<HashMap<String, u32>>,
}

fn says(expert: usize, n: u32) -> bool {
    n.is_multiple_of(2) ^ expert.checked_sub(3).is_some_and(|at| n % 3 == u32::try_from(at).unwrap())
}

fn yes(right: bool) -> Value {
    json!({"verdict": {"value": if right { "yes" } else { "no" }}})
}

fn number(sent: &AssignmentSent) -> u32 {
    sent.content["question"]["text"].as_str().unwrap().split(' ').nth(1).unwrap().parse().unwrap()
}

impl Scene {
    /// Sixty tasks that five people answered and a report of them; from then on two people are asked, and more where `until` says so.
    async fn new(db: db::Db, until: Option<AskUntil>) -> Self {
        Self::of(db, yes_no(5), until, yes).await
    }

    async fn of(db: db::Db, schema: Value, until: Option<AskUntil>, say: impl Fn(bool) -> Value + Copy) -> Self {
        let world = World::new(db);
        let client = world.client("HERON").await;
        let operator = world.member(Role::Operator, &[client]).await;
        let pipeline = NewPipeline { overlap: Some(5), per_hour: Some(100_000), ..NewPipeline::default() };
        let project = world.project(&operator, client, schema, pipeline).await;
        let mut experts = Vec::new();
        for _ in 0..5 {
            experts.push(world.expert(project).await);
        }
        let scene = Self { world, client, operator, project, experts, numbers: Mutex::default() };
        scene.import(0..60).await;
        for (at, expert) in scene.experts.iter().enumerate() {
            scene.answer(expert, |n| say(says(at, n))).await;
        }
        scene.report().await;
        let pipeline = NewPipeline {
            overlap: Some(2),
            until,
            adjudicate: Some(Adjudicate { below: 0.8 }),
            ..NewPipeline::default()
        };
        scene.change(pipeline).await;
        scene
    }

    async fn change(&self, pipeline: NewPipeline) {
        let change = ProjectChange { pipeline: Some(pipeline), ..ProjectChange::default() };
        self.world.app.change_project(&self.operator, self.project, &change).await.unwrap();
    }

    async fn import(&self, numbers: std::ops::Range<u32>) {
        self.world.clock.pass(Micros::SECOND);
        let row = |n| json!({"external_id": format!("n{n}"), "data": {"question": format!("Is {n} a round number?")}});
        self.world.import(&self.operator, self.project, numbers.map(row)).await;
    }

    async fn take(&self, who: &Asker, step: Step) -> Option<AssignmentSent> {
        let app = &self.world.app;
        let sent = app.retry(|| app.claim(who, self.project, step, Purpose::Work)).await.unwrap()?;
        self.numbers.lock().unwrap().insert(sent.task.clone(), number(&sent));
        Some(sent)
    }

    /// All that is left for one expert; the numbers of the tasks.
    async fn answer(&self, who: &Asker, say: impl Fn(u32) -> Value) -> Vec<u32> {
        let mut had = Vec::new();
        while let Some(sent) = self.take(who, Step::Label).await {
            let n = number(&sent);
            self.world.clock.pass(Micros::SECOND);
            self.world.app.submit(who, sent.id.parse().unwrap(), &say(n), 900).await.unwrap();
            had.push(n);
        }
        had.sort_unstable();
        had
    }

    /// Decides all that waits; the numbers of the tasks, and how many answered each.
    async fn decide(&self, judge: &Asker) -> Vec<(u32, usize)> {
        let (app, mut decided) = (&self.world.app, Vec::new());
        while let Some(sent) = self.take(judge, Step::Adjudicate).await {
            let decision = Decision { answers: yes(true), comment: None, active_ms: 900 };
            app.retry(|| app.adjudicate(judge, sent.id.parse().unwrap(), &decision)).await.unwrap();
            decided.push((number(&sent), sent.answers.len()));
        }
        decided.sort_unstable();
        decided
    }

    /// These two answer all that is left for them as they are used to.
    async fn two_answer(&self, pair: [usize; 2]) {
        for at in pair {
            self.answer(&self.experts[at], |n| yes(says(at, n))).await;
        }
    }

    /// What came since is settled, without a report.
    async fn settle(&self) {
        settle(&self.world.app).await;
    }

    async fn report(&self) -> Report {
        self.settle().await;
        self.world.app.compute_quality_for(self.project).await.unwrap();
        self.told().await
    }

    async fn told(&self) -> Report {
        self.world.app.quality(&self.operator, self.project).await.unwrap().expect("a report was made")
    }

    async fn asking(&self) -> AskingFigures {
        self.report().await.asking.expect("it asks on")
    }

    /// The numbers of the tasks of this state, from 60 on.
    async fn tasks(&self, state: &str) -> Vec<u32> {
        let listed = self.world.app.list_tasks(&self.operator, self.project, state, None, 200).await.unwrap().items;
        let known = self.numbers.lock().unwrap();
        let mut numbers: Vec<u32> = listed.iter().map(|task| known[&task.id]).filter(|n| *n >= 60).collect();
        numbers.sort_unstable();
        numbers
    }

    async fn probability(&self, n: u32) -> Option<f64> {
        let found = self.numbers.lock().unwrap().iter().find(|(_, number)| **number == n).map(|(id, _)| id.clone());
        let task: TaskId = found.expect("somebody had it").parse().unwrap();
        let agreed = self.world.app.consensus(&self.operator, task).await.unwrap();
        agreed.questions.expect("it is reckoned")["verdict"].probability
    }

    /// What the ledger says was done by the last report before the next: asked again, to be decided.
    async fn recorded(&self) -> Vec<(String, u64, u64)> {
        let tally = |entry: &Value| {
            let count = |name: &str| entry[name].as_u64().unwrap_or(0);
            Some((entry["report"].as_str()?.to_owned(), count("asked_again"), count("to_adjudicate")))
        };
        entries(self).await.iter().filter_map(tally).collect()
    }
}

async fn settle(app: &App) {
    while app.compute_consensus(100).await.unwrap() > 0 {}
}

/// What stands in the client's ledger of reports, and of what was done by the last before the next.
async fn entries(scene: &Scene) -> Vec<Value> {
    let of = LedgerOf::Client(scene.client.to_string());
    let mut tx = scene.world.app.store.write("ledger").await.unwrap();
    let found = ledger::list(&mut tx, &of, (-1, ""), 1_000_000).await.unwrap();
    tx.abandon().await.unwrap();
    let act = |entry: ledger::Recorded| serde_json::from_slice(&entry.parts[0].as_ref().unwrap().bytes).unwrap();
    found.into_iter().map(act).filter(|act: &Value| act["act"] == "quality.computed").collect()
}

/// Nobody has to wait for a report: of twenty tasks about which two answer, the seven about which they differ are asked about once more, with one that is drawn, and
/// the others are done.
#[tokio::test(flavor = "multi_thread")]
async fn a_task_is_asked_about_again_or_left_at_once() {
    db::each(|db| async move {
        let scene = Scene::new(db, Some(UNTIL)).await;
        scene.import(60..80).await;
        scene.two_answer([0, 3]).await;
        let before = scene.told().await;
        scene.settle().await;
        let (open, done) = (scene.tasks("open").await, scene.tasks("done").await);
        let (differ, alike): (Vec<u32>, Vec<u32>) = (60..80).partition(|n| n % 3 == 0);
        assert!(differ.iter().all(|n| open.contains(n)) && open.len() == differ.len() + 1, "{open:?}");
        assert!(done.iter().all(|n| alike.contains(n)), "{done:?}");
        for n in &done {
            assert!(scene.probability(*n).await.is_some_and(|probability| probability >= 0.9), "{n}");
        }
        // It stands in the ledger, with the report that had it so.
        assert_eq!(scene.recorded().await, [(before.computed_at.clone(), 8, 0)]);
        assert_eq!(scene.told().await.computed_at, before.computed_at, "there was no report");

        // Somebody else is given just those, and then they are done.
        assert_eq!(scene.answer(&scene.experts[1], |n| yes(says(1, n))).await, open);
        scene.settle().await;
        assert!(scene.tasks("open").await.is_empty());
        for n in &differ {
            assert!(scene.probability(*n).await.is_some_and(|probability| probability >= 0.9), "{n}");
        }
        // The next report is a full fit, and sees them all on the same side.
        let asking = scene.asking().await;
        assert_eq!((asking.at_once, asking.at_once_otherwise, asking.unsure), (20, 0, 0), "{asking:?}");
    })
    .await;
}

/// Three answered and it is not sure: nobody may be asked any more, and somebody decides, before there is another report.
#[tokio::test(flavor = "multi_thread")]
async fn at_the_cap_somebody_decides_at_once() {
    db::each(|db| async move {
        let scene = Scene::new(db, Some(UNTIL)).await;
        scene.import(60..80).await;
        scene.two_answer([0, 3]).await;
        scene.settle().await;
        let judge = scene.world.member(Role::Reviewer, &[scene.client]).await;
        assert!(scene.take(&judge, Step::Adjudicate).await.is_none(), "a third is asked first");
        // Of those asked about again the third says of 60 and 66 what the less careful one said.
        let third = scene.world.expert(scene.project).await;
        scene.answer(&third, |n| yes(says(if n % 6 == 0 { 3 } else { 0 }, n))).await;
        scene.settle().await;
        assert_eq!(scene.decide(&judge).await, [(60, 3), (66, 3), (72, 3), (78, 3)]);
        let acts = scene.recorded().await;
        assert_eq!(acts.iter().map(|(_, asked, decide)| (*asked, *decide)).collect::<Vec<_>>(), [(8, 0), (0, 4)]);
    })
    .await;
}

/// Without `until` what is contested is decided at once too.
#[tokio::test(flavor = "multi_thread")]
async fn where_nobody_is_asked_on_what_is_contested_is_decided_at_once() {
    db::each(|db| async move {
        let scene = Scene::new(db, None).await;
        scene.import(60..72).await;
        scene.two_answer([3, 4]).await;
        scene.settle().await;
        let judge = scene.world.member(Role::Reviewer, &[scene.client]).await;
        let differ: Vec<(u32, usize)> = (60..72).filter(|n| n % 3 < 2).map(|n| (n, 2)).collect();
        assert_eq!(scene.decide(&judge).await, differ);
        assert_eq!(
            scene.recorded().await.iter().map(|(_, asked, decide)| (*asked, *decide)).collect::<Vec<_>>(),
            [(0, 8)]
        );
    })
    .await;
}

/// What a process does not know it does not act by: not before it made a report, and no more once another process made a newer one.
#[tokio::test(flavor = "multi_thread")]
async fn only_who_made_the_last_report_acts_by_it() {
    db::each(|db| async move {
        let scene = Scene::new(db, Some(UNTIL)).await;
        let other = scene.world.other_process().await;
        other.load_key(scene.client).await.unwrap();
        scene.import(60..66).await;
        scene.two_answer([0, 3]).await;
        settle(&other).await;
        assert_eq!(scene.tasks("done").await.len(), 6, "as it came, they wait for the next report");
        assert_eq!(scene.probability(60).await, None);
        assert!(scene.recorded().await.is_empty());

        // The other makes it: now it knows and the first does not.
        other.compute_quality_for(scene.project).await.unwrap();
        assert!(scene.tasks("open").await.contains(&60), "the report asks");
        scene.answer(&scene.experts[1], |n| yes(says(1, n))).await;
        scene.settle().await;
        scene.import(66..72).await;
        scene.two_answer([0, 3]).await;
        scene.settle().await;
        assert_eq!((scene.tasks("done").await.len(), scene.probability(66).await), (12, None));
        scene.import(72..78).await;
        scene.two_answer([0, 3]).await;
        settle(&other).await;
        assert!(scene.tasks("open").await.contains(&72));
        // One of the sure ones may be drawn.
        let newest = *scene.tasks("done").await.last().expect("four are sure");
        assert!(newest > 72 && scene.probability(newest).await.is_some(), "{newest}");
    })
    .await;
}

/// Two of whom everybody thought well agree on five tasks, and are mostly wrong from then on: the next report, which is the reference, asks about the five once more.
#[tokio::test(flavor = "multi_thread")]
async fn what_was_left_at_once_and_is_not_sure_by_the_next_report_is_asked_about_again() {
    db::each(|db| async move {
        let scene = Scene::new(db, Some(AskUntil { posterior: 0.95, ..UNTIL })).await;
        scene.import(60..65).await;
        scene.two_answer([1, 2]).await;
        scene.settle().await;
        assert_eq!(scene.tasks("done").await, [60, 61, 62, 63, 64]);
        scene.change(NewPipeline { overlap: Some(5), ..NewPipeline::default() }).await;
        scene.import(65..125).await;
        for (at, right) in [(0, None), (1, Some(0)), (2, Some(1)), (3, None), (4, None)] {
            let is_right = |n: u32| right.is_none_or(|right| n % 4 == right);
            scene.answer(&scene.experts[at], |n| yes(n.is_multiple_of(2) == is_right(n))).await;
        }
        let asking = scene.asking().await;
        let open = scene.tasks("open").await;
        assert!((60..65).all(|n| open.contains(&n)), "{open:?} {asking:?}");
        assert!(asking.at_once_otherwise >= 5, "{asking:?}");
    })
    .await;
}

/// A question that only a report has a model of: it may be what is not sure.
#[tokio::test(flavor = "multi_thread")]
async fn a_task_waits_for_the_report_where_that_alone_knows_how_sure_an_answer_is() {
    db::each(|db| async move {
        let mut schema = yes_no(5);
        let number = json!({"name": "size", "type": "number", "required": true, "aggregation": {"method": "median", "params": {"tolerance": 1.0}}});
        schema["questions"].as_array_mut().unwrap().push(number);
        let say = |right: bool| {
            let mut said = yes(right);
            said["size"] = json!({"value": if right { 10 } else { 20 }});
            said
        };
        let scene = Scene::of(db, schema, Some(UNTIL), say).await;
        scene.import(60..66).await;
        for at in [0, 3] {
            scene.answer(&scene.experts[at], |n| say(says(at, n))).await;
        }
        scene.settle().await;
        assert_eq!(scene.tasks("done").await.len(), 6);
        assert!(scene.probability(61).await.is_some(), "of the other question it is known at once");
        assert!(scene.recorded().await.is_empty());
        let asking = scene.asking().await;
        assert!(asking.asked >= 2 && scene.tasks("open").await.contains(&60), "{asking:?}");
    })
    .await;
}

/// Three say yes and a reviewer makes two of them no: how probable that is follows from what they said, as the report has it.
#[tokio::test(flavor = "multi_thread")]
async fn what_a_reviewer_mended_is_no_answer_of_its_author() {
    db::each(|db| async move {
        let scene = Scene::new(db, None).await;
        let pipeline = NewPipeline { overlap: Some(3), review_rate: Some(1.0), ..NewPipeline::default() };
        scene.change(pipeline).await;
        scene.import(60..61).await;
        for at in [0, 1, 2] {
            scene.answer(&scene.experts[at], |_| yes(true)).await;
        }
        let (app, reviewer) = (&scene.world.app, scene.world.member(Role::Reviewer, &[scene.client]).await);
        let fix = json!({"verdict": "fix", "answers": yes(false)});
        for verdict in [fix.clone(), fix, json!({"verdict": "accept"})] {
            let sent = scene.take(&reviewer, Step::Review).await.expect("three wait");
            app.review(&reviewer, sent.id.parse().unwrap(), &serde_json::from_value(verdict).unwrap()).await.unwrap();
        }
        scene.settle().await;
        let at_once = scene.probability(60).await.expect("the last report knows them");
        scene.report().await;
        let report = scene.probability(60).await.expect("a report knows them");
        assert!(at_once < 0.2 && (at_once - report).abs() < 0.1, "{at_once} {report}");
    })
    .await;
}

/// What somebody holds at this moment is an answer that was asked for: for the report, and for who acts by it.
#[tokio::test(flavor = "multi_thread")]
async fn the_budget_counts_what_is_being_answered() {
    db::each(|db| async move {
        let scene = Scene::new(db, None).await;
        scene.import(60..64).await;
        scene.answer(&scene.experts[0], |n| yes(says(0, n))).await;
        let careless = &scene.experts[3];
        let first = scene.take(careless, Step::Label).await.expect("there are four");
        assert_eq!(number(&first), 60);
        scene.world.app.submit(careless, first.id.parse().unwrap(), &yes(says(3, 60)), 900).await.unwrap();
        let held = scene.take(careless, Step::Label).await.expect("there are three");
        // 305 were given, one is being given, two are wanted.
        let within =
            |budget| NewPipeline { until: Some(AskUntil { budget: Some(budget), ..UNTIL }), ..NewPipeline::default() };
        scene.change(within(308)).await;
        scene.settle().await;
        assert_eq!(scene.tasks("done").await, [60]);
        let asking = scene.asking().await;
        assert_eq!((asking.unsure, asking.asked, asking.at_the_cap), (1, 0, 1), "{asking:?}");
        assert_eq!(scene.tasks("done").await, [60]);

        scene.change(within(309)).await;
        scene.world.clock.pass(Micros::SECOND);
        scene.world.app.submit(careless, held.id.parse().unwrap(), &yes(says(3, 61)), 900).await.unwrap();
        let asking = scene.asking().await;
        assert_eq!((asking.unsure, asking.asked, asking.drawn), (1, 1, 0), "{asking:?}");
        assert!(scene.tasks("open").await.contains(&60));
        let judge = scene.world.member(Role::Reviewer, &[scene.client]).await;
        assert!(scene.take(&judge, Step::Adjudicate).await.is_none(), "a third is asked first");
    })
    .await;
}

/// Many answer while tasks are settled and reports are made, on PostgreSQL by three processes: nobody is asked beyond the cap or the budget, and all of the budget is asked for.
#[tokio::test(flavor = "multi_thread")]
async fn whoever_asks_at_the_same_time_keeps_within_the_cap_and_the_budget() {
    const BUDGET: usize = 300 + 2 * 40 + 25;
    db::each(|db| async move {
        let processes = if db.engine == "postgres" { 3 } else { 1 };
        let budget = u32::try_from(BUDGET).ok();
        let until = AskUntil { posterior: 0.999, at_most: 4, budget, least_gain: None };
        let scene = Arc::new(Scene::new(db, Some(until)).await);
        let mut apps = vec![scene.world.app.clone()];
        for _ in 1..processes {
            apps.push(scene.world.other_process().await);
        }
        scene.import(60..100).await;
        for _ in 0..3 {
            scene.world.clock.pass(Micros::MINUTE);
            in_parallel(&scene, &apps).await;
            assert!(annotations(&scene).await <= BUDGET);
        }
        assert!(!scene.recorded().await.is_empty(), "some was asked at once");
        for _ in 0..6 {
            scene.world.clock.pass(Micros::MINUTE);
            scene.report().await;
            in_parallel(&scene, &apps).await;
        }
        assert_eq!(annotations(&scene).await, BUDGET);
        let tasks = scene.world.app.list_tasks(&scene.operator, scene.project, "", None, 200).await.unwrap().items;
        let beyond: Vec<i64> = tasks.iter().map(|task| task.annotations).filter(|answers| *answers > 4).collect();
        assert_eq!(beyond, [5; 60], "those that five were asked at once");
    })
    .await;
}

async fn annotations(scene: &Scene) -> usize {
    let tasks = scene.world.app.list_tasks(&scene.operator, scene.project, "", None, 200).await.unwrap().items;
    tasks.iter().map(|task| usize::try_from(task.annotations).unwrap()).sum()
}

/// Eight strangers answer all that is left, while every process settles and makes reports.
async fn in_parallel(scene: &Arc<Scene>, apps: &[App]) {
    let over = Arc::new(AtomicBool::new(false));
    let mut jobs = Vec::new();
    for app in apps {
        let (scene, app, over) = (Arc::clone(scene), app.clone(), Arc::clone(&over));
        jobs.push(tokio::spawn(async move {
            while !over.load(Ordering::Relaxed) {
                settle(&app).await;
                tokio::time::sleep(std::time::Duration::from_millis(5)).await;
                // Two at once may be in each other's way; then the next is made.
                let _ = app.compute_quality_for(scene.project).await;
            }
        }));
    }
    let mut answering = Vec::new();
    for at in 0..8 {
        let (scene, app) = (Arc::clone(scene), apps[at % apps.len()].clone());
        let who = scene.world.expert(scene.project).await;
        answering.push(tokio::spawn(async move {
            while let Some(sent) =
                app.retry(|| app.claim(&who, scene.project, Step::Label, Purpose::Work)).await.unwrap()
            {
                let said = yes((number(&sent) + u32::try_from(at).unwrap()).is_multiple_of(3));
                app.retry(|| app.submit(&who, sent.id.parse().unwrap(), &said, 900)).await.unwrap();
            }
        }));
    }
    for one in answering {
        one.await.unwrap();
    }
    over.store(true, Ordering::Relaxed);
    for one in jobs {
        one.await.unwrap();
    }
}
