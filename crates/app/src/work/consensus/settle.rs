//! The answers of several people to each question, made one by a single call into `quality`.
//!
//! The result names what was really used: where the schema asks for a model's answer that is a vote, a median or a mean until the model has spoken
//! (`quality::refine`), and of a pair it is always a vote. `cannot_assess` and `not_applicable` are no votes: they count neither for nor in `of`.

use serde_json::{Map, Value, json};
use std::collections::{BTreeMap, BTreeSet};
use vouchsafe_domain::work::{
    answers::{Answer, Answers},
    content::Content,
    schema::{Per, Question, Schema},
};
use vouchsafe_formats::releases::Consensus;
use vouchsafe_quality::consensus::{
    Mark, Marks, Preference, Vote, character_majority, majority, majority_per_key, multi_label, numbers, pairwise,
    pairwise_by_strength, trimmed_mean,
};

/// The method of a consensus that somebody decided.
pub(crate) const ADJUDICATED: &str = "adjudicated";

/// What one question of one task, or of one part of it, came to.
struct Settled {
    method: &'static str,
    value: Option<Value>,
    count: Option<usize>,
    share: Option<f64>,
}

/// What is asked, and what stands there.
struct Asked<'a> {
    question: &'a Question,
    content: &'a Content,
    part: Option<&'a str>,
}

/// The consensus of a task, by question. A question that nobody was asked is absent.
pub(super) fn settle(schema: &Schema, content: &Content, answers: &[Answers]) -> BTreeMap<String, Consensus> {
    let mut settled = BTreeMap::new();
    for question in schema.questions() {
        let given: Vec<_> = answers.iter().filter_map(|answers| answers.get(&question.name)).collect();
        if given.is_empty() {
            continue;
        }
        let values: Vec<&Value> = given.iter().filter_map(|answer| answer.value()).collect();
        let one = if question.per == Per::Record {
            by_kind(&Asked { question, content, part: None }, &values)
        } else {
            per_part(question, content, &values)
        };
        let consensus = Consensus {
            method: one.method.to_owned(),
            value: one.value,
            count: one.count.map(small),
            of: small(values.len()),
            share: one.share,
            probability: None,
            one_of: Vec::new(),
            range: None,
        };
        settled.insert(question.name.clone(), consensus);
    }
    settled
}

/// What an adjudicator decided, as the consensus of a task; beside each value stands how many had answered just that. It has no
/// probability: it is a decision, not what a model holds probable.
pub(super) fn decided(decision: &Answers, answers: &[Answers]) -> BTreeMap<String, Consensus> {
    let one = |(name, given): (&str, &Answer)| {
        let said: Vec<&Value> = answers.iter().filter_map(|answers| answers.get(name)?.value()).collect();
        let value = given.value().cloned();
        let alike = value.as_ref().map(|value| said.iter().filter(|other| **other == value).count());
        let share = alike.filter(|_| !said.is_empty()).map(|alike| ratio(alike, said.len()));
        let (method, count, of) = (ADJUDICATED.to_owned(), alike.map(small), small(said.len()));
        (
            name.to_owned(),
            Consensus { method, value, count, of, share, probability: None, one_of: Vec::new(), range: None },
        )
    };
    decision.iter().map(one).collect()
}

fn small(n: usize) -> u32 {
    u32::try_from(n).unwrap_or(u32::MAX)
}

/// Each candidate, message or step alone. The value holds the settled ones; the share is the mean over all.
fn per_part(question: &Question, content: &Content, values: &[&Value]) -> Settled {
    let mut parts: BTreeMap<&str, Vec<&Value>> = BTreeMap::new();
    for (part, value) in values.iter().filter_map(|value| value.as_object()).flatten() {
        parts.entry(part).or_default().push(value);
    }
    let mut method = by_kind(&Asked { question, content, part: None }, &[]).method;
    let (mut value, mut shares) = (Map::new(), Vec::new());
    for (part, values) in parts {
        let one = by_kind(&Asked { question, content, part: Some(part) }, &values);
        method = one.method;
        shares.extend(one.share);
        if let Some(settled) = one.value {
            value.insert(part.to_owned(), settled);
        }
    }
    let value = (!value.is_empty()).then_some(Value::Object(value));
    Settled { method, value, count: None, share: mean(&shares) }
}

fn by_kind(asked: &Asked<'_>, values: &[&Value]) -> Settled {
    match asked.question.kind {
        "rating" | "number" => number(asked, values),
        "pairwise" => preference(asked, values),
        "multi_label" => labels(asked, values),
        "span" => spans(asked, values),
        "rubric_scores" => scores(asked, values),
        // `label`, and free text: two people who wrote the very same agree, others do not.
        _ if asked.question.aggregation.is_by_hand() => unanimous(values, |value| Some(value.clone())),
        _ => vote(values),
    }
}

/// What everybody answered, in its plain form; where two differ somebody decides, as the schema asks, and until then nothing stands.
fn unanimous(values: &[&Value], plain: impl Fn(&Value) -> Option<Value>) -> Settled {
    let texts: Vec<String> = values.iter().filter_map(|value| plain(value)).map(|value| value.to_string()).collect();
    let said = majority(&texts);
    let alone = said.as_ref().filter(|vote| vote.counts.len() == 1).and_then(Vote::winner);
    let value = alone.and_then(|text| serde_json::from_str(text).ok());
    counted("unanimous", said.as_ref(), value)
}

fn vote(values: &[&Value]) -> Settled {
    let texts: Vec<String> = values.iter().map(ToString::to_string).collect();
    let won = majority(&texts);
    let value = won.as_ref().and_then(Vote::winner).and_then(|text| serde_json::from_str(text).ok());
    counted("majority_vote", won.as_ref(), value)
}

/// The answers of the winner, or of one of the tied, and their share.
fn counted<T>(method: &'static str, vote: Option<&Vote<T>>, value: Option<Value>) -> Settled {
    let heaviest = |vote: &Vote<T>| {
        vote.counts.iter().max_by(|a, b| a.weight.total_cmp(&b.weight)).map_or(0, |count| count.answers)
    };
    Settled { method, value, count: vote.map(heaviest), share: vote.map(|vote| vote.share) }
}

fn number(asked: &Asked<'_>, values: &[&Value]) -> Settled {
    let given: Vec<f64> = values.iter().filter_map(|value| value.as_f64()).collect();
    let summed = numbers(&given);
    if asked.question.aggregation.method == "mean" {
        return Settled { method: "mean", value: summed.map(|n| plain(n.mean)), count: None, share: None };
    }
    if asked.question.aggregation.method == "trimmed_mean" {
        let value = trimmed_mean(&given, asked.question.aggregation.trim()).map(plain);
        return Settled { method: "trimmed_mean", value, count: None, share: None };
    }
    let median = summed.map(|n| n.median);
    let count = median.map(|median| given.iter().filter(|n| n.total_cmp(&median).is_eq()).count());
    Settled { method: "median", value: median.map(plain), count, share: count.map(|count| ratio(count, given.len())) }
}

/// A number as answers write it: whole ones without a point.
pub(crate) fn plain(number: f64) -> Value {
    #[expect(clippy::cast_possible_truncation, reason = "whole and within 2^53")]
    if number.fract() == 0.0 && number.abs() < 9_007_199_254_740_992.0 { json!(number as i64) } else { json!(number) }
}

fn preference(asked: &Asked<'_>, values: &[&Value]) -> Settled {
    let strength = |value: &Value| value["strength"].as_u64().and_then(|n| u8::try_from(n).ok());
    let read = |value: &Value| match value["preferred"].as_str() {
        None | Some("tie") => Preference::Tie,
        Some(id) => Preference::Better(id.to_owned()),
    };
    let weighted = asked.question.aggregation.method == "weighted_majority_vote";
    let (method, vote) = if weighted {
        let given: Vec<_> = values.iter().map(|value| (read(value), strength(value).unwrap_or(1))).collect();
        ("weighted_majority_vote", pairwise_by_strength(&given))
    } else {
        ("majority_vote", pairwise(&values.iter().map(|value| read(value)).collect::<Vec<_>>()))
    };
    let value = vote.as_ref().and_then(Vote::winner).map(|winner| match winner {
        Preference::Tie => json!({"preferred": "tie"}),
        Preference::Better(id) => {
            let mut strengths: Vec<u8> =
                values.iter().filter(|v| v["preferred"] == id.as_str()).filter_map(|v| strength(v)).collect();
            strengths.sort_unstable();
            match strengths.get(strengths.len().saturating_sub(1) / 2) {
                // The lower of two middle ones: no more is claimed than half of them said.
                Some(strength) => json!({"preferred": id, "strength": strength}),
                None => json!({"preferred": id}),
            }
        }
    });
    counted(method, vote.as_ref(), value)
}

fn labels(asked: &Asked<'_>, values: &[&Value]) -> Settled {
    if asked.question.aggregation.is_by_hand() {
        let ordered = |value: &Value| {
            let chosen = value.as_array()?;
            let options = asked.question.options().iter().map(|choice| choice.value.clone());
            Some(options.filter(|option| chosen.contains(option)).collect())
        };
        return unanimous(values, ordered);
    }
    let chosen: Vec<Vec<&str>> =
        values.iter().filter_map(|v| v.as_array()).map(|v| v.iter().filter_map(Value::as_str).collect()).collect();
    let options: Vec<&str> = asked.question.options().iter().filter_map(|choice| choice.value.as_str()).collect();
    let sets: Vec<&[&str]> = chosen.iter().map(Vec::as_slice).collect();
    let votes = multi_label(&sets, &options);
    // An option on which they are split leaves the question open.
    let settled: Option<Vec<&str>> = votes
        .iter()
        .map(|(option, vote)| vote.winner().map(|chosen| (*option, *chosen)))
        .collect::<Option<Vec<_>>>()
        .map(|all| all.into_iter().filter(|(_, chosen)| *chosen).map(|(option, _)| option).collect());
    let value = settled.filter(|_| !votes.is_empty()).map(Value::from);
    let shares: Vec<f64> = votes.iter().map(|(_, vote)| vote.share).collect();
    Settled { method: "per_label_majority", value, count: None, share: mean(&shares) }
}

fn spans(asked: &Asked<'_>, values: &[&Value]) -> Settled {
    const METHOD: &str = "character_majority";
    match asked.question.aggregation.method {
        "exact_match_majority" => return exact_spans(asked, values),
        "adjudication" => return unanimous(values, |value| Some(asked.written(asked.tidy(value)))),
        _ => {}
    }
    let read = |span: &Value| {
        let (start, end, label) = marked(span)?;
        Some(Mark { start, end, label: label.to_owned() })
    };
    let people: Vec<Vec<Mark<String>>> =
        values.iter().filter_map(|v| v.as_array()).map(|v| v.iter().filter_map(read).collect()).collect();
    if people.is_empty() {
        return Settled { method: METHOD, value: None, count: None, share: None };
    }
    let slices: Vec<&[Mark<String>]> = people.iter().map(Vec::as_slice).collect();
    let marks = character_majority(&slices, asked.question.aggregation.threshold.unwrap_or(0.5));
    let value = Some(asked.written(marks.iter().map(|Marks { mark, .. }| (mark.start, mark.end, mark.label.as_str()))));
    let share = in_agreement(marks.iter().map(|found| found.share), people.iter().map(Vec::is_empty));
    Settled { method: METHOD, value, count: None, share }
}

/// The mean share behind what was marked by most; where nothing was, those agree who marked nothing.
fn in_agreement(shares: impl Iterator<Item = f64>, nothing: impl ExactSizeIterator<Item = bool>) -> Option<f64> {
    let people = nothing.len();
    mean(&shares.collect::<Vec<_>>()).or_else(|| Some(ratio(nothing.filter(|nothing| *nothing).count(), people)))
}

/// Marks that more than the threshold of all people drew alike: same label, same borders when blanks at either end are left out.
fn exact_spans(asked: &Asked<'_>, values: &[&Value]) -> Settled {
    const METHOD: &str = "exact_match_majority";
    let people: Vec<BTreeSet<Place<'_>>> = values.iter().map(|value| asked.tidy(value)).collect();
    if people.is_empty() {
        return Settled { method: METHOD, value: None, count: None, share: None };
    }
    let mut counts: BTreeMap<Place<'_>, usize> = BTreeMap::new();
    people.iter().flatten().for_each(|mark| *counts.entry(*mark).or_default() += 1);
    let least = asked.question.aggregation.threshold.unwrap_or(0.5);
    let kept: Vec<(Place<'_>, f64)> = counts
        .into_iter()
        .map(|(mark, drawn)| (mark, ratio(drawn, people.len())))
        .filter(|(_, share)| *share > least)
        .collect();
    let share = in_agreement(kept.iter().map(|(_, share)| *share), people.iter().map(BTreeSet::is_empty));
    let value = Some(asked.written(kept.into_iter().map(|(mark, _)| mark)));
    Settled { method: METHOD, value, count: None, share }
}

/// Start, end and label of a mark.
type Place<'a> = (usize, usize, &'a str);

fn marked(span: &Value) -> Option<Place<'_>> {
    let place = |n: &Value| n.as_u64().and_then(|n| usize::try_from(n).ok());
    Some((place(&span["start"])?, place(&span["end"])?, span["label"].as_str()?))
}

fn scores(asked: &Asked<'_>, values: &[&Value]) -> Settled {
    let mut verdicts: Vec<(&str, Option<bool>)> = Vec::new();
    let mut points: BTreeMap<&str, Vec<f64>> = BTreeMap::new();
    for (criterion, score) in values.iter().filter_map(|value| value.as_object()).flatten() {
        let met = score["met"].as_bool();
        verdicts.push((criterion, met));
        let worth = asked.worth(criterion);
        let given = score["points"].as_f64().or(met.map(|met| if met { worth } else { 0.0 }));
        points.entry(criterion).or_default().extend(given);
    }
    let votes = majority_per_key(&verdicts);
    let shares: Vec<f64> = votes.iter().map(|(_, vote)| vote.share).collect();
    let by_mean = asked.question.aggregation.method == "per_criterion_mean";
    let settled: Map<String, Value> = votes
        .iter()
        .filter_map(|(criterion, vote)| {
            let mut one = Map::from_iter([("met".to_owned(), json!(vote.winner()?))]);
            if by_mean && let Some(summed) = points.get(criterion).and_then(|given| numbers(given)) {
                one.insert("points".into(), plain(summed.mean));
            }
            Some(((*criterion).to_owned(), Value::Object(one)))
        })
        .collect();
    let method = if by_mean { "per_criterion_mean" } else { "per_criterion_majority" };
    let value = (!settled.is_empty()).then_some(Value::Object(settled));
    Settled { method, value, count: None, share: mean(&shares) }
}

impl Asked<'_> {
    /// The text that spans point into.
    fn text(&self) -> &str {
        let field = self.question.on.as_deref().and_then(|name| self.content.field(name));
        let text = match self.part {
            Some(part) => field.and_then(|field| field.part(part)),
            None => field.and_then(|field| field.text()),
        };
        text.unwrap_or_default()
    }

    /// The marks of an answer in order, each once and without blanks at its ends; what is blank alone is no mark.
    fn tidy<'v>(&self, value: &'v Value) -> BTreeSet<Place<'v>> {
        let letters: Vec<char> = self.text().chars().collect();
        let blank = |at: usize| letters.get(at).is_some_and(|letter| letter.is_whitespace());
        let trimmed = |(mut start, mut end, label): Place<'v>| {
            while start < end && blank(start) {
                start += 1;
            }
            while start < end && blank(end - 1) {
                end -= 1;
            }
            (start < end).then_some((start, end, label))
        };
        value.as_array().into_iter().flatten().filter_map(marked).filter_map(trimmed).collect()
    }

    /// Marks in the form of an answer.
    fn written<'m>(&self, marks: impl IntoIterator<Item = Place<'m>>) -> Value {
        let (field, text) = (self.question.on.as_deref().unwrap_or_default(), self.text());
        let span = |(start, end, label): Place<'_>| {
            let slice: String = text.chars().skip(start).take(end - start).collect();
            json!({"field": field, "start": start, "end": end, "label": label, "text": slice})
        };
        marks.into_iter().map(span).collect()
    }

    /// What a criterion is worth; 1 where the rubric does not say.
    fn worth(&self, criterion: &str) -> f64 {
        let field = self.question.options_from().and_then(|name| self.content.field(name));
        let item = field.and_then(|field| field.items().iter().find(|item| item.id == criterion));
        item.and_then(|item| item.points).unwrap_or(1.0)
    }
}

fn mean(shares: &[f64]) -> Option<f64> {
    numbers(shares).map(|summed| summed.mean)
}

fn ratio(part: usize, whole: usize) -> f64 {
    f64::from(small(part)) / f64::from(small(whole.max(1)))
}

#[cfg(test)]
mod tests;
