//! Making a project: schema, guideline, pipeline and pool come in one piece.

use crate::{App, Asker, Error, custody::absent, error::FieldError, experts, quality::gets_probability};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use vouchsafe_domain::{
    custody::gate::Need,
    experts::eligibility::Eligibility,
    fault::Faults,
    ids::{ClientId, GuidelineId, ProjectId, SchemaId},
    time::Micros,
    work::schema::Schema,
};
use vouchsafe_ledger::act::Act;
use vouchsafe_store::{
    Tx,
    custody::clearance::{Clearance, clear},
    quality::{
        given::{self, Price},
        until::{self, Until},
    },
    work::{
        adjudication, guidelines,
        measuring::{self, Rates},
        projects::{self, Pipeline},
        schemas,
    },
};

/// Longest name of a project, in bytes.
const NAME_BYTES_MAX: usize = 200;
/// Longest guideline, in bytes.
pub const GUIDELINE_BYTES_MAX: usize = 1 << 20;
/// Why asking until an answer is probable is refused.
const NO_PROBABILITY: &str = "no question of this schema has answers that get a probability; a `number` has if its `aggregation` says in `params` \
     what `tolerance` is right";
/// Most people on one task.
const OVERLAP_MAX: u32 = 100;

/// A project as it is asked for. What is left out is taken from the schema's template, else from the defaults.
#[derive(Debug, Clone, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewProject {
    /// Its name; sealed.
    pub name: String,
    /// A project template: fields, questions, distribution, export.
    pub schema: Value,
    /// Markdown.
    pub guideline: String,
    /// How work goes through it.
    #[serde(default)]
    pub pipeline: NewPipeline,
    /// Who may work: an eligibility rule; `{}` is every expert.
    #[serde(default = "anyone")]
    pub pool: Value,
    /// Whether content may be copied out of the browser.
    #[serde(default)]
    pub copy_allowed: bool,
}

fn anyone() -> Value {
    json!({})
}

/// The pipeline as it is asked for.
#[derive(Debug, Clone, Default, PartialEq, Deserialize, utoipa::ToSchema)]
#[serde(default, deny_unknown_fields)]
pub struct NewPipeline {
    /// People on each task, 1 to 100; 1.
    pub overlap: Option<u32>,
    /// Share of annotations reviewed, 0 to 1; 0.
    pub review_rate: Option<f64>,
    /// Share of assignments that are gold, 0 to 1; 0.
    pub gold_rate: Option<f64>,
    /// Length of a lease in minutes, 1 to 10,080; 30.
    pub lease_minutes: Option<u32>,
    /// `author` or `another`; `author`.
    pub return_to: Option<String>,
    /// Leases one member may hold at once, 1 to 50; 3.
    pub open_leases: Option<u32>,
    /// Assignments one member may take an hour, 1 to 100,000; 1,000.
    pub per_hour: Option<u32>,
    /// Somebody decides tasks whose answer is contested; without it nobody does.
    pub adjudicate: Option<Adjudicate>,
    /// What an answer costs, for the figures alone; without it they count answers and time.
    pub price: Option<AskedPrice>,
    /// Go on asking about a task until its answer is probable enough; without it `overlap` people are asked.
    pub until: Option<AskUntil>,
    /// Share of decided annotations that somebody else judges once more, blind, which changes nothing and measures
    /// reviewers; 0 to 1; 0.
    pub second_review_rate: Option<f64>,
    /// Share of answers to gold that a reviewer judges among others, which changes nothing and measures him; 0 to 1; 0.
    pub reviewed_gold_rate: Option<f64>,
}

/// What an answer costs.
#[derive(Debug, Clone, PartialEq, Deserialize, Serialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AskedPrice {
    /// 0.0001 to 1,000,000; 0 takes the price away.
    pub per_answer: f64,
    /// Three capital letters.
    pub currency: String,
}

impl AskedPrice {
    pub(crate) fn of(price: Option<Price>) -> Option<Self> {
        #[expect(clippy::cast_precision_loss, reason = "at most 10^10")]
        price.map(|price| Self { per_answer: price.per_10000 as f64 / 10_000.0, currency: price.currency })
    }

    /// The price to keep; `None` when it is to be taken away.
    pub(crate) fn check(&self) -> Result<Option<Price>, Error> {
        if self.per_answer == 0.0 {
            return Ok(None);
        }
        if !(0.0001..=1e6).contains(&self.per_answer) {
            return Err(Error::invalid("/pipeline/price/per_answer", "must be 0.0001 to 1,000,000, or 0"));
        }
        if self.currency.len() != 3 || !self.currency.bytes().all(|letter| letter.is_ascii_uppercase()) {
            return Err(Error::invalid("/pipeline/price/currency", "must be three capital letters"));
        }
        #[expect(clippy::cast_possible_truncation, reason = "checked to be at most 10^6 above")]
        let per_10000 = (self.per_answer * 10_000.0).round() as i64;
        Ok(Some(Price { per_10000, currency: self.currency.clone() }))
    }
}

/// Which tasks an adjudicator decides: a reviewer who neither answered nor reviewed them.
#[derive(Debug, Clone, Copy, PartialEq, Deserialize, Serialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Adjudicate {
    /// Those whose answer is less probable than this, or not settled, 0.5 to 0.9999; 0 takes the step away. With `until` only where
    /// nobody may be asked any more, and then also those that did not become as probable as that asks.
    pub below: f64,
}

impl Adjudicate {
    pub(crate) fn of(below: Option<u32>) -> Option<Self> {
        below.map(|below| Self { below: f64::from(below) / 10_000.0 })
    }

    /// The rule to keep, in 1/10,000; `None` when it is to be taken away.
    pub(crate) fn check(self) -> Result<Option<u32>, Error> {
        if self.below == 0.0 {
            return Ok(None);
        }
        probability("/pipeline/adjudicate/below", self.below).map(Some).map_err(|rule| Error::Invalid(vec![rule]))
    }
}

/// A probability that is asked for, in 1/10,000.
fn probability(path: &str, asked: f64) -> Result<u32, FieldError> {
    if !(0.5..=0.9999).contains(&asked) {
        return Err(FieldError { path: path.into(), rule: "must be 0.5 to 0.9999, or 0".into() });
    }
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "checked to be 0.5 to 1 above")]
    Ok((asked * 10_000.0).round() as u32)
}

/// Bits that are asked for, in millionths.
fn least_gain(asked: f64) -> Result<i64, FieldError> {
    if !(0.000_001..=1_000.0).contains(&asked) {
        let rule = "must be 0.000001 to 1,000, or left out".into();
        return Err(FieldError { path: "/pipeline/until/least_gain".into(), rule });
    }
    #[expect(clippy::cast_possible_truncation, reason = "checked to be at most 1,000 above")]
    Ok((asked * 1e6).round() as i64)
}

/// When a task has been asked about often enough. `overlap` people are asked in any case.
#[derive(Debug, Clone, Copy, PartialEq, Deserialize, Serialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AskUntil {
    /// The probability that the answer must have, 0.5 to 0.9999; 0 takes the rule away.
    pub posterior: f64,
    /// Most people on one task, 1 to 100.
    pub at_most: u32,
    /// Most answers in the project as a whole; without it there is no such bound.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub budget: Option<u32>,
    /// What one more answer must be expected to tell, in bits, 0.000001 to 1,000; where the pipeline states a price, for each unit of
    /// its currency. Nobody is asked about a task where it is less; it is then decided, if the project has that. Without it
    /// however little is enough.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub least_gain: Option<f64>,
}

impl AskUntil {
    pub(crate) fn of(until: &Until) -> Self {
        let posterior = f64::from(until.posterior_per_10000) / 10_000.0;
        #[expect(clippy::cast_precision_loss, reason = "at most 10^9")]
        let least_gain = until.least_gain_millionths.map(|gain| gain as f64 / 1e6);
        Self { posterior, at_most: until.at_most, budget: until.answers_max, least_gain }
    }

    /// The rule to keep; `None` when it is to be taken away.
    pub(crate) fn check(self) -> Result<Option<Until>, Error> {
        if self.posterior == 0.0 {
            return Ok(None);
        }
        let posterior = probability("/pipeline/until/posterior", self.posterior);
        let at_most = (1..=OVERLAP_MAX).contains(&self.at_most).then_some(self.at_most).ok_or_else(|| FieldError {
            path: "/pipeline/until/at_most".into(),
            rule: format!("must be 1 to {OVERLAP_MAX}"),
        });
        let least_gain = self.least_gain.map(least_gain).transpose();
        match (posterior, at_most, least_gain) {
            (Ok(posterior_per_10000), Ok(at_most), Ok(least_gain_millionths)) => {
                Ok(Some(Until { posterior_per_10000, at_most, answers_max: self.budget, least_gain_millionths }))
            }
            (posterior, at_most, least_gain) => {
                let errors = posterior.err().into_iter().chain(at_most.err()).chain(least_gain.err());
                Err(Error::Invalid(errors.collect()))
            }
        }
    }
}

impl NewPipeline {
    /// What is asked for, and `kept` where nothing is.
    pub(crate) fn over(self, kept: Self) -> Self {
        Self {
            overlap: self.overlap.or(kept.overlap),
            review_rate: self.review_rate.or(kept.review_rate),
            gold_rate: self.gold_rate.or(kept.gold_rate),
            lease_minutes: self.lease_minutes.or(kept.lease_minutes),
            return_to: self.return_to.or(kept.return_to),
            open_leases: self.open_leases.or(kept.open_leases),
            per_hour: self.per_hour.or(kept.per_hour),
            adjudicate: self.adjudicate.or(kept.adjudicate),
            price: self.price.or(kept.price),
            until: self.until.or(kept.until),
            second_review_rate: self.second_review_rate.or(kept.second_review_rate),
            reviewed_gold_rate: self.reviewed_gold_rate.or(kept.reviewed_gold_rate),
        }
    }

    /// How much is reviewed to measure reviewers: what is asked for, and `kept` where nothing is.
    pub(crate) fn rates(&self, kept: Rates) -> Result<Rates, Error> {
        let rate = |name: &str, asked: Option<f64>, kept: u32| match asked {
            None => Ok(kept),
            Some(share) if (0.0..=1.0).contains(&share) =>
            {
                #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "0 to 10,000")]
                Ok((share * 10_000.0).round() as u32)
            }
            Some(_) => Err(Error::invalid(format!("/pipeline/{name}"), "must be 0 to 1")),
        };
        Ok(Rates {
            second: rate("second_review_rate", self.second_review_rate, kept.second)?,
            gold: rate("reviewed_gold_rate", self.reviewed_gold_rate, kept.gold)?,
        })
    }

    /// Checks every figure, and fills what is missing from the template.
    pub fn check(&self, schema: &Schema, copy_allowed: bool) -> Result<Pipeline, Error> {
        let mut errors = Vec::new();
        let mut whole = |name: &str, value: Option<u32>, default: u32, max: u32| {
            let value = value.unwrap_or(default);
            if !(1..=max).contains(&value) {
                errors.push(FieldError { path: format!("/pipeline/{name}"), rule: format!("must be 1 to {max}") });
            }
            value
        };
        let template = schema.distribution();
        let overlap = template.map_or(1, |d| u32::try_from(d.min_submitted).unwrap_or(u32::MAX));
        let overlap = whole("overlap", self.overlap, overlap, OVERLAP_MAX);
        let lease_minutes = whole("lease_minutes", self.lease_minutes, 30, 10_080);
        let open_leases_max = whole("open_leases", self.open_leases, 3, 50);
        let per_hour_max = whole("per_hour", self.per_hour, 1_000, 100_000);
        let mut share = |name: &str, value: Option<f64>, default: Option<f64>| {
            let value = value.or(default).unwrap_or(0.0);
            if !(0.0..=1.0).contains(&value) {
                errors.push(FieldError { path: format!("/pipeline/{name}"), rule: "must be 0 to 1".into() });
                return 0;
            }
            // In range: 0 to 10,000.
            #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "checked to be 0 to 1 above")]
            {
                (value * 10_000.0).round() as u32
            }
        };
        let review_per_10000 = share("review_rate", self.review_rate, template.and_then(|d| d.review_rate));
        let gold_per_10000 = share("gold_rate", self.gold_rate, template.and_then(|d| d.gold_rate));
        let return_to_another = match self.return_to.as_deref() {
            None | Some("author") => false,
            Some("another") => true,
            Some(_) => {
                errors
                    .push(FieldError { path: "/pipeline/return_to".into(), rule: "must be author or another".into() });
                false
            }
        };
        if self.until.is_some_and(|until| until.posterior > 0.0) && !schema.questions().iter().any(gets_probability) {
            errors.push(FieldError { path: "/pipeline/until".into(), rule: NO_PROBABILITY.into() });
        }
        if !errors.is_empty() {
            return Err(Error::Invalid(errors));
        }
        let lease_us = i64::from(lease_minutes) * Micros::MINUTE;
        Ok(Pipeline {
            overlap,
            review_per_10000,
            gold_per_10000,
            lease_us,
            return_to_another,
            open_leases_max,
            per_hour_max,
            copy_allowed,
        })
    }
}

/// The project and the right to do what is needed there; a project of a client that is shut to him is not there.
pub(crate) async fn gate_for<'a>(
    tx: &mut Tx,
    asker: &'a Asker,
    project: ProjectId,
    need: Need,
) -> Result<(projects::Gate, Clearance<'a>), Error> {
    let gate = absent::project(tx, asker, project).await?;
    let clearance = clear(tx, asker, gate.client, need, true).await?;
    Ok((gate, clearance))
}

pub(crate) fn under(path: &str, faults: &Faults) -> Error {
    Error::Invalid(
        faults
            .as_slice()
            .iter()
            .map(|f| FieldError { path: format!("{path}{}", f.path), rule: f.rule.to_string() })
            .collect(),
    )
}

impl App {
    /// Makes a project of a client one operates for.
    pub async fn create_project(&self, asker: &Asker, client: ClientId, new: &NewProject) -> Result<ProjectId, Error> {
        let schema = Schema::parse(&new.schema).map_err(|faults| under("/schema", &faults))?;
        let rule = Eligibility::parse(&new.pool).map_err(|faults| under("/pool", &faults))?;
        let pipeline = new.pipeline.check(&schema, new.copy_allowed)?;
        if new.name.trim().is_empty() || new.name.len() > NAME_BYTES_MAX {
            return Err(Error::invalid("/name", format!("must have 1 to {NAME_BYTES_MAX} bytes")));
        }
        if new.guideline.len() > GUIDELINE_BYTES_MAX {
            return Err(Error::invalid("/guideline", format!("must have at most {GUIDELINE_BYTES_MAX} bytes")));
        }
        let now = self.now();
        let mut tx = self.store.write("create_project").await?;
        let clearance = clear(&mut tx, asker, client, Need::Operate, true).await?;
        experts::courses::known(&mut tx, &rule, client).await?;
        let id = ProjectId(self.id());
        let pool = new.pool.to_string();
        projects::insert(&mut tx, &clearance, id, new.name.trim(), &pipeline, pool.as_bytes(), asker.member, now)
            .await?;
        let until = new.pipeline.until.map(AskUntil::check).transpose()?.flatten();
        until::set(&mut tx, &clearance, id, until.as_ref()).await?;
        let template = schema.distribution().and_then(|d| d.adjudicate_below).map(|below| Adjudicate { below });
        let adjudicate = new.pipeline.adjudicate.or(template).map(Adjudicate::check).transpose()?.flatten();
        adjudication::set_below(&mut tx, &clearance, id, adjudicate).await?;
        let price = new.pipeline.price.as_ref().map(AskedPrice::check).transpose()?.flatten();
        given::set_price(&mut tx, &clearance, id, price.as_ref()).await?;
        measuring::set_rates(&mut tx, &clearance, id, new.pipeline.rates(Rates::default())?).await?;
        let schema_id = SchemaId(self.id());
        schemas::insert(&mut tx, &clearance, schema_id, id, &schema, asker.member, now).await?;
        let guideline = GuidelineId(self.id());
        guidelines::insert(&mut tx, &clearance, guideline, id, &new.guideline, asker.member, now).await?;
        let entry = clearance
            .entry(Act::ProjectCreated, now)
            .of("project", id.to_string())
            .of("schema", schema_id.to_string())
            .of("guideline", guideline.to_string())
            .of("overlap", pipeline.overlap)
            .of("review_per_10000", pipeline.review_per_10000)
            .of("gold_per_10000", pipeline.gold_per_10000)
            .of("adjudicate_per_10000", adjudicate);
        tx.commit([entry]).await?;
        Ok(id)
    }
}
