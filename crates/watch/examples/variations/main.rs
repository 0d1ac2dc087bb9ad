//! Made-up trails with labelled taking, and how well the engine finds it.
//!
//! ```text
//! cargo run --release -p vouchsafe-watch --example variations -- judge [SEEDS] [PEOPLE] [DAYS] [FIRST SEED]
//! cargo run --release -p vouchsafe-watch --example variations -- worlds [SEEDS] [PEOPLE] [DAYS] [PART OF A NAME]
//! cargo run --release -p vouchsafe-watch --example variations -- write FOLDER SEED [PEOPLE] [DAYS]
//! cargo run --release -p vouchsafe-watch --example variations -- long FOLDER
//! ```
//!
//! Every seed is another company: other rates, other spread, other look-alikes, other strength of taking. Nothing here
//! is part of the product.

#![expect(clippy::cast_precision_loss, reason = "counts of people and days")]

mod chance;
mod company;
mod incidents;
mod judge;
mod measured;
mod trail;
mod worlds;

use company::{DAY, Style};
use judge::Known;
use std::collections::BTreeMap;
use trail::{START, Trail};
use vouchsafe_watch::read::{Reader, google::GoogleReports};
use vouchsafe_watch::{Engine, Facts, Settings};

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let number = |at: usize, else_: i64| arguments.get(at).and_then(|text| text.parse().ok()).unwrap_or(else_);
    match arguments.first().map(String::as_str) {
        Some("write") => write(&arguments[1], number(2, 1), number(3, 200), number(4, 60)),
        Some("score") => score(&arguments[1]),
        Some("long") => long(&arguments[1]),
        Some("quiet") => quiet(number(1, 20), number(2, 200), number(3, 60)),
        Some("worlds") => measured::worlds(number(1, 10), number(2, 200), number(3, 60), arguments.get(4)),
        Some("fixed") => fixed(number(1, 20), number(2, 200), number(3, 60)),
        _ => measure(number(4, 1), number(1, 20), number(2, 200), number(3, 60)),
    }
}

fn write(folder: &str, seed: i64, people: i64, days: i64) {
    let style = Style::of(seed.unsigned_abs(), usize::try_from(people).unwrap_or(200), days, true);
    let trail = Trail::new(seed.unsigned_abs(), &style);
    let put = |name: &str, text: String| {
        std::fs::write(format!("{folder}/{name}"), text).expect("the folder can be written to");
    };
    put("events.jsonl", trail.lines());
    put("people.jsonl", trail.people());
    put("docs.jsonl", trail.docs());
    put("domains.json", trail.domains());
    put("lifecycle.jsonl", trail.facts.join("\n") + "\n");
}

pub(crate) fn facts(trail: &Trail) -> Facts {
    let mut facts = Facts::default();
    let told = |file: &str| !trail.world.left_out.contains(&file);
    if told("people") {
        trail.people().lines().for_each(|line| facts.add_person(line).expect("a person"));
    }
    if told("docs") {
        trail.docs().lines().for_each(|line| facts.add_doc(line).expect("a document"));
    }
    if told("lifecycle") {
        trail.facts.iter().for_each(|line| facts.add_dated(line).expect("a fact"));
    }
    if told("domains") {
        facts.set_domains(&trail.domains()).expect("domains");
    }
    facts
}

fn get(folder: &str, name: &str) -> String {
    std::fs::read_to_string(format!("{folder}/{name}")).expect("the folder has the file")
}

fn facts_in(folder: &str) -> Facts {
    let mut facts = Facts::default();
    get(folder, "people.jsonl").lines().for_each(|line| facts.add_person(line).expect("a person"));
    get(folder, "docs.jsonl").lines().for_each(|line| facts.add_doc(line).expect("a document"));
    get(folder, "lifecycle.jsonl").lines().for_each(|line| facts.add_dated(line).expect("a fact"));
    facts.set_domains(&get(folder, "domains.json")).expect("domains");
    facts
}

/// Read a trail that lies in a folder line by line, and say every twenty days how much memory the process holds.
fn long(folder: &str) {
    let memory = |what: &str| {
        let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
        let line = status.lines().find(|line| line.starts_with(what)).unwrap_or_default();
        line.split_whitespace().nth(1).and_then(|kib| kib.parse::<f64>().ok()).unwrap_or(0.0) / 1_024.0
    };
    let mut engine = Engine::new(facts_in(folder), Settings::default());
    let file = std::fs::File::open(format!("{folder}/events.jsonl")).expect("the folder has events");
    let (mut told, mut bytes, mut cases, begun) = (0_i64, 0_usize, 0, std::time::Instant::now());
    for line in std::io::BufRead::lines(std::io::BufReader::new(file)) {
        let line = line.expect("a line");
        bytes += line.len() + 1;
        let mut at = 0;
        GoogleReports
            .read(&line, &mut |act| {
                at = act.at_us;
                engine.feed(&act);
            })
            .expect("a good line");
        engine.drain();
        cases += engine.drain_cases().len();
        let day = at / 1_000_000 / DAY - START / DAY;
        if day >= told + 20 {
            told = day;
            let (people, items) = engine.sizes();
            println!(
                "day {day:>3}: {:>9} acts, {people} people, {items} items, {:.0} MiB held",
                engine.counts().acts,
                memory("VmRSS")
            );
        }
    }
    engine.finish();
    cases += engine.drain_cases().len();
    let (acts, seconds) = (engine.counts().acts, begun.elapsed().as_secs_f64());
    println!(
        "{acts} acts of {} bytes, {:.0} a second; {cases} cases; {:.0} MiB at most, state {:.0} MiB",
        bytes as u64 / acts.max(1),
        acts as f64 / seconds,
        memory("VmHWM"),
        engine.keep().map_or(0.0, |kept| kept.len() as f64 / 1_048_576.0)
    );
}

/// Print the scores of a trail that lies in a folder.
fn score(folder: &str) {
    let mut engine = Engine::new(facts_in(folder), Settings::default());
    for line in get(folder, "events.jsonl").lines() {
        GoogleReports.read(line, &mut |act| engine.feed(&act)).expect("a good line");
    }
    engine.finish();
    for one in engine.drain() {
        let parts: Vec<String> =
            one.parts.said().map(|(part, nats)| format!(r#""{}":{nats:.3}"#, part.name())).collect();
        println!(
            r#"{{"person":"{}","day":"{}","score":{:.4},"window":{},"fresh":{},"parts":{{{}}}}}"#,
            one.person,
            one.day,
            one.parts.total(),
            one.figures.window_days,
            one.figures.fresh,
            parts.join(",")
        );
    }
}

pub(crate) fn known(trail: &Trail) -> Vec<Known> {
    let mut known: Vec<Known> = trail
        .incidents
        .iter()
        .map(|one| Known {
            kind: one.kind.into(),
            people: one.people.iter().map(|&person| trail.company.people[person].email.clone()).collect(),
            days: Vec::new(),
        })
        .collect();
    for act in &trail.acts {
        if let Some(incident) = act.incident {
            let person = trail.incidents[incident].people[0];
            let local = (act.at + trail.company.people[person].offset).div_euclid(DAY);
            known[incident].days.push((local, judge::is_taking(act.name)));
        }
    }
    known
}

/// How many cases 1,000 people make a week at each level, where nobody takes anything.
fn quiet(seeds: i64, people: i64, days: i64) {
    let mut at: Vec<u32> = vec![0; 25];
    for seed in 1_001..=1_000 + seeds {
        let style = Style::of(seed.unsigned_abs(), usize::try_from(people).unwrap_or(200), days, false);
        let scores = scores(&Trail::new(seed.unsigned_abs(), &style));
        for (level, count) in at.iter_mut().enumerate() {
            let hits = scores.iter().filter(|(day, _, score)| *day >= judge::FROM && *score >= level as f64);
            *count += u32::try_from(judge::merged(hits.map(|(day, who, _)| (*day, who.as_str())).collect()).len())
                .unwrap_or(0);
        }
    }
    let weeks = seeds as f64 * people as f64 / 1_000.0 * (days - judge::FROM) as f64 / 7.0;
    for (level, count) in at.into_iter().enumerate() {
        println!("{level:>3} nats: {:>8.2}", f64::from(count) / weeks);
    }
}

/// Cases and recall where the threshold is set in advance, with taking and without.
fn fixed(seeds: i64, people: i64, days: i64) {
    for per_week in [5.0, 10.0, 20.0] {
        let budget = per_week * people as f64 / 1_000.0 * (days - judge::FROM) as f64 / 7.0 * seeds as f64;
        let (mut counts, mut hits, mut of) = ([0, 0], 0, 0);
        for seed in 1..=seeds {
            for (at, incidents) in [true, false].into_iter().enumerate() {
                let seed = seed.unsigned_abs() + 5_000;
                let trail = Trail::new(seed, &Style::of(seed, usize::try_from(people).unwrap_or(200), days, incidents));
                let mut engine = Engine::new(facts(&trail), Settings { budget: per_week, ..Settings::default() });
                run(&mut engine, &trail);
                let cases = engine.drain_cases();
                let cases = judge::merged(
                    cases
                        .iter()
                        .map(|case| (i64::from(case.scored.day.0) - START / DAY, case.scored.person.as_str()))
                        .collect(),
                );
                counts[at] += cases.len();
                if incidents {
                    let found = judge::judge(&cases, &known(&trail));
                    hits += found.iter().filter(|found| found.delay_days.is_some()).count();
                    of += found.len();
                }
            }
        }
        println!(
            "{per_week:>2} a week: recall {:.2}, cases {} with taking, {} without, of {budget:.0} (+ {:.0})",
            hits as f64 / of as f64,
            counts[0],
            counts[1],
            2.0 * budget.sqrt()
        );
    }
}

fn run(engine: &mut Engine, trail: &Trail) {
    for line in trail.lines().lines() {
        GoogleReports.read(line, &mut |act| engine.feed(&act)).expect("a line that this program wrote");
    }
    engine.finish();
}

fn scores(trail: &Trail) -> Vec<(i64, String, f64)> {
    let mut engine = Engine::new(facts(trail), Settings::default());
    run(&mut engine, trail);
    engine
        .drain()
        .into_iter()
        .map(|one| (i64::from(one.day.0) - START / DAY, one.person.clone(), one.parts.total()))
        .collect()
}

fn measure(first: i64, seeds: i64, people: i64, days: i64) {
    let mut tally: BTreeMap<(usize, String), (u32, u32)> = BTreeMap::new();
    let mut by_kind: BTreeMap<(usize, String), Vec<i64>> = BTreeMap::new();
    let mut delays: Vec<Vec<i64>> = vec![Vec::new(); 3];
    let mut done: Vec<Vec<f64>> = vec![Vec::new(); 3];
    for seed in first..first + seeds {
        let style = Style::of(seed.unsigned_abs(), usize::try_from(people).unwrap_or(200), days, true);
        let trail = Trail::new(seed.unsigned_abs(), &style);
        let scores = scores(&trail);
        let known = known(&trail);
        for (at, per_week) in [5.0, 10.0, 20.0].into_iter().enumerate() {
            let budget = per_week * people as f64 / 1_000.0 * (days - judge::FROM) as f64 / 7.0;
            let (cases, _) = judge::hindsight(&scores, budget);
            for found in judge::judge(&cases, &known) {
                for kind in [found.kind.as_str(), "all"] {
                    let cell = tally.entry((at, kind.into())).or_default();
                    cell.0 += u32::from(found.delay_days.is_some());
                    cell.1 += 1;
                }
                by_kind.entry((at, found.kind.clone())).or_default().extend(found.delay_days);
                delays[at].extend(found.delay_days);
                done[at].push(found.done);
            }
        }
    }
    for ((at, kind), (hits, of)) in tally {
        let mut days = by_kind.remove(&(at, kind.clone())).unwrap_or_default();
        days.sort_unstable();
        println!(
            "{:>2} a week: {kind:<18} {hits:>3}/{of:<3} {:.2}, days to the case {days:?}",
            [5, 10, 20][at],
            f64::from(hits) / f64::from(of)
        );
    }
    for (at, delays) in delays.iter_mut().enumerate() {
        delays.sort_unstable();
        done[at].sort_by(f64::total_cmp);
        println!(
            "{:>2} a week: median days to case {:?}, median share done by then {:.2}",
            [5, 10, 20][at],
            delays.get(delays.len() / 2),
            done[at].get(done[at].len() / 2).copied().unwrap_or(1.0)
        );
    }
}
