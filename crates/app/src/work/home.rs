//! What waits for a member: the projects he may work on, what he holds, what came back.

use super::{
    guidelines::need_of,
    listed::Listed,
    stored::{StoredReview, json as read},
};
use crate::{App, Asker, Error, experts};
use serde::Serialize;
use serde_json::{Value, json};
use std::collections::HashSet;
use vouchsafe_domain::{
    access::role::Role,
    custody::gate::{Denied, Need},
    experts::{course::Next, standing},
    ids::{ClientId, ProjectId},
    time::Micros,
    work::assignment::State,
};
use vouchsafe_store::{
    Tx,
    custody::{
        clearance::{Refused, clear},
        clients,
        walls::Undecided,
    },
    work::{adjudication, annotations, assignments, projects, queue, reviews, unfinished},
};

/// Own annotations that are listed.
const RECENT: u32 = 20;
/// Work begun and not finished that is listed.
const UNFINISHED: u32 = 20;
const ROUTE: &str = "GET /work";

/// A member's home.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct Home {
    /// `{id, name, client: {id, code_name, colour}, state, guideline_version, tasks, standing, course}` by project; `standing`
    /// is `probation` or `paused`, and null where he is active; `course` is `{state, attempt, done, tasks}` where it is one.
    pub projects: Vec<Value>,
    /// `{assignment, project, step, purpose, number, begun_at, draft_at, lapses_at}` under a lease: `number` is the member's how-manieth
    /// of the project, `draft_at` when his draft was last saved, or null.
    pub open: Vec<Value>,
    /// `{assignment, project, number, begun_at, draft_at, ended_at}` of begun work whose lease ended with a draft kept, newest first: it
    /// may be taken up while nobody else has it.
    pub unfinished: Vec<Value>,
    /// `{assignment, project, at, lapses_at, reasons, comment}` that came back: when, and until when it is its author's.
    pub returned: Vec<Value>,
    /// `{annotation, assignment, project, state, at}`, newest first.
    pub recent: Vec<Value>,
    /// `{submitted, active_ms}` since midnight UTC.
    pub today: Value,
    /// The server's clock at the answer, RFC 3339.
    pub server_now: String,
}

impl App {
    /// Everything that waits for this member. Projects that are shut to him are not there at all.
    pub async fn home(&self, asker: &Asker) -> Result<Home, Error> {
        let now = self.now();
        let mut tx = self.store.write("home").await?;
        let (mut shown, mut pending, mut listed) = (Vec::new(), Vec::new(), Listed::default());
        let undecided = Undecided::of(&mut tx, asker.person).await?;
        let mut open_clients = HashSet::new();
        for project in projects::not_closed(&mut tx).await? {
            let Some(gate) = projects::gate(&mut tx, project, asker.member).await? else { continue };
            let eligible = match experts::eligible::eligible(self, &mut tx, asker, &gate).await {
                // Nothing of a client whose key is away can be named; to whom it is shut it is not there.
                Err(Error::NotFound | Error::Refused(Refused::Denied(Denied::Unknown))) => continue,
                Err(Error::Refused(Refused::KeyNotLoaded(client))) if tx.keys().is_away(client) => continue,
                other => other?,
            };
            // The gate would say no, and what it refuses it never remembers.
            if asker.role == Role::Expert && !eligible {
                continue;
            }
            let face = clients::get(&mut tx, gate.client).await?.ok_or(Error::NotFound)?.face;
            let client = json!({"id": gate.client, "code_name": face.code_name, "colour": face.colour});
            // To be sent one rival's words shuts the other: that is his to choose, so no name of a project is sent yet.
            let choice = undecided.is(gate.client);
            let need = if choice { Need::Know } else { need_of(asker.role) };
            match clear(&mut tx, asker, gate.client, need, eligible).await {
                Ok(_) if choice => {
                    let state = if gate.acknowledged || asker.role != Role::Expert {
                        gate.state.word()
                    } else {
                        "guideline_needed"
                    };
                    let name = format!("A project of {}", face.code_name);
                    shown.push(json!({"id": project, "name": name, "client": client, "state": state,
                                      "guideline_version": gate.guideline_version, "tasks": {}}));
                }
                Ok(clearance) => {
                    let mut name = gate.name(&tx, &clearance)?;
                    listed.piece(clearance, ("projects", &project), "name", &mut name)?;
                    let state = match (gate.state, gate.acknowledged) {
                        (projects::State::Open, false) if asker.role == Role::Expert => "guideline_needed",
                        (state, _) => state.word(),
                    };
                    let tally = tally(&mut tx, asker.role, project).await?;
                    pending.push(name);
                    shown.push(json!({"id": project, "client": client, "state": state, "guideline_version": gate.guideline_version,
                                      "tasks": tally, "standing": standing(asker.role, &gate, now), "course": course(&mut tx, asker, &gate, now).await?}));
                }
                // Its name stays closed until he signed.
                Err(Refused::Denied(Denied::AgreementDue)) => {
                    shown.push(json!({"id": project, "client": client, "state": "agreement_needed"}));
                }
                Err(Refused::Denied(Denied::Unknown)) => {}
                Err(Refused::KeyNotLoaded(client)) if tx.keys().is_away(client) => {}
                Err(other) => return Err(other.into()),
            }
        }
        let (mut open, mut returned, mut words) = (Vec::new(), Vec::new(), Vec::new());
        for live in assignments::live(&mut tx, asker.member).await? {
            // Work of a client that is shut is not there, nor is the client.
            if !shows(&mut tx, asker, live.client, &mut open_clients).await? {
                continue;
            }
            if live.state == State::Leased {
                open.push(json!({"assignment": live.id, "project": live.project, "step": live.step.word(),
                                 "purpose": live.purpose.word(), "number": live.number, "begun_at": live.begun_at.to_string(),
                                 "draft_at": live.draft_at.map(|at| at.to_string()), "lapses_at": live.lapses_at.to_string()}));
                continue;
            }
            // What a reviewer wrote is content of the client: shown with its entry, or not at all.
            let Ok(clearance) = clear(&mut tx, asker, live.client, need_of(asker.role), true).await else { continue };
            let Some(review) = reviews::that_returned(&mut tx, live.task_no, live.id).await? else { continue };
            let mut said = review.pending(&tx, &clearance)?;
            listed.piece(clearance, ("reviews", &review.id), "review", &mut said)?;
            words.push(said);
            returned.push(json!({"assignment": live.id, "project": live.project, "at": review.at.to_string(),
                                 "lapses_at": live.lapses_at.to_string()}));
        }
        let unfinished = begun(&mut tx, asker, &mut open_clients).await?;
        let recent = recent(&mut tx, asker, &mut open_clients).await?;
        let today = today(&mut tx, asker, now, &mut open_clients).await?;
        let entries = listed.entries(&mut tx, now, ROUTE).await?;
        if entries.is_empty() {
            tx.abandon().await?;
        } else {
            let committed = tx.commit(entries).await?;
            let unnamed = shown.iter_mut().filter(|p| p["state"] != "agreement_needed" && p["name"].is_null());
            for (project, name) in unnamed.zip(pending) {
                project["name"] = name.open(&committed)?.into();
            }
            for (item, review) in returned.iter_mut().zip(words) {
                let review: StoredReview = read(&review.open(&committed)?)?;
                item["reasons"] = review.reasons.into();
                item["comment"] = review.comment.into();
            }
        }
        Ok(Home { projects: shown, open, unfinished, returned, recent, today, server_now: now.to_string() })
    }
}

/// What he submitted since midnight, as in the list of it: what was done for a client that is shut since is not there.
async fn today(tx: &mut Tx, asker: &Asker, now: Micros, open: &mut HashSet<ClientId>) -> Result<Value, Error> {
    let (mut submitted, mut active_ms) = (0, 0);
    let midnight = Micros(now.0 - now.0.rem_euclid(Micros::DAY));
    for (client, answers, worked_ms) in annotations::own_since(tx, asker.member, midnight).await? {
        if shows(tx, asker, client, open).await? {
            (submitted, active_ms) = (submitted + answers, active_ms + worked_ms);
        }
    }
    Ok(json!({"submitted": submitted, "active_ms": active_ms}))
}

/// What waits, for whoever is not an expert. A reviewer is told how many reviews wait, by whatever they came to be: a count of
/// tasks under review would tell him which of them only measure him.
async fn tally(tx: &mut Tx, role: Role, project: ProjectId) -> Result<serde_json::Map<String, Value>, Error> {
    match role {
        Role::Expert => Ok(serde_json::Map::new()),
        Role::Reviewer => {
            let (reviews, decisions) =
                (queue::reviews_waiting(tx, project).await?, adjudication::waiting(tx, project).await?);
            Ok([("in_review".to_owned(), reviews.into()), ("contested".to_owned(), decisions.into())]
                .into_iter()
                .collect())
        }
        _ => Ok(projects::tally(tx, project).await?.into_iter().map(|(state, n)| (state, n.into())).collect()),
    }
}

/// How far an expert is in a qualification course; null where the project is none.
async fn course(tx: &mut Tx, asker: &Asker, gate: &projects::Gate, now: Micros) -> Result<Value, Error> {
    let Some(course) = gate.course.as_ref().filter(|_| asker.role == Role::Expert) else { return Ok(Value::Null) };
    let (next, ..) = experts::courses::next(tx, gate, course, asker, now).await?;
    let (attempt, done) = match next {
        Next::GoOn { attempt, done } => (Some(attempt), done),
        _ => (None, 0),
    };
    Ok(json!({"state": next.word(), "attempt": attempt, "done": done, "tasks": course.tasks}))
}

/// How an expert stands, where that is not active.
fn standing(role: Role, gate: &projects::Gate, now: Micros) -> Option<&'static str> {
    let (state, until) = gate.standing.filter(|_| role == Role::Expert)?;
    match state {
        standing::State::Active => None,
        standing::State::Paused if standing::takes(state, until, now) => Some(standing::State::Probation.word()),
        other => Some(other.word()),
    }
}

/// Whether a client is there for this member; remembers those that are.
pub(super) async fn shows(
    tx: &mut Tx,
    asker: &Asker,
    client: ClientId,
    open: &mut HashSet<ClientId>,
) -> Result<bool, Error> {
    if open.contains(&client) {
        return Ok(true);
    }
    match clear(tx, asker, client, Need::Know, true).await {
        Ok(_) => {
            open.insert(client);
            Ok(true)
        }
        Err(Refused::Denied(_)) => Ok(false),
        Err(Refused::KeyNotLoaded(client)) if tx.keys().is_away(client) => Ok(false),
        Err(other) => Err(other.into()),
    }
}

/// What he began and did not finish, of clients that are there for him.
async fn begun(tx: &mut Tx, asker: &Asker, open: &mut HashSet<ClientId>) -> Result<Vec<Value>, Error> {
    let mut shown = Vec::new();
    for one in unfinished::begun(tx, asker.member, UNFINISHED).await? {
        if shows(tx, asker, one.client, open).await? {
            shown.push(json!({"assignment": one.id, "project": one.project, "number": one.number,
                              "begun_at": one.begun_at.to_string(), "draft_at": one.draft_at.to_string(),
                              "ended_at": one.ended_at.to_string()}));
        }
    }
    Ok(shown)
}

/// His newest annotations, of clients that are there for him.
async fn recent(tx: &mut Tx, asker: &Asker, open: &mut HashSet<ClientId>) -> Result<Vec<Value>, Error> {
    let mut shown = Vec::new();
    for a in annotations::own(tx, asker.member, RECENT).await? {
        if shows(tx, asker, a.client, open).await? {
            shown.push(json!({"annotation": a.id, "assignment": a.assignment, "project": a.project,
                              "state": a.state.word(), "at": a.at.to_string()}));
        }
    }
    Ok(shown)
}
