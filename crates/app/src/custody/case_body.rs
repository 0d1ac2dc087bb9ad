//! What a case rests on, as it lies sealed in its row.

use super::outside_facts::FactKind;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use vouchsafe_domain::{
    custody::budget::Budget,
    ids::{MemberId, PersonId},
};
use vouchsafe_store::custody::cases::Case;
use vouchsafe_watch::{
    Scored,
    engine::{
        cases::{Case as Tipped, ITEMS_MOST},
        words::reasons,
    },
};

/// What a case rests on, as it is kept.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(super) struct Body {
    /// Sentences, the weightiest first.
    pub(super) reasons: Vec<String>,
    /// Named parts of the score, in thousandths of a nat.
    pub(super) parts: Vec<(String, i64)>,
    /// What was taken first, at most 500: client and item.
    pub(super) items: Vec<(String, String)>,
    /// How many there are.
    pub(super) items_all: usize,
    /// Scores of days before: days since 1970 and thousandths of a nat.
    pub(super) days: Vec<(i32, i64)>,
    /// The day that tipped it.
    pub(super) day: i32,
    /// The other of a pair.
    pub(super) pair: Option<String>,
    /// What there was before a measure was taken.
    #[serde(default)]
    pub(super) before: Vec<Before>,
    /// Days that would be said differently by what was told late.
    #[serde(default)]
    pub(super) late: Vec<Late>,
    /// Of a case from outside logs: what it rests on besides.
    #[serde(default)]
    pub(super) outside: Option<Outside>,
}

impl Body {
    /// What is kept of a case.
    pub(super) fn of(case: &Case) -> Self {
        serde_json::from_str(&case.body).unwrap_or_default()
    }

    /// What a case of the engine rests on. `pair` is the other of a pair, `called` how he is called in the reasons.
    pub(super) fn said_by(tipped: &Tipped, pair: Option<PersonId>, called: Option<String>) -> Self {
        let item = |item: &String| {
            let (client, item) = item.split_once('/').unwrap_or(("", item));
            (client.to_owned(), item.to_owned())
        };
        let (parts, _) = tipped.scored.parts.printed(1_000);
        Self {
            // The sentences name the other of a pair: by pseudonym, as everywhere.
            reasons: reasons(&Scored { pair: called, ..tipped.scored.clone() }),
            parts: parts.into_iter().map(|(part, milli)| (part.name().to_owned(), milli)).collect(),
            items: tipped.items.iter().map(item).collect(),
            items_all: tipped.items_all,
            days: tipped.days.iter().map(|(day, score)| (day.0, milli(*score))).collect(),
            day: tipped.scored.day.0,
            pair: pair.map(|other| other.to_string()),
            before: Vec::new(),
            late: Vec::new(),
            outside: None,
        }
    }

    /// Keeps what was said before in what is said now: what was listed, what a measure changed, what came late.
    pub(super) fn after(&mut self, was: Self) {
        let fresh: Vec<_> = self.items.iter().filter(|item| !was.items.contains(item)).cloned().collect();
        let all = was.items_all + fresh.len();
        self.items = was.items;
        self.items.extend(fresh);
        self.items.truncate(ITEMS_MOST);
        self.items_all = self.items_all.max(all);
        self.pair = self.pair.take().or(was.pair);
        (self.day, self.before, self.late) = (was.day, was.before, was.late);
    }
}

/// How an account stood before a measure: only what the measure changed.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Before {
    /// The account.
    pub(super) member: MemberId,
    /// The budget that was set for it by name.
    pub(super) budget: Option<Budget>,
}

/// A day that would be said differently, in thousandths of a nat.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Late {
    /// Days since 1970.
    pub(super) day: i32,
    pub(super) said_milli: i64,
    pub(super) now_milli: i64,
    pub(super) told_us: i64,
}

/// What a case from outside logs rests on besides its score.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(super) struct Outside {
    /// Who, as the logs write it.
    pub(super) actor: String,
    /// Which logs told of him.
    pub(super) sources: BTreeSet<String>,
    /// His days when the case was opened.
    pub(super) days: Vec<DaySent>,
    /// Rules that fit, the first hundred.
    pub(super) rules: Vec<RuleFits>,
    /// How many there are.
    pub(super) rules_all: usize,
    /// What was known besides the log when the case was opened by its score.
    #[serde(default)]
    pub(super) known: BTreeSet<FactKind>,
}

/// A rule that fits what somebody did.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct RuleFits {
    /// When.
    pub ts: Option<String>,
    /// The vendor's name of the act.
    pub action: Option<String>,
    /// The rule.
    pub rule: String,
    /// How soon to look.
    pub severity: String,
    /// In words.
    pub words: String,
}

/// Items of one client.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct ClientItems {
    /// Code name.
    pub client: String,
    /// Items.
    pub items: usize,
}

/// One day of a person against the peers.
#[derive(Debug, Clone, Serialize, Deserialize, utoipa::ToSchema)]
pub struct DaySent {
    /// The day of UTC: `2025-05-05`.
    pub day: String,
    /// Different items sent.
    pub items: usize,
    /// Disclosures, repeated ones counted.
    pub sent: usize,
    /// A tenth of the peers were sent no more items; null without peers.
    pub peers_low: Option<usize>,
    /// A tenth of the peers were sent no fewer.
    pub peers_high: Option<usize>,
    /// The same of the four weeks of the person before this day; null without a week of them.
    pub own_low: Option<usize>,
    /// A tenth of those days had no fewer.
    pub own_high: Option<usize>,
}

#[expect(clippy::cast_possible_truncation, reason = "clamped")]
pub(super) fn milli(nats: f64) -> i64 {
    (nats.clamp(0.0, 1e9) * 1_000.0).round() as i64
}

#[expect(clippy::cast_precision_loss, reason = "scores are small")]
pub(super) fn nats(milli: i64) -> f64 {
    milli as f64 / 1_000.0
}
