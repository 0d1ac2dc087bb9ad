//! What is known besides outside logs: who works here, which documents there are, whose domain is whose, dated facts of employment.
//!
//! The four files of `vouchsafe watch scan`, kept sealed for as long as the declaration stands. They count from the next log on: what
//! was said stays. Nobody is sent them again.

use super::{
    blocking, of_installation,
    outside_declared::{off, said},
};
use crate::{App, Asker, Error, access::entry};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use vouchsafe_ledger::act::Act;
use vouchsafe_store::{
    Tx,
    custody::{
        clearance::by,
        outside_facts::{self, Facts as Kept},
        watched::{self, Declared},
    },
};
use vouchsafe_watch::{Facts, facts::OneOrMany, read::BadLine, rules::PRIVATE};

/// What facts are about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum FactKind {
    /// Roles, clients, time zones and private addresses: a JSON object a line, with `email`.
    People,
    /// The catalogue of documents: a JSON object a line, with `doc_id`, `client`, `cls`, `confidential`.
    Docs,
    /// Own, clients', suppliers', rivals' and private domains: one JSON object.
    Domains,
    /// Dated facts of employment: a JSON object a line, with `date`, `email`, `fact`.
    Lifecycle,
}

impl FactKind {
    const ALL: [Self; 4] = [Self::People, Self::Docs, Self::Domains, Self::Lifecycle];

    pub(super) fn word(self) -> &'static str {
        match self {
            Self::People => "people",
            Self::Docs => "docs",
            Self::Domains => "domains",
            Self::Lifecycle => "lifecycle",
        }
    }

    pub(super) fn of(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.word() == word)
    }

    /// Takes in one line; of domains the whole text.
    fn add(self, facts: &mut Facts, text: &str) -> Result<(), BadLine> {
        match self {
            Self::People => facts.add_person(text),
            Self::Docs => facts.add_doc(text),
            Self::Domains => facts.set_domains(text),
            Self::Lifecycle => facts.add_dated(text),
        }
    }

    /// What of a text is taken in by itself: its lines that are not empty, numbered from 1; of domains the whole.
    pub(super) fn pieces(self, text: &str) -> Vec<(usize, &str)> {
        match self {
            Self::Domains => vec![(1, text)],
            _ => (1..).zip(text.lines()).filter(|(_, line)| !line.trim_ascii().is_empty()).collect(),
        }
    }
}

/// Facts of one kind that are kept.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct FactsListed {
    /// What they are about.
    pub kind: FactKind,
    /// How many lines; of domains how many domains.
    pub entries: i64,
    /// Bytes of the file.
    pub bytes: i64,
    /// When they were sent.
    pub set_at: String,
}

impl App {
    /// Which facts are kept: kind, size, when they were sent. Their content is not sent to anybody.
    pub async fn list_watch_facts(&self, asker: &Asker) -> Result<Vec<FactsListed>, Error> {
        let mut tx = self.store.write("list_watch_facts").await?;
        of_installation(&mut tx, asker).await?;
        let all = outside_facts::all(&mut tx).await?;
        tx.abandon().await?;
        Ok(all.iter().filter_map(listed).collect())
    }

    /// Takes facts in the place of those of the same kind. A wrong line refuses the whole by its number, field and rule, and what
    /// there was stays: a person left out in silence would change what is said of somebody. Memory: the text some times over.
    pub async fn put_watch_facts(&self, asker: &Asker, kind: FactKind, text: &[u8]) -> Result<FactsListed, Error> {
        let mut tx = self.store.write("put_watch_facts").await?;
        of_installation(&mut tx, asker).await?;
        let declared = watched::declared(&mut tx).await?.is_some();
        tx.abandon().await?;
        if !declared {
            return Err(off());
        }
        let text = text.to_vec();
        let (text, entries) = blocking(move || checked(kind, text)).await??;

        let _turn = self.outside.lock().await;
        let mut tx = self.store.write("put_watch_facts").await?;
        of_installation(&mut tx, asker).await?;
        if watched::hold(&mut tx).await?.is_none() {
            return Err(off());
        }
        let count = |n: usize| i64::try_from(n).unwrap_or(i64::MAX);
        let new = Kept {
            kind: kind.word().to_owned(),
            revision: self.revision(&outside_facts::all(&mut tx).await?),
            entries: count(entries),
            bytes: count(text.len()),
            set_by: asker.member,
            set_at: self.now(),
        };
        outside_facts::put(&mut tx, &new, &text).await?;
        let told = entry(self, Act::WatchFactsChanged).of("facts", kind.word()).of("entries", new.entries);
        tx.commit([by(told.of("bytes", new.bytes), asker)]).await?;
        Ok(FactsListed { kind, entries: new.entries, bytes: new.bytes, set_at: new.set_at.to_string() })
    }

    /// Deletes the facts of one kind. The next log is looked at without them; what was said stays.
    pub async fn delete_watch_facts(&self, asker: &Asker, kind: FactKind) -> Result<(), Error> {
        let _turn = self.outside.lock().await;
        let mut tx = self.store.write("delete_watch_facts").await?;
        of_installation(&mut tx, asker).await?;
        if !outside_facts::delete(&mut tx, kind.word()).await? {
            return Err(Error::NotFound);
        }
        let told = entry(self, Act::WatchFactsChanged).of("facts", kind.word()).of("entries", 0_i64);
        tx.commit([by(told, asker)]).await?;
        Ok(())
    }

    /// A revision that nothing kept has or had.
    pub(super) fn revision(&self, of: &[Kept]) -> i64 {
        of.iter().map(|one| one.revision + 1).fold(self.now().0, i64::max)
    }
}

/// What is known besides the logs, with the texts that say it.
#[derive(Debug, Clone, Default)]
pub(super) struct Known {
    /// Which revisions these are.
    pub(super) revisions: Vec<(String, i64)>,
    texts: Vec<(FactKind, String)>,
    inside: Vec<String>,
}

impl Known {
    /// What is kept now, beside what was declared. Memory: all of it.
    pub(super) async fn now(tx: &mut Tx, declared: Option<&Declared>) -> Result<Self, Error> {
        let mut known =
            Self { inside: declared.and_then(said).map(|said| said.domains).unwrap_or_default(), ..Self::default() };
        for of in outside_facts::all(tx).await? {
            if let Some(kind) = FactKind::of(&of.kind) {
                known.texts.push((kind, outside_facts::text(tx, &of).await?));
            }
            known.revisions.push((of.kind, of.revision));
        }
        Ok(known)
    }

    /// Which kinds these are.
    pub(super) fn kinds(&self) -> BTreeSet<FactKind> {
        self.texts.iter().map(|(kind, _)| *kind).collect()
    }

    /// As the engine takes them. Domains that were declared count as inside besides those of the file, and providers of private
    /// mailboxes as private.
    pub(super) fn facts(&self) -> Facts {
        let mut facts = Facts::default();
        for (kind, text) in &self.texts {
            for (_, piece) in kind.pieces(text) {
                // It was checked when it came; a line that a later version does not know any more is passed by.
                if kind.add(&mut facts, piece).is_err() {
                    tracing::warn!(kind = kind.word(), "a line of facts beside outside logs is not understood");
                }
            }
        }
        let own = self.inside.iter().chain(facts.domains.own.all()).map(|domain| domain.to_lowercase());
        facts.domains.own = OneOrMany::Many(own.collect());
        facts.domains.personal.extend(PRIVATE.iter().map(|&domain| domain.to_owned()));
        facts
    }
}

/// The domains that count as inside, by what was declared and by what is kept.
pub(super) async fn inside(tx: &mut Tx, declared: &Declared) -> Result<Vec<String>, Error> {
    let mut inside = said(declared).map(|said| said.domains).unwrap_or_default();
    let kept = outside_facts::all(tx).await?;
    if let Some(of) = kept.iter().find(|of| of.kind == FactKind::Domains.word()) {
        let mut facts = Facts::default();
        let text = outside_facts::text(tx, of).await?;
        if facts.set_domains(&text).is_ok() {
            inside.extend(facts.domains.own.all().iter().cloned());
        }
    }
    Ok(inside)
}

/// A text of which every line was taken in, and how much it says.
fn checked(kind: FactKind, text: Vec<u8>) -> Result<(String, usize), Error> {
    let text = String::from_utf8(text).map_err(|_| Error::invalid("/", "must be UTF-8, not packed"))?;
    let text = text.strip_prefix('\u{feff}').map(str::to_owned).unwrap_or(text);
    let mut facts = Facts::default();
    for (number, piece) in kind.pieces(&text) {
        kind.add(&mut facts, piece).map_err(|bad| {
            let rule = match kind {
                FactKind::Domains => bad.rule.to_owned(),
                _ => format!("in line {number}: {}", bad.rule),
            };
            Error::invalid(format!("/{}", bad.field), rule)
        })?;
    }
    match counted(kind, &text) {
        0 => Err(Error::invalid("/", "holds nothing: delete the facts of this kind instead")),
        entries => Ok((text, entries)),
    }
}

pub(super) fn counted(kind: FactKind, text: &str) -> usize {
    if kind != FactKind::Domains {
        return kind.pieces(text).len();
    }
    let mut facts = Facts::default();
    let _ = facts.set_domains(text);
    let of = facts.domains;
    let clients: usize = of.client.values().map(|client| client.all().len()).sum();
    of.own.all().len() + clients + of.rival.len() + of.personal.len() + of.vendor.len()
}

fn listed(of: &Kept) -> Option<FactsListed> {
    let kind = FactKind::of(&of.kind)?;
    Some(FactsListed { kind, entries: of.entries, bytes: of.bytes, set_at: of.set_at.to_string() })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(kind: FactKind, text: &str) -> String {
        format!("{:?}", checked(kind, text.as_bytes().to_vec()).unwrap_err())
    }

    #[test]
    fn a_wrong_line_is_told_by_number_field_and_rule_and_never_quoted() {
        let error =
            refused(FactKind::People, "{\"email\": \"a@lab.example\"}\n\n{\"email\": 7, \"role\": \"secret\"}\n");
        assert!(error.contains("/email") && error.contains("in line 3: it is a text"), "{error}");
        assert!(!error.contains("secret"), "{error}");
        assert!(refused(FactKind::Docs, " \n").contains("nothing"));
        assert!(refused(FactKind::Domains, "{\"own\": 5}").contains("/own"));
        assert!(format!("{:?}", checked(FactKind::Docs, vec![0x1f, 0x8b, 8]).unwrap_err()).contains("UTF-8"));
    }

    #[test]
    fn what_was_taken_in_is_counted() {
        let text = r#"{"own": "lab.example", "client": {"a": ["a.example", "a.test"]}, "rival": ["r.example"]}"#;
        assert_eq!(checked(FactKind::Domains, text.as_bytes().to_vec()).unwrap().1, 4);
        let docs = "\u{feff}{\"doc_id\": \"1\"}\n{\"doc_id\": \"2\"}";
        assert_eq!(checked(FactKind::Docs, docs.as_bytes().to_vec()).unwrap().1, 2);
    }

    #[test]
    fn what_was_declared_is_inside_whatever_the_file_says() {
        let domains = r#"{"own": ["Lab.example"], "personal": ["home.example"]}"#.to_owned();
        let known =
            Known { texts: vec![(FactKind::Domains, domains)], inside: vec!["org.example".into()], ..Known::default() };
        let facts = known.facts();
        assert_eq!(facts.domains.own.all(), ["org.example", "lab.example"]);
        assert!(facts.domains.personal.contains(&"home.example".into()) && facts.domains.personal.len() > 1);
    }
}
