//! Judging scores on a labelled trail: budgets, cases, recall, delay.
//!
//! Window from day 14; alerts on one person within 14 days are one case; an incident is found by a case between its first
//! act and three days after its last.

use std::collections::HashMap;

pub(crate) const FROM: i64 = 14;
const MERGE: i64 = 14;
const GRACE: i64 = 3;
const TAKING: [&str; 6] = ["download", "source_copy", "change_user_access", "view", "preview", "copy"];

/// An incident as the judge sees it: days of its acts, and whether each was a taking.
pub(crate) struct Known {
    pub(crate) kind: String,
    pub(crate) people: Vec<String>,
    pub(crate) days: Vec<(i64, bool)>,
}

pub(crate) fn is_taking(name: &str) -> bool {
    TAKING.contains(&name)
}

pub(crate) struct Found {
    pub(crate) kind: String,
    pub(crate) delay_days: Option<i64>,
    pub(crate) done: f64,
}

pub(crate) fn merged(mut hits: Vec<(i64, &str)>) -> Vec<(i64, &str)> {
    hits.sort_unstable();
    let mut last: HashMap<&str, i64> = HashMap::new();
    hits.retain(|(day, who)| {
        let fresh = last.get(who).is_none_or(|before| day - before >= MERGE);
        if fresh {
            last.insert(who, *day);
        }
        fresh
    });
    hits
}

/// The cases at the lowest threshold that keeps them within `budget`, and that threshold.
pub(crate) fn hindsight(scores: &[(i64, String, f64)], budget: f64) -> (Vec<(i64, &str)>, f64) {
    let mut levels: Vec<f64> = scores.iter().filter(|(day, _, _)| *day >= FROM).map(|(_, _, score)| *score).collect();
    levels.sort_by(|one, two| two.total_cmp(one));
    levels.dedup();
    let at = |level: f64| {
        merged(
            scores
                .iter()
                .filter(|(day, _, score)| *day >= FROM && *score >= level)
                .map(|(day, who, _)| (*day, who.as_str()))
                .collect(),
        )
    };
    let (mut low, mut high) = (0, levels.len());
    while low < high {
        let middle = usize::midpoint(low, high);
        #[expect(clippy::cast_precision_loss, reason = "a count of cases")]
        if at(levels[middle]).len() as f64 <= budget { low = middle + 1 } else { high = middle }
    }
    if low == 0 { (Vec::new(), f64::INFINITY) } else { (at(levels[low - 1]), levels[low - 1]) }
}

pub(crate) fn judge(cases: &[(i64, &str)], known: &[Known]) -> Vec<Found> {
    let mut found = Vec::new();
    for incident in known.iter().filter(|incident| !incident.days.is_empty()) {
        let (first, last) = (
            incident.days.iter().map(|day| day.0).min().unwrap_or(0),
            incident.days.iter().map(|day| day.0).max().unwrap_or(0),
        );
        let begun = incident.days.iter().filter(|day| day.1).map(|day| day.0).min().unwrap_or(first);
        let hit = cases
            .iter()
            .filter(|(day, who)| incident.people.iter().any(|one| one == who) && (first..=last + GRACE).contains(day))
            .map(|(day, _)| *day)
            .min();
        #[expect(clippy::cast_precision_loss, reason = "counts of acts")]
        let done = hit.map_or(1.0, |hit| {
            incident.days.iter().filter(|day| day.0 <= hit).count() as f64 / incident.days.len() as f64
        });
        found.push(Found { kind: incident.kind.clone(), delay_days: hit.map(|hit| (hit - begun).max(0) + 1), done });
    }
    found
}
