//! Grading the attempts of a course that are done and were not graded yet.

use super::standing::Evident;
use crate::Error;
use std::collections::BTreeMap;
use vouchsafe_domain::{
    experts::course::{Attempt, Course},
    ids::{PersonId, ProjectId},
    time::Micros,
};
use vouchsafe_ledger::{act::Act, entry::Entry};
use vouchsafe_store::{Tx, custody::clearance::Clearance, experts::courses};

/// Each attempt that is done, by the order in which its tasks were answered.
pub(super) fn grade(
    course: &Course,
    evident: &Evident,
    graded: &[(PersonId, Attempt)],
    now: Micros,
) -> Vec<(PersonId, Attempt)> {
    let mut known: BTreeMap<PersonId, u32> = BTreeMap::new();
    for (person, attempt) in graded {
        let newest = known.entry(*person).or_default();
        *newest = attempt.number.max(*newest);
    }
    let tasks = usize::try_from(course.tasks).unwrap_or(usize::MAX).max(1);
    let mut fresh = Vec::new();
    for (person, seen) in &evident.0 {
        let before = known.get(person).copied().unwrap_or(0);
        for (number, done) in (1..).zip(seen.answered.chunks_exact(tasks)).filter(|(number, _)| *number > before) {
            let shares: Vec<f64> = done.iter().filter_map(|(_, share)| *share).collect();
            fresh.extend(course.grade(number, &shares, now).map(|attempt| (*person, attempt)));
        }
    }
    fresh
}

/// Keeps them, and returns an entry for each.
pub(super) async fn keep(
    tx: &mut Tx,
    clearance: &Clearance<'_>,
    project: ProjectId,
    graded: Vec<(PersonId, Attempt)>,
    now: Micros,
) -> Result<Vec<Entry>, Error> {
    let mut entries = Vec::new();
    for (person, attempt) in graded {
        if !courses::insert(tx, clearance, (project, person), &attempt).await? {
            continue;
        }
        entries.push(
            clearance
                .entry(Act::CourseGraded, now)
                .because("right_per_10000", attempt.right_per_10000)
                .because("passed", attempt.passed)
                .of("attempt", attempt.number)
                .of("whom", person.to_string())
                .of("project", project.to_string()),
        );
    }
    Ok(entries)
}
