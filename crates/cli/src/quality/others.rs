//! Numbers, pairs and rankings.

use super::{
    input::Table,
    output::{Out, number, quantity},
    report::Report,
    wanted::{Wanted, no_method},
};
use crate::exit::{Failure, USAGE};
use serde_json::json;
use std::collections::HashMap;
use vouchsafe_formats::quality::{Kind, Rows, Truth};
use vouchsafe_quality::{
    consensus::borda,
    numbers::{Belief, GREATEST, Gauss, Held, KNOWN_MIN, Method, Ratings, aggregate, auto},
    pairs::{BradleyTerry, Duel, Said, thurstone},
    rankings::{kemeny, plackett_luce},
};

/// Certainty of intervals.
const LEVEL: f64 = 0.95;

/// Numbers.
pub(crate) fn numbers(
    table: &Table,
    truth: Option<&Truth>,
    wanted: &Wanted<'_>,
    report: &mut Report,
) -> Result<(), Failure> {
    let ratings = ratings(table)?;
    let known = truth.map(|truth| known_numbers(table, truth)).transpose()?.unwrap_or_default();
    let names = Method::ALL.map(Method::name);
    let told = match wanted.method {
        "auto" => None,
        told => Some(Method::named(told).ok_or_else(|| no_method(Kind::Number, told, &names))?),
    };
    let choice = auto(&ratings, told.unwrap_or(Method::Pool), &known);
    let loss = |of: Method| choice.scores.iter().find(|(method, _)| *method == of).and_then(|(_, loss)| *loss);
    let (method, by, estimates) = match told {
        Some(method) if method != choice.method => (method, "caller", aggregate(method, &ratings)),
        Some(method) => (method, "caller", choice.estimates),
        None => (choice.method, if choice.by_known { "gold" } else { "default" }, choice.estimates),
    };
    if told.is_none() {
        let score = |(method, loss): &(Method, Option<f64>)| json!({"method": method.name(), "mean_absolute_error_on_gold": loss});
        report.put("candidates", choice.scores.iter().map(score).collect());
    }
    let held = Held::fit(&ratings, method, &known, LEVEL, wanted.seed);
    report.put("method", json!(method.name()));
    report.put("chosen_by", json!(by));
    report.put("gold", json!({"used": known.len(), "mean_absolute_error": loss(method)}));
    report.put("verified", json!(known.len() >= KNOWN_MIN));
    report.put("interval", json!({"level": LEVEL, "widened_by": held.map(|held| held.widen)}));
    // Where nobody differs from anybody nothing tells how far off they are.
    let somewhere = || estimates.iter().flatten().any(|estimate| estimate.deviation > 0.0);
    let spread = held.is_some() || ratings.within().map_or_else(somewhere, |within| within > 0.0);
    if !spread {
        report.warn("there are no intervals: no two answers to a task differ, so nothing tells how far off they are");
    } else if held.is_none() {
        report.warn("intervals are model-based and not verified: there is too little gold, or nothing else");
        if ratings.within().is_none() {
            report.warn("no task has two answers: nothing speaks for or against any, and intervals are as wide as all answers lie apart");
        }
    }
    let mut out = Out::new(wanted.output, ["task", "label", "probability", "low", "high"])?;
    for (task, estimate) in table.answers.tasks.iter().zip(&estimates) {
        let Some(estimate) = estimate else { continue };
        let model = || Belief::Normal(estimate.value, estimate.deviation).ends(LEVEL);
        let (low, high) = held.map_or_else(model, |held| held.ends(estimate));
        let cells = [Some(estimate.value), spread.then_some(LEVEL), spread.then_some(low), spread.then_some(high)];
        let cells = cells.map(|cell| cell.map(quantity).unwrap_or_default());
        out.row([&**task].into_iter().chain(cells.iter().map(String::as_str)))?;
    }
    out.finish()?;
    let Some(path) = wanted.workers else { return Ok(()) };
    let mut out = Out::new(path, ["worker", "answers", "level", "spread"])?;
    for (worker, fit) in table.answers.workers.iter().zip(Gauss::default().fit(&ratings).workers) {
        out.row([&**worker, &fit.answers.to_string(), &quantity(fit.level), &quantity(fit.spread)])?;
    }
    out.finish()
}

/// A number whose square, and the sum of many of them, is one too.
fn reckonable(text: &str) -> Option<f64> {
    text.trim().parse().ok().filter(|value: &f64| value.abs() <= GREATEST)
}

/// The answers as numbers.
pub(crate) fn ratings(table: &Table) -> Result<Ratings, Failure> {
    let Rows::Labels(rows) = &table.answers.rows else { unreachable!("checked against the kind") };
    let values: Vec<Option<f64>> = table.answers.labels.iter().map(|label| reckonable(label)).collect();
    if let Some((label, _)) = table.answers.labels.iter().zip(&values).find(|(_, value)| value.is_none()) {
        let text = format!("kind number: every `label` is a number between -1e100 and 1e100; `{label}` is none");
        return Err(Failure::new(USAGE, text));
    }
    let row = |(task, worker, label): &(u32, u32, u32)| (*task, *worker, values[*label as usize].unwrap_or_default());
    let rows: Vec<_> = rows.iter().map(row).collect();
    Ratings::new(table.answers.tasks.len(), table.answers.workers.len(), &rows)
        .ok_or_else(|| Failure::from("a code is out of range".to_owned()))
}

fn known_numbers(table: &Table, truth: &Truth) -> Result<Vec<(usize, f64)>, Failure> {
    let tasks: HashMap<&str, usize> = table.answers.tasks.iter().map(|name| &**name).zip(0..).collect();
    let mut known = Vec::new();
    for (task, label) in truth.iter() {
        let Some(at) = tasks.get(task).copied() else { continue };
        let none = || format!("--gold: every `label` is a number between -1e100 and 1e100; `{label}` is none");
        let value = reckonable(label).ok_or_else(|| Failure::new(USAGE, none()))?;
        known.push((at, value));
    }
    Ok(known)
}

/// Pairs.
pub(crate) fn pairs(table: &Table, wanted: &Wanted<'_>, report: &mut Report) -> Result<(), Failure> {
    let duels = duels(table);
    let (items, workers) = (table.answers.labels.len(), table.answers.workers.len());
    let model = match wanted.method {
        "auto" | "crowd-bradley-terry" => BradleyTerry::default(),
        "bradley-terry" | "thurstone" => BradleyTerry { workers: None, ..BradleyTerry::default() },
        other => return Err(no_method(Kind::Pairwise, other, &["crowd-bradley-terry", "bradley-terry", "thurstone"])),
    };
    let fit = model.fit(items, workers, &duels);
    let name = if wanted.method == "auto" { "crowd-bradley-terry" } else { wanted.method };
    report.put("method", json!(name));
    report.put("items", json!(items));
    report.put("left_side_advantage_logits", json!(fit.side));
    report.put("tie_weight", json!(fit.ties));
    report.warn("scores are model-based and not verified; deviations are lower bounds");
    let (scores, deviations) = if name == "thurstone" {
        thurstone(items, &duels, model.spread / 1.7).into_iter().unzip()
    } else {
        (fit.items.clone(), fit.deviations.clone())
    };
    let mut out = Out::new(wanted.output, ["item", "score", "deviation"])?;
    for ((item, score), deviation) in table.answers.labels.iter().zip(&scores).zip(&deviations) {
        out.row([&**item, &number(*score), &number(*deviation)])?;
    }
    out.finish()?;
    let Some(path) = wanted.workers else { return Ok(()) };
    let mut counts = vec![0_usize; workers];
    for duel in &duels {
        counts[duel.worker as usize] += 1;
    }
    let mut out = Out::new(path, ["worker", "answers", "reliability"])?;
    for ((worker, eta), count) in table.answers.workers.iter().zip(&fit.workers).zip(counts) {
        out.row([&**worker, &count.to_string(), &number(*eta)])?;
    }
    out.finish()
}

/// The answers as duels.
pub(crate) fn duels(table: &Table) -> Vec<Duel> {
    let Rows::Pairs(rows) = &table.answers.rows else { unreachable!("checked against the kind") };
    let said = |won: Option<bool>| won.map_or(Said::Tie, |left| if left { Said::Left } else { Said::Right });
    rows.iter()
        .map(|row| Duel { left: row.left, right: row.right, worker: row.worker, said: said(row.left_won) })
        .collect()
}

/// A task and its rankings, items by code, with the names of the items.
pub(crate) type Ranked<'a> = (&'a str, Vec<&'a str>, Vec<Vec<usize>>);

/// Per task the items and the rankings of them.
pub(crate) fn ranked(table: &Table) -> Result<Vec<Ranked<'_>>, Failure> {
    let Rows::Labels(rows) = &table.answers.rows else { unreachable!("checked against the kind") };
    let mut sorted = rows.clone();
    sorted.sort_unstable();
    let mut tasks = Vec::new();
    for of_task in sorted.chunk_by(|a, b| a.0 == b.0) {
        let label = |row: &(u32, u32, u32)| &*table.answers.labels[row.2 as usize];
        let mut items: Vec<&str> = of_task.iter().flat_map(|row| label(row).split_whitespace()).collect();
        items.sort_unstable();
        items.dedup();
        let mut rankings = Vec::new();
        for row in of_task {
            let ranking: Vec<usize> =
                label(row).split_whitespace().filter_map(|item| items.binary_search(&item).ok()).collect();
            let mut once = ranking.clone();
            once.sort_unstable();
            once.dedup();
            if once.len() < ranking.len() {
                return Err(Failure::new(USAGE, "kind ranking: a `label` lists each item once, and some do not"));
            }
            rankings.push(ranking);
        }
        tasks.push((&*table.answers.tasks[of_task[0].0 as usize], items, rankings));
    }
    Ok(tasks)
}

/// Rankings, task by task.
pub(crate) fn rankings(table: &Table, wanted: &Wanted<'_>, report: &mut Report) -> Result<(), Failure> {
    let name = match wanted.method {
        "auto" => "kemeny",
        name @ ("kemeny" | "plackett-luce" | "borda") => name,
        other => return Err(no_method(Kind::Ranking, other, &["kemeny", "plackett-luce", "borda"])),
    };
    let ranked = ranked(table)?;
    let mut out = Out::new(wanted.output, ["task", "item", "rank", "score"])?;
    let (mut inexact, mut tied, mut tasks) = (0, Vec::new(), 0);
    for (task, items, rankings) in ranked {
        let scores: Vec<f64> = if name == "borda" {
            let groups: Vec<Vec<Vec<usize>>> =
                rankings.iter().map(|ranking| ranking.iter().map(|item| vec![*item]).collect()).collect();
            let mut scores = vec![0.5; items.len()];
            for one in borda(&groups) {
                scores[one.item] = one.score;
            }
            scores
        } else {
            plackett_luce(items.len(), &rankings).items
        };
        let mut order: Vec<usize> = (0..items.len()).collect();
        order.sort_by(|a, b| scores[*b].total_cmp(&scores[*a]).then(a.cmp(b)));
        let mut equal = order.windows(2).any(|two| (scores[two[0]] - scores[two[1]]).abs() < 1e-9);
        if name == "kemeny" {
            let found = kemeny(items.len(), &rankings);
            inexact += usize::from(!found.exact);
            (order, equal) = (found.order, found.tied);
        }
        tasks += 1;
        tied.extend(equal.then_some(task));
        for (rank, item) in (1..).zip(&order) {
            out.row([task, items[*item], &format!("{rank}"), &number(scores[*item])])?;
        }
    }
    report.put("method", json!(name));
    report.put(
        "score",
        json!(if name == "borda" {
            "mean share of other items ranked above"
        } else {
            "chance to be put first (Plackett-Luce)"
        }),
    );
    report.warn("ranks are model-based and not verified");
    report.put("ties", json!({"tasks": tied.len(), "listed": tied}));
    if let Some(first) = tied.first() {
        report.warn(format!(
            "on {} of {tasks} tasks, such as `{first}`, another order is as good: equals stand in order of mean place, then of name",
            tied.len()
        ));
    }
    if inexact > 0 {
        report.warn(format!("{inexact} tasks have too many items for an exact ranking; a local search ranked them"));
    }
    out.finish()
}
