//! What is known besides the log: people, the catalogue of documents, whose domain is whose, dated facts of employment.
//!
//! All of it may be missing. Without a catalogue every document counts as confidential and of no client; without people
//! everybody is of one role and lives in UTC; a dated fact is used from its date on and never before.

use crate::time::Day;
use serde::Deserialize;
use std::collections::{BTreeSet, HashMap};

/// Everything known besides the log.
#[derive(Debug, Clone, Default)]
pub struct Facts {
    /// People by e-mail address, in lower case.
    pub people: HashMap<String, Person>,
    /// Documents by id.
    pub docs: HashMap<String, Doc>,
    /// Domains.
    pub domains: Domains,
    /// Dated facts by e-mail address, in lower case.
    pub lifecycle: HashMap<String, Vec<Dated>>,
    pub(crate) classes: BTreeSet<String>,
    pub(crate) client_names: BTreeSet<String>,
}

/// A person, as a directory of staff knows them.
#[derive(Debug, Clone, Default, Deserialize)]
pub struct Person {
    /// E-mail address at work.
    pub email: String,
    /// Role, in the company's own words; people of one role are each other's peers.
    #[serde(default)]
    pub role: String,
    /// Clients whose work is theirs.
    #[serde(default)]
    pub clients: Vec<String>,
    /// Hours east of UTC.
    #[serde(default)]
    pub utc_offset_h: f64,
    /// A private address of theirs, where it is known.
    #[serde(default)]
    pub personal_email: Option<String>,
}

impl Person {
    /// Seconds east of UTC.
    #[expect(clippy::cast_possible_truncation, reason = "clamped to a day")]
    pub fn offset_s(&self) -> i32 {
        (self.utc_offset_h.clamp(-24.0, 24.0) * 3_600.0).round() as i32
    }
}

/// A document of the catalogue.
#[derive(Debug, Clone, Deserialize)]
pub struct Doc {
    /// The id the logs use.
    pub doc_id: String,
    /// Whose it is.
    #[serde(default)]
    pub client: String,
    /// What sort it is: `pricing`, `contract`.
    #[serde(default)]
    pub cls: String,
    /// Whether it is confidential.
    #[serde(default = "yes")]
    pub confidential: bool,
}

fn yes() -> bool {
    true
}

/// Whose domain is whose.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct Domains {
    /// The organisation's own.
    pub own: OneOrMany,
    /// Of each client.
    pub client: HashMap<String, OneOrMany>,
    /// Of competitors.
    pub rival: Vec<String>,
    /// Where private accounts live.
    pub personal: Vec<String>,
    /// Of suppliers.
    pub vendor: Vec<String>,
}

/// One text or a list of them.
#[derive(Debug, Clone, Deserialize)]
#[serde(untagged)]
pub enum OneOrMany {
    /// One.
    One(String),
    /// Some, or none.
    Many(Vec<String>),
}

impl Default for OneOrMany {
    fn default() -> Self {
        Self::Many(Vec::new())
    }
}

impl OneOrMany {
    /// All of them.
    pub fn all(&self) -> &[String] {
        match self {
            Self::One(one) => std::slice::from_ref(one),
            Self::Many(many) => many,
        }
    }
}

/// Whose an address is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Whose {
    /// The organisation's own.
    Own,
    /// A client's or a supplier's: business.
    Business,
    /// A private account.
    Private,
    /// A competitor's.
    Rival,
    /// Of a domain that nobody listed.
    Unlisted,
}

/// A dated fact of employment.
#[derive(Debug, Clone, Deserialize)]
pub struct Dated {
    /// The day it became known, `2025-05-05`.
    pub date: String,
    /// Whom it is about.
    pub email: String,
    /// `hired`, `moved`, `vacation`, `notice`, `approved_export`, `rival_contact`; others are kept and unused.
    pub fact: String,
    /// Of an approved export: the client.
    #[serde(default)]
    pub client: Option<String>,
    /// Of an approved export: how many files at most.
    #[serde(default)]
    pub files: Option<u32>,
    /// The day in `date`; filled on adding.
    #[serde(skip)]
    pub day: Day,
}

impl Facts {
    /// Whether an address is the organisation's own, business, private, a rival's or unlisted.
    pub fn whose(&self, address: &str) -> Whose {
        let domain = address.rsplit_once('@').map_or(address, |(_, domain)| domain);
        let is = |list: &[String]| list.iter().any(|one| one == domain);
        if is(self.domains.own.all()) {
            Whose::Own
        } else if is(&self.domains.personal) {
            Whose::Private
        } else if is(&self.domains.rival) {
            Whose::Rival
        } else if is(&self.domains.vendor) || self.domains.client.values().any(|client| is(client.all())) {
            Whose::Business
        } else {
            Whose::Unlisted
        }
    }

    /// Take a person from a line of JSON. The error names the rule, never the content.
    pub fn add_person(&mut self, line: &str) -> Result<(), &'static str> {
        let mut person: Person = serde_json::from_str(line).map_err(|_| "a person is an object with an `email`")?;
        person.email.make_ascii_lowercase();
        if let Some(personal) = &mut person.personal_email {
            personal.make_ascii_lowercase();
        }
        self.people.insert(person.email.clone(), person);
        Ok(())
    }

    /// Take a document from a line of JSON.
    pub fn add_doc(&mut self, line: &str) -> Result<(), &'static str> {
        let doc: Doc = serde_json::from_str(line).map_err(|_| "a document is an object with a `doc_id`")?;
        if !doc.cls.is_empty() {
            self.classes.insert(doc.cls.clone());
        }
        if !doc.client.is_empty() {
            self.client_names.insert(doc.client.clone());
        }
        self.docs.insert(doc.doc_id.clone(), doc);
        Ok(())
    }

    /// Take a dated fact from a line of JSON.
    pub fn add_dated(&mut self, line: &str) -> Result<(), &'static str> {
        let mut dated: Dated =
            serde_json::from_str(line).map_err(|_| "a fact is an object with `date`, `email` and `fact`")?;
        dated.day = Day::parse(&dated.date).ok_or("a date is like 2025-05-05")?;
        self.lifecycle.entry(dated.email.to_ascii_lowercase()).or_default().push(dated);
        Ok(())
    }

    /// Take the domains from their JSON text.
    pub fn set_domains(&mut self, text: &str) -> Result<(), &'static str> {
        self.domains = serde_json::from_str(text)
            .map_err(|_| "the domains are an object with `own`, `client`, `rival`, `personal`, `vendor`")?;
        Ok(())
    }
}
