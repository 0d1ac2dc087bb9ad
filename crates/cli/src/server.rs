//! `vouchsafe serve`: opens the database, starts the jobs, listens.

use crate::{
    allocator,
    custody::ledger::{self, job::Witness},
    door::{self, Door},
    exit::Failure,
    installation::Place,
};
use axum::{Extension, serve::ListenerExt};
use clap::Args;
use std::{io, net::SocketAddr, path::PathBuf, time::Duration};
use tokio::signal::unix::{Signal, SignalKind, signal};
use vouchsafe_app::{
    App,
    access::invitations::Invite,
    store::{self, custody::quarantine::Heads, keys},
};
use vouchsafe_http::quarantine::Quarantined;

/// How long a server that was told to stop lets requests end.
const STOPPING_TAKES_MAX: Duration = Duration::from_secs(20);

/// How often the newest entries are kept beside the database.
const REMEMBER_EVERY: Duration = Duration::from_secs(2);

/// What the server is started with.
#[derive(Args)]
pub(crate) struct Serve {
    #[command(flatten)]
    place: Place,
    #[command(flatten)]
    door: Door,
    /// A witness to cosign the heads of all ledgers (C2SP tlog-witness): its key, a space, its URL. May be given again;
    /// in the environment they stand apart by `;`. The server calls out to it.
    #[arg(long, env = "VOUCHSAFE_WITNESS", value_delimiter = ';', value_name = "KEY URL")]
    witness: Vec<Witness>,
    /// A folder in which outside audit logs are laid, to be read as they come. Nothing in it is opened before a custodian
    /// declared what may be looked at.
    #[arg(long, env = "VOUCHSAFE_WATCH_FOLDER", value_name = "FOLDER")]
    watch_folder: Option<PathBuf>,
    /// Declare, at the first start, that one person runs this installation; every ledger says so. Later: `vouchsafe one-person`.
    #[arg(long)]
    one_person: bool,
}

/// An opened installation.
pub(crate) struct Opened {
    pub(crate) app: App,
    /// Why it takes nothing new, if it does not.
    pub(crate) quarantined: Quarantined,
    /// It was made now.
    pub(crate) first_start: bool,
    pub(crate) keys: PathBuf,
}

impl Serve {
    /// Runs until it is told to stop.
    pub(crate) async fn run(self) -> Result<(), Failure> {
        allocator::give_back_soon();
        let stop = Stop::new()?;
        let door = self.door.open().await?;
        let opened = open(&self.place, self.one_person).await?;
        let url = door.url();
        println!("Vouchsafe listens on {url}");
        if opened.first_start {
            for role in ["admin", "custodian"] {
                let invite = Invite { role: role.into(), email: format!("{role}@localhost") };
                let made = opened.app.invite(None, &invite).await?;
                println!("The first {role} joins at {url}/invitation/{} (works once, for a week)", made.secret);
            }
        }
        run(opened, door, stop, self.witness, self.watch_folder).await
    }
}

/// Opens or makes an installation, and records that a server started on it.
pub(crate) async fn open(place: &Place, one_person: bool) -> Result<Opened, Failure> {
    let app = place.make().await?;
    app.not_stopped()?;
    let first_start = app.started(env!("CARGO_PKG_VERSION"), one_person).await.map_err(|error| match error {
        vouchsafe_app::Error::Store(store::Error::Unsealable { .. }) => Failure::config(
            "the installation key does not open this database: it was made with another. Put the right one into \
             DATA/keys/installation.key or VOUCHSAFE_INSTALLATION_KEY",
        ),
        other => other.into(),
    })?;
    app.no_signing_key_is_lost().await.map_err(|error| Failure::config(error.to_string()))?;
    let quarantined = Quarantined::default();
    if let Some(quarantine) = app.check_known(false).await? {
        eprintln!(
            "IN QUARANTINE: {}.\nThis server shows what there is and takes nothing new. Look at it, then run \
             `vouchsafe quarantine lift --reason …`.",
            quarantine.reason
        );
        quarantined.set(Some(quarantine.reason));
    }
    Ok(Opened { app, first_start, quarantined, keys: place.data.join("keys") })
}

/// Serves until it is told to stop; what was begun is finished, for as long as [`STOPPING_TAKES_MAX`].
pub(crate) async fn run(
    opened: Opened,
    door: door::Opened,
    stop: Stop,
    witnesses: Vec<Witness>,
    watch_folder: Option<PathBuf>,
) -> Result<(), Failure> {
    let Opened { app, quarantined, .. } = opened;
    let numbering = tokio::spawn(ledger::job::number(app.clone(), quarantined.clone()));
    let witnessing = tokio::spawn(ledger::job::witness(app.clone(), quarantined.clone(), witnesses));
    let jobs = tokio::spawn(jobs(app.clone(), quarantined.clone()));
    let asking = tokio::spawn(ask_keys(app.clone()));
    let deliveries = tokio::spawn(deliveries(app.clone(), quarantined.clone()));
    let quality = tokio::spawn(quality(app.clone(), quarantined.clone()));
    let watch = tokio::spawn(watch(app.clone(), quarantined.clone()));
    let outside = tokio::spawn(read_outside(app.clone(), quarantined.clone(), watch_folder));
    let known = tokio::spawn(remember(app.clone(), quarantined.clone()));
    let router = vouchsafe_http::router(app.clone()).layer((Extension(quarantined.clone()), Extension(door.believed)));
    // Through `tap_io`, axum gives every request the address that it came from.
    let listener = door.listener.tap_io(|_| {});
    let (stopping, mut told) = tokio::sync::watch::channel(false);
    let server = axum::serve(listener, router.into_make_service_with_connect_info::<SocketAddr>())
        .with_graceful_shutdown(async move {
            stop.told().await;
            stopping.send_replace(true);
        });
    let too_long = async {
        let _ = told.wait_for(|told| *told).await;
        tracing::info!("told to stop: finishing what was begun");
        tokio::time::sleep(STOPPING_TAKES_MAX).await;
    };
    let ended = tokio::select! {
        ended = server => ended,
        () = too_long => {
            tracing::warn!("requests still ran after {} s and were cut off", STOPPING_TAKES_MAX.as_secs());
            Ok(())
        }
    };
    jobs.abort();
    asking.abort();
    deliveries.abort();
    quality.abort();
    watch.abort();
    outside.abort();
    known.abort();
    numbering.abort();
    witnessing.abort();
    let _ = tokio::join!(known, numbering);
    if quarantined.reason().is_none()
        && let Err(error) = app.stopped().await
    {
        tracing::warn!(%error, "the newest entries were not kept beside the database");
    }
    ended.map_err(|e: io::Error| Failure::from(e.to_string()))
}

/// Listens for the word to stop, from the moment it is made: a server may be told before it answers anybody.
pub(crate) struct Stop {
    terminate: Signal,
    interrupt: Signal,
}

impl Stop {
    pub(crate) fn new() -> Result<Self, Failure> {
        let on = |kind| signal(kind).map_err(|e| Failure::from(format!("signals cannot be listened for: {e}")));
        Ok(Self { terminate: on(SignalKind::terminate())?, interrupt: on(SignalKind::interrupt())? })
    }

    async fn told(mut self) {
        tokio::select! {
            _ = self.terminate.recv() => {}
            _ = self.interrupt.recv() => {}
        }
    }
}

/// Tasks of each project whose consensus is reckoned in one go.
const CONSENSUS_AT_ONCE: u32 = 128;

/// Reckons consensus as answers come, and builds the releases that nobody is building.
async fn deliveries(app: App, quarantined: Quarantined) {
    while quarantined.reason().is_some() {
        tokio::time::sleep(Duration::from_secs(1)).await;
    }
    if let Err(error) = app.resume_builds().await {
        tracing::warn!(%error, "builds that were broken off were not taken up");
    }
    if let Err(error) = app.resume_departures().await {
        tracing::warn!(%error, "departures that were broken off were not taken up");
    }
    let mut turn = tokio::time::interval(Duration::from_secs(2));
    turn.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        turn.tick().await;
        while matches!(
            app.compute_consensus(CONSENSUS_AT_ONCE)
                .await
                .inspect_err(|error| tracing::warn!(%error, "consensus was not reckoned")),
            Ok(1..)
        ) {}
        if let Err(error) = app.build_releases().await {
            tracing::warn!(%error, "releases were not looked at");
        }
        if let Err(error) = app.build_departures().await {
            tracing::warn!(%error, "departures were not looked at");
        }
    }
}

/// Reckons the quality of projects as answers and reviews come.
async fn quality(app: App, quarantined: Quarantined) {
    let mut turn = tokio::time::interval(Duration::from_secs(5));
    turn.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        turn.tick().await;
        if quarantined.reason().is_none()
            && let Err(error) = app.compute_quality().await
        {
            tracing::warn!(%error, "quality was not looked at");
        }
    }
}

/// Looks at what was sent, two seconds after the last look: a case opens while its day still lasts.
async fn watch(app: App, quarantined: Quarantined) {
    let mut turn = tokio::time::interval(Duration::from_secs(2));
    turn.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        turn.tick().await;
        if quarantined.reason().is_some() {
            continue;
        }
        match app.watch().await {
            Ok(0) => {}
            Ok(opened) => tracing::info!(opened, "cases were opened"),
            Err(error) => tracing::warn!(%error, "what was sent was not looked at"),
        }
    }
}

/// Reads outside logs as they come, and forgets them as their time is over. A task of its own: a large log takes longer than a case may.
async fn read_outside(app: App, quarantined: Quarantined, folder: Option<PathBuf>) {
    let mut turn = tokio::time::interval(Duration::from_secs(2));
    turn.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        turn.tick().await;
        if quarantined.reason().is_some() {
            continue;
        }
        if let Some(folder) = &folder
            && let Err(error) = app.read_folder(folder).await
        {
            tracing::warn!(%error, "outside logs were not read");
        }
        if let Err(error) = app.forget_logs().await {
            tracing::warn!(%error, "outside logs were not forgotten");
        }
        if let Err(error) = app.forget_erased().await {
            tracing::warn!(%error, "what erasure keeps was not looked at");
        }
    }
}

/// Ends lapsed leases and the accounts of who left, every second.
async fn jobs(app: App, quarantined: Quarantined) {
    let mut turn = tokio::time::interval(Duration::from_secs(1));
    loop {
        turn.tick().await;
        if quarantined.reason().is_some() {
            continue;
        }
        if let Err(error) = app.end_leavers().await {
            tracing::error!(%error, "the accounts of people whose last day came were not ended");
        }
        while matches!(
            app.sweep_lapsed().await.inspect_err(|error| tracing::warn!(%error, "lapsed leases were not ended")),
            Ok(1..)
        ) {}
    }
}

/// Asks for every client's key again. Sources may take their time, and nothing else waits for them.
async fn ask_keys(app: App) {
    let mut turn = tokio::time::interval(keys::ASK_EVERY);
    turn.tick().await;
    loop {
        turn.tick().await;
        if let Err(error) = app.confirm_keys().await {
            tracing::warn!(%error, "a withdrawn key was not recorded");
        }
    }
}

/// Keeps beside the database what its newest entries are, and hears when a quarantine was lifted.
async fn remember(app: App, quarantined: Quarantined) {
    let mut turn = tokio::time::interval(REMEMBER_EVERY);
    let (mut seen, mut kept) = (Heads::new(), Heads::new());
    let mut signed = vouchsafe_app::custody::ledger::sequence::Checkpoints::new();
    loop {
        turn.tick().await;
        let done = async {
            if quarantined.reason().is_some() {
                quarantined.set(app.quarantine().await?.map(|found| found.reason));
                return Ok(());
            }
            // What was read a turn ago is on the disk by now.
            let before = std::mem::replace(&mut seen, app.newest().await?);
            if !before.is_empty() && before != kept {
                app.remember(&before)?;
                kept = before;
            }
            // Another process of this installation may have stopped.
            app.not_stopped()?;
            let before = std::mem::replace(&mut signed, app.checkpoints().await?);
            if !before.is_empty() && before != app.known_checkpoints()? {
                app.remember_checkpoints(&before)?;
            }
            Ok::<_, vouchsafe_app::Error>(())
        };
        if let Err(error) = done.await {
            tracing::warn!(%error, "the newest entries were not kept beside the database");
        }
    }
}
