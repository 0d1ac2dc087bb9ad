//! The score of one person and day, from counts over windows and what was expected of them. Pure.

use super::habit::{BULK, Habit, Habits, Means};
use super::parts::{Part, Parts};
use super::seen::Seen;
use super::words::Figures;
use crate::tails::{bent, surprise_of_count, surprise_of_share};

/// Days that a window reaches back. The first is the day itself.
pub(crate) const WINDOWS: [i32; 4] = [1, 7, 14, 28];

/// One window, ending with the day that is scored.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Window {
    /// What was seen in it. Bulk days are in it only if it is one day long.
    pub(crate) seen: Seen,
    /// What was usual before it began.
    pub(crate) before: Habits,
    /// Confidential first-time takes of the peers, a head, added up over the window.
    pub(crate) peers_fresh: f64,
    pub(crate) peers_opened: f64,
    /// Whether a window as long held as much on an earlier day already.
    pub(crate) told: bool,
}

/// What the score takes from outside the counts.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Around {
    pub(crate) means: Means,
    /// Whether a rival was met for the first time within the last 45 days.
    pub(crate) rival: bool,
    /// Whether notice was given.
    pub(crate) notice: bool,
    /// Hired or moved within the last 21 days.
    pub(crate) settling: bool,
    /// Nats of the pair test.
    pub(crate) pair: f64,
}

/// Spread of people around the mean of their role, and of a person's days around their own mean: Gamma shapes.
const PEOPLE: f64 = 1.5;
const DAYS: f64 = 0.9;
/// When somebody works is decided for many items at once: a day tells of so many such decisions at most. Which items are
/// picked is decided for each.
const DECISIONS: u32 = 4;
/// Where the surprise of a volume begins to bend, in nats: of one day, and of windows longer than that. A mean that is a
/// little wrong is wrong on every day, so over many days the surprise grows with the error as well.
const BEND_DAY: f64 = 5.0;
const BEND_LONG: f64 = 3.5;
/// What a window that was told before loses.
const TOLD: f64 = 0.4;
/// A legitimate bulk day has as many items as an exponential of this mean says.
const BULK_MEAN: f64 = 50.0;

/// The parts of the day's score, and the figures behind it.
pub(crate) fn score(windows: &[Window; WINDOWS.len()], around: &Around) -> (Parts, Figures) {
    let mut parts = Parts::default();
    let (mut best, mut loudest) = (0.0, 0);
    for (at, window) in windows.iter().enumerate() {
        let told = taking(window, around, at == 0);
        let sum = told.iter().sum::<f64>();
        if sum > best {
            (best, loudest) = (sum, at);
            for (part, nats) in
                [Part::Volume, Part::Choice, Part::Foreign, Part::Hours, Part::Tried, Part::Told].into_iter().zip(told)
            {
                parts.set(part, nats);
            }
        }
    }
    best = 0.0;
    for window in &windows[..2] {
        let told = opening(window, around);
        if told.iter().sum::<f64>() > best {
            best = told.iter().sum();
            for (part, nats) in [Part::Opened, Part::OpenedChoice, Part::OpenedForeign].into_iter().zip(told) {
                parts.set(part, nats);
            }
        }
    }
    leaving(windows, &mut parts);
    parts.set(Part::Pair, around.pair);
    let base = parts.total();
    if base > 3.0 {
        parts.set(Part::Context, if around.rival { 2.0 } else { 0.0 } + if around.notice { 1.0 } else { 0.0 });
    }
    let figures = figures(windows, around, loudest);
    (parts, figures)
}

fn figures(windows: &[Window; WINDOWS.len()], around: &Around, loudest: usize) -> Figures {
    let window = &windows[loudest];
    let (seen, week) = (&window.seen, &windows[1].seen);
    let (a, b) = choice_usual(window);
    Figures {
        window_days: WINDOWS[loudest],
        fresh: seen.fresh + seen.covered,
        covered: seen.covered,
        expected: expected(window, around).0,
        taken: seen.taken(),
        usual_share: a / (a + b),
        far: seen.far,
        late: seen.late,
        opened: week.opened_all(),
        opened_confidential: week.opened,
        opened_far: week.opened_far,
        sent: week.sent + week.attached_private + week.attached_rival,
        entered: week.entered,
        echoes: week.echoes,
        rival: around.rival,
        notice: around.notice,
    }
}

/// How many confidential first-time takes were to be expected of a window, and the shape of that.
fn expected(window: &Window, around: &Around) -> (f64, f64) {
    let days = f64::from(window.seen.days.max(1));
    let (mean, shape) = window.before.fresh.rate(around.means.fresh, PEOPLE);
    let mean = (mean * days).max(window.peers_fresh) * if around.settling { 2.0 } else { 1.0 };
    (mean, 1.0 / (1.0 / shape + 1.0 / (DAYS * days)))
}

fn choice_usual(window: &Window) -> (f64, f64) {
    let catalogue = (window.seen.base / f64::from(window.seen.taken().max(1))).clamp(0.02, 0.98);
    window.before.choice.share(catalogue, 12.0, 30.0)
}

/// Volume, choice, foreign, hours, price, and what was told before.
fn taking(window: &Window, around: &Around, one_day: bool) -> [f64; 6] {
    let (seen, before) = (&window.seen, &window.before);
    if seen.taken() == 0 {
        return [0.0; 6];
    }
    let (mean, shape) = expected(window, around);
    let mut volume = surprise_of_count(seen.fresh, mean, shape);
    if one_day {
        let odds = (before.bulk.sum + 10.0 * around.means.bulk) / (before.bulk.of + 10.0);
        let bulk = odds * (-f64::from(seen.taken().saturating_sub(BULK)) / BULK_MEAN).exp();
        volume = -((1.0 - odds) * (-volume).exp() + bulk).ln();
    }
    let (a, b) = choice_usual(window);
    let choice = surprise_of_share(seen.fresh + seen.covered, seen.taken(), a, b);
    let (a, b) = before.far.share(0.08, 12.0, 30.0);
    let far = if around.settling { 0.0 } else { surprise_of_share(seen.far, seen.taken(), a, b) };
    let (a, b) = before.late.share(0.12, 8.0, 30.0);
    let late = surprise_of_decisions(seen.late, seen.taken(), seen.days, a, b);
    let bend = if one_day { BEND_DAY } else { BEND_LONG };
    let said =
        [bent(volume.max(0.0), bend), spare(choice), bent(spare(far), 5.0), bent(spare(late), 3.0), -4.0_f64.ln()];
    let told = if window.told { -TOLD * said.iter().sum::<f64>().max(0.0) } else { 0.0 };
    [said[0], said[1], said[2], said[3], said[4], told]
}

/// The surprise of a share of which each of the days decides no more than [`DECISIONS`] times.
fn surprise_of_decisions(hits: u32, of: u32, days: u32, a: f64, b: f64) -> f64 {
    let most = DECISIONS * days.max(1);
    if of <= most {
        return surprise_of_share(hits, of, a, b);
    }
    let hits = (u64::from(hits) * u64::from(most) + u64::from(of) / 2) / u64::from(of);
    surprise_of_share(u32::try_from(hits).unwrap_or(most), most, a, b)
}

/// A share at its median is surprise ln 2 by chance alone: what a part says begins above that.
fn spare(surprise: f64) -> f64 {
    (surprise - std::f64::consts::LN_2).max(0.0)
}

/// Volume, choice and foreign of what was opened for the first time.
fn opening(window: &Window, around: &Around) -> [f64; 3] {
    let (seen, before) = (&window.seen, &window.before);
    let all = seen.opened_all();
    if all < 5 {
        return [0.0; 3];
    }
    let days = f64::from(seen.days.max(1));
    let (mean, shape) = before.opened.rate(around.means.opened, PEOPLE);
    let mean = (mean * days).max(window.peers_opened) * if around.settling { 2.0 } else { 1.0 };
    let shape = 1.0 / (1.0 / shape + 1.0 / (DAYS * days));
    let volume = (surprise_of_count(all, mean, shape) - 3.0).max(0.0);
    let catalogue = (seen.opened_base / f64::from(all)).clamp(0.02, 0.98);
    let (a, b) = before.opened_choice.share(catalogue, 12.0, 30.0);
    let choice = (surprise_of_share(seen.opened, all, a, b) - 2.0).max(0.0);
    let (a, b) = before.opened_far.share(0.08, 12.0, 30.0);
    let far = if around.settling { 0.0 } else { (surprise_of_share(seen.opened_far, all, a, b) - 2.0).max(0.0) };
    [bent(volume, 2.0), choice, bent(far, 2.0)]
}

/// Where things went, and what was made ready for them.
fn leaving(windows: &[Window; WINDOWS.len()], parts: &mut Parts) {
    let (mut sent, mut entered, mut echoed) = (0.0_f64, 0.0_f64, 0.0_f64);
    for window in &windows[..2] {
        let (seen, before, days) = (&window.seen, &window.before, f64::from(window.seen.days.max(1)));
        let surprise = |count: u32, habit: &Habit| {
            let (mean, shape) = habit.rate(0.02, 0.3);
            surprise_of_count(count, mean * days, shape)
        };
        let to_rivals = surprise(seen.attached_rival, &before.rival);
        sent = sent.max(surprise(seen.sent + seen.attached_private, &before.sent) + to_rivals);
        entered = entered.max(surprise(seen.entered, &before.entered));
        echoed = echoed.max(surprise(seen.echoes, &before.echoed));
    }
    for (part, nats, bend) in
        [(Part::Destination, sent, 6.0), (Part::PrivateAccount, entered, 4.0), (Part::Folders, echoed, 6.0)]
    {
        parts.set(part, bent((nats - 2.0).max(0.0), bend));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Forty files of one evening are no forty evenings.
    #[test]
    fn a_day_tells_of_few_decisions_when_to_work() {
        let night = |files, days| surprise_of_decisions(files, files, days, 1.0, 7.0);
        assert!((night(40, 1) - surprise_of_share(4, 4, 1.0, 7.0)).abs() < 1e-12);
        assert!((night(3, 1) - surprise_of_share(3, 3, 1.0, 7.0)).abs() < 1e-12);
        assert!(night(40, 5) > night(40, 1));
        assert!((surprise_of_decisions(10, 40, 1, 1.0, 7.0) - surprise_of_share(1, 4, 1.0, 7.0)).abs() < 1e-12);
    }
}
