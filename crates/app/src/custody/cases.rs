//! Cases, for the custodians of the installation: by pseudonym, with reasons in words. A person decides each; whom it is
//! about may contest it.

use super::{
    case_body::{Body, ClientItems, DaySent, RuleFits, nats},
    hidden::Hidden,
    measures, of_installation,
    outside_cases::{taken_outside, unknown_outside},
    reason,
    told_late::{self, ToldLate},
};
use crate::{
    App, Asker, Error,
    access::entry,
    page::{Filling, Page},
};
use serde::{Deserialize, Serialize};
use vouchsafe_domain::{
    access::role::Role,
    custody::case::{Measure, Verdict},
    ids::{CaseId, PersonId},
    time::Micros,
};
use vouchsafe_ledger::act::Act;
use vouchsafe_store::{
    Tx,
    access::members,
    custody::{
        cases::{self, Case, Decided},
        clearance::by,
        clients, reveals,
        watched::pseudonym,
    },
};
use vouchsafe_watch::time::Day;

/// A case as the queue shows it.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct CaseListed {
    /// Its id.
    pub id: String,
    /// Pseudonym of whom it is about.
    pub person: String,
    /// When it was opened.
    pub opened_at: String,
    /// When the act was that tipped it.
    pub act_at: String,
    /// Its score, in nats: by how much the day is less likely than usual.
    pub score: f64,
    /// What the score had to reach.
    pub threshold: f64,
    /// Sentences, the weightiest first.
    pub reasons: Vec<String>,
    /// How many items were taken.
    pub items: usize,
    /// `open`, `contested`, `true` or `benign`.
    #[schema(value_type = String)]
    pub state: &'static str,
    /// What it did at once: `none`, `narrowed` or `suspended`.
    #[schema(value_type = String)]
    pub measure: &'static str,
    /// When that ended.
    pub lifted_at: Option<String>,
    /// When a person decided.
    pub decided_at: Option<String>,
    /// The outside logs it is from; null if it is from what this server sent.
    pub source: Option<String>,
    /// How many alerts of rules it holds.
    pub rules: usize,
    /// When a case from outside logs is forgotten.
    pub forget_at: Option<String>,
}

/// A case with all that is known of it.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct CaseFound {
    /// What the queue shows.
    #[serde(flatten)]
    pub listed: CaseListed,
    /// His name, while two persons hold it for right.
    pub name: Option<String>,
    /// Until when the name is shown.
    pub name_until: Option<String>,
    /// Named parts of the score, in nats; their sum is the score.
    pub parts: Vec<ScorePart>,
    /// Items taken by client.
    pub clients: Vec<ClientItems>,
    /// Items by client's code name, at most 500.
    pub taken: Vec<String>,
    /// The latest 60 days against the peers.
    pub days: Vec<DaySent>,
    /// Facts on the same time-line.
    pub facts: Vec<Fact>,
    /// Pseudonym of the other of a pair.
    pub pair: Option<String>,
    /// Why it was decided as it was.
    pub reason: Option<String>,
    /// Why it is contested.
    pub contest: Option<String>,
    /// Wishes to see the name.
    pub reveals: Vec<RevealListed>,
    /// What is not known here.
    pub unknown: Vec<&'static str>,
    /// Rules that fit, at most 100.
    pub fits: Vec<RuleFits>,
    /// Days that would be said differently by what was told late. What was said stays.
    pub late: Vec<ToldLate>,
}

/// A part of a score.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct ScorePart {
    /// Its name.
    pub name: String,
    /// Nats; below nought it speaks against taking.
    pub nats: f64,
}

/// A dated fact.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct Fact {
    /// The day: `2025-05-05`.
    pub day: String,
    /// What: in words.
    pub words: String,
}

/// A wish to see a name.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct RevealListed {
    /// Its id.
    pub id: String,
    /// Why.
    pub reason: String,
    /// When it was asked.
    pub asked_at: String,
    /// Whether the reader asked: then another decides.
    pub own: bool,
    /// `open`, `approved` or `refused`.
    #[schema(value_type = String)]
    pub state: &'static str,
}

/// A decision on a case.
#[derive(Debug, Clone, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewVerdict {
    /// `true`: something was taken that should not have been. `benign`: there is a good reason.
    pub verdict: String,
    /// Why.
    pub reason: String,
}

/// A measure that stands against the reader.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct OwnCase {
    /// Its id.
    pub id: String,
    /// When it began.
    pub opened_at: String,
    /// `narrowed` or `suspended`.
    #[schema(value_type = String)]
    pub measure: &'static str,
    /// When it ended.
    pub lifted_at: Option<String>,
    /// Whether it is contested.
    pub contested: bool,
}

impl App {
    /// Cases, newest first; only those that wait for somebody, or all.
    pub async fn list_cases(
        &self,
        asker: &Asker,
        before: Option<&str>,
        open: bool,
        limit: u32,
    ) -> Result<Page<CaseListed>, Error> {
        let before = match before {
            None => (i64::MAX, String::new()),
            Some(text) => {
                let bad = || Error::invalid("/after", "is not a cursor that a page gave");
                let (at, id) = text.split_once('_').ok_or_else(bad)?;
                (at.parse().map_err(|_| bad())?, id.to_owned())
            }
        };
        let hidden = self.hidden(asker).await?;
        let mut tx = self.store.write("list_cases").await?;
        of_installation(&mut tx, asker).await?;
        let rows = shown(&mut tx, asker, &hidden, ((before.0, &before.1), open, limit + 1)).await?;
        let listed = rows.into_iter().map(|case| (case.opened_at.0, listed(&tx, &case))).collect();
        tx.abandon().await?;
        Ok(Page::of(listed, limit, |(at, case): &(i64, CaseListed)| (*at, case.id.clone())).map(|(_, case)| case))
    }

    /// A case with its time-line. That it was looked at is recorded.
    pub async fn find_case(&self, asker: &Asker, id: CaseId) -> Result<CaseFound, Error> {
        let hidden = self.hidden(asker).await?;
        let mut tx = self.store.write("find_case").await?;
        of_installation(&mut tx, asker).await?;
        let case = there(&mut tx, id, asker, &hidden).await?;
        let body = Body::of(&case);
        let now = self.now();
        let wishes = reveals::of_case(&mut tx, id).await?;
        let until = wishes
            .iter()
            .filter(|asked| asked.decided.is_some_and(|(_, _, approved)| approved))
            .filter_map(|asked| asked.until)
            .max();
        let until = until.filter(|until| *until > now);
        let accounts = members::of_person(&mut tx, case.person).await?;
        let known = accounts.first().map(|account| account.name.clone());
        let name = until.and_then(|_| match (&body.outside, known) {
            (Some(outside), Some(name)) => Some(format!("{name}, {}", outside.actor)),
            (Some(outside), None) => Some(outside.actor.clone()),
            (None, name) => name,
        });
        let mut facts = facts(&cases::of_person(&mut tx, case.person).await?);
        if let Some(last) = members::last_day(&mut tx, case.person).await? {
            facts.push(Fact { day: day(last), words: "last day".to_owned() });
        }
        let pair =
            body.pair.as_deref().and_then(|other| other.parse().ok()).map(|other: PersonId| pseudonym(&tx, other));
        let (found_listed, called) = (listed(&tx, &case), pseudonym(&tx, case.person));
        let sent = by(entry(self, Act::CaseSent), asker).of("case", id.to_string()).because("named", name.is_some());
        tx.commit([sent]).await?;
        let (clients, taken) = match &body.outside {
            Some(outside) => taken_outside(&body, outside, name.is_some(), &called),
            None => self.taken(&body).await?,
        };
        let known = self.context_of(case.person).await;
        facts.extend(known.into_iter().map(|(day, words)| Fact { day, words: words.to_owned() }));
        facts.sort_by(|one, two| one.day.cmp(&two.day));
        Ok(CaseFound {
            name_until: name.as_ref().and(until).map(|at| at.to_string()),
            name,
            parts: body
                .parts
                .iter()
                .map(|(name, milli)| ScorePart { name: name.clone(), nats: nats(*milli) })
                .collect(),
            clients,
            taken,
            days: match &body.outside {
                Some(outside) => outside.days.clone(),
                None => self.sent_by_day(case.person).await,
            },
            facts,
            pair,
            reason: case.decided.map(|decided| decided.reason),
            contest: case.contested.map(|(_, _, reason)| reason),
            reveals: wishes
                .iter()
                .map(|reveal| RevealListed {
                    id: reveal.id.to_string(),
                    reason: reveal.reason.clone(),
                    asked_at: reveal.asked_at.to_string(),
                    own: reveal.asked_person == asker.person,
                    state: reveal
                        .decided
                        .map_or("open", |(_, _, approved)| if approved { "approved" } else { "refused" }),
                })
                .collect(),
            unknown: body.outside.as_ref().map_or_else(|| UNKNOWN.to_vec(), unknown_outside),
            late: body.late.iter().map(told_late::shown).collect(),
            fits: body.outside.map(|outside| outside.rules).unwrap_or_default(),
            listed: found_listed,
        })
    }

    /// Decides a case. Benign undoes what it did at once.
    pub async fn decide_case(&self, asker: &Asker, id: CaseId, new: &NewVerdict) -> Result<(), Error> {
        let verdict: Verdict = new.verdict.parse().map_err(|error| Error::invalid("/verdict", format!("{error}")))?;
        let reason = reason(&new.reason)?;
        let hidden = self.hidden(asker).await?;
        let mut tx = self.store.write("decide_case").await?;
        of_installation(&mut tx, asker).await?;
        let case = there(&mut tx, id, asker, &hidden).await?;
        let now = self.now();
        if let (Some(decided), Some(_)) = (&case.decided, &case.contested)
            && members::get(&mut tx, decided.by).await?.is_some_and(|by| by.person == asker.person)
        {
            return Err(Error::Forbidden("who decided does not decide on the contest; ask another custodian"));
        }
        let decided = Decided { verdict, by: asker.member, at: now, reason: reason.to_owned() };
        if !cases::decide(&mut tx, id, &decided).await? {
            return Err(Error::state("decided", "this case was decided already and is not contested"));
        }
        let mut entries = vec![
            by(entry(self, Act::CaseDecided), asker).because("verdict", verdict.word()).of("case", id.to_string()),
        ];
        if verdict == Verdict::Benign {
            entries
                .extend(measures::lift(self, &mut tx, &case, &Body::of(&case)).await?.map(|lifted| by(lifted, asker)));
        }
        tx.commit(entries).await?;
        Ok(())
    }

    /// Contests a case: whom it is about, or a custodian or admin on his behalf, since a suspended account signs in nowhere.
    pub async fn contest_case(&self, asker: &Asker, id: CaseId, words: &str) -> Result<(), Error> {
        let words = reason(words)?;
        let hidden = self.hidden(asker).await?;
        let mut tx = self.store.write("contest_case").await?;
        let case = cases::get(&mut tx, id).await?.ok_or(Error::NotFound)?;
        let own = case.person == asker.person;
        // Who is told nothing of a case contests nothing: a case without a measure is not known to him.
        let may = if own { case.measure != Measure::None } else { asker.role == Role::Admin };
        if !own && names_hidden(&case, &hidden) {
            return Err(Error::NotFound);
        }
        if !may {
            not_about(&case, asker)?;
            of_installation(&mut tx, asker).await?;
        }
        cases::contest(&mut tx, id, asker.member, self.now(), words).await?;
        tx.commit([by(entry(self, Act::CaseContested), asker).of("case", id.to_string()).because("own", own)]).await?;
        Ok(())
    }

    /// What stands or stood against the reader: only that, and since when.
    pub async fn own_cases(&self, asker: &Asker) -> Result<Vec<OwnCase>, Error> {
        let mut tx = self.store.write("own_cases").await?;
        let rows = cases::of_person(&mut tx, asker.person).await?;
        tx.abandon().await?;
        let measured = rows.into_iter().filter(|case| case.measure != Measure::None);
        Ok(measured
            .map(|case| OwnCase {
                id: case.id.to_string(),
                opened_at: case.opened_at.to_string(),
                measure: case.measure.word(),
                lifted_at: case.lifted_at.map(|at| at.to_string()),
                contested: state(&case) == "contested",
            })
            .collect())
    }

    async fn taken(&self, body: &Body) -> Result<(Vec<ClientItems>, Vec<String>), Error> {
        let rows = clients::all(&mut self.store.read().await?).await?;
        let name = |id: &str| {
            rows.iter()
                .find(|row| row.id.to_string() == id)
                .map_or("the installation", |row| row.face.code_name.as_str())
        };
        let mut counts: Vec<ClientItems> = Vec::new();
        for (client, _) in &body.items {
            let client = name(client);
            match counts.iter_mut().find(|of| of.client == client) {
                Some(of) => of.items += 1,
                None => counts.push(ClientItems { client: client.to_owned(), items: 1 }),
            }
        }
        counts.sort_by(|one, two| two.items.cmp(&one.items).then_with(|| one.client.cmp(&two.client)));
        Ok((counts, body.items.iter().map(|(client, item)| format!("{} {item}", name(client))).collect()))
    }
}

/// What no case of this server's own ledger can know.
const UNKNOWN: [&str; 4] = [
    "what was photographed, remembered or told",
    "where a delivered release went",
    "which items are confidential: here all count as such",
    "acts outside this server, unless their logs were read",
];

/// Nobody sees or decides a case about himself, nor one that names him as the other of a pair: to him it does not exist.
pub(super) fn not_about(case: &Case, asker: &Asker) -> Result<(), Error> {
    if case.is_about(asker.person) { Err(Error::NotFound) } else { Ok(()) }
}

/// A case as one who keeps the installation finds it: one about himself, or that rests on what somebody was sent of a client that
/// is hidden from him, was never there.
pub(super) async fn there(tx: &mut Tx, id: CaseId, asker: &Asker, hidden: &Hidden) -> Result<Case, Error> {
    let case = cases::get(tx, id).await?.filter(|case| !names_hidden(case, hidden)).ok_or(Error::NotFound)?;
    not_about(&case, asker)?;
    Ok(case)
}

/// Whether a case rests on what somebody was sent of a client that is hidden.
pub(super) fn names_hidden(case: &Case, hidden: &Hidden) -> bool {
    let of = |(client, _): &(String, String)| client.parse().is_ok_and(|client| hidden.client(client));
    Body::of(case).items.iter().any(of)
}

/// Cases that are there for this reader, newest first, before a moment and id.
async fn shown(
    tx: &mut Tx,
    asker: &Asker,
    hidden: &Hidden,
    (before, open, limit): ((i64, &str), bool, u32),
) -> Result<Vec<Case>, Error> {
    let mut page = Filling::new(before, limit);
    while let Some((at, id)) = page.next() {
        let rows = cases::list(tx, (at, &id), open, asker.person, limit).await?;
        page.take(rows, |case| (case.opened_at.0, case.id.to_string()), |case| !names_hidden(case, hidden));
    }
    Ok(page.rows())
}

pub(super) fn state(case: &Case) -> &'static str {
    match (&case.decided, &case.contested) {
        (Some(decided), _) if !case.waits() => decided.verdict.word(),
        (_, Some(_)) => "contested",
        (_, None) => "open",
    }
}

fn day(at: Micros) -> String {
    Day::of(at.0, 0).to_string()
}

fn facts(cases: &[Case]) -> Vec<Fact> {
    let mut facts = Vec::new();
    for case in cases {
        facts.push(Fact { day: day(case.act_at), words: "a case was opened".to_owned() });
        if let Some(decided) = &case.decided {
            let words =
                if decided.verdict == Verdict::Benign { "a case was found benign" } else { "a case was found true" };
            facts.push(Fact { day: day(decided.at), words: words.to_owned() });
        }
    }
    facts
}

fn listed(tx: &Tx, case: &Case) -> CaseListed {
    let body = Body::of(case);
    CaseListed {
        id: case.id.to_string(),
        person: pseudonym(tx, case.person),
        opened_at: case.opened_at.to_string(),
        act_at: case.act_at.to_string(),
        score: nats(case.score_milli),
        threshold: nats(case.threshold_milli),
        reasons: body.reasons,
        items: body.items_all,
        state: state(case),
        measure: case.measure.word(),
        lifted_at: case.lifted_at.map(|at| at.to_string()),
        decided_at: case.decided.as_ref().map(|decided| decided.at.to_string()),
        source: body.outside.as_ref().map(|of| of.sources.iter().map(String::as_str).collect::<Vec<_>>().join(", ")),
        rules: body.outside.as_ref().map_or(0, |of| of.rules_all),
        forget_at: case.forget_at.map(|at| at.to_string()),
    }
}
