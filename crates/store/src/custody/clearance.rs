//! Clearances: proof that the gate let a recipient into a client, good only inside its transaction.

pub use super::refused::Refused;
use super::walls::{self, Asked, Passed, Sight, Standing};
use crate::{
    Error, Tx,
    keys::ClientKeys,
    seal::{self, Place, Sealed},
    vals,
};
use std::{marker::PhantomData, sync::Arc};
use vouchsafe_domain::{
    access::{device::Device, role::Role},
    custody::{
        budget::Budget,
        gate::{self, Denied, Facts, Need, Rule},
    },
    ids::{ClientId, MemberId, PersonId, ProjectId},
    time::Micros,
};
use vouchsafe_ledger::{
    act::Act,
    entry::{Entry, LedgerOf},
};

/// Who asks, as the session or token proved it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Asker {
    /// The human.
    pub person: PersonId,
    /// The account.
    pub member: MemberId,
    /// Its role.
    pub role: Role,
    /// The session's or token's id; never its secret.
    pub door: String,
    /// A token that is scoped to one client says so.
    pub only_client: Option<ClientId>,
    /// On what he acts.
    pub device: Device,
}

/// Toward whom content may go.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Recipient {
    /// A member's session or token.
    Member(Asker),
    /// A job of the server; nothing leaves.
    Server(&'static str),
}

/// Proof that the gate let `recipient` into `client`, good only inside its transaction. Every store function
/// that returns content asks for one and answers with a [`crate::Pending`]; only [`clear`] and
/// [`clear_server`] make one.
pub struct Clearance<'tx> {
    recipient: Recipient,
    client: ClientId,
    owner: String,
    need: Need,
    rule: Rule,
    passed: Option<Passed>,
    /// The version of the person's exposure, as a client may read it.
    exposure: Option<String>,
    budget: Budget,
    holds: i64,
    serial: u64,
    keys: Arc<ClientKeys>,
    tx: PhantomData<&'tx ()>,
}

/// Asks the gate for a member.
pub async fn clear<'tx>(
    tx: &mut Tx,
    asker: &Asker,
    client: ClientId,
    need: Need,
    eligible: bool,
) -> Result<Clearance<'tx>, Refused> {
    if asker.only_client.is_some_and(|only| only != client) {
        return Err(nobody(tx, asker).await);
    }
    let Found { mut facts, person, version, holds, standing } = facts(tx, asker, client, need, eligible).await?;
    // Who is shut out by a wall is told no more than who was never let in: the wall is asked either way.
    let passed = walls::pass(tx, (person, version), client, sight(need, facts), standing).await;
    let now = tx.now();
    if let Ok(passed) = &passed {
        facts.glass = passed.known.glass(asker.member, client, now);
    }
    let rule = gate::decide(need, &facts);
    let passed = passed?;
    let rule = rule?;
    if rule == Rule::BrokenGlass {
        // Only now is it known that content may go: write that it does.
        let version = version_of(tx, person).await?;
        let sight = if need.is_content() { Sight::Content } else { Sight::Facts };
        walls::pass(tx, (person, version), client, sight, None).await?;
    }
    let keys = tx.keys().get(client).ok_or(Refused::KeyNotLoaded(client))?;
    Ok(Clearance {
        recipient: Recipient::Member(asker.clone()),
        client,
        owner: client.to_string(),
        need,
        rule,
        budget: passed.known.budget(asker.member, asker.role, now),
        exposure: Some(tx.keys().veiled(passed.exposure)),
        passed: Some(passed),
        holds,
        serial: tx.serial,
        keys,
        tx: PhantomData,
    })
}

/// What he would be let see if no wall is in the way.
pub(super) fn sight(need: Need, facts: Facts) -> Sight {
    match gate::decide(need, &facts) {
        Err(_) => Sight::Nothing,
        Ok(_) if need.is_content() => Sight::Content,
        Ok(_) => Sight::Facts,
    }
}

/// Whether a wall leaves a client open to the asker, asked before anything of that client is looked at for him: by the
/// statements and locks with which [`nobody`] answers about what never was. It writes nothing; [`clear`] asks again.
pub async fn unwalled(tx: &mut Tx, asker: &Asker, client: ClientId) -> Result<(), Refused> {
    // To a token of one client the others never were.
    let client = if asker.only_client.is_some_and(|only| only != client) { NEVER } else { client };
    let Found { person, version, standing, .. } = facts(tx, asker, client, Need::Know, false).await?;
    walls::pass(tx, (person, version), client, Sight::Nothing, standing).await?;
    if client == NEVER { Err(Denied::Unknown.into()) } else { Ok(()) }
}

/// The client that never was.
const NEVER: ClientId = ClientId(uuid::Uuid::nil());

/// Asks the gate about a client that never was, by the statements and locks with which it refuses one behind a wall, and
/// refuses. Whoever looks for a thing by its id and finds none asks this: else the time that an answer takes, or a
/// second request of the same person waiting for the first, would tell what is hidden from what is not there.
pub async fn nobody(tx: &mut Tx, asker: &Asker) -> Refused {
    unwalled(tx, asker, NEVER).await.err().unwrap_or(Denied::Unknown.into())
}

async fn version_of(tx: &mut Tx, person: PersonId) -> Result<i64, Refused> {
    let row = tx.one("select wall_version from person where id = $1 /*lock person*/", vals![person]).await?;
    Ok(row.ok_or(Denied::Unknown)?.int(0)?)
}

/// Whether a member is a custodian of the whole installation.
pub async fn look_at_installation(tx: &mut Tx, asker: &Asker) -> Result<Rule, Refused> {
    let row = tx
        .one(
            "select m.role, m.suspended_us, (select count(*) from client_grant g where g.member_id = m.id)
               from member m
              where m.id = $1",
            vals![asker.member],
        )
        .await?
        .ok_or(Denied::Unknown)?;
    let custodian = row.id::<Role>(0)? == Role::Custodian && asker.role == Role::Custodian;
    if custodian && !row.flag(1)? && row.int(2)? == 0 && asker.only_client.is_none() {
        Ok(Rule::InstallationCustodian)
    } else {
        Err(Denied::Unknown.into())
    }
}

/// A clearance for the server's own work: sealing what came in, computing consensus. Nothing leaves by it.
#[expect(clippy::unused_async, reason = "asked for as every other clearance is")]
pub async fn clear_server<'tx>(tx: &mut Tx, job: &'static str, client: ClientId) -> Result<Clearance<'tx>, Refused> {
    let keys = tx.keys().get(client).ok_or(Refused::KeyNotLoaded(client))?;
    Ok(Clearance {
        recipient: Recipient::Server(job),
        client,
        owner: client.to_string(),
        need: Need::Operate,
        rule: Rule::Server,
        passed: None,
        exposure: None,
        budget: Budget { hour: 0, day: 0, month: 0 },
        holds: 0,
        serial: tx.serial,
        keys,
        tx: PhantomData,
    })
}

/// What the gate must know, and the person whose walls bind him.
pub(super) struct Found {
    pub(super) facts: Facts,
    pub(super) person: PersonId,
    pub(super) version: i64,
    pub(super) holds: i64,
    pub(super) standing: Option<Standing>,
}

/// The statement of [`facts`], with its lock on the person's row `r`.
macro_rules! facts_with {
    ($lock:literal) => {
        concat!(
            "select m.role, m.suspended_us,
                    case when exists (select 1 from client_grant g
                      where g.member_id = m.id and g.client_id = $2 and g.confirmed_us is not null and g.revoked_us is null) then 1 else 0 end,
                    case when exists (select 1 from client_grant g where g.member_id = m.id) then 1 else 0 end,
                    case when exists (select 1 from agreement a
                      where a.client_id = $2
                        and a.version = (select max(newest.version) from agreement newest where newest.client_id = $2)
                        and not exists (select 1 from agreement_signature s where s.agreement_id = a.id and s.person_id = r.id)) then 1 else 0 end,
                    r.id, r.wall_version,
                    (select count(*) from hold h where h.client_id = $2 and h.released_us is null)
               from member m
               join person n on n.id = m.person_id
               join person r on r.id = coalesce(n.merged_into, n.id)
              where m.id = $1 ",
            $lock
        )
    };
}

/// In one statement, the person's row locked: whoever changes what his walls rest on changes that row, so of two
/// transactions about one person the second sees what the first wrote. Where the answer is remembered a shared lock
/// is enough, and a claim does not wait for the submit beside it.
pub(super) async fn facts(
    tx: &mut Tx,
    asker: &Asker,
    client: ClientId,
    need: Need,
    eligible: bool,
) -> Result<Found, Refused> {
    let vals = vals![asker.member, client];
    let (rows, standing) = if walls::is_remembered(tx, asker.person, client, need.is_content()) {
        (tx.q(facts_with!("/*share r*/"), vals).await?, None)
    } else {
        // The graph before the person, as whoever changes the graph does, and what hangs on both behind them: one round trip.
        let about = Asked::about(asker.person, client);
        let [of_person, approved, clients, budgets] = about.statements();
        let [graph, rows, of_person, approved, clients, budgets] = tx
            .q_all([(walls::GRAPH, &[]), (facts_with!("/*lock r*/"), vals), of_person, approved, clients, budgets])
            .await?;
        let read = |graph| Standing { graph, person: asker.person, rows: [of_person, approved, clients, budgets] };
        (rows, graph.into_iter().next().map(read))
    };
    let row = rows.first().ok_or(Denied::Unknown)?;
    let role: Role = row.id(0)?;
    let facts = Facts {
        role,
        suspended: row.flag(1)? || role != asker.role,
        granted: row.int(2)? > 0,
        of_installation: row.int(3)? == 0,
        eligible,
        agreement_due: row.int(4)? > 0,
        glass: false,
    };
    Ok(Found { facts, person: row.id(5)?, version: row.int(6)?, holds: row.int(7)?, standing })
}

impl Clearance<'_> {
    /// Whose content it opens.
    pub fn client(&self) -> ClientId {
        self.client
    }

    /// What it was given for.
    pub fn need(&self) -> Need {
        self.need
    }

    /// By which rule.
    pub fn rule(&self) -> Rule {
        self.rule
    }

    /// Toward whom.
    pub(crate) fn recipient(&self) -> &Recipient {
        &self.recipient
    }

    /// The person, unless it is the server itself.
    pub(crate) fn person(&self) -> Option<PersonId> {
        match &self.recipient {
            Recipient::Member(asker) => Some(asker.person),
            Recipient::Server(_) => None,
        }
    }

    /// How many holds are in force on the client or a project of it.
    pub(crate) fn holds(&self) -> i64 {
        self.holds
    }

    /// How much the recipient may take.
    pub(crate) fn budget(&self) -> Budget {
        self.budget
    }

    /// Whether the client wants the recipient's declarations looked at again before he works on this project.
    pub fn declaration_due(&self, project: ProjectId) -> bool {
        self.passed.as_ref().is_some_and(|passed| passed.known.declaration_due(self.client, project))
    }

    /// The client's keys.
    pub(crate) fn keys(&self) -> &Arc<ClientKeys> {
        &self.keys
    }

    /// Fails when `tx` is not the transaction that gave it.
    pub(crate) fn within(&self, tx: &Tx) -> Result<(), Error> {
        if tx.serial == self.serial { Ok(()) } else { Err(Error::ForeignClearance) }
    }

    /// Seals a body for a row of this client.
    pub(crate) fn seal(&self, tx: &Tx, table: &'static str, row: &str, body: &[u8]) -> Result<Sealed, Error> {
        self.within(tx)?;
        Ok(seal::seal(&self.keys.content, Place { owner: &self.owner, table, row }, body))
    }

    /// Reads sealed bytes for the server's own decision: what it returns is never sent.
    pub(crate) fn peek(&self, tx: &Tx, table: &'static str, row: &str, sealed: &Sealed) -> Result<Vec<u8>, Error> {
        self.within(tx)?;
        seal::open(&self.keys.content, Place { owner: &self.owner, table, row }, sealed)
    }

    /// Content on its way out: closed until the transaction has committed with its entry.
    pub(crate) fn pending(
        &self,
        tx: &Tx,
        table: &'static str,
        row: &str,
        sealed: Sealed,
    ) -> Result<crate::Pending<Vec<u8>>, Error> {
        let (keys, owner, row, bytes) = (Arc::clone(&self.keys), self.owner.clone(), row.to_owned(), sealed.0.len());
        self.outgoing(tx, bytes, move || seal::open(&keys.content, Place { owner: &owner, table, row: &row }, &sealed))
    }

    /// Content that is at hand in memory and on its way out, `bytes` long: closed as [`Self::pending`] is.
    pub(crate) fn outgoing<T: 'static>(
        &self,
        tx: &Tx,
        bytes: usize,
        open: impl FnOnce() -> Result<T, Error> + Send + 'static,
    ) -> Result<crate::Pending<T>, Error> {
        self.within(tx)?;
        if !self.need.is_content() {
            return Err(Error::ForeignClearance);
        }
        Ok(crate::Pending::new(tx, bytes, open))
    }

    /// A keyed hash of content, for the ledger: without the client's key it says nothing, not even equality
    /// across clients.
    pub fn content_hash(&self, body: &[u8]) -> [u8; 32] {
        self.keys.hash.keyed("content", &[body])
    }

    /// The keyed index value of an external id or a metadata value within a project.
    pub fn index_key(&self, project: ProjectId, value: &str) -> [u8; 32] {
        self.keys.index.keyed("external", &[project.to_string().as_bytes(), value.as_bytes()])
    }

    /// A person's pseudonym toward this client, the one its ledger uses: stable inside it, unlinkable across clients.
    pub fn pseudonym(&self, person: PersonId) -> String {
        pseudonym(&self.keys, person)
    }

    /// An entry of this client's ledger with who, by which rule, toward what need.
    pub fn entry(&self, act: Act, now: Micros) -> Entry {
        let mut entry = Entry::new(LedgerOf::Client(self.owner.clone()), act, now.0).because("rule", self.rule.word());
        if let (Some(passed), Some(exposure)) = (&self.passed, &self.exposure) {
            entry = entry.because("wall", passed.open.word()).because("exposure", exposure.as_str());
        }
        match &self.recipient {
            Recipient::Member(asker) => by(entry, asker),
            Recipient::Server(job) => entry.by("job", *job),
        }
    }
}

pub(crate) fn pseudonym(keys: &ClientKeys, person: PersonId) -> String {
    super::ledger::Names::of(keys.pseudonym.clone()).name("person", &person.to_string())
}

/// Adds the one who acts to an entry.
#[must_use]
pub fn by(entry: Entry, asker: &Asker) -> Entry {
    entry
        .by("person", asker.person.to_string())
        .by("member", asker.member.to_string())
        .by("role", asker.role.word())
        .by("door", asker.door.as_str())
        .by("device", asker.device.word())
}

/// Seals what comes in for one client, outside any transaction. It opens nothing.
#[derive(Clone)]
pub struct Sealer {
    owner: String,
    keys: Arc<ClientKeys>,
}

impl Clearance<'_> {
    /// The right to seal for this client, which outlives the transaction: nothing leaves by it.
    pub fn sealer(&self) -> Sealer {
        Sealer { owner: self.owner.clone(), keys: Arc::clone(&self.keys) }
    }
}

impl Sealer {
    pub(crate) fn seal(&self, table: &'static str, row: &str, body: &[u8]) -> Sealed {
        seal::seal(&self.keys.content, Place { owner: &self.owner, table, row }, body)
    }

    /// As [`Clearance::content_hash`].
    pub fn content_hash(&self, body: &[u8]) -> [u8; 32] {
        self.keys.hash.keyed("content", &[body])
    }

    /// As [`Clearance::index_key`].
    pub fn index_key(&self, project: ProjectId, value: &str) -> [u8; 32] {
        self.keys.index.keyed("external", &[project.to_string().as_bytes(), value.as_bytes()])
    }
}
