//! Taking the next task, or what one had and left unfinished, the next annotation to review, or the next task to decide, under a lease.
//!
//! One transaction: the gate, the slot, the lease and the entry that says what was sent stand or fall
//! together; the content opens only after it.

use super::{
    resume,
    sent::{self, AssignmentSent, PendingAssignment},
};
use crate::{App, Asker, Error, custody::absent, experts};
use vouchsafe_domain::{
    experts::standing::takes,
    ids::{AssignmentId, ProjectId, TaskId, in_order},
    time::Micros,
    work::assignment::{Purpose, Step, drawn, lapses_at},
};
use vouchsafe_ledger::act::Act;
use vouchsafe_store::{
    Tx,
    custody::{
        clearance::{Clearance, clear},
        disclosed::{Object, had_task},
    },
    work::{
        GOLD_LANE, adjudication, annotations,
        assignments::{self, Found, NewAssignment, TaskTaken},
        projects::{self, Gate},
        queue::{self, Candidate, Choice, Door, LanePlace, Standing},
    },
};

/// At most this many prefetched leases a member and project.
const PREFETCH_MAX: i64 = 1;
const ROUTE: &str = "POST /projects/{project}/assignments";

impl App {
    /// The next assignment for this member; `None` when nothing is left for him.
    pub async fn claim(
        &self,
        asker: &Asker,
        project: ProjectId,
        step: Step,
        purpose: Purpose,
    ) -> Result<Option<AssignmentSent>, Error> {
        let now = self.now();
        let mut tx = self.store.write("claim").await?;
        let door = queue::door(&mut tx, project, asker.member).await?;
        let Door { gate, standing, lanes, unfinished } = absent::found(door, &mut tx, asker).await?;
        let eligible = experts::eligible::eligible(self, &mut tx, asker, &gate).await?;
        let clearance = clear(&mut tx, asker, gate.client, step.need(), eligible).await?;
        ready(&gate, step, now)?;
        declared(&clearance, project)?;
        let hour = Micros(now.0 - now.0.rem_euclid(Micros::HOUR));
        if step == Step::Label && gate.course.is_some() {
            // Nothing is fetched ahead: the gold of a course is counted.
            if purpose == Purpose::Prefetch {
                return Ok(None);
            }
            experts::courses::due(&mut tx, &gate, asker, now).await?;
        }
        within_limits(&gate, &standing, purpose, hour, now)?;
        let until = lapses_at(now, gate.lease_us);
        if let Some(id) = unfinished.filter(|_| step == Step::Label)
            && let Some(mut found) = assignments::get(&mut tx, id).await?.filter(|found| found.state.is_unfinished())
            && resume::take_up(&mut tx, &mut found, purpose, (now, until)).await?
        {
            let pending = sent::read(&mut tx, &clearance, &found, &gate).await?;
            return send(tx, &clearance, &found, pending, true, now).await.map(Some);
        }

        let id = AssignmentId(in_order(self.id(), now));
        let mut new = NewAssignment {
            id,
            task: TaskId(id.0),
            task_no: 0,
            project,
            client: gate.client,
            member: asker.member,
            person: asker.person,
            step,
            purpose,
            number: standing.taken + 1,
            schema: gate.schema,
            guideline: gate.guideline,
            present_seed: seed(id),
            annotation: None,
            leased_at: now,
            lapses_at: until,
        };
        let (found, before) = match step {
            Step::Label => {
                let lanes = lanes_for(&clearance, &gate, asker, lanes, standing.taken);
                let choice = gate.least.map(|least| Choice { stratum: standing.stratum, least });
                let drawn = (choice, new.present_seed);
                let Some(candidate) = next(&mut tx, asker, project, &lanes, drawn).await? else { return Ok(None) };
                (new.task, new.task_no) = (candidate.task, candidate.task_no);
                queue::take(&mut tx, &clearance, &new, &candidate, hour).await?;
                let task = TaskTaken {
                    body: candidate.body,
                    content_hash: candidate.content_hash,
                    lane: candidate.lane,
                    overlap: candidate.overlap,
                };
                let versions = (gate.schema_version.into(), gate.guideline_version.into());
                (Found::fresh(&new, &gate, task, versions), candidate.sent_before)
            }
            Step::Review => {
                let Some(candidate) = queue::seek_review(&mut tx, project, asker.member, asker.person).await? else {
                    return Ok(None);
                };
                let annotation =
                    annotations::get(&mut tx, candidate.task_no, candidate.annotation).await?.ok_or(Error::NotFound)?;
                // Judged in the order its author saw, under the schema he answered.
                let authored = assignments::get(&mut tx, annotation.assignment).await?.ok_or(Error::NotFound)?;
                (new.task, new.task_no) = (candidate.task, candidate.task_no);
                new.annotation = Some(candidate.annotation);
                (new.schema, new.guideline, new.present_seed) =
                    (authored.schema, authored.guideline, authored.present_seed);
                // Asked before this assignment is one that he was sent.
                let before = had_task(&mut tx, &clearance, asker.person, candidate.task_no, candidate.task).await?;
                queue::take_review(&mut tx, &clearance, &new, &candidate, hour).await?;
                (fresh(&new, &gate, authored), before)
            }
            Step::Adjudicate => {
                let Some(candidate) = most_telling(&mut tx, asker, project, &lanes).await? else { return Ok(None) };
                // Decided under the schema of the newest answer, whose consensus it becomes.
                let answers = annotations::of_task(&mut tx, candidate.task_no).await?;
                let newest = answers.into_iter().rfind(annotations::Found::counts).ok_or(Error::NotFound)?;
                let authored = assignments::get(&mut tx, newest.assignment).await?.ok_or(Error::NotFound)?;
                (new.task, new.task_no) = (candidate.task, candidate.task_no);
                (new.schema, new.guideline) = (authored.schema, authored.guideline);
                let before = had_task(&mut tx, &clearance, asker.person, candidate.task_no, candidate.task).await?;
                adjudication::take(&mut tx, &clearance, &new, &candidate, hour).await?;
                (fresh(&new, &gate, authored), before)
            }
        };
        let pending = sent::fresh(&mut tx, &clearance, &found, &gate).await?;
        send(tx, &clearance, &found, pending, before, now).await.map(Some)
    }
}

/// Records that an assignment is sent, and opens it.
async fn send(
    tx: Tx,
    clearance: &Clearance<'_>,
    found: &Found,
    mut pending: PendingAssignment,
    before: bool,
    now: Micros,
) -> Result<AssignmentSent, Error> {
    let going = pending.going(clearance)?;
    let entry = clearance
        .sends((Act::AssignmentSent, now), ROUTE, &Object::task(found.task), &going, before)
        .because("purpose", found.purpose.word())
        .because("step", found.step.word())
        .of("assignment", found.id.to_string())
        .of("annotation", found.annotation.map(|a| a.to_string()))
        .of("project", found.project.to_string())
        .of("schema", found.schema.to_string());
    let committed = tx.commit([pending.names(entry)]).await?;
    pending.open(&committed, now)
}

/// The lanes to look in, in order: gold first at the project's rate, and else not at all; in a course gold alone.
fn lanes_for(
    clearance: &Clearance<'_>,
    gate: &Gate,
    asker: &Asker,
    mut lanes: Vec<LanePlace>,
    taken: i64,
) -> Vec<LanePlace> {
    let gold = lanes.iter().position(|l| l.lane == GOLD_LANE).map(|i| lanes.remove(i));
    lanes.retain(|l| l.lane >= 0);
    // The draw follows from a key nobody outside has, so neither order nor timing tells gold apart.
    let hash = clearance.content_hash(format!("gold {} {} {taken}", asker.person, gate.project).as_bytes());
    let bits = u64::from_be_bytes(hash[..8].try_into().unwrap_or_default());
    if gate.course.is_some() {
        return gold.into_iter().collect();
    }
    if let Some(gold) = gold
        && drawn(bits, gate.gold_per_10000)
    {
        lanes.insert(0, gold);
    }
    lanes
}

/// The assignment that was just taken, about the task of another one, under the versions of that.
fn fresh(new: &NewAssignment, gate: &Gate, of: Found) -> Found {
    let versions = (of.schema_version, of.guideline_version);
    let task = TaskTaken { body: of.body, content_hash: of.content_hash, lane: of.lane, overlap: of.overlap };
    Found::fresh(new, gate, task, versions)
}

/// Of the tasks that this member may decide, the one whose decision tells most.
async fn most_telling(
    tx: &mut Tx,
    asker: &Asker,
    project: ProjectId,
    lanes: &[LanePlace],
) -> Result<Option<adjudication::Candidate>, Error> {
    for lane in lanes.iter().filter(|lane| adjudication::is_lane(lane.lane)) {
        if let Some(candidate) = adjudication::seek(tx, project, asker.person, *lane).await? {
            return Ok(Some(candidate));
        }
    }
    Ok(None)
}

/// The next task for this member; where answers must tell enough, of the next few the one about which he tells most.
async fn next(
    tx: &mut Tx,
    asker: &Asker,
    project: ProjectId,
    lanes: &[LanePlace],
    (choice, draw): (Option<Choice>, i64),
) -> Result<Option<Candidate>, Error> {
    // Gold is everybody's.
    let choice = |lane: &LanePlace| choice.filter(|_| lane.lane != GOLD_LANE);
    for lane in lanes {
        let found = match choice(lane) {
            Some(choice) => queue::telling::seek(tx, project, asker.person, *lane, choice, draw).await?,
            None => queue::seek(tx, project, asker.person, *lane).await?,
        };
        if found.is_some() {
            return Ok(found);
        }
    }
    for lane in lanes {
        let found = queue::sweep(tx, project, asker.person, *lane, choice(lane), draw).await?;
        if found.is_some() {
            return Ok(found);
        }
    }
    Ok(None)
}

fn ready(gate: &Gate, step: Step, now: Micros) -> Result<(), Error> {
    if gate.state != projects::State::Open {
        return Err(Error::state("project_paused", "this project takes no work at the moment"));
    }
    if step == Step::Label && !gate.acknowledged {
        return Err(Error::state("guideline_needed", "read and acknowledge the guideline first"));
    }
    if step == Step::Label && gate.standing.is_some_and(|(state, until)| !takes(state, until, now)) {
        return Err(Error::state(
            "standing_paused",
            "you take nothing new in this project for now; why, until when and what changes it stands with your standing there",
        ));
    }
    Ok(())
}

/// Whether this client has the member's declarations, as fresh as it wants them.
pub(super) fn declared(clearance: &Clearance<'_>, project: ProjectId) -> Result<(), Error> {
    if clearance.declaration_due(project) {
        return Err(Error::state("declaration_needed", "look at your declared interests again and confirm them first"));
    }
    Ok(())
}

fn within_limits(gate: &Gate, standing: &Standing, purpose: Purpose, hour: Micros, now: Micros) -> Result<(), Error> {
    let prefetch = i64::from(purpose == Purpose::Prefetch);
    if standing.prefetched + prefetch > PREFETCH_MAX {
        return Err(Error::state("prefetch_taken", "one assignment is already waiting; open or release it first"));
    }
    // A prefetched one is a lease on top of those that are worked on.
    if prefetch == 0 && standing.open_leases - standing.prefetched >= i64::from(gate.open_leases_max) {
        return Err(Error::state(
            "too_many_open",
            format!("{} assignments are open; submit, skip or release one first", standing.open_leases),
        ));
    }
    if standing.hour == hour && standing.hour_taken >= i64::from(gate.per_hour_max) {
        let left = hour.plus(Micros::HOUR).since(now) / Micros::SECOND;
        return Err(Error::Throttled { retry_after_s: u32::try_from(left + 1).unwrap_or(3600) });
    }
    Ok(())
}

/// 53 random bits out of a random id: the seed of the shown order.
fn seed(id: AssignmentId) -> i64 {
    i64::try_from(id.0.as_u128() & ((1 << 53) - 1)).unwrap_or_default()
}
