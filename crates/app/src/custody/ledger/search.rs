//! Searching a ledger back from its head: the newest entries of one group, or those about one project.
//!
//! What an entry says lies sealed, so nothing can be looked up by it: entries are opened one after the other, so many in a request
//! and no more. What is kept from the reader is taken away before anything is compared. So a search neither finds nor counts it, and
//! answers the same whatever it is about.

use super::{
    parse,
    read::{EntriesSent, sent},
};
use crate::{App, Asker, Error};
use serde_json::Value;
use vouchsafe_domain::ids::ProjectId;
use vouchsafe_ledger::{
    act::{Act, Kind},
    entry::Entry,
};
use vouchsafe_store::custody::ledger::{self as rows, Numbered};

/// Entries that one request looks through at most.
pub const LOOKED_THROUGH: u64 = 10_000;
/// Entries that are read at once.
const STRIDE: u64 = 500;

/// Content that left, by whatever noun.
const CONTENT: &str = "content";
/// The groups by which people look for entries, and the nouns of the acts in each.
const GROUPS: [(&str, &[&str]); 9] = [
    (CONTENT, &["list", "preview"]),
    ("work", &["assignment", "annotation", "task", "flag", "decision", "consensus", "quality"]),
    ("projects", &["project", "tasks", "schema", "guideline", "course", "expert_bars"]),
    (
        "people",
        &[
            "expert_standing",
            "second_look",
            "profile",
            "credential",
            "invitation",
            "member",
            "person",
            "sign_in_link",
            "session",
            "token",
            "grant",
            "approval",
            "access",
        ],
    ),
    (
        "walls",
        &[
            "wall",
            "conflict",
            "owner",
            "organisation",
            "interest",
            "declaration",
            "request",
            "waiver",
            "glass",
            "budget",
            "exposure",
        ],
    ),
    ("cases", &["case", "reveal", "standing_rule", "watch", "outside_log"]),
    ("releases", &["release", "departure"]),
    (
        "keeping",
        &[
            "client",
            "agreement",
            "key",
            "signing_key",
            "hold",
            "backup",
            "quarantine",
            "epoch",
            "gap",
            "clock",
            "server",
            "doctor",
            "one_person",
        ],
    ),
    ("log", &["log"]),
];

/// The group of an act.
fn group_of(act: Act) -> &'static str {
    let noun = act.word().split('.').next().unwrap_or_default();
    let by_noun = GROUPS.iter().find(|(_, nouns)| nouns.contains(&noun)).map_or(CONTENT, |(group, _)| *group);
    match act {
        Act::AssignmentOpened => CONTENT,
        Act::AssignmentWalled | Act::AnnotationWalled => "walls",
        _ if act.kind() == Kind::Disclosure && !["backup", "log"].contains(&noun) => CONTENT,
        _ => by_noun,
    }
}

/// What is looked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sought {
    group: Option<&'static str>,
    project: Option<ProjectId>,
    before: Option<u64>,
}

impl Sought {
    /// What a request looks for; `None` where it only reads on.
    pub fn parse(group: Option<&str>, project: Option<ProjectId>, before: Option<u64>) -> Result<Option<Self>, Error> {
        let known = |word: &str| GROUPS.iter().map(|(group, _)| *group).find(|group| *group == word);
        let one_of = || format!("must be one of {}", GROUPS.map(|(group, _)| group).join(", "));
        let group = match group {
            Some(word) => Some(known(word).ok_or_else(|| Error::invalid("/group", one_of()))?),
            None => None,
        };
        let nothing = group.is_none() && project.is_none() && before.is_none();
        Ok((!nothing).then_some(Self { group, project, before }))
    }

    /// Says in the entry of the reading what was looked for. Not as `project`, or the next search would find this one.
    fn said(self, mut entry: Entry) -> Entry {
        if let Some(group) = self.group {
            entry = entry.of("sought_group", group);
        }
        if let Some(project) = self.project {
            entry = entry.of("sought_project", project.to_string());
        }
        match self.before {
            Some(before) => entry.of("before", before),
            None => entry,
        }
    }

    fn fits(self, one: &Numbered) -> bool {
        let part = |n: usize| -> Option<Value> { serde_json::from_slice(&one.entry.parts[n].as_ref()?.bytes).ok() };
        // Of what is kept from the reader, or gone, nothing is known.
        let Some(act) = part(0) else { return false };
        let word = act["act"].as_str().unwrap_or_default();
        let of_group = |group: &str| Act::ALL.iter().any(|act| act.word() == word && group_of(*act) == group);
        self.group.is_none_or(of_group)
            && self.project.is_none_or(|project| names(part(1).as_ref(), &project.to_string()))
    }
}

/// Whether an object is this project, belongs to it, or is a list with it in.
fn names(object: Option<&Value>, project: &str) -> bool {
    let Some(object) = object else { return false };
    object["project"] == project
        || object["projects"].as_array().is_some_and(|all| all.iter().any(|one| one == project))
}

impl App {
    /// The newest entries below a number that fit, the newest first, each with its proof. Looks through [`LOOKED_THROUGH`] entries at
    /// most, says to where it came, and what to ask next. That somebody searched is recorded first.
    pub async fn search_entries(
        &self,
        asker: &Asker,
        ledger: &str,
        sought: Sought,
        limit: u32,
        proofs: bool,
    ) -> Result<EntriesSent, Error> {
        let ledger = parse(ledger)?;
        let withheld = self.withheld(asker, &ledger).await?;
        let say =
            |entry: Entry| sought.said(entry.because("route", "GET /ledgers/{ledger}/entries")).of("limit", limit);
        let recorded = self.log_sent(asker, &ledger, say).await?;
        let tree = self.tree(&mut self.store.read().await?, &ledger).await?;
        let mut at = sought.before.unwrap_or(tree.size).min(tree.size);
        let last = at.saturating_sub(LOOKED_THROUGH);
        let mut found: Vec<Numbered> = Vec::new();
        while at > last && found.len() < limit as usize {
            let stride = u32::try_from(STRIDE.min(at - last)).unwrap_or_default();
            let mut on = self.store.read().await?;
            let mut some = rows::before(&mut on, &recorded, &ledger, at, stride).await?;
            drop(on);
            if some.is_empty() {
                at = 0;
            }
            self.withhold(&withheld, &mut some).await?;
            for one in some {
                at = one.idx;
                if sought.fits(&one) {
                    found.push(one);
                    if found.len() == limit as usize {
                        break;
                    }
                }
            }
        }
        let page = sent(&mut self.store.read().await?, &ledger, &tree, found, limit, proofs).await?;
        Ok(EntriesSent { next: (at > 0).then_some(at), back_to: Some(at), ..page })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_act_is_in_one_group_by_its_noun() {
        for act in Act::ALL {
            let noun = act.word().split('.').next().unwrap();
            let groups = GROUPS.iter().filter(|(_, nouns)| nouns.contains(&noun)).count();
            assert_eq!(groups, 1, "{}", act.word());
        }
        for (_, nouns) in GROUPS {
            for noun in nouns {
                assert!(Act::ALL.iter().any(|act| act.word().split('.').next() == Some(noun)), "no act of `{noun}`");
            }
        }
    }

    #[test]
    fn what_left_is_content_and_the_rest_goes_by_its_noun() {
        for (act, group) in [
            (Act::AssignmentSent, "content"),
            (Act::AssignmentOpened, "content"),
            (Act::ReleaseFileSent, "content"),
            (Act::AnnotationSubmitted, "work"),
            (Act::AnnotationWalled, "walls"),
            (Act::BackupWritten, "keeping"),
            (Act::LogSent, "log"),
            (Act::TasksImported, "projects"),
        ] {
            assert_eq!(group_of(act), group, "{}", act.word());
        }
    }

    #[test]
    fn a_search_is_of_something() {
        assert_eq!(Sought::parse(None, None, None).unwrap(), None);
        assert!(Sought::parse(None, None, Some(0)).unwrap().is_some());
        assert!(Sought::parse(Some("secrets"), None, None).is_err());
    }
}
