//! `vouchsafe quality agreement`.

use super::{
    input::{self, coded},
    others,
    output::number,
    spans, texts,
};
use crate::{
    exit::{DONE, Failure, USAGE},
    progress,
};
use clap::Args;
use serde_json::json;
use std::collections::BTreeSet;
use vouchsafe_formats::quality::{Kind, PairRow, Rows};
use vouchsafe_quality::{
    agreement::{
        Chance, Scale, Weights, alpha, alpha_of_numbers, bootstrap, corrected_by, gamma, icc, kendall_w, masi,
        over_picks, ranks, tau_b,
    },
    answers::{Answers, Triple},
    numbers::Ratings,
};

/// Prints coefficients with their 95 % bootstrap intervals over tasks, as CSV: `coefficient,value,low,high`. Of a worker's
/// answers to a task only the one that stands first in the file counts. What is undefined is said to be `undefined`.
///
/// Agreement is not accuracy: people may share a mistake. When one class dominates, alpha and the kappas rest on a handful of answers: read
/// them beside AC1.
#[derive(Args)]
pub(crate) struct Agreement {
    #[command(flatten)]
    input: input::Input,
    /// Labels are sets of options, separated by this sign: the distance of MASI. An answer `-` is the empty set.
    #[arg(long, value_name = "SIGN")]
    sets: Option<char>,
    /// Answer with one JSON object.
    #[arg(long)]
    json: bool,
    /// Resamples behind each interval; 0 for none.
    #[arg(long, default_value_t = 200)]
    draws: usize,
    /// Seed of the resamples.
    #[arg(long, default_value_t = 1)]
    seed: u64,
}

/// Different numbers above which alpha on the ratio scale, whose cost is their square, is reckoned once and not for each resample.
const RATIO_MAX: usize = 2_000;

/// A coefficient with its interval.
struct Line {
    name: &'static str,
    value: Option<f64>,
    ends: Option<(f64, f64)>,
}

type Statistic<'a> = Box<dyn Fn(&Answers) -> Option<f64> + 'a>;

impl Agreement {
    pub(crate) fn run(self) -> Result<u8, Failure> {
        let mut table = self.input.read()?;
        table.warn();
        table.answers.keep_first();
        if self.sets.is_some() && table.kind != Kind::Label {
            let text = format!("--sets is for labels; these answers are of kind {}", table.kind.name());
            return Err(Failure::new(USAGE, text));
        }
        let spinner = progress::count("measuring");
        let lines = self.lines(&table);
        spinner.finish_and_clear();
        let lines = lines?;
        if self.json {
            let all: serde_json::Map<String, serde_json::Value> = lines
                .iter()
                .map(|line| {
                    let ends = line.ends.unzip();
                    (line.name.to_owned(), json!({"value": line.value, "low": ends.0, "high": ends.1}))
                })
                .collect();
            let head = json!({"kind": table.kind.name(), "kind_inferred": table.inferred, "tasks": table.answers.tasks.len(),
                "workers": table.answers.workers.len(), "answers": table.answers.len(), "level": 0.95, "draws": self.draws,
                "seed": self.seed, "coefficients": all});
            println!("{head:#}");
            return Ok(DONE);
        }
        println!("coefficient,value,low,high");
        for line in &lines {
            let word = |value: Option<f64>| value.map_or_else(|| "undefined".to_owned(), precise);
            let (low, high) = line.ends.unzip();
            println!("{},{},{},{}", line.name, word(line.value), word(low), word(high));
        }
        Ok(DONE)
    }

    fn lines(&self, table: &input::Table) -> Result<Vec<Line>, Failure> {
        match table.kind {
            Kind::Label if self.sets.is_some() => self.sets(table),
            Kind::Label => Ok(self.classes(&coded(&table.answers)?, values(&table.answers.labels).as_ref())),
            Kind::Number => {
                let ratings = others::ratings(table)?;
                Ok(self.numbers(&ratings))
            }
            Kind::Sequence => {
                let (_, _, answers) = texts::tokens(table)?;
                Ok(self.classes(&answers, None))
            }
            Kind::Pairwise => Ok(self.classes(&duels(table), None)),
            Kind::Ranking => self.rankings(table),
            Kind::Span => {
                let found = gamma(&spans::looked(table)?, self.seed, self.draws, f64::INFINITY);
                let (value, ends) = found.map_or((None, None), |gamma| (Some(gamma.value), gamma.ends));
                Ok(vec![Line { name: "gamma", value, ends }])
            }
            Kind::Text => Err(Failure::new(
                USAGE,
                format!("there is no coefficient for kind {} yet; give --kind of another", table.kind.name()),
            )),
        }
    }

    /// Of numbers; equal ones are one class, however they are written.
    fn numbers(&self, ratings: &Ratings) -> Vec<Line> {
        let rows: Vec<(u32, u32, f64)> = ratings.rows().collect();
        let mut values: Vec<f64> = rows.iter().map(|(.., value)| *value).collect();
        values.sort_by(f64::total_cmp);
        values.dedup_by(|a, b| *a <= *b);
        let code = |value: f64| u16::try_from(values.partition_point(|one| *one < value)).unwrap_or(u16::MAX);
        let (tasks, workers) = (ratings.tasks(), ratings.workers());
        if values.len() > usize::from(u16::MAX) {
            eprintln!("warning: {} different numbers are too many for alpha_ordinal and alpha_ratio", values.len());
            return vec![self.of_any(ratings), self.icc(ratings)];
        }
        let triples: Vec<Triple> = rows.iter().map(|(task, worker, value)| (*task, *worker, code(*value))).collect();
        let answers = Answers::new(tasks, workers, values.len(), &triples).expect("coded just now");
        let ranks = ranks(&answers);
        let mut lines = self.measure(&answers, numeric(&values, &ranks));
        if values.len() > RATIO_MAX && values[0] >= 0.0 {
            eprintln!("warning: {} different numbers are too many for an interval of alpha_ratio", values.len());
            let value = alpha(&answers, Scale::Ratio(&values));
            lines.push(Line { name: "alpha_ratio", value, ends: None });
        }
        lines.push(self.icc(ratings));
        lines
    }

    /// ICC(2,1), of the tasks that everybody answered.
    fn icc(&self, ratings: &Ratings) -> Line {
        let people = ratings.rows().map(|(_, worker, _)| worker).collect::<BTreeSet<_>>().len();
        let of_task = |task| -> Vec<f64> { ratings.of_task(task).map(|(_, value)| value).collect() };
        let whole: Vec<Vec<f64>> = (0..ratings.tasks()).map(of_task).filter(|row| row.len() == people).collect();
        let left = ratings.tasks() - whole.len();
        if left > 0 {
            eprintln!(
                "warning: icc_2_1 leaves out {left} of {} tasks, which not all {people} workers answered",
                ratings.tasks()
            );
        }
        let of = |picks: &[usize]| icc(&picks.iter().map(|at| whole[*at].clone()).collect::<Vec<_>>());
        let ends = over_picks(whole.len(), self.seed, self.draws, 0.95, of);
        Line { name: "icc_2_1", value: icc(&whole), ends: ends.map(|found| (found.low, found.high)) }
    }

    /// Of so many different numbers that they cannot be classes.
    fn of_any(&self, ratings: &Ratings) -> Line {
        let tasks: Vec<usize> = (0..ratings.tasks()).collect();
        let found = alpha_of_numbers(ratings, &tasks, (self.seed, self.draws.max(1)), 0.95);
        let ends = found.map(|(_, ends)| (ends.low, ends.high)).filter(|_| self.draws > 0);
        Line { name: "alpha_interval", value: found.map(|(value, _)| value), ends }
    }

    /// Alpha over sets of options.
    fn sets(&self, table: &input::Table) -> Result<Vec<Line>, Failure> {
        let sign = self.sets.unwrap_or('|');
        let set = |label: &str| -> Vec<String> {
            let options = label.split(sign).map(str::trim).filter(|option| !option.is_empty() && *option != "-");
            options.map(String::from).collect::<BTreeSet<_>>().into_iter().collect()
        };
        let sets: Vec<Vec<String>> = table.answers.labels.iter().map(|label| set(label)).collect();
        let mut distinct = sets.clone();
        distinct.sort();
        distinct.dedup();
        // `a|b` and `b|a` are one answer.
        let answers = coded(&table.answers)?;
        let triples: Vec<Triple> = (0..answers.tasks())
            .flat_map(|task| answers.of_task(task).map(move |(worker, label)| (task, worker, label)))
            .filter_map(|(task, worker, label)| {
                let code = distinct.binary_search(&sets[label]).ok()?;
                Some((u32::try_from(task).ok()?, u32::try_from(worker).ok()?, u16::try_from(code).ok()?))
            })
            .collect();
        let answers = Answers::new(answers.tasks(), answers.workers(), distinct.len(), &triples)
            .map_err(|error| Failure::from(error.to_string()))?;
        let masi = |a: usize, b: usize| masi(&distinct[a], &distinct[b]);
        let all: Vec<(&'static str, Statistic<'_>)> = vec![
            ("alpha_masi", Box::new(|a| alpha(a, Scale::Distance(&masi)))),
            ("alpha_nominal", Box::new(|a| alpha(a, Scale::Nominal))),
        ];
        Ok(self.measure(&answers, all))
    }

    /// Of classes, and of their values where they are numbers. Classes, values and ranks are those of all answers, in every resample.
    fn classes(&self, answers: &Answers, values: Option<&Vec<f64>>) -> Vec<Line> {
        let (answers, codes) = answers.used();
        let ranks = ranks(&answers);
        let steps: Vec<f64> = (0..u32::try_from(codes.len()).unwrap_or(u32::MAX)).map(f64::from).collect();
        let values: Option<Vec<f64>> = values.map(|values| codes.iter().map(|code| values[*code]).collect());
        let by = values.as_ref().unwrap_or(&steps);
        let chance = |weights, chance| -> Statistic<'_> {
            Box::new(move |a| corrected_by(a, by, weights, chance).map(|c| c.value))
        };
        let observed = |a: &Answers| corrected_by(a, by, Weights::Identity, Chance::Even).map(|c| c.observed);
        let mut all: Vec<(&'static str, Statistic<'_>)> = vec![
            ("alpha_nominal", Box::new(|a| alpha(a, Scale::Nominal))),
            ("gwet_ac1", chance(Weights::Identity, Chance::Gwet)),
            ("fleiss_kappa", chance(Weights::Identity, Chance::Fleiss)),
            ("conger_kappa", chance(Weights::Identity, Chance::Conger)),
            ("brennan_prediger", chance(Weights::Identity, Chance::Even)),
            ("observed_agreement", Box::new(observed)),
        ];
        if let Some(values) = &values {
            all.extend(numeric(values, &ranks));
            all.push(("gwet_ac2_quadratic", chance(Weights::Quadratic, Chance::Gwet)));
            all.push(("conger_kappa_linear", chance(Weights::Linear, Chance::Conger)));
            all.push(("conger_kappa_quadratic", chance(Weights::Quadratic, Chance::Conger)));
        }
        self.measure(&answers, all)
    }

    fn measure(&self, answers: &Answers, all: Vec<(&'static str, Statistic<'_>)>) -> Vec<Line> {
        let line = |(name, statistic): (&'static str, Statistic<'_>)| {
            let interval =
                if self.draws == 0 { None } else { bootstrap(answers, self.seed, self.draws, 0.95, &statistic) };
            Line { name, value: statistic(answers), ends: interval.map(|i| (i.low, i.high)) }
        };
        all.into_iter().map(line).collect()
    }
}

/// A coefficient to ten places: others' programs are compared with it.
fn precise(value: f64) -> String {
    if value.abs() < 1e-10 {
        number(value)
    } else {
        format!("{value:.10}").trim_end_matches('0').trim_end_matches('.').to_owned()
    }
}

/// Alpha on the scales of numbers; `ranks` are those of all answers.
fn numeric<'a>(values: &'a [f64], ranks: &'a [f64]) -> Vec<(&'static str, Statistic<'a>)> {
    let mut all: Vec<(&'static str, Statistic<'a>)> = vec![
        ("alpha_ordinal", Box::new(|a| alpha(a, Scale::Interval(ranks)))),
        ("alpha_interval", Box::new(|a| alpha(a, Scale::Interval(values)))),
    ];
    if values.len() <= RATIO_MAX && values.iter().all(|value| *value >= 0.0) {
        all.push(("alpha_ratio", Box::new(|a| alpha(a, Scale::Ratio(values)))));
    }
    all
}

/// The labels as numbers, if all are.
fn values(labels: &[Box<str>]) -> Option<Vec<f64>> {
    labels.iter().map(|label| label.trim().parse().ok().filter(|value: &f64| value.is_finite())).collect()
}

/// Pairs as labels: the first of the two in order of name is better, the second, or a tie. The same two items in another task are another question.
fn duels(table: &input::Table) -> Answers {
    let Rows::Pairs(rows) = &table.answers.rows else { unreachable!("checked against the kind") };
    let question = |row: &PairRow| (row.task, row.left.min(row.right), row.left.max(row.right));
    let mut questions: Vec<(u32, u32, u32)> = rows.iter().map(question).collect();
    questions.sort_unstable();
    questions.dedup();
    let triple = |row: &PairRow| -> Triple {
        let task = questions.partition_point(|other| *other < question(row));
        let class = row.left_won.map_or(2, |left| u16::from(left != (row.left < row.right)));
        (u32::try_from(task).unwrap_or(u32::MAX), row.worker, class)
    };
    let triples: Vec<Triple> = rows.iter().map(triple).collect();
    Answers::new(questions.len(), table.answers.workers.len(), 3, &triples).expect("coded just now")
}

impl Agreement {
    /// Kendall's W and the mean tau-b of all pairs of people, averaged over tasks, by those who ranked every item.
    fn rankings(&self, table: &input::Table) -> Result<Vec<Line>, Failure> {
        let (mut ws, mut taus) = (Vec::new(), Vec::new());
        for (_, items, rankings) in others::ranked(table)? {
            let scores = |ranking: &Vec<usize>| {
                let mut scores = vec![0.0; items.len()];
                (0_u32..).zip(ranking).for_each(|(place, item)| scores[*item] = -f64::from(place));
                scores
            };
            let whole: Vec<Vec<f64>> = rankings.iter().filter(|r| r.len() == items.len()).map(scores).collect();
            ws.extend(kendall_w(&whole));
            // All pairs of many people are too many; W says the same: mean rho is (m W - 1) / (m - 1).
            let some = &whole[..whole.len().min(200)];
            let pairs = some.iter().enumerate().flat_map(|(at, a)| some[..at].iter().filter_map(move |b| tau_b(a, b)));
            taus.extend(mean(&pairs.collect::<Vec<_>>()));
        }
        let line = |name, of_tasks: &[f64]| {
            let of = |picks: &[usize]| mean(&picks.iter().map(|at| of_tasks[*at]).collect::<Vec<_>>());
            let ends = over_picks(of_tasks.len(), self.seed, self.draws, 0.95, of);
            Line { name, value: mean(of_tasks), ends: ends.map(|found| (found.low, found.high)) }
        };
        Ok(vec![line("kendall_w", &ws), line("tau_b", &taus)])
    }
}

fn mean(values: &[f64]) -> Option<f64> {
    (!values.is_empty())
        .then(|| values.iter().sum::<f64>() / f64::from(u32::try_from(values.len()).unwrap_or(u32::MAX)))
}
