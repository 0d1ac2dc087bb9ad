//! Looking at releases: states and counts for all who may know of them, names and files for those who may have content.

use super::{StoredRelease, enter, need_of};
use crate::{
    App, Asker, Error,
    custody::absent,
    page::{Cursor, Page},
    work::stored::json,
};
use serde::Serialize;
use serde_json::Value;
use vouchsafe_domain::{
    ids::{ProjectId, ReleaseId},
    releases::{APPROVALS_NEEDED, State},
};
use vouchsafe_ledger::act::Act;
use vouchsafe_store::{
    custody::{
        clearance::clear,
        disclosed::{Going, Object},
    },
    releases::{folders::Approval, orders},
};

/// A release as it is shown. Times are RFC 3339.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct ReleaseSent {
    /// Its id.
    pub id: String,
    /// Its project.
    pub project: String,
    /// Within the project, from 1.
    pub version: u32,
    /// `building`, `built`, `approved`, `delivered` or `failed`.
    pub state: &'static str,
    /// What the client calls it; null without one, and for custodians.
    pub name: Option<String>,
    /// Formats asked for; null for custodians.
    pub formats: Option<Vec<String>>,
    /// Tasks in it; so far, while it is built.
    pub tasks: Option<i64>,
    /// Size of all files together, once built.
    pub bytes: Option<i64>,
    /// Who ordered it.
    pub ordered_by: String,
    /// When.
    pub ordered_at: String,
    /// When its folder was whole.
    pub built_at: Option<String>,
    /// When its files were opened for fetching.
    pub delivered_at: Option<String>,
    /// When its build was given up.
    pub failed_at: Option<String>,
    /// Why: `nothing_to_release`, `disk_full`, `disk_failed`, `key_withdrawn`, `task_unreadable`, `not_exportable`,
    /// `broken_off` or `failed`.
    pub failure: Option<String>,
    /// The reason in words, with what to do.
    pub failure_detail: Option<&'static str>,
    /// Who approved, oldest first.
    pub approvals: Vec<ApprovalSent>,
    /// How many persons must.
    pub approvals_needed: usize,
    /// Whether the caller's person is among them.
    pub approved_by_me: bool,
    /// Once built, the files; null for custodians.
    pub files: Option<Vec<FileListed>>,
    /// Once built: counts, steps, quality, schema and guideline versions, pipeline, key; null for custodians.
    pub manifest: Value,
}

/// One approval.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct ApprovalSent {
    /// By which member.
    pub member: String,
    /// When.
    pub at: String,
}

/// A file that may be fetched once the release is delivered.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct FileListed {
    /// Below the release's folder: `data/full.jsonl`.
    pub path: String,
    /// Its size.
    pub bytes: u64,
    /// Its SHA-256, in hex.
    pub sha256: String,
    /// Lines of a data file.
    pub rows: Option<u64>,
    /// How many tasks gave no line in this format, by reason.
    pub left_out: Value,
}

impl App {
    /// One release. Sends the client's name of it, so it is a disclosure, but for custodians.
    pub async fn release(&self, asker: &Asker, release: ReleaseId) -> Result<ReleaseSent, Error> {
        let now = self.now();
        let mut tx = self.store.write("release").await?;
        let (found, clearance) = enter(&mut tx, asker, release, need_of(asker.role)).await?;
        let approvals = orders::approvals(&mut tx, release).await?;
        if !clearance.need().is_content() {
            tx.abandon().await?;
            return Ok(shown(found, approvals, asker, None));
        }
        let (mut body, mut going) = (found.pending(&tx, &clearance)?, Going::default());
        going.piece(&clearance, "release", &mut body)?;
        let object = Object::new("release", &release, i64::from(found.version));
        let entry = clearance
            .sent(&mut tx, (Act::ReleaseSent, now), "GET /releases/{release}", object, going)
            .await?
            .of("project", found.project.to_string());
        let committed = tx.commit([entry]).await?;
        let stored = json(&body.open(&committed)?)?;
        Ok(shown(found, approvals, asker, Some(stored)))
    }

    /// The releases of a project, in order of ordering. One entry names all that were sent.
    pub async fn list_releases(
        &self,
        asker: &Asker,
        project: ProjectId,
        after: Option<&str>,
        limit: u32,
    ) -> Result<Page<ReleaseSent>, Error> {
        let (cursor, now) = (Cursor::parse(after)?, self.now());
        let mut tx = self.store.write("list_releases").await?;
        let gate = absent::project(&mut tx, asker, project).await?;
        let clearance = clear(&mut tx, asker, gate.client, need_of(asker.role), true).await?;
        let rows = orders::list(&mut tx, project, cursor.key(), limit + 1).await?;
        let page = Page::of(rows, limit, |row| (row.ordered_at.0, row.id.to_string()));
        let (mut sent, mut going) = (Vec::with_capacity(page.items.len()), Going::of("release"));
        for found in page.items {
            let approvals = orders::approvals(&mut tx, found.id).await?;
            let mut body = clearance.need().is_content().then(|| found.pending(&tx, &clearance)).transpose()?;
            if let Some(body) = &mut body {
                going.piece(&clearance, "release", body)?;
            }
            sent.push((found, approvals, body));
        }
        let mut items = Vec::with_capacity(sent.len());
        if clearance.need().is_content() {
            let ids: Vec<String> = sent.iter().map(|(found, _, _)| found.id.to_string()).collect();
            let (act, object) = ((Act::ListSent, now), Object::changing("project", &project));
            let entry = clearance.sent(&mut tx, act, "GET /projects/{project}/releases", object, going).await?;
            let entry = entry.of("releases", ids);
            let committed = tx.commit([entry]).await?;
            for (found, approvals, body) in sent {
                let stored = body.map(|body| json(&body.open(&committed)?)).transpose()?;
                items.push(shown(found, approvals, asker, stored));
            }
        } else {
            tx.abandon().await?;
            items.extend(sent.into_iter().map(|(found, approvals, _)| shown(found, approvals, asker, None)));
        }
        Ok(Page { items, next: page.next })
    }
}

fn shown(found: orders::Found, approvals: Vec<Approval>, asker: &Asker, stored: Option<StoredRelease>) -> ReleaseSent {
    let time = |at: vouchsafe_domain::time::Micros| at.to_string();
    let built = !matches!(found.state, State::Building | State::Failed);
    let files = stored.as_ref().filter(|_| built).map(listed);
    let manifest = stored.as_ref().and_then(|stored| stored.manifest.as_ref()).map_or(Value::Null, summary);
    ReleaseSent {
        id: found.id.to_string(),
        project: found.project.to_string(),
        version: found.version,
        state: found.state.word(),
        name: stored.as_ref().and_then(|stored| stored.name.clone()),
        formats: stored.map(|stored| stored.formats),
        tasks: found.rows,
        bytes: found.bytes,
        ordered_by: found.ordered_by.to_string(),
        ordered_at: found.ordered_at.to_string(),
        built_at: found.built_at.map(time),
        delivered_at: found.delivered_at.map(time),
        failed_at: found.failed_at.map(time),
        failure_detail: found.failure.as_deref().map(in_words),
        failure: found.failure,
        approved_by_me: approvals.iter().any(|approval| approval.person == asker.person),
        approvals: approvals
            .into_iter()
            .map(|approval| ApprovalSent { member: approval.member.to_string(), at: approval.at.to_string() })
            .collect(),
        approvals_needed: APPROVALS_NEEDED,
        files,
        manifest,
    }
}

fn listed(stored: &StoredRelease) -> Vec<FileListed> {
    let described = |path: &str| {
        let files = stored.manifest.iter().flat_map(|manifest| &manifest.files);
        files.into_iter().find(|file| file.path == path)
    };
    let file = |file: &super::StoredFile| FileListed {
        rows: described(&file.path).and_then(|described| described.rows),
        left_out: described(&file.path).map_or(Value::Null, |described| serde_json::json!(described.left_out)),
        path: file.path.clone(),
        bytes: file.bytes,
        sha256: file.sha256.clone(),
    };
    stored.files.iter().map(file).collect()
}

/// The manifest without its list of files, which stands beside it.
fn summary(manifest: &vouchsafe_formats::releases::Manifest) -> Value {
    let mut summary = serde_json::to_value(manifest).unwrap_or_default();
    if let Some(summary) = summary.as_object_mut() {
        summary.shift_remove("files");
    }
    summary
}

fn in_words(failure: &str) -> &'static str {
    match failure {
        "nothing_to_release" => "no task of the project was done; order again once there is work to release",
        "disk_full" => "the server's disk is full; make room and order again",
        "disk_failed" => "the server could not write the folder; its log says why",
        "key_withdrawn" => "the client's key was not available; order again once it is back",
        "task_unreadable" => "a task or an answer could not be read under its schema; the server's log names it",
        "not_exportable" => "the project's newest schema cannot be written in one of these formats; order others",
        "broken_off" => "the build was broken off again and again; the server's log says why",
        _ => "the build failed; the server's log says why",
    }
}
