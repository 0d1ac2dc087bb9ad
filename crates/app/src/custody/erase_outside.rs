//! Erasing a person from what outside logs left here: cases, reports, and what the engine learned. What was found stays; whom it
//! was about is told by a pseudonym that nobody can open any more.

use super::{
    blocking,
    case_body::Body,
    outside_cases::engine,
    outside_facts::{FactKind, Known, counted},
    outside_findings::Findings,
};
use crate::{App, Asker, Error, access::entry};
use serde::Deserialize;
use serde_json::{Map, Value};
use std::ops::RangeInclusive;
use vouchsafe_domain::access::role::Role;
use vouchsafe_ledger::act::Act;
use vouchsafe_store::{
    Error as StoreError, Tx,
    access::members,
    custody::{
        clearance::by,
        holds,
        outside::{self, Kept},
        outside_facts, watched,
    },
};
use vouchsafe_watch::mask;

/// What stands in the place of an address.
const ERASED: &str = "(erased)";
/// Cases or reports read in one go.
const AT_ONCE: u32 = 200;

/// How long what a log calls somebody may be: shorter words stand in too much, and no address is longer.
const ADDRESS_CHARS: RangeInclusive<usize> = 3..=320;

/// What of a person's line is an address of his.
const ADDRESSES: [&str; 2] = ["email", "personal_email"];

/// Whom to erase who has no account here.
#[derive(Debug, Clone, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct OutsideErasure {
    /// The address, or what else the logs call him.
    pub address: String,
}

/// What was learned, without somebody: of which revision it is made.
pub(super) type Unlearned = Option<(i64, Vec<u8>)>;

impl App {
    /// Erases somebody who has no account here from what outside logs left. Refused while there is a hold: of what outside logs tell
    /// nobody can say which client it concerns. How many cases named him.
    pub async fn erase_outsider(&self, asker: &Asker, who: &OutsideErasure) -> Result<usize, Error> {
        if asker.role != Role::Admin {
            return Err(Error::Forbidden("an admin erases a person"));
        }
        let address = who.address.trim();
        if !ADDRESS_CHARS.contains(&address.chars().count()) {
            let rule = format!("must have {} to {} characters", ADDRESS_CHARS.start(), ADDRESS_CHARS.end());
            return Err(Error::invalid("/address", rule));
        }
        let (addresses, hidden) = ([address.to_owned()], self.hidden(asker).await?);
        // Logs that are being read have their turn before or after.
        let _turn = self.outside.lock().await;
        let unlearned = self.unlearn(&addresses).await?;

        let mut tx = self.store.write("erase_outsider").await?;
        if members::knows(&mut tx, address).await? && !hidden.address(&mut tx, address).await? {
            return Err(Error::state(
                "has_account",
                "somebody with an account here has this address; erase that account",
            ));
        }
        if holds::any(&mut tx).await? {
            return Err(Error::state(
                "held",
                "a hold may keep what outside logs left; it has to be released first, or the gap closed",
            ));
        }
        let pseudonym = outside::person_of(&mut tx, address).await?;
        let cases = self.erase_outside(&mut tx, &addresses, unlearned).await?;
        let said = entry(self, Act::PersonErased).because("rule", "admin").because("outside_cases", cases);
        tx.commit([by(said.of("person", pseudonym.to_string()), asker)]).await?;
        Ok(cases)
    }

    /// What was learned from outside logs, without whoever has one of these addresses. Reads only. Cost: of all that was learned.
    pub(super) async fn unlearn(&self, addresses: &[String]) -> Result<Unlearned, Error> {
        let mut tx = self.store.write("unlearn").await?;
        let learned = outside::learned(&mut tx).await?;
        let declared = watched::declared(&mut tx).await?;
        let known = Known::now(&mut tx, declared.as_ref()).await?;
        tx.abandon().await?;
        let Some((revision, learned)) = learned else { return Ok(None) };
        let (addresses, now) = (addresses.to_vec(), self.now());
        let without = blocking(move || {
            let mut engine = engine(Some(&learned), &known, now);
            for address in &addresses {
                engine.erase(address);
            }
            engine.keep().map_err(|_| Error::state("engine", "what was learned cannot be kept"))
        });
        Ok(Some((revision, without.await??)))
    }

    /// Destroys these addresses in what is kept of outside logs. How many cases named one of them.
    pub(super) async fn erase_outside(
        &self,
        tx: &mut Tx,
        addresses: &[String],
        unlearned: Unlearned,
    ) -> Result<usize, Error> {
        if let Some((revision, learned)) = unlearned
            && !outside::keep(tx, Some(revision), &learned).await?
        {
            return Err(StoreError::Conflict.into());
        }
        self.erase_from_facts(tx, addresses).await?;
        let cases = rewrite(tx, Kept::Cases, |text| {
            let mut body: Body = serde_json::from_str(text).ok()?;
            without(&mut body, addresses).then(|| serde_json::to_string(&body).ok())?
        });
        let cases = cases.await?;
        let logs = rewrite(tx, Kept::Logs, |text| {
            let mut found: Findings = serde_json::from_str(text).ok()?;
            let mut texts: Vec<&mut String> =
                found.alerts.iter_mut().filter_map(|alert| alert.actor.as_mut()).collect();
            texts.push(&mut found.name);
            let mut named = false;
            for text in texts {
                named |= masked(text, addresses);
            }
            named.then(|| serde_json::to_string(&found).ok())?
        });
        logs.await?;
        Ok(cases)
    }

    /// Takes these addresses out of what is kept: the lines about whoever has one of them, and the addresses wherever else they
    /// stand. The other address of whoever has a line goes with it. [`StoreError::Conflict`] if another server was there
    /// meanwhile. Cost: of all that is kept.
    pub(super) async fn erase_from_facts(&self, tx: &mut Tx, addresses: &[String]) -> Result<(), Error> {
        let all = outside_facts::all(tx).await?;
        let revision = self.revision(&all);
        // Who works here comes first: there stands which other address somebody has.
        let (people, others): (Vec<_>, Vec<_>) = all.into_iter().partition(|of| of.kind == FactKind::People.word());
        let mut gone = Gone::of(addresses);
        for of in people.into_iter().chain(others) {
            let Some(kind) = FactKind::of(&of.kind) else { continue };
            let text = outside_facts::text(tx, &of).await?;
            if kind == FactKind::People {
                gone.learn(&text);
            }
            let Some(without) = gone.without(kind, &text) else { continue };
            let entries = i64::try_from(counted(kind, &without)).unwrap_or(of.entries);
            let bytes = i64::try_from(without.len()).unwrap_or(of.bytes);
            let before = of.revision;
            if !outside_facts::replace(tx, before, &outside_facts::Facts { revision, entries, bytes, ..of }, &without)
                .await?
            {
                return Err(StoreError::Conflict.into());
            }
        }
        Ok(())
    }
}

/// Texts of one kind that `change` has another for; how many there were.
async fn rewrite(tx: &mut Tx, of: Kept, change: impl Fn(&str) -> Option<String>) -> Result<usize, Error> {
    let (mut after, mut changed) = (String::new(), 0);
    loop {
        let texts = outside::texts(tx, of, &after, AT_ONCE).await?;
        let Some((last, _)) = texts.last() else { return Ok(changed) };
        after.clone_from(last);
        for (id, text) in &texts {
            if let Some(other) = change(text) {
                outside::rewrite(tx, of, id, &other).await?;
                changed += 1;
            }
        }
    }
}

/// Takes the addresses out of a case: of one about that person everything that is like them too. Whether it named one.
fn without(body: &mut Body, addresses: &[String]) -> bool {
    let mut named = false;
    let own =
        body.outside.as_mut().filter(|of| addresses.iter().any(|address| address.eq_ignore_ascii_case(&of.actor)));
    if let Some(outside) = own {
        for (_, item) in &mut body.items {
            *item = mask::person(item, &outside.actor, ERASED).into_owned();
        }
        ERASED.clone_into(&mut outside.actor);
        named = true;
    }
    for (_, item) in &mut body.items {
        named |= masked(item, addresses);
    }
    named
}

/// Puts [`ERASED`] in the place of these addresses. Whether the text had one.
fn masked(text: &mut String, addresses: &[String]) -> bool {
    let mut named = false;
    for address in addresses {
        if let Some(without) = mask::only(text, address, ERASED) {
            (*text, named) = (without, true);
        }
    }
    named
}

/// Whose lines go, and which addresses.
struct Gone<'a> {
    /// Of whom it is known that he is to go.
    given: &'a [String],
    /// All addresses: those, and others of whoever has a line under one of them.
    all: Vec<String>,
}

impl<'a> Gone<'a> {
    fn of(given: &'a [String]) -> Self {
        Self { given, all: given.to_vec() }
    }

    /// Takes in the other addresses of those who go, from the lines about people.
    fn learn(&mut self, people: &str) {
        for line in people.lines() {
            let Ok(Value::Object(of)) = serde_json::from_str(line) else { continue };
            if self.names(&of) {
                let own = ADDRESSES.iter().filter_map(|name| of.get(*name)?.as_str()).map(str::trim);
                // A word such as `none` would go everywhere.
                self.all.extend(own.filter(|own| own.contains('@')).map(str::to_owned));
            }
        }
    }

    /// Whether a line is about somebody who goes. A private address that was only learned says nothing: a placeholder would
    /// take others along.
    fn names(&self, of: &Map<String, Value>) -> bool {
        let among = |name: &str, those: &[String]| {
            let own = of.get(name).and_then(Value::as_str).map(str::trim);
            own.is_some_and(|own| those.iter().any(|address| address.eq_ignore_ascii_case(own)))
        };
        among("email", &self.all) || ADDRESSES.iter().any(|name| among(name, self.given))
    }

    /// A text without them; `None` if it has none of them. Looked for in what the text says, not in how it is written: JSON may
    /// write any letter by its number. What had one is written anew.
    fn without(&self, kind: FactKind, text: &str) -> Option<String> {
        let mut changed = false;
        let mut kept = String::with_capacity(text.len());
        for (_, piece) in kind.pieces(text) {
            let mut said = serde_json::from_str::<Value>(piece).ok();
            if matches!(kind, FactKind::People | FactKind::Lifecycle)
                && said.as_ref().and_then(Value::as_object).is_some_and(|of| self.names(of))
            {
                changed = true;
                continue;
            }
            // Of a field that is there twice only the second is said.
            let mut raw = piece.to_owned();
            let written = masked(&mut raw, &self.all);
            let named = said.as_mut().is_some_and(|said| mask_all(said, &self.all));
            changed |= written || named;
            match said {
                Some(said) if written || named => kept += &said.to_string(),
                _ => kept += &raw,
            }
            kept.push('\n');
        }
        changed.then_some(kept)
    }
}

/// Takes addresses out of every text in a value, names of fields included. Whether there was any.
fn mask_all(value: &mut Value, addresses: &[String]) -> bool {
    let mut named = false;
    match value {
        Value::String(text) => named = masked(text, addresses),
        Value::Array(all) => {
            for one in all {
                named |= mask_all(one, addresses);
            }
        }
        Value::Object(of) => {
            for (mut name, mut one) in std::mem::take(of) {
                named |= masked(&mut name, addresses);
                named |= mask_all(&mut one, addresses);
                of.insert(name, one);
            }
        }
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
    named
}

#[cfg(test)]
mod tests {
    use super::*;

    fn without(kind: FactKind, text: &str, addresses: &[&str]) -> Option<String> {
        let addresses: Vec<String> = addresses.iter().map(|&address| address.to_owned()).collect();
        let mut gone = Gone::of(&addresses);
        if kind == FactKind::People {
            gone.learn(text);
        }
        gone.without(kind, text)
    }

    #[test]
    fn whoever_is_erased_is_in_no_line_any_more() {
        let gone = ["Ann@lab.example"];
        let people = "{\"email\": \"ann@lab.example\"}\n{\"email\": \"bob@lab.example\"}\n";
        assert_eq!(without(FactKind::People, people, &gone).unwrap(), "{\"email\": \"bob@lab.example\"}\n");
        assert_eq!(without(FactKind::People, "{\"email\": \"bob@lab.example\"}\n", &gone), None);
        let people = "{\"email\": \"ann@lab.example\", \"personal_email\": \"ann@home.example\"}\n";
        assert_eq!(without(FactKind::People, people, &["ann@home.example"]).unwrap(), "");
        let docs = "{\"doc_id\": \"x/ann@lab.example/1\"}\n{\"doc_id\": \"2\"}\n";
        assert_eq!(
            without(FactKind::Docs, docs, &gone).unwrap(),
            "{\"doc_id\":\"x/(erased)/1\"}\n{\"doc_id\": \"2\"}\n"
        );
    }

    #[test]
    fn an_address_is_found_however_it_is_written() {
        let gone = ["ann@lab.example", "j\u{fc}rg@lab.example"];
        let docs =
            r#"{"doc_id": "x/ann\u0040lab.example/1", "of": [{"\u0061nn@lab.example": "\nj\u00fcrg@lab.example"}]}"#;
        let left = without(FactKind::Docs, docs, &gone).unwrap();
        assert_eq!(left, "{\"doc_id\":\"x/(erased)/1\",\"of\":[{\"(erased)\":\"\\n(erased)\"}]}\n");
        let domains = "{\"own\": \"lab.example\",\n \"personal\": [\"ann\\u0040lab.example\"]}";
        let left = without(FactKind::Domains, domains, &gone).unwrap();
        assert!(left.contains("\"(erased)\"") && !left.contains("ann"), "{left}");
        let twice = r#"{"doc_id": "ann@lab.example", "doc_id": "2"}"#;
        assert_eq!(without(FactKind::Docs, twice, &gone).unwrap(), "{\"doc_id\":\"2\"}\n");
    }

    #[test]
    fn a_placeholder_takes_nobody_else_along() {
        let ann = r#"{"email": "ann@lab.example", "personal_email": "none"}"#;
        let bob = r#"{"email": "bob@lab.example", "personal_email": "none"}"#;
        let left = without(FactKind::People, &format!("{ann}\n{bob}\n"), &["ann@lab.example"]).unwrap();
        assert_eq!(left, format!("{bob}\n"));
        let shared = "{\"email\": \"ann@lab.example\", \"personal_email\": \"no@lab.example\"}\n\
                      {\"email\": \"bob@lab.example\", \"personal_email\": \"no@lab.example\"}\n";
        let left = without(FactKind::People, shared, &["ann@lab.example"]).unwrap();
        assert_eq!(left, "{\"email\":\"bob@lab.example\",\"personal_email\":\"(erased)\"}\n");
    }
}
