//! Giving an assignment back: skip with a reason, release without one, flag and keep.

use super::submit::entry;
use crate::{App, Asker, Error, custody::absent};
use vouchsafe_domain::{
    ids::{AssignmentId, MemberId},
    time::Micros,
    work::assignment::{Purpose, State, Step},
};
use vouchsafe_ledger::{
    act::Act,
    entry::{Entry, LedgerOf},
};
use vouchsafe_store::{
    Tx,
    custody::clearance::{Clearance, by, clear},
    work::{adjudication, assignments, flags, projects, queue},
};

/// Why a member may skip or flag.
pub const REASONS: [&str; 8] = [
    "not_my_field",
    "unclear_task",
    "broken_content",
    "harmful_content",
    "personal_data",
    "wrong_guideline",
    "conflict_of_interest",
    "other",
];
/// Longest comment, in bytes.
const COMMENT_BYTES_MAX: usize = 4_000;

/// A reason with words.
#[derive(Debug, Clone, serde::Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Why {
    /// One of [`REASONS`].
    pub reason: String,
    /// In the member's own words.
    #[serde(default)]
    pub comment: Option<String>,
}

impl Why {
    fn check(&self) -> Result<&'static str, Error> {
        if self.comment.as_ref().is_some_and(|c| c.len() > COMMENT_BYTES_MAX) {
            return Err(Error::invalid("/comment", format!("at most {COMMENT_BYTES_MAX} bytes")));
        }
        REASONS
            .into_iter()
            .find(|r| *r == self.reason)
            .ok_or_else(|| Error::invalid("/reason", format!("one of {}", REASONS.join(", "))))
    }
}

impl App {
    /// Gives a task back unanswered. It goes to somebody else and never comes again to this person.
    pub async fn skip(&self, asker: &Asker, assignment: AssignmentId, why: &Why) -> Result<(), Error> {
        let reason = why.check()?;
        let (mut tx, found, clearance) = self.held(asker, assignment, "skip").await?;
        let now = self.now();
        if found.state == State::Skipped {
            return Ok(tx.abandon().await?);
        }
        if projects::gate(&mut tx, found.project, asker.member).await?.is_some_and(|gate| gate.course.is_some()) {
            return Err(Error::state("course_task", "a task of a course is answered or left; it cannot be skipped"));
        }
        end(&mut tx, &found, State::Skipped, now).await?;
        flags::insert(
            &mut tx,
            &clearance,
            &flags::NewFlag {
                id: self.id(),
                of: &found,
                kind: "skip",
                reason,
                comment: why.comment.as_deref(),
                at: now,
            },
        )
        .await?;
        tx.commit([entry(&clearance, Act::AssignmentSkipped, &found, now).because("reason", reason)]).await?;
        Ok(())
    }

    /// Gives a lease back without a reason: a prefetch at sign-out. Never counted as a skip: it comes again to this
    /// person while a slot of the task is free.
    pub async fn release_assignment(&self, asker: &Asker, assignment: AssignmentId) -> Result<(), Error> {
        let (mut tx, found, clearance) = self.held(asker, assignment, "release").await?;
        let now = self.now();
        if found.state == State::Released {
            return Ok(tx.abandon().await?);
        }
        end(&mut tx, &found, State::Released, now).await?;
        tx.commit([entry(&clearance, Act::AssignmentReleased, &found, now)]).await?;
        Ok(())
    }

    /// Says that something is wrong with a task. The assignment goes on.
    pub async fn flag(&self, asker: &Asker, assignment: AssignmentId, why: &Why) -> Result<(), Error> {
        let reason = why.check()?;
        let (mut tx, found, clearance) = self.held(asker, assignment, "flag").await?;
        let now = self.now();
        flags::insert(
            &mut tx,
            &clearance,
            &flags::NewFlag {
                id: self.id(),
                of: &found,
                kind: "flag",
                reason,
                comment: why.comment.as_deref(),
                at: now,
            },
        )
        .await?;
        tx.commit([entry(&clearance, Act::TaskFlagged, &found, now).because("reason", reason)]).await?;
        Ok(())
    }

    async fn held(
        &self,
        asker: &Asker,
        assignment: AssignmentId,
        name: &'static str,
    ) -> Result<(Tx, assignments::Found, Clearance<'static>), Error> {
        let mut tx = self.store.write(name).await?;
        let found = absent::own(&mut tx, asker, assignment, None).await?;
        let clearance = clear(&mut tx, asker, found.client, found.step.need(), true).await?;
        Ok((tx, found, clearance))
    }
}

/// Gives back every assignment of a member that `which` picks, with an entry in each client's ledger. Needs no client's
/// key: nobody keeps a task because a key is withdrawn.
pub(crate) async fn end_all(
    app: &App,
    tx: &mut Tx,
    asker: &Asker,
    member: MemberId,
    why: &'static str,
    which: impl Fn(&assignments::Live) -> bool,
) -> Result<Vec<Entry>, Error> {
    let (now, mut entries) = (app.now(), Vec::new());
    loop {
        let live = assignments::live(tx, member).await?;
        let mut ended = 0;
        for live in live.iter().filter(|live| which(live)) {
            let Some(found) = assignments::get(tx, live.id).await? else { continue };
            end(tx, &found, State::Released, now).await?;
            entries.push(by(about(&found, Act::AssignmentReleased, now), asker).because("reason", why));
            ended += 1;
        }
        if ended == 0 || live.len() < assignments::LIVE_MAX {
            return Ok(entries);
        }
    }
}

/// An entry about an assignment that is ended without its client's key. It lacks who ended it.
pub(crate) fn about(found: &assignments::Found, act: Act, now: Micros) -> Entry {
    Entry::new(LedgerOf::Client(found.client.to_string()), act, now.0)
        .of("assignment", found.id.to_string())
        .of("task", found.task.to_string())
        .of("project", found.project.to_string())
        .of("schema", found.schema.to_string())
}

/// Ends a lease without an answer and gives its slot back.
pub(crate) async fn end(tx: &mut Tx, found: &assignments::Found, to: State, now: Micros) -> Result<(), Error> {
    if !matches!(found.state, State::Leased | State::Returned) {
        return Err(Error::state("assignment_over", "this assignment is no longer held"));
    }
    assignments::moves_on(tx, found.id, found.state, to, now).await?;
    if found.state == State::Leased {
        queue::lease_ended(tx, found.member, found.project, found.purpose == Purpose::Prefetch).await?;
    }
    match (found.step, found.annotation) {
        (Step::Review, Some(annotation)) => {
            let author = vouchsafe_store::work::annotations::get(tx, found.task_no, annotation)
                .await?
                .ok_or(Error::NotFound)?
                .person;
            queue::open_review(tx, found.project, (found.task, found.task_no), annotation, author, None).await?;
        }
        (Step::Adjudicate, _) => adjudication::reopen(tx, found.project, found.task_no).await?,
        _ => queue::reopen(tx, found.task).await?,
    }
    Ok(())
}
