//! The score the slow way: for every person and day, everything anew from the list of acts, by definition.

use crate::streams::{ITEMS, NOTICE, PEOPLE, START_US, Short, address, loud, scores};
use proptest::prelude::*;
use std::collections::BTreeSet;
use vouchsafe_watch::Verb;
use vouchsafe_watch::time::DAY_US;

const OFFSET_S: [i64; PEOPLE] = [0, -25_200, 19_800, 3_600];
const WINDOWS: [i64; 4] = [1, 7, 14, 28];
const KEEP: f64 = 0.98;

struct Slow<'a> {
    acts: &'a [Short],
}

fn confidential(item: usize) -> bool {
    !item.is_multiple_of(3)
}

fn far(person: usize, item: usize) -> bool {
    item % 4 != person % 4 && item % 4 != (person + 1) % 4
}

/// Share of client `client`'s items that is confidential.
fn base(client: usize) -> f64 {
    let all: Vec<usize> = (0..ITEMS).filter(|item| item % 4 == client).collect();
    all.iter().filter(|item| confidential(**item)).count() as f64 / all.len() as f64
}

fn local(act: &Short) -> (i64, i64) {
    let at = act.at_us() / 1_000_000 + OFFSET_S[act.person] - START_US / 1_000_000;
    (at.div_euclid(86_400), at.rem_euclid(86_400) / 3_600)
}

fn weekend(day: i64) -> bool {
    day.rem_euclid(7) >= 5
}

#[derive(Default, Clone, Copy)]
struct Counts {
    fresh: f64,
    plain: f64,
    far: f64,
    late: f64,
    base: f64,
    opened: f64,
    opened_plain: f64,
    opened_far: f64,
    opened_base: f64,
    sent: f64,
    rival: f64,
    entered: f64,
    echoes: f64,
    on: f64,
    off: f64,
}

impl Slow<'_> {
    fn of(&self, person: usize, day: i64) -> Vec<&Short> {
        self.acts.iter().filter(|act| act.person == person && local(act).0 == day).collect()
    }

    fn active(&self, person: usize) -> BTreeSet<i64> {
        self.acts.iter().filter(|act| act.person == person).map(|act| local(act).0).collect()
    }

    fn did(&self, person: usize, item: usize, before: i64, verb: impl Fn(Verb) -> bool) -> bool {
        let own = |verb| !matches!(verb, Verb::Send | Verb::Create | Verb::Print);
        self.acts.iter().any(|act| {
            act.person == person && act.item == item && local(act).0 < before && own(act.verb) && verb(act.verb)
        })
    }

    fn counts(&self, person: usize, day: i64) -> Counts {
        let mut counts = Counts::default();
        let today = self.of(person, day);
        for item in 0..ITEMS {
            let on: Vec<&&Short> = today.iter().filter(|act| act.item == item).collect();
            let off_hours = |act: &Short| weekend(day) || !(7..19).contains(&local(act).1);
            if on.iter().any(|act| act.verb == Verb::Download)
                && !self.did(person, item, day, |verb| verb == Verb::Download)
            {
                if confidential(item) {
                    counts.fresh += 1.0;
                } else {
                    counts.plain += 1.0;
                }
                counts.far += f64::from(u8::from(far(person, item)));
                counts.late += f64::from(u8::from(on.iter().any(|act| act.verb == Verb::Download && off_hours(act))));
                counts.base += base(item % 4);
            }
            if on.iter().any(|act| act.verb == Verb::View) && !self.did(person, item, day, |_| true) {
                if confidential(item) {
                    counts.opened += 1.0;
                } else {
                    counts.opened_plain += 1.0;
                }
                counts.opened_far += f64::from(u8::from(far(person, item)));
                counts.opened_base += base(item % 4);
            }
            counts.sent += f64::from(u8::from(confidential(item) && on.iter().any(|act| act.verb == Verb::Share)));
            counts.entered += f64::from(u8::from(on.iter().any(|act| act.verb == Verb::Print)));
        }
        let mails = today.iter().filter(|act| act.verb == Verb::Send);
        counts.rival = mails.clone().filter(|act| act.goes_to_rival()).count() as f64;
        counts.sent += mails.count() as f64 - counts.rival;
        let made = today.iter().filter(|act| act.verb == Verb::Create);
        counts.echoes = made.map(|act| act.title()).collect::<BTreeSet<_>>().len() as f64;
        // What an account at home does tells nothing of when somebody works.
        for act in today.iter().filter(|act| act.verb != Verb::Print) {
            if weekend(day) || !(7..19).contains(&local(act).1) { counts.off += 1.0 } else { counts.on += 1.0 }
        }
        counts
    }

    /// Working days from the first of the log to the one before `day`.
    fn working(&self, before: i64) -> i64 {
        let first = self.acts.iter().map(|act| local(act).0).min().unwrap_or(before);
        i64::try_from((first..before).filter(|day| !weekend(*day)).count()).unwrap()
    }

    /// Role means of fresh takes, openings and bulk days before `day`.
    fn means(&self, day: i64) -> [f64; 3] {
        let person_days = (PEOPLE as i64 * self.working(day)) as f64;
        let (mut sums, first) = ([0.0; 3], self.acts.iter().map(|act| local(act).0).min().unwrap_or(0));
        for at in first..day {
            let lent = self.lent(at);
            for (person, lent) in lent.iter().enumerate() {
                sums[0] += lent[0];
                sums[1] += lent[1];
                let counts = self.counts(person, at);
                sums[2] += f64::from(u8::from(counts.fresh + counts.plain >= 20.0));
            }
        }
        let mean = |sum: f64, start: f64, days: f64| (sum + start * days) / (person_days + days);
        [mean(sums[0], 0.7, 40.0), mean(sums[1], 3.0, 40.0), mean(sums[2], 0.002, 300.0)]
    }

    fn lent(&self, day: i64) -> Vec<[f64; 2]> {
        let each = |person| {
            let counts = self.counts(person, day);
            [counts.fresh.min(8.0), (counts.opened + counts.opened_plain).min(25.0)]
        };
        (0..PEOPLE).map(each).collect()
    }
}

/// `-ln P(N >= n)` by adding the probabilities of as much and more.
fn count_tail(n: f64, mean: f64, shape: f64) -> f64 {
    let (mut pmf, mut above, mut at) = ((shape / (mean + shape)).powf(shape), 0.0_f64, 0.0);
    while at < n + 3_000.0 {
        above += if at >= n { pmf } else { 0.0 };
        pmf *= (shape + at) / (at + 1.0) * mean / (mean + shape);
        at += 1.0;
    }
    -above.ln()
}

/// `-ln P(K >= k)` of a beta-binomial as a Polya urn, by walking all numbers of hits.
fn share_tail(k: f64, n: f64, a: f64, b: f64) -> f64 {
    if k == 0.0 {
        return 0.0;
    }
    let mut hits = vec![1.0_f64];
    let mut drawn = 0.0;
    while drawn < n {
        let mut next = vec![0.0; hits.len() + 1];
        for (had, odds) in hits.iter().enumerate() {
            let up = (a + had as f64) / (a + b + drawn);
            next[had + 1] += odds * up;
            next[had] += odds * (1.0 - up);
        }
        hits = next;
        drawn += 1.0;
    }
    -hits.iter().enumerate().filter(|(had, _)| *had as f64 >= k).map(|(_, odds)| odds).sum::<f64>().ln()
}

fn bent(surprise: f64, bend: f64) -> f64 {
    bend * (1.0 + surprise / bend).ln()
}

/// What is usual: sums over the days before, each weighing 0.98 of the next.
struct Usual {
    fresh: [f64; 2],
    opened: [f64; 2],
    sent: [f64; 2],
    rival: [f64; 2],
    entered: [f64; 2],
    echoes: [f64; 2],
    bulk: [f64; 2],
    choice: [f64; 2],
    far: [f64; 2],
    late: [f64; 2],
    opened_choice: [f64; 2],
    opened_far: [f64; 2],
}

impl Slow<'_> {
    fn usual(&self, person: usize, before: i64) -> Usual {
        let zero = [0.0; 2];
        let mut usual = Usual {
            fresh: zero,
            opened: zero,
            sent: zero,
            rival: zero,
            entered: zero,
            echoes: zero,
            bulk: zero,
            choice: zero,
            far: zero,
            late: zero,
            opened_choice: zero,
            opened_far: zero,
        };
        for day in self.active(person).into_iter().filter(|day| *day < before) {
            let counts = self.counts(person, day);
            let (taken, opened) = (counts.fresh + counts.plain, counts.opened + counts.opened_plain);
            let rate = |habit: &mut [f64; 2], sum: f64| *habit = [habit[0] * KEEP + sum, habit[1] * KEEP + 1.0];
            let clip = |habit: [f64; 2], least: f64| 4.0 + 3.0 * (habit[0] / habit[1].max(1e-9)).max(least);
            let (most_fresh, most_opened) = (clip(usual.fresh, 0.7), clip(usual.opened, 3.0));
            rate(&mut usual.fresh, counts.fresh.min(most_fresh));
            rate(&mut usual.opened, opened.min(most_opened));
            rate(&mut usual.sent, counts.sent.min(2.0));
            rate(&mut usual.rival, counts.rival.min(2.0));
            rate(&mut usual.entered, counts.entered.min(2.0));
            rate(&mut usual.echoes, counts.echoes.min(2.0));
            rate(&mut usual.bulk, f64::from(u8::from(taken >= 20.0)));
            let share = |habit: &mut [f64; 2], hits: f64, of: f64| {
                let scale = if of > 0.0 { (15.0 / of).min(1.0) } else { 0.0 };
                *habit = [(habit[0] + hits * scale) * KEEP, (habit[1] + of * scale) * KEEP];
            };
            share(&mut usual.choice, counts.fresh, taken);
            share(&mut usual.far, counts.far, taken);
            share(&mut usual.opened_choice, counts.opened, opened);
            share(&mut usual.opened_far, counts.opened_far, opened);
            share(&mut usual.late, counts.off, counts.on + counts.off);
        }
        usual
    }

    /// Confidential first-time takes of the window of `reach` days that ends with `end`, without bulk days before it.
    fn held(&self, person: usize, end: i64, reach: i64) -> f64 {
        let days = self.active(person).into_iter().filter(|one| *one > end - reach && *one <= end);
        days.map(|one| self.counts(person, one))
            .filter(|counts| reach == 1 || counts.fresh + counts.plain < 20.0)
            .map(|counts| counts.fresh)
            .sum()
    }

    fn score(&self, person: usize, day: i64) -> f64 {
        let means = self.means(day);
        let (mut takes, mut opens, mut leaves) = (0.0_f64, 0.0_f64, [0.0_f64; 3]);
        for (at, reach) in WINDOWS.into_iter().enumerate() {
            let days: Vec<i64> =
                self.active(person).into_iter().filter(|one| *one > day - reach && *one <= day).collect();
            let mut sum = Counts::default();
            for one in &days {
                let counts = self.counts(person, *one);
                if reach > 1 && counts.fresh + counts.plain >= 20.0 {
                    continue;
                }
                for (to, add) in [
                    (&mut sum.fresh, counts.fresh),
                    (&mut sum.plain, counts.plain),
                    (&mut sum.far, counts.far),
                    (&mut sum.late, counts.late),
                    (&mut sum.base, counts.base),
                    (&mut sum.opened, counts.opened),
                    (&mut sum.opened_plain, counts.opened_plain),
                    (&mut sum.opened_far, counts.opened_far),
                    (&mut sum.opened_base, counts.opened_base),
                    (&mut sum.sent, counts.sent),
                    (&mut sum.rival, counts.rival),
                    (&mut sum.entered, counts.entered),
                    (&mut sum.echoes, counts.echoes),
                ] {
                    *to += add;
                }
            }
            let usual = self.usual(person, days[0]);
            let peers = |channel: usize| {
                (day - reach + 1..=day)
                    .map(|one| {
                        (0..PEOPLE).filter(|who| *who != person).map(|who| self.lent(one)[who][channel]).sum::<f64>()
                            / 3.0
                    })
                    .sum::<f64>()
            };
            let count = days
                .iter()
                .filter(|one| {
                    **one == day || {
                        let counts = self.counts(person, **one);
                        counts.fresh + counts.plain < 20.0
                    }
                })
                .count() as f64;
            let rate = |habit: [f64; 2], mean: f64, peers: f64| {
                let shape = 1.5 + habit[0];
                let mean = (shape / (1.5 / mean + habit[1]) * count).max(peers);
                (mean, 1.0 / (1.0 / shape + 1.0 / (0.9 * count)))
            };
            let share = |habit: [f64; 2], mean: f64, prior: f64| {
                let scale = if habit[1] > 30.0 { 30.0 / habit[1] } else { 1.0 };
                (prior * mean + habit[0] * scale, prior * (1.0 - mean) + (habit[1] - habit[0]) * scale)
            };
            let taken = sum.fresh + sum.plain;
            if taken > 0.0 {
                let (mean, shape) = rate(usual.fresh, means[0], peers(0));
                let mut volume = count_tail(sum.fresh, mean, shape);
                if reach == 1 {
                    let odds = (usual.bulk[0] + 10.0 * means[2]) / (usual.bulk[1] + 10.0);
                    volume = -((1.0 - odds) * (-volume).exp() + odds * (-(taken - 20.0).max(0.0) / 50.0).exp()).ln();
                }
                let (a, b) = share(usual.choice, (sum.base / taken).clamp(0.02, 0.98), 12.0);
                let choice = share_tail(sum.fresh, taken, a, b);
                let (a, b) = share(usual.far, 0.08, 12.0);
                let foreign = share_tail(sum.far, taken, a, b);
                let (a, b) = share(usual.late, 0.12, 8.0);
                // A day decides four times at most when somebody works.
                let decided = taken.min(4.0 * count);
                let late = share_tail((sum.late * decided / taken + 0.5).floor(), decided, a, b);
                let spare = |nats: f64| (nats - std::f64::consts::LN_2).max(0.0);
                let told = bent(volume.max(0.0), if reach == 1 { 5.0 } else { 3.5 })
                    + spare(choice)
                    + bent(spare(foreign), 5.0)
                    + bent(spare(late), 3.0)
                    - 4.0_f64.ln();
                let earlier = self.active(person).into_iter().filter(|one| *one > day - 28 && *one < day);
                let before = earlier.map(|end| self.held(person, end, reach)).fold(-1.0, f64::max);
                let told = if reach > 1 && before >= sum.fresh { 0.6 * told.max(0.0) } else { told };
                takes = takes.max(told);
            }
            let all = sum.opened + sum.opened_plain;
            if at < 2 && all >= 5.0 {
                let (mean, shape) = rate(usual.opened, means[1], peers(1));
                let volume = bent((count_tail(all, mean, shape) - 3.0).max(0.0), 2.0);
                let (a, b) = share(usual.opened_choice, (sum.opened_base / all).clamp(0.02, 0.98), 12.0);
                let choice = (share_tail(sum.opened, all, a, b) - 2.0).max(0.0);
                let (a, b) = share(usual.opened_far, 0.08, 12.0);
                opens = opens.max(volume + choice + bent((share_tail(sum.opened_far, all, a, b) - 2.0).max(0.0), 2.0));
            }
            if at < 2 {
                let seldom = |many: f64, habit: [f64; 2]| {
                    let shape = 0.3 + habit[0];
                    count_tail(many, shape / (0.3 / 0.02 + habit[1]) * count, shape)
                };
                let said = [
                    seldom(sum.sent, usual.sent) + seldom(sum.rival, usual.rival),
                    seldom(sum.entered, usual.entered),
                    seldom(sum.echoes, usual.echoes),
                ];
                leaves = [0, 1, 2].map(|at| leaves[at].max(said[at]));
            }
        }
        let left: f64 = leaves.into_iter().zip([6.0, 4.0, 6.0]).map(|(nats, at)| bent((nats - 2.0).max(0.0), at)).sum();
        let said = takes + opens + left;
        said + if said > 3.0 { self.around(person, day) } else { 0.0 }
    }

    /// A rival met for the first time in the last 45 days, once ten days of the log are over; notice in the last 60.
    fn around(&self, person: usize, day: i64) -> f64 {
        let begun = (self.acts[0].at_us() - START_US).div_euclid(DAY_US) + 10;
        let met =
            self.acts.iter().filter(|act| act.person == person && act.goes_to_rival()).map(|act| local(act).0).min();
        let rival = met.is_some_and(|first| (begun..=day).contains(&first) && day - first <= 45);
        let notice = person == 3 && (0..=60).contains(&(day - NOTICE));
        f64::from(u8::from(rival)) * 2.0 + f64::from(u8::from(notice))
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(6))]

    #[test]
    fn the_engine_scores_as_the_definition_does(short in loud(16, 40)) {
        let acts: Vec<_> = short.iter().map(Short::act).collect();
        let slow = Slow { acts: &short };
        let start = i32::try_from(START_US / DAY_US).unwrap();
        let told = scores(&acts);
        for person in 0..PEOPLE {
            for day in slow.active(person) {
                let expected = slow.score(person, day);
                let said = told.iter().find(|(who, at, _)| *who == address(person) && i64::from(*at - start) == day).map_or(0.0, |one| one.2);
                prop_assert!((said - expected).abs() < 1e-6, "person {} day {}: {} by the engine, {} by definition", person, day, said, expected);
            }
        }
    }
}
