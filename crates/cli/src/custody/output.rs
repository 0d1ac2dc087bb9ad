//! Scores and cases as lines of JSON.

use crate::{
    exit::Failure,
    whole::{Readers, Writer},
};
use hmac::{Hmac, KeyInit, Mac};
use serde_json::{Map, Value, json};
use sha2::Sha256;
use std::borrow::Cow;
use std::path::{Path, PathBuf};
use vouchsafe_domain::hex::hex;
use vouchsafe_watch::engine::{cases::Case, parts::Parts, words};
use vouchsafe_watch::{Engine, Scored, mask, time};

/// Shortest secret for pseudonyms, in bytes.
const SECRET_BYTES_LEAST: usize = 16;

/// Days that late acts changed, named one by one; further ones are counted.
const AMENDED_MOST: usize = 1_000;

/// How people are written.
pub(crate) struct Names(Option<Hmac<Sha256>>);

impl Names {
    pub(crate) fn new(secret: Option<&Path>) -> Result<Self, Failure> {
        let Some(path) = secret else { return Ok(Self(None)) };
        let secret = std::fs::read(path).map_err(|error| Failure::config(format!("{}: {error}", path.display())))?;
        let secret = secret.trim_ascii();
        if secret.len() < SECRET_BYTES_LEAST {
            let text =
                format!("{} has {} bytes; a secret has at least {SECRET_BYTES_LEAST}", path.display(), secret.len());
            return Err(Failure::config(text));
        }
        Hmac::new_from_slice(secret).map(|mac| Self(Some(mac))).map_err(|error| Failure::config(error.to_string()))
    }

    /// Whether people are written as the log has them.
    pub(crate) fn open(&self) -> bool {
        self.0.is_none()
    }

    fn write(&self, person: &str) -> String {
        let Some(mac) = &self.0 else { return person.to_owned() };
        let mut mac = mac.clone();
        mac.update(person.as_bytes());
        format!("person-{}", hex(&mac.finalize().into_bytes()[..8]))
    }
}

impl Names {
    /// An item of a case. Ids name people more often than one thinks: a path of a personal drive names its owner.
    fn item<'i>(&self, item: &'i str, of: &Scored) -> Cow<'i, str> {
        if self.0.is_none() {
            return Cow::Borrowed(item);
        }
        [Some(&of.person), of.pair.as_ref()].into_iter().flatten().fold(Cow::Borrowed(item), |item, person| {
            Cow::Owned(mask::person(&item, person, &self.write(person)).into_owned())
        })
    }
}

pub(crate) struct Output {
    cases: Writer,
    scores: Option<Writer>,
    names: Names,
    opened: u64,
    amended: u64,
    amended_named: Vec<Value>,
}

impl Output {
    pub(crate) fn create(cases: &Path, scores: Option<&Path>, names: Names) -> Result<Self, Failure> {
        let (cases, scores) = (
            Writer::create(cases, Readers::Owner)?,
            scores.map(|path| Writer::create(path, Readers::Owner)).transpose()?,
        );
        Ok(Self { cases, scores, names, opened: 0, amended: 0, amended_named: Vec::new() })
    }

    /// Write what the engine has said since this was called last.
    pub(crate) fn write(&mut self, engine: &mut Engine) -> Result<(), Failure> {
        for scored in engine.drain() {
            if let Some(scores) = &mut self.scores {
                let (parts, score) = printed(&scored.parts);
                let person = self.names.write(&scored.person);
                scores
                    .line(json!({"person": person, "day": scored.day.to_string(), "score": score, "parts": parts}))?;
            }
        }
        for one in engine.drain_amended() {
            self.amended += 1;
            if self.amended_named.len() < AMENDED_MOST {
                let person = self.names.write(&one.person);
                self.amended_named.push(json!({"person": person, "day": one.day.to_string(), "said": rounded(one.said), "now": rounded(one.now), "case": one.case}));
            }
        }
        for case in engine.drain_cases() {
            self.opened += 1;
            self.cases.line(self.case(&case))?;
        }
        // Its line is written, and nobody decides anything between two lines: the days are in the scores.
        engine.drain_grown();
        Ok(())
    }

    pub(crate) fn cases(&self) -> u64 {
        self.opened
    }

    /// Whether it names people as the log does.
    pub(crate) fn names_people(&self) -> bool {
        self.names.open()
    }

    /// Where more can lie while the cases are written.
    pub(crate) fn beside(&self, ending: &str) -> PathBuf {
        self.cases.beside(ending)
    }

    /// Days that would be said differently by what was told late: how many, and the first of them.
    pub(crate) fn amended(&self) -> (u64, &[Value]) {
        (self.amended, &self.amended_named)
    }

    fn case(&self, case: &Case) -> Value {
        let mut scored = case.scored.clone();
        scored.pair = scored.pair.map(|other| self.names.write(&other));
        let (parts, score) = printed(&scored.parts);
        let words: Map<String, Value> =
            scored.parts.said().map(|(part, _)| (part.name().to_owned(), words::told(part, &scored).into())).collect();
        json!({
            "case": case.number,
            "person": self.names.write(&scored.person),
            "opened": time::format_local(case.opened_us, case.offset_s),
            "score": score,
            "threshold": rounded(case.threshold),
            "parts": parts,
            "words": words,
            "reasons": words::reasons(&scored),
            "with": scored.pair,
            "window_days": scored.figures.window_days,
            "items": case.items.iter().map(|item| self.names.item(item, &case.scored)).collect::<Vec<_>>(),
            "items_all": case.items_all,
            "timeline": case.days.iter().map(|(day, score)| json!({"day": day.to_string(), "score": rounded(*score)})).collect::<Vec<_>>(),
        })
    }

    pub(crate) fn finish(&mut self) -> Result<(), Failure> {
        self.cases.finish()?;
        self.scores.as_mut().map_or(Ok(()), Writer::finish)
    }
}

/// The parts by name, and the score, which is their sum as they stand here.
#[expect(clippy::cast_precision_loss, reason = "some ten thousandths")]
fn printed(parts: &Parts) -> (Map<String, Value>, f64) {
    let nats = |units: i64| units as f64 / 10_000.0;
    let (parts, score) = parts.printed(10_000);
    (parts.into_iter().map(|(part, units)| (part.name().to_owned(), nats(units).into())).collect(), nats(score))
}

fn rounded(nats: f64) -> f64 {
    (nats * 10_000.0).round() / 10_000.0
}
