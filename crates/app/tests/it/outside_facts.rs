//! What is known besides outside logs: counted, replaced whole, erased, and gone with the declaration.

use crate::{
    cases::only_case,
    outside::{acts_of, declared, drive},
};
use std::fmt::Write as _;
use vouchsafe_app::{
    Asker, Error,
    custody::{
        erase_outside::OutsideErasure,
        outside_facts::{FactKind, FactsListed},
    },
};
use vouchsafe_domain::access::role::Role;
use vouchsafe_store::custody::outside_facts;
use vouchsafe_testkit::{db, world::World};

const STAFF: [&str; 6] = ["ann", "bob", "cas", "dan", "eve", "fay"];

/// Six people who take two files a day, one confidential and one not; on the 24th `who` takes twelve more confidential ones.
fn choosing(who: &str) -> String {
    let mut log = String::new();
    for day in 1..=28 {
        for name in STAFF {
            log += &drive(day, name, "download", &format!("c-{name}-{day}"));
            log += &drive(day, name, "download", &format!("p-{name}-{day}"));
        }
        if day == 24 {
            for doc in 0..12 {
                log += &drive(day, who, "download", &format!("c-more-{doc}"));
            }
        }
    }
    log
}

/// Of each document of [`choosing`], whether it is confidential; those that begin with `c` are.
fn catalogue() -> String {
    let of = |doc: String| {
        format!(r#"{{"doc_id": "{doc}", "client": "A", "cls": "plan", "confidential": {}}}"#, doc.starts_with('c'))
    };
    let daily =
        (1..=28).flat_map(|day| STAFF.map(|who| [format!("c-{who}-{day}"), format!("p-{who}-{day}")])).flatten();
    daily.chain((0..12).map(|doc| format!("c-more-{doc}"))).map(|doc| of(doc) + "\n").collect()
}

async fn opened(world: &World, custodian: &Asker, log: &str) -> (usize, u64) {
    let read = world.app.read_log(custodian, "drive", log.as_bytes()).await.unwrap().findings.scored.unwrap();
    (read.cases, read.acts)
}

/// With the catalogue it is seen that only what is confidential was chosen; without it twelve more files are twelve more files.
#[tokio::test(flavor = "multi_thread")]
async fn what_is_known_besides_the_log_says_what_is_confidential_and_what_was_approved() {
    db::each(|db| async move {
        let world = World::new(db);
        let custodian = declared(&world, 90).await;
        let mut people = String::new();
        for who in STAFF {
            let _ = writeln!(people, r#"{{"email": "{who}@lab.example", "role": "ops"}}"#);
        }
        world.app.put_watch_facts(&custodian, FactKind::People, people.as_bytes()).await.unwrap();
        let put = world.app.put_watch_facts(&custodian, FactKind::Docs, catalogue().as_bytes()).await.unwrap();
        assert_eq!(put.entries, 28 * 6 * 2 + 12);
        assert_eq!(opened(&world, &custodian, &choosing("ann")).await.0, 1);
        let (id, _) = only_case(&world.app, &custodian).await;
        let found = world.app.find_case(&custodian, id).await.unwrap();
        assert_eq!(found.clients[0].items, 7 + 12, "of a week; what is not confidential does not count as taken");
        assert!(found.unknown.iter().any(|words| words.contains("catalogue does not list")), "{:?}", found.unknown);
        assert!(!found.unknown.iter().any(|words| words.contains("roles")), "{:?}", found.unknown);
        assert!(found.unknown.iter().any(|words| words.contains("approved")), "{:?}", found.unknown);

        // The declaration ends, and with it what was learned and known.
        world.app.declare_watch(&custodian, None).await.unwrap();
        let off = world.app.put_watch_facts(&custodian, FactKind::Docs, b"{\"doc_id\": \"1\"}").await.unwrap_err();
        assert!(format!("{off:?}").contains("not_declared"), "{off:?}");
        let custodian = declared(&world, 90).await;
        assert!(world.app.list_watch_facts(&custodian).await.unwrap().is_empty());
        // An approved export of as many files is no volume; that only confidential ones were among them is still looked at.
        world.app.put_watch_facts(&custodian, FactKind::People, people.as_bytes()).await.unwrap();
        let ticket = r#"{"date": "2025-05-24", "email": "eve@lab.example", "fact": "approved_export", "files": 40}"#;
        world.app.put_watch_facts(&custodian, FactKind::Lifecycle, ticket.as_bytes()).await.unwrap();
        let before = world.app.list_cases(&custodian, None, false, 10).await.unwrap().items.len();
        assert_eq!(opened(&world, &custodian, &choosing("eve")).await.0, 0);
        assert_eq!(world.app.list_cases(&custodian, None, false, 10).await.unwrap().items.len(), before);
        world.app.number_entries().await.unwrap();
        assert_eq!(acts_of(&world, "watch.facts_changed").await, 4);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn facts_are_replaced_whole_and_a_wrong_line_changes_nothing() {
    db::each(|db| async move {
        let world = World::new(db);
        let custodian = declared(&world, 90).await;
        let domains = r#"{"own": ["other.example"], "rival": ["rival.example"]}"#;
        world.app.put_watch_facts(&custodian, FactKind::Domains, domains.as_bytes()).await.unwrap();
        let docs = "{\"doc_id\": \"1\"}\n{\"doc_id\": \"2\"}\n";
        world.app.put_watch_facts(&custodian, FactKind::Docs, docs.as_bytes()).await.unwrap();
        let wrong =
            world.app.put_watch_facts(&custodian, FactKind::Docs, b"{\"doc_id\": \"3\"}\n{}\n").await.unwrap_err();
        assert!(format!("{wrong:?}").contains("in line 2: it is a text"), "{wrong:?}");
        let kinds = |listed: Vec<FactsListed>| listed.iter().map(|of| (of.kind, of.entries)).collect::<Vec<_>>();
        let kept = kinds(world.app.list_watch_facts(&custodian).await.unwrap());
        assert_eq!(kept, [(FactKind::Docs, 2), (FactKind::Domains, 2)]);
        // More than one part of what is sealed.
        let mut many = String::new();
        for n in 0..160_000 {
            let _ = writeln!(many, r#"{{"doc_id": "{n:060}"}}"#);
        }
        assert!(many.len() > 9 << 20);
        world.app.put_watch_facts(&custodian, FactKind::Docs, many.as_bytes()).await.unwrap();
        assert_eq!(opened(&world, &custodian, &drive(1, "ann", "download", "x")).await, (0, 1));
        world.app.delete_watch_facts(&custodian, FactKind::Docs).await.unwrap();
        assert!(matches!(world.app.delete_watch_facts(&custodian, FactKind::Docs).await, Err(Error::NotFound)));
        assert_eq!(kinds(world.app.list_watch_facts(&custodian).await.unwrap()), [(FactKind::Domains, 2)]);
        let of_a_client = world.member(Role::Operator, &[]).await;
        assert!(world.app.list_watch_facts(&of_a_client).await.is_err());
        assert!(world.app.put_watch_facts(&of_a_client, FactKind::Docs, docs.as_bytes()).await.is_err());
    })
    .await;
}

/// However an address is written, and under whichever of his addresses a fact stands.
#[tokio::test(flavor = "multi_thread")]
async fn whoever_is_erased_is_in_no_facts_any_more() {
    db::each(|db| async move {
        let world = World::new(db);
        let custodian = declared(&world, 90).await;
        let admin = world.member(Role::Admin, &[]).await;
        let bob = "{\"email\": \"bob@lab.example\"}\n";
        let put = async |kind, text: String| {
            world.app.put_watch_facts(&custodian, kind, text.as_bytes()).await.unwrap();
        };
        let ann = "{\"email\": \"ann@lab.example\", \"personal_email\": \"a.bee@home.example\"}\n";
        put(FactKind::People, format!("{ann}{bob}")).await;
        let doc = "{\"doc_id\": \"2\"}\n";
        put(FactKind::Docs, format!("{{\"doc_id\": \"x/ann\\u0040lab.example/1\"}}\n{doc}")).await;
        put(FactKind::Domains, "{\"own\": \"lab.example\", \"personal\": [\"a.bee\\u0040home.example\"]}".into()).await;
        let fact =
            |email: &str| format!("{{\"date\": \"2025-05-24\", \"email\": \"{email}\", \"fact\": \"resigned\"}}\n");
        let others = fact("bob@lab.example");
        put(FactKind::Lifecycle, fact("A.Bee@home.example") + &fact("ann@lab.example") + &others).await;

        let who = OutsideErasure { address: "Ann@lab.example".into() };
        world.app.erase_outsider(&admin, &who).await.unwrap();
        let mut tx = world.app.store.write("look").await.unwrap();
        let mut left = Vec::new();
        for of in outside_facts::all(&mut tx).await.unwrap() {
            let text = outside_facts::text(&mut tx, &of).await.unwrap();
            assert_eq!(of.bytes, i64::try_from(text.len()).unwrap());
            left.push((of.kind, of.entries, text));
        }
        tx.abandon().await.unwrap();
        let [docs, domains, lifecycle, people] = left.as_slice() else { panic!("four kinds: {left:?}") };
        assert_eq!((docs.1, docs.2.as_str()), (2, &*format!("{{\"doc_id\":\"x/(erased)/1\"}}\n{doc}")));
        assert!(!domains.2.contains("bee") && domains.2.contains("lab.example"), "{}", domains.2);
        assert_eq!((lifecycle.1, &lifecycle.2), (1, &others));
        assert_eq!((people.1, people.2.as_str()), (1, bob));
    })
    .await;
}

/// Facts are on their way on one server while the declaration ends on another.
#[tokio::test(flavor = "multi_thread")]
async fn facts_do_not_outlive_the_declaration_whichever_server_takes_them() {
    // On SQLite there is one server.
    let Some(db) = db::Db::postgres().await else { return };
    let world = World::new(db);
    let custodian = declared(&world, 90).await;
    world.app.put_watch_facts(&custodian, FactKind::Docs, b"{\"doc_id\": \"1\"}").await.unwrap();
    let other = world.other_process().await;
    // A third one is about to change the same row, so that both wait where they meet; then it does not.
    let third = world.other_process().await;
    let mut tx = third.store.write("wait").await.unwrap();
    assert!(outside_facts::delete(&mut tx, "docs").await.unwrap());
    let begin = std::time::Duration::from_millis(300);
    let (put, ended, ()) = tokio::join!(
        world.app.retry(|| world.app.put_watch_facts(&custodian, FactKind::Docs, b"{\"doc_id\": \"2\"}")),
        async {
            tokio::time::sleep(begin).await;
            other.retry(|| other.declare_watch(&custodian, None)).await
        },
        async {
            tokio::time::sleep(2 * begin).await;
            tx.abandon().await.unwrap();
        }
    );
    ended.unwrap();
    if let Err(refused) = put {
        assert!(format!("{refused:?}").contains("not_declared"), "{refused:?}");
    }
    assert!(world.app.list_watch_facts(&custodian).await.unwrap().is_empty(), "nothing is kept undeclared");
}
