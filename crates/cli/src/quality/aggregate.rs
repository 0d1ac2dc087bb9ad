//! `vouchsafe quality aggregate`.

use super::{
    input, labels, others,
    report::Report,
    spans, texts,
    wanted::{Wanted, apart},
};
use crate::exit::{DONE, Failure, USAGE};
use clap::Args;
use std::path::PathBuf;
use vouchsafe_formats::quality::Kind;

/// Reads answers, writes one consensus a task.
///
/// Written columns: labels, numbers, sequences and texts `task,label,probability` (numbers: the chance, by the model, to lie between
/// the further columns `low` and `high`); pairs `item,score,deviation`; rankings `task,item,rank,score`; spans
/// `task,start,end,label,probability`. Rows are in order of name; the same answers give the same bytes, whatever their order.
#[derive(Args)]
pub(crate) struct Aggregate {
    #[command(flatten)]
    input: input::Input,
    /// Known answers, CSV `task,label`, drawn at random from the tasks: with 30 or more the method is chosen and probabilities are
    /// calibrated by them; fewer only say how many were right. For labels and numbers.
    #[arg(long)]
    gold: Option<PathBuf>,
    /// `auto`, or a method of the kind; docs/quality.md lists them.
    #[arg(long, default_value = "auto")]
    method: String,
    /// Where the consensus goes; .gz and .zst are packed.
    #[arg(long)]
    output: PathBuf,
    /// Where to write what is known of each worker.
    #[arg(long)]
    workers: Option<PathBuf>,
    /// Where to write, as JSON, what was done and how far it is to be believed.
    #[arg(long)]
    report: Option<PathBuf>,
    /// Write the probability of every class, a column each. For labels.
    #[arg(long)]
    posterior: bool,
    /// Seed of the methods that draw numbers.
    #[arg(long, default_value_t = 1)]
    seed: u64,
}

impl Aggregate {
    pub(crate) fn run(self) -> Result<u8, Failure> {
        let outputs = [
            ("--output", Some(self.output.as_path())),
            ("--workers", self.workers.as_deref()),
            ("--report", self.report.as_deref()),
        ];
        apart(&[Some(self.input.path()), self.gold.as_deref()], &outputs)?;
        let gold = self.gold.as_deref().map(input::truth).transpose()?;
        let table = self.input.read()?;
        let refuse = |option: &str, kinds: &str| {
            Err(Failure::new(
                USAGE,
                format!("{option} is for {kinds}; these answers are of kind {}", table.kind.name()),
            ))
        };
        if gold.is_some() && !matches!(table.kind, Kind::Label | Kind::Number) {
            return refuse("--gold", "labels and numbers");
        }
        if self.posterior && table.kind != Kind::Label {
            return refuse("--posterior", "labels");
        }
        if self.workers.is_some() && matches!(table.kind, Kind::Ranking | Kind::Text | Kind::Span) {
            return refuse("--workers", "labels, numbers, pairs and sequences");
        }
        let wanted = Wanted {
            method: &self.method,
            output: &self.output,
            workers: self.workers.as_ref(),
            posterior: self.posterior,
            seed: self.seed,
        };
        let mut report = Report::new(&table, self.seed);
        match table.kind {
            Kind::Label => labels::aggregate(&table, gold.as_ref(), &wanted, &mut report)?,
            Kind::Number => others::numbers(&table, gold.as_ref(), &wanted, &mut report)?,
            Kind::Pairwise => others::pairs(&table, &wanted, &mut report)?,
            Kind::Ranking => others::rankings(&table, &wanted, &mut report)?,
            Kind::Span => spans::aggregate(&table, &wanted, &mut report)?,
            Kind::Sequence => texts::sequences(&table, &wanted, &mut report)?,
            Kind::Text => texts::texts(&table, &wanted, &mut report)?,
        }
        report.tell();
        if let Some(path) = &self.report {
            report.write(path)?;
        }
        Ok(DONE)
    }
}
