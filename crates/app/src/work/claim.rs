//! Taking the next task, or the next annotation to review, under a lease.
//!
//! One transaction: the gate, the slot, the lease and the entry that says what was sent stand or fall
//! together; the content opens only after it.

use super::sent::{self, AssignmentSent};
use crate::{App, Asker, Error, experts};
use vouchsafe_domain::{
    custody::gate::Need,
    ids::{AssignmentId, ProjectId},
    time::Micros,
    work::assignment::{Purpose, Step, drawn, lapses_at},
};
use vouchsafe_ledger::act::Act;
use vouchsafe_store::{
    Tx,
    custody::clearance::{Clearance, clear},
    work::{
        annotations, assignments,
        projects::{self, Gate},
        queue::{self, Candidate, Claim, GOLD_LANE, ReviewCandidate, Standing},
    },
};

/// At most this many prefetched leases a member and project.
const PREFETCH_MAX: i64 = 1;

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
        let gate = projects::gate(&mut tx, project, asker.member).await?.ok_or(Error::NotFound)?;
        let eligible = experts::eligible::eligible(self, &mut tx, asker, &gate).await?;
        let need = if step == Step::Label { Need::Label } else { Need::Review };
        let clearance = clear(&mut tx, asker, gate.client, need, eligible).await?;
        ready(&gate, step)?;
        let standing = queue::standing(&mut tx, asker.member, project).await?;
        let hour = Micros(now.0 - now.0.rem_euclid(Micros::HOUR));
        within_limits(&gate, &standing, purpose, hour, now)?;

        let claim = Claim { member: asker.member, project, prefetch: purpose == Purpose::Prefetch, hour };
        let id = AssignmentId(self.id());
        let mut new = assignments::NewAssignment {
            id,
            task: vouchsafe_domain::ids::TaskId(id.0),
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
            lapses_at: lapses_at(now, gate.lease_us),
        };
        let hash = match step {
            Step::Label => {
                let Some(candidate) = self.next(&mut tx, &clearance, &gate, &claim, asker, standing.taken).await?
                else {
                    return Ok(None);
                };
                new.task = candidate.task;
                candidate.content_hash
            }
            Step::Review => {
                let Some(candidate) = next_review(&mut tx, &claim, asker).await? else { return Ok(None) };
                let annotation = annotations::get(&mut tx, candidate.annotation).await?.ok_or(Error::NotFound)?;
                // Judged in the order its author saw, under the schema he answered.
                let authored = assignments::get(&mut tx, annotation.assignment).await?.ok_or(Error::NotFound)?;
                new.task = candidate.task;
                new.annotation = Some(candidate.annotation);
                (new.schema, new.guideline, new.present_seed) =
                    (authored.schema, authored.guideline, authored.present_seed);
                authored.content_hash
            }
        };
        assignments::insert(&mut tx, &new).await?;
        let found = assignments::get(&mut tx, id).await?.ok_or(Error::NotFound)?;
        let pending = sent::read(&mut tx, &clearance, &found, &gate).await?;
        let entry = clearance
            .entry(Act::AssignmentSent, now)
            .because("purpose", purpose.word())
            .because("step", step.word())
            .because("route", "POST /projects/{project}/assignments")
            .of("assignment", id.to_string())
            .of("task", new.task.to_string())
            .of("annotation", new.annotation.map(|a| a.to_string()))
            .of("project", project.to_string())
            .of("schema", new.schema.to_string())
            .of("content", hex(&hash))
            .of("sealed_bytes", pending.bytes());
        let committed = tx.commit([entry]).await?;
        Ok(Some(pending.open(&committed, now)?))
    }

    /// The next task for this member and its slot, gold mixed in at the project's rate.
    async fn next(
        &self,
        tx: &mut Tx,
        clearance: &Clearance<'_>,
        gate: &Gate,
        claim: &Claim,
        asker: &Asker,
        taken: i64,
    ) -> Result<Option<Candidate>, Error> {
        let mut lanes = queue::lanes(tx, claim.project, asker.member).await?;
        let gold = lanes.iter().position(|l| l.lane == GOLD_LANE).map(|i| lanes.remove(i));
        lanes.retain(|l| l.lane >= 0);
        // The draw follows from a key nobody outside has, so neither order nor timing tells gold apart.
        let hash = clearance.content_hash(format!("gold {} {} {taken}", asker.person, claim.project).as_bytes());
        let bits = u64::from_be_bytes(hash[..8].try_into().unwrap_or_default());
        if let Some(gold) = gold
            && drawn(bits, gate.gold_per_10000)
        {
            lanes.insert(0, gold);
        }
        for lane in &lanes {
            if let Some(candidate) = queue::seek(tx, claim.project, asker.person, *lane).await?
                && queue::take(tx, claim, &candidate).await?
            {
                return Ok(Some(candidate));
            }
        }
        // Where locks are skipped, a task that somebody held for a moment may lie behind our place.
        for lane in lanes.iter().filter(|l| l.pos >= 0) {
            if let Some(candidate) =
                queue::seek(tx, claim.project, asker.person, queue::LanePlace { pos: -1, ..*lane }).await?
                && queue::take(tx, claim, &candidate).await?
            {
                return Ok(Some(candidate));
            }
        }
        Ok(None)
    }
}

async fn next_review(tx: &mut Tx, claim: &Claim, asker: &Asker) -> Result<Option<ReviewCandidate>, Error> {
    let Some(candidate) = queue::seek_review(tx, claim.project, asker.member, asker.person).await? else {
        return Ok(None);
    };
    Ok(queue::take_review(tx, claim, &candidate).await?.then_some(candidate))
}

fn ready(gate: &Gate, step: Step) -> Result<(), Error> {
    if gate.state != projects::State::Open {
        return Err(Error::state("project_paused", "this project takes no work at the moment"));
    }
    if step == Step::Label && !gate.acknowledged {
        return Err(Error::state("guideline_needed", "read and acknowledge the guideline first"));
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

pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
        use std::fmt::Write;
        let _ = write!(text, "{byte:02x}");
        text
    })
}
