//! `vouchsafe doctor`: what is well and what must be mended.

use crate::{
    exit::{DONE, Failure, SICK},
    installation::Place,
};
use clap::Args;
use vouchsafe_app::{Error, custody::doctor::Health, store::Error::Damaged};

/// Of which installation.
#[derive(Args)]
pub(crate) struct Doctor {
    #[command(flatten)]
    place: Place,
    /// Answer with one JSON object.
    #[arg(long)]
    json: bool,
}

impl Doctor {
    pub(crate) async fn run(self) -> Result<u8, Failure> {
        let (app, stopped) = self.place.open_to_record().await?;
        let found = app.doctor(env!("CARGO_PKG_VERSION")).await.map_err(|error| match error {
            Error::Store(Damaged(_)) => Failure::new(SICK, error.to_string()),
            other => other.into(),
        })?;
        stopped.again(&app).await?;
        if self.json {
            println!("{}", serde_json::json!({"findings": found}));
        } else {
            let width = found.iter().map(|f| f.what.chars().count()).max().unwrap_or_default();
            for one in &found {
                let word = match one.health {
                    Health::Well => "well ",
                    Health::Watch => "watch",
                    Health::Bad => "BAD  ",
                };
                println!("{word}  {:<width$}  {}", one.what, one.detail);
            }
        }
        Ok(if found.iter().any(|f| f.health == Health::Bad) { SICK } else { DONE })
    }
}
