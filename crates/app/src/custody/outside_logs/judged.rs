//! Reading a log: its acts in the order of time, what rules fit, and what was skipped and unknown.

use crate::{
    Error,
    custody::{
        case_body::RuleFits,
        outside_cases::Pressing,
        outside_findings::{Alert, Findings},
    },
};
use serde::Serialize;
use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    io::{BufRead, Read},
};
use vouchsafe_domain::time::Micros;
use vouchsafe_watch::{
    Activity,
    read::{
        BadLine, Reader, encoding,
        google::GoogleReports,
        pieces::Pieces,
        report::{LINE_BYTES_MAX, Report},
        sources::{Act, Sources},
    },
    rules::{Alerts, Domains, Match, Rules, Severity},
};

/// Most unknown names of fields, and of acts, kept of one log; further ones are counted.
const UNKNOWN_MAX: usize = 200;
/// Most alerts kept of one log; further ones are counted.
const ALERTS_MAX: usize = 1_000;
/// From which severity on an alert is a case. Those below happen every day somewhere; they are told with the log.
const PRESSING: Severity = Severity::High;
/// Most alerts of one log that are looked at as cases.
const PRESSING_MAX: usize = 10_000;
/// What came of reading a log.
#[derive(Default)]
pub(in crate::custody) struct Judged {
    pub(in crate::custody) findings: Findings,
    pub(in crate::custody) report: Report,
    /// Alerts, also those beyond what is kept.
    pub(super) alerts: u64,
    /// Acts with a place in time, oldest first.
    pub(super) acts: Vec<Activity<'static>>,
    /// Alerts that are to be a case.
    pub(super) pressing: Vec<Pressing>,
    /// Of each actor: which logs told of him.
    pub(super) sources: HashMap<String, BTreeSet<String>>,
}

impl Judged {
    /// Of a log that gave no act.
    pub(in crate::custody) fn nothing(findings: Findings, report: Report) -> Self {
        Self { findings, report, ..Self::default() }
    }

    /// Takes in an alert. `at` is when the act was, if it has a place in time.
    fn alert(&mut self, line: u64, act: &Act, actor: &str, at: Option<Micros>, found: &Match<'_>) {
        self.alerts += 1;
        let fits = RuleFits {
            ts: at.map(|at| at.to_string()),
            action: act.record.action.clone(),
            rule: found.rule.id.clone(),
            severity: word(&found.rule.severity),
            words: found.rule.words.clone(),
        };
        let alerts = &mut self.findings.alerts;
        let kept = (alerts.len() < ALERTS_MAX).then_some(alerts.len());
        if kept.is_some() {
            alerts.push(Alert {
                line,
                ts: act.record.ts.clone(),
                actor: (!actor.is_empty()).then(|| actor.to_owned()),
                action: fits.action.clone(),
                rule: fits.rule.clone(),
                custody: found.rule.classes.iter().map(word).collect(),
                severity: fits.severity.clone(),
                words: fits.words.clone(),
                case: None,
            });
        }
        if let Some(at) = at.filter(|_| found.rule.severity >= PRESSING && self.pressing.len() < PRESSING_MAX) {
            let (actor, source) = (actor.to_owned(), act.source.clone());
            self.pressing.push(Pressing { actor, source, at, fits, alert: kept });
        }
    }
}

/// Reads a log. Time grows with its lines; memory with what is kept and with its acts.
pub(in crate::custody) fn judge(name: String, log: &[u8], domains: Vec<String>) -> Result<Judged, Error> {
    let broken = |_| Error::state("rules", "the rules of this version cannot be read");
    let sources = Sources::own().map_err(|error| broken(error.to_string()))?;
    let rules = Rules::own().map_err(|error| broken(error.to_string()))?.with_domains(Domains::new(domains));
    let (mut report, mut memory, mut judged) = (Report::default(), Alerts::default(), Judged::default());
    let mut take = |number: u64, piece: Result<&str, BadLine>| {
        // Where it is the fast reader's log, that one says more: as `vouchsafe watch scan` reads it.
        let text = piece.clone().unwrap_or_default();
        let fast = GoogleReports.read(text, &mut |act| judged.acts.push(act.into_owned())).is_ok();
        for act in report.piece(number, piece, &sources, None) {
            let activity = act.activity().ok();
            let actor = activity.as_ref().map(|activity| activity.actor.to_string());
            let actor = actor.or_else(|| act.record.actor.clone()).unwrap_or_default();
            if !judged.sources.get(&actor).is_some_and(|of| of.contains(&act.source)) {
                judged.sources.entry(actor.clone()).or_default().insert(act.source.clone());
            }
            let at = activity.as_ref().map(|activity| Micros(activity.at_us));
            for found in rules.matches(&act, &mut memory).into_iter().filter(|found| found.alert) {
                judged.alert(number, &act, &actor, at, &found);
            }
            judged.acts.extend(activity.filter(|_| !fast).map(Activity::into_owned));
        }
    };
    let mut mended = 0;
    let (mut pieces, mut line) = (Pieces::of(sources.columns()), Vec::new());
    // Reading from memory does not fail.
    if let Ok(mut text) = encoding::utf8(log) {
        let mut number = 0;
        while (&mut text).take(LINE_BYTES_MAX as u64 + 1).read_until(b'\n', &mut line).is_ok_and(|read| read > 0) {
            number += 1;
            if line.len() > LINE_BYTES_MAX && line.last() != Some(&b'\n') {
                let _ = text.skip_until(b'\n');
                take(number, Err(BadLine { field: "line".into(), rule: "a line has at most 16 MiB" }));
            } else {
                let text = String::from_utf8_lossy(&line);
                mended += u64::from(std::str::from_utf8(&line).is_err());
                pieces.line(number, &text, &mut take);
            }
            line.clear();
        }
    }
    pieces.end(&mut take);
    report.mended = mended;
    judged.acts.sort_by_key(|act| act.at_us);
    let mut unknown_left_out = report.names_left_out;
    let mut often = |names: &BTreeMap<(String, String), u64>| {
        let mut often: Vec<_> =
            names.iter().map(|((source, name), count)| (source.clone(), name.clone(), *count)).collect();
        often.sort_by_key(|(_, _, count)| std::cmp::Reverse(*count));
        unknown_left_out += often.len().saturating_sub(UNKNOWN_MAX) as u64;
        often.truncate(UNKNOWN_MAX);
        often
    };
    let (unknown_fields, unknown_acts) = (often(&report.unknown_fields), often(&report.unknown_acts));
    let of = Findings::of(name);
    judged.findings = Findings {
        sources: report.sources.clone(),
        refused: report.named.iter().map(|(line, bad)| (*line, bad.field.to_string(), bad.rule.to_owned())).collect(),
        mended,
        unknown_fields,
        unknown_acts,
        unknown_left_out,
        alerts: judged.findings.alerts,
        ..of
    };
    judged.report = report;
    Ok(judged)
}

/// The word of a class or a severity as rules have it.
fn word(of: &impl Serialize) -> String {
    serde_json::to_value(of).ok().and_then(|value| value.as_str().map(str::to_owned)).unwrap_or_default()
}
