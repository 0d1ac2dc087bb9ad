//! What is usual for one person: sums that forget.
//!
//! A rate has a Gamma posterior: prior worth [`PRIOR_DAYS`] of the role's mean, and the person's own days, each weighing
//! [`KEEP`] of the next. A share has a Beta posterior in the same way. Updates are clipped, so that one great day does not
//! teach that great days are usual.

use super::seen::Seen;
use serde::{Deserialize, Serialize};

/// Weight of a day against the day after it: half after 34 active days.
pub(crate) const KEEP: f64 = 0.98;

/// A sum over days and what it is a sum over, both forgetting.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct Habit {
    pub(crate) sum: f64,
    pub(crate) of: f64,
}

impl Habit {
    fn learn(&mut self, sum: f64, of: f64) {
        self.sum = self.sum * KEEP + sum;
        self.of = self.of * KEEP + of;
    }

    /// Mean and shape of the next day's rate: `prior_shape` pseudo-counts at `prior_mean`, then own counts.
    pub(crate) fn rate(&self, prior_mean: f64, prior_shape: f64) -> (f64, f64) {
        let shape = prior_shape + self.sum;
        let days = prior_shape / prior_mean.max(1e-6) + self.of;
        (shape / days, shape)
    }

    /// `a` and `b` of a share: `prior` draws at `mean`, then own draws, no more than `most` of them.
    pub(crate) fn share(&self, mean: f64, prior: f64, most: f64) -> (f64, f64) {
        let scale = if self.of > most { most / self.of } else { 1.0 };
        let (hits, of) = (self.sum * scale, self.of * scale);
        (prior * mean + hits, prior * (1.0 - mean) + (of - hits).max(0.0))
    }
}

/// Everything that is usual for one person.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct Habits {
    pub(crate) fresh: Habit,
    pub(crate) opened: Habit,
    pub(crate) sent: Habit,
    pub(crate) entered: Habit,
    /// Messages with something attached, to rivals.
    pub(crate) rival: Habit,
    /// New titles that name a client and a class of the catalogue.
    #[serde(default)]
    pub(crate) echoed: Habit,
    pub(crate) choice: Habit,
    pub(crate) far: Habit,
    pub(crate) late: Habit,
    pub(crate) opened_choice: Habit,
    pub(crate) opened_far: Habit,
    pub(crate) bulk: Habit,
}

/// From how many items taken for the first time in one day on it is a bulk day, judged by itself and kept out of the long
/// memory.
pub(crate) const BULK: u32 = 20;

/// At most this many draws of one day teach a share.
const DRAWS_MOST: f64 = 15.0;

/// What a day teaches a rate at most: 4 and three times the person's own mean, which counts as `least` at least. By their
/// own mean and not by the role's: a clip that others move would move the spread with it.
fn clipped(count: u32, habit: &Habit, least: f64) -> f64 {
    let mean = if habit.of > 0.0 { habit.sum / habit.of } else { 0.0 };
    f64::from(count).min(4.0 + 3.0 * mean.max(least))
}

/// What a day adds to the peers' sums at most: first-time takes, openings.
const LENT_MOST: [f64; 2] = [8.0, 25.0];

/// What a day adds to the peers' sums.
pub(crate) fn lent(day: &Seen) -> [f64; 2] {
    [f64::from(day.fresh).min(LENT_MOST[0]), f64::from(day.opened_all()).min(LENT_MOST[1])]
}

impl Habits {
    /// Learn from a closed day.
    pub(crate) fn learn(&mut self, day: &Seen, hours: [u32; 2]) {
        self.fresh.learn(clipped(day.fresh, &self.fresh, 0.7), 1.0);
        self.opened.learn(clipped(day.opened_all(), &self.opened, 3.0), 1.0);
        // All that went out, also to whom many deal with: else what others do would make this person's next one rarer.
        self.sent.learn(f64::from(day.sent + day.attached_private + day.sent_partner).min(2.0), 1.0);
        self.entered.learn(f64::from(day.entered).min(2.0), 1.0);
        self.rival.learn(f64::from(day.attached_rival).min(2.0), 1.0);
        self.echoed.learn(f64::from(day.echoes).min(2.0), 1.0);
        let draws = |habit: &mut Habit, hits: f64, of: u32| {
            let of = f64::from(of);
            if of > 0.0 {
                let scale = (DRAWS_MOST / of).min(1.0);
                habit.sum += hits * scale;
                habit.of += of * scale;
            }
            habit.sum *= KEEP;
            habit.of *= KEEP;
        };
        draws(&mut self.choice, f64::from(day.fresh + day.covered), day.taken());
        draws(&mut self.far, f64::from(day.far), day.taken());
        draws(&mut self.opened_choice, f64::from(day.opened), day.opened_all());
        draws(&mut self.opened_far, f64::from(day.opened_far), day.opened_all());
        draws(&mut self.late, f64::from(hours[1]), hours[0] + hours[1]);
        self.bulk.learn(f64::from(u32::from(day.taken() >= BULK)), 1.0);
    }
}

/// What the role leads to expect of one person and day.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct Means {
    pub(crate) fresh: f64,
    pub(crate) opened: f64,
    pub(crate) bulk: f64,
}
