//! What takes two persons: one asks, another decides. An approved request is the waiver, the pass or the larger budget
//! itself, for as long as it says.

use super::{
    clearance::Asker,
    own::{open_own, seal_own},
};
use crate::{Error, Row, Tx, vals};
use std::str::FromStr;
use vouchsafe_domain::{
    ids::{ClientId, MemberId, OrganisationId, PersonId, RequestId},
    time::Micros,
};

/// What is asked for.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Kind {
    /// To set a conflict aside for one person: `client` and `other` are its sides.
    Waiver,
    /// To let a member into a client for a while without a grant.
    BreakGlass,
    /// To let a member read `amount` more items in each stretch, for a while.
    Budget,
    /// To end the conflict that `other` names.
    EndConflict,
    /// To lift the ordered wall that `other` names.
    LiftWall,
    /// To look again at why something is closed to somebody.
    Contest,
    /// To say that what a gap lost is entered again: of `client`, or without one who the members are.
    CloseGap,
}

/// The text names no kind of request.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("must be one of `waiver`, `break_glass`, `budget`, `end_conflict`, `lift_wall`, `contest`, `close_gap`")]
pub struct UnknownKind;

impl Kind {
    /// Every kind.
    pub const ALL: [Self; 7] = [
        Self::Waiver,
        Self::BreakGlass,
        Self::Budget,
        Self::EndConflict,
        Self::LiftWall,
        Self::Contest,
        Self::CloseGap,
    ];

    /// The word in rows and API.
    pub fn word(self) -> &'static str {
        match self {
            Self::Waiver => "waiver",
            Self::BreakGlass => "break_glass",
            Self::Budget => "budget",
            Self::EndConflict => "end_conflict",
            Self::LiftWall => "lift_wall",
            Self::Contest => "contest",
            Self::CloseGap => "close_gap",
        }
    }
}

impl FromStr for Kind {
    type Err = UnknownKind;
    fn from_str(text: &str) -> Result<Self, UnknownKind> {
        Self::ALL.into_iter().find(|kind| kind.word() == text).ok_or(UnknownKind)
    }
}

/// A request and what became of it.
#[derive(Debug, Clone)]
pub struct Request {
    /// Its id.
    pub id: RequestId,
    /// What is asked for.
    pub kind: Kind,
    /// About whom.
    pub person: Option<PersonId>,
    /// For which account.
    pub member: Option<MemberId>,
    /// In which client.
    pub client: Option<ClientId>,
    /// The other side, or what is to end.
    pub other: Option<OrganisationId>,
    /// How many items.
    pub amount: Option<i64>,
    /// Until when it holds.
    pub until: Option<Micros>,
    /// Why, in the words of who asked.
    pub reason: String,
    /// What whoever decided said to it.
    pub answer: Option<String>,
    /// Which account asked.
    pub asked_by: MemberId,
    /// Which person asked.
    pub asked_person: PersonId,
    /// When.
    pub asked_at: Micros,
    /// Who decided, and when, and whether it was approved.
    pub decided: Option<(MemberId, Micros, bool)>,
}

impl Request {
    /// What somebody asks now, about nobody and nothing yet.
    pub fn asked(id: RequestId, kind: Kind, reason: &str, asker: &Asker, now: Micros) -> Self {
        Self {
            id,
            kind,
            person: None,
            member: None,
            client: None,
            other: None,
            amount: None,
            until: None,
            reason: reason.to_owned(),
            answer: None,
            asked_by: asker.member,
            asked_person: asker.person,
            asked_at: now,
            decided: None,
        }
    }
}

/// Where the words of a decision are sealed.
const ANSWER: &str = "custody_request.answer";

const COLUMNS: &str = "select id, kind, person_id, member_id, client_id, other_id, amount, until_us, body_sealed, asked_by, asked_person, asked_us,
            decided_by, decided_us, verdict, answer_sealed from custody_request where id = $1 /*lock custody_request*/";

/// Asks.
pub async fn insert(tx: &mut Tx, new: &Request) -> Result<(), Error> {
    let body = seal_own(tx, "custody_request", &new.id.to_string(), &new.reason);
    tx.exec(
        "insert into custody_request (id, kind, person_id, member_id, client_id, other_id, amount, until_us, body_sealed, asked_by, asked_person, asked_us)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)",
        vals![
            new.id,
            new.kind.word(),
            new.person,
            new.member,
            new.client,
            new.other,
            new.amount,
            new.until,
            body,
            new.asked_by,
            new.asked_person,
            new.asked_at
        ],
    )
    .await?;
    Ok(())
}

/// What is asked for; locks nothing.
pub async fn kind(tx: &mut Tx, id: RequestId) -> Result<Option<Kind>, Error> {
    let row = tx.one("select kind from custody_request where id = $1", vals![id]).await?;
    row.map(|row| row.id(0)).transpose()
}

/// How many requests of a person wait for a decision that could still do something.
pub async fn waiting(tx: &mut Tx, asked: PersonId, now: Micros) -> Result<i64, Error> {
    let row = tx
        .one(
            "select count(*) from custody_request
              where asked_person = $1 and decided_us is null and (until_us is null or until_us > $2)",
            vals![asked, now],
        )
        .await?;
    row.map_or(Ok(0), |row| row.int(0))
}

/// A request, locked.
pub async fn get(tx: &mut Tx, id: RequestId) -> Result<Option<Request>, Error> {
    let row = tx.one(COLUMNS, vals![id]).await?;
    row.map(|row| read(tx, &row)).transpose()
}

/// Decides a request that is open, with words to whoever asked. False when somebody was faster.
pub async fn decide(
    tx: &mut Tx,
    request: &Request,
    words: &str,
    by: MemberId,
    at: Micros,
    approved: bool,
) -> Result<bool, Error> {
    let answer = seal_own(tx, ANSWER, &request.id.to_string(), words);
    let changed = tx
        .exec(
            "update custody_request set decided_by = $1, decided_us = $2, verdict = $3, answer_sealed = $4
              where id = $5 and decided_us is null",
            vals![by, at, if approved { "approved" } else { "refused" }, answer, request.id],
        )
        .await?;
    Ok(changed == 1)
}

/// The start of a statement that lists requests.
macro_rules! requests_where {
    ($which:literal) => {
        concat!(
            "select id, kind, person_id, member_id, client_id, other_id, amount, until_us, body_sealed, asked_by, asked_person, asked_us,
                    decided_by, decided_us, verdict, answer_sealed
               from custody_request ",
            $which,
            " order by asked_us desc, id limit 500"
        )
    };
}

/// Requests, newest first, at most 500.
pub async fn list(tx: &mut Tx) -> Result<Vec<Request>, Error> {
    let rows = tx.q(requests_where!(""), &[]).await?;
    rows.iter().map(|row| read(tx, row)).collect()
}

/// Requests about a person, newest first, at most 500: what others ask, and how much, does not show in it.
pub async fn about(tx: &mut Tx, person: PersonId) -> Result<Vec<Request>, Error> {
    let rows = tx.q(requests_where!("where person_id = $1"), vals![person]).await?;
    rows.iter().map(|row| read(tx, row)).collect()
}

/// Requests that a person asked, or that name a client to which this account of his was granted, and open ones about a gap;
/// newest first, at most 500. What else is asked elsewhere does not show in it.
pub async fn near(tx: &mut Tx, person: PersonId, member: MemberId) -> Result<Vec<Request>, Error> {
    let rows = tx
        .q(
            requests_where!(
                "where asked_person = $1
                    or (kind = 'close_gap' and decided_us is null)
                    or client_id in (select g.client_id from client_grant g where g.member_id = $2)
                    or other_id in (select g.client_id from client_grant g where g.member_id = $2)
                    or other_id in (select w.id from wall w
                                      join client_grant g on g.client_id = w.client_id where g.member_id = $2)"
            ),
            vals![person, member],
        )
        .await?;
    rows.iter().map(|row| read(tx, row)).collect()
}

/// The open request to close the gap of a client, or of the installation.
pub async fn to_close(tx: &mut Tx, client: Option<ClientId>) -> Result<Option<RequestId>, Error> {
    let row = tx
        .one(
            "select id from custody_request
              where kind = 'close_gap' and coalesce(client_id, '') = $1 and decided_us is null
              order by asked_us, id limit 1",
            vals![client.map(|client| client.to_string()).unwrap_or_default()],
        )
        .await?;
    row.map(|row| row.id(0)).transpose()
}

/// A question about a gap is asked no more: it was answered at the machine, by nobody's account.
pub async fn drop(tx: &mut Tx, id: RequestId) -> Result<(), Error> {
    tx.exec("delete from custody_request where id = $1 and decided_us is null", vals![id]).await?;
    Ok(())
}

/// Open questions about gaps are asked no more: they were about what was lost before.
pub async fn drop_to_close(tx: &mut Tx) -> Result<(), Error> {
    tx.exec("delete from custody_request where kind = 'close_gap' and decided_us is null", &[]).await?;
    Ok(())
}

/// All that was approved for `from`, or is asked for him, holds for nobody any more: who was merged asks again. What has
/// no end opens nothing, and stays.
pub async fn end_all(tx: &mut Tx, from: PersonId, at: Micros) -> Result<(), Error> {
    tx.exec("update custody_request set until_us = $1 where person_id = $2 and until_us > $1", vals![at, from]).await?;
    Ok(())
}

/// Approved requests of which one of two persons decided, and the other asked or is whom it is about.
pub async fn of_both(tx: &mut Tx, one: PersonId, other: PersonId) -> Result<Vec<Request>, Error> {
    let rows = tx
        .q(
            "select r.id, r.kind, r.person_id, r.member_id, r.client_id, r.other_id, r.amount, r.until_us, r.body_sealed,
                    r.asked_by, r.asked_person, r.asked_us, r.decided_by, r.decided_us, r.verdict, r.answer_sealed
               from custody_request r
               join member d on d.id = r.decided_by join person p on p.id = d.person_id
              where r.verdict = 'approved'
                and (((p.id = $1 or p.merged_into = $1) and (r.asked_person = $2 or r.person_id = $2))
                  or ((p.id = $2 or p.merged_into = $2) and (r.asked_person = $1 or r.person_id = $1)))
              order by r.id",
            vals![one, other],
        )
        .await?;
    rows.iter().map(|row| read(tx, row)).collect()
}

/// What was decided about a request is void: it is open again, and opens nothing.
pub async fn reopen(tx: &mut Tx, id: RequestId) -> Result<(), Error> {
    tx.exec(
        "update custody_request set decided_by = null, decided_us = null, verdict = null, answer_sealed = null where id = $1",
        vals![id],
    )
    .await?;
    Ok(())
}

/// What `from` asked, or is asked about him, counts as asked by and about `to`, who cannot decide it then.
pub async fn join(tx: &mut Tx, from: PersonId, to: PersonId) -> Result<(), Error> {
    tx.exec("update custody_request set asked_person = $1 where asked_person = $2", vals![to, from]).await?;
    tx.exec("update custody_request set person_id = $1 where person_id = $2", vals![to, from]).await?;
    Ok(())
}

fn read(tx: &Tx, row: &Row) -> Result<Request, Error> {
    let decided = match (row.opt_id(12)?, row.opt_at(13)?) {
        (Some(by), Some(at)) => Some((by, at, row.opt_text(14)? == Some("approved"))),
        _ => None,
    };
    Ok(Request {
        id: row.id(0)?,
        kind: row.id(1)?,
        person: row.opt_id(2)?,
        member: row.opt_id(3)?,
        client: row.opt_id(4)?,
        other: row.opt_id(5)?,
        amount: row.opt_int(6)?,
        until: row.opt_at(7)?,
        reason: open_own(tx, "custody_request", row.text(0)?, &row.sealed(8)?)?,
        answer: row.opt_sealed(15)?.map(|sealed| open_own(tx, ANSWER, row.text(0)?, &sealed)).transpose()?,
        asked_by: row.id(9)?,
        asked_person: row.id(10)?,
        asked_at: row.at(11)?,
        decided,
    })
}
