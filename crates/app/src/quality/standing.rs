//! What the standing of experts rests on, and the standing that follows: rarely looked at, so that no change tells which
//! task somebody was just measured by.

use super::{
    coding::Votes,
    estimate::real,
    gather::{Verdict, Work},
};
use crate::Error;
use std::collections::{BTreeMap, HashMap};
use vouchsafe_domain::{
    experts::standing::{Bars, Evidence, LOOKS_APART_ANNOTATIONS, LOOKS_APART_US, Measured, Standing},
    ids::PersonId,
    time::Micros,
};
use vouchsafe_ledger::{act::Act, entry::Entry};
use vouchsafe_quality::{
    ability::clopper_pearson,
    review::{self, Review},
};
use vouchsafe_store::{
    Tx,
    custody::clearance::Clearance,
    experts::standing::{self, Asked, Kept},
};

/// Certainty of the intervals that move somebody. Greater than the report's: the question is asked again and again.
const LEVEL: f64 = 0.99;
/// Half width of a 99 % interval in standard errors.
const Z: f64 = 2.576;
/// So many of his newest gold tasks, and reviews, count: what was long ago does not speak of today.
const WINDOW: usize = 100;
/// Reviews below which severe reviewers cannot be told from weak authors.
const REVIEWS_MIN: usize = 10;

/// What was seen of one human's work.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Seen {
    annotations: i64,
    /// Of each gold task he answered, when, and the share of what is asked that was right.
    gold: Vec<(i64, f64)>,
    /// The same of every gold task; no share where no known answer can be compared.
    pub(super) answered: Vec<(i64, Option<f64>)>,
    /// Of each review of his work, when, by whom, and whether it was accepted as it was.
    reviews: Vec<(i64, PersonId, bool)>,
}

/// What was seen of everybody. An account that turned out to be somebody's second one counts as his.
pub(super) struct Evident(pub(super) BTreeMap<PersonId, Seen>);

impl Evident {
    /// Gathers it. `merged` says under whom somebody is known now.
    pub(super) fn of(
        (work, votes, verdicts): (&[Work], &[Votes], &[Verdict]),
        gold_work: &[(u32, u32, i64)],
        merged: &HashMap<PersonId, PersonId>,
    ) -> Self {
        let scores = gold(votes);
        let human = |code: usize| work.get(code).map(|work| *merged.get(&work.person).unwrap_or(&work.person));
        let mut seen: BTreeMap<PersonId, Seen> = BTreeMap::new();
        for (code, work) in work.iter().enumerate() {
            let Some(person) = human(code) else { continue };
            seen.entry(person).or_default().annotations += i64::try_from(work.active_ms.len()).unwrap_or(i64::MAX);
        }
        for (worker, task, at) in gold_work {
            let Some(seen) = human(*worker as usize).and_then(|person| seen.get_mut(&person)) else { continue };
            let share = scores.get(&(*worker, *task)).map(|(right, asked)| real(*right) / real(*asked));
            seen.gold.extend(share.map(|share| (*at, share)));
            seen.answered.push((*at, share));
        }
        for verdict in verdicts {
            let (Some(author), Some(reviewer)) = (human(verdict.author), human(verdict.reviewer)) else { continue };
            let Some(seen) = seen.get_mut(&author) else { continue };
            seen.reviews.push((verdict.at_us, reviewer, verdict.word == "accept"));
        }
        for seen in seen.values_mut() {
            seen.gold.sort_by(|a, b| a.0.cmp(&b.0).then(a.1.total_cmp(&b.1)));
            seen.answered.sort_by_key(|(at, _)| *at);
            seen.reviews.sort_unstable();
        }
        seen.retain(|_, seen| seen.annotations > 0);
        Self(seen)
    }

    /// The rows to write: of everybody who may be looked at again, with how he stands now.
    pub(super) fn judged(&self, asked: Option<&Asked>, kept: &[Kept], now: Micros) -> Vec<Moved> {
        let kept: HashMap<PersonId, &Kept> = kept.iter().map(|kept| (kept.person, kept)).collect();
        if asked.is_none() && kept.is_empty() {
            return Vec::new();
        }
        let due: Vec<(PersonId, &Seen, Standing, Micros)> = self
            .0
            .iter()
            .filter_map(|(person, seen)| {
                let row = kept.get(person);
                let (looked_at, annotations) =
                    row.map_or((Micros(0), 0), |row| (row.looked_at, row.looked_annotations));
                let due = now.since(looked_at) >= LOOKS_APART_US
                    && (seen.annotations - annotations).abs() >= LOOKS_APART_ANNOTATIONS;
                let before = row.map_or_else(Standing::start, |row| row.standing.clone());
                let since = before.since;
                due.then(|| (*person, seen, before.at(now), since))
            })
            .collect();
        let reviews = if due.is_empty() { HashMap::new() } else { self.reviewed(&kept) };
        let bars: Option<&Bars> = asked.map(|asked| &asked.bars);
        let row = |(person, seen, before, since): (PersonId, &Seen, Standing, Micros)| {
            let measured: Vec<Measured> =
                gold_score(seen, before.counted_from).into_iter().chain(reviews.get(&person).copied()).collect();
            let standing = before.judged(bars, &measured, now);
            let changed = standing.since != since;
            let by =
                if changed { asked.map(|asked| asked.by) } else { kept.get(&person).and_then(|kept| kept.rule_by) };
            let row = Kept { person, standing, rule_by: by, looked_at: now, looked_annotations: seen.annotations };
            Moved { row, before: since, changed }
        };
        due.into_iter().map(row).collect()
    }

    /// The chance of being accepted by an average reviewer, from what counts of everybody's reviews.
    fn reviewed(&self, kept: &HashMap<PersonId, &Kept>) -> HashMap<PersonId, Measured> {
        let mut reviewers: HashMap<PersonId, usize> = HashMap::new();
        let (mut reviews, mut counts) = (Vec::new(), vec![0_u32; self.0.len()]);
        for (author, (person, seen)) in self.0.iter().enumerate() {
            let from = kept.get(person).map_or(Micros(0), |kept| kept.standing.counted_from);
            for (_, reviewer, passed) in seen.reviews.iter().rev().filter(|(at, ..)| *at >= from.0).take(WINDOW) {
                let next = reviewers.len();
                let reviewer = *reviewers.entry(*reviewer).or_insert(next);
                reviews.push(Review { author, reviewer, passed: *passed });
                counts[author] += 1;
            }
        }
        if reviews.len() < REVIEWS_MIN {
            return HashMap::new();
        }
        let Some(fit) = review::fit(&reviews, self.0.len(), reviewers.len(), Z) else { return HashMap::new() };
        let measured = |((person, fit), of): ((&PersonId, review::Person), u32)| {
            let (low, high) = fit.ends;
            (*person, Measured { evidence: Evidence::Review, value: fit.chance, low, high, of })
        };
        self.0.keys().zip(fit.authors).zip(counts).filter(|(_, of)| *of > 0).map(measured).collect()
    }
}

/// A row to write.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Moved {
    row: Kept,
    before: Micros,
    changed: bool,
}

/// Writes them, and returns an entry for each expert who stands differently now.
pub(super) async fn keep(
    tx: &mut Tx,
    clearance: &Clearance<'_>,
    project: vouchsafe_domain::ids::ProjectId,
    moved: Vec<Moved>,
    now: Micros,
) -> Result<Vec<Entry>, Error> {
    let mut entries = Vec::new();
    for one in moved {
        if standing::put(tx, clearance, project, &one.row, one.before).await? && one.changed {
            let reasons: Vec<String> = one.row.standing.reasons.iter().map(ToString::to_string).collect();
            entries.push(
                clearance
                    .entry(Act::StandingChanged, now)
                    .because("state", one.row.standing.state.word())
                    .because("reasons", reasons)
                    .of("whom", one.row.person.to_string())
                    .of("project", project.to_string()),
            );
        }
    }
    Ok(entries)
}

pub(super) type Scores = BTreeMap<(u32, u32), (usize, usize)>;

/// By worker and gold task: cells right, cells asked.
pub(super) fn gold(votes: &[Votes]) -> Scores {
    let mut scores = Scores::new();
    for votes in votes {
        for (item, worker, _, right) in votes.on_gold() {
            let Some(task) = votes.items.get(item as usize).map(|item| item.task) else { continue };
            let score = scores.entry((worker, task)).or_insert((0, 0));
            score.0 += usize::from(right);
            score.1 += 1;
        }
    }
    scores
}

/// The exact interval over whole tasks: the parts of one task are not independent, so they count as one trial.
fn gold_score(seen: &Seen, from: Micros) -> Option<Measured> {
    let shares: Vec<f64> =
        seen.gold.iter().rev().filter(|(at, _)| *at >= from.0).take(WINDOW).map(|(_, share)| *share).collect();
    if shares.is_empty() {
        return None;
    }
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "at most the window")]
    let right = shares.iter().sum::<f64>().round() as usize;
    let (low, high) = clopper_pearson(right, shares.len(), LEVEL);
    let value = real(right) / real(shares.len());
    Some(Measured { evidence: Evidence::Gold, value, low, high, of: u32::try_from(shares.len()).unwrap_or(u32::MAX) })
}

#[cfg(test)]
mod tests {
    use super::*;
    use vouchsafe_domain::experts::standing::{Bar, State};
    use vouchsafe_quality::random::Random;

    fn person(n: u128) -> PersonId {
        PersonId(uuid::Uuid::from_u128(n))
    }

    fn asked() -> Asked {
        let bar = Bar { probation_below: 8_000, pause_below: 6_000 };
        let bars = Bars { gold: Some(bar), review: Some(bar), at_least: 10, pause_us: 30 * Micros::DAY };
        Asked { bars, by: person(99), at: Micros(0) }
    }

    fn seen(right: usize, of: usize) -> Seen {
        let gold = (0..of).map(|n| (0, if n < right { 1.0 } else { 0.0 })).collect();
        Seen { annotations: 40, gold, ..Seen::default() }
    }

    fn state(moved: &[Moved]) -> Option<State> {
        moved.first().map(|moved| moved.row.standing.state)
    }

    #[test]
    fn nobody_is_looked_at_twice_a_day_or_within_twenty_annotations() {
        let now = Micros(10 * Micros::DAY);
        let evident = Evident(BTreeMap::from([(person(1), seen(3, 30))]));
        let first = evident.judged(Some(&asked()), &[], now);
        assert_eq!(state(&first), Some(State::Paused));
        let kept = |at: i64, annotations: i64| Kept {
            standing: Standing::start(),
            looked_at: Micros(at),
            looked_annotations: annotations,
            ..first[0].row.clone()
        };
        let day = 9 * Micros::DAY;
        assert!(evident.judged(Some(&asked()), &[kept(day + 1, 0)], now).is_empty(), "a day has not passed");
        assert!(evident.judged(Some(&asked()), &[kept(day, 21)], now).is_empty(), "nineteen came");
        assert_eq!(evident.judged(Some(&asked()), &[kept(day, 20)], now).len(), 1);
    }

    #[test]
    fn where_nothing_was_ever_asked_nothing_is_written() {
        let evident = Evident(BTreeMap::from([(person(1), seen(0, 30))]));
        assert!(evident.judged(None, &[], Micros(Micros::DAY)).is_empty());
    }

    #[test]
    fn the_parts_of_one_task_are_one_trial() {
        let mut one = seen(0, 0);
        one.gold = vec![(5, 0.5); 12];
        let measured = gold_score(&one, Micros(0)).expect("there is gold");
        assert_eq!((measured.of, measured.value.to_bits()), (12, 0.5_f64.to_bits()));
        assert_eq!(gold_score(&one, Micros(6)), None, "what came before does not count");
    }

    #[test]
    fn a_number_is_right_by_how_near_it_is_however_many_different_ones_were_given() {
        let votes = |params: serde_json::Value| {
            let schema = serde_json::json!({
                "schema_version": "1", "task_type": "classification", "name": "sizes",
                "fields": [{"name": "thing", "type": "text", "source": "/thing"}],
                "questions": [{"name": "size", "type": "number", "aggregation": {"method": "median", "params": params}}],
            });
            let schema = vouchsafe_domain::work::schema::Schema::parse(&schema).expect("a schema");
            let mut votes = Votes::of(&schema.questions()[0]).expect("numbers are compared");
            for task in 0..12_000 {
                for (worker, off) in (0..).zip([0.0, 0.4, 0.6, 1e300]) {
                    votes.add(task, worker, i64::from(task), &serde_json::json!(2.0 * f64::from(task) + off), None);
                }
            }
            votes.known(11_999, &serde_json::json!(23_998));
            votes
        };
        let right = |votes: Votes| -> Vec<usize> { gold(&[votes]).into_values().map(|(right, _)| right).collect() };
        assert_eq!(right(votes(serde_json::json!({"tolerance": 0.5}))), [1, 1, 0, 0]);
        assert_eq!(right(votes(serde_json::json!({}))), [1, 0, 0, 0], "the same number, however it is written");
    }

    #[test]
    fn a_severe_reviewer_alone_puts_nobody_on_probation() {
        // One reviewer takes a tenth of everything from six authors alike, the other nearly all of six others.
        let now = Micros(10 * Micros::DAY);
        let mut everybody = BTreeMap::new();
        for n in 0..12_u128 {
            let reviewer = person(100 + n % 2);
            let accepted = if n % 2 == 0 { 2 } else { 18 };
            let reviews = (0..20).map(|i| (i, reviewer, i < accepted)).collect();
            everybody.insert(person(n), Seen { annotations: 40, reviews, ..Seen::default() });
        }
        let moved = Evident(everybody).judged(Some(&asked()), &[], now);
        assert_eq!(moved.len(), 12);
        assert!(moved.iter().all(|one| one.row.standing.state == State::Active), "{moved:?}");
    }

    /// How often somebody who is exactly at the bar is ever moved, though he is looked at again and again.
    #[test]
    fn somebody_at_the_bar_is_seldom_moved_in_a_year_of_looks() {
        let (people, looks, per_look) = (400_u32, 20, 10);
        let mut moved = 0_u32;
        for n in 0..people {
            let mut random = Random::new(u64::from(n) + 1);
            let mut one = seen(0, 0);
            let mut standing = Standing::start();
            for look in 0..looks {
                one.gold.extend((0..per_look).map(|_| (look, if random.unit() < 0.8 { 1.0 } else { 0.0 })));
                let measured = gold_score(&one, standing.counted_from).into_iter().collect::<Vec<_>>();
                standing = standing.judged(Some(&asked().bars), &measured, Micros(look + 1));
                if standing.state != State::Active {
                    moved += 1;
                    break;
                }
            }
        }
        let share = f64::from(moved) / f64::from(people);
        assert!(share < 0.05, "{share}");
    }
}
