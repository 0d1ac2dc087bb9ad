//! Experts at work by HTTP, who remember what they were sent and what was acknowledged, whatever happens to the server.

use crate::{http::Http, scene::Scene};
use serde_json::{Value, json};
use std::{
    collections::{HashMap, HashSet},
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    thread::{self, JoinHandle},
    time::Duration,
};
use vouchsafe_app::store::custody::ledger;
use vouchsafe_domain::ids::PersonId;
use vouchsafe_ledger::{
    act::{Act, Kind},
    entry::LedgerOf,
};

/// Routes by which an expert is sent content, as entries name them.
const TAKE: &str = "POST /projects/{project}/assignments";
const RESUME: &str = "GET /assignments/{assignment}";
const HOME: &str = "GET /work";

/// What one expert knows.
#[derive(Default)]
pub(crate) struct Known {
    /// Answers with content that arrived, by assignment.
    pub(crate) sent: HashMap<String, usize>,
    /// The task of each assignment.
    pub(crate) tasks: HashMap<String, String>,
    /// Receipts, by assignment: the annotation.
    pub(crate) acknowledged: HashMap<String, String>,
    /// Answers with content of which at least the beginning arrived, whatever became of the rest, by route.
    pub(crate) begun: HashMap<&'static str, usize>,
    /// How the client's ledger calls him.
    pub(crate) name: String,
}

/// An expert, and the servers he asks in turn.
pub(crate) struct Expert {
    servers: Vec<Http>,
    turn: usize,
    project: String,
    known: Known,
}

/// What became of a request.
enum Done {
    Well,
    NothingLeft,
    /// The server died, or answered that it did not.
    Broken,
}

impl Expert {
    /// A new expert of the scene's project.
    pub(crate) async fn new(scene: &Scene, urls: &[&str]) -> Self {
        let expert = scene.world.expert(scene.project).await;
        let first = Http::new(urls[0], &scene.token(&expert).await);
        let servers = urls.iter().map(|url| first.at(url)).collect();
        let known = Known { name: named(scene, expert.person).await, ..Known::default() };
        Self { servers, turn: 0, project: scene.project.to_string(), known }
    }

    /// Works on a thread until told to stop and nothing is left; what the dead server left behind is taken up first.
    pub(crate) fn start(mut self, stop: &Arc<AtomicBool>) -> JoinHandle<Known> {
        let stop = Arc::clone(stop);
        thread::spawn(move || {
            let (mut broken, mut idle) = (true, 0);
            loop {
                let done = if broken { self.take_up() } else { self.one() };
                broken = matches!(done, Done::Broken);
                match done {
                    Done::Well => idle = 0,
                    // Twice, since another may have held the last one.
                    Done::NothingLeft if stop.load(Ordering::Relaxed) && idle > 1 => return self.known,
                    Done::NothingLeft => {
                        idle += 1;
                        thread::sleep(Duration::from_millis(20));
                    }
                    Done::Broken => thread::sleep(Duration::from_millis(20)),
                }
            }
        })
    }

    /// Every server in turn.
    fn ask(&mut self, method: &str, path: &str, body: Option<&Value>) -> Option<(u16, Value)> {
        self.turn = (self.turn + 1) % self.servers.len();
        let answer = self.servers[self.turn].ask(method, path, body);
        let status = match &answer {
            Ok((status, _)) => Some(*status),
            Err(gone) => gone.0,
        };
        // All of them hold the client's words.
        let route = match (method, status) {
            ("POST", Some(201)) if path.ends_with("/assignments") => Some(TAKE),
            ("GET", Some(200)) if path == "/work" => Some(HOME),
            ("GET", Some(200)) => Some(RESUME),
            _ => None,
        };
        if let Some(route) = route {
            *self.known.begun.entry(route).or_default() += 1;
        }
        let (status, value) = answer.ok()?;
        // A server that is cut off from its database says so and keeps nothing.
        if status >= 500 {
            return None;
        }
        assert!(matches!(status, 200..300), "{method} {path}: {status} {value}");
        Some((status, value))
    }

    fn one(&mut self) -> Done {
        let path = format!("/projects/{}/assignments", self.project);
        match self.ask("POST", &path, Some(&json!({}))) {
            None => Done::Broken,
            Some((204, _)) => Done::NothingLeft,
            Some((_, sent)) => self.answer(&sent),
        }
    }

    fn answer(&mut self, sent: &Value) -> Done {
        let word = |name: &str| sent[name].as_str().expect("it is told").to_owned();
        let (id, task) = (word("id"), word("task"));
        *self.known.sent.entry(id.clone()).or_default() += 1;
        self.known.tasks.insert(id.clone(), task);
        self.submit(&id)
    }

    fn submit(&mut self, id: &str) -> Done {
        let body = json!({"answers": {"verdict": {"value": "yes"}}, "active_ms": 5});
        let Some((_, receipt)) = self.ask("POST", &format!("/assignments/{id}/annotation"), Some(&body)) else {
            return Done::Broken;
        };
        assert_eq!(receipt["state"], "submitted", "{receipt}");
        let annotation = receipt["annotation"].as_str().expect("an id").to_owned();
        let before = self.known.acknowledged.insert(id.to_owned(), annotation.clone());
        assert!(before.is_none_or(|before| before == annotation), "one submit is one annotation");
        Done::Well
    }

    /// Takes up what is held under a lease, and sends again what was not acknowledged.
    fn take_up(&mut self) -> Done {
        let Some((_, home)) = self.ask("GET", "/work", None) else { return Done::Broken };
        for open in home["open"].as_array().expect("a list") {
            let id = open["assignment"].as_str().expect("an id");
            let Some((_, sent)) = self.ask("GET", &format!("/assignments/{id}"), None) else { return Done::Broken };
            if matches!(self.answer(&sent), Done::Broken) {
                return Done::Broken;
            }
        }
        let known = &self.known;
        let mut again: Vec<String> =
            known.sent.keys().filter(|id| !known.acknowledged.contains_key(*id)).cloned().collect();
        // And one of those that were: its receipt must be the same for ever.
        again.extend(known.acknowledged.keys().next().cloned());
        for id in again {
            if matches!(self.submit(&id), Done::Broken) {
                return Done::Broken;
            }
        }
        Done::Well
    }
}

/// Looks at everything that must hold when all is done: each task answered by exactly so many people, what was
/// acknowledged there, and an entry for each time that content was sent.
pub(crate) async fn check(scene: &Scene, operator: &Http, known: &[Known], overlap: usize) {
    let tasks = operator.list(&format!("/projects/{}/tasks", scene.project));
    let mut held: HashMap<&str, usize> = HashMap::new();
    for (n, expert) in known.iter().enumerate() {
        let mut own: Vec<&String> = expert.tasks.values().collect();
        own.sort();
        own.dedup();
        assert_eq!(own.len(), expert.tasks.len(), "expert {n} was given a task twice");
        for task in own {
            *held.entry(task).or_default() += 1;
        }
        assert_eq!(expert.sent.len(), expert.acknowledged.len(), "expert {n} holds something that he could not submit");
    }
    for task in &tasks {
        let id = task["id"].as_str().expect("an id");
        assert_eq!(task["state"], "done", "stranded: {task}");
        assert_eq!(task["annotations"], overlap, "{task}");
        assert_eq!(held.get(id), Some(&overlap), "held by others than answered: {task}");
    }
    let acknowledged: usize = known.iter().map(|expert| expert.acknowledged.len()).sum();
    assert_eq!(acknowledged, tasks.len() * overlap, "every annotation that is there was acknowledged, and the reverse");

    let [recorded, by_route] = recorded(scene).await;
    let mut all = 0;
    for expert in known {
        for (id, sent) in &expert.sent {
            let entries = recorded.get(&(expert.name.clone(), id.clone())).copied().unwrap_or(0);
            assert!(entries >= *sent, "content of {id} was sent {sent} times and recorded {entries} times");
        }
        for (route, begun) in &expert.begun {
            let entries = by_route.get(&(expert.name.clone(), (*route).to_owned())).copied().unwrap_or(0);
            assert!(entries >= *begun, "{begun} answers of {route} came to {} and {entries} are recorded", expert.name);
            all += begun;
        }
        let whole: usize = expert.sent.values().sum();
        assert!(expert.begun[TAKE] + expert.begun.get(RESUME).copied().unwrap_or(0) >= whole, "what came had begun");
    }
    println!("{}: {all} answers with content came, none of them without its entry", scene.world.db.engine);
}

/// How often content was recorded as sent to somebody by a route.
pub(crate) async fn recorded_of(scene: &Scene, person: PersonId, route: &str) -> usize {
    let [_, by_route] = recorded(scene).await;
    by_route.get(&(named(scene, person).await, route.to_owned())).copied().unwrap_or(0)
}

/// How the client's ledger calls somebody.
async fn named(scene: &Scene, person: PersonId) -> String {
    let of = LedgerOf::Client(scene.client.to_string());
    let mut on = scene.world.db.store.read().await.expect("the database answers");
    let names = ledger::names(&mut on, &of).await.expect("the ledger has its key");
    names.name("person", &person.to_string())
}

/// How often content was recorded as sent, by person: that of each assignment, and any by each route.
async fn recorded(scene: &Scene) -> [HashMap<(String, String), usize>; 2] {
    let store = scene.world.db.again().await;
    let of = LedgerOf::Client(scene.client.to_string());
    let (mut found, mut by_route, mut after) = (HashMap::new(), HashMap::new(), (-1, String::new()));
    let project = scene.project.to_string();
    let sent: HashSet<&str> = Act::ALL.iter().filter(|a| a.kind() == Kind::Disclosure).map(|a| a.word()).collect();
    loop {
        let mut tx = store.write("test").await.expect("the database answers");
        let page = ledger::list(&mut tx, &of, (after.0, &after.1), 1_000).await.expect("the ledger is read");
        let Some(last) = page.last() else { return [found, by_route] };
        after = (last.at_us, last.id.to_string());
        for entry in &page {
            let part = |i: usize| -> Value {
                serde_json::from_slice(&entry.parts[i].as_ref().expect("nothing was erased").bytes).expect("JSON")
            };
            let (act, object, person) = (part(0), part(1), part(2));
            let Some(person) =
                person["person"].as_str().filter(|_| sent.contains(act["act"].as_str().expect("a word")))
            else {
                continue;
            };
            let route = act["route"].as_str().expect("it names its route").to_owned();
            // `GET /work` names every project that it lists: each answer listed this one.
            let lists = |ids: &Value| ids.as_array().is_some_and(|ids| ids.contains(&json!(project)));
            if route != HOME || lists(&object["projects"]) {
                *by_route.entry((person.to_owned(), route)).or_default() += 1;
            }
            if let Some(id) = object["assignment"].as_str() {
                *found.entry((person.to_owned(), id.to_owned())).or_default() += 1;
            }
        }
    }
}
