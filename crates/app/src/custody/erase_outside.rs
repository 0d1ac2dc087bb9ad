//! Erasing a person from what outside logs left here: cases, reports, and what the engine learned. What was found stays; whom it
//! was about is told by a pseudonym that nobody can open any more.

use super::{
    outside_cases::engine,
    outside_logs::{Findings, said},
    watched_folder::blocking,
    watching::Body,
};
use crate::{App, Error};
use vouchsafe_store::{
    Error as StoreError, Tx,
    custody::{
        outside::{self, Kept},
        watched,
    },
};
use vouchsafe_watch::mask;

/// What stands in the place of an address.
const ERASED: &str = "(erased)";
/// Cases or reports read in one go.
const AT_ONCE: u32 = 200;

/// What was learned, without somebody: of which revision it is made.
pub(super) type Unlearned = Option<(i64, Vec<u8>)>;

impl App {
    /// What was learned from outside logs, without whoever has one of these addresses. Reads only. Cost: of all that was learned.
    pub(super) async fn unlearn(&self, addresses: &[String]) -> Result<Unlearned, Error> {
        let mut tx = self.store.write("unlearn").await?;
        let learned = outside::learned(&mut tx).await?;
        let declared = watched::declared(&mut tx).await?;
        tx.abandon().await?;
        let Some((revision, learned)) = learned else { return Ok(None) };
        let domains = declared.and_then(|declared| said(&declared)).map(|said| said.domains).unwrap_or_default();
        let addresses = addresses.to_vec();
        let without = blocking(move || {
            let mut engine = engine(Some(&learned), domains);
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

fn masked(text: &mut String, addresses: &[String]) -> bool {
    let mut named = false;
    for address in addresses {
        if let Some(without) = mask::only(text, address, ERASED) {
            (*text, named) = (without, true);
        }
    }
    named
}
