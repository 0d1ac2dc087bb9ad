//! One core: lines of a made-up trail read and scored to the end. Time is the time on the core.
//!
//! `cargo bench -p vouchsafe-watch --bench scan -- [people] [days]` prints acts a second and bytes a line. With
//! `VOUCHSAFE_TEST_DATA` set it does the same on the simulated trail that lies there.

#![expect(clippy::cast_precision_loss, reason = "figures for people")]

#[path = "../examples/variations/chance.rs"]
mod chance;
#[path = "../examples/variations/company.rs"]
mod company;
#[path = "../examples/variations/incidents.rs"]
mod incidents;
#[path = "../examples/variations/trail.rs"]
mod trail;
#[expect(dead_code, reason = "the bench runs in the usual world alone")]
#[path = "../examples/variations/worlds.rs"]
mod worlds;

use std::io::Read;
use std::time::Instant;
use vouchsafe_watch::read::{Reader, google::GoogleReports};
use vouchsafe_watch::{Engine, Facts, Settings};

const RUNS: usize = 3;

fn main() {
    let mut sizes = std::env::args().skip(1).filter_map(|size| size.parse::<i64>().ok());
    let (people, days) = (sizes.next().unwrap_or(200), sizes.next().unwrap_or(60));
    let style = company::Style::of(7, usize::try_from(people).unwrap_or(200), days, true);
    let trail = trail::Trail::new(7, &style);
    let (people_text, docs, domains) = (trail.people(), trail.docs(), trail.domains());
    let taking: usize = trail
        .incidents
        .iter()
        .filter(|incident| incident.kind != "low_slow")
        .map(|incident| incident.people.len())
        .sum();
    time(
        &format!("{people} people of whom {taking} take much, {days} days"),
        &trail.lines(),
        &facts(&people_text, &docs, &trail.facts.join("\n"), &domains),
    );
    let Some(folder) = std::env::var_os("VOUCHSAFE_TEST_DATA").filter(|folder| !folder.is_empty()) else { return };
    let get = |name: &str| {
        let path = std::path::Path::new(&folder).join("insider-sim/seed1").join(name);
        let mut text = String::new();
        let file = std::fs::File::open(path).ok()?;
        if name.contains("gz") {
            flate2::read::MultiGzDecoder::new(file).read_to_string(&mut text)
        } else {
            { file }.read_to_string(&mut text)
        }
        .ok()?;
        Some(text)
    };
    let files = ["events.jsonl.gz", "people.jsonl", "docs.jsonl.gz", "lifecycle.jsonl", "domains.json"].map(get);
    if let [Some(events), Some(people), Some(docs), Some(lifecycle), Some(domains)] = files {
        time("the trail of the test data", &events, &facts(&people, &docs, &lifecycle, &domains));
    }
}

fn facts(people: &str, docs: &str, lifecycle: &str, domains: &str) -> Facts {
    let mut facts = Facts::default();
    people.lines().for_each(|line| facts.add_person(line).expect("a person"));
    docs.lines().for_each(|line| facts.add_doc(line).expect("a document"));
    lifecycle.lines().for_each(|line| facts.add_dated(line).expect("a fact"));
    facts.set_domains(domains).expect("domains");
    facts
}

/// Seconds this process has been on a core; where the system does not tell, seconds since `started`.
fn on_core(started: Instant) -> f64 {
    let told = std::fs::read_to_string("/proc/self/schedstat").ok();
    let nanoseconds = told.and_then(|text| text.split(' ').next()?.parse::<f64>().ok());
    nanoseconds.map_or_else(|| started.elapsed().as_secs_f64(), |nanoseconds| nanoseconds / 1e9)
}

fn time(what: &str, events: &str, facts: &Facts) {
    let count = events.lines().count();
    println!("{what}: {count} lines of {} bytes on average", events.len() / count.max(1));
    let (mut read_best, mut all_best) = (f64::INFINITY, f64::INFINITY);
    let started = Instant::now();
    for _ in 0..RUNS {
        let before = on_core(started);
        let mut acts = 0_u64;
        for line in events.lines() {
            GoogleReports.read(line, &mut |_| acts += 1).expect("a good line");
        }
        read_best = read_best.min(on_core(started) - before);
        let before = on_core(started);
        let mut engine = Engine::new(facts.clone(), Settings::default());
        for line in events.lines() {
            GoogleReports.read(line, &mut |act| engine.feed(&act)).expect("a good line");
        }
        engine.finish();
        all_best = all_best.min(on_core(started) - before);
        assert!(acts >= count as u64 && !engine.drain().is_empty());
    }
    println!("  read:            {:>9.0} acts a second", count as f64 / read_best);
    println!("  read and scored: {:>9.0} acts a second", count as f64 / all_best);
}
