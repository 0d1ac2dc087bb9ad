//! `vouchsafe serve`: opens the database, starts the jobs, listens.

use axum::serve::ListenerExt;
use clap::Args;
use std::{
    fs,
    net::SocketAddr,
    os::unix::fs::{DirBuilderExt, OpenOptionsExt},
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};
use tokio::net::TcpListener;
use vouchsafe_app::{
    App,
    access::invitations::Invite,
    clock::SystemClock,
    store::{
        Store,
        keys::{self, Keyring},
        seal::Key,
    },
};

/// What the server is started with.
#[derive(Args)]
pub(crate) struct Serve {
    /// Folder of the database, keys and releases; made if it is not there.
    #[arg(long, default_value = "var", env = "VOUCHSAFE_DATA")]
    data: PathBuf,
    /// `postgres://…`, or the path of a SQLite file. Without it, DATA/vouchsafe.db.
    #[arg(long, env = "VOUCHSAFE_DATABASE")]
    database: Option<String>,
    /// Address and port. Only loopback: this version speaks no TLS of its own.
    #[arg(long, default_value = "127.0.0.1:8080", env = "VOUCHSAFE_LISTEN")]
    listen: SocketAddr,
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
    pub(crate) async fn run(self) -> Result<(), String> {
        let opened = open(&self.data, self.database.as_deref(), self.one_person).await?;
        let listener = listen(self.listen).await?;
        let address = listener.local_addr().map_err(|e| e.to_string())?;
        println!("Vouchsafe listens on http://{address}");
        if opened.first_start {
            for role in ["admin", "custodian"] {
                let invite = Invite { role: role.into(), email: format!("{role}@localhost") };
                let made = opened.app.invite(None, &invite).await.map_err(|e| e.to_string())?;
                println!(
                    "The first {role} joins at http://{address}/invitation/{} (works once, for a week)",
                    made.secret
                );
            }
        }
        run(opened.app, listener).await
    }
}

/// Opens or makes an installation in a folder.
pub(crate) async fn open(data: &Path, database: Option<&str>, one_person: bool) -> Result<Opened, String> {
    let keys = data.join("keys");
    fs::DirBuilder::new().recursive(true).mode(0o700).create(&keys).map_err(|e| format!("{}: {e}", keys.display()))?;
    let key = installation_key(&keys.join("installation.key"))?;
    let url = database.map_or_else(|| data.join("vouchsafe.db").to_string_lossy().into_owned(), str::to_owned);
    let store = Store::open(&url, Arc::new(Keyring::new(keys.clone(), key))).await.map_err(|e| e.to_string())?;
    let app = App::new(store, Arc::new(SystemClock)).with_data(data.to_owned());
    let first_start = app.started(env!("CARGO_PKG_VERSION"), one_person).await.map_err(|e| match e {
        vouchsafe_app::Error::Store(vouchsafe_app::store::Error::Unsealable { .. }) => {
            "the installation key does not open this database; it was made with another".to_owned()
        }
        other => other.to_string(),
    })?;
    Ok(Opened { app, first_start, keys })
}

/// The installation's key: from the environment, else from its file, which the first start makes.
fn installation_key(path: &Path) -> Result<Key, String> {
    const EXPECTED: &str = "64 hex digits are expected";
    if let Ok(text) = std::env::var("VOUCHSAFE_INSTALLATION_KEY") {
        return keys::parse_hex(text.trim()).ok_or_else(|| format!("VOUCHSAFE_INSTALLATION_KEY: {EXPECTED}"));
    }
    if let Ok(text) = fs::read_to_string(path) {
        return keys::parse_hex(text.trim()).ok_or_else(|| format!("{}: {EXPECTED}", path.display()));
    }
    let key = Key::random();
    let named = |e: std::io::Error| format!("{}: {e}", path.display());
    let mut file = fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(path).map_err(named)?;
    std::io::Write::write_all(&mut file, keys::to_hex(&key).as_bytes()).map_err(named)?;
    file.sync_all().map_err(named)?;
    eprintln!(
        "A new installation key lies in {}. Keep a copy apart from the database: without it nobody's name opens.",
        path.display()
    );
    Ok(key)
}

/// Listens on loopback, and nowhere else while there is no TLS.
pub(crate) async fn listen(address: SocketAddr) -> Result<TcpListener, String> {
    if !address.ip().is_loopback() {
        return Err(format!(
            "{address} can be reached from elsewhere, and this version speaks no TLS; listen on 127.0.0.1"
        ));
    }
    TcpListener::bind(address).await.map_err(|e| format!("{address}: {e}"))
}

/// Serves until it is told to stop; what was begun is finished.
pub(crate) async fn run(app: App, listener: TcpListener) -> Result<(), String> {
    let jobs = tokio::spawn(jobs(app.clone()));
    let deliveries = tokio::spawn(deliveries(app.clone()));
    let service = vouchsafe_http::router(app).into_make_service_with_connect_info::<SocketAddr>();
    let listener = listener.tap_io(|stream| {
        let _ = stream.set_nodelay(true);
    });
    let served = axum::serve(listener, service).with_graceful_shutdown(told_to_stop()).await;
    jobs.abort();
    deliveries.abort();
    served.map_err(|e| e.to_string())
}

async fn told_to_stop() {
    let mut terminate = tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate()).ok();
    let terminated = async {
        match &mut terminate {
            Some(signal) => {
                signal.recv().await;
            }
            None => std::future::pending().await,
        }
    };
    tokio::select! {
        _ = tokio::signal::ctrl_c() => {}
        () = terminated => {}
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
