//! Who writes well and who judges hard, from one list of verdicts.

use super::solve::inverse;
use crate::num::real;

/// One verdict: did the work pass? The caller says what passing means: accepted as it is, or not returned.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Review {
    /// Code of the author, from 0.
    pub author: usize,
    /// Code of the reviewer, from 0.
    pub reviewer: usize,
    /// The verdict.
    pub passed: bool,
}

/// An author or a reviewer.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Person {
    /// Reviews received or given.
    pub reviews: usize,
    /// How many of them passed.
    pub passed: usize,
    /// Of an author: chance that his work passes an average reviewer. Of a reviewer: chance that average work passes him.
    pub chance: f64,
    /// Interval of that chance.
    pub ends: (f64, f64),
}

/// The fitted model.
#[derive(Debug, Clone, PartialEq)]
pub struct Fit {
    /// By code; without reviews a person is average, with a wide interval.
    pub authors: Vec<Person>,
    /// By code.
    pub reviewers: Vec<Person>,
    /// Standard deviation among authors in log odds.
    pub author_spread: f64,
    /// Standard deviation among reviewers in log odds: how much it matters who reviews.
    pub reviewer_spread: f64,
}

/// Rounds of the spreads.
const ROUNDS: usize = 100;

/// The prior of each spread: worth this many people with a variance of 1 in log odds.
const SPREAD_PRIOR: f64 = 1.0;

struct State {
    authors: Vec<f64>,
    /// The reviewers' effects, then the mean.
    reviewers: Vec<f64>,
    author_variance: f64,
    reviewer_variance: f64,
}

struct Curvature {
    /// Per author, the curvature of his own effect.
    authors: Vec<f64>,
    /// Per review, its weight p (1 - p).
    weights: Vec<f64>,
    /// Inverse of what is left for reviewers and the mean once authors are taken out.
    rest: Vec<f64>,
}

/// Fits log odds of passing = mean + author + reviewer, authors and reviewers drawn from normal distributions whose
/// spreads are learned (partial pooling): who has few reviews is pulled to the average and has a wide interval at z
/// standard errors (1.96 for 95 %). `reviews` in any order; `authors` and `reviewers` are the numbers of codes. `None` without reviews or with a
/// code out of range. Time O(reviews + authors * reviewers^2 + reviewers^3) a round.
///
/// Source: the generalised linear mixed model of Breslow and Clayton (1993) by Laplace's approximation, crossed effects as in
/// many-facet Rasch measurement (Linacre 1989). It fails where every author has a reviewer of his own: then nothing tells
/// mild reviewers from good authors, and the intervals say so by their width.
pub fn fit(reviews: &[Review], authors: usize, reviewers: usize, z: f64) -> Option<Fit> {
    let mut reviews = reviews.to_vec();
    reviews.sort_unstable();
    if reviews.is_empty() || reviews.iter().any(|review| review.author >= authors || review.reviewer >= reviewers) {
        return None;
    }
    let mut state = State {
        authors: vec![0.0; authors],
        reviewers: vec![0.0; reviewers + 1],
        author_variance: 1.0,
        reviewer_variance: 1.0,
    };
    let mut curvature = settle(&reviews, &mut state)?;
    for _ in 0..ROUNDS {
        let before = (state.author_variance, state.reviewer_variance);
        let size = reviewers + 1;
        let spread = |square: f64, people: usize| (square + SPREAD_PRIOR) / (real(people) + SPREAD_PRIOR);
        let links = links(&reviews, &curvature, authors, size);
        let own = |author: usize| state.authors[author].powi(2) + variance(author, &links, &curvature, size, false);
        state.author_variance = spread((0..authors).map(own).sum(), authors);
        let own = |reviewer: usize| state.reviewers[reviewer].powi(2) + curvature.rest[reviewer * size + reviewer];
        state.reviewer_variance = spread((0..reviewers).map(own).sum(), reviewers);
        curvature = settle(&reviews, &mut state)?;
        let moved = (state.author_variance - before.0).abs() + (state.reviewer_variance - before.1).abs();
        if moved < 1e-7 {
            break;
        }
    }
    Some(report(&reviews, &state, &curvature, z))
}

/// Newton's method to the mode of all effects at the present spreads.
fn settle(reviews: &[Review], state: &mut State) -> Option<Curvature> {
    let (authors, size) = (state.authors.len(), state.reviewers.len());
    for _ in 0..100 {
        let mut author_slope: Vec<f64> = state.authors.iter().map(|a| -a / state.author_variance).collect();
        let mut slope: Vec<f64> = state.reviewers.iter().map(|r| -r / state.reviewer_variance).collect();
        slope[size - 1] = -state.reviewers[size - 1] / MEAN_VARIANCE;
        for review in reviews {
            let gap = f64::from(u8::from(review.passed)) - chance(log_odds(state, review));
            author_slope[review.author] += gap;
            slope[review.reviewer] += gap;
            slope[size - 1] += gap;
        }
        let curvature = curve(reviews, state)?;
        let links = links(reviews, &curvature, authors, size);
        for (author, row) in links.iter().enumerate() {
            for (at, weight) in row {
                slope[*at] -= weight * author_slope[author] / curvature.authors[author];
            }
        }
        let step: Vec<f64> = (0..size)
            .map(|row| curvature.rest[row * size..(row + 1) * size].iter().zip(&slope).map(|(a, b)| a * b).sum())
            .collect();
        let mut moved: f64 = 0.0;
        for (author, row) in links.iter().enumerate() {
            let linked: f64 = row.iter().map(|(at, weight)| weight * step[*at]).sum();
            // Steps are cut to 2 in log odds: far from the mode the curvature is small and the step wild.
            let own = ((author_slope[author] - linked) / curvature.authors[author]).clamp(-2.0, 2.0);
            state.authors[author] += own;
            moved = moved.max(own.abs());
        }
        for (effect, step) in state.reviewers.iter_mut().zip(&step) {
            *effect += step.clamp(-2.0, 2.0);
            moved = moved.max(step.abs());
        }
        if moved < 1e-9 {
            break;
        }
    }
    curve(reviews, state)
}

/// A prior so wide for the mean that it only keeps the odds finite when everything passed.
const MEAN_VARIANCE: f64 = 25.0;

fn log_odds(state: &State, review: &Review) -> f64 {
    state.authors[review.author] + state.reviewers[review.reviewer] + state.reviewers[state.reviewers.len() - 1]
}

fn chance(log_odds: f64) -> f64 {
    1.0 / (1.0 + (-log_odds).exp())
}

fn curve(reviews: &[Review], state: &State) -> Option<Curvature> {
    let (authors, size) = (state.authors.len(), state.reviewers.len());
    let weight = |review: &Review| {
        let p = chance(log_odds(state, review));
        p * (1.0 - p)
    };
    let weights: Vec<f64> = reviews.iter().map(weight).collect();
    let mut curvature = Curvature { authors: vec![1.0 / state.author_variance; authors], weights, rest: vec![] };
    let mut rest = vec![0.0; size * size];
    for reviewer in 0..size - 1 {
        rest[reviewer * size + reviewer] = 1.0 / state.reviewer_variance;
    }
    rest[size * size - 1] = 1.0 / MEAN_VARIANCE;
    for (review, weight) in reviews.iter().zip(&curvature.weights) {
        curvature.authors[review.author] += weight;
        for row in [review.reviewer, size - 1] {
            for column in [review.reviewer, size - 1] {
                rest[row * size + column] += weight;
            }
        }
    }
    for (author, row) in links(reviews, &curvature, authors, size).iter().enumerate() {
        for (a, left) in row {
            for (b, right) in row {
                rest[a * size + b] -= left * right / curvature.authors[author];
            }
        }
    }
    curvature.rest = inverse(&rest, size)?;
    Some(curvature)
}

/// Per author, the weight that ties him to each of his reviewers and, last, to the mean.
fn links(reviews: &[Review], curvature: &Curvature, authors: usize, size: usize) -> Vec<Vec<(usize, f64)>> {
    let mut links: Vec<Vec<(usize, f64)>> = vec![Vec::new(); authors];
    for (review, weight) in reviews.iter().zip(&curvature.weights) {
        let row = &mut links[review.author];
        match row.last_mut() {
            Some(last) if last.0 == review.reviewer => last.1 += weight, // sorted by author, then reviewer
            _ => row.push((review.reviewer, *weight)),
        }
    }
    for row in links.iter_mut().filter(|row| !row.is_empty()) {
        row.push((size - 1, row.iter().map(|(_, weight)| weight).sum()));
    }
    links
}

/// Variance of an author's effect, or of effect plus mean.
fn variance(author: usize, links: &[Vec<(usize, f64)>], curvature: &Curvature, size: usize, with_mean: bool) -> f64 {
    let own = curvature.authors[author];
    let mut tie: Vec<(usize, f64)> = links[author].iter().map(|(at, weight)| (*at, -weight / own)).collect();
    if with_mean {
        tie.push((size - 1, 1.0));
    }
    let pair = |(a, left): &(usize, f64)| {
        tie.iter().map(|(b, right)| left * right * curvature.rest[a * size + b]).sum::<f64>()
    };
    1.0 / own + tie.iter().map(pair).sum::<f64>()
}

fn report(reviews: &[Review], state: &State, curvature: &Curvature, z: f64) -> Fit {
    let (authors, size) = (state.authors.len(), state.reviewers.len());
    let mean = state.reviewers[size - 1];
    let links = links(reviews, curvature, authors, size);
    let mut counts = (vec![(0, 0); authors], vec![(0, 0); size]);
    for review in reviews {
        for count in [&mut counts.0[review.author], &mut counts.1[review.reviewer]] {
            count.0 += 1;
            count.1 += usize::from(review.passed);
        }
    }
    let person = |effect: f64, variance: f64, (reviews, passed): (usize, usize)| {
        let (middle, reach) = (mean + effect, z * variance.sqrt());
        Person { reviews, passed, chance: chance(middle), ends: (chance(middle - reach), chance(middle + reach)) }
    };
    let author = |at: usize| person(state.authors[at], variance(at, &links, curvature, size, true), counts.0[at]);
    let last = size - 1;
    let reviewer = |at: usize| {
        let rest = &curvature.rest;
        let variance = rest[at * size + at] + rest[last * size + last] + 2.0 * rest[at * size + last];
        person(state.reviewers[at], variance, counts.1[at])
    };
    Fit {
        authors: (0..authors).map(author).collect(),
        reviewers: (0..last).map(reviewer).collect(),
        author_spread: state.author_variance.sqrt(),
        reviewer_spread: state.reviewer_variance.sqrt(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::Random;

    /// 40 authors of 6 to 30 reviews, 8 reviewers of differing severity, authors in two pools with mostly other reviewers.
    fn made(seed: u64) -> (Vec<Review>, Vec<f64>, Vec<f64>) {
        let mut random = Random::new(seed);
        let authors: Vec<f64> = (0..40).map(|_| random.normal()).collect();
        let reviewers: Vec<f64> = (0..8).map(|_| random.normal()).collect();
        let mut reviews = Vec::new();
        for (author, skill) in authors.iter().enumerate() {
            for _ in 0..6 + random.below(25) {
                let near = random.unit() < 0.8;
                let reviewer = if near == (author < 20) { random.below(4) } else { 4 + random.below(4) };
                let passed = random.unit() < chance(0.5 + skill + reviewers[reviewer]);
                reviews.push(Review { author, reviewer, passed });
            }
        }
        (reviews, authors, reviewers)
    }

    #[test]
    fn intervals_cover_and_the_correction_helps() {
        let (mut covered, mut all, mut raw, mut fair) = (0, 0, 0.0, 0.0);
        for seed in 0..15 {
            let (reviews, authors, reviewers) = made(seed);
            let got = fit(&reviews, 40, 8, 1.96).expect("reviews");
            // The model's average reviewer is the average of these reviewers, up to the prior.
            let mean = 0.5 + reviewers.iter().sum::<f64>() / 8.0;
            for (person, skill) in got.authors.iter().zip(&authors) {
                let truth = chance(mean + skill);
                covered += usize::from(person.ends.0 <= truth && truth <= person.ends.1);
                all += 1;
                raw += (real(person.passed) / real(person.reviews) - truth).abs();
                fair += (person.chance - truth).abs();
            }
        }
        let share = real(covered) / real(all);
        assert!((0.92..=0.98).contains(&share), "{share}");
        assert!(fair < 0.9 * raw, "{fair} {raw}");
    }

    #[test]
    fn effects_lie_at_the_mode() {
        let (reviews, _, _) = made(3);
        let mut sorted = reviews.clone();
        sorted.sort_unstable();
        let mut state =
            State { authors: vec![0.0; 40], reviewers: vec![0.0; 9], author_variance: 0.7, reviewer_variance: 1.3 };
        settle(&sorted, &mut state).expect("positive definite");
        for author in 0..40 {
            let mine = sorted.iter().filter(|review| review.author == author);
            let gaps: f64 = mine.map(|r| f64::from(u8::from(r.passed)) - chance(log_odds(&state, r))).sum();
            assert!((gaps - state.authors[author] / 0.7).abs() < 1e-7);
        }
        let mut turned = reviews.clone();
        turned.reverse();
        assert_eq!(fit(&turned, 40, 8, 1.96), fit(&reviews, 40, 8, 1.96));
    }

    #[test]
    fn extremes_stay_finite_and_the_unknown_are_average() {
        let all_pass: Vec<Review> =
            (0..30).map(|at| Review { author: at % 3, reviewer: at % 2, passed: true }).collect();
        let got = fit(&all_pass, 4, 2, 1.96).expect("reviews");
        assert!(
            got.authors
                .iter()
                .all(|person| person.chance > 0.5 && person.chance.is_finite() && person.ends.0 < person.ends.1)
        );
        let (known, unknown) = (got.authors[0], got.authors[3]);
        assert!(unknown.reviews == 0 && unknown.ends.0 < known.ends.0);
        assert_eq!(fit(&[], 1, 1, 1.96), None);
        assert_eq!(fit(&[Review { author: 1, reviewer: 0, passed: true }], 1, 1, 1.96), None);
    }
}
