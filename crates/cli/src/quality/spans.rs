//! Spans.

use super::{
    input::Table,
    output::{Out, number},
    report::Report,
    wanted::{Wanted, no_method},
};
use crate::exit::{Failure, USAGE};
use serde_json::json;
use std::collections::BTreeMap;
use vouchsafe_formats::quality::{Kind, Rows};
use vouchsafe_quality::{
    aggregate::Method,
    spans::{DEFAULT, Looked, Mark, consensus, consensus_in_sequence},
};

/// Writes consensus spans. A text on which nothing was agreed has no row.
pub(crate) fn aggregate(table: &Table, wanted: &Wanted<'_>, report: &mut Report) -> Result<(), Failure> {
    let name = if wanted.method == "auto" { DEFAULT.name() } else { wanted.method };
    let (looked, workers) = (looked(table)?, table.answers.workers.len());
    let found = if name == "bsc-seq" {
        consensus_in_sequence(&looked, workers)
    } else {
        let known: Vec<&str> = Method::ALL.map(Method::name).into_iter().chain(["bsc-seq"]).collect();
        let method = Method::named(name).ok_or_else(|| no_method(Kind::Span, name, &known))?;
        consensus(&looked, workers, method, wanted.seed)
    };
    let found = found.map_err(|error| Failure::from(error.to_string()))?;
    report.put("method", json!(name));
    report.put("spans", json!(found.len()));
    report.warn("probabilities are model-based and not verified; stretches of one text lean on each other, so they are too sure");
    let mut out = Out::new(wanted.output, ["task", "start", "end", "label", "probability"])?;
    for one in &found {
        let (start, end) = (one.mark.start.to_string(), one.mark.end.to_string());
        let label = &table.answers.labels[usize::from(one.mark.label)];
        out.row([&*table.answers.tasks[one.text as usize], &start, &end, label, &number(one.probability)])?;
    }
    out.finish()
}

/// Per task and worker, the marks; in order.
pub(crate) fn looked(table: &Table) -> Result<Vec<Looked>, Failure> {
    let Rows::Spans(rows) = &table.answers.rows else { unreachable!("checked against the kind") };
    if table.answers.labels.len() > usize::from(u16::MAX) {
        let text =
            format!("there are {} different labels; spans have at most {}", table.answers.labels.len(), u16::MAX);
        return Err(Failure::new(USAGE, text));
    }
    let mut people: BTreeMap<(u32, u32), Vec<Mark>> = BTreeMap::new();
    for row in rows {
        let marks = people.entry((row.task, row.worker)).or_default();
        if let Some((start, end, label)) = row.mark {
            marks.push(Mark { start, end, label: u16::try_from(label).expect("few labels") });
        }
    }
    let one = |((text, worker), mut marks): ((u32, u32), Vec<Mark>)| {
        marks.sort_unstable();
        Looked { text, worker, marks }
    };
    Ok(people.into_iter().map(one).collect())
}
