//! Gold cannot be told apart by anything an expert's session is sent.
//!
//! A classifier is given every number and every length in every answer and header that an expert is sent about a task,
//! is trained on the first half of his day, and guesses the second: it does no better than chance. He gets every gold task
//! wrong, so that his standing falls within that day, and looks at it after each task. A reviewer who knows no better returns some
//! of his answers, and he looks back at what he submitted, at once and when the day is over. The same classifier finds a leak
//! when one is put in.

use serde_json::{Value, json};
use std::{
    cmp::Ordering,
    collections::{BTreeMap, BTreeSet},
};
use vouchsafe_app::work::projects::NewPipeline;
use vouchsafe_domain::{access::role::Role, time::Micros};
use vouchsafe_testkit::{
    client::{Client, Reply},
    serve,
    world::yes_no,
};

/// Tasks that the expert does.
const TASKS: usize = 300;
/// How many columns the classifier looks at: those that told most in the first half.
const COLUMNS: usize = 24;

fn real(n: usize) -> f64 {
    f64::from(u32::try_from(n).unwrap_or(u32::MAX))
}

type Features = BTreeMap<String, f64>;

/// Every scalar of a reply as numbers: a text by its length, its first bytes and its sum; a time by its distance from now.
fn add(features: &mut Features, under: &str, value: &Value, now: Micros) {
    match value {
        Value::Null => {}
        Value::Bool(yes) => drop(features.insert(under.into(), f64::from(u8::from(*yes)))),
        Value::Number(number) => drop(features.insert(under.into(), number.as_f64().unwrap_or_default())),
        Value::String(text) => {
            if let Ok(at) = text.parse::<Micros>() {
                features
                    .insert(format!("{under}.in"), f64::from(i32::try_from(at.since(now) / 1_000).unwrap_or(i32::MAX)));
            }
            let bytes = text.as_bytes();
            features.insert(format!("{under}.length"), real(bytes.len()));
            features.insert(format!("{under}.sum"), bytes.iter().map(|b| f64::from(*b)).sum());
            for (n, byte) in bytes.iter().take(8).enumerate() {
                features.insert(format!("{under}.{n}"), f64::from(*byte));
            }
        }
        Value::Array(items) => {
            features.insert(format!("{under}.count"), real(items.len()));
            items.iter().enumerate().for_each(|(n, item)| add(features, &format!("{under}[{n}]"), item, now));
        }
        Value::Object(map) => map.iter().for_each(|(key, item)| add(features, &format!("{under}.{key}"), item, now)),
    }
}

fn reply(features: &mut Features, name: &str, reply: &Reply, now: Micros) {
    features.insert(format!("{name}.status"), f64::from(reply.status.as_u16()));
    features.insert(format!("{name}.bytes"), real(reply.body.len()));
    for (header, value) in &reply.headers {
        if !matches!(header.as_str(), "x-request-id" | "date") {
            add(features, &format!("{name}#{header}"), &json!(value.to_str().unwrap_or_default()), now);
        }
    }
    add(features, name, &reply.json(), now);
}

/// Reviews all that waits; every third comes back to its author, whatever it is.
async fn review(reviewer: &Client, take: &str, judged: &mut usize) {
    loop {
        let taken = reviewer.post(take, json!({"step": "review"})).await;
        if taken.status == 204 {
            return;
        }
        *judged += 1;
        let verdict = match *judged % 3 {
            0 => json!({"verdict": "return", "reasons": ["incomplete"], "comment": "Say why.", "to": "another"}),
            _ => json!({"verdict": "accept"}),
        };
        let path = format!("/assignments/{}/review", taken.expect(201)["id"].as_str().unwrap());
        reviewer.post(&path, verdict).await.expect(201);
    }
}

/// What he submitted, as he finds it listed in the end: each by its assignment.
async fn listed(expert: &Client, now: Micros) -> BTreeMap<String, Features> {
    let (mut all, mut after) = (BTreeMap::new(), String::new());
    loop {
        let page = expert.get(&format!("/submitted?limit=64{after}")).await.expect(200);
        for row in page["items"].as_array().unwrap() {
            let mut features = Features::new();
            add(&mut features, "in the end", row, now);
            all.insert(row["assignment"].as_str().unwrap().to_owned(), features);
        }
        match page["next"].as_str() {
            Some(next) => after = format!("&after={next}"),
            None => return all,
        }
    }
}

/// The area under the curve of a logistic regression that learned the first half and guesses the second: 0.5 is chance.
fn auc(days: &[(Features, bool)]) -> f64 {
    let names: BTreeSet<&String> = days.iter().flat_map(|(features, _)| features.keys()).collect();
    let mut columns: Vec<Vec<f64>> = names
        .iter()
        .filter_map(|name| {
            let column: Vec<f64> = days.iter().map(|(f, _)| f.get(*name).copied().unwrap_or(-1.0)).collect();
            let mean = column.iter().sum::<f64>() / real(column.len());
            let spread = (column.iter().map(|x| (x - mean).powi(2)).sum::<f64>() / real(column.len())).sqrt();
            (spread > 0.0).then(|| column.iter().map(|x| (x - mean) / spread).collect())
        })
        .collect();
    let half = days.len() / 2;
    let share = real(days[..half].iter().filter(|(_, gold)| *gold).count()) / real(half);
    // Most columns are random; among all of them one that tells would drown.
    let tells = |column: &Vec<f64>| {
        let signed = column[..half].iter().zip(days).map(|(x, (_, gold))| x * (f64::from(u8::from(*gold)) - share));
        signed.sum::<f64>().abs()
    };
    columns.sort_by(|a, b| tells(b).total_cmp(&tells(a)));
    columns.truncate(COLUMNS);
    let score = |weights: &[f64], bias: f64, row: usize| {
        bias + weights.iter().zip(&columns).map(|(weight, column)| weight * column[row]).sum::<f64>()
    };
    let (mut weights, mut bias) = (vec![0.0; columns.len()], 0.0);
    for _ in 0..80 {
        let (mut slope, mut slope_bias) = (vec![0.0; columns.len()], 0.0);
        for row in 0..half {
            let error = 1.0 / (1.0 + (-score(&weights, bias, row)).exp()) - f64::from(u8::from(days[row].1));
            slope.iter_mut().zip(&columns).for_each(|(slope, column)| *slope += error * column[row]);
            slope_bias += error;
        }
        // A little shrinkage: there are more columns than a day has gold.
        weights
            .iter_mut()
            .zip(&slope)
            .for_each(|(weight, slope)| *weight -= 0.3 * (slope / real(half) + 0.02 * *weight));
        bias -= 0.3 * slope_bias / real(half);
    }
    let guesses: Vec<(f64, bool)> = (half..days.len()).map(|row| (score(&weights, bias, row), days[row].1)).collect();
    let (gold, plain): (Vec<_>, Vec<_>) = guesses.into_iter().partition(|(_, gold)| *gold);
    let above: f64 = gold
        .iter()
        .flat_map(|(a, _)| {
            plain.iter().map(move |(b, _)| match a.total_cmp(b) {
                Ordering::Greater => 1.0,
                Ordering::Equal => 0.5,
                Ordering::Less => 0.0,
            })
        })
        .sum();
    above / (real(gold.len()) * real(plain.len()))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_classifier_over_everything_sent_tells_gold_no_better_than_chance() {
    let server = serve::serve().await;
    let client = server.world.client("HERON").await;
    let operator = server.member(Role::Operator, &[client]).await;
    let pipeline =
        NewPipeline { gold_rate: Some(0.3), review_rate: Some(0.3), per_hour: Some(10_000), ..NewPipeline::default() };
    let project = server.world.project(operator.asker(), client, yes_no(1), pipeline).await;
    let bars = json!({"gold": {"probation_below": 0.9, "pause_below": 0.0}, "at_least": 5});
    operator.put(&format!("/projects/{project}/bars"), bars).await.expect(204);
    // Gold lies among the others in the file, and every row says the same.
    let row = |n: usize| {
        let gold = if n % 3 == 1 { json!({"verdict": {"value": "no"}}) } else { Value::Null };
        json!({"external_id": format!("q{n:05}"), "data": {"question": "Is this a round number?"}, "gold": gold})
    };
    server.world.import(operator.asker(), project, (0..3 * TASKS).map(row)).await;
    let (expert, reviewer) = (server.expert(project).await, server.member(Role::Reviewer, &[client]).await);
    let custodian = server.member(Role::Custodian, &[]).await;
    for who in [&expert, &reviewer] {
        let much = json!({"member": who.asker().member, "hour": 10_000, "day": 10_000, "month": 10_000});
        custodian.put("/budgets", much).await.expect(204);
    }
    let take = format!("/projects/{project}/assignments");
    let (mut sent, mut fallen, mut judged) = (Vec::new(), false, 0);
    for n in 0..TASKS {
        server.world.clock.pass(7 * Micros::SECOND);
        let now = server.world.app.now();
        let mut features = Features::new();
        let taken = expert.post(&take, json!({})).await;
        let assignment = taken.expect(201);
        reply(&mut features, "taken", &taken, now);
        let path = format!("/assignments/{}", assignment["id"].as_str().unwrap());
        reply(&mut features, "beat", &expert.post(&format!("{path}/heartbeat"), json!({})).await, now);
        if n % 5 == 0 {
            reply(&mut features, "looked", &expert.get(&path).await, now);
        }
        if n % 3 == 0 {
            let draft = json!({"answers": {"verdict": {"value": "yes"}}, "active_ms": 400});
            expert.put(&format!("{path}/draft"), draft).await.expect(204);
        }
        add(&mut features, "begun", &expert.get("/work").await.expect(200)["open"], now);
        let answers = json!({"answers": {"verdict": {"value": "yes"}}, "active_ms": 900});
        reply(&mut features, "receipt", &expert.post(&format!("{path}/annotation"), answers.clone()).await, now);
        reply(&mut features, "again", &expert.post(&format!("{path}/annotation"), answers).await, now);
        reply(&mut features, "list", &expert.get("/submitted?limit=1").await, now);
        let of_project = format!("/submitted?limit=3&project={project}");
        reply(&mut features, "list of project", &expert.get(&of_project).await, now);
        reply(&mut features, "opened", &expert.get(&format!("{path}/submitted")).await, now);
        if n % 7 == 6 {
            review(&reviewer, &take, &mut judged).await;
        }
        let home = expert.get("/work").await.expect(200);
        add(&mut features, "recent", &home["recent"][0], now);
        add(&mut features, "today", &home["today"], now);
        add(&mut features, "projects", &home["projects"], now);
        // As its job does; first when he met enough gold, since he is looked at once a day.
        if n >= 59 && n % 10 == 9 {
            let app = &server.world.app;
            app.retry(|| app.compute_quality_for(project)).await.unwrap();
        }
        let standing = expert.get(&format!("/projects/{project}/standing")).await;
        reply(&mut features, "standing", &standing, now);
        fallen |= standing.json()["state"] == "probation";
        let named = |name: &str| assignment[name].as_str().unwrap().to_owned();
        sent.push((features, named("task"), named("id")));
    }
    assert!(judged > 40, "a reviewer judged {judged}");
    // Once more when all has become of it what will.
    let now = server.world.app.now();
    let mut in_the_end = listed(&expert, now).await;
    for (features, _, assignment) in &mut sent {
        features.extend(in_the_end.remove(assignment).expect("what he submitted is listed"));
        reply(features, "reopened", &expert.get(&format!("/assignments/{assignment}/submitted")).await, now);
    }
    assert!(fallen, "who gets gold wrong is put on probation");
    let mut gold = BTreeSet::new();
    let mut after = String::new();
    loop {
        let page = operator.get(&format!("/projects/{project}/tasks?limit=1000{after}")).await.expect(200);
        let of_gold = page["items"].as_array().unwrap().iter().filter(|task| task["gold"] == true);
        gold.extend(of_gold.map(|task| task["id"].as_str().unwrap().to_owned()));
        match page["next"].as_str() {
            Some(next) => after = format!("&after={next}"),
            None => break,
        }
    }
    let mut days: Vec<(Features, bool)> = sent.into_iter().map(|(f, task, _)| (f, gold.contains(&task))).collect();
    let of_gold = days.iter().filter(|(_, gold)| *gold).count();
    assert!((45..160).contains(&of_gold), "{of_gold} of {TASKS} were gold");

    let (a, b) = {
        let second = &days[TASKS / 2..];
        let gold = real(second.iter().filter(|(_, gold)| *gold).count());
        (gold, real(second.len()) - gold)
    };
    // Under chance the area has this standard deviation (Mann and Whitney 1947); 4.5 of them are met once in 300,000 runs.
    let spread = ((a + b + 1.0) / (12.0 * a * b)).sqrt();
    let found = auc(&days);
    assert!((found - 0.5).abs() < 4.5 * spread, "the classifier reaches {found:.3}; chance is 0.5 ± {spread:.3}");

    for (n, (features, gold)) in days.iter_mut().enumerate() {
        features.insert("leak".into(), f64::from(u8::from(*gold != (n % 10 == 0))));
    }
    let leaking = auc(&days);
    assert!(leaking > 0.5 + 4.5 * spread, "a leak that is right nine times of ten is found: {leaking:.3}");
}
