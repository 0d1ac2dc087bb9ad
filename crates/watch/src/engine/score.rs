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
    let mut opened = 1;
    for (at, window) in windows[..2].iter().enumerate() {
        let told = opening(window, around);
        if told.iter().sum::<f64>() > best {
            (best, opened) = (told.iter().sum(), at);
            for (part, nats) in [Part::Opened, Part::OpenedChoice, Part::OpenedForeign].into_iter().zip(told) {
                parts.set(part, nats);
            }
        }
    }
    let left = leaving(windows, &mut parts);
    set_context(&mut parts, around);
    let figures = figures(windows, around, [loudest, opened, left[0], left[1], left[2]]);
    (parts, figures)
}

/// Parts as they were said, with what left, and what is known around it, reckoned anew.
pub(crate) fn left_again(said: Parts, windows: &[Window; WINDOWS.len()], around: &Around) -> Parts {
    let mut parts = said;
    leaving(windows, &mut parts);
    set_context(&mut parts, around);
    parts
}

/// What is known around it tells only where the rest does.
fn set_context(parts: &mut Parts, around: &Around) {
    parts.set(Part::Context, 0.0);
    if parts.total() > 3.0 {
        parts.set(Part::Context, if around.rival { 2.0 } else { 0.0 } + if around.notice { 1.0 } else { 0.0 });
    }
}

/// The figures of the windows whose parts are told: of takes, of openings, of what was sent, entered and made.
fn figures(windows: &[Window; WINDOWS.len()], around: &Around, of: [usize; 5]) -> Figures {
    let [window, opened, sent, entered, echoed] = of.map(|at| &windows[at]);
    let days = of.map(|at| WINDOWS[at]);
    let seen = &window.seen;
    let (a, b) = choice_usual(window);
    Figures {
        window_days: days[0],
        fresh: seen.fresh + seen.covered,
        covered: seen.covered,
        expected: expected(window, around).0,
        taken: seen.taken(),
        usual_share: a / (a + b),
        far: seen.far,
        late: seen.late,
        opened_days: days[1],
        opened: opened.seen.opened_all(),
        opened_expected: opened_expected(opened, around).0,
        opened_confidential: opened.seen.opened,
        opened_far: opened.seen.opened_far,
        sent_days: days[2],
        sent: sent.seen.sent + sent.seen.attached_private + sent.seen.attached_rival,
        entered_days: days[3],
        entered: entered.seen.entered,
        echoes_days: days[4],
        echoes: echoed.seen.echoes,
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
    let (mean, shape) = opened_expected(window, around);
    let volume = (surprise_of_count(all, mean, shape) - 3.0).max(0.0);
    let catalogue = (seen.opened_base / f64::from(all)).clamp(0.02, 0.98);
    let (a, b) = before.opened_choice.share(catalogue, 12.0, 30.0);
    let choice = (surprise_of_share(seen.opened, all, a, b) - 2.0).max(0.0);
    let (a, b) = before.opened_far.share(0.08, 12.0, 30.0);
    let far = if around.settling { 0.0 } else { (surprise_of_share(seen.opened_far, all, a, b) - 2.0).max(0.0) };
    [bent(volume, 2.0), choice, bent(far, 2.0)]
}

/// How many openings for the first time were to be expected of a window, and the shape of that.
fn opened_expected(window: &Window, around: &Around) -> (f64, f64) {
    let days = f64::from(window.seen.days.max(1));
    let (mean, shape) = window.before.opened.rate(around.means.opened, PEOPLE);
    let mean = (mean * days).max(window.peers_opened) * if around.settling { 2.0 } else { 1.0 };
    (mean, 1.0 / (1.0 / shape + 1.0 / (DAYS * days)))
}

/// Where things went, and what was made ready for them. Gives the window that each of the three is loudest in.
fn leaving(windows: &[Window; WINDOWS.len()], parts: &mut Parts) -> [usize; 3] {
    let mut loudest = [(0.0_f64, 1); 3];
    for (at, window) in windows[..2].iter().enumerate() {
        let (seen, before, days) = (&window.seen, &window.before, f64::from(window.seen.days.max(1)));
        let surprise = |count: u32, habit: &Habit| {
            let (mean, shape) = habit.rate(0.02, 0.3);
            surprise_of_count(count, mean * days, shape)
        };
        let to_rivals = surprise(seen.attached_rival, &before.rival);
        let sent = surprise(seen.sent + seen.attached_private, &before.sent) + to_rivals;
        let said = [sent, surprise(seen.entered, &before.entered), surprise(seen.echoes, &before.echoed)];
        for (best, nats) in loudest.iter_mut().zip(said) {
            if nats > best.0 {
                *best = (nats, at);
            }
        }
    }
    let told = [(Part::Destination, 6.0), (Part::PrivateAccount, 4.0), (Part::Folders, 6.0)];
    for ((part, bend), (nats, _)) in told.into_iter().zip(loudest) {
        parts.set(part, bent((nats - 2.0).max(0.0), bend));
    }
    loudest.map(|(_, at)| at)
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
