//! A client leaves with all that is its own.

use serde_json::{Value, json};
use std::path::Path;
use vouchsafe_app::{App, Asker, Error, releases::order::NewRelease, work::projects::NewPipeline};
use vouchsafe_domain::{
    access::role::Role,
    custody::departure::{FETCHED_FOR_US, State},
    ids::{AssignmentId, ClientId, DepartureId, ProjectId},
    work::assignment::{Purpose, Step},
};
use vouchsafe_formats::{
    custody::departures::{Manifest, verify},
    releases::{Signer, Verdict},
};
use vouchsafe_ledger::{
    entry::LedgerOf,
    signing::{PublicKey, Purpose as Signs, Signature, SignedBy},
};
use vouchsafe_store::custody::ledger;
use vouchsafe_testkit::{
    db,
    world::{World, yes_no},
};

/// Words that stand in content and must not stand on the disk.
const PHRASE: &str = "Zugvogel und Winterquartier";

struct Scene {
    world: World,
    client: ClientId,
    project: ProjectId,
    custodian: Asker,
    observer: Asker,
}

/// HERON with twelve tasks, eight of them answered and one of those reviewed, and a release; LARK with one of its own.
async fn scene(db: db::Db) -> Scene {
    let world = World::new(db);
    let (client, other) = (world.client("HERON").await, world.client("LARK").await);
    let operator = world.member(Role::Operator, &[client]).await;
    let custodian = world.member(Role::Custodian, &[client]).await;
    let observer = world.member(Role::Observer, &[client]).await;
    let pipeline = || NewPipeline { review_rate: Some(1.0), ..NewPipeline::default() };
    let project = world.project(&operator, client, yes_no(1), pipeline()).await;
    let row = |of: &str, n: usize| json!({"external_id": format!("{of}-{n}"), "data": {"question": format!("{PHRASE} {of} {n}")}});
    world.import(&operator, project, (0..12).map(|n| row("heron", n))).await;
    let theirs = world.member(Role::Operator, &[other]).await;
    let elsewhere = world.project(&theirs, other, yes_no(1), pipeline()).await;
    world.import(&theirs, elsewhere, (0..3).map(|n| row("lark", n))).await;

    let (expert, app) = (world.expert(project).await, &world.app);
    for _ in 0..8 {
        let sent = app.retry(|| app.claim(&expert, project, Step::Label, Purpose::Work)).await.unwrap().unwrap();
        let assignment: AssignmentId = sent.id.parse().unwrap();
        let answers = json!({"verdict": {"value": "yes"}});
        app.retry(|| app.submit(&expert, assignment, &answers, 900)).await.unwrap();
    }
    let reviewer = world.member(Role::Reviewer, &[client]).await;
    let sent = app.retry(|| app.claim(&reviewer, project, Step::Review, Purpose::Work)).await.unwrap().unwrap();
    let review = serde_json::from_value(json!({"verdict": "accept"})).unwrap();
    app.retry(|| app.review(&reviewer, sent.id.parse().unwrap(), &review)).await.unwrap();
    let new = NewRelease::default();
    let ordered = app.retry(|| app.order_release(&operator, project, &new)).await.unwrap();
    assert_eq!(
        app.build_release(ordered.id.parse().unwrap()).await.unwrap(),
        Some(vouchsafe_domain::releases::State::Built)
    );
    Scene { world, client, project, custodian, observer }
}

/// Fetches every file into a plain folder, as a client does.
async fn fetch(app: &App, who: &Asker, id: DepartureId, to: &Path) {
    for file in app.departure(who, id).await.unwrap().files.unwrap() {
        let mut fetched = app.retry(|| app.departure_file(who, id, &file.path)).await.unwrap();
        let at = to.join(&file.path);
        std::fs::create_dir_all(at.parent().unwrap()).unwrap();
        let mut bytes = Vec::new();
        while let Some(piece) = fetched.next_piece().await {
            bytes.extend(piece.unwrap());
        }
        assert_eq!(bytes.len() as u64, file.bytes, "{}", file.path);
        std::fs::write(at, bytes).unwrap();
    }
}

async fn verdict(app: &App, folder: &Path) -> Verdict<Manifest> {
    let pinned: PublicKey = app.signing_keys().await.unwrap()[0].public.parse().unwrap();
    verify(folder, |manifest, signature| {
        let signature = Signature::from_text(signature).map_err(|error| error.to_string())?;
        let signed = signature.check(Signs::Release, manifest, &[pinned]).map_err(|error| error.to_string())?;
        Ok(if signed == SignedBy::Pinned { Signer::Pinned } else { Signer::Unknown })
    })
}

fn lines(folder: &Path, table: &str) -> Vec<Value> {
    let text = std::fs::read_to_string(folder.join(format!("{table}.jsonl"))).unwrap();
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

async fn entries(world: &World, client: ClientId) -> usize {
    let mut tx = world.db.store.write("ledger").await.unwrap();
    let rows = ledger::list(&mut tx, &LedgerOf::Client(client.to_string()), (-1, ""), 100_000).await.unwrap();
    tx.abandon().await.unwrap();
    rows.len()
}

fn slug<T>(result: Result<T, Error>) -> &'static str {
    match result {
        Ok(_) => "done",
        Err(Error::State { slug, .. }) => slug,
        Err(Error::Forbidden(_)) => "forbidden",
        Err(Error::NotFound | Error::Refused(_)) => "not_found",
        Err(other) => panic!("{other:?}"),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_client_leaves_with_all_that_is_its_own_and_nothing_else() {
    db::each(|db| async move {
        let Scene { world, client, project, custodian, observer } = scene(db).await;
        let app = &world.app;
        let operator = world.member(Role::Operator, &[client]).await;
        assert_eq!(slug(app.order_departure(&operator, client).await), "forbidden", "its own people leave");
        let stranger = world.member(Role::Observer, &[]).await;
        assert_eq!(slug(app.order_departure(&stranger, client).await), "not_found");
        let id = app.retry(|| app.order_departure(&custodian, client)).await.unwrap();
        assert_eq!(slug(app.order_departure(&observer, client).await), "departure_open");
        assert_eq!(slug(app.approve_departure(&observer, id).await), "departure_building");
        assert_eq!(app.build_departure(id).await.unwrap(), Some(State::Built));
        assert_eq!(app.build_departure(id).await.unwrap(), None, "it is built once");

        // At rest nothing can be read without the client's key.
        let at_rest = world.db.dir.path().join("data/departures").join(id.to_string());
        for entry in std::fs::read_dir(&at_rest).unwrap() {
            let bytes = std::fs::read(entry.unwrap().path()).unwrap();
            assert!(!bytes.windows(PHRASE.len()).any(|w| w == PHRASE.as_bytes()));
            assert!(!bytes.starts_with(b"{"));
        }

        // Two different persons, and only then files; a custodian has no content.
        assert_eq!(slug(app.departure(&stranger, id).await), "not_found");
        let (twin, merges) = (world.member(Role::Observer, &[client]).await, world.member(Role::Custodian, &[]).await);
        assert_eq!(app.approve_departure(&twin, id).await.unwrap().state, "built");
        super::one_human::merge(app, &merges, &twin, &custodian).await;
        assert_eq!(slug(app.approve_departure(&custodian, id).await), "already_approved");
        assert_eq!(slug(app.approve_departure(&stranger, id).await), "not_found");
        assert_eq!(slug(app.departure_file(&observer, id, "tasks.jsonl").await), "departure_not_approved");
        assert_eq!(app.approve_departure(&observer, id).await.unwrap().state, "approved");
        assert_eq!(slug(app.departure_file(&custodian, id, "tasks.jsonl").await), "forbidden");
        assert_eq!(slug(app.departure_file(&operator, id, "tasks.jsonl").await), "forbidden");
        assert_eq!(slug(app.departure_file(&observer, id, "none.jsonl").await), "not_found");

        let folder = tempfile::tempdir().unwrap();
        fetch(app, &observer, id, folder.path()).await;
        let Verdict::Verified(manifest) = verdict(app, folder.path()).await else { panic!("it does not verify") };
        let count = |table: &str| (manifest.counts[table], lines(folder.path(), table).len());
        for (table, n) in [
            ("projects", 1),
            ("schemas", 1),
            ("guidelines", 1),
            ("batches", 1),
            ("tasks", 12),
            ("annotations", 8),
            ("reviews", 1),
            ("releases", 1),
        ] {
            assert_eq!(count(table), (n as u64, n), "{table}");
        }
        let tasks = lines(folder.path(), "tasks");
        assert_eq!(tasks[3]["row"]["data"]["question"], format!("{PHRASE} heron 3"));
        assert!(tasks.iter().all(|task| task["project"] == project.to_string().as_str()));
        assert!(tasks.iter().filter(|task| task["consensus"].is_object()).count() >= 1, "the release reckoned it");
        let annotations = lines(folder.path(), "annotations");
        assert!(annotations.iter().all(|one| one["answered"]["answers"]["verdict"]["value"] == "yes"));
        let by = annotations[0]["by"].as_str().unwrap();
        assert!(by.starts_with("p-") && lines(folder.path(), "sent").iter().any(|one| one["person"] == by));
        assert!(manifest.releases[0].has_files);
        let release = folder.path().join(format!("releases/{}", manifest.releases[0].release));
        assert!(release.join("manifest.json.sig").is_file(), "a release comes as it was built");
        for file in manifest.files.iter().filter(|file| file.rows.is_some()) {
            let text = std::fs::read_to_string(folder.path().join(&file.path)).unwrap();
            assert!(!text.contains("lark"), "{} holds something of another client", file.path);
        }

        // Whoever fetches again what he has pays for it with his budget.
        let before = entries(&world, client).await;
        for _ in 0..3 {
            app.retry(|| app.departure_file(&observer, id, "tasks.jsonl")).await.unwrap();
        }
        assert_eq!(entries(&world, client).await, before + 3, "each time has its entry");
        let mut bytes = std::fs::read(folder.path().join("reviews.jsonl")).unwrap();
        bytes[9] ^= 1;
        std::fs::write(folder.path().join("reviews.jsonl"), bytes).unwrap();
        assert!(matches!(verdict(app, folder.path()).await, Verdict::Broken(_)), "any change is found");

        // Taken back, nothing of it stays, and another may be ordered.
        app.retry(|| app.end_departure(&custodian, id)).await.unwrap();
        assert!(!at_rest.exists());
        assert_eq!(slug(app.departure_file(&observer, id, "tasks.jsonl").await), "departure_ended");
        app.retry(|| app.order_departure(&observer, client)).await.unwrap();
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_departure_ends_by_itself_and_a_standing_rule_approves() {
    db::each(|db| async move {
        let Scene { world, client, custodian, observer, .. } = scene(db).await;
        let app = &world.app;
        let id = app.retry(|| app.order_departure(&observer, client)).await.unwrap();
        assert_eq!(app.build_departures().await.unwrap(), 1);
        app.retry(|| app.approve_departure(&observer, id)).await.unwrap();
        world.clock.pass(FETCHED_FOR_US);
        assert_eq!(slug(app.approve_departure(&custodian, id).await), "departure_ended");
        app.build_departures().await.unwrap();
        assert_eq!(app.departure(&custodian, id).await.unwrap().state, "ended");
        assert!(!world.db.dir.path().join("data/departures").join(id.to_string()).exists());

        let standing = serde_json::from_value(json!({"standing_approval": true})).unwrap();
        app.retry(|| app.change_client(&observer, client, &standing)).await.unwrap();
        let own = app.retry(|| app.order_departure(&observer, client)).await.unwrap();
        assert_eq!(app.build_departure(own).await.unwrap(), Some(State::Built), "nobody lets himself go alone");
        assert_eq!(slug(app.departure_file(&observer, own, "manifest.json").await), "departure_not_approved");
        app.retry(|| app.end_departure(&observer, own)).await.unwrap();
        let id = app.retry(|| app.order_departure(&custodian, client)).await.unwrap();
        assert_eq!(app.build_departure(id).await.unwrap(), Some(State::Approved));
        app.retry(|| app.departure_file(&observer, id, "manifest.json")).await.unwrap();
    })
    .await;
}

/// A build that dies in the middle leaves no folder, and the next start builds anew.
#[tokio::test(flavor = "multi_thread")]
async fn a_build_that_dies_leaves_nothing_half() {
    db::each(|db| async move {
        let Scene { world, client, observer, .. } = scene(db).await;
        let app = &world.app;
        let id = app.retry(|| app.order_departure(&observer, client)).await.unwrap();
        for millis in [0, 2, 6] {
            let built = tokio::time::timeout(std::time::Duration::from_millis(millis), app.build_departure(id)).await;
            if built.is_ok() {
                break;
            }
            world.clock.pass(10 * vouchsafe_domain::time::Micros::MINUTE);
        }
        // Threads of a build that was dropped end by themselves.
        tokio::time::sleep(std::time::Duration::from_millis(1_500)).await;
        world.clock.pass(10 * vouchsafe_domain::time::Micros::MINUTE);
        app.resume_departures().await.unwrap();
        let found = app.departure(&observer, id).await.unwrap();
        assert!(found.state == "built" || found.failure.as_deref() == Some("broken_off"), "{found:?}");
        let folder = world.db.dir.path().join("data/departures");
        let names: Vec<_> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name()).collect();
        assert!(names.iter().all(|name| *name == *id.to_string()), "{names:?}");
    })
    .await;
}
