//! What somebody is told of how he answers, as it is kept in the report and sent to him.

use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use utoipa::ToSchema;

/// What somebody is told of how he answers: only of whole steps of 20 annotations, of days that are over (UTC), and roughly.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Told {
    /// Share of gold tasks answered rightly; null below ten.
    pub gold: Option<Roughly>,
    /// By question: the chance that an answer is right, by what others answered and what is known. Absent below ten answers.
    pub ability: BTreeMap<String, ToldAbility>,
    /// Since when answers to gold are better or worse; null where chance explains as much.
    pub changed: Option<ToldChange>,
}

/// The chance that an answer is right, as its author is told of it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct ToldAbility {
    /// All answers together.
    pub right: Roughly,
    /// Weeks that are over, with 20 answers or more, oldest first.
    pub weeks: Vec<ToldWeek>,
}

/// One week of it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct ToldWeek {
    /// Its first moment (a Thursday, UTC), RFC 3339.
    pub from: String,
    /// The chance.
    pub right: Roughly,
}

/// A change, as he is told of it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct ToldChange {
    /// The first moment (a Thursday, UTC) of the week of the first answer after it, RFC 3339.
    pub since: String,
    /// Share of gold answered rightly before.
    pub before: Roughly,
    /// And since.
    pub after: Roughly,
}

/// A 95 % interval rounded outward to whole twentieths, in percent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Roughly {
    /// Lower end.
    pub from: u32,
    /// Upper end.
    pub to: u32,
}
