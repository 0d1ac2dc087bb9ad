//! What a person was sent of a client: complete for all that went through the server's doors, each row with its proof.

use super::{
    lost::{self, Lost},
    parse,
    read::{EntriesSent, sent},
    withheld::Withheld,
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
    Committed, Read,
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
    /// Of which times entries of this ledger are lost: what was sent in them is not known, but for what was entered again.
    pub unknown: Vec<Lost>,
    /// The entries asked for, with proofs.
    #[serde(flatten)]
    pub page: EntriesSent,
}

/// Somebody, found: by each of the tags under which the ledger knows him. One human whose two persons were merged has
/// two, and his inventory is that of both.
struct Found {
    ledger: LedgerOf,
    tags: Vec<[u8; 16]>,
}

impl Found {
    fn of(&self, kind: Kind) -> Vec<Of<'static>> {
        match kind {
            Kind::Beside => vec![Of::Beside],
            _ => self.tags.iter().map(|tag| Of::Tag(*tag)).collect(),
        }
    }

    /// Entries of one kind from `from` on, in order, at most `limit`.
    async fn page(
        &self,
        on: &mut Read,
        recorded: &Committed,
        kind: Kind,
        from: u64,
        limit: u32,
    ) -> Result<Vec<Numbered>, Error> {
        let mut page = Vec::new();
        for of in self.of(kind) {
            page.extend(rows::about(on, recorded, &self.ledger, (of, kind), from, limit).await?);
        }
        page.sort_by_key(|entry| entry.idx);
        page.truncate(limit as usize);
        Ok(page)
    }
}

impl App {
    async fn whose(&self, asker: &Asker, ledger: &str, whose: &Whose) -> Result<(Found, String), Error> {
        let (ledger, hidden) = (parse(ledger)?, self.hidden(asker).await?);
        let mut tx = self.store.write("inventory").await?;
        self.enter_ledger(&mut tx, asker, &ledger).await?;
        let unknown = || Error::invalid("/person", "must be a name of this ledger, `p-` and 32 hex digits");
        let merged = members::merged(&mut tx).await?;
        let member = match whose {
            Whose::Member(member) => Some(hidden.known(&mut tx, asker, *member).await?.person),
            Whose::Named(_) => None,
        };
        // Of somebody hidden as much is told as of one who never was: that there is nothing.
        let by_id = match whose {
            Whose::Named(name) => name.parse().ok(),
            Whose::Member(_) => None,
        };
        let is_hidden = match by_id {
            Some(person) => hidden.person(&mut tx, person).await?,
            None => false,
        };
        tx.abandon().await?;
        let names = rows::names(&mut self.store.read().await?, &ledger).await?;
        let tag = |person: PersonId| names.tag("person", &person.to_string());
        let (sought, person) = match (whose, member) {
            (Whose::Named(name), _) => {
                if let Some(hex) = name.strip_prefix("p-") {
                    (from_hex(hex).ok_or_else(unknown)?, None)
                } else {
                    let person = by_id.ok_or_else(unknown)?;
                    (tag(if is_hidden { PersonId(self.id()) } else { person }), Some(person))
                }
            }
            (_, Some(person)) => (tag(person), Some(person)),
            (_, None) => return Err(Error::NotFound),
        };
        // Whoever he was before he was merged, and whoever was merged into him, is he.
        let known = merged.iter().find(|(from, into)| tag(*from) == sought || tag(*into) == sought);
        let human = known.map(|(_, into)| *into);
        let mut tags = vec![sought];
        if let Some(human) = human {
            let others = merged.iter().filter(|(_, into)| *into == human).map(|(from, _)| tag(*from));
            tags.extend(others.chain([tag(human)]).filter(|other| *other != sought));
        }
        let called = match human.or(person) {
            Some(person) => names.name("person", &person.to_string()),
            None => format!("p-{}", to_hex(&sought)),
        };
        Ok((Found { ledger, tags }, called))
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
        let withheld = self.withheld(asker, &found.ledger).await?;
        let recorded = self.inventory_read(asker, &found, &called, "GET /ledgers/{ledger}/inventory").await?;
        let mut on = self.store.read().await?;
        let tree = self.tree(&mut on, &found.ledger).await?;
        let [mut sent_n, mut opened, mut acts, mut decisions] = [0; 4];
        for of in found.of(Kind::Sent) {
            let tally = rows::tally(&mut on, &found.ledger, of).await?;
            sent_n += tally[Kind::Sent as usize];
            opened += tally[Kind::Opened as usize];
            acts += tally[Kind::Act as usize];
            decisions += tally[Kind::Decision as usize];
        }
        let beside = rows::tally(&mut on, &found.ledger, Of::Beside).await?[Kind::Beside as usize];
        let unknown = lost::of_ledger(&mut on, found.ledger.name()).await?;
        let mut page = found.page(&mut on, &recorded, kind, from, limit + 1).await?;
        page.retain(|entry| entry.idx < tree.size);
        drop(on);
        self.withhold(&withheld, &mut page).await?;
        let mut on = self.store.read().await?;
        let page = sent(&mut on, &found.ledger, &tree, page, limit, true).await?;
        Ok(InventorySent { person: called, sent: sent_n, opened, acts, decisions, beside, unknown, page })
    }

    /// Begins an inventory as CSV: what follows is read page by page.
    pub async fn inventory_csv(&self, asker: &Asker, ledger: &str, whose: &Whose) -> Result<Csv, Error> {
        let (found, called) = self.whose(asker, ledger, whose).await?;
        let withheld = self.withheld(asker, &found.ledger).await?;
        let recorded = self.inventory_read(asker, &found, &called, "GET /ledgers/{ledger}/inventory.csv").await?;
        let mut on = self.store.read().await?;
        let size = self.tree(&mut on, &found.ledger).await?.size;
        let kinds = vec![Kind::Beside, Kind::Opened, Kind::Sent];
        Ok(Csv { app: self.clone(), recorded, found, withheld, size, kinds, from: 0, begun: false })
    }
}

/// An inventory on its way out as CSV (RFC 4180): sent, then opened, then what stands beside.
pub struct Csv {
    app: App,
    recorded: Committed,
    found: Found,
    withheld: Withheld,
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
        let mut page = self.found.page(&mut on, &self.recorded, kind, self.from, CSV_ROWS).await?;
        drop(on);
        page.retain(|entry| entry.idx < self.size);
        self.app.withhold(&self.withheld, &mut page).await?;
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
