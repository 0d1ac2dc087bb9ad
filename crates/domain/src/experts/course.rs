//! A qualification course: gold tasks taken in attempts, with a pass mark, so many attempts, and an end to what was passed.

use crate::time::Micros;

/// Tasks of one attempt, at most.
pub const TASKS_MAX: u32 = 200;
/// Attempts, at most.
pub const ATTEMPTS_MAX: u32 = 20;
/// Days for which a pass counts, at most.
pub const VALID_DAYS_MAX: u32 = 3_650;

/// What a course asks.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Course {
    /// Tasks of one attempt, 1 to [`TASKS_MAX`].
    pub tasks: u32,
    /// The share that must be right, in 1/10,000.
    pub pass_per_10000: u32,
    /// How often somebody may try until he passes, 1 to [`ATTEMPTS_MAX`]. After a pass that is over the count begins anew.
    pub attempts: u32,
    /// How long a pass counts, in microseconds; `None` for good.
    pub valid_us: Option<i64>,
}

/// An attempt that was graded.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Attempt {
    /// From 1.
    pub number: u32,
    /// The share that was right, in 1/10,000.
    pub right_per_10000: u32,
    /// Whether that was enough then.
    pub passed: bool,
    /// When it was graded.
    pub graded_at: Micros,
    /// When a pass ends; `None` never.
    pub expires_at: Option<Micros>,
}

impl Attempt {
    /// Whether it qualifies at `now`.
    pub fn counts(&self, now: Micros) -> bool {
        self.passed && self.expires_at.is_none_or(|end| now < end)
    }
}

/// What comes next for somebody.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Next {
    /// The next task of an attempt.
    GoOn {
        /// Which attempt, from 1.
        attempt: u32,
        /// Tasks of it that he answered.
        done: u32,
    },
    /// What is left of the attempt he holds already.
    Held,
    /// The attempt is done and not graded yet.
    Waits,
    /// He passed, and it counts.
    Passed,
    /// No attempt is left.
    Spent,
}

impl Next {
    /// The word in the API.
    pub fn word(self) -> &'static str {
        match self {
            Self::GoOn { .. } => "go_on",
            Self::Held => "held",
            Self::Waits => "waits",
            Self::Passed => "passed",
            Self::Spent => "spent",
        }
    }
}

impl Course {
    /// What comes next for somebody who answered `submitted` tasks in all, holds `held`, and whose attempts were graded so,
    /// in their order.
    pub fn next(&self, (submitted, held): (u32, u32), graded: &[Attempt], now: Micros) -> Next {
        if graded.iter().any(|attempt| attempt.counts(now)) {
            return Next::Passed;
        }
        let count = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
        let before = count(graded.len()).saturating_mul(self.tasks);
        let since_pass = graded.iter().rev().take_while(|attempt| !attempt.passed).count();
        let end = before.saturating_add(self.tasks);
        if count(since_pass) >= self.attempts {
            Next::Spent
        } else if submitted >= end {
            Next::Waits
        } else if submitted.saturating_add(held) >= end {
            Next::Held
        } else {
            Next::GoOn { attempt: count(graded.len()) + 1, done: submitted.saturating_sub(before) }
        }
    }

    /// Grades an attempt by the share right of each of its tasks; `None` where no answer of it is known, and nothing can be said.
    pub fn grade(&self, number: u32, shares: &[f64], now: Micros) -> Option<Attempt> {
        if shares.is_empty() {
            return None;
        }
        #[expect(clippy::cast_precision_loss, reason = "at most the tasks of an attempt")]
        let mean = shares.iter().sum::<f64>() / shares.len() as f64;
        // Rounded down: who lies below the mark has not reached it. The addition undoes what sums of thirds lose.
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a share of 0 to 1")]
        let right_per_10000 = (mean.clamp(0.0, 1.0) * 10_000.0 + 1e-6) as u32;
        let passed = right_per_10000 >= self.pass_per_10000;
        let expires_at = self.valid_us.filter(|_| passed).map(|valid| now.plus(valid));
        Some(Attempt { number, right_per_10000, passed, graded_at: now, expires_at })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const COURSE: Course = Course { tasks: 10, pass_per_10000: 8_000, attempts: 2, valid_us: Some(100) };

    fn graded(passed: &[bool]) -> Vec<Attempt> {
        let attempt = |(number, passed): (u32, &bool)| {
            let share = if *passed { 1.0 } else { 0.0 };
            COURSE.grade(number, &[share], Micros(50)).expect("there is an answer")
        };
        (1..).zip(passed).map(attempt).collect()
    }

    fn next(submitted: u32, held: u32, passed: &[bool], now: i64) -> Next {
        COURSE.next((submitted, held), &graded(passed), Micros(now))
    }

    #[test]
    fn an_attempt_is_so_many_tasks_and_then_waits_for_its_grade() {
        assert_eq!(next(0, 0, &[], 60), Next::GoOn { attempt: 1, done: 0 });
        assert_eq!(next(9, 0, &[], 60), Next::GoOn { attempt: 1, done: 9 });
        assert_eq!(next(9, 1, &[], 60), Next::Held);
        assert_eq!(next(10, 0, &[], 60), Next::Waits);
        assert_eq!(next(10, 0, &[false], 60), Next::GoOn { attempt: 2, done: 0 });
        assert_eq!(next(20, 0, &[false, false], 60), Next::Spent);
    }

    #[test]
    fn a_pass_counts_until_it_ends_and_then_attempts_begin_anew() {
        assert_eq!(next(20, 0, &[false, true], 149), Next::Passed);
        assert_eq!(next(20, 0, &[false, true], 150), Next::GoOn { attempt: 3, done: 0 });
        assert_eq!(next(40, 0, &[false, true, false, false], 150), Next::Spent);
    }

    #[test]
    fn the_mark_is_reached_or_not() {
        let mark = |right: usize| {
            let shares: Vec<f64> = (0..10).map(|n| if n < right { 1.0 } else { 0.0 }).collect();
            COURSE.grade(1, &shares, Micros(0)).map(|attempt| (attempt.right_per_10000, attempt.passed))
        };
        assert_eq!(mark(8), Some((8_000, true)));
        assert_eq!(mark(7), Some((7_000, false)));
        assert_eq!(COURSE.grade(1, &[], Micros(0)), None);
        let thirds = COURSE.grade(1, &[1.0, 1.0 / 3.0, 2.0 / 3.0], Micros(0)).map(|attempt| attempt.right_per_10000);
        assert_eq!(thirds, Some(6_666));
        let failed = COURSE.grade(1, &[0.0], Micros(0)).expect("it is graded");
        assert!(failed.expires_at.is_none() && !failed.counts(Micros(0)));
    }

    proptest! {
        /// Nobody is given more tasks than his attempts hold, however he answers and lets go.
        #[test]
        fn nobody_takes_more_than_his_attempts(held in 0_u32..5, submitted in 0_u32..60, attempts in 0_usize..5) {
            let failed = vec![false; attempts];
            if let Next::GoOn { attempt, done } = next(submitted, held, &failed, 60) {
                prop_assert!(attempt <= COURSE.attempts && done < COURSE.tasks);
                prop_assert!(submitted + held < COURSE.tasks * COURSE.attempts);
            }
        }
    }
}
