//! What takes two persons: one asks with a purpose, another decides.
//!
//! | kind | who asks | who decides | what an approval does |
//! |---|---|---|---|
//! | `waiver` | who speaks for one side | who speaks for the other | sets the conflict aside for one person until then |
//! | `break_glass` | custodian, observer or admin of the client | custodian or observer of it | lets an operator in without a grant, for hours |
//! | `budget` | the member, or a custodian | custodian of the installation | lets him read so many items more until then |
//! | `end_conflict` | who speaks for one side | who speaks for the other | ends the conflict |
//! | `lift_wall` | custodian or observer of the client | another; one of the two is the client's own, if it has its own | lifts the wall |
//! | `close_gap` | custodian of the installation, or custodian or observer of the client | another, as [`super::gaps`] says | lets the client be entered again |
//! | `contest` | whoever finds something closed | custodian of the installation | nothing by itself: the words are the answer |
//!
//! Who speaks for a side: [`super::voices`].

mod names;
pub(super) mod sides;

use super::{
    conflicts, gaps,
    hidden::Hidden,
    late::{is_of_installation, of_installation, reason, said, said_to},
    ordered_walls::whom,
    voices,
};
use crate::{App, Asker, Error, custody::absent};
use names::Names;
use serde::{Deserialize, Serialize};
use vouchsafe_domain::{
    access::role::Role,
    custody::gate::Need,
    ids::{ClientId, ConflictId, MemberId, OrganisationId, PersonId, RequestId, WallId},
    time::Micros,
};
use vouchsafe_ledger::{act::Act, entry::Entry};
use vouchsafe_store::{
    Tx,
    custody::{
        clearance::{Clearance, clear},
        conflicts as graph, ordered_walls,
        organisations::{self, Kind as OrganisationKind},
        requests::{self, Kind, Request},
        walls,
    },
};

/// Longest time a broken glass lets in.
const GLASS_US_MAX: i64 = 8 * Micros::HOUR;
/// Longest time a waiver or a larger budget holds.
const HOLDS_US_MAX: i64 = 400 * Micros::DAY;
/// What a custodian of the installation is told who speaks for neither side.
const BOTH_HAVE_OWN: &str = "both clients have people of their own; one of them asks, and one of the other decides";
/// Most items that one approval adds.
const AMOUNT_MAX: i64 = 100_000;
/// Requests of one person that wait at once: whoever decides is shown the newest 500, and nobody alone fills them.
const WAITING_MAX: i64 = 50;

/// Something to be asked for.
#[derive(Debug, Clone, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewRequest {
    /// `waiver`, `break_glass`, `budget`, `end_conflict`, `lift_wall` or `contest`.
    pub kind: String,
    /// For which account; own when left out.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    pub member: Option<MemberId>,
    /// Of a waiver, whom by the pseudonym of the client, `p-…`, in place of an account.
    #[serde(default)]
    pub person: Option<String>,
    /// In which client: of a waiver, the side of the one who asks.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    pub client: Option<ClientId>,
    /// Of a waiver the other side, or the conflict between the two, for whom that side is nameless; else the conflict or wall that
    /// is to end.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    pub other: Option<OrganisationId>,
    /// Of a budget: items, 1 to 100,000.
    #[serde(default)]
    pub amount: Option<i64>,
    /// Until when, RFC 3339.
    #[serde(default)]
    pub until: Option<String>,
    /// The purpose.
    pub reason: String,
}

/// A decision.
#[derive(Debug, Clone, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Decision {
    /// Whether it is approved.
    pub approved: bool,
    /// Why; the one who asked is sent it.
    pub reason: String,
}

/// A request as a list shows it.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct RequestListed {
    /// Its id.
    pub id: String,
    /// What is asked for.
    pub kind: &'static str,
    /// For which account; null for whom he is a pseudonym.
    pub member: Option<String>,
    /// Who he is: his name for custodians of the installation and himself, else his pseudonym toward the client.
    pub person: Option<String>,
    /// In which client; null for whom it is closed to.
    pub client: Option<String>,
    /// The other side, or what is to end.
    pub other: Option<String>,
    /// Items.
    pub amount: Option<i64>,
    /// Until when, RFC 3339.
    pub until: Option<String>,
    /// The purpose.
    pub reason: String,
    /// What whoever decided said to it.
    pub answer: Option<String>,
    /// Which account asked.
    pub asked_by: String,
    /// Who that is, for custodians of the installation and himself.
    pub asked_by_name: Option<String>,
    /// When, RFC 3339.
    pub asked_at: String,
    /// `open`, `approved` or `refused`.
    pub state: &'static str,
    /// When it was decided.
    pub decided_at: Option<String>,
    /// Whether the caller may decide it.
    pub mine_to_decide: bool,
}

impl App {
    /// Asks.
    pub async fn create_request(&self, asker: &Asker, new: &NewRequest) -> Result<RequestId, Error> {
        let (why, now) = (reason("/reason", &new.reason)?, self.now());
        let kind: Kind = new.kind.parse().map_err(|e: requests::UnknownKind| Error::invalid("/kind", e.to_string()))?;
        let until = new.until.as_deref().map(str::parse::<Micros>).transpose();
        let until = until.map_err(|e| Error::invalid("/until", e.to_string()))?;
        let hidden = self.hidden(asker).await?;
        let mut tx = self.store.write("create_request").await?;
        let member = hidden.known(&mut tx, asker, new.member.unwrap_or(asker.member)).await?;
        let own = member.person == asker.person;
        if new.member.is_some() && !own && !matches!(asker.role, Role::Custodian | Role::Observer | Role::Admin) {
            return Err(Error::NotFound);
        }
        let mut request = Request::asked(RequestId(self.id()), kind, why, asker, now);
        let about = (Some(member.person), Some(member.member));
        match kind {
            Kind::Waiver => {
                let (client, other) = (needed("/client", new.client)?, needed("/other", new.other)?);
                let clearance = guard(&mut tx, asker, client).await?;
                if other == client.into() {
                    return Err(Error::invalid("/other", "is the same organisation"));
                }
                let person = match &new.person {
                    Some(name) => whom(&mut tx, &clearance, &hidden, name).await?,
                    None => member.person,
                };
                // `client` is the side of the one who asks, where he speaks for one of two clients.
                let other = sides::across(&mut tx, asker, &hidden, client, other).await?;
                let (other, kind) = absent::found(other, &mut tx, asker).await?;
                let theirs = kind == OrganisationKind::Client;
                let sides = if voices::speaks_for(&mut tx, asker, client.into(), now).await? {
                    (client, other)
                } else if voices::speaks_for(&mut tx, asker, other, now).await? {
                    if theirs { (ClientId(other.0), client.into()) } else { (client, other) }
                } else {
                    return Err(Error::Forbidden(BOTH_HAVE_OWN));
                };
                (request.person, request.client, request.other) = (Some(person), Some(sides.0), Some(sides.1));
                request.until = Some(bounded(until, now, HOLDS_US_MAX)?);
            }
            Kind::BreakGlass => {
                let client = needed("/client", new.client)?;
                clear(&mut tx, asker, client, Need::Custody, true).await?;
                if member.role != Role::Operator {
                    return Err(Error::invalid("/member", "must be an operator"));
                }
                (request.person, request.member, request.client) = (about.0, about.1, Some(client));
                request.until = Some(bounded(until, now, GLASS_US_MAX)?);
            }
            Kind::Budget => {
                let amount = needed("/amount", new.amount)?;
                if !(1..=AMOUNT_MAX).contains(&amount) {
                    return Err(Error::invalid("/amount", format!("must be 1 to {AMOUNT_MAX}")));
                }
                (request.person, request.member, request.amount) = (about.0, about.1, Some(amount));
                request.until = Some(bounded(until, now, HOLDS_US_MAX)?);
            }
            Kind::EndConflict => {
                let other = needed("/other", new.other)?;
                let conflict = graph::get(&mut tx, ConflictId(other.0)).await?.ok_or(Error::NotFound)?;
                if voices::near(&mut tx, asker, &conflict).await?.is_none() {
                    sides::unwalled_ends(&mut tx, asker, &conflict).await?;
                }
                if !voices::speaks_for_either(&mut tx, asker, voices::sides(&conflict), now).await? {
                    return Err(Error::Forbidden(BOTH_HAVE_OWN));
                }
                request.other = Some(other);
            }
            Kind::LiftWall => {
                let wall = WallId(needed("/other", new.other)?.0);
                let wall = absent::found(ordered_walls::get(&mut tx, wall).await?, &mut tx, asker).await?;
                guard(&mut tx, asker, wall.client).await?;
                (request.client, request.other) = (Some(wall.client), Some(OrganisationId(wall.id.0)));
            }
            Kind::CloseGap => return Err(Error::invalid("/kind", "is asked for at `/gaps/{ledger}`")),
            Kind::Contest => {
                if !own {
                    return Err(Error::Forbidden("one contests what is closed to oneself"));
                }
                (request.person, request.member) = about;
            }
        }
        if requests::waiting(&mut tx, asker.person, now).await? >= WAITING_MAX {
            let detail =
                format!("{WAITING_MAX} of your requests wait for a decision; no more are taken until some are decided");
            return Err(Error::state("too_many_requests", detail));
        }
        requests::insert(&mut tx, &request).await?;
        let entries = self.request_entries(asker, &request, Act::RequestMade);
        tx.commit(entries).await?;
        Ok(request.id)
    }

    /// Decides, as a second person: neither who asked nor whom it is about.
    pub async fn decide_request(&self, asker: &Asker, id: RequestId, decision: &Decision) -> Result<(), Error> {
        let (why, now) = (reason("/reason", &decision.reason)?, self.now());
        let mut tx = self.store.write("decide_request").await?;
        // The graph before whatever else is locked; whoever merges two persons does so too.
        match requests::kind(&mut tx, id).await? {
            Some(Kind::EndConflict | Kind::CloseGap)
                if matches!(asker.role, Role::Admin | Role::Custodian | Role::Observer) =>
            {
                graph::change_graph(&mut tx).await?;
            }
            Some(Kind::EndConflict | Kind::CloseGap) => return Err(Error::NotFound),
            _ => walls::hold_graph(&mut tx).await?,
        }
        let request = absent::found(requests::get(&mut tx, id).await?, &mut tx, asker).await?;
        may_decide(&mut tx, asker, &request).await?;
        if request.asked_person == asker.person || request.person == Some(asker.person) {
            return Err(Error::Forbidden("a second person decides: neither who asked nor whom it is about"));
        }
        if request.decided.is_some() {
            return Err(Error::state("request_decided", "this request was decided already"));
        }
        let approved = decision.approved;
        if approved && !agreed(&mut tx, asker, &request, now).await? {
            return Err(Error::Forbidden(
                "a client with people of its own is spoken for by them alone; one of them decides. Who the members are is said \
                 by an admin and a custodian of the installation; accounts made after a restore have no say in what it lost",
            ));
        }
        if approved && request.until.is_some_and(|until| until <= now) {
            return Err(Error::state("request_over", "what was asked for would have ended by now; ask again"));
        }
        if let Some(person) = request.person {
            walls::touch(&mut tx, person).await?;
        }
        if !requests::decide(&mut tx, &request, why, asker.member, now, approved).await? {
            return Err(Error::state("request_decided", "this request was decided meanwhile"));
        }
        let mut entries = self.request_entries(asker, &request, Act::RequestDecided);
        if let Some(first) = entries.first_mut() {
            *first = first.clone().because("verdict", if approved { "approved" } else { "refused" });
        }
        if approved {
            entries.extend(self.carry_out(&mut tx, asker, &request).await?);
        }
        tx.commit(entries).await?;
        Ok(())
    }

    /// Requests one asked, or may decide; newest first, among the newest 500 that concern him.
    pub async fn list_requests(&self, asker: &Asker) -> Result<Vec<RequestListed>, Error> {
        let hidden = self.hidden(asker).await?;
        let mut tx = self.store.write("list_requests").await?;
        let all = is_of_installation(&mut tx, asker).await?;
        let mut names = Names::new(asker, all);
        let mut shown = Vec::new();
        let found = if all {
            requests::list(&mut tx).await?
        } else {
            requests::near(&mut tx, asker.person, asker.member).await?
        };
        for request in found {
            if sides::is_hidden(&mut tx, &request, &hidden, all).await? {
                continue;
            }
            let deciding = match may_decide(&mut tx, asker, &request).await {
                Ok(decider) => Some(decider),
                Err(Error::NotFound | Error::Refused(_)) => None,
                Err(other) => return Err(other),
            };
            if deciding.is_some() || request.asked_person == asker.person {
                let mine = deciding.is_some()
                    && request.decided.is_none()
                    && request.asked_person != asker.person
                    && request.person != Some(asker.person)
                    && agreed(&mut tx, asker, &request, self.now()).await?;
                let inside = deciding.as_ref().and_then(Option::as_ref);
                let mut one = listed(&request, all || deciding.is_some(), mine);
                names.fill(&mut tx, &request, inside, &mut one).await?;
                shown.push(one);
            }
        }
        tx.abandon().await?;
        Ok(shown)
    }

    async fn carry_out(&self, tx: &mut Tx, asker: &Asker, request: &Request) -> Result<Vec<Entry>, Error> {
        let until = request.until.map(|until| until.to_string());
        match (request.kind, request.client, request.other) {
            (Kind::Waiver, Some(client), Some(other)) => {
                let mut sides = vec![client];
                if organisations::kind(tx, other).await? == Some(OrganisationKind::Client) {
                    sides.push(ClientId(other.0));
                }
                let entry = |client| {
                    said_to(self, client, Act::WaiverGranted, asker)
                        .of("request", request.id.to_string())
                        .of("whom", request.person.map(|p| p.to_string()))
                        .because("until", until.clone())
                };
                Ok(sides.into_iter().map(entry).collect())
            }
            (Kind::BreakGlass, Some(client), _) => Ok(vec![
                said_to(self, client, Act::GlassBroken, asker)
                    .of("request", request.id.to_string())
                    .of("member", request.member.map(|m| m.to_string()))
                    .of("asked_by", request.asked_by.to_string())
                    .because("until", until),
            ]),
            (Kind::EndConflict, _, Some(conflict)) => conflicts::end(self, tx, asker, ConflictId(conflict.0)).await,
            (Kind::LiftWall, Some(client), Some(wall)) => {
                let wall = ordered_walls::get(tx, WallId(wall.0)).await?.ok_or(Error::NotFound)?;
                if !ordered_walls::lift(tx, &wall, self.now()).await? {
                    return Err(Error::state("wall_over", "this wall had been lifted"));
                }
                Ok(vec![said_to(self, client, Act::WallLifted, asker).of("wall", wall.id.to_string())])
            }
            (Kind::CloseGap, client, _) => gaps::close(self, tx, asker, client).await,
            _ => Ok(Vec::new()),
        }
    }

    /// In the installation's ledger, and in that of the client it names.
    pub(super) fn request_entries(&self, asker: &Asker, request: &Request, act: Act) -> Vec<Entry> {
        let about = |entry: Entry| {
            entry
                .because("kind", request.kind.word())
                .of("request", request.id.to_string())
                .of("whom", request.person.map(|p| p.to_string()))
                .of("amount", request.amount)
        };
        let own = about(said(self, act, asker)).of("other", request.other.map(|o| o.to_string()));
        let theirs = request.client.map(|client| about(said_to(self, client, act, asker)));
        std::iter::once(own).chain(theirs).collect()
    }
}

fn needed<T>(path: &str, value: Option<T>) -> Result<T, Error> {
    value.ok_or_else(|| Error::invalid(path, "is needed"))
}

fn bounded(until: Option<Micros>, now: Micros, longest_us: i64) -> Result<Micros, Error> {
    let until = needed("/until", until)?;
    if (1..=longest_us).contains(&until.since(now)) {
        return Ok(until);
    }
    let hours = longest_us / Micros::HOUR;
    Err(Error::invalid("/until", format!("must lie after now and within {hours} hours")))
}

/// A custodian or observer of the client.
async fn guard(tx: &mut Tx, asker: &Asker, client: ClientId) -> Result<Clearance<'static>, Error> {
    let clearance = clear(tx, asker, client, Need::Custody, true).await?;
    if !matches!(asker.role, Role::Custodian | Role::Observer) {
        return Err(Error::Forbidden("a custodian or the client's observer does this"));
    }
    Ok(clearance)
}

/// Lets somebody decide; with the clearance where he does as somebody of a client. Who does for the installation is shut out by
/// the wall of any client that it is about; a client's own people are by their client's alone.
async fn may_decide(tx: &mut Tx, asker: &Asker, request: &Request) -> Result<Option<Clearance<'static>>, Error> {
    if request.kind == Kind::CloseGap {
        return gaps::may_confirm(tx, asker, request.client).await.map(|()| None);
    }
    if !matches!(asker.role, Role::Custodian | Role::Observer) {
        return Err(Error::NotFound);
    }
    if is_of_installation(tx, asker).await? {
        sides::unwalled(tx, asker, request).await?;
    }
    match (request.kind, request.client, request.other) {
        (Kind::Waiver, _, Some(other)) if organisations::kind(tx, other).await? == Some(OrganisationKind::Client) => {
            guard(tx, asker, ClientId(other.0)).await.map(Some)
        }
        (Kind::Waiver, Some(client), _) if !is_of_installation(tx, asker).await? => {
            guard(tx, asker, client).await.map(Some)
        }
        (Kind::EndConflict, _, Some(other)) => {
            let conflict = graph::get(tx, ConflictId(other.0)).await?.ok_or(Error::NotFound)?;
            match voices::near(tx, asker, &conflict).await? {
                Some(client) => guard(tx, asker, client).await.map(Some),
                None => Ok(None),
            }
        }
        (Kind::BreakGlass | Kind::LiftWall, Some(client), _) => guard(tx, asker, client).await.map(Some),
        _ => of_installation(tx, asker).await.map(|()| None),
    }
}

/// Whether both sides have their word in what is asked, if this one approves it.
async fn agreed(tx: &mut Tx, asker: &Asker, request: &Request, now: Micros) -> Result<bool, Error> {
    match (request.kind, request.client, request.other) {
        (Kind::Waiver, Some(client), Some(other)) => {
            voices::agree(tx, request.asked_by, asker, [Some(client.into()), Some(other)], now).await
        }
        (Kind::EndConflict, _, Some(other)) => {
            let conflict = graph::get(tx, ConflictId(other.0)).await?.ok_or(Error::NotFound)?;
            voices::agree(tx, request.asked_by, asker, voices::sides(&conflict), now).await
        }
        (Kind::LiftWall, _, Some(wall)) => {
            let wall = ordered_walls::get(tx, WallId(wall.0)).await?.ok_or(Error::NotFound)?;
            voices::consents(tx, request.asked_by, asker, &wall, now).await
        }
        (Kind::CloseGap, client, _) => gaps::agreed(tx, (request.asked_by, asker), client, now).await,
        _ => Ok(true),
    }
}

fn listed(request: &Request, inside: bool, mine: bool) -> RequestListed {
    let sided = matches!(request.kind, Kind::Contest | Kind::Waiver);
    let state = match request.decided {
        None => "open",
        Some((_, _, true)) => "approved",
        Some((_, _, false)) => "refused",
    };
    RequestListed {
        id: request.id.to_string(),
        kind: request.kind.word(),
        member: request.member.map(|m| m.to_string()),
        person: None,
        client: request.client.map(|c| c.to_string()),
        // Who only asked speaks for one side; which the other is, he is not told.
        other: request.other.filter(|_| inside || !sided).map(|o| o.to_string()),
        amount: request.amount,
        until: request.until.map(|at| at.to_string()),
        reason: request.reason.clone(),
        answer: request.answer.clone(),
        asked_by: request.asked_by.to_string(),
        asked_by_name: None,
        asked_at: request.asked_at.to_string(),
        state,
        decided_at: request.decided.map(|(_, at, _)| at.to_string()),
        mine_to_decide: mine,
    }
}

/// The requests about a person: for his custodian, from whom some clients are hidden, or for his own page.
pub(super) async fn about(
    tx: &mut Tx,
    person: PersonId,
    custodian: Option<&Hidden>,
) -> Result<Vec<RequestListed>, Error> {
    let mut shown = Vec::new();
    for request in requests::about(tx, person).await? {
        let is_shown = match custodian {
            Some(hidden) => !sides::is_hidden(tx, &request, hidden, true).await?,
            None => request.asked_person == person,
        };
        if is_shown {
            shown.push(listed(&request, custodian.is_some(), false));
        }
    }
    Ok(shown)
}
