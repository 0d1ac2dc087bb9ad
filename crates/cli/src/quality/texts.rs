//! Texts and sequences of tags.

use super::{
    input::Table,
    output::{Out, number},
    report::Report,
    wanted::{Wanted, no_method},
};
use crate::exit::{Failure, USAGE};
use serde_json::json;
use std::collections::{BTreeMap, HashMap};
use vouchsafe_formats::quality::{Kind, Rows};
use vouchsafe_quality::{
    aggregate::{Method, aggregate},
    answers::{Answers, Triple},
    sequences::{TAGS_MAX, Tagging, bio, bsc_seq},
    texts::{self, medoid, rover},
};

/// Most words of a text: the line-up of two such takes 2 GiB.
const WORDS_MAX: usize = 16_384;

/// Texts: word by word, or the one nearest to all others.
pub(crate) fn texts(table: &Table, wanted: &Wanted<'_>, report: &mut Report) -> Result<(), Failure> {
    let name = match wanted.method {
        "auto" => "rover",
        name @ ("rover" | "medoid") => name,
        other => return Err(no_method(Kind::Text, other, &["rover", "medoid"])),
    };
    report.put("method", json!(name));
    report.warn("the probability of a text is the mean share of people behind its words; it is not verified");
    let longest = table.answers.labels.iter().map(|label| texts::words(label).len()).max().unwrap_or(0);
    if name == "rover" && longest > WORDS_MAX {
        let text = format!(
            "a text has {longest} words; rover lines up at most {WORDS_MAX}: cut texts up, or give --method medoid"
        );
        return Err(Failure::new(USAGE, text));
    }
    let mut out = Out::new(wanted.output, ["task", "label", "probability"])?;
    for (task, labels) in by_task(table) {
        let given: Vec<Vec<Word>> = labels.iter().map(|label| words(label)).collect();
        let (text, share) = if name == "rover" { vote(&given) } else { nearest(&labels, &given) };
        out.row([task, &text, &number(share)])?;
    }
    out.finish()
}

/// Per task the labels, sorted: the same answers give the same text.
fn by_task(table: &Table) -> Vec<(&str, Vec<&str>)> {
    let Rows::Labels(rows) = &table.answers.rows else { unreachable!("checked against the kind") };
    let mut sorted = rows.clone();
    sorted.sort_unstable_by_key(|row| (row.0, row.2, row.1));
    let label = |row: &(u32, u32, u32)| &*table.answers.labels[row.2 as usize];
    let task = |rows: &[(u32, u32, u32)]| (&*table.answers.tasks[rows[0].0 as usize], rows.iter().map(label).collect());
    sorted.chunk_by(|a, b| a.0 == b.0).map(task).collect()
}

/// A word as it is compared, and as it was written with whether a blank stands before it.
type Word<'a> = (String, (&'a str, bool));

/// Words as [`texts::words`] parts them, and what is compared of each. Punctuation is not, unless a text has nothing else.
fn words(text: &str) -> Vec<Word<'_>> {
    let mut end = 0;
    let written: Vec<(&str, bool)> = texts::words(text)
        .into_iter()
        .map(|word| {
            let at = word.as_ptr().addr() - text.as_ptr().addr();
            let blank = at > end;
            end = at + word.len();
            (word, blank)
        })
        .collect();
    let keyed: Vec<Word<'_>> =
        written.iter().map(|word| (plain(word.0), *word)).filter(|word| !word.0.is_empty()).collect();
    if keyed.is_empty() { written.into_iter().map(|word| (word.0.to_owned(), word)).collect() } else { keyed }
}

/// In lower case, letters and digits with the signs that change what they say: `-5`, `3.14`, `C++`, `it's`. Of pictures and the like, themselves.
fn plain(word: &str) -> String {
    let signs: Vec<char> = word.chars().collect();
    let digit = |at: Option<usize>| at.and_then(|at| signs.get(at)).is_some_and(char::is_ascii_digit);
    let kept = |(at, sign): (usize, &char)| match sign {
        '\'' | '+' | '#' | '%' | '$' | '€' | '£' | '°' => true,
        '-' | '\u{2212}' => digit(Some(at + 1)) && !at.checked_sub(1).is_some_and(|at| signs[at].is_alphanumeric()),
        '.' | ':' | '/' => digit(at.checked_sub(1)) && digit(Some(at + 1)),
        sign => sign.is_alphanumeric() || matches!(u32::from(*sign), 0x2190..=0x2bff | 0x1f000..=0x1ffff),
    };
    signs.iter().enumerate().filter(|sign| kept(*sign)).flat_map(|(_, sign)| sign.to_lowercase()).collect()
}

fn keys<'a>(words: &'a [Word<'_>]) -> Vec<&'a str> {
    words.iter().map(|(key, _)| key.as_str()).collect()
}

/// Each place of the line-up in the spelling that most people wrote.
fn vote(given: &[Vec<Word<'_>>]) -> (String, f64) {
    let plain: Vec<Vec<&str>> = given.iter().map(|words| keys(words)).collect();
    let slots = rover(&plain.iter().map(Vec::as_slice).collect::<Vec<_>>());
    let mut spelled: HashMap<&str, BTreeMap<(&str, bool), usize>> = HashMap::new();
    for (key, word) in given.iter().flatten() {
        *spelled.entry(key).or_default().entry(*word).or_default() += 1;
    }
    let spelling = |key: &str| {
        let counts = spelled.get(key)?;
        counts.iter().max_by(|a, b| a.1.cmp(b.1).then(b.0.cmp(a.0))).map(|(word, _)| *word)
    };
    let mut text = String::new();
    for (word, blank) in slots.iter().filter_map(|slot| spelling(slot.best.as_ref()?)) {
        if !text.is_empty() && (blank || !parted_by_sign(word)) {
            text.push(' ');
        }
        text.push_str(word);
    }
    let share = slots.iter().map(|slot| slot.share).sum::<f64>()
        / f64::from(u32::try_from(slots.len().max(1)).unwrap_or(u32::MAX));
    (text, if slots.is_empty() { 1.0 } else { share })
}

/// Whether a word is a sign of a script without blanks.
fn parted_by_sign(word: &str) -> bool {
    word.chars().count() == 1 && texts::words(&format!("a{word}")).len() == 2
}

/// The text with the least sum of distances, and the share of people who wrote the same words.
fn nearest(labels: &[&str], given: &[Vec<Word<'_>>]) -> (String, f64) {
    let plain: Vec<Vec<&str>> = given.iter().map(|words| keys(words)).collect();
    let best = medoid(&plain.iter().map(Vec::as_slice).collect::<Vec<_>>()).unwrap_or(0);
    let same = plain.iter().filter(|words| **words == plain[best]).count();
    let count = |n: usize| f64::from(u32::try_from(n).unwrap_or(u32::MAX));
    (labels[best].to_owned(), count(same) / count(labels.len()))
}

/// Sequences: each token a task of its own.
pub(crate) fn sequences(table: &Table, wanted: &Wanted<'_>, report: &mut Report) -> Result<(), Failure> {
    let name = if wanted.method == "auto" { Method::Pool.name() } else { wanted.method };
    let (tags, starts, answers) = tokens(table)?;
    let found =
        if name == "bsc-seq" { chained(&tags, &starts, &answers)? } else { tokenwise(name, &answers, wanted.seed)? };
    report.put("method", json!(name));
    report.put("steps", json!(found.steps));
    report.put("converged", json!(found.converged));
    report.warn("probabilities are model-based and not verified");
    let mut out = Out::new(wanted.output, ["task", "label", "probability"])?;
    for (at, task) in table.answers.tasks.iter().enumerate() {
        let places = starts[at]..starts[at + 1];
        let best: Vec<&str> = places.clone().map(|place| tags[found.best[place]]).collect();
        let share = |place: usize| found.posteriors.task(place)[found.best[place]];
        let size = f64::from(u32::try_from(places.len().max(1)).unwrap_or(u32::MAX));
        out.row([&**task, &best.join(" "), &number(places.map(share).sum::<f64>() / size)])?;
    }
    out.finish()?;
    let Some(path) = wanted.workers else { return Ok(()) };
    let mut out = Out::new(path, ["worker", "answers", "agreement"])?;
    for (worker, fit) in table.answers.workers.iter().zip(found.posteriors.workers(&answers)) {
        out.row([&**worker, &fit.answers.to_string(), &super::output::maybe(fit.agreement)])?;
    }
    out.finish()
}

/// Each token by itself.
fn tokenwise(name: &str, answers: &Answers, seed: u64) -> Result<Tagging, Failure> {
    let known: Vec<&str> = Method::ALL.map(Method::name).into_iter().chain(["bsc-seq"]).collect();
    let method = Method::named(name).ok_or_else(|| no_method(Kind::Sequence, name, &known))?;
    let found = aggregate(method, answers, seed);
    let best = (0..answers.tasks()).map(|token| found.posteriors.best(token)).collect();
    Ok(Tagging { posteriors: found.posteriors, best, steps: found.steps, converged: found.converged })
}

/// Tags in their sequence, under the rules of BIO.
fn chained(tags: &[&str], starts: &[usize], answers: &Answers) -> Result<Tagging, Failure> {
    if tags.len() > TAGS_MAX {
        let text = format!("method bsc-seq: there are {} different tags; at most {TAGS_MAX} are", tags.len());
        return Err(Failure::new(USAGE, text));
    }
    Ok(bsc_seq(answers, starts, &|before, tag| bio(before.map(|before| tags[before]), tags[tag])))
}

/// Tags, where each task begins among the tokens (and the end), the answers token by token.
type Tokens<'a> = (Vec<&'a str>, Vec<usize>, Answers);

/// The answers token by token. Everybody's sequence for a task has the same length.
pub(crate) fn tokens(table: &Table) -> Result<Tokens<'_>, Failure> {
    let Rows::Labels(rows) = &table.answers.rows else { unreachable!("checked against the kind") };
    let mut tags: Vec<&str> = table.answers.labels.iter().flat_map(|label| label.split_whitespace()).collect();
    tags.sort_unstable();
    tags.dedup();
    if tags.len() > usize::from(u16::MAX) {
        return Err(Failure::new(USAGE, format!("there are {} different tags; at most {} are", tags.len(), u16::MAX)));
    }
    let coded: Vec<Vec<u16>> = table
        .answers
        .labels
        .iter()
        .map(|label| {
            label.split_whitespace().filter_map(|tag| u16::try_from(tags.binary_search(&tag).ok()?).ok()).collect()
        })
        .collect();
    let mut lengths: Vec<Option<usize>> = vec![None; table.answers.tasks.len()];
    for (task, worker, label) in rows {
        let length = coded[*label as usize].len();
        let known = lengths[*task as usize].get_or_insert(length);
        if *known != length {
            let (task, worker) = (&table.answers.tasks[*task as usize], &table.answers.workers[*worker as usize]);
            let text = format!(
                "kind sequence: everybody's `label` for a task has as many tags; task {task}, worker {worker} has {length} where another has {known}"
            );
            return Err(Failure::new(USAGE, text));
        }
    }
    let mut starts = vec![0_usize];
    for length in &lengths {
        starts.push(starts[starts.len() - 1] + length.unwrap_or(0));
    }
    let mut triples: Vec<Triple> = Vec::new();
    for (task, worker, label) in rows {
        for (place, tag) in (starts[*task as usize]..).zip(&coded[*label as usize]) {
            let place = u32::try_from(place).map_err(|_| Failure::new(USAGE, "there are more than 2^32 tokens"))?;
            triples.push((place, *worker, *tag));
        }
    }
    let answers = Answers::new(starts[starts.len() - 1], table.answers.workers.len(), tags.len(), &triples)
        .map_err(|error| Failure::from(error.to_string()))?;
    Ok((tags, starts, answers))
}
