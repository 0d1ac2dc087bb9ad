//! What a case of the engine does: it opens one, it is added to one that waits, or one that was decided absorbs it.

use crate::{
    App, Error,
    access::entry,
    custody::{
        case_body::{Body, milli},
        measures,
    },
};
use vouchsafe_domain::{
    custody::case::{Measure, grows, passes},
    ids::{CaseId, PersonId},
    time::Micros,
};
use vouchsafe_ledger::{act::Act, entry::Entry};
use vouchsafe_store::{
    Tx,
    custody::{
        cases::{self, Case, NewCase},
        watched::pseudonym,
    },
};
use vouchsafe_watch::engine::cases::Case as Tipped;

/// For how long a case that was found benign raises what it takes to open another about the same person.
pub(in crate::custody) const BENIGN_HOLDS_US: i64 = 90 * Micros::DAY;

/// Which of the cases near an act it belongs to.
pub(in crate::custody) enum Belongs {
    /// To this one, which waits for somebody and says less.
    To(Box<Case>),
    /// To one that says as much, or that was decided when nearly as much was known.
    Absorbed,
    /// To none.
    Nowhere,
}

/// Where a score belongs: `near` are the cases that are near enough, the nearest first.
pub(in crate::custody) fn belongs(near: Vec<Case>, score_milli: i64) -> Belongs {
    let decided = near.iter().filter(|case| !case.waits() && case.score_milli > 0).map(|case| case.score_milli).max();
    match near.into_iter().find(Case::waits) {
        Some(case) if grows(score_milli, case.score_milli) => Belongs::To(Box::new(case)),
        None if passes(score_milli, decided) => Belongs::Nowhere,
        _ => Belongs::Absorbed,
    }
}

/// Opens a case, and gives the entry about it.
pub(in crate::custody) async fn open(app: &App, tx: &mut Tx, new: &NewCase<'_>) -> Result<Entry, Error> {
    cases::insert(tx, new).await?;
    Ok(entry(app, Act::CaseOpened)
        .because("score_milli", new.score_milli)
        .because("threshold_milli", new.threshold_milli)
        .of("case", new.id.to_string())
        // By pseudonym: whoever reads the log must not learn from it what takes a second person to see.
        .of("whom", pseudonym(tx, new.person))
        .by("job", "watch"))
}

/// Keeps what was added to a case, and gives the entry about it.
pub(in crate::custody) async fn add(
    app: &App,
    tx: &mut Tx,
    case: &mut Case,
    body: &Body,
    what: &str,
) -> Result<Entry, Error> {
    case.body = serde_json::to_string(body).unwrap_or_default();
    cases::grown(tx, case).await?;
    let said = entry(app, Act::CaseAmended).because("added", what);
    Ok(said.of("case", case.id.to_string()).by("job", "watch"))
}

impl App {
    /// Opens a case, or adds to the one that waits, with an entry, and does at once what the standing rule says. Whether it
    /// opened one.
    pub(super) async fn tell_case(&self, tipped: &Tipped) -> Result<bool, Error> {
        let Ok(person) = tipped.scored.person.parse::<PersonId>() else { return Ok(false) };
        let pair = tipped.scored.pair.as_deref().and_then(|other| other.parse().ok());
        let score_milli = tipped.scored.parts.printed(1_000).1;
        let mut tx = self.store.write("tell_case").await?;
        let body = Body::said_by(tipped, pair, pair.map(|other| pseudonym(&tx, other)));
        match belongs(cases::near(&mut tx, person, Micros(tipped.opened_us), false).await?, score_milli) {
            Belongs::To(case) => {
                let case = Case { score_milli, pair: pair.or(case.pair), ..*case };
                self.grow_case(tx, case, body).await?;
                return Ok(false);
            }
            Belongs::Absorbed => {
                tx.abandon().await?;
                return Ok(false);
            }
            Belongs::Nowhere => {}
        }
        let now = self.now();
        let benign = cases::benign_since(&mut tx, person, Micros(now.0 - BENIGN_HOLDS_US), false).await?;
        if !passes(score_milli, benign) {
            tx.abandon().await?;
            return Ok(false);
        }
        let threshold_milli = milli(tipped.threshold);
        let text = serde_json::to_string(&body).unwrap_or_default();
        let new = NewCase {
            id: CaseId(self.id()),
            person,
            pair,
            act_at: Micros(tipped.opened_us),
            score_milli,
            threshold_milli,
            body: &text,
            at: now,
            forget_at: None,
        };
        let entry = open(self, &mut tx, &new).await?;
        self.measure(tx, (new.id, person, score_milli), body, entry).await?;
        Ok(true)
    }

    /// Adds to a case that waits. The standing rule is asked again where it did nothing yet: more was taken since.
    async fn grow_case(&self, mut tx: Tx, mut case: Case, mut body: Body) -> Result<(), Error> {
        body.after(Body::of(&case));
        let entry = add(self, &mut tx, &mut case, &body, "score").await?.because("score_milli", case.score_milli);
        if case.measure == Measure::None {
            return self.measure(tx, (case.id, case.person, case.score_milli), body, entry).await;
        }
        tx.commit([entry]).await?;
        Ok(())
    }

    /// Does at once what the standing rule says of a case, and commits that with the entry about it.
    async fn measure(&self, mut tx: Tx, case: (CaseId, PersonId, i64), body: Body, entry: Entry) -> Result<(), Error> {
        let mut entries = vec![entry];
        let suspended = measures::take(self, &mut tx, case, body, &mut entries).await?;
        tx.commit(entries).await?;
        for member in suspended {
            self.forget_sessions(member);
        }
        Ok(())
    }
}
