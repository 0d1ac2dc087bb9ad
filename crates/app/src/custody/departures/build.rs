//! Building a departure: every row of the client from one snapshot, into a folder that is whole or absent.
//!
//! The entry that says how much will leave the database is durable before the first row is opened. The folder has its
//! name before the row says `built`; a build that dies between leaves `building`, and whoever starts next builds anew.

use super::{StoredDeparture, entry};
use crate::{
    App, Error,
    releases::{
        StoredFile, StoredRelease,
        build::io_failed,
        folder::{SealedFiles, Sizes},
        pipeline::hash,
    },
};
use std::io;
use vouchsafe_domain::{
    custody::departure::{FETCHED_FOR_US, State, after_approvals},
    ids::{DepartureId, ReleaseId},
    time::Micros,
};
use vouchsafe_formats::{
    custody::departures::{About, DepartureWriter, Manifest, ReleaseHeld},
    releases::{File, FileRole, FolderError, sweep},
};
use vouchsafe_ledger::{
    act::Act,
    entry::{Entry, LedgerOf},
    signing::{Purpose, SecretKey},
};
use vouchsafe_store::{
    Read,
    custody::{
        clearance::{Sealer, clear_server},
        clients,
        departures::{
            self as rows, Found,
            source::{self, Lines, OF_CLIENT, OF_TASKS},
        },
        opener::Opener,
    },
};

const JOB: &str = "departure";
/// How often a long build records that it goes on.
const SAYS_SO_EVERY_US: i64 = 15 * Micros::SECOND;
/// A build that was not heard of for so long is dead.
const DEAD_AFTER_US: i64 = Micros::MINUTE;
/// How often a build is begun before it is given up.
const ATTEMPTS_MAX: u32 = 3;
/// Departures looked at in one go.
const AT_ONCE: u32 = 100;

/// What a build knows once its entry is durable.
struct Begun {
    found: Found,
    build: String,
    code_name: String,
    opener: Opener,
    sealer: Sealer,
}

/// What a build came to.
struct Finished {
    manifest: Manifest,
    /// Every file with its size and hash.
    files: Vec<StoredFile>,
    tasks: u64,
}

/// What stopped one.
#[derive(Debug, thiserror::Error)]
enum Broken {
    #[error(transparent)]
    Folder(#[from] FolderError),
    #[error(transparent)]
    App(#[from] Error),
    #[error(transparent)]
    Store(#[from] vouchsafe_store::Error),
    #[error("a thread of the build ended before its time")]
    Thread,
}

impl App {
    /// Builds every departure that nobody is building, oldest first, and removes those whose time is over. Returns how
    /// many were built. To be called over and over; several servers may.
    pub async fn build_departures(&self) -> Result<usize, Error> {
        self.end_old_departures().await?;
        self.build_unheard_departures(self.now().plus(-DEAD_AFTER_US)).await
    }

    /// The same once at the start of a server: on an embedded database no other can be building, so what is `building`
    /// was broken off, and what it left is removed.
    pub async fn resume_departures(&self) -> Result<usize, Error> {
        if self.store.file().is_none() {
            return self.build_departures().await;
        }
        let folder = self.departures_folder()?;
        if folder.exists() {
            sweep(&folder).map_err(|error| io_failed("the folder of departures", error))?;
        }
        self.build_unheard_departures(Micros(i64::MAX)).await
    }

    async fn build_unheard_departures(&self, heard_since: Micros) -> Result<usize, Error> {
        let mut on = self.store.read().await?;
        let unbuilt = rows::unbuilt(&mut on, heard_since, AT_ONCE).await?;
        drop(on);
        let mut built = 0;
        for id in unbuilt {
            match self.build_departure_as(id, heard_since).await {
                Ok(state) => built += usize::from(matches!(state, Some(State::Built | State::Approved))),
                Err(Error::Refused(why)) => tracing::warn!(%why, departure = %id, "it waits for its client's key"),
                Err(error) => tracing::error!(%error, departure = %id, "a build could not be recorded"),
            }
        }
        Ok(built)
    }

    async fn end_old_departures(&self) -> Result<(), Error> {
        let now = self.now();
        let mut on = self.store.read().await?;
        let old = rows::built_before(&mut on, now.plus(-FETCHED_FOR_US), AT_ONCE).await?;
        drop(on);
        for id in old {
            let mut tx = self.store.write("end_departure").await?;
            let Some(found) = rows::get(&mut tx, id).await? else { continue };
            if !found.state.is_live() || !rows::move_on(&mut tx, id, found.state, State::Ended, now).await? {
                tx.abandon().await?;
                continue;
            }
            let entry = Entry::new(LedgerOf::Client(found.client.to_string()), Act::DepartureEnded, now.0);
            tx.commit([entry.because("reason", "over").of("departure", id.to_string()).by("job", JOB)]).await?;
            self.remove_departure(id)?;
        }
        Ok(())
    }

    /// Builds one departure. `None` when somebody else is at it or it is built already.
    pub async fn build_departure(&self, id: DepartureId) -> Result<Option<State>, Error> {
        self.build_departure_as(id, self.now().plus(-DEAD_AFTER_US)).await
    }

    async fn build_departure_as(&self, id: DepartureId, heard_since: Micros) -> Result<Option<State>, Error> {
        let key = self.signing_key(Purpose::Release).await?;
        let mut tx = self.store.write("build_departure").await?;
        let found = rows::get(&mut tx, id).await?.ok_or(Error::NotFound)?;
        tx.abandon().await?;
        if found.state != State::Building {
            return Ok(None);
        }
        self.load_key(found.client).await?;
        let mut on = self.store.snapshot().await?;
        let extent = source::extent(&mut on, found.client).await?;
        let at = self.now();
        let begun = self.retry(|| self.begin_departure(id, extent, heard_since)).await?;
        let Some(begun) = begun else { return Ok(None) };
        let outcome = if begun.found.attempts > ATTEMPTS_MAX {
            Err(("broken_off", format!("{ATTEMPTS_MAX} builds were broken off before they ended")))
        } else {
            self.fill_departure(&mut on, &begun, at, key).await.map_err(|broken| (word(&broken), broken.to_string()))
        };
        drop(on);
        match outcome {
            Ok(finished) => self.finish_departure(&begun, finished).await,
            Err((why, detail)) => self.give_up_departure(&begun, why, &detail).await,
        }
    }

    async fn begin_departure(
        &self,
        id: DepartureId,
        (tasks, bytes): (i64, i64),
        heard_since: Micros,
    ) -> Result<Option<Begun>, Error> {
        let (now, build) = (self.now(), self.id().to_string());
        let mut tx = self.store.write("build_departure").await?;
        if !rows::claim(&mut tx, id, &build, now, heard_since).await? {
            tx.abandon().await?;
            return Ok(None);
        }
        let found = rows::get(&mut tx, id).await?.ok_or(Error::NotFound)?;
        let clearance = clear_server(&mut tx, JOB, found.client).await?;
        let code_name = clients::get(&mut tx, found.client).await?.ok_or(Error::NotFound)?.face.code_name;
        let (opener, sealer) = (clearance.pending_opener(&tx)?, clearance.sealer());
        let entry = entry(&clearance, Act::DepartureBuilding, id, now)
            .because("phase", "begun")
            .because("tasks", tasks)
            .because("row_bytes", bytes)
            .of("build", build.clone());
        let committed = tx.commit([entry]).await?;
        let opener = opener.open(&committed)?;
        Ok(Some(Begun { found, build, code_name, opener, sealer }))
    }

    /// Reads, opens and writes every row. Of the client's own rows one is in memory at a time, of those that hang on
    /// tasks one range.
    async fn fill_departure(
        &self,
        on: &mut Read,
        begun: &Begun,
        at: Micros,
        key: SecretKey,
    ) -> Result<Finished, Broken> {
        let (id, client) = (begun.found.id, begun.found.client);
        let (parent, folder) = (self.departures_folder()?, self.departures_folder()?.join(id.to_string()));
        std::fs::create_dir_all(&parent).map_err(|error| io_failed("the folder of departures", error))?;
        // What a build left that died between the folder and the row: nobody was told of it.
        self.remove_departure(id)?;
        let sizes = Sizes::default();
        let release = ReleaseId(id.0);
        let place = SealedFiles { sealer: begun.sealer.clone(), release, parent, sizes: sizes.clone() };
        let tables: Vec<_> = OF_CLIENT.iter().chain(OF_TASKS).map(|table| table.name).collect();
        let mut writer = DepartureWriter::create(&folder, &tables, Box::new(place))?;
        let mut lines = Lines::new(begun.opener.clone());

        let (mut releases, mut release_files) = (Vec::new(), Vec::new());
        for (n, table) in OF_CLIENT.iter().enumerate() {
            let mut failed = None;
            source::each(on, table, client, &mut |cells| {
                let line = lines.line(table, cells)?;
                if table.name == "releases" {
                    self.release_held(&line, &mut releases, &mut release_files);
                }
                if failed.is_none() {
                    failed = writer.push(n, &line).err();
                }
                Ok(())
            })
            .await?;
            if let Some(failed) = failed {
                return Err(failed.into());
            }
            tokio::task::yield_now().await;
        }

        let (mut tasks, mut said) = (0, self.now());
        for project in source::projects(on, client).await? {
            let mut after = i64::MIN;
            while let Some((until, count)) = source::range_end(on, project, after).await? {
                let mut read = Vec::with_capacity(OF_TASKS.len());
                for table in OF_TASKS {
                    read.push(source::range(on, table, project, (after, until)).await?);
                }
                (after, tasks) = (until, tasks + count);
                // Opening takes a processor for a while.
                let opened = tokio::task::spawn_blocking(move || {
                    for (n, (table, rows)) in OF_TASKS.iter().zip(read).enumerate() {
                        for cells in rows {
                            writer.push(OF_CLIENT.len() + n, &lines.line(table, &cells)?)?;
                        }
                    }
                    Ok::<_, Broken>((writer, lines))
                });
                (writer, lines) = opened.await.map_err(|_| Broken::Thread)??;
                if self.now().since(said) >= SAYS_SO_EVERY_US {
                    said = self.now();
                    self.retry(|| self.departure_goes_on(begun, tasks)).await?;
                }
            }
        }

        let about = About {
            departure: id,
            client: begun.code_name.clone(),
            built_at: at,
            key: key.public().id(),
            ledger: self.certain_head(client).await?.map(|head| head.to_string()),
            releases,
            release_files,
        };
        let finished = tokio::task::spawn_blocking(move || {
            let mut own = [String::new(), String::new()];
            let manifest = writer.finish(&about, |manifest| {
                let signature = key.sign(manifest).to_text();
                own = [hash(manifest), hash(signature.as_bytes())];
                signature
            })?;
            Ok::<_, Broken>((manifest, own))
        });
        let (manifest, own) = finished.await.map_err(|_| Broken::Thread)??;
        let listed = manifest.files.iter().map(|file| StoredFile {
            path: file.path.clone(),
            bytes: file.bytes,
            sha256: file.sha256.clone(),
        });
        let sizes = sizes.take();
        let size = |path: &str| sizes.iter().find(|(name, _)| name == path).map_or(0, |(_, bytes)| *bytes);
        let own = ["manifest.json", "manifest.json.sig"].into_iter().zip(own).map(|(path, sha256)| StoredFile {
            path: path.into(),
            bytes: size(path),
            sha256,
        });
        Ok(Finished { files: listed.chain(own).collect(), manifest, tasks })
    }

    /// Notes a release, and its files where its folder is whole on this machine.
    fn release_held(
        &self,
        line: &serde_json::Map<String, serde_json::Value>,
        releases: &mut Vec<ReleaseHeld>,
        files: &mut Vec<File>,
    ) {
        let id = |name: &str| line.get(name).and_then(serde_json::Value::as_str);
        let (Some(Ok(release)), Some(Ok(project))) = (id("id").map(str::parse), id("project").map(str::parse)) else {
            return;
        };
        let stored = line.get("release").cloned().and_then(|body| serde_json::from_value::<StoredRelease>(body).ok());
        let stored = stored.map(|stored| stored.files).unwrap_or_default();
        let has_files = !stored.is_empty() && self.release_folder(release).is_ok_and(|folder| folder.is_dir());
        if has_files {
            files.extend(stored.into_iter().map(|file| File {
                path: format!("releases/{release}/{}", file.path),
                role: FileRole::Data,
                format: None,
                rows: None,
                left_out: std::collections::BTreeMap::new(),
                bytes: file.bytes,
                sha256: file.sha256,
            }));
        }
        let version = line.get("version").and_then(serde_json::Value::as_u64).and_then(|n| u32::try_from(n).ok());
        releases.push(ReleaseHeld {
            release,
            project,
            version: version.unwrap_or_default(),
            state: id("state").unwrap_or_default().to_owned(),
            has_files,
        });
    }

    async fn departure_goes_on(&self, begun: &Begun, tasks: u64) -> Result<(), Error> {
        let now = self.now();
        let mut tx = self.store.write("build_departure").await?;
        let clearance = clear_server(&mut tx, JOB, begun.found.client).await?;
        if !rows::going(&mut tx, begun.found.id, &begun.build, tasks, now).await? {
            return Err(Error::state("build_lost", "this departure was taken back, or another server builds it"));
        }
        let entry = entry(&clearance, Act::DepartureBuilding, begun.found.id, now).of("build", begun.build.clone());
        tx.commit([entry.because("phase", "going on").because("tasks", tasks)]).await?;
        Ok(())
    }

    async fn finish_departure(&self, begun: &Begun, finished: Finished) -> Result<Option<State>, Error> {
        let bytes = finished.files.iter().map(|file| file.bytes).sum();
        let (tasks, key) = (finished.tasks, finished.manifest.key.clone());
        let stored = StoredDeparture { manifest: Some(finished.manifest), files: finished.files };
        let body = serde_json::to_vec(&stored).map_err(|e| Error::invalid("", e.to_string()))?;
        self.load_key(begun.found.client).await?;
        let state = self
            .retry(|| async {
                let (now, id) = (self.now(), begun.found.id);
                let mut tx = self.store.write("build_departure").await?;
                let clearance = clear_server(&mut tx, JOB, begun.found.client).await?;
                let (client, by) = (begun.found.client, begun.found.ordered_by);
                let state = after_approvals(0, clients::approves_beforehand(&mut tx, client, by).await?);
                let built = rows::Built { build: &begun.build, state, body: &body, tasks, bytes, at: now };
                if !rows::built(&mut tx, &clearance, id, &built).await? {
                    return Ok(None);
                }
                let mut entries = vec![
                    entry(&clearance, Act::DepartureBuilt, id, now)
                        .because("tasks", tasks)
                        .because("bytes", bytes)
                        .because("files", stored.files.len())
                        .of("build", begun.build.clone())
                        .of("manifest_sha256", stored.manifest_sha256())
                        .of("key", key.clone()),
                ];
                if state == State::Approved {
                    let approved = entry(&clearance, Act::DepartureApproved, id, now);
                    entries.push(
                        approved.because("standing_rule", "client").of("manifest_sha256", stored.manifest_sha256()),
                    );
                }
                tx.commit(entries).await?;
                Ok(Some(state))
            })
            .await?;
        if state.is_none() {
            // Taken back meanwhile: nobody may fetch it, so nothing of it stays.
            self.remove_departure(begun.found.id)?;
        }
        Ok(state)
    }

    async fn give_up_departure(&self, begun: &Begun, why: &'static str, detail: &str) -> Result<Option<State>, Error> {
        tracing::warn!(departure = %begun.found.id, why, detail, "a departure could not be built");
        let (now, id) = (self.now(), begun.found.id);
        let mut tx = self.store.write("build_departure").await?;
        if !rows::failed(&mut tx, id, &begun.build, why, now).await? {
            return Ok(None);
        }
        // The client's key may be what is missing: an entry needs only the ledger's.
        let entry = Entry::new(LedgerOf::Client(begun.found.client.to_string()), Act::DepartureFailed, now.0);
        let entry = entry.because("reason", why).of("departure", id.to_string()).of("build", begun.build.clone());
        tx.commit([entry.by("job", JOB)]).await?;
        Ok(Some(State::Failed))
    }
}

/// A stable word for what stopped a build.
fn word(broken: &Broken) -> &'static str {
    use vouchsafe_store::Error as StoreError;
    let disk = |error: &io::Error| match error.kind() {
        io::ErrorKind::StorageFull => "disk_full",
        _ => "disk_failed",
    };
    match broken {
        Broken::Folder(FolderError::Io { source, .. }) => disk(source),
        Broken::App(Error::Store(StoreError::Io { error, .. })) | Broken::Store(StoreError::Io { error, .. }) => {
            disk(error)
        }
        Broken::App(Error::Store(StoreError::DiskFull)) | Broken::Store(StoreError::DiskFull) => "disk_full",
        Broken::App(Error::Store(StoreError::NoKey(_)) | Error::Refused(_)) | Broken::Store(StoreError::NoKey(_)) => {
            "key_withdrawn"
        }
        Broken::Store(StoreError::Unsealable { .. } | StoreError::Corrupt { .. }) => "unreadable",
        Broken::App(Error::State { slug, .. }) => slug,
        _ => "failed",
    }
}
