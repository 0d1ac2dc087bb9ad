//! What a score rests on, in sentences. They say what was recorded and what was to be expected; they accuse nobody.

use super::Scored;
use super::parts::Part;
use serde::{Deserialize, Serialize};

/// The figures behind the parts of a score. Counts are of distinct items. Each part is the loudest of several windows, and its figures
/// are of that window.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Figures {
    /// Days that the loudest window of takes reached back: 1, 7, 14 or 28.
    pub window_days: i32,
    /// Confidential items taken for the first time in that window.
    pub fresh: u32,
    /// Of them, covered by an approved export.
    pub covered: u32,
    /// How many beyond those covered were to be expected.
    pub expected: f64,
    /// All items taken for the first time in it.
    pub taken: u32,
    /// The share that was to be expected to be confidential.
    pub usual_share: f64,
    /// Of the taken, those of clients who are not theirs.
    pub far: u32,
    /// Of the taken, those outside working hours.
    pub late: u32,
    /// Days that the window of what was opened reached back: 1 or 7.
    pub opened_days: i32,
    /// Items opened for the first time in it.
    pub opened: u32,
    /// How many were to be expected.
    pub opened_expected: f64,
    /// Of them, confidential ones.
    pub opened_confidential: u32,
    /// Of them, those of clients who are not theirs.
    pub opened_far: u32,
    /// Days that the window of what was sent reached back: 1 or 7.
    pub sent_days: i32,
    /// Items sent or opened, or messages with attachments, to private accounts, rivals, unlisted domains or anyone in it.
    pub sent: u32,
    /// Days that the window of what was entered reached back: 1 or 7.
    pub entered_days: i32,
    /// Items that a private account of theirs opened in it.
    pub entered: u32,
    /// Days that the window of new titles reached back: 1 or 7.
    pub echoes_days: i32,
    /// New titles that name a client and a class of the catalogue, in it.
    pub echoes: u32,
    /// Whether a rival was met or written to in the last 45 days.
    pub rival: bool,
    /// Whether notice was given in the last 60 days.
    pub notice: bool,
}

/// The reasons of a score in words, the weightiest first.
pub fn reasons(scored: &Scored) -> Vec<String> {
    // No more than was to be expected is no reason, whatever little it adds to the score.
    let usual = f64::from(scored.figures.fresh - scored.figures.covered) <= scored.figures.expected;
    let tells = |part: Part| part != Part::Tried && !(part == Part::Volume && usual);
    let mut said: Vec<(Part, f64)> = scored.parts.said().filter(|(part, nats)| *nats >= 0.5 && tells(*part)).collect();
    said.sort_by(|one, two| two.1.total_cmp(&one.1));
    let mut reasons: Vec<String> = said.into_iter().map(|(part, _)| told(part, scored)).collect();
    if scored.figures.covered > 0 {
        reasons.push(format!("{} of the items are covered by an approved export", scored.figures.covered));
    }
    if scored.parts.get(Part::Told) < 0.0 {
        reasons.push(told(Part::Told, scored));
    }
    reasons
}

/// What a part rests on, in words, with the figures of the window that it was reckoned from.
pub fn told(part: Part, scored: &Scored) -> String {
    let Figures { fresh, covered, expected, taken, usual_share, far, late, .. } = scored.figures;
    let Figures {
        opened, opened_expected, opened_confidential, opened_far, sent, entered, echoes, rival, notice, ..
    } = scored.figures;
    let within = |days: i32| if days <= 1 { "on this day".to_owned() } else { format!("within {days} days") };
    let (took, looked) = (within(scored.figures.window_days), within(scored.figures.opened_days));
    match part {
        Part::Volume => {
            let beyond = if covered > 0 { " beyond those covered" } else { "" };
            let fresh = fresh - covered;
            format!(
                "took {fresh} confidential items{beyond} for the first time {took}; {expected:.1} were to be expected"
            )
        }
        Part::Choice => format!(
            "{fresh} of {taken} items taken for the first time {took} are confidential; {:.0} in 100 were to be expected",
            100.0 * usual_share
        ),
        Part::Foreign => {
            format!("{far} of {taken} items taken for the first time {took} belong to clients who are not theirs")
        }
        Part::Hours => format!("{late} of {taken} items were taken outside the hours of work {took}"),
        Part::Opened => {
            format!("opened {opened} items for the first time {looked}; {opened_expected:.1} were to be expected")
        }
        Part::OpenedChoice => {
            format!("{opened_confidential} of {opened} items opened for the first time {looked} are confidential")
        }
        Part::OpenedForeign => {
            format!(
                "{opened_far} of {opened} items opened for the first time {looked} belong to clients who are not theirs"
            )
        }
        Part::Destination => format!(
            "sent or opened {sent} items to private accounts, rivals, unlisted domains or anyone who has the link {}",
            within(scored.figures.sent_days)
        ),
        Part::PrivateAccount => {
            format!("a private account that they let in opened {entered} items {}", within(scored.figures.entered_days))
        }
        Part::Folders => format!(
            "made {echoes} new folders or documents named after clients and their classes {}",
            within(scored.figures.echoes_days)
        ),
        Part::Pair => match &scored.pair {
            Some(other) => format!(
                "what they took and what {other} took of one client hardly overlaps; together it is more than either"
            ),
            None => "what they took and what another person took of one client hardly overlaps".to_owned(),
        },
        Part::Context => match (rival, notice) {
            (true, true) => "a rival was met or written to, and notice was given, before this".to_owned(),
            (true, false) => "a rival was met or written to before this".to_owned(),
            _ => "notice was given before this".to_owned(),
        },
        Part::Tried => {
            "several spans of days were looked at and the loudest is told; this is the price of the choice".to_owned()
        }
        Part::Told => "an earlier day says as much already; this counts for less".to_owned(),
    }
}
