//! Sequences of tags: workers whose errors depend on what they said just before, and tags that follow one another by rule.

mod chain;

use crate::aggregate::confusion::Pairs;
use crate::aggregate::{Method, Posteriors, aggregate};
use crate::answers::{Answers, Triple};
use crate::num::digamma;
use chain::Chain;

/// Most tags: a worker's answer is coded together with the one before.
pub const TAGS_MAX: usize = 255;

/// What the crowd's own rows begin with: answers of the right tag, of each other.
const BEGINNING: (f64, f64) = (4.0, 1.0);

/// Answers that the crowd's row is worth in each worker's.
const STRENGTH: f64 = 10.0;

/// Steps from each tag to each other (where the rules allow it) before any are seen.
const STEPS_BEFORE: f64 = 1.0;

/// Logarithm of the weight of a step that the rules forbid: next to nothing, for input in which nothing else is left.
const FORBIDDEN: f64 = -1e3;

/// Most rounds, and the movement of probabilities below which it is done.
const ROUNDS: usize = 100;
const STILL: f64 = 1e-4;

/// A fitted model.
#[derive(Debug, Clone, PartialEq)]
pub struct Tagging {
    /// Per token, the probability of each tag.
    pub posteriors: Posteriors,
    /// Per token, its tag in the most probable sequence.
    pub best: Vec<usize>,
    /// Rounds taken.
    pub steps: usize,
    /// Whether it stopped by itself.
    pub converged: bool,
}

/// Fits BSC-seq to `answers`, whose tasks are tokens and whose classes are tags; text t has the tokens `starts[t]..starts[t + 1]`.
/// `follows` (tag before, `None` at the beginning; tag) says what the rules of the tags allow: in BIO nothing but B or I of a kind before
/// I of the kind. True tags form a chain. A worker who said p at the token before and sees the true tag j says k with a probability of his
/// own; these rows lie around the crowd's, as if ten answers spoke for it. Mean-field with forward and backward; starts from the share
/// of votes. Where all tokens of a text are answered by nobody its tags are the chain's. Time O(tokens * tags^2 + answers * tags) a round.
///
/// Source: Simpson and Gurevych (2019), "A Bayesian approach for sequence tagging with crowds", whose `seq` worker this is; partial
/// pooling in place of its fixed prior. It fails where workers err together, and with few answers per worker and many tags.
///
/// # Panics
///
/// If there are more than [`TAGS_MAX`] tags, or `starts` is not that of these tokens.
pub fn bsc_seq(answers: &Answers, starts: &[usize], follows: &dyn Fn(Option<usize>, usize) -> bool) -> Tagging {
    let tags = answers.classes();
    assert!(
        tags <= TAGS_MAX && starts.last().copied().unwrap_or(0) == answers.tasks(),
        "tags and starts fit the answers"
    );
    let votes = aggregate(Method::Vote, answers, 0).posteriors;
    if answers.is_empty() {
        let best = (0..answers.tasks()).map(|token| votes.best(token)).collect();
        return Tagging { posteriors: votes, best, steps: 0, converged: true };
    }
    let model = Model { tags, starts, follows, pairs: pairs(answers, starts), workers: answers.workers() };
    let mut flat = votes.into_flat();
    let mut steps = model.neighbours(&flat);
    for round in 1..=ROUNDS {
        let (seen, chain) = (model.seen(&flat), model.chain(&steps));
        let before = std::mem::take(&mut flat);
        steps.fill(0.0);
        for text in starts.windows(2) {
            let path = chain.read(&seen[text[0] * tags..text[1] * tags]);
            flat.extend(path.posteriors);
            steps.iter_mut().zip(path.steps).for_each(|(sum, step)| *sum += step);
        }
        let moved = flat.iter().zip(&before).map(|(a, b)| (a - b).abs()).fold(0.0, f64::max);
        if moved <= STILL || round == ROUNDS {
            let best = starts.windows(2).flat_map(|text| chain.best(&seen[text[0] * tags..text[1] * tags])).collect();
            return Tagging { posteriors: Posteriors::new(tags, flat), best, steps: round, converged: moved <= STILL };
        }
    }
    unreachable!("the last round returns")
}

/// Each answer with its worker's answer to the token before: class `before * tags + answer`, `before` being `tags` at the beginning of a
/// text and where he skipped a token. Of two answers of a worker to a token, the lower is the one before.
fn pairs(answers: &Answers, starts: &[usize]) -> Pairs {
    let tags = answers.classes();
    let mut triples: Vec<Triple> = Vec::with_capacity(answers.len());
    let mut last = vec![(usize::MAX, tags); answers.workers()];
    for text in starts.windows(2) {
        for token in text[0]..text[1] {
            let said: Vec<(usize, usize)> = answers.of_task(token).collect();
            for (worker, tag) in &said {
                let (at, before) = last[*worker];
                let before = if token > text[0] && at == token - 1 { before } else { tags };
                let narrow = |number: usize| u32::try_from(number).expect("tokens and workers are counted in 32 bits");
                triples.push((narrow(token), narrow(*worker), u16::try_from(before * tags + tag).expect("few tags")));
            }
            said.iter().rev().for_each(|(worker, tag)| last[*worker] = (token, *tag));
        }
    }
    let coded = Answers::new(answers.tasks(), answers.workers(), (tags + 1) * tags, &triples).expect("coded just now");
    Pairs::new(&coded)
}

struct Model<'a> {
    tags: usize,
    starts: &'a [usize],
    follows: &'a dyn Fn(Option<usize>, usize) -> bool,
    pairs: Pairs,
    workers: usize,
}

impl Model<'_> {
    /// Expected steps if neighbours had nothing to do with each other.
    fn neighbours(&self, flat: &[f64]) -> Vec<f64> {
        let tags = self.tags;
        let mut steps = vec![0.0; (tags + 1) * tags];
        for text in self.starts.windows(2) {
            for token in text[0]..text[1] {
                for (tag, share) in flat[token * tags..][..tags].iter().enumerate() {
                    if token == text[0] {
                        steps[tags * tags + tag] += share;
                    } else {
                        let before = &flat[(token - 1) * tags..][..tags];
                        before.iter().enumerate().for_each(|(from, other)| steps[from * tags + tag] += other * share);
                    }
                }
            }
        }
        steps
    }

    fn chain(&self, steps: &[f64]) -> Chain {
        let tags = self.tags;
        let mut logs = vec![FORBIDDEN; steps.len()];
        for from in 0..=tags {
            let allowed: Vec<usize> =
                (0..tags).filter(|to| (self.follows)((from < tags).then_some(from), *to)).collect();
            let weight = |to: &usize| steps[from * tags + to] + STEPS_BEFORE;
            let all = digamma(allowed.iter().map(weight).sum::<f64>().max(STEPS_BEFORE));
            allowed.iter().for_each(|to| logs[from * tags + to] = digamma(weight(to)) - all);
        }
        Chain::new(tags, &logs)
    }

    /// Per token and tag, the expected log probability of all answers to it.
    fn seen(&self, flat: &[f64]) -> Vec<f64> {
        let tags = self.tags;
        let tokens = self.pairs.starts.len() - 1;
        let mut counts = vec![0.0; self.pairs.list.len() * tags];
        for token in 0..tokens {
            for pair in self.pairs.of_task(token) {
                add(&mut counts[*pair as usize * tags..][..tags], &flat[token * tags..][..tags]);
            }
        }
        // Per answer before and now, and per true tag: the crowd's answers, and per worker their sum.
        let mut crowd = vec![0.0; (tags + 1) * tags * tags];
        let mut totals = vec![0.0; self.workers * (tags + 1) * tags];
        let total = |worker: u32, code: u16| (worker as usize * (tags + 1) + usize::from(code) / tags) * tags;
        for ((worker, code), row) in self.pairs.list.iter().zip(counts.chunks_exact(tags)) {
            add(&mut crowd[usize::from(*code) * tags..][..tags], row);
            add(&mut totals[total(*worker, *code)..][..tags], row);
        }
        for before in crowd.chunks_exact_mut(tags * tags) {
            for truth in 0..tags {
                let mut sum = 0.0;
                for said in 0..tags {
                    before[said * tags + truth] += if said == truth { BEGINNING.0 } else { BEGINNING.1 };
                    sum += before[said * tags + truth];
                }
                (0..tags).for_each(|said| before[said * tags + truth] *= STRENGTH / sum);
            }
        }
        for ((worker, code), row) in self.pairs.list.iter().zip(counts.chunks_exact_mut(tags)) {
            let (weights, totals) =
                (&crowd[usize::from(*code) * tags..][..tags], &totals[total(*worker, *code)..][..tags]);
            for ((count, weight), total) in row.iter_mut().zip(weights).zip(totals) {
                *count = digamma(*count + weight) - digamma(total + STRENGTH);
            }
        }
        let mut seen = vec![0.0; tokens * tags];
        for (token, row) in seen.chunks_exact_mut(tags).enumerate() {
            self.pairs.of_task(token).iter().for_each(|pair| add(row, &counts[*pair as usize * tags..][..tags]));
        }
        seen
    }
}

fn add(sum: &mut [f64], part: &[f64]) {
    sum.iter_mut().zip(part).for_each(|(sum, part)| *sum += part);
}

/// Whether BIO allows `tag` after `before`: `I-…` only after `B-…` or `I-…` of the same kind; all else everywhere.
pub fn bio(before: Option<&str>, tag: &str) -> bool {
    let kind = |tag: &str| tag.strip_prefix("B-").or_else(|| tag.strip_prefix("I-")).map(str::to_owned);
    !tag.starts_with("I-") || before.is_some_and(|before| kind(before) == kind(tag))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::num::real;
    use crate::random::Random;

    /// The share of tokens whose tag in `best` is that of `truth`.
    fn share(best: &[usize], truth: &[usize]) -> f64 {
        real(best.iter().zip(truth).filter(|(a, b)| a == b).count()) / real(truth.len())
    }

    const NAMES: [&str; 3] = ["B-X", "I-X", "O"];

    fn follows(before: Option<usize>, tag: usize) -> bool {
        bio(before.map(|before| NAMES[before]), NAMES[tag])
    }

    /// Texts of twenty tokens with spans of one to four; workers miss whole spans and, once inside one, do not find its end.
    fn made(seed: u64, texts: usize) -> (Answers, Vec<usize>, Vec<usize>) {
        let mut random = Random::new(seed);
        let (mut triples, mut truth): (Vec<Triple>, Vec<usize>) = (Vec::new(), Vec::new());
        for text in 0..texts {
            let mut tags = Vec::new();
            while tags.len() < 20 {
                if random.unit() < 0.25 {
                    tags.push(0);
                    tags.extend((0..random.below(4)).map(|_| 1));
                } else {
                    tags.push(2);
                }
            }
            tags.truncate(20);
            for _ in 0..3 {
                let worker = random.below(8);
                let late = 0.1 + 0.06 * real(worker);
                let mut before = 2;
                for (place, tag) in tags.iter().enumerate() {
                    let said = match tag {
                        2 if before != 2 && random.unit() < late => 1,
                        2 => 2,
                        0 if random.unit() < 0.3 => 2,
                        0 => 0,
                        _ if before == 2 => 2,
                        _ => 1,
                    };
                    let code = |number: usize| u32::try_from(number).expect("small");
                    triples.push((code(text * 20 + place), code(worker), u16::try_from(said).expect("small")));
                    before = said;
                }
            }
            truth.extend(tags);
        }
        let answers = Answers::new(texts * 20, 8, 3, &triples).expect("in range");
        (answers, (0..=texts).map(|text| text * 20).collect(), truth)
    }

    #[test]
    fn errors_that_follow_from_the_answer_before_are_seen_through() {
        let (answers, starts, truth) = made(3, 300);
        let got = bsc_seq(&answers, &starts, &follows);
        let by = |method| {
            let posteriors = aggregate(method, &answers, 1).posteriors;
            share(&(0..answers.tasks()).map(|token| posteriors.best(token)).collect::<Vec<_>>(), &truth)
        };
        let (ours, vote, pool) = (share(&got.best, &truth), by(Method::Vote), by(Method::Pool));
        assert!(got.converged && ours > vote + 0.02 && ours > pool + 0.01, "{ours} {vote} {pool}");
        for text in starts.windows(2) {
            for token in text[0]..text[1] {
                let before = (token > text[0]).then(|| got.best[token - 1]);
                assert!(follows(before, got.best[token]), "{token}");
                let sum: f64 = got.posteriors.task(token).iter().sum();
                assert!((sum - 1.0).abs() < 1e-9);
            }
        }
    }

    #[test]
    fn the_rules_of_bio() {
        assert!(bio(Some("B-X"), "I-X") && bio(Some("I-X"), "I-X") && bio(None, "B-X") && bio(Some("I-X"), "O"));
        assert!(!bio(None, "I-X") && !bio(Some("O"), "I-X") && !bio(Some("B-Y"), "I-X"));
    }

    #[test]
    fn extremes_stay_finite() {
        let one = Answers::new(1, 1, 1, &[(0, 0, 0)]).expect("in range");
        assert_eq!(bsc_seq(&one, &[0, 1], &|_, _| false).best, [0]);
        let none = Answers::new(2, 1, 3, &[]).expect("in range");
        assert!(bsc_seq(&none, &[0, 2], &follows).converged);
        let gap = Answers::new(4, 2, 3, &[(0, 0, 0), (0, 0, 1), (2, 0, 1), (3, 1, 2)]).expect("in range");
        let got = bsc_seq(&gap, &[0, 2, 2, 4], &follows);
        assert!(got.posteriors.flat().iter().all(|share| share.is_finite()) && got.best.len() == 4);
    }
}
