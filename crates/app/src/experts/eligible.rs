//! Whether a person may work on a project, by its pool.
//!
//! Asked by every claim, so the answer is remembered until the pool or the facts about the person change, and
//! for no longer than a minute, since credentials expire.

use crate::{App, Asker, Error, custody::absent};
use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
};
use vouchsafe_domain::{
    access::role::Role,
    custody::gate::Need,
    experts::eligibility::{Eligibility, Facts, Held, Missing},
    ids::{ClientId, MemberId, PersonId, ProjectId},
    time::Micros,
};
use vouchsafe_store::{
    Tx,
    custody::{
        clearance::{Clearance, Refused, clear, clear_server, unwalled},
        exposures,
    },
    experts::{
        courses, credentials,
        profiles::{self, Profile},
        standing::{self, Kept},
    },
    work::projects::{self, Gate},
};

/// How long an answer is remembered.
const REMEMBERED_US: i64 = Micros::MINUTE;
/// How many answers are remembered; then all are forgotten and asked anew.
const REMEMBERED_MAX: usize = 10_000;

/// Answers given within the last minute.
#[derive(Default)]
pub struct Remembered(Mutex<HashMap<(MemberId, ProjectId), Answer>>);

#[derive(Clone)]
struct Answer {
    versions: (i64, i64),
    at: Micros,
    missing: Vec<Missing>,
}

/// Whether this member may work on the project behind the gate. Refused where a wall shuts its client to him.
pub async fn eligible(app: &App, tx: &mut Tx, asker: &Asker, gate: &Gate) -> Result<bool, Error> {
    Ok(missing(app, tx, asker, gate).await?.is_empty())
}

/// The row and the right to see it: whoever is in the pool, or was and stands here.
pub(super) async fn own_standing<'a>(
    app: &App,
    tx: &mut Tx,
    asker: &'a Asker,
    project: ProjectId,
) -> Result<(Clearance<'a>, Gate, Option<Kept>), Error> {
    if !matches!(asker.role, Role::Expert | Role::Reviewer) {
        return Err(Error::NotFound);
    }
    let gate = absent::project(tx, asker, project).await?;
    unwalled(tx, asker, gate.client).await?;
    let kept = standing::get(tx, project, asker.person).await?;
    let known = kept.is_some() || eligible(app, tx, asker, &gate).await?;
    Ok((clear(tx, asker, gate.client, Need::Label, known).await?, gate, kept))
}

/// What this member lacks to work on the project; empty when he may.
pub async fn missing(app: &App, tx: &mut Tx, asker: &Asker, gate: &Gate) -> Result<Vec<Missing>, Error> {
    let (key, versions, now) = ((asker.member, gate.project), (gate.pool_version, gate.facts_version), app.now());
    {
        let remembered = app.eligible.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(answer) = remembered.get(&key)
            && answer.versions == versions
            && (0..REMEMBERED_US).contains(&now.since(answer.at))
        {
            return Ok(answer.missing.clone());
        }
    }
    // To whom the client is shut its pool is not looked up: he is refused by the way on which what never was is.
    unwalled(tx, asker, gate.client).await?;
    let pool = match pool_of(tx, gate).await {
        Err(Error::Refused(Refused::KeyNotLoaded(client))) if tx.keys().is_away(client) => {
            return Err(unreadable(tx, asker, client).await?);
        }
        pool => pool?,
    };
    let profile = profiles::get(tx, asker.person).await?;
    let missing = lacking(tx, &pool, (asker.member, asker.person), &profile, now).await?;
    let mut remembered = app.eligible.0.lock().unwrap_or_else(PoisonError::into_inner);
    if remembered.len() >= REMEMBERED_MAX {
        remembered.clear();
    }
    remembered.insert(key, Answer { versions, at: now, missing: missing.clone() });
    Ok(missing)
}

/// What is answered while a pool cannot be read, for its client's key is away: that it is away to whom the client sent
/// something before and a wall or a suspension does not shut out, and to others that there is no such thing.
async fn unreadable(tx: &mut Tx, asker: &Asker, client: ClientId) -> Result<Error, Error> {
    // Who is no expert was let in by a grant, which the gate asks for.
    let knows = asker.role != Role::Expert
        || exposures::of_person(tx, asker.person).await?.iter().any(|exposed| exposed.client == client);
    // Asked for no content, or he would count as having been sent some.
    Ok(match clear(tx, asker, client, Need::Know, true).await {
        Err(Refused::Store(error)) => error.into(),
        Err(away @ Refused::KeyNotLoaded(_)) if knows => away.into(),
        _ => Error::NotFound,
    })
}

/// Who may work on the project behind the gate.
pub(super) async fn pool_of(tx: &mut Tx, gate: &Gate) -> Result<Eligibility, Error> {
    let clearance = clear_server(tx, "eligibility", gate.client).await?;
    let pool = projects::pool(tx, &clearance, gate.project).await?;
    let unsound = || Error::Store(vouchsafe_store::Error::Unsealable { table: "project.pool" });
    let pool = serde_json::from_slice(&pool).map_err(|_| unsound())?;
    Eligibility::parse(&pool).map_err(|_| unsound())
}

/// What somebody with this profile lacks by a pool.
pub(super) async fn lacking(
    tx: &mut Tx,
    pool: &Eligibility,
    (member, person): (MemberId, PersonId),
    profile: &Profile,
    now: Micros,
) -> Result<Vec<Missing>, Error> {
    let held = credentials::of(tx, person).await?;
    let held: Vec<Held> = held.into_iter().map(|c| Held { kind: c.kind, expires_at: c.expires_at }).collect();
    let passed = if pool.courses().is_empty() { Vec::new() } else { courses::passed(tx, person).await? };
    let facts = Facts {
        member,
        credentials: &held,
        languages: &profile.languages,
        domains: &profile.domains,
        qualifications: &passed,
        now,
    };
    Ok(pool.eligible(&facts).err().unwrap_or_default())
}
