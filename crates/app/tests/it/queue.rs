//! The queue's promises: never beyond overlap, never twice to one person, nothing stranded.

use serde_json::json;
use std::collections::{HashMap, HashSet};
use std::sync::Arc;
use vouchsafe_app::{
    App, Asker, Error,
    work::{import::ImportOptions, projects::NewPipeline},
};
use vouchsafe_domain::{
    access::role::Role,
    ids::{AssignmentId, ProjectId},
    time::Micros,
    work::assignment::{Purpose, Step},
};
use vouchsafe_testkit::{
    db,
    world::{World, questions, yes_no},
};

async fn take(app: &App, who: &Asker, project: ProjectId) -> Option<(AssignmentId, String)> {
    let sent = app.retry(|| app.claim(who, project, Step::Label, Purpose::Work)).await.expect("a claim is answered");
    sent.map(|s| (s.id.parse().expect("an id"), s.task))
}

async fn answer(
    app: &App,
    who: &Asker,
    assignment: AssignmentId,
) -> Result<vouchsafe_app::work::submit::Receipt, Error> {
    app.retry(|| async { app.submit(who, assignment, &json!({"verdict": {"value": "yes"}}), 1200).await }).await
}

fn pipeline(overlap: u32) -> NewPipeline {
    NewPipeline { overlap: Some(overlap), per_hour: Some(100_000), ..NewPipeline::default() }
}

async fn line(db: db::Db, overlap: u32, tasks: usize) -> (World, Asker, ProjectId) {
    let world = World::new(db);
    let client = world.client("HERON").await;
    let operator = world.member(Role::Operator, &[client]).await;
    let project = world.project(&operator, client, yes_no(overlap), pipeline(overlap)).await;
    let report = world.import(&operator, project, questions(tasks)).await;
    assert_eq!(report.accepted, tasks as u64);
    (world, operator, project)
}

/// Sixty-four experts empty a project of overlap 1 and of overlap 3: each task is answered exactly so often, by
/// as many people.
#[tokio::test(flavor = "multi_thread")]
async fn sixty_four_experts_give_exact_counts() {
    for overlap in [1, 3] {
        db::each(|db| async move {
            let engine = db.engine;
            let (world, operator, project) = line(db, overlap, 200).await;
            let world = Arc::new(world);
            let mut running = Vec::new();
            for _ in 0..64 {
                let world = Arc::clone(&world);
                running.push(tokio::spawn(async move {
                    let expert = world.expert(project).await;
                    let mut done = Vec::new();
                    while let Some((assignment, task)) = take(&world.app, &expert, project).await {
                        answer(&world.app, &expert, assignment).await.expect("an answer in time is taken");
                        done.push(task);
                    }
                    done
                }));
            }
            let mut counts: HashMap<String, u32> = HashMap::new();
            for task in running {
                let done = task.await.expect("an expert finishes");
                let distinct: HashSet<_> = done.iter().collect();
                assert_eq!(distinct.len(), done.len(), "nobody had a task twice");
                for task in done {
                    *counts.entry(task).or_default() += 1;
                }
            }
            assert_eq!(counts.len(), 200, "{engine}: nothing was stranded");
            assert!(counts.values().all(|n| *n == overlap), "{engine}: every task has {overlap} answers");
            // Also where the last answers of a task came at once, each unseen by the other.
            let done = world.app.list_tasks(&operator, project, "done", None, 1_000).await.expect("tasks are listed");
            assert_eq!(done.items.len(), 200, "{engine}: a task with all its answers is done");
        })
        .await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_repeated_submit_is_the_same_submit() {
    db::each(|db| async move {
        let (world, _, project) = line(db, 1, 2).await;
        let expert = world.expert(project).await;
        let (assignment, _) = take(&world.app, &expert, project).await.unwrap();
        let first = answer(&world.app, &expert, assignment).await.unwrap();
        world.clock.pass(Micros::HOUR);
        assert_eq!(answer(&world.app, &expert, assignment).await.unwrap(), first);
        let other = world.app.submit(&expert, assignment, &json!({"verdict": {"value": "no"}}), 1).await;
        assert!(matches!(other, Err(Error::State { slug: "already_submitted", .. })), "{other:?}");
    })
    .await;
}

/// An answer after the lapse counts while the slot is free, and is kept as late when it is not.
#[tokio::test(flavor = "multi_thread")]
async fn both_orders_of_lapse_and_late_submit() {
    db::each(|db| async move {
        let (world, _, project) = line(db, 1, 1).await;
        let (slow, fast) = (world.expert(project).await, world.expert(project).await);
        let (first, _) = take(&world.app, &slow, project).await.unwrap();
        assert!(take(&world.app, &fast, project).await.is_none(), "the only slot is held");
        world.clock.pass(Micros::HOUR);
        assert_eq!(world.app.sweep_lapsed().await.unwrap(), 1);
        assert_eq!(world.app.sweep_lapsed().await.unwrap(), 0);

        let (second, _) = take(&world.app, &fast, project).await.expect("the slot came back");
        assert_eq!(answer(&world.app, &slow, first).await.unwrap().state, "late");
        assert_eq!(answer(&world.app, &slow, first).await.unwrap().state, "late", "acknowledged once and for all");
        assert_eq!(answer(&world.app, &fast, second).await.unwrap().state, "submitted");
    })
    .await;
    db::each(|db| async move {
        let (world, _, project) = line(db, 1, 1).await;
        let (slow, fast) = (world.expert(project).await, world.expert(project).await);
        let (first, _) = take(&world.app, &slow, project).await.unwrap();
        world.clock.pass(Micros::HOUR);
        world.app.sweep_lapsed().await.unwrap();
        assert_eq!(answer(&world.app, &slow, first).await.unwrap().state, "submitted", "its slot was still free");
        assert!(take(&world.app, &fast, project).await.is_none(), "and is taken now");
    })
    .await;
}

/// One client's withdrawn key keeps no lease of its own and none of another client.
#[tokio::test(flavor = "multi_thread")]
async fn a_withdrawn_key_stops_no_lapse() {
    db::each(|db| async move {
        let (world, _, withdrawn) = line(db, 1, 1).await;
        let other = world.client("LARK").await;
        let operator = world.member(Role::Operator, &[other]).await;
        let project = world.project(&operator, other, yes_no(1), pipeline(1)).await;
        world.import(&operator, project, questions(1)).await;
        let (slow, quick) = (world.expert(withdrawn).await, world.expert(project).await);
        take(&world.app, &slow, withdrawn).await.unwrap();
        take(&world.app, &quick, project).await.unwrap();
        let file = world.db.dir.path().join("keys/heron");
        let key = std::fs::read(&file).unwrap();
        std::fs::remove_file(&file).unwrap();
        assert_eq!(world.app.confirm_keys().await.unwrap(), 1);
        world.clock.pass(Micros::HOUR);
        assert_eq!(world.app.sweep_lapsed().await.unwrap(), 2);
        let next = world.expert(project).await;
        assert!(take(&world.app, &next, project).await.is_some(), "its slot came back");
        std::fs::write(&file, key).unwrap();
        world.app.confirm_keys().await.unwrap();
        let next = world.expert(withdrawn).await;
        assert!(take(&world.app, &next, withdrawn).await.is_some());
    })
    .await;
}

/// What was fetched ahead and given back without having been shown comes again to the same person, as the same assignment.
#[tokio::test(flavor = "multi_thread")]
async fn what_was_given_back_unseen_is_offered_again() {
    db::each(|db| async move {
        let (world, _, project) = line(db, 1, 2).await;
        let expert = world.expert(project).await;
        let app = &world.app;
        let (first, _) = take(app, &expert, project).await.unwrap();
        let ahead = || app.retry(|| app.claim(&expert, project, Step::Label, Purpose::Prefetch));
        let fetched = ahead().await.unwrap().unwrap();
        let id: AssignmentId = fetched.id.parse().unwrap();
        for _ in 0..3 {
            app.release_assignment(&expert, id).await.unwrap();
            let again = ahead().await.unwrap().expect("it is offered again");
            assert_eq!((&again.id, again.number, again.purpose), (&fetched.id, fetched.number, "prefetch"));
        }
        app.release_assignment(&expert, id).await.unwrap();
        answer(app, &expert, first).await.unwrap();
        let (again, task) = take(app, &expert, project).await.expect("nothing is stranded");
        assert_eq!((again, &task), (id, &fetched.task));
        assert_eq!(answer(app, &expert, again).await.unwrap().state, "submitted");
    })
    .await;
}

/// A lapsed lease of one's own comes first, with what was written.
#[tokio::test(flavor = "multi_thread")]
async fn begun_work_is_found_again_after_its_lease_lapsed() {
    db::each(|db| async move {
        let (world, _, project) = line(db, 1, 3).await;
        let (expert, quick) = (world.expert(project).await, world.expert(project).await);
        let (begun, task) = take(&world.app, &expert, project).await.unwrap();
        world.app.save_draft(&expert, begun, &json!({"verdict": {"value": "no"}}), 900).await.unwrap();
        assert_eq!(world.app.home(&expert).await.unwrap().unfinished, Vec::<serde_json::Value>::new());
        world.clock.pass(Micros::HOUR);
        world.app.sweep_lapsed().await.unwrap();
        let home = world.app.home(&expert).await.unwrap();
        assert_eq!(home.unfinished.len(), 1);
        assert_eq!(home.unfinished[0]["assignment"], json!(begun));
        let again = world.app.claim(&expert, project, Step::Label, Purpose::Work).await.unwrap().unwrap();
        assert_eq!((again.id.parse(), &again.task), (Ok(begun), &task));
        assert_eq!(again.draft["answers"]["verdict"]["value"], "no");
        assert_eq!(world.app.home(&expert).await.unwrap().open.len(), 1);

        world.clock.pass(Micros::HOUR);
        world.app.sweep_lapsed().await.unwrap();
        while take(&world.app, &quick, project).await.is_some_and(|(_, taken)| taken != task) {}
        assert!(take(&world.app, &expert, project).await.is_none_or(|(next, _)| next != begun), "another has it now");
        assert_eq!(answer(&world.app, &expert, begun).await.unwrap().state, "late");
        assert_eq!(world.app.home(&expert).await.unwrap().unfinished.len(), 0);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_skipped_task_goes_to_somebody_else_and_not_back() {
    db::each(|db| async move {
        let (world, _, project) = line(db, 1, 1).await;
        let (one, two) = (world.expert(project).await, world.expert(project).await);
        let (assignment, task) = take(&world.app, &one, project).await.unwrap();
        let why = vouchsafe_app::work::give_back::Why { reason: "not_my_field".into(), comment: Some("botany".into()) };
        world.app.skip(&one, assignment, &why).await.unwrap();
        assert!(take(&world.app, &one, project).await.is_none());
        assert_eq!(take(&world.app, &two, project).await.unwrap().1, task);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_import_sent_again_repeats_nothing() {
    db::each(|db| async move {
        let (world, operator, project) = line(db, 1, 5).await;
        let again = world.import(&operator, project, questions(8)).await;
        assert_eq!((again.accepted, again.already_there), (3, 5));
        // Of another row under an id that is there nothing is kept, and that is said; in one upload too.
        let twice = |id: &str, text: &str| json!({"external_id": id, "data": {"question": text}});
        let rows = [twice("q3", "Is it?"), twice("new", "One?"), twice("new", "Two?"), twice("new", "One?")];
        let told = world.import(&operator, project, rows).await;
        assert_eq!((told.accepted, told.already_there, told.refused_total), (1, 1, 2));
        let lines: Vec<_> = told.refused.iter().map(|r| (r.line, r.field.as_str(), r.rule.as_str())).collect();
        let rule = "is the id of a row with other content, which is kept as it is";
        assert_eq!(lines, [(1, "/external_id", rule), (3, "/external_id", rule)]);
        // The field of a bare row's id is named, or pointed at.
        for field in ["id", "/id", "me/ta", "/meta/id"] {
            let options = ImportOptions { external_id: Some(field.into()), ..ImportOptions::default() };
            let import = world.app.begin_import(&operator, project, options).await.unwrap();
            let row = json!({"question": "?", "id": "plain", "me/ta": "slash", "meta": {"id": 7}});
            let chunk = import.prepare([(1, row)]);
            let mut report = vouchsafe_app::work::import::Report::default();
            world.app.import_chunk(&operator, &import, chunk, &mut report).await.unwrap();
            assert_eq!(report.refused_total, 0, "{field}: {report:?}");
            assert_eq!(report.accepted, u64::from(field != "/id"), "{field}");
        }
        let bad = [json!({"data": {"other": 7}}), json!([1]), json!({"external_id": "", "data": {"question": "x"}})];
        let refused = world.import(&operator, project, bad).await;
        assert_eq!((refused.accepted, refused.refused_total), (0, 3));
        assert_eq!(
            refused.refused.iter().map(|r| (r.line, r.field.as_str())).collect::<Vec<_>>(),
            [(1, "/data"), (2, ""), (3, "/external_id")]
        );
    })
    .await;
}

/// Bad lines are named by line and rule and lose nothing that was good; so does a file that breaks off.
#[tokio::test(flavor = "multi_thread")]
async fn a_bad_file_keeps_what_was_good() {
    let db = db::Db::sqlite().await;
    let (world, operator, project) = line(db, 1, 0).await;
    let mut feed = world.app.feed(&operator, project, ImportOptions::default()).await.unwrap();
    let text: Vec<String> = questions(3).map(|row| row.to_string()).collect();
    let deep = format!("{{\"data\":{}1{}}}", "[".repeat(5_000), "]".repeat(5_000));
    let file = [
        text[0].as_bytes(),
        b"\xff\xfe{}",
        deep.as_bytes(),
        text[1].as_bytes(),
        b"{\"a\":1,\"a\":2}",
        b"not json",
        text[2].as_bytes(),
    ]
    .join(&b'\n');
    for piece in file.chunks(7) {
        feed.push(&operator, piece).await.unwrap();
    }
    let report = feed.finish(&operator).await.unwrap();
    assert_eq!((report.accepted, report.refused_total), (3, 4));
    assert_eq!(report.refused.iter().map(|r| r.line).collect::<Vec<_>>(), [2, 3, 5, 6]);
    assert!(report.refused.iter().all(|r| !r.rule.is_empty() && !r.rule.contains("not json")), "{:?}", report.refused);

    // A hundred megabytes in one line: refused, in bounded memory, and the next line is read.
    let mut feed = world.app.feed(&operator, project, ImportOptions::default()).await.unwrap();
    feed.push(&operator, b"{\"data\":{\"question\":\"").await.unwrap();
    for _ in 0..100 {
        feed.push(&operator, vec![b'x'; 1 << 20]).await.unwrap();
    }
    feed.push(&operator, format!("\"}}}}\n{}", json!({"external_id": "after", "data": {"question": "?"}})))
        .await
        .unwrap();
    let report = feed.finish(&operator).await.unwrap();
    assert_eq!((report.accepted, report.refused_total, report.refused[0].line), (1, 1, 1));
}
