//! From answers to a folder that a stranger can verify.

use serde_json::{Value, json};
use std::path::{Path, PathBuf};
use vouchsafe_app::{App, Asker, Error, releases::order::NewRelease, work::projects::NewPipeline};
use vouchsafe_domain::{
    access::role::Role,
    ids::{AssignmentId, ClientId, ProjectId, ReleaseId},
    releases::State,
    work::assignment::{Purpose, Step},
};
use vouchsafe_formats::releases::{Manifest, Signer, Verdict, verify};
use vouchsafe_ledger::signing::{PublicKey, Purpose as Signs, Signature, SignedBy};
use vouchsafe_testkit::{
    db,
    world::{World, questions, yes_no},
};

/// Words that stand in content and must not stand on the disk.
const PHRASE: &str = "Zugvogel und Winterquartier";

fn pairs() -> Value {
    json!({
        "schema_version": "1", "task_type": "pairwise_preference", "name": "pairs",
        "fields": [
            {"name": "prompt", "type": "text", "source": "/prompt"},
            {"name": "responses", "type": "candidates", "blind": true, "shuffle": true, "source": {"fixed": [
                {"id": "response1", "content": "/response1"}, {"id": "response2", "content": "/response2"}]}}],
        "questions": [{"name": "preferred", "type": "pairwise", "on": "responses", "required": true, "allow_tie": true}],
        "distribution": {"strategy": "overlap", "min_submitted": 3},
    })
}

/// What three people said of each pair: 1, 2, or 0 for a tie.
const SAID: [[u8; 3]; 6] = [[1, 1, 2], [2, 2, 2], [0, 0, 1], [0, 1, 2], [1, 1, 1], [2, 0, 2]];

struct Line {
    world: World,
    operator: Asker,
    observer: Asker,
    client: ClientId,
    project: ProjectId,
}

/// Six pairs, each judged by three people as [`SAID`].
async fn judged(db: db::Db) -> Line {
    let world = World::new(db);
    let client = world.client("HERON").await;
    let operator = world.member(Role::Operator, &[client]).await;
    let observer = world.member(Role::Observer, &[client]).await;
    let pipeline = NewPipeline { overlap: Some(3), ..NewPipeline::default() };
    let project = world.project(&operator, client, pairs(), pipeline).await;
    let rows = (0..SAID.len()).map(|i| {
        json!({"external_id": format!("pair-{i}"), "data": {"prompt": format!("{PHRASE} {i}"), "response1": format!("first {i}"), "response2": format!("second {i}")}})
    });
    world.import(&operator, project, rows).await;
    for person in (0..3).collect::<Vec<usize>>() {
        let expert = world.expert(project).await;
        while let Some(sent) =
            world.app.retry(|| world.app.claim(&expert, project, Step::Label, Purpose::Work)).await.unwrap()
        {
            let number: usize =
                sent.content["prompt"]["text"].as_str().unwrap().rsplit(' ').next().unwrap().parse().unwrap();
            let wanted = match SAID[number][person] {
                0 => "tie".to_owned(),
                n => {
                    let text = format!("{} {number}", ["first", "second"][usize::from(n) - 1]);
                    let items = sent.content["responses"]["items"].as_array().unwrap();
                    items.iter().find(|item| item["content"] == text.as_str()).unwrap()["id"]
                        .as_str()
                        .unwrap()
                        .to_owned()
                }
            };
            let answers = json!({"preferred": {"value": {"preferred": wanted}}});
            let assignment: AssignmentId = sent.id.parse().unwrap();
            world.app.retry(|| world.app.submit(&expert, assignment, &answers, 900)).await.unwrap();
        }
    }
    Line { world, operator, observer, client, project }
}

async fn order(app: &App, operator: &Asker, project: ProjectId) -> ReleaseId {
    let new = NewRelease {
        name: Some("First delivery".into()),
        formats: vec!["full".into(), "trl_preference".into()],
        ..NewRelease::default()
    };
    app.retry(|| app.order_release(operator, project, &new)).await.unwrap().id.parse().unwrap()
}

/// Fetches every file into a plain folder, as a client does.
async fn fetch(app: &App, who: &Asker, release: ReleaseId, to: &Path) {
    let sent = app.retry(|| app.release(who, release)).await.unwrap();
    for file in sent.files.unwrap() {
        let mut fetched = app.retry(|| app.release_file(who, release, &file.path)).await.unwrap();
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

async fn verdict(app: &App, folder: &Path) -> Verdict {
    let pinned: PublicKey = app.signing_keys().await.unwrap()[0].public.parse().unwrap();
    verify(folder, |manifest, signature| {
        let signature = Signature::from_text(signature).map_err(|error| error.to_string())?;
        let signed = signature.check(Signs::Release, manifest, &[pinned]).map_err(|error| error.to_string())?;
        Ok(if signed == SignedBy::Pinned { Signer::Pinned } else { Signer::Unknown })
    })
}

fn lines(folder: &Path, file: &str) -> Vec<Value> {
    let text = std::fs::read_to_string(folder.join(file)).unwrap();
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

fn files_below(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap().map(Result::unwrap) {
        if entry.file_type().unwrap().is_dir() {
            found.extend(files_below(&entry.path()));
        } else {
            found.push(entry.path());
        }
    }
    found
}

fn slug<T: std::fmt::Debug>(result: Result<T, Error>) -> &'static str {
    match result {
        Err(Error::State { slug, .. }) => slug,
        Err(Error::NotFound | Error::Refused(_)) => "not_found",
        other => panic!("{other:?}"),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn answers_become_a_folder_that_verifies() {
    db::each(|db| async move {
        let Line { world, operator, observer, client, project } = judged(db).await;
        let app = &world.app;
        let release = order(app, &operator, project).await;
        assert_eq!(slug(app.release_file(&operator, release, "data/full.jsonl").await.map(|_| ())), "release_building");
        assert_eq!(app.build_release(release).await.unwrap(), Some(State::Built));
        assert_eq!(app.build_release(release).await.unwrap(), None, "it is built once");
        assert_eq!(app.compute_consensus(100).await.unwrap(), 0, "nothing is left without consensus");

        // At rest nothing can be read without the client's key.
        for file in files_below(&world.db.dir.path().join("data").join("releases")) {
            let bytes = std::fs::read(&file).unwrap();
            assert!(!bytes.windows(PHRASE.len()).any(|w| w == PHRASE.as_bytes()), "{} is plain", file.display());
            assert!(!bytes.starts_with(b"{"), "{} is plain", file.display());
        }

        // Two different persons, then delivery, and only then files.
        let other = world.member(Role::Operator, &[]).await;
        assert_eq!(slug(app.approve_release(&other, release).await), "not_found");
        let twin = world.member(Role::Operator, &[client]).await;
        assert_eq!(app.retry(|| app.approve_release(&twin, release)).await.unwrap().state, "built");
        assert_eq!(slug(app.approve_release(&twin, release).await), "already_approved");
        let custodian = world.member(Role::Custodian, &[]).await;
        super::one_human::merge(app, &custodian, &twin, &operator).await;
        assert_eq!(slug(app.approve_release(&operator, release).await), "already_approved", "by the account he had");
        assert_eq!(slug(app.deliver_release(&operator, release).await), "release_not_approved");
        assert_eq!(app.retry(|| app.approve_release(&observer, release)).await.unwrap().state, "approved");
        assert_eq!(
            slug(app.release_file(&observer, release, "data/full.jsonl").await.map(|_| ())),
            "release_not_delivered"
        );
        assert_eq!(slug(app.deliver_release(&observer, release).await), "not_found", "an operator delivers");
        assert_eq!(app.deliver_release(&operator, release).await.unwrap(), "delivered");
        assert_eq!(slug(app.release_file(&observer, release, "data/none.jsonl").await.map(|_| ())), "not_found");

        let folder = tempfile::tempdir().unwrap();
        fetch(app, &observer, release, folder.path()).await;
        let Verdict::Verified(manifest) = verdict(app, folder.path()).await else { panic!("it does not verify") };
        let Manifest { counts, .. } = *manifest;
        assert_eq!((counts.tasks, counts.annotations, counts.people), (6, 18, 3));

        let mut full = lines(folder.path(), "data/full.jsonl");
        full.sort_by_key(|row| row["external_id"].to_string());
        let said: Vec<Value> =
            full.iter().map(|row| row["consensus"]["preferred"]["value"]["preferred"].clone()).collect();
        assert_eq!(
            said,
            [json!("response1"), json!("response2"), json!("tie"), Value::Null, json!("response1"), json!("response2")]
        );
        assert_eq!(full[0]["consensus"]["preferred"]["count"], 2);
        let pairs = lines(folder.path(), "data/trl_preference.jsonl");
        assert_eq!(pairs.len(), 4, "a tie and a standoff give no pair");
        for pair in &pairs {
            let number = pair["prompt"][0]["content"].as_str().unwrap().rsplit(' ').next().unwrap().to_owned();
            let better = if ["0", "4"].contains(&number.as_str()) { "first" } else { "second" };
            assert_eq!(pair["chosen"][0]["content"], format!("{better} {number}"));
        }

        // Any change is found.
        let file = folder.path().join("data/trl_preference.jsonl");
        let mut bytes = std::fs::read(&file).unwrap();
        bytes[40] ^= 1;
        std::fs::write(&file, bytes).unwrap();
        assert!(matches!(verdict(app, folder.path()).await, Verdict::Broken(_)));
    })
    .await;
}

/// A build that dies in the middle leaves no folder, and the next start builds anew.
#[tokio::test(flavor = "multi_thread")]
async fn a_build_that_dies_leaves_nothing_half() {
    db::each(|db| async move {
        let Line { world, operator, project, .. } = judged(db).await;
        let app = &world.app;
        let release = order(app, &operator, project).await;
        let releases = world.db.dir.path().join("data").join("releases");
        for millis in [0, 1, 3, 8] {
            let killed =
                tokio::time::timeout(std::time::Duration::from_millis(millis), app.build_release(release)).await;
            if killed.is_ok() {
                break;
            }
            world.clock.pass(10 * vouchsafe_domain::time::Micros::MINUTE);
            assert!(!releases.join(release.to_string()).exists() || app.build_release(release).await.is_ok());
        }
        // Threads of a build that was dropped end by themselves.
        tokio::time::sleep(std::time::Duration::from_millis(200)).await;
        world.clock.pass(10 * vouchsafe_domain::time::Micros::MINUTE);
        app.resume_builds().await.unwrap();
        let sent = app.retry(|| app.release(&operator, release)).await.unwrap();
        assert!(sent.state == "built" || sent.failure.as_deref() == Some("broken_off"), "{sent:?}");
        let half = || files_below(&releases).iter().any(|file| file.to_string_lossy().contains(".building"));
        for _ in 0..100 {
            if !half() {
                break;
            }
            tokio::time::sleep(std::time::Duration::from_millis(100)).await;
        }
        assert!(!half(), "a dropped build takes its folder with it");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_released_says_why() {
    db::each(|db| async move {
        let world = World::new(db);
        let client = world.client("HERON").await;
        let operator = world.member(Role::Operator, &[client]).await;
        let project = world.project(&operator, client, yes_no(1), NewPipeline::default()).await;
        world.import(&operator, project, questions(2)).await;
        let app = &world.app;
        let wrong =
            NewRelease { formats: vec!["full".into(), "trl_preference".into(), "xml".into()], ..NewRelease::default() };
        let Err(Error::Invalid(errors)) = app.retry(|| app.order_release(&operator, project, &wrong)).await else {
            panic!("a schema without pairs has no preferences")
        };
        assert_eq!(errors.iter().map(|e| e.path.as_str()).collect::<Vec<_>>(), ["/formats/1", "/formats/2"]);

        let plain = NewRelease::default();
        let ordered = app.retry(|| app.order_release(&operator, project, &plain)).await.unwrap();
        let release = ordered.id.parse().unwrap();
        assert_eq!(app.build_release(release).await.unwrap(), Some(State::Failed));
        let sent = app.retry(|| app.release(&operator, release)).await.unwrap();
        assert_eq!((sent.state, sent.failure.as_deref()), ("failed", Some("nothing_to_release")));
    })
    .await;
}
