//! How experts stand in a project: each sees his own with its reasons; whoever runs or watches the project sees all, and
//! what is asked.

use super::{
    eligible::own_standing,
    looks::{LookSent, may_ask},
};
use crate::{
    App, Asker, Error,
    access::sessions::ClientFace,
    error::FieldError,
    quality::report::{Report, Told},
    work::{projects::gate_for, show_project::need_to_see, stored::json},
};
use serde::{Deserialize, Serialize};
use vouchsafe_domain::{
    custody::gate::Need,
    experts::standing::{self as rule, AT_LEAST_MAX, AT_LEAST_MIN, Bar, Bars, PAUSE_DAYS_MAX, Standing, State},
    ids::ProjectId,
    time::Micros,
};
use vouchsafe_ledger::act::Act;
use vouchsafe_store::{
    custody::{
        clearance::Clearance,
        clients,
        disclosed::{Going, Object},
    },
    experts::{
        looks,
        standing::{self, Asked, Kept},
    },
    quality::reports,
};

const OWN: &str = "GET /projects/{project}/standing";
const ALL: &str = "GET /projects/{project}/standings";

/// What a project asks of one kind of evidence. Shares from 0 to 1.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct BarSaid {
    /// Whoever is surely below this is on probation: every annotation of his is reviewed. Over 0, up to 1.
    pub probation_below: f64,
    /// Whoever is surely below this takes no new work for a while. At most `probation_below`; 0 pauses nobody.
    pub pause_below: f64,
}

/// What a project asks of its experts. With neither bar nothing is asked, and whoever is not active becomes so.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct BarsSaid {
    /// Of answers to tasks with a known answer, the share that is right.
    #[serde(default)]
    pub gold: Option<BarSaid>,
    /// Of annotations under review, the share accepted as they are, corrected for who reviewed.
    #[serde(default)]
    pub review: Option<BarSaid>,
    /// How many gold tasks or reviews a figure must rest on, 5 to 1,000.
    #[serde(default = "at_least")]
    pub at_least: u32,
    /// How many days a pause lasts, 1 to 365.
    #[serde(default = "pause_days")]
    pub pause_days: u32,
}

fn at_least() -> u32 {
    20
}

fn pause_days() -> u32 {
    30
}

impl BarsSaid {
    fn of(bars: &Bars) -> Self {
        let share = |per_10000: u32| f64::from(per_10000) / 10_000.0;
        let bar =
            |bar: Bar| BarSaid { probation_below: share(bar.probation_below), pause_below: share(bar.pause_below) };
        let pause_days = u32::try_from(bars.pause_us / Micros::DAY).unwrap_or(PAUSE_DAYS_MAX);
        Self { gold: bars.gold.map(bar), review: bars.review.map(bar), at_least: bars.at_least, pause_days }
    }

    fn check(&self) -> Result<Bars, Error> {
        let mut errors = Vec::new();
        let mut must = |holds: bool, path: String, rule: String| {
            if !holds {
                errors.push(FieldError { path, rule });
            }
        };
        for (name, bar) in [("gold", self.gold), ("review", self.review)] {
            let Some(bar) = bar else { continue };
            let (probation, pause) = (bar.probation_below, bar.pause_below);
            must(
                probation > 0.0 && probation <= 1.0,
                format!("/{name}/probation_below"),
                "must be over 0, up to 1".into(),
            );
            let below = "must be 0 to `probation_below`".into();
            must(pause >= 0.0 && pause <= probation, format!("/{name}/pause_below"), below);
        }
        let (least, days) = (AT_LEAST_MIN..=AT_LEAST_MAX, 1..=PAUSE_DAYS_MAX);
        let within = |least: &u32, most: &u32| format!("must be {least} to {most}");
        must(least.contains(&self.at_least), "/at_least".into(), within(least.start(), least.end()));
        must(days.contains(&self.pause_days), "/pause_days".into(), within(days.start(), days.end()));
        if !errors.is_empty() {
            return Err(Error::Invalid(errors));
        }
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "checked to be 0 to 1 above")]
        let share = |share: f64| (share * 10_000.0).round() as u32;
        let bar = |bar: BarSaid| Bar {
            probation_below: share(bar.probation_below).max(1),
            pause_below: share(bar.pause_below),
        };
        Ok(Bars {
            gold: self.gold.map(bar),
            review: self.review.map(bar),
            at_least: self.at_least,
            pause_us: i64::from(self.pause_days) * Micros::DAY,
        })
    }
}

/// How an expert stands, as he is shown it.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct OwnStanding {
    /// Whose project it is.
    pub client: ClientFace,
    /// What the project is called.
    pub project: String,
    /// `active`, `probation` or `paused`.
    #[schema(value_type = String)]
    pub state: &'static str,
    /// Since when, RFC 3339; null where he always was active.
    pub since: Option<String>,
    /// When a pause ends, RFC 3339.
    pub until: Option<String>,
    /// Why, in words. No task is named.
    pub reasons: Vec<String>,
    /// What it means for his work.
    pub means: String,
    /// What would change it.
    pub changes: String,
    /// What the project asks; null where it asks nothing.
    pub asked: Option<BarsSaid>,
    /// His newest request for a second look.
    pub second_look: Option<LookSent>,
    /// Whether he may ask for one now.
    pub may_ask: bool,
    /// What is known of how he answers; null while it is too little.
    pub measured: Option<Told>,
}

/// How somebody stands who is not active.
#[derive(Debug, Clone, PartialEq, Serialize, utoipa::ToSchema)]
pub struct StandingListed {
    /// Pseudonym toward the client.
    pub person: String,
    /// `probation` or `paused`.
    #[schema(value_type = String)]
    pub state: &'static str,
    /// Since when, RFC 3339.
    pub since: String,
    /// When a pause ends, RFC 3339.
    pub until: Option<String>,
    /// Why, in words.
    pub reasons: Vec<String>,
}

/// What a project asks of its experts, and who does not stand well.
#[derive(Debug, Clone, PartialEq, Serialize, utoipa::ToSchema)]
pub struct Standings {
    /// What is asked; null where nothing is.
    pub asked: Option<BarsSaid>,
    /// When it was set, RFC 3339.
    pub asked_since: Option<String>,
    /// Whether the caller set it: then another decides second looks.
    pub asked_by_caller: bool,
    /// Everybody who is not active, newest change first.
    pub people: Vec<StandingListed>,
    /// Second looks, undecided ones first.
    pub looks: Vec<LookSent>,
}

fn said(asked: Option<&Asked>) -> Option<BarsSaid> {
    asked
        .filter(|asked| asked.bars.gold.is_some() || asked.bars.review.is_some())
        .map(|asked| BarsSaid::of(&asked.bars))
}

fn reasons(standing: &Standing) -> Vec<String> {
    standing.reasons.iter().map(ToString::to_string).collect()
}

fn means(state: State) -> &'static str {
    match state {
        State::Active => "you work as the project has it",
        State::Probation => "you work on; every annotation of yours is reviewed",
        State::Paused => "you finish what you hold, and take nothing new here",
    }
}

/// What would change it, in words.
fn changes(standing: &Standing, asked: Option<&Asked>) -> String {
    let bars = asked.map(|asked| asked.bars);
    let of = |bar: Option<Bar>, what: &str| {
        bar.map(|bar| format!("at least {} % of {what}", rule::percent(bar.probation_below)))
    };
    let wanted: Vec<String> = bars
        .into_iter()
        .flat_map(|bars| {
            [
                of(bars.gold, "the answers that are known are right"),
                of(bars.review, "what is reviewed is accepted as it is"),
            ]
        })
        .flatten()
        .collect();
    let wanted = wanted.join(", and ");
    let least = bars.map_or(0, |bars| bars.at_least);
    match standing.state {
        _ if wanted.is_empty() => "nothing is asked here".into(),
        State::Active => format!("it stays so unless it is certain that you are below what is asked: {wanted}"),
        State::Probation => {
            format!(
                "it ends once {wanted}, counted over {least} or more; looked at once a day at most, after 20 new annotations"
            )
        }
        State::Paused => {
            "it ends by itself on the day named here; then you are on probation, and the count begins anew".into()
        }
    }
}

impl App {
    /// How the caller stands in a project, and why.
    pub async fn own_standing(&self, asker: &Asker, project: ProjectId) -> Result<OwnStanding, Error> {
        let now = self.now();
        let mut tx = self.store.write("own_standing").await?;
        let (clearance, gate, kept) = own_standing(self, &mut tx, asker, project).await?;
        let bars = standing::asked(&mut tx, project).await?;
        let standing = kept.map_or_else(Standing::start, |kept| kept.standing).at(now);
        let look = looks::newest(&mut tx, project, asker.person).await?;
        let face = clients::face(&mut tx, &clearance).await?;
        let client = clearance.client().to_string();
        let mut sent = OwnStanding {
            client: ClientFace { id: client, code_name: face.code_name.clone(), colour: face.colour },
            project: String::new(),
            state: standing.state.word(),
            since: (standing.since.0 > 0).then(|| standing.since.to_string()),
            until: standing.until.map(|at| at.to_string()),
            reasons: reasons(&standing),
            means: means(standing.state).into(),
            changes: changes(&standing, bars.as_ref()),
            asked: said(bars.as_ref()),
            second_look: None,
            may_ask: may_ask(&standing, look.as_ref()),
            measured: None,
        };
        let mut going = Going::default();
        known(&mut going, &clearance, &sent);
        let mut name = gate.name(&tx, &clearance)?;
        going.piece(&clearance, "name", &mut name)?;
        let mut report = reports::pending(&mut tx, &clearance, project).await?;
        if let Some((body, _)) = &mut report {
            going.piece(&clearance, "own_score", body)?;
        }
        let pseudonym = clearance.pseudonym(asker.person);
        let mut look = look.map(|look| LookSent::pending(&tx, &clearance, &look, &mut going)).transpose()?;
        let act = (Act::QualitySent, now);
        let entry = clearance.sent(&mut tx, act, OWN, Object::changing("project", &project), going).await?;
        let committed = tx.commit([entry]).await?;
        sent.project = name.open(&committed)?;
        sent.second_look = look.take().map(|look| look.open(&committed)).transpose()?;
        let report: Option<Report> = report.map(|(body, _)| json(&body.open(&committed)?)).transpose()?;
        let own = report.and_then(|report| report.people.into_iter().find(|one| one.person == pseudonym));
        sent.measured = own.and_then(|own| own.told);
        Ok(sent)
    }

    /// What a project asks, who is not active and why, and second looks.
    pub async fn list_standings(&self, asker: &Asker, project: ProjectId) -> Result<Standings, Error> {
        let (need, now) = (need_to_see(asker.role)?, self.now());
        let mut tx = self.store.write("list_standings").await?;
        let (_, clearance) = gate_for(&mut tx, asker, project, need).await?;
        let bars = standing::asked(&mut tx, project).await?;
        let listed = |kept: Kept| {
            let standing = kept.standing.at(now);
            StandingListed {
                person: clearance.pseudonym(kept.person),
                state: standing.state.word(),
                since: standing.since.to_string(),
                until: standing.until.map(|at| at.to_string()),
                reasons: reasons(&standing),
            }
        };
        let people: Vec<StandingListed> = standing::moved(&mut tx, project).await?.into_iter().map(listed).collect();
        let mut sent = Standings {
            asked: said(bars.as_ref()),
            asked_since: bars.map(|bars| bars.at.to_string()),
            asked_by_caller: bars.is_some_and(|bars| bars.by == asker.person),
            people,
            looks: Vec::new(),
        };
        let mut going = Going::default();
        known(&mut going, &clearance, &sent);
        let mut pending = Vec::new();
        for look in looks::of_project(&mut tx, project).await? {
            pending.push(LookSent::pending(&tx, &clearance, &look, &mut going)?);
        }
        let act = (Act::QualitySent, now);
        let entry = clearance.sent(&mut tx, act, ALL, Object::changing("project", &project), going).await?;
        let committed = tx.commit([entry]).await?;
        for look in pending {
            sent.looks.push(look.open(&committed)?);
        }
        Ok(sent)
    }

    /// Sets what a project asks of its experts. It holds from the next look at each of them on.
    pub async fn set_bars(&self, asker: &Asker, project: ProjectId, new: &BarsSaid) -> Result<(), Error> {
        let (bars, now) = (new.check()?, self.now());
        let mut tx = self.store.write("set_bars").await?;
        let (_, clearance) = gate_for(&mut tx, asker, project, Need::Operate).await?;
        standing::ask(&mut tx, &clearance, project, &Asked { bars, by: asker.person, at: now }).await?;
        let figure = |bar: Option<Bar>| bar.map(|bar| vec![bar.probation_below, bar.pause_below]);
        let entry = clearance
            .entry(Act::BarsSet, now)
            .of("project", project.to_string())
            .of("gold_per_10000", figure(bars.gold))
            .of("review_per_10000", figure(bars.review))
            .of("at_least", bars.at_least)
            .of("pause_days", new.pause_days);
        tx.commit([entry]).await?;
        Ok(())
    }
}

/// What is said in figures and words of ours, for the entry.
fn known(going: &mut Going, clearance: &Clearance<'_>, said: &impl Serialize) {
    let text = serde_json::to_vec(said).unwrap_or_default();
    going.known("standing", &clearance.content_hash(&text), text.len());
}
