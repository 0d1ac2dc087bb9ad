//! Outside logs become cases: by score and by rule, by pseudonym, for as long as was declared.

use crate::cases::{commit, only_case};
use std::fmt::Write as _;
use vouchsafe_app::{
    Asker, Error,
    custody::{
        cases::{CaseListed, NewVerdict},
        erase_outside::OutsideErasure,
        holds::NewHold,
        outside_declared::Declaration,
        outside_facts::FactKind,
        outside_logs::LogListed,
    },
};
use vouchsafe_domain::{access::role::Role, ids::CaseId, time::Micros};
use vouchsafe_store::custody::outside::{self, Kept};
use vouchsafe_testkit::{db, world::World};

pub(crate) async fn declared(world: &World, retention_days: i64) -> Asker {
    let custodian = world.member(Role::Custodian, &[]).await;
    let declaration = Declaration {
        scope: "Drive and Slack".into(),
        notice: "by mail".into(),
        told_at: "2025-12-01T09:00:00Z".into(),
        retention_days,
        domains: vec!["lab.example".into(), "example.org".into()],
    };
    world.app.declare_watch(&custodian, Some(&declaration)).await.unwrap();
    custodian
}

pub(crate) fn drive(day: u32, who: &str, name: &str, doc: &str) -> String {
    format!(
        r#"{{"id":{{"time":"2025-05-{day:02}T12:00:00Z","uniqueQualifier":"{day}-{who}-{doc}","applicationName":"drive"}},"actor":{{"email":"{who}@lab.example"}},"events":[{{"name":"{name}","parameters":[{{"name":"doc_id","value":"{doc}"}}]}}]}}"#
    ) + "\n"
}

/// Six people who take a file a day, from the 1st to the 28th; on the 24th the first takes eighty more.
fn taking() -> String {
    let mut log = String::new();
    for day in 1..=28 {
        for who in ["ann", "bob", "cas", "dan", "eve", "fay"] {
            log += &drive(day, who, "download", &format!("{who}-{day}"));
        }
        if day == 24 {
            for doc in 0..80 {
                log += &drive(day, "ann", "download", &format!("x/ann@lab.example/bulk-{doc}"));
            }
        }
    }
    log
}

fn key_given_up(who: &str, second: i64) -> String {
    slack("ekm_unenrolled", who, second)
}

fn slack(action: &str, who: &str, second: i64) -> String {
    format!(
        r#"{{"action": "{action}", "actor": {{"user": {{"email": "{who}"}}}}, "context": {{"ip_address": "192.0.2.1"}}, "date_create": {}}}"#,
        1_767_600_000 + second
    ) + "\n"
}

pub(crate) async fn acts_of(world: &World, act: &str) -> usize {
    let mut on = world.app.store.read().await.unwrap();
    let of = vouchsafe_ledger::entry::LedgerOf::Installation;
    let all = vouchsafe_store::custody::watched::entries(&mut on, &of, 0, 10_000).await.unwrap();
    all.iter().filter(|said| said.act == act).count()
}

#[tokio::test(flavor = "multi_thread")]
async fn what_stands_out_in_an_outside_log_is_a_case_that_says_where_it_is_from() {
    db::each(|db| async move {
        let world = World::new(db);
        let custodian = declared(&world, 90).await;
        let read = world.app.read_log(&custodian, "drive", taking().as_bytes()).await.unwrap();
        let scored = read.findings.scored.unwrap();
        assert_eq!((scored.acts, scored.people, scored.cases, scored.learning), (28 * 6 + 80, 6, 1, false));
        let (id, listed) = only_case(&world.app, &custodian).await;
        assert_eq!((listed.source.as_deref(), listed.items, listed.measure), (Some("google"), 87, "none"));
        assert!(listed.score >= listed.threshold && listed.forget_at.is_some());
        let found = world.app.find_case(&custodian, id).await.unwrap();
        assert_eq!((found.clients[0].client.as_str(), found.clients[0].items), ("google", 87));
        let day = found.days.iter().find(|day| day.day == "2025-05-24").unwrap();
        assert_eq!((day.items, day.peers_high, day.own_high), (81, Some(1), Some(1)));
        let text = serde_json::to_string(&found).unwrap();
        assert!(!text.contains("ann") && text.contains(&listed.person), "no name is in it: {text}");
        assert!(found.taken.iter().any(|item| item == &format!("x/{}/bulk-7", listed.person)), "{:?}", found.taken);
        // The same log once more says nothing new.
        let again = world.app.read_log(&custodian, "drive", taking().as_bytes()).await.unwrap();
        assert_eq!((again.findings.scored.unwrap().cases, only_case(&world.app, &custodian).await.0), (0, id));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_learned_outlives_a_restart_and_ends_with_the_declaration() {
    db::each(|db| async move {
        let world = World::new(db);
        let custodian = declared(&world, 90).await;
        let log = taking();
        let (before, after): (Vec<&str>, Vec<&str>) = log.lines().partition(|line| !line.contains("2025-05-2"));
        let first = world.app.read_log(&custodian, "first", before.join("\n").as_bytes()).await.unwrap();
        assert_eq!(first.findings.scored.unwrap().cases, 0);
        let other = world.other_process().await;
        let second = other.read_log(&custodian, "second", after.join("\n").as_bytes()).await.unwrap();
        assert_eq!(second.findings.scored.unwrap().cases, 1, "twenty days were learned by another process");
        world.app.declare_watch(&custodian, None).await.unwrap();
        let custodian = declared(&world, 90).await;
        let anew = world.app.read_log(&custodian, "anew", after.join("\n").as_bytes()).await.unwrap();
        assert!(anew.findings.scored.unwrap().learning, "nothing is known any more");
    })
    .await;
}

/// A late act is placed by its own time; that the case would be said differently is on the case and in the ledger.
/// Our own clock is trusted: a log of nothing but later dates teaches nothing and opens no case. What was no text is counted.
#[tokio::test(flavor = "multi_thread")]
async fn what_is_dated_after_our_clock_teaches_nothing() {
    db::each(|db| async move {
        let world = World::new(db);
        let custodian = declared(&world, 90).await;
        let mut log = taking().replace("2025-05-", "2026-05-").into_bytes();
        log.extend(drive(3, "bob", "download", "caf#").bytes().map(|byte| if byte == b'#' { 0xe9 } else { byte }));
        let read = world.app.read_log(&custodian, "drive", &log).await.unwrap();
        let scored = read.findings.scored.unwrap();
        assert_eq!((scored.ahead, scored.people, scored.cases), (28 * 6 + 80, 1, 0));
        assert_eq!((read.findings.mended, read.skipped), (1, 0));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_told_late_is_added_to_the_case_and_to_the_report() {
    db::each(|db| async move {
        let world = World::new(db);
        let custodian = declared(&world, 90).await;
        world.app.read_log(&custodian, "drive", taking().as_bytes()).await.unwrap();
        let (id, before) = only_case(&world.app, &custodian).await;
        assert!(world.app.find_case(&custodian, id).await.unwrap().late.is_empty());
        let late: String = (0..40).map(|doc| drive(25, "ann", "download", &format!("late-{doc}"))).collect();
        let read = world.app.read_log(&custodian, "late", late.as_bytes()).await.unwrap();
        let scored = read.findings.scored.unwrap();
        // The day itself, and the closed day after it, which would be compared with another past.
        assert_eq!((scored.late, scored.cases), (40, 0));
        assert!((1..=2).contains(&scored.amended), "{:?}", scored.amended_days);
        assert_eq!(
            (scored.amended_days[0].day.as_str(), &scored.amended_days[0].person),
            ("2025-05-25", &before.person)
        );
        let found = world.app.find_case(&custodian, id).await.unwrap();
        assert_eq!(found.late.len(), scored.amended_days.len());
        assert!(found.late[0].now > found.late[0].said, "{:?}", found.late);
        assert_eq!(found.listed.score.to_bits(), before.score.to_bits(), "what was said stays");
        world.app.number_entries().await.unwrap();
        assert_eq!(acts_of(&world, "case.amended").await, scored.amended_days.len());
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_pressing_alert_is_a_case_by_pseudonym_and_the_others_stay_with_the_log() {
    db::each(|db| async move {
        let world = World::new(db);
        let custodian = declared(&world, 30).await;
        let second = world.member(Role::Custodian, &[]).await;
        let log = key_given_up("zoe@lab.example", 0) + &key_given_up("zoe@lab.example", 90_000);
        let read = world.app.read_log(&custodian, "slack", log.as_bytes()).await.unwrap();
        let (id, listed) = only_case(&world.app, &custodian).await;
        assert_eq!((read.alerts, listed.rules, listed.source.as_deref()), (2, 2, Some("slack")));
        assert_eq!(read.findings.alerts[0].actor.as_deref(), Some(listed.person.as_str()));
        assert_eq!(read.findings.alerts[1].case.as_deref(), Some(listed.id.as_str()));
        assert_eq!(listed.reasons.len(), 1, "the same rule twice is one reason: {:?}", listed.reasons);
        let found = world.app.find_case(&custodian, id).await.unwrap();
        assert_eq!((found.fits.len(), found.fits[0].severity.as_str()), (2, "critical"));
        let all = serde_json::to_string(&(&found, world.app.list_logs(&custodian).await.unwrap())).unwrap();
        assert!(!all.contains("zoe"), "{all}");
        // A name takes a reason and a second person.
        let reveal = world.app.ask_reveal(&custodian, id, "to ask the team").await.unwrap();
        world.app.decide_reveal(&second, reveal, true).await.unwrap();
        let named = world.app.find_case(&custodian, id).await.unwrap();
        assert_eq!(named.name.as_deref(), Some("zoe@lab.example"));
        // Found benign, the same rule opens no further case about her; somebody else's is one.
        let benign = NewVerdict { verdict: "benign".into(), reason: "agreed with IT".into() };
        world.app.decide_case(&custodian, id, &benign).await.unwrap();
        let month = 31 * 86_400;
        let log = key_given_up("zoe@lab.example", month) + &key_given_up("yan@lab.example", month);
        let read = world.app.read_log(&custodian, "slack 2", log.as_bytes()).await.unwrap();
        assert_eq!((read.alerts, read.findings.scored.unwrap().cases), (2, 1));
        // All of it is forgotten in time, the name too.
        world.clock.pass(30 * Micros::DAY);
        world.app.forget_logs().await.unwrap();
        assert!(world.app.list_cases(&custodian, None, false, 10).await.unwrap().items.is_empty());
        assert!(world.app.find_case(&custodian, id).await.is_err());
    })
    .await;
}

/// What is told after a decision is a case of its own; told again it is nothing new.
#[tokio::test(flavor = "multi_thread")]
async fn a_further_alert_is_not_hidden_in_a_case_that_was_decided() {
    db::each(|db| async move {
        let world = World::new(db);
        let custodian = declared(&world, 30).await;
        let read = async |log: &str| {
            let read = world.app.read_log(&custodian, "slack", log.as_bytes()).await.unwrap().findings;
            let scored = read.scored.unwrap();
            (scored.cases, scored.added, read.alerts[0].case.clone().unwrap())
        };
        let first = key_given_up("zoe@lab.example", 0);
        let (_, _, case) = read(&first).await;
        let decided = NewVerdict { verdict: "true".into(), reason: "nobody had agreed".into() };
        world.app.decide_case(&custodian, case.parse().unwrap(), &decided).await.unwrap();
        let second = slack("workspace_deleted", "zoe@lab.example", 86_400);
        let (opened, added, other) = read(&second).await;
        assert_eq!((opened, added), (1, 0));
        assert_ne!(other, case);
        assert_eq!(read(&first).await, (0, 0, case));
        assert_eq!(read(&second).await, (0, 0, other));
        let waiting = world.app.list_cases(&custodian, None, true, 10).await.unwrap().items;
        assert_eq!(waiting.len(), 1);
    })
    .await;
}

/// A custodian whom a log tells of neither sees the case nor that there is one.
#[tokio::test(flavor = "multi_thread")]
async fn nobody_is_told_of_an_outside_case_about_himself() {
    db::each(|db| async move {
        let world = World::new(db);
        let custodian = declared(&world, 30).await;
        let other = world.member(Role::Custodian, &[]).await;
        let log = key_given_up(&format!("{}@Example.org", custodian.person.0.simple()), 0);
        world.app.read_log(&other, "slack", log.as_bytes()).await.unwrap();
        let (id, _) = only_case(&world.app, &other).await;
        assert!(world.app.list_cases(&custodian, None, false, 10).await.unwrap().items.is_empty());
        assert!(world.app.find_case(&custodian, id).await.is_err());
        assert!(world.app.own_cases(&custodian).await.unwrap().is_empty(), "it did nothing, so he is told nothing");
        let log = |logs: Vec<LogListed>| (logs[0].alerts, logs[0].findings.alerts.len());
        assert_eq!(log(world.app.list_logs(&other).await.unwrap()), (1, 1));
        assert_eq!(log(world.app.list_logs(&custodian).await.unwrap()), (0, 0), "nor does the report of the log");
    })
    .await;
}

/// All that outside logs left here, opened.
async fn left(world: &World) -> String {
    let mut tx = world.app.store.write("test").await.unwrap();
    let mut left = String::from_utf8(outside::learned(&mut tx).await.unwrap().unwrap().1).unwrap();
    for of in [Kept::Cases, Kept::Logs] {
        left.extend(outside::texts(&mut tx, of, "", 100).await.unwrap().into_iter().map(|(_, text)| text));
    }
    tx.abandon().await.unwrap();
    left
}

#[tokio::test(flavor = "multi_thread")]
async fn erasing_a_person_takes_the_address_out_of_what_outside_logs_left() {
    db::each(|db| async move {
        let world = World::new(db);
        let custodian = declared(&world, 90).await;
        let (admin, leaver) = (world.member(Role::Admin, &[]).await, world.member(Role::Operator, &[]).await);
        let address = format!("{}@example.org", leaver.person.0.simple());
        let log = taking().replace("ann@lab.example", &address.to_uppercase()) + &key_given_up("zoe@lab.example", 0);
        world.app.read_log(&custodian, &format!("{address}.jsonl"), log.as_bytes()).await.unwrap();
        let of =
            |page: Vec<CaseListed>, source: &str| page.into_iter().find(|one| one.source.as_deref() == Some(source));
        let page = world.app.list_cases(&custodian, None, false, 10).await.unwrap();
        let before = of(page.items, "google").unwrap();
        assert!(left(&world).await.to_lowercase().contains(&address));

        world.app.erase_person(&admin, leaver.member).await.unwrap();
        let after = left(&world).await.to_lowercase();
        assert!(!after.contains(&address), "{after}");
        assert!(after.contains("zoe@lab.example") && after.contains("bob@lab.example"), "others are not erased");
        let page = world.app.list_cases(&custodian, None, false, 10).await.unwrap();
        let still = of(page.items, "google").unwrap();
        assert_eq!(
            (&still.id, &still.person, still.score, still.items),
            (&before.id, &before.person, before.score, 87)
        );
        let next = drive(29, "bob", "download", "bob-29");
        let read = world.app.read_log(&custodian, "next", next.as_bytes()).await.unwrap();
        assert!(!read.findings.scored.unwrap().learning, "what was learned of the others is still known");
    })
    .await;
}

/// Whoever only outside logs know has no account to erase; an admin erases what the logs call him.
#[tokio::test(flavor = "multi_thread")]
async fn somebody_without_an_account_is_erased_by_what_the_logs_call_him() {
    db::each(|db| async move {
        let world = World::new(db);
        let custodian = declared(&world, 90).await;
        let admin = world.member(Role::Admin, &[]).await;
        let log = taking() + &key_given_up("zoe@lab.example", 0);
        world.app.read_log(&custodian, "ann@lab.example.jsonl", log.as_bytes()).await.unwrap();
        let erase = async |who: &Asker, address: &str| {
            world.app.erase_outsider(who, &OutsideErasure { address: address.into() }).await
        };
        assert!(erase(&custodian, "ann@lab.example").await.is_err(), "an admin erases a person");
        assert!(erase(&admin, " a ").await.is_err(), "too short to say whom");
        let account = format!("{}@example.org", custodian.person.0.simple());
        let refused = erase(&admin, &account.to_uppercase()).await.unwrap_err();
        assert!(matches!(refused, Error::State { slug: "has_account", .. }), "{refused}");

        let client = world.client("HERON").await;
        let custodian_of = world.member(Role::Custodian, &[client]).await;
        let why = NewHold { project: None, reason: "a suit".into() };
        let hold = world.app.place_hold(&custodian_of, client, &why).await.unwrap();
        let refused = erase(&admin, "ann@lab.example").await.unwrap_err();
        assert!(matches!(refused, Error::State { slug: "held", .. }), "{refused}");
        assert!(left(&world).await.contains("ann@lab.example"), "nothing is erased under a hold");
        world.app.release_hold(&custodian_of, hold).await.unwrap();

        assert_eq!(erase(&admin, " Ann@Lab.example ").await.unwrap(), 1);
        let after = left(&world).await.to_lowercase();
        assert!(!after.contains("ann@lab.example"), "{after}");
        assert!(after.contains("zoe@lab.example") && after.contains("bob@lab.example"), "others are not erased");
        let cases = world.app.list_cases(&custodian, None, false, 10).await.unwrap().items;
        assert_eq!(cases.len(), 2, "what was found stays");
        assert_eq!(erase(&admin, "ann@lab.example").await.unwrap(), 0, "nothing is left of him");
    })
    .await;
}

/// As a spreadsheet saves the export of an audit search: UTF-16, parted by tabs.
#[tokio::test(flavor = "multi_thread")]
async fn an_export_that_a_spreadsheet_saved_is_read() {
    db::each(|db| async move {
        let world = World::new(db);
        let custodian = declared(&world, 30).await;
        let act = r#"{""CreationTime"":""2025-05-05T02:50:47"",""Id"":""7"",""Operation"":""FileDownloaded"",""RecordType"":6,""UserId"":""ann@lab.example"",""Workload"":""SharePoint"",""ObjectId"":""a.pdf""}"#;
        let table = format!("RecordId\tOperation\tAuditData\r\n7\tFileDownloaded\t\"{act}\"\r\n");
        let mut log = vec![0xff, 0xfe];
        log.extend(table.encode_utf16().flat_map(u16::to_le_bytes));
        let read = world.app.read_log(&custodian, "export.txt", &log).await.unwrap();
        assert_eq!((read.acts, read.skipped), (1, 0), "{:?}", read.findings);
        assert_eq!(read.findings.sources["m365"], 1);
    })
    .await;
}

/// Entries of our own ledger that come after their day was closed are told on the case that holds the day.
#[tokio::test(flavor = "multi_thread")]
async fn a_case_of_our_own_ledger_says_what_was_told_late() {
    db::each(|db| async move {
        let world = World::new(db);
        let (client, people) = crate::cases::story(&world).await;
        let custodian = world.member(Role::Custodian, &[]).await;
        world.app.watch().await.unwrap();
        commit(&world.app, crate::cases::bulk(client, &people[0], world.app.now())).await;
        assert_eq!(world.app.watch().await.unwrap(), 1);
        let (id, _) = only_case(&world.app, &custodian).await;
        // Three days on, somebody else's act closes the day; then a ledger tells of it what it held back.
        world.clock.pass(3 * Micros::DAY);
        commit(&world.app, vec![crate::cases::sent(client, &people[1], "later", world.app.now())]).await;
        world.app.watch().await.unwrap();
        let late = Micros(world.app.now().0 - 3 * Micros::DAY);
        let entries = (0..50).map(|n| crate::cases::sent(client, &people[0], &format!("late-{n}"), late)).collect();
        commit(&world.app, entries).await;
        world.app.watch().await.unwrap();
        let found = world.app.find_case(&custodian, id).await.unwrap();
        assert_eq!(found.late.len(), 1, "one day, however many acts");
        assert!((found.late[0].now - found.late[0].said).abs() > 0.01);
    })
    .await;
}

/// Whatever a log holds, reading it ends, and what it says of anybody is said by pseudonym.
#[tokio::test(flavor = "multi_thread")]
async fn a_log_of_many_actors_opens_no_more_cases_than_anybody_can_look_at() {
    db::each(|db| async move {
        let world = World::new(db);
        let custodian = declared(&world, 30).await;
        let mut log = String::new();
        for who in 0..520 {
            let _ = write!(log, "{}", key_given_up(&format!("w{who}@lab.example"), who));
        }
        let read = world.app.read_log(&custodian, "slack", log.as_bytes()).await.unwrap();
        let scored = read.findings.scored.unwrap();
        assert_eq!((scored.cases, scored.cases_left_out), (500, 20));
        let page = world.app.list_cases(&custodian, None, false, 1_000).await.unwrap();
        let id: CaseId = page.items[0].id.parse().unwrap();
        assert_eq!(page.items.len(), 500);
        assert!(world.app.find_case(&custodian, id).await.unwrap().name.is_none());
    })
    .await;
}

/// The 200 most frequent names are listed; how many are not is said.
#[tokio::test(flavor = "multi_thread")]
async fn unknown_names_that_are_not_listed_are_counted() {
    db::each(|db| async move {
        let world = World::new(db);
        let custodian = declared(&world, 90).await;
        let fields: Vec<String> = (0..230).map(|n| format!(r#""moon{n}": 1"#)).collect();
        let line = slack("ekm_unenrolled", "ann@lab.example", 1);
        let log = line.replacen('{', &format!("{{{}, ", fields.join(", ")), 1);
        let findings = world.app.read_log(&custodian, "slack", log.as_bytes()).await.unwrap().findings;
        let all = findings.unknown_fields.len() as u64 + findings.unknown_left_out;
        assert!(findings.unknown_fields.len() == 200 && all >= 230, "{}", findings.unknown_left_out);
    })
    .await;
}

/// The log of the files first, then that of the mail of the same weeks: what went to a rival is told of its day.
#[tokio::test(flavor = "multi_thread")]
async fn mail_that_is_sent_after_the_files_is_placed_in_its_days() {
    db::each(|db| async move {
        let world = World::new(db);
        let custodian = declared(&world, 90).await;
        let domains = r#"{"own": ["lab.example"], "rival": ["rival.example"]}"#;
        world.app.put_watch_facts(&custodian, FactKind::Domains, domains.as_bytes()).await.unwrap();
        let files = taking().lines().filter(|line| !line.contains("bulk-")).fold(String::new(), |log, line| log + line + "\n");
        let read = world.app.read_log(&custodian, "drive", files.as_bytes()).await.unwrap();
        assert_eq!(read.findings.scored.unwrap().cases, 0);
        let mail = |n: u32| {
            format!(
                r#"{{"id":{{"time":"2025-05-22T12:00:{n:02}Z","uniqueQualifier":"m{n}","applicationName":"gmail"}},"actor":{{"email":"ann@lab.example"}},"events":[{{"name":"delivery","parameters":[{{"name":"message_info","messageValue":{{"parameter":[{{"name":"flattened_destinations","value":"boss@rival.example"}},{{"name":"num_message_attachments","intValue":"5"}}]}}}}]}}]}}"#
            ) + "\n"
        };
        let mails: String = (0..15).map(mail).collect();
        let scored = world.app.read_log(&custodian, "gmail", mails.as_bytes()).await.unwrap().findings.scored.unwrap();
        assert_eq!((scored.acts, scored.late, scored.cases), (15, 15, 1));
        assert!(scored.amended >= 1 && scored.amended_days.iter().any(|day| day.day == "2025-05-22"));
    })
    .await;
}
