//! Rules held as data: what to look for in single acts of outside logs.
//!
//! A rule is JSON: which log, which fields say what, what that threatens and in which words it is told. The packs in
//! `packs/` come with the crate; further ones are files. A rule never needs code. The language is in `docs/audit-logs.md`.

mod actors;
mod alerts;
mod domains;
mod matcher;
mod policies;
mod rule;

pub use alerts::Alerts;
pub(crate) use domains::private_mailbox;
pub use domains::{Domains, PRIVATE};
pub use matcher::BadQuestion;
pub use rule::{BadRules, Custody, Rule, Severity, Threshold};

use crate::read::sources::Act;

/// Rules that are asked of every act.
#[derive(Debug, Clone)]
pub struct Rules {
    rules: Vec<Rule>,
    domains: Domains,
}

/// A rule that an act fits.
#[derive(Debug, Clone)]
pub struct Match<'r> {
    /// The rule.
    pub rule: &'r Rule,
    /// Whether this act opens an alert: the threshold is reached, and no alert of the same actor is fresh.
    pub alert: bool,
}

const PACKS: [&str; 14] = [
    include_str!("rules/packs/google.json"),
    include_str!("rules/packs/m365.json"),
    include_str!("rules/packs/cloudtrail.json"),
    include_str!("rules/packs/slack-okta-box.json"),
    include_str!("rules/packs/code.json"),
    include_str!("rules/packs/others.json"),
    include_str!("rules/packs/doors.json"),
    include_str!("rules/packs/sign-in.json"),
    include_str!("rules/packs/further.json"),
    include_str!("rules/packs/wider.json"),
    include_str!("rules/packs/clouds.json"),
    include_str!("rules/packs/directories.json"),
    include_str!("rules/packs/tools.json"),
    include_str!("rules/packs/alerts.json"),
];

impl Rules {
    /// No rules.
    pub fn none() -> Self {
        Self { rules: Vec::new(), domains: Domains::default() }
    }

    /// The rules that come with this crate. Fails only if its own files are broken, which a test excludes.
    pub fn own() -> Result<Self, BadRules> {
        let mut rules = Self::none();
        PACKS.iter().try_for_each(|pack| rules.add(pack))?;
        Ok(rules)
    }

    /// Add a pack: the JSON text of a list of rules. Nothing is added if any of it is refused.
    pub fn add(&mut self, json: &str) -> Result<(), BadRules> {
        let mut added = Rule::parse_all(json)?;
        for (at, rule) in added.iter().enumerate() {
            let same = |other: &Rule| other.id == rule.id;
            if self.rules.iter().any(same) || added[..at].iter().any(same) {
                return Err(BadRules::Twice(rule.id.clone()));
            }
        }
        self.rules.append(&mut added);
        Ok(())
    }

    /// Say which domains are inside.
    #[must_use]
    pub fn with_domains(mut self, domains: Domains) -> Self {
        self.domains = domains;
        self
    }

    /// All rules.
    pub fn all(&self) -> &[Rule] {
        &self.rules
    }

    /// Every rule that an act fits, in the order of the packs. Cost: rules of its log times the fields they ask for.
    pub fn matches(&self, act: &Act, alerts: &mut Alerts) -> Vec<Match<'_>> {
        let fit: Vec<_> = self.rules.iter().enumerate().filter(|(_, rule)| rule.fits(act, &self.domains)).collect();
        if fit.is_empty() {
            return Vec::new();
        }
        let noted = alerts.hear(act);
        fit.into_iter().map(|(at, rule)| Match { rule, alert: alerts.opens(at, rule, &noted) }).collect()
    }
}
