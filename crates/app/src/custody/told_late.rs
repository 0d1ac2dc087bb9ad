//! What acts told late would have changed of what a case says. What was said stays; that it would be said differently is added
//! to the case and to the ledger.

use super::case_body::{Body, Late, milli, nats};
use crate::{App, Error, access::entry};
use serde::Serialize;
use vouchsafe_domain::{ids::PersonId, time::Micros};
use vouchsafe_ledger::{act::Act, entry::Entry};
use vouchsafe_store::{Tx, custody::cases};
use vouchsafe_watch::{engine::cases::Amended, time::Day};

/// Most days of one case that are told of; later ones are in the ledger only.
const DAYS_MAX: usize = 60;

/// A day that would be said differently now.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct ToldLate {
    /// The day: `2025-05-05`.
    pub day: String,
    /// Its score as it was said, in nats.
    pub said: f64,
    /// Its score with what was told late.
    pub now: f64,
    /// When it was told.
    pub told_at: String,
}

/// As it is shown.
pub(super) fn shown(late: &Late) -> ToldLate {
    let (day, told_at) = (Day(late.day).to_string(), Micros(late.told_us).to_string());
    ToldLate { day, said: nats(late.said_milli), now: nats(late.now_milli), told_at }
}

/// Of several changes of one person's day the first that was said and the last that is true now.
pub(super) fn together(amended: Vec<Amended>) -> Vec<Amended> {
    let mut days: Vec<Amended> = Vec::new();
    for one in amended {
        match days.iter_mut().find(|day| day.person == one.person && day.day == one.day) {
            Some(day) => day.now = one.now,
            None => days.push(one),
        }
    }
    days
}

/// Adds it to the case that holds the day, if there is one, and gives the entry about it.
pub(super) async fn add(
    app: &App,
    tx: &mut Tx,
    person: PersonId,
    amended: &Amended,
    outside: bool,
) -> Result<Option<Entry>, Error> {
    let noon = Micros(i64::from(amended.day.0) * Micros::DAY + 12 * Micros::HOUR);
    let near = cases::near(tx, person, noon, outside).await?;
    let Some(mut case) = near.into_iter().next() else { return Ok(None) };
    let (now, mut body) = (app.now(), Body::of(&case));
    let (said_milli, now_milli) = (milli(amended.said), milli(amended.now));
    match body.late.iter().position(|late| late.day == amended.day.0) {
        Some(at) => (body.late[at].now_milli, body.late[at].told_us) = (now_milli, now.0),
        None if body.late.len() < DAYS_MAX => {
            body.late.push(Late { day: amended.day.0, said_milli, now_milli, told_us: now.0 });
        }
        None => {}
    }
    case.body = serde_json::to_string(&body).unwrap_or_default();
    cases::grown(tx, &case).await?;
    Ok(Some(
        entry(app, Act::CaseAmended)
            .because("day", amended.day.to_string())
            .because("said_milli", said_milli)
            .because("now_milli", now_milli)
            .of("case", case.id.to_string())
            .by("job", "watch"),
    ))
}
