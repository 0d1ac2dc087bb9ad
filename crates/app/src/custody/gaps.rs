//! After entries were lost: what the gap held is entered again by hand, and two persons say so.
//!
//! As long as a client has a gap, nobody is sent anything of it, whoever was let in as of the backup: that he was shut out,
//! revoked or suspended since may be among what is gone. Anybody may have been sent its content, so its rivals are shut to
//! everybody too. What is known of the time is entered: exposures here, everything else by its own route. Then one who keeps
//! the client says of each kind that it was looked at, and another confirms it; where the client has people of its own, one
//! of the two is the client's.
//!
//! Where one person runs the installation, there is no second human: what he said was looked at he confirms at the machine, unless
//! the client has people of its own.
//!
//! When the installation's own ledger lost entries, its members are as of the backup too: first an admin and a custodian of
//! the installation, two persons, look at the list.

use super::{
    hidden::Hidden,
    late::{end_shut_leases, of_installation, reason, said, said_to},
    local::CONSOLE,
    voices,
};
use crate::{App, Asker, Error};
use serde::{Deserialize, Serialize};
use vouchsafe_domain::{
    access::role::Role,
    ids::{ClientId, MemberId, RequestId},
    time::Micros,
};
use vouchsafe_ledger::{
    act::Act,
    entry::{Entry, LedgerOf},
};
use vouchsafe_store::{
    Tx,
    access::{installation, members},
    custody::{
        clearance::Refused,
        clients, conflicts, epochs, exposures,
        pass::admit,
        requests::{self, Kind, Request},
        sequence, walls,
    },
};

/// Most exposures that are entered at once.
const EXPOSURES_MAX: usize = 1_000;
/// What a client's ledger holds and the backup may lack.
const OF_CLIENT: [&str; 5] = ["exposures", "walls", "grants", "holds", "terms"];
/// What the installation's ledger holds and the backup may lack.
const OF_INSTALLATION: [&str; 5] = ["members", "erasures", "conflicts", "ties", "budgets"];

/// What is known of the gap.
#[derive(Debug, Clone, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct GapClosing {
    /// Who was sent something of the client in it, as far as the client and others know. They count from now on.
    #[serde(default)]
    pub exposures: Vec<ExposureEntered>,
    /// Each kind of what was lost, once it was looked at and what is known of it is entered: `exposures`, `walls`, `grants`
    /// (also those that ended), `holds` and `terms` (cool-off, declarations, standing rule) of a client; `members` (who left, was
    /// suspended or merged since), `erasures`, `conflicts`, `ties` and `budgets` of the installation.
    pub entered: Vec<String>,
    /// From what that is known.
    pub reason: String,
}

/// One who was sent something.
#[derive(Debug, Clone, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ExposureEntered {
    /// An account of his.
    #[schema(value_type = String)]
    pub member: MemberId,
    /// No later than when for the last time, RFC 3339.
    pub last_at: String,
}

/// A gap that is open.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct GapListed {
    /// Of which ledger: a client's id, or `installation`.
    pub ledger: String,
    /// Since when the database goes on after the restore, RFC 3339.
    pub since: String,
    /// When the last entry was recorded that is left, RFC 3339: what is gone came after it.
    pub kept_until: Option<String>,
    /// How many entries were known and are gone; null where no number is known.
    pub lost: Option<u64>,
    /// What has to be looked at and entered again.
    pub to_enter: Vec<&'static str>,
    /// The request that waits for a second person.
    pub request: Option<String>,
    /// Whether one person runs this installation and the client has nobody of its own: then what was asked is confirmed at the
    /// machine, by `vouchsafe ledger close-gap`.
    pub alone: bool,
}

/// Which ledger a gap is of; `None` for the installation's.
fn parse(ledger: &str) -> Result<Option<ClientId>, Error> {
    if ledger == LedgerOf::Installation.name() {
        return Ok(None);
    }
    ledger.parse().map(Some).map_err(|_| Error::NotFound)
}

impl App {
    /// The gaps that are open, for those who may close them.
    pub async fn list_gaps(&self, asker: &Asker) -> Result<Vec<GapListed>, Error> {
        let mut tx = self.store.write("list_gaps").await?;
        let mut gaps = Vec::new();
        for (client, at) in all_open(&mut tx).await? {
            match may_confirm(&mut tx, asker, client).await {
                Ok(()) => gaps.push((client, at, requests::to_close(&mut tx, client).await?)),
                Err(Error::NotFound | Error::Refused(Refused::Denied(_))) => {}
                Err(other) => return Err(other),
            }
        }
        tx.abandon().await?;
        let mut listed = Vec::new();
        for (client, at, request) in gaps {
            listed.push(self.gap_listed(client, at, request).await?);
        }
        Ok(listed)
    }

    /// Confirms, at the machine, what was asked about a gap, where one person runs the installation. The ledger that lost entries
    /// says so, with the reason.
    pub async fn close_gap_alone(&self, ledger: &str, why: &str) -> Result<(), Error> {
        let (client, why) = (parse(ledger)?, reason("/reason", why)?);
        let mut tx = self.store.write("close_gap_alone").await?;
        conflicts::change_graph(&mut tx).await?;
        open_since(&mut tx, client).await?.ok_or_else(no_gap)?;
        if !installation::one_person(&mut tx).await? {
            return Err(Error::state(
                "not_alone",
                "two persons close a gap; this installation did not declare that one person runs it",
            ));
        }
        if !is_alone(&mut tx, client, self.now()).await? {
            return Err(Error::state(
                "not_alone",
                "this client has people of its own; one of them closes it with another",
            ));
        }
        let Some(request) = requests::to_close(&mut tx, client).await? else {
            return Err(Error::state(
                "gap_not_asked",
                "nobody said yet that what was lost was looked at; that is said at /gaps in the browser, and confirmed here",
            ));
        };
        requests::drop(&mut tx, request).await?;
        shut(&mut tx, client).await?;
        let said = |of: LedgerOf| {
            let entry =
                Entry::new(of, Act::GapClosed, self.now().0).of("ledger", ledger).of("request", request.to_string());
            entry.because("reason", why).because("one_person_installation", true).by("door", CONSOLE)
        };
        let theirs = client.map(|client| said(LedgerOf::Client(client.to_string())));
        tx.commit(std::iter::once(said(LedgerOf::Installation)).chain(theirs)).await?;
        Ok(())
    }

    /// All gaps, for whoever stands at the machine.
    pub async fn all_gaps(&self) -> Result<Vec<GapListed>, Error> {
        let mut tx = self.store.write("list_gaps").await?;
        let gaps = all_open(&mut tx).await?;
        tx.abandon().await?;
        let mut listed = Vec::new();
        for (client, at) in gaps {
            listed.push(self.gap_listed(client, at, None).await?);
        }
        Ok(listed)
    }

    async fn gap_listed(
        &self,
        client: Option<ClientId>,
        at: Micros,
        request: Option<RequestId>,
    ) -> Result<GapListed, Error> {
        let ledger = client.map_or_else(|| LedgerOf::Installation.name().to_owned(), |client| client.to_string());
        let mut on = self.store.read().await?;
        let mut tx = self.store.write("list_gaps").await?;
        let alone = installation::one_person(&mut tx).await? && is_alone(&mut tx, client, self.now()).await?;
        tx.abandon().await?;
        let begun = epochs::at(&mut on, &ledger, at).await?;
        let kept_until = match begun.as_ref().and_then(|begun| begun.epoch.kept.size.checked_sub(1)) {
            Some(last) => sequence::recorded_at(&mut on, &ledger, last).await?,
            None => None,
        };
        Ok(GapListed {
            ledger,
            since: at.to_string(),
            kept_until: kept_until.map(|at| at.to_string()),
            lost: begun.filter(|begun| begun.epoch.known.is_some()).map(|begun| begun.lost).filter(|lost| *lost > 0),
            to_enter: kinds(client).to_vec(),
            request: request.map(|request| request.to_string()),
            alone,
        })
    }

    /// Enters who was sent something in a gap, and asks a second person to confirm that all of it was looked at.
    pub async fn enter_gap(&self, asker: &Asker, ledger: &str, closing: &GapClosing) -> Result<RequestId, Error> {
        let (client, why) = (parse(ledger)?, reason("/reason", &closing.reason)?);
        if closing.exposures.len() > EXPOSURES_MAX {
            return Err(Error::invalid("/exposures", format!("must have at most {EXPOSURES_MAX}")));
        }
        let hidden = self.hidden(asker).await?;
        let mut tx = self.store.write("enter_gap").await?;
        may_enter(&mut tx, asker, client).await?;
        for (i, entered) in closing.entered.iter().enumerate() {
            if !kinds(client).contains(&entered.as_str()) {
                let all = kinds(client).join("`, `");
                return Err(Error::invalid(format!("/entered/{i}"), format!("must be one of `{all}`")));
            }
        }
        if let Some(missing) = kinds(client).iter().find(|kind| !closing.entered.iter().any(|said| said == *kind)) {
            return Err(Error::invalid("/entered", format!("must say that `{missing}` was looked at")));
        }
        // The graph before the persons, as whoever changes it does.
        conflicts::change_graph(&mut tx).await?;
        open_since(&mut tx, client).await?.ok_or_else(no_gap)?;
        if requests::to_close(&mut tx, client).await?.is_some() {
            return Err(Error::state("gap_asked", "a second person was asked about this gap; he decides first"));
        }
        let mut entries = Vec::new();
        match client {
            Some(client) => {
                entries.extend(self.enter_exposures(&mut tx, asker, (client, &hidden), closing, why).await?);
            }
            None if closing.exposures.is_empty() => {}
            None => return Err(Error::invalid("/exposures", "are entered for a client")),
        }
        let request =
            Request { client, ..Request::asked(RequestId(self.id()), Kind::CloseGap, why, asker, self.now()) };
        requests::insert(&mut tx, &request).await?;
        let entered = closing.entered.join(" ");
        let made = self.request_entries(asker, &request, Act::RequestMade).into_iter();
        entries.extend(made.map(|entry| entry.because("entered", entered.clone())));
        tx.commit(entries).await?;
        Ok(request.id)
    }

    async fn enter_exposures(
        &self,
        tx: &mut Tx,
        asker: &Asker,
        (client, hidden): (ClientId, &Hidden),
        closing: &GapClosing,
        why: &str,
    ) -> Result<Vec<Entry>, Error> {
        let (mut entries, mut persons) = (Vec::new(), Vec::new());
        for (i, entered) in closing.exposures.iter().enumerate() {
            let bad = || Error::invalid(format!("/exposures/{i}/last_at"), "is no time that has been, as RFC 3339");
            let last_at: Micros = entered.last_at.parse().map_err(|_| bad())?;
            if last_at > self.now() {
                return Err(bad());
            }
            let found = members::get(tx, entered.member).await?.filter(|one| !hidden.member(one.member));
            let person = found.ok_or(Error::NotFound)?.person;
            exposures::enter(tx, person, client, last_at).await?;
            let said = said_to(self, client, Act::ExposureEntered, asker).because("reason", why);
            entries.push(said.of("person", person.to_string()).of("last_at_us", last_at.0));
            persons.push(person);
        }
        if !persons.is_empty() {
            walls::touch_all(tx).await?;
        }
        for person in persons {
            entries.extend(end_shut_leases(self, tx, person).await?);
        }
        Ok(entries)
    }
}

fn kinds(client: Option<ClientId>) -> &'static [&'static str] {
    if client.is_some() { &OF_CLIENT } else { &OF_INSTALLATION }
}

/// Since when a gap is open; `None` if it is not.
async fn open_since(tx: &mut Tx, client: Option<ClientId>) -> Result<Option<Micros>, Error> {
    Ok(match client {
        Some(client) => clients::gap(tx, client).await?,
        None => installation::gap(tx).await?,
    })
}

/// All that are open, the installation's first, and since when.
async fn all_open(tx: &mut Tx) -> Result<Vec<(Option<ClientId>, Micros)>, Error> {
    let own = installation::gap(tx).await?.map(|at| (None, at));
    let of_clients = clients::gaps(tx).await?.into_iter().map(|(client, at)| (Some(client), at));
    Ok(own.into_iter().chain(of_clients).collect())
}

/// Whether nobody but the installation's one person has a word in what a ledger lost.
async fn is_alone(tx: &mut Tx, client: Option<ClientId>, now: Micros) -> Result<bool, Error> {
    match client {
        Some(client) => Ok(!voices::has_own(tx, client, now).await?),
        None => Ok(true),
    }
}

fn no_gap() -> Error {
    Error::state("no_gap", "nothing of this ledger is known to be lost")
}

/// An admin or a custodian of the installation.
async fn keeps_members(tx: &mut Tx, asker: &Asker) -> Result<(), Error> {
    if asker.role == Role::Admin && asker.only_client.is_none() {
        return Ok(());
    }
    of_installation(tx, asker).await
}

/// Lets somebody enter what a gap held: who keeps the client, or the members.
async fn may_enter(tx: &mut Tx, asker: &Asker, client: Option<ClientId>) -> Result<(), Error> {
    match client {
        Some(_) if asker.role == Role::Admin => Err(Error::Forbidden("a custodian or the client's observer does this")),
        Some(client) => Ok(admit(tx, asker, client).await.map(drop)?),
        None => keeps_members(tx, asker).await,
    }
}

/// Lets somebody confirm it; an admin too, who for a client that has nobody else here is the second. The client's key is not
/// asked for: one that withdrew it has a gap all the same.
pub(super) async fn may_confirm(tx: &mut Tx, asker: &Asker, client: Option<ClientId>) -> Result<(), Error> {
    match client {
        Some(client) => Ok(admit(tx, asker, client).await.map(drop)?),
        None => keeps_members(tx, asker).await,
    }
}

/// Whether these two have the word about a gap: of a client with people of its own one of them is the client's; about the
/// members one is an admin and the other a custodian. Accounts that were made since have none: else one who lets people in would
/// be both.
pub(super) async fn agreed(
    tx: &mut Tx,
    (asked_by, asker): (MemberId, &Asker),
    client: Option<ClientId>,
    now: Micros,
) -> Result<bool, Error> {
    let Some(first) = members::get(tx, asked_by).await?.filter(|one| one.suspended_at.is_none()) else {
        return Ok(false);
    };
    if let Some(since) = open_since(tx, client).await?
        && members::any_since(tx, [asked_by, asker.member], since).await?
    {
        return Ok(false);
    }
    match client {
        Some(client) if voices::has_own(tx, client, now).await? => {
            voices::either_speaks(tx, [asked_by, asker.member], client).await
        }
        Some(_) => Ok(true),
        None => Ok(first.role != asker.role),
    }
}

/// Closes a gap that two persons agreed on.
pub(super) async fn close(
    app: &App,
    tx: &mut Tx,
    asker: &Asker,
    client: Option<ClientId>,
) -> Result<Vec<Entry>, Error> {
    shut(tx, client).await?;
    Ok(vec![match client {
        Some(client) => said_to(app, client, Act::GapClosed, asker).of("client", client.to_string()),
        None => said(app, Act::GapClosed, asker),
    }])
}

/// It is known again what the gap held.
async fn shut(tx: &mut Tx, client: Option<ClientId>) -> Result<(), Error> {
    let closed = if let Some(client) = client {
        if installation::gap(tx).await?.is_some() {
            return Err(Error::state(
                "members_first",
                "who the members are is as of the backup; an admin and a custodian of the installation say that first",
            ));
        }
        clients::close_gap(tx, client).await?
    } else {
        installation::close_gap(tx).await?
    };
    if !closed {
        return Err(no_gap());
    }
    Ok(walls::touch_all(tx).await?)
}

/// The two who closed a gap were one human: it is open again.
pub(super) async fn reopen(app: &App, tx: &mut Tx, client: Option<ClientId>) -> Result<(), Error> {
    let now = app.now();
    if let Some(client) = client {
        clients::open_gap(tx, client, now).await?;
    } else {
        // No client may have been let go on the strength of that list.
        installation::open_gap(tx, now).await?;
        for client in clients::ids(tx).await? {
            clients::open_gap(tx, client, now).await?;
        }
    }
    Ok(walls::touch_all(tx).await?)
}
