//! A rule as it is written, and as it is asked.

use super::domains::Domains;
use super::matcher::{BadQuestion, Matcher};
use crate::read::glob::glob;
use crate::read::paths::Path;
use crate::read::sources::Act;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// What an act threatens.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Custody {
    /// Much leaves at once, or the means for it are made.
    BulkTake,
    /// Something is opened to somebody outside.
    OutwardShare,
    /// Something gets another owner.
    OwnershipTransfer,
    /// Mail goes elsewhere by itself.
    MailForwarding,
    /// Something is destroyed.
    Destruction,
    /// A guard over what leaves is weakened or changed.
    CustodyControlChange,
    /// What records acts is switched off, cut or redirected.
    LogTamper,
    /// Somebody acts as another.
    Impersonation,
}

/// How soon somebody should look.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// Worth knowing.
    Info,
    /// This week.
    Low,
    /// Today.
    Medium,
    /// This hour.
    High,
    /// At once.
    Critical,
}

/// How many matching acts make an alert.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Threshold {
    /// So many acts of one actor, on different objects where the log names them.
    pub count: u32,
    /// Within so many minutes.
    pub minutes: u32,
    /// Path to what is to differ between the acts; what the reader takes for the object if unsaid.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub of: Option<String>,
}

/// A rule. What it asks of an act, under which name and in whose words it is reported.
#[derive(Debug, Clone)]
pub struct Rule {
    /// Its name, unique in its pack: `google.drive.opened-outward`.
    pub id: String,
    /// What it threatens; the first is the chief one.
    pub classes: Vec<Custody>,
    /// How soon somebody should look.
    pub severity: Severity,
    /// What happened, for a person.
    pub words: String,
    /// How many acts make an alert; one if unsaid.
    pub threshold: Option<Threshold>,
    /// For how long further alerts of one actor are taken into the first, in minutes.
    pub dedup_minutes: u32,
    /// Where what a threshold counts stands.
    pub(super) counted: Path,
    sources: Vec<String>,
    when: Vec<Vec<(Path, Matcher)>>,
    unless: Vec<Vec<(Path, Matcher)>>,
    /// Whether the rule itself asks how the act ended.
    asks_end: bool,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    id: String,
    source: Vec<String>,
    classes: Vec<Custody>,
    severity: Severity,
    words: String,
    when: Vec<Map<String, Value>>,
    #[serde(default)]
    unless: Vec<Map<String, Value>>,
    threshold: Option<Threshold>,
    #[serde(default = "an_hour")]
    dedup_minutes: u32,
}

fn an_hour() -> u32 {
    60
}

/// Why a pack of rules is refused.
#[derive(Debug, thiserror::Error)]
pub enum BadRules {
    /// Not the JSON of rules.
    #[error("the rules cannot be read: {0}")]
    Json(#[from] serde_json::Error),
    /// A question that means nothing.
    #[error("rule `{rule}`, field `{field}`: {why}")]
    Question {
        /// The rule.
        rule: String,
        /// The path it asks about.
        field: String,
        /// What is wrong.
        why: BadQuestion,
    },
    /// A rule that could never say anything useful.
    #[error("rule `{rule}`: {why}")]
    Empty {
        /// The rule.
        rule: String,
        /// What it lacks.
        why: &'static str,
    },
    /// Two of one name.
    #[error("rule `{0}` is there twice")]
    Twice(String),
}

impl Rule {
    /// The logs it asks, by name; `*` is any.
    pub fn sources(&self) -> &[String] {
        &self.sources
    }

    /// Rules from the JSON text of a list of them.
    pub(super) fn parse_all(json: &str) -> Result<Vec<Self>, BadRules> {
        serde_json::from_str::<Vec<Written>>(json)?.into_iter().map(Self::compile).collect()
    }

    fn compile(written: Written) -> Result<Self, BadRules> {
        let empty = |why| BadRules::Empty { rule: written.id.clone(), why };
        if written.classes.is_empty() {
            return Err(empty("it names no class"));
        }
        if written.when.is_empty() || written.when.iter().any(Map::is_empty) {
            return Err(empty("it asks nothing, and would fit every act"));
        }
        if written.threshold.as_ref().is_some_and(|threshold| threshold.count == 0) {
            return Err(empty("a threshold counts from 1"));
        }
        let asked = |groups: &[Map<String, Value>]| {
            let group = |group: &Map<String, Value>| {
                let one = |(field, question): (&String, &Value)| match Matcher::parse(question) {
                    Ok(matcher) => Ok((Path::new(field), matcher)),
                    Err(why) => Err(BadRules::Question { rule: written.id.clone(), field: field.clone(), why }),
                };
                group.iter().map(one).collect::<Result<Vec<_>, _>>()
            };
            groups.iter().map(group).collect::<Result<Vec<_>, _>>()
        };
        let (when, unless) = (asked(&written.when)?, asked(&written.unless)?);
        let counted = written.threshold.as_ref().and_then(|threshold| threshold.of.as_deref()).unwrap_or("@object");
        Ok(Self {
            asks_end: when.iter().chain(&unless).flatten().any(|(path, _)| path.root() == "@ok"),
            counted: Path::new(counted),
            when,
            unless,
            id: written.id,
            classes: written.classes,
            severity: written.severity,
            words: written.words,
            threshold: written.threshold,
            dedup_minutes: written.dedup_minutes,
            sources: written.source,
        })
    }

    /// Whether an act fits: its log is meant, one group of `when` fits wholly, and no group of `unless` does. What the log
    /// says failed did not happen, and fits no rule that does not ask for it.
    pub fn fits(&self, act: &Act, domains: &Domains) -> bool {
        let group = |group: &Vec<(Path, Matcher)>| group.iter().all(|(path, matcher)| matcher.fits(path, act, domains));
        self.sources.iter().any(|source| glob(source, &act.source))
            && (self.asks_end || act.record.ok != Some(false))
            && self.when.iter().any(group)
            && !self.unless.iter().any(group)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(json: &str) -> String {
        Rule::parse_all(json).unwrap_err().to_string()
    }

    #[test]
    fn a_rule_that_means_nothing_is_refused_by_name_and_field() {
        let rule = |when: &str| {
            format!(
                r#"[{{"id": "r", "source": ["*"], "classes": ["bulk-take"], "severity": "low", "words": "w", "when": {when}}}]"#
            )
        };
        assert_eq!(refused(&rule("[]")), "rule `r`: it asks nothing, and would fit every act");
        assert_eq!(refused(&rule("[{}]")), "rule `r`: it asks nothing, and would fit every act");
        assert!(refused(&rule(r#"[{"a": {"maybe": 1}}]"#)).starts_with("rule `r`, field `a`: "));
        assert!(refused(&rule(r#"[{"a": []}]"#)).starts_with("rule `r`, field `a`: "));
        assert!(refused(r#"[{"id": "r", "colour": 1}]"#).starts_with("the rules cannot be read"));
    }
}
