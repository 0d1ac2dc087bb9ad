//! What walls know of one person: for the custodians of the installation, and for himself.

use super::{
    hidden::Hidden,
    late::of_installation,
    requests::{self, RequestListed},
    wall_matrix::{Cell, cells},
};
use crate::{App, Asker, Error, access::whole};
use serde::Serialize;
use vouchsafe_domain::{
    custody::budget::Budget,
    ids::{ClientId, MemberId, PersonId},
    time::Micros,
};
use vouchsafe_store::{
    Tx,
    access::members,
    custody::{
        budgets, exposures, interests, ordered_walls,
        organisations::{self, Kind, Organisation},
        sent_days, walls,
    },
};

/// How far back what was sent is counted by day.
const DAYS_SHOWN: i64 = 90;

/// Everything custodians are shown of a person.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct PersonCustody {
    /// His name.
    pub name: String,
    /// His accounts.
    pub accounts: Vec<Account>,
    /// By client: what he was sent, and whether he may be sent more.
    pub clients: Vec<ClientStanding>,
    /// Whom he is tied to.
    pub interests: Vec<InterestListed>,
    /// Walls ordered about him.
    pub walls: Vec<OrderedListed>,
    /// What was asked and decided about him.
    pub requests: Vec<RequestListed>,
    /// When he leaves, RFC 3339.
    pub last_day: Option<String>,
}

/// An account, and what it took.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct Account {
    /// Its id.
    pub member: String,
    /// Its role.
    pub role: &'static str,
    /// When it was suspended.
    pub suspended_at: Option<String>,
    /// What it may take and took.
    pub budget: BudgetStanding,
}

/// What an account may take within each stretch, and took.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct BudgetStanding {
    /// Within an hour, `{taken, max}`.
    pub hour: Taken,
    /// Within a day.
    pub day: Taken,
    /// Within 30 days.
    pub month: Taken,
    /// Answers he submitted in those 30 days.
    pub answered: i64,
    /// Tasks he gave back unanswered.
    pub skipped: i64,
    /// Items he was sent and neither answered nor gave back.
    pub without_answer: i64,
}

/// Of one stretch.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct Taken {
    /// Items taken.
    pub taken: i64,
    /// Items he may take.
    pub max: u32,
}

/// A client as it stands to a person.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct ClientStanding {
    /// The client.
    pub client: String,
    /// Its code name.
    pub code_name: String,
    /// First sent, RFC 3339.
    pub first_at: Option<String>,
    /// Leased or returned work he holds now.
    pub open: i64,
    /// What stands between.
    pub cell: Cell,
    /// How often content was sent to him on each of the last 90 days that had any, oldest first; as its ledger counts.
    pub days: Vec<SentOnDay>,
}

/// What was sent on a day.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct SentOnDay {
    /// The day, in UTC: `2026-01-31`.
    pub day: String,
    /// How often.
    pub sent: i64,
}

/// A tie.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct InterestListed {
    /// Its id.
    pub id: String,
    /// To whom.
    pub organisation: String,
    /// What it is called.
    pub name: String,
    /// `employer`, `equity` or `commission`.
    pub kind: String,
    /// What is known about it.
    pub reason: String,
    /// When it was declared, RFC 3339.
    pub declared_at: String,
    /// When it ended or will.
    pub until: Option<String>,
    /// Whether he declared it himself: then he may say that it ended.
    pub own: bool,
}

/// A wall ordered about a person.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct OrderedListed {
    /// Its id.
    pub id: String,
    /// Around which client.
    pub client: String,
    /// Why.
    pub reason: String,
    /// When, RFC 3339.
    pub ordered_at: String,
    /// When it was lifted.
    pub lifted_at: Option<String>,
}

/// What is recorded about oneself. Clients that are closed are not named.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct OwnCustody {
    /// Clients one was sent something of and that are open.
    pub clients: Vec<OwnClient>,
    /// Why something is closed, each reason once: `exposure`, `interest`, `ordered`, `leaving`.
    pub closed: Vec<&'static str>,
    /// What one declared.
    pub interests: Vec<InterestListed>,
    /// What one asked and what was decided.
    pub requests: Vec<RequestListed>,
    /// What one may take and took, in this account.
    pub budget: BudgetStanding,
    /// When one leaves, RFC 3339.
    pub last_day: Option<String>,
}

/// A client one was sent something of.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct OwnClient {
    /// Its code name.
    pub code_name: String,
    /// First sent, RFC 3339.
    pub first_at: String,
    /// Last sent no later than this, to the hour.
    pub last_at: Option<String>,
}

impl App {
    /// Everything about the person behind an account, for a custodian of the installation.
    pub async fn person_custody(&self, asker: &Asker, member: MemberId) -> Result<PersonCustody, Error> {
        let hidden = self.hidden(asker).await?;
        let mut tx = self.store.write("person_custody").await?;
        of_installation(&mut tx, asker).await?;
        let found = hidden.known(&mut tx, asker, member).await?;
        let organisations = shown(organisations::list(&mut tx).await?, &hidden);
        let mut clients = standings(&mut tx, found.person, &organisations, (&hidden, self.now())).await?;
        let known_as = members::names_of(&mut tx, found.person).await?;
        let mut accounts = Vec::new();
        let all = members::of_person(&mut tx, found.person).await?;
        for account in all.into_iter().filter(|one| !hidden.member(one.member)) {
            accounts.push(Account {
                budget: budget(&mut tx, found.person, account.member, account.role, self.now()).await?,
                member: account.member.to_string(),
                role: account.role.word(),
                suspended_at: account.suspended_at.map(|at| at.to_string()),
            });
        }
        let walls = ordered_walls::of_person(&mut tx, found.person).await?;
        let walls = walls
            .into_iter()
            .filter(|wall| !hidden.client(wall.client))
            .map(|wall| OrderedListed {
                id: wall.id.to_string(),
                client: wall.client.to_string(),
                reason: wall.reason,
                ordered_at: wall.ordered_at.to_string(),
                lifted_at: wall.lifted_at.map(|at| at.to_string()),
            })
            .collect();
        let mut shown = PersonCustody {
            name: found.name,
            accounts,
            clients: Vec::new(),
            interests: ties(&mut tx, found.person, &organisations).await?,
            walls,
            requests: requests::about(&mut tx, found.person, Some(&hidden)).await?,
            last_day: members::last_day(&mut tx, found.person).await?.map(|at| at.to_string()),
        };
        tx.abandon().await?;
        let (mut on, since) = (self.store.read().await?, self.now().plus(-DAYS_SHOWN * Micros::DAY));
        for client in clients.iter_mut().filter(|client| client.first_at.is_some()) {
            let id = client.client.parse().map_err(|_| Error::NotFound)?;
            let days = sent_days::by_day(&mut on, id, &known_as, since).await?;
            client.days = days.into_iter().map(|(day, sent)| SentOnDay { day: day_of(day), sent }).collect();
        }
        shown.clients = clients;
        Ok(shown)
    }

    /// What is recorded about oneself, of all clients: so not by a token that is bound to one.
    pub async fn own_custody(&self, asker: &Asker) -> Result<OwnCustody, Error> {
        whole(asker)?;
        let mut tx = self.store.write("own_custody").await?;
        let organisations = organisations::list(&mut tx).await?;
        let standings = standings(&mut tx, asker.person, &organisations, (&Hidden::default(), self.now())).await?;
        // A reason is shown only where something of one's own closed: nobody learns here that a client exists.
        let mine = |s: &&ClientStanding| s.cell.state == "walled" && s.first_at.is_some();
        let mut closed: Vec<&'static str> = standings.iter().filter(mine).map(|s| s.cell.why).collect();
        closed.sort_unstable();
        closed.dedup();
        let open = standings.into_iter().filter(|s| s.cell.state != "walled");
        let clients = open
            .filter_map(|s| Some(OwnClient { first_at: s.first_at?, code_name: s.code_name, last_at: s.cell.last_at }))
            .collect();
        let shown = OwnCustody {
            clients,
            closed,
            interests: ties(&mut tx, asker.person, &organisations).await?,
            requests: requests::about(&mut tx, asker.person, None).await?,
            budget: budget(&mut tx, asker.person, asker.member, asker.role, self.now()).await?,
            last_day: members::last_day(&mut tx, asker.person).await?.map(|at| at.to_string()),
        };
        tx.abandon().await?;
        Ok(shown)
    }
}

/// A day since 1970 as it is written.
fn day_of(day: i64) -> String {
    Micros(day * Micros::DAY).to_string().chars().take(10).collect()
}

/// The organisations that are not hidden.
fn shown(all: Vec<Organisation>, hidden: &Hidden) -> Vec<Organisation> {
    all.into_iter().filter(|one| !hidden.organisation(one.id)).collect()
}

async fn standings(
    tx: &mut Tx,
    person: PersonId,
    organisations: &[Organisation],
    (hidden, now): (&Hidden, Micros),
) -> Result<Vec<ClientStanding>, Error> {
    let clients: Vec<&Organisation> = organisations.iter().filter(|o| o.kind == Kind::Client).collect();
    let ids: Vec<ClientId> = clients.iter().map(|o| ClientId(o.id.0)).collect();
    let seen = exposures::of_person(tx, person).await?;
    let cells = cells(tx, person, &ids, (hidden, now)).await?;
    let standing = |(client, cell): (&&Organisation, Cell)| {
        let seen = seen.iter().find(|e| e.client.0 == client.id.0);
        ClientStanding {
            client: client.id.to_string(),
            code_name: client.name.clone(),
            first_at: seen.map(|e| e.first_at.to_string()),
            open: seen.map_or(0, |e| e.open),
            cell,
            days: Vec::new(),
        }
    };
    Ok(clients.iter().zip(cells).map(standing).collect())
}

async fn ties(tx: &mut Tx, person: PersonId, organisations: &[Organisation]) -> Result<Vec<InterestListed>, Error> {
    let all = interests::of_person(tx, person).await?;
    let accounts = members::of_person(tx, person).await?;
    let listed = |interest: interests::Interest| InterestListed {
        id: interest.id.to_string(),
        organisation: interest.organisation.to_string(),
        name: organisations.iter().find(|o| o.id == interest.organisation).map(|o| o.name.clone()).unwrap_or_default(),
        kind: interest.kind,
        reason: interest.reason,
        declared_at: interest.declared_at.to_string(),
        until: interest.until.map(|at| at.to_string()),
        own: accounts.iter().any(|account| account.member == interest.declared_by),
    };
    let known = |interest: &interests::Interest| organisations.iter().any(|o| o.id == interest.organisation);
    Ok(all.into_iter().filter(known).map(listed).collect())
}

async fn budget(
    tx: &mut Tx,
    person: PersonId,
    member: MemberId,
    role: vouchsafe_domain::access::role::Role,
    now: Micros,
) -> Result<BudgetStanding, Error> {
    let max: Budget = walls::budget(tx, person, member, role).await?;
    let taken = budgets::taken(tx, member, now).await?;
    let of = |taken, max| Taken { taken, max };
    Ok(BudgetStanding {
        hour: of(taken.hour, max.hour),
        day: of(taken.day, max.day),
        month: of(taken.month, max.month),
        answered: taken.answered,
        skipped: taken.skipped,
        without_answer: (taken.month - taken.answered - taken.skipped).max(0),
    })
}
