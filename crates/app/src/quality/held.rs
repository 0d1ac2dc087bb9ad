//! What is kept in memory of the last reports, of all projects together within one bound.

use super::{between::Between, more::Drawn};
use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};
use vouchsafe_domain::{ids::ProjectId, time::Micros};

/// Most memory that it takes, in bytes: four questions of the largest kind. Of which project nothing was needed for longest goes first.
const BYTES_MAX: usize = 128 << 20;

/// By project.
#[derive(Default)]
pub(crate) struct Held(Mutex<All>);

#[derive(Default)]
struct All {
    of: HashMap<ProjectId, Kept>,
    bytes: usize,
    uses: u64,
}

struct Kept {
    between: Arc<Between>,
    bytes: usize,
    /// How often anything was needed up to the last time that this was.
    used: u64,
    /// What was asked about once more by it, and by those before it.
    drawn: Drawn,
}

impl Held {
    /// What the last report of a project said, if this process made it and it had room.
    pub(crate) fn get(&self, project: ProjectId) -> Option<Arc<Between>> {
        self.with(|all| all.get(project))
    }

    /// Keeps what a report said in place of the one before; of `None` nothing is left.
    pub(crate) fn keep(&self, project: ProjectId, between: Option<Between>) {
        self.with(|all| all.keep(project, between.map(|one| (one.bytes(), Arc::new(one))), BYTES_MAX));
    }

    /// Forgets what a report of this moment said: it is not the last.
    pub(crate) fn forget(&self, project: ProjectId, at: Micros) {
        self.with(|all| {
            if all.of.get(&project).is_some_and(|kept| kept.between.at() == at) {
                all.drop_of(project);
            }
        });
    }

    /// What was asked about once more between reports.
    pub(crate) fn drawn(&self, project: ProjectId) -> Drawn {
        self.with(|all| all.of.get(&project).map_or_else(Drawn::default, |kept| kept.drawn))
    }

    /// Notes it.
    pub(crate) fn set_drawn(&self, project: ProjectId, drawn: Drawn) {
        self.with(|all| all.of.get_mut(&project).into_iter().for_each(|kept| kept.drawn = drawn));
    }

    fn with<T>(&self, of: impl FnOnce(&mut All) -> T) -> T {
        of(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl All {
    fn get(&mut self, project: ProjectId) -> Option<Arc<Between>> {
        self.uses += 1;
        let kept = self.of.get_mut(&project)?;
        kept.used = self.uses;
        Some(Arc::clone(&kept.between))
    }

    fn keep(&mut self, project: ProjectId, between: Option<(usize, Arc<Between>)>, bytes_max: usize) {
        let drawn = self.drop_of(project);
        let Some((bytes, between)) = between.filter(|(bytes, _)| *bytes <= bytes_max) else { return };
        while self.bytes + bytes > bytes_max {
            let oldest = self.of.iter().min_by_key(|(_, kept)| kept.used).map(|(project, _)| *project);
            let Some(oldest) = oldest else { break };
            self.drop_of(oldest);
        }
        self.uses += 1;
        self.bytes += bytes;
        self.of.insert(project, Kept { between, bytes, used: self.uses, drawn });
    }

    fn drop_of(&mut self, project: ProjectId) -> Drawn {
        let Some(kept) = self.of.remove(&project) else { return Drawn::default() };
        self.bytes -= kept.bytes;
        kept.drawn
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn project(n: u128) -> ProjectId {
        ProjectId(uuid::Uuid::from_u128(n))
    }

    fn keep(all: &mut All, n: u128, bytes: usize) {
        all.keep(project(n), Some((bytes, Arc::new(Between::nothing(Micros(1))))), 100);
    }

    fn held(all: &All) -> Vec<u128> {
        let mut held: Vec<u128> = all.of.keys().map(|project| project.0.as_u128()).collect();
        held.sort_unstable();
        held
    }

    #[test]
    fn beyond_the_bound_what_was_not_needed_for_longest_goes_first() {
        let mut all = All::default();
        (1..=4).for_each(|n| keep(&mut all, n, 25));
        assert_eq!((held(&all), all.bytes), (vec![1, 2, 3, 4], 100));
        assert!(all.get(project(1)).is_some());
        keep(&mut all, 5, 20);
        assert_eq!((held(&all), all.bytes), (vec![1, 3, 4, 5], 95), "2 was kept before 3, and 1 was needed since");
        keep(&mut all, 6, 60);
        assert_eq!((held(&all), all.bytes), (vec![5, 6], 80), "as many as it takes");
        assert!(all.get(project(1)).is_none());
    }

    #[test]
    fn a_newer_report_takes_the_place_of_the_one_before_and_what_is_larger_than_the_bound_is_not_kept() {
        let mut all = All::default();
        keep(&mut all, 1, 90);
        keep(&mut all, 1, 80);
        assert_eq!((held(&all), all.bytes), (vec![1], 80));
        keep(&mut all, 2, 101);
        assert_eq!((held(&all), all.bytes), (vec![1], 80), "nobody makes room for what has none");
        keep(&mut all, 1, 101);
        assert_eq!((held(&all), all.bytes), (vec![], 0), "nor is the older one left");
        all.keep(project(3), None, 100);
        assert_eq!(all.bytes, 0);
    }
}
