//! What is known besides the log: people, the catalogue of documents, whose domain is whose, dated facts of employment.
//!
//! All of it may be missing. Without a catalogue every document counts as confidential and of no client; without people
//! everybody is of one role and lives in UTC; a dated fact is used from its date on and never before.

use crate::read::BadLine;
use crate::time::Day;
use serde::Deserialize;
use serde_json::Value;
use std::borrow::Cow;
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
    /// Other addresses at work, such as one before a change of name.
    #[serde(default)]
    pub aliases: Vec<String>,
    /// The number by which the log knows them whatever their address is, where it has one.
    #[serde(default)]
    pub profile_id: Option<String>,
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
    /// Of others with whom there is business.
    pub trusted: OneOrMany,
}

impl Domains {
    /// Whether they name anybody but the organisation itself.
    pub fn name_others(&self) -> bool {
        let Self { own: _, client, rival, personal, vendor, trusted } = self;
        !(client.is_empty() && rival.is_empty() && personal.is_empty() && vendor.is_empty() && trusted.all().is_empty())
    }
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
    /// Whether an address is the organisation's own, business, private, a rival's or unlisted. A domain that is listed
    /// stands for all under it.
    pub fn whose(&self, address: &str) -> Whose {
        let domain = address.rsplit_once('@').map_or(address, |(_, domain)| domain);
        let under =
            |one: &String| domain.strip_suffix(one.as_str()).is_some_and(|rest| rest.is_empty() || rest.ends_with('.'));
        let is = |list: &[String]| list.iter().any(|one| !one.is_empty() && under(one));
        if is(self.domains.own.all()) {
            Whose::Own
        } else if is(&self.domains.personal) {
            Whose::Private
        } else if is(&self.domains.rival) {
            Whose::Rival
        } else if is(&self.domains.vendor)
            || is(self.domains.trusted.all())
            || self.domains.client.values().any(|client| is(client.all()))
        {
            Whose::Business
        } else {
            Whose::Unlisted
        }
    }

    /// What cannot be judged for want of facts, in words for whoever reads the findings: which is missing, and what follows.
    pub fn missing(&self) -> Vec<(&'static str, &'static str)> {
        let (Domains { own, rival, .. }, others) = (&self.domains, self.domains.name_others());
        let all = [
            (
                self.docs.is_empty(),
                "catalogue",
                "every item counts as confidential and of no client, so nobody can be seen to choose, or to take of clients who are not theirs",
            ),
            (
                own.all().is_empty(),
                "own domains",
                "whoever acts counts as one's own, a guest of another organisation too; a private mailbox is outside unless nobody has another address",
            ),
            (
                !others,
                "other domains",
                "a rival is not told from a client: a domain that many deal with counts as a partner's, any other as unlisted",
            ),
            (others && rival.is_empty(), "domains of rivals", "contact with a rival is not noticed"),
            (
                self.people.is_empty(),
                "people",
                "everybody is compared with everybody and lives in UTC, and whose a private address is, is not known",
            ),
            (
                self.lifecycle.is_empty(),
                "facts of employment",
                "an approved export looks like taking, and that somebody gave notice is not known",
            ),
        ];
        all.into_iter().filter(|(missing, ..)| *missing).map(|(_, what, so)| (what, so)).collect()
    }

    /// Take a person from a line of JSON. The error names field and rule, never the content.
    pub fn add_person(&mut self, line: &str) -> Result<(), BadLine> {
        let mut person: Person = serde_json::from_str(line).map_err(|_| wrong(line, &PERSON))?;
        person.email.make_ascii_lowercase();
        if let Some(personal) = &mut person.personal_email {
            personal.make_ascii_lowercase();
        }
        person.aliases.iter_mut().for_each(|alias| alias.make_ascii_lowercase());
        self.people.insert(person.email.clone(), person);
        Ok(())
    }

    /// Take a document from a line of JSON.
    pub fn add_doc(&mut self, line: &str) -> Result<(), BadLine> {
        let doc: Doc = serde_json::from_str(line).map_err(|_| wrong(line, &DOC))?;
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
    pub fn add_dated(&mut self, line: &str) -> Result<(), BadLine> {
        let mut dated: Dated = serde_json::from_str(line).map_err(|_| wrong(line, &DATED))?;
        dated.day = Day::parse(&dated.date)
            .ok_or(BadLine { field: Cow::Borrowed("date"), rule: "a date is like 2025-05-05" })?;
        self.lifecycle.entry(dated.email.to_ascii_lowercase()).or_default().push(dated);
        Ok(())
    }

    /// Take the domains from their JSON text.
    pub fn set_domains(&mut self, text: &str) -> Result<(), BadLine> {
        self.domains = serde_json::from_str(&text.to_lowercase()).map_err(|_| wrong(text, &DOMAINS))?;
        Ok(())
    }
}

/// A field: its name, whether it has to be there, what it is, and whether a value is that.
type Field = (&'static str, bool, &'static str, fn(&Value) -> bool);

const A_TEXT: &str = "it is a text";
const TEXTS: &str = "it is a list of texts";
const TEXT_OR_TEXTS: &str = "it is a text or a list of texts";

const PERSON: [Field; 7] = [
    ("email", true, A_TEXT, Value::is_string),
    ("role", false, A_TEXT, Value::is_string),
    ("clients", false, TEXTS, texts),
    ("utc_offset_h", false, "it is a number of hours", Value::is_number),
    ("personal_email", false, A_TEXT, text_or_null),
    ("aliases", false, TEXTS, texts),
    ("profile_id", false, A_TEXT, text_or_null),
];
const DOC: [Field; 4] = [
    ("doc_id", true, A_TEXT, Value::is_string),
    ("client", false, A_TEXT, Value::is_string),
    ("cls", false, A_TEXT, Value::is_string),
    ("confidential", false, "it is true or false", Value::is_boolean),
];
const DATED: [Field; 5] = [
    ("date", true, A_TEXT, Value::is_string),
    ("email", true, A_TEXT, Value::is_string),
    ("fact", true, A_TEXT, Value::is_string),
    ("client", false, A_TEXT, text_or_null),
    ("files", false, "it is a whole number, 0 to 4294967295", |value| {
        value.is_null() || value.as_u64().is_some_and(|files| u32::try_from(files).is_ok())
    }),
];
const DOMAINS: [Field; 6] = [
    ("own", false, TEXT_OR_TEXTS, text_or_texts),
    ("client", false, "it is an object of texts or lists of texts", |value| {
        value.as_object().is_some_and(|clients| clients.values().all(text_or_texts))
    }),
    ("rival", false, TEXTS, texts),
    ("personal", false, TEXTS, texts),
    ("vendor", false, TEXTS, texts),
    ("trusted", false, TEXT_OR_TEXTS, text_or_texts),
];

fn texts(value: &Value) -> bool {
    value.as_array().is_some_and(|list| list.iter().all(Value::is_string))
}

fn text_or_null(value: &Value) -> bool {
    value.is_null() || value.is_string()
}

fn text_or_texts(value: &Value) -> bool {
    value.is_string() || texts(value)
}

/// Which field breaks which rule.
fn wrong(line: &str, fields: &[Field]) -> BadLine {
    let whole = BadLine { field: Cow::Borrowed("line"), rule: "it is one JSON object, each name in it once" };
    let Ok(Value::Object(members)) = serde_json::from_str(line) else { return whole };
    let broken = fields.iter().find(|(name, needed, _, fits)| members.get(*name).map_or(*needed, |value| !fits(value)));
    broken.map_or(whole, |(name, _, rule, _)| BadLine { field: Cow::Borrowed(*name), rule })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Adds a line of one kind.
    type Add = fn(&mut Facts, &str) -> Result<(), BadLine>;

    #[test]
    fn a_bad_line_is_told_by_field_and_rule() {
        let person: Add = |facts, line| facts.add_person(line);
        let doc: Add = |facts, line| facts.add_doc(line);
        let dated: Add = |facts, line| facts.add_dated(line);
        let domains: Add = |facts, line| facts.set_domains(line);
        for (add, line, told) in [
            (person, "[]", "field `line`: it is one JSON object, each name in it once"),
            (person, r#"{"role": "ops"}"#, "field `email`: it is a text"),
            (person, r#"{"email": "a@b", "clients": "A"}"#, "field `clients`: it is a list of texts"),
            (person, r#"{"email": "a@b", "utc_offset_h": "2"}"#, "field `utc_offset_h`: it is a number of hours"),
            (doc, r#"{"doc_id": 7}"#, "field `doc_id`: it is a text"),
            (doc, r#"{"doc_id": "7", "confidential": "yes"}"#, "field `confidential`: it is true or false"),
            (dated, r#"{"date": "5 May", "email": "a@b", "fact": "hired"}"#, "field `date`: a date is like 2025-05-05"),
            (dated, r#"{"date": "2025-05-05", "email": "a@b"}"#, "field `fact`: it is a text"),
            (domains, r#"{"own": 5}"#, "field `own`: it is a text or a list of texts"),
            (domains, r#"{"client": ["a"]}"#, "field `client`: it is an object of texts or lists of texts"),
        ] {
            assert_eq!(add(&mut Facts::default(), line).map_err(|bad| bad.to_string()), Err(told.to_owned()), "{line}");
        }
    }

    #[test]
    fn a_domain_stands_for_all_under_it_in_any_case() {
        let mut facts = Facts::default();
        facts
            .set_domains(r#"{"own": "Lab.example", "rival": ["rival.example"], "trusted": "friend.example"}"#)
            .unwrap();
        assert_eq!(facts.whose("ann@lab.example"), Whose::Own);
        assert_eq!(facts.whose("ann@mail.lab.example"), Whose::Own);
        assert_eq!(facts.whose("ann@notlab.example"), Whose::Unlisted);
        assert_eq!(facts.whose("rival.example"), Whose::Rival);
        assert_eq!(facts.whose("bob@friend.example"), Whose::Business);
    }
}
