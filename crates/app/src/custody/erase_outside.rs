//! Erasing a person from what outside logs left here: cases, reports, and what the engine learned. What was found stays; whom it
//! was about is told by a pseudonym that nobody can open any more.

use super::{
    outside_cases::engine, outside_facts::Known, outside_logs::Findings, watched_folder::blocking, watching::Body,
};
use crate::{App, Asker, Error, access::entry};
use serde::Deserialize;
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
        watched,
    },
};
use vouchsafe_watch::mask;

/// What stands in the place of an address.
const ERASED: &str = "(erased)";
/// Cases or reports read in one go.
const AT_ONCE: u32 = 200;

/// How long what a log calls somebody may be: shorter words stand in too much, and no address is longer.
const ADDRESS_CHARS: RangeInclusive<usize> = 3..=320;

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
        let addresses = [address.to_owned()];
        // Logs that are being read have their turn before or after.
        let _turn = self.outside.lock().await;
        let unlearned = self.unlearn(&addresses).await?;

        let mut tx = self.store.write("erase_outsider").await?;
        if members::knows(&mut tx, address).await? {
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
pub(super) fn masked(text: &mut String, addresses: &[String]) -> bool {
    let mut named = false;
    for address in addresses {
        if let Some(without) = mask::only(text, address, ERASED) {
            (*text, named) = (without, true);
        }
    }
    named
}
