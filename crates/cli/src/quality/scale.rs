//! Whether numbers name classes or grades, or are quantities.

use vouchsafe_formats::quality::{Answers, Rows};

/// Most different numbers that may name classes.
const CODES_MAX: usize = 1_000;
/// Most steps of a scale of grades: 0 to 10, months.
const GRADES_MAX: usize = 12;
/// Up to so many grades are a scale however people agree, as whole numbers are.
const GRADES_SURE: usize = 10;
/// Each grade is used so often at least, on average, and so many of the steps from the lowest to the highest are used.
const GRADE_USES: usize = 5;
const STEPS_USED: f64 = 0.9;
/// Few whole numbers are no classes where fewer steps than this are used, and each less often.
const GAPS: f64 = 0.5;
const WHOLE_USES: usize = 3;
/// Beyond [`GRADES_SURE`], so far above chance people agree on the very same grade at least.
const GRADES_AGREED: f64 = 0.3;
/// Of how far people agree by rank, so much at least is agreement on the very same one where numbers are names: who errs among names errs to any,
/// who errs about a quantity errs to a near one.
const SAME_SHARE: f64 = 2.0 / 3.0;
/// Agreement on the same one counts from so many standard errors on.
const ERRORS_AWAY: f64 = 2.0;

/// What numbers are, and whether it could as well be the other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Told {
    /// They name classes or grades.
    pub(crate) classes: bool,
    /// It is a near thing.
    pub(crate) near: bool,
}

/// Tells it of answers whose labels are all finite numbers; `None` where they are not.
pub(crate) fn told(answers: &Answers) -> Option<Told> {
    let Rows::Labels(rows) = &answers.rows else { return None };
    let number = |label: &str| label.trim().parse().ok().filter(|value: &f64| value.is_finite());
    let values: Vec<f64> = answers.labels.iter().map(|label| number(label)).collect::<Option<_>>()?;
    let mut distinct = values.clone();
    distinct.sort_by(f64::total_cmp);
    distinct.dedup_by(|a, b| *a <= *b);
    let (whole, used) = (values.iter().all(|value| value.fract() == 0.0), steps_used(&distinct));
    let often = |times: usize| rows.len() >= times * distinct.len();
    let scale = distinct.len() <= GRADES_MAX && used >= STEPS_USED && often(GRADE_USES);
    if whole && distinct.len() <= GRADES_SURE {
        return Some(Told { classes: used >= GAPS || often(WHOLE_USES), near: false });
    }
    if scale && distinct.len() <= GRADES_SURE {
        return Some(Told { classes: true, near: true });
    }
    let unsure = Some(Told { classes: false, near: scale });
    if distinct.len() > CODES_MAX || !(whole || scale) {
        return unsure;
    }
    let code = |label: u32| distinct.partition_point(|one| *one < values[label as usize]);
    let mut coded: Vec<(u32, usize)> = rows.iter().map(|(task, _, label)| (*task, code(*label))).collect();
    coded.sort_unstable();
    let Some(found) = agreement(&coded, distinct.len()) else { return unsure };
    let away = found.same / found.error.max(1e-9);
    let share = found.same / found.near.max(1e-9);
    let named = away >= ERRORS_AWAY && whole && share >= SAME_SHARE;
    let graded = away >= ERRORS_AWAY && scale && found.same >= GRADES_AGREED;
    let close = |value: f64, mark: f64| (mark / 1.25..mark * 1.25).contains(&value);
    let near = (away > ERRORS_AWAY / 2.0 && close(share, SAME_SHARE) && !graded)
        || (close(away, ERRORS_AWAY) && share >= SAME_SHARE)
        || (scale && !named);
    Some(Told { classes: named || graded, near })
}

/// The share of the steps of an even scale from the lowest to the highest that is used.
fn steps_used(distinct: &[f64]) -> f64 {
    let gap = distinct.windows(2).map(|two| two[1] - two[0]).fold(f64::INFINITY, f64::min);
    let (Some(low), Some(high)) = (distinct.first(), distinct.last()) else { return 0.0 };
    let steps = if distinct.len() > 1 { (high - low) / gap + 1.0 } else { 1.0 };
    f64::from(u32::try_from(distinct.len()).unwrap_or(u32::MAX)) / steps
}

/// Agreement beyond chance, as Krippendorff's alpha has it.
struct Agreement {
    /// On the very same class, and its standard error over tasks.
    same: f64,
    error: f64,
    /// By distance in rank.
    near: f64,
}

/// Of `rows` (task, class), sorted.
fn agreement(rows: &[(u32, usize)], classes: usize) -> Option<Agreement> {
    let real = |size: usize| f64::from(u32::try_from(size).unwrap_or(u32::MAX));
    // The sum of distances of all ordered pairs of sorted places, by how many lie below and above each.
    let apart = |places: &mut dyn Iterator<Item = (usize, usize)>, total: usize| {
        let (mut below, mut sum) = (0, 0.0);
        for (place, count) in places {
            let above = total - below - count;
            sum += 2.0 * real(place) * real(count) * (real(below) - real(above));
            below += count;
        }
        sum
    };
    let (mut counts, mut unlike, mut squares, mut far, mut tasks) = (vec![0_usize; classes], 0.0, 0.0, 0.0, 0_usize);
    for of_task in rows.chunk_by(|a, b| a.0 == b.0).filter(|of_task| of_task.len() > 1) {
        let groups: Vec<(usize, usize)> =
            of_task.chunk_by(|a, b| a.1 == b.1).map(|same| (same[0].1, same.len())).collect();
        let others = real(of_task.len() - 1);
        let pairs: f64 = groups.iter().map(|(_, count)| real(*count) * real(of_task.len() - count)).sum();
        unlike += pairs / others;
        squares += (pairs / others).powi(2);
        far += apart(&mut groups.iter().copied(), of_task.len()) / others;
        for (class, count) in &groups {
            counts[*class] += count;
        }
        tasks += 1;
    }
    let total: usize = counts.iter().sum();
    let by_chance: f64 =
        counts.iter().map(|count| real(*count) * real(total - count)).sum::<f64>() / real(total.max(2) - 1);
    if by_chance <= 0.0 {
        return None;
    }
    let far_by_chance = apart(&mut counts.iter().copied().enumerate(), total) / real(total - 1);
    let spread = squares - unlike * unlike / real(tasks);
    Some(Agreement {
        same: 1.0 - unlike / by_chance,
        error: spread.max(0.0).sqrt() / by_chance,
        near: 1.0 - far / far_by_chance,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Answers of `people` to each of `tasks`.
    fn of(tasks: usize, people: usize, said: impl Fn(usize, usize) -> f64) -> Told {
        let mut text = String::from("task,worker,label\n");
        for task in 0..tasks {
            (0..people).for_each(|one| text.extend([format!("t{task},w{one},{}\n", said(task, one))]));
        }
        told(&Answers::read(text.as_bytes(), |_| ()).expect("well-formed")).expect("numbers")
    }

    /// A number from 0 to 1 that looks drawn, of a task and a person.
    fn drawn(task: usize, person: usize) -> f64 {
        let mixed = (task * 31 + person * 17 + 7).wrapping_mul(2_654_435_761) % 1_000_003;
        f64::from(u32::try_from(mixed).expect("small")) / 1_000_003.0
    }

    #[test]
    fn names_grades_and_quantities() {
        let names = |classes: f64, right: f64| {
            move |task: usize, one: usize| {
                let by = if drawn(task, one) < right { drawn(task, 100) } else { drawn(task, one + 200) };
                (classes * by).floor()
            }
        };
        for classes in [11.0, 12.0, 14.0, 30.0] {
            assert!(of(1000, 5, names(classes, 0.42)).classes, "{classes}");
        }
        let noise = |task: usize, one: usize| match drawn(task, one) {
            one if one < 0.2 => -1.0,
            one if one < 0.4 => 1.0,
            _ => 0.0,
        };
        let grade = |step: f64, most: f64| {
            move |task: usize, one: usize| {
                (step * ((most + 1.0) * drawn(task, 100)).floor() + step * noise(task, one)).clamp(0.0, step * most)
            }
        };
        assert!(of(300, 5, grade(1.0, 10.0)).classes);
        assert!(of(60, 3, grade(0.5, 4.0)).classes && of(60, 3, grade(0.5, 2.0)).classes);
        assert_eq!(
            of(300, 5, |task, one| (18.0 + 50.0 * drawn(task, 100) + 8.0 * drawn(task, one)).floor()),
            Told { classes: false, near: false }
        );
        assert!(!of(40, 4, |task, one| 4.0 * drawn(task, 100) + drawn(task, one)).classes);
        let price =
            |task: usize, one: usize| (100.0 + 400.0 * drawn(task, 100)).floor() + (8.0 * drawn(task, one)).floor();
        assert!(!of(2, 3, price).classes && !of(300, 3, price).classes);
    }

    #[test]
    fn few_answers_are_a_near_thing() {
        let told = of(
            12,
            4,
            |task, one| if one < 2 { (12.0 * drawn(task, 9)).floor() } else { (12.0 * drawn(task, one)).floor() },
        );
        assert!(told.near, "{told:?}");
    }
}
