//! `vouchsafe serve`: opens the database, starts the jobs, listens.

use crate::{
    door::{self, Door},
    exit::{Failure, UNREACHABLE},
};
use axum::{Extension, serve::ListenerExt};
use clap::Args;
use std::{
    fs, io,
    net::SocketAddr,
    os::unix::fs::{DirBuilderExt, OpenOptionsExt},
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};
use tokio::signal::unix::{Signal, SignalKind, signal};
use vouchsafe_app::{
    App,
    access::invitations::Invite,
    clock::SystemClock,
    store::{
        self, Store,
        keys::{self, Keyring},
        seal::Key,
    },
};

/// How long a server that was told to stop lets requests end.
const STOPPING_TAKES_MAX: Duration = Duration::from_secs(20);

/// What the server is started with.
#[derive(Args)]
pub(crate) struct Serve {
    /// Folder of the database, keys and releases; made if it is not there.
    #[arg(long, default_value = "var", env = "VOUCHSAFE_DATA")]
    data: PathBuf,
    /// `postgres://…`, or the path of a SQLite file. Without it, DATA/vouchsafe.db.
    #[arg(long, env = "VOUCHSAFE_DATABASE")]
    database: Option<String>,
    #[command(flatten)]
    door: Door,
    /// Declare, at the first start, that one person runs this installation; every ledger says so.
    #[arg(long)]
    one_person: bool,
}

/// An opened installation.
pub(crate) struct Opened {
    pub(crate) app: App,
    /// It was made now.
    pub(crate) first_start: bool,
    pub(crate) keys: PathBuf,
}

impl Serve {
    /// Runs until it is told to stop.
    pub(crate) async fn run(self) -> Result<(), Failure> {
        let stop = Stop::new()?;
        let door = self.door.open().await?;
        let opened = open(&self.data, self.database.as_deref(), self.one_person).await?;
        let url = door.url();
        println!("Vouchsafe listens on {url}");
        if opened.first_start {
            for role in ["admin", "custodian"] {
                let invite = Invite { role: role.into(), email: format!("{role}@localhost") };
                let made = opened.app.invite(None, &invite).await?;
                println!("The first {role} joins at {url}/invitation/{} (works once, for a week)", made.secret);
            }
        }
        run(opened.app, door, stop).await
    }
}

/// Opens or makes an installation in a folder.
pub(crate) async fn open(data: &Path, database: Option<&str>, one_person: bool) -> Result<Opened, Failure> {
    let keys = data.join("keys");
    fs::DirBuilder::new().recursive(true).mode(0o700).create(&keys).map_err(|error| {
        Failure::config(format!("{}: {error}; choose with --data a folder that this user may write to", keys.display()))
    })?;
    let key = installation_key(&keys.join("installation.key"))?;
    let url = database.map_or_else(|| data.join("vouchsafe.db").to_string_lossy().into_owned(), str::to_owned);
    let store = Store::open(&url, Arc::new(Keyring::new(keys.clone(), key))).await.map_err(unopened)?;
    let app = App::new(store, Arc::new(SystemClock)).with_data(data.to_owned());
    let first_start = app.started(env!("CARGO_PKG_VERSION"), one_person).await.map_err(|error| match error {
        vouchsafe_app::Error::Store(store::Error::Unsealable { .. }) => Failure::config(
            "the installation key does not open this database: it was made with another. Put the right one into \
             DATA/keys/installation.key or VOUCHSAFE_INSTALLATION_KEY",
        ),
        other => other.into(),
    })?;
    Ok(Opened { app, first_start, keys })
}

/// Why a database did not open, and what to do.
fn unopened(error: store::Error) -> Failure {
    match error {
        store::Error::FromTheFuture(_) | store::Error::MigrationChanged(_) => Failure::config(error.to_string()),
        store::Error::DiskFull => Failure::config(format!("{error}; make room and start again")),
        other => Failure::new(
            UNREACHABLE,
            format!(
                "{other}; check --database and that this user may open it, and that a PostgreSQL server runs there"
            ),
        ),
    }
}

/// The installation's key: from the environment, else from its file, which the first start makes.
fn installation_key(path: &Path) -> Result<Key, Failure> {
    const EXPECTED: &str = "64 hex digits are expected";
    if let Ok(text) = std::env::var("VOUCHSAFE_INSTALLATION_KEY") {
        return keys::parse_hex(text.trim())
            .ok_or_else(|| Failure::config(format!("VOUCHSAFE_INSTALLATION_KEY: {EXPECTED}")));
    }
    let named = |e: io::Error| Failure::config(format!("{}: {e}", path.display()));
    match fs::read_to_string(path) {
        Ok(text) => {
            return keys::parse_hex(text.trim())
                .ok_or_else(|| Failure::config(format!("{}: {EXPECTED}", path.display())));
        }
        Err(error) if error.kind() == io::ErrorKind::NotFound => {}
        Err(error) => return Err(named(error)),
    }
    let key = Key::random();
    let mut file = fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(path).map_err(named)?;
    std::io::Write::write_all(&mut file, keys::to_hex(&key).as_bytes()).map_err(named)?;
    file.sync_all().map_err(named)?;
    eprintln!(
        "A new installation key lies in {}. Keep a copy apart from the database: without it nobody's name opens.",
        path.display()
    );
    Ok(key)
}

/// Serves until it is told to stop; what was begun is finished, for as long as [`STOPPING_TAKES_MAX`].
pub(crate) async fn run(app: App, door: door::Opened, stop: Stop) -> Result<(), Failure> {
    let jobs = tokio::spawn(jobs(app.clone()));
    let deliveries = tokio::spawn(deliveries(app.clone()));
    let router = vouchsafe_http::router(app).layer(Extension(door.believed));
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
    deliveries.abort();
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
const CONSENSUS_AT_ONCE: u32 = 256;

/// Reckons consensus as answers come, and builds the releases that nobody is building.
async fn deliveries(app: App) {
    if let Err(error) = app.resume_builds().await {
        tracing::warn!(%error, "builds that were broken off were not taken up");
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
    }
}

/// Ends lapsed leases every second, and asks for every client's key again.
async fn jobs(app: App) {
    let mut turn = tokio::time::interval(Duration::from_secs(1));
    let mut asked = tokio::time::Instant::now();
    loop {
        turn.tick().await;
        while matches!(
            app.sweep_lapsed().await.inspect_err(|error| tracing::warn!(%error, "lapsed leases were not ended")),
            Ok(1..)
        ) {}
        if asked.elapsed() >= keys::ASK_EVERY {
            asked = tokio::time::Instant::now();
            if let Err(error) = app.confirm_keys().await {
                tracing::warn!(%error, "a withdrawn key was not recorded");
            }
        }
    }
}
