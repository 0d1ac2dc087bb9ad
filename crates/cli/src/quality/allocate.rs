//! `vouchsafe quality allocate`.

use super::{
    input::{self, Table, coded},
    labels, others,
    output::{Out, number},
    wanted::apart,
};
use crate::{
    exit::{DONE, Failure, USAGE},
    progress,
};
use clap::Args;
use std::{
    collections::{HashMap, HashSet},
    path::PathBuf,
};
use vouchsafe_formats::quality::{Csv, Kind};
use vouchsafe_quality::{
    allocate::{Beliefs, Chooser, Policy, Standing, Why, Willing, standings},
    answers::Answers,
    calibration::{GOLD_MIN, auto},
    pairs::BradleyTerry,
};

/// Says whom to ask what next: the answers that tell most for their cost.
///
/// Labels: writes `task,worker,gain,cost,why`, at most one a task; ask, add what was answered, and run it again. Pairs: writes `left,right,gain`, the pairs of the
/// file whose next comparison tells most. Gain is expected information in nats. People whom a wall keeps from a task are for the caller to leave out.
#[derive(Args)]
pub(crate) struct Allocate {
    #[command(flatten)]
    input: input::Input,
    /// Known answers, CSV `task,label`: with 30 or more the method is chosen and probabilities are calibrated by them.
    #[arg(long)]
    gold: Option<PathBuf>,
    /// CSV with a column `task`: tasks that may have no answer yet.
    #[arg(long)]
    tasks: Option<PathBuf>,
    /// CSV `worker` and, if wanted, `cost` (1) and `at_most` (answers to ask of one now). Without it: everybody who has answered.
    #[arg(long)]
    willing: Option<PathBuf>,
    /// Where the picks go.
    #[arg(long)]
    output: PathBuf,
    /// Where to write `task,standing,label,probability,answers`: open, settled, or adjudicate.
    #[arg(long)]
    standings: Option<PathBuf>,
    /// Answers to ask for.
    #[arg(long, default_value_t = 100)]
    count: usize,
    /// Most that they may cost together.
    #[arg(long, default_value_t = f64::INFINITY)]
    budget: f64,
    /// A task whose label is at least as probable is settled.
    #[arg(long, default_value_t = 0.95)]
    target: f64,
    /// An unsettled task with so many answers goes to adjudication.
    #[arg(long, default_value_t = 7)]
    at_most: usize,
    /// Fewest answers a task.
    #[arg(long, default_value_t = 1)]
    at_least: usize,
    /// Least gain per cost; a task that promises less goes to adjudication.
    #[arg(long, default_value_t = 1e-3)]
    price: f64,
    /// Share of random picks, which keep the certainty honest.
    #[arg(long, default_value_t = 0.05)]
    random_share: f64,
    /// Seed of the random picks.
    #[arg(long, default_value_t = 1)]
    seed: u64,
}

impl Allocate {
    pub(crate) fn run(self) -> Result<u8, Failure> {
        for (name, share) in [("--target", self.target), ("--random-share", self.random_share)] {
            if !(0.0..=1.0).contains(&share) {
                return Err(Failure::new(USAGE, format!("{name} lies between 0 and 1; it is {share}")));
            }
        }
        for (name, amount) in [("--budget", self.budget), ("--price", self.price)] {
            if amount.is_nan() || amount < 0.0 {
                return Err(Failure::new(USAGE, format!("{name} is a number from 0; it is {amount}")));
            }
        }
        if self.at_least > self.at_most {
            let text = format!("--at-least is {}, which is more than --at-most {}", self.at_least, self.at_most);
            return Err(Failure::new(USAGE, text));
        }
        let inputs = [Some(self.input.path()), self.gold.as_deref(), self.tasks.as_deref(), self.willing.as_deref()];
        apart(&inputs, &[("--output", Some(&self.output)), ("--standings", self.standings.as_deref())])?;
        let mut table = self.input.read()?;
        table.warn();
        match table.kind {
            Kind::Label => self.labels(&mut table),
            Kind::Pairwise => self.pairs(&table),
            kind => Err(Failure::new(
                USAGE,
                format!("allocate is for labels and pairs; these answers are of kind {}", kind.name()),
            )),
        }
    }

    fn labels(&self, table: &mut Table) -> Result<u8, Failure> {
        if let Some(path) = &self.tasks {
            let known: HashSet<&str> = table.answers.tasks.iter().map(|name| &**name).collect();
            let mut fresh: Vec<Box<str>> =
                column(path, "task")?.into_iter().filter(|name| !known.contains(&**name)).collect();
            fresh.sort_unstable();
            fresh.dedup();
            table.answers.tasks.extend(fresh);
        }
        let (willing, names) = self.willing(table)?;
        let answers = coded(&table.answers)?;
        let truth = self.gold.as_deref().map(input::truth).transpose()?;
        let gold = truth.map(|truth| labels::known(table, &truth)).unwrap_or_default();
        let spinner = progress::count("aggregating");
        let trusted = if gold.len() < GOLD_MIN { &[] } else { gold.as_slice() };
        let found = auto(&answers, trusted, self.seed);
        let beliefs = Beliefs::new(&answers, found.consensus.posteriors);
        spinner.finish_and_clear();
        let policy = Policy {
            target: self.target,
            at_most: self.at_most,
            at_least: self.at_least,
            price: self.price,
            random_share: self.random_share,
        };
        let chooser =
            Chooser { beliefs: &beliefs, answers: &answers, willing: &willing, policy: &policy, may: &|_, _| true };
        let picks = chooser.next(self.count, self.budget, self.seed);
        let mut out = Out::new(&self.output, ["task", "worker", "gain", "cost", "why"])?;
        for pick in &picks {
            let why = if pick.why == Why::Gain { "gain" } else { "random" };
            out.row([
                &*table.answers.tasks[pick.task],
                &names[pick.worker],
                &number(pick.gain),
                &number(pick.cost),
                why,
            ])?;
        }
        out.finish()?;
        let stands = standings(&chooser);
        let count = |standing: Standing| stands.iter().filter(|one| **one == standing).count();
        eprintln!(
            "{} picks; {} tasks open, {} settled, {} for adjudication",
            picks.len(),
            count(Standing::Open),
            count(Standing::Settled),
            count(Standing::Adjudicate)
        );
        if gold.len() < GOLD_MIN {
            eprintln!(
                "warning: settled means so by the model: there are fewer than {GOLD_MIN} gold tasks to verify it"
            );
        }
        self.standings.as_ref().map_or(Ok(DONE), |path| write_standings(table, &answers, &beliefs, &stands, path))
    }

    /// Who may be asked, by code, and the names of all codes: first those who have answered.
    fn willing(&self, table: &Table) -> Result<(Vec<Willing>, Vec<Box<str>>), Failure> {
        let mut names = table.answers.workers.clone();
        let Some(path) = &self.willing else {
            let all = (0..names.len()).map(|worker| Willing { worker, cost: 1.0, at_most: usize::MAX });
            return Ok((all.collect(), names));
        };
        let mut codes: HashMap<Box<str>, usize> = names.iter().cloned().zip(0..).collect();
        let mut willing: Vec<Willing> = Vec::new();
        let mut seen: HashSet<usize> = HashSet::new();
        input::rows(path, |csv| {
            let worker =
                csv.column("worker", "a file of the willing has `worker`, and may have `cost` and `at_most`")?;
            let (cost, most) = (csv.find("cost"), csv.find("at_most"));
            while csv.next_record()? {
                let cost = cost.map_or(Some(1.0), |at| csv.field(at).trim().parse().ok());
                let cost = cost.filter(|cost: &f64| cost.is_finite() && *cost > 0.0);
                let cost = cost.ok_or_else(|| csv.wrong("cost", "is a number above 0"))?;
                let at_most = most.map_or(Some(usize::MAX), |at| csv.field(at).trim().parse().ok());
                let at_most = at_most.ok_or_else(|| csv.wrong("at_most", "is a whole number from 0"))?;
                let name: Box<str> = csv.field(worker).into();
                if name.is_empty() {
                    return Err(csv.wrong("worker", "is not empty"));
                }
                let code = *codes.entry(name.clone()).or_insert_with(|| {
                    names.push(name);
                    names.len() - 1
                });
                if !seen.insert(code) {
                    return Err(csv.wrong("worker", "stands there once"));
                }
                willing.push(Willing { worker: code, cost, at_most });
            }
            Ok(())
        })?;
        willing.sort_by_key(|one| one.worker);
        Ok((willing, names))
    }

    /// Refuses what means nothing for pairs.
    fn only_for_labels(&self) -> Result<(), Failure> {
        let like = |a: f64, b: f64| a.to_bits() == b.to_bits();
        let given = [
            ("--gold", self.gold.is_some()),
            ("--tasks", self.tasks.is_some()),
            ("--willing", self.willing.is_some()),
            ("--standings", self.standings.is_some()),
            ("--budget", self.budget.is_finite()),
            ("--target", !like(self.target, 0.95)),
            ("--at-most", self.at_most != 7),
            ("--at-least", self.at_least != 1),
            ("--price", !like(self.price, 1e-3)),
            ("--random-share", !like(self.random_share, 0.05)),
        ];
        match given.iter().find(|(_, given)| *given) {
            Some((name, _)) => {
                Err(Failure::new(USAGE, format!("{name} is for labels; these answers are of kind pairwise")))
            }
            None => Ok(()),
        }
    }

    fn pairs(&self, table: &Table) -> Result<u8, Failure> {
        self.only_for_labels()?;
        let duels = others::duels(table);
        let fit = BradleyTerry::default().fit(table.answers.labels.len(), table.answers.workers.len(), &duels);
        let mut pairs: Vec<(u32, u32)> = duels.iter().map(|d| (d.left.min(d.right), d.left.max(d.right))).collect();
        pairs.sort_unstable();
        pairs.dedup();
        let gain = |(a, b): (u32, u32)| (fit.gain(a as usize, b as usize), a, b);
        let mut gains: Vec<(f64, u32, u32)> = pairs.into_iter().map(gain).collect();
        gains.sort_by(|a, b| b.0.total_cmp(&a.0).then((a.1, a.2).cmp(&(b.1, b.2))));
        let mut out = Out::new(&self.output, ["left", "right", "gain"])?;
        for (gain, left, right) in gains.iter().take(self.count) {
            let name = |code: &u32| &*table.answers.labels[*code as usize];
            out.row([name(left), name(right), &number(*gain)])?;
        }
        out.finish()?;
        Ok(DONE)
    }
}

/// The values of a column.
fn column(path: &std::path::Path, name: &'static str) -> Result<Vec<Box<str>>, Failure> {
    let mut values = Vec::new();
    input::rows(path, |csv: &mut Csv<_>| {
        let at = csv.column(name, "the file lists tasks")?;
        while csv.next_record()? {
            if csv.field(at).is_empty() {
                return Err(csv.wrong(name, "is not empty"));
            }
            values.push(csv.field(at).into());
        }
        Ok(())
    })?;
    Ok(values)
}

fn write_standings(
    table: &Table,
    answers: &Answers,
    beliefs: &Beliefs,
    stands: &[Standing],
    path: &std::path::Path,
) -> Result<u8, Failure> {
    let mut out = Out::new(path, ["task", "standing", "label", "probability", "answers"])?;
    for (task, (name, standing)) in table.answers.tasks.iter().zip(stands).enumerate() {
        let word = match standing {
            Standing::Open => "open",
            Standing::Settled => "settled",
            Standing::Adjudicate => "adjudicate",
        };
        let best = beliefs.posteriors().best(task);
        let given = answers.of_task(task).len();
        let label = if given == 0 { "" } else { &table.answers.labels[best] };
        out.row([&**name, word, label, &number(beliefs.task(task)[best]), &given.to_string()])?;
    }
    out.finish()?;
    Ok(DONE)
}
