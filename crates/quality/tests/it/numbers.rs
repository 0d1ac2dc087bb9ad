//! Numbers from many people: what holds whatever was answered, and what is reached on real sets with truth.

use crate::data::{folder, numbers};
use proptest::prelude::*;
use vouchsafe_quality::{
    numbers::{Belief, Held, KnownNumber, Method, Ratings, aggregate, auto, habits},
    random::Random,
};

type Row = (u32, u32, f64);

fn rows() -> impl Strategy<Value = Vec<Row>> {
    let value = prop_oneof![-50.0..50.0, Just(7.0), Just(0.0), Just(1e100), Just(-1e100), Just(1e-300)];
    prop::collection::vec((0_u32..12, 0_u32..5, value), 0..60)
}

fn ratings(rows: &[Row]) -> Ratings {
    Ratings::new(12, 5, rows).expect("in range")
}

proptest! {
    /// One person, nobody, all alike, one huge among small: a figure, within what was said or near it, and never one that is no number.
    #[test]
    fn whatever_is_answered_every_figure_is_one(rows in rows()) {
        let ratings = ratings(&rows);
        for method in Method::ALL {
            for (task, found) in aggregate(method, &ratings).into_iter().enumerate() {
                prop_assert_eq!(found.is_some(), ratings.of_task(task).len() > 0);
                let Some(found) = found else { continue };
                prop_assert!(found.value.is_finite() && found.deviation.is_finite() && found.deviation >= 0.0, "{:?}", found);
                let (low, high) = Belief::Normal(found.value, found.deviation).ends(0.95);
                prop_assert!(low <= found.value && found.value <= high);
            }
        }
        for habit in habits(&ratings, &[(0, 3.0)], 0.95).into_iter().flatten() {
            let ends = [habit.bias_ends.0, habit.bias, habit.bias_ends.1];
            prop_assert!(ends.iter().all(|x| x.is_finite()) && ends[0] <= ends[1] && ends[1] <= ends[2], "{:?}", habit);
            let ends = [habit.spread_ends.0, habit.spread, habit.spread_ends.1];
            prop_assert!(ends[0] >= 0.0 && ends[0] <= ends[1] && ends[1] <= ends[2] && ends[2].is_finite(), "{:?}", habit);
        }
    }

    #[test]
    fn the_order_of_rows_changes_no_bit_and_that_of_people_nothing_that_counts(
        mut rows in prop::collection::vec((0_u32..12, 0_u32..5, -50.0..50.0_f64), 0..60), turn in 0_usize..60
    ) {
        rows.sort_by_key(|row| (row.0, row.1));
        rows.dedup_by_key(|row| (row.0, row.1));
        let (plain, known): (Ratings, [KnownNumber; 2]) = (ratings(&rows), [(1, 4.0), (2, -4.0)]);
        let others = |rows: &[Row]| ratings(&rows.iter().map(|(task, worker, value)| (*task, 4 - *worker, *value)).collect::<Vec<_>>());
        let renamed = others(&rows);
        let at = turn.min(rows.len());
        rows.rotate_left(at);
        let turned = ratings(&rows);
        let near = |a: f64, b: f64| (a - b).abs() < 1e-6;
        for method in Method::ALL {
            let found = aggregate(method, &plain);
            prop_assert_eq!(&found, &aggregate(method, &turned));
            for (a, b) in found.into_iter().zip(aggregate(method, &renamed)) {
                prop_assert!(a.zip(b).is_none_or(|(a, b)| near(a.value, b.value) && near(a.deviation, b.deviation)), "{:?} {:?}", a, b);
            }
        }
        let found = habits(&plain, &known, 0.95);
        prop_assert_eq!(&found, &habits(&turned, &known, 0.95));
        for (a, b) in found.into_iter().zip(habits(&renamed, &known, 0.95).into_iter().rev()) {
            prop_assert!(a.zip(b).is_none_or(|(a, b)| near(a.bias, b.bias) && near(a.spread, b.spread)), "{:?} {:?}", a, b);
        }
    }

    /// Another unit is another unit.
    #[test]
    fn figures_grow_with_the_unit(rows in prop::collection::vec((0_u32..12, 0_u32..5, -50.0..50.0_f64), 4..60)) {
        let tenfold: Vec<Row> = rows.iter().map(|(task, worker, value)| (*task, *worker, 1024.0 * value + 4096.0)).collect();
        for method in Method::ALL {
            let (one, ten) = (aggregate(method, &ratings(&rows)), aggregate(method, &ratings(&tenfold)));
            for (one, ten) in one.into_iter().zip(ten) {
                let near = |a: f64, b: f64| (a - b).abs() < 0.05;
                prop_assert!(one.zip(ten).is_none_or(|(one, ten)| {
                    near(1024.0 * one.value + 4096.0, ten.value) && near(1024.0 * one.deviation, ten.deviation)
                }), "{:?} {:?}", one, ten);
            }
        }
    }
}

const HEADLINES: [&str; 3] = ["affect_anger", "affect_disgust", "affect_fear"];

/// On headlines with truth, half of them gold, drawn anew each time: intervals that gold widened hold the truth of the others as often as promised (over
/// all draws; each draw has its luck), those of the model alone do not; and what gold chooses is near the best.
#[test]
fn on_real_sets_gold_mends_intervals_and_chooses_well() {
    let Some(data) = folder("real numbers") else { return };
    let (mut held, mut naive, mut of) = (0_u32, 0_u32, 0_u32);
    for name in HEADLINES {
        let (ratings, truth) = numbers(&data, name);
        let off = |method: Method| {
            let all = aggregate(method, &ratings);
            truth.iter().map(|(task, value)| (all[*task].expect("answered").value - value).abs()).sum::<f64>() / 100.0
        };
        let all: Vec<(Method, f64)> = Method::ALL.map(|method| (method, off(method))).to_vec();
        let least = all.iter().map(|(_, off)| *off).fold(f64::INFINITY, f64::min);
        let (mut by_gold, mut expected) = (0.0, 0.0);
        for seed in 0..20 {
            let mut drawn = truth.clone();
            Random::new(seed).shuffle(&mut drawn);
            let (gold, rest) = drawn.split_at(50);
            let choice = auto(&ratings, Method::Pool, gold);
            assert!(choice.by_known);
            let found = Held::fit(&ratings, choice.method, gold, 0.95, seed).expect("enough");
            for (task, value) in rest {
                let estimate = choice.estimates[*task].expect("answered");
                let inside = |(low, high): (f64, f64)| u32::from(low <= *value && value <= &high);
                held += inside(found.ends(&estimate));
                naive += inside(Belief::Normal(estimate.value, estimate.deviation).ends(0.95));
                of += 1;
                by_gold += (estimate.value - value).abs() / 1000.0;
                expected +=
                    found.scale * Belief::Normal(estimate.value, estimate.deviation).off(estimate.value).mean / 1000.0;
            }
        }

        assert!(by_gold < least + 0.7, "{name}: {by_gold} {least}");
        assert!((by_gold / expected - 1.0).abs() < 0.15, "{name}: {by_gold} {expected}");
    }
    let share = |count: u32| f64::from(count) / f64::from(of);
    eprintln!("held {:.3}, by the model alone {:.3}", share(held), share(naive));
    assert!(share(held) > 0.935, "{}", share(held));
}

/// Against the truth itself: what others show of somebody holds what the truth shows of him.
#[test]
fn on_real_sets_bias_and_spread_are_found_without_the_truth() {
    let Some(data) = folder("real numbers") else { return };
    let (mut bias, mut spread, mut of) = (0_u32, 0_u32, 0_u32);
    for name in HEADLINES {
        let (ratings, truth) = numbers(&data, name);
        let (found, known) = (habits(&ratings, &[], 0.95), habits(&ratings, &truth, 0.95));
        // The crowd's own lean is nobody's bias.
        let lean = ratings.rows().map(|(task, _, value)| value - truth[task as usize].1).sum::<f64>() / 1000.0;
        for (found, known) in
            found.into_iter().zip(known).filter_map(|(a, b)| a.zip(b)).filter(|(a, _)| a.answers >= 20)
        {
            bias += u32::from(found.bias_ends.0 <= known.bias - lean && known.bias - lean <= found.bias_ends.1);
            spread += u32::from(found.spread_ends.0 <= known.spread && known.spread <= found.spread_ends.1);
            of += 1;
        }
    }
    eprintln!("of {of}: bias {bias}, spread {spread}");
    assert!(f64::from(bias) > 0.7 * f64::from(of) && f64::from(spread) > 0.6 * f64::from(of), "{bias} {spread} {of}");
}
