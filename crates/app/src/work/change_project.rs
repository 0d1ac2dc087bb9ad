//! Changing a project: whether work is given out, how it goes through, who may do it.

use super::projects::{NewPipeline, gate_for, under};
use crate::{App, Asker, Error, experts};
use serde::Deserialize;
use serde_json::Value;
use vouchsafe_domain::{custody::gate::Need, experts::eligibility::Eligibility, ids::ProjectId};
use vouchsafe_ledger::act::Act;
use vouchsafe_store::quality::{given, until};
use vouchsafe_store::work::{
    adjudication, measuring,
    projects::{self, State},
    schemas,
};

/// What changes; what is left out stays.
#[derive(Debug, Clone, Default, PartialEq, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ProjectChange {
    /// `open`, `paused` or `closed`.
    pub state: Option<String>,
    /// Figures of the pipeline; those left out stay. Tasks that are there keep the overlap they came with.
    pub pipeline: Option<NewPipeline>,
    /// Who may work.
    pub pool: Option<Value>,
    /// Whether content may be copied out of the browser.
    pub copy_allowed: Option<bool>,
}

impl App {
    /// Changes a project in one piece. What is held under a lease may still be finished.
    pub async fn change_project(&self, asker: &Asker, project: ProjectId, change: &ProjectChange) -> Result<(), Error> {
        let state: Option<State> = match &change.state {
            Some(word) => {
                Some(word.parse().map_err(|e: projects::UnknownState| Error::invalid("/state", e.to_string()))?)
            }
            None => None,
        };
        let rule = match &change.pool {
            Some(pool) => Some(Eligibility::parse(pool).map_err(|faults| under("/pool", &faults))?),
            None => None,
        };
        let now = self.now();
        let mut tx = self.store.write("change_project").await?;
        projects::lock(&mut tx, project).await?;
        let (gate, clearance) = gate_for(&mut tx, asker, project, Need::Operate).await?;
        if gate.state == State::Closed && *change != ProjectChange::default() && state != Some(State::Closed) {
            return Err(Error::state("project_closed", "a closed project stays closed; make a new one"));
        }
        if let Some(rule) = &rule {
            experts::courses::known(&mut tx, rule, gate.client).await?;
        }
        let schema = schemas::rules(&mut tx, &clearance, gate.schema).await?;
        let kept = NewPipeline {
            overlap: Some(gate.overlap),
            review_rate: Some(f64::from(gate.review_per_10000) / 10_000.0),
            gold_rate: Some(f64::from(gate.gold_per_10000) / 10_000.0),
            lease_minutes: u32::try_from(gate.lease_us / vouchsafe_domain::time::Micros::MINUTE).ok(),
            return_to: Some(if gate.return_to_another { "another" } else { "author" }.into()),
            open_leases: Some(gate.open_leases_max),
            per_hour: Some(gate.per_hour_max),
            adjudicate: None,
            price: None,
            until: None,
            second_review_rate: None,
            reviewed_gold_rate: None,
        };
        let pipeline = change.pipeline.clone().unwrap_or_default().over(kept);
        if let Some(asked) = pipeline.until {
            until::set(&mut tx, &clearance, project, asked.check()?.as_ref()).await?;
        }
        if let Some(asked) = pipeline.adjudicate {
            adjudication::set_below(&mut tx, &clearance, project, asked.check()?).await?;
        }
        if let Some(asked) = &pipeline.price {
            given::set_price(&mut tx, &clearance, project, asked.check()?.as_ref()).await?;
        }
        let adjudicate = adjudication::below(&mut tx, project).await?;
        let rates = pipeline.rates(measuring::rates(&mut tx, project).await?)?;
        measuring::set_rates(&mut tx, &clearance, project, rates).await?;
        let pipeline = pipeline.check(&schema, change.copy_allowed.unwrap_or(gate.copy_allowed))?;
        let pool = change.pool.as_ref().map(Value::to_string);
        projects::set_pipeline(&mut tx, &clearance, project, &pipeline, pool.as_deref().map(str::as_bytes), now)
            .await?;
        let state = state.unwrap_or(gate.state);
        projects::set_state(&mut tx, project, state).await?;
        let until = until::get(&mut tx, project).await?;
        let entry = clearance
            .entry(Act::ProjectChanged, now)
            .of("project", project.to_string())
            .of("state_before", gate.state.word())
            .of("state", state.word())
            .of("overlap", pipeline.overlap)
            .of("review_per_10000", pipeline.review_per_10000)
            .of("gold_per_10000", pipeline.gold_per_10000)
            .of("adjudicate_per_10000", adjudicate)
            .of("until_per_10000", until.map(|until| until.posterior_per_10000))
            .of("at_most", until.map(|until| until.at_most))
            .of("answers_max", until.and_then(|until| until.answers_max))
            .of("least_gain_millionths", until.and_then(|until| until.least_gain_millionths))
            .of("price_per_10000", given::price(&mut tx, project).await?.map(|price| price.per_10000))
            .of("second_review_per_10000", rates.second)
            .of("reviewed_gold_per_10000", rates.gold)
            .of("lease_us", pipeline.lease_us)
            .of("copy_allowed", pipeline.copy_allowed)
            .of("pool_changed", pool.is_some());
        tx.commit([entry]).await?;
        Ok(())
    }
}
