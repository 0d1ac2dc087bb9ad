//! `vouchsafe watch rules`: the rules on custody over an audit log, with a verdict for every act.

use super::log::{Log, Out, text};
use crate::exit::{self, Failure};
use serde_json::{Value, json};
use std::path::PathBuf;
use vouchsafe_watch::read::sources::Act;
use vouchsafe_watch::rules::{Alerts, Domains, Match, Rules};

/// Ask every act of a log the rules on custody, and write one verdict for each line: which rules fit, what they
/// threaten, how soon to look, in words. A threshold or a fresh alert decides about `alert`, never about the match.
#[derive(clap::Args)]
pub(crate) struct Judge {
    #[command(flatten)]
    log: Log,
    /// A file of further rules. May be given several times.
    #[arg(long, value_name = "FILE")]
    rules: Vec<PathBuf>,
    /// Ask only the rules of --rules, none of those that come with the program.
    #[arg(long, requires = "rules")]
    only: bool,
    /// Domains that count as inside: `{"own": […], "trusted": […]}`. Without it each actor's own domain does.
    #[arg(long, value_name = "FILE")]
    domains: Option<PathBuf>,
    /// Where to write the verdicts; standard output if unsaid.
    #[arg(long, value_name = "FILE")]
    output: Option<PathBuf>,
}

impl Judge {
    pub(crate) fn run(self) -> Result<u8, Failure> {
        let rules = self.load()?;
        let (mut out, mut alerts, mut fit, mut told) =
            (Out::new(self.output.as_deref())?, Alerts::default(), 0_u64, 0_u64);
        let report = self.log.read(|number, acts| {
            let found: Vec<(&Act, Vec<Match>)> =
                acts.iter().map(|act| (act, rules.matches(act, &mut alerts))).collect();
            if acts.is_empty() {
                return Ok(());
            }
            let matched: Vec<&Match> = found.iter().flat_map(|(_, matches)| matches).collect();
            fit += u64::from(!matched.is_empty());
            told += matched.iter().filter(|found| found.alert).count() as u64;
            out.line(verdict(number, acts, &matched))
        })?;
        out.finish()?;
        eprintln!("{fit} lines fit a rule; {told} alerts; {} rules asked", rules.all().len());
        Ok(if report.skipped > 0 { exit::PARTLY } else { exit::DONE })
    }

    fn load(&self) -> Result<Rules, Failure> {
        let mut rules =
            if self.only { Rules::none() } else { Rules::own().map_err(|error| Failure::from(error.to_string()))? };
        for path in &self.rules {
            rules.add(&text(path)?).map_err(|error| Failure::config(format!("{}: {error}", path.display())))?;
        }
        let Some(path) = &self.domains else { return Ok(rules) };
        let told: Value = serde_json::from_str(&text(path)?)
            .map_err(|error| Failure::config(format!("{}: {error}", path.display())))?;
        let named = ["own", "trusted"].iter().filter_map(|key| told.get(*key)).flat_map(|list| match list {
            Value::Array(list) => list.clone(),
            one => vec![one.clone()],
        });
        Ok(rules.with_domains(Domains::new(named.filter_map(|domain| domain.as_str().map(str::to_owned)))))
    }
}

/// The verdict on a line. One entry in `matched` for each class of each rule, the chief class first.
fn verdict(number: u64, acts: &[Act], matched: &[&Match]) -> Value {
    let entries: Vec<Value> = matched
        .iter()
        .flat_map(|found| {
            let rule = found.rule;
            rule.classes.iter().map(move |class| {
                json!({"rule": rule.id, "custody": class, "severity": rule.severity, "words": rule.words,
                       "threshold": rule.threshold, "dedup_minutes": rule.dedup_minutes, "alert": found.alert})
            })
        })
        .collect();
    let mut custody: Vec<_> = matched.iter().flat_map(|found| found.rule.classes.iter()).collect();
    custody.sort();
    custody.dedup();
    let first = acts.first();
    json!({
        "line": number,
        "format": first.map(|act| act.source.as_str()),
        "actor": first.and_then(|act| act.record.actor.as_deref()),
        "action": first.and_then(|act| act.record.action.as_deref()),
        "ts": first.and_then(|act| act.record.ts.as_deref()),
        "match": !matched.is_empty(),
        "alert": matched.iter().any(|found| found.alert),
        "severity": matched.iter().map(|found| found.rule.severity).max(),
        "custody": custody,
        "matched": entries,
    })
}
