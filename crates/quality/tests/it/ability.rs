//! Intervals of ability on real sets: whether they hold the share right that truth shows.

use crate::accuracy::SETS;
use crate::data::{Set, folder, set};
use vouchsafe_quality::ability::{TOGETHER_NATS, abilities, together};

/// Of the workers with 10 answers or more to tasks with truth: how many, the share whose share right lies in their interval of 95 %, mean
/// width, and by how much the means lie too high.
fn coverage(set: &Set) -> (f64, f64, f64, f64) {
    let mut right = vec![(0_u32, 0_u32); set.answers.workers()];
    for (task, truth) in &set.truth {
        for (worker, class) in set.answers.of_task(*task) {
            right[worker].0 += u32::from(Some(class) == *truth);
            right[worker].1 += 1;
        }
    }
    let (mut covered, mut all, mut width, mut bias) = (0.0, 0.0, 0.0, 0.0);
    for (ability, (right, count)) in abilities(&set.answers, None, 0.95).iter().zip(&right) {
        if let (Some(ability), true) = (ability, *count >= 10) {
            let share = f64::from(*right) / f64::from(*count);
            covered += f64::from(u8::from(ability.ends.0 <= share && share <= ability.ends.1));
            width += ability.ends.1 - ability.ends.0;
            bias += ability.mean - share;
            all += 1.0;
        }
    }
    (all, covered / all, width / all, bias / all)
}

/// Where the answers themselves show that people err together, intervals allow for it, and still say something.
#[test]
fn intervals_allow_for_errors_that_people_share() {
    let Some(data) = folder("coverage of ability") else { return };
    for (name, least) in [("dog", 0.93), ("weather_amt", 0.93), ("bluebird", 0.93), ("zencrowd_in", 0.85)] {
        let set = set(&data, name);
        let nats = together(&set.answers);
        let (_, covered, width, _) = coverage(&set);
        assert!(nats > TOGETHER_NATS && covered >= least && width < 0.4, "{name}: {nats} {covered} {width}");
    }
}

/// Prints coverage and width per set.
#[test]
#[ignore = "prints a table"]
fn coverage_on_real_sets() {
    let Some(data) = folder("coverage of ability") else { return };
    for name in SETS {
        let set = set(&data, name);
        let nats = together(&set.answers);
        let (all, covered, width, bias) = coverage(&set);
        println!("{name:13} workers {all:4} covered {covered:.3} width {width:.3} bias {bias:+.3} together {nats:6.1}");
    }
}
