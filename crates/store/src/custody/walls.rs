//! Whether a wall is open, asked by every clearance in its own transaction.
//!
//! The cheap way: a yes that was given within the hour, under a version of the person that has not changed, is given
//! again without a statement. The version is read with the person's row locked, and whatever a wall rests on changes it:
//! a new sight, a tie, an ordered wall, a conflict declared between organisations he is near. Everything else is decided
//! anew: the graph is shared-locked, the person's facts are read, and what lets content out writes the exposure.
//! What cannot be read is a no.

mod facts;
pub(crate) mod version;

use super::{conflicts, exposures, refused::Refused};
use crate::{Error, Row, Tx, vals};
pub(crate) use facts::{Asked, Rows};
use facts::{Facts, load};
use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};
pub use version::{touch, touch_all};
use vouchsafe_domain::{
    access::role::Role,
    custody::{
        budget::Budget,
        gate::Denied,
        wall::{self, Allowed, Open, Policy, Shut, graph::Graph, person::Exposure},
    },
    ids::{ClientId, MemberId, OrganisationId, PersonId, ProjectId},
    time::Micros,
};

/// How many persons are remembered; then all are forgotten and read anew.
const REMEMBERED_MAX: usize = 20_000;

/// What is remembered of walls. Whatever is in it holds for as long as its version does.
#[derive(Default)]
pub struct Walls {
    graph: Mutex<Option<(i64, Arc<Graph>)>>,
    persons: Mutex<HashMap<PersonId, Arc<Known>>>,
}

/// A person under one version.
pub(crate) struct Known {
    version: i64,
    facts: Facts,
    allowed: Mutex<HashMap<ClientId, (Micros, Allowed)>>,
}

/// What an open wall says of the one it let through.
#[derive(Clone)]
pub(crate) struct Passed {
    pub(crate) open: Open,
    /// The person's exposure version: counts up with each change of what his walls rest on.
    pub(crate) exposure: i64,
    pub(crate) known: Arc<Known>,
}

/// What the gate lets somebody see, if no wall is in the way.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Sight {
    /// Nothing: the wall is asked all the same, as it is of what never was, and its yes is not remembered.
    Nothing,
    /// Facts about the client.
    Facts,
    /// Its content: the exposure is written before anything leaves.
    Content,
}

/// Whether an answer about a person and a client is remembered that would hold if his version did.
pub(crate) fn is_remembered(tx: &Tx, person: PersonId, client: ClientId, content: bool) -> bool {
    let known = tx.walls().persons.lock().unwrap_or_else(PoisonError::into_inner).get(&person).cloned();
    known.is_some_and(|known| {
        let now = tx.now();
        (!content || known.facts.fresh(client, now))
            && known.allowed.lock().unwrap_or_else(PoisonError::into_inner).contains_key(&client)
    })
}

/// The graph's version and the latest moment that counted, shared-locked: nobody changes a conflict meanwhile.
pub(crate) const GRAPH: &str =
    "select wall_version, wall_clock_us from installation where id = 'one' /*share installation*/";

/// The same where a person is locked already: nothing while somebody changes it, for he may be waiting for that person.
const GRAPH_IF_FREE: &str =
    "select wall_version, wall_clock_us from installation where id = 'one' /*try installation*/";

/// What a decision about a person and a client rests on, read in the round trip that locked his row.
pub(crate) struct Standing {
    pub(crate) graph: Row,
    pub(crate) person: PersonId,
    pub(crate) rows: Rows,
}

/// Holds the graph as it is until the transaction ends. Whoever locks a person and looks at his walls afterwards asks
/// for this before: everybody locks work, then the graph, then persons.
pub async fn hold_graph(tx: &mut Tx) -> Result<(), Error> {
    tx.one(GRAPH, &[]).await?.map(drop).ok_or(Error::Missing { table: "installation" })
}

/// Lets a person through to a client, or not. His version was read with his row locked, and what [`GRAPH`] gives
/// before that, unless an answer was thought to be remembered. With content in sight, the exposure is written before
/// anything leaves.
pub(crate) async fn pass(
    tx: &mut Tx,
    (person, version): (PersonId, i64),
    client: ClientId,
    sight: Sight,
    standing: Option<Standing>,
) -> Result<Passed, Refused> {
    let content = sight == Sight::Content;
    if let Some(passed) = remembered(tx, person, version, client, content) {
        return Ok(passed);
    }
    let (graph, rows) = match standing {
        // Of the name that he had when he signed in; since then he was merged into another.
        Some(read) if read.person != person => (Some(read.graph), None),
        Some(read) => (Some(read.graph), Some(read.rows)),
        None => (tx.one(GRAPH_IF_FREE, &[]).await?, None),
    };
    let Some(graph) = graph else {
        // Asked again, it is not remembered: the graph comes first then.
        tx.walls().forget(person);
        return Err(Error::Conflict.into());
    };
    let (decided, known, now) = judge(tx, (person, version), client, graph, rows).await?;
    let allowed = match decided {
        Ok(allowed) => allowed,
        // Notice shuts new content; what holds none of it was never a new client. And what lost entries is entered again by
        // those who keep it, whom nothing else shuts out.
        Err(Shut::NoNewClients | Shut::Gap) if !content => Allowed { open: Open::NoConflict, until: now },
        Err(_) => {
            // A yes from before: with it the next refusal would go another way than the answer about what never was.
            tx.walls().forget_yes(person, client);
            return Err(Denied::Unknown.into());
        }
    };
    let known =
        if content && !known.facts.fresh(client, now) { write(tx, person, client, &known, now).await? } else { known };
    if sight != Sight::Nothing {
        known.allowed.lock().unwrap_or_else(PoisonError::into_inner).insert(client, (now, allowed));
        remember(tx, person, &known);
    }
    Ok(Passed { open: allowed.open, exposure: version::changes(known.version), known })
}

/// What the rule says of a person and a client. Writes nothing.
pub async fn look(tx: &mut Tx, person: PersonId, client: ClientId) -> Result<Result<Allowed, Shut>, Error> {
    let asked = Asked::about(person, client);
    let [of_person, approved, clients, budgets] = asked.statements();
    let [graph, of_person, approved, clients, budgets] =
        tx.q_all([(GRAPH, &[]), of_person, approved, clients, budgets]).await?;
    let graph = graph.into_iter().next().ok_or(Error::Missing { table: "installation" })?;
    Ok(judge(tx, (person, 0), client, graph, Some([of_person, approved, clients, budgets])).await?.0)
}

/// What the rule says of a person and a client, and from when on time alone opens what is shut.
pub type Looked = (Result<Allowed, Shut>, Option<Micros>);

/// What the rule says of a person and each of these clients.
pub async fn look_at(tx: &mut Tx, person: PersonId, clients: &[ClientId]) -> Result<Vec<Looked>, Error> {
    let (graph, now) = standing(tx, None).await?;
    let Some(first) = clients.first() else { return Ok(Vec::new()) };
    let mut facts = load(tx, person, *first, now).await?;
    facts.terms.extend(facts::terms_of_all(tx).await?);
    let terms = |organisation| facts.terms.get(&organisation).copied();
    let policy = Policy { graph: &graph, terms };
    let one = |client: &ClientId| {
        let decided = wall::decide(&policy, &facts.person, (*client).into(), now);
        let opens = decided.is_err().then(|| wall::opens_at(&policy, &facts.person, (*client).into(), now));
        (decided, opens.flatten())
    };
    Ok(clients.iter().map(one).collect())
}

/// Whether each of these clients is there for a person: whose notice shuts new clients still knows of his old ones, and one
/// that lost entries is there, though nobody is sent anything of it.
pub async fn shows(tx: &mut Tx, person: PersonId, clients: &[ClientId]) -> Result<Vec<bool>, Error> {
    let decided = look_at(tx, person, clients).await?;
    Ok(decided.into_iter().map(|(decided, _)| matches!(decided, Ok(_) | Err(Shut::NoNewClients | Shut::Gap))).collect())
}

/// How much a member may take, in this role.
pub async fn budget(tx: &mut Tx, person: PersonId, member: MemberId, role: Role) -> Result<Budget, Error> {
    let now = tx.now();
    Ok(load(tx, person, ClientId(uuid::Uuid::nil()), now).await?.budget(member, role, now))
}

/// The graph as it stands, and the organisations it is about.
pub async fn present_graph(tx: &mut Tx) -> Result<Arc<Graph>, Error> {
    let row = tx.one("select wall_version from installation where id = 'one'", &[]).await?;
    graph(tx, row.ok_or(Error::Missing { table: "installation" })?.int(0)?).await
}

/// Clients that a person was not sent anything of, in conflict with another client: whoever looks into one shuts the
/// other, so he must choose by himself.
pub struct Undecided {
    graph: Arc<Graph>,
    clients: Vec<OrganisationId>,
    seen: Vec<OrganisationId>,
    now: Micros,
}

impl Undecided {
    /// Of this person.
    pub async fn of(tx: &mut Tx, person: PersonId) -> Result<Self, Error> {
        let graph = present_graph(tx).await?;
        let (mut clients, mut seen) = (Vec::new(), Vec::new());
        if !graph.is_empty() {
            let [all, his] = tx
                .q_all([
                    ("select id from client", &[]),
                    ("select client_id from exposure where person_id = $1", vals![person]),
                ])
                .await?;
            clients = all.iter().map(|row| row.id(0)).collect::<Result<_, Error>>()?;
            seen = his.iter().map(|row| row.id(0)).collect::<Result<_, Error>>()?;
        }
        Ok(Self { graph, clients, seen, now: tx.now() })
    }

    /// Whether looking into this client is a choice.
    pub fn is(&self, client: ClientId) -> bool {
        let client = client.into();
        !self.seen.contains(&client) && self.clients.iter().any(|other| self.graph.conflict(client, *other, self.now))
    }
}

type Judged = (Result<Allowed, Shut>, Arc<Known>, Micros);

async fn judge(
    tx: &mut Tx,
    (person, version): (PersonId, i64),
    client: ClientId,
    graph: Row,
    rows: Option<Rows>,
) -> Result<Judged, Error> {
    let (graph, now) = standing(tx, Some(graph)).await?;
    let facts = match rows {
        Some(rows) => facts::read(&rows, now)?,
        None => load(tx, person, client, now).await?,
    };
    let decided = {
        let terms = |organisation| facts.terms.get(&organisation).copied();
        wall::decide(&Policy { graph: &graph, terms }, &facts.person, client.into(), now)
    };
    Ok((decided, Arc::new(Known { version, facts, allowed: Mutex::default() }), now))
}

/// The graph, shared-locked so that nobody changes it before this transaction ends, and the time that counts.
async fn standing(tx: &mut Tx, row: Option<Row>) -> Result<(Arc<Graph>, Micros), Error> {
    let row = match row {
        Some(row) => row,
        None => tx.one(GRAPH, &[]).await?.ok_or(Error::Missing { table: "installation" })?,
    };
    let graph = graph(tx, row.int(0)?).await?;
    let (floor, clock) = (row.at(1)?, tx.now());
    // A clock set back changes nothing; one that gives no time opens nothing.
    let now = if clock.0 <= 0 { clock } else { clock.max(floor) };
    if now.since(floor) > exposures::GRAIN_US {
        // Whoever finds nobody else there writes it; to wait for others who share the row would be to wait for each other.
        let sql = "update installation set wall_clock_us = $1
                    where id in (select installation.id from installation where installation.id = 'one' and wall_clock_us < $1 /*claim installation*/)";
        tx.exec(sql, vals![now]).await?;
    }
    Ok((graph, now))
}

/// Writes the exposure and gives the person a new version.
async fn write(
    tx: &mut Tx,
    person: PersonId,
    client: ClientId,
    known: &Known,
    now: Micros,
) -> Result<Arc<Known>, Error> {
    // A shared lock was taken on the strength of an answer that turned out old: two that raise it wait for each other.
    if tx.one("select id from person where id = $1 /*claim person*/", vals![person]).await?.is_none() {
        tx.walls().forget(person);
        return Err(Error::Conflict);
    }
    exposures::record(tx, person, client, now).await?;
    let version = version::next_version(known.version);
    version::set_version(tx, person, version).await?;
    let mut facts = known.facts.clone();
    let sight = now.plus(exposures::GRAIN_US);
    match facts.person.exposures.iter_mut().find(|e| e.client == client.into()) {
        Some(exposure) => exposure.last_sight = exposure.last_sight.max(Some(sight)),
        None => {
            facts.person.exposures.push(Exposure { client: client.into(), last_sight: Some(sight), reserved: false });
        }
    }
    Ok(Arc::new(Known { version, facts, allowed: Mutex::default() }))
}

async fn graph(tx: &mut Tx, version: i64) -> Result<Arc<Graph>, Error> {
    let lock = |walls: &Walls| walls.graph.lock().unwrap_or_else(PoisonError::into_inner).clone();
    if let Some((known, graph)) = lock(tx.walls())
        && known == version
    {
        return Ok(graph);
    }
    let graph = Arc::new(conflicts::graph(tx).await?);
    *tx.walls().graph.lock().unwrap_or_else(PoisonError::into_inner) = Some((version, Arc::clone(&graph)));
    Ok(graph)
}

fn remembered(tx: &Tx, person: PersonId, version: i64, client: ClientId, content: bool) -> Option<Passed> {
    let known = tx.walls().persons.lock().unwrap_or_else(PoisonError::into_inner).get(&person).cloned()?;
    let now = tx.now();
    if known.version != version || (content && !known.facts.fresh(client, now)) {
        return None;
    }
    let (at, allowed) = known.allowed.lock().unwrap_or_else(PoisonError::into_inner).get(&client).copied()?;
    let holds = at <= now && now < allowed.until && now.since(at) < exposures::GRAIN_US;
    holds.then(|| Passed { open: allowed.open, exposure: version::changes(version), known })
}

fn remember(tx: &Tx, person: PersonId, known: &Arc<Known>) {
    let mut persons = tx.walls().persons.lock().unwrap_or_else(PoisonError::into_inner);
    if persons.len() >= REMEMBERED_MAX {
        persons.clear();
    }
    if let Some(old) = persons.get(&person)
        && old.version == known.version
    {
        // Answers about other clients still hold.
        let mut new = known.allowed.lock().unwrap_or_else(PoisonError::into_inner);
        for (client, answer) in old.allowed.lock().unwrap_or_else(PoisonError::into_inner).iter() {
            new.entry(*client).or_insert(*answer);
        }
    }
    persons.insert(person, Arc::clone(known));
}

impl Walls {
    /// Whatever is remembered of a person is read anew.
    fn forget(&self, person: PersonId) {
        self.persons.lock().unwrap_or_else(PoisonError::into_inner).remove(&person);
    }

    /// He is no longer thought to be let into this client.
    fn forget_yes(&self, person: PersonId, client: ClientId) {
        if let Some(known) = self.persons.lock().unwrap_or_else(PoisonError::into_inner).get(&person) {
            known.allowed.lock().unwrap_or_else(PoisonError::into_inner).remove(&client);
        }
    }
}

impl Known {
    /// How much this member may take, in the role he acts in.
    pub(crate) fn budget(&self, member: MemberId, role: Role, now: Micros) -> Budget {
        self.facts.budget(member, role, now)
    }

    /// Until when a member may pass into a client by breaking the glass.
    pub(crate) fn glass(&self, member: MemberId, client: ClientId, now: Micros) -> bool {
        self.facts.passes.iter().any(|(m, c, until)| *m == member && *c == client && now < *until)
    }

    /// Whether the client wants declarations looked at again before this project, and that was not done.
    pub(crate) fn declaration_due(&self, client: ClientId, project: ProjectId) -> bool {
        self.facts.declarations_asked.contains(&client) && !self.facts.declared.contains(&project)
    }
}
