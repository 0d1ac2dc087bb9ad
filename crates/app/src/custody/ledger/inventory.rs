//! What a person was sent of a client: complete for all that went through the server's doors, each row with its proof.

use super::{
    parse,
    read::{EntriesSent, sent},
};
use crate::{App, Asker, Error};
use serde::Serialize;
use serde_json::Value;
use vouchsafe_domain::ids::{MemberId, PersonId};
use vouchsafe_ledger::{
    entry::{Entry, LedgerOf, leaf_hash},
    signing::{from_hex, to_hex},
};
use vouchsafe_store::{
    Committed,
    access::members,
    custody::ledger::{self as rows, Kind, Numbered, Of},
};

/// Rows of an inventory that are read at once for its CSV.
const CSV_ROWS: u32 = 1_000;

/// Whose inventory.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Whose {
    /// Of the person behind this account.
    Member(MemberId),
    /// Of the person whom the ledger calls so, `p-…`; in the installation's ledger a person's id.
    Named(String),
}

/// Which of his entries.
pub fn kind(word: Option<&str>) -> Result<Kind, Error> {
    match word.unwrap_or("sent") {
        "sent" => Ok(Kind::Sent),
        "opened" => Ok(Kind::Opened),
        "acts" => Ok(Kind::Act),
        "decisions" => Ok(Kind::Decision),
        "beside" => Ok(Kind::Beside),
        _ => Err(Error::invalid("/kind", "must be `sent`, `opened`, `acts`, `decisions` or `beside`")),
    }
}

/// An inventory, a page of it.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct InventorySent {
    /// How this ledger calls the person.
    pub person: String,
    /// How often content was sent to him. What is delivered in one piece counts once.
    pub sent: u64,
    /// How often content that had been sent ahead was shown.
    pub opened: u64,
    /// Other acts of his.
    pub acts: u64,
    /// Decisions about what he asked for.
    pub decisions: u64,
    /// Uses of keys, backups, restores, holds, broken glass and starts of the server: ways on which content may have left without
    /// any person's name. Their entries are those of kind `beside`.
    pub beside: u64,
    /// The entries asked for, with proofs.
    #[serde(flatten)]
    pub page: EntriesSent,
}

/// Somebody, found.
struct Found {
    ledger: LedgerOf,
    name: String,
    who: Who,
}

enum Who {
    Person(PersonId),
    Tag([u8; 16]),
}

impl Found {
    fn of(&self, kind: Kind) -> (Of<'_>, Kind) {
        match (&self.who, kind) {
            (_, Kind::Beside) => (Of::Beside, kind),
            (Who::Person(_), _) => (Of::Person(&self.name), kind),
            (Who::Tag(tag), _) => (Of::Tag(*tag), kind),
        }
    }
}

impl App {
    async fn whose(&self, asker: &Asker, ledger: &str, whose: &Whose) -> Result<(Found, String), Error> {
        let ledger = parse(ledger)?;
        let mut tx = self.store.write("inventory").await?;
        self.enter_ledger(&mut tx, asker, &ledger).await?;
        let unknown = || Error::invalid("/person", "must be a name of this ledger, `p-` and 32 hex digits");
        let who = match whose {
            Whose::Member(member) => Who::Person(members::get(&mut tx, *member).await?.ok_or(Error::NotFound)?.person),
            Whose::Named(name) => match name.strip_prefix("p-") {
                Some(tag) => Who::Tag(from_hex(tag).ok_or_else(unknown)?),
                None => Who::Person(name.parse().map_err(|_| unknown())?),
            },
        };
        tx.abandon().await?;
        let (name, called) = match &who {
            Who::Person(person) => {
                let names = rows::names(&mut self.store.read().await?, &ledger).await?;
                (person.to_string(), names.name("person", &person.to_string()))
            }
            Who::Tag(tag) => (String::new(), format!("p-{}", to_hex(tag))),
        };
        Ok((Found { ledger, name, who }, called))
    }

    async fn inventory_read(
        &self,
        asker: &Asker,
        found: &Found,
        called: &str,
        route: &str,
    ) -> Result<Committed, Error> {
        let say = |entry: Entry| entry.because("route", route).of("inventory_of", called);
        self.log_sent(asker, &found.ledger, say).await
    }

    /// A page of an inventory. O(log of the ledger) and the size of the page.
    pub async fn inventory(
        &self,
        asker: &Asker,
        ledger: &str,
        whose: &Whose,
        kind: Kind,
        (from, limit): (u64, u32),
    ) -> Result<InventorySent, Error> {
        let (found, called) = self.whose(asker, ledger, whose).await?;
        let recorded = self.inventory_read(asker, &found, &called, "GET /ledgers/{ledger}/inventory").await?;
        let mut on = self.store.read().await?;
        let tree = self.tree(&mut on, &found.ledger).await?;
        let [sent_n, opened, acts, decisions, _] = rows::tally(&mut on, &found.ledger, found.of(Kind::Sent).0).await?;
        let beside = rows::tally(&mut on, &found.ledger, Of::Beside).await?[Kind::Beside as usize];
        let mut page = rows::about(&mut on, &recorded, &found.ledger, found.of(kind), from, limit + 1).await?;
        page.retain(|entry| entry.idx < tree.size);
        let page = sent(&mut on, &found.ledger, &tree, page, limit, true).await?;
        Ok(InventorySent { person: called, sent: sent_n, opened, acts, decisions, beside, page })
    }

    /// Begins an inventory as CSV: what follows is read page by page.
    pub async fn inventory_csv(&self, asker: &Asker, ledger: &str, whose: &Whose) -> Result<Csv, Error> {
        let (found, called) = self.whose(asker, ledger, whose).await?;
        let recorded = self.inventory_read(asker, &found, &called, "GET /ledgers/{ledger}/inventory.csv").await?;
        let mut on = self.store.read().await?;
        let size = self.tree(&mut on, &found.ledger).await?.size;
        let kinds = vec![Kind::Beside, Kind::Opened, Kind::Sent];
        Ok(Csv { app: self.clone(), recorded, found, size, kinds, from: 0, begun: false })
    }
}

/// An inventory on its way out as CSV (RFC 4180): sent, then opened, then what stands beside.
pub struct Csv {
    app: App,
    recorded: Committed,
    found: Found,
    size: u64,
    kinds: Vec<Kind>,
    from: u64,
    begun: bool,
}

const HEAD: &str =
    "kind,index,at,act,object,rule,exposure,route,purpose,sent_before,holds,device,content,sealed_bytes,leaf_hash\r\n";

impl Csv {
    /// The next piece; `None` at the end.
    pub async fn next_piece(&mut self) -> Option<Result<String, Error>> {
        if !self.begun {
            self.begun = true;
            return Some(Ok(HEAD.into()));
        }
        loop {
            let kind = *self.kinds.last()?;
            let page = match self.page(kind).await {
                Ok(page) => page,
                Err(error) => return Some(Err(error)),
            };
            if let Some(last) = page.last() {
                self.from = last.idx + 1;
                return Some(Ok(page.iter().map(|entry| line(kind, entry)).collect()));
            }
            self.kinds.pop();
            self.from = 0;
        }
    }

    async fn page(&self, kind: Kind) -> Result<Vec<Numbered>, Error> {
        let mut on = self.app.store.read().await?;
        let of = self.found.of(kind);
        let mut page = rows::about(&mut on, &self.recorded, &self.found.ledger, of, self.from, CSV_ROWS).await?;
        page.retain(|entry| entry.idx < self.size);
        Ok(page)
    }
}

fn line(kind: Kind, entry: &Numbered) -> String {
    let part = |i: usize| -> Value {
        entry.entry.parts[i].as_ref().and_then(|part| serde_json::from_slice(&part.bytes).ok()).unwrap_or_default()
    };
    let (act, mut object) = (part(0), part(1));
    let mut taken = |name: &str| object.as_object_mut().and_then(|map| map.shift_remove(name)).unwrap_or_default();
    let (content, bytes) = (taken("content"), taken("sealed_bytes"));
    let word = match kind {
        Kind::Sent => "sent",
        Kind::Opened => "opened",
        Kind::Act => "act",
        Kind::Decision => "decision",
        Kind::Beside => "beside",
    };
    let cells = [
        word.to_owned(),
        entry.idx.to_string(),
        vouchsafe_domain::time::Micros(entry.entry.at_us).to_string(),
        text(&act["act"]),
        text(&object),
        text(&act["rule"]),
        text(&act["exposure"]),
        text(&act["route"]),
        text(&act["purpose"]),
        text(&act["sent_before"]),
        text(&act["holds"]),
        text(&part(2)["device"]),
        text(&content),
        text(&bytes),
        to_hex(&leaf_hash(&entry.entry.leaf)),
    ];
    let mut line = cells.map(|cell| quoted(&cell)).join(",");
    line.push_str("\r\n");
    line
}

fn text(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

/// A cell. One that a spreadsheet would take for a formula is made text.
fn quoted(cell: &str) -> String {
    let cell = if cell.starts_with(['=', '+', '-', '@', '\t', '\r']) { format!("'{cell}") } else { cell.to_owned() };
    if cell.contains(['"', ',', '\n', '\r']) { format!("\"{}\"", cell.replace('"', "\"\"")) } else { cell }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cell_is_one_cell_and_never_a_formula() {
        assert_eq!(quoted(r#"{"task":"t"}"#), r#""{""task"":""t""}""#);
        assert_eq!(quoted("=1+1"), "'=1+1");
        assert_eq!(quoted("sent"), "sent");
    }
}
