//! Searching a log: by group and by project, back from its head, so far in one request and no farther.

use super::ledger::{key, number, scene, take};
use serde_json::{Value, json};
use vouchsafe_app::{custody::ledger::search::LOOKED_THROUGH, work::projects::NewPipeline};
use vouchsafe_domain::{access::role::Role, time::Micros};
use vouchsafe_testkit::{
    client::Client,
    ledger::{
        act::Act,
        entry::{Entry, LedgerOf},
        shown,
    },
    serve,
    world::{questions, yes_no},
};

fn part(entry: &Value, name: &str) -> Value {
    entry[name]["text"].as_str().map_or(Value::Null, |text| serde_json::from_str(text).unwrap())
}

fn act(entry: &Value) -> String {
    part(entry, "act")["act"].as_str().unwrap_or_default().to_owned()
}

fn is_about(entry: &Value, project: &str) -> bool {
    let object = part(entry, "object");
    object["project"] == project
        || object["projects"].as_array().is_some_and(|all| all.iter().any(|one| one == project))
}

fn numbers(entries: &[Value]) -> Vec<u64> {
    entries.iter().map(|entry| entry["index"].as_u64().unwrap()).collect()
}

/// Every page of a search, its proofs checked.
async fn search(who: &Client, at: &str, what: &str, limit: u32) -> Vec<Value> {
    let head = who.get(&format!("{at}/checkpoint")).await.expect(200);
    let (mut all, mut before) = (Vec::new(), String::new());
    loop {
        let page = who.get(&format!("{at}/entries?{what}&limit={limit}{before}")).await.expect(200);
        let (_, proven) = shown::check(&page, &[key(&head)]).unwrap();
        let some = page["entries"].as_array().unwrap();
        assert_eq!(proven.len(), some.len());
        assert!(some.len() <= limit as usize);
        all.extend(some.iter().cloned());
        match page["next"].as_u64() {
            Some(next) => before = format!("&before={next}"),
            None => return all,
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_log_is_searched_by_group_and_by_project_page_by_page() {
    serve::each(|server| async move {
        let (client, first) = scene(&server).await;
        let operator = server.world.member(Role::Operator, &[client]).await;
        let second = server.world.project(&operator, client, yes_no(1), NewPipeline::default()).await;
        server.world.import(&operator, second, questions(5)).await;
        let expert = server.expert(first).await;
        expert.post(&format!("/projects/{second}/guideline/acknowledge"), json!({"version": 1})).await;
        for project in [first, second, first] {
            let taken = take(&expert, project).await;
            let path = format!("/assignments/{}/annotation", taken["id"].as_str().unwrap());
            expert.post(&path, json!({"answers": {"verdict": {"value": "yes"}}, "active_ms": 9})).await.expect(201);
        }
        expert.get("/work").await.expect(200);
        number(&server).await;
        let observer = server.member(Role::Observer, &[client]).await;
        let at = format!("/ledgers/{client}");
        let whole = observer.get(&format!("{at}/entries?limit=1000")).await.expect(200);
        let whole = whole["entries"].as_array().unwrap();
        let expected = |fits: &dyn Fn(&Value) -> bool| -> Vec<u64> {
            let mut fitting = numbers(&whole.iter().filter(|entry| fits(entry)).cloned().collect::<Vec<_>>());
            fitting.reverse();
            fitting
        };
        let is = |entry: &Value, of: &[&str]| of.iter().any(|noun| act(entry).starts_with(&format!("{noun}.")));
        let sent = |entry: &Value| act(entry).ends_with("sent") && !is(entry, &["log"]);
        let first = first.to_string();
        for (what, fits) in [
            ("group=content".to_owned(), &sent as &dyn Fn(&Value) -> bool),
            ("group=work".into(), &|entry: &Value| is(entry, &["annotation"])),
            ("group=keeping".into(), &|entry| is(entry, &["client", "key"])),
            (format!("project={first}"), &|entry| is_about(entry, &first)),
            (format!("project={first}&group=content"), &|entry| sent(entry) && is_about(entry, &first)),
            (format!("project={}", server.world.app.id()), &|_| false),
        ] {
            let fitting = expected(fits);
            assert_eq!(fitting.is_empty(), what.len() > 40 && !what.contains(&first), "{what}");
            // The newest first, as many in whatever pages, and what was read for it is found by no search.
            assert_eq!(numbers(&search(&observer, &at, &what, 2).await), fitting, "{what}");
            number(&server).await;
            assert_eq!(numbers(&search(&observer, &at, &what, 1_000).await), fitting, "{what}");
        }
        number(&server).await;
        let reading = search(&observer, &at, "group=log", 1_000).await;
        let said: Vec<Value> = reading.iter().map(|entry| part(entry, "object")).collect();
        assert!(said.iter().any(|said| said["sought_group"] == "content" && said["sought_project"] == first.as_str()));
        for wrong in ["group=secrets", "group=work&from=1", "project=x"] {
            let status = observer.get(&format!("{at}/entries?{wrong}")).await.status.as_u16();
            assert!((400..500).contains(&status), "{wrong}: {status}");
        }
        let back = observer.get(&format!("{at}/entries?before=3")).await.expect(200);
        assert_eq!((numbers(back["entries"].as_array().unwrap()), &back["next"]), (vec![2, 1, 0], &Value::Null));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_search_goes_so_far_back_and_says_where_it_came_to() {
    serve::each(|server| async move {
        let (a, b) = (server.world.client("HERON").await, server.world.client("LARK").await);
        let custodian = server.member(Role::Custodian, &[]).await;
        custodian.post("/conflicts", json!({"a": a, "b": b, "reason": "rivals"})).await.expect(201);
        let filler = usize::try_from(LOOKED_THROUGH).unwrap() + 50;
        let tx = server.world.db.store.write("filler").await.unwrap();
        let entry = || Entry::new(LedgerOf::Installation, Act::DoctorRan, server.world.app.now().plus(Micros::HOUR).0);
        tx.commit((0..filler).map(|_| entry())).await.unwrap();
        number(&server).await;
        let at = "/ledgers/installation/entries?group=walls";
        let page = custodian.get(at).await.expect(200);
        let size = page["size"].as_u64().unwrap();
        assert_eq!((&page["entries"], page["back_to"].as_u64()), (&json!([]), Some(size - LOOKED_THROUGH)));
        assert_eq!(page["next"], page["back_to"]);
        let older = custodian.get(&format!("{at}&before={}", page["next"])).await.expect(200);
        let found: Vec<String> = older["entries"].as_array().unwrap().iter().map(act).collect();
        assert!(found.contains(&"conflict.declared".to_owned()), "{found:?}");
        assert_eq!((&older["next"], &older["back_to"]), (&Value::Null, &json!(0)));
    })
    .await;
}
