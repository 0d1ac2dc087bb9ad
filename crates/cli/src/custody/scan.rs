//! `vouchsafe watch scan`: scores and cases over logs that lie in files, without a server.

use super::facts;
use super::in_order::InOrder;
use super::lines::Lines;
use super::log::text;
use super::output::{Names, Output};
use super::report::{Declaration, Report};
use super::state;
use crate::exit::{DONE, Failure, PARTLY, USAGE};
use std::path::{Path, PathBuf};
use vouchsafe_watch::read::{BadLine, Reader, google::GoogleReports, sources::Sources};
use vouchsafe_watch::{Activity, Engine, Settings, time::DAY_US};

/// What `--help` says beneath the options.
pub(super) const AFTER: &str = "A score says how far somebody's day is from what was to be expected of it. It is a reason to look, never a finding.
Who is watched should have been told: without --declaration the report says that nothing was declared.
docs/detection.md says how a score is reckoned and how to read it.";

/// Score every person and day of a log and open cases within a budget.
#[derive(clap::Args)]
pub(crate) struct Scan {
    /// The log: any that `docs/audit-logs.md` names, fastest as one JSON object a line in the shape of Google's Reports
    /// API. Packed or not; `-` is standard input. May be given again. One that is not in the order of time is put in order.
    #[arg(long, required = true)]
    events: Vec<PathBuf>,
    /// A mapping file for a further log. May be given several times.
    #[arg(long, value_name = "FILE")]
    mapping: Vec<PathBuf>,
    /// People: `email`, `role`, `clients`, `utc_offset_h`, `personal_email`, `aliases`, `profile_id`, one a line.
    #[arg(long)]
    people: Option<PathBuf>,
    /// Dated facts of employment: `date`, `email`, `fact` (`hired`, `moved`, `notice`, `approved_export`, `rival_contact`).
    #[arg(long)]
    lifecycle: Option<PathBuf>,
    /// The catalogue: `doc_id`, `client`, `cls`, `confidential`, one a line.
    #[arg(long)]
    docs: Option<PathBuf>,
    /// Whose domain is whose: `own`, `client`, `rival`, `personal`, `vendor`.
    #[arg(long)]
    domains: Option<PathBuf>,
    /// Cases a week for 1,000 people, on average.
    #[arg(long, default_value_t = 10.0)]
    budget: f64,
    /// Where cases go, one a line.
    #[arg(long)]
    output: PathBuf,
    /// Where the scores go: one object for each person and day with anything to say.
    #[arg(long)]
    scores: Option<PathBuf>,
    /// Where the report goes: what was read, skipped and unknown, and what was declared.
    #[arg(long)]
    report: Option<PathBuf>,
    /// A file of JSON that says what may be watched and who was told: `scope`, `notice`, `retention_days`.
    #[arg(long, value_name = "FILE")]
    declaration: Option<PathBuf>,
    /// A file that keeps what was learned from one run to the next: taken up if it is there, written at the end. Then the
    /// last days stay open until a later log shows that they are over. It names people; only its owner may read it. With
    /// --declaration only: reading regularly is off until that is made.
    #[arg(long)]
    state: Option<PathBuf>,
    /// A file with a secret of 16 bytes or more: people are written as pseudonyms made with it. Whoever is to agree before
    /// somebody is named keeps it. Without it people are written as the log has them, into files that only their owner may read.
    #[arg(long)]
    pseudonyms: Option<PathBuf>,
}

impl Scan {
    pub(crate) fn run(&self) -> Result<u8, Failure> {
        if !(self.budget > 0.0 && self.budget <= 10_000.0) {
            return Err(Failure::new(
                USAGE,
                "`--budget` is more than 0 and at most 10000 cases a week for 1,000 people",
            ));
        }
        if self.state.is_some() && self.declaration.is_none() {
            return Err(Failure::new(
                USAGE,
                "`--state` is for logs that are read regularly, which is off until scope, notice and retention are declared: `--declaration`",
            ));
        }
        let declaration = self.declaration.as_deref().map(Declaration::read).transpose()?;
        let mut sources = Sources::own().map_err(|error| Failure::from(error.to_string()))?;
        for path in &self.mapping {
            sources.add(&text(path)?).map_err(|error| Failure::config(format!("{}: {error}", path.display())))?;
        }
        let mut report = Report::new(declaration, self.budget);
        let (mut engine, mut output) = self.begin()?;
        let before = engine.counts();
        for path in &self.events {
            let mut lines = Lines::of_log(path, &sources)?;
            while let Some((number, line)) = lines.next()? {
                let (mut told, mut refused) = (false, Vec::new());
                match line {
                    Ok(text) if text.trim_ascii().is_empty() => continue,
                    Ok(text) => read(text, &sources, &mut |act| match act {
                        Ok(act) => {
                            told = true;
                            report.count(&act);
                            engine.feed(&act);
                        }
                        Err(bad) => refused.push(bad),
                    }),
                    Err(bad) => refused.push(bad),
                }
                report.line(path, number, told, refused);
            }
            report.mended(lines.mended());
            output.write(&mut engine)?;
        }
        let (acts, late) = (engine.counts().acts - before.acts, engine.counts().late - before.late);
        if late > acts / 100 && self.events.iter().all(|path| path != Path::new("-")) {
            report.in_order();
            drop(output);
            (engine, output) = self.begin()?;
            self.in_order(&sources, &mut engine, &mut output)?;
        }
        if self.state.is_none() {
            engine.finish();
        }
        output.write(&mut engine)?;
        output.finish()?;
        report.close(&engine, &output);
        if let Some(path) = &self.report {
            report.write(path)?;
        }
        // Last, so that a run that broke off can be repeated.
        if let Some(path) = &self.state {
            state::keep(path, &engine)?;
        }
        report.say();
        Ok(if report.skipped() > 0 { PARTLY } else { DONE })
    }

    fn begin(&self) -> Result<(Engine, Output), Failure> {
        let names = Names::new(self.pseudonyms.as_deref())?;
        let facts = facts::read(
            self.people.as_deref(),
            self.docs.as_deref(),
            self.lifecycle.as_deref(),
            self.domains.as_deref(),
        )?;
        let settings = Settings { budget: self.budget, ..Settings::default() };
        let engine = match self.state.as_deref() {
            Some(path) => state::take_up(path, facts, settings)?,
            None => Engine::new(facts, settings),
        };
        Ok((engine, Output::create(&self.output, self.scores.as_deref(), names)?))
    }

    /// Read the log again, by time. What was read, skipped and unknown was told already.
    fn in_order(&self, sources: &Sources, engine: &mut Engine, output: &mut Output) -> Result<(), Failure> {
        let mut acts = InOrder::at(output.beside("days"))?;
        for path in &self.events {
            let mut lines = Lines::of_log(path, sources)?;
            while let Some((_, line)) = lines.next()? {
                let mut put = Ok(());
                // What is refused was named on the first reading.
                if let Ok(text) = line {
                    read(text, sources, &mut |act| {
                        if let (Ok(act), Ok(())) = (act, &put) {
                            put = acts.add(&act);
                        }
                    });
                }
                put?;
            }
        }
        let mut day = i64::MIN;
        acts.each(|act| {
            engine.feed(act);
            let today = act.at_us / DAY_US;
            if std::mem::replace(&mut day, today) == today { Ok(()) } else { output.write(engine) }
        })
    }
}

/// The fast reader first; what is not of its shape goes by the mappings, each act read or refused by itself. If no log is known for the
/// line, the first one's reason is told: it names a field.
fn read<'a>(line: &'a str, sources: &Sources, each: &mut dyn FnMut(Result<Activity<'a>, BadLine>)) {
    let Err(bad) = GoogleReports.read(line, &mut |act| each(Ok(act))) else { return };
    let mut told = Vec::new();
    match sources.each(line, &mut |act| told.push(act)) {
        Ok(true) => told.into_iter().for_each(each),
        Ok(false) if told.is_empty() => {}
        Ok(false) | Err(_) => each(Err(bad)),
    }
}
