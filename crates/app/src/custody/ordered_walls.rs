//! A wall somebody orders: a custodian or the client's observer shuts a person out at once.

use super::{
    hidden::Hidden,
    late::{end_shut_leases, lock_leases, reason},
    voices,
};
use crate::{App, Asker, Error};
use serde::{Deserialize, Serialize};
use vouchsafe_domain::{
    access::role::Role,
    custody::gate::Need,
    ids::{ClientId, MemberId, PersonId, WallId},
    time::Micros,
};
use vouchsafe_ledger::act::Act;
use vouchsafe_store::{
    Tx,
    access::members,
    custody::{
        clearance::{Clearance, clear},
        clients, conflicts, exposures,
        ordered_walls::{self, Ordered},
    },
};

/// How many persons are read at once to find whom a pseudonym means.
const PERSONS_AT_ONCE: u32 = 1_000;

/// Whom to shut out.
#[derive(Debug, Clone, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewWall {
    /// A pseudonym of this client, `p-…`, or the id of an account.
    pub person: String,
    /// Why.
    pub reason: String,
}

/// What ordering did.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct WallOrdered {
    /// The wall's id.
    pub id: String,
    /// Leases that ended.
    pub leases_ended: usize,
    /// No content of the client was sent to him after this moment; null when none ever was. RFC 3339.
    pub last_sent_before: Option<String>,
    /// From when nothing more is sent, RFC 3339.
    pub at: String,
}

impl App {
    /// Orders a wall around one client for one person.
    pub async fn order_wall(&self, asker: &Asker, client: ClientId, new: &NewWall) -> Result<WallOrdered, Error> {
        let (why, now) = (reason("/reason", &new.reason)?, self.now());
        let hidden = self.hidden(asker).await?;
        let mut tx = self.store.write("order_wall").await?;
        let person = {
            let clearance = clear(&mut tx, asker, client, Need::Custody, true).await?;
            if !matches!(asker.role, Role::Custodian | Role::Observer) {
                return Err(Error::Forbidden("a custodian or the client's observer orders walls"));
            }
            whom(&mut tx, &clearance, &hidden, &new.person).await?
        };
        tx.abandon().await?;
        // Again from the start, now that it is known whose work is to be locked first.
        let mut tx = self.store.write("order_wall").await?;
        lock_leases(&mut tx, &[person]).await?;
        let clearance = clear(&mut tx, asker, client, Need::Custody, true).await?;
        let wall = Ordered {
            id: WallId(self.id()),
            person,
            client,
            reason: why.to_owned(),
            ordered_by: asker.member,
            ordered_at: now,
            lifted_at: None,
        };
        ordered_walls::insert(&mut tx, &wall).await?;
        let ended = end_shut_leases(self, &mut tx, person).await?;
        let seen = exposures::last_seen(&mut tx, person, client).await?;
        let entry = clearance
            .entry(Act::WallOrdered, now)
            .of("wall", wall.id.to_string())
            .of("whom", person.to_string())
            .of("leases_ended", ended.len());
        let leases_ended = ended.len();
        tx.commit(std::iter::once(entry).chain(ended)).await?;
        Ok(WallOrdered {
            id: wall.id.to_string(),
            leases_ended,
            last_sent_before: seen.map(|at| at.plus(exposures::GRAIN_US).min(now).to_string()),
            at: now.to_string(),
        })
    }
}

/// What a client's own people say about its walls.
#[derive(Debug, Clone, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct WallTerms {
    /// Days after the last sight for which its rivals stay shut, 1 to 3,650; 180 unless set. Of two clients the
    /// longer counts.
    #[serde(default)]
    pub cool_off_days: Option<u32>,
    /// Whether people confirm their declared interests before each of its projects.
    #[serde(default)]
    pub declarations: Option<bool>,
}

impl App {
    /// Sets a client's terms, as its custodian or observer.
    pub async fn set_wall_terms(&self, asker: &Asker, client: ClientId, terms: &WallTerms) -> Result<(), Error> {
        if terms.cool_off_days.is_some_and(|days| !(1..=3_650).contains(&days)) {
            return Err(Error::invalid("/cool_off_days", "must be 1 to 3,650"));
        }
        let now = self.now();
        let mut tx = self.store.write("set_wall_terms").await?;
        if !matches!(asker.role, Role::Custodian | Role::Observer) {
            return Err(Error::NotFound);
        }
        // Before the asker's own row: to raise a lock on the graph that others share is to wait for them and they for oneself.
        conflicts::change_graph(&mut tx).await?;
        let clearance = clear(&mut tx, asker, client, Need::Custody, true).await?;
        let (cool_off_us, declared) = clients::wall_terms(&mut tx, client).await?;
        let narrower = terms.cool_off_days.is_some_and(|days| i64::from(days) * Micros::DAY < cool_off_us)
            || (declared && terms.declarations == Some(false));
        if narrower && voices::stands_in(&mut tx, asker, client, now).await? {
            return Err(Error::Forbidden(
                "a client with people of its own is told by them alone to keep its rivals out for less",
            ));
        }
        if let Some(days) = terms.cool_off_days {
            clients::set_cool_off(&mut tx, client, i64::from(days) * Micros::DAY).await?;
        }
        if let Some(asked) = terms.declarations {
            clients::ask_declarations(&mut tx, client, asked.then_some(now)).await?;
        }
        conflicts::touch_those_near(&mut tx, &[client.into()]).await?;
        let entry = clearance
            .entry(Act::ClientChanged, now)
            .of("cool_off_days", terms.cool_off_days)
            .of("declarations", terms.declarations.map(u32::from));
        tx.commit([entry]).await?;
        Ok(())
    }
}

/// The person meant by a pseudonym of the client or an account's id.
pub(super) async fn whom(
    tx: &mut Tx,
    clearance: &Clearance<'_>,
    hidden: &Hidden,
    text: &str,
) -> Result<PersonId, Error> {
    if let Ok(member) = text.parse::<MemberId>() {
        let found = members::get(tx, member).await?.filter(|one| !hidden.member(one.member));
        return Ok(found.ok_or(Error::NotFound)?.person);
    }
    // By a pseudonym nobody is looked up: it is reckoned for everybody who was sent something, however many.
    let is_meant = |person: &PersonId| clearance.pseudonym(*person) == text;
    let mut after = None;
    loop {
        let some = exposures::persons_of(tx, clearance.client(), after, PERSONS_AT_ONCE).await?;
        if let Some(found) = some.iter().find(|person| is_meant(person)) {
            return Ok(*found);
        }
        let Some(last) = some.last() else { break };
        after = Some(*last);
    }
    // As he was called before he was found to be somebody else: the client's log still says so.
    let merged = members::merged(tx).await?;
    let Some((_, person)) = merged.into_iter().find(|(name, _)| is_meant(name)) else { return Err(Error::NotFound) };
    exposures::last_seen(tx, person, clearance.client()).await?.map(|_| person).ok_or(Error::NotFound)
}
