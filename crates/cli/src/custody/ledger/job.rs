//! What the server does for its ledgers: it numbers, signs, and has the heads cosigned.

use crate::{exit::Failure, remote::Remote};
use std::{
    collections::HashMap,
    str::FromStr,
    time::{Duration, Instant},
};
use tokio::time::{MissedTickBehavior, interval};
use vouchsafe_app::{App, custody::ledger::witness::ToWitness};
use vouchsafe_http::quarantine::Quarantined;
use vouchsafe_ledger::note::WitnessKey;

/// How often it is looked for entries without a number: a head is at most this much older than what it should hold,
/// and the time that the numbering takes.
const NUMBER_EVERY: Duration = Duration::from_millis(500);
/// How often witnesses are asked.
const WITNESS_EVERY: Duration = Duration::from_secs(2);

/// A witness and where it is asked.
#[derive(Debug, Clone)]
pub(crate) struct Witness {
    key: WitnessKey,
    url: String,
}

impl FromStr for Witness {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let (key, url) = text.trim().split_once(' ').ok_or("a witness is its key, a space, its URL")?;
        Ok(Self { key: key.parse().map_err(|e| format!("{e}"))?, url: url.trim().trim_end_matches('/').into() })
    }
}

/// Numbers what was recorded, grows the trees, signs their heads.
pub(crate) async fn number(app: App, quarantined: Quarantined) {
    let mut turn = interval(NUMBER_EVERY);
    turn.set_missed_tick_behavior(MissedTickBehavior::Delay);
    if let Err(error) = app.watch_clock_at_start().await {
        tracing::warn!(%error, "whether the clock stepped back was not recorded");
    }
    let (mut clock, mut watched) = (app.now(), Instant::now());
    loop {
        turn.tick().await;
        // What lacks entries grows no tree: the other one, with all of them, may still be there.
        if quarantined.reason().is_some() {
            continue;
        }
        let done = async {
            let elapsed = i64::try_from(watched.elapsed().as_micros()).unwrap_or(i64::MAX);
            watched += Duration::from_micros(elapsed.unsigned_abs());
            clock = app.watch_clock(clock, elapsed).await?;
            while app.number_entries().await? > 0 {}
            app.refresh_heads().await
        };
        if let Err(error) = done.await {
            tracing::warn!(%error, "entries were not numbered");
        }
    }
}

/// Has each new head cosigned by each witness.
pub(crate) async fn witness(app: App, quarantined: Quarantined, witnesses: Vec<Witness>) {
    if witnesses.is_empty() {
        return;
    }
    let mut turn = interval(WITNESS_EVERY);
    turn.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut known: HashMap<(String, usize), u64> = HashMap::new();
    loop {
        turn.tick().await;
        if quarantined.reason().is_some() {
            continue;
        }
        let ledgers = app.checkpoints().await.unwrap_or_default();
        for ledger in ledgers.keys() {
            for (i, witness) in witnesses.iter().enumerate() {
                let old = known.entry((ledger.clone(), i)).or_default();
                match ask(&app, ledger, witness, *old).await {
                    Ok(size) => *old = size,
                    Err(why) => tracing::warn!(witness = witness.key.name, why = why.text, "a head was not cosigned"),
                }
            }
        }
    }
}

/// Asks one witness about one head; how far it knows the ledger now.
async fn ask(app: &App, ledger: &str, witness: &Witness, old: u64) -> Result<u64, Failure> {
    let mut old = old;
    // The witness may know more or less than we remember of it; it says so, once.
    for _ in 0..2 {
        let Some(sent) = app.to_witness(ledger, old).await? else { return Ok(old) };
        let (status, answer) = post(witness, &sent).await?;
        match status {
            200 => {
                return if app.witnessed(&sent, &answer, &witness.key).await? {
                    Ok(sent.size)
                } else {
                    Err(Failure::from("its answer holds no signature of its key".to_owned()))
                };
            }
            409 => {
                let size = answer.trim().parse().ok().filter(|size| *size != old);
                old = size.ok_or_else(|| Failure::from("it refused, and does not say what it knows".to_owned()))?;
            }
            _ => return Err(Failure::from(format!("it answered with status {status}"))),
        }
    }
    Ok(old)
}

async fn post(witness: &Witness, sent: &ToWitness) -> Result<(u16, String), Failure> {
    let (url, body) = (witness.url.clone(), sent.body.clone());
    let asked = tokio::task::spawn_blocking(move || Remote::elsewhere(&url)?.post_text("/add-checkpoint", &body));
    asked.await.map_err(|error| Failure::from(error.to_string()))?
}
