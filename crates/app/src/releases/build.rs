//! Building a release: from one snapshot, in ranges, into a folder that is whole or absent.
//!
//! The entry that names the range is durable before the first row is opened. The folder has its name before the row
//! says `built`; a build that dies between leaves `building`, and whoever starts next builds anew.

use super::{
    StoredRelease, entry,
    folder::{SealedFiles, Sizes},
    order::plans,
    pipeline::{self, Broken, Finished, Pipeline, Plan},
    rows::Versions,
};
use crate::{App, Error, work::stored::json};
use serde_json::Value;
use std::{collections::HashMap, io, sync::Arc};
use vouchsafe_domain::{
    ids::ReleaseId,
    releases::{State, after_approvals},
    time::Micros,
    work::schema::Schema,
};
use vouchsafe_formats::releases::{About, Admitted, CardFacts, FolderError, FolderWriter, Version, sweep};
use vouchsafe_ledger::{act::Act, signing::Purpose};
use vouchsafe_store::{
    Read,
    custody::{
        clearance::{Clearance, Sealer, clear_server},
        clients,
        opener::Opener,
    },
    quality::reports,
    releases::{orders, source},
    work::projects,
};

const JOB: &str = "release";
/// A range holds about so many sealed bytes and at most so many tasks.
const RANGE_BYTES: usize = 1 << 20;
const RANGE_TASKS_MAX: usize = 400;
/// How often a long build records that it goes on.
const SAYS_SO_EVERY_US: i64 = 15 * Micros::SECOND;
/// A build that was not heard of for so long is dead. Long enough for one range, its consensus and a busy database.
const DEAD_AFTER_US: i64 = Micros::MINUTE;
/// How often a build is begun before it is given up.
const ATTEMPTS_MAX: u32 = 3;
/// Releases looked at in one go.
const AT_ONCE: u32 = 100;

/// What a build knows once its entry is durable.
struct Begun {
    found: orders::Found,
    build: String,
    stored: StoredRelease,
    pipeline: Value,
    code_name: String,
    opener: Opener,
    sealer: Sealer,
}

impl App {
    /// Builds every release that nobody is building, oldest first. Returns how many were built. To be called over
    /// and over; several servers may.
    pub async fn build_releases(&self) -> Result<usize, Error> {
        self.build_unheard(self.now().plus(-DEAD_AFTER_US)).await
    }

    /// As [`App::build_releases`], once at the start of a server: on an embedded database no other server can be
    /// building, so what is `building` was broken off, and what it left is removed.
    pub async fn resume_builds(&self) -> Result<usize, Error> {
        if self.store.file().is_none() {
            return self.build_releases().await;
        }
        let folder = self.releases_folder()?;
        if folder.exists() {
            sweep(&folder).map_err(|error| io_failed("the folder of releases", error))?;
        }
        self.build_unheard(Micros(i64::MAX)).await
    }

    async fn build_unheard(&self, heard_since: Micros) -> Result<usize, Error> {
        let mut on = self.store.read().await?;
        let unbuilt = orders::unbuilt(&mut on, heard_since, AT_ONCE).await?;
        drop(on);
        let mut built = 0;
        for release in unbuilt {
            match self.build_as(release, heard_since).await {
                Ok(state) => built += usize::from(matches!(state, Some(State::Built | State::Approved))),
                Err(Error::Refused(why)) => tracing::warn!(%why, %release, "a release waits for its client's key"),
                Err(error) => tracing::error!(%error, %release, "a build could not be recorded"),
            }
        }
        Ok(built)
    }

    /// Builds one release. `None` when somebody else is at it or it is built already. A build that comes to nothing is
    /// recorded with its reason and is no error here.
    pub async fn build_release(&self, release: ReleaseId) -> Result<Option<State>, Error> {
        self.build_as(release, self.now().plus(-DEAD_AFTER_US)).await
    }

    async fn build_as(&self, release: ReleaseId, heard_since: Micros) -> Result<Option<State>, Error> {
        let key = self.signing_key(Purpose::Release).await?;
        let mut tx = self.store.write("build_release").await?;
        let found = orders::get(&mut tx, release).await?.ok_or(Error::NotFound)?;
        tx.abandon().await?;
        if found.state != State::Building {
            return Ok(None);
        }
        self.load_key(found.client).await?;
        self.settle_all_of(found.project, found.client).await?;
        self.compute_quality_for(found.project).await?;

        let mut on = self.store.snapshot().await?;
        let extent = source::extent(&mut on, found.project).await?;
        let begun = self.retry(|| self.begin_build(release, &extent, heard_since)).await?;
        let Some(begun) = begun else { return Ok(None) };
        let outcome = if begun.found.attempts > ATTEMPTS_MAX {
            Err((
                "broken_off",
                format!("{ATTEMPTS_MAX} builds were broken off before they ended; see the server's log"),
            ))
        } else if extent.tasks == 0 {
            Err(("nothing_to_release", "no task of this project is done yet".to_owned()))
        } else {
            self.fill_folder(&mut on, &begun, key).await.map_err(|broken| reason(&broken))
        };
        drop(on);
        match outcome {
            Ok((finished, sizes)) => self.end_build(&begun, finished, &sizes).await,
            Err((why, detail)) => self.give_up_build(&begun, why, &detail).await,
        }
    }

    /// Takes the release and records what will leave the database; from then on rows may be opened.
    async fn begin_build(
        &self,
        release: ReleaseId,
        extent: &source::Extent,
        heard_since: Micros,
    ) -> Result<Option<Begun>, Error> {
        let (now, build) = (self.now(), self.id().to_string());
        let mut tx = self.store.write("build_release").await?;
        if !orders::claim(&mut tx, release, &build, now, heard_since).await? {
            tx.abandon().await?;
            return Ok(None);
        }
        let found = orders::get(&mut tx, release).await?.ok_or(Error::NotFound)?;
        let clearance = clear_server(&mut tx, JOB, found.client).await?;
        let stored: StoredRelease = json(&found.peek(&tx, &clearance)?)?;
        let pipeline = projects::gate(&mut tx, found.project, found.ordered_by).await?.ok_or(Error::NotFound)?;
        let pipeline = serde_json::json!({
            "overlap": pipeline.overlap,
            "review_rate": f64::from(pipeline.review_per_10000) / 10_000.0,
            "gold_rate": f64::from(pipeline.gold_per_10000) / 10_000.0,
        });
        let code_name = clients::get(&mut tx, found.client).await?.ok_or(Error::NotFound)?.face.code_name;
        let (opener, sealer) = (clearance.pending_opener(&tx)?, clearance.sealer());
        let entry = entry(&clearance, Act::ReleaseBuilding, &found, now)
            .because("phase", "begun")
            .because("tasks", extent.tasks)
            .because("row_bytes", extent.bytes)
            .because("done_until_us", extent.done_until.unwrap_or_default().0)
            .because("formats", stored.formats.clone())
            .of("build", build.clone());
        let committed = tx.commit([entry]).await?;
        let opener = opener.open(&committed)?;
        Ok(Some(Begun { found, build, stored, pipeline, code_name, opener, sealer }))
    }

    /// Reads, opens and writes every range.
    async fn fill_folder(
        &self,
        on: &mut Read,
        begun: &Begun,
        key: vouchsafe_ledger::signing::SecretKey,
    ) -> Result<(Finished, Sizes), Broken> {
        let project = begun.found.project;
        let (versions, mut about) = self.build_versions(on, begun).await?;
        let newest = versions.schemas.values().max_by_key(|(version, _)| *version).map(|(_, schema)| schema);
        let newest = newest.ok_or(Error::NotFound)?;
        let plans = plans(newest, &begun.stored.formats, &begun.stored.options)?;
        about.key = key.public().id();

        let (parent, folder) = (self.releases_folder()?, self.release_folder(begun.found.id)?);
        std::fs::create_dir_all(&parent).map_err(|error| io_failed("the folder of releases", error))?;
        // What a build left that died between the folder and the row: nobody was told of it.
        match std::fs::remove_dir_all(&folder) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => {
                return Err(io_failed("the folder of a release", error).into());
            }
            _ => {}
        }
        let sizes = Sizes::default();
        let place = SealedFiles { sealer: begun.sealer.clone(), release: begun.found.id, parent, sizes: sizes.clone() };
        let writer = FolderWriter::create(&folder, plans, Box::new(place))?;
        let report = reports::open(on, &begun.opener, begun.found.project).await.map_err(Error::from)?;
        let report = report.map(|body| json(&body)).transpose()?;
        let plan = Plan { app: self.clone(), writer, about, key, report };
        let mut pipeline = Pipeline::start(plan, &begun.opener, &Arc::new(versions));

        let (mut after, mut limit, mut said) = (i64::MIN, 16, self.now());
        loop {
            let tasks = source::range(on, project, after, limit).await.map_err(Error::from)?;
            let Some(last) = tasks.last() else { break };
            after = last.number;
            let bytes: usize = tasks.iter().map(source::SealedTask::bytes).sum();
            let fits = (tasks.len() * RANGE_BYTES / bytes.max(1)).clamp(1, RANGE_TASKS_MAX);
            limit = u32::try_from(fits).unwrap_or(1);
            pipeline.push(tasks).await?;
            if self.now().since(said) >= SAYS_SO_EVERY_US {
                said = self.now();
                self.retry(|| self.build_goes_on(begun, pipeline.written())).await?;
            }
            // Reading an embedded database does not wait by itself: let others have the thread.
            tokio::task::yield_now().await;
        }
        Ok((pipeline.finish().await?, sizes))
    }

    async fn build_versions(&self, on: &mut Read, begun: &Begun) -> Result<(Versions, About), Error> {
        let mut admitted = Admitted::default();
        for one in source::admitted(on, begun.found.project, begun.found.client, self.now()).await? {
            for person in [one.person, one.human] {
                let name = begun.opener.pseudonym(person)?;
                if one.credential {
                    admitted.credentials.insert(name.clone());
                }
                if one.course {
                    admitted.courses.insert(name);
                }
            }
        }
        let mut versions = Versions { schemas: HashMap::new(), guidelines: HashMap::new() };
        let mut about = About {
            release: begun.found.id,
            project: begun.found.project,
            client: begun.code_name.clone(),
            built_at: self.now(),
            key: String::new(),
            schemas: Vec::new(),
            guidelines: Vec::new(),
            pipeline: begun.pipeline.clone(),
            options: begun.stored.options.clone(),
            quality: Value::Null,
            ledger: self.certain_head(begun.found.client).await?.map(|head| head.to_string()),
            card: CardFacts {
                admitted: Some(admitted),
                title: begun.stored.name.clone().unwrap_or_else(|| format!("Release {}", begun.found.version)),
                ..CardFacts::default()
            },
        };
        for version in source::schemas(on, begun.found.project).await? {
            let text = version.open(&begun.opener)?;
            about.schemas.push(Version { version: version.version, sha256: pipeline::hash(&text) });
            let unsound = || Error::Store(vouchsafe_store::Error::Unsealable { table: "schema" });
            let schema = Schema::parse(&json(&text)?).map_err(|_| unsound())?;
            versions.schemas.insert(version.id, (version.version, Arc::new(schema)));
        }
        for version in source::guidelines(on, begun.found.project).await? {
            let text = version.open(&begun.opener)?;
            about.guidelines.push(Version { version: version.version, sha256: pipeline::hash(&text) });
            versions.guidelines.insert(version.id, version.version);
        }
        Ok((versions, about))
    }

    async fn build_goes_on(&self, begun: &Begun, rows: u64) -> Result<(), Error> {
        let now = self.now();
        let mut tx = self.store.write("build_release").await?;
        let clearance = clear_server(&mut tx, JOB, begun.found.client).await?;
        if !orders::going(&mut tx, begun.found.id, &begun.build, rows, now).await? {
            return Err(Error::state("build_lost", "another server builds this release"));
        }
        tx.commit([ongoing(&clearance, begun, now).because("phase", "going on").because("tasks", rows)]).await?;
        Ok(())
    }

    async fn end_build(&self, begun: &Begun, finished: Finished, sizes: &Sizes) -> Result<Option<State>, Error> {
        let files = pipeline::files(&finished, sizes);
        let bytes = files.iter().map(|file| file.bytes).sum();
        let mut stored = begun.stored.clone();
        stored.files = files;
        let rows = finished.manifest.counts.tasks;
        let key = finished.manifest.key.clone();
        stored.manifest = Some(finished.manifest);
        let body = serde_json::to_vec(&stored).map_err(|e| Error::invalid("", e.to_string()))?;
        let own = &finished.own;
        self.load_key(begun.found.client).await?;
        self.retry(|| async {
            let now = self.now();
            let mut tx = self.store.write("build_release").await?;
            let clearance = clear_server(&mut tx, JOB, begun.found.client).await?;
            let standing = clients::approves_beforehand(&mut tx, begun.found.client, begun.found.ordered_by).await?;
            let state = after_approvals(0, standing);
            let built = orders::Built { build: &begun.build, state, body: &body, tasks: rows, bytes, at: now };
            if !orders::built(&mut tx, &clearance, begun.found.id, &built).await? {
                return Ok(None);
            }
            let mut entries = vec![
                ongoing_as(Act::ReleaseBuilt, &clearance, begun, now)
                    .because("tasks", rows)
                    .because("bytes", bytes)
                    .because("files", stored.files.len())
                    .of("manifest_sha256", own[0].clone())
                    .of("key", key.clone()),
            ];
            if state == State::Approved {
                entries.push(
                    entry(&clearance, Act::ReleaseApproved, &begun.found, now).because("standing_rule", "client"),
                );
            }
            tx.commit(entries).await?;
            Ok(Some(state))
        })
        .await
    }

    async fn give_up_build(&self, begun: &Begun, why: &'static str, detail: &str) -> Result<Option<State>, Error> {
        tracing::warn!(release = %begun.found.id, why, detail, "a release could not be built");
        let mut tx = self.store.write("build_release").await?;
        let now = self.now();
        if !orders::failed(&mut tx, begun.found.id, &begun.build, why, now).await? {
            return Ok(None);
        }
        // The client's key may be what is missing: an entry needs only the ledger's.
        let owner = vouchsafe_ledger::entry::LedgerOf::Client(begun.found.client.to_string());
        let entry = vouchsafe_ledger::entry::Entry::new(owner, Act::ReleaseFailed, now.0)
            .because("reason", why)
            .of("release", begun.found.id.to_string())
            .of("project", begun.found.project.to_string())
            .of("build", begun.build.clone())
            .by("job", JOB);
        tx.commit([entry]).await?;
        Ok(Some(State::Failed))
    }
}

fn ongoing(clearance: &Clearance<'_>, begun: &Begun, now: Micros) -> vouchsafe_ledger::entry::Entry {
    ongoing_as(Act::ReleaseBuilding, clearance, begun, now)
}

fn ongoing_as(act: Act, clearance: &Clearance<'_>, begun: &Begun, now: Micros) -> vouchsafe_ledger::entry::Entry {
    entry(clearance, act, &begun.found, now).of("build", begun.build.clone())
}

pub(crate) fn io_failed(what: &str, error: io::Error) -> Error {
    Error::Store(vouchsafe_store::Error::Io { what: what.to_owned(), error })
}

/// A stable word for what stopped a build, and what is logged.
fn reason(broken: &Broken) -> (&'static str, String) {
    use vouchsafe_store::Error as StoreError;
    let full = |error: &io::Error| error.kind() == io::ErrorKind::StorageFull;
    let why = match broken {
        Broken::Folder(FolderError::Io { source, .. }) if full(source) => "disk_full",
        Broken::App(Error::Store(StoreError::Io { error, .. })) if full(error) => "disk_full",
        Broken::App(Error::Store(StoreError::DiskFull)) => "disk_full",
        Broken::Folder(FolderError::Io { .. } | FolderError::Exists)
        | Broken::App(Error::Store(StoreError::Io { .. })) => "disk_failed",
        Broken::Folder(FolderError::Row { .. }) => "task_unreadable",
        Broken::App(Error::Store(StoreError::NoKey(_)) | Error::Refused(_)) => "key_withdrawn",
        Broken::App(Error::State { slug, .. }) => slug,
        Broken::App(Error::Invalid(_)) => "not_exportable",
        Broken::App(_) | Broken::Thread => "failed",
    };
    (why, broken.to_string())
}
