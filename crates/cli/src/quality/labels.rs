//! Labels: consensus, workers, report.

use super::{
    input::{Table, coded},
    output::{Out, maybe, number},
    report::Report,
    wanted::{Wanted, no_method},
};
use crate::{
    exit::{Failure, USAGE},
    progress,
};
use serde_json::json;
use std::collections::{BTreeMap, HashMap, HashSet};
use vouchsafe_formats::quality::{Kind, Rows, Truth};
use vouchsafe_quality::{
    ability::{abilities, clopper_pearson},
    aggregate::{Consensus, Method, SHARED_ERRORS_NATS, Start, aggregate as fit, mace_of_crowd_kit},
    answers::Answers,
    calibration::{Conformal, GOLD_MIN, Gold, Temperature, auto, calibration_error, expected_error},
};

/// Tasks that the report lists by name, at most.
const LISTED_MAX: usize = 10_000;

/// Most probabilities of a result: tasks times classes. Of so many one table takes 4 GiB, and a method holds several.
const CELLS_MAX: usize = 1 << 29;

/// What a model said and what gold made of it.
struct Outcome {
    consensus: Consensus,
    temperature: Option<Temperature>,
    /// That by which workers are measured.
    of_people: Option<Temperature>,
}

/// Writes consensus and workers, fills the report.
pub(crate) fn aggregate(
    table: &Table,
    truth: Option<&Truth>,
    wanted: &Wanted<'_>,
    report: &mut Report,
) -> Result<(), Failure> {
    let answers = coded(&table.answers)?;
    room(&answers, wanted.method)?;
    let Checked { gold, never_said } = truth.map(|truth| check(table, truth, report)).unwrap_or_default();
    let spinner = progress::count("aggregating");
    let outcome = compute(table, &answers, &gold, wanted, report);
    spinner.finish_and_clear();
    let Outcome { consensus, temperature, of_people } = outcome?;
    let names = &table.answers.labels;
    report.put("method", json!(if wanted.method == MACE { MACE } else { consensus.method.name() }));
    report.put("steps", json!(consensus.steps));
    report.put("converged", json!(consensus.converged));
    report.put("shared_errors_nats", json!(consensus.shared_errors));
    if consensus.shared_errors.is_some_and(|nats| nats > SHARED_ERRORS_NATS) {
        report.warn(
            "people err together on the same tasks: what most of them say may be wrong, and only gold shows where",
        );
    }
    if (0..answers.tasks()).all(|task| answers.of_task(task).len() < 2) && gold.is_empty() {
        report.warn(
            "no task has two answers: nothing speaks for or against any, and probabilities are the models' own prior",
        );
    }
    starts(&consensus, report);
    report.put("classes", json!(names));
    report.put("temperature", json!(temperature.map(|t| t.value)));
    let second = answers.len() - answers.without_duplicates().len();
    report.put("second_answers", json!(second));
    ties(table, &consensus, report);
    certainty(&consensus, &gold, never_said, report);
    write_consensus(table, &consensus, wanted)?;
    if let Some(path) = wanted.workers {
        if people(&answers) < PEOPLE_MIN {
            report.warn(
                "abilities are not known: with less than three people nobody can say who of two is wrong; gold says it",
            );
        }
        let spinner = progress::count("judging workers");
        let rows = write_workers(table, &answers, &consensus, of_people, &gold, path);
        spinner.finish_and_clear();
        rows?;
    }
    Ok(())
}

/// Refuses what no memory holds: a probability for each task and class, and of methods with confusion rows one for each class beside what each worker said.
fn room(answers: &Answers, method: &str) -> Result<(), Failure> {
    let (tasks, classes) = (answers.tasks(), answers.classes());
    if tasks.saturating_mul(classes) > CELLS_MAX {
        let text = format!(
            "{tasks} tasks and {classes} different labels: a probability for each is more than {CELLS_MAX} of them; if the labels are no classes, give --kind number or text"
        );
        return Err(Failure::new(USAGE, text));
    }
    // Kinds of task within a class.
    let kinds = match method {
        "ebcc" => 10,
        "auto" | "pool" | "blend" | "ebcc-5" => 5,
        "dawid-skene" | "lfc" | "ibcc" | "hbcc" | "hbcc-3" => 1,
        _ => 0,
    };
    let rows = answers.len().min(answers.workers().saturating_mul(classes));
    let cells = rows.saturating_mul(classes).saturating_mul(kinds);
    if cells > CELLS_MAX {
        let text = format!(
            "{classes} different labels by {} workers: method {method} holds {cells} numbers about what each means by each, more than {CELLS_MAX}; give --method pm or vote, or --kind number or text if the labels are no classes",
            answers.workers()
        );
        return Err(Failure::new(USAGE, text));
    }
    Ok(())
}

/// Fewest people of whom one is measured by the others. Of two, either may be the one who is wrong: intervals of 95 % held the truth for 82 % of them.
const PEOPLE_MIN: usize = 3;

/// How many people answered anything.
fn people(answers: &Answers) -> usize {
    (0..answers.tasks()).flat_map(|task| answers.of_task(task)).map(|(worker, _)| worker).collect::<HashSet<_>>().len()
}

/// Starts whose results differ on more tasks than this are worth a word.
const DIFFERS_MAX: f64 = 0.02;

/// How far the starts of a method lie apart, where it has several.
fn starts(consensus: &Consensus, report: &mut Report) {
    let starts = &consensus.starts;
    let Some(best) = starts.iter().map(|start| start.bound).reduce(f64::max) else { return };
    let worst = starts.iter().map(|start| start.bound).fold(best, f64::min);
    let differs = starts.iter().map(|start| start.differs).fold(0.0, f64::max);
    let one = |start: &Start| json!({"bound_nats": start.bound, "labels_that_differ": start.differs});
    let all: Vec<_> = starts.iter().map(one).collect();
    report.put("starts", json!({"all": all, "spread_nats": best - worst, "labels_that_differ_at_most": differs}));
    if differs > DIFFERS_MAX {
        report.warn(format!(
            "method {} was fitted from {} starts, and they disagree on up to {:.1} % of the tasks: the best bound is kept, another seed may find another",
            consensus.method.name(),
            starts.len(),
            100.0 * differs
        ));
    }
}

/// Says on which tasks several labels are equally probable: the first in order of name is written, and nothing speaks for it.
fn ties(table: &Table, consensus: &Consensus, report: &mut Report) {
    let tied = |task: &usize| consensus.posteriors.equals(*task) > 1;
    let tied: Vec<usize> = (0..consensus.posteriors.tasks()).filter(tied).collect();
    let names: Vec<_> = tied.iter().take(LISTED_MAX).map(|task| &table.answers.tasks[*task]).collect();
    report.put("ties", json!({"tasks": tied.len(), "listed": names}));
    if let Some(first) = names.first() {
        report.warn(format!(
            "on {} of {} tasks, such as `{first}`, several labels are equally probable: the first in order of name is written, and no answer speaks for it",
            tied.len(),
            consensus.posteriors.tasks()
        ));
    }
}

/// Known answers that can be used, and to how many answered tasks nobody gave the known one.
#[derive(Default)]
struct Checked {
    gold: Vec<Gold>,
    never_said: usize,
}

fn check(table: &Table, truth: &Truth, report: &mut Report) -> Checked {
    let gold = known(table, truth);
    let tasks: HashSet<&str> = table.answers.tasks.iter().map(|name| &**name).collect();
    let no_task = truth.iter().filter(|(task, _)| !tasks.contains(task)).count();
    let never_said = truth.len() - gold.len() - no_task;
    let counts = json!({"given": truth.len(), "used": gold.len(), "task_without_answers": no_task, "label_nobody_gave": never_said});
    report.put("gold", counts);
    if never_said > 0 {
        let alike = alike(table, truth).map_or_else(String::new, |(gold, label)| {
            format!("; gold says `{gold}` where answers say `{label}`: if these are one, write them alike")
        });
        report.warn(format!(
            "{never_said} gold tasks have an answer that nobody gave: they count as wrong, and neither choose nor calibrate{alike}"
        ));
    }
    Checked { gold, never_said }
}

/// A known label that nobody gave, and the label that it most likely is: the same number, or the same but for case and blanks.
fn alike<'a>(table: &'a Table, truth: &'a Truth) -> Option<(&'a str, &'a str)> {
    let plain = |label: &str| {
        let label = label.trim();
        label
            .parse()
            .ok()
            .filter(|value: &f64| value.is_finite())
            .map_or_else(|| label.to_lowercase(), |value| value.to_string())
    };
    let labels: HashMap<String, &str> = table.answers.labels.iter().map(|label| (plain(label), &**label)).collect();
    let given: HashSet<&str> = table.answers.labels.iter().map(|label| &**label).collect();
    let of = |label: &'a str| labels.get(&plain(label)).map(|other| (label, *other));
    truth.iter().map(|(_, label)| label).filter(|label| !given.contains(label)).find_map(of)
}

/// Known answers to tasks that were answered, where somebody gave the label.
pub(crate) fn known(table: &Table, truth: &Truth) -> Vec<Gold> {
    let index = |names: &[Box<str>]| names.iter().cloned().zip(0..).collect::<HashMap<_, _>>();
    let (tasks, labels) = (index(&table.answers.tasks), index(&table.answers.labels));
    let mut known: Vec<Gold> =
        truth.iter().filter_map(|(task, label)| Some((*tasks.get(task)?, *labels.get(label)?))).collect();
    known.sort_unstable();
    known
}

fn compute(
    table: &Table,
    answers: &Answers,
    gold: &[Gold],
    wanted: &Wanted<'_>,
    report: &mut Report,
) -> Result<Outcome, Failure> {
    let task = |at: &usize| &table.answers.tasks[*at];
    // By a handful a temperature follows their luck: one that was wrong makes everything look doubtful.
    let by_gold = gold.len() >= GOLD_MIN;
    let trusted = if by_gold { gold } else { &[] };
    let blend = wanted.method == Method::Blend.name();
    if blend && gold.len() < GOLD_MIN {
        let text = format!(
            "method blend weighs methods by gold: {GOLD_MIN} gold tasks that can be used are the least, here are {}",
            gold.len()
        );
        return Err(Failure::new(USAGE, text));
    }
    if wanted.method != "auto" && !blend {
        let mut consensus = by_name(table, answers, wanted)?;
        let temperature = by_gold.then(|| Temperature::fit(&consensus.posteriors, trusted));
        if let Some(temperature) = temperature {
            consensus.posteriors = temperature.apply(&consensus.posteriors);
        }
        report.put("chosen_by", json!("caller"));
        return Ok(Outcome { consensus, temperature, of_people: temperature });
    }
    let found = auto(answers, trusted, wanted.seed);
    report.put("chosen_by", json!(if by_gold { "gold" } else { "default" }));
    report.put("best_by_gold", json!(by_gold.then(|| found.choice.method.name())));
    let score = |score: &vouchsafe_quality::calibration::Score| json!({"method": score.method.name(), "log_score": score.log_score, "above_pool": score.above_pool, "accuracy_on_gold": score.accuracy, "temperature": score.temperature.value, "weight": score.weight});
    report.put("candidates", found.choice.scores.iter().map(score).collect());
    let listed: Vec<_> = found.contested.iter().take(LISTED_MAX).map(task).collect();
    report.put("contested", json!({"tasks": found.contested.len(), "listed": listed}));
    if found.warning {
        report.warn(format!(
            "methods disagree on {} of {} tasks and there are fewer than {GOLD_MIN} gold tasks to choose by: have some of these judged by somebody who knows",
            found.contested.len(),
            answers.tasks()
        ));
    }
    Ok(Outcome { consensus: found.consensus, temperature: found.temperature, of_people: found.of_hbcc })
}

/// The method that was asked for.
fn by_name(table: &Table, answers: &Answers, wanted: &Wanted<'_>) -> Result<Consensus, Failure> {
    if wanted.method == MACE {
        let [workers, classes] = appearance(&table.answers);
        return Ok(mace_of_crowd_kit(answers, &workers, &classes));
    }
    let known: Vec<&str> = Method::ALL.map(Method::name).into_iter().chain([MACE, Method::Blend.name()]).collect();
    let method = Method::named(wanted.method).ok_or_else(|| no_method(Kind::Label, wanted.method, &known))?;
    if method == Method::Ordinal {
        grades(table)?;
    }
    Ok(fit(method, answers, wanted.seed))
}

/// MACE as crowd-kit has it: with its start and steps, and its reading of habits by the order in which people and classes first stand in the file.
const MACE: &str = "mace";

/// Per worker and per class, when he or it first stands in the file.
fn appearance(answers: &vouchsafe_formats::quality::Answers) -> [Vec<usize>; 2] {
    let Rows::Labels(rows) = &answers.rows else { unreachable!("checked against the kind") };
    let places = |count: usize, codes: &mut dyn Iterator<Item = u32>| {
        let (mut places, mut next) = (vec![usize::MAX; count], 0..);
        for code in codes {
            let place = &mut places[code as usize];
            if *place == usize::MAX {
                *place = next.next().unwrap_or(usize::MAX);
            }
        }
        places
    };
    [
        places(answers.workers.len(), &mut rows.iter().map(|row| row.1)),
        places(answers.labels.len(), &mut rows.iter().map(|row| row.2)),
    ]
}

/// Whether labels are grades: numbers, which are coded in their order.
fn grades(table: &Table) -> Result<(), Failure> {
    let number = |label: &str| label.trim().parse::<f64>().is_ok_and(f64::is_finite);
    let Some(other) = table.answers.labels.iter().find(|label| !number(label)) else { return Ok(()) };
    let text = format!("method ordinal: each `label` is a grade, a finite number; `{other}` is none");
    Err(Failure::new(USAGE, text))
}

/// Expected error, and what gold says of it.
fn certainty(consensus: &Consensus, gold: &[Gold], never_said: usize, report: &mut Report) {
    let posteriors = &consensus.posteriors;
    let expected = expected_error(posteriors, 0..posteriors.tasks());
    report.put("expected_error", json!(expected));
    report.put("verified", json!(gold.len() >= GOLD_MIN));
    if gold.len() < GOLD_MIN {
        let much = if gold.is_empty() {
            "no gold".to_owned()
        } else {
            format!("{} gold tasks, and {GOLD_MIN} are the least", gold.len())
        };
        report.warn(format!("probabilities are model-based and not verified: there is {much}"));
    }
    if gold.is_empty() && never_said == 0 {
        return;
    }
    let of = gold.len() + never_said;
    let right = gold.iter().filter(|(task, class)| posteriors.best(*task) == *class).count();
    let (low, high) = clopper_pearson(right, of, 0.95);
    report.put("accuracy_on_gold", json!({"right": right, "of": of, "low": low, "high": high, "level": 0.95}));
    if gold.is_empty() {
        return;
    }
    report.put("calibration_error_on_gold", json!(calibration_error(posteriors, gold)));
    // Temperature and method saw the first half too; the second would halve the gold. The promise is said with that.
    let conformal = Conformal::fit(posteriors, gold, 0.9);
    let sizes: usize = (0..posteriors.tasks()).map(|task| conformal.set(posteriors.task(task)).len()).sum();
    report.put(
        "conformal",
        json!({"level": conformal.level, "least_probability": conformal.least, "gold": conformal.gold,
            "labels_in_sets": sizes, "note": "temperatures and weights were fitted on the same gold, where it is enough to fit any"}),
    );
}

fn write_consensus(table: &Table, consensus: &Consensus, wanted: &Wanted<'_>) -> Result<(), Failure> {
    let names = &table.answers.labels;
    let mut head: Vec<String> = ["task", "label", "probability"].map(String::from).to_vec();
    if wanted.posterior {
        // A class that is called like a column before it would hide that column from whoever reads by name.
        let names: HashSet<&str> = names.iter().map(|name| &**name).collect();
        let free = |name: &str| {
            let mut column = name.to_owned();
            while ["task", "label", "probability"].contains(&column.as_str())
                || (column != name && names.contains(column.as_str()))
            {
                column = format!("p({column})");
            }
            column
        };
        head.extend(table.answers.labels.iter().map(|name| free(name)));
    }
    let mut out = Out::new(wanted.output, head.iter().map(String::as_str))?;
    for (at, task) in table.answers.tasks.iter().enumerate() {
        let row = consensus.posteriors.task(at);
        let best = consensus.posteriors.best(at);
        let mut fields = vec![task.to_string(), names[best].to_string(), number(row[best])];
        if wanted.posterior {
            fields.extend(row.iter().map(|share| number(*share)));
        }
        out.row(fields.iter().map(String::as_str))?;
    }
    out.finish()
}

fn write_workers(
    table: &Table,
    answers: &Answers,
    consensus: &Consensus,
    temperature: Option<Temperature>,
    gold: &[Gold],
    path: &std::path::Path,
) -> Result<(), Failure> {
    let known: BTreeMap<usize, usize> = gold.iter().copied().collect();
    let mut on_gold = vec![(0_usize, 0_usize); answers.workers()];
    for (task, class) in &known {
        for (worker, answer) in answers.of_task(*task) {
            on_gold[worker].0 += usize::from(answer == *class);
            on_gold[worker].1 += 1;
        }
    }
    let abilities = if people(answers) < PEOPLE_MIN {
        vec![None; answers.workers()]
    } else {
        abilities(answers, temperature, 0.95)
    };
    let head = [
        "worker",
        "answers",
        "agreement",
        "ability",
        "ability_low",
        "ability_high",
        "gold_right",
        "gold_answers",
        "gold_low",
        "gold_high",
    ];
    let mut out = Out::new(path, head)?;
    for (at, worker) in table.answers.workers.iter().enumerate() {
        let (right, of) = on_gold[at];
        let ends = (of > 0).then(|| clopper_pearson(right, of, 0.95));
        let ability = abilities[at];
        let fields = [
            worker.to_string(),
            consensus.workers[at].answers.to_string(),
            maybe(consensus.workers[at].agreement),
            maybe(ability.map(|a| a.mean)),
            maybe(ability.map(|a| a.ends.0)),
            maybe(ability.map(|a| a.ends.1)),
            right.to_string(),
            of.to_string(),
            maybe(ends.map(|e| e.0)),
            maybe(ends.map(|e| e.1)),
        ];
        out.row(fields.iter().map(String::as_str))?;
    }
    out.finish()
}
