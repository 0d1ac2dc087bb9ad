//! What each world costs: recall in hindsight and in advance, cases where nobody takes anything.

use crate::company::{DAY, Style};
use crate::trail::{START, Trail};
use crate::worlds::{self, Shape, World};
use crate::{facts, judge, known};
use vouchsafe_watch::read::{Reader, google::GoogleReports, sources::Sources};
use vouchsafe_watch::{Engine, Settings};

const BUDGETS: [f64; 3] = [5.0, 10.0, 20.0];

/// What one world came to, at each budget.
#[derive(Default)]
struct Sums {
    /// Found in hindsight and in advance, of how many.
    found: [[usize; 3]; 2],
    of: usize,
    /// Slow takes and pairs found in hindsight at the largest budget, of how many.
    hard: [[usize; 2]; 2],
    delays: [Vec<i64>; 3],
    /// Cases with taking and without, in advance.
    cases: [[usize; 3]; 2],
    /// What could be found at most: no more than the cases that are allowed.
    most: [f64; 3],
}

/// Every world whose name holds `part`, by trails of `seeds` seeds.
pub(crate) fn worlds(seeds: i64, people: i64, days: i64, part: Option<&String>) {
    let people = usize::try_from(people).unwrap_or(200);
    println!("{seeds} seeds, {people} people, {days} days; at 5, 10 and 20 cases a week of 1,000 people");
    for mut world in worlds::all() {
        if part.is_some_and(|part| !world.name.contains(part.as_str())) {
            continue;
        }
        if people < 200 {
            world.matters = 2;
        }
        tell(&one(&world, seeds, people, days), &world, seeds as f64 * people as f64 * (days - judge::FROM) as f64);
    }
}

fn one(world: &World, seeds: i64, people: usize, days: i64) -> Sums {
    let mut sums = Sums::default();
    for seed in 2_001..=2_000 + seeds.unsigned_abs() {
        for (at, incidents) in [true, false].into_iter().enumerate() {
            let trail = Trail::new(seed, &Style::within(world.clone(), seed, people, days, incidents));
            let engines = run(&trail);
            let known = known(&trail);
            sums.of += known.iter().filter(|one| !one.days.is_empty()).count();
            for (budget, (mut engine, per_week)) in engines.into_iter().zip(BUDGETS).enumerate() {
                let number = |day: vouchsafe_watch::time::Day| i64::from(day.0) - START / DAY;
                let opened = engine.drain_cases();
                let cases = opened.iter().map(|case| (number(case.scored.day), case.scored.person.as_str()));
                let cases = judge::merged(cases.collect());
                sums.cases[at][budget] += cases.len();
                if !incidents {
                    continue;
                }
                let found = judge::judge(&cases, &known);
                sums.found[1][budget] += found.iter().filter(|found| found.delay_days.is_some()).count();
                let scores: Vec<(i64, String, f64)> = engine
                    .drain()
                    .into_iter()
                    .map(|one| (number(one.day), one.person.clone(), one.parts.total()))
                    .collect();
                let allowed = per_week * people as f64 / 1_000.0 * (days - judge::FROM) as f64 / 7.0;
                sums.most[budget] += (known.len() as f64).min(allowed.floor());
                for found in judge::judge(&judge::hindsight(&scores, allowed).0, &known) {
                    let hit = usize::from(found.delay_days.is_some());
                    sums.found[0][budget] += hit;
                    sums.delays[budget].extend(found.delay_days);
                    let hard = ["low_slow", "colluding_pair"].iter().position(|kind| *kind == found.kind);
                    if let Some(kind) = hard.filter(|_| budget == 2) {
                        sums.hard[0][kind] += hit;
                        sums.hard[1][kind] += 1;
                    }
                }
            }
        }
    }
    sums
}

fn run(trail: &Trail) -> Vec<Engine> {
    let mut engines: Vec<Engine> =
        BUDGETS.iter().map(|&budget| Engine::new(facts(trail), Settings { budget, ..Settings::default() })).collect();
    let sources = Sources::own().expect("the own mappings are whole");
    for line in trail.lines().lines() {
        if trail.world.shape == Shape::Reports {
            let mut feed = |act| engines.iter_mut().for_each(|engine| engine.feed(&act));
            GoogleReports.read(line, &mut feed).expect("a line that this program wrote");
            continue;
        }
        for act in sources.acts(serde_json::from_str(line).expect("JSON that this program wrote"), None) {
            let act = act.activity().expect("an act that this program wrote");
            for engine in &mut engines {
                engine.feed(&act);
            }
        }
    }
    engines.iter_mut().for_each(Engine::finish);
    engines
}

fn tell(sums: &Sums, world: &World, person_days: f64) {
    let share = |hits: usize, of: f64| hits as f64 / of.max(1.0);
    let recall = |at: usize| sums.found[at].map(|hits| format!("{:.2}", share(hits, sums.of as f64))).join(" ");
    let most = sums.most.map(|most| format!("{:.2}", most / sums.of.max(1) as f64)).join(" ");
    let hard = [0, 1].map(|kind| format!("{:.2}", share(sums.hard[0][kind], sums.hard[1][kind] as f64))).join(" ");
    let median = sums.delays.clone().map(|mut days| {
        days.sort_unstable();
        days.get(days.len() / 2).map_or("-".to_owned(), ToString::to_string)
    });
    let allowed = BUDGETS.map(|budget| budget * person_days / 7_000.0);
    let quiet: Vec<String> = allowed
        .iter()
        .zip(sums.cases[1])
        .map(|(allowed, cases)| {
            let over = if cases as f64 > allowed + 2.0 * allowed.sqrt() { "!" } else { "" };
            format!("{cases}{over}/{allowed:.0}")
        })
        .collect();
    println!(
        "{:<42} hindsight {} of {most} | slow, pair {hard} | days {} | advance {} | cases {:?}, quiet {}",
        world.name,
        recall(0),
        median.join(" "),
        recall(1),
        sums.cases[0],
        quiet.join(" ")
    );
}
