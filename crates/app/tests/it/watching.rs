//! What the server learns besides: from several ledgers at once, from what people found, from dated facts; and outside logs
//! that lie in a folder.

use crate::cases::{bulk, commit, only_case, sent, story};
use vouchsafe_app::custody::{
    cases::NewVerdict, conflicts::NewConflict, interests::NewInterest, leavers::NewNotice,
    organisations::NewOrganisation, outside_declared::Declaration,
};
use vouchsafe_domain::{access::role::Role, ids::OrganisationId, time::Micros};
use vouchsafe_testkit::{db, world::World};

#[tokio::test(flavor = "multi_thread")]
async fn several_ledgers_are_learned_in_the_order_of_time() {
    db::each(|db| async move {
        let world = World::new(db);
        let (_, people) = story(&world).await;
        let other = world.client("KESTREL").await;
        let noon = world.app.now();
        // As many of another client, more than one page of its ledger.
        let of_day = |day: i64| {
            let people = &people;
            (0..30).map(move |n| sent(other, &people[0], &format!("k-{day}-{n}"), Micros(noon.0 - day * Micros::DAY)))
        };
        commit(&world.app, (1..=40).flat_map(of_day).collect()).await;
        world.app.watch().await.unwrap();
        let stands = world.app.watch_stands().await.unwrap();
        assert_eq!((stands.acts, stands.late), (5 * 40 + 30 * 40, 0), "no day closed before all of it was read");
    })
    .await;
}

/// A case about the first of five, decided; the threshold before and after the next look.
async fn decided(world: &World, verdict: &str) -> (f64, f64) {
    let (client, people) = story(world).await;
    let custodian = world.member(Role::Custodian, &[]).await;
    world.app.watch().await.unwrap();
    commit(&world.app, bulk(client, &people[0], world.app.now())).await;
    assert_eq!(world.app.watch().await.unwrap(), 1);
    let before = world.app.watch_stands().await.unwrap().threshold;
    let (id, _) = only_case(&world.app, &custodian).await;
    let found = NewVerdict { verdict: verdict.into(), reason: "looked at".into() };
    world.app.decide_case(&custodian, id, &found).await.unwrap();
    world.app.watch().await.unwrap();
    let after = world.app.watch_stands().await.unwrap().threshold;
    world.app.watch().await.unwrap();
    assert!((world.app.watch_stands().await.unwrap().threshold - after).abs() < 1e-9, "it is learned once");
    (before, after)
}

#[tokio::test(flavor = "multi_thread")]
async fn what_people_find_of_a_case_teaches_the_threshold() {
    db::each(|db| async move {
        let (before, benign) = decided(&World::new(db), "benign").await;
        assert!(benign >= before, "{before} became {benign}: as much by others is not asked about either");
    })
    .await;
    db::each(|db| async move {
        let (before, found_true) = decided(&World::new(db), "true").await;
        assert!(found_true < before, "{before} became {found_true}: a true case costs nothing of the budget");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn notice_and_a_tie_to_a_rival_are_known_from_their_day_on() {
    db::each(|db| async move {
        let world = World::new(db);
        let (client, people) = story(&world).await;
        let (admin, custodian) = (world.member(Role::Admin, &[]).await, world.member(Role::Custodian, &[]).await);
        let new = NewOrganisation { name: "Osprey".into(), kind: "employer".into() };
        let osprey = world.app.create_organisation(&custodian, &new).await.unwrap();
        let tie = NewInterest {
            organisation: Some(osprey),
            name: None,
            kind: "equity".into(),
            reason: "some shares".into(),
            until: None,
        };
        world.app.declare_interest(&people[0], &tie).await.unwrap();
        world.app.watch().await.unwrap();
        let conflict = NewConflict {
            a: osprey,
            b: Some(OrganisationId(client.0)),
            class: None,
            share: None,
            reason: "they sell the same".into(),
        };
        world.app.declare_conflict(&custodian, &conflict).await.unwrap();
        let last_day = Some("2030-01-01T00:00:00Z".to_owned());
        world.app.give_notice(&admin, people[0].member, &NewNotice { last_day }).await.unwrap();
        commit(&world.app, bulk(client, &people[0], world.app.now())).await;
        assert_eq!(world.app.watch().await.unwrap(), 1);
        let (id, listed) = only_case(&world.app, &custodian).await;
        assert!(listed.reasons.iter().any(|reason| reason.contains("notice was given")), "{:?}", listed.reasons);
        let found = world.app.find_case(&custodian, id).await.unwrap();
        let known: Vec<&str> = found.facts.iter().map(|fact| fact.words.as_str()).collect();
        for words in ["joined", "notice was given", "a tie to a rival of a client was declared", "last day"] {
            assert!(known.contains(&words), "{known:?}");
        }
    })
    .await;
}

const LINE: &str = r#"{"action": "ekm_unenrolled", "actor": {"user": {"email": "ann@lab.example"}}, "context": {"ip_address": "192.0.2.1"}, "date_create": 1767600000}"#;

#[tokio::test(flavor = "multi_thread")]
async fn a_watched_folder_is_read_once_declared_and_each_file_once() {
    db::each(|db| async move {
        let world = World::new(db);
        let custodian = world.member(Role::Custodian, &[]).await;
        let folder = tempfile::tempdir().unwrap();
        let put = |name: &str, text: &[u8]| std::fs::write(folder.path().join(name), text).unwrap();
        put("slack.jsonl", format!("{LINE}\nnot json\n").as_bytes());
        put(".hidden", b"{}");
        put("packed.gz", &[0x1f, 0x8b, 8, 0]);
        std::fs::create_dir(folder.path().join("a folder")).unwrap();
        let app = &world.app;
        assert_eq!(app.read_folder(folder.path()).await.unwrap(), 0, "nothing was declared");
        let declared = Declaration {
            scope: "Slack".into(),
            notice: "by mail".into(),
            told_at: "2025-12-01T09:00:00Z".into(),
            retention_days: 30,
            domains: Vec::new(),
        };
        app.declare_watch(&custodian, Some(&declared)).await.unwrap();
        let counts = [app.read_folder(folder.path()).await.unwrap(), app.read_folder(folder.path()).await.unwrap()];
        assert_eq!(counts, [0, 2], "a file is read when it stood still between two looks");
        assert_eq!(app.read_folder(folder.path()).await.unwrap(), 0);
        let mut logs = app.list_logs(&custodian).await.unwrap();
        logs.sort_by(|one, two| one.findings.name.cmp(&two.findings.name));
        assert_eq!(logs.iter().map(|log| log.findings.name.as_str()).collect::<Vec<_>>(), ["packed.gz", "slack.jsonl"]);
        assert_eq!(logs[0].findings.refused[0].2, "a packed file is not read: unpack it");
        assert_eq!((logs[1].lines, logs[1].acts, logs[1].skipped, logs[1].alerts), (2, 1, 1, 1));
        assert!(logs.iter().all(|log| log.findings.from_folder));
        // Another server, and this one after a restart, find that they were read.
        let other = world.other_process().await;
        other.read_folder(folder.path()).await.unwrap();
        assert_eq!(other.read_folder(folder.path()).await.unwrap(), 0);
        // The same name with other bytes is another file.
        put("slack.jsonl", format!("{LINE}\n").as_bytes());
        app.read_folder(folder.path()).await.unwrap();
        assert_eq!(app.read_folder(folder.path()).await.unwrap(), 1);
        app.declare_watch(&custodian, None).await.unwrap();
        put("later.jsonl", b"{}");
        app.read_folder(folder.path()).await.unwrap();
        assert_eq!(app.read_folder(folder.path()).await.unwrap(), 0, "switched off");
    })
    .await;
}
