//! The installation that a local command works on: its folder, its database, its key.

use crate::exit::{CONFIG, Failure, UNREACHABLE};
use clap::Args;
use std::{
    fs, io,
    os::unix::fs::{DirBuilderExt, OpenOptionsExt},
    path::{Path, PathBuf},
    sync::Arc,
};
use vouchsafe_app::{
    App,
    clock::SystemClock,
    store::{
        self, Store,
        keys::{self, Keyring},
        seal::Key,
    },
};

/// Where an installation lies.
#[derive(Args, Clone)]
pub(crate) struct Place {
    /// Folder of the database, keys and releases.
    #[arg(long, default_value = "var", env = "VOUCHSAFE_DATA", value_name = "FOLDER")]
    pub(crate) data: PathBuf,
    /// `postgres://…`, or the path of a SQLite file. Without it, vouchsafe.db in the folder. With `?sslrootcert=FILE` PostgreSQL is
    /// spoken to by TLS.
    #[arg(long, env = "VOUCHSAFE_DATABASE", hide_env_values = true)]
    pub(crate) database: Option<String>,
}

impl Place {
    /// What the store opens.
    pub(crate) fn url(&self) -> String {
        let file = || self.data.join("vouchsafe.db").to_string_lossy().into_owned();
        self.database.clone().unwrap_or_else(file)
    }

    fn key_file(&self) -> PathBuf {
        self.data.join("keys").join("installation.key")
    }

    /// Opens or makes it: folder, key, database, tables.
    pub(crate) async fn make(&self) -> Result<App, Failure> {
        let keys = self.data.join("keys");
        fs::DirBuilder::new().recursive(true).mode(0o700).create(&keys).map_err(|error| {
            let advice = "choose with --data a folder that this user may write to";
            Failure::config(format!("{}: {error}; {advice}", keys.display()))
        })?;
        let key = match self.key()? {
            Some(key) => key,
            None => self.first_key().await?,
        };
        let store = Store::open(&self.url(), Arc::new(Keyring::new(keys, key))).await.map_err(unopened)?;
        Ok(App::new(store, Arc::new(SystemClock)).with_data(self.data.clone()))
    }

    /// The key of a new installation. Beside a database that is there a fresh one would be a wrong one.
    async fn first_key(&self) -> Result<Key, Failure> {
        if Store::is_there(&self.url()).await.map_err(unopened)? {
            return Err(Failure::config(format!(
                "there is a database, but its installation key is neither in {} nor in VOUCHSAFE_INSTALLATION_KEY: put \
                 your copy of it there. Nothing was changed",
                self.key_file().display()
            )));
        }
        new_key(&self.key_file())
    }

    /// Opens one that is there. Makes nothing, changes no table.
    pub(crate) async fn open(&self) -> Result<App, Failure> {
        let ring = self.ring()?;
        let store = Store::open_as_is(&self.url(), Arc::new(ring)).await.map_err(unopened)?;
        Ok(App::new(store, Arc::new(SystemClock)).with_data(self.data.clone()))
    }

    /// Opens one that is there, for a command that records something. Where a server had stopped in order, [`Stopped::again`] notes
    /// what this adds.
    pub(crate) async fn open_to_record(&self) -> Result<(App, Stopped), Failure> {
        let app = self.open().await?;
        let stopped = Stopped(app.stopped_in_order()?);
        app.not_stopped()?;
        Ok((app, stopped))
    }

    /// The keys of one that is there.
    pub(crate) fn ring(&self) -> Result<Keyring, Failure> {
        let key = self.key()?.ok_or_else(|| {
            Failure::config(format!(
                "the installation key is neither in {} nor in VOUCHSAFE_INSTALLATION_KEY: put your copy of it there",
                self.key_file().display()
            ))
        })?;
        Ok(Keyring::new(self.data.join("keys"), key))
    }

    /// The installation's key: from the environment, else from its file.
    fn key(&self) -> Result<Option<Key>, Failure> {
        const EXPECTED: &str = "64 hex digits are expected";
        if let Ok(text) = std::env::var("VOUCHSAFE_INSTALLATION_KEY") {
            let key = keys::parse_hex(text.trim());
            return key.map(Some).ok_or_else(|| Failure::config(format!("VOUCHSAFE_INSTALLATION_KEY: {EXPECTED}")));
        }
        let path = self.key_file();
        match fs::read_to_string(&path) {
            Ok(text) => keys::parse_hex(text.trim())
                .map(Some)
                .ok_or_else(|| Failure::config(format!("{}: {EXPECTED}", path.display()))),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(Failure::config(format!("{}: {error}", path.display()))),
        }
    }
}

/// Whether no server ran when a command began, and all that was recorded was noted.
#[must_use]
pub(crate) struct Stopped(bool);

impl Stopped {
    /// The command is done.
    pub(crate) async fn again(self, app: &App) -> Result<(), Failure> {
        if self.0 { Ok(app.stopped().await?) } else { Ok(()) }
    }
}

/// A fresh key, which the first start makes.
fn new_key(path: &Path) -> Result<Key, Failure> {
    let key = Key::random();
    let named = |e: io::Error| Failure::config(format!("{}: {e}", path.display()));
    let mut file = fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(path).map_err(named)?;
    io::Write::write_all(&mut file, keys::to_hex(&key).as_bytes()).map_err(named)?;
    file.sync_all().map_err(named)?;
    eprintln!(
        "A new installation key lies in {}. Keep a copy apart from the database: without it nobody's name opens.",
        path.display()
    );
    Ok(key)
}

/// What a database that did not open means for whoever started it.
fn unopened(error: store::Error) -> Failure {
    use store::Error::{Behind, Damaged, DiskFull, FromTheFuture, MigrationChanged, NoDatabase};
    match error {
        FromTheFuture(_) | MigrationChanged(_) | Behind(_) | Damaged(_) => Failure::new(CONFIG, error.to_string()),
        NoDatabase(_) => Failure::new(CONFIG, format!("{error}: check --data and --database")),
        DiskFull => Failure::new(CONFIG, format!("{error}; make room and start again")),
        other => Failure::new(
            UNREACHABLE,
            format!("{other}; check --database, that this user may open it, and that a PostgreSQL server runs there"),
        ),
    }
}
