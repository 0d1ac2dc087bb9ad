//! Intervals of ability on real sets: whether they hold the share right that truth shows.

use crate::accuracy::SETS;
use crate::data::{folder, set};
use vouchsafe_quality::ability::abilities;

/// Prints, per set, the share of workers (10 answers with truth or more) whose share right lies in their interval of 95 %.
#[test]
#[ignore = "prints a table"]
fn coverage_on_real_sets() {
    let Some(data) = folder("coverage of ability") else { return };
    for name in SETS {
        let set = set(&data, name);
        let mut right = vec![(0_u32, 0_u32); set.answers.workers()];
        for (task, truth) in &set.truth {
            for (worker, class) in set.answers.of_task(*task) {
                right[worker].0 += u32::from(Some(class) == *truth);
                right[worker].1 += 1;
            }
        }
        let (mut covered, mut all, mut bias) = (0.0, 0.0, 0.0);
        for (ability, (right, count)) in abilities(&set.answers, None, 0.95).iter().zip(&right) {
            if let (Some(ability), true) = (ability, *count >= 10) {
                let share = f64::from(*right) / f64::from(*count);
                covered += f64::from(u8::from(ability.ends.0 <= share && share <= ability.ends.1));
                bias += ability.mean - share;
                all += 1.0;
            }
        }
        println!("{name:13} workers {all:4} covered {:.3} bias {:+.3}", covered / all, bias / all);
    }
}
